//! Headers of a client's own that are kept with an object: `x-oss-persistent-headers`.
//!
//! Source pages: "HTTP 400 status code" (`InvalidArgument`: those of HTTP itself are reserved); the article on headers that do not begin
//! with `x-oss-meta-`, which names the operations that take them.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::draft::is_kept;
use crate::cloud::KeptHeaders;
use crate::gateway::ApiError;

/// The header, and the field of a form.
pub(super) const NAME: &str = "x-oss-persistent-headers";

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
        if name.as_str().starts_with("x-oss-") || is_kept(name.as_str()) || !KeptHeaders::may_have(name.as_str()) {
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
