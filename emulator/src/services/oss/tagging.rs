//! Tags of buckets and objects.

use std::collections::HashSet;

use http::StatusCode;
use serde::Deserialize;

use super::xml::Node;
use super::{bucket, error, object, xml};
use crate::cloud::{Object, Quota};
use crate::gateway::{ApiError, Body, Call, Reply};
use crate::signature::{OrderedQuery, Plus};

#[derive(Debug, Deserialize)]
struct Tagging {
    #[serde(rename = "TagSet")]
    set: TagSet,
}

#[derive(Debug, Deserialize)]
struct TagSet {
    #[serde(rename = "Tag", default)]
    tags: Vec<Tag>,
}

#[derive(Debug, Deserialize)]
struct Tag {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "Value", default)]
    value: String,
}

/// How many tags there may be by the quota of the bucket's owner, and how long, in bytes.
#[derive(Debug, Clone, Copy)]
struct Limits {
    tags: Quota,
    key: usize,
    value: usize,
    /// May there be any character?
    any: bool,
}

/// PutBucketTags
const OF_A_BUCKET: Limits = Limits { tags: Quota::TagsPerBucket, key: 64, value: 128, any: true };
/// PutObjectTagging
const OF_AN_OBJECT: Limits = Limits { tags: Quota::TagsPerObject, key: 128, value: 256, any: false };

/// Letters and digits of any script, blanks and these signs (Object tagging).
pub(super) fn is_plain(text: &str) -> bool {
    text.chars().all(|character| character.is_alphanumeric() || " +-=._:/".contains(character))
}

/// The tag of an object that cannot be. The words are published for keys and values.
fn invalid_tag(what: &str, text: &str) -> ApiError {
    ApiError::bad_request("InvalidTag", format!("The Tag{what} you have provided is invalid."))
        .with(if what == "Key" { "TagKey" } else { "TagValue" }, text)
}

/// Checks tags. The code for a bad key and the one for a repeated key are published; that for a value, and for too many,
/// follow them.
fn check(call: &Call<'_>, tags: Vec<(String, String)>, limits: Limits) -> Result<Vec<(String, String)>, ApiError> {
    let most = bucket::owner(call)?.quotas.get(limits.tags);
    if tags.len() > most {
        // The words are published for buckets.
        let of = if limits.any { "bucket" } else { "object" };
        return Err(ApiError::bad_request("TooManyTags", format!("The {of} tags num is beyond limit.")));
    }
    let mut seen = HashSet::new();
    for (key, value) in &tags {
        let reserved = ["http://", "https://", "Aliyun"].iter().any(|start| key.starts_with(start));
        let bad_key = key.is_empty() || key.len() > limits.key || (limits.any && reserved);
        if !limits.any {
            if bad_key || !is_plain(key) {
                return Err(invalid_tag("Key", key));
            }
            if value.len() > limits.value || !is_plain(value) {
                return Err(invalid_tag("Value", value));
            }
        } else if bad_key {
            return Err(ApiError::bad_request("InvalidTaggingKey", "The tagging key you provided is invalid.")
                .with("TagKey", key.as_str()));
        } else if value.len() > limits.value {
            return Err(ApiError::bad_request("InvalidTaggingValue", "The tagging value you provided is invalid.")
                .with("TagValue", value.as_str()));
        }
        if !seen.insert(key) {
            return Err(ApiError::bad_request("RepeatedTags", "Tag keys must be unique.").with("TagKey", key.as_str()));
        }
    }
    Ok(tags)
}

/// The tags in the body, as they are sent.
pub(super) fn in_body(call: &Call<'_>) -> Result<Vec<(String, String)>, ApiError> {
    let tagging: Tagging = xml::read(&call.http.body, "Tagging")?;
    Ok(tagging.set.tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
}

fn sent(call: &Call<'_>, limits: Limits) -> Result<Vec<(String, String)>, ApiError> {
    check(call, in_body(call)?, limits)
}

/// The tags in `x-oss-tagging: a=1&b=2`.
pub(super) fn in_header(call: &Call<'_>) -> Result<Option<Vec<(String, String)>>, ApiError> {
    let Some(text) = call.http.header("x-oss-tagging") else { return Ok(None) };
    let wrong = || {
        error::invalid_argument(
            "x-oss-tagging",
            text,
            "The header 'x-oss-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
        )
    };
    // `a=b=c` says two values; a `=` in one is written `%3D` (0010-00000219).
    if text.split('&').any(|tag| tag.matches('=').count() > 1) {
        return Err(wrong());
    }
    let parsed = OrderedQuery::parse(text, Plus::Space).map_err(|_| wrong())?;
    let tags: Vec<_> = parsed.iter().map(|tag| (tag.name.to_owned(), tag.value.to_owned())).collect();
    let names: HashSet<_> = tags.iter().map(|(key, _)| key).collect();
    if names.len() < tags.len() {
        return Err(wrong());
    }
    check(call, tags, OF_AN_OBJECT).map(Some)
}

fn reply(tags: &[(String, String)]) -> Reply {
    xml::reply("Tagging", |node| set(node, tags))
}

/// The tags of what an element tells of.
pub(super) fn shown(node: &mut Node<'_>, tags: &[(String, String)]) {
    node.element("Tagging", |node| set(node, tags));
}

fn set(node: &mut Node<'_>, tags: &[(String, String)]) {
    node.element("TagSet", |node| {
        for (key, value) in tags {
            node.element("Tag", |node| {
                node.text("Key", key);
                node.text("Value", value);
            });
        }
    });
}

fn gone() -> Reply {
    Reply::with_body(Body::Empty).status(StatusCode::NO_CONTENT)
}

/// PutBucketTags: what was there before is there no more.
pub(super) fn put_of_bucket(call: &Call<'_>) -> Result<Reply, ApiError> {
    let tags = sent(call, OF_A_BUCKET)?;
    bucket::change(call, |bucket| bucket.tags = tags)?;
    Ok(Reply::with_body(Body::Empty))
}

/// GetBucketTags
pub(super) fn of_bucket(call: &Call<'_>) -> Result<Reply, ApiError> {
    bucket::read(call, |bucket| reply(&bucket.tags))
}

/// DeleteBucketTags: all, or those named in `tagging=a,b`.
pub(super) fn delete_of_bucket(call: &Call<'_>) -> Result<Reply, ApiError> {
    let named: Vec<&str> = call.arguments.text("tagging").split(',').filter(|key| !key.is_empty()).collect();
    bucket::change(call, |bucket| bucket.tags.retain(|(key, _)| !named.is_empty() && !named.contains(&key.as_str())))?;
    Ok(gone())
}

/// PutObjectTagging
pub(super) fn put_of_object(call: &Call<'_>) -> Result<Reply, ApiError> {
    let tags = sent(call, OF_AN_OBJECT)?;
    let seen = object::replace(call, |object, _| Ok(Object { tags: tags.into(), ..object.clone() }))?;
    Ok(seen.said(Reply::with_body(Body::Empty)))
}

/// GetObjectTagging
pub(super) fn of_object(call: &Call<'_>) -> Result<Reply, ApiError> {
    let seen = object::find(call)?;
    Ok(seen.said(reply(&seen.tags)))
}

/// DeleteObjectTagging
pub(super) fn delete_of_object(call: &Call<'_>) -> Result<Reply, ApiError> {
    let seen = object::replace(call, |object, _| Ok(Object { tags: Box::default(), ..object.clone() }))?;
    Ok(seen.said(gone()))
}
