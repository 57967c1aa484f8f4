//! Multipart uploads.

use std::sync::Arc;

use http::StatusCode;
use serde::Deserialize;

use super::listing::Encoding;
use super::range::Wanted;
use super::{acl, bucket, callback, client_encryption, copy, draft, error, object, persistent, view, xml};
use crate::cloud::{KeptHeaders, Object, Part, Parts, Upload, Written};
use crate::gateway::{ApiError, Body, Call, Form, Parameter, Reply};

/// Parts that must come in order.
pub(super) const SEQUENTIAL: Parameter = Parameter::optional("sequential", Form::Any);
/// The detail codes of an upload that is not there.
const OF_A_PART: &str = "0042-00000104";
const OF_A_COPY: &str = "0042-00000311";
const OF_AN_END: &str = "0042-00000002";

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

/// The number of a part, which was checked before where there is one.
fn number(call: &Call<'_>) -> Result<u16, ApiError> {
    let number = call.arguments.integer("partNumber").and_then(|number| u16::try_from(number).ok());
    number.ok_or_else(|| error::invalid_argument("ResourceType", "partNumber", "Unexpected query string parameter"))
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

fn invalid_part(upload: &str, listed: &Listed) -> ApiError {
    ApiError::bad_request(
        "InvalidPart",
        "One or more of the specified parts could not be found or the specified entity tag might not have matched the part's entity tag.",
    )
    .with("ETag", listed.etag.as_str())
    .with("PartNumber", listed.number.to_string())
    .with("UploadId", upload)
}

pub(super) fn upload_id<'a>(call: &'a Call<'_>) -> &'a str {
    call.arguments.text("uploadId")
}

/// Where the request's upload stands in its bucket.
fn place(call: &Call<'_>) -> (String, String) {
    (object::key(call).to_owned(), upload_id(call).to_owned())
}

/// The upload of the request, which must be of the object of the request.
pub(super) fn find(call: &Call<'_>, detail: &'static str) -> Result<Arc<Upload>, ApiError> {
    bucket::read(call, |bucket| bucket.uploads.get(&place(call)).cloned())?.ok_or_else(|| missing(call, detail))
}

/// That there is no such upload, or no more.
pub(super) fn missing(call: &Call<'_>, detail: &'static str) -> ApiError {
    error::no_such_upload(upload_id(call)).with("EC", detail)
}

/// InitiateMultipartUpload
pub(super) fn initiate(call: &Call<'_>) -> Result<Reply, ApiError> {
    let asked = draft::asked(call)?;
    let id = call.cloud().ids.upload_id();
    let sequential = call.arguments.get("sequential").is_some();
    let headers = bucket::change(call, |bucket| {
        let draft = asked.within(bucket);
        client_encryption::check(&draft.headers)?;
        object::may_be_put(bucket, call, object::key(call), bucket.versioning)?;
        let headers = draft.headers.clone();
        let upload = Arc::new(Upload::new(draft, call.now).in_order(sequential));
        bucket.uploads.insert((object::key(call).to_owned(), id.clone()), upload);
        Ok::<_, ApiError>(headers)
    })??;
    let encoding = Encoding::of(&call.arguments);
    let reply = xml::reply("InitiateMultipartUploadResult", |node| {
        encoding.say(node);
        node.text("Bucket", bucket::name(call));
        encoding.key(node, "Key", object::key(call));
        node.text("UploadId", &id);
    });
    Ok(draft::encrypted(reply, &headers))
}

fn add(call: &Call<'_>, part: Part, detail: &'static str) -> Result<(), ApiError> {
    let added = find(call, detail)?.add(number(call)?, part).ok_or_else(|| missing(call, detail))?;
    added.map_err(|_| ApiError::bad_request("PartNotSequential", "The part you uploaded is not in order."))?;
    call.cloud().changes().count();
    Ok(())
}

/// UploadPart
pub(super) fn upload_part(call: &Call<'_>) -> Result<Reply, ApiError> {
    draft::check_traffic_limit(call)?;
    draft::check_no_encryption(call)?;
    let part = Part::new(draft::written(call)?, call.now);
    let reply = draft::digests(Reply::with_body(Body::Empty), part.etag, part.crc64);
    let upload = find(call, OF_A_PART)?;
    add(call, part, OF_A_PART)?;
    Ok(draft::encrypted(reply, &upload.draft.headers))
}

/// UploadPartCopy
pub(super) fn upload_part_copy(call: &Call<'_>) -> Result<Reply, ApiError> {
    let upload = find(call, OF_A_COPY)?;
    number(call)?;
    if client_encryption::is_used(&upload.draft.headers) {
        let message = "Client encryption doesn't support upload part copy.";
        return Err(ApiError::bad_request("InvalidEncryptionRequest", message));
    }
    let Some(source) = copy::source(call)? else {
        return Ok(Reply::with_body(Body::Empty).status(StatusCode::NOT_MODIFIED));
    };
    let range = call.http.header("x-oss-copy-source-range");
    let (content, range) = match Wanted::of(range, source.size(), false) {
        Wanted::Part(range) => (source.content.slice(range.clone()), Some(range)),
        Wanted::Whole | Wanted::Unsatisfiable => (source.content.clone(), None),
    };
    let part = Part::new(Written::digested(content).map_err(error::of_store)?, call.now);
    // Clients read it in either place.
    let mut reply = draft::digests(copy::result("CopyPartResult", part.etag, part.modified), part.etag, part.crc64);
    if let Some(range) = range {
        let last = range.end.saturating_sub(1);
        reply = reply.header("content-range", format!("bytes {}-{last}/{}", range.start, source.size()));
    }
    add(call, part, OF_A_COPY)?;
    Ok(draft::encrypted(copy::of_version(reply, &source), &upload.draft.headers))
}

/// The parts that an upload is completed with; `None` for all.
fn listed(call: &Call<'_>) -> Result<Option<Vec<Listed>>, ApiError> {
    let all = call.http.header("x-oss-complete-all").is_some_and(|all| all.eq_ignore_ascii_case("yes"));
    match (all, call.http.body.is_empty()) {
        (true, true) => Ok(None),
        (true, false) => {
            // The cloud's own spelling.
            let message = "Should not speficy both complete all header and http body.";
            Err(error::invalid_argument("x-oss-complete-all", "yes", message).with("EC", "0042-00000216"))
        }
        (false, true) => Err(error::malformed_xml().with("EC", "0042-00000205")),
        (false, false) => Ok(Some(xml::read::<Complete>(&call.http.body, "CompleteMultipartUpload")?.parts)),
    }
}

/// CompleteMultipartUpload
pub(super) fn complete(call: &Call<'_>) -> Result<Reply, ApiError> {
    draft::check_no_encryption(call)?;
    let callback = callback::asked(call)?;
    let own_acl = acl::is_said_of_object(call);
    let acl = acl::of_object_asked_for(call)?;
    let further: KeptHeaders = persistent::read(&call.http.headers)?.iter().collect();
    let listed = listed(call)?;
    if !listed.iter().all(|listed| listed.is_sorted_by(|a, b| a.number < b.number)) {
        let message =
            "The list of parts was not in ascending order. Parts list must specified in order by part number.";
        return Err(ApiError::bad_request("InvalidPartOrder", message));
    }
    let upload = find(call, OF_AN_END)?;
    let completed = upload.finish(|parts| {
        let mut object = joined((upload_id(call), &upload), parts, listed.as_deref(), call.now)?;
        if own_acl {
            object.acl = acl;
        }
        object.headers = further.or(&object.headers, |_| true);
        bucket::change(call, |bucket| {
            // By a rule of the life cycle it may have gone in this moment.
            if !bucket.uploads.contains_key(&place(call)) {
                return Err(missing(call, OF_AN_END));
            }
            let stored = object::put_into(bucket, call, object::key(call), object, bucket.versioning)?;
            bucket.uploads.remove(&place(call));
            Ok(stored)
        })?
    });
    let (seen, _before) = completed.ok_or_else(|| missing(call, OF_AN_END))??;
    let encoding = Encoding::of(&call.arguments);
    let reply = xml::reply("CompleteMultipartUploadResult", |node| {
        encoding.say(node);
        node.text("Location", &format!("http://{}{}", call.http.header("host").unwrap_or_default(), call.http.path));
        node.text("Bucket", bucket::name(call));
        encoding.key(node, "Key", object::key(call));
        node.text("ETag", &view::quoted(seen.etag));
    });
    let reply = draft::encrypted(draft::digests(reply, seen.etag, seen.crc64), &seen.headers);
    super::callback::answered(call, callback, &seen, seen.written(reply))
}

fn joined(
    (id, upload): (&str, &Upload),
    parts: &Parts,
    listed: Option<&[Listed]>,
    now: jiff::Timestamp,
) -> Result<Object, ApiError> {
    let parts: Vec<(u16, &Part)> = match listed {
        None => parts.iter().map(|(number, part)| (*number, part)).collect(),
        // Of none none are made into an object of nothing; of some none is no choice.
        Some([]) if !parts.is_empty() => return Err(error::malformed_xml()),
        Some(listed) => {
            let part = |listed: &Listed| {
                let part = parts.get(&listed.number).filter(|part| part.etag.is(&listed.etag));
                part.map(|part| (listed.number, part)).ok_or_else(|| invalid_part(id, listed))
            };
            listed.iter().map(part).collect::<Result<_, _>>()?
        }
    };
    let but_the_last = parts.split_last().map(|(_, others)| others).unwrap_or_default();
    if let Some((number, part)) = but_the_last.iter().find(|(_, part)| part.content.size() < SMALLEST) {
        let message = "Your proposed upload smaller than the minimum allowed size.";
        return Err(ApiError::bad_request("EntityTooSmall", message)
            .with("PartNumber", number.to_string())
            .with("ETag", part.etag.to_string())
            .with("MinSizeAllowed", SMALLEST.to_string())
            .with("ProposedSize", part.content.size().to_string()));
    }
    client_encryption::check_parts(&upload.draft.headers, &parts)?;
    let parts: Vec<_> = parts.into_iter().map(|(_, part)| part).collect();
    upload.join(&parts, now).map_err(error::of_store)
}

/// AbortMultipartUpload
pub(super) fn abort(call: &Call<'_>) -> Result<Reply, ApiError> {
    let ended = find(call, OF_AN_END)?.finish(|_| bucket::change(call, |bucket| bucket.uploads.remove(&place(call))));
    ended.ok_or_else(|| missing(call, OF_AN_END))??;
    Ok(Reply::with_body(Body::Empty).status(StatusCode::NO_CONTENT))
}
