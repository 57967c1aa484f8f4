//! ListObjects and ListObjectsV2.

use std::ops::Bound;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::xml::Node;
use super::{bucket, error, view, xml};
use crate::cloud::{Bucket, Object};
use crate::gateway::{ApiError, Arguments, Call, Reply};
use crate::signature::pe;

/// Entries of a page when the request does not say.
const DEFAULT_MAX_KEYS: usize = 100;

/// At most 1000 entries; the words are ours.
pub(super) fn check_max_keys(text: &str) -> Result<(), ApiError> {
    match text.parse::<u16>() {
        Ok(0..=1000) => Ok(()),
        _ => Err(error::invalid_argument("max-keys", text, "Argument max-keys must be an integer between 0 and 1000.")),
    }
}

/// Prefixes, markers and delimiters are shorter than 1024 bytes; the words are ours.
pub(super) fn check_length(text: &str) -> Result<(), ApiError> {
    if text.len() < 1024 {
        return Ok(());
    }
    Err(ApiError::bad_request("InvalidArgument", "The length of prefix, marker or delimiter must be less than 1024."))
}

/// `url` in whatever letter case; the words are ours.
pub(super) fn check_encoding(text: &str) -> Result<(), ApiError> {
    if text.eq_ignore_ascii_case("url") {
        return Ok(());
    }
    Err(error::invalid_argument("encoding-type", text, "Invalid Encoding Method specified in Request."))
}

/// `max-keys`, checked before.
pub(super) fn max_keys(call: &Call<'_>) -> usize {
    call.arguments.integer("max-keys").and_then(|most| usize::try_from(most).ok()).unwrap_or(DEFAULT_MAX_KEYS)
}

/// What is asked for.
struct Asked<'a> {
    prefix: &'a str,
    delimiter: &'a str,
    /// Nothing up to and with this.
    after: Option<&'a str>,
    most: usize,
}

/// What is found: keys, and the beginnings that keys have in common up to a delimiter.
#[derive(Debug, Default, PartialEq, Eq)]
struct Page {
    keys: Vec<String>,
    common: Vec<String>,
    /// Where the next page begins, when there is one.
    next: Option<String>,
}

impl Page {
    fn of<'k>(keys: impl Iterator<Item = &'k String>, asked: &Asked<'_>) -> Self {
        let mut page = Self::default();
        let mut last = None;
        for key in keys.take_while(|key| key.starts_with(asked.prefix)) {
            let group = group(key, asked);
            if let Some(group) = group {
                // A beginning is listed once, and no more when the page before ended with it.
                if page.common.last().is_some_and(|known| known == group)
                    || asked.after.is_some_and(|after| group <= after)
                {
                    continue;
                }
            }
            if page.keys.len() + page.common.len() == asked.most {
                page.next = last;
                break;
            }
            match group {
                Some(group) => page.common.push(group.to_owned()),
                None => page.keys.push(key.clone()),
            }
            last = Some(group.unwrap_or(key).to_owned());
        }
        page
    }
}

/// The beginning of a key up to the delimiter behind the prefix.
fn group<'k>(key: &'k str, asked: &Asked<'_>) -> Option<&'k str> {
    if asked.delimiter.is_empty() {
        return None;
    }
    let rest = key.get(asked.prefix.len()..)?;
    let end = asked.prefix.len() + rest.find(asked.delimiter)? + asked.delimiter.len();
    key.get(..end)
}

fn list(bucket: &Bucket, asked: &Asked<'_>) -> (Page, Vec<Arc<Object>>) {
    if asked.most == 0 {
        return (Page::default(), Vec::new());
    }
    let from = match asked.after {
        Some(after) if after >= asked.prefix => Bound::Excluded(after),
        _ => Bound::Included(asked.prefix),
    };
    let found = bucket.objects.range::<str, _>((from, Bound::Unbounded));
    let page = Page::of(found.map(|(key, _)| key), asked);
    let objects = page.keys.iter().filter_map(|key| bucket.objects.get(key).cloned()).collect();
    (page, objects)
}

/// How keys are written: as they are, or percent-encoded for clients whose XML cannot hold them.
#[derive(Clone, Copy)]
struct Encoding(bool);

impl Encoding {
    fn of(arguments: &Arguments) -> Self {
        Self(arguments.filled("encoding-type").is_some())
    }

    fn text(self, node: &mut Node<'_>, name: &str, text: &str) {
        if self.0 { node.text(name, &pe(text)) } else { node.text(name, text) }
    }

    fn say(self, node: &mut Node<'_>) {
        if self.0 {
            node.text("EncodingType", "url");
        }
    }

