//! What an encoded or decoded diagnostic message says.

use acslab_emulator::read_diagnostic_message;
use jiff::Timestamp;
use serde_json::Value;

use super::refusal::{Form, Refusal};

/// What can be read of an encoded message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Encoded {
    /// Its older form: the request, and when it was refused.
    Older(String, Timestamp),
    /// Its newer form, of which nothing can be read but that it is one.
    Newer,
}

/// Reads an encoded message; none of a text that is none.
pub(super) fn encoded(text: &str) -> Option<Encoded> {
    if let Some((id, at)) = read_diagnostic_message(text) {
        return Some(Encoded::Older(id, at));
    }
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    (text.starts_with("AQIB") && text.len() > 20 && text.chars().all(letters)).then_some(Encoded::Newer)
}

/// A decoded message, as `DecodeDiagnosticMessage` answers it or by itself.
pub(super) fn decoded(value: &Value) -> Option<Refusal> {
    let inner = value.get("DecodedDiagnosticMessage").unwrap_or(value);
    // Some tools print it as a text in the JSON.
    let parsed: Value;
    let inner = match inner {
        Value::String(text) => {
            parsed = serde_json::from_str(text).ok()?;
            &parsed
        }
        other => other,
    };
    let text = |name: &str| inner.get(name).and_then(Value::as_str).map(str::to_owned);
    let denied =
        inner.get("ExplicitDeny").and_then(|denied| denied.as_bool().or_else(|| Some(denied.as_str()? == "true")))?;
    let mut refusal = Refusal {
        form: Form::Diagnostic,
        action: text("AuthAction"),
        resource: text("AuthResource"),
        ..Refusal::default()
    };
    refusal.why.no_permission = Some(if denied { "ExplicitDeny" } else { "ImplicitDeny" }.to_owned());
    refusal.why.policy = text("NoPermissionPolicyType");
    if let Some(principal) = inner.get("AuthPrincipal") {
        let text = |name: &str| principal.get(name).and_then(Value::as_str).map(str::to_owned);
        refusal.caller.kind = text("AuthPrincipalType");
        refusal.caller.owner = text("AuthPrincipalOwnerId");
        refusal.caller.name = text("AuthPrincipalDisplayName");
    }
    for condition in items(inner.get("AuthConditions"), "AuthCondition") {
        let values = items(condition.get("ConditionValues"), "ConditionValue");
        let values = values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect();
        if let Some(key) = condition.get("ConditionKey").and_then(Value::as_str) {
            refusal.conditions.push((key.to_owned(), values));
        }
    }
    for policy in items(inner.get("MatchedPolicies"), "MatchedPolicy") {
        let text = |name: &str| policy.get(name).and_then(Value::as_str).unwrap_or_default();
        refusal.matched.push(format!(
            "{} policy `{}` {} ({}), attached to {} at {}",
            text("PolicyType"),
            text("PolicyIdentifier"),
            text("PolicyVersion"),
            text("Effect"),
            text("AttachedEntityType"),
            text("AttachedScope"),
        ));
    }
    refusal.action.is_some().then_some(refusal)
}

/// A list, be it behind a name of its own.
fn items<'v>(value: Option<&'v Value>, inner: &str) -> Vec<&'v Value> {
    let list = value.map(|value| value.get(inner).unwrap_or(value));
    list.and_then(Value::as_array).map(|items| items.iter().collect()).unwrap_or_default()
}
