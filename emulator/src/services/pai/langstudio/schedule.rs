//! How a knowledge base is kept up to date: a workflow of DataWorks, which LangStudio makes and brings into operation.
//!
//! INFERRED: the DataWorks workspace of a PAI workspace has the same id, since PAI's workspaces are DataWorks's. CHOICE: once a day.

use serde_json::{Map, Value, json};

use super::super::errors::invalid;
use super::backend::Backend;
use super::products::find_network;
use crate::cloud::Service;
use crate::cloud::langstudio::{KnowledgeBase, Schedule};
use crate::gateway::{ApiError, Call};

/// `{"Status": "Enable", …}`
pub(super) fn check(text: &str) -> Result<(), ApiError> {
    let config: Option<Map<String, Value>> = serde_json::from_str(text).ok();
    let status = config.as_ref().and_then(|config| config.get("Status")?.as_str());
    match status {
        Some("Enable" | "Disable") => Ok(()),
        _ => Err(invalid("AutoUpdateConfig", "`Status` must be Enable or Disable")),
    }
}

fn enables(config: &Map<String, Value>) -> bool {
    config.get("Status").and_then(Value::as_str) == Some("Enable")
}

/// The services that must be open for it.
pub(super) fn needs(call: &Call<'_>, config: Option<&Map<String, Value>>) -> Vec<Service> {
    config.filter(|config| enables(config)).map(|_| Service::DataWorks(call.region.clone())).into_iter().collect()
}

/// The workflow as DataWorks takes one.
fn spec(base: &KnowledgeBase, config: &Map<String, Value>) -> String {
    let name = format!("langstudio_{}", base.name);
    let node = json!({
        "name": format!("{name}_sync"),
        "script": { "path": name, "runtime": { "command": "PAI_FLOW" }, "parameters": [] },
        "runtimeResource": { "resourceGroup": config.get("ResourceId") },
    });
    let trigger = json!({ "type": "Scheduler", "cron": "00 00 00 * * ?" });
    let workflow = json!({ "name": name, "trigger": trigger, "nodes": [node] });
    json!({ "version": "1.1.0", "kind": "CycleWorkflow", "spec": { "workflows": [workflow] } }).to_string()
}

/// Makes, changes or removes the workflow, as a configuration says. The network that it names is looked for by the person.
pub(super) fn set(
    backend: &Backend<'_, '_>,
    base: &KnowledgeBase,
    config: Map<String, Value>,
) -> Result<Schedule, ApiError> {
    if !enables(&config) {
        remove(backend, base)?;
        return Ok(Schedule { config, workflow: None });
    }
    if let Some(network) = config.get("UserVpc").filter(|network| network.is_object()) {
        find_network(backend.call, "AutoUpdateConfig", network)?;
    }
    let (project, spec) = (project(backend), spec(base, &config));
    let workflow = match base.schedule.as_ref().and_then(|schedule| schedule.workflow.clone()) {
        Some(id) => {
            backend.update_workflow(project, &id, &spec)?;
            id
        }
        None => backend.create_workflow(project, &spec)?,
    };
    match backend.publish_workflow(project, &workflow) {
        Ok(()) => Ok(Schedule { config, workflow: Some(workflow) }),
        Err(error) => {
            // A workflow that never came into operation is no schedule; that it cannot be deleted either is the lesser error.
            if base.schedule.as_ref().is_none_or(|schedule| schedule.workflow.is_none()) {
                let _ = backend.delete_workflow(project, &workflow);
            }
            Err(error)
        }
    }
}

/// Removes the workflow, if there is one.
pub(super) fn remove(backend: &Backend<'_, '_>, base: &KnowledgeBase) -> Result<(), ApiError> {
    match base.schedule.as_ref().and_then(|schedule| schedule.workflow.as_deref()) {
        Some(id) => backend.delete_workflow(project(backend), id),
        None => Ok(()),
    }
}

fn project<'b>(backend: &'b Backend<'_, '_>) -> &'b str {
    backend.call.arguments.text("WorkspaceId")
}
