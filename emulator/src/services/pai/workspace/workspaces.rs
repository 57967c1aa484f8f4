//! Workspaces themselves.

use serde_json::{Value, json};

use super::super::locate::{of_workspace, person};
use super::super::{errors::invalid, gate, page::listed};
use super::members::display;
use crate::cloud::pai::{Member, Workspace, WorkspaceRole};
use crate::cloud::{Account, iso8601_millis};
use crate::gateway::{ApiError, Call, Facts, Needed, Reply};
use crate::services::common::page::{List, numbered};

/// 3 to 23 characters, a letter first, then letters, digits, `_`.
pub(super) fn check_name(name: &str) -> Result<(), ApiError> {
    let fits = (3..=23).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let why = "it must have 3 to 23 letters, digits and underscores, and begin with a letter";
    if fits { Ok(()) } else { Err(invalid("WorkspaceName", why)) }
}

/// `["prod"]` or `["dev","prod"]`.
pub(super) fn check_env_types(text: &str) -> Result<(), ApiError> {
    env_types(text).map(|_| ())
}

fn env_types(text: &str) -> Result<Vec<String>, ApiError> {
    let types: Vec<String> = serde_json::from_str(text).unwrap_or_default();
    let mut sorted = types.clone();
    sorted.sort();
    if sorted == ["prod"] || sorted == ["dev", "prod"] {
        Ok(types)
    } else {
        Err(invalid("EnvTypes", r#"it must be ["prod"] or ["dev","prod"]"#))
    }
}

/// One that is about to be made in a resource group, or those of a list: policies whose scope is that group reach it.
#[expect(clippy::unnecessary_wraps, reason = "has the type of those that can fail")]
pub(super) fn in_group(call: &Call<'_>, _: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    needed.resource_group = call.arguments.filled("ResourceGroupId").map(str::to_owned);
    Ok(())
}

/// The same, where PAI must be purchased.
pub(super) fn purchased_in_group(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    gate::purchased(call, facts, needed)?;
    in_group(call, facts, needed)
}

fn no_group(parameter: &str) -> ApiError {
    invalid(parameter, "there is no such resource group")
}

/// The resource group that a workspace is in.
fn group_of(account: &Account, workspace: &Workspace) -> Option<String> {
    account.resource_groups.read().group_of(&workspace.key()).map(str::to_owned)
}

/// CreateWorkspace: whoever makes it becomes its owner.
pub(super) fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let name = arguments.text("WorkspaceName");
    let creator = person(&call.caller).to_owned();
    let owner = Member { roles: [WorkspaceRole::Owner].into(), since: call.now };
    let mut workspace = Workspace::new(call.cloud().ids.number(6), &call.region, name, &creator, call.now);
    if let Some(display) = arguments.filled("DisplayName") {
        display.clone_into(&mut workspace.display_name);
    }
    arguments.text("Description").clone_into(&mut workspace.description);
    workspace.env_types = env_types(arguments.text("EnvTypes"))?;
    workspace.members.insert(creator, owner);
    let (id, account) = (workspace.id.clone(), call.account()?);
    let group = arguments.filled("ResourceGroupId");
    let mut records = account.pai.write();
    let mut groups = account.resource_groups.write();
    if group.is_some_and(|group| groups.usable(group, call.now).is_err()) {
        return Err(no_group("ResourceGroupId"));
    }
    records.add(workspace)?;
    groups.enter(Workspace::key_of(&id), &call.region, group, call.now).map_err(|_| ApiError::internal())?;
    Ok(Reply::document(json!({ "WorkspaceId": id })))
}

fn view(account: &Account, workspace: &Workspace, verbose: bool) -> Value {
    let mut view = json!({
        "WorkspaceId": workspace.id,
        "WorkspaceName": workspace.name,
        "DisplayName": workspace.display_name,
        "Description": workspace.description,
        "EnvTypes": workspace.env_types,
        // Nothing takes time here.
        "Status": "ENABLED",
        "Creator": workspace.creator,
        "IsDefault": workspace.is_default,
        "ResourceGroupId": group_of(account, workspace),
        "ExtraInfos": {},
        "GmtCreateTime": iso8601_millis(workspace.created),
        "GmtModifiedTime": iso8601_millis(workspace.modified),
    });
    if let (true, Some(view)) = (verbose, view.as_object_mut()) {
        let having = |role| workspace.members.iter().filter(move |(_, member)| member.roles.contains(&role));
        if let Some((owner, _)) = having(WorkspaceRole::Owner).next() {
            let name = display(account, owner).name;
            let owner = json!({ "UserId": owner, "UserKp": owner, "UserName": name, "DisplayName": name });
            view.insert("Owner".to_owned(), owner);
        }
        let admins: Vec<_> = having(WorkspaceRole::Admin).map(|(id, _)| display(account, id).name).collect();
        view.insert("AdminNames".to_owned(), json!(admins));
    }
    view
}

/// GetWorkspace
pub(super) fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let records = account.pai.read();
    let workspace = records.workspace(&call.region, call.arguments.text("WorkspaceId"))?;
    Ok(Reply::document(view(account, workspace, call.arguments.flag("Verbose"))))
}

