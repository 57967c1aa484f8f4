//! What PAI's products do besides: owners of datasets, runs of experiments, secrets of connections, roles of LLM trace.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::manifest::metadata;

use crate::cloud::{Record, RecordPlace, Service, ServiceRole, iso8601};
use crate::gateway::{ApiError, Call, Caller, Reply};
use crate::operation::{Draft, is_seen};
use crate::services::common::inside::RAM;
use crate::services::pai::is_administrator;

/// Who may say whose a dataset is: owners and administrators of its workspace. Of anybody else it is the caller's, without an error.
pub(super) fn dataset_owner(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    if draft.fields.contains_key("UserId") {
        let workspace = draft.text("WorkspaceId");
        let may = matches!(call.caller, Caller::Owner(_)) || is_administrator(call, workspace);
        if !may {
            draft.fields.insert("UserId".to_owned(), json!(call.person()));
        }
    }
    if draft.fields.get("Accessibility") == Some(&json!("ROLE_PUBLIC"))
        && draft.fields.get("AccessibleRoleIdList").and_then(Value::as_array).is_none_or(Vec::is_empty)
    {
        return Err(ApiError::bad_request(
            "InvalidParameter",
            "The parameter AccessibleRoleIdList is mandatory for ROLE_PUBLIC.",
        ));
    }
    Ok(())
}

/// A place in OSS is written as such: `oss://bucket.endpoint/path/` (AIWorkSpace: CreateDataset). CHOICE: the code.
pub(super) fn dataset_uri(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let bucket =
        draft.text("Uri").strip_prefix("oss://").is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '.']));
    if draft.text("DataSourceType") != "OSS" || draft.text("Uri").is_empty() || bucket {
        return Ok(());
    }
    Err(ApiError::bad_request("InvalidParameter", "The parameter Uri is invalid: it must be a place in OSS."))
}

/// A training job names an algorithm or brings one (INFERRED: from the shortest calls that are seen); one of the account's own must be
/// there. Those of PAI are not kept. CHOICE: the codes.
pub(super) fn algorithm(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let (name, provider) = (draft.text("AlgorithmName"), draft.text("AlgorithmProvider"));
    if name.is_empty() {
        let brought = draft.fields.get("AlgorithmSpec").is_some_and(Value::is_object);
        let lacking = || ApiError::bad_request("InvalidParameter", "AlgorithmName or AlgorithmSpec is required.");
        return if brought { Ok(()) } else { Err(lacking()) };
    }
    let account = call.account()?;
    if !provider.is_empty() && provider != account.id {
        return Ok(());
    }
    let records = account.records.read();
    let mut all = records.within(&RecordPlace::new("PaiStudio/Algorithm", &call.region), "", call.now);
    if all.any(|one| one.text("AlgorithmName") == Some(name)) {
        return Ok(());
    }
    Err(ApiError::not_found("NoSuchObject", format!("algorithm {name} is not found")))
}

/// A run is in the workspace of its experiment, and seen by whom that is seen.
pub(super) fn run_experiment(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let id = draft.text("ExperimentId").to_owned();
    let records = call.account()?.records.read();
    if let Ok(experiment) = records.get(&RecordPlace::new("AIWorkSpace/Experiment", &call.region), &id, call.now) {
        for field in ["WorkspaceId", "Accessibility"] {
            if let Some(value) = experiment.fields.get(field) {
                draft.fields.insert(field.to_owned(), value.clone());
            }
        }
    }
    Ok(())
}

/// Secrets are told only to whom asks for them in plain text.
pub(super) fn connection_secrets(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let plain = call.arguments.get("EncryptOption") == Some("PlainText");
    let secrets = draft.record.and_then(|record| record.fields.get("Secrets")).and_then(Value::as_object);
    let shown = secrets
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), if plain { value.clone() } else { json!("******") }));
    draft.answer.insert("Secrets".to_owned(), Value::Object(shown.collect()));
    Ok(())
}

