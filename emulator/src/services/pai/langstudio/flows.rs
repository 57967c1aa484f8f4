//! Application flows. The record is LangStudio's; the definition is a file in the account's OSS.

use bytes::Bytes;
use serde_json::{Value, json};

use super::super::locate::{keys, of_workspace, person};
use super::super::{errors::invalid, workspace::storage_path};
use super::backend::Backend;
use super::storage::{Folder, folder};
use crate::cloud::iso8601;
use crate::cloud::pai::{Accessibility, Flow, Made, Workspace};
use crate::gateway::{ApiError, Call, Needed, Reply};
use crate::services::common::page::{List, numbered};

/// The file that a flow is written to (INFERRED: LangStudio's flows are of the kind whose definition is called so).
const DEFINITION: &str = "flow.dag.yaml";

/// 1 to 256 characters, a letter first, without a `/`: the name is also a folder's. (The bounds are those of runtimes.)
pub(super) fn check_name(name: &str) -> Result<(), ApiError> {
    let fits = name.chars().count() <= 256
        && name.starts_with(char::is_alphabetic)
        && !name.contains(|c: char| c == '/' || c.is_control());
    if fits { Ok(()) } else { Err(invalid("Name", "it must have 1 to 256 characters and begin with a letter")) }
}

/// The working folder: what the call names, or else the workspace's.
pub(super) fn work_dir(call: &Call<'_>, workspace: &Workspace) -> Result<Folder, ApiError> {
    let named = call.arguments.filled("WorkDir").or_else(|| storage_path(workspace));
    let named = named.ok_or_else(|| invalid("WorkDir", "none is given, and the workspace has no default storage path"));
    folder("WorkDir", named?)
}

/// Who makes something, when and for whom.
pub(super) fn made(call: &Call<'_>) -> Made {
    Made {
        creator: person(&call.caller).to_owned(),
        accessibility: Accessibility::of(call.arguments.text("Accessibility")),
        created: call.now,
        modified: call.now,
    }
}

/// Looks something up in the workspace that the call names.
pub(super) fn read<T>(call: &Call<'_>, look: impl FnOnce(&Workspace) -> Result<T, ApiError>) -> Result<T, ApiError> {
    let records = call.account()?.pai.read();
    look(records.workspace(&call.region, call.arguments.text("WorkspaceId"))?)
}

/// Changes something in the workspace that the call names.
pub(super) fn change<T>(
    call: &Call<'_>,
    change: impl FnOnce(&mut Workspace) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let mut records = call.account()?.pai.write();
    change(records.workspace_mut(&call.region, call.arguments.text("WorkspaceId"))?)
}

/// A function that tells whether the caller sees something in a list, by asking for the list's action on it.
pub(super) fn sight<'c>(
    call: &'c Call<'_>,
    workspace: &'c Workspace,
    action: &'static str,
) -> impl Fn(&Made) -> Result<bool, ApiError> + 'c {
    move |made| {
        let mut need: Needed = call.ask(action, "*")?;
        need.know(&of_workspace(workspace, &call.caller));
        for (key, value) in keys(made.accessibility, made.creator == person(&call.caller)) {
            need.set(key, value);
        }
        Ok(call.may(need))
    }
}

/// The code and the text are ours: flows are no public operation.
fn absent(id: &str) -> ApiError {
    ApiError::not_found("FlowNotExists", format!("Flow not exists {id}"))
}

pub(super) fn found<'w>(workspace: &'w Workspace, id: &str) -> Result<&'w Flow, ApiError> {
    workspace.flows.get(id).ok_or_else(|| absent(id))
}

fn taken(name: &str) -> ApiError {
    ApiError::bad_request("FlowNameAlreadyExists", format!("Flow name {name} already exists."))
}

fn view(workspace: &str, flow: &Flow) -> Value {
    json!({
        "FlowId": flow.id,
        "FlowName": flow.name,
        "FlowType": flow.kind,
        "Description": flow.description,
        "WorkspaceId": workspace,
        "WorkDir": flow.work_dir,
        "FlowStoragePath": flow.storage_path,
        "Creator": flow.made.creator,
        "Accessibility": flow.made.accessibility.as_str(),
        "GmtCreateTime": iso8601(flow.made.created),
        "GmtModifiedTime": iso8601(flow.made.modified),
    })
}

