//! Request signatures, one canonical form a file, both directions: what the emulator checks and what the
//! harness, as a client, sends.
//!
//! | file | form | carried by |
//! | --- | --- | --- |
//! | [`rpc`] | RPC 1.0, `HMAC-SHA1` or `HMAC-SHA256` | parameters `AccessKeyId`, `Signature`, … |
//! | [`roa`] | ROA 1.0 | `Authorization: acs <id>:<signature>` |
//! | [`acs3`] | V3 | `Authorization: ACS3-HMAC-SHA256 Credential=…` |
//! | [`oss_v1`] | OSS V1, header and presigned URL | `Authorization: OSS <id>:<signature>`, `?OSSAccessKeyId=…` |
//! | [`oss_v4`] | OSS V4, header and presigned URL | `Authorization: OSS4-HMAC-SHA256 …`, `?x-oss-credential=…` |
//!
//! Every form reads the same way. A `Claim` is what the request says of itself (access key id, signature, time,
//! token); parsing it tells a missing piece from a malformed one, so that the gateway can answer with the cloud's
//! own code. `string_to_sign` and `signature` are the computation, `verify` compares in constant time and hands
//! back what was computed when it differs, and `sign` or `presign` give what a client must add to its request.
//!
//! Nothing here looks at a clock or knows an account: whether the time is near enough, the key alive and the nonce
//! fresh is the gateway's to say.

pub mod acs3;
mod headers;
mod mac;
pub mod oss_v1;
pub mod oss_v4;
pub mod query;
pub mod roa;
pub mod rpc;
pub mod secret;
pub mod time;

use http::{HeaderMap, header::InvalidHeaderValue};

pub use mac::HmacMethod;
pub(crate) use mac::hex_sha256;
pub use query::{OrderedQuery, Plus, QueryError, pe};
pub use secret::Secret;
pub use time::TimeFormat;

/// What a signature is computed over: a request as it arrived, or as it will be sent.
#[derive(Debug, Clone, Copy)]
pub struct SignedView<'a> {
    /// The HTTP method, upper case.
    pub method: &'a str,
    /// The path as on the wire: percent-encoded, starting with `/`, without the query.
    pub path: &'a str,
    /// The query of the request line, decoded, in order.
    pub query: &'a OrderedQuery,
    /// Every header of the request.
    pub headers: &'a HeaderMap,
    /// The whole body.
    pub body: &'a [u8],
}

/// Who signs, on the client's side.
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a> {
    /// The access key id, `LTAI…` or `STS.…`.
    pub access_key_id: &'a str,
    /// The access key secret that belongs to it.
    pub secret: &'a Secret,
    /// The security token, with a temporary key.
    pub security_token: Option<&'a str>,
}

/// The OSS resource that a request addresses, however the address was written (virtual host, path or custom domain).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OssResource<'a> {
    /// The bucket; `None` for the service itself (`GetService`).
    pub bucket: Option<&'a str>,
    /// The object key, decoded; empty for the bucket itself.
    pub key: &'a str,
}

impl OssResource<'_> {
    /// `/`, `/bucket/` or `/bucket/key`, not encoded.
    pub fn path(&self) -> String {
        match self.bucket {
            Some(bucket) => format!("/{bucket}/{}", self.key),
            None => format!("/{}", self.key),
        }
    }
}

/// Why a request's claim to be signed could not be read. The names are those of headers, parameters or parts of
/// `Authorization`, spelled as the cloud's documentation spells them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// The piece is not there, or is empty.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// The piece is there and cannot be read.
    #[error("`{0}` is malformed")]
    Malformed(&'static str),
    /// The piece names an algorithm or version that is not served.
    #[error("`{0}` names something that is not supported")]
    Unsupported(&'static str),
    /// A header that must be signed is on the request but not in its list of signed headers.
    #[error("`{0}` is present but not signed")]
    NotSigned(String),
}

/// The signature is not the one computed. Both texts are public: the cloud shows them in its error message.
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not match the one computed")]
pub struct Mismatch {
    /// The string to sign that the server computed.
    pub string_to_sign: String,
    /// The canonical request behind it, in the forms that have one.
    pub canonical_request: Option<String>,
}

/// Why a signature that covers a digest of the body was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The header that carries the body's digest does not have this body's digest.
    #[error("`{header}` does not match the body")]
    Body {
        /// The header, `Content-MD5` or `x-acs-content-sha256`.
        header: &'static str,
        /// The digest of the body that came.
        computed: String,
    },
    /// The signature itself.
    #[error(transparent)]
    Signature(#[from] Mismatch),
}

/// Why a client's request could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The form signs a header that the request does not have.
    #[error("`{0}` must be set before signing")]
    Missing(&'static str),
    /// A credential or nonce holds characters that no header can carry.
    #[error(transparent)]
    Header(#[from] InvalidHeaderValue),
}

/// Accepts the claimed signature when any of the documented ways to write the string to sign gives it; else reports
/// the first way, which is the plain one.
fn settle(
    claimed: &str,
    sign: impl Fn(&str) -> String,
    ways: impl IntoIterator<Item = Mismatch>,
) -> Result<(), Mismatch> {
    let mut plain = None;
    for way in ways {
        if secret::same(&sign(&way.string_to_sign), claimed) {
            return Ok(());
        }
        plain.get_or_insert(way);
    }
    Err(plain.unwrap_or_default())
}

/// The ways to write parameters that have no value: bare (`k`), and with the sign (`k=`) when some value is empty.
fn empty_value_ways<'a>(mut values: impl Iterator<Item = &'a str>) -> &'static [EmptyValue] {
    if values.any(str::is_empty) { &[EmptyValue::Bare, EmptyValue::WithEquals] } else { &[EmptyValue::Bare] }
}

/// How a parameter with an empty value is written where clients disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyValue {
    /// `k`
    Bare,
    /// `k=`
    WithEquals,
}

impl EmptyValue {
    /// Appends `name=value`, or this way's rendering of `name` without a value.
    fn write(self, out: &mut String, name: &str, value: &str) {
        out.push_str(name);
        if !value.is_empty() || self == EmptyValue::WithEquals {
            out.push('=');
            out.push_str(value);
        }
    }
}

#[cfg(test)]
mod samples {
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
                changed
                    .insert(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_bytes(&bytes).unwrap());
                all.push(changed);
            }
        }
        all
    }
}
