//! What Log Service knows of a project: whose it is, its tags, its group, its policy.
//!
//! A project that is not there is reported before any policy is asked: nobody knows then whose policies are to be asked.
//! INFERRED: from what OSS does with a bucket that is not there.

use super::describe::{is_open, resource_key};
use super::error;
use crate::cloud::LogProject;
use crate::gateway::{Absent, Facts, OwnPolicy, Sought};

/// `project/NAME`, `project/NAME/logstore/NAME`.
pub(super) fn locate(sought: &Sought<'_>) -> Facts {
    let name = sought.id.strip_prefix("project/").unwrap_or_default();
    let name = name.split_once('/').map_or(name, |(name, _)| name);
    let Some(mut facts) = sought.cloud.log_projects.read(sought.region, name, of_project) else {
        return Facts { absent: Some(Absent::BeforeDecision(error::no_such_project(name))), ..Facts::default() };
    };
    match facts.owner.as_deref().and_then(|owner| sought.cloud.account(owner)).filter(|owner| is_open(owner)) {
        Some(owner) => {
            facts.resource_group = owner.resource_groups.read().group_of(&resource_key(name)).map(str::to_owned);
        }
        None => facts.absent = Some(Absent::BeforeDecision(error::not_open())),
    }
    facts
}

fn of_project(project: &LogProject) -> Facts {
    let about = &project.about;
    let own = about.policy.as_ref().map(|policy| OwnPolicy::Grants(policy.set(&about.name)));
    let facts = Facts {
        name: Some(about.name.clone()),
        owner: Some(about.owner.clone()),
        region: Some(about.region.clone()),
        own: own.unwrap_or_default(),
        ..Facts::default()
    };
    facts.tagged("acs:ResourceTag/", &about.tags)
}
