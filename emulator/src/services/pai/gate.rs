//! What stands before a call to PAI: is PAI purchased in the region, is there such a workspace, and what does the caller's
//! role in it allow?
//!
//! A workspace that does not exist is reported where silence would deny; an explicit Deny comes before that, so that who may
//! not ask is not told.

use crate::cloud::Service;
use crate::cloud::pai::{Accessibility, Made, Workspace};
use crate::gateway::{ApiError, Call, Caller, Needed, OwnPolicy};

use super::roles;

/// The id of the caller, as a workspace's members have it: of the account, the RAM user or the RAM role.
pub(super) fn person<'c>(call: &'c Call<'_>) -> &'c str {
    match &call.caller {
        Caller::Anonymous | Caller::Federated(_) => "",
        Caller::Owner(account) | Caller::Service { account, .. } => &account.id,
        Caller::User { id, .. } => id,
        Caller::Session { session, .. } => &session.role_id,
    }
}

/// PAI is bought region by region. The code is ours: what is published is `IsPurchased: false` in ListProducts.
pub(super) fn purchased(call: &Call<'_>, _: &mut Needed) -> Result<(), ApiError> {
    if call.account()?.activations.read().is_open(&Service::Pai(call.region.clone())) {
        return Ok(());
    }
    Err(ApiError::bad_request(
        "ProductNotPurchased",
        format!("The product PAI_share is not purchased in the region {}.", call.region),
    ))
}

/// A call about a workspace: the caller's roles in it allow as well.
pub(super) fn workspace(call: &Call<'_>, needed: &mut Needed) -> Result<(), ApiError> {
    look(call, needed, |_, _| {})
}

/// A call to LangStudio about something that the caller is about to make.
pub(super) fn new_entity(call: &Call<'_>, needed: &mut Needed) -> Result<(), ApiError> {
    purchased(call, needed)?;
    look(call, needed, |_, needed| {
        keys(needed, Accessibility::of(call.arguments.text("Accessibility")), true);
    })
}

/// A list of LangStudio's: asked for what is the caller's own; what else it shows is asked for each.
pub(super) fn list(call: &Call<'_>, needed: &mut Needed) -> Result<(), ApiError> {
    purchased(call, needed)?;
    look(call, needed, |_, needed| keys(needed, Accessibility::Private, true))
}

/// A call to LangStudio about a flow.
pub(super) fn flow(call: &Call<'_>, needed: &mut Needed) -> Result<(), ApiError> {
    purchased(call, needed)?;
    look(call, needed, |workspace, needed| {
        entity(call, needed, workspace.flows.get(call.arguments.text("FlowId")).map(|flow| &flow.made));
    })
}

/// A call to LangStudio about a snapshot.
pub(super) fn snapshot(call: &Call<'_>, needed: &mut Needed) -> Result<(), ApiError> {
    purchased(call, needed)?;
    look(call, needed, |workspace, needed| {
        let snapshot = workspace.snapshots.get(call.arguments.text("SnapshotId"));
        entity(call, needed, snapshot.map(|snapshot| &snapshot.made));
    })
}

/// What does not exist counts as the caller's own: whoever may not even do that is refused, and nobody learns of it.
fn entity(call: &Call<'_>, needed: &mut Needed, made: Option<&Made>) {
    match made {
        Some(made) => keys(needed, made.accessibility, made.creator == person(call)),
        None => keys(needed, Accessibility::Private, true),
    }
}

/// The two condition keys that PAI sets for what has a creator and a visibility.
pub(super) fn keys(needed: &mut Needed, accessibility: Accessibility, own: bool) {
    needed.set("pai:Accessibility", accessibility.as_str());
    needed.set("pai:EntityAccessType", if own { "CREATOR" } else { "OTHERS" });
}

fn look(call: &Call<'_>, needed: &mut Needed, more: impl FnOnce(&Workspace, &mut Needed)) -> Result<(), ApiError> {
    let records = call.account()?.pai.read();
    match records.workspace(&call.region, call.arguments.text("WorkspaceId")) {
        Ok(workspace) => {
            in_workspace(call, workspace, needed);
            more(workspace, needed);
        }
        Err(absent) => needed.absent = Some(absent.into()),
    }
    Ok(())
}

/// What the caller's roles in a workspace add.
pub(super) fn in_workspace(call: &Call<'_>, workspace: &Workspace, needed: &mut Needed) {
    needed.own = OwnPolicy::Grants(roles::policies(&workspace.roles_of(person(call))));
    needed.resource_group.clone_from(&workspace.resource_group);
}

/// A list of workspaces: asked for with all the roles that the caller has in any of them; what it shows is asked for each.
pub(super) fn any_workspace(call: &Call<'_>, needed: &mut Needed) -> Result<(), ApiError> {
    let records = call.account()?.pai.read();
    let roles = records.in_region(&call.region).iter().flat_map(|workspace| workspace.roles_of(person(call))).collect();
    needed.own = OwnPolicy::Grants(roles::policies(&roles));
    Ok(())
}

/// A call about the region's default workspace.
pub(super) fn default_workspace(call: &Call<'_>, needed: &mut Needed) -> Result<(), ApiError> {
    let records = call.account()?.pai.read();
    if let Some(workspace) = records.default_of(&call.region) {
        in_workspace(call, workspace, needed);
    }
    Ok(())
}
