//! What a request carries: JSON, or compressed bytes of a size that it announces.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::ZlibDecoder;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::error;
use crate::gateway::{ApiError, Call};

/// The largest body, unpacked (PutLogs: 10 MB).
pub(super) const LARGEST: usize = 10 << 20;

const NOT_JSON: &str = "The request body is not valid JSON object.";

/// The body as a document of a type.
pub(super) fn json<T: DeserializeOwned>(call: &Call<'_>) -> Result<T, ApiError> {
    serde_json::from_slice(&call.http.body).map_err(|_| error::body(NOT_JSON))
}

/// Is the body a JSON object at all?
pub(super) fn is_object(call: &Call<'_>) -> Result<(), ApiError> {
    json::<Map<String, Value>>(call).map(|_| ())
}

/// The body, unpacked. It is never more than it was announced to be, and that never more than may be.
pub(super) fn unpacked<'c>(call: &'c Call<'_>) -> Result<Cow<'c, [u8]>, ApiError> {
    let body = &call.http.body;
    let Some(kind) = call.http.header("x-log-compresstype").filter(|kind| !kind.is_empty()) else {
        return if body.len() > LARGEST { Err(error::too_large(body.len(), LARGEST)) } else { Ok(Cow::Borrowed(body)) };
    };
    let size = raw_size(call)?;
    if size > LARGEST {
        return Err(error::too_large(size, LARGEST));
    }
    let bytes = match kind {
        "lz4" => lz4_flex::block::decompress(body, size).ok(),
        "zstd" => zstd::bulk::decompress(body, size).ok(),
        "deflate" | "gzip" => inflated(body, size),
        other => {
            let message = format!("x-log-compresstype {other} is unsupported.");
            return Err(ApiError::bad_request("InvalidCompressType", message));
        }
    };
    // One that unpacks to another size than it says is cut off, or something else.
    let bytes = bytes.filter(|bytes| bytes.len() == size);
    bytes.map(Cow::Owned).ok_or_else(|| ApiError::bad_request("PostBodyUncompressError", "Failed to decompress logs."))
}

fn raw_size(call: &Call<'_>) -> Result<usize, ApiError> {
    const HEADER: &str = "x-log-bodyrawsize";
    let Some(text) = call.http.header(HEADER) else {
        let message = format!("{HEADER} does not exist in header when it is necessary.");
        return Err(ApiError::bad_request("MissingBodyRawSize", message));
    };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or_else(|| error::invalid(&format!("Http extend {HEADER}"), text))
}

/// What zlib makes of it, up to one byte more than there should be.
fn inflated(body: &[u8], size: usize) -> Option<Vec<u8>> {
    let most = u64::try_from(size).ok()?.checked_add(1)?;
    let mut bytes = Vec::new();
    ZlibDecoder::new(body).take(most).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
