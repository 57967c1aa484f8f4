//! Multipart uploads.

use std::sync::Arc;

use http::StatusCode;
use serde::Deserialize;

use super::range::Wanted;
use super::xml::Node;
use super::{bucket, copy, error, object, view, xml};
use crate::cloud::{Bucket, Object, Part, Upload};
use crate::gateway::{ApiError, Body, Call, Reply};
use crate::signature::pe;

/// The smallest part but for the last (CompleteMultipartUpload).
const SMALLEST: usize = 100 << 10;
/// Parts of a page, and uploads of one, when the request does not say.
const DEFAULT_PAGE: usize = 1000;

#[derive(Debug, Deserialize)]
struct Complete {
    #[serde(rename = "Part", default)]
    parts: Vec<Listed>,
}

#[derive(Debug, Deserialize)]
struct Listed {
    #[serde(rename = "PartNumber")]
    number: u16,
    #[serde(rename = "ETag")]
    etag: String,
}

/// 1 to 10000.
pub(super) fn check_part_number(text: &str) -> Result<(), ApiError> {
    match text.parse::<u16>() {
        Ok(1..=10_000) => Ok(()),
        _ => Err(error::invalid_argument(
            "partNumber",
            text,
            "Part number must be an integer between 1 and 10000, inclusive.",
        )),
    }
}

fn invalid_part(listed: &Listed) -> ApiError {
    ApiError::bad_request(
        "InvalidPart",
        "One or more of the specified parts could not be found or the specified entity tag might not have matched the part's entity tag.",
    )
    .with("PartNumber", listed.number.to_string())
    .with("ETag", listed.etag.as_str())
}

fn upload_id<'a>(call: &'a Call<'_>) -> &'a str {
    call.arguments.text("uploadId")
}

/// The upload of the request, which must be of the object of the request.
fn of<'b>(bucket: &'b mut Bucket, call: &Call<'_>) -> Result<&'b mut Upload, ApiError> {
    let found = bucket.uploads.get_mut(upload_id(call)).filter(|upload| upload.key == object::key(call));
    found.ok_or_else(|| error::no_such_upload(upload_id(call)))
}

fn is_encoded(call: &Call<'_>) -> bool {
    call.arguments.filled("encoding-type").is_some()
}

fn say_encoding(call: &Call<'_>, node: &mut Node<'_>) {
    if is_encoded(call) {
        node.text("EncodingType", "url");
    }
}

/// A key as the client wants it written.
fn shown(call: &Call<'_>, key: &str) -> String {
    if is_encoded(call) { pe(key) } else { key.to_owned() }
}

/// InitiateMultipartUpload
pub(super) fn initiate(call: &Call<'_>) -> Result<Reply, ApiError> {
    let id = call.cloud().ids.upload_id();
    let upload = Upload {
        key: object::key(call).to_owned(),
        started: call.now,
        draft: object::draft(call)?,
        parts: std::collections::BTreeMap::new(),
    };
    bucket::change(call, |bucket| bucket.uploads.insert(id.clone(), upload))?;
    Ok(xml::reply("InitiateMultipartUploadResult", |node| {
        say_encoding(call, node);
        node.text("Bucket", bucket::name(call));
        node.text("Key", &shown(call, object::key(call)));
        node.text("UploadId", &id);
    }))
}

fn add(call: &Call<'_>, part: Part) -> Result<(), ApiError> {
    // One that is there and empty has not been looked at yet.
    check_part_number(call.arguments.text("partNumber"))?;
    let number = call.arguments.integer("partNumber").and_then(|number| u16::try_from(number).ok()).unwrap_or_default();
    bucket::change(call, |bucket| of(bucket, call).map(|upload| upload.parts.insert(number, part)))?.map(|_| ())
}

/// UploadPart
pub(super) fn upload_part(call: &Call<'_>) -> Result<Reply, ApiError> {
    object::check_length(call)?;
    object::check_digest(call)?;
    let object = Object::of(call.http.body.clone(), call.now);
    add(call, Part::of(call.http.body.clone(), call.now))?;
    Ok(object::digests(Reply::with_body(Body::Empty), &object))
}

/// UploadPartCopy
pub(super) fn upload_part_copy(call: &Call<'_>) -> Result<Reply, ApiError> {
    let Some(source) = copy::source(call)? else {
        return Ok(Reply::with_body(Body::Empty).status(StatusCode::NOT_MODIFIED));
    };
    let range = call.http.header("x-oss-copy-source-range");
    let content = match Wanted::of(range, source.content.len(), false) {
        Wanted::Part(range) => source.content.slice(range),
        Wanted::Whole | Wanted::Unsatisfiable => source.content.clone(),
    };
    let part = Part::of(content, call.now);
    let reply = copy::result("CopyPartResult", &part.etag, part.modified);
    add(call, part)?;
    Ok(reply)
}

/// CompleteMultipartUpload
pub(super) fn complete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let all = call.http.header("x-oss-complete-all").is_some_and(|all| all.eq_ignore_ascii_case("yes"));
    let listed = match (all, call.http.body.is_empty()) {
        (true, true) => Vec::new(),
        (true, false) => {
            return Err(error::invalid_argument(
                "x-oss-complete-all",
                "yes",
                "Invalid Argument. Parameter is invalid.",
            ));
        }
        (false, _) => xml::read::<Complete>(&call.http.body)?.parts,
    };
    if !all && listed.is_empty() {
        return Err(error::malformed_xml());
    }
    if !listed.is_sorted_by(|a, b| a.number < b.number) {
        return Err(ApiError::bad_request("InvalidPartOrder", "The list of parts was not in ascending order."));
    }
    let forbidden = call.http.header("x-oss-forbid-overwrite") == Some("true");
    let object = bucket::change(call, |bucket| {
        let object = Arc::new(joined(of(bucket, call)?, &listed, all, call.now)?);
        object::put_into(bucket, object::key(call), &object, forbidden)?;
        bucket.uploads.remove(upload_id(call));
        Ok::<_, ApiError>(object)
    })??;
    let reply = xml::reply("CompleteMultipartUploadResult", |node| {
        say_encoding(call, node);
        node.text("Location", &format!("http://{}{}", call.http.header("host").unwrap_or_default(), call.http.path));
        node.text("Bucket", bucket::name(call));
        node.text("Key", &shown(call, object::key(call)));
        node.text("ETag", &view::quoted(&object.etag));
    });
    Ok(object::digests(reply, &object))
}

