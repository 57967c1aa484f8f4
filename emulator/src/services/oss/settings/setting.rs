//! A setting as a value: its document, its operations, its rules.

use http::{Method, StatusCode};

use super::super::checks::on_bucket;
use super::super::product::row;
use super::super::{bucket, error, xml};
use super::schema::{self, Field};
use super::{cors, encryption, lifecycle, logging, objects, qos, simple, website};
use crate::cloud::{Bucket, Element};
use crate::gateway::{ApiError, Body, Call, Check, Level, Operation, Reply, Route, Selector, Source};

/// The name of an operation, and its action.
pub(super) type Named = Option<(&'static str, &'static [&'static str])>;

/// A setting.
pub(super) struct Setting {
    /// The sub-resource that it is put at.
    pub(super) at: &'static str,
    /// The name of its document.
    pub(super) root: &'static str,
    /// What is in the document.
    pub(super) fields: &'static [Field],
    /// Its operations.
    pub(super) put: Named,
    pub(super) get: Named,
    pub(super) delete: Named,
    /// What else is asked where it is put: of what it names.
    pub(super) put_asks: &'static [Check],
    /// Its own rules, and what is filled in where nothing was said.
    pub(super) rule: fn(&Call<'_>, &mut Element) -> Result<(), ApiError>,
    /// What it must fit to in its bucket.
    pub(super) fits: fn(&Bucket, &Element) -> Result<(), ApiError>,
    /// What is read of one that was never made, and of one that was taken back.
    pub(super) unset: fn() -> Result<Reply, ApiError>,
}

/// An operation's name, and the action of the same name.
macro_rules! named {
    ($name:literal) => {
        Some(($name, &[concat!("oss:", $name)]))
    };
}
pub(super) use named;

/// No rules besides the form of the document.
pub(super) fn no_rule(_: &Call<'_>, _: &mut Element) -> Result<(), ApiError> {
    Ok(())
}

/// Fits to any bucket.
pub(super) fn fits_all(_: &Bucket, _: &Element) -> Result<(), ApiError> {
    Ok(())
}

/// There is none.
pub(super) fn none(code: &'static str, message: &'static str) -> Result<Reply, ApiError> {
    Err(ApiError::not_found(code, message))
}

const ALL: &[&[Setting]] = &[
    cors::SETTINGS,
    encryption::SETTINGS,
    lifecycle::SETTINGS,
    logging::SETTINGS,
    objects::SETTINGS,
    qos::SETTINGS,
    simple::SETTINGS,
    website::SETTINGS,
];

/// Operations that no page tells of.
const OF_SDKS: [&str; 4] =
    ["DeleteBucketTransferAcceleration", "PutBucketQoSInfo", "GetBucketQoSInfo", "DeleteBucketQoSInfo"];

fn all() -> impl Iterator<Item = &'static Setting> {
    ALL.iter().flat_map(|family| family.iter())
}

/// The operations on settings.
pub fn table() -> Vec<Operation> {
    let mut rows = qos::table();
    for setting in all() {
        let mut add = |named: Named, further: &[Check], method, handler| {
            if let Some((name, actions)) = named {
                let route = Route::Oss(method, Level::Bucket, Selector::Query(setting.at));
                let checks = [&[on_bucket(actions)], further].concat();
                let operation = row(name, route, &checks, &[], handler);
                let in_sdks = OF_SDKS.contains(&name);
                rows.push(if in_sdks { operation.known_from(Source::sdk("Go and Python SDK")) } else { operation });
            }
        };
        add(setting.put, setting.put_asks, Method::PUT, put);
        add(setting.get, &[], Method::GET, get);
        add(setting.delete, &[], Method::DELETE, delete);
    }
    rows
}

/// The setting that a call is about.
fn of(call: &Call<'_>) -> Result<&'static Setting, ApiError> {
    let is = |named: Named| named.is_some_and(|(name, _)| name == call.operation.name);
    all().find(|one| is(one.put) || is(one.get) || is(one.delete)).ok_or_else(ApiError::internal)
}

/// Makes a setting, in the place of what was there.
fn put(call: &Call<'_>) -> Result<Reply, ApiError> {
    let setting = of(call)?;
    super::super::draft::check_digest(
        call,
        md5::Digest::finalize(md5::Digest::chain_update(<md5::Md5 as md5::Digest>::new(), &call.http.body)).into(),
    )?;
    let mut document = xml::tree(&call.http.body, setting.root)?;
    schema::check(&mut document, setting.fields)?;
    (setting.rule)(call, &mut document)?;
    bucket::change(call, |bucket| {
        (setting.fits)(bucket, &document)?;
        if setting.at == "lifecycle" {
            // Its rules are applied from the next day on.
            bucket.swept = call.now;
        }
        bucket.settings.put_at(setting.at, document, call.now);
        Ok::<_, ApiError>(())
    })??;
    Ok(Reply::with_body(Body::Empty))
}

/// Gives a setting back as it was put.
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let setting = of(call)?;
    match bucket::read(call, |bucket| bucket.settings.get(setting.at).cloned())? {
        Some(document) => Ok(xml::shown(&document)),
        None => (setting.unset)().map_err(|error| error.with("BucketName", bucket::name(call))),
    }
}

/// Takes a setting back, if it was made.
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let setting = of(call)?;
    bucket::change(call, |bucket| bucket.settings.remove(setting.at))?;
    Ok(Reply::with_body(Body::Empty).status(StatusCode::NO_CONTENT))
}

/// A document that is none of this setting.
pub(super) fn malformed() -> ApiError {
    error::malformed_xml()
}
