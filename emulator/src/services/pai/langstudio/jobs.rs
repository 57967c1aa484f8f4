//! Jobs of a knowledge base: each reads its files anew and makes an index of them, as a run of a pipeline.
//!
//! The files are read, and the index is written, when the job is made; the job ends when the run does. What the service role may not do
//! on the way is the job's `ErrorMessage`; that the run could not be made is the call's own error.

use http::Method;
use serde_json::{Map, Value, json};

use super::super::gate;
use super::backend::Backend;
use super::index;
use super::knowledge_bases::{BASE, BASE_ID, change_named, named, uri};
use super::products::find_network;
use super::records::{LIST, OBJECT, Shows, change, given, made, members, new_id, object, sight, with_made};
use super::table::{ACCESSIBILITY, DESCRIPTION, LANGSTUDIO, WORKSPACE_ID, action};
use crate::cloud::iso8601_millis;
use crate::cloud::langstudio::{Indexed, Job, KnowledgeBase};
use crate::cloud::pai::add_entity;
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};

const JOB_ID: Parameter = Parameter::required("KnowledgeBaseJobId", Form::Any);

const LISTED: Shows = Shows {
    list: "KnowledgeBaseJobs",
    exact: &["Accessibility", "JobAction", "KnowledgeBaseJobId", "Status"],
    part: &[],
};

/// What is kept as it was given.
const FIELDS: &[&str] =
    &["JobAction", "ResourceId", "EcsSpecs", "UserVpc", "MaxRunningTimeInSeconds", "EmbeddingConfig", "Description"];

pub(super) fn rows() -> Vec<Operation> {
    vec![
        LANGSTUDIO.path(
            "CreateKnowledgeBaseJob",
            (Method::POST, "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/knowledgebasejobs"),
            &[action(&["pailangstudio:CreateKnowledgeBaseJob"], BASE, gate::purchased)],
            &[
                WORKSPACE_ID,
                BASE_ID,
                Parameter::optional("JobAction", Form::OneOf(&["SyncIndex"])),
                Parameter::optional("ResourceId", Form::Text(256)),
                Parameter::optional("EcsSpecs", LIST),
                Parameter::optional("UserVpc", OBJECT),
                Parameter::optional("MaxRunningTimeInSeconds", Form::Integer(1, i64::MAX)),
                Parameter::optional("EmbeddingConfig", OBJECT),
                DESCRIPTION,
                ACCESSIBILITY,
            ],
            create,
        ),
        LANGSTUDIO.path(
            "GetKnowledgeBaseJob",
            (Method::GET, "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/knowledgebasejobs/{KnowledgeBaseJobId}"),
            &[action(&["pailangstudio:GetKnowledgeBaseJob"], BASE, gate::purchased)],
            &[WORKSPACE_ID, BASE_ID, JOB_ID],
            get,
        ),
        LANGSTUDIO.path(
            "ListKnowledgeBaseJobs",
            (Method::GET, "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/knowledgebasejobs"),
            &[action(&["pailangstudio:ListKnowledgeBaseJobs"], BASE, gate::purchased)],
            &LISTED.parameters(&[WORKSPACE_ID, BASE_ID]),
            list,
        ),
        LANGSTUDIO.path(
            "UpdateKnowledgeBaseJob",
            (Method::PUT, "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/knowledgebasejobs/{KnowledgeBaseJobId}"),
            &[action(&["pailangstudio:UpdateKnowledgeBaseJob"], BASE, gate::purchased)],
            &[WORKSPACE_ID, BASE_ID, JOB_ID, DESCRIPTION],
            update,
        ),
        LANGSTUDIO.path(
            "DeleteKnowledgeBaseJob",
            (
                Method::DELETE,
                "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/knowledgebasejobs/{KnowledgeBaseJobId}",
            ),
            &[action(&["pailangstudio:DeleteKnowledgeBaseJob"], BASE, gate::purchased)],
            &[WORKSPACE_ID, BASE_ID, JOB_ID],
            delete,
        ),
    ]
}

