//! Access keys, and the networks that they may be used from.

use serde_json::{Value, json};

use super::product::IMS;
use super::rights::{both, on_user};
use super::who::user_of;
use super::words::{KEY_ID, PRINCIPAL_OR_ID};
use crate::cloud::directory::Directory;
use crate::cloud::{AccessKey, KeyHolder, KeyPolicy, Quota, iso8601};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};
use crate::services::identity::parameters::incorrect;
use crate::services::identity::{answers, domain::keys, twins};

const POLICY: Parameter =
    Parameter::required("AccessKeyPolicy", Form::Own(check_policy, r#"{"Status":"Inactive","Statements":[]}"#));

/// The operations on access keys.
pub fn table() -> Vec<Operation> {
    vec![
        IMS.action("CreateAccessKey", &[on_user!("CreateAccessKey")], &[PRINCIPAL_OR_ID], |call| {
            twins::create_key(call, holder)
        }),
        IMS.action(
            "UpdateAccessKey",
            &[on_user!("UpdateAccessKey")],
            &[PRINCIPAL_OR_ID, KEY_ID, Parameter::required("Status", Form::OneOf(&["Active", "Inactive"]))],
            |call| twins::update_key(call, holder),
        ),
        IMS.action("DeleteAccessKey", &[on_user!("DeleteAccessKey")], &[PRINCIPAL_OR_ID, KEY_ID], |call| {
            twins::delete_key(call, holder)
        }),
        IMS.action("ListAccessKeys", &[on_user!("ListAccessKeys")], &[PRINCIPAL_OR_ID], list),
        IMS.action("GetAccessKeyLastUsed", &[on_user!("GetAccessKeyLastUsed")], &[PRINCIPAL_OR_ID, KEY_ID], last_used),
        IMS.action(
            "SetAccessKeyPolicy",
            &[on_user!("SetAccessKeyPolicy")],
            &[PRINCIPAL_OR_ID, KEY_ID, POLICY],
            set_policy,
        ),
        IMS.action("GetAccessKeyPolicy", &[on_user!("GetAccessKeyPolicy")], &[PRINCIPAL_OR_ID, KEY_ID], get_policy),
        IMS.action(
            "SetAccessKeyPolicyForAccount",
            &[both!("SetAccessKeyPolicyForAccount" on account)],
            &[POLICY],
            set_account_policy,
        ),
        IMS.action(
            "GetAccessKeyPolicyForAccount",
            &[both!("GetAccessKeyPolicyForAccount" on account)],
            &[],
            get_account_policy,
        ),
    ]
}

fn check_policy(text: &str) -> Result<(), ApiError> {
    KeyPolicy::parse(text).map(|_| ()).ok_or_else(|| incorrect("AccessKeyPolicy"))
}

/// The network policy that a call brings, if it is within the quotas. No page has the code for one that is not.
fn network_policy(call: &Call<'_>) -> Result<KeyPolicy, ApiError> {
    let quotas = &call.account()?.quotas;
    let fits = |policy: &KeyPolicy| {
        policy.rules() <= quotas.get(Quota::ConditionsPerAKPolicy)
            && policy.addresses() <= quotas.get(Quota::IPItemsPerAKPolicy)
    };
    let policy = KeyPolicy::parse(call.arguments.text("AccessKeyPolicy")).filter(fits);
    policy.ok_or_else(|| incorrect("AccessKeyPolicy"))
}

/// Whose keys a call is about: those of the user that it names, or else the caller's own.
fn holder(call: &Call<'_>, directory: &Directory) -> Result<KeyHolder, ApiError> {
    let named = call.arguments.filled("UserPrincipalName").map(|name| user_of(directory, name)).transpose()?;
    keys::holder(call, named, "UserPrincipalName")
}

/// The key that a call names.
fn key(call: &Call<'_>, directory: &Directory) -> Result<AccessKey, ApiError> {
    let holder = holder(call, directory)?;
    Ok(keys::find(call, directory, &holder, call.arguments.text("UserAccessKeyId"))?)
}

/// ListAccessKeys
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let view = |key: &AccessKey| {
        let mut shown = answers::key(key);
        shown.insert("UpdateDate".to_owned(), json!(iso8601(key.updated)));
        Value::Object(shown)
    };
    let all = keys::all(call, &directory, &holder(call, &directory)?)?;
    let shown: Vec<_> = all.iter().map(view).collect();
    Ok(Reply::document(json!({"AccessKeys": {"AccessKey": shown}})))
}

/// GetAccessKeyLastUsed: for what it was used as well.
fn last_used(call: &Call<'_>) -> Result<Reply, ApiError> {
    let key = key(call, &call.account()?.directory.read())?;
    // A key that never signed: `N/A`, as the credential report has it (INFERRED: from there).
    let never = || ("N/A".to_owned(), "N/A".into());
    let (at, product) = key.last_used.map_or_else(never, |(at, product)| (iso8601(at), product));
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
    let key = key(call, &directory)?;
    let policy = call.arguments.text("AccessKeyPolicy");
    account.ims.write().key_policies.insert(key.id.clone(), network_policy(call)?);
    Ok(Reply::document(json!({"AccessKeyId": key.id, "AccessKeyPolicy": policy})))
}

/// GetAccessKeyPolicy
fn get_policy(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let directory = account.directory.read();
    let key = key(call, &directory)?;
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
