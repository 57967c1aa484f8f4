//! A step that moves system policies: asked of the control surface, since no operation of the cloud does it.

use serde_json::{Map, Value, json};

use super::replay::{Happened, Replay};
use crate::client::ControlError;
use crate::scenario::SystemPolicies;

impl Replay<'_> {
    pub(super) fn move_system_policies(&self, policies: &SystemPolicies) -> Happened {
        let versions: Vec<_> = policies.0.iter().map(|(name, to)| format!("{name} {}", to.id)).collect();
        let expected = format!("system policies: {}", versions.join(", "));
        let happened = Happened { what: "system policies move".to_owned(), ..Happened::default() };
        let mut asked = Map::new();
        for (name, to) in &policies.0 {
            let to = match &to.document {
                None => Value::from(to.id.as_str()),
                Some(document) => match document.to_json(&self.variables) {
                    // What is not JSON is the cloud's to refuse.
                    Ok(Value::String(text)) => {
                        let document = serde_json::from_str(&text).unwrap_or(Value::String(text));
                        json!({"version": to.id, "document": document})
                    }
                    Ok(document) => json!({"version": to.id, "document": document}),
                    Err(error) => return happened.stop(expected, error),
                },
            };
            asked.insert(name.clone(), to);
        }
        match self.client.control_post::<Value>("system-policies", &asked) {
            Ok(_) => happened,
            Err(ControlError::Refused { why, .. }) => happened.stop(expected, why),
            Err(error) => happened.stop(expected, error),
        }
    }
}
