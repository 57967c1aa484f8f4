//! The condition keys that every product fills: what a request may carry under them.

use std::net::IpAddr;

use crate::condition::{Instant, same_key};

/// What the values of a key are.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Time,
    Truth,
    Address,
    Words(&'static [&'static str]),
}

/// Keys with what their values are, and whether each request has one. *Policy elements*, common condition keys; *OSS authorization
/// syntax and elements*.
const USUAL: &[(&str, Kind, bool)] = &[
    ("acs:CurrentTime", Kind::Time, true),
    ("acs:SecureTransport", Kind::Truth, true),
    ("acs:MFAPresent", Kind::Truth, true),
    // A service that acts for somebody has none.
    ("acs:SourceIp", Kind::Address, false),
    ("oss:x-oss-acl", Kind::Words(&["private", "public-read", "public-read-write"]), false),
    ("oss:x-oss-object-acl", Kind::Words(&["default", "private", "public-read", "public-read-write"]), false),
];

fn usual(key: &str) -> Option<(Kind, bool)> {
    USUAL.iter().find(|(usual, ..)| same_key(usual, key)).map(|(_, kind, always)| (*kind, *always))
}

/// Whether a request may carry a value under a key, or lack the key (`None`).
pub fn may_carry(key: &str, value: Option<&str>) -> bool {
    let Some((kind, always)) = usual(key) else { return true };
    value.map_or(!always, |value| match kind {
        Kind::Time => Instant::parse(value).is_some(),
        Kind::Truth => matches!(value, "true" | "false"),
        Kind::Address => value.parse::<IpAddr>().is_ok(),
        Kind::Words(words) => words.contains(&value),
    })
}

/// All values of a key that has few.
pub(super) fn values(key: &str) -> &'static [&'static str] {
    match usual(key) {
        Some((Kind::Words(words), _)) => words,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::may_carry;

    #[test]
    fn a_request_carries_what_its_keys_take() {
        for (key, value, may) in [
            ("acs:CurrentTime", Some("2026-01-01T00:00:00Z"), true),
            ("acs:currenttime", Some("other"), false),
            ("acs:CurrentTime", None, false),
            ("acs:MFAPresent", Some("true"), true),
            ("acs:MFAPresent", Some("True"), false),
            ("acs:SourceIp", Some("10.0.0.0/8"), false),
            ("acs:SourceIp", None, true),
            ("oss:x-oss-acl", Some("default"), false),
            ("acs:UserAgent", Some(""), true),
        ] {
            assert_eq!(may_carry(key, value), may, "{key} {value:?}");
        }
    }
}
