//! Members of a workspace and their roles.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::{errors::invalid, page::listed};
use crate::cloud::pai::{Member, PaiError, Workspace, WorkspaceRole};
use crate::cloud::{Account, iso8601_millis};
use crate::gateway::{ApiError, Call, Reply};
use crate::services::common::page::{List, numbered};

/// One member, as CreateMember takes it.
pub(super) const SAMPLE: &str = r#"[{"UserId":"1234567890123456","Roles":["PAI.AlgoDeveloper"]}]"#;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NewMember {
    user_id: String,
    roles: Vec<String>,
}

type Named = (String, BTreeSet<WorkspaceRole>);

fn members(text: &str) -> Result<Vec<Named>, ApiError> {
    let new: Vec<NewMember> =
        serde_json::from_str(text).map_err(|_| invalid("Members", "it is not a list of `UserId` and `Roles`"))?;
    if new.is_empty() {
        return Err(invalid("Members", "nobody is named"));
    }
    let read = |new: NewMember| {
        let roles: Result<BTreeSet<_>, _> = new.roles.iter().map(|id| role("Roles", id)).collect();
        roles.map(|roles| (new.user_id, roles))
    };
    new.into_iter().map(read).collect()
}

fn role(parameter: &str, id: &str) -> Result<WorkspaceRole, ApiError> {
    WorkspaceRole::parse(id).ok_or_else(|| invalid(parameter, &format!("there is no role `{id}`")))
}

pub(super) fn check_members(text: &str) -> Result<(), ApiError> {
    members(text).map(|_| ())
}

pub(super) fn check_role(id: &str) -> Result<(), ApiError> {
    role("RoleName", id).map(|_| ())
}

/// Who an id belongs to.
pub(super) struct Display {
    /// `1` for the account's owner, `5` for a RAM user, `6` for a RAM role; of one that was deleted since it is told by the id.
    kind: &'static str,
    /// Is it somebody of the account?
    there: bool,
    /// The name to log on with.
    pub(super) name: String,
    /// The name to show.
    shown: String,
}

/// Finds out who an id belongs to.
pub(super) fn display(account: &Account, id: &str) -> Display {
    let directory = account.directory.read();
    let (kind, name, shown) = if id == account.id {
        ("1", account.id.clone(), account.name.clone())
    } else if let Some(user) = directory.user_by_id(id) {
        ("5", user.name.clone(), user.display_name.clone())
    } else if let Some(role) = directory.role_by_id(id) {
        ("6", role.name.clone(), role.name.clone())
    } else {
        // Ids of roles begin with 3, those of users with 2.
        return Display {
            kind: if id.starts_with('3') { "6" } else { "5" },
            there: false,
            name: String::new(),
            shown: String::new(),
        };
    };
    Display { kind, there: true, name, shown }
}

fn view(account: &Account, workspace: &Workspace, id: &str, member: &Member) -> Value {
    let display = display(account, id);
    json!({
        "MemberId": workspace.member_id(id),
        "UserId": id,
        "MemberName": display.name,
        "AccountName": display.name,
        "DisplayName": display.shown,
        "AccountType": display.kind,
        "Roles": member.roles.iter().map(|role| role.id()).collect::<Vec<_>>(),
        "GmtCreateTime": iso8601_millis(member.since),
    })
}

/// CreateMember
pub(super) fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let new = members(call.arguments.text("Members"))?;
    if let Some((id, _)) = new.iter().find(|(id, _)| !display(account, id).there) {
        return Err(invalid("Members", &format!("the account has nobody with the id `{id}`")));
    }
    let ids: Vec<_> = new.iter().map(|(id, _)| id.clone()).collect();
    let mut records = account.pai.write();
    let workspace = records.workspace_mut(&call.region, call.arguments.text("WorkspaceId"))?;
    workspace.add_members(new, call.now)?;
    let made = ids.iter().filter_map(|id| Some(view(account, workspace, id, workspace.members.get(id)?)));
    Ok(Reply::document(json!({ "Members": made.collect::<Vec<_>>() })))
}

