//! Sub-resources: query parameters that name an operation. What a request names and nobody looks at must not be passed over.

use crate::signature::oss_v1;
use crate::wire::HttpRequest;

/// Parameters that change how an operation is done and not which it is. Any other that a signature counts among the
/// sub-resources names an operation, or a way of doing one, that must not be passed over in silence.
const MODIFIERS: &[&str] = &[
    "continuation-token",
    "security-token",
    "x-oss-access-key-id",
    "x-oss-additional-headers",
    "x-oss-credential",
    "x-oss-date",
    "x-oss-expires",
    "x-oss-request-payer",
    "x-oss-security-token",
    "x-oss-signature",
    "x-oss-signature-version",
    "x-oss-traffic-limit",
];

/// Names of operations that no signature counts, and that are none of OSS's here: Python's client writes `metaQuery` so for some.
const UNKNOWN: &[&str] = &["MetaQuery"];

/// Does the request carry a sub-resource that the operation found for it does not look at?
pub(crate) fn asks_for_more(request: &HttpRequest, looked_at: impl Fn(&str) -> bool) -> bool {
    let modifier = |name: &str| name.starts_with("response-") || MODIFIERS.contains(&name);
    request
        .query
        .iter()
        .map(|parameter| parameter.name)
        .any(|name| (oss_v1::is_sub_resource(name) || UNKNOWN.contains(&name)) && !looked_at(name) && !modifier(name))
}