    fn entries(self, node: &mut Node<'_>, page: &Page, objects: &[Arc<Object>], owner: Option<&str>) {
        for (key, object) in page.keys.iter().zip(objects) {
            node.element("Contents", |node| {
                self.text(node, "Key", key);
                node.text("LastModified", &view::time(object.modified));
                node.text("ETag", &view::quoted(&object.etag));
                node.text("Type", object.kind());
                node.text("Size", &object.size().to_string());
                node.text("StorageClass", object.storage_class.as_str());
                if let Some(owner) = owner {
                    node.element("Owner", |node| view::owner(node, owner));
                }
            });
        }
        for common in &page.common {
            node.element("CommonPrefixes", |node| self.text(node, "Prefix", common));
        }
    }
}

/// GetBucket (ListObjects)
pub(super) fn v1(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let asked = Asked {
        prefix: arguments.text("prefix"),
        delimiter: arguments.text("delimiter"),
        after: arguments.filled("marker"),
        most: max_keys(call),
    };
    let ((page, objects), owner) = bucket::read(call, |bucket| (list(bucket, &asked), bucket.owner.clone()))?;
    let encoding = Encoding::of(arguments);
    Ok(xml::reply("ListBucketResult", |node| {
        node.text("Name", bucket::name(call));
        encoding.text(node, "Prefix", asked.prefix);
        encoding.text(node, "Marker", asked.after.unwrap_or_default());
        node.text("MaxKeys", &asked.most.to_string());
        encoding.text(node, "Delimiter", asked.delimiter);
        encoding.say(node);
        node.text("IsTruncated", if page.next.is_some() { "true" } else { "false" });
        if let Some(next) = &page.next {
            encoding.text(node, "NextMarker", next);
        }
        encoding.entries(node, &page, &objects, Some(&owner));
    }))
}

/// GetBucketV2 (ListObjectsV2)
pub(super) fn v2(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let token = arguments.filled("continuation-token");
    let resumed = token.map(read_token).transpose()?;
    let asked = Asked {
        prefix: arguments.text("prefix"),
        delimiter: arguments.text("delimiter"),
        after: resumed.as_deref().or_else(|| arguments.filled("start-after")),
        most: max_keys(call),
    };
    let ((page, objects), owner) = bucket::read(call, |bucket| (list(bucket, &asked), bucket.owner.clone()))?;
    let encoding = Encoding::of(arguments);
    let owner = arguments.flag("fetch-owner").then_some(owner.as_str());
    Ok(xml::reply("ListBucketResult", |node| {
        node.text("Name", bucket::name(call));
        encoding.text(node, "Prefix", asked.prefix);
        if let Some(start) = arguments.get("start-after") {
            encoding.text(node, "StartAfter", start);
        }
        if let Some(token) = token {
            encoding.text(node, "ContinuationToken", token);
        }
        node.text("MaxKeys", &asked.most.to_string());
        encoding.text(node, "Delimiter", asked.delimiter);
        encoding.say(node);
        node.text("IsTruncated", if page.next.is_some() { "true" } else { "false" });
        if let Some(next) = &page.next {
            encoding.text(node, "NextContinuationToken", &BASE64_URL_SAFE_NO_PAD.encode(next));
        }
        encoding.entries(node, &page, &objects, owner);
        node.text("KeyCount", &(page.keys.len() + page.common.len()).to_string());
    }))
}

/// A token is opaque to clients: the name that the page before ended with. The words are ours.
fn read_token(token: &str) -> Result<String, ApiError> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(|| {
        error::invalid_argument("continuation-token", token, "The continuation token provided is incorrect.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(
        keys: &[&str],
        prefix: &str,
        delimiter: &str,
        after: Option<&str>,
        most: usize,
    ) -> (Vec<String>, Vec<String>, Option<String>) {
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        let later = keys.iter().filter(|key| key.as_str() >= prefix && after.is_none_or(|after| key.as_str() > after));
        let page = Page::of(later, &Asked { prefix, delimiter, after, most });
        (page.keys, page.common, page.next)
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn the_documented_example() {
        let keys = ["fun/movie/001.avi", "fun/movie/007.avi", "fun/test.jpg", "oss.jpg"];
        assert_eq!(page(&keys, "fun/", "", None, 100), (texts(&keys[..3]), vec![], None));
        assert_eq!(page(&keys, "fun/", "/", None, 100), (texts(&["fun/test.jpg"]), texts(&["fun/movie/"]), None));
        assert_eq!(page(&keys, "", "/", None, 100), (texts(&["oss.jpg"]), texts(&["fun/"]), None));
    }

    #[test]
    fn pages_meet_without_gap_or_repetition() {
        let keys = ["a", "b/1", "b/2", "c", "d/1", "e"];
        let mut seen = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let (keys, common, next) = page(&keys, "", "/", after.as_deref(), 2);
            let mut both = [keys, common].concat();
            both.sort();
            seen.extend(both);
            match next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, texts(&["a", "b/", "c", "d/", "e"]));
    }

    #[test]
    fn a_full_last_page_is_not_truncated() {
        assert_eq!(page(&["a", "b"], "", "", None, 2), (texts(&["a", "b"]), vec![], None));
        assert_eq!(page(&["a/1", "a/2"], "", "/", None, 1), (vec![], texts(&["a/"]), None));
    }
}