/// The labels of images, each once.
pub(super) fn image_labels(call: &Call<'_>) -> Result<Reply, ApiError> {
    let keys = call.arguments.filled("LabelKeys");
    let fits = |name: &str, value: Option<&str>| call.arguments.filled(name).is_none_or(|wanted| value == Some(wanted));
    let images = seen(call, "AIWorkSpace/Image", |image| {
        fits("ImageId", Some(&image.key)) && fits("WorkspaceId", image.text("WorkspaceId"))
    })?;
    let mut labels: Vec<(&String, &String)> = images.iter().flat_map(|image| image.tags.iter()).collect();
    labels.retain(|(key, _)| keys.is_none_or(|keys| keys.split(',').any(|wanted| wanted == key.as_str())));
    labels.sort_unstable();
    labels.dedup();
    let shown: Vec<_> = labels.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
    Ok(Reply::document(json!({"TotalCount": shown.len(), "Labels": shown})))
}

/// The records of a kind that fit and that the caller may see, as a list would show them.
fn seen(call: &Call<'_>, kept: &str, fits: impl Fn(&Record) -> bool) -> Result<Vec<Record>, ApiError> {
    let mut all: Vec<Record> = {
        let records = call.account()?.records.read();
        records
            .within(&RecordPlace::new(kept, &call.region), "", call.now)
            .filter(|record| fits(record))
            .cloned()
            .collect()
    };
    let seen: Vec<bool> = all.iter().map(|record| is_seen(call, kept, &record.key)).collect::<Result<_, _>>()?;
    let mut seen = seen.into_iter();
    all.retain(|_| seen.next().unwrap_or_default());
    Ok(all)
}

/// A manifest is a map in YAML. CHOICE: the code.
fn manifest(text: &str) -> Result<BTreeMap<String, String>, ApiError> {
    let wrong = || ApiError::bad_request("InvalidPipeline.Manifest", "The manifest of the pipeline is invalid.");
    metadata(text).ok_or_else(wrong)
}

/// What a pipeline's manifest says of it.
pub(super) fn flow_manifest(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let Some(text) = draft.fields.get("Manifest").and_then(Value::as_str) else { return Ok(()) };
    let said = manifest(text)?;
    for (name, field) in [("identifier", "Identifier"), ("version", "Version"), ("provider", "Provider")] {
        if let Some(value) = said.get(name).filter(|value| !value.is_empty()) {
            draft.fields.entry(field.to_owned()).or_insert_with(|| json!(value));
        }
    }
    Ok(())
}

/// A run is of a pipeline or brings its own manifest. It starts by itself where no confirmation is asked for.
pub(super) fn flow_run(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let filled = |name: &str| !draft.text(name).is_empty();
    if !filled("PipelineId") && !filled("PipelineManifest") {
        return Err(ApiError::missing("PipelineId"));
    }
    if let Some(text) = draft.fields.get("PipelineManifest").and_then(Value::as_str).filter(|text| !text.is_empty()) {
        manifest(text)?;
    }
    if call.arguments.flag("NoConfirmRequired") {
        draft.course = Some("create-started");
    }
    Ok(())
}

/// The one node that is kept of a run is its root.
pub(super) fn flow_node(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let wanted = call.arguments.text("NodeId");
    let own = draft.record.and_then(|record| record.text("NodeId"));
    if own == Some(wanted) {
        return Ok(());
    }
    Err(ApiError::not_found("InvalidNode.NotFound", format!("Node {wanted} is not found")))
}

