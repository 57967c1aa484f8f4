//! Deployments: how a flow becomes a service of EAS, stage by stage.

use http::Method;
use serde_json::{Map, Value, json};

use super::super::errors::invalid;
use super::super::gate;
use super::backend::Backend;
use super::flows;
use super::products::find_network;
use super::records::{
    OBJECT, Shows, change, check_service_name, given, made, members, new_id, object, read, sight, with_made, work_dir,
};
use super::snapshots;
use super::stages::{STAGES, Source, Way, config, is_under_way, network, settle, status};
use super::storage::Folder;
use super::table::{ACCESSIBILITY, DESCRIPTION, LANGSTUDIO, WORK_DIR, WORKSPACE, WORKSPACE_ID, action};
use crate::cloud::iso8601_millis;
use crate::cloud::langstudio::{Deployment, Stage, StageStatus};
use crate::cloud::pai::add_entity;
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};

const DEPLOYMENT_ID: Parameter = Parameter::required("DeploymentId", Form::Any);
const DEPLOYMENT: &str = "workspace/{WorkspaceId}/deployment/{DeploymentId}";

const LISTED: Shows = Shows {
    list: "Deployments",
    exact: &[
        "Accessibility",
        "Creator",
        "DeploymentId",
        "DeploymentStatus",
        "OperationType",
        "ResourceId",
        "ResourceSnapshotId",
        "ResourceType",
    ],
    part: &["ServiceName"],
};

/// What is kept as it was given.
const FIELDS: &[&str] = &[
    "ResourceType",
    "ResourceId",
    "DeploymentConfig",
    "EnableTrace",
    "AutoApproval",
    "ChatHistoryConfig",
    "ContentModerationConfig",
    "Description",
];

