//! A scenario played at one place: in an emulator, or in the real cloud. Nothing is judged; what was answered is kept.

use std::collections::BTreeMap;
use std::io;

use acslab_emulator::{Clock, Emulator, EmulatorHandle};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::effect::{self, Change, Effect};
use super::guard::{self, OwnIds, Passed};
use super::journal::Journal;
use super::names::RunId;
use super::pace::Pacer;
use super::plan;
use crate::catalogue::Operation;
use crate::client::{self, Answer, Client, Given, Key, Moment};
use crate::runner;
use crate::scenario::{Act, Call, Caller, DEFAULT_ACCOUNT, Scenario, Step, Variables};

/// What came of a step.
#[derive(Debug)]
pub(super) struct Played {
    /// Which step, in words.
    pub(super) which: String,
    /// The operation.
    pub(super) operation: &'static Operation,
    /// Who called: as the scenario has it.
    pub(super) caller: String,
    /// Does the call name something of the run?
    pub(super) names_run: bool,
    /// What came of it.
    pub(super) outcome: Outcome,
}

#[derive(Debug)]
pub(super) enum Outcome {
    /// It was answered.
    Answered(Box<Answer>),
    /// It was not sent, and need not be.
    Presumed,
    /// It could not be sent, or nobody answered.
    Not(String),
}

/// The place that is not ours: what is sent there is written down first.
pub(super) struct There<'a> {
    pub(super) run: &'a RunId,
    pub(super) pacer: &'a Pacer,
    pub(super) journal: &'a mut Journal,
}

/// A scenario under way.
struct Player<'a> {
    scenario: &'a Scenario,
    client: Client,
    keys: BTreeMap<Caller, Key>,
    variables: Variables,
    time: Option<Timestamp>,
    calls: u64,
    there: Option<There<'a>>,
    own: OwnIds,
    /// Was something of an identity changed since it was waited for?
    unsettled: bool,
}

/// The id of the account here.
pub(super) const ACCOUNT: &str = "1234567890123456";

/// Plays a scenario in an emulator of its own.
pub(super) fn here(scenario: &Scenario, run: &RunId) -> io::Result<Vec<Played>> {
    let time: Timestamp = scenario.time.as_deref().unwrap_or_default().parse().map_err(io::Error::other)?;
    let emulator = Emulator::builder().seed(1).clock(Clock::fixed(time)).account(alias(scenario), ACCOUNT).start()?;
    let owner = owner(&emulator)?;
    let client = Client::new(emulator.address().to_string());
    let mut player = Player::new(scenario, client, owner, ACCOUNT, Some(time), None);
    let all = player.all(run)?;
    emulator.shutdown().map_err(io::Error::other)?;
    Ok(all)
}

/// Plays a scenario in the real cloud. An error is one of the journal: then nothing more is made.
pub(super) fn there(
    scenario: &Scenario,
    client: Client,
    (key, account): (&Key, &str),
    there: There<'_>,
) -> io::Result<Vec<Played>> {
    let run = there.run.clone();
    Player::new(scenario, client, key.clone(), account, None, Some(there)).all(&run)
}

fn alias(scenario: &Scenario) -> &str {
    scenario.accounts.first().map_or(DEFAULT_ACCOUNT, |account| account.alias.as_str())
}

fn owner(emulator: &EmulatorHandle) -> io::Result<Key> {
    let account = emulator.accounts().first().ok_or_else(|| io::Error::other("it has no account"))?;
    Ok(Key { id: account.access_key_id.clone(), secret: account.access_key_secret.clone(), token: None })
}

impl<'a> Player<'a> {
    /// Plays all steps, until an interrupt.
    fn all(&mut self, run: &RunId) -> io::Result<Vec<Played>> {
        let scenario = self.scenario;
        let mut all = Vec::new();
        for step in scenario.all_steps() {
            if runner::is_interrupted() {
                break;
            }
            all.extend(self.step(step, run)?);
        }
        Ok(all)
    }

