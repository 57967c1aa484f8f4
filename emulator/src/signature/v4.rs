//! What the signatures V4 of OSS and SLS share: the key that a secret has for a product, a day and a region.

use zeroize::Zeroizing;

use super::{DerivedKey, Secret, mac};

/// The last part of every scope.
pub(super) const TERMINATOR: &str = "aliyun_v4_request";

/// The hexadecimal signature of a string to sign, with the key derived from the secret for this scope.
pub(super) fn signature(
    secret: &Secret,
    product: &'static str,
    date: &str,
    region: &str,
    string_to_sign: &str,
) -> String {
    let derive = || derive(secret, product, date, region);
    mac::hex_hmac_sha256(&*secret.derived(product, date, region, derive), string_to_sign)
}

fn derive(secret: &Secret, product: &str, date: &str, region: &str) -> DerivedKey {
    let mut seed = Zeroizing::new(String::with_capacity(128));
    seed.push_str("aliyun_v4");
    seed.push_str(secret.expose());
    let first = Zeroizing::new(mac::hmac_sha256(seed.as_bytes(), date));
    [region, product, TERMINATOR]
        .into_iter()
        .fold(first, |key, part| Zeroizing::new(mac::hmac_sha256(key.as_slice(), part)))
}
