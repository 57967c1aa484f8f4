//! Access keys, and the networks that they may be used from.

use serde_json::json;

use super::{KEY_ID, PRINCIPAL_OR_ID, both, named, on_user, row};
use crate::cloud::directory::Directory;
use crate::cloud::{AccessKey, KeyHolder, KeyPolicy, Quota, iso8601};
use crate::gateway::{ApiError, Call, Caller, Form, Operation, Parameter, Reply};
use crate::services::identity::ram::keys;

const POLICY: Parameter =
    Parameter::required("AccessKeyPolicy", Form::Own(check_policy, r#"{"Status":"Inactive","Statements":[]}"#));

/// The operations on access keys.
pub fn table() -> Vec<Operation> {
    vec![
        row!("CreateAccessKey", [on_user!("CreateAccessKey")], [PRINCIPAL_OR_ID], create),
        row!(
            "UpdateAccessKey",
            [on_user!("UpdateAccessKey")],
            [PRINCIPAL_OR_ID, KEY_ID, Parameter::required("Status", Form::OneOf(&["Active", "Inactive"]))],
            update
        ),
        row!("DeleteAccessKey", [on_user!("DeleteAccessKey")], [PRINCIPAL_OR_ID, KEY_ID], delete),
        row!("ListAccessKeys", [on_user!("ListAccessKeys")], [PRINCIPAL_OR_ID], list),
        row!("GetAccessKeyLastUsed", [on_user!("GetAccessKeyLastUsed")], [PRINCIPAL_OR_ID, KEY_ID], last_used),
        row!("SetAccessKeyPolicy", [on_user!("SetAccessKeyPolicy")], [PRINCIPAL_OR_ID, KEY_ID, POLICY], set_policy),
        row!("GetAccessKeyPolicy", [on_user!("GetAccessKeyPolicy")], [PRINCIPAL_OR_ID, KEY_ID], get_policy),
        row!(
            "SetAccessKeyPolicyForAccount",
            [both!("SetAccessKeyPolicyForAccount" on account)],
            [POLICY],
            set_account_policy
        ),
        row!(
            "GetAccessKeyPolicyForAccount",
            [both!("GetAccessKeyPolicyForAccount" on account)],
            [],
            get_account_policy
        ),
    ]
}

fn check_policy(text: &str) -> Result<(), ApiError> {
    KeyPolicy::parse(text).map(|_| ()).ok_or_else(|| super::incorrect("AccessKeyPolicy"))
}

/// The network policy that a call brings, if it is within the quotas. No page has the code for one that is not.
fn network_policy(call: &Call<'_>) -> Result<KeyPolicy, ApiError> {
    let quotas = &call.account()?.quotas;
    let fits = |policy: &KeyPolicy| {
        policy.rules() <= quotas.get(Quota::ConditionsPerAKPolicy)
            && policy.addresses() <= quotas.get(Quota::IPItemsPerAKPolicy)
    };
    let policy = KeyPolicy::parse(call.arguments.text("AccessKeyPolicy")).filter(fits);
    policy.ok_or_else(|| super::incorrect("AccessKeyPolicy"))
}

/// Whose keys a call is about: those of the user that it names, or else the caller's own.
fn holder(call: &Call<'_>, directory: &Directory) -> Result<KeyHolder, ApiError> {
    match (call.arguments.filled("UserPrincipalName"), &call.caller) {
        (Some(_), _) => Ok(KeyHolder::User(named(call, directory)?.id.clone())),
        (None, Caller::User { id, .. }) => Ok(KeyHolder::User(id.clone())),
        (None, Caller::Owner(_)) => Ok(KeyHolder::Owner),
        // A session has no keys of its own (the code is our choice).
        (None, _) => Err(ApiError::missing("UserPrincipalName")),
    }
}

/// CreateAccessKey
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let holder = holder(call, &directory)?;
    keys::make(call, &mut directory, holder)
}

/// UpdateAccessKey
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.write();
    keys::set_status(call, &directory, &holder(call, &directory)?)
}

/// DeleteAccessKey
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let mut directory = account.directory.write();
    let holder = holder(call, &directory)?;
    let reply = keys::remove(call, &mut directory, &holder)?;
    account.ims.write().key_policies.remove(call.arguments.text("UserAccessKeyId"));
    Ok(reply)
}

/// ListAccessKeys
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let held = directory.keys_of(&holder(call, &directory)?)?;
    let view = |key: &AccessKey| {
        let mut shown = keys::view(key);
        if let Some(shown) = shown.as_object_mut() {
            shown.insert("UpdateDate".to_owned(), json!(iso8601(key.updated)));
        }
        shown
    };
    let shown: Vec<_> = held.iter().filter_map(|id| call.cloud().keys.get(id)).map(|key| view(&key)).collect();
    Ok(Reply::document(json!({"AccessKeys": {"AccessKey": shown}})))
}

/// GetAccessKeyLastUsed: for what it was used as well.
fn last_used(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let key = keys::named(call, &directory, &holder(call, &directory)?)?;
    // A key that never signed: `N/A`, as the credential report has it (inferred).
    let used = key.last_used.map(|(at, product)| (iso8601(at), product));
    let (at, product) = used.unwrap_or_else(|| ("N/A".to_owned(), "N/A".into()));
    Ok(Reply::document(json!({"AccessKeyLastUsed": {"LastUsedDate": at, "ServiceName": product}})))
}

fn no_policy() -> ApiError {
    ApiError::not_found("EntityNotExist.AccessKeyPolicy", "The access key policy does not exist.")
}

/// SetAccessKeyPolicy: enforced where the key signs.
fn set_policy(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    // Held to the end: no policy is kept for a key that is gone.
    let directory = account.directory.read();
    let key = keys::named(call, &directory, &holder(call, &directory)?)?;
    let policy = call.arguments.text("AccessKeyPolicy");
    account.ims.write().key_policies.insert(key.id.clone(), network_policy(call)?);
    Ok(Reply::document(json!({"AccessKeyId": key.id, "AccessKeyPolicy": policy})))
}

/// GetAccessKeyPolicy
fn get_policy(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let directory = account.directory.read();
    let key = keys::named(call, &directory, &holder(call, &directory)?)?;
    let records = account.ims.read();
    let policy = records.key_policies.get(&key.id).ok_or_else(no_policy)?;
    Ok(Reply::document(json!({"AccessKeyId": key.id, "AccessKeyPolicy": policy.text()})))
}

/// SetAccessKeyPolicyForAccount
fn set_account_policy(call: &Call<'_>) -> Result<Reply, ApiError> {
    let policy = call.arguments.text("AccessKeyPolicy");
    call.account()?.ims.write().account_key_policy = Some(network_policy(call)?);
    Ok(Reply::document(json!({ "AccessKeyPolicy": policy })))
}

/// GetAccessKeyPolicyForAccount
fn get_account_policy(call: &Call<'_>) -> Result<Reply, ApiError> {
    let policy = call.account()?.ims.read().account_key_policy.clone().ok_or_else(no_policy)?;
    Ok(Reply::document(json!({ "AccessKeyPolicy": policy.text() })))
}
