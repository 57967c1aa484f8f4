//! Objects: found, stored, deleted.

use std::sync::Arc;

use http::{HeaderName, HeaderValue, Method, StatusCode};
use jiff::Timestamp;

use super::versions::{self, Named};
use super::{bucket, draft, error, overwrite};
use crate::cloud::{Bucket, Changed, Found, Marker, Object, Retention, RetentionMode, VersionId, Versioning};
use crate::gateway::{ApiError, Body, Call, Reply};

pub(super) const VERSION: HeaderName = HeaderName::from_static("x-oss-version-id");
pub(super) const DELETE_MARKER: HeaderName = HeaderName::from_static("x-oss-delete-marker");
/// Deletes and shortens what is kept, for whoever may (object WORM).
const BYPASS: &str = "x-oss-bypass-governance-retention";

/// The key of the object that the request addresses.
pub(super) fn key<'a>(call: &'a Call<'_>) -> &'a str {
    call.address.object.as_deref().unwrap_or_default()
}

/// An object, and whether its bucket knows versions.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) object: Arc<Object>,
    pub(super) versioning: Versioning,
    /// When a rule of the life cycle will delete it, and which: known where it was read.
    pub(super) expiry: Option<(Timestamp, String)>,
    /// When it was last read, where its bucket is to know.
    pub(super) accessed: Option<Timestamp>,
    /// How many bytes there were in its place, where it was written.
    pub(super) replaced: u64,
}

impl std::ops::Deref for Seen {
    type Target = Object;

    fn deref(&self) -> &Object {
        &self.object
    }
}

impl Seen {
    /// An object in a bucket that keeps versions so.
    pub(super) fn of(object: Arc<Object>, versioning: Versioning) -> Self {
        Self { object, versioning, expiry: None, accessed: None, replaced: 0 }
    }

    /// The answer to its being written, which says how much more there is now.
    pub(super) fn written(&self, reply: Reply) -> Reply {
        let (now, before) = (i64::try_from(self.object.size()), i64::try_from(self.replaced));
        let grown = now.unwrap_or(i64::MAX).saturating_sub(before.unwrap_or(i64::MAX));
        self.said(reply.grown(grown))
    }

    /// An answer that says which version it is about.
    pub(super) fn said(&self, reply: Reply) -> Reply {
        said(reply, self.versioning, self.object.version)
    }
}

/// An answer that says which version it is about, where versions are known.
pub(super) fn said(reply: Reply, versioning: Versioning, version: VersionId) -> Reply {
    if versioning == Versioning::Never { reply } else { reply.header(VERSION, version.to_string()) }
}

/// The object that the request addresses, in the version that it names.
pub(super) fn find(call: &Call<'_>) -> Result<Seen, ApiError> {
    let version = versions::named(call)?;
    let (found, versioning, expiry, accessed) = bucket::read(call, |bucket| {
        let found = bucket.objects.find(key(call), version);
        let expiry = match (&found, bucket.settings.lifecycle()) {
            (Found::Object(object), Some(rules)) => rules.expiry(key(call), object),
            _ => None,
        };
        let expiry = expiry.map(|(at, rule)| (at, rule.to_owned()));
        let accessed = match &found {
            Found::Object(object) => bucket.accessed(object),
            Found::Marker(_) | Found::Nothing => None,
        };
        (found, bucket.versioning, expiry, accessed)
    })?;
    let seen = seen(found, versioning, key(call), version, &call.http.method)?;
    Ok(Seen { expiry, accessed, ..seen })
}

/// What was found, or why there is nothing.
pub(super) fn seen(
    found: Found,
    versioning: Versioning,
    key: &str,
    version: Named,
    method: &Method,
) -> Result<Seen, ApiError> {
    match (found, version) {
        (Found::Object(object), _) => Ok(Seen::of(object, versioning)),
        (found, _) => Err(not_found(found, key, version, method)),
    }
}

/// That there is no object.
fn not_found(found: Found, key: &str, version: Named, method: &Method) -> ApiError {
    match (found, version) {
        (Found::Marker(marker), None) => error::no_such_key(key)
            .with_header("x-oss-delete-marker", "true")
            .with_header("x-oss-version-id", marker.id.to_string()),
        (Found::Marker(marker), Some(_)) => error::is_a_marker(method.as_str(), &marker.id.to_string()),
        (_, Some(version)) => error::no_such_version(key, &version.to_string()),
        (_, None) => error::no_such_key(key),
    }
}

/// Puts another object in the place of the one that the request addresses.
pub(super) fn replace(
    call: &Call<'_>,
    change: impl FnOnce(&Object, &Bucket) -> Result<Object, ApiError>,
) -> Result<Seen, ApiError> {
    let version = versions::named(call)?;
    let replaced = bucket::change(call, |bucket| {
        let versioning = bucket.versioning;
        let object = match bucket.objects.find(key(call), version) {
            Found::Object(object) => change(&object, bucket)?,
            found => return Err(not_found(found, key(call), version, &call.http.method)),
        };
        let placed = bucket.objects.replace(key(call), version, |_| Ok::<_, ApiError>(object));
        let object = placed.ok_or_else(|| error::no_such_key(key(call)))??;
        bucket.note(key(call), Changed::Put(object.version));
        Ok(Seen::of(object, versioning))
    });
    replaced?
}

/// Puts an object under the key that the request addresses, as it may be.
pub(super) fn store(call: &Call<'_>, make: impl FnOnce(&Bucket) -> Object) -> Result<Seen, ApiError> {
    let stored = bucket::change(call, |bucket| {
        let object = make(bucket);
        put_into(bucket, call, key(call), object, bucket.versioning)
    })??;
    // What was there before may be gigabytes: it is let go behind the bucket's lock.
    let (seen, _before) = stored;
    Ok(seen)
}

