//! A step in which somebody does something: the deed, its answer against what is expected, what is kept of it.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::decision::Decision;
use super::hooks::{Place, Sent, document_in};
use super::judge::{Evidence, judge};
use super::replay::{Happened, Replay};
use crate::catalogue;
use crate::client::{self, Answer, CallError, Given, Key, Moment};
use crate::scenario::{Act, Argument, Call, Caller, Deed};

impl Replay<'_> {
    pub(super) fn act(&mut self, act: &Act) -> Happened {
        let Some(repeat) = &act.repeat else { return self.once(act) };
        let mut tried = 0;
        loop {
            tried += 1;
            let happened = self.done(act);
            let until = happened.answer.as_ref().map(|answer| {
                let decided = if repeat.until.asks_decisions() { self.decided() } else { Vec::new() };
                judge(&repeat.until, &Evidence { answer, decided: &decided }, &self.variables)
            });
            match until {
                Some(Ok(differences)) if differences.is_empty() => {
                    let judged = self.judged(act, happened);
                    return Happened { tries: tried, ..judged };
                }
                Some(Ok(differences)) if tried >= repeat.times => {
                    let mut happened = Happened { tries: tried, ..happened };
                    happened.differences.extend(differences);
                    return happened;
                }
                Some(Err(error)) => return happened.stop("its expected values", error),
                None => return happened,
                Some(Ok(_)) => {}
            }
            if repeat.wait != 0
                && let Err(why) = self.advance(repeat.wait)
            {
                return happened.stop("the clock to move", why);
            }
        }
    }

    fn once(&mut self, act: &Act) -> Happened {
        let happened = self.done(act);
        self.judged(act, happened)
    }

    /// Does it; without an answer, what is in the way is among the differences.
    fn done(&mut self, act: &Act) -> Happened {
        let who = self.scenario.display_caller(&act.caller);
        match &act.deed {
            Deed::Call(call) => self.call(act, call, &who),
            Deed::Http(http) => self.send(act, http, &who),
            Deed::Program(program) => self.run(act, program, &who),
        }
    }

    /// The answer against what is expected.
    fn judged(&mut self, act: &Act, happened: Happened) -> Happened {
        let Some(answer) = happened.answer.clone() else { return happened };
        let asks = act.expect.asks_decisions() || act.save.iter().any(|(_, path)| path.starts_at("Decided"));
        let decided = if asks { self.decided() } else { Vec::new() };
        let mut happened = happened;
        match judge(&act.expect, &Evidence { answer: &answer, decided: &decided }, &self.variables) {
            Ok(differences) => happened.differences = differences,
            Err(error) => return happened.stop("its expected values", error),
        }
        if happened.differences.is_empty() { self.save(act, &answer, &decided, happened) } else { happened }
    }

    fn call(&mut self, act: &Act, call: &Call, who: &str) -> Happened {
        let operation = call.operation;
        let name = catalogue::full_name(operation);
        let mut happened =
            Happened { what: format!("{who} calls {name}"), parameters: self.shown(call), ..Happened::default() };
        let mut parameters = Vec::with_capacity(call.parameters.len());
        for (name, argument) in &call.parameters {
            match argument.fill(&self.variables) {
                Ok(given) => parameters.push((name.clone(), given)),
                Err(error) => return happened.stop("a request", error),
            }
        }
        let policies = self.show_policies(&name, call, &mut parameters);
        let key = match self.key_of(&act.caller, call.signing.token_of.as_ref()) {
            Ok(key) => key,
            Err(found) => return happened.stop("the caller's access key", found),
        };
        let region = match self.region(act) {
            Ok(region) => region,
            Err(error) => return happened.stop("a region", error),
        };
        let nonce = self.nonce();
        let moment = Moment { at: self.now(), nonce: &nonce, region: &region };
        let prepared = client::Call {
            operation,
            parameters: &parameters,
            key: key.as_ref(),
            signature: call.signature,
            presigned: call.signing.presigned,
            moment,
        };
        let mut request = match self.client.prepare(&prepared) {
            Ok(request) => request,
            Err(CallError::Sign(error)) => return happened.stop("a signed request", error),
            Err(error) => return happened.stop("a request", error),
        };
        if call.signing.wrong {
            request.spoil_signature();
        }
        self.tell_circumstances(act, &mut request);
        let answer = self.client.send(&request, operation.product.style);
        if let Some(taken) = &self.hooks.taken {
            let success = answer.as_ref().is_ok_and(Answer::is_success);
            policies.iter().for_each(|place| taken(&self.scenario.name, place, success));
        }
        happened.request = Some(request);
        match answer {
            Ok(answer) => Happened { answer: Some(answer), ..happened },
            Err(error) => happened.stop("an answer", error),
        }
    }

    /// Lets whoever wants to see the policies among the parameters, and put others in their place. Gives the place of each.
    fn show_policies(&mut self, operation: &str, call: &Call, parameters: &mut [(String, Given)]) -> Vec<Place> {
        let mut places = Vec::new();
        let Some(sees) = self.hooks.policy.clone() else { return places };
        for index in 0..parameters.len() {
            let Some(document) = parameters.get(index).and_then(|(_, given)| document_in(given)) else { continue };
            let file = call.parameters.get(index).and_then(|(_, argument)| argument.path());
            let place = Place { branch: self.branch.clone(), number: self.policies };
            let sent =
                Sent { scenario: &self.scenario.name, place: &place, operation, parameters, document: &document, file };
            self.policies += 1;
            let other = sees(&sent);
            if let (Some(other), Some((_, given))) = (other, parameters.get_mut(index)) {
                *given = Given::Json(Value::String(other.to_string()));
            }
            places.push(place);
        }
        places
    }

    /// A caller's key, with somebody else's token if that is wanted; none for nobody.
    pub(super) fn key_of(&self, caller: &Caller, token_of: Option<&Caller>) -> Result<Option<Key>, &'static str> {
        let Caller::Anonymous = caller else {
            let mut key = self.keys.get(caller).cloned().ok_or("none")?;
            if let Some(other) = token_of {
                key.token.clone_from(&self.keys.get(other).ok_or("no token")?.token);
            }
            return Ok(Some(key));
        };
        Ok(None)
    }

    pub(super) fn region(&self, act: &Act) -> Result<String, String> {
        match &act.circumstances.region {
            Some(region) => region.fill(&self.variables).map_err(|name| format!("`${{{name}}}` has no value")),
            None => Ok(self.scenario.region.clone()),
        }
    }

    pub(super) fn tell_circumstances(&self, act: &Act, request: &mut client::Request) {
        if let Some(told) = act.circumstances.told(self.scenario.source_address)
            && let Ok(told) = told.parse()
        {
            // What a request says as it is written stands.
            request.headers.entry("x-acslab-circumstances").or_insert(told);
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.time.unwrap_or_else(Timestamp::now)
    }

    /// Unlike any other of this scenario, and of any other run where the machine's clock counts.
    pub(super) fn nonce(&mut self) -> String {
        self.calls += 1;
        let (branch, calls) = (&self.branch, self.calls);
        match self.time {
            Some(_) => format!("acslab{branch}-{calls}"),
            None => format!("acslab{branch}-{}-{calls}", Timestamp::now().as_nanosecond()),
        }
    }

    /// Keeps the fields and credentials that the step saves.
    fn save(&mut self, act: &Act, answer: &Answer, decided: &[Decision], happened: Happened) -> Happened {
        if act.save.is_empty() && act.save_credentials_as.is_none() {
            return happened;
        }
        let mut all = answer.fields.clone();
        if let Some(fields) = all.as_object_mut() {
            fields.entry("Headers").or_insert_with(|| Value::Object(answer.headers.clone()));
            fields.entry("Status").or_insert_with(|| json!(answer.status));
            fields.entry("Decided").or_insert_with(|| json!(decided));
            if let Some(request) = &happened.request {
                fields.entry("Request").or_insert_with(|| json!({"Url": request.url(self.client.authority())}));
            }
        }
        for (name, path) in &act.save {
            let text = match path.find(&all).as_slice() {
                [Value::String(text)] => text.clone(),
                [Value::Object(_) | Value::Array(_) | Value::Null] | [] => {
                    return happened.stop(format!("`{path}`, to save as `{name}`"), "no such value");
                }
                [value, ..] => value.to_string(),
            };
            self.variables.insert(name.clone(), text);
        }
        if let Some(caller) = &act.save_credentials_as {
            let Some(key) = Key::in_answer(&answer.fields) else {
                return happened.stop("an access key, to save", "none");
            };
            self.keys.insert(caller.clone(), key);
        }
        happened
    }

    /// The parameters as far as they have values.
    fn shown(&self, call: &Call) -> Vec<(String, String)> {
        let text = |argument: &Argument| match argument.fill(&self.variables) {
            Ok(given) => given.to_text().unwrap_or_else(|error| error.to_string()),
            Err(error) => error.to_string(),
        };
        call.parameters.iter().map(|(name, argument)| (name.clone(), text(argument))).collect()
    }
}
