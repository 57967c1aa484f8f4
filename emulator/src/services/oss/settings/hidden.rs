//! Headers that a bucket keeps from its answers.
//!
//! Source: the samples of Go's client for PutBucketResponseHeader.

use super::super::bucket;
use crate::cloud::{Bucket, Element};
use crate::gateway::{Call, Reply};

/// Takes the headers out of an answer that a rule of the bucket hides. INFERRED: an operation is named whole, or by its beginning where
/// `Object` is the rest (`Put`), all of them by `*`; of errors, and of headers that say how an answer travels, nothing is hidden.
pub(in super::super) fn hide(call: &Call<'_>, reply: &mut Reply) {
    if !call.cloud().buckets.any_hidden() {
        return;
    }
    let operation = call.operation.name.as_ref();
    let is_about = |rule: &Element| {
        let filters = rule.child("Filters");
        filters.is_some_and(|filters| {
            filters.all("Operation").any(|one| {
                let name = one.text.as_str();
                name == "*" || name == operation || operation.strip_suffix("Object") == Some(name)
            })
        })
    };
    let hidden = |bucket: &Bucket| -> Vec<String> {
        let Some(rules) = bucket.settings.hidden() else { return Vec::new() };
        let headers = rules.all("Rule").filter(|rule| is_about(rule)).filter_map(|rule| rule.child("HideHeaders"));
        headers
            .flat_map(|headers| headers.all("Header").map(|header| header.text.clone()).collect::<Vec<_>>())
            .collect()
    };
    for name in call.cloud().buckets.read(bucket::name(call), hidden).unwrap_or_default() {
        if !is_needed(&name) {
            reply.headers.remove(name.as_str());
        }
    }
}

/// Is an answer not read without it?
fn is_needed(name: &str) -> bool {
    ["content-length", "content-range", "content-encoding", "transfer-encoding"]
        .iter()
        .any(|needed| name.eq_ignore_ascii_case(needed))
}
