//! Control policies, and what they are attached to.

use std::sync::Arc;

use acslab_policy::{Document, DocumentKind};
use serde_json::{Map, Value, json};

use super::tags;
use super::words::{
    LANGUAGE, PAGE, PAGE_NUMBER, PAGE_SIZE, alphanumeric, document, is_account_id, is_folder_id, own, ruled, switch,
};
use crate::cloud::directory::PolicyType;
use crate::cloud::resource_directory::Target;
use crate::cloud::{ControlPolicy, ResourceDirectory, iso8601};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Product, Reply};
use crate::services::common::page::{List, numbered};
use crate::services::identity::answers::members;
use crate::services::identity::domain::resource_directory;
use crate::services::identity::domain::tags::fit;
use crate::services::identity::parameters::flat_tags;

const POLICY: &str = "acs:resourcemanager:*:{account}:policy/controlpolicy/{PolicyId}";
/// A folder or a member.
const TARGET: &str = "acs:resourcemanager:*:{account}:{name}";

const POLICY_ID: Parameter = ruled!(required "PolicyId", is_policy_id, "cp-jExXAqIYkwHNabcd");
const TARGET_ID: Parameter = ruled!(required "TargetId", is_target_id, "fd-ZDNPiTabcd");

/// The operations on control policies.
pub(super) fn rows(of: &'static Product) -> Vec<Operation> {
    vec![
        of.action("EnableControlPolicy", &[own!("EnableControlPolicy" on "*")], &[], enable),
        of.action("DisableControlPolicy", &[own!("DisableControlPolicy" on "*")], &[], disable),
        of.action(
            "GetControlPolicyEnablementStatus",
            &[own!("GetControlPolicyEnablementStatus" on "*")],
            &[],
            enablement_status,
        ),
        of.action(
            "CreateControlPolicy",
            &[own!("CreateControlPolicy" on "*").context(flat_tags::requested)],
            &[
                ruled!(required "PolicyName", is_policy_name, "ExampleControlPolicy"),
                document!(required "PolicyDocument", Control, CONFLICT),
                Parameter::required("EffectScope", Form::OneOf(&["RAM"])),
                ruled!(optional "Description", is_description, "sample"),
            ],
            create,
        ),
        of.action("GetControlPolicy", &[own!("GetControlPolicy" on POLICY)], &[POLICY_ID, LANGUAGE], get),
        of.action(
            "UpdateControlPolicy",
            &[own!("UpdateControlPolicy" on POLICY)],
            &[
                POLICY_ID,
                ruled!(optional "NewPolicyName", is_policy_name, "ExampleControlPolicy"),
                document!(optional "NewPolicyDocument", Control, BAD_REQUEST),
                ruled!(optional "NewDescription", is_description, "sample"),
            ],
            update,
        ),
        of.action("DeleteControlPolicy", &[own!("DeleteControlPolicy" on POLICY)], &[POLICY_ID], delete),
        of.action(
            "ListControlPolicies",
            &[own!("ListControlPolicies" on "*")],
            &[Parameter::optional("PolicyType", Form::OneOf(&["System", "Custom"])), LANGUAGE, PAGE_NUMBER, PAGE_SIZE],
            list,
        ),
        of.action(
            "AttachControlPolicy",
            &[own!("AttachControlPolicy" on TARGET).about("target/{TargetId}"), own!("AttachControlPolicy" on POLICY)],
            &[POLICY_ID, TARGET_ID],
            attach,
        ),
        of.action(
            "DetachControlPolicy",
            &[own!("DetachControlPolicy" on TARGET).about("target/{TargetId}"), own!("DetachControlPolicy" on POLICY)],
            &[POLICY_ID, TARGET_ID],
            detach,
        ),
        of.action(
            "ListControlPolicyAttachmentsForTarget",
            &[own!("ListControlPolicyAttachmentsForTarget" on "*")],
            &[TARGET_ID, LANGUAGE],
            list_for_target,
        ),
        of.action(
            "ListTargetAttachmentsForControlPolicy",
            &[own!("ListTargetAttachmentsForControlPolicy" on "*")],
            &[POLICY_ID, PAGE_NUMBER, PAGE_SIZE],
            list_targets,
        ),
    ]
}

