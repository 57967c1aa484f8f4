//! Of what was called against a running server: its recorded calls, in their order.

use std::collections::BTreeMap;

use acslab_emulator::state::{AccountState, AuthorizationState};
use serde_json::{Map, Value, json};

use super::refusal::Made;
use super::scenario::{Text, plain};
use crate::authorization::Kept;

/// A scenario of what was recorded.
#[derive(Debug)]
pub struct Recorded {
    /// The scenario, and the state that it starts from.
    pub made: Made,
    /// How many calls it has.
    pub calls: usize,
    /// What is not in it.
    pub skipped: Vec<Skipped>,
}

/// A call that is not in the scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The call.
    pub what: String,
    /// Why not.
    pub why: &'static str,
}

/// Makes a scenario of recorded decisions, the first call first. `before` is the state that they began in, and the folder, from the
/// scenario's own, that it is kept in; an account as it is opened needs none.
pub fn of_decisions(decisions: &[Value], title: &str, before: &AuthorizationState, folder: &str) -> Recorded {
    let started = begins(before);
    let mut recorder = Recorder::default();
    if started {
        recorder.made = before.accounts.values().flat_map(|account| account.users.keys().cloned()).collect();
    }
    for decision in decisions {
        recorder.take(decision);
    }
    let mut given = Map::new();
    if started {
        given.insert("state".to_owned(), json!(folder));
    }
    if !recorder.users.is_empty() {
        let users: Map<String, Value> =
            recorder.users.iter().map(|(name, policies)| (name.clone(), json!(policies))).collect();
        given.insert("users".to_owned(), json!(users));
    }
    if let Some(region) = recorder.region.filter(|region| region != "cn-hangzhou") {
        given.insert("region".to_owned(), json!(region));
    }
    without_unused(&mut recorder.steps);
    let calls = recorder.steps.len();
    let story = format!(
        "Recorded: {} by {}.",
        crate::words::count(calls, "call"),
        crate::words::count(recorder.callers.len(), "caller")
    );
    let text = Text { title: title.to_owned(), story, given, steps: recorder.steps, compare: None }.into_text();
    let state = started.then(|| Kept::from(before.clone()));
    Recorded { made: Made { text, state }, calls, skipped: recorder.skipped }
}

/// Is there anything that a new account has not?
fn begins(state: &AuthorizationState) -> bool {
    state.accounts.values().any(|account| {
        let new = AccountState { account_id: account.account_id.clone(), ..AccountState::default() };
        AccountState { permissions: BTreeMap::new(), ..account.clone() } != new
    })
}

/// Keeps of what is saved what a later step names.
fn without_unused(steps: &mut [Value]) {
    let texts: Vec<String> = steps.iter().map(Value::to_string).collect();
    for (number, step) in steps.iter_mut().enumerate() {
        let Some(Value::Object(save)) = step.get_mut("save") else { continue };
        let later = texts.get(number + 1..).unwrap_or_default();
        save.retain(|name, _| later.iter().any(|text| text.contains(&format!("${{{name}}}"))));
        if save.is_empty() {
            step.as_object_mut().map(|step| step.remove("save"));
        }
    }
}

#[derive(Default)]
struct Recorder {
    steps: Vec<Value>,
    skipped: Vec<Skipped>,
    /// Users that call and are not made on the way, with what is attached.
    users: BTreeMap<String, Vec<Value>>,
    callers: std::collections::BTreeSet<String>,
    /// Users that the recording itself makes.
    made: Vec<String>,
    /// Sessions, by the role and session that an ARN names.
    sessions: BTreeMap<String, String>,
    /// Values of answers by the names that they were saved under.
    saved: Vec<(String, String)>,
    region: Option<String>,
    account: Option<String>,
}

impl Recorder {
    fn take(&mut self, decision: &Value) {
        let text = |name: &str| decision.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (operation, caller) = (text("operation"), text("caller"));
        let mut skip = |why| self.skipped.push(Skipped { what: format!("{operation} by {caller}"), why });
        if decision.get("cause").is_some_and(|cause| !cause.is_null()) {
            return;
        }
        let Some(exchange) = decision.get("exchange").filter(|exchange| exchange.is_object()) else {
            return skip("it was called before the recording began");
        };
        if operation.starts_with("Acslab.") {
            return skip("it is no operation of the cloud");
        }
        let Some(who) = self.caller(&caller) else {
            return self
                .skipped
                .push(Skipped { what: format!("{operation} by {caller}"), why: "nobody can sign as its caller" });
        };
        self.callers.insert(who.clone());
        self.region = self.region.take().or_else(|| exchange.get("region").and_then(Value::as_str).map(str::to_owned));
        let mut with = Map::new();
        for pair in exchange.get("parameters").and_then(Value::as_array).into_iter().flatten() {
            if let (Some(name), Some(value)) =
                (pair.get(0).and_then(Value::as_str), pair.get(1).and_then(Value::as_str))
            {
                with.insert(name.to_owned(), self.value(name, value));
            }
        }
        let answer = exchange.get("answer").cloned().unwrap_or(Value::Null);
        let mut step = json!({"as": who, "call": operation});
        if !with.is_empty() {
            step["with"] = json!(with);
        }
        step["expect"] = expect(decision);
        let succeeded = decision.get("status").and_then(Value::as_u64).is_some_and(|status| status < 300);
        if succeeded {
            self.save(&operation, &with, &answer, &mut step);
        }
        self.steps.push(step);
    }