    fn new(
        scenario: &'a Scenario,
        client: Client,
        owner: Key,
        account: &str,
        time: Option<Timestamp>,
        there: Option<There<'a>>,
    ) -> Self {
        let alias = alias(scenario);
        let owned = scenario.owners().map(|(owner, _)| (format!("{owner}.id"), account.to_owned()));
        let variables = [
            ("region".to_owned(), scenario.region.clone()),
            ("account".to_owned(), account.to_owned()),
            (format!("account.{alias}"), account.to_owned()),
        ];
        Self {
            scenario,
            client,
            keys: BTreeMap::from([(Caller::Owner(alias.to_owned()), owner)]),
            variables: variables.into_iter().chain(owned).collect(),
            time,
            calls: 0,
            there,
            own: OwnIds::new(),
            unsettled: false,
        }
    }

    fn step(&mut self, step: &Step, run: &RunId) -> io::Result<Option<Played>> {
        let Some((act, call)) = step.call() else { return Ok(None) };
        let case = step.case.as_ref().map_or(String::new(), |(number, name)| format!(" case {number} ({name})"));
        let which = match step.number {
            None => "before".to_owned(),
            Some(number) => format!("step {number}{case}"),
        };
        let written: Vec<_> = call.parameters.iter().map(|(_, value)| value.as_written().to_string()).collect();
        let names_run = written.iter().any(|text| run.is_in(text) || text.contains("${"));
        let outcome = match effect::of(call.operation) {
            Effect::Opens if self.there.is_some() => Outcome::Presumed,
            _ => match self.call(act, call)? {
                Ok(answer) => Outcome::Answered(Box::new(answer)),
                Err(why) => Outcome::Not(why),
            },
        };
        let caller = self.scenario.display_caller(&act.caller);
        Ok(Some(Played { which, operation: call.operation, caller, names_run, outcome }))
    }

    /// Calls, and keeps what the step saves. The inner error says why there was no answer.
    fn call(&mut self, act: &Act, call: &Call) -> io::Result<Result<Answer, String>> {
        let mut parameters = Vec::with_capacity(call.parameters.len());
        for (name, argument) in &call.parameters {
            match argument.fill(&self.variables) {
                Ok(given) => parameters.push((name.clone(), given)),
                Err(error) => return Ok(Err(format!("{error}, since an earlier step was answered differently"))),
            }
        }
        let key = match self.key(&act.caller, call.signing.token_of.as_ref()) {
            Ok(key) => key,
            Err(why) => return Ok(Err(why)),
        };
        let region = match &act.circumstances.region {
            Some(region) => match region.fill(&self.variables) {
                Ok(region) => region,
                Err(name) => return Ok(Err(format!("`${{{name}}}` has no value"))),
            },
            None => self.scenario.region.clone(),
        };
        let mut made = None;
        if let Some(there) = &mut self.there {
            // Before anything is written down: what cannot be sent cannot be removed there either.
            if !guard::is_region(&region) {
                return Ok(Err(format!("not sent: `{region}` is no region")));
            }
            let change = match guard::check(there.run, &self.own, call.operation, &parameters) {
                Ok(Passed::Reads) => None,
                Ok(Passed::Changes(change)) => Some(change),
                Err(why) => return Ok(Err(format!("not sent: {why}"))),
            };
            // RAM itself knows at once what it was told, and whoever asks it does not.
            let elsewhere = &*call.operation.product.name != "Ram";
            if self.unsettled && (elsewhere || plan::is_made(&act.caller)) {
                there.pacer.settle();
                self.unsettled = false;
            }
            self.unsettled |= change.is_some() && &*call.operation.product.name == "Ram";
            if let Some(change) = change.filter(|change| change.undo.is_some()) {
                made = Some(there.journal.makes(change.operation, found_by(change, &parameters), &region)?);
            }
        }
        let answer = self.send(call, &parameters, key.as_ref(), &region);
        if let (Ok(answer), Some(number), Some(there)) = (&answer, made, &mut self.there)
            && (400..500).contains(&answer.status)
        {
            there.journal.refused(number)?;
        }
        let answer = match answer {
            Ok(answer) => answer,
            Err(why) => return Ok(Err(why)),
        };
        if answer.is_success() {
            if made.is_some() {
                self.own.extend(id_in(&answer));
            }
            self.save(act, &answer);
        }
        Ok(Ok(answer))
    }

