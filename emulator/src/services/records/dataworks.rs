//! What DataWorks does besides: what a specification says, deployments and their stages.

use serde_json::{Map, Value, json};

use crate::cloud::{Record, RecordPlace};
use crate::gateway::{ApiError, Call};
use crate::operation::{Draft, Looked};

fn place(kind: &str, call: &Call<'_>) -> RecordPlace {
    RecordPlace::new(&format!("dataworks-public/{kind}"), &call.region)
}

fn spec(text: &str) -> Result<Value, ApiError> {
    let read = serde_json::from_str::<Value>(text).ok().filter(Value::is_object);
    // CHOICE: the code.
    read.ok_or_else(|| ApiError::bad_request("InvalidParameter.Spec", "The parameter Spec is no JSON object."))
}

/// The member of a specification's first workflow or node, or of the whole.
fn member<'s>(spec: &'s Value, name: &str) -> Option<&'s str> {
    let paths = [
        format!("/spec/workflows/0/{name}"),
        format!("/spec/nodes/0/{name}"),
        format!("/spec/{name}"),
        format!("/{name}"),
    ];
    paths.iter().find_map(|path| spec.pointer(path).and_then(Value::as_str))
}

/// What the specification of a workflow or a node says of it.
pub(super) fn read_spec(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let Some(text) = draft.fields.get("Spec").and_then(Value::as_str) else { return Ok(()) };
    let spec = spec(text)?;
    for (name, field) in [("name", "Name"), ("description", "Description"), ("owner", "Owner")] {
        if let Some(value) = member(&spec, name) {
            draft.fields.insert(field.to_owned(), json!(value));
        }
    }
    if let Some(kind) = spec.get("kind").and_then(Value::as_str) {
        draft.fields.insert("Type".to_owned(), json!(kind));
    }
    Ok(())
}

