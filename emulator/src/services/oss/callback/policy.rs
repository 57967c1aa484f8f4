//! Callback policies: callbacks that a bucket keeps under names, so that a request asks for one by its name.
//!
//! Known from the SDKs and their tests that ask the cloud.

use http::{Method, StatusCode};

use super::super::checks::on_bucket;
use super::super::product::row;
use super::super::settings::schema::{self, Field, Is, maybe, one, several};
use super::super::{bucket, xml};
use super::configuration::{Configuration, own};
use crate::cloud::Element;
use crate::gateway::{ApiError, Body, Call, Level, Operation, Reply, Route, Selector, Source};

const ROOT: &str = "BucketCallbackPolicy";
/// Where a bucket keeps them.
const PLACE: &str = "callbackPolicy";
const ITEM: &str = "PolicyItem";
/// The most of a bucket. CHOICE: the figure.
const MOST: usize = 20;
const FIELDS: &[Field] = &[several(
    ITEM,
    0,
    MOST,
    Is::Of(&[one("PolicyName", Is::Text), one("Callback", Is::Text), maybe("CallbackVar", Is::Text)]),
)];
const KNOWN: Source = Source::sdk("Python and Java SDK; the action by the operation's name");

/// The operations on callback policies.
pub fn table() -> Vec<Operation> {
    let at = |method| Route::Oss(method, Level::Bucket, Selector::QueryAnd("policy", "comp", Some("callback")));
    let rows = [
        row("PutBucketCallbackPolicy", at(Method::PUT), &[on_bucket(&["oss:PutBucketCallbackPolicy"])], &[], put),
        row("GetBucketCallbackPolicy", at(Method::GET), &[on_bucket(&["oss:GetBucketCallbackPolicy"])], &[], get),
        row(
            "DeleteBucketCallbackPolicy",
            at(Method::DELETE),
            &[on_bucket(&["oss:DeleteBucketCallbackPolicy"])],
            &[],
            delete,
        ),
    ];
    rows.map(|row| row.known_from(KNOWN)).into()
}

/// PutBucketCallbackPolicy. INFERRED: each must be a callback that a request could ask for.
fn put(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut document = xml::tree(&call.http.body, ROOT)?;
    schema::check(&mut document, FIELDS)?;
    document.all(ITEM).try_for_each(|item| read(item).map(drop))?;
    bucket::change(call, |bucket| bucket.settings.put(PLACE, document))?;
    Ok(Reply::with_body(Body::Empty))
}

/// GetBucketCallbackPolicy
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let document = bucket::read(call, |bucket| bucket.settings.get(PLACE).cloned())?;
    let message = "The bucket callback policy does not exist.";
    Ok(xml::shown(&document.ok_or_else(|| ApiError::not_found("BucketCallbackPolicyNotExist", message))?))
}

/// DeleteBucketCallbackPolicy
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    bucket::change(call, |bucket| bucket.settings.remove(PLACE))?;
    Ok(Reply::with_body(Body::Empty).status(StatusCode::NO_CONTENT))
}

fn read(item: &Element) -> Result<Configuration, ApiError> {
    let variables = item.filled("CallbackVar").map(own).transpose()?.unwrap_or_default();
    Configuration::read(item.get("Callback").unwrap_or_default(), variables)
}

/// The callback that the request's bucket keeps under a name.
pub(super) fn named(call: &Call<'_>, name: &str) -> Result<Option<Configuration>, ApiError> {
    let found = bucket::read(call, |bucket| {
        let mut items = bucket.settings.get(PLACE)?.all(ITEM);
        items.find(|item| item.get("PolicyName") == Some(name)).cloned()
    })?;
    found.as_ref().map(read).transpose()
}
