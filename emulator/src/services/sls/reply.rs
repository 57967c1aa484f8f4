//! Answers: JSON of any kind, and what is compressed in the way that the client asks for.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use http::{HeaderValue, header};
use serde_json::Value;

use crate::gateway::{ApiError, Body, Call, Reply};

const JSON: &str = "application/json";

/// Nothing but that it was done.
pub(super) fn done() -> Reply {
    Reply::with_body(Body::Empty)
}

/// A document, be it an object, a list or a text.
pub(super) fn json(value: &Value) -> Reply {
    Reply::with_body(Body::Bytes(JSON, value.to_string().into()))
}

/// JSON, compressed.
pub(super) fn packed_json(call: &Call<'_>, value: &Value) -> Result<Reply, ApiError> {
    packed(call, JSON, value.to_string().into_bytes())
}

/// Bytes of a kind, compressed as the client asks for: as LZ4, Zstandard, or zlib under either of its names. Clients that list several
/// are no clients of Log Service's, and are sent what is not compressed.
pub(super) fn packed(call: &Call<'_>, kind: &'static str, bytes: Vec<u8>) -> Result<Reply, ApiError> {
    let size = bytes.len();
    let asked = call.http.header(header::ACCEPT_ENCODING).unwrap_or_default();
    let packed = match asked {
        _ if bytes.is_empty() => None,
        "lz4" => Some(("lz4", lz4_flex::block::compress(&bytes))),
        "zstd" => Some(("zstd", zstd::bulk::compress(&bytes, 1).map_err(|_| ApiError::internal())?)),
        "deflate" => Some(("deflate", zlib(&bytes)?)),
        "gzip" => Some(("gzip", zlib(&bytes)?)),
        _ => None,
    };
    let raw_size = HeaderValue::from(size);
    Ok(match packed {
        None => Reply::with_body(Body::Bytes(kind, bytes.into())).header("x-log-bodyrawsize", size.to_string()),
        Some((name, packed)) => {
            let mut reply = Reply::with_body(Body::Bytes(kind, Bytes::from(packed)));
            reply.headers.insert("x-log-bodyrawsize", raw_size);
            reply.headers.insert("x-log-compresstype", HeaderValue::from_static(name));
            reply
        }
    })
}

fn zlib(bytes: &[u8]) -> Result<Vec<u8>, ApiError> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).map_err(|_| ApiError::internal())
}
