//! The resource directory itself.

use serde_json::{Map, Value, json};

use super::words::{iso8601_millis, own, switch};
use crate::cloud::{ResourceDirectory, ResourceDirectoryError};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Product, Reply};
use crate::operation::Handler;
use crate::services::identity::answers::members;

/// The operations on the directory.
pub(super) fn rows(of: &'static Product) -> Vec<Operation> {
    vec![
        of.action(
            "EnableResourceDirectory",
            &[own!("EnableResourceDirectory" on "*")],
            // With a new account as management account the call needs a code that is sent to a telephone: not here.
            &[Parameter::required("EnableMode", Form::OneOf(&["CurrentAccount"]))],
            enable,
        ),
        of.action("DestroyResourceDirectory", &[own!("DestroyResourceDirectory" on "*")], &[], destroy),
    ]
}

/// GetResourceDirectory, which shows more in one version than in the other.
pub(crate) fn get_row(of: &'static Product, get: Handler) -> Operation {
    of.action("GetResourceDirectory", &[own!("GetResourceDirectory" on "*")], &[], get)
}

fn view(directory: &ResourceDirectory) -> Map<String, Value> {
    members([
        ("ResourceDirectoryId", &directory.id),
        ("RootFolderId", &directory.root),
        ("MasterAccountId", &directory.management),
        ("MasterAccountName", &directory.management_name),
        ("CreateTime", &iso8601_millis(directory.created)),
    ])
}

/// InitResourceDirectory, and EnableResourceDirectory for the current account
pub(crate) fn enable(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let ids = &call.cloud().ids;
    let (id, root) = (ids.mixed("rd-", 6), ids.mixed("r-", 6));
    let directory = ResourceDirectory::new(id, root, account, call.now);
    let shown = view(&directory);
    call.cloud().resource_directories.enable(directory)?;
    Ok(Reply::document(json!({ "ResourceDirectory": shown })))
}

/// GetResourceDirectory
pub(crate) fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    shown(call, |_, _| ())
}

/// The directory that the caller's account is in, and what a version shows besides: members may look as well.
pub(crate) fn shown(
    call: &Call<'_>,
    besides: impl FnOnce(&ResourceDirectory, &mut Map<String, Value>),
) -> Result<Reply, ApiError> {
    let shown = call.cloud().resource_directories.of(&call.account()?.id, |directory| {
        let mut shown = view(directory);
        shown.insert("ControlPolicyStatus".to_owned(), json!(super::control_policies::status(directory)));
        shown.insert("MemberDeletionStatus".to_owned(), json!(switch(directory.member_deletion)));
        besides(directory, &mut shown);
        shown
    });
    let shown = shown.ok_or_else(|| {
        // Clients tell by this code that there is none; the text is ours.
        ApiError::not_found(
            "ResourceDirectoryNotInUse",
            ApiError::from(ResourceDirectoryError::NotEnabled).message().to_owned(),
        )
    })?;
    Ok(Reply::document(json!({ "ResourceDirectory": shown })))
}

/// DestroyResourceDirectory
fn destroy(call: &Call<'_>) -> Result<Reply, ApiError> {
    call.cloud().resource_directories.destroy(&call.account()?.id)?;
    Ok(Reply::done())
}
