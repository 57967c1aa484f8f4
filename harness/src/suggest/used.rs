//! What each principal was allowed, out of recorded decisions.

use std::collections::BTreeMap;

use acslab_emulator::Decided;
use acslab_policy::{Action, Effect, Layer, Policy, PolicySet, Question, Verdict};
use serde_json::Value;

/// One question that the caller's own policies allowed.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// The condition keys of the request.
    pub keys: Vec<(String, Vec<String>)>,
    /// The condition of the statement that allowed it.
    pub condition: Option<Value>,
    /// Did a policy allow it that is attached for a resource group?
    pub of_group: bool,
}

impl Use {
    /// What was decided, as a use: with the condition, if one of the caller's own statements allowed it.
    pub fn of(decided: &Decided) -> Self {
        let keys =
            decided.context().map(|(key, values)| (key.to_owned(), values.iter().map(ToString::to_string).collect()));
        let layers = decided.question.layers.as_layers();
        let own = [Layer::Identity, Layer::IdentityResourceGroup].contains(&decided.decision.layer);
        let allowing = decided.decision.statement.filter(|_| own && decided.decision.verdict == Verdict::Allow);
        let condition = allowing.and_then(|at| {
            let policy = layers.policy(at)?;
            condition(policy.document.text(), at.statement as usize)
        });
        Self {
            action: decided.action().to_owned(),
            resource: decided.resource().to_owned(),
            keys: keys.collect(),
            condition,
            of_group: decided.decision.layer == Layer::IdentityResourceGroup,
        }
    }

    /// Is it the same question, allowed in the same way?
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (&self.action, &self.resource, &self.condition, self.of_group)
            == (&other.action, &other.resource, &other.condition, other.of_group)
    }
}

/// A statement as a document writes it.
pub(super) fn statement(document: &str, number: usize) -> Option<Value> {
    let mut document: Value = serde_json::from_str(document).ok()?;
    Some(match document.get_mut("Statement")? {
        Value::Array(statements) => statements.get_mut(number)?.take(),
        single => single.take(),
    })
}

/// The statements of the caller's own policies that deny an action, by policy: elsewhere than where it was allowed, or on a condition that
/// was not met. Without them more would be allowed than before.
pub(super) fn guards<'q>(question: &'q Question, action: &str) -> Vec<(&'q Policy, Vec<Value>)> {
    let Some(action) = Action::parse(action) else { return Vec::new() };
    let sets = [Some(&question.layers.identity), question.layers.identity_resource_group.as_ref()];
    let denying = |policy: &'q Policy| {
        let denies: Vec<Value> = (0..)
            .zip(policy.document.statements())
            .filter(|(_, one)| one.effect() == Effect::Deny && one.actions().test(&action).is_ok())
            .filter_map(|(number, _)| statement(policy.document.text(), number))
            .collect();
        (!denies.is_empty()).then_some((policy, denies))
    };
    sets.into_iter().flatten().flat_map(PolicySet::policies).filter_map(denying).collect()
}

/// The condition of a statement as a document writes it.
fn condition(document: &str, number: usize) -> Option<Value> {
    let condition = statement(document, number)?.get_mut("Condition")?.take();
    condition.as_object().is_some_and(|condition| !condition.is_empty()).then_some(condition)
}

/// By RAM user or role, what was allowed by its own policies. `decisions` are in full, as the control surface gives them.
pub fn used(decisions: &[Value]) -> BTreeMap<String, Vec<Use>> {
    let mut all: BTreeMap<String, Vec<Use>> = BTreeMap::new();
    for decision in decisions {
        let Some(principal) = decision.get("caller").and_then(Value::as_str).and_then(principal) else { continue };
        for decided in decision.get("decided").and_then(Value::as_array).into_iter().flatten() {
            let text = |name: &str| decided.get(name).and_then(Value::as_str).unwrap_or_default();
            let own = ["Identity", "IdentityResourceGroup"].contains(&text("layer"));
            if text("verdict") != "Allow" || !own {
                continue;
            }
            let context = decided.get("context").and_then(Value::as_object);
            let keys = context.into_iter().flatten().map(|(key, values)| {
                let values = values.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
                (key.clone(), values.collect())
            });
            let used = Use {
                action: text("action").to_owned(),
                resource: text("resource").to_owned(),
                keys: keys.collect(),
                condition: allowing(decided),
                of_group: text("layer") == "IdentityResourceGroup",
            };
            let of = all.entry(principal.clone()).or_default();
            if !of.iter().any(|other| other.is_like(&used)) {
                of.push(used);
            }
        }
    }
    all
}

/// The condition of the statement that settled a decision, out of the documents that come with it.
fn allowing(decided: &Value) -> Option<Value> {
    let at = decided.pointer("/explanation/decision/statement")?;
    let documents = decided.get("documents")?.as_array()?;
    let same = |document: &&Value| ["layer", "node", "policy"].iter().all(|name| document.get(name) == at.get(name));
    let text = documents.iter().find(same)?.get("text")?.as_str()?;
    condition(text, usize::try_from(at.get("statement")?.as_u64()?).ok()?)
}

/// The user or role behind a caller's ARN; owners and services have no policies.
pub(super) fn principal(caller: &str) -> Option<String> {
    let (front, named) = caller.rsplit_once(':')?;
    match named.split_once('/')? {
        ("user", _) => Some(caller.to_owned()),
        ("assumed-role", session) => Some(format!("{front}:role/{}", session.split('/').next()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use acslab_emulator::Authority;
    use serde_json::json;

    use super::Use;

    #[test]
    fn what_was_decided_comes_with_the_condition_that_allowed_it() {
        let secure = json!({"Bool": {"acs:SecureTransport": "true"}});
        let statement = |action: &str| json!({"Effect": "Allow", "Action": action, "Resource": "*"});
        let mut guarded = statement("oss:PutObject");
        guarded["Condition"] = secure.clone();
        let text = json!({"Version": "1", "Statement": [statement("oss:GetObject"), guarded]});
        let state = json!({"accounts": {"company": {"account_id": "1234567890123456",
            "policies": {"Own": {"default_version": "v1", "versions": {"v1": text}}},
            "users": {"alice": {"policies": [{"name": "Own", "type": "Custom"}]}}}}});
        let (authority, _) = Authority::of(&serde_json::from_value(state).unwrap());
        let used = |action: &str| {
            let keys = [("acs:SecureTransport".to_owned(), vec!["true".to_owned()])];
            let (alice, object) = ("acs:ram::1234567890123456:user/alice", "acs:oss:*:1234567890123456:photos/a");
            Use::of(&authority.ask(alice, action, object, &keys).unwrap())
        };
        assert_eq!(used("oss:PutObject").condition, Some(secure));
        assert_eq!((used("oss:GetObject").condition, used("oss:DeleteObject").condition), (None, None));
    }
}
