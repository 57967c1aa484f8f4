//! Inventories: lists of a bucket's objects that are written now and then, by the clock.
//!
//! Source pages: "PutBucketInventory" and its siblings.

use http::{Method, StatusCode};

use super::checks::on_bucket;
use super::product::row;
use super::settings::schema::{self, Field, Is, maybe, one};
use super::{bucket, chores, error, name, xml};
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

const CONFIGURATION: &[Field] = &[
    one("Id", Is::Text),
    one("IsEnabled", Is::Flag),
    one("Schedule", Is::Of(&[one("Frequency", Is::Word(&["Daily", "Weekly"]))])),
    one("IncludedObjectVersions", Is::Word(&["All", "Current"])),
    one("Destination", Is::Of(&[one("OSSBucketDestination", Is::Of(DESTINATION))])),
];
const DESTINATION: &[Field] = &[
    one("Format", Is::Text),
    one("AccountId", Is::Text),
    one("RoleArn", Is::Text),
    one("Bucket", Is::Text),
    maybe("Encryption", Is::Of(&[maybe("SSE-OSS", Is::Text), maybe("SSE-KMS", Is::Of(&[maybe("KeyId", Is::Text)]))])),
];
/// How a destination names its bucket.
const BUCKET: &str = "acs:oss:::";

/// A report goes to a bucket of the account that the bucket is of, which is named besides. That it is refused else is published, INFERRED:
/// the error's own code.
fn check_destination(call: &Call<'_>, destination: &Element) -> Result<(), ApiError> {
    let text = |name: &str| destination.get(name).unwrap_or_default();
    let wrong = |name: &str, detail: &'static str| Err(schema::wrong(name, text(name)).with("EC", detail));
    let owner = bucket::read(call, |bucket| bucket.owner.clone())?;
    // Page 0020-00000027 has CSV alone; the description of the operation Parquet, too.
    if !["CSV", "Parquet"].contains(&text("Format")) {
        return wrong("Format", "0020-00000027");
    }
    let Some(name) = text("Bucket").strip_prefix(BUCKET) else { return wrong("Bucket", "0020-00000030") };
    if name::check_old_bucket(name).is_err() {
        return wrong("Bucket", "0020-00000032");
    }
    if text("AccountId") != owner {
        return wrong("AccountId", "0020-00000028");
    }
    if call.cloud().buckets.read(name, |bucket| bucket.owner == owner) != Some(true) {
        return wrong("Bucket", "0020-00000033");
    }
    Ok(())
}

fn check(call: &Call<'_>, document: &mut Element, id: &str) -> Result<(), ApiError> {
    let Some(said) = document.get("Id") else { return Err(error::malformed_xml().with("EC", "0020-00000005")) };
    if said != id || id.is_empty() {
        return Err(schema::wrong("inventoryId", id));
    }
    schema::check(document, CONFIGURATION)?;
    let destination = document.at(&["Destination", "OSSBucketDestination"]).ok_or_else(error::malformed_xml)?;
    destination.filled("RoleArn").ok_or_else(error::malformed_xml)?;
    check_destination(call, destination)?;
    let encryption = destination.child("Encryption");
    if encryption.is_some_and(|one| one.child("SSE-OSS").is_some() && one.child("SSE-KMS").is_some()) {
        return Err(error::malformed_xml());
    }
    let filters = document.children.iter_mut().filter(|child| child.name == "Filter");
    for classes in filters.flat_map(|filter| &mut filter.children).filter(|child| child.name == "StorageClass") {
        // A live test of Java's client puts `Standard,IA` and gets `IA,Standard`. INFERRED: in the order of letters.
        let mut all: Vec<_> = classes.text.split(',').collect();
        all.sort_unstable();
        classes.text = all.join(",");
    }
    Ok(())
}

/// PutBucketInventory
fn put(call: &Call<'_>) -> Result<Reply, ApiError> {
    let id = call.arguments.text("inventoryId");
    let mut document = xml::tree(&call.http.body, ROOT)?;
    check(call, &mut document, id)?;
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
        if !after.is_empty() {
            node.text("ContinuationToken", after);
        }
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
