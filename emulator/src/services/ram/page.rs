//! Pages of a list: `Marker` and `MaxItems` in, `IsTruncated` and `Marker` out.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use crate::gateway::{ApiError, Call};

/// Items of a page when the request does not say (RAM: ListUsers and its like).
const DEFAULT_MAX_ITEMS: usize = 100;

/// One page of items that come sorted by name: `{"Users": {"User": […]}, "IsTruncated": …, "Marker": …}`.
///
/// The marker is the name that the next page starts behind, so that a page is right whatever was made or deleted meanwhile.
pub(super) fn page<'a>(
    call: &Call<'_>,
    items: impl Iterator<Item = (&'a str, Value)>,
    list: &str,
    item: &str,
) -> Result<Map<String, Value>, ApiError> {
    let most =
        call.arguments.integer("MaxItems").and_then(|most| usize::try_from(most).ok()).unwrap_or(DEFAULT_MAX_ITEMS);
    let after = call.arguments.filled("Marker").map(read_marker).transpose()?;
    let mut shown = Vec::new();
    let mut last = None;
    let mut truncated = false;
    for (name, value) in items {
        if after.as_deref().is_some_and(|after| name.to_ascii_lowercase().as_str() <= after) {
            continue;
        }
        if shown.len() == most {
            truncated = true;
            break;
        }
        last = Some(name.to_ascii_lowercase());
        shown.push(value);
    }
    let mut answer = Map::new();
    answer.insert(list.to_owned(), json!({ item: shown }));
    answer.insert("IsTruncated".to_owned(), json!(truncated));
    if let (true, Some(last)) = (truncated, last) {
        answer.insert("Marker".to_owned(), json!(BASE64_URL_SAFE_NO_PAD.encode(last)));
    }
    Ok(answer)
}

/// Markers are opaque; one that was never given out is refused (the code is our choice).
fn read_marker(marker: &str) -> Result<String, ApiError> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(marker).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| ApiError::bad_request("InvalidParameter.Marker", "The parameter - \"Marker\" is incorrect."))
}
