//! Answers that are packed on their way: text of 1 KiB and more, for whoever takes `gzip`.
//!
//! Source page: "GetObject" (`Accept-Encoding`).

use http::{HeaderValue, header};

use crate::gateway::{Body, Call, Reply};

/// What is packed.
const TYPES: [&str; 9] = [
    "text/cache-manifest",
    "text/xml",
    "text/plain",
    "text/css",
    "application/javascript",
    "application/x-javascript",
    "application/rss+xml",
    "application/json",
    "text/json",
];
const SMALLEST: u64 = 1 << 10;

/// The answer to a read of a whole object, packed where it is to be. What is packed has no tag and no length.
pub(super) fn packed(call: &Call<'_>, mut reply: Reply) -> Reply {
    let wanted = call.http.header(header::ACCEPT_ENCODING).is_some_and(takes_gzip);
    if !wanted || call.http.headers.contains_key(header::RANGE) || reply.headers.contains_key(header::CONTENT_ENCODING)
    {
        return reply;
    }
    let kind = reply.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    // A character set may stand behind it (INFERRED).
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !TYPES.iter().any(|one| kind.eq_ignore_ascii_case(one)) {
        return reply;
    }
    match reply.body {
        Body::Payload(kind, content) if content.size() >= SMALLEST => {
            reply.body = Body::Packed(kind, content);
            reply.headers.remove(header::ETAG);
            reply.headers.remove("content-md5");
            reply.headers.insert(header::CONTENT_ENCODING, const { HeaderValue::from_static("gzip") });
            reply
        }
        _ => reply,
    }
}

/// Is `gzip` among the encodings, and not with a weight of nothing?
fn takes_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let refused = |weight: &str| weight.trim_start_matches("q=").parse::<f32>().is_ok_and(|weight| weight <= 0.0);
        named && !parts.any(refused)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_takes_gzip() {
        for text in ["gzip", "deflate, gzip", "GZIP;q=0.5", "br;q=1.0, gzip; q=0.8"] {
            assert!(takes_gzip(text), "{text}");
        }
        for text in ["", "identity", "x-gzip", "gzip;q=0", "*"] {
            assert!(!takes_gzip(text), "{text}");
        }
    }
}
