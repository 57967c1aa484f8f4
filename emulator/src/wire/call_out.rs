//! A call that is to leave the cloud, as a value: a reply carries it until the state is as it is to be.

use std::fmt::Debug;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, Uri};

use super::{ApiError, Reply};

/// A call to whoever is to be told of something.
#[derive(Debug, Clone)]
pub struct CallOut {
    /// Where to: to the first that answers well.
    pub(crate) addresses: Vec<Uri>,
    /// What is told. It is written when somebody is called, and not before.
    pub(crate) tells: Arc<dyn Tells>,
}

/// What is told, and what comes of it.
pub trait Tells: Debug + Send + Sync {
    /// What is told.
    ///
    /// # Errors
    /// It would be too long.
    fn body(&self) -> Result<Bytes, NotCalled>;

    /// The headers of a call to an address, signed with the key that lies at another.
    fn headers(&self, address: &Uri, key: &str, body: &Bytes) -> HeaderMap;

    /// What the reply is then.
    ///
    /// # Errors
    /// Whoever was to be told was not, or did not answer well.
    fn answer(&self, reply: Reply, called: Result<Called, NotCalled>) -> Result<Reply, ApiError>;
}

/// What a call was answered with.
#[derive(Debug, Clone)]
pub struct Called {
    /// The status.
    pub(crate) status: StatusCode,
    /// The body.
    pub(crate) body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotCalled {
    /// Nobody answered, or nobody is called.
    Unreachable,
    /// What was to be told would be too long.
    TooLong,
}
