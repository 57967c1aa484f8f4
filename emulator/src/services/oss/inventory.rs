//! Inventories: lists of a bucket's objects that are written now and then, by the clock.
//!
//! Source pages: "PutBucketInventory" and its siblings.

use http::{Method, StatusCode};

use super::table::{on_bucket, row};
use super::{bucket, chores, error, xml};
use crate::cloud::Element;
use crate::gateway::{ApiError, Body, Call, Form, Level, Operation, Parameter, Reply, Route, Selector};

const ID: Parameter = Parameter::optional("inventoryId", Form::Any);
const TOKEN: Parameter = Parameter::optional("continuation-token", Form::Any);
const KIND: &str = "inventory";
const ROOT: &str = "InventoryConfiguration";
/// The most of a bucket, and how many a page shows.
const MOST: usize = 1000;
const PAGE: usize = 100;

/// The operations on inventories.
pub fn table() -> Vec<Operation> {
    let at = |method| Route::Oss(method, Level::Bucket, Selector::Query(KIND));
    let named = |method| Route::Oss(method, Level::Bucket, Selector::QueryAnd(KIND, "inventoryId", None));
    vec![
        row("PutBucketInventory", at(Method::PUT), &[on_bucket(&["oss:PutBucketInventory"])], &[ID], put),
        row("GetBucketInventory", named(Method::GET), &[on_bucket(&["oss:GetBucketInventory"])], &[], get),
        row("ListBucketInventory", at(Method::GET), &[on_bucket(&["oss:GetBucketInventory"])], &[TOKEN], list),
        row("DeleteBucketInventory", at(Method::DELETE), &[on_bucket(&["oss:DeleteBucketInventory"])], &[ID], delete),
    ]
}

pub(super) fn place(id: &str) -> String {
    format!("{KIND}/{id}")
}

fn none() -> ApiError {
    ApiError::not_found("NoSuchInventory", "No Row found in Inventory Table.")
}

fn check(document: &Element, id: &str) -> Result<(), ApiError> {
    let said = document.get("Id").ok_or_else(error::malformed_xml)?;
    if said != id || id.is_empty() {
        return Err(error::invalid_argument("inventoryId", id, "Invalid Argument. Parameter is invalid."));
    }
    let words: [(&[&str], &[&str]); 4] = [
        (&["IsEnabled"], &["true", "false"]),
        (&["Schedule", "Frequency"], &["Daily", "Weekly"]),
        (&["IncludedObjectVersions"], &["All", "Current"]),
        (&["Destination", "OSSBucketDestination", "Format"], &["CSV", "Parquet", "ORC"]),
    ];
    for (way, words) in words {
        let text = document.at(way).map(|element| element.text.as_str()).ok_or_else(error::malformed_xml)?;
        if !words.contains(&text) {
            return Err(error::malformed_xml());
        }
    }
    let destination = document.at(&["Destination", "OSSBucketDestination"]).ok_or_else(error::malformed_xml)?;
    let named = ["AccountId", "RoleArn", "Bucket"].iter().all(|name| destination.filled(name).is_some());
    if named { Ok(()) } else { Err(error::malformed_xml()) }
}

/// PutBucketInventory
fn put(call: &Call<'_>) -> Result<Reply, ApiError> {
    let id = call.arguments.text("inventoryId");
    let document = xml::tree(&call.http.body, ROOT)?;
    check(&document, id)?;
    bucket::change(call, |bucket| {
        if bucket.settings.get(&place(id)).is_some() {
            let message = "The Inventory Configuration already exists.";
            return Err(ApiError::conflict("InventoryAlreadyExist", message));
        }
        if bucket.settings.several(KIND, "").count() >= MOST {
            let message = "You are not allowed to create more inventory than limit.";
            return Err(ApiError::bad_request("InventoryExceedLimit", message));
        }
        bucket.chores.set_listing(id, chores::next_listing(&document, call.now));
        bucket.settings.put(&place(id), document);
        Ok(())
    })??;
    Ok(Reply::with_body(Body::Empty))
}

/// GetBucketInventory
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let id = call.arguments.text("inventoryId");
    let found = bucket::read(call, |bucket| bucket.settings.get(&place(id)).cloned())?;
    Ok(xml::shown(&found.ok_or_else(none)?))
}

/// ListBucketInventory: the id that a page ended with is where the next goes on.
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let after = call.arguments.text("continuation-token");
    let mut found: Vec<_> = bucket::read(call, |bucket| {
        let all = bucket.settings.several(KIND, after).take(PAGE + 1);
        all.map(|(id, document)| (id.to_owned(), document.clone())).collect()
    })?;
    if found.is_empty() && after.is_empty() {
        return Err(none());
    }
    let truncated = found.len() > PAGE;
    found.truncate(PAGE);
    Ok(xml::reply("ListInventoryConfigurationsResult", |node| {
        found.iter().for_each(|(_, document)| node.put(document));
        node.text("IsTruncated", if truncated { "true" } else { "false" });
        if let Some((last, _)) = found.last().filter(|_| truncated) {
            node.text("NextContinuationToken", last);
        }
    }))
}

/// DeleteBucketInventory
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let id = call.arguments.text("inventoryId");
    bucket::change(call, |bucket| {
        bucket.chores.set_listing(id, None);
        bucket.settings.remove(&place(id))
    })?;
    Ok(Reply::with_body(Body::Empty).status(StatusCode::NO_CONTENT))
}
