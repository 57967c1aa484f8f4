//! The lists of uploads and of their parts.

use std::ops::Bound;

use super::listing::{self, Encoding};
use super::page::{self, Asked, Page};
use super::{bucket, client_encryption, error, multipart, object, view, xml};
use crate::cloud::{Bucket, StorageClass, Upload};
use crate::gateway::{ApiError, Call, Form, Parameter, Reply};

/// Parts of a page, and uploads of one, when the request does not say.
const DEFAULT_PAGE: usize = 1000;

pub(super) const MAX_PARTS: Parameter = Parameter::optional("max-parts", Form::Own(check_parts, "10"));
pub(super) const MAX_UPLOADS: Parameter = Parameter::optional("max-uploads", Form::Own(check_uploads, "10"));
pub(super) const PART_MARKER: Parameter = Parameter::optional("part-number-marker", Form::Own(check_marker, "0"));

fn check_number(name: &str, text: &str, range: std::ops::RangeInclusive<u64>) -> Result<(), ApiError> {
    if text.parse().is_ok_and(|number| range.contains(&number)) {
        return Ok(());
    }
    let message = format!("Argument {name} must be an integer between {} and {}.", range.start(), range.end());
    Err(error::invalid_argument(name, text, message))
}

fn check_parts(text: &str) -> Result<(), ApiError> {
    check_number("max-parts", text, 1..=1000)
}

fn check_uploads(text: &str) -> Result<(), ApiError> {
    check_number("max-uploads", text, 1..=1000)
}

fn check_marker(text: &str) -> Result<(), ApiError> {
    check_number("part-number-marker", text, 0..=u64::from(u32::MAX))
}

fn page_size(call: &Call<'_>, parameter: &str) -> usize {
    let asked = call.arguments.integer(parameter).and_then(|most| usize::try_from(most).ok());
    asked.unwrap_or(DEFAULT_PAGE)
}

/// ListParts
pub(super) fn list_parts(call: &Call<'_>) -> Result<Reply, ApiError> {
    let after =
        call.arguments.integer("part-number-marker").map_or(0, |after| u16::try_from(after).unwrap_or(u16::MAX));
    let most = page_size(call, "max-parts");
    let upload = multipart::find(call, "0042-00000002")?;
    let parts = upload.read(|parts| {
        let wanted = parts.range(after.saturating_add(1)..).take(most + 1);
        (wanted.map(|(number, part)| (*number, part.clone())).collect::<Vec<_>>(), !parts.is_empty())
    });
    let (mut parts, any) = parts.ok_or_else(|| multipart::missing(call, "0042-00000002"))?;
    let encoding = Encoding::of(&call.arguments);
    let truncated = parts.len() > most;
    parts.truncate(most);
    Ok(xml::reply("ListPartsResult", |node| {
        encoding.say(node);
        node.text("Bucket", bucket::name(call));
        encoding.key(node, "Key", object::key(call));
        node.text("UploadId", multipart::upload_id(call));
        node.text("StorageClass", upload.draft.storage_class.as_str());
        node.text("PartNumberMarker", &after.to_string());
        // Clients look for it even when nothing follows; where there is no part, a live test of Java's client has nothing in it.
        let last = parts.last().map(|(last, _)| *last).or(Some(after).filter(|_| any)).map(|last| last.to_string());
        node.text("NextPartNumberMarker", last.as_deref().unwrap_or_default());
        node.text("MaxParts", &most.to_string());
        node.text("IsTruncated", if truncated { "true" } else { "false" });
        client_encryption::shown(node, &upload.draft.headers);
        for (number, part) in parts {
            node.element("Part", |node| {
                node.text("PartNumber", &number.to_string());
                node.text("LastModified", &view::time(part.modified));
                node.text("ETag", &view::quoted(part.etag));
                node.text("HashCrc64ecma", &part.crc64.to_string());
                node.text("Size", &part.content.size().to_string());
            });
        }
    }))
}

/// An upload in the list.
#[derive(Debug)]
struct Listed {
    id: String,
    started: jiff::Timestamp,
    storage_class: StorageClass,
}

impl Listed {
    fn of(id: &str, upload: &Upload) -> Self {
        Self { id: id.to_owned(), started: upload.started, storage_class: upload.draft.storage_class }
    }
}

/// The uploads by key and id. The id of a marker counts only with the key of one.
fn list(bucket: &Bucket, asked: &Asked<'_>, id_marker: &str) -> Page<Listed> {
    let open = |from: (String, String)| {
        // The first upload behind the marker: no id is empty.
        let found = bucket.uploads.range((Bound::Excluded(from), Bound::Unbounded));
        found.map(|((key, id), upload)| (key.as_str(), Listed::of(id, upload)))
    };
    let first = match asked.after {
        Some(after) if after >= asked.prefix && !id_marker.is_empty() => (after.to_owned(), id_marker.to_owned()),
        _ => (page::start(asked), String::new()),
    };
    Page::of(asked, || open(first), |from| open((from.to_owned(), String::new())))
}

/// ListMultipartUploads
pub(super) fn list_uploads(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let id_marker = arguments.text("upload-id-marker");
    let [prefix, delimiter, key_marker] =
        ["prefix", "delimiter", "key-marker"].map(|name| listing::of_keys(call, name));
    let asked = Asked {
        prefix: &prefix,
        delimiter: &delimiter,
        after: Some(&*key_marker).filter(|marker| !marker.is_empty()),
        most: page_size(call, "max-uploads"),
    };
    let page = bucket::read(call, |bucket| list(bucket, &asked, id_marker))?;
    let encoding = Encoding::of(arguments);
    // Of a beginning that several uploads have in common there is no id.
    let last_id =
        page.entries.last().filter(|(key, _)| Some(key.as_str()) == page.last()).map(|(_, upload)| &upload.id);
    Ok(xml::reply("ListMultipartUploadsResult", |node| {
        encoding.say(node);
        node.text("Bucket", bucket::name(call));
        // As in the samples of the page; a live test of Java's client has nothing in them though it asks from a marker on.
        node.text("KeyMarker", "");
        node.text("UploadIdMarker", "");
        // Clients look for them even when nothing follows.
        encoding.key(node, "NextKeyMarker", page.last().unwrap_or_default());
        node.text("NextUploadIdMarker", last_id.map_or("", String::as_str));
        encoding.key(node, "Delimiter", asked.delimiter);
        encoding.key(node, "Prefix", asked.prefix);
        node.text("MaxUploads", &asked.most.to_string());
        node.text("IsTruncated", if page.truncated { "true" } else { "false" });
        for (key, upload) in &page.entries {
            node.element("Upload", |node| {
                encoding.key(node, "Key", key);
                node.text("UploadId", &upload.id);
                node.text("StorageClass", upload.storage_class.as_str());
                node.text("Initiated", &view::time(upload.started));
            });
        }
        encoding.common(node, &page.common);
    }))
}
