//! Snapshots: copies of a folder in OSS, be it a flow's or another. Taking one is asynchronous in the cloud, so that a refusal on the
//! way is no refusal of the call: it is the snapshot's `ErrorMessage`.

use http::Method;
use serde_json::{Map, Value, json};

use super::super::errors::invalid;
use super::super::gate;
use super::archive::zip;
use super::backend::Backend;
use super::flows;
use super::records::{Shows, change, check_snapshot_name, made, members, new_id, read, sight, with_made, work_dir};
use super::storage::{self, Folder, folder};
use super::table::{ACCESSIBILITY, DESCRIPTION, LANGSTUDIO, WORK_DIR, WORKSPACE, WORKSPACE_ID, action};
use crate::cloud::langstudio::Snapshot;
use crate::cloud::pai::{Workspace, add_entity};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};

/// Why snapshots are taken.
const CREATION_TYPES: &[&str] = &["ManualCreated", "DeploymentAutoCreated", "EvaluationAutoCreated"];

/// The file, beside the copy, that holds all of it for a download (CHOICE: its name and form).
const ARCHIVE: &str = "snapshot.zip";

const SNAPSHOT_ID: Parameter = Parameter::required("SnapshotId", Form::Any);
const SNAPSHOT: &str = "workspace/{WorkspaceId}/snapshot/{SnapshotId}";

const LISTED: Shows = Shows {
    list: "Snapshots",
    exact: &[
        "Accessibility",
        "CreationType",
        "Creator",
        "SnapshotId",
        "SnapshotResourceId",
        "SnapshotResourceType",
        "SnapshotStatus",
    ],
    part: &[],
};

pub(super) fn rows() -> Vec<Operation> {
    vec![
        LANGSTUDIO.path(
            "CreateSnapshot",
            (Method::POST, "/api/v1/langstudio/snapshots"),
            &[action(&["pailangstudio:CreateSnapshot"], WORKSPACE, gate::new_entity)],
            &[
                WORKSPACE_ID,
                Parameter::required("SnapshotName", Form::Own(check_snapshot_name, "sample")),
                Parameter::required("SnapshotResourceType", Form::OneOf(&["Flow"])),
                Parameter::optional("SnapshotResourceId", Form::Any),
                Parameter::optional("SourceStoragePath", Form::Own(storage::check, "oss://sample/work/sample/")),
                WORK_DIR,
                Parameter::optional("CreationType", Form::OneOf(CREATION_TYPES)),
                DESCRIPTION,
                ACCESSIBILITY,
            ],
            create,
        ),
        LANGSTUDIO.path(
            "GetSnapshot",
            (Method::GET, "/api/v1/langstudio/snapshots/{SnapshotId}"),
            &[action(&["pailangstudio:GetSnapshot"], SNAPSHOT, gate::purchased)],
            &[WORKSPACE_ID, SNAPSHOT_ID],
            get,
        ),
        LANGSTUDIO.path(
            "ListSnapshots",
            (Method::GET, "/api/v1/langstudio/snapshots"),
            &[action(&["pailangstudio:ListSnapshots"], WORKSPACE, gate::list)],
            &LISTED.parameters(&[WORKSPACE_ID]),
            list,
        ),
        LANGSTUDIO.path(
            "UpdateSnapshot",
            (Method::PUT, "/api/v1/langstudio/snapshots/{SnapshotId}"),
            &[action(&["pailangstudio:UpdateSnapshot"], SNAPSHOT, gate::purchased)],
            &[
                WORKSPACE_ID,
                SNAPSHOT_ID,
                Parameter::optional("SnapshotName", Form::Own(check_snapshot_name, "sample")),
                DESCRIPTION,
            ],
            update,
        ),
        LANGSTUDIO.path(
            "DeleteSnapshot",
            (Method::DELETE, "/api/v1/langstudio/snapshots/{SnapshotId}"),
            &[action(&["pailangstudio:DeleteSnapshot"], SNAPSHOT, gate::purchased)],
            &[WORKSPACE_ID, SNAPSHOT_ID],
            delete,
        ),
    ]
}

/// The code and the text are ours: none are published.
fn absent(id: &str) -> ApiError {
    ApiError::not_found("SnapshotNotExists", format!("Snapshot not exists {id}"))
}

pub(super) fn found<'w>(workspace: &'w Workspace, id: &str) -> Result<&'w Snapshot, ApiError> {
    workspace.snapshots.get(id).ok_or_else(|| absent(id))
}

fn view(workspace: &str, snapshot: &Snapshot) -> Map<String, Value> {
    let view = json!({
        "SnapshotId": snapshot.id,
        "SnapshotName": snapshot.name,
        "Description": snapshot.description,
        "SnapshotResourceType": "Flow",
        "SnapshotResourceId": snapshot.flow,
        "CreationType": snapshot.creation_type,
        "SourceStoragePath": snapshot.source_path,
        "WorkDir": snapshot.work_dir,
        "SnapshotStoragePath": snapshot.storage_path,
        // By analogy with deployments; `Creating` is passed at once.
        "SnapshotStatus": if snapshot.error.is_some() { "Failed" } else { "Succeed" },
        "ErrorMessage": snapshot.error,
    });
    with_made(members(view), workspace, &snapshot.made)
}

/// A snapshot that is to be taken.
pub(super) struct Wanted<'w> {
    pub(super) name: &'w str,
    /// The flow; empty for a folder that is none's.
    pub(super) flow: &'w str,
    pub(super) creation_type: &'w str,
    pub(super) from: &'w Folder,
    pub(super) work_dir: &'w Folder,
}

