//! What is wrong, as the control surface says it.

use serde_json::{Value, json};

pub(super) fn problem(status: u16, why: &str) -> (u16, Value) {
    (status, json!({"error": why}))
}