/// The code and the text are ours: none are published.
fn absent(id: &str) -> ApiError {
    ApiError::not_found("KnowledgeBaseJobNotExists", format!("Knowledge base job not exists {id}"))
}

/// What the run of a job is of (INFERRED: LangStudio's own pipelines are not published).
const PIPELINE: &str =
    "apiVersion: core/v1\nmetadata:\n  provider: pai\n  identifier: langstudio-sync-index\n  version: v1\n";

/// CreateKnowledgeBaseJob
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let backend = Backend::with_files(call)?;
    let base = named(call)?;
    let mut fields = given(call, FIELDS);
    fields.entry("JobAction").or_insert_with(|| json!("SyncIndex"));
    if let Some(network) = object(&call.arguments, "UserVpc") {
        find_network(call, "UserVpc", &Value::Object(network))?;
    }
    let made = made(call);
    backend.act_for_the_caller()?;
    let run = backend.create_run(json!({
        "WorkspaceId": call.arguments.text("WorkspaceId"),
        "Name": format!("langstudio_{}", base.name),
        "PipelineManifest": PIPELINE,
        "Arguments": json!({ "KnowledgeBaseId": base.id }).to_string(),
        "NoConfirmRequired": true,
        "Accessibility": made.accessibility.as_str(),
        "SourceType": "LangStudio",
        "SourceId": base.id,
    }))?;
    let mut job = Job {
        id: new_id(call, "kbjob-"),
        given: fields,
        run,
        done: Indexed::default(),
        finished: None,
        error: None,
        made,
    };
    let version = match sync(&backend, &base) {
        Ok((version, done)) => {
            job.done = done;
            Some(version)
        }
        Err(error) => {
            (job.error, job.finished) = (Some(error.message().to_owned()), Some(call.now));
            None
        }
    };
    let answer = json!({ "KnowledgeBaseJobId": job.id });
    change_named(call, |base| {
        if version.is_some() {
            base.version = version;
        }
        Ok(add_entity(&mut base.jobs, "KnowledgeBaseJob", job.id.clone(), job)?)
    })?;
    Ok(Reply::document(answer))
}

/// A further version of the dataset, with the index of the files as they are now.
fn sync(backend: &Backend<'_, '_>, base: &KnowledgeBase) -> Result<(String, Indexed), ApiError> {
    let before = base.version.as_deref().map(|version| index::read(backend, base, version)).transpose()?;
    let version = backend.create_version(
        &base.dataset,
        json!({
            "Property": "DIRECTORY",
            "DataSourceType": "OSS",
            "Uri": uri(backend.call, &index::output(base)?),
            "SourceType": "USER",
        }),
    )?;
    let (files, added) = index::build(backend, base, &version)?;
    Ok((version, Indexed { files, added, deleted: before.unwrap_or_default().len() }))
}

/// How far a job is. One whose run is under way goes on.
fn status(job: &Job) -> &'static str {
    match (&job.error, job.finished) {
        (Some(_), _) => "Failed",
        (None, Some(_)) => "Success",
        (None, None) => "Running",
    }
}

/// A job ends as its run does.
fn settle(call: &Call<'_>, job: &mut Job, run: &Map<String, Value>) {
    let text = |name: &str| run.get(name).and_then(Value::as_str).unwrap_or_default();
    match text("Status") {
        "Succeeded" => {}
        "Failed" | "Terminated" | "Skipped" => {
            job.error = Some(format!("The run is {}. {}", text("Status"), text("Message")));
        }
        _ => return,
    }
    let ended = text("FinishedAt").parse().unwrap_or(call.now);
    (job.finished, job.made.modified) = (Some(ended), ended);
}

