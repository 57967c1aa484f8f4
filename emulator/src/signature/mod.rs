//! Request signatures, one canonical form a file, both directions: what the emulator checks and what the
//! harness, as a client, sends.
//!
//! | file | form | carried by |
//! | --- | --- | --- |
//! | [`rpc`] | RPC 1.0, `HMAC-SHA1` or `HMAC-SHA256` | parameters `AccessKeyId`, `Signature`, … |
//! | [`roa`] | ROA 1.0 | `Authorization: acs <id>:<signature>` |
//! | [`acs3`] | V3 | `Authorization: ACS3-HMAC-SHA256 Credential=…` |
//! | [`oss_v1`] | OSS V1, header and presigned URL | `Authorization: OSS <id>:<signature>`, `?OSSAccessKeyId=…` |
//! | [`oss_v2`] | OSS V2, header and presigned URL | `Authorization: OSS2 …`, `?x-oss-signature-version=OSS2` |
//! | [`oss_v4`] | OSS V4, header and presigned URL | `Authorization: OSS4-HMAC-SHA256 …`, `?x-oss-credential=…` |
//! | [`fc`] | Function Compute 2.0 | `Authorization: FC <id>:<signature>` |
//! | [`sls_v1`] | SLS V1, `hmac-sha1` or `hmac-sha256` | `Authorization: LOG <id>:<signature>` |
//! | [`sls_v4`] | SLS V4 | `Authorization: SLS4-HMAC-SHA256 …` |
//!
//! Every form reads the same way. A `Claim` is what the request says of itself (access key id, signature, time,
//! token); parsing it tells a missing piece from a malformed one, so that the gateway can answer with the cloud's
//! own code. `string_to_sign` and `signature` are the computation, `verify` compares in constant time and hands
//! back what was computed when it differs, and `sign` or `presign` give what a client must add to its request.
//!
//! Nothing here looks at a clock or knows an account: whether the time is near enough, the key alive and the nonce
//! fresh is the gateway's to say.

pub mod acs3;
mod error;
pub mod fc;
mod headers;
mod in_place;
pub mod key;
mod mac;
pub mod oss_v1;
pub mod oss_v2;
pub mod oss_v4;
pub mod query;
pub mod roa;
pub mod rpc;
#[cfg(test)]
mod samples;
pub mod secret;
pub mod sls_v1;
pub mod sls_v4;
pub mod time;
mod v4;
mod view;
mod ways;

pub use error::{ClaimError, Mismatch, SignError, VerifyError};
pub use in_place::InPlace;
pub use mac::HmacMethod;
pub(crate) use mac::hex_sha256;
pub use query::{OrderedQuery, Plus, QueryError, pe};
use secret::DerivedKey;
pub use secret::Secret;
pub use time::TimeFormat;
pub use view::{Credentials, OssResource, SignedView};
pub use ways::EmptyValue;
use ways::{empty_value_ways, settle};
