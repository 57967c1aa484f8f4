//! A scenario replayed for somebody who looks at it step by step: each step's request, answer, decisions, and the state that it leaves.

use std::io;

use serde_json::{Value, json};

use super::event::Stepped;
use super::hooks::NOBODY;
use super::replay::Replay;
use super::target::Target;
use crate::client::Client;
use crate::scenario::Scenario;

/// CHOICE: the seed of the cloud that a recording is made in, so that the same scenario gives the same recording.
const SEED: u64 = 1;

/// Replays a scenario in a cloud of its own and gives all that happened as JSON. It ends with the first step that is not as expected, which
/// says what was.
///
/// # Errors
/// No cloud can be started.
pub fn record(scenario: &Scenario) -> io::Result<Value> {
    let target = Target::Own { seed: SEED, system_policies: None };
    let cloud = target.start(scenario)?;
    let mut replay = Replay::new(scenario, &cloud, &NOBODY);
    let given = scenario.given.len();
    let before = state(&cloud.client);
    let mut steps = Vec::new();
    for (index, step) in scenario.all_steps().enumerate() {
        let played = replay.step(step, index < given);
        for over in &played {
            steps.push(shown(&cloud.client, over, step.name.as_deref(), index < given));
        }
        if played.iter().any(|over| !over.differences.is_empty()) {
            break;
        }
    }
    Ok(json!({
        "name": scenario.name,
        "title": scenario.title.value,
        "story": scenario.story,
        "state": before,
        "steps": steps,
    }))
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
