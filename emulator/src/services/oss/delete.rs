//! DeleteMultipleObjects.

use std::borrow::Cow;

use md5::{Digest, Md5};
use serde::Deserialize;

use super::listing::Encoding;
use super::{bucket, draft, error, object, versions, xml};
use crate::cloud::VersionId;
use crate::gateway::{ApiError, Body, Call, Reply};
use crate::signature::key;

/// The most objects that one call deletes.
const MOST: usize = 1000;
/// The largest list of them.
const LARGEST: usize = 2 << 20;

#[derive(Debug, Deserialize)]
struct Delete {
    #[serde(rename = "Quiet", default, deserialize_with = "xml::flag_in")]
    quiet: bool,
    #[serde(rename = "Object", default)]
    objects: Vec<Named>,
}

#[derive(Debug, Deserialize)]
struct Named {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "VersionId")]
    version: Option<String>,
}

fn read(call: &Call<'_>) -> Result<Delete, ApiError> {
    // INFERRED: the code is published with a document of another root, and is that of any that cannot be read.
    let malformed = || error::malformed_xml().with("EC", "0016-00000608");
    if call.http.body.len() > LARGEST {
        return Err(malformed());
    }
    if !xml::has_root(&call.http.body, "Delete") {
        let error = error::malformed_xml().with("ErrorDetail", "the root node is not named Delete.");
        return Err(error.with("EC", "0016-00000608"));
    }
    let mut delete: Delete = xml::read(&call.http.body, "Delete").map_err(|_| malformed())?;
    if delete.objects.is_empty()
        || delete.objects.len() > MOST
        || delete.objects.iter().any(|named| named.key.is_empty())
    {
        return Err(malformed());
    }
    for named in &mut delete.objects {
        if let Cow::Owned(form) = key::of_text(&named.key) {
            named.key = form;
        }
    }
    Ok(delete)
}

/// The keys that are to be deleted: each must be allowed, or none is deleted.
pub(super) fn keys(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    let named = read(call)?.objects.into_iter();
    Ok(named.filter(|named| named.version.is_none()).map(|named| named.key).collect())
}

/// The versions that are to be deleted, each with its key: `VERSION@KEY`.
pub(super) fn keys_of_versions(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    let named = read(call)?.objects.into_iter();
    Ok(named.filter_map(|named| Some(format!("{}@{}", named.version?, named.key))).collect())
}

/// What is located of such a version.
pub(super) fn about(call: &Call<'_>, each: &str) -> String {
    let bucket = call.address.bucket.as_deref().unwrap_or_default();
    match each.split_once('@') {
        Some((version, key)) if VersionId::parse(version).is_some() => format!("{version}@{bucket}/{key}"),
        Some((_, key)) => format!("{bucket}/{key}"),
        None => format!("{bucket}/{each}"),
    }
}

/// DeleteMultipleObjects
pub(super) fn delete_multiple(call: &Call<'_>) -> Result<Reply, ApiError> {
    draft::check_digest(call, Md5::digest(&call.http.body).into())?;
    let delete = read(call)?;
    // The page calls it a header, and Java's client sends it so.
    let encoding = Encoding::in_header_too(call)?;
    let version = |named: &Named| named.version.as_deref().map(versions::read).transpose();
    let versions = delete.objects.iter().map(version).collect::<Result<Vec<_>, _>>()?;
    // What may not be deleted yet stays, and is not among what was deleted (INFERRED); what was in the others is let go behind the
    // bucket's lock.
    let outcomes: Vec<_> = bucket::change(call, |bucket| {
        let named = delete.objects.iter().zip(&versions);
        named.map(|(named, version)| object::delete_in(bucket, call, &named.key, *version)).collect()
    })?;
    if delete.quiet {
        return Ok(Reply::with_body(Body::Empty));
    }
    Ok(xml::reply("DeleteResult", |node| {
        encoding.say(node);
        for ((named, version), outcome) in delete.objects.iter().zip(&versions).zip(&outcomes) {
            let Ok(outcome) = outcome else { continue };
            node.element("Deleted", |node| {
                encoding.key(node, "Key", &named.key);
                if let Some(version) = version {
                    node.text("VersionId", &version.to_string());
                }
                if let Some(marker) = outcome.version.filter(|_| outcome.marker) {
                    node.text("DeleteMarker", "true");
                    node.text("DeleteMarkerVersionId", &marker.to_string());
                }
            });
        }
    }))
}
