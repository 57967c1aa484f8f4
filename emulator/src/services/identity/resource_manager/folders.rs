//! Folders of the resource directory.

use serde_json::{Map, Value, json};

use super::page::page;
use super::{PAGE_NUMBER, PAGE_SIZE, in_directory, is_account_id, is_folder_id, iso8601_millis, own, row, ruled};
use crate::cloud::{Folder, ResourceDirectory, ResourceDirectoryError};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};

const FOLDER: &str = "acs:resourcemanager:*:{account}:folder/{name}";

const FOLDER_NAME: Form = Form::Own(check_folder_name, "rdFolder");
const FOLDER_ID: Parameter = ruled!(required "FolderId", is_folder_id, "fd-u8B321abcd");
const PARENT_ID: Parameter = ruled!(optional "ParentFolderId", is_folder_id, "r-b1abcd");

/// The operations on folders.
pub fn table() -> Vec<Operation> {
    vec![
        row!(
            "CreateFolder",
            [own!("CreateFolder" on FOLDER).about("place/{ParentFolderId}")],
            [Parameter::required("FolderName", FOLDER_NAME), PARENT_ID],
            create
        ),
        row!("GetFolder", [own!("GetFolder" on FOLDER).about("place/{FolderId}")], [FOLDER_ID], get),
        row!(
            "UpdateFolder",
            [own!("UpdateFolder" on FOLDER).about("place/{FolderId}")],
            [FOLDER_ID, Parameter::required("NewFolderName", FOLDER_NAME)],
            update
        ),
        row!("DeleteFolder", [own!("DeleteFolder" on FOLDER).about("place/{FolderId}")], [FOLDER_ID], delete),
        row!(
            "ListFoldersForParent",
            [own!("ListFoldersForParent" on FOLDER).about("place/{ParentFolderId}")],
            [PARENT_ID, PAGE_NUMBER, PAGE_SIZE],
            list
        ),
        row!(
            "ListAncestors",
            [own!("ListAncestors" on FOLDER).about("place/{ChildId}")],
            [ruled!(required "ChildId", is_child_id, "fd-u8B321abcd")],
            ancestors
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
    let members =
        [("FolderId", &folder.id), ("FolderName", &folder.name), ("CreateTime", &iso8601_millis(folder.created))];
    members.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect()
}

/// What CreateFolder shows.
fn view(folder: &Folder) -> Map<String, Value> {
    let mut shown = entry(folder);
    if let Some(parent) = &folder.parent {
        shown.insert("ParentFolderId".to_owned(), json!(parent));
    }
    shown
}

/// The folder that a call names as the parent; the root if it names none.
pub(super) fn parent<'a>(
    call: &'a Call<'_>,
    directory: &'a ResourceDirectory,
) -> Result<&'a str, ResourceDirectoryError> {
    let id = call.arguments.filled("ParentFolderId").unwrap_or(&directory.root);
    directory.folder(id).map(|_| id)
}

/// CreateFolder
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let id = call.cloud().ids.mixed("fd-", 10);
    let shown = super::change_directory(call, |directory| {
        let parent = parent(call, directory)?.to_owned();
        directory.add_folder(id, call.arguments.text("FolderName"), &parent, call.now).map(view)
    })?;
    Ok(Reply::document(json!({ "Folder": shown })))
}

/// GetFolder
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let id = call.arguments.text("FolderId");
    let shown = in_directory(call, |directory| {
        let mut shown = view(directory.folder(id)?);
        shown.insert("ResourceDirectoryPath".to_owned(), json!(directory.path(id)?));
        Ok(shown)
    })?;
    Ok(Reply::document(json!({ "Folder": shown })))
}

/// UpdateFolder
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (id, name) = (call.arguments.text("FolderId"), call.arguments.text("NewFolderName"));
    let shown = super::change_directory(call, |directory| directory.rename_folder(id, name).map(view))?;
    Ok(Reply::document(json!({ "Folder": shown })))
}

/// DeleteFolder
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    super::change_directory(call, |directory| directory.delete_folder(call.arguments.text("FolderId")))?;
    Ok(Reply::done())
}

/// ListFoldersForParent
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let keyword = call.arguments.text("QueryKeyword");
    let answer = in_directory(call, |directory| {
        let parent = parent(call, directory)?;
        let wanted = directory.folders_in(parent).filter(|folder| folder.name.contains(keyword));
        Ok(page(call, wanted, |folder| Value::Object(entry(folder)), ("Folders", "Folder")))
    })?;
    Ok(Reply::document(Value::Object(answer)))
}

/// ListAncestors: the folders above a folder or member, from the root downwards.
fn ancestors(call: &Call<'_>) -> Result<Reply, ApiError> {
    let id = call.arguments.text("ChildId");
    let shown = in_directory(call, |directory| {
        let above = match directory.member(id) {
            Ok(member) => directory.ancestors(&member.folder)?,
            Err(_) => directory.ancestors(id)?.split_off(1),
        };
        Ok(above.iter().rev().map(|folder| Value::Object(entry(folder))).collect::<Vec<_>>())
    })?;
    Ok(Reply::document(json!({"Folders": {"Folder": shown}})))
}
