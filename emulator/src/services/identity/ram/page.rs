//! Pages of a list: `Marker` and `MaxItems` in, `IsTruncated` and `Marker` out.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use crate::cloud::NameKey;
use crate::gateway::{ApiError, Call};

/// Items of a page when the request does not say (RAM: ListUsers and its like).
const DEFAULT_MAX_ITEMS: usize = 100;

/// One page of items, which come in the order of their names: `{"Users": {"User": […]}, "IsTruncated": …, "Marker": …}`.
pub(super) fn page<T>(
    call: &Call<'_>,
    items: impl Iterator<Item = T>,
    name: impl Fn(&T) -> &str,
    view: impl Fn(T) -> Value,
    list: (&str, &str),
) -> Result<Map<String, Value>, ApiError> {
    page_of(call, items, name, view, list, DEFAULT_MAX_ITEMS)
}

/// The same, with so many items where the request does not say.
///
/// The marker is the name that the next page starts behind, so that a page is right whatever was made or deleted meanwhile.
pub(crate) fn page_of<T>(
    call: &Call<'_>,
    items: impl Iterator<Item = T>,
    name: impl Fn(&T) -> &str,
    view: impl Fn(T) -> Value,
    (list, item): (&str, &str),
    default: usize,
) -> Result<Map<String, Value>, ApiError> {
    let most = call.arguments.integer("MaxItems").and_then(|most| usize::try_from(most).ok()).unwrap_or(default);
    let after = call.arguments.filled("Marker").map(read_marker).transpose()?;
    let mut rest = items.filter(|item| after.as_ref().is_none_or(|after| NameKey::of(name(item)) > *after)).peekable();
    let mut shown = Vec::new();
    let mut last = String::new();
    while shown.len() < most
        && let Some(item) = rest.next()
    {
        name(&item).clone_into(&mut last);
        shown.push(view(item));
    }
    let truncated = rest.peek().is_some();
    let mut answer = Map::new();
    answer.insert(list.to_owned(), json!({ item: shown }));
    answer.insert("IsTruncated".to_owned(), json!(truncated));
    if truncated {
        answer.insert("Marker".to_owned(), json!(BASE64_URL_SAFE_NO_PAD.encode(last)));
    }
    Ok(answer)
}

/// Markers are opaque; one that was never given out is refused (the code is our choice).
fn read_marker(marker: &str) -> Result<NameKey, ApiError> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(marker).ok();
    let name = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    name.map(|name| NameKey::of(&name))
        .ok_or_else(|| ApiError::bad_request("InvalidParameter.Marker", "The parameter - \"Marker\" is incorrect."))
}