pub(super) fn rows() -> Vec<Operation> {
    let config = Parameter::optional("DeploymentConfig", Form::Own(check_config, "{}"));
    vec![
        LANGSTUDIO.path(
            "CreateDeployment",
            (Method::POST, "/api/v1/langstudio/deployments"),
            &[action(&["pailangstudio:CreateDeployment"], WORKSPACE, gate::new_entity)],
            &[
                WORKSPACE_ID,
                Parameter::required("ServiceName", Form::Own(check_service_name, "sample")),
                Parameter::required("ResourceType", Form::OneOf(&["Flow", "Code"])),
                Parameter::optional("ResourceId", Form::Any),
                Parameter::optional("ResourceSnapshotId", Form::Any),
                WORK_DIR,
                config.clone(),
                Parameter::optional("EnableTrace", Form::Boolean),
                Parameter::optional("AutoApproval", Form::Boolean),
                Parameter::optional("ChatHistoryConfig", OBJECT),
                Parameter::optional("ContentModerationConfig", OBJECT),
                DESCRIPTION,
                ACCESSIBILITY,
            ],
            create,
        ),
        LANGSTUDIO.path(
            "GetDeployment",
            (Method::GET, "/api/v1/langstudio/deployments/{DeploymentId}"),
            &[action(&["pailangstudio:GetDeployment"], DEPLOYMENT, gate::purchased)],
            &[WORKSPACE_ID, DEPLOYMENT_ID],
            get,
        ),
        LANGSTUDIO.path(
            "ListDeployments",
            (Method::GET, "/api/v1/langstudio/deployments"),
            &[action(&["pailangstudio:ListDeployments"], WORKSPACE, gate::list)],
            &LISTED.parameters(&[WORKSPACE_ID]),
            list,
        ),
        LANGSTUDIO.path(
            "UpdateDeployment",
            (Method::PUT, "/api/v1/langstudio/deployments/{DeploymentId}"),
            &[action(&["pailangstudio:UpdateDeployment"], DEPLOYMENT, gate::purchased)],
            &[
                WORKSPACE_ID,
                DEPLOYMENT_ID,
                Parameter::optional("StageAction", Form::Own(check_stage_action, r#"{"Stage":3,"Action":"Confirm"}"#)),
                config,
                Parameter::optional("AutoApproval", Form::Boolean),
                DESCRIPTION,
            ],
            update,
        ),
        LANGSTUDIO.path(
            "DeleteDeployment",
            (Method::DELETE, "/api/v1/langstudio/deployments/{DeploymentId}"),
            // The permission table spells it the second way.
            &[action(
                &["pailangstudio:DeleteDeployment", "pailangstudio:DeleteDeplpoyment"],
                DEPLOYMENT,
                gate::purchased,
            )],
            &[WORKSPACE_ID, DEPLOYMENT_ID],
            delete,
        ),
    ]
}

/// A service of EAS, as its own API takes one.
fn check_config(text: &str) -> Result<(), ApiError> {
    match serde_json::from_str(text) {
        Ok(Value::Object(_)) => Ok(()),
        _ => Err(invalid("DeploymentConfig", "it must be the JSON of an EAS service")),
    }
}

/// What somebody says about a stage that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
enum Word {
    Confirm,
    Cancel,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StageAction {
    stage: usize,
    action: Word,
}

fn stage_action(text: &str) -> Result<StageAction, ApiError> {
    serde_json::from_str(text)
        .map_err(|_| invalid("StageAction", r#"it must be JSON text such as {"Stage":3,"Action":"Confirm"}"#))
}

fn check_stage_action(text: &str) -> Result<(), ApiError> {
    stage_action(text).map(|_| ())
}

/// The code and the text are ours: none are published.
fn absent(id: &str) -> ApiError {
    ApiError::not_found("DeploymentNotExists", format!("Deployment not exists {id}"))
}

/// CreateDeployment
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let backend = Backend::with_files(call)?;
    let fields = given(call, FIELDS);
    let history = object(arguments, "ChatHistoryConfig").unwrap_or_default();
    let history = ["StorageType", "ConnectionName"].map(|name| history.get(name).and_then(Value::as_str));
    if history[0].is_some_and(|storage| !["LOCAL", "OSS", "RDS"].contains(&storage)) {
        return Err(invalid("ChatHistoryConfig", "its `StorageType` is one of LOCAL, OSS and RDS"));
    }
    if matches!(history, [Some("RDS"), None | Some("")]) {
        return Err(invalid("ChatHistoryConfig", "an RDS database needs a `ConnectionName`"));
    }
    let (source, work_dir) = read(call, |workspace| {
        let source = match (arguments.filled("ResourceSnapshotId"), arguments.filled("ResourceId")) {
            (Some(id), _) => Source::Snapshot(snapshots::found(workspace, id)?.clone()),
            (None, Some(id)) if arguments.text("ResourceType") == "Flow" => {
                Source::Flow(flows::found(workspace, id)?.clone())
            }
            (None, _) => {
                return Err(invalid("ResourceSnapshotId", "name a snapshot, or with `ResourceType` `Flow` a flow"));
            }
        };
        let work_dir = work_dir(call, workspace).or_else(|error| match &source {
            Source::Flow(flow) => Folder::parse(&flow.work_dir).ok_or(error),
            Source::Snapshot(snapshot) => Folder::parse(&snapshot.work_dir).ok_or(error),
        })?;
        Ok((source, work_dir))
    })?;
    if let Some(network) = network(&fields) {
        find_network(call, "DeploymentConfig", &network)?;
    }
    let mut deployment = Deployment {
        id: new_id(call, "deployment-"),
        service: arguments.text("ServiceName").to_owned(),
        updates: false,
        given: fields,
        snapshot: None,
        stages: vec![Stage::default(); STAGES.len()],
        made: made(call),
    };
    deployment.given.insert("WorkDir".to_owned(), json!(work_dir.to_string()));
    let confirmed = arguments.flag("AutoApproval");
    Way { backend: &backend, deployment: &mut deployment }.go(&source, &work_dir, confirmed);
    let answer = json!({ "DeploymentId": deployment.id });
    change(call, |workspace| {
        Ok(add_entity(&mut workspace.deployments, "Deployment", deployment.id.clone(), deployment)?)
    })?;
    Ok(Reply::document(answer))
}

fn view(workspace: &str, deployment: &Deployment) -> Map<String, Value> {
    let time = |at: Option<jiff::Timestamp>| at.map(iso8601_millis);
    let stages: Vec<_> = (1..)
        .zip(STAGES)
        .zip(&deployment.stages)
        .map(|((number, (name, description)), stage)| {
            json!({
                "Stage": number,
                "StageName": name,
                "Description": description,
                "StageStatus": stage.status.as_str(),
                "StageInfo": stage.info,
                "ErrorMessage": stage.error,
                "GmtStartTime": time(stage.started),
                "GmtEndTime": time(stage.ended),
            })
        })
        .collect();
    let mut view = members(json!({
        "DeploymentId": deployment.id,
        "ServiceName": deployment.service,
        "OperationType": if deployment.updates { "Update" } else { "Create" },
        "DeploymentStatus": status(deployment).as_str(),
        "DeploymentStages": stages,
        "ErrorMessage": deployment.stages.iter().find_map(|stage| stage.error.as_deref()),
        "ResourceSnapshotId": deployment.snapshot,
    }));
    view.extend(deployment.given.clone());
    // Its configuration is text, as it was sent.
    view.insert("DeploymentConfig".to_owned(), json!(Value::Object(config(&deployment.given)).to_string()));
    with_made(view, workspace, &deployment.made)
}

fn named(call: &Call<'_>) -> Result<Deployment, ApiError> {
    let id = call.arguments.text("DeploymentId");
    read(call, |workspace| workspace.deployments.get(id).cloned().ok_or_else(|| absent(id)))
}

/// Keeps what has become of a deployment, unless it was deleted meanwhile.
fn keep(call: &Call<'_>, deployment: Deployment) -> Result<(), ApiError> {
    change(call, |workspace| {
        if let Some(kept) = workspace.deployments.get_mut(&deployment.id) {
            *kept = deployment;
        }
        Ok(())
    })
}

/// GetDeployment: while the service starts, EAS is asked how it is.
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let backend = Backend::enter(call, &[])?;
    let mut deployment = named(call)?;
    if is_under_way(&deployment) {
        let service = backend.service(&deployment.service)?;
        settle(call, &mut deployment, service.as_ref());
        keep(call, deployment.clone())?;
    }
    Ok(Reply::document(view(call.arguments.text("WorkspaceId"), &deployment)))
}

/// ListDeployments: those that the policies in force let the caller see.
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let services = Backend::enter(call, &[])?.services()?;
    let of = |name: &str| services.iter().find(|one| one.get("ServiceName").and_then(Value::as_str) == Some(name));
    change(call, |workspace| {
        for deployment in workspace.deployments.values_mut().filter(|deployment| is_under_way(deployment)) {
            let service = of(&deployment.service);
            settle(call, deployment, service);
        }
        Ok(())
    })?;
    read(call, |workspace| {
        let sees = sight(call, workspace, "pailangstudio:ListDeployments");
        let mut shown = Vec::new();
        for deployment in workspace.deployments.values() {
            if sees(&deployment.made)? {
                shown.push(view(&workspace.id, deployment));
            }
        }
        Ok(LISTED.page(call, shown))
    })
}

/// UpdateDeployment: confirms or cancels the stage that waits; before that, what is to be deployed may still be changed.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let backend = Backend::enter(call, &[])?;
    let mut deployment = named(call)?;
    let waits = status(&deployment) == StageStatus::WaitForConfirm;
    let changes = given(call, &["DeploymentConfig", "AutoApproval", "Description"]);
    let confirms_itself = changes.get("AutoApproval") == Some(&Value::Bool(true));
    if !waits && changes.keys().any(|name| name != "Description") {
        return Err(over(&deployment));
    }
    deployment.given.extend(changes);
    if let Some(network) = network(&deployment.given).filter(|_| arguments.filled("DeploymentConfig").is_some()) {
        find_network(call, "DeploymentConfig", &network)?;
    }
    let word = arguments.filled("StageAction").map(stage_action).transpose()?;
    if word.as_ref().is_some_and(|word| !waits || word.stage != STAGES.len()) {
        return Err(over(&deployment));
    }
    match word.map(|word| word.action) {
        Some(Word::Cancel) => {
            if let Some(stage) = deployment.stages.last_mut() {
                (stage.status, stage.ended) = (StageStatus::Canceled, Some(call.now));
            }
        }
        Some(Word::Confirm) => Way { backend: &backend, deployment: &mut deployment }.deploy(),
        None if confirms_itself => Way { backend: &backend, deployment: &mut deployment }.deploy(),
        None => {}
    }
    deployment.made.modified = call.now;
    keep(call, deployment)?;
    Ok(Reply::done())
}

/// The code and the text are ours: none are published.
fn over(deployment: &Deployment) -> ApiError {
    let status = status(deployment).as_str();
    ApiError::bad_request(
        "InvalidDeploymentStatus",
        format!("No stage of the deployment {} waits for that: the deployment is {status}.", deployment.id),
    )
}

/// DeleteDeployment: the record alone goes; the service stays with EAS.
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let deployment = named(call)?;
    change(call, |workspace| {
        workspace.deployments.remove(&deployment.id);
        Ok(Reply::done())
    })
}