    fn key(&self, caller: &Caller, token_of: Option<&Caller>) -> Result<Option<Key>, String> {
        if *caller == Caller::Anonymous {
            return Ok(None);
        }
        let known = |caller: &Caller| {
            let unknown = || format!("nobody knows a key of {}", self.scenario.display_caller(caller));
            self.keys.get(caller).cloned().ok_or_else(unknown)
        };
        let mut key = known(caller)?;
        if let Some(other) = token_of {
            key.token = known(other)?.token;
        }
        Ok(Some(key))
    }

    fn send(
        &mut self,
        call: &Call,
        parameters: &[(String, Given)],
        key: Option<&Key>,
        region: &str,
    ) -> Result<Answer, String> {
        let mut tried = 0;
        loop {
            tried += 1;
            self.calls += 1;
            let pacer = self.there.as_ref().map(|there| there.pacer);
            if let Some(pacer) = pacer {
                pacer.wait();
            }
            let at = self.time.unwrap_or_else(Timestamp::now);
            let nonce = format!("acslab-{}-{}", at.as_nanosecond(), self.calls);
            let prepared = client::Call {
                operation: call.operation,
                parameters,
                key,
                signature: call.signature,
                presigned: call.signing.presigned,
                moment: Moment { at, nonce: &nonce, region },
            };
            let mut request = self.client.prepare(&prepared).map_err(|error| error.to_string())?;
            if call.signing.wrong {
                request.spoil_signature();
            }
            let answer = self.client.send(&request, call.operation.product.style).map_err(|error| error.to_string())?;
            if !pacer.is_some_and(|pacer| pacer.again(tried, &answer)) {
                return Ok(answer);
            }
        }
    }

    /// Keeps the fields and credentials that the step saves, as far as they are there.
    fn save(&mut self, act: &Act, answer: &Answer) {
        let mut all = answer.fields.clone();
        if let Some(fields) = all.as_object_mut() {
            fields.entry("Headers").or_insert_with(|| Value::Object(answer.headers.clone()));
            fields.entry("Status").or_insert_with(|| json!(answer.status));
        }
        for (name, path) in &act.save {
            let text = match path.find(&all).as_slice() {
                [Value::String(text)] => text.clone(),
                [Value::Object(_) | Value::Array(_) | Value::Null] | [] => continue,
                [value, ..] => value.to_string(),
            };
            self.variables.insert(name.clone(), text);
        }
        if let (Some(caller), Some(key)) = (&act.save_credentials_as, Key::in_answer(&answer.fields)) {
            self.keys.insert(caller.clone(), key);
        }
    }
}

/// The parameters by which something is found again: its names, and what its removal takes besides.
fn found_by(change: &Change, parameters: &[(String, Given)]) -> BTreeMap<String, String> {
    let removal = change.undo.and_then(|undo| undo.call).map_or(&[][..], |(_, with)| with);
    let wanted = change.names.iter().chain(removal);
    wanted.filter_map(|name| Some(((*name).to_owned(), guard::parameter(parameters, name)?.to_text().ok()?))).collect()
}

/// The id of what was made, where it has one by which it is changed.
fn id_in(answer: &Answer) -> Option<String> {
    let id = answer.fields.get("WorkspaceId")?;
    id.as_str().map(str::to_owned).or_else(|| id.as_u64().map(|id| id.to_string()))
}
