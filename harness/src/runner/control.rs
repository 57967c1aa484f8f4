//! A step that asks the control surface for what no operation of the cloud does.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::replay::{Happened, Replay};
use crate::client::{ControlError, Key};
use crate::scenario::{Caller, Control};

impl Replay<'_> {
    pub(super) fn control(&mut self, control: &Control) -> Happened {
        let happened = |what: String| Happened { what, ..Happened::default() };
        match control {
            Control::AdvanceClock(seconds) => {
                let happened = happened("the clock moves".to_owned());
                match self.advance(*seconds) {
                    Ok(()) => happened,
                    Err(why) => happened.stop(format!("the clock {seconds} seconds later"), why),
                }
            }
            Control::SetClock(time) => {
                let happened = happened(format!("the clock is set to {time}"));
                let health = self.client.control_get::<Value>("health");
                let now = health.ok().and_then(|health| health.get("time")?.as_str()?.parse::<Timestamp>().ok());
                let wanted = time.parse::<Timestamp>().ok();
                let (Some(now), Some(wanted)) = (now, wanted) else {
                    return happened.stop("the cloud's clock", "nobody tells what it shows");
                };
                match self.advance(wanted.as_second() - now.as_second()) {
                    Ok(()) => happened,
                    Err(why) => happened.stop(format!("the clock at {time}"), why),
                }
            }
            Control::WorkspaceRoles { strict } => {
                let happened = happened("workspace roles are read in another way".to_owned());
                match self.client.control_put::<Value>("workspace-roles", &json!({"strict": strict})) {
                    Ok(_) => happened,
                    Err(error) => happened.stop("another reading of workspace roles", why(error)),
                }
            }
            Control::OidcKeys { issuer, keys } => {
                let happened = happened(format!("the keys of {issuer} are known"));
                let expected = format!("keys of {issuer}");
                let keys = match keys.to_json(&self.variables) {
                    // What is not JSON is the cloud's to refuse.
                    Ok(Value::String(text)) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
                    Ok(keys) => keys,
                    Err(error) => return happened.stop(expected, error),
                };
                match self.client.control_put_about::<Value>("oidc-keys", ("issuer", issuer), &keys) {
                    Ok(_) => happened,
                    Err(error) => happened.stop(expected, why(error)),
                }
            }
            Control::RoleSession { caller, role, account } => {
                let happened = happened(format!("a session of {role} is taken"));
                let account = account.as_ref().and_then(|name| self.variables.get(name));
                let own = match caller {
                    Caller::Named { account, .. } => self.variables.get(&format!("account.{account}")),
                    Caller::Owner(_) | Caller::Anonymous => None,
                };
                let asked = json!({"role": role, "account": account.or(own)});
                match self.client.control_post::<Value>("role-sessions", &asked) {
                    Ok(answer) => match Key::in_answer(&answer) {
                        Some(key) => {
                            self.keys.insert(caller.clone(), key);
                            happened
                        }
                        None => happened.stop("credentials", "none"),
                    },
                    Err(error) => happened.stop(format!("a session of {role}"), why(error)),
                }
            }
        }
    }
}

impl Replay<'_> {
    /// Moves the cloud's clock.
    pub(super) fn advance(&mut self, seconds: i64) -> Result<(), String> {
        let answer = self.client.control_post::<Value>("clock", &json!({"advance_seconds": seconds})).map_err(why)?;
        // Requests are dated by the clock that stands still elsewhere now.
        let now = answer.get("time").and_then(Value::as_str).and_then(|text| text.parse().ok());
        self.time = self.time.and(now);
        Ok(())
    }
}

/// What the surface says of a refusal, without the question.
pub(super) fn why(error: ControlError) -> String {
    match error {
        ControlError::Refused { why, .. } => why,
        other => other.to_string(),
    }
}
