//! A call of an operation: built, signed, sent, read.

use acslab_emulator::signature::SignError;

use super::answer::Answer;
use super::build::{BuildError, Parameters, build};
use super::connection::{Client, TransportError};
use super::request::Request;
use super::sign::{Key, Moment, Signature, finish};
use crate::catalogue::Operation;

/// One call of one operation.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// Its parameters.
    pub parameters: &'a Parameters,
    /// The caller's key; none for a call that is not signed.
    pub key: Option<&'a Key>,
    /// How to sign, if not as current SDKs do.
    pub signature: Option<Signature>,
    /// For how many seconds a URL holds that is to stand for it; OSS only.
    pub presigned: Option<u32>,
    /// When, where and with which nonce.
    pub moment: Moment<'a>,
}

/// Why a call came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The parameters make no request.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The request cannot be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// There was no answer.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

impl Client {
    /// The request of a call, signed: what [`Client::send`] sends.
    pub fn prepare(&self, call: &Call<'_>) -> Result<Request, CallError> {
        let mut request = build(call.operation, call.parameters, call.moment.region)?;
        finish(&mut request, self.authority(), call)?;
        Ok(request)
    }

    /// Builds, signs and sends a call, and reads the answer.
    pub fn call(&self, call: &Call<'_>) -> Result<Answer, CallError> {
        Ok(self.send(&self.prepare(call)?, call.operation.product.style)?)
    }
}
