//! What is signed, and with what.

use http::HeaderMap;

use super::query::{pe_key_path_into, pe_path_into};
use super::{OrderedQuery, Secret};

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
    /// The object [key](super::key), decoded; empty for the bucket itself.
    pub key: &'a str,
}

impl OssResource<'_> {
    /// `/`, `/bucket/` or `/bucket/key`, not encoded.
    pub fn path(&self) -> String {
        let mut text = String::new();
        self.path_into(&mut text);
        text
    }

    /// Appends the same.
    pub(super) fn path_into(&self, text: &mut String) {
        text.push('/');
        if let Some(bucket) = self.bucket {
            text.push_str(bucket);
            text.push('/');
        }
        text.push_str(self.key);
    }

    /// Appends the same, percent-encoded.
    pub(super) fn encoded_path_into(&self, text: &mut String) {
        text.push('/');
        if let Some(bucket) = self.bucket {
            pe_path_into(text, bucket);
            text.push('/');
        }
        pe_key_path_into(text, self.key);
    }
}
