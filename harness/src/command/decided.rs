//! What a running server says of one request: the decision as it keeps it, and what would have allowed it.

use acslab_policy::Remedy;
use serde::Deserialize;
use serde_json::Value;

use super::decisions::in_full;
use crate::client::{Client, ControlError};
use crate::simulate::remedies::listed;

/// A request that a server knows.
pub(super) struct Decided {
    decision: Value,
    fixes: Value,
}

/// What would have allowed one thing that was asked.
#[derive(Deserialize)]
struct Question {
    action: String,
    resource: String,
    impossible: Option<String>,
    fixes: Vec<Fix>,
}

#[derive(Deserialize)]
struct Fix {
    wider: bool,
    by_hand: Option<ByHand>,
    #[serde(flatten)]
    remedy: Remedy,
}

/// Why a fix cannot be tried by calls.
#[derive(Deserialize)]
struct ByHand {
    why: String,
}

/// What a request asked for that settled it.
pub(super) struct Asked {
    pub(super) caller: String,
    pub(super) action: String,
    pub(super) resource: String,
    pub(super) keys: Vec<(String, Vec<String>)>,
    pub(super) denied: bool,
}

impl Decided {
    /// What the request asked for: of several the one that was denied.
    pub(super) fn asked(&self) -> Option<Asked> {
        let decided = self.decision.get("decided")?.as_array()?;
        let is_denied = |one: &&Value| one.get("verdict").is_some_and(|verdict| verdict != "Allow");
        let denied = decided.iter().find(is_denied);
        let one = denied.or_else(|| decided.first())?;
        let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let context = one.get("context").and_then(Value::as_object).into_iter().flatten();
        let values = |value: &Value| -> Vec<String> {
            let all = value.as_array().into_iter().flatten();
            all.filter_map(|value| value.as_str().map(str::to_owned)).collect()
        };
        Some(Asked {
            caller: text(&self.decision, "caller")?,
            action: text(one, "action")?,
            resource: text(one, "resource")?,
            keys: context.map(|(key, value)| (key.clone(), values(value))).collect(),
            denied: denied.is_some(),
        })
    }

    /// Asks for a request, in whatever letters its id is written.
    pub(super) fn of(client: &Client, id: &str) -> Result<Self, ControlError> {
        let id = id.to_ascii_uppercase();
        let decision = client.control_get(&format!("decisions/{id}"))?;
        let mut fixes: Value = client.control_get(&format!("decisions/{id}/fixes"))?;
        let fixes = fixes.get_mut("questions").map(Value::take).unwrap_or_default();
        Ok(Self { decision, fixes })
    }

    /// In words; with `wider`, also what opens more than is needed.
    pub(super) fn text(&self, wider: bool) -> String {
        let mut text = in_full(&self.decision);
        let questions = match serde_json::from_value::<Vec<Question>>(self.fixes.clone()) {
            Ok(questions) => questions,
            // A server of another version.
            Err(error) => {
                text.extend([
                    "\nWhat would allow it is told in a form that is not known here: ",
                    &error.to_string(),
                    "\n",
                ]);
                return text;
            }
        };
        let several = questions.len() > 1;
        for question in questions {
            if several {
                text.extend(["\nOf ", &question.action, " on ", &question.resource, ":\n"]);
            } else {
                text.push('\n');
            }
            let mut by_hand: Vec<String> =
                question.fixes.iter().filter_map(|fix| Some(fix.by_hand.as_ref()?.why.clone())).collect();
            by_hand.dedup();
            let (wide, narrow): (Vec<Fix>, Vec<Fix>) = question.fixes.into_iter().partition(|fix| fix.wider);
            let of = |fixes: Vec<Fix>| fixes.into_iter().map(|fix| fix.remedy).collect::<Vec<_>>();
            text.push_str(&listed(question.impossible.as_deref(), &of(narrow), &of(wide), wider));
            for why in by_hand {
                text.extend(["By hand: ", &why, "\n"]);
            }
        }
        text
    }

    /// The decision, and with it the fixes of each thing that was denied.
    pub(super) fn into_json(self) -> Value {
        let Self { mut decision, fixes } = self;
        if let Some(members) = decision.as_object_mut() {
            members.insert("fixes".to_owned(), fixes);
        }
        decision
    }
}

#[cfg(test)]
mod tests {
    use acslab_policy::{Attachment, Change, Layer, PolicyRef, PolicyType, Remedy, Target};
    use serde_json::json;

    use super::{Decided, Fix};

    /// Whatever a change is about, it is read as it was written.
    #[test]
    fn a_fix_of_any_layer_is_read() {
        for attached in [Attachment::Session, Attachment::None, Attachment::User("alice".into())] {
            let policy =
                PolicyRef { name: "P".into(), kind: PolicyType::Inline, version: None, attached: attached.clone() };
            let target = Target { layer: Layer::Session, node: 0, index: 0, policy, statement: 0, line: 1 };
            let statement = json!({"Effect": "Allow", "Action": "oss:GetObject", "Resource": "*"});
            let added = Change::AddStatement { layer: Layer::Session, node: 0, statement: statement.clone() };
            let changes = vec![Change::ReplaceStatement { target, statement }, added];
            let remedy = Remedy { changes, ..Remedy::default() };
            let mut fix = json!(remedy);
            fix["wider"] = json!(false);
            fix["by_hand"] = json!({"code": "session-policy", "why": "whoever assumes the role"});
            let read: Fix = serde_json::from_value(fix.clone()).unwrap();
            assert_eq!(read.remedy.changes, remedy.changes, "{attached:?}");
            let fixes = json!([{"action": "oss:GetObject", "resource": "*", "impossible": null, "fixes": [fix]}]);
            let text = Decided { decision: json!({}), fixes }.text(false);
            assert!(text.contains("the session policy") && text.contains("whoever assumes the role"), "{text}");
        }
    }
}
