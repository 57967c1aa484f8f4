//! The operations that are known and not performed: whoever asks for one is told so, and never given another's answer.
//!
//! Names, methods and sub-resources are those of the official SDK; an action that is published under another name than its
//! operation's is given where it is known.

use http::Method;

use super::table::{OSS, on_bucket, on_object, on_service};
use crate::gateway::{Check, Level, Operation, Route, Selector, Source};

fn known(name: &'static str, route: Route, checks: &[Check]) -> Operation {
    Operation::missing(&OSS, name, route, checks, Source::sdk("alibabacloud-oss-v2"))
}

const fn at(method: Method, level: Level, parameter: &'static str) -> Route {
    Route::Oss(method, level, Selector::Query(parameter))
}

/// The operations of OSS that are not performed.
#[rustfmt::skip]
pub fn table() -> Vec<Operation> {
    vec![
    known("SelectObject", Route::Oss(Method::POST, Level::Object, Selector::QueryOneOf("x-oss-process", &["csv/select", "json/select"])), &[on_object(&["oss:GetObject"])]),
    known("CreateSelectObjectMeta", Route::Oss(Method::POST, Level::Object, Selector::QueryOneOf("x-oss-process", &["csv/meta", "json/meta"])), &[on_object(&["oss:GetObject"])]),
    ]
}