    /// The caller as a scenario names it.
    fn caller(&mut self, arn: &str) -> Option<String> {
        if arn == "*" {
            return Some("anonymous".to_owned());
        }
        let mut fields = arn.splitn(5, ':').skip(3);
        let (account, named) = (fields.next()?, fields.next()?);
        if self.account.get_or_insert_with(|| account.to_owned()) != account {
            return None;
        }
        match named.split_once('/') {
            None => Some("owner".to_owned()),
            Some(("user", name)) => {
                if !self.made.iter().any(|made| made == name) {
                    self.users.entry(name.to_owned()).or_default();
                }
                Some(name.to_owned())
            }
            Some(("assumed-role", session)) => {
                if let Some(known) = self.sessions.get(session) {
                    return Some(known.clone());
                }
                let role = session.split('/').next().unwrap_or(session);
                let name = format!("{role}-session");
                self.steps.push(json!({"role_sessions": {&name: role}}));
                self.sessions.insert(session.to_owned(), name.clone());
                Some(name)
            }
            _ => None,
        }
    }

    /// A parameter, with saved values in the place of what the cloud gave.
    fn value(&self, name: &str, text: &str) -> Value {
        let mut filled = plain(text);
        for (saved, value) in &self.saved {
            filled = filled.replace(value.as_str(), &format!("${{{saved}}}"));
        }
        if let Some(account) = &self.account {
            filled = filled.replace(account.as_str(), "${account}");
        }
        // A document reads better as what it is.
        let document = filled.trim_start().starts_with('{') && name != "Body";
        match serde_json::from_str(&filled) {
            Ok(value @ Value::Object(_)) if document => value,
            _ => json!(filled),
        }
    }

    /// Ids and credentials of an answer that later calls may name.
    fn save(&mut self, operation: &str, with: &Map<String, Value>, answer: &Value, step: &mut Value) {
        let name = |parameter: &str| with.get(parameter).and_then(Value::as_str).map(str::to_owned);
        if operation == "Ram.CreateUser" {
            self.made.extend(name("UserName"));
        }
        if operation == "Ram.CreateAccessKey"
            && let Some(user) = name("UserName")
        {
            step["save_credentials_as"] = json!(user);
        }
        if operation == "Sts.AssumeRole" {
            let arn = answer.get("AssumedRoleUser").and_then(|user| user.get("Arn")).and_then(Value::as_str);
            if let Some(session) =
                arn.and_then(|arn| arn.split_once("assumed-role/").or_else(|| arn.split_once("role/")))
            {
                let caller = format!("{}-session", session.1.split('/').next().unwrap_or(session.1));
                step["save_credentials_as"] = json!(caller);
                self.sessions.insert(session.1.to_owned(), caller);
            }
        }
        let mut ids = Vec::new();
        ids_of(answer, String::new(), &mut ids);
        let mut save = Map::new();
        for (path, value) in ids {
            if self.saved.iter().any(|(_, known)| *known == value) || self.account.as_ref() == Some(&value) {
                continue;
            }
            let last = path.rsplit('.').next().unwrap_or(&path).to_ascii_lowercase();
            let mut saved = last.clone();
            let mut number = 2;
            while self.saved.iter().any(|(known, _)| *known == saved) {
                saved = format!("{last}_{number}");
                number += 1;
            }
            save.insert(saved.clone(), json!(path));
            self.saved.push((saved, value));
        }
        if !save.is_empty() {
            step["save"] = json!(save);
        }
    }
}

/// The members of an answer that are ids which the cloud gave.
fn ids_of(value: &Value, path: String, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (name, inner) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                ids_of(inner, path, found);
            }
        }
        Value::String(text) => {
            let name = path.rsplit('.').next().unwrap_or(&path);
            let id = (name.ends_with("Id") || name == "Id") && name != "RequestId" && name != "AccessKeyId";
            let own = text.len() >= 6 && text.chars().any(|c| c.is_ascii_digit());
            if id && own {
                found.push((path, text.clone()));
            }
        }
        _ => {}
    }
}

fn expect(decision: &Value) -> Value {
    let text = |name: &str| decision.get(name).and_then(Value::as_str);
    let Some(code) = text("code") else { return json!("success") };
    let decided = decision.get("decided").and_then(Value::as_array);
    let refused =
        decided.into_iter().flatten().find(|one| one.get("verdict").is_some_and(|verdict| *verdict != "Allow"));
    let status = decision.get("status").cloned().unwrap_or(Value::Null);
    if let Some(one) = refused.filter(|_| text("stage") == Some("authorize") && status == 403) {
        let part = |name: &str| one.get(name).cloned().unwrap_or(Value::Null);
        return json!({"denied": {"action": part("action"), "type": part("verdict")}});
    }
    json!({"error": code, "status": status})
}
