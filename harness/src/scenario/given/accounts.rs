//! Accounts with their owners, and the time that they start from.

use acslab_emulator::{Clock, ClockError};

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
    /// What its owner is called, besides `owner`.
    pub owner: Option<String>,
    /// How many seconds before the start of the scenario it was opened.
    pub age: Option<i64>,
}

impl Account {
    /// One of which its alias and perhaps its id are said.
    pub(in crate::scenario) fn of(alias: &str, id: Option<String>) -> Self {
        Self { alias: alias.to_owned(), id, ..Self::default() }
    }

    /// Takes over what another file says of the same account, and this one does not.
    pub(in crate::scenario) fn follow(&mut self, earlier: Self) {
        self.id = self.id.take().or(earlier.id);
        self.owner = self.owner.take().or(earlier.owner);
        self.age = self.age.or(earlier.age);
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
        if !is_plain(&name.value) || accounts.iter().any(|known| known.alias == name.value) {
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
                if let Some(fields) = reader.fields(node, "an account", &["id", "owner", "age"]) {
                    account.id = fields.get("id").and_then(|node| id(node, &accounts, reader));
                    account.owner = fields.get("owner").and_then(|node| owner(node, &accounts, reader));
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

fn is_plain(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

fn id(node: &Node, others: &[Account], reader: &mut Reader<'_>) -> Option<String> {
    let id = reader.text(node, "an id of 16 digits")?.value;
    let fits = id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_digit());
    if !fits || others.iter().any(|known| known.id.as_ref() == Some(&id)) {
        reader.expected(node, "an id of its own, of 16 digits", None);
    }
    Some(id)
}

fn owner(node: &Node, others: &[Account], reader: &mut Reader<'_>) -> Option<String> {
    let name = reader.text(node, "the owner's name")?.value;
    let taken = others.iter().any(|known| known.owner.as_ref() == Some(&name));
    if taken || name.is_empty() || !is_plain(&name) || ["owner", "anonymous"].contains(&name.as_str()) {
        reader.expected(node, "a name of the owner's own, of letters, digits, `-` and `_`", None);
        return None;
    }
    Some(name)
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
    // What no calendar has is a time beyond the clock's, too.
    let beyond = |error: &ClockError| format!("a time that the cloud's clock can show: {error}");
    let wrong = match text.value.parse::<jiff::Timestamp>() {
        Ok(time) if text.value.ends_with('Z') => Clock::fixed(time).advance(0).err().map(|error| beyond(&error)),
        Err(_) if text.value.starts_with("9999-") => Some(beyond(&ClockError)),
        _ => Some(EXPECTED.to_owned()),
    };
    match wrong {
        None => Some(text.value),
        Some(expected) => {
            reader.expected(node, &expected, None);
            None
        }
    }
}
