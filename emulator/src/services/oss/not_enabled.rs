//! What OSS has where it is turned on: data indexing, its tables, hierarchical namespaces, cloud boxes. None of it is on here, and
//! whoever asks for it is told so, as in a region without it.
//!
//! Source pages: "OpenMetaQuery" and its siblings, "CreateDirectory", "Rename", "ListCloudBoxes".

use http::Method;

use super::checks::{on_bucket, on_new_object, on_object, on_service};
use super::product::row;
use super::{describe, view, xml};
use crate::gateway::{ApiError, Call, Check, Form, Level, Operation, Parameter, Reply, Route, Selector, Source};

/// The operations on what is not on.
#[rustfmt::skip]
pub fn table() -> Vec<Operation> {
    let bucket = |method, parameter| Route::Oss(method, Level::Bucket, Selector::Query(parameter));
    let object = |parameter| Route::Oss(Method::POST, Level::Object, Selector::Query(parameter));
    let comp = |word| Route::Oss(Method::POST, Level::Bucket, Selector::QueryAnd("metaQuery", "comp", Some(word)));
    let action = Route::Oss(Method::POST, Level::Bucket, Selector::QueryAnd("metaQuery", "action", None));
    let pipeline = Route::Oss(Method::POST, Level::Service, Selector::Query("dataPipeline"));
    let named = [Parameter::optional("action", Form::Any)];
    let boxes = Route::Oss(Method::GET, Level::Service, Selector::Query("cloudboxes"));
    let listed = Check::new(&["oss:ListCloudBoxes"], "acs:oss:*:{account}:*").context(describe::service).unless_said(describe::OF_SERVICE);
    let pages = ["prefix", "marker", "max-keys"].map(|name| Parameter::optional(name, Form::Any));
    vec![
        row("OpenMetaQuery", comp("add"), &[on_bucket(&["oss:OpenMetaQuery"])], &[], no_index),
        row("DoMetaQuery", comp("query"), &[on_bucket(&["oss:DoMetaQuery"])], &[], no_index),
        row("CloseMetaQuery", comp("delete"), &[on_bucket(&["oss:CloseMetaQuery"])], &[], no_index),
        row("DoMetaQueryAction", action, &[on_bucket(&["oss:DoMetaQueryAction"])], &[], no_index).known_from(SDK),
        row("DoDataPipelineAction", pipeline, &[on_service(&["oss:DoDataPipelineAction"])], &named, no_pipeline).known_from(SDK),
        row("GetMetaQueryStatus", bucket(Method::GET, "metaQuery"), &[on_bucket(&["oss:GetMetaQueryStatus"])], &[], no_query),
        row("CreateBucketMetadataConfiguration", bucket(Method::POST, "metadataConfiguration"), &[on_bucket(&["oss:CreateBucketMetadataConfiguration"])], &[], no_index),
        row("GetBucketMetadataConfiguration", bucket(Method::GET, "metadataConfiguration"), &[on_bucket(&["oss:GetBucketMetadataConfiguration"])], &[], no_index),
        row("DeleteBucketMetadataConfiguration", bucket(Method::DELETE, "metadataConfiguration"), &[on_bucket(&["oss:DeleteBucketMetadataConfiguration"])], &[], no_index),
        row("UpdateBucketMetadataInventoryTableConfiguration", bucket(Method::PUT, "metadataInventoryTable"), &[on_bucket(&["oss:UpdateBucketMetadataInventoryTableConfiguration"])], &[], no_index),
        row("UpdateBucketMetadataJournalTableConfiguration", bucket(Method::PUT, "metadataJournalTable"), &[on_bucket(&["oss:UpdateBucketMetadataJournalTableConfiguration"])], &[], no_index),
        row("CreateDirectory", object("x-oss-dir"), &[on_new_object(&["oss:PutObject"])], &[], not_supported),
        row("Rename", object("x-oss-rename"), &[on_new_object(&["oss:PutObject"])], &[], not_supported),
        row("DeleteDirectory", object("x-oss-delete"), &[on_object(&["oss:DeleteObject"])], &[], not_supported),
        row("ListCloudBoxes", boxes, &[listed], &pages, no_boxes),
    ]
}

const SDK: Source = Source::sdk("Go SDK 2; the action by the operation's name");
const NOT_SUPPORTED: &str = "The operation is not supported for this resource";

fn no_index(_: &Call<'_>) -> Result<Reply, ApiError> {
    Err(ApiError::bad_request("OperationNotSupported", NOT_SUPPORTED).with("EC", "0037-00000001"))
}

/// DoDataPipelineAction: there are none to be listed, and none to be read or changed. Live tests of Go's client have both. CHOICE: the root of
/// the list, which they do not read.
fn no_pipeline(call: &Call<'_>) -> Result<Reply, ApiError> {
    if call.arguments.get("action") == Some("listDataPipelineConfigurations") {
        return Ok(xml::reply("ListDataPipelineConfigurationsResult", |_| {}));
    }
    Err(ApiError::not_found("NoSuchDataPipeline", "The specified resource dataPipeline is not found."))
}

fn no_query(_: &Call<'_>) -> Result<Reply, ApiError> {
    Err(ApiError::not_found("MetaQueryNotExist", "The meta query does not exist."))
}

/// What a region or a bucket of another kind has. INFERRED: the code.
pub(super) fn not_supported(_: &Call<'_>) -> Result<Reply, ApiError> {
    Err(is_not_supported())
}

/// Why it is not.
pub(super) fn is_not_supported() -> ApiError {
    ApiError::bad_request("OperationNotSupported", NOT_SUPPORTED)
}

/// ListCloudBoxes
fn no_boxes(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    Ok(xml::reply("ListCloudBoxResult", |node| {
        node.element("Owner", |node| view::owner(node, &account.id));
        node.element("CloudBoxes", |_| {});
    }))
}
