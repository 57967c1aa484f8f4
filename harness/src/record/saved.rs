//! What the cloud gave and later calls name: saved values in the place of ids.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::client::xml_to_json;

/// Values of answers, by the names that they were saved under.
#[derive(Debug, Default)]
pub(super) struct Saved {
    /// By the part of the value that says the most; with the name, the longest first.
    values: HashMap<String, Vec<(String, String)>>,
    names: HashSet<String>,
    /// The last number behind a name that is taken.
    numbers: HashMap<String, usize>,
    known: HashSet<String>,
    /// The words of what callers said themselves: nothing that the cloud gave.
    said: HashSet<String>,
}

/// The words of a text that may be an id: cut at what no id has.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | '=' | '~')))
        .filter(|word| !word.is_empty())
}

/// The runs of letters and digits in a text, with where they begin.
fn runs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let apart = |c: char| !c.is_alphanumeric();
    let mut at = 0;
    text.split_inclusive(apart).filter_map(move |part| {
        let (start, run) = (at, part.trim_end_matches(apart));
        at += part.len();
        (!run.is_empty()).then_some((start, run))
    })
}

/// The longest run of a value, which tells it from others, and where it begins.
fn telling(value: &str) -> (usize, &str) {
    runs(value).max_by_key(|(_, run)| run.len()).unwrap_or((0, value))
}

impl Saved {
    /// A text with saved values in the place of what the cloud gave.
    pub(super) fn filled(&self, text: &str) -> String {
        let (mut filled, mut done) = (String::new(), 0);
        for (at, run) in runs(text) {
            let found = self.values.get(run).into_iter().flatten().find_map(|(value, name)| {
                let start = at.checked_sub(telling(value).0).filter(|start| *start >= done)?;
                let rest = text.get(start..)?.strip_prefix(value.as_str())?;
                // A part of another id is none.
                let goes_on = value.ends_with(char::is_alphanumeric) && rest.starts_with(char::is_alphanumeric);
                let began =
                    value.starts_with(char::is_alphanumeric) && text.get(..start)?.ends_with(char::is_alphanumeric);
                (!goes_on && !began).then_some((start, start + value.len(), name))
            });
            if let Some((start, end, name)) = found {
                filled.push_str(text.get(done..start).unwrap_or_default());
                filled.extend(["${", name, "}"]);
                done = end;
            }
        }
        filled.push_str(text.get(done..).unwrap_or_default());
        filled
    }

    fn keep(&mut self, value: String, name: String) {
        let of_run = self.values.entry(telling(&value).1.to_owned()).or_default();
        let place = of_run.partition_point(|(known, _)| known.len() >= value.len());
        of_run.insert(place, (value, name));
    }

    /// Notes what a caller says.
    pub(super) fn say(&mut self, text: &str) {
        self.said.insert(text.to_owned());
        self.said.extend(words(text).map(str::to_owned));
    }

    /// What of an answer later calls may name, to be saved: paths by name.
    pub(super) fn take(&mut self, exchange: &Value, but: impl Fn(&str) -> bool) -> Map<String, Value> {
        let mut found = Vec::new();
        given(exchange.get("answer").unwrap_or(&Value::Null), String::new(), &mut found);
        if let Some(fields) = exchange.get("document").and_then(Value::as_str).and_then(xml_to_json) {
            given(&fields, String::new(), &mut found);
        }
        given(exchange.get("headers").unwrap_or(&Value::Null), "Headers".to_owned(), &mut found);
        let mut save = Map::new();
        for (path, value) in found {
            let said = self.said.contains(&value) || words(&value).all(|word| self.said.contains(word));
            if said || but(&value) || !self.known.insert(value.clone()) {
                continue;
            }
            let last = path.rsplit('.').next().unwrap_or(&path).to_ascii_lowercase();
            let last: String = last.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
            let last = last.trim_matches('_').to_owned();
            let mut name = last.clone();
            // The next free number goes on from the last one.
            let number = self.numbers.entry(last.clone()).or_insert(1);
            while self.names.contains(&name) || RESERVED.contains(&name.as_str()) {
                *number += 1;
                name = format!("{last}_{number}");
            }
            self.names.insert(name.clone());
            save.insert(name.clone(), Value::String(path));
            self.keep(value, name);
        }
        save
    }
}

/// Variables that a scenario has by itself.
const RESERVED: &[&str] = &["account", "region"];

/// How the name of a member ends that holds what the cloud gave.
const GIVEN: &[&str] = &["id", "etag", "token", "marker"];

/// The members of an answer that hold what the cloud gave.
fn given(value: &Value, path: String, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (name, inner) in members {
                given(inner, if path.is_empty() { name.clone() } else { format!("{path}.{name}") }, found);
            }
        }
        Value::Array(items) => {
            for (number, inner) in items.iter().enumerate() {
                given(inner, format!("{path}[{number}]"), found);
            }
        }
        Value::String(text) => {
            let name = path.rsplit('.').next().unwrap_or(&path).to_ascii_lowercase();
            let is_given = GIVEN.iter().any(|end| name.ends_with(end))
                && !name.ends_with("requestid")
                && !name.ends_with("request-id");
            if is_given && text.len() >= 6 && text.chars().any(|c| c.is_ascii_digit()) {
                found.push((path, text.clone()));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Saved;

    #[test]
    fn what_the_cloud_gave_is_saved_once_and_what_was_said_is_not() {
        let mut saved = Saved::default();
        saved.say("acs:ram::1:user/u-1234567");
        saved.say("\"ETAG-1\"");
        let answer = json!({"answer": {"UserId": "u-1234567", "ETag": "\"ETAG-1\"", "GroupId": "g-123456", "Other": {"GroupId": "g-123457"}}});
        let save = saved.take(&answer, |value| value == "other");
        assert_eq!(json!(save), json!({"groupid": "GroupId", "groupid_2": "Other.GroupId"}));
        assert_eq!(saved.take(&answer, |_| false), serde_json::Map::new());
        assert_eq!(saved.filled("in g-123457 and x/g-123456-all"), "in ${groupid_2} and x/${groupid}-all");
        // A part of another id is none.
        assert_eq!(saved.filled("g-1234567 ag-123456 g-12345"), "g-1234567 ag-123456 g-12345");
    }
}
