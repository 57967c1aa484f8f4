//! Custom policies with their versions, and what can be read of system policies.

use serde_json::{Map, Value, json};

use super::product::RAM;
use super::{tags, words::POLICY_DOCUMENT};
use crate::cloud::Directory;
use crate::cloud::directory::{AnyPolicy, PolicyType, Tags};
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Reply};
use crate::services::common::page::{List, MARKED, by_name};
use crate::services::identity::answers::{policy_entry, tagged, updated_policy, whole_policy_version};
use crate::services::identity::arns::{POLICIES, POLICY};
use crate::services::identity::domain::policies;
use crate::services::identity::parameters::{
    MARKER, MAX_ITEMS, POLICY_NAME, POLICY_TYPE, POLICY_TYPE_WANTED, VERSION_ID,
};
use crate::services::identity::twins;

const ROTATE: &str = "DeleteOldestNonDefaultVersionWhenLimitExceeded";

/// The operations on policies.
pub fn table() -> Vec<Operation> {
    vec![
        RAM.action(
            "CreatePolicy",
            &[Check::new(&["ram:CreatePolicy"], POLICIES).context(tags::with_new)],
            &[POLICY_NAME, POLICY_DOCUMENT, Parameter::optional("Description", Form::Text(1024)), tags::TAG],
            create,
        ),
        RAM.action(
            "GetPolicy",
            &[Check::new(&["ram:GetPolicy"], POLICY).about_named(tags::policy_id)],
            &[POLICY_TYPE, POLICY_NAME],
            get,
        ),
        RAM.action(
            "UpdatePolicyDescription",
            &[Check::new(&["ram:UpdatePolicyDescription"], POLICY).about_named(tags::policy_id)],
            &[POLICY_NAME, Parameter::required("NewDescription", Form::Text(1024))],
            update_description,
        ),
        RAM.action(
            "DeletePolicy",
            &[Check::new(&["ram:DeletePolicy"], POLICY).about_named(tags::policy_id)],
            &[POLICY_NAME, Parameter::optional("CascadingDelete", Form::Boolean)],
            delete,
        ),
        RAM.action(
            "ListPolicies",
            &[Check::new(&["ram:ListPolicies"], POLICIES)],
            &[POLICY_TYPE_WANTED, MARKER, MAX_ITEMS, tags::TAG_FILTER],
            list,
        ),
        RAM.action(
            "CreatePolicyVersion",
            &[Check::new(&["ram:CreatePolicyVersion"], POLICY).about_named(tags::policy_id)],
            &[
                POLICY_NAME,
                POLICY_DOCUMENT,
                Parameter::optional("SetAsDefault", Form::Boolean),
                Parameter::optional("RotateStrategy", Form::OneOf(&["None", ROTATE])),
            ],
            create_version,
        ),
        RAM.action(
            "GetPolicyVersion",
            &[Check::new(&["ram:GetPolicyVersion"], POLICY).about_named(tags::policy_id)],
            &[POLICY_TYPE, POLICY_NAME, VERSION_ID],
            twins::version,
        ),
        RAM.action(
            "DeletePolicyVersion",
            &[Check::new(&["ram:DeletePolicyVersion"], POLICY).about_named(tags::policy_id)],
            &[POLICY_NAME, VERSION_ID],
            delete_version,
        ),
        RAM.action(
            "ListPolicyVersions",
            &[Check::new(&["ram:ListPolicyVersions"], POLICY).about_named(tags::policy_id)],
            &[POLICY_TYPE, POLICY_NAME],
            list_versions,
        ),
        RAM.action(
            "SetDefaultPolicyVersion",
            &[Check::new(&["ram:SetDefaultPolicyVersion"], POLICY).about_named(tags::policy_id)],
            &[POLICY_NAME, VERSION_ID],
            twins::set_default_version,
        ),
    ]
}

/// What ListPolicies shows.
fn entry(policy: &AnyPolicy<'_>, directory: &Directory) -> Map<String, Value> {
    let mut shown = policy_entry(policy, directory);
    if let AnyPolicy::Custom(policy) = policy {
        tagged(&mut shown, &policy.tags);
    }
    shown
}

/// CreatePolicy
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    twins::create_policy(call, tags::given(&call.arguments))
}

/// GetPolicy: the document is in the second of the two objects, as clients read it.
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (kind, name) = (call.arguments.text("PolicyType"), call.arguments.text("PolicyName"));
    policies::with(call, kind, name, |policy, directory| {
        let default = policy.default().as_ref().map(whole_policy_version);
        Ok(Reply::document(json!({"Policy": entry(policy, directory), "DefaultPolicyVersion": default})))
    })
}

/// UpdatePolicyDescription
fn update_description(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let policy = directory.policy_mut(call.arguments.text("PolicyName"))?;
    call.arguments.text("NewDescription").clone_into(&mut policy.description);
    policy.updated = call.now;
    Ok(Reply::document(json!({ "Policy": updated_policy(&AnyPolicy::Custom(policy)) })))
}

/// DeletePolicy
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let cascade = call.arguments.flag("CascadingDelete");
    call.account()?.directory.write().delete_policy(call.arguments.text("PolicyName"), cascade)?;
    Ok(Reply::done())
}

/// ListPolicies: the account's own first, then Alibaba Cloud's.
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let wanted = call.arguments.filled("PolicyType").and_then(PolicyType::parse);
    let system = call.cloud().system_policies();
    let directory = call.account()?.directory.read();
    let untagged = Tags::new();
    let is_tagged = |policy: &AnyPolicy<'_>| match policy {
        AnyPolicy::Custom(policy) => tags::fit(&policy.tags, &call.arguments),
        AnyPolicy::System(_) => tags::fit(&untagged, &call.arguments),
    };
    // A custom policy may have the name of a system policy; the order of pages tells them apart.
    let all = directory.any_policies(wanted, &system).filter(is_tagged);
    let all = all.map(|policy| (format!("{}/{}", policy.kind().as_str(), policy.name()), policy));
    let view = |(_, policy): (String, AnyPolicy<'_>)| Value::Object(entry(&policy, &directory));
    let list = List::Wrapped("Policies", "Policy");
    by_name(&call.arguments, MARKED, all, |(name, _)| name, view, list).map(Reply::document)
}

/// CreatePolicyVersion
fn create_version(call: &Call<'_>) -> Result<Reply, ApiError> {
    twins::create_version(call, call.arguments.text("RotateStrategy") == ROTATE, whole_policy_version)
}

/// DeletePolicyVersion
fn delete_version(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (name, id) = (call.arguments.text("PolicyName"), call.arguments.text("VersionId"));
    call.account()?.directory.write().delete_version(name, id)?;
    Ok(Reply::done())
}

/// ListPolicyVersions
fn list_versions(call: &Call<'_>) -> Result<Reply, ApiError> {
    twins::versions(call, whole_policy_version)
}
