//! The pages of what EAS lists about one service.

use serde_json::Value;

use crate::gateway::Call;

/// One page of what there is: its items, its number, its size, and how many there are in all.
pub(super) fn page(call: &Call<'_>, number: &str, all: Vec<Value>) -> (Vec<Value>, usize, usize, usize) {
    let whole = |name: &str| call.arguments.integer(name).and_then(|number| usize::try_from(number).ok());
    let (number, size, total) = (whole(number).unwrap_or(1).max(1), whole("PageSize").unwrap_or(10).max(1), all.len());
    (all.into_iter().skip((number - 1).saturating_mul(size)).take(size).collect(), number, size, total)
}
