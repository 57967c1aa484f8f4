//! Of what was called against a running server: its recorded calls, in their order.

use std::collections::HashSet;

use acslab_emulator::Need;
use acslab_emulator::operation::LONGEST_KEPT;
use acslab_emulator::state::AuthorizationState;
use serde_json::{Map, Value, json};

use super::call::{Settled, refusal};
use super::callers::Callers;
use super::objects::Objects;
use super::refusal::Made;
use super::saved::Saved;
use super::scenario::{Text, plain};
use super::used::{Named, begins, used};
use crate::authorization::Kept;
use crate::catalogue::{self, Lookup, Operation};

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
    pub why: String,
}

/// Makes a scenario of recorded decisions, the first call first. `before` is the state that they began in, and the folder, from the
/// scenario's own, that what they need of it is kept in; an account as it is opened needs none.
pub fn of_decisions(decisions: &[Value], title: &str, before: &AuthorizationState, folder: &str) -> Recorded {
    let mut recorder = Recorder { callers: Callers::of(before), ..Recorder::default() };
    let texts: Vec<String> =
        decisions.iter().flat_map(parameters).map(|(_, value)| value.to_ascii_lowercase()).collect();
    let state = json!(before).to_string().to_ascii_lowercase();
    // What a call has besides counts where a policy asks for it.
    let counts = |key: &str| state.contains(key) || texts.iter().any(|text| text.contains(key));
    recorder.with_agent = counts("acs:useragent");
    recorder.with_address = counts("acs:sourceip");
    let time = decisions.first().and_then(|first| first.get("time")).filter(|_| counts("acs:currenttime"));
    for decision in decisions {
        recorder.take(decision, before);
    }
    let state = Some(used(before, &recorder.named)).filter(begins);
    let mut given = Map::new();
    if let Some(accounts) = recorder.callers.accounts() {
        given.insert("accounts".to_owned(), accounts);
    }
    if state.is_some() {
        given.insert("state".to_owned(), json!(folder));
    }
    if !recorder.callers.given.is_empty() {
        let users: Map<String, Value> =
            recorder.callers.given.iter().map(|name| (name.clone(), Value::Array(Vec::new()))).collect();
        given.insert("users".to_owned(), json!(users));
    }
    if let Some(region) = recorder.region.filter(|region| region != "cn-hangzhou") {
        given.insert("region".to_owned(), json!(region));
    }
    if !recorder.objects.before.is_empty() {
        given.insert("calls".to_owned(), json!(recorder.objects.before));
    }
    if let Some(time) = time {
        given.insert("time".to_owned(), time.clone());
    }
    without_unused(&mut recorder.steps);
    let story = format!(
        "Recorded: {} by {}.",
        crate::words::count(recorder.calls, "call"),
        crate::words::count(recorder.callers.met.len(), "caller")
    );
    let text = Text { title: title.to_owned(), story, given, steps: recorder.steps, compare: None }.into_text();
    Recorded {
        made: Made { text, state: state.map(Kept::from), without_call: None },
        calls: recorder.calls,
        skipped: recorder.skipped,
    }
}

/// Keeps of what is saved what a later step names.
fn without_unused(steps: &mut [Value]) {
    let mut named: HashSet<String> = HashSet::new();
    for step in steps.iter_mut().rev() {
        if let Some(Value::Object(save)) = step.get_mut("save") {
            save.retain(|name, _| named.contains(name));
            if save.is_empty() {
                step.as_object_mut().map(|step| step.remove("save"));
            }
        }
        let text = step.to_string();
        let variables = text.split("${").skip(1).filter_map(|rest| rest.split_once('}'));
        named.extend(variables.map(|(name, _)| name.to_owned()));
    }
}

/// The parameters of a recorded call.
fn parameters(decision: &Value) -> impl Iterator<Item = (&str, &str)> {
    let all = decision.pointer("/exchange/parameters").and_then(Value::as_array);
    all.into_iter().flatten().filter_map(|pair| Some((pair.get(0)?.as_str()?, pair.get(1)?.as_str()?)))
}

/// The names of what is not kept, because they are `secrets`, or too `long`.
fn left_out<'v>(exchange: &'v Value, why: &str) -> Vec<&'v str> {
    let all = exchange.pointer("/left_out").and_then(|all| all.get(why)).and_then(Value::as_array);
    all.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Does an operation come to nothing without this parameter? Without its form a post does, too.
