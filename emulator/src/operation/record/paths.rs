//! Places in fields: `UserVpc.VSwitchId`, and through lists: `DataSources.DataSourceId` of each of them.

use serde_json::{Map, Value};

/// The value at a place in fields that goes through no list.
pub(super) fn at<'f>(fields: &'f Map<String, Value>, path: &str) -> Option<&'f Value> {
    let mut segments = path.split('.');
    let first = fields.get(segments.next()?)?;
    segments.try_fold(first, |value, segment| value.get(segment))
}

/// The texts at a place, of each item where there are lists on the way or at its end.
pub(super) fn texts<'f>(fields: &'f Map<String, Value>, path: &str) -> Vec<&'f str> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let mut found = Vec::new();
    if let Some(value) = fields.get(first) {
        collect(value, rest, &mut found);
    }
    found
}

fn collect<'f>(value: &'f Value, path: Option<&str>, found: &mut Vec<&'f str>) {
    match (value, path) {
        (Value::Array(items), _) => items.iter().for_each(|item| collect(item, path, found)),
        (Value::String(text), None) if !text.is_empty() => found.push(text),
        (Value::Object(members), Some(path)) => found.extend(texts(members, path)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_are_gone_through() {
        let fields = json!({"A": {"B": "1"}, "L": [{"Id": "2"}, {"Id": "3"}, {}], "I": ["4", ""], "N": 5});
        let fields = fields.as_object().unwrap();
        let of = |path| texts(fields, path);
        assert_eq!((of("A.B"), of("L.Id"), of("I")), (vec!["1"], vec!["2", "3"], vec!["4"]));
        assert_eq!((of("A"), of("A.C"), of("N"), of("L")), (vec![], vec![], vec![], vec![]));
        assert_eq!(at(fields, "A.B"), Some(&json!("1")));
    }
}
