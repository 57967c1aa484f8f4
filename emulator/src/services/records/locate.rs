//! What is known of records: the workspace that they are in and what the caller's roles there allow, who made them and who sees them,
//! their tags, their resource group.

use std::sync::Arc;

use super::products::products;
use crate::cloud::pai::{Accessibility, PaiRecords, Workspace};
use crate::cloud::{Account, Record, RecordPlace};
use crate::gateway::{Absent, ApiError, Facts, Sought};
use crate::operation::{Kind, RecordAbout, Text, person, resource_name};
use crate::services::pai::{entity_keys, of_workspace, of_workspaces};

/// What is known of a record, of one that is about to be made, or of a list; also by the end of an ARN.
pub(crate) fn locate(sought: &Sought<'_>) -> Facts {
    let Some(account) = sought.caller.account() else { return Facts::default() };
    match RecordAbout::read(sought.id) {
        Some(RecordAbout::One { kept, key }) => {
            kind(kept).map(|kind| one(sought, account, &kind, key)).unwrap_or_default()
        }
        Some(RecordAbout::Some { kept, workspace, public }) => {
            kind(kept).map(|kind| some(sought, account, &kind, workspace, public)).unwrap_or_default()
        }
        None => by_arn(sought, account),
    }
}

/// The kind whose records are kept under a name: `eas/Service`.
fn kind(kept: &str) -> Option<Arc<Kind>> {
    let (product, _) = kept.split_once('/')?;
    let of_product = products().iter().filter(|shipped| shipped.name == product);
    let mut kinds = of_product.flat_map(|shipped| shipped.product().kinds());
    kinds.find(|kind| kind.kept == kept).cloned()
}

fn one(sought: &Sought<'_>, account: &Account, kind: &Kind, key: &str) -> Facts {
    let record = {
        let records = account.records.read();
        records.get(&RecordPlace::new(&kind.kept, sought.region), key, sought.cloud.clock.now()).cloned().ok()
    };
    let id = key.rsplit('/').next().unwrap_or_default();
    let workspace = record.as_ref().and_then(|record| record.text("WorkspaceId")).unwrap_or_default();
    let mut facts = Facts { name: Some(resource_name(kind, workspace, id)), ..Facts::default() };
    if let Some(record) = &record {
        facts = facts.tagged("acs:ResourceTag/", record.tags.iter().filter(|_| has_tags(kind)));
        if let Some(group) = kind.group_key(id) {
            facts.resource_group = account.resource_groups.read().group_of(&group).map(str::to_owned);
        }
    }
    if kind.workspace {
        let pai = account.pai.read();
        let within = of_one(&pai, sought, workspace);
        facts.own = within.own;
        facts.resource_group = within.resource_group;
        // What does not exist counts as the caller's own: whoever may not even do that is refused, and nobody learns of it.
        let (accessibility, own) =
            record.as_ref().map_or((Accessibility::Private, true), |record| made(record, sought));
        let keys = entity_keys(accessibility, own);
        facts.keys.extend(keys.map(|(key, value)| (Text::Borrowed(key), value.to_owned())));
    }
    facts
}

fn has_tags(kind: &Kind) -> bool {
    kind.labels.as_ref().is_some_and(|labels| labels.tags)
}

fn made(record: &Record, sought: &Sought<'_>) -> (Accessibility, bool) {
    let accessibility = Accessibility::of(record.text("Accessibility").unwrap_or_default());
    (accessibility, record.creator == person(sought.caller))
}

/// What the caller's roles add in a workspace: in any of the region for what is in none, nothing in one that is there no more.
fn of_one(pai: &PaiRecords, sought: &Sought<'_>, workspace: &str) -> Facts {
    if workspace.is_empty() {
        return of_workspaces(sought.cloud, pai, sought.region, sought.caller);
    }
    let found = pai.workspace(sought.region, workspace).ok();
    found.map_or_else(Facts::default, |found| of_workspace(sought.cloud, found, sought.caller))
}

fn some(sought: &Sought<'_>, account: &Account, kind: &Kind, workspace: &str, public: bool) -> Facts {
    if !kind.workspace {
        return Facts::named(resource_name(kind, "", ""));
    }
    let pai = account.pai.read();
    let default = || pai.default_of(sought.region).map_or("", |workspace: &Workspace| &workspace.id).to_owned();
    let named = if workspace.is_empty() { default() } else { workspace.to_owned() };
    let mut facts = match pai.workspace(sought.region, &named) {
        Ok(found) => of_workspace(sought.cloud, found, sought.caller),
        Err(absent) if !workspace.is_empty() => {
            Facts { absent: Some(Absent::InPlaceOfSilence(ApiError::from(absent))), ..Facts::default() }
        }
        Err(_) => Facts::default(),
    };
    facts.name = Some(resource_name(kind, &named, ""));
    let accessibility = if public { Accessibility::Public } else { Accessibility::Private };
    let keys = entity_keys(accessibility, true);
    facts.keys.extend(keys.map(|(key, value)| (Text::Borrowed(key), value.to_owned())));
    facts
}

/// By the end of an ARN: `vpc/vpc-…`, `workspace/1/dlcjob/dlc…`.
fn by_arn(sought: &Sought<'_>, account: &Account) -> Facts {
    let mut parts = sought.id.rsplitn(3, '/');
    let (Some(id), Some(named)) = (parts.next(), parts.next()) else { return Facts::default() };
    let mut kinds = products().iter().flat_map(|shipped| shipped.product().kinds());
    let there = |kind: &&Arc<Kind>| {
        let place = RecordPlace::new(&kind.kept, sought.region);
        kind.arn.as_deref() == Some(named) && account.records.read().get(&place, id, sought.cloud.clock.now()).is_ok()
    };
    kinds.find(there).map(|kind| one(sought, account, kind, id)).unwrap_or_default()
}
