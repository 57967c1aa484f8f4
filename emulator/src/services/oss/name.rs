//! Names of buckets and objects.

use super::error;
use crate::cloud::VersionId;
use crate::gateway::{ApiError, Call};
use crate::signature::{OrderedQuery, Plus, key, query};

/// 3 to 63 lower-case letters, digits and hyphens, a hyphen at neither end (OSS: PutBucket).
pub(super) fn check_bucket(name: &str) -> Result<(), ApiError> {
    if name.contains('_') { Err(error::invalid_bucket_name(name)) } else { check_old_bucket(name) }
}

/// The same of a bucket that may be there already: a live test of Java's client asks for one with `_` in its name, and is told that there is
/// none. INFERRED: such names were once allowed.
pub(super) fn check_old_bucket(name: &str) -> Result<(), ApiError> {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    let hyphen_at_an_end = name.starts_with('-') || name.ends_with('-');
    if (3..=63).contains(&name.len()) && name.bytes().all(good) && !hyphen_at_an_end {
        Ok(())
    } else {
        Err(error::invalid_bucket_name(name))
    }
}

pub(super) use crate::wire::oss::LONGEST_KEY;

/// 1 to 1023 bytes, the first neither a slash nor a backslash (OSS: Object naming conventions).
pub(super) fn check_object(key: &str) -> Result<(), ApiError> {
    let bytes = key::bytes(key).len();
    if (1..=LONGEST_KEY).contains(&bytes) && !key.starts_with(['/', '\\']) {
        Ok(())
    } else {
        Err(error::invalid_object_name(key, bytes))
    }
}

/// What is copied.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) bucket: String,
    pub(super) key: String,
    /// The version, as it was written.
    pub(super) version: Option<String>,
}

impl Source {
    /// The end of its ARN.
    pub(super) fn resource(&self) -> String {
        format!("{}/{}", self.bucket, self.key)
    }

    /// What is located of it.
    pub(super) fn about(&self) -> String {
        match self.version.as_deref().filter(|version| VersionId::parse(version).is_some()) {
            Some(version) => format!("{version}@{}", self.resource()),
            None => self.resource(),
        }
    }

    /// Reads `/bucket/object?versionId=…`, the object percent-encoded; a `+` is a blank, as Go's clients write one. Nothing else can be
    /// asked of it.
    fn read(text: &str) -> Option<Self> {
        let (path, query) = match text.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (text, None),
        };
        let path = query::decode_key(path.strip_prefix('/').unwrap_or(path), Plus::Space).ok()?;
        let (bucket, key) = path.split_once('/')?;
        let version = query.map(|query| OrderedQuery::parse(query, Plus::Literal)).transpose().ok()?;
        if version.iter().flat_map(OrderedQuery::iter).any(|parameter| parameter.name != "versionId") {
            return None;
        }
        let version = version.and_then(|query| query.get("versionId").map(str::to_owned));
        let named = !bucket.is_empty() && !key.is_empty();
        named.then(|| Self { bucket: bucket.to_owned(), key: key.to_owned(), version })
    }
}

/// What `x-oss-copy-source` names. Of a part it must begin with the slash (0042-00000301).
pub(super) fn copy_source(call: &Call<'_>) -> Result<Source, ApiError> {
    let text = call.http.header("x-oss-copy-source").unwrap_or_default();
    let of_part = call.arguments.get("uploadId").is_some();
    Source::read(text).filter(|_| !of_part || text.starts_with('/')).ok_or_else(|| {
        error::invalid_argument(
            "x-oss-copy-source",
            text,
            "Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_names() {
        for good in ["abc", "a-c", "0b0", &"a".repeat(63)] {
            assert!(check_bucket(good).is_ok(), "{good}");
        }
        for wrong in ["", "ab", "-ab", "ab-", "aBc", "a.c", "a_c", "a:c", "a/c", "tüb", &"a".repeat(64)] {
            assert_eq!(check_bucket(wrong).unwrap_err().code(), "InvalidBucketName", "{wrong}");
            assert_eq!(check_old_bucket(wrong).is_ok(), wrong == "a_c", "{wrong}");
        }
    }

    #[test]
    fn sources_of_copies() {
        let read = |text| Source::read(text).map(|source| (source.bucket, source.key, source.version));
        let of = |bucket: &str, key: &str, version: Option<&str>| {
            Some((bucket.to_owned(), key.to_owned(), version.map(str::to_owned)))
        };
        assert_eq!(read("/b/a+b%2Fc"), of("b", "a b/c", None));
        assert_eq!(read("b/k?versionId=null"), of("b", "k", Some("null")));
        assert_eq!(read("/b/k%3FversionId=x"), of("b", "k?versionId=x", None));
        for wrong in ["", "/", "/b", "/b/", "//k", "/b/%zz", "/b/k?unknown=x", "/b/k?foo", "/b/k?versionId=null&x=1"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn object_names() {
        for good in ["a", "a/b", "a//b", ".", "测试", &"a".repeat(1023)] {
            assert!(check_object(good).is_ok(), "{good}");
        }
        for wrong in ["", "/a", "\\a", &"a".repeat(1024)] {
            assert_eq!(check_object(wrong).unwrap_err().code(), "InvalidObjectName", "{wrong}");
        }
    }
}
