//! What a run will do, told before it does anything.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::effect::{self, Effect};
use super::names::{NameKind, Names, RunId};
use crate::catalogue;
use crate::page::Page;
use crate::scenario::{Act, Argument, Call, Caller, Deed, Scenario, Step, StepKind};
use crate::words::count;

/// What a run will do.
#[derive(Debug)]
pub struct Plan {
    /// The run.
    pub run: RunId,
    /// The scenarios that are played, under the names of the run.
    pub(super) played: Vec<Scenario>,
    /// Those that are not.
    pub not_played: Vec<NotPlayed>,
    makes: BTreeMap<String, BTreeMap<String, usize>>,
    reads: usize,
    changes: BTreeMap<String, usize>,
    presumed: BTreeSet<String>,
}

/// A scenario that is not played.
#[derive(Clone, Debug)]
pub struct NotPlayed {
    /// Its name.
    pub scenario: String,
    /// Why.
    pub why: String,
}

impl Plan {
    /// What comes of these scenarios.
    pub fn new(scenarios: &[Scenario], run: RunId) -> Self {
        let mut plan = Self {
            run,
            played: Vec::new(),
            not_played: Vec::new(),
            makes: BTreeMap::new(),
            reads: 0,
            changes: BTreeMap::new(),
            presumed: BTreeSet::new(),
        };
        for scenario in scenarios {
            match prepared(scenario, &plan.run) {
                Ok(prepared) => {
                    prepared.all_steps().filter_map(Step::call).for_each(|(_, call)| plan.count(call));
                    plan.played.push(prepared);
                }
                Err(why) => plan.not_played.push(NotPlayed { scenario: scenario.name.clone(), why }),
            }
        }
        plan
    }

    /// How many scenarios are played.
    pub fn scenarios(&self) -> usize {
        self.played.len()
    }

    fn count(&mut self, call: &Call) {
        let (product, name) = (call.operation.product.name.to_string(), call.operation.name.to_string());
        match effect::of(call.operation) {
            Effect::Changes(change) if change.undo.is_some() => {
                *self.makes.entry(product).or_default().entry(name).or_default() += 1;
            }
            Effect::Changes(_) => *self.changes.entry(product).or_default() += 1,
            Effect::Opens => {
                self.presumed.insert(product);
            }
            Effect::Reads | Effect::Forbidden => self.reads += 1,
        }
    }

    /// For people. `who` is whose key it is.
    pub fn text(&self, who: &str) -> String {
        let mut page = Page::default();
        let (scenarios, run) = (count(self.played.len(), "scenario"), &self.run);
        page.line(0, format_args!("{scenarios} against the real cloud, as {who}"));
        // Who names a whole folder knows that most of it is not meant.
        let not_meant = self.not_played.iter().filter(|not| not.why == NOT_MEANT).count();
        let shown = |not: &&NotPlayed| not.why != NOT_MEANT || not_meant <= MOST_NAMED;
        if not_meant > MOST_NAMED {
            page.line(1, format_args!("not played: {} of which none says `real: true`", count(not_meant, "scenario")));
        }
        for not in self.not_played.iter().filter(shown) {
            page.line(1, format_args!("not played: {}: {}", not.scenario, not.why));
        }
        page.line(0, format_args!("\nmade, and removed at the end, under names that begin with `{}`", run.prefix()));
        for (product, calls) in &self.makes {
            let calls: Vec<_> = calls.iter().map(|(name, times)| format!("{times} {name}")).collect();
            page.line(1, format_args!("{product}: {}", calls.join(", ")));
        }
        if self.makes.is_empty() {
            page.line(1, "nothing");
        }
        let changes: Vec<_> = self.changes.iter().map(|(product, times)| format!("{product}: {times}")).collect();
        if !changes.is_empty() {
            page.line(0, format_args!("changes of what was made, and of nothing else\n  {}", changes.join(", ")));
        }
        page.line(0, format_args!("{} that change nothing", count(self.reads, "call")));
        if !self.presumed.is_empty() {
            let services: Vec<_> = self.presumed.iter().map(|product| service(product)).collect();
            page.line(0, format_args!("presumed to be open for the account: {}", services.join(", ")));
        }
        page.line(0, "\nwhat it may cost");
        for product in self.products() {
            page.line(1, format_args!("{product}: {}", cost(product)));
        }
        page.into_text()
    }

