//! Application flows. The record is LangStudio's; the definition is a file in the account's OSS.

use bytes::Bytes;
use http::Method;
use serde_json::{Map, Value, json};

use super::super::errors::invalid;
use super::super::gate;
use super::backend::Backend;
use super::records::{Shows, change, made, members, new_id, read, sight, with_made, work_dir};
use super::storage::Folder;
use super::table::{ACCESSIBILITY, CONSOLE, DESCRIPTION, LANGSTUDIO, WORK_DIR, WORKSPACE, WORKSPACE_ID, action};
use crate::cloud::langstudio::Flow;
use crate::cloud::pai::{Accessibility, Workspace, add_entity};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};

/// The file that a flow is written to (INFERRED: LangStudio's flows are of the kind whose definition is called so).
const DEFINITION: &str = "flow.dag.yaml";

const FLOW_ID: Parameter = Parameter::required("FlowId", Form::Any);
const FLOW: &str = "workspace/{WorkspaceId}/flow/{FlowId}";

const LISTED: Shows = Shows { list: "Flows", exact: &["Accessibility", "Creator", "FlowId"], part: &["FlowName"] };

/// The operations, which are the console's.
pub(super) fn rows() -> Vec<Operation> {
    let content = Parameter::optional("Content", Form::Any);
    let rows = [
        LANGSTUDIO.path(
            "CreateFlow",
            (Method::POST, "/api/v1/langstudio/flows"),
            &[action(&["pailangstudio:CreateFlow"], WORKSPACE, gate::new_entity)],
            &[
                WORKSPACE_ID,
                Parameter::required("FlowName", Form::Own(check_name, "sample")),
                Parameter::optional("FlowType", Form::Text(64)),
                WORK_DIR,
                DESCRIPTION,
                ACCESSIBILITY,
                content.clone(),
            ],
            create,
        ),
        LANGSTUDIO.path(
            "GetFlow",
            (Method::GET, "/api/v1/langstudio/flows/{FlowId}"),
            &[action(&["pailangstudio:GetFlow"], FLOW, gate::purchased)],
            &[WORKSPACE_ID, FLOW_ID],
            get,
        ),
        LANGSTUDIO.path(
            "ListFlows",
            (Method::GET, "/api/v1/langstudio/flows"),
            &[action(&["pailangstudio:ListFlows"], WORKSPACE, gate::list)],
            &LISTED.parameters(&[WORKSPACE_ID]),
            list,
        ),
        LANGSTUDIO.path(
            "UpdateFlow",
            (Method::PUT, "/api/v1/langstudio/flows/{FlowId}"),
            &[action(&["pailangstudio:UpdateFlow"], FLOW, gate::purchased)],
            &[WORKSPACE_ID, FLOW_ID, DESCRIPTION, ACCESSIBILITY, content],
            update,
        ),
        LANGSTUDIO.path(
            "DeleteFlow",
            (Method::DELETE, "/api/v1/langstudio/flows/{FlowId}"),
            &[action(&["pailangstudio:DeleteFlow"], FLOW, gate::purchased)],
            &[WORKSPACE_ID, FLOW_ID],
            delete,
        ),
    ];
    rows.map(|row| row.known_from(CONSOLE)).into()
}

/// 1 to 256 characters, a letter first, without a `/`: the name is also a folder's. (The bounds are those of runtimes.)
fn check_name(name: &str) -> Result<(), ApiError> {
    let fits = name.chars().count() <= 256
        && name.starts_with(char::is_alphabetic)
        && !name.contains(|c: char| c == '/' || c.is_control());
    if fits { Ok(()) } else { Err(invalid("Name", "it must have 1 to 256 characters and begin with a letter")) }
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

fn view(workspace: &str, flow: &Flow) -> Map<String, Value> {
    let view = json!({
        "FlowId": flow.id,
        "FlowName": flow.name,
        "FlowType": flow.kind,
        "Description": flow.description,
        "WorkDir": flow.work_dir,
        "FlowStoragePath": flow.storage_path,
    });
    with_made(members(view), workspace, &flow.made)
}

/// CreateFlow: the definition is written first; a flow whose definition could not be written does not come to be.
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let name = arguments.text("FlowName");
    let free = |workspace: &Workspace| {
        if workspace.flows.values().any(|flow| flow.name == name) { Err(taken(name)) } else { Ok(()) }
    };
    let backend = Backend::with_files(call)?;
    let work_dir = read(call, |workspace| {
        free(workspace)?;
        work_dir(call, workspace)
    })?;
    let storage = work_dir.folder(name);
    if !backend.list(&storage)?.is_empty() {
        return Err(invalid("WorkDir", &format!("{storage} is not empty")));
    }
    backend.put(&storage, DEFINITION, Bytes::copy_from_slice(arguments.text("Content").as_bytes()))?;
    let flow = Flow {
        id: new_id(call, "flow-"),
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
        Ok(add_entity(&mut workspace.flows, "Flow", flow.id.clone(), flow)?)
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
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let backend = Backend::with_files(call)?;
    let (flow, storage) = named(call)?;
    let content = backend.get(&storage, DEFINITION)?;
    let mut answer = view(call.arguments.text("WorkspaceId"), &flow);
    answer.insert("Content".to_owned(), json!(String::from_utf8_lossy(&content)));
    Ok(Reply::document(answer))
}

/// ListFlows: those that the policies in force let the caller see.
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    read(call, |workspace| {
        let sees = sight(call, workspace, "pailangstudio:ListFlows");
        let mut flows: Vec<_> = workspace.flows.values().collect();
        flows.sort_by(|a, b| a.name.cmp(&b.name));
        let mut shown = Vec::new();
        for flow in flows {
            if sees(&flow.made)? {
                shown.push(view(&workspace.id, flow));
            }
        }
        Ok(LISTED.page(call, shown))
    })
}

/// UpdateFlow: saving. The definition is written first, if there is a new one.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let content = arguments.get("Content");
    let backend = content.map(|_| Backend::with_files(call)).transpose()?;
    let (flow, storage) = named(call)?;
    if let (Some(content), Some(backend)) = (content, backend) {
        backend.put(&storage, DEFINITION, Bytes::copy_from_slice(content.as_bytes()))?;
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
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let backend = Backend::with_files(call)?;
    let (flow, storage) = named(call)?;
    backend.delete(&storage, DEFINITION)?;
    change(call, |workspace| {
        workspace.flows.remove(&flow.id);
        Ok(Reply::done())
    })
}
