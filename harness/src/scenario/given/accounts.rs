//! Accounts, and the time that they start from.

use crate::scenario::mistake::Kind;
use crate::scenario::reader::Reader;
use crate::scenario::step::duration;
use crate::scenario::yaml::{Node, Value};

/// The region of a scenario that names none.
pub const DEFAULT_REGION: &str = "cn-hangzhou";

/// An account: its alias, and what of it matters besides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Account {
    /// Its alias in the scenario.
    pub alias: String,
    /// Its id of 16 digits.
    pub id: Option<String>,
    /// How many seconds before the start of the scenario it was opened.
    pub age: Option<i64>,
}

impl Account {
    /// One of which its alias and perhaps its id are said.
    pub(in crate::scenario) fn of(alias: &str, id: Option<String>) -> Self {
        Self { alias: alias.to_owned(), id, age: None }
    }
}

/// The accounts: their aliases, or a map from alias to id, or to what matters of each.
pub(in crate::scenario) fn accounts(node: &Node, reader: &mut Reader<'_>) -> Vec<Account> {
    const EXPECTED: &str = "the aliases of the accounts";
    let written: Vec<_> = match &node.value {
        Value::Map(entries) => entries.iter().map(|(alias, said)| (alias.clone(), Some(said))).collect(),
        _ => reader.texts(node, EXPECTED).into_iter().map(|alias| (alias, None)).collect(),
    };
    let mut accounts: Vec<Account> = Vec::new();
    for (name, said) in written {
        let plain = name.value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if !plain || accounts.iter().any(|known| known.alias == name.value) {
            let kind = Kind::Expected {
                expected: "an alias of its own, of letters, digits, `-` and `_`".into(),
                found: format!("`{}`", name.value),
                hint: None,
            };
            reader.note(kind, name.span);
            continue;
        }
        let mut account = Account::of(&name.value, None);
        match said.filter(|node| !node.is_empty()) {
            Some(node @ Node { value: Value::Map(_), .. }) => {
                if let Some(fields) = reader.fields(node, "an account", &["id", "age"]) {
                    account.id = fields.get("id").and_then(|node| id(node, &accounts, reader));
                    account.age = fields.get("age").and_then(|node| age(node, reader));
                }
            }
            Some(node) => account.id = id(node, &accounts, reader),
            None => {}
        }
        accounts.push(account);
    }
    accounts
}

fn id(node: &Node, others: &[Account], reader: &mut Reader<'_>) -> Option<String> {
    let id = reader.text(node, "an id of 16 digits")?.value;
    let fits = id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_digit());
    if !fits || others.iter().any(|known| known.id.as_ref() == Some(&id)) {
        reader.expected(node, "an id of its own, of 16 digits", None);
    }
    Some(id)
}

fn age(node: &Node, reader: &mut Reader<'_>) -> Option<i64> {
    /// No account is as old as a century.
    const MOST: i64 = 100 * 366 * 86_400;
    let age = duration(node, reader)?;
    if !(0..=MOST).contains(&age) {
        reader.expected(node, "an age such as `400d`, of less than a century", None);
    }
    Some(age.clamp(0, MOST))
}

/// The time on the cloud's clock, as RFC 3339 in UTC.
pub(in crate::scenario) fn time(node: &Node, reader: &mut Reader<'_>) -> Option<String> {
    const EXPECTED: &str = "a time, such as `2026-01-01T00:00:00Z`";
    let text = reader.text(node, EXPECTED)?;
    let valid = text.value.ends_with('Z') && text.value.parse::<jiff::Timestamp>().is_ok();
    if !valid {
        reader.expected(node, EXPECTED, None);
    }
    valid.then_some(text.value)
}
