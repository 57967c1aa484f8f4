//! Pages of lists, for every service: which part of a list a request asks for, and how an answer says what is left.
//!
//! | asked by | goes on at | used by |
//! | --- | --- | --- |
//! | `PageNumber`, `PageSize` | the next number ([`numbered`]) | ResourceManager, PAI, EAS, KMS |
//! | `NextToken`, a number | an item's place in the list ([`Window`]) | tags in IMS and ResourceManager, the credential report |
//! | `Marker` or `NextToken`, opaque | the item behind the last one shown ([`behind`]) | RAM, IMS |
//!
//! The last way shows a right page whatever was made or deleted meanwhile.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::gateway::{ApiError, Arguments};

/// How an answer names a list.
#[derive(Debug, Clone, Copy)]
pub(crate) enum List {
    /// `{"Flows": […]}`
    Plain(&'static str),
    /// `{"Users": {"User": […]}}`
    Wrapped(&'static str, &'static str),
}

impl List {
    /// Adds the list to an answer.
    pub(crate) fn show(self, items: Vec<Value>, answer: &mut Map<String, Value>) {
        let items = Value::Array(items);
        let (name, items) = match self {
            Self::Plain(name) => (name, items),
            Self::Wrapped(name, item) => (name, Value::Object(Map::from_iter([(item.to_owned(), items)]))),
        };
        answer.insert(name.to_owned(), items);
    }
}

/// A whole number that was checked before.
fn whole(arguments: &Arguments, name: &str) -> Option<usize> {
    arguments.integer(name).and_then(|number| usize::try_from(number).ok())
}

/// A part of a list, by the places of its items.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    /// The place of the first item, from 0.
    pub(crate) first: usize,
    /// So many items at most.
    pub(crate) most: usize,
}

/// What a window shows.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The items in the window.
    pub(crate) items: Vec<Value>,
    /// How many there are in all.
    pub(crate) total: usize,
    /// The place behind the window, if there is something.
    pub(crate) next: Option<usize>,
}

impl Window {
    /// As `NextToken` says, which is the place of the first item, and the parameter `size`, or else `default`.
    pub(crate) fn at_token(arguments: &Arguments, size: &str, default: usize) -> Self {
        Self { first: whole(arguments, "NextToken").unwrap_or(0), most: whole(arguments, size).unwrap_or(default) }
    }

    /// Is this a token that [`Window::at_token`] reads?
    pub(crate) fn is_token(text: &str) -> bool {
        text.parse::<usize>().is_ok()
    }

    /// The items that are in the window. Only those are viewed.
    pub(crate) fn show<T>(self, items: impl Iterator<Item = T>, view: impl Fn(T) -> Value) -> Shown {
        let end = self.first.saturating_add(self.most);
        let (mut shown, mut total) = (Vec::new(), 0);
        for item in items {
            if (self.first..end).contains(&total) {
                shown.push(view(item));
            }
            total += 1;
        }
        Shown { items: shown, total, next: (end < total).then_some(end) }
    }
}

/// One page of items by its number.
#[derive(Debug)]
pub(crate) struct Numbered {
    shown: Shown,
    number: usize,
    size: usize,
}

/// The page that `PageNumber` and `PageSize` ask for: the first if they do not say, of `size` items.
pub(crate) fn numbered<T>(
    arguments: &Arguments,
    items: impl Iterator<Item = T>,
    view: impl Fn(T) -> Value,
    size: usize,
) -> Numbered {
    let number = whole(arguments, "PageNumber").unwrap_or(1).max(1);
    let size = whole(arguments, "PageSize").unwrap_or(size);
    let window = Window { first: (number - 1).saturating_mul(size), most: size };
    Numbered { shown: window.show(items, view), number, size }
}

impl Numbered {
    /// `{"Folders": {"Folder": […]}, "TotalCount": …, "PageNumber": …, "PageSize": …}`
    pub(crate) fn with_numbers(self, list: List) -> Map<String, Value> {
        let mut answer = Map::new();
        list.show(self.shown.items, &mut answer);
        answer.insert("TotalCount".to_owned(), json!(self.shown.total));
        answer.insert("PageNumber".to_owned(), json!(self.number));
        answer.insert("PageSize".to_owned(), json!(self.size));
        answer
    }

    /// `{"TotalCount": …, "Flows": […]}`
    pub(crate) fn with_total(self, list: List) -> Map<String, Value> {
        let mut answer = Map::new();
        answer.insert("TotalCount".to_owned(), json!(self.shown.total));
        list.show(self.shown.items, &mut answer);
        answer
    }
}

/// Where a list goes on, and how far.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// The parameter with the token, which the answer repeats for the next page.
    pub(crate) token: &'static str,
    /// The parameter with the number of items.
    pub(crate) size: &'static str,
    /// So many items where the request does not say.
    pub(crate) default: usize,
}

/// `Marker` and `MaxItems`, as RAM's and IMS's lists have them: 100 items where the request does not say (ListUsers and its like).
pub(crate) const MARKED: Asked = Asked { token: "Marker", size: "MaxItems", default: 100 };