fn joined(upload: &Upload, listed: &[Listed], all: bool, now: jiff::Timestamp) -> Result<Object, ApiError> {
    let parts = if all {
        upload.parts.values().collect()
    } else {
        let part = |listed: &Listed| {
            let part = upload.parts.get(&listed.number);
            part.filter(|part| listed.etag.trim_matches('"') == part.etag).ok_or_else(|| invalid_part(listed))
        };
        listed.iter().map(part).collect::<Result<Vec<&Part>, _>>()?
    };
    let but_the_last = parts.split_last().map(|(_, others)| others).unwrap_or_default();
    if but_the_last.iter().any(|part| part.content.len() < SMALLEST) {
        return Err(ApiError::bad_request(
            "EntityTooSmall",
            "Your proposed upload smaller than the minimum allowed size.",
        ));
    }
    Ok(upload.join(&parts, now))
}

/// AbortMultipartUpload
pub(super) fn abort(call: &Call<'_>) -> Result<Reply, ApiError> {
    bucket::change(call, |bucket| {
        of(bucket, call)?;
        bucket.uploads.remove(upload_id(call));
        Ok::<_, ApiError>(())
    })??;
    Ok(Reply::with_body(Body::Empty).status(StatusCode::NO_CONTENT))
}

fn page_size(call: &Call<'_>, parameter: &str) -> usize {
    let asked = call.arguments.integer(parameter).and_then(|most| usize::try_from(most).ok());
    asked.filter(|most| (1..=DEFAULT_PAGE).contains(most)).unwrap_or(DEFAULT_PAGE)
}

/// ListParts
pub(super) fn list_parts(call: &Call<'_>) -> Result<Reply, ApiError> {
    let after = call.arguments.integer("part-number-marker").and_then(|after| u16::try_from(after).ok()).unwrap_or(0);
    let most = page_size(call, "max-parts");
    let upload = bucket::change(call, |bucket| of(bucket, call).cloned())??;
    let mut parts: Vec<_> = upload.parts.range(after.saturating_add(1)..).collect();
    let truncated = parts.len() > most;
    parts.truncate(most);
    Ok(xml::reply("ListPartsResult", |node| {
        say_encoding(call, node);
        node.text("Bucket", bucket::name(call));
        node.text("Key", &shown(call, object::key(call)));
        node.text("UploadId", upload_id(call));
        node.text("StorageClass", upload.draft.storage_class.as_str());
        node.text("PartNumberMarker", &after.to_string());
        // Clients look for it even when nothing follows.
        node.text("NextPartNumberMarker", &parts.last().map_or(after, |(last, _)| **last).to_string());
        node.text("MaxParts", &most.to_string());
        node.text("IsTruncated", if truncated { "true" } else { "false" });
        for (number, part) in parts {
            node.element("Part", |node| {
                node.text("PartNumber", &number.to_string());
                node.text("LastModified", &view::time(part.modified));
                node.text("ETag", &view::quoted(&part.etag));
                node.text("HashCrc64ecma", &part.crc64.to_string());
                node.text("Size", &part.content.len().to_string());
            });
        }
    }))
}

/// ListMultipartUploads, by key and id; without a delimiter.
pub(super) fn list_uploads(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    if arguments.filled("delimiter").is_some() {
        return Err(error::not_implemented());
    }
    let (prefix, key_marker, id_marker) =
        (arguments.text("prefix"), arguments.text("key-marker"), arguments.text("upload-id-marker"));
    let most = page_size(call, "max-uploads");
    let behind = |key: &str, id: &str| match key_marker {
        "" => true,
        marker if id_marker.is_empty() => key > marker,
        marker => (key, id) > (marker, id_marker),
    };
    let mut uploads = bucket::read(call, |bucket| {
        let wanted =
            bucket.uploads.iter().filter(|(id, upload)| upload.key.starts_with(prefix) && behind(&upload.key, id));
        wanted.map(|(id, upload)| (upload.key.clone(), id.clone(), upload.started)).collect::<Vec<_>>()
    })?;
    uploads.sort();
    let truncated = uploads.len() > most;
    uploads.truncate(most);
    Ok(xml::reply("ListMultipartUploadsResult", |node| {
        say_encoding(call, node);
        node.text("Bucket", bucket::name(call));
        node.text("KeyMarker", &shown(call, key_marker));
        node.text("UploadIdMarker", id_marker);
        let last = uploads.last().filter(|_| truncated);
        node.text("NextKeyMarker", &last.map(|(key, _, _)| shown(call, key)).unwrap_or_default());
        node.text("NextUploadIdMarker", last.map_or("", |(_, id, _)| id));
        node.text("Delimiter", "");
        node.text("Prefix", &shown(call, prefix));
        node.text("MaxUploads", &most.to_string());
        node.text("IsTruncated", if truncated { "true" } else { "false" });
        for (key, id, started) in &uploads {
            node.element("Upload", |node| {
                node.text("Key", &shown(call, key));
                node.text("UploadId", id);
                node.text("Initiated", &view::time(*started));
            });
        }
    }))
}
