//! What stands before the policies in a call, and what the call itself says.

use super::names::is_project;
use super::{body, error, tags};
use crate::cloud::{Account, ResourceKey, Service};
use crate::gateway::{ApiError, Call, Facts, Needed};

/// A project, as resource groups know it.
pub(super) fn resource_key(project: &str) -> ResourceKey {
    ResourceKey::new("log", "project", project)
}

pub(super) fn is_open(account: &Account) -> bool {
    account.activations.read().is_open(&Service::Sls)
}

/// Whoever calls must have opened Log Service.
pub(super) fn open(call: &Call<'_>, _: &Facts, _: &mut Needed) -> Result<(), ApiError> {
    match call.caller.account() {
        Some(account) if !is_open(account) => Err(error::not_open()),
        _ => Ok(()),
    }
}

/// A project that is to be made.
pub(super) fn new_project(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    open(call, facts, needed)?;
    body::is_object(call)?;
    let name = call.arguments.text("projectName");
    if !is_project(name) {
        // INFERRED: the words, from those for a Logstore.
        return Err(error::parameter(format!("project name {name} is invalid")));
    }
    needed.resource_group = call.caller.account().map(|account| {
        let asked = call.arguments.filled("resourceGroupId");
        asked.map_or_else(|| account.resource_groups.read().default_id().to_owned(), str::to_owned)
    });
    Ok(())
}

/// Something whose settings are in the body.
pub(super) fn with_body(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    open(call, facts, needed)?;
    body::is_object(call)
}

/// A project that is to have tags.
pub(super) fn tagged(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    open(call, facts, needed)?;
    for (key, value) in tags::asked_for(call)? {
        needed.set(format!("acs:RequestTag/{key}").as_str(), value);
    }
    Ok(())
}

/// A project as if it were already in the resource group that it is to move to.
pub(super) fn in_new_group(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    with_body(call, facts, needed)?;
    if facts.absent.is_none() {
        needed.resource_group = Some(call.arguments.text("resourceGroupId").to_owned());
    }
    Ok(())
}
