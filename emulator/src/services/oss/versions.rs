//! Versions: whether a bucket keeps them, which one a request names, and their list.
//!
//! Source pages: "PutBucketVersioning", "GetBucketVersioning", "ListObjectVersions".

use http::Method;
use serde::Deserialize;

use super::checks::on_bucket;
use super::listing::{self, Encoding};
use super::page::{Asked, Page};
use super::product::row;
use super::{bucket, describe, error, object, restore, view, xml};
use crate::cloud::{Bucket, Listed, Object, Version, VersionId, Versioning, WormState};
use crate::gateway::{ApiError, Body, Call, Check, Form, Level, Operation, Parameter, Reply, Route, Selector};

/// The version that a request is about.
pub(super) const VERSION_ID: Parameter = Parameter::optional("versionId", Form::Any);

/// A version that was named, if one was.
pub(super) type Named = Option<VersionId>;

/// The operations on the versions of a bucket.
pub fn table() -> Vec<Operation> {
    let at = |method, parameter| Route::Oss(method, Level::Bucket, Selector::Query(parameter));
    vec![
        row("PutBucketVersioning", at(Method::PUT, "versioning"), &[on_bucket(&["oss:PutBucketVersioning"])], &[], put),
        row("GetBucketVersioning", at(Method::GET, "versioning"), &[on_bucket(&["oss:GetBucketVersioning"])], &[], get),
        row(
            "ListObjectVersions",
            at(Method::GET, "versions"),
            &[Check::new(&["oss:ListObjectVersions"], super::checks::BUCKET)
                .about("{bucket}")
                .context(describe::listing)],
            &[
                listing::PREFIX,
                listing::DELIMITER,
                listing::MAX_KEYS,
                listing::ENCODING,
                listing::short!("key-marker", "sample"),
                listing::short!("version-id-marker", "null"),
            ],
            list,
        ),
    ]
}

/// Reads what names a version.
pub(super) fn read(text: &str) -> Result<VersionId, ApiError> {
    if text.is_empty() {
        return Err(error::invalid_argument("versionId", text, "Version id can not be the empty string."));
    }
    VersionId::parse(text).ok_or_else(|| error::invalid_argument("versionId", text, "Invalid version id specified."))
}

/// The version that the request names.
pub(super) fn named(call: &Call<'_>) -> Result<Named, ApiError> {
    call.arguments.get("versionId").map(read).transpose()
}

/// What is located for a call on an object: `bucket/key`, with the version in front where one is named.
pub(super) fn about(call: &Call<'_>, each: &str) -> String {
    let bucket = call.address.bucket.as_deref().unwrap_or_default();
    let key = if each.is_empty() { object::key(call) } else { each };
    match call.arguments.filled("versionId") {
        // No id has a slash, and no bucket an `@`.
        Some(version) if VersionId::parse(version).is_some() => [version, "@", bucket, "/", key].concat(),
        _ => [bucket, "/", key].concat(),
    }
}

#[derive(Debug, Deserialize)]
struct VersioningConfiguration {
    #[serde(rename = "Status")]
    status: String,
}

/// PutBucketVersioning
fn put(call: &Call<'_>) -> Result<Reply, ApiError> {
    let asked: VersioningConfiguration = xml::read(&call.http.body, "VersioningConfiguration")?;
    let versioning = Versioning::parse(&asked.status).ok_or_else(error::malformed_xml)?;
    bucket::change(call, |bucket| {
        let kept = bucket.worm.as_ref().is_some_and(|worm| worm.state(call.now) != WormState::Expired);
        // Versions and a bucket's WORM exclude each other. CHOICE: the code, which is that for a bucket in no state for it.
        if kept {
            return Err(ApiError::bad_request("InvalidRequest", "The bucket has a WORM configuration."));
        }
        if versioning == Versioning::Suspended && bucket.settings.get("objectWorm").is_some() {
            return Err(ApiError::bad_request("InvalidRequest", "The bucket has an object WORM configuration."));
        }
        bucket.versioning = versioning;
        Ok(())
    })??;
    Ok(Reply::with_body(Body::Empty))
}

