//! Pages of a list: `PageNumber` and `PageSize` in, the list and `TotalCount` out.

use serde_json::{Map, Value, json};

use crate::gateway::{Arguments, Form, Parameter};

pub(super) const PAGE_NUMBER: Parameter = Parameter::optional("PageNumber", Form::Integer(1, 1_000_000));
pub(super) const PAGE_SIZE: Parameter = Parameter::optional("PageSize", Form::Integer(1, 100));

/// One page of items; `size` is the page's size when the request does not say.
pub(super) fn page(arguments: &Arguments, list: &str, items: Vec<Value>, size: usize) -> Map<String, Value> {
    let asked = |name| arguments.integer(name).and_then(|number| usize::try_from(number).ok());
    let size = asked("PageSize").unwrap_or(size);
    let before = asked("PageNumber").unwrap_or(1).saturating_sub(1).saturating_mul(size);
    let mut answer = Map::new();
    answer.insert("TotalCount".to_owned(), json!(items.len()));
    let shown: Vec<_> = items.into_iter().skip(before).take(size).collect();
    answer.insert(list.to_owned(), json!(shown));
    answer
}

/// Is this value among those that a parameter lists, separated by commas? An absent parameter lists all.
pub(super) fn listed(arguments: &Arguments, name: &str, value: &str) -> bool {
    arguments.filled(name).is_none_or(|list| list.split(',').any(|item| item.trim() == value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_page_and_the_one_behind_the_last() {
        let of = |number: &str| {
            let arguments = Arguments::new(vec![("PageNumber".into(), number.into()), ("PageSize".into(), "2".into())]);
            Value::Object(page(&arguments, "Items", (1..=3).map(|item| json!(item)).collect(), 20))
        };
        assert_eq!(of("2"), json!({"TotalCount": 3, "Items": [3]}));
        assert_eq!(of("3"), json!({"TotalCount": 3, "Items": []}));
    }

    #[test]
    fn a_list_of_names() {
        let arguments = Arguments::new(vec![("Ids".into(), "1, 2".into())]);
        assert!(listed(&arguments, "Ids", "2"));
        assert!(!listed(&arguments, "Ids", "3"));
        assert!(listed(&arguments, "Others", "3"));
    }
}
