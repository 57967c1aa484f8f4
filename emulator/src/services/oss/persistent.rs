//! Headers of a client's own that are kept with an object: `x-oss-persistent-headers`.
//!
//! Source pages: "HTTP 400 status code" (`InvalidArgument`: those of HTTP itself are reserved); the article on headers that do not begin
//! with `x-oss-meta-`, which names the operations that take them.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::draft::is_kept;
use crate::gateway::ApiError;

/// The header, and the field of a form.
pub(super) const NAME: &str = "x-oss-persistent-headers";

/// What begins so is OSS's, or says what a browser may do with the answer.
const PREFIXES: [&str; 2] = ["x-oss-", "access-control-"];
/// What HTTP says by itself of a request, of an answer or of the connection.
const OF_HTTP: [&str; 49] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "accept-ranges",
    "age",
    "allow",
    "authorization",
    "connection",
    "content-length",
    "content-location",
    "content-md5",
    "content-range",
    "cookie",
    "date",
    "etag",
    "expect",
    "forwarded",
    "from",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "keep-alive",
    "last-modified",
    "location",
    "max-forwards",
    "origin",
    "pragma",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "referer",
    "retry-after",
    "sec-websocket-accept",
    "server",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "vary",
    "via",
    "warning",
    "www-authenticate",
];

/// Is it said by somebody else than the object: by OSS, or by HTTP?
///
/// INFERRED: that those of answers are reserved too. The page names some of requests, and an object would answer for OSS else.
pub(super) fn is_reserved(name: &str) -> bool {
    PREFIXES.iter().any(|prefix| name.starts_with(prefix)) || OF_HTTP.contains(&name)
}

/// The headers in `x-oss-persistent-headers: name:base64(value),…`.
pub(super) fn read(headers: &HeaderMap) -> Result<HeaderMap, ApiError> {
    let mut further = HeaderMap::new();
    let Some(text) = headers.get(NAME) else { return Ok(further) };
    let wrong = |message| ApiError::bad_request("InvalidArgument", message);
    let text = text.to_str().unwrap_or_default();
    for one in text.split(',') {
        let (name, value) = one.trim().split_once(':').ok_or_else(|| {
            wrong("The format of persistent header is invalid, should be \"name:Base64Encode(value),name:Base64Encode(value)...\"")
        })?;
        let name = HeaderName::try_from(name.trim())
            .map_err(|_| wrong("The header specified by persistent header is not valid HTTP token."))?;
        if is_reserved(name.as_str()) || is_kept(name.as_str()) {
            return Err(wrong("The header specified by persistent header is reserved."));
        }
        let bytes = BASE64_STANDARD
            .decode(value.trim())
            .map_err(|_| wrong("The header value specified by persistent header is not base64 encoded."))?;
        let value = String::from_utf8(bytes)
            .map_err(|_| wrong("The header value specified by persistent header is not utf-8 encoded."))?;
        let value = HeaderValue::try_from(value)
            .map_err(|_| wrong("The header value specified by persistent header contains CR or LF."))?;
        // A request that has the header itself must mean the same by it.
        if headers.get(&name).is_some_and(|own| *own != value) {
            return Err(wrong("The header value specified by persistent header is not equal to request header value."));
        }
        further.append(name, value);
    }
    Ok(further)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_order_and_in_lower_case() {
        assert!(OF_HTTP.is_sorted() && OF_HTTP.iter().all(|name| HeaderName::from_bytes(name.as_bytes()).is_ok()));
        assert!(OF_HTTP.iter().all(|name| *name == name.to_ascii_lowercase() && !is_kept(name)));
    }
}
