//! A step that asks the control surface for what no operation of the cloud does.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::replay::{Happened, Replay};
use crate::client::{Client, ControlError, Key};
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
                match until(self.client, time).and_then(|seconds| self.advance(seconds)) {
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
        let now = move_clock(self.client, seconds)?;
        // Requests are dated by the clock that stands still elsewhere now.
        self.time = self.time.and(now);
        Ok(())
    }
}

/// Sets the clock of a cloud that runs already to a time.
pub(super) fn set_clock(client: &Client, time: &str) -> Result<(), String> {
    until(client, time).and_then(|seconds| move_clock(client, seconds)).map(drop)
}

/// How many seconds it is until a time, by the cloud's clock; a negative number where it is over.
fn until(client: &Client, time: &str) -> Result<i64, String> {
    let health = client.control_get::<Value>("health").map_err(why)?;
    let now = health.get("time").and_then(Value::as_str).and_then(|text| text.parse::<Timestamp>().ok());
    let (Some(now), Ok(wanted)) = (now, time.parse::<Timestamp>()) else {
        return Err("nobody tells what the clock shows".to_owned());
    };
    Ok(wanted.as_second() - now.as_second())
}

/// Gives the time that the clock shows from then on.
fn move_clock(client: &Client, seconds: i64) -> Result<Option<Timestamp>, String> {
    let answer = client.control_post::<Value>("clock", &json!({"advance_seconds": seconds})).map_err(why)?;
    Ok(answer.get("time").and_then(Value::as_str).and_then(|text| text.parse().ok()))
}

/// What the surface says of a refusal, without the question.
pub(super) fn why(error: ControlError) -> String {
    match error {
        ControlError::Refused { why, .. } => why,
        other => other.to_string(),
    }
}