/// ListMembers
pub(super) fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let account = call.account()?;
    let records = account.pai.read();
    let workspace = records.workspace(&call.region, arguments.text("WorkspaceId"))?;
    let fits = |id: &str, member: &Member| {
        (arguments.filled("Roles").is_none() || member.roles.iter().any(|role| listed(arguments, "Roles", role.id())))
            && arguments.filled("UserId").is_none_or(|wanted| wanted == id)
            && arguments.filled("MemberName").is_none_or(|part| display(account, id).name.contains(part))
    };
    let shown = workspace.members.iter().filter(|(id, member)| fits(id, member));
    let page = numbered(arguments, shown, |(id, member)| view(account, workspace, id, member), 20);
    Ok(Reply::document(page.with_total(List::Plain("Members"))))
}

/// GetMember, by the member's id or by the user's.
pub(super) fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let records = account.pai.read();
    let workspace = records.workspace(&call.region, call.arguments.text("WorkspaceId"))?;
    let (id, named) = match (call.arguments.filled("MemberId"), call.arguments.filled("UserId")) {
        (Some(member), _) => (workspace.person(member), member),
        (None, Some(user)) => (Some(user), user),
        (None, None) => return Err(ApiError::missing("MemberId")),
    };
    let found = id.and_then(|id| Some((id, workspace.members.get(id)?)));
    let (id, member) = found.ok_or_else(|| PaiError::NoMember(named.to_owned()))?;
    Ok(Reply::document(view(account, workspace, id, member)))
}

/// DeleteMembers: all that are named, or none.
pub(super) fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut records = call.account()?.pai.write();
    let workspace = records.workspace_mut(&call.region, call.arguments.text("WorkspaceId"))?;
    let mut gone = Vec::new();
    for named in call.arguments.text("MemberIds").split(',').map(str::trim) {
        let id = workspace.person(named);
        // The one operation with a code of its own for this.
        gone.push(id.ok_or_else(|| ApiError::not_found("100600017", format!("Member not exists {named}")))?);
    }
    workspace.change_members(|members| {
        members.retain(|id, _| !gone.contains(&id.as_str()));
        Ok(())
    })?;
    Ok(Reply::done())
}

fn change_role(call: &Call<'_>, change: fn(&mut Member, WorkspaceRole)) -> Result<Reply, ApiError> {
    let named = call.arguments.text("MemberId");
    let role = role("RoleName", call.arguments.text("RoleName"))?;
    let mut records = call.account()?.pai.write();
    let workspace = records.workspace_mut(&call.region, call.arguments.text("WorkspaceId"))?;
    let absent = || PaiError::NoMember(named.to_owned());
    let id = workspace.person(named).ok_or_else(absent)?;
    workspace.change_members(|members| {
        change(members.get_mut(id).ok_or_else(absent)?, role);
        Ok(())
    })?;
    Ok(Reply::done())
}

/// AddMemberRole; a role that the member has already stays.
pub(super) fn add_role(call: &Call<'_>) -> Result<Reply, ApiError> {
    change_role(call, |member, role| {
        member.roles.insert(role);
    })
}

/// RemoveMemberRole; a role that the member does not have stays away.
pub(super) fn remove_role(call: &Call<'_>) -> Result<Reply, ApiError> {
    change_role(call, |member, role| {
        member.roles.remove(&role);
    })
}

/// ListWorkspaceUsers: the RAM users of the account who are no members yet.
pub(super) fn others(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let account = call.account()?;
    let records = account.pai.read();
    let workspace = records.workspace(&call.region, arguments.text("WorkspaceId"))?;
    let directory = account.directory.read();
    let fits = |id: &str, name: &str| {
        !workspace.members.contains_key(id)
            && arguments.filled("UserId").is_none_or(|wanted| wanted == id)
            && arguments.filled("UserName").is_none_or(|part| name.contains(part))
    };
    let users = directory.users().filter(|user| fits(&user.id, &user.name));
    let shown: Vec<_> = users.map(|user| json!({ "UserId": user.id, "UserName": user.name })).collect();
    Ok(Reply::document(json!({ "TotalCount": shown.len(), "Users": shown })))
}
