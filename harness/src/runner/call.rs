//! A step that calls an operation: the call, its answer against what is expected, what is kept of it.

use jiff::Timestamp;
use serde_json::Value;

use super::judge::judge;
use super::replay::{Happened, Replay};
use crate::catalogue;
use crate::client::{self, CallError, Key, Moment};
use crate::scenario::{Call, Caller};

impl Replay<'_> {
    pub(super) fn call(&mut self, call: &Call) -> Happened {
        let caller = self.scenario.display_caller(&call.caller);
        let mut happened = Happened {
            what: format!("{caller} calls {}", catalogue::full_name(call.operation)),
            parameters: self.shown(call),
            ..Happened::default()
        };
        let mut parameters = Vec::with_capacity(call.parameters.len());
        for (name, argument) in &call.parameters {
            match argument.fill(&self.variables) {
                Ok(given) => parameters.push((name.clone(), given)),
                Err(error) => return happened.stop("a request", error),
            }
        }
        let key = match &call.caller {
            Caller::Anonymous => None,
            caller => match self.keys.get(caller) {
                Some(key) => Some(key),
                None => return happened.stop("the caller's access key", "none"),
            },
        };
        self.calls += 1;
        let nonce = nonce(self.time, self.calls);
        let at = self.time.unwrap_or_else(Timestamp::now);
        let moment = Moment { at, nonce: &nonce, region: &self.scenario.region };
        let operation = call.operation;
        let prepared = client::Call { operation, parameters: &parameters, key, signature: call.signature, moment };
        let request = match self.client.prepare(&prepared) {
            Ok(request) => happened.request.insert(request),
            Err(CallError::Sign(error)) => return happened.stop("a signed request", error),
            Err(error) => return happened.stop("a request", error),
        };
        let answer = match self.client.send(request, operation.product.style) {
            Ok(answer) => answer,
            Err(error) => return happened.stop("an answer", error),
        };
        match judge(&call.expect, &answer, &self.variables) {
            Ok(differences) => happened.differences = differences,
            Err(error) => return happened.stop("its expected values", error),
        }
        let fields = answer.fields.clone();
        happened.answer = Some(answer);
        if happened.differences.is_empty() { self.save(call, &fields, happened) } else { happened }
    }

    /// Keeps the fields and credentials that the step saves.
    fn save(&mut self, call: &Call, fields: &Value, happened: Happened) -> Happened {
        for (name, path) in &call.save {
            let text = match path.find(fields).as_slice() {
                [Value::String(text)] => text.clone(),
                [Value::Object(_) | Value::Array(_) | Value::Null] | [] => {
                    return happened.stop(format!("`{path}`, to save as `{name}`"), "no such value");
                }
                [value, ..] => value.to_string(),
            };
            self.variables.insert(name.clone(), text);
        }
        if let Some(caller) = &call.save_credentials_as {
            let Some(key) = Key::in_answer(fields) else {
                return happened.stop("an access key, to save", "none");
            };
            self.keys.insert(caller.clone(), key);
        }
        happened
    }

    /// The parameters as far as they have values.
    fn shown(&self, call: &Call) -> Vec<(String, String)> {
        let text = |argument: &crate::scenario::Argument| match argument.fill(&self.variables) {
            Ok(given) => given.to_text().unwrap_or_else(|error| error.to_string()),
            Err(error) => error.to_string(),
        };
        call.parameters.iter().map(|(name, argument)| (name.clone(), text(argument))).collect()
    }
}

/// Unlike any other of this scenario, and of any other run where the machine's clock counts.
pub(super) fn nonce(time: Option<Timestamp>, calls: u64) -> String {
    match time {
        Some(_) => format!("acslab-{calls}"),
        None => format!("acslab-{}-{calls}", Timestamp::now().as_nanosecond()),
    }
}