/// GetBucketVersioning
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let versioning = bucket::read(call, |bucket| bucket.versioning)?;
    Ok(xml::reply("VersioningConfiguration", |node| {
        if let Some(status) = versioning.as_str() {
            node.text("Status", status);
        }
    }))
}

fn pages(bucket: &Bucket, asked: &Asked<'_>, marker: Named) -> Page<Listed> {
    let open = |from: &str, older: Named| bucket.objects.versions(from, older);
    let first = match (asked.after, marker) {
        (Some(after), Some(marker)) if after >= asked.prefix => (after.to_owned(), Some(marker)),
        _ => (super::page::start(asked), None),
    };
    Page::of(asked, || open(&first.0, first.1), |from| open(from, None))
}

/// ListObjectVersions
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let [prefix, delimiter, key_marker] =
        ["prefix", "delimiter", "key-marker"].map(|name| listing::of_keys(call, name));
    let key_marker = Some(&*key_marker).filter(|marker| !marker.is_empty());
    let marker = arguments.filled("version-id-marker");
    if let Some(marker) = marker.filter(|_| key_marker.is_none()) {
        let message = "A version-id marker cannot be specified without a key marker.";
        return Err(error::invalid_argument("version-id-marker", marker, message));
    }
    let version = marker.map(read).transpose()?;
    let asked = Asked { prefix: &prefix, delimiter: &delimiter, after: key_marker, most: listing::max_keys(call) };
    let (page, owner) = bucket::read(call, |bucket| (pages(bucket, &asked, version), bucket.owner.clone()))?;
    let encoding = Encoding::of(arguments);
    Ok(xml::reply("ListVersionsResult", |node| {
        node.text("Name", bucket::name(call));
        encoding.key(node, "Prefix", asked.prefix);
        encoding.key(node, "KeyMarker", asked.after.unwrap_or_default());
        node.text("VersionIdMarker", marker.unwrap_or_default());
        node.text("MaxKeys", &asked.most.to_string());
        encoding.key(node, "Delimiter", asked.delimiter);
        encoding.say(node);
        node.text("IsTruncated", if page.truncated { "true" } else { "false" });
        if let Some(next) = page.last().filter(|_| page.truncated) {
            encoding.key(node, "NextKeyMarker", next);
            // Of a beginning that several keys have in common there is no version.
            let last = page.entries.last().filter(|(key, _)| key == next);
            let last = last.map(|(_, listed)| listed.version.id().to_string());
            node.text("NextVersionIdMarker", last.as_deref().unwrap_or_default());
        }
        for (key, listed) in &page.entries {
            entry(node, encoding, key, listed, &owner, call.now);
        }
        encoding.common(node, &page.common);
    }))
}

fn entry(node: &mut xml::Node<'_>, encoding: Encoding, key: &str, listed: &Listed, owner: &str, now: jiff::Timestamp) {
    let head = |node: &mut xml::Node<'_>| {
        encoding.key(node, "Key", key);
        node.text("VersionId", &listed.version.id().to_string());
        node.text("IsLatest", if listed.latest { "true" } else { "false" });
        node.text("LastModified", &view::time(listed.version.modified()));
    };
    match &listed.version {
        Version::Object(object) => node.element("Version", |node| {
            head(node);
            described(node, object, now);
            node.element("Owner", |node| view::owner(node, owner));
        }),
        Version::Marker(_) => node.element("DeleteMarker", |node| {
            head(node);
            node.element("Owner", |node| view::owner(node, owner));
        }),
    }
}

/// What lists say of an object behind its name and its time.
pub(super) fn described(node: &mut xml::Node<'_>, object: &Object, now: jiff::Timestamp) {
    node.text("ETag", &view::quoted(object.etag));
    node.text("Type", object.kind.as_str());
    node.text("Size", &object.size().to_string());
    node.text("StorageClass", object.storage_class.as_str());
    let rare = object.rare.as_ref();
    if let Some(restore) = rare.and_then(|rare| restore::shown(rare.restore?, now)) {
        node.text("RestoreInfo", &restore);
    }
    if let Some(at) = rare.and_then(|rare| rare.transition) {
        node.text("TransitionTime", &view::time(at));
    }
}
