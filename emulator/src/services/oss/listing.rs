//! ListObjects and ListObjectsV2.

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::page::{self, Asked, Page};
use super::xml::Node;
use super::{bucket, error, versions, view, website, xml};
use crate::cloud::{Bucket, Object};
use crate::gateway::{ApiError, Arguments, Call, Form, Parameter, Reply};
use crate::signature::{key, query};

/// Entries of a page when the request does not say.
const DEFAULT_MAX_KEYS: usize = 100;

/// A parameter that is shorter than 1024 bytes.
macro_rules! short {
    ($name:literal, $sample:literal) => {
        crate::gateway::Parameter::optional(
            $name,
            crate::gateway::Form::Own(|text| $crate::services::oss::listing::check_length($name, text), $sample),
        )
    };
}
pub(super) use short;

pub(super) const MAX_KEYS: Parameter = Parameter::optional("max-keys", Form::Own(check_max_keys, "100"));
pub(super) const PREFIX: Parameter = short!("prefix", "sample");
pub(super) const MARKER: Parameter = short!("marker", "sample");
pub(super) const DELIMITER: Parameter = short!("delimiter", "/");
pub(super) const ENCODING: Parameter = Parameter::optional("encoding-type", Form::Own(check_encoding, "url"));

/// That there are not so many entries of a page; the words are ours.
pub(super) fn wrong_max_keys(text: &str, least: u16) -> ApiError {
    let message = format!("Argument max-keys must be an integer between {least} and 1000.");
    error::invalid_argument("max-keys", text, message)
}

/// At most 1000 entries.
pub(super) fn check_max_keys(text: &str) -> Result<(), ApiError> {
    match text.parse::<u16>() {
        Ok(0..=1000) => Ok(()),
        _ => Err(wrong_max_keys(text, 0)),
    }
}

/// Prefixes, markers and delimiters are shorter than 1024 bytes; the words are ours.
pub(super) fn check_length(name: &str, text: &str) -> Result<(), ApiError> {
    if text.len() < 1024 {
        return Ok(());
    }
    Err(error::invalid_argument(name, text, format!("The length of {name} must be less than 1024.")))
}

/// `url` in whatever letter case; the words are ours.
pub(super) fn check_encoding(text: &str) -> Result<(), ApiError> {
    if text.eq_ignore_ascii_case("url") {
        return Ok(());
    }
    let message = "Invalid Encoding Method specified in Request";
    Err(error::invalid_argument("encoding-type", text, message).with("EC", "0017-00000235"))
}

/// What a parameter says of keys, in their form; nothing where it is not there.
pub(super) fn of_keys<'c>(call: &'c Call<'_>, name: &str) -> Cow<'c, str> {
    key::of_text(call.arguments.text(name))
}

/// `max-keys`, checked before.
pub(super) fn max_keys(call: &Call<'_>) -> usize {
    call.arguments.integer("max-keys").and_then(|most| usize::try_from(most).ok()).unwrap_or(DEFAULT_MAX_KEYS)
}

fn list(bucket: &Bucket, asked: &Asked<'_>) -> Page<Arc<Object>> {
    let open = |from: &str| bucket.objects.from(from).map(|(key, object)| (key, Arc::clone(object)));
    Page::of(asked, || open(&page::start(asked)), open)
}

/// How keys are written: as they are, or percent-encoded for clients whose XML cannot hold them.
#[derive(Clone, Copy)]
pub(super) struct Encoding(bool);

impl Encoding {
    pub(super) fn of(arguments: &Arguments) -> Self {
        Self(arguments.filled("encoding-type").is_some())
    }

    /// The same where a header may say it too.
    pub(super) fn in_header_too(call: &Call<'_>) -> Result<Self, ApiError> {
        match call.http.header("encoding-type").filter(|text| !text.is_empty()) {
            None => Ok(Self::of(&call.arguments)),
            Some(text) => check_encoding(text).map(|()| Self(true)),
        }
    }

    /// A key, or what one begins with.
    pub(super) fn key(self, node: &mut Node<'_>, name: &str, form: &str) {
        if self.0 { node.text(name, &query::pe_key(form)) } else { node.key(name, form) }
    }

