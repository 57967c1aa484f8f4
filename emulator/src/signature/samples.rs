//! The key that the vectors of the tests were computed with.

use super::{Credentials, OrderedQuery, Plus, Secret};
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;

pub(super) const KEY_ID: &str = "LTAI5tEmulatorTestKey001";
pub(super) const TOKEN: &str = "CAISfake+token/==";

pub(super) fn secret() -> Secret {
    Secret::new("EmulatorTestSecretKey000000001".to_owned())
}

pub(super) fn long_lived(secret: &Secret) -> Credentials<'_> {
    Credentials { access_key_id: KEY_ID, secret, security_token: None }
}

pub(super) fn temporary(secret: &Secret) -> Credentials<'_> {
    Credentials { security_token: Some(TOKEN), ..long_lived(secret) }
}

/// 2026-01-02T03:04:05Z
pub(super) fn moment() -> Timestamp {
    Timestamp::from_second(1_767_323_045).unwrap()
}

pub(super) fn headers(lines: &[(&str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in lines {
        map.append(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_bytes(value.as_bytes()).unwrap(),
        );
    }
    map
}

pub(super) fn query(raw: &str) -> OrderedQuery {
    OrderedQuery::parse(raw, Plus::Space).unwrap()
}

/// Every header map that differs from this one by one changed or one absent line.
pub(super) fn tampered(map: &HeaderMap, names: &[&str]) -> Vec<HeaderMap> {
    let mut all = Vec::new();
    for &name in names {
        let mut gone = map.clone();
        let old = gone.remove(name).unwrap_or_else(|| panic!("no header {name}"));
        all.push(gone);
        for at in 0..old.len() {
            let mut bytes = old.as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
            let mut changed = map.clone();
            changed.insert(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_bytes(&bytes).unwrap());
            all.push(changed);
        }
    }
    all
}
