//! The headers that are kept with an object.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};

/// What begins so is OSS's, or says what a browser may do with the answer,
const PREFIXES: [&str; 2] = ["x-oss-", "access-control-"];
/// but for these, which a client says of an object.
const OWN: [&str; 2] = ["x-oss-meta-", "x-oss-server-side-"];
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
    /// May an object have a header of this name? Not where somebody else says it: OSS, or HTTP.
    ///
    /// INFERRED: that those of answers are reserved too. The page names some of requests, and an object would answer for OSS else.
    pub fn may_have(name: &str) -> bool {
        let begins = |prefixes: [&str; 2]| prefixes.iter().any(|prefix| name.starts_with(prefix));
        begins(OWN) || !(begins(PREFIXES) || OF_HTTP.contains(&name))
    }

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

    /// The text of a header, which is asked for by its name in lower case.
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = |line: &'_ [u8]| line.strip_prefix(name.as_bytes())?.strip_prefix(b":").map(<[u8]>::len);
        let line = self.0.split(|byte| *byte == b'\n').find(|line| value(line).is_some())?;
        std::str::from_utf8(line.get(name.len() + 1..)?).ok()
    }

    /// These, and of others those that are wanted and not among them.
    #[must_use]
    pub fn or(&self, others: &Self, wanted: impl Fn(&str) -> bool) -> Self {
        let own = self.to_map();
        let added: Vec<_> =
            others.iter().filter(|(name, _)| wanted(name.as_str()) && !own.contains_key(name)).collect();
        own.iter().chain(added.iter().map(|(name, value)| (name, value))).collect()
    }

    /// These but for some, which are had from others.
    #[must_use]
    pub fn but(&self, others: &Self, from_others: impl Fn(&str) -> bool) -> Self {
        let own = self.iter().filter(|(name, _)| !from_others(name.as_str()));
        let others = others.iter().filter(|(name, _)| from_others(name.as_str()));
        let all: Vec<_> = own.chain(others).collect();
        all.iter().map(|(name, value)| (name, value)).collect()
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
    fn reserved_names_stand_in_order_and_in_lower_case() {
        assert!(OF_HTTP.is_sorted() && OF_HTTP.iter().all(|name| HeaderName::from_bytes(name.as_bytes()).is_ok()));
        assert!(OF_HTTP.iter().all(|name| *name == name.to_ascii_lowercase() && !KeptHeaders::may_have(name)));
    }

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

    fn of(pairs: &[(&'static str, &'static str)]) -> KeptHeaders {
        let pairs: Vec<_> =
            pairs.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v))).collect();
        pairs.iter().map(|(name, value)| (name, value)).collect()
    }

    #[test]
    fn headers_of_two_objects_are_put_together() {
        let (one, other) = (of(&[("a", "1"), ("b", "2")]), of(&[("b", "3"), ("c", "4"), ("d", "5")]));
        assert_eq!(one.or(&other, |name| name != "d").to_map(), of(&[("a", "1"), ("b", "2"), ("c", "4")]).to_map());
        assert_eq!(one.but(&other, |name| name == "b").to_map(), of(&[("a", "1"), ("b", "3")]).to_map());
    }
}
