//! What is known of records: the workspace that they are in and what the caller's roles there allow, who made them and who sees them,
//! their tags, their resource group.

use std::sync::Arc;

use super::products::{Shipped, products};
use crate::cloud::pai::{Accessibility, PaiRecords, Workspace};
use crate::cloud::{Account, Record, RecordPlace};
use crate::gateway::{Absent, ApiError, Facts, Sought};
use crate::operation::{Kind, RecordAbout, Text, list_name, person, record_id, resource_name};
use crate::services::pai::{entity_keys, of_workspace, of_workspaces};

/// What is known of a record, of one that is about to be made, or of a list; also by the end of an ARN.
pub(crate) fn locate(sought: &Sought<'_>) -> Facts {
    let Some(account) = sought.caller.account() else { return Facts::default() };
    match RecordAbout::read(sought.id) {
        Some(RecordAbout::One { kept, key }) => {
            kind(kept).map(|kind| one(sought, account, &kind, key)).unwrap_or_default()
        }
        Some(RecordAbout::Part { kept, key, part }) => {
            kind(kept).map(|kind| part_of(sought, account, &kind, key, part)).unwrap_or_default()
        }
        Some(RecordAbout::Shown { kept, key }) => {
            kind(kept).map(|kind| shown(sought, account, &kind, key)).unwrap_or_default()
        }
        Some(RecordAbout::All { kept, workspace }) => {
            kind(kept).map(|kind| some(sought, account, &kind, workspace, Asked::All)).unwrap_or_default()
        }
        Some(RecordAbout::Some { kept, workspace, public }) => {
            kind(kept).map(|kind| some(sought, account, &kind, workspace, Asked::New { public })).unwrap_or_default()
        }
        Some(RecordAbout::Beside { kept, other: (other, key) }) => Facts {
            name: kind(kept).map(|kind| resource_name(&kind, "", "")),
            resource_group: kind(other).and_then(|other| one(sought, account, &other, key).resource_group),
            ..Facts::default()
        },
        None => by_arn(sought, account),
    }
}

/// The kind whose records are kept under a name: `eas/Service`.
pub(super) fn kind(kept: &str) -> Option<Arc<Kind>> {
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
    let id = &record_id(key);
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
            record.as_ref().map_or((Accessibility::Private, true), |record| made(kind, record, sought));
        let keys = entity_keys(accessibility, own);
        facts.keys.extend(keys.map(|(key, value)| (Text::Borrowed(key), value.to_owned())));
    }
    facts
}

/// A part of a record: what is known of that, under a name of its own.
fn part_of(sought: &Sought<'_>, account: &Account, kind: &Kind, key: &str, part: &str) -> Facts {
    let facts = one(sought, account, kind, key);
    Facts { name: facts.name.map(|whole| format!("{whole}/{part}")), ..facts }
}

/// A record as a list shows it: its own facts, asked about its workspace.
fn shown(sought: &Sought<'_>, account: &Account, kind: &Kind, key: &str) -> Facts {
    let facts = one(sought, account, kind, key);
    let workspace = {
        let records = account.records.read();
        let record = records.get(&RecordPlace::new(&kind.kept, sought.region), key, sought.cloud.clock.now());
        record.ok().and_then(|record| record.text("WorkspaceId")).unwrap_or_default().to_owned()
    };
    Facts { name: Some(list_name(kind, &workspace)), ..facts }
}

/// What is asked about that is no record yet.
#[derive(Debug, Clone, Copy)]
enum Asked {
    /// The records of a list.
    All,
    /// One that is about to be made.
    New {
        /// Is it to be seen by every member?
        public: bool,
    },
}

pub(super) fn has_tags(kind: &Kind) -> bool {
    kind.labels.as_ref().is_some_and(|labels| labels.tags)
}

fn made(kind: &Kind, record: &Record, sought: &Sought<'_>) -> (Accessibility, bool) {
    let accessibility = Accessibility::of(record.text("Accessibility").unwrap_or_default());
    (accessibility, kind.whose(record) == person(sought.caller))
}

/// What the caller's roles add in a workspace: in any of the region for what is in none, nothing in one that is there no more.
fn of_one(pai: &PaiRecords, sought: &Sought<'_>, workspace: &str) -> Facts {
    if workspace.is_empty() {
        return of_workspaces(sought.cloud, pai, sought.region, sought.caller);
    }
    let found = pai.workspace(sought.region, workspace).ok();
    found.map_or_else(Facts::default, |found| of_workspace(sought.cloud, found, sought.caller))
}

fn some(sought: &Sought<'_>, account: &Account, kind: &Kind, workspace: &str, asked: Asked) -> Facts {
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
    facts.name = Some(match asked {
        Asked::All => list_name(kind, &named),
        Asked::New { .. } => resource_name(kind, &named, ""),
    });
    let public = matches!(asked, Asked::New { public: true });
    let accessibility = if public { Accessibility::Public } else { Accessibility::Private };
    facts.keys.extend(new_keys(accessibility));
    facts
}

/// The keys of what is the caller's own as soon as it is there.
fn new_keys(accessibility: Accessibility) -> Vec<(Text, String)> {
    entity_keys(accessibility, true).map(|(key, value)| (Text::Borrowed(key), value.to_owned())).into()
}

/// By the end of an ARN: `vpc/vpc-…`, `workspace/1/dlcjob/dlc…`, `workspace/1/dlcjob/dlc…/pod/…`, `workspace/1`. In a workspace also of what is not there.
fn by_arn(sought: &Sought<'_>, account: &Account) -> Facts {
    let (workspace, rest) = match sought.id.strip_prefix("workspace/").map(|rest| rest.split_once('/')) {
        Some(Some((workspace, rest))) => (Some(workspace), rest),
        Some(None) => (sought.id.strip_prefix("workspace/"), ""),
        None => (None, sought.id),
    };
    if let Some((arn, id)) = rest.split_once('/') {
        let there = |shipped: &Shipped, id: &str| {
            let product = shipped.product();
            let records = account.records.read();
            let mut kinds = product.kinds().filter(|kind| kind.arn.as_deref() == Some(arn));
            kinds.find_map(|kind| {
                let (at, now) = ((sought.region, "", id), sought.cloud.clock.now());
                let key = product.key_of(&records, kind, at, now).or_else(|| product.key_via(&records, kind, at, now));
                Some((Arc::clone(kind), key?))
            })
        };
        // What stands behind an id names a part of that record.
        let mut ids = [Some(id), id.split_once('/').map(|(id, _)| id)].into_iter().flatten();
        let found = ids.find_map(|id| products().iter().find_map(|shipped| there(shipped, id)));
        if let Some((kind, key)) = found {
            return one(sought, account, &kind, &key);
        }
    }
    let Some(workspace) = workspace else { return Facts::default() };
    let within = of_one(&account.pai.read(), sought, workspace.trim_matches('*'));
    Facts { keys: new_keys(Accessibility::Private), ..within }
}
