//! Folders of the resource directory.

use serde_json::{Map, Value, json};

use super::tags;
use super::words::{PAGE, PAGE_NUMBER, PAGE_SIZE, is_account_id, is_folder_id, iso8601_millis, own, ruled};
use crate::cloud::Folder;
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Product, Reply};
use crate::services::common::page::{List, numbered};
use crate::services::identity::answers::members;
use crate::services::identity::domain::members::folder_or_root;
use crate::services::identity::domain::resource_directory;
use crate::services::identity::domain::tags::fit;
use crate::services::identity::parameters::flat_tags;

const FOLDER: &str = "acs:resourcemanager:*:{account}:folder/{name}";

const FOLDER_NAME: Form = Form::Own(check_folder_name, "rdFolder");
const FOLDER_ID: Parameter = ruled!(required "FolderId", is_folder_id, "fd-u8B321abcd");
const PARENT_ID: Parameter = ruled!(optional "ParentFolderId", is_folder_id, "r-b1abcd");

/// The operations on folders.
pub(super) fn rows(of: &'static Product) -> Vec<Operation> {
    vec![
        of.action(
            "CreateFolder",
            &[own!("CreateFolder" on FOLDER).about("place/{ParentFolderId}").context(flat_tags::requested)],
            &[Parameter::required("FolderName", FOLDER_NAME), PARENT_ID],
            create,
        ),
        of.action("GetFolder", &[own!("GetFolder" on FOLDER).about("place/{FolderId}")], &[FOLDER_ID], get),
        of.action(
            "UpdateFolder",
            &[own!("UpdateFolder" on FOLDER).about("place/{FolderId}")],
            &[FOLDER_ID, Parameter::required("NewFolderName", FOLDER_NAME)],
            update,
        ),
        of.action("DeleteFolder", &[own!("DeleteFolder" on FOLDER).about("place/{FolderId}")], &[FOLDER_ID], delete),
        of.action(
            "ListFoldersForParent",
            &[own!("ListFoldersForParent" on FOLDER).about("place/{ParentFolderId}")],
            &[PARENT_ID, PAGE_NUMBER, PAGE_SIZE],
            list,
        ),
        of.action(
            "ListAncestors",
            &[own!("ListAncestors" on FOLDER).about("place/{ChildId}")],
            &[ruled!(required "ChildId", is_child_id, "fd-u8B321abcd")],
            ancestors,
        ),
    ]
}

/// The most characters of a folder's name.
///
/// CHOICE: its page says 24, and the cloud accepts 44 (the acceptance tests of Terraform's provider). 50 is the next limit that
/// this service has, that of the names of members and of resource groups.
const LONGEST_NAME: usize = 50;

/// Letters of any script, digits, `_`, `.`, `-`.
fn check_folder_name(text: &str) -> Result<(), ApiError> {
    if text.chars().count() > LONGEST_NAME {
        let message = "The Name of folder exceeds the length limit.";
        return Err(ApiError::bad_request("InvalidParameter.Folder.Name.Length", message));
    }
    if text.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '.' | '-')) {
        return Ok(());
    }
    Err(ApiError::bad_request("InvalidParameter.Folder.Name", "The Name of folder is invalid."))
}

fn is_child_id(text: &str) -> bool {
    is_folder_id(text) || is_account_id(text)
}

/// What ListFoldersForParent shows.
fn entry(folder: &Folder) -> Map<String, Value> {
    members([("FolderId", &folder.id), ("FolderName", &folder.name), ("CreateTime", &iso8601_millis(folder.created))])
}

/// What CreateFolder shows.
fn view(folder: &Folder) -> Map<String, Value> {
    let mut shown = entry(folder);
    if let Some(parent) = &folder.parent {
        shown.insert("ParentFolderId".to_owned(), json!(parent));
    }
    shown
}

/// CreateFolder
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let id = call.cloud().ids.mixed("fd-", 10);
    let tags = flat_tags::given(&call.arguments)?;
    let shown = resource_directory::change(call, |directory| {
        let parent = folder_or_root(directory, call.arguments.filled("ParentFolderId"))?.to_owned();
        directory.add_folder(id, call.arguments.text("FolderName"), &parent, tags, call.now).map(view)
    })?;
    Ok(Reply::document(json!({ "Folder": shown })))
}

/// GetFolder
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let id = call.arguments.text("FolderId");
    let shown = resource_directory::read(call, |directory| {
        let mut shown = view(directory.folder(id)?);
        shown.insert("ResourceDirectoryPath".to_owned(), json!(directory.path(id)?));
        Ok(shown)
    })?;
    Ok(Reply::document(json!({ "Folder": shown })))
}

/// UpdateFolder
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (id, name) = (call.arguments.text("FolderId"), call.arguments.text("NewFolderName"));
    let shown = resource_directory::change(call, |directory| directory.rename_folder(id, name).map(view))?;
    Ok(Reply::document(json!({ "Folder": shown })))
}

/// DeleteFolder
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    resource_directory::change(call, |directory| directory.delete_folder(call.arguments.text("FolderId")))?;
    Ok(Reply::done())
}

/// ListFoldersForParent
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let keyword = call.arguments.text("QueryKeyword");
    let tags = flat_tags::given(&call.arguments)?;
    let answer = resource_directory::read(call, |directory| {
        let parent = folder_or_root(directory, call.arguments.filled("ParentFolderId"))?;
        let is_wanted = |folder: &&Folder| folder.name.contains(keyword) && fit(&folder.tags, &tags);
        let view = |folder: &Folder| Value::Object(tags::with(entry(folder), &folder.tags));
        let page = numbered(&call.arguments, directory.folders_in(parent).filter(is_wanted), view, PAGE);
        Ok(page.with_numbers(List::Wrapped("Folders", "Folder")))
    })?;
    Ok(Reply::document(answer))
}

/// ListAncestors: the folders above a folder or member, from the root downwards.
fn ancestors(call: &Call<'_>) -> Result<Reply, ApiError> {
    let id = call.arguments.text("ChildId");
    let shown = resource_directory::read(call, |directory| {
        let above = match directory.member(id) {
            Ok(member) => directory.ancestors(&member.folder)?,
            Err(_) => directory.ancestors(id)?.split_off(1),
        };
        Ok(above.iter().rev().map(|folder| Value::Object(entry(folder))).collect::<Vec<_>>())
    })?;
    Ok(Reply::document(json!({"Folders": {"Folder": shown}})))
}
