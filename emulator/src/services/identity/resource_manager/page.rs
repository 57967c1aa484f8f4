//! Pages of a list: `PageNumber` and `PageSize` in; they and `TotalCount` out.

use serde_json::{Map, Value, json};

use crate::gateway::Call;

/// Items of a page when the request does not say.
const DEFAULT_PAGE_SIZE: usize = 10;

/// One page of items: `{"Folders": {"Folder": […]}, "TotalCount": …, "PageNumber": …, "PageSize": …}`.
pub(super) fn page<T>(
    call: &Call<'_>,
    items: impl Iterator<Item = T>,
    view: impl Fn(T) -> Value,
    (list, item): (&str, &str),
) -> Map<String, Value> {
    let asked =
        |name, default| call.arguments.integer(name).and_then(|number| usize::try_from(number).ok()).unwrap_or(default);
    let (number, size) = (asked("PageNumber", 1), asked("PageSize", DEFAULT_PAGE_SIZE));
    let skipped = number.saturating_sub(1).saturating_mul(size);
    let (mut shown, mut total) = (Vec::new(), 0);
    for item in items {
        if total >= skipped && shown.len() < size {
            shown.push(view(item));
        }
        total += 1;
    }
    let mut answer = Map::new();
    answer.insert(list.to_owned(), json!({ item: shown }));
    answer.insert("TotalCount".to_owned(), json!(total));
    answer.insert("PageNumber".to_owned(), json!(number));
    answer.insert("PageSize".to_owned(), json!(size));
    answer
}