/// Takes a snapshot, and keeps that it was taken, or why not.
pub(super) fn take(backend: &Backend<'_, '_>, wanted: &Wanted<'_>) -> Result<Snapshot, ApiError> {
    let call = backend.call;
    let id = new_id(call, "snapshot-");
    let storage = wanted.work_dir.folder("snapshots").folder(&id);
    let (files, error) = match copy(backend, wanted.from, &storage) {
        Ok(files) => (files, None),
        Err(error) => (Vec::new(), Some(error.message().to_owned())),
    };
    let snapshot = Snapshot {
        id: id.clone(),
        name: wanted.name.to_owned(),
        description: call.arguments.text("Description").to_owned(),
        flow: wanted.flow.to_owned(),
        creation_type: wanted.creation_type.to_owned(),
        source_path: wanted.from.to_string(),
        work_dir: wanted.work_dir.to_string(),
        storage_path: storage.to_string(),
        files,
        error,
        made: made(call),
    };
    change(call, |workspace| Ok(add_entity(&mut workspace.snapshots, "Snapshot", id, snapshot.clone())?))?;
    Ok(snapshot)
}

/// What was taken before is read again: it may be gone from OSS, or out of the role's reach.
pub(super) fn look(backend: &Backend<'_, '_>, snapshot: &Snapshot) -> Result<(), ApiError> {
    let storage = Folder::parse(&snapshot.storage_path).ok_or_else(ApiError::internal)?;
    backend.can_read(&storage, ARCHIVE)
}

/// Copies a folder, and puts an archive of it beside the copy.
fn copy(backend: &Backend<'_, '_>, from: &Folder, to: &Folder) -> Result<Vec<String>, ApiError> {
    let mut files = Vec::new();
    for name in backend.list(from)? {
        let content = backend.get(from, &name)?;
        backend.put(to, &name, content.clone())?;
        files.push((name, content));
    }
    let archive = zip(&files).unwrap_or_default();
    backend.put(to, ARCHIVE, archive)?;
    Ok(files.into_iter().map(|(name, _)| name).collect())
}

/// CreateSnapshot: of the folder that the call names, or else of the flow's.
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let backend = Backend::with_files(call)?;
    let (flow, work_dir) = read(call, |workspace| {
        let flow = arguments.filled("SnapshotResourceId").map(|id| flows::found(workspace, id)).transpose()?.cloned();
        let work_dir = work_dir(call, workspace).or_else(|error| match &flow {
            Some(flow) => folder("WorkDir", &flow.work_dir),
            None => Err(error),
        })?;
        Ok((flow, work_dir))
    })?;
    let of_flow = flow.as_ref().map(|flow| flow.storage_path.as_str());
    let from = arguments.filled("SourceStoragePath").or(of_flow).ok_or_else(|| {
        invalid("SourceStoragePath", "neither a folder nor, in `SnapshotResourceId`, a flow is named")
    })?;
    let from = folder("SourceStoragePath", from)?;
    let snapshot = take(
        &backend,
        &Wanted {
            name: arguments.text("SnapshotName"),
            flow: flow.as_ref().map_or("", |flow| &flow.id),
            creation_type: arguments.filled("CreationType").unwrap_or("ManualCreated"),
            from: &from,
            work_dir: &work_dir,
        },
    )?;
    Ok(Reply::document(json!({ "SnapshotId": snapshot.id })))
}

fn named<'w>(call: &Call<'_>, workspace: &'w Workspace) -> Result<&'w Snapshot, ApiError> {
    found(workspace, call.arguments.text("SnapshotId"))
}

/// GetSnapshot, with the address of a download.
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let backend = Backend::with_files(call)?;
    let (snapshot, mut view) = read(call, |workspace| {
        let snapshot = named(call, workspace)?;
        Ok((snapshot.clone(), view(&workspace.id, snapshot)))
    })?;
    let storage = Folder::parse(&snapshot.storage_path).filter(|_| snapshot.error.is_none());
    let url = storage.and_then(|storage| backend.download(&storage, ARCHIVE));
    view.insert("SnapshotUrl".to_owned(), json!(url));
    Ok(Reply::document(view))
}

/// ListSnapshots: those that the policies in force let the caller see.
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    read(call, |workspace| {
        let sees = sight(call, workspace, "pailangstudio:ListSnapshots");
        let mut snapshots: Vec<_> = workspace.snapshots.values().collect();
        snapshots.sort_by(|a, b| a.name.cmp(&b.name));
        let mut shown = Vec::new();
        for snapshot in snapshots {
            if sees(&snapshot.made)? {
                shown.push(view(&workspace.id, snapshot));
            }
        }
        Ok(LISTED.page(call, shown))
    })
}

/// UpdateSnapshot
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let id = arguments.text("SnapshotId");
    change(call, |workspace| {
        let snapshot = workspace.snapshots.get_mut(id).ok_or_else(|| absent(id))?;
        if let Some(name) = arguments.filled("SnapshotName") {
            name.clone_into(&mut snapshot.name);
        }
        if let Some(description) = arguments.get("Description") {
            description.clone_into(&mut snapshot.description);
        }
        snapshot.made.modified = call.now;
        Ok(Reply::done())
    })
}

/// DeleteSnapshot: the files go first; a snapshot whose files could not be deleted stays.
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let backend = Backend::with_files(call)?;
    let snapshot = read(call, |workspace| named(call, workspace).cloned())?;
    let storage = Folder::parse(&snapshot.storage_path).ok_or_else(ApiError::internal)?;
    let archive = Some(ARCHIVE).filter(|_| snapshot.error.is_none());
    for file in snapshot.files.iter().map(String::as_str).chain(archive) {
        backend.delete(&storage, file)?;
    }
    change(call, |workspace| {
        workspace.snapshots.remove(&snapshot.id);
        Ok(Reply::done())
    })
}
