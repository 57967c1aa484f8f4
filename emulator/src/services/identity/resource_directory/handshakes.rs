//! Invitations of accounts that are there already.

use serde_json::{Map, Value, json};

use super::accounts::is_email;
use super::words::{
    PAGE, PAGE_NUMBER, PAGE_SIZE, alphanumeric, is_account_id, is_folder_id, iso8601_millis, own, ruled,
};
use crate::cloud::{Handshake, Invited, ResourceDirectory, ResourceDirectoryError};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Product, Reply};
use crate::services::common::page::{List, numbered};
use crate::services::identity::answers::members;
use crate::services::identity::domain::members::folder_or_root;
use crate::services::identity::domain::resource_directory;
use crate::services::identity::parameters::flat_tags;

/// INFERRED: the form of an id, from the examples of these operations.
const HANDSHAKE_ID: Parameter = ruled!(required "HandshakeId", is_handshake_id, "h-ycm4rp0123456789");

/// The operations on invitations. No page says of a resource-level form.
pub(super) fn rows(of: &'static Product) -> Vec<Operation> {
    vec![
        of.action(
            "InviteAccountToResourceDirectory",
            &[own!("InviteAccountToResourceDirectory" on "*").context(flat_tags::requested)],
            &[
                Parameter::required("TargetEntity", Form::Any),
                Parameter::required("TargetType", Form::OneOf(&["Account", "Email"])),
                ruled!(optional "ParentFolderId", is_folder_id, "r-b1abcd"),
                Parameter::optional("Note", Form::Own(check_note, "Welcome")),
            ],
            invite,
        ),
        of.action("GetHandshake", &[own!("GetHandshake" on "*")], &[HANDSHAKE_ID], get),
        of.action("AcceptHandshake", &[own!("AcceptHandshake" on "*")], &[HANDSHAKE_ID], accept),
        of.action("DeclineHandshake", &[own!("DeclineHandshake" on "*")], &[HANDSHAKE_ID], decline),
        of.action("CancelHandshake", &[own!("CancelHandshake" on "*")], &[HANDSHAKE_ID], cancel),
        of.action(
            "ListHandshakesForAccount",
            &[own!("ListHandshakesForAccount" on "*")],
            &[PAGE_NUMBER, PAGE_SIZE],
            list_for_account,
        ),
        of.action(
            "ListHandshakesForResourceDirectory",
            &[own!("ListHandshakesForResourceDirectory" on "*")],
            &[PAGE_NUMBER, PAGE_SIZE],
            list,
        ),
    ]
}

fn is_handshake_id(text: &str) -> bool {
    text.strip_prefix("h-").is_some_and(|id| id.len() <= 32 && alphanumeric(id))
}

fn check_note(text: &str) -> Result<(), ApiError> {
    if text.chars().count() > 1024 {
        let message = "The Note exceeds the length limit.";
        return Err(ApiError::bad_request("InvalidParameter.Note.Length", message));
    }
    Ok(())
}

fn view(call: &Call<'_>, directory: &ResourceDirectory, handshake: &Handshake) -> Map<String, Value> {
    members([
        ("HandshakeId", handshake.id.as_str()),
        ("ResourceDirectoryId", &directory.id),
        ("MasterAccountId", &directory.management),
        ("MasterAccountName", &directory.management_name),
        ("TargetEntity", handshake.target.text()),
        ("TargetType", handshake.target.kind()),
        ("Note", &handshake.note),
        ("Status", handshake.status(call.now).as_str()),
        ("CreateTime", &iso8601_millis(handshake.created)),
        ("ModifyTime", &iso8601_millis(handshake.modified)),
        ("ExpireTime", &iso8601_millis(handshake.expires())),
    ])
}

/// InviteAccountToResourceDirectory
fn invite(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let (entity, tags) = (arguments.text("TargetEntity"), flat_tags::given(arguments)?);
    let target = if arguments.text("TargetType") == "Email" {
        let address = Some(entity).filter(|address| is_email(address));
        Invited::Email(address.ok_or(ResourceDirectoryError::NobodyToInvite)?.to_owned())
    } else {
        let account = Some(entity).filter(|id| is_account_id(id)).and_then(|id| call.cloud().account(id));
        Invited::Account(account.ok_or(ResourceDirectoryError::NobodyToInvite)?.id.clone())
    };
    let id = call.cloud().ids.mixed("h-", 16);
    let shown = resource_directory::change(call, |directory| {
        let folder = folder_or_root(directory, arguments.filled("ParentFolderId"))?.to_owned();
        let new = Handshake::new(id, target, arguments.text("Note"), &folder, tags, call.now);
        let made = directory.invite(new, call.now)?.clone();
        Ok(view(call, directory, &made))
    })?;
    Ok(Reply::document(json!({ "Handshake": shown })))
}

/// GetHandshake: the account that is invited may look, too.
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (account, id) = (&call.account()?.id, call.arguments.text("HandshakeId"));
    let view = |directory: &ResourceDirectory, one: &Handshake| view(call, directory, one);
    let shown = call.cloud().resource_directories.handshake(account, id, view)?;
    Ok(Reply::document(json!({ "Handshake": shown })))
}

/// AcceptHandshake
fn accept(call: &Call<'_>) -> Result<Reply, ApiError> {
    answer(call, true)
}

/// DeclineHandshake
fn decline(call: &Call<'_>) -> Result<Reply, ApiError> {
    answer(call, false)
}

fn answer(call: &Call<'_>, accept: bool) -> Result<Reply, ApiError> {
    let view = |directory: &ResourceDirectory, one: &Handshake| view(call, directory, one);
    let (account, id) = (call.account()?, call.arguments.text("HandshakeId"));
    let shown = call.cloud().resource_directories.answer(account, id, accept, call.now, view)?;
    Ok(Reply::document(json!({ "Handshake": shown })))
}

/// CancelHandshake
fn cancel(call: &Call<'_>) -> Result<Reply, ApiError> {
    let shown = resource_directory::change(call, |directory| {
        let over = directory.cancel_handshake(call.arguments.text("HandshakeId"), call.now)?.clone();
        Ok(view(call, directory, &over))
    })?;
    Ok(Reply::document(json!({ "Handshake": shown })))
}

/// ListHandshakesForAccount: those that the caller's account was sent.
fn list_for_account(call: &Call<'_>) -> Result<Reply, ApiError> {
    let view = |directory: &ResourceDirectory, one: &Handshake| Value::Object(view(call, directory, one));
    let sent = call.cloud().resource_directories.handshakes_for(&call.account()?.id, view);
    let page = numbered(&call.arguments, sent.into_iter(), |shown| shown, PAGE);
    Ok(Reply::document(page.with_numbers(List::Wrapped("Handshakes", "Handshake"))))
}

/// ListHandshakesForResourceDirectory
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let answer = resource_directory::read(call, |directory| {
        let view = |one: &Handshake| Value::Object(view(call, directory, one));
        let page = numbered(&call.arguments, directory.handshakes(), view, PAGE);
        Ok(page.with_numbers(List::Wrapped("Handshakes", "Handshake")))
    })?;
    Ok(Reply::document(answer))
}
