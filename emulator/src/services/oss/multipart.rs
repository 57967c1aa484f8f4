//! Multipart uploads.

use std::sync::Arc;

use http::StatusCode;
use serde::Deserialize;

use super::listing::Encoding;
use super::range::Wanted;
use super::{bucket, copy, error, object, view, xml};
use crate::cloud::{Object, Part, Parts, Upload, Written};
use crate::gateway::{ApiError, Body, Call, Reply};

/// The smallest part but for the last (CompleteMultipartUpload).
const SMALLEST: u64 = 100 << 10;

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

pub(super) fn upload_id<'a>(call: &'a Call<'_>) -> &'a str {
    call.arguments.text("uploadId")
}

/// Where the request's upload stands in its bucket.
fn place(call: &Call<'_>) -> (String, String) {
    (object::key(call).to_owned(), upload_id(call).to_owned())
}

/// The upload of the request, which must be of the object of the request.
pub(super) fn find(call: &Call<'_>) -> Result<Arc<Upload>, ApiError> {
    bucket::read(call, |bucket| bucket.uploads.get(&place(call)).cloned())?.ok_or_else(|| missing(call))
}

/// That there is no such upload, or no more.
pub(super) fn missing(call: &Call<'_>) -> ApiError {
    error::no_such_upload(upload_id(call))
}

/// InitiateMultipartUpload
pub(super) fn initiate(call: &Call<'_>) -> Result<Reply, ApiError> {
    let id = call.cloud().ids.upload_id();
    let draft = object::draft(call)?;
    bucket::change(call, |bucket| {
        let upload = Arc::new(Upload::new(draft(bucket), call.now));
        bucket.uploads.insert((object::key(call).to_owned(), id.clone()), upload)
    })?;
    let encoding = Encoding::of(&call.arguments);
    Ok(xml::reply("InitiateMultipartUploadResult", |node| {
        encoding.say(node);
        node.text("Bucket", bucket::name(call));
        encoding.text(node, "Key", object::key(call));
        node.text("UploadId", &id);
    }))
}

fn add(call: &Call<'_>, part: Part) -> Result<(), ApiError> {
    // One that is there and empty has not been looked at yet.
    check_part_number(call.arguments.text("partNumber"))?;
    let number = call.arguments.integer("partNumber").and_then(|number| u16::try_from(number).ok()).unwrap_or_default();
    find(call)?.add(number, part).ok_or_else(|| missing(call)).inspect(|()| call.cloud().changes().count())
}

/// UploadPart
pub(super) fn upload_part(call: &Call<'_>) -> Result<Reply, ApiError> {
    let part = Part::new(object::written(call)?, call.now);
    let reply = object::digests(Reply::with_body(Body::Empty), part.etag, part.crc64);
    add(call, part)?;
    Ok(reply)
}

/// UploadPartCopy
pub(super) fn upload_part_copy(call: &Call<'_>) -> Result<Reply, ApiError> {
    let Some(source) = copy::source(call)? else {
        return Ok(Reply::with_body(Body::Empty).status(StatusCode::NOT_MODIFIED));
    };
    let range = call.http.header("x-oss-copy-source-range");
    let content = match Wanted::of(range, source.size(), false) {
        Wanted::Part(range) => source.content.slice(range),
        Wanted::Whole | Wanted::Unsatisfiable => source.content.clone(),
    };
    let part = Part::new(Written::digested(content), call.now);
    let reply = copy::result("CopyPartResult", part.etag, part.modified);
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
    let upload = find(call)?;
    let completed = upload.finish(|parts| {
        let object = Arc::new(joined(&upload, parts, &listed, all, call.now)?);
        let before = bucket::change(call, |bucket| {
            let before = object::put_into(bucket, object::key(call), &object, forbidden)?;
            bucket.uploads.remove(&place(call));
            Ok::<_, ApiError>(before)
        })??;
        Ok::<_, ApiError>((object, before))
    });
    let (object, _before) = completed.ok_or_else(|| missing(call))??;
    let encoding = Encoding::of(&call.arguments);
    let reply = xml::reply("CompleteMultipartUploadResult", |node| {
        encoding.say(node);
        node.text("Location", &format!("http://{}{}", call.http.header("host").unwrap_or_default(), call.http.path));
        node.text("Bucket", bucket::name(call));
        encoding.text(node, "Key", object::key(call));
        node.text("ETag", &view::quoted(object.etag));
    });
    Ok(object::digests(reply, object.etag, object.crc64))
}

fn joined(
    upload: &Upload,
    parts: &Parts,
    listed: &[Listed],
    all: bool,
    now: jiff::Timestamp,
) -> Result<Object, ApiError> {
    let parts = if all {
        parts.values().collect()
    } else {
        let part = |listed: &Listed| {
            let part = parts.get(&listed.number);
            part.filter(|part| part.etag.is(&listed.etag)).ok_or_else(|| invalid_part(listed))
        };
        listed.iter().map(part).collect::<Result<Vec<&Part>, _>>()?
    };
    let but_the_last = parts.split_last().map(|(_, others)| others).unwrap_or_default();
    if but_the_last.iter().any(|part| part.content.size() < SMALLEST) {
        return Err(ApiError::bad_request(
            "EntityTooSmall",
            "Your proposed upload smaller than the minimum allowed size.",
        ));
    }
    Ok(upload.join(&parts, now))
}

/// AbortMultipartUpload
pub(super) fn abort(call: &Call<'_>) -> Result<Reply, ApiError> {
    let ended = find(call)?.finish(|_| bucket::change(call, |bucket| bucket.uploads.remove(&place(call))));
    ended.ok_or_else(|| missing(call))??;
    Ok(Reply::with_body(Body::Empty).status(StatusCode::NO_CONTENT))
}
