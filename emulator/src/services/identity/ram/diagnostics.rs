//! Why was a call refused? What `EncodedDiagnosticMessage` stands for is found in the audit trail.

use acslab_policy::{Attachment, Layer, PolicyRef, PolicyType, Verdict};
use serde_json::{Map, Value, json};

use super::product::RAM;
use crate::gateway::{
    AccessDenied, ApiError, Call, Check, Decided, Form, Operation, Parameter, Reply, read_diagnostic_message,
};

/// The operation that says why.
pub fn table() -> Vec<Operation> {
    vec![RAM.action(
        "DecodeDiagnosticMessage",
        &[Check::new(&["ram:DecodeDiagnosticMessage"], "*")],
        &[Parameter::required("EncodedDiagnosticMessage", Form::Any)],
        decode,
    )]
}

/// DecodeDiagnosticMessage: an account's own refusals, as long as the trail remembers them.
fn decode(call: &Call<'_>) -> Result<Reply, ApiError> {
    let message = read_diagnostic_message(call.arguments.text("EncodedDiagnosticMessage"));
    let trail = &call.inside.trail();
    let entry = message.as_ref().and_then(|(id, _)| trail.find(id));
    if entry.is_none() && message.is_some_and(|(_, at)| trail.forgot(at)) {
        return Err(ApiError::bad_request("EncodedMessageExpire", "The EncodedDiagnosticMessage is expired."));
    }
    let refusal = entry.as_ref().and_then(|entry| Some((entry.denied.as_ref()?, entry.decided.last()?)));
    let refusal = refusal.filter(|(denied, _)| call.account().is_ok_and(|own| own.id == denied.principal_owner));
    let (denied, decided) = refusal.ok_or_else(|| {
        ApiError::not_found("EntityNotExist", "The specific DecodedDiagnosticMessage cannot be found.")
    })?;
    Ok(Reply::document(json!({ "DecodedDiagnosticMessage": view(denied, decided) })))
}

fn view(denied: &AccessDenied, decided: &Decided) -> Value {
    let conditions: Vec<_> =
        decided.context().map(|(key, values)| json!({"ConditionKey": key, "ConditionValues": values})).collect();
    json!({
        "ExplicitDeny": decided.decision.verdict == Verdict::ExplicitDeny,
        "NoPermissionPolicyType": denied.policy_type,
        "AuthAction": denied.action,
        "AuthResource": decided.resource(),
        "AuthPrincipal": {
            "AuthPrincipalType": denied.principal_type,
            "AuthPrincipalOwnerId": denied.principal_owner,
            "AuthPrincipalDisplayName": denied.principal_name,
        },
        "AuthConditions": conditions,
        "MatchedPolicies": decided.policy().map(|policy| matched(policy, decided.decision.layer)).into_iter().collect::<Vec<_>>(),
    })
}

/// The policy that denied. Only attached policies have an entity and a scope.
fn matched(policy: &PolicyRef, layer: Layer) -> Value {
    let mut shown = Map::new();
    shown.insert("PolicyIdentifier".to_owned(), json!(&*policy.name));
    shown.insert("Effect".to_owned(), json!("Deny"));
    match (policy.kind, &policy.version) {
        (PolicyType::System, _) => shown.insert("PolicyType".to_owned(), json!("System")),
        (PolicyType::Custom, Some(version)) => {
            shown.insert("PolicyVersion".to_owned(), json!(&**version));
            shown.insert("PolicyType".to_owned(), json!("Custom"))
        }
        (PolicyType::Custom, None) => shown.insert("PolicyType".to_owned(), json!("Custom")),
        (PolicyType::Inline | PolicyType::Fixed, _) => None,
    };
    let scope = if layer == Layer::IdentityResourceGroup { "ResourceGroup" } else { "Account" };
    let entity = match &policy.attached {
        Attachment::User(_) => Some(("RamUser", scope)),
        Attachment::Group(_) => Some(("RamGroup", scope)),
        Attachment::Role(_) => Some(("RamRole", scope)),
        Attachment::Target(_) => Some(("ResourceDirectoryTarget", "Folder")),
        _ => None,
    };
    if let Some((entity, scope)) = entity {
        shown.insert("AttachedEntityType".to_owned(), json!(entity));
        shown.insert("AttachedScope".to_owned(), json!(scope));
    }
    Value::Object(shown)
}