/// CreateFlow: the definition is written first; a flow whose definition could not be written does not come to be.
pub(super) fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let name = arguments.text("FlowName");
    let free = |workspace: &Workspace| {
        if workspace.flows.values().any(|flow| flow.name == name) { Err(taken(name)) } else { Ok(()) }
    };
    let work_dir = read(call, |workspace| {
        free(workspace)?;
        work_dir(call, workspace)
    })?;
    let storage = work_dir.folder(name);
    let backend = Backend::enter(call)?;
    if !backend.list(&storage)?.is_empty() {
        return Err(invalid("WorkDir", &format!("{storage} is not empty")));
    }
    backend.put(&storage, DEFINITION, Bytes::copy_from_slice(arguments.text("Content").as_bytes()))?;
    let flow = Flow {
        id: call.cloud().ids.lower("flow-", 16),
        name: name.to_owned(),
        description: arguments.text("Description").to_owned(),
        kind: arguments.filled("FlowType").unwrap_or("Standard").to_owned(),
        work_dir: work_dir.to_string(),
        storage_path: storage.to_string(),
        made: made(call),
    };
    let answer = json!({ "FlowId": flow.id, "FlowStoragePath": flow.storage_path });
    change(call, |workspace| {
        free(workspace)?;
        workspace.flows.insert(flow.id.clone(), flow);
        Ok(())
    })?;
    Ok(Reply::document(answer))
}

/// The flow that a call names, and the folder of its definition.
fn named(call: &Call<'_>) -> Result<(Flow, Folder), ApiError> {
    let flow = read(call, |workspace| found(workspace, call.arguments.text("FlowId")).cloned())?;
    let storage = Folder::parse(&flow.storage_path).ok_or_else(ApiError::internal)?;
    Ok((flow, storage))
}

/// GetFlow, with the definition.
pub(super) fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (flow, storage) = named(call)?;
    let content = Backend::enter(call)?.get(&storage, DEFINITION)?;
    let mut answer = view(call.arguments.text("WorkspaceId"), &flow);
    if let Some(answer) = answer.as_object_mut() {
        answer.insert("Content".to_owned(), json!(String::from_utf8_lossy(&content)));
    }
    Ok(Reply::document(answer))
}

/// ListFlows: those that the policies in force let the caller see.
pub(super) fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    read(call, |workspace| {
        let sees = sight(call, workspace, "pailangstudio:ListFlows");
        let mut shown = Vec::new();
        for flow in workspace.flows.values() {
            let fits = arguments.filled("FlowName").is_none_or(|part| flow.name.contains(part));
            if fits && sees(&flow.made)? {
                shown.push(((flow.made.created, flow.name.clone()), view(&workspace.id, flow)));
            }
        }
        shown.sort_by(|(a, _), (b, _)| a.cmp(b));
        let page = numbered(arguments, shown.into_iter(), |(_, view)| view, 10);
        Ok(Reply::document(page.with_total(List::Plain("Flows"))))
    })
}

/// UpdateFlow: saving. The definition is written first, if there is a new one.
pub(super) fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let (flow, storage) = named(call)?;
    if let Some(content) = arguments.get("Content") {
        Backend::enter(call)?.put(&storage, DEFINITION, Bytes::copy_from_slice(content.as_bytes()))?;
    }
    change(call, |workspace| {
        let flow = workspace.flows.get_mut(&flow.id).ok_or_else(|| absent(&flow.id))?;
        if let Some(description) = arguments.get("Description") {
            description.clone_into(&mut flow.description);
        }
        if let Some(accessibility) = arguments.filled("Accessibility") {
            flow.made.accessibility = Accessibility::of(accessibility);
        }
        flow.made.modified = call.now;
        Ok(Reply::done())
    })
}

/// DeleteFlow: the definition goes first; a flow whose definition could not be deleted stays.
pub(super) fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (flow, storage) = named(call)?;
    Backend::enter(call)?.delete(&storage, DEFINITION)?;
    change(call, |workspace| {
        workspace.flows.remove(&flow.id);
        Ok(Reply::done())
    })
}
