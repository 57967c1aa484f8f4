//! Objects that are written piece by piece, at their end.
//!
//! Source pages: "AppendObject", "SealAppendObject".

use http::{Method, header};

use super::table::{WRITES, on_new_object, row};
use super::{bucket, draft, error, object, view};
use crate::cloud::{Changed, Found, Object, ObjectKind, StorageClass, VersionId, Versioning};
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
fn append(call: &Call<'_>) -> Result<Reply, ApiError> {
    let position = position(call)?;
    let piece = draft::written(call)?;
    let grown = i64::try_from(piece.content.size()).unwrap_or(i64::MAX);
    // What the first piece says of the object counts, and of later ones nothing.
    let draft = if position == 0 { Some(draft::asked(call)) } else { None };
    let key = object::key(call);
    let appended = bucket::change(call, |bucket| {
        let before = match bucket.objects.find(key, None) {
            Found::Object(object) => object,
            Found::Marker(_) | Found::Nothing => {
                let Some(draft) = draft else { return Err(unequal(0)) };
                let draft = draft?.within(bucket);
                if matches!(draft.storage_class, StorageClass::ColdArchive | StorageClass::DeepColdArchive) {
                    let message = "The operation is not supported for this resource";
                    return Err(ApiError::bad_request("OperationNotSupported", message));
                }
                let object = Object::appendable(piece, draft, call.now);
                // It is one object for ever: no version of it is kept.
                let versioning = match bucket.versioning {
                    Versioning::Enabled => Versioning::Suspended,
                    other => other,
                };
                let (seen, _gone) = object::put_into(bucket, call, key, object, versioning)?;
                return Ok((seen.object, bucket.versioning));
            }
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
        if piece.content.is_empty() {
            return Ok((before, bucket.versioning));
        }
        let changed = before.appended(&piece, call.cloud().store.as_ref(), call.now).map_err(error::of_store);
        let placed = bucket.objects.replace(key, Some(before.version), |_| changed);
        let placed = placed.ok_or_else(ApiError::internal)??;
        bucket.note(key, Changed::Put(placed.version));
        Ok((placed, bucket.versioning))
    });
    let (object, versioning) = appended??;
    let reply = Reply::with_body(Body::Empty)
        .grown(grown)
        .header(NEXT, object.size())
        .header(draft::CRC64, object.crc64)
        .header(header::ETAG, view::quoted(object.etag));
    let reply = draft::encrypted(reply, &object.headers);
    Ok(object::said(reply, versioning, VersionId::default()))
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
