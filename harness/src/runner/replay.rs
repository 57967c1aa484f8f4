//! One scenario from start to end: its steps in order, the values and callers that they save.

use std::collections::BTreeMap;

use acslab_emulator::signature::Secret;
use http::Method;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::client::Client;
use super::event::{Failure, StepFailure};
use super::judge::{Difference, judge};
use super::request::{Request, build};
use super::sign::{Key, Moment, finish};
use super::target::{Cloud, Target};
use crate::catalogue::Style;
use crate::scenario::{Caller, Scenario, Source, Step, Variables};
use crate::state;

/// Replays a scenario and gives the state it leaves, rendered. `stepped` is told of each answer.
pub(super) fn replay(scenario: &Scenario, target: &Target, stepped: &dyn Fn()) -> Result<String, Failure> {
    let cloud = target.start(scenario).map_err(|error| Failure::Trouble(format!("cannot start: {error}")))?;
    let mut replay = Replay::new(scenario, &cloud);
    let given = scenario.given.len();
    for (index, (source, step)) in scenario.all_steps().enumerate() {
        let which = match (index.checked_sub(given), &step.name) {
            (None, name) => {
                name.as_ref().map_or_else(|| "a step before".to_owned(), |name| format!("a step before, `{name}`,"))
            }
            (Some(own), None) => format!("step {}", own + 1),
            (Some(own), Some(name)) => format!("step {}, `{name}`", own + 1),
        };
        replay.step(step).map_err(|stop| replay.failure(source, step, which, stop))?;
        stepped();
    }
    let question = state::Question {
        accounts: scenario
            .accounts
            .iter()
            .filter_map(|alias| Some((alias.clone(), cloud.accounts.get(alias)?.id.clone())))
            .collect(),
        compare: &scenario.compare,
        variables: &replay.variables,
    };
    state::fetch(&cloud.client, &question)
        .map(|document| document.to_string())
        .map_err(|error| Failure::Trouble(format!("cannot read the state it leaves: {error}")))
}

struct Replay<'a> {
    scenario: &'a Scenario,
    client: &'a Client,
    time: Option<Timestamp>,
    keys: BTreeMap<Caller, Key>,
    variables: Variables,
    calls: u64,
}

/// Why a step stopped the scenario.
struct Stop {
    parameters: Vec<(String, String)>,
    differences: Vec<Difference>,
    answer: Option<Box<Answer>>,
}

impl<'a> Replay<'a> {
    fn new(scenario: &'a Scenario, cloud: &'a Cloud) -> Self {
        let mut keys = BTreeMap::new();
        let mut variables = Variables::new();
        variables.insert("region".to_owned(), scenario.region.clone());
        for (alias, account) in &cloud.accounts {
            keys.insert(Caller::Owner(alias.clone()), account.owner.clone());
            variables.insert(format!("account.{alias}"), account.id.clone());
        }
        let default = scenario.accounts.first();
        if let Some(account) = default.and_then(|alias| cloud.accounts.get(alias)) {
            variables.insert("account".to_owned(), account.id.clone());
        }
        Self { scenario, client: &cloud.client, time: cloud.time, keys, variables, calls: 0 }
    }

    fn step(&mut self, step: &Step) -> Result<(), Stop> {
        if !step.system_policies.is_empty() {
            self.move_system_policies(step)?;
        }
        let answer = self.call(step)?;
        let differences = judge(&step.expect, &answer, &self.variables)
            .map_err(|error| self.stop(step, "its expected values", &error, None))?;
        if !differences.is_empty() {
            return Err(Stop { parameters: self.sent(step), differences, answer: Some(Box::new(answer)) });
        }
        self.save(step, answer)
    }

    /// Asks the control surface: no operation of the cloud changes system policies.
    fn move_system_policies(&self, step: &Step) -> Result<(), Stop> {
        let versions: Vec<_> = step.system_policies.iter().map(|(name, to)| format!("{name} {}", to.id)).collect();
        let expected = format!("system policies: {}", versions.join(", "));
        let mut asked = Map::new();
        for (name, to) in &step.system_policies {
            let to = match &to.document {
                None => Value::from(to.id.as_str()),
                Some(document) => {
                    let text =
                        document.to_text(&self.variables).map_err(|error| self.stop(step, &expected, &error, None))?;
                    // What is not JSON is the cloud's to refuse.
                    let document = serde_json::from_str(&text).unwrap_or(Value::String(text));
                    json!({"version": to.id, "document": document})
                }
            };
            asked.insert(name.clone(), to);
        }
        let mut request = Request::new(Method::POST, "/_acslab/system-policies");
        request.body = Value::Object(asked).to_string().into_bytes();
        let answer =
            self.client.send(&request, Style::Roa).map_err(|error| self.stop(step, &expected, &error, None))?;
        if answer.is_success() {
            return Ok(());
        }
        let why = answer.fields.get("error").and_then(Value::as_str).unwrap_or("a refusal").to_owned();
        Err(self.stop(step, &expected, &why, None))
    }

