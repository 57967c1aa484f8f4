//! What PAI knows of workspaces and of what is in them: what the caller's roles there allow, who made a thing and who sees it.
//!
//! A workspace that does not exist is reported where silence would deny; an explicit Deny comes before that, so that who may
//! not ask is not told.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::roles;
use crate::cloud::langstudio::Made;
use crate::cloud::pai::{Accessibility, PaiRecords, Workspace, WorkspaceRole};
use crate::cloud::{Account, Cloud, ServiceRole};
use crate::gateway::{Absent, Call, Caller, Facts, OwnPolicy, Sought};
use crate::operation::Text;

/// `workspace/ID`, `workspace/ID/flow/ID` and the same for each kind of thing that LangStudio keeps; `knowledge-base/ID`, in
/// whatever workspace it is; `workspaces`, all that the caller has roles in; `default-workspace`, that of the region.
pub(super) fn locate(sought: &Sought<'_>) -> Facts {
    let Some(account) = sought.caller.account() else { return Facts::default() };
    let records = account.pai.read();
    let mut parts = sought.id.splitn(4, '/');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("workspace"), Some(id), kind, entity) => match records.workspace(sought.region, id) {
            Ok(workspace) => {
                let mut facts = of_workspace(sought.cloud, workspace, sought.caller);
                if let (Some(kind), Some(entity)) = (kind, entity) {
                    facts.keys = of_entity(workspace.made(kind, entity), sought.caller);
                }
                facts
            }
            Err(absent) => Facts { absent: Some(Absent::InPlaceOfSilence(absent.into())), ..Facts::default() },
        },
        (Some("knowledge-base"), Some(id), ..) => match records.of_knowledge_base(sought.region, id) {
            Some(workspace) => {
                let mut facts = of_workspace(sought.cloud, workspace, sought.caller);
                facts.keys = of_entity(workspace.made("knowledge-base", id), sought.caller);
                facts
            }
            None => Facts { keys: of_entity(None, sought.caller), ..Facts::default() },
        },
        (Some("workspaces"), ..) => of_workspaces(sought.cloud, &records, sought.region, sought.caller),
        (Some("default-workspace"), ..) => records
            .default_of(sought.region)
            .map(|workspace| of_workspace(sought.cloud, workspace, sought.caller))
            .unwrap_or_default(),
        _ => Facts::default(),
    }
}

/// Is the caller an owner or an administrator of a workspace?
pub(crate) fn is_administrator(call: &Call<'_>, workspace: &str) -> bool {
    let Ok(account) = call.account() else { return false };
    let records = account.pai.read();
    let roles = records.workspace(&call.region, workspace).map(|workspace| workspace.roles_of(person(&call.caller)));
    roles.is_ok_and(|roles| roles.contains(&WorkspaceRole::Owner) || roles.contains(&WorkspaceRole::Admin))
}

/// What the caller's roles add, in whichever workspace of a region.
pub(crate) fn of_workspaces(cloud: &Cloud, records: &PaiRecords, region: &str, caller: &Caller) -> Facts {
    let all = records.in_region(region);
    let roles = all.iter().flat_map(|workspace| workspace.roles_of(person(caller))).collect();
    Facts { own: own(cloud, &roles, caller), ..Facts::default() }
}

/// What the caller's roles in a workspace add, and the resource group that it is in.
pub(crate) fn of_workspace(cloud: &Cloud, workspace: &Workspace, caller: &Caller) -> Facts {
    let group = |account: &Arc<Account>| account.resource_groups.read().group_of(&workspace.key()).map(str::to_owned);
    Facts {
        own: own(cloud, &workspace.roles_of(person(caller)), caller),
        resource_group: caller.account().and_then(group),
        ..Facts::default()
    }
}

/// What roles say: they allow beside RAM, or, read strictly, only what RAM allows too. A service role is no member of a workspace:
/// RAM alone says what it may (INFERRED: its policy is all that a service is given).
fn own(cloud: &Cloud, roles: &BTreeSet<WorkspaceRole>, caller: &Caller) -> OwnPolicy {
    let policies = roles::policies(roles);
    let of_service =
        matches!(caller, Caller::Session { session, .. } if ServiceRole::named(&session.role_name).is_some());
    if cloud.strict_workspace_roles() && !of_service {
        OwnPolicy::Narrows(policies)
    } else {
        OwnPolicy::Grants(policies)
    }
}

/// What does not exist counts as the caller's own: whoever may not even do that is refused, and nobody learns of it.
fn of_entity(made: Option<&Made>, caller: &Caller) -> Vec<(Text, String)> {
    let (accessibility, own) = match made {
        Some(made) => (made.accessibility, made.creator == person(caller)),
        None => (Accessibility::Private, true),
    };
    keys(accessibility, own).map(|(key, value)| (Text::Borrowed(key), value.to_owned())).into()
}

/// The two condition keys that PAI sets for what has a creator and a visibility.
pub(crate) fn keys(accessibility: Accessibility, own: bool) -> [(&'static str, &'static str); 2] {
    let whose = if own { "CREATOR" } else { "OTHERS" };
    [("pai:Accessibility", accessibility.as_str()), ("pai:EntityAccessType", whose)]
}

/// The id of a caller, as a workspace's members have it: of the account, the RAM user or the RAM role.
pub(super) fn person(caller: &Caller) -> &str {
    match caller {
        Caller::Anonymous | Caller::Federated(_) => "",
        Caller::Owner(account) | Caller::Service { account, .. } => &account.id,
        Caller::User { id, .. } => id,
        Caller::Session { session, .. } => &session.role_id,
    }
}
