//! A scenario replayed for somebody who looks at it step by step: each step's request, answer, decisions, and the state that it leaves.

use std::io;

use serde_json::{Value, json};

use super::event::Stepped;
use super::hooks::NOBODY;
use super::replay::Replay;
use super::target::Target;
use crate::catalogue;
use crate::client::Client;
use crate::scenario::{Act, Checkpoint, Control, Deed, Scenario, Step, StepKind};

/// CHOICE: the seed of the cloud that a recording is made in, so that the same scenario gives the same recording.
const SEED: u64 = 1;

/// Replays a scenario in a cloud of its own and gives all that happened as JSON. It ends with the first step that is not as expected, which
/// says what was.
///
/// # Errors
/// No cloud can be started.
pub fn record(scenario: &Scenario) -> io::Result<Value> {
    let target = Target::Own { seed: SEED, system_policies: None };
    let cloud = target.start(scenario, &NOBODY)?;
    let mut replay = Replay::new(scenario, &cloud, &NOBODY);
    let given = scenario.given.len();
    let before = state(&cloud.client);
    let mut steps = Vec::new();
    for (index, step) in scenario.all_steps().enumerate() {
        let played = replay.step(step, index < given);
        for over in &played {
            // Of several things at the same time each is told by itself.
            let alone = !matches!(step.kind, StepKind::Parallel(_));
            let did = if alone { did(scenario, step, over) } else { Value::Null };
            let circumstances = step.act().filter(|_| alone).map(|act| circumstances(act, &replay));
            let mut shown = shown(&cloud.client, over, step.name.as_deref(), index < given);
            shown["did"] = did;
            shown["case"] = json!(step.case.as_ref().map(|(_, name)| name));
            shown["circumstances"] = json!(circumstances.unwrap_or_default());
            shown["expect"] = json!(step.act().filter(|_| alone).map(|act| act.expect.in_short()));
            steps.push(shown);
        }
        if played.iter().any(|over| !over.differences.is_empty()) {
            break;
        }
    }
    let (title_zh, story_zh) = scenario.in_chinese();
    Ok(json!({
        "name": scenario.name,
        "title": scenario.title.value,
        "story": scenario.story,
        "title_zh": title_zh,
        "story_zh": story_zh,
        "state": before,
        "steps": steps,
    }))
}

/// What a step does, in parts, for whoever says it in words of their own; nothing where there are none but `what`.
fn did(scenario: &Scenario, step: &Step, over: &Stepped) -> Value {
    match &step.kind {
        StepKind::Act(act) => {
            let who = scenario.display_caller(&act.caller);
            match &act.deed {
                Deed::Call(call) => json!({"kind": "calls", "who": who, "what": catalogue::full_name(call.operation)}),
                Deed::Http(_) => {
                    let target = over
                        .request
                        .as_ref()
                        .map(|request| format!("{} {}", request.method, request.readable_target()));
                    json!({"kind": "sends", "who": who, "what": target})
                }
                Deed::Program(_) => {
                    let exit = over.answer.as_ref().and_then(|answer| answer.fields.get("Exit").cloned());
                    json!({"kind": "runs", "who": who, "exit": exit})
                }
            }
        }
        StepKind::Checkpoint(Checkpoint::Keep(name)) => json!({"kind": "checkpoint", "what": name}),
        StepKind::Checkpoint(Checkpoint::BackTo(name)) => json!({"kind": "back", "what": name}),
        StepKind::Control(Control::AdvanceClock(seconds)) => json!({"kind": "waits", "seconds": seconds}),
        StepKind::Control(Control::SetClock(time)) => json!({"kind": "clock", "what": time}),
        StepKind::Control(Control::OidcKeys { issuer, .. }) => json!({"kind": "keys", "what": issuer}),
        StepKind::Control(Control::RoleSession { role, .. }) => json!({"kind": "session", "what": role}),
        StepKind::Control(Control::WorkspaceRoles { .. }) => json!({"kind": "workspace-roles"}),
        StepKind::SystemPolicies(policies) => {
            let versions: Vec<_> = policies.0.iter().map(|(name, to)| format!("{name} {}", to.id)).collect();
            json!({"kind": "system-policies", "what": versions.join(", ")})
        }
        StepKind::Permissions(moved) => json!({"kind": "permissions", "what": moved.since}),
        StepKind::Prose(_) => json!({"kind": "reads"}),
        StepKind::Task(task) => json!({"kind": "task", "what": task.name}),
        StepKind::Parallel(_) => Value::Null,
    }
}

/// From where and how somebody calls, where that is told: `from 203.0.113.9`, `mfa`.
fn circumstances(act: &Act, replay: &Replay<'_>) -> Vec<(&'static str, String)> {
    let told = &act.circumstances;
    let region = told.region.as_ref().and_then(|region| region.fill(&replay.variables).ok());
    let all = [
        ("from", told.from.map(|from| from.to_string())),
        ("mfa", told.mfa.map(|mfa| mfa.to_string())),
        ("tls", told.tls.map(|tls| tls.to_string())),
        ("region", region),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn state(client: &Client) -> Value {
    client.control_post("state", &json!({})).unwrap_or_default()
}

fn shown(client: &Client, over: &Stepped, name: Option<&str>, given: bool) -> Value {
    let request = over.request.as_ref().map(|request| {
        json!({"method": request.method.as_str(), "target": request.target(), "body": String::from_utf8_lossy(&request.body)})
    });
    let id = over.answer.as_ref().and_then(|answer| answer.request_id.as_deref());
    let decision: Option<Value> = id.and_then(|id| client.control_get(&format!("decisions/{id}")).ok());
    let inner = id.map(|id| inner(client, id)).unwrap_or_default();
    let differences = over.differences.iter();
    json!({
        "name": name,
        "which": over.which,
        "given": given,
        "what": over.what,
        "tries": over.tries,
        "parameters": over.parameters.iter().map(|(name, value)| json!([name, value])).collect::<Vec<_>>(),
        "request": request,
        "answer": over.answer.as_ref().map(|answer| json!({"status": answer.status, "text": answer.readable()})),
        "decision": decision,
        "inner": inner,
        "differences": differences.map(|one| json!({"expected": one.expected, "found": one.found})).collect::<Vec<_>>(),
        "state": state(client),
    })
}

/// What services did inside the cloud for a call.
fn inner(client: &Client, id: &str) -> Vec<Value> {
    let page: Value = client.control_get("decisions?limit=200").unwrap_or_default();
    let all = page.get("decisions").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut inner: Vec<Value> =
        all.into_iter().filter(|entry| entry.get("cause").and_then(Value::as_str) == Some(id)).collect();
    inner.reverse();
    inner
}