    fn products(&self) -> BTreeSet<&str> {
        let calls = self.played.iter().flat_map(Scenario::all_steps).filter_map(Step::call);
        calls
            .filter(|(_, call)| !matches!(effect::of(call.operation), Effect::Opens))
            .map(|(_, call)| &*call.operation.product.name)
            .collect()
    }
}

/// The service that a product's operation opens.
fn service(product: &str) -> &str {
    match product {
        "OssAdmin" => "OSS",
        "AIWorkSpace" => "PAI",
        "Sls" => "Simple Log Service",
        "xtrace" => "Managed Service for OpenTelemetry",
        "dataworks-public" => "DataWorks",
        other => other,
    }
}

/// What the calls of a product may cost, plainly.
fn cost(product: &str) -> &'static str {
    match product {
        "Ram" | "Sts" | "Ims" | "ResourceManager" => "nothing, its calls are free",
        "Oss" => {
            "requests, and a few bytes of Standard storage for some minutes: less than 0.01 CNY for some hundred calls"
        }
        "AIWorkSpace" => "nothing, workspaces and their members are free; no resource is bought or started",
        _ => "calls that change nothing; look at the product's price list, whether it asks for those",
    }
}

/// Why a scenario is not played that nobody meant to be.
const NOT_MEANT: &str = "it does not say `real: true`";
/// More of those are counted.
const MOST_NAMED: usize = 5;

/// A scenario under the names of a run. The error says why it is not played.
fn prepared(scenario: &Scenario, run: &RunId) -> Result<Scenario, String> {
    if !scenario.real {
        return Err(NOT_MEANT.to_owned());
    }
    let names = names_of(scenario, run)?;
    let mut prepared = scenario.clone();
    // The cloud's clock shows what it shows: here the same.
    prepared.time = Some(now());
    for step in &mut prepared.given {
        *step = std::sync::Arc::new(rewritten(step, &names)?);
    }
    for step in &mut prepared.steps {
        *step = rewritten(step, &names)?;
    }
    Ok(prepared)
}

/// The second that it is.
fn now() -> String {
    let second = jiff::Timestamp::now().as_second();
    jiff::Timestamp::from_second(second).map(|now| now.to_string()).unwrap_or_default()
}

/// What a scenario calls things. The error says why it cannot be played.
fn names_of(scenario: &Scenario, run: &RunId) -> Result<Names, String> {
    if scenario.accounts.len() > 1 {
        return Err("it has several accounts, and a profile has one".to_owned());
    }
    if scenario.state.is_some() {
        return Err("it starts from an authorization state, which the real cloud is not given".to_owned());
    }
    if scenario.time.is_some() {
        return Err("it sets the clock, and that of the real cloud shows what it shows".to_owned());
    }
    if scenario.source_address.is_some() {
        return Err("it says where calls come from, which the real cloud sees for itself".to_owned());
    }
    let mut names = Names::default();
    for step in scenario.all_steps() {
        let (act, call) = played(step)?;
        let operation = call.operation;
        let full = catalogue::full_name(operation);
        match effect::of(operation) {
            Effect::Forbidden => return Err(format!("{full} is none of the operations that a run may send")),
            // It is not sent.
            Effect::Opens => continue,
            Effect::Reads | Effect::Changes(_) => {}
        }
        if catalogue::host(operation, &scenario.region).is_none() {
            return Err(format!("where {full} is to be sent is not known"));
        }
        if act.save.iter().any(|(_, path)| path.starts_at("Decided")) {
            return Err("it saves decisions, of which the real cloud does not tell".to_owned());
        }
        for (name, kind) in names_in(call) {
            names.add(&name, kind, run)?;
        }
    }
    Ok(names)
}