    fn call(&mut self, step: &Step) -> Result<Answer, Stop> {
        let mut request = build(step, &self.scenario.region, &self.variables)
            .map_err(|error| self.stop(step, "a request", &error, None))?;
        self.calls += 1;
        let moment = Moment {
            at: self.time.unwrap_or_else(Timestamp::now),
            nonce: &self.nonce(),
            authority: self.client.authority(),
            region: &self.scenario.region,
        };
        let key = match &step.caller {
            Caller::Anonymous => None,
            caller => {
                Some(self.keys.get(caller).ok_or_else(|| self.stop(step, "the caller's access key", &"none", None))?)
            }
        };
        finish(&mut request, step.operation, key, step.signature, &moment)
            .map_err(|error| self.stop(step, "a signed request", &error, None))?;
        self.client
            .send(&request, step.operation.product.style)
            .map_err(|error| self.stop(step, "an answer", &error, None))
    }

    /// Unlike any other of this scenario, and of any other run where the machine's clock counts.
    fn nonce(&self) -> String {
        match self.time {
            Some(_) => format!("acslab-{}", self.calls),
            None => format!("acslab-{}-{}", Timestamp::now().as_nanosecond(), self.calls),
        }
    }

    fn save(&mut self, step: &Step, answer: Answer) -> Result<(), Stop> {
        for (name, path) in &step.save {
            let text = match path.find(&answer.fields).as_slice() {
                [Value::String(text)] => text.clone(),
                [Value::Object(_) | Value::Array(_) | Value::Null] | [] => {
                    let expected = format!("`{path}`, to save as `{name}`");
                    return Err(self.stop(step, &expected, &"no such value", Some(answer)));
                }
                [value, ..] => value.to_string(),
            };
            self.variables.insert(name.clone(), text);
        }
        if let Some(caller) = &step.save_credentials_as {
            let Some(key) = credentials(&answer.fields) else {
                let expected = "an access key, to save";
                return Err(self.stop(step, expected, &"none", Some(answer)));
            };
            self.keys.insert(caller.clone(), key);
        }
        Ok(())
    }

    fn stop(&self, step: &Step, expected: &str, found: &dyn std::fmt::Display, answer: Option<Answer>) -> Stop {
        Stop {
            parameters: self.sent(step),
            differences: vec![Difference { expected: expected.to_owned(), found: found.to_string() }],
            answer: answer.map(Box::new),
        }
    }

    /// The parameters as far as they have values.
    fn sent(&self, step: &Step) -> Vec<(String, String)> {
        step.parameters
            .iter()
            .map(|(name, argument)| {
                let text = argument.to_text(&self.variables);
                (name.clone(), text.unwrap_or_else(|error| error.to_string()))
            })
            .collect()
    }

    fn failure(&self, source: &Source, step: &Step, which: String, stop: Stop) -> Failure {
        let caller = self.scenario.display_caller(&step.caller);
        let operation = crate::catalogue::full_name(step.operation);
        Failure::Step(Box::new(StepFailure {
            source: source.clone(),
            span: step.span,
            which,
            call: format!("{caller} calls {operation}"),
            parameters: stop.parameters,
            differences: stop.differences,
            // An emulator of the scenario's own listens elsewhere in each run.
            answer: stop.answer.map(|answer| {
                let text = answer.readable();
                text.replace(self.client.authority(), "ENDPOINT")
            }),
        }))
    }
}

/// The key in an answer of Ram.CreateAccessKey, or of Sts.AssumeRole and its kin.
fn credentials(answer: &Value) -> Option<Key> {
    let key = answer.get("Credentials").or_else(|| answer.get("AccessKey"))?;
    let text = |name: &str| key.get(name)?.as_str().map(str::to_owned);
    Some(Key { id: text("AccessKeyId")?, secret: Secret::new(text("AccessKeySecret")?), token: text("SecurityToken") })
}
