//! The state as text: an indented outline, sorted, one fact a line.

use std::fmt;

use serde_json::{Map, Value};

use crate::page::Page;

use super::permissions::{Asked, account_state};

/// A rendered state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document(String);

/// What holds a policy document.
const DOCUMENTS: &[&str] = &["trust", "document"];
/// Parts of an account that are said elsewhere.
const ELSEWHERE: &[&str] = &["account_id", "permissions"];

impl Document {
    pub(super) fn new(accounts: &[(String, String)], state: &Value, asked: &Asked<'_>) -> Self {
        let mut outline = Outline::default();
        for (alias, id) in accounts {
            outline.line(0, &format!("account {alias}"));
            let account = account_state(state, id).and_then(Value::as_object);
            for (part, value) in sorted(account.into_iter().flatten()) {
                if !ELSEWHERE.contains(&part.as_str()) {
                    outline.entry(1, &words(part), value);
                }
            }
        }
        outline.permissions(asked);
        Self(redacted(outline.0.into_text(), accounts))
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Account ids differ from one cloud to another: the alias says the same.
fn redacted(text: String, accounts: &[(String, String)]) -> String {
    accounts.iter().fold(text, |text, (alias, id)| text.replace(id.as_str(), &format!("<{alias}>")))
}

#[derive(Default)]
struct Outline(Page);

impl Outline {
    fn line(&mut self, depth: usize, text: &str) {
        self.0.line(depth, text);
    }

    /// A named value: on its line if it is single, else indented below.
    fn entry(&mut self, depth: usize, name: &str, value: &Value) {
        match value {
            // What is not there is not said: a part that the cloud comes to know of changes no state without it.
            Value::Null => {}
            Value::Object(map) if map.is_empty() => {}
            Value::Array(items) if items.is_empty() => {}
            Value::Object(map) if DOCUMENTS.contains(&name) => {
                self.line(depth, name);
                self.statements(depth + 1, map);
            }
            Value::Object(map) if name == "access keys" => {
                let counts: Vec<_> = sorted(map).into_iter().map(|(key, number)| format!("{number} {key}")).collect();
                self.line(depth, &format!("{name}: {}", counts.join(", ")));
            }
            Value::Object(map) => {
                self.line(depth, name);
                for (key, inner) in sorted(map) {
                    self.entry(depth + 1, &words(key), inner);
                }
            }
            Value::Array(items) => {
                self.line(depth, name);
                let mut lines: Vec<_> = items.iter().map(item).collect();
                lines.sort();
                for line in lines {
                    self.line(depth + 1, &line);
                }
            }
            single => self.line(depth, &format!("{name}: {}", plain(single))),
        }
    }

    /// A policy document: one statement a line, in the order of the document.
    fn statements(&mut self, depth: usize, document: &Map<String, Value>) {
        let statements = match document.get("Statement") {
            Some(Value::Array(statements)) => statements.as_slice(),
            Some(single) => std::slice::from_ref(single),
            None => &[],
        };
        for statement in statements {
            self.line(depth, &canonical(statement));
        }
    }

    fn permissions(&mut self, asked: &Asked<'_>) {
        for (index, (principal, lines)) in asked.lines().enumerate() {
            if index == 0 {
                self.line(0, "permissions");
            }
            self.line(1, principal);
            for line in lines {
                self.line(2, line);
            }
        }
    }
}

fn sorted<'v>(map: impl IntoIterator<Item = (&'v String, &'v Value)>) -> Vec<(&'v String, &'v Value)> {
    let mut entries: Vec<_> = map.into_iter().collect();
    entries.sort_by_key(|(name, _)| *name);
    entries
}

/// `access_keys` reads "access keys".
fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// One of a list: an attachment reads "System AliyunOSSFullAccess v1".
fn item(value: &Value) -> String {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let (Some(kind), Some(name)) = (text("type"), text("name")) else {
        return match value {
            Value::Object(_) | Value::Array(_) => canonical(value),
            single => plain(single),
        };
    };
    let mut line = format!("{kind} {name}");
    if let Some(version) = text("version") {
        line.push(' ');
        line.push_str(version);
    }
    if let Some(group) = text("resource_group") {
        line.extend([" in resource group ", group]);
    }
    line
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// JSON on one line with sorted keys.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let fields: Vec<_> = sorted(map)
                .into_iter()
                .map(|(name, value)| format!("{}: {}", Value::from(name.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Asked, Document};

    #[test]
    fn the_outline_is_sorted_and_names_accounts_by_alias() {
        let state = json!({"accounts": {"company": {
            "account_id": "1234567890123456",
            "users": {"bob": {"access_keys": 0, "groups": [], "policies": []},
                      "alice": {"access_keys": {"inactive": 0, "active": 1}, "groups": ["dev"], "policies": [
                          {"name": "B", "type": "System", "version": "v1"},
                          {"name": "A", "type": "Custom", "version": "v2"},
                          {"name": "B", "type": "System", "version": "v1", "resource_group": "photos"}]}},
            "roles": {"r": {"trust": {"Version": "1", "Statement": [
                {"Principal": {"RAM": ["acs:ram::1234567890123456:root"]}, "Effect": "Allow", "Action": "sts:AssumeRole"}]},
                "service_linked": null}},
            "resource_groups": {"photos": {"display_name": "Photos", "resources": ["oss bucket photos"]}},
            "security_preference": {"login_session_hours": 12},
            "resource_directory": {"control": "enabled", "control_policies": {"KeepRoles": {"effect_scope": "RAM",
                "document": {"Version": "1", "Statement": {"Effect": "Deny", "Action": "ram:DeleteRole", "Resource": "*"}}}},
                "members": {"Dev": {"control_policies": [{"name": "FullAliyunAccess", "type": "System"}], "administers": []}}},
        }}});
        let accounts = [("company".to_owned(), "1234567890123456".to_owned())];
        let document = Document::new(&accounts, &state, &Asked::new(&accounts));
        let expected = r#"account company
  resource directory
    control: enabled
    control policies
      KeepRoles
        document
          {"Action": "ram:DeleteRole", "Effect": "Deny", "Resource": "*"}
        effect scope: RAM
    members
      Dev
        control policies
          System FullAliyunAccess
  resource groups
    photos
      display name: Photos
      resources
        oss bucket photos
  roles
    r
      trust
        {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"RAM": ["acs:ram::<company>:root"]}}
  security preference
    login session hours: 12
  users
    alice
      access keys: 1 active, 0 inactive
      groups
        dev
      policies
        Custom A v2
        System B v1
        System B v1 in resource group photos
    bob
      access keys: 0
"#;
        assert_eq!(document.to_string(), expected);
    }
}
