//! Objects that are written piece by piece, at their end.
//!
//! Source pages: "AppendObject", "SealAppendObject".

use std::sync::Arc;

use http::{Method, header};

use super::checks::{WRITES, on_new_object};
use super::product::row;
use super::{acl, bucket, draft, error, object, view};
use crate::cloud::{Acl, Bucket, Changed, Found, Longer, Object, ObjectKind, StorageClass, Versioning, Written};
use crate::gateway::{ApiError, Body, Call, Form, Level, Operation, Parameter, Reply, Route, Selector};

/// The most that an object becomes by appending: 5 GB.
const LARGEST: u64 = 5 << 30;
const POSITION: Parameter = Parameter::optional("position", Form::Any);
const NEXT: &str = "x-oss-next-append-position";

/// The operations on objects that are appended to.
pub fn table() -> Vec<Operation> {
    let at = |parameter| Route::Oss(Method::POST, Level::Object, Selector::Query(parameter));
    vec![
        row("AppendObject", at("append"), WRITES, &[POSITION], append).streams(),
        row("SealAppendObject", at("seal"), &[on_new_object(&["oss:PutObject"])], &[POSITION], seal),
    ]
}

fn position(call: &Call<'_>) -> Result<u64, ApiError> {
    let position = call.arguments.get("position").and_then(|text| text.parse().ok());
    position.ok_or_else(|| error::missing_argument().with("EC", "0016-00000502"))
}

fn unequal(length: u64) -> ApiError {
    ApiError::conflict("PositionNotEqualToLength", "Position is not equal to file length")
        .with("EC", "0026-00000016")
        .with_header(NEXT, length.to_string())
}

/// AppendObject
///
/// What the object becomes is made before its bucket is locked, as a store may take its time. Of several pieces for one position the first that
/// is taken counts, and the others find another length.
fn append(call: &Call<'_>) -> Result<Reply, ApiError> {
    let position = position(call)?;
    let piece = draft::written(call)?;
    let grown = i64::try_from(piece.content.size()).unwrap_or(i64::MAX);
    let acl = acl::of_object_asked_for(call)?;
    loop {
        let before = bucket::read(call, |bucket| appendable(bucket, call, position, &piece))??;
        let (object, versioning) = match before {
            None => match begin(call, position, &piece)? {
                Some(begun) => begun,
                None => continue,
            },
            Some((before, versioning)) if piece.content.is_empty() => (before, versioning),
            Some((before, _)) => {
                let store = call.cloud().store.as_ref();
                let longer = before.longer(&piece, store).map_err(error::of_store)?;
                match take(call, position, &piece, &longer, acl)? {
                    Some(taken) => taken,
                    // The content is another one since.
                    None => continue,
                }
            }
        };
        let reply = Reply::with_body(Body::Empty)
            .grown(grown)
            .header(NEXT, object.size())
            .header(draft::CRC64, object.crc64)
            .header(header::ETAG, view::quoted(object.etag));
        let reply = draft::encrypted(reply, &object.headers);
        return Ok(object::said(reply, versioning, object.version));
    }
}

/// An object, and how its bucket keeps versions.
type InBucket = (Arc<Object>, Versioning);

/// The object that a piece is appended to at this position; `None` where it is the first one.
fn appendable(bucket: &Bucket, call: &Call<'_>, position: u64, piece: &Written) -> Result<Option<InBucket>, ApiError> {
    let before = match bucket.objects.find(object::key(call), None) {
        Found::Object(object) => object,
        Found::Marker(_) | Found::Nothing if position == 0 => return Ok(None),
        Found::Marker(_) | Found::Nothing => return Err(unequal(0)),
    };
    if before.kind != ObjectKind::Appendable {
        return Err(ApiError::conflict("ObjectNotAppendable", "The object is not appendable"));
    }
    if before.rare.as_ref().is_some_and(|rare| rare.sealed.is_some()) {
        let message = "The object is sealed and can not be appended.";
        return Err(ApiError::bad_request("AppendSealedObjectNotAllowed", message));
    }
    if before.size() != position {
        return Err(unequal(before.size()));
    }
    if bucket.keeps(&before, call.now) {
        return Err(error::file_immutable());
    }
    if before.size() + piece.content.size() > LARGEST {
        return Err(error::too_large());
    }
    Ok(Some((before, bucket.versioning)))
}

/// Puts the first piece; `None` when there is an object by now. What it says of the object counts, and of later pieces the ACL
/// alone: a test of Go's client has it so.
fn begin(call: &Call<'_>, position: u64, piece: &Written) -> Result<Option<InBucket>, ApiError> {
    let draft = draft::asked(call)?;
    let begun = bucket::change(call, |bucket| {
        if appendable(bucket, call, position, piece)?.is_some() {
            return Ok(None);
        }
        let draft = draft.within(bucket);
        if matches!(draft.storage_class, StorageClass::ColdArchive | StorageClass::DeepColdArchive) {
            let message = "The operation is not supported for this resource";
            return Err(ApiError::bad_request("OperationNotSupported", message));
        }
        let object = Object::appendable(piece.clone(), draft, call.now);
        // CHOICE: where versions are kept it is one, with an id, that grows. The page has it that the id is `null`; a test of Go's
        // client that asks the cloud sees another.
        object::put_into(bucket, call, object::key(call), object, bucket.versioning).map(Some)
    })??;
    // What is gone may be large: it is let go here, behind the bucket's lock.
    Ok(begun.map(|(seen, _gone)| (seen.object, seen.versioning)))
}

/// Takes a longer content for an object; `None` when what it was made from is no longer there.
fn take(
    call: &Call<'_>,
    position: u64,
    piece: &Written,
    longer: &Longer,
    acl: Option<Acl>,
) -> Result<Option<InBucket>, ApiError> {
    let key = object::key(call);
    let taken = bucket::change(call, |bucket| {
        let Some((before, versioning)) = appendable(bucket, call, position, piece)? else { return Ok(None) };
        let Some(changed) = before.lengthened(longer, call.now) else { return Ok(None) };
        let asked = acl::is_said_of_object(call);
        let changed = Object { acl: if asked { acl } else { changed.acl }, ..changed };
        let placed = bucket.objects.replace(key, Some(before.version), |_| Ok::<_, ApiError>(changed));
        let placed = placed.ok_or_else(ApiError::internal)??;
        bucket.note(key, Changed::Put(placed.version));
        Ok(Some((placed, versioning)))
    });
    taken?
}

/// SealAppendObject: from now on nothing is appended.
fn seal(call: &Call<'_>) -> Result<Reply, ApiError> {
    let position = position(call)?;
    let seen = object::replace(call, |object, _| {
        if object.kind != ObjectKind::Appendable {
            return Err(ApiError::conflict("ObjectNotAppendable", "The object is not appendable"));
        }
        if object.size() != position {
            return Err(unequal(object.size()));
        }
        let mut sealed = object.clone();
        sealed.rare_mut().sealed.get_or_insert(call.now);
        Ok(sealed)
    })?;
    let sealed = seen.rare.as_ref().and_then(|rare| rare.sealed).unwrap_or(call.now);
    Ok(seen.said(Reply::with_body(Body::Empty).header("x-oss-sealed-time", view::http_date(sealed))))
}