fn view(workspace: &str, base: &KnowledgeBase, job: &Job) -> Map<String, Value> {
    let mut view = members(json!({
        "KnowledgeBaseJobId": job.id,
        "KnowledgeBaseId": base.id,
        "Status": status(job),
        "ErrorMessage": job.error,
        "GmtFinishTime": job.finished.map(iso8601_millis),
        "PipelineRunInfo": { "PipelineRunId": job.run },
        "KnowledgeBaseJobResult": {
            "TotalFileCount": job.done.files,
            "AddChunkCount": job.done.added,
            "DeleteChunkCount": job.done.deleted,
        },
    }));
    view.extend(job.given.clone());
    with_made(view, workspace, &job.made)
}

fn of_call(call: &Call<'_>, base: &KnowledgeBase) -> Result<Job, ApiError> {
    let id = call.arguments.text("KnowledgeBaseJobId");
    base.jobs.get(id).cloned().ok_or_else(|| absent(id))
}

/// Asks after the run of a job that is not over, and keeps how it ended.
fn look(call: &Call<'_>, backend: &Backend<'_, '_>, job: &mut Job) -> Result<(), ApiError> {
    if job.finished.is_some() {
        return Ok(());
    }
    let run = backend.run(&job.run)?;
    settle(call, job, &run);
    change_named(call, |base| {
        if let Some(kept) = base.jobs.get_mut(&job.id) {
            kept.clone_from(job);
        }
        Ok(())
    })
}

/// GetKnowledgeBaseJob
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let backend = Backend::enter(call, &[])?;
    let base = named(call)?;
    let mut job = of_call(call, &base)?;
    look(call, &backend, &mut job)?;
    Ok(Reply::document(view(call.arguments.text("WorkspaceId"), &base, &job)))
}

/// ListKnowledgeBaseJobs: those that the policies in force let the caller see.
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let backend = Backend::enter(call, &[])?;
    for job in named(call)?.jobs.values_mut() {
        look(call, &backend, job)?;
    }
    let base = named(call)?;
    super::records::read(call, |workspace| {
        let sees = sight(call, workspace, "pailangstudio:ListKnowledgeBaseJobs");
        let mut shown = Vec::new();
        for job in base.jobs.values() {
            if sees(&job.made)? {
                shown.push(view(&workspace.id, &base, job));
            }
        }
        Ok(LISTED.page(call, shown))
    })
}

/// UpdateKnowledgeBaseJob
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let job = of_call(call, &named(call)?)?;
    change_named(call, |base| {
        let job = base.jobs.get_mut(&job.id).ok_or_else(|| absent(&job.id))?;
        job.given.extend(given(call, &["Description"]));
        job.made.modified = call.now;
        Ok(Reply::done())
    })
}

/// Deletes the runs of all jobs, or of none where one is under way.
pub(super) fn remove_runs(call: &Call<'_>, backend: &Backend<'_, '_>, base: &KnowledgeBase) -> Result<(), ApiError> {
    let mut jobs: Vec<Job> = base.jobs.values().cloned().collect();
    for job in &mut jobs {
        match look(call, backend, job) {
            Err(error) if error.status() != http::StatusCode::NOT_FOUND => return Err(error),
            _ => {}
        }
    }
    // What is under way is asked first: it refuses.
    jobs.sort_by_key(|job| job.finished.is_some());
    for job in &jobs {
        match backend.delete_run(&job.run) {
            Err(error) if error.status() != http::StatusCode::NOT_FOUND => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// DeleteKnowledgeBaseJob: the run goes first; a job whose run could not be deleted stays. Its index stays.
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let backend = Backend::enter(call, &[])?;
    let base = named(call)?;
    let job = of_call(call, &base)?;
    match backend.delete_run(&job.run) {
        Err(error) if error.status() != http::StatusCode::NOT_FOUND => return Err(error),
        _ => {}
    }
    change(call, |workspace| {
        if let Some(base) = workspace.knowledge_bases.get_mut(&base.id) {
            base.jobs.remove(&job.id);
        }
        Ok(Reply::done())
    })
}
