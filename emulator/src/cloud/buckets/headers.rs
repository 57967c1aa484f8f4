//! The headers that are kept with an object.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};

/// Headers in one run of bytes: `name:value` and a line feed each, in the order they came. A map would take several hundred bytes
/// for each object; these take their own length and four bytes more.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct KeptHeaders(Box<[u8]>);

impl fmt::Debug for KeptHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

impl KeptHeaders {
    /// The headers, one by one. A name may come several times.
    pub fn iter(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        let lines = self.0.split(|byte| *byte == b'\n');
        lines.filter_map(|line| {
            // No name has a colon in it, and no value a line feed.
            let colon = line.iter().position(|byte| *byte == b':')?;
            let (name, value) = line.split_at_checked(colon)?;
            Some((HeaderName::from_bytes(name).ok()?, HeaderValue::from_bytes(value.get(1..)?).ok()?))
        })
    }

    /// As a map, for an answer.
    pub fn to_map(&self) -> HeaderMap {
        self.iter().collect()
    }
}

impl<'h> FromIterator<(&'h HeaderName, &'h HeaderValue)> for KeptHeaders {
    fn from_iter<I: IntoIterator<Item = (&'h HeaderName, &'h HeaderValue)>>(headers: I) -> Self {
        let mut lines = Vec::new();
        for (name, value) in headers {
            lines.extend_from_slice(name.as_str().as_bytes());
            lines.push(b':');
            lines.extend_from_slice(value.as_bytes());
            lines.push(b'\n');
        }
        Self(lines.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_what_came() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("content-type", &b"text/plain; a=b:c"[..]),
            ("x-oss-meta-empty", b""),
            ("x-oss-meta-obs", b"\xe6\xb5\x8b\t"),
            ("x-oss-meta-two", b"1"),
            ("x-oss-meta-two", b"2"),
        ] {
            headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap());
        }
        let kept: KeptHeaders = headers.iter().collect();
        assert_eq!(kept.to_map(), headers);
        assert_eq!(KeptHeaders::default().iter().count(), 0);
    }
}