fn is_needed(operation: &str, name: &str) -> bool {
    let Some((product, of_product)) = operation.split_once('.') else { return false };
    let required = |found: &Operation| {
        found.parameters.iter().any(|known| known.name == name && matches!(known.need, Need::Required))
    };
    let found = match catalogue::find(product, of_product, None) {
        Lookup::Found(found) => required(found),
        _ => false,
    };
    found || name == "Body"
}

fn skipped(what: String, why: impl Into<String>) -> Skipped {
    Skipped { what, why: why.into() }
}

fn longer() -> String {
    format!("longer than {} KB", LONGEST_KEPT >> 10)
}

#[derive(Default)]
struct Recorder {
    steps: Vec<Value>,
    calls: usize,
    skipped: Vec<Skipped>,
    callers: Callers,
    saved: Saved,
    objects: Objects,
    named: Named,
    region: Option<String>,
    /// Does it count by which program a call is sent?
    with_agent: bool,
    /// And from where?
    with_address: bool,
}

impl Recorder {
    fn take(&mut self, decision: &Value, before: &AuthorizationState) {
        let text = |name: &str| decision.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (operation, caller) = (text("operation"), text("caller"));
        let mut skip = |why: &str| self.skipped.push(skipped(format!("{operation} by {caller}"), why));
        if decision.get("cause").is_some_and(|cause| !cause.is_null()) {
            return;
        }
        if operation.starts_with("Acslab.") {
            return skip("it is no operation of the cloud");
        }
        if text("stage") == "authenticate" {
            return self.skipped.push(skipped(operation, "its signature was not taken"));
        }
        let Some(exchange) = decision.get("exchange").filter(|exchange| exchange.is_object()) else {
            return skip("it was called before the recording began");
        };
        let key = exchange.get("key").and_then(Value::as_str);
        let (secrets, long) = (left_out(exchange, "secrets"), left_out(exchange, "long"));
        // Of what nobody signs a secret says who calls.
        if secrets.iter().any(|name| key.is_none() || is_needed(&operation, name)) {
            return skip("it needs a secret, which is not kept");
        }
        if long.iter().any(|name| is_needed(&operation, name)) {
            return skip(&format!("it needs a parameter that is {}", longer()));
        }
        let Some(who) = self.callers.find(&caller, key, &mut self.steps) else {
            return self.skipped.push(skipped(format!("{operation} by {caller}"), "nobody can sign as its caller"));
        };
        self.region = self.region.take().or_else(|| exchange.get("region").and_then(Value::as_str).map(str::to_owned));
        self.named.take(&caller);
        for resource in decision.get("decided").and_then(Value::as_array).into_iter().flatten() {
            self.named.take(resource.get("resource").and_then(Value::as_str).unwrap_or_default());
        }
        let mut with = Map::new();
        for (name, value) in parameters(decision).filter(|(name, _)| *name != "user-agent" || self.with_agent) {
            self.named.take(value);
            with.insert(name.to_owned(), self.value(name, value));
        }
        for (_, value) in parameters(decision) {
            self.saved.say(value);
        }
        for (names, why) in [(secrets, "it is a secret".to_owned()), (long, format!("it is {}", longer()))] {
            let told = names.into_iter().map(|name| format!("`{name}` of {operation} by {caller}"));
            self.skipped.extend(told.map(|what| skipped(what, why.as_str())));
        }
        if let Some(size) = exchange.pointer("/left_out/body").and_then(Value::as_u64) {
            let what = format!("the body of {size} bytes of {operation} by {caller}");
            self.skipped.push(skipped(what, format!("it is {}, or no text", longer())));
        }
        let mut step = json!({"as": who, "call": operation});
        if !with.is_empty() {
            step["with"] = json!(with);
        }
        if let Some(address) = decision.get("source_ip").filter(|address| self.with_address && address.is_string()) {
            step["from"] = address.clone();
        }
        step["expect"] = expect(decision);
        let succeeded = decision.get("status").and_then(Value::as_u64).is_some_and(|status| status < 300);
        if succeeded {
            self.objects.take(&operation, &parameters(decision).collect::<Vec<_>>(), before);
            let answer = exchange.get("answer").unwrap_or(&Value::Null);
            if let Some(caller) = self.callers.made(&operation, &caller, &with, answer) {
                step["save_credentials_as"] = json!(caller);
            }
            let callers = &self.callers;
            let save = self.saved.take(exchange, |value| callers.account_ids().any(|(id, _)| id == value));
            if !save.is_empty() {
                step["save"] = json!(save);
            }
        }
        self.calls += 1;
        self.steps.push(step);
    }

