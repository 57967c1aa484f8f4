//! What a request may carry under a key: what the catalogue says of its kind, and of OSS's words.

use std::net::IpAddr;

use crate::catalogue::{Catalogue, KeyClass, Presence};
use crate::condition::{Instant, same_key};

/// Keys that take few words: *OSS authorization syntax and elements*.
const WORDS: &[(&str, &[&str])] = &[
    ("oss:x-oss-acl", &["private", "public-read", "public-read-write"]),
    ("oss:x-oss-object-acl", &["default", "private", "public-read", "public-read-write"]),
];

/// The address of the caller is in each request but in those of a service that acts for somebody.
const ADDRESS: &str = "acs:SourceIp";

/// Whether a request may carry a value under a key, or lack the key (`None`).
pub fn may_carry(key: &str, value: Option<&str>) -> bool {
    let words = values(key);
    if !words.is_empty() {
        return value.is_none_or(|value| words.contains(&value));
    }
    // Who calls is a text, which whoever is nobody lacks.
    let Some((class, presence)) = Catalogue::published().key(key) else { return true };
    let fits = |value: &str| match class {
        KeyClass::Date => Instant::parse(value).is_some(),
        KeyClass::Bool => matches!(value, "true" | "false"),
        KeyClass::Ip => value.parse::<IpAddr>().is_ok(),
        KeyClass::String | KeyClass::Number => true,
    };
    let is_text = matches!(class, KeyClass::String | KeyClass::Number);
    value.map_or(is_text || presence != Presence::Always || same_key(ADDRESS, key), fits)
}

/// All values of a key that has few.
pub(super) fn values(key: &str) -> &'static [&'static str] {
    WORDS.iter().find(|(named, _)| same_key(named, key)).map_or(&[], |(_, words)| words)
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
            ("acs:VpcSourceIp", Some("other"), false),
            ("acs:VpcSourceIp", None, true),
            ("acs:PrincipalARN", None, true),
            ("oss:x-oss-acl", Some("default"), false),
            ("acs:UserAgent", Some(""), true),
        ] {
            assert_eq!(may_carry(key, value), may, "{key} {value:?}");
        }
    }
}