/// The page behind the one that a token was given out with. The items come in the order of their keys.
///
/// The next page's token, if there is a next page, is added behind the list. Tokens are opaque; one that was never given out is
/// refused (CHOICE: the code).
pub(crate) fn behind<T, K: Ord + Serialize + DeserializeOwned>(
    arguments: &Arguments,
    asked: Asked,
    items: impl Iterator<Item = T>,
    key: impl Fn(&T) -> K,
    view: impl Fn(T) -> Value,
) -> Result<(Vec<Value>, Option<String>), ApiError> {
    let most = whole(arguments, asked.size).unwrap_or(asked.default);
    let after: Option<K> = arguments.filled(asked.token).map(|token| read(asked.token, token)).transpose()?;
    let mut rest = items.filter(|item| after.as_ref().is_none_or(|after| key(item) > *after)).peekable();
    let mut shown = Vec::new();
    let mut last = None;
    while shown.len() < most
        && let Some(item) = rest.next()
    {
        last = Some(key(&item));
        shown.push(view(item));
    }
    let next = rest.peek().and(last).map(|last| BASE64_URL_SAFE_NO_PAD.encode(json!(last).to_string()));
    Ok((shown, next))
}

fn read<K: DeserializeOwned>(parameter: &str, token: &str) -> Result<K, ApiError> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok();
    let message = format!("The parameter - \"{parameter}\" is incorrect.");
    bytes
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or_else(|| ApiError::bad_request(format!("InvalidParameter.{parameter}"), message))
}

/// A page of items in the order of their names, whatever the letter case: `{"Users": {"User": […]}, "IsTruncated": …, "Marker": …}`.
pub(crate) fn by_name<T>(
    arguments: &Arguments,
    asked: Asked,
    items: impl Iterator<Item = T>,
    name: impl Fn(&T) -> &str,
    view: impl Fn(T) -> Value,
    list: List,
) -> Result<Map<String, Value>, ApiError> {
    // Names that differ in letter case alone are two where names are exact.
    let key = |item: &T| (name(item).to_ascii_lowercase(), name(item).to_owned());
    let (shown, next) = behind(arguments, asked, items, key, view)?;
    let mut answer = Map::new();
    list.show(shown, &mut answer);
    answer.insert("IsTruncated".to_owned(), json!(next.is_some()));
    if let Some(next) = next {
        answer.insert(asked.token.to_owned(), json!(next));
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(pairs: &[(&str, &str)]) -> Arguments {
        Arguments::new(pairs.iter().copied().collect())
    }

    #[test]
    fn the_second_page_and_the_one_behind_the_last() {
        let of = |number: &str| {
            let arguments = arguments(&[("PageNumber", number), ("PageSize", "2")]);
            numbered(&arguments, 1..=3, |item| json!(item), 20)
        };
        assert_eq!(json!(of("2").with_total(List::Plain("Items"))), json!({"TotalCount": 3, "Items": [3]}));
        assert_eq!(json!(of("3").with_total(List::Plain("Items"))), json!({"TotalCount": 3, "Items": []}));
        assert_eq!(
            json!(of("1").with_numbers(List::Wrapped("Items", "Item"))),
            json!({"Items": {"Item": [1, 2]}, "TotalCount": 3, "PageNumber": 1, "PageSize": 2})
        );
        let far = of(&i64::MAX.to_string());
        assert_eq!(json!(far.with_total(List::Plain("Items"))), json!({"TotalCount": 3, "Items": []}));
    }

    #[test]
    fn a_window_says_where_it_goes_on() {
        let of = |token: &str| {
            let window = Window::at_token(&arguments(&[("NextToken", token), ("PageSize", "2")]), "PageSize", 9);
            let shown = window.show(1..=5, |item| json!(item));
            (shown.items, shown.next)
        };
        assert_eq!(of(""), (vec![json!(1), json!(2)], Some(2)));
        assert_eq!(of("4"), (vec![json!(5)], None));
        assert_eq!(of("3"), (vec![json!(4), json!(5)], None));
    }

    #[test]
    fn a_marker_goes_on_behind_a_name_that_is_gone() {
        let page = |marker: &str, names: &'static [&'static str]| {
            let arguments = arguments(&[("Marker", marker), ("MaxItems", "2")]);
            let names = names.iter().copied();
            by_name(&arguments, MARKED, names, |name| name, |name| json!(name), List::Wrapped("Names", "Name"))
        };
        let first = page("", &["a", "B", "c"]).unwrap();
        assert_eq!((&first["Names"]["Name"], &first["IsTruncated"]), (&json!(["a", "B"]), &json!(true)));
        let marker = first["Marker"].as_str().unwrap();
        let second = page(marker, &["a", "bb", "c"]).unwrap();
        assert_eq!(json!(second), json!({"Names": {"Name": ["bb", "c"]}, "IsTruncated": false}));
        assert_eq!(page("never", &["a"]).unwrap_err().code(), "InvalidParameter.Marker");
        let first = page("", &["A", "B", "b", "c"]).unwrap();
        let second = page(first["Marker"].as_str().unwrap(), &["A", "B", "b", "c"]).unwrap();
        assert_eq!(second["Names"]["Name"], json!(["b", "c"]));
    }
}