    pub(super) fn say(self, node: &mut Node<'_>) {
        if self.0 {
            node.text("EncodingType", "url");
        }
    }

    fn entries(self, node: &mut Node<'_>, page: &Page<Arc<Object>>, owner: Option<&str>, now: jiff::Timestamp) {
        for (key, object) in &page.entries {
            node.element("Contents", |node| {
                self.key(node, "Key", key);
                node.text("LastModified", &view::time(object.modified));
                versions::described(node, object, now);
                if let Some(owner) = owner {
                    node.element("Owner", |node| view::owner(node, owner));
                }
            });
        }
        self.common(node, &page.common);
    }

    pub(super) fn common(self, node: &mut Node<'_>, common: &[String]) {
        for common in common {
            node.element("CommonPrefixes", |node| self.key(node, "Prefix", common));
        }
    }
}

/// GetBucket (ListObjects)
pub(super) fn v1(call: &Call<'_>) -> Result<Reply, ApiError> {
    if let Some(index) = website::visited(call) {
        return website::page(call, &index);
    }
    let arguments = &call.arguments;
    let [prefix, delimiter, marker] = ["prefix", "delimiter", "marker"].map(|name| of_keys(call, name));
    let asked = Asked {
        prefix: &prefix,
        delimiter: &delimiter,
        after: Some(&*marker).filter(|marker| !marker.is_empty()),
        most: max_keys(call),
    };
    let (page, owner) = bucket::read(call, |bucket| (list(bucket, &asked), bucket.owner.clone()))?;
    let encoding = Encoding::of(arguments);
    Ok(xml::reply("ListBucketResult", |node| {
        node.text("Name", bucket::name(call));
        encoding.key(node, "Prefix", asked.prefix);
        encoding.key(node, "Marker", asked.after.unwrap_or_default());
        node.text("MaxKeys", &asked.most.to_string());
        encoding.key(node, "Delimiter", asked.delimiter);
        encoding.say(node);
        node.text("IsTruncated", if page.truncated { "true" } else { "false" });
        if let Some(next) = page.last().filter(|_| page.truncated) {
            encoding.key(node, "NextMarker", next);
        }
        encoding.entries(node, &page, Some(&owner), call.now);
    }))
}

/// GetBucketV2 (ListObjectsV2)
pub(super) fn v2(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let token = arguments.filled("continuation-token");
    let resumed = token.map(read_token).transpose()?;
    let [prefix, delimiter, start_after] = ["prefix", "delimiter", "start-after"].map(|name| of_keys(call, name));
    let asked = Asked {
        prefix: &prefix,
        delimiter: &delimiter,
        after: resumed.as_deref().or(Some(&*start_after)).filter(|after| !after.is_empty()),
        most: max_keys(call),
    };
    let (page, owner) = bucket::read(call, |bucket| (list(bucket, &asked), bucket.owner.clone()))?;
    let encoding = Encoding::of(arguments);
    let owner = arguments.flag("fetch-owner").then_some(owner.as_str());
    Ok(xml::reply("ListBucketResult", |node| {
        node.text("Name", bucket::name(call));
        encoding.key(node, "Prefix", asked.prefix);
        if arguments.get("start-after").is_some() {
            encoding.key(node, "StartAfter", &start_after);
        }
        if let Some(token) = token {
            node.text("ContinuationToken", token);
        }
        node.text("MaxKeys", &asked.most.to_string());
        encoding.key(node, "Delimiter", asked.delimiter);
        encoding.say(node);
        node.text("IsTruncated", if page.truncated { "true" } else { "false" });
        if let Some(next) = page.last().filter(|_| page.truncated) {
            node.text("NextContinuationToken", &BASE64_URL_SAFE_NO_PAD.encode(next));
        }
        encoding.entries(node, &page, owner, call.now);
        node.text("KeyCount", &(page.entries.len() + page.common.len()).to_string());
    }))
}

/// A token is opaque to clients: the name that the page before ended with. The words are ours.
fn read_token(token: &str) -> Result<String, ApiError> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(|| {
        error::invalid_argument("continuation-token", token, "The continuation token provided is incorrect.")
    })
}