/// `cp-` and 16 alphanumerics; the system's have names behind the hyphen.
fn is_policy_id(text: &str) -> bool {
    text.strip_prefix("cp-").is_some_and(|id| id.len() <= 64 && alphanumeric(id))
}

fn is_target_id(text: &str) -> bool {
    is_folder_id(text) || is_account_id(text)
}

/// A letter or a digit, then letters, digits and hyphens. The page asks for a letter at first; the cloud takes a digit (the
/// acceptance tests of Terraform's provider).
fn is_policy_name(text: &str) -> bool {
    let known = |character: char| character.is_ascii_alphanumeric() || character == '-';
    text.len() <= 128 && text.starts_with(|first: char| first.is_ascii_alphanumeric()) && text.chars().all(known)
}

fn is_description(text: &str) -> bool {
    text.chars().count() <= 1024
}

/// The Control Policy feature's state. It changes at once; the pending states are only in the answers that change it.
pub(super) fn status(directory: &ResourceDirectory) -> &'static str {
    switch(directory.control_enabled())
}

/// What CreateControlPolicy shows.
fn view(directory: &ResourceDirectory, policy: &ControlPolicy) -> Map<String, Value> {
    members([
        ("PolicyId", policy.id.as_str()),
        ("PolicyName", &policy.name),
        ("PolicyType", policy.kind.as_str()),
        ("EffectScope", &policy.effect_scope),
        ("Description", &policy.description),
        // A text, unlike RAM's.
        ("AttachmentCount", &directory.targets_of(&policy.id).count().to_string()),
        ("CreateDate", &iso8601(policy.created)),
        ("UpdateDate", &iso8601(policy.updated)),
    ])
}

/// The document in a parameter that was checked before.
fn document(call: &Call<'_>, parameter: &str) -> Result<Option<Arc<Document>>, ApiError> {
    let text = call.arguments.filled(parameter);
    let document = text.map(|text| Document::parse(DocumentKind::Control, text)).transpose();
    document.map(|document| document.map(Arc::new)).map_err(|_| ApiError::internal())
}

/// EnableControlPolicy
fn enable(call: &Call<'_>) -> Result<Reply, ApiError> {
    resource_directory::change(call, |directory| {
        directory.enable_control(call.now);
        Ok(())
    })?;
    Ok(Reply::document(json!({ "EnablementStatus": "PendingEnable" })))
}

/// DisableControlPolicy
fn disable(call: &Call<'_>) -> Result<Reply, ApiError> {
    resource_directory::change(call, |directory| {
        directory.disable_control();
        Ok(())
    })?;
    Ok(Reply::document(json!({ "EnablementStatus": "PendingDisable" })))
}

/// GetControlPolicyEnablementStatus
fn enablement_status(call: &Call<'_>) -> Result<Reply, ApiError> {
    let status = resource_directory::read(call, |directory| Ok(status(directory)))?;
    Ok(Reply::document(json!({ "EnablementStatus": status })))
}

/// CreateControlPolicy
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let policy = ControlPolicy {
        id: call.cloud().ids.mixed("cp-", 16),
        name: arguments.text("PolicyName").to_owned(),
        description: arguments.text("Description").to_owned(),
        kind: PolicyType::Custom,
        effect_scope: arguments.text("EffectScope").to_owned(),
        document: document(call, "PolicyDocument")?.ok_or_else(ApiError::internal)?,
        created: call.now,
        updated: call.now,
        tags: flat_tags::given(arguments)?,
    };
    let shown = resource_directory::change(call, |directory| {
        let id = directory.add_control_policy(policy)?.id.clone();
        Ok(view(directory, directory.control_policy(&id)?))
    })?;
    Ok(Reply::document(json!({ "ControlPolicy": shown })))
}