/// The call of a step, if it can be played. The error says why it cannot be.
fn played(step: &Step) -> Result<(&Act, &Call), String> {
    let which = step.number.map_or("a step before".to_owned(), |number| format!("step {number}"));
    let StepKind::Act(act) = &step.kind else {
        return Err(format!("{which} is no call: it does what only an emulator can be told"));
    };
    let Deed::Call(call) = &act.deed else {
        return Err(format!("{which} sends a request as it is written, or runs a program"));
    };
    let told = &act.circumstances;
    if told.from.is_some() || told.mfa.is_some() || told.tls.is_some() {
        return Err(format!("{which} says in which circumstances it calls, which the real cloud sees for itself"));
    }
    if act.repeat.is_some() {
        return Err(format!("{which} is repeated"));
    }
    Ok((act, call))
}

/// The names in a call that are those of the run.
fn names_in(call: &Call) -> Vec<(String, NameKind)> {
    let text = |argument: &Argument| match argument.as_written() {
        Value::String(text) if !text.is_empty() && !text.contains("${") => Some(text),
        _ => None,
    };
    let is_system = call
        .parameters
        .iter()
        .any(|(name, value)| name.eq_ignore_ascii_case("PolicyType") && text(value).as_deref() == Some("System"));
    let parameters = call.parameters.iter().filter_map(|(parameter, value)| {
        let kind = effect::names(parameter)?;
        let name = text(value)?;
        // The cloud's own.
        let published = name.starts_with("Aliyun") || (parameter == "PolicyName" && is_system);
        (!published).then_some((name, kind))
    });
    parameters.collect()
}

fn rewritten(step: &Step, names: &Names) -> Result<Step, String> {
    let (act, call) = played(step)?;
    let reword = |text: &str| names.rewrite(text);
    let parameters = call.parameters.iter().map(|(name, value)| (name.clone(), value.reworded(&reword)));
    let call = Call { parameters: parameters.collect(), ..call.clone() };
    let act = Act { deed: Deed::Call(call), ..act.clone() };
    Ok(Step { kind: StepKind::Act(Box::new(act)), ..step.clone() })
}

