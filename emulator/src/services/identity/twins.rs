//! Operations that two faces have word for word: the same parameters, the same answer.

use serde_json::{Map, Value, json};

use super::answers;
use super::domain::policies::NewVersion;
use super::domain::{keys, linked_roles, login_profiles, mfa, policies};
use crate::cloud::directory::{AnyPolicy, AnyVersion, Tags};
use crate::cloud::{Directory, KeyHolder, KeyStatus};
use crate::gateway::{ApiError, Call, Reply};

/// How a face says whose keys a call is about.
type Holder = fn(&Call<'_>, &Directory) -> Result<KeyHolder, ApiError>;

/// CreateAccessKey
pub(crate) fn create_key(call: &Call<'_>, holder: Holder) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let holder = holder(call, &directory)?;
    Ok(answers::new_key(&keys::create(call, &mut directory, holder)?))
}

/// UpdateAccessKey
pub(crate) fn update_key(call: &Call<'_>, holder: Holder) -> Result<Reply, ApiError> {
    let status = KeyStatus::parse(call.arguments.text("Status")).ok_or_else(ApiError::internal)?;
    let directory = call.account()?.directory.write();
    let holder = holder(call, &directory)?;
    keys::set_status(call, &directory, &holder, call.arguments.text("UserAccessKeyId"), status)?;
    Ok(Reply::done())
}

/// DeleteAccessKey
pub(crate) fn delete_key(call: &Call<'_>, holder: Holder) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let holder = holder(call, &directory)?;
    keys::delete(call, &mut directory, &holder, call.arguments.text("UserAccessKeyId"))?;
    Ok(Reply::done())
}

/// ChangePassword: the calling user's own.
pub(crate) fn change_password(call: &Call<'_>) -> Result<Reply, ApiError> {
    login_profiles::change_password(call, call.arguments.text("OldPassword"), call.arguments.text("NewPassword"))?;
    Ok(Reply::done())
}

/// CreateVirtualMFADevice
pub(crate) fn create_device(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(answers::new_device(&mfa::create(call, call.arguments.text("VirtualMFADeviceName"))?))
}

/// DeleteVirtualMFADevice
pub(crate) fn delete_device(call: &Call<'_>) -> Result<Reply, ApiError> {
    call.account()?.directory.write().delete_mfa_device(call.arguments.text("SerialNumber"))?;
    Ok(Reply::done())
}

/// DeleteGroup
pub(crate) fn delete_group(call: &Call<'_>) -> Result<Reply, ApiError> {
    call.account()?.directory.write().delete_group(call.arguments.text("GroupName"))?;
    Ok(Reply::done())
}

/// DeleteRole
pub(crate) fn delete_role(call: &Call<'_>) -> Result<Reply, ApiError> {
    call.account()?.directory.write().delete_role(call.arguments.text("RoleName"))?;
    Ok(Reply::done())
}

/// DeleteServiceLinkedRole
pub(crate) fn delete_linked_role(call: &Call<'_>) -> Result<Reply, ApiError> {
    let task = linked_roles::delete(call, call.arguments.text("RoleName"))?;
    Ok(answers::deletion_task(&task))
}

/// How a face shows a version of a policy.
type VersionView = fn(&AnyVersion<'_>) -> Map<String, Value>;

/// CreatePolicy
pub(crate) fn create_policy(call: &Call<'_>, tags: Tags) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let (name, document) = (arguments.text("PolicyName"), arguments.text("PolicyDocument"));
    let made = policies::create(call, name, document, arguments.text("Description"), tags)?;
    Ok(Reply::document(json!({ "Policy": answers::policy(&AnyPolicy::Custom(&made)) })))
}

/// CreatePolicyVersion
pub(crate) fn create_version(call: &Call<'_>, rotate: bool, view: VersionView) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let new = NewVersion { default: arguments.flag("SetAsDefault"), rotate };
    let (name, document) = (arguments.text("PolicyName"), arguments.text("PolicyDocument"));
    policies::add_version(call, name, document, new, |policy, version| {
        Reply::document(json!({ "PolicyVersion": view(&AnyVersion::of(policy, version)) }))
    })
}

/// GetPolicyVersion
pub(crate) fn version(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (kind, name) = (call.arguments.text("PolicyType"), call.arguments.text("PolicyName"));
    policies::with(call, kind, name, |policy, _| {
        let version = policy.version(call.arguments.text("VersionId"))?;
        Ok(Reply::document(json!({ "PolicyVersion": answers::whole_policy_version(&version) })))
    })
}

/// ListPolicyVersions
pub(crate) fn versions(call: &Call<'_>, view: VersionView) -> Result<Reply, ApiError> {
    let (kind, name) = (call.arguments.text("PolicyType"), call.arguments.text("PolicyName"));
    policies::with(call, kind, name, |policy, _| {
        let shown: Vec<_> = policy.versions().iter().map(view).collect();
        Ok(Reply::document(json!({"PolicyVersions": {"PolicyVersion": shown}})))
    })
}

/// SetDefaultPolicyVersion: in force from the next request on, for everybody it is attached to.
pub(crate) fn set_default_version(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (name, id) = (call.arguments.text("PolicyName"), call.arguments.text("VersionId"));
    call.account()?.directory.write().set_default_version(name, id, call.now)?;
    Ok(Reply::done())
}