/// ListWorkspaces: those that the policies in force let the caller see, by RAM or by a role in them.
pub(super) fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let account = call.account()?;
    let records = account.pai.read();
    let mut shown = Vec::new();
    for workspace in records.in_region(&call.region) {
        let fits = arguments.filled("WorkspaceName").is_none_or(|part| workspace.name.contains(part))
            && listed(arguments, "WorkspaceIds", &workspace.id)
            && arguments.filled("Status").is_none_or(|status| status == "ENABLED")
            && arguments.filled("UserId").is_none_or(|id| workspace.members.contains_key(id))
            && arguments.filled("ResourceGroupId").is_none_or(|id| group_of(account, workspace).as_deref() == Some(id));
        let mut need = call.ask("paiworkspace:ListWorkspaces", "*")?;
        need.know(&of_workspace(call.cloud(), workspace, &call.caller));
        if fits && call.may(need) {
            shown.push(view(account, workspace, arguments.flag("Verbose")));
        }
    }
    // `Fields` limits what is shown; there is one that it may name.
    if arguments.text("Fields").split(',').any(|field| field.trim() == "Id") {
        for view in &mut shown {
            *view = json!({ "WorkspaceId": view["WorkspaceId"] });
        }
    }
    if arguments.get("Order") == Some("DESC") {
        shown.reverse();
    }
    let page = numbered(arguments, shown.into_iter(), |view| view, 20);
    Ok(Reply::document(page.with_total(List::Plain("Workspaces"))))
}

/// UpdateWorkspace
pub(super) fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut records = call.account()?.pai.write();
    let workspace = records.workspace_mut(&call.region, call.arguments.text("WorkspaceId"))?;
    if let Some(new) = call.arguments.get("DisplayName") {
        new.clone_into(&mut workspace.display_name);
    }
    // There must be one.
    if let Some(new) = call.arguments.filled("Description") {
        new.clone_into(&mut workspace.description);
    }
    workspace.modified = call.now;
    Ok(Reply::done())
}

/// DeleteWorkspace
pub(super) fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (id, account) = (call.arguments.text("WorkspaceId"), call.account()?);
    account.pai.write().remove(&call.region, id)?;
    account.resource_groups.write().leave(&Workspace::key_of(id));
    Ok(Reply::done())
}

/// GetDefaultWorkspace
pub(super) fn get_default(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let records = account.pai.read();
    let workspace = records.default_of(&call.region);
    let workspace = workspace.ok_or_else(|| crate::cloud::pai::PaiError::NoWorkspace(String::new()))?;
    let mut answer = view(account, workspace, call.arguments.flag("Verbose"));
    if let Some(answer) = answer.as_object_mut() {
        let steps = ["CREATING", "WORKSPACE_CREATED", "MEMBERS_ADDED", "ENABLED"];
        let conditions = steps.map(|step| json!({ "Type": step, "Code": 200, "Message": "" }));
        answer.insert("Conditions".to_owned(), json!(conditions));
    }
    Ok(Reply::document(answer))
}

/// UpdateDefaultWorkspace
pub(super) fn set_default(call: &Call<'_>) -> Result<Reply, ApiError> {
    call.account()?.pai.write().set_default(&call.region, call.arguments.text("WorkspaceId"))?;
    Ok(Reply::done())
}

/// ChangeResourceGroup: puts a workspace into another resource group.
pub(super) fn change_group(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (id, group) = (call.arguments.text("ResourceId"), call.arguments.text("NewResourceGroupId"));
    let account = call.account()?;
    let mut records = account.pai.write();
    let workspace = records.workspace_mut(&call.region, id)?;
    let moved = account.resource_groups.write().transfer(&workspace.key(), group, call.now);
    moved.map_err(|_| no_group("NewResourceGroupId"))?;
    workspace.modified = call.now;
    Ok(Reply::done())
}