    /// A parameter, with saved values in the place of what the cloud gave.
    fn value(&self, name: &str, text: &str) -> Value {
        let mut filled = self.saved.filled(&plain(text));
        for (id, variable) in self.callers.account_ids() {
            filled = filled.replace(id, &variable);
        }
        // A document reads better as what it is.
        let document = filled.trim_start().starts_with('{') && name != "Body";
        match serde_json::from_str(&filled) {
            Ok(value @ Value::Object(_)) if document => value,
            _ => json!(filled),
        }
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
        let part = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default();
        let settled = Settled {
            caller: text("caller").unwrap_or_default(),
            action: part("action"),
            resource: part("resource"),
            verdict: part("verdict"),
            layer: part("layer"),
        };
        return refusal(text("operation").unwrap_or_default(), &settled);
    }
    json!({"error": code, "status": status})
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{AuthorizationState, longer, of_decisions, without_unused};

    fn called(operation: &str, parameters: &Value, secrets: &Value) -> Value {
        json!({"operation": operation, "caller": "acs:ram::1234567890123456:root", "status": 200,
            "exchange": {"region": "cn-hangzhou", "parameters": parameters, "answer": {}, "key": "LTAI-1",
                "left_out": {"body": null, "long": [], "secrets": secrets}}})
    }

    fn state() -> AuthorizationState {
        serde_json::from_value(json!({"accounts": {"company": {"account_id": "1234567890123456"}}})).unwrap()
    }

    /// In the help and the page, too, which cannot ask for it.
    #[test]
    fn how_long_a_text_may_be_is_said_as_it_is() {
        for told in [include_str!("../command/record.rs"), include_str!("../../../docs/explain.md")] {
            assert!(told.contains(&longer()), "{}", longer());
        }
    }

    #[test]
    fn a_call_whose_secret_is_needed_is_told_and_no_step() {
        let unsigned = |mut call: Value| {
            call["exchange"]["key"] = Value::Null;
            call
        };
        let mut long = called("Ram.CreatePolicy", &json!([["PolicyName", "P"]]), &json!([]));
        long["exchange"]["left_out"]["long"] = json!(["PolicyDocument"]);
        let calls = [
            called("Ram.CreateLoginProfile", &json!([["UserName", "alice"]]), &json!(["Password"])),
            called("Ram.UpdateLoginProfile", &json!([["UserName", "alice"]]), &json!(["Password"])),
            unsigned(called("Sts.AssumeRoleWithOIDC", &json!([]), &json!(["OIDCToken"]))),
            unsigned(called("Sts.AssumeRoleWithSAML", &json!([]), &json!(["SAMLAssertion"]))),
            long,
            called("Oss.PostObject", &json!([["Bucket", "photos"]]), &json!(["Body"])),
        ];
        let recorded = of_decisions(&calls, "Secrets", &state(), "none");
        let skipped: Vec<_> = recorded.skipped.iter().map(|one| format!("{}: {}", one.what, one.why)).collect();
        let needs = "by acs:ram::1234567890123456:root: it needs a secret, which is not kept";
        assert_eq!(
            skipped,
            [
                format!("Ram.CreateLoginProfile {needs}"),
                "`Password` of Ram.UpdateLoginProfile by acs:ram::1234567890123456:root: it is a secret".to_owned(),
                format!("Sts.AssumeRoleWithOIDC {needs}"),
                format!("Sts.AssumeRoleWithSAML {needs}"),
                "Ram.CreatePolicy by acs:ram::1234567890123456:root: it needs a parameter that is longer than 16 KB"
                    .to_owned(),
                format!("Oss.PostObject {needs}"),
            ]
        );
        assert_eq!(recorded.calls, 1);
    }

    #[test]
    fn what_no_later_step_names_is_not_saved() {
        let mut steps = [
            json!({"with": {"A": "${early}"}, "save": {"early": "A.Id", "used": "B.Id"}}),
            json!({"with": {"A": "x-${used}-y"}, "save": {"last": "C.Id"}}),
        ];
        without_unused(&mut steps);
        assert_eq!(steps[0]["save"], json!({"used": "B.Id"}));
        assert_eq!(steps[1].get("save"), None);
    }
}
