//! Accounts, and the time that they start from.

use crate::scenario::mistake::Kind;
use crate::scenario::reader::Reader;
use crate::scenario::yaml::{Node, Value};

/// The region of a scenario that names none.
pub const DEFAULT_REGION: &str = "cn-hangzhou";

/// An account: its alias, and its id if that matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its alias in the scenario.
    pub alias: String,
    /// Its id of 16 digits.
    pub id: Option<String>,
}

/// The accounts: their aliases, or a map from alias to id.
pub(in crate::scenario) fn accounts(node: &Node, reader: &mut Reader<'_>) -> Vec<Account> {
    const EXPECTED: &str = "the aliases of the accounts";
    let written: Vec<_> = match &node.value {
        Value::Map(entries) => entries.iter().map(|(alias, id)| (alias.clone(), Some(id))).collect(),
        _ => reader.texts(node, EXPECTED).into_iter().map(|alias| (alias, None)).collect(),
    };
    let mut accounts: Vec<Account> = Vec::new();
    for (name, id) in written {
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
        let id = id.filter(|node| !node.is_empty()).and_then(|node| {
            let id = reader.text(node, "an id of 16 digits")?.value;
            let fits = id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_digit());
            if !fits || accounts.iter().any(|known| known.id.as_ref() == Some(&id)) {
                reader.expected(node, "an id of its own, of 16 digits", None);
            }
            Some(id)
        });
        accounts.push(Account { alias: name.value, id });
    }
    accounts
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
