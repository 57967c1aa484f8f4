//! The twins of RAM's operations on policies: the same policies, in this service's shapes.

use std::sync::Arc;

use acslab_policy::{Document, DocumentKind};
use serde_json::{Map, Value, json};

use super::errors::worded;
use super::page::page;
use super::{LANGUAGE, PAGE_NUMBER, PAGE_SIZE, document, row};
use crate::cloud::directory::{AnyPolicy, AnyVersion, CustomPolicy, PolicyType};
use crate::cloud::{Directory, iso8601};
use crate::gateway::{ApiError, Call, Characters, Check, Form, Operation, Parameter, Reply};
use crate::services::identity::ram::policies::VERSION_ID;

const POLICY: &str = "acs:ram:*:{policy_owner}:policy/{PolicyName}";
const POLICIES: &str = "acs:ram:*:{account}:policy/*";

const POLICY_NAME: Parameter = Parameter::required("PolicyName", Form::Name(Characters::Policy, 128));
const POLICY_TYPE: Parameter = Parameter::required("PolicyType", Form::OneOf(&["System", "Custom"]));
const POLICY_DOCUMENT: Parameter = document!(required "PolicyDocument", Identity, BAD_REQUEST);

/// The operations on policies.
pub fn table() -> Vec<Operation> {
    vec![
        row!(
            "CreatePolicy",
            [Check::new(&["ram:CreatePolicy"], POLICIES)],
            [POLICY_NAME, POLICY_DOCUMENT, Parameter::optional("Description", Form::Text(1024))],
            create
        ),
        row!("GetPolicy", [Check::new(&["ram:GetPolicy"], POLICY)], [POLICY_TYPE, POLICY_NAME, LANGUAGE], get),
        row!("DeletePolicy", [Check::new(&["ram:DeletePolicy"], POLICY)], [POLICY_NAME], delete),
        row!(
            "ListPolicies",
            [Check::new(&["ram:ListPolicies"], POLICIES)],
            [Parameter::optional("PolicyType", Form::OneOf(&["System", "Custom"])), LANGUAGE, PAGE_NUMBER, PAGE_SIZE],
            list
        ),
        row!(
            "CreatePolicyVersion",
            [Check::new(&["ram:CreatePolicyVersion"], POLICY)],
            [POLICY_NAME, POLICY_DOCUMENT, Parameter::optional("SetAsDefault", Form::Boolean)],
            create_version
        ),
        row!(
            "GetPolicyVersion",
            [Check::new(&["ram:GetPolicyVersion"], POLICY)],
            [POLICY_TYPE, POLICY_NAME, VERSION_ID],
            get_version
        ),
        row!(
            "DeletePolicyVersion",
            [Check::new(&["ram:DeletePolicyVersion"], POLICY)],
            [POLICY_NAME, VERSION_ID],
            delete_version
        ),
        row!(
            "ListPolicyVersions",
            [Check::new(&["ram:ListPolicyVersions"], POLICY)],
            [POLICY_TYPE, POLICY_NAME],
            list_versions
        ),
        row!(
            "SetDefaultPolicyVersion",
            [Check::new(&["ram:SetDefaultPolicyVersion"], POLICY)],
            [POLICY_NAME, VERSION_ID],
            set_default_version
        ),
    ]
}

