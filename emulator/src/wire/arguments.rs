//! The parameters of one call, from query, form and path together.

use std::collections::BTreeMap;

use crate::signature::OrderedQuery;

/// The parameters of one call, decoded, from query, form and path together.
#[derive(Debug, Clone, Default)]
pub struct Arguments(OrderedQuery);

impl Arguments {
    /// In the order they arrived.
    pub fn new(parameters: OrderedQuery) -> Self {
        Self(parameters)
    }

    /// The value of a parameter. Names are case-sensitive; of several the last one counts.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.last(name)
    }

    /// The value of a parameter, unless it is absent or empty.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// The value of a parameter; empty when it is absent.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// A boolean parameter that was checked before.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// A whole number that was checked before.
    pub fn integer(&self, name: &str) -> Option<i64> {
        self.filled(name)?.parse().ok()
    }

    /// The items of a flat list, in the order of their numbers: `ResourceId.1=a&ResourceId.2=b`.
    pub fn list(&self, name: &str) -> Vec<&str> {
        let mut items = BTreeMap::new();
        for (key, value) in self.iter() {
            if let Some(number) = numbered(key, name).and_then(|rest| rest.parse::<u32>().ok()) {
                items.insert(number, value);
            }
        }
        items.into_values().collect()
    }

    /// The items of a flat list of objects, each by the names of its members: `Tag.1.Key=a&Tag.1.Value=b`.
    pub fn objects(&self, name: &str) -> Vec<BTreeMap<&str, &str>> {
        let mut items: BTreeMap<u32, BTreeMap<&str, &str>> = BTreeMap::new();
        for (key, value) in self.iter() {
            if let Some((number, member)) = numbered(key, name).and_then(|rest| rest.split_once('.'))
                && let Ok(number) = number.parse()
            {
                items.entry(number).or_default().insert(member, value);
            }
        }
        items.into_values().collect()
    }

    /// The items of a parameter that holds a list of texts in JSON; none when it is something else.
    pub fn json_list(&self, name: &str) -> Vec<String> {
        self.filled(name).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// The items of a list of texts and numbers, however it is written: flat, in JSON, or with commas between. None where one of them
    /// is neither.
    pub fn items(&self, name: &str) -> Vec<String> {
        let mut items: Vec<String> = self.list(name).into_iter().map(str::to_owned).collect();
        match self.filled(name) {
            Some(text) if text.trim_start().starts_with(['[', '{']) => match json_items(text) {
                Some(listed) => items.extend(listed),
                None => return Vec::new(),
            },
            Some(text) => items.extend(text.split(',').map(|item| item.trim().to_owned())),
            None => {}
        }
        items.retain(|item| !item.is_empty());
        items
    }

    /// All of them, as signatures take them.
    pub(crate) fn parameters(&self) -> &OrderedQuery {
        &self.0
    }

    /// All pairs of name and value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|parameter| (parameter.name, parameter.value))
    }

    /// Adds one.
    pub fn push(&mut self, name: &str, value: &str) {
        self.0.push(name, value);
    }
}

/// What follows the name of a flat list: `1.Key` in `Tag.1.Key`.
fn numbered<'a>(key: &'a str, name: &str) -> Option<&'a str> {
    key.strip_prefix(name)?.strip_prefix('.')
}

fn json_items(text: &str) -> Option<Vec<String>> {
    let items: Vec<serde_json::Value> = serde_json::from_str(text).ok()?;
    let text = |item: serde_json::Value| match item {
        serde_json::Value::String(text) => Some(text),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    items.into_iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_lists_come_in_the_order_of_their_numbers() {
        let pairs = [("Id.10", "c"), ("Id.2", "b"), ("Id.1", "a"), ("Ids.1", "x"), ("Id.z", "x"), ("Tag.2.Key", "k")];
        let arguments = Arguments::new(pairs.into_iter().collect());
        assert_eq!(arguments.list("Id"), ["a", "b", "c"]);
        assert_eq!(arguments.objects("Tag"), [BTreeMap::from([("Key", "k")])]);
    }

    #[test]
    fn the_last_of_several_counts() {
        let arguments = Arguments::new([("A", "1"), ("A", "2")].into_iter().collect());
        assert_eq!(arguments.get("A"), Some("2"));
        assert_eq!(arguments.get("a"), None);
    }
}