/// An import makes the workflow definition, and a job that has done so.
pub(super) fn import(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let text = draft.fields.remove("Spec").and_then(|spec| spec.as_str().map(str::to_owned)).unwrap_or_default();
    let spec = spec(&text)?;
    let id = call.cloud().ids.number(18);
    let mut record = Record::new(id.clone(), call.person(), call.now);
    record.fields = [
        ("Id", json!(id)),
        ("ProjectId", json!(call.arguments.text("ProjectId"))),
        ("Spec", json!(text)),
        ("Name", json!(member(&spec, "name").unwrap_or_default())),
        ("Description", json!(member(&spec, "description").unwrap_or_default())),
        ("Owner", json!(call.person())),
        ("Type", json!(spec.get("kind").and_then(Value::as_str).unwrap_or("CycleWorkflow"))),
        ("WorkflowId", json!(call.cloud().ids.number(18))),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into_iter()
    .collect();
    draft.fields.insert("Response".to_owned(), json!(json!({"workflowDefinitionId": id}).to_string()));
    let account = call.account()?;
    let most = account.quotas.get(crate::cloud::Quota::RecordsPerKind);
    let full = |_| ApiError::conflict("LimitExceeded.WorkflowDefinition", "There are too many workflow definitions.");
    account.records.write().create(&place("WorkflowDefinition", call), record, most, call.now).map_err(full)
}

/// The project that a record is of, as text.
fn project_of(record: &Record) -> String {
    match record.fields.get("ProjectId") {
        Some(Value::String(id)) => id.clone(),
        Some(id) => id.to_string(),
        None => String::new(),
    }
}

/// A project must be there; PAI's workspaces are projects too.
fn project_is_there(call: &Call<'_>, id: &str) -> Result<(), ApiError> {
    let account = call.account()?;
    if account.pai.read().workspace(&call.region, id).is_ok() {
        return Ok(());
    }
    let absent = |_| {
        let message = format!("The workspace {id} does not exist.");
        ApiError::not_found("Invalid.Tenant.ProjectNotExists", message)
    };
    account.records.read().get(&place("Project", call), id, call.now).map(|_| ()).map_err(absent)
}

/// What is to be deployed must be there, in the same project.
pub(super) fn objects(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let ids = match draft.fields.get("ObjectIds") {
        Some(Value::Array(ids)) => ids.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_else(|_| vec![text.clone()]),
        _ => Vec::new(),
    };
    let records = call.account()?.records.read();
    for id in &ids {
        let here = |record: &Record| project_of(record) == call.arguments.text("ProjectId");
        let there = |kind| records.get(&place(kind, call), id, call.now).is_ok_and(here);
        if !there("WorkflowDefinition") && !there("Node") {
            let message = format!("The object {id} does not exist.");
            return Err(ApiError::not_found("Invalid.WorkflowDefinition.NotExist", message));
        }
    }
    draft.fields.insert("ObjectIds".to_owned(), json!(ids));
    Ok(())
}

/// The codes of a deployment's stages (INFERRED: the two that every deployment has).
const STAGES: [(&str, &str); 2] = [("BUILD", "Build"), ("PROD", "Deploy to production")];

/// The stage that is to be carried out must be one of the deployment's. CHOICE: the code.
pub(super) fn stage(call: &Call<'_>, _: &mut Draft<'_>) -> Result<(), ApiError> {
    let code = call.arguments.text("Code");
    if STAGES.iter().any(|(known, _)| *known == code) {
        return Ok(());
    }
    Err(ApiError::not_found("Invalid.PipelineRunStage.NotExist", format!("The stage {code} does not exist.")))
}

/// What is in a deployment.
pub(super) fn items(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let run = draft.record.ok_or_else(ApiError::internal)?;
    let ids = run.fields.get("ObjectIds").and_then(Value::as_array).cloned().unwrap_or_default();
    let status = run.state(call.now);
    let records = call.account()?.records.read();
    let found: Vec<_> = ids
        .iter()
        .filter_map(Value::as_str)
        .map(|id| {
            let object = ["WorkflowDefinition", "Node"].iter().find_map(|kind| records.get(&place(kind, call), id, call.now).ok());
            let text = |name: &str| object.and_then(|object| object.text(name));
            json!({"Id": id.parse::<i64>().ok(), "Version": 1, "Name": text("Name"), "Status": status, "Type": text("Type"), "Spec": text("Spec")})
        })
        .collect();
    let page = json!({"PipelineRunItems": found, "TotalCount": found.len(), "PageNumber": 1, "PageSize": 10});
    draft.answer.insert("PagingInfo".to_owned(), page);
    Ok(())
}

/// The stages of a deployment.
pub(super) fn show_stages(looked: Looked<'_>, view: &mut Map<String, Value>) {
    let status = match looked.state {
        Some("Success") => "Success",
        Some("Running") => "Running",
        Some("Termination") => "Termination",
        _ => "Init",
    };
    let stage = |(step, (code, name)): (usize, &(&str, &str))| json!({"Code": code, "Step": step + 1, "Type": code, "Name": name, "Description": "", "Message": "", "Status": status, "Detail": {}});
    view.insert("Stages".to_owned(), STAGES.iter().enumerate().map(stage).collect());
}

fn projects(draft: &Draft<'_>) -> Vec<Value> {
    draft.record.and_then(|record| record.fields.get("ProjectIdList")?.as_array().cloned()).unwrap_or_default()
}

/// Gives a workspace a resource group.
pub(super) fn associate(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    project_is_there(call, call.arguments.text("ProjectId"))?;
    let project = json!(call.arguments.text("ProjectId"));
    let mut all = projects(draft);
    if !all.contains(&project) {
        all.push(project);
    }
    draft.fields.insert("ProjectIdList".to_owned(), Value::Array(all));
    Ok(())
}

/// Takes it away.
pub(super) fn dissociate(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let mut all = projects(draft);
    all.retain(|project| project.as_str() != Some(call.arguments.text("ProjectId")));
    draft.fields.insert("ProjectIdList".to_owned(), Value::Array(all));
    Ok(())
}

/// That it could be done, for each of several instances.
pub(super) fn success(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let ids = call.arguments.json_list("Ids");
    let listed: Vec<String> = serde_json::from_str::<Vec<i64>>(call.arguments.text("Ids"))
        .map_or(ids, |ids| ids.iter().map(ToString::to_string).collect());
    let all = listed.into_iter().map(|id| (id, json!({"Success": true, "Message": ""})));
    draft.answer.insert("SuccessInfo".to_owned(), Value::Object(all.collect()));
    Ok(())
}

/// The roles of a member, as answers write them.
pub(super) fn roles(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let codes = match draft.fields.remove("RoleCodes") {
        Some(Value::Array(codes)) => codes,
        Some(Value::String(text)) => serde_json::from_str(&text).unwrap_or_default(),
        _ => Vec::new(),
    };
    let roles: Vec<_> = codes.iter().map(|code| json!({"Code": code, "Name": code, "Type": "System"})).collect();
    draft.fields.insert("Roles".to_owned(), json!(roles));
    Ok(())
}

/// What a file is submitted as: its next version.
pub(super) fn submit(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let version = draft.record.and_then(|record| record.fields.get("CurrentVersion")?.as_i64()).unwrap_or(0);
    draft.fields.insert("CurrentVersion".to_owned(), json!(version + 1));
    draft.answer.insert("Data".to_owned(), json!(call.cloud().ids.number(12).parse::<i64>().unwrap_or(0)));
    Ok(())
}