/// What CreatePolicy shows.
fn view(policy: &AnyPolicy<'_>) -> Map<String, Value> {
    let members = [
        ("PolicyName", policy.name()),
        ("PolicyType", policy.kind().as_str()),
        ("Description", policy.description()),
        ("DefaultVersion", &policy.default_version()),
        ("CreateDate", &iso8601(policy.created())),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect()
}

/// What ListPolicies shows.
fn entry(policy: &AnyPolicy<'_>, directory: &Directory) -> Map<String, Value> {
    let mut shown = view(policy);
    shown.insert("UpdateDate".to_owned(), json!(iso8601(policy.updated())));
    shown.insert("AttachmentCount".to_owned(), json!(directory.attachment_count(&policy.key())));
    shown
}

/// What CreatePolicyVersion and ListPolicyVersions show: no document, unlike RAM.
fn version_view(version: &AnyVersion<'_>) -> Map<String, Value> {
    let mut shown = Map::new();
    shown.insert("VersionId".to_owned(), json!(version.id));
    shown.insert("IsDefaultVersion".to_owned(), json!(version.default));
    shown.insert("CreateDate".to_owned(), json!(iso8601(version.created)));
    shown
}

/// The document in a parameter that was checked before.
fn document(call: &Call<'_>) -> Result<Arc<Document>, ApiError> {
    let text = call.arguments.text("PolicyDocument");
    Document::parse(DocumentKind::Identity, text).map(Arc::new).map_err(|_| ApiError::internal())
}

/// Does something with the policy that a call names by type and name.
fn with_policy(
    call: &Call<'_>,
    show: impl FnOnce(&AnyPolicy<'_>, &Directory) -> Result<Value, ApiError>,
) -> Result<Reply, ApiError> {
    let kind = PolicyType::parse(call.arguments.text("PolicyType")).ok_or_else(ApiError::internal)?;
    let directory = call.account()?.directory.read();
    let system = call.cloud().system_policies();
    let policy = directory.any_policy(kind, call.arguments.text("PolicyName"), &system)?;
    show(&policy, &directory).map(Reply::document)
}

/// CreatePolicy
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (name, description) = (call.arguments.text("PolicyName"), call.arguments.text("Description"));
    let policy = CustomPolicy::new(name, description, document(call)?, call.now);
    let shown = view(&AnyPolicy::Custom(&policy));
    call.account()?.directory.write().add_policy(policy)?;
    Ok(Reply::document(json!({ "Policy": shown })))
}

/// GetPolicy: the document is in the policy itself, unlike RAM's.
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    with_policy(call, |policy, directory| {
        let mut shown = entry(policy, directory);
        let document = policy.default().map(|version| version.document.text().to_owned());
        shown.insert("PolicyDocument".to_owned(), json!(document.unwrap_or_default()));
        Ok(json!({ "Policy": shown }))
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
    let view = |policy: AnyPolicy<'_>| Value::Object(entry(&policy, &directory));
    let answer = page(call, directory.any_policies(kind, &system), view, ("Policies", "Policy"));
    Ok(Reply::document(Value::Object(answer)))
}

/// CreatePolicyVersion
fn create_version(call: &Call<'_>) -> Result<Reply, ApiError> {
    let document = document(call)?;
    let (name, default) = (call.arguments.text("PolicyName"), call.arguments.flag("SetAsDefault"));
    let mut directory = call.account()?.directory.write();
    let version = directory.add_version(name, document, default, false, call.now)?;
    let shown = version_view(&AnyVersion::of(directory.policy(name)?, &version));
    Ok(Reply::document(json!({ "PolicyVersion": shown })))
}

/// GetPolicyVersion
fn get_version(call: &Call<'_>) -> Result<Reply, ApiError> {
    with_policy(call, |policy, _| {
        let version = policy.version(call.arguments.text("VersionId"))?;
        let mut shown = version_view(&version);
        shown.insert("PolicyDocument".to_owned(), json!(version.document.text()));
        Ok(json!({ "PolicyVersion": shown }))
    })
}

/// DeletePolicyVersion
fn delete_version(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (name, id) = (call.arguments.text("PolicyName"), call.arguments.text("VersionId"));
    call.account()?.directory.write().delete_version(name, id).map_err(worded)?;
    Ok(Reply::done())
}

/// ListPolicyVersions
fn list_versions(call: &Call<'_>) -> Result<Reply, ApiError> {
    with_policy(call, |policy, _| {
        let shown: Vec<_> = policy.versions().iter().map(version_view).collect();
        Ok(json!({"PolicyVersions": {"PolicyVersion": shown}}))
    })
}

/// SetDefaultPolicyVersion
fn set_default_version(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (name, id) = (call.arguments.text("PolicyName"), call.arguments.text("VersionId"));
    call.account()?.directory.write().set_default_version(name, id, call.now)?;
    Ok(Reply::done())
}