/// Is it somebody that the run made, or a session?
pub(super) fn is_made(caller: &Caller) -> bool {
    matches!(caller, Caller::Named { .. })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Plan;
    use crate::parity::RunId;
    use crate::scenario;

    fn plan(text: &str) -> Plan {
        let scenario = scenario::read(Path::new("scenarios/x.yaml"), text).unwrap();
        Plan::new(&[scenario], RunId::parse("k3x9q2").unwrap())
    }

    const HEAD: &str = "title: x\nstory: y\nreal: true\n";

    #[test]
    fn names_are_the_runs_wherever_they_stand() {
        let plan = plan(&format!(
            "{HEAD}given:\n  users: {{alice: AliyunRAMReadOnlyAccess}}\n  buckets: [photos-of-a]\nsteps:\n  - as: alice\n    call: Ram.CreatePolicy\n    with:\n      PolicyName: reads-photos\n      PolicyDocument: {{json: {{Version: '1', Statement: [{{Effect: Allow, Action: 'oss:GetObject', Resource: 'acs:oss:*:*:photos-of-a/*'}}]}}}}\n    expect: denied\n"
        ));
        let written: Vec<_> = plan.played[0]
            .all_steps()
            .filter_map(|step| step.call())
            .flat_map(|(_, call)| &call.parameters)
            .map(|(name, value)| format!("{name}={}", value.as_written()))
            .collect();
        assert_eq!(
            written,
            [
                r#"UserName="acslab-k3x9q2-alice""#,
                r#"PolicyType="System""#,
                r#"PolicyName="AliyunRAMReadOnlyAccess""#,
                r#"UserName="acslab-k3x9q2-alice""#,
                r#"UserName="acslab-k3x9q2-alice""#,
                r#"Bucket="acslab-k3x9q2-photos-of-a""#,
                r#"PolicyName="acslab-k3x9q2-reads-photos""#,
                concat!(
                    r#"PolicyDocument="{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"oss:GetObject\","#,
                    r#"\"Resource\":\"acs:oss:*:*:acslab-k3x9q2-photos-of-a/*\"}]}""#
                ),
            ],
        );
    }

    #[test]
    fn the_plan_says_what_is_made_and_what_it_may_cost() {
        let plan = plan(&format!(
            "{HEAD}given:\n  users: [alice]\n  buckets: [photos-of-a]\nsteps:\n  - {{as: owner, call: Oss.GetBucketInfo, with: {{Bucket: photos-of-a}}, expect: success}}\n  - {{as: owner, call: Oss.DeleteBucket, with: {{Bucket: photos-of-a}}, expect: success}}\n"
        ));
        assert_eq!(
            plan.text("account 1 (profile `default`)"),
            "\
1 scenario against the real cloud, as account 1 (profile `default`)

made, and removed at the end, under names that begin with `acslab-k3x9q2-`
  Oss: 1 PutBucket
  Ram: 1 CreateAccessKey, 1 CreateUser
changes of what was made, and of nothing else
  Oss: 1
1 call that change nothing
presumed to be open for the account: OSS

what it may cost
  Oss: requests, and a few bytes of Standard storage for some minutes: less than 0.01 CNY for some hundred calls
  Ram: nothing, its calls are free
"
        );
    }

    #[test]
    fn whoever_names_a_folder_is_not_told_of_all_that_is_not_meant() {
        let text = "title: x\nstory: y\nsteps:\n  - {as: owner, call: Ram.ListUsers, expect: success}\n";
        let one = scenario::read(Path::new("scenarios/x.yaml"), text).unwrap();
        let plan = Plan::new(&vec![one; 9], RunId::parse("k3x9q2").unwrap());
        assert_eq!(plan.not_played.len(), 9);
        let told = plan.text("x");
        assert!(told.contains("not played: 9 scenarios of which none says `real: true`"), "{told}");
        assert!(!told.contains("not played: x"), "{told}");
    }

    #[test]
    fn what_cannot_be_played_is_told() {
        let step = "steps:\n  - {as: owner, call: Ram.GetUser, with: {UserName: alice}, expect: success}\n";
        for (text, why) in [
            (format!("title: x\nstory: y\n{step}"), "does not say `real: true`"),
            (format!("{HEAD}given: {{accounts: [one, two]}}\n{step}"), "several accounts"),
            (format!("{HEAD}given: {{source: 203.0.113.9}}\n{step}"), "where calls come from"),
            (format!("{HEAD}given: {{time: 2026-01-01T00:00:00Z}}\n{step}"), "sets the clock"),
            (
                format!(
                    "{HEAD}steps:\n  - {{as: owner, call: Ram.SetAccountAlias, with: {{AccountAlias: x}}, expect: success}}\n"
                ),
                "Ram.SetAccountAlias is none",
            ),
            (
                format!(
                    "{HEAD}steps:\n  - {{as: owner, call: Ram.GetUser, with: {{UserName: role}}, expect: success}}\n"
                ),
                "give it another",
            ),
            (
                format!(
                    "{HEAD}steps:\n  - {{as: owner, call: Ram.GetUser, with: {{UserName: bob}}, mfa: true, expect: success}}\n"
                ),
                "circumstances",
            ),
            (format!("{HEAD}steps:\n  - {{run: ls, expect: success}}\n"), "runs a program"),
            (format!("{HEAD}steps:\n  - {{advance_clock: 5}}\n"), "is no call"),
        ] {
            let plan = plan(&text);
            assert_eq!(plan.scenarios(), 0, "{text}");
            assert!(plan.not_played[0].why.contains(why), "{:?}", plan.not_played);
            assert!(plan.text("x").contains("not played: x: "));
        }
    }
}
