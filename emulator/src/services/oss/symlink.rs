//! Symlinks: names for other objects of the same bucket.
//!
//! Source pages: "PutSymlink", "GetSymlink".

use std::sync::Arc;

use http::{HeaderName, Method, header};

use super::checks::{READ, READ_VERSION, WRITES};
use super::product::row;
use super::versions::VERSION_ID;
use super::{bucket, draft, error, name, object, view};
use crate::cloud::{Found, Object, StorageClass};
use crate::gateway::{ApiError, Body, Call, Level, Operation, Reply, Route, Selector};
use crate::signature::{Plus, query};

const TARGET: &str = "x-oss-symlink-target";

/// The operations on symlinks.
pub fn table() -> Vec<Operation> {
    let at = |method| Route::Oss(method, Level::Object, Selector::Query("symlink"));
    vec![
        row("PutSymlink", at(Method::PUT), WRITES, &[], put),
        row("GetSymlink", at(Method::GET), &[READ, READ_VERSION], &[VERSION_ID], get),
    ]
}

/// PutSymlink: what it stands for need not be there.
fn put(call: &Call<'_>) -> Result<Reply, ApiError> {
    let text = call.http.header(TARGET).unwrap_or_default();
    if text.is_empty() {
        return Err(error::missing_argument());
    }
    let wrong = || error::invalid_argument(TARGET, text, "Invalid Argument. Parameter is invalid.");
    let target = query::decode_key(text, Plus::Literal).map_err(|_| wrong())?;
    name::check_object(&target).map_err(|_| wrong())?;
    let asked = draft::asked(call)?;
    let seen = object::store(call, |bucket| {
        let silent = asked.storage_class.is_none();
        let mut draft = asked.within(bucket);
        if silent && matches!(draft.storage_class, StorageClass::ColdArchive | StorageClass::DeepColdArchive) {
            // A link is read at once, whatever its bucket stores.
            draft.storage_class = StorageClass::Standard;
        }
        Object::symlink(target, draft, call.now)
    })?;
    let reply = Reply::with_body(Body::Empty).header(header::ETAG, view::quoted(seen.etag));
    Ok(seen.said(reply))
}

/// GetSymlink
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let seen = object::find(call)?;
    let Some(target) = seen.target() else {
        return Err(ApiError::bad_request("NotSymlink", "The object is not symlink."));
    };
    let told = |name: &&HeaderName| **name == header::CONTENT_TYPE || name.as_str().starts_with(draft::META);
    let mut reply = Reply::with_body(Body::Empty);
    // A live test of Java's client reads these. INFERRED: they alone are told.
    reply.headers.extend(seen.headers.iter().filter(|(name, _)| told(&name)));
    let reply = reply
        .header(TARGET, query::pe_key_path(target))
        .header(header::ETAG, view::quoted(seen.etag))
        .header(header::LAST_MODIFIED, view::http_date(seen.modified));
    Ok(seen.said(reply))
}

/// The object that a link stands for.
pub(super) fn follow(call: &Call<'_>, target: &str) -> Result<Arc<Object>, ApiError> {
    match bucket::read(call, |bucket| bucket.objects.find(target, None))? {
        Found::Object(object) if object.target().is_some() => {
            Err(ApiError::bad_request("InvalidTargetType", "The symbolic's target file type is invalid")
                .with("EC", "0026-00000011"))
        }
        Found::Object(object) => Ok(object),
        Found::Marker(_) | Found::Nothing => {
            Err(ApiError::not_found("SymlinkTargetNotExist", "The symlink target object does not exist."))
        }
    }
}
