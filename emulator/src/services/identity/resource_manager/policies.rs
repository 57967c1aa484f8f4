//! The twins of RAM's operations on policies: the same policies, in this service's shapes.

use serde_json::{Value, json};

use super::errors::worded;
use super::product::RESOURCE_MANAGER;
use crate::cloud::directory::{AnyPolicy, PolicyType, Tags};
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Reply};
use crate::services::common::page::{List, numbered};
use crate::services::identity::answers::{policy_entry, policy_version};
use crate::services::identity::arns::{POLICIES, POLICY};
use crate::services::identity::domain::policies;
use crate::services::identity::parameters::{POLICY_NAME, POLICY_TYPE, POLICY_TYPE_WANTED, VERSION_ID};
use crate::services::identity::resource_directory::words::{LANGUAGE, PAGE, PAGE_NUMBER, PAGE_SIZE, document};
use crate::services::identity::twins;

const POLICY_DOCUMENT: Parameter = document!(required "PolicyDocument", Identity, BAD_REQUEST);

/// The operations on policies.
pub fn table() -> Vec<Operation> {
    vec![
        RESOURCE_MANAGER.action(
            "CreatePolicy",
            &[Check::new(&["ram:CreatePolicy"], POLICIES)],
            &[POLICY_NAME, POLICY_DOCUMENT, Parameter::optional("Description", Form::Text(1024))],
            create,
        ),
        RESOURCE_MANAGER.action(
            "GetPolicy",
            &[Check::new(&["ram:GetPolicy"], POLICY)],
            &[POLICY_TYPE, POLICY_NAME, LANGUAGE],
            get,
        ),
        RESOURCE_MANAGER.action("DeletePolicy", &[Check::new(&["ram:DeletePolicy"], POLICY)], &[POLICY_NAME], delete),
        RESOURCE_MANAGER.action(
            "ListPolicies",
            &[Check::new(&["ram:ListPolicies"], POLICIES)],
            &[POLICY_TYPE_WANTED, LANGUAGE, PAGE_NUMBER, PAGE_SIZE],
            list,
        ),
        RESOURCE_MANAGER.action(
            "CreatePolicyVersion",
            &[Check::new(&["ram:CreatePolicyVersion"], POLICY)],
            &[POLICY_NAME, POLICY_DOCUMENT, Parameter::optional("SetAsDefault", Form::Boolean)],
            create_version,
        ),
        RESOURCE_MANAGER.action(
            "GetPolicyVersion",
            &[Check::new(&["ram:GetPolicyVersion"], POLICY)],
            &[POLICY_TYPE, POLICY_NAME, VERSION_ID],
            twins::version,
        ),
        RESOURCE_MANAGER.action(
            "DeletePolicyVersion",
            &[Check::new(&["ram:DeletePolicyVersion"], POLICY)],
            &[POLICY_NAME, VERSION_ID],
            delete_version,
        ),
        RESOURCE_MANAGER.action(
            "ListPolicyVersions",
            &[Check::new(&["ram:ListPolicyVersions"], POLICY)],
            &[POLICY_TYPE, POLICY_NAME],
            list_versions,
        ),
        RESOURCE_MANAGER.action(
            "SetDefaultPolicyVersion",
            &[Check::new(&["ram:SetDefaultPolicyVersion"], POLICY)],
            &[POLICY_NAME, VERSION_ID],
            twins::set_default_version,
        ),
    ]
}

/// CreatePolicy
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    twins::create_policy(call, Tags::new())
}

/// GetPolicy: the document is in the policy itself, unlike RAM's.
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (kind, name) = (call.arguments.text("PolicyType"), call.arguments.text("PolicyName"));
    policies::with(call, kind, name, |policy, directory| {
        let mut shown = policy_entry(policy, directory);
        let document = policy.default().map(|version| version.document.text().to_owned());
        shown.insert("PolicyDocument".to_owned(), json!(document.unwrap_or_default()));
        Ok(Reply::document(json!({ "Policy": shown })))
    })
}

/// DeletePolicy
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    call.account()?.directory.write().delete_policy(call.arguments.text("PolicyName"), false).map_err(worded)?;
    Ok(Reply::done())
}

/// ListPolicies
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let kind = call.arguments.filled("PolicyType").and_then(PolicyType::parse);
    let directory = call.account()?.directory.read();
    let system = call.cloud().system_policies();
    let view = |policy: AnyPolicy<'_>| Value::Object(policy_entry(&policy, &directory));
    let page = numbered(&call.arguments, directory.any_policies(kind, &system), view, PAGE);
    Ok(Reply::document(page.with_numbers(List::Wrapped("Policies", "Policy"))))
}

/// CreatePolicyVersion
fn create_version(call: &Call<'_>) -> Result<Reply, ApiError> {
    twins::create_version(call, false, policy_version)
}

/// DeletePolicyVersion
fn delete_version(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (name, id) = (call.arguments.text("PolicyName"), call.arguments.text("VersionId"));
    call.account()?.directory.write().delete_version(name, id).map_err(worded)?;
    Ok(Reply::done())
}

/// ListPolicyVersions
fn list_versions(call: &Call<'_>) -> Result<Reply, ApiError> {
    twins::versions(call, policy_version)
}