/// GetControlPolicy
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let shown = resource_directory::read(call, |directory| {
        let policy = directory.control_policy(call.arguments.text("PolicyId"))?;
        let mut shown = view(directory, policy);
        shown.insert("PolicyDocument".to_owned(), json!(policy.document.text()));
        Ok(shown)
    })?;
    Ok(Reply::document(json!({ "ControlPolicy": shown })))
}

/// UpdateControlPolicy: what is left out stays.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let document = document(call, "NewPolicyDocument")?;
    let (name, description) = (arguments.filled("NewPolicyName"), arguments.filled("NewDescription"));
    let id = arguments.text("PolicyId");
    let shown = resource_directory::change(call, |directory| {
        directory.update_control_policy(id, name, description, document, call.now)?;
        Ok(view(directory, directory.control_policy(id)?))
    })?;
    Ok(Reply::document(json!({ "ControlPolicy": shown })))
}

/// DeleteControlPolicy
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    resource_directory::change(call, |directory| directory.delete_control_policy(call.arguments.text("PolicyId")))?;
    Ok(Reply::done())
}

/// ListControlPolicies
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let kind = call.arguments.filled("PolicyType").and_then(PolicyType::parse);
    let tags = flat_tags::given(&call.arguments)?;
    let answer = resource_directory::read(call, |directory| {
        let is_wanted =
            |policy: &&ControlPolicy| kind.is_none_or(|kind| kind == policy.kind) && fit(&policy.tags, &tags);
        let wanted = directory.control_policies().filter(is_wanted);
        let view = |policy: &ControlPolicy| Value::Object(tags::with(view(directory, policy), &policy.tags));
        Ok(numbered(&call.arguments, wanted, view, PAGE)
            .with_numbers(List::Wrapped("ControlPolicies", "ControlPolicy")))
    })?;
    Ok(Reply::document(answer))
}

/// AttachControlPolicy
fn attach(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (policy, target) = (call.arguments.text("PolicyId"), call.arguments.text("TargetId"));
    resource_directory::change(call, |directory| directory.attach_control_policy(policy, target, call.now))?;
    Ok(Reply::done())
}

/// DetachControlPolicy
fn detach(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (policy, target) = (call.arguments.text("PolicyId"), call.arguments.text("TargetId"));
    resource_directory::change(call, |directory| directory.detach_control_policy(policy, target))?;
    Ok(Reply::done())
}

/// ListControlPolicyAttachmentsForTarget
fn list_for_target(call: &Call<'_>) -> Result<Reply, ApiError> {
    let shown = resource_directory::read(call, |directory| {
        let attached = directory.controls_at(call.arguments.text("TargetId"))?;
        let view = |(policy, at): (&ControlPolicy, _)| {
            json!({
                "PolicyId": policy.id,
                "PolicyName": policy.name,
                "PolicyType": policy.kind.as_str(),
                "EffectScope": policy.effect_scope,
                "Description": policy.description,
                "AttachDate": iso8601(at),
            })
        };
        Ok(attached.into_iter().map(view).collect::<Vec<_>>())
    })?;
    Ok(Reply::document(json!({"ControlPolicyAttachments": {"ControlPolicyAttachment": shown}})))
}

/// ListTargetAttachmentsForControlPolicy
fn list_targets(call: &Call<'_>) -> Result<Reply, ApiError> {
    let id = call.arguments.text("PolicyId");
    let answer = resource_directory::read(call, |directory| {
        directory.control_policy(id)?;
        let view = |target: Target<'_>| {
            json!({
                "TargetId": target.id,
                "TargetName": target.name,
                "TargetType": target.kind.as_str(),
                "AttachDate": iso8601(target.at),
            })
        };
        Ok(numbered(&call.arguments, directory.targets_of(id), view, PAGE)
            .with_numbers(List::Wrapped("TargetAttachments", "TargetAttachment")))
    })?;
    Ok(Reply::document(answer))
}