/// The states of several runs.
pub(super) fn flow_statuses(call: &Call<'_>) -> Result<Reply, ApiError> {
    let wanted = call.arguments.json_list("PipelineRuns");
    let keys: HashSet<&str> = wanted.iter().map(String::as_str).collect();
    let runs = seen(call, "PAIFlow/PipelineRun", |run| keys.contains(run.key.as_str()))?;
    let runs: HashMap<&str, &Record> = runs.iter().map(|run| (run.key.as_str(), run)).collect();
    let found = wanted.iter().map(|id| match runs.get(id.as_str()) {
        Some(run) => json!({
            "PipelineRunId": id, "Status": run.state(call.now), "Name": run.text("Name"), "UserId": run.text("UserId"),
            "ParentUserId": run.text("ParentUserId"), "NodeId": run.text("NodeId"), "SourceId": run.text("SourceId"), "IsDeleted": false,
        }),
        None => json!({"PipelineRunId": id, "IsDeleted": true}),
    });
    Ok(Reply::document(json!({"PipelineRuns": found.collect::<Vec<_>>(), "Nodes": [], "Outputs": []})))
}

/// `SaveImage` keeps what is on an instance before it stops.
pub(super) fn dsw_save(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    if call.arguments.flag("SaveImage") {
        draft.course = Some("save");
    }
    Ok(())
}

/// The service-linked role of LLM trace.
const LLM_TRACE: &str = "llmtrace.pai.aliyuncs.com";

fn trace_role(call: &Call<'_>) -> Result<Option<&'static ServiceRole>, ApiError> {
    let role = ServiceRole::linked_to(LLM_TRACE).ok_or_else(ApiError::internal)?;
    Ok(call.account()?.directory.read().role(&role.name).is_ok().then_some(role))
}

/// Both misspellings are the cloud's.
fn no_trace_role() -> ApiError {
    ApiError::not_found("EntityNotExist", "Serivce role does not exit.")
}

/// GetXtraceToken: its service-linked role must be there, and OpenTelemetry open (INFERRED: the second).
pub(super) fn xtrace_token(call: &Call<'_>) -> Result<Reply, ApiError> {
    trace_role(call)?.ok_or_else(no_trace_role)?;
    if !call.account()?.activations.read().is_open(&Service::Xtrace) {
        // CHOICE: the code.
        return Err(ApiError::bad_request("ServiceNotOpen", "Managed Service for OpenTelemetry is not open."));
    }
    let account = &call.account()?.id;
    // The same token every time: it belongs to the account and its region.
    let mark = format!("{account}@{}", call.region);
    let endpoint =
        |port: u16, inner: &str| format!("http://tracing-analysis-dc-{}{inner}.aliyuncs.com:{port}", call.region);
    Ok(Reply::document(json!({
        "Token": format!("{mark}_acslab"),
        "HttpEndpoint": endpoint(80, ""), "HttpInternalEndpoint": endpoint(80, "-internal"),
        "GrpcEndpoint": endpoint(8090, ""), "GrpcInternalEndpoint": endpoint(8090, "-internal"),
    })))
}

/// CreateServiceIdentityRole: makes the service-linked role in the caller's name.
pub(super) fn create_trace_role(call: &Call<'_>) -> Result<Reply, ApiError> {
    let role = ServiceRole::linked_to(LLM_TRACE).ok_or_else(ApiError::internal)?;
    if trace_role(call)?.is_none() {
        call.call_action(call.caller.clone(), RAM, "CreateServiceLinkedRole", &[("ServiceName", LLM_TRACE)])?;
    }
    Ok(Reply::document(json!({"RoleName": role.name, "RoleDetails": details(call, &role.name)})))
}

/// GetServiceIdentityRole
pub(super) fn get_trace_role(call: &Call<'_>) -> Result<Reply, ApiError> {
    let role = trace_role(call)?.ok_or_else(no_trace_role)?;
    Ok(Reply::document(json!({"RoleName": role.name, "RoleDetail": details(call, &role.name)})))
}

fn details(call: &Call<'_>, name: &str) -> String {
    let Ok(account) = call.account() else { return String::new() };
    let directory = account.directory.read();
    let created = directory.role(name).map(|role| iso8601(role.created)).unwrap_or_default();
    let arn = format!("acs:ram::{}:role/{}", account.id, name.to_ascii_lowercase());
    Value::Object(Map::from_iter([("Arn".to_owned(), json!(arn)), ("CreateDate".to_owned(), json!(created))]))
        .to_string()
}