/// What an object was before it was overwritten.
pub(super) type Before = Option<crate::cloud::Version>;

/// Puts an object into a bucket that is being changed, as if it kept versions in this way.
pub(super) fn put_into(
    bucket: &mut Bucket,
    call: &Call<'_>,
    key: &str,
    mut object: Object,
    versioning: Versioning,
) -> Result<(Seen, Before), ApiError> {
    may_be_put(bucket, call, key, versioning)?;
    if let Some(retention) = default_retention(bucket, call) {
        object.rare_mut().retention = Some(retention);
    }
    let (object, gone) = bucket.objects.put(key, object, versioning);
    bucket.note(key, Changed::Put(object.version));
    let replaced = gone.as_ref().map_or(0, crate::cloud::Version::size);
    Ok((Seen { replaced, ..Seen::of(object, bucket.versioning) }, gone))
}

/// May a key be written? What is in a bucket that keeps versions is not overwritten by it.
pub(super) fn may_be_put(bucket: &Bucket, call: &Call<'_>, key: &str, versioning: Versioning) -> Result<(), ApiError> {
    if overwrite::forbids(bucket, call, key) {
        return Err(error::file_already_exists());
    }
    let overwritten = match versioning {
        Versioning::Enabled => None,
        Versioning::Never => bucket.objects.get(key).cloned(),
        Versioning::Suspended => match bucket.objects.find(key, Some(VersionId::default())) {
            Found::Object(object) => Some(object),
            Found::Marker(_) | Found::Nothing => None,
        },
    };
    let Some(overwritten) = overwritten else { return Ok(()) };
    if versioning == Versioning::Never && draft::forbids_overwriting(call) {
        return Err(error::file_already_exists());
    }
    if bucket.keeps(&overwritten, call.now) { Err(error::file_immutable()) } else { Ok(()) }
}

/// How long objects of a bucket are kept unless told otherwise.
fn default_retention(bucket: &Bucket, call: &Call<'_>) -> Option<Retention> {
    let default = bucket.settings.get("objectWorm")?.at(&["Rule", "DefaultRetention"])?;
    let number = |name: &str| default.get(name).and_then(|text| text.parse::<i64>().ok());
    let days = number("Days").or_else(|| number("Years").map(|years| years * 365))?;
    let until = call.now.saturating_add(jiff::SignedDuration::from_hours(24 * days)).ok()?;
    Some(Retention { mode: RetentionMode::parse(default.get("Mode")?)?, until })
}

/// May a version be deleted for good?
pub(super) fn may_go(bucket: &Bucket, call: &Call<'_>, object: &Object) -> Result<(), ApiError> {
    if !bucket.keeps(object, call.now) {
        return Ok(());
    }
    let governed = object.rare.as_ref().is_some_and(|rare| {
        !rare.held && rare.retention.is_some_and(|retention| retention.mode == RetentionMode::Governance)
    });
    let kept_by_bucket = bucket.worm.as_ref().is_some_and(|worm| worm.keeps(object.modified, call.now));
    let bypassed = call.http.header(BYPASS).is_some_and(|bypass| bypass.eq_ignore_ascii_case("true"));
    if governed && bypassed && !kept_by_bucket { Ok(()) } else { Err(error::file_immutable()) }
}

/// What a deletion comes to.
#[derive(Debug)]
pub(super) struct Outcome {
    /// The version that the answer names, where versions are known.
    pub(super) version: Option<VersionId>,
    /// Was a marker made, or one deleted?
    pub(super) marker: bool,
    _gone: Before,
}

/// Deletes a key, or a version of it, in a bucket that is being changed.
pub(super) fn delete_in(bucket: &mut Bucket, call: &Call<'_>, key: &str, version: Named) -> Result<Outcome, ApiError> {
    let overwrites = bucket.versioning != Versioning::Enabled;
    let target = match version {
        None if overwrites => Some(VersionId::default()),
        named => named,
    };
    if let Some(Found::Object(object)) = target.map(|target| bucket.objects.find(key, Some(target))) {
        may_go(bucket, call, &object)?;
    }
    let Some(version) = version else {
        let deleted = bucket.objects.delete(key, bucket.versioning, call.now);
        bucket.note(key, deleted.marker.map_or(Changed::Deleted(VersionId::default()), Changed::Marked));
        return Ok(Outcome { version: deleted.marker, marker: deleted.marker.is_some(), _gone: deleted.gone });
    };
    let gone = bucket.objects.delete_version(key, version);
    if let Some(gone) = &gone {
        bucket.note(key, Changed::Deleted(gone.id()));
    }
    let marker = matches!(gone, Some(crate::cloud::Version::Marker(Marker { .. })));
    let known = bucket.versioning != Versioning::Never;
    Ok(Outcome { version: known.then_some(version), marker, _gone: gone })
}

/// DeleteObject: an object that is not there is as good as deleted, and so is a version.
pub(super) fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let version = versions::named(call)?;
    let outcome = bucket::change(call, |bucket| delete_in(bucket, call, key(call), version))??;
    let mut reply = Reply::with_body(Body::Empty).status(StatusCode::NO_CONTENT);
    if let Some(version) = outcome.version {
        reply = reply.header(VERSION, version.to_string());
    }
    Ok(if outcome.marker { reply.header(DELETE_MARKER, HeaderValue::from_static("true")) } else { reply })
}
