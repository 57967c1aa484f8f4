//! A call that is to leave the cloud, as a value: a reply carries it until the state is as it is to be.

use bytes::Bytes;
use http::{HeaderMap, StatusCode, Uri};

use super::{ApiError, Reply};

/// A call to whoever is to be told of something.
#[derive(Debug, Clone)]
pub struct CallOut {
    /// Where to: to the first that answers well.
    pub(crate) addresses: Vec<Uri>,
    /// What is told.
    pub(crate) body: Bytes,
    /// The headers but for those that each call has of its own.
    pub(crate) common: HeaderMap,
    /// The headers of a call to an address, signed with the key that lies at another.
    pub(crate) sign: fn(&CallOut, &Uri, &str) -> HeaderMap,
    /// What the reply is then.
    pub(crate) answer: fn(Reply, Result<Called, Unreachable>) -> Result<Reply, ApiError>,
}

/// What a call was answered with.
#[derive(Debug, Clone)]
pub struct Called {
    /// The status.
    pub(crate) status: StatusCode,
    /// The body.
    pub(crate) body: Bytes,
}

/// That nobody answered, or nobody was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreachable;

impl CallOut {
    /// The headers of a call to an address.
    pub(crate) fn headers(&self, address: &Uri, key: &str) -> HeaderMap {
        (self.sign)(self, address, key)
    }
}
