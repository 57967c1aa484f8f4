//! Names of buckets and objects.

use super::error;
use crate::gateway::{ApiError, Call};
use crate::signature::{Plus, query};

/// 3 to 63 lower-case letters, digits and hyphens, a hyphen at neither end (OSS: PutBucket).
pub(super) fn check_bucket(name: &str) -> Result<(), ApiError> {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let hyphen_at_an_end = name.starts_with('-') || name.ends_with('-');
    if (3..=63).contains(&name.len()) && name.bytes().all(good) && !hyphen_at_an_end {
        Ok(())
    } else {
        Err(error::invalid_bucket_name(name))
    }
}

/// 1 to 1023 bytes, the first neither a slash nor a backslash (OSS: Object naming conventions).
pub(super) fn check_object(key: &str) -> Result<(), ApiError> {
    if (1..=1023).contains(&key.len()) && !key.starts_with(['/', '\\']) {
        Ok(())
    } else {
        Err(error::invalid_object_name(key))
    }
}

/// The bucket and the object in `x-oss-copy-source: /bucket/object`, the object percent-encoded.
pub(super) fn copy_source(call: &Call<'_>) -> Result<(String, String), ApiError> {
    let text = call.http.header("x-oss-copy-source").unwrap_or_default();
    // A version is asked for behind a `?`.
    if text.contains('?') {
        return Err(error::not_implemented());
    }
    let path = text.strip_prefix('/').unwrap_or(text);
    query::decode(path, Plus::Literal)
        .ok()
        .and_then(|path| path.split_once('/').map(|(bucket, key)| (bucket.to_owned(), key.to_owned())))
        .filter(|(bucket, key)| !bucket.is_empty() && !key.is_empty())
        .ok_or_else(|| {
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
