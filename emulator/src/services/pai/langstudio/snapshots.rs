//! Snapshots: copies of a flow's folder. Taking one is asynchronous in the cloud, so that a refusal on the way is no refusal
//! of the call: it is the snapshot's `ErrorMessage`.

use serde_json::{Value, json};

use super::backend::Backend;
use super::flows::{change, found, made, read, sight, work_dir};
use super::storage::{Folder, folder};
use crate::cloud::iso8601;
use crate::cloud::pai::{Snapshot, Workspace};
use crate::gateway::{ApiError, Call, Reply};
use crate::services::common::page::{List, numbered};

/// Why snapshots are taken.
pub(super) const CREATION_TYPES: &[&str] = &["ManualCreated", "DeploymentAutoCreated", "EvaluationAutoCreated"];

/// The code and the text are ours: none are published.
fn absent(id: &str) -> ApiError {
    ApiError::not_found("SnapshotNotExists", format!("Snapshot not exists {id}"))
}

fn view(workspace: &str, snapshot: &Snapshot) -> Value {
    json!({
        "SnapshotId": snapshot.id,
        "SnapshotName": snapshot.name,
        "Description": snapshot.description,
        "WorkspaceId": workspace,
        "SnapshotResourceType": "Flow",
        "SnapshotResourceId": snapshot.flow,
        "CreationType": snapshot.creation_type,
        "SourceStoragePath": snapshot.source_path,
        "WorkDir": snapshot.work_dir,
        "SnapshotStoragePath": snapshot.storage_path,
        // By analogy with deployments; `Creating` is passed at once.
        "SnapshotStatus": if snapshot.error.is_some() { "Failed" } else { "Succeed" },
        "ErrorMessage": snapshot.error,
        "Creator": snapshot.made.creator,
        "Accessibility": snapshot.made.accessibility.as_str(),
        "GmtCreateTime": iso8601(snapshot.made.created),
        "GmtModifiedTime": iso8601(snapshot.made.modified),
    })
}

/// CreateSnapshot
pub(super) fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let (flow, work_dir) = read(call, |workspace| {
        let flow = found(workspace, arguments.text("SnapshotResourceId"))?;
        Ok((flow.clone(), work_dir(call, workspace).or_else(|_| folder("WorkDir", &flow.work_dir))?))
    })?;
    let source = folder("SourceStoragePath", arguments.filled("SourceStoragePath").unwrap_or(&flow.storage_path))?;
    let backend = Backend::enter(call)?;
    let id = call.cloud().ids.lower("snap-", 16);
    let storage = work_dir.folder("snapshots").folder(&id);
    let (files, error) = match copy(&backend, &source, &storage) {
        Ok(files) => (files, None),
        Err(error) => (Vec::new(), Some(error.message().to_owned())),
    };
    let snapshot = Snapshot {
        id: id.clone(),
        name: arguments.text("SnapshotName").to_owned(),
        description: arguments.text("Description").to_owned(),
        flow: flow.id,
        creation_type: arguments.filled("CreationType").unwrap_or("ManualCreated").to_owned(),
        source_path: source.to_string(),
        work_dir: work_dir.to_string(),
        storage_path: storage.to_string(),
        files,
        error,
        made: made(call),
    };
    change(call, |workspace| {
        workspace.snapshots.insert(id.clone(), snapshot);
        Ok(())
    })?;
    Ok(Reply::document(json!({ "SnapshotId": id })))
}

fn copy(backend: &Backend<'_, '_>, from: &Folder, to: &Folder) -> Result<Vec<String>, ApiError> {
    let files = backend.list(from)?;
    for file in &files {
        backend.put(to, file, backend.get(from, file)?)?;
    }
    Ok(files)
}

fn named<'w>(call: &Call<'_>, workspace: &'w Workspace) -> Result<&'w Snapshot, ApiError> {
    let id = call.arguments.text("SnapshotId");
    workspace.snapshots.get(id).ok_or_else(|| absent(id))
}

/// GetSnapshot
pub(super) fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    read(call, |workspace| Ok(Reply::document(view(&workspace.id, named(call, workspace)?))))
}

/// ListSnapshots: those that the policies in force let the caller see.
pub(super) fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    read(call, |workspace| {
        let sees = sight(call, workspace, "pailangstudio:ListSnapshots");
        let mut shown = Vec::new();
        for snapshot in workspace.snapshots.values() {
            let fits = arguments.filled("SnapshotResourceId").is_none_or(|flow| snapshot.flow == flow);
            if fits && sees(&snapshot.made)? {
                shown.push(((snapshot.made.created, snapshot.name.clone()), view(&workspace.id, snapshot)));
            }
        }
        shown.sort_by(|(a, _), (b, _)| a.cmp(b));
        let page = numbered(arguments, shown.into_iter(), |(_, view)| view, 10);
        Ok(Reply::document(page.with_total(List::Plain("Snapshots"))))
    })
}

/// UpdateSnapshot
pub(super) fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
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
pub(super) fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let snapshot = read(call, |workspace| named(call, workspace).cloned())?;
    let storage = Folder::parse(&snapshot.storage_path).ok_or_else(ApiError::internal)?;
    let backend = Backend::enter(call)?;
    for file in &snapshot.files {
        backend.delete(&storage, file)?;
    }
    change(call, |workspace| {
        workspace.snapshots.remove(&snapshot.id);
        Ok(Reply::done())
    })
}
