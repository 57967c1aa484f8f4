//! An account's resource groups, and which of its resources is in which.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::directory::{Scope, Tags};
use super::limits::DELETED_GROUPS;
use super::{Quota, Quotas};

/// How long a deleted group is still shown as `PendingDelete`.
const PENDING: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Why a change to resource groups was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceGroupError {
    /// No such group.
    NotExist,
    /// The group is being deleted.
    Pending,
    /// There is a group of that name.
    Exists,
    /// Too many groups.
    TooMany,
    /// Resources are left in the group.
    HasResources,
    /// The default group cannot be deleted.
    IsDefault,
    /// The account has no such resource, or one of a service that does not support resource groups.
    NoResource,
}

type Result<T> = std::result::Result<T, ResourceGroupError>;

/// One resource group.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceGroup {
    /// `rg-` and 15 alphanumerics.
    pub id: String,
    /// The name, unique in the account; it cannot be changed.
    pub name: String,
    /// The display name.
    pub display_name: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was deleted: from then on it only waits to vanish.
    pub deleted: Option<Timestamp>,
    /// Its tags.
    pub tags: Tags,
}

impl ResourceGroup {
    /// A new group.
    pub fn new(id: String, name: &str, display_name: &str, tags: Tags, at: Timestamp) -> Self {
        let (name, display_name) = (name.to_owned(), display_name.to_owned());
        Self { id, name, display_name, created: at, deleted: None, tags }
    }

    /// The cloud's word for how it is: `OK` or `PendingDelete`.
    pub fn status(&self) -> &'static str {
        if self.deleted.is_some() { "PendingDelete" } else { "OK" }
    }

    fn is_shown(&self, now: Timestamp) -> bool {
        self.deleted.is_none_or(|deleted| now.duration_since(deleted) < PENDING)
    }
}

/// Names a resource in its account: service code, resource type and id, such as `oss`, `bucket` and the bucket's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceKey {
    /// The service's code: `oss`.
    pub service: Cow<'static, str>,
    /// The resource type: `bucket`.
    pub kind: Cow<'static, str>,
    /// The resource's id.
    pub id: String,
}

impl ResourceKey {
    /// The key of a resource.
    pub fn new(service: impl Into<Cow<'static, str>>, kind: impl Into<Cow<'static, str>>, id: &str) -> Self {
        Self { service: service.into(), kind: kind.into(), id: id.to_owned() }
    }
}

/// A resource in its group.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupedResource {
    /// The id of the group.
    pub group: String,
    /// The region that it lies in.
    pub region: String,
    /// When it was made.
    pub created: Timestamp,
}

/// The resource groups of one account.
///
/// A service that supports resource groups says so by [`ResourceGroups::enter`] when a resource is made and
/// [`ResourceGroups::leave`] when it is deleted; what never entered is in no group and is not listed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceGroups {
    #[serde(skip)]
    quotas: Quotas,
    /// The default group: what is made without naming a group goes there.
    default: String,
    #[serde(with = "crate::cloud::save::with::by_key")]
    groups: BTreeMap<String, ResourceGroup>,
    #[serde(with = "crate::cloud::save::with::pairs")]
    resources: BTreeMap<ResourceKey, GroupedResource>,
}

impl ResourceGroups {
    /// The groups of a new account: the default one.
    pub fn new(default: ResourceGroup, quotas: Quotas) -> Self {
        let id = default.id.clone();
        Self { quotas, groups: BTreeMap::from([(id.clone(), default)]), default: id, resources: BTreeMap::new() }
    }

    /// Makes what was read the groups of an account.
    ///
    /// # Errors
    /// What does not fit together, in words.
    pub(super) fn restored(mut self, quotas: Quotas) -> std::result::Result<Self, String> {
        self.quotas = quotas;
        if self.groups.get(&self.default).is_none_or(|default| default.deleted.is_some()) {
            return Err(format!("the default resource group {} is not there", self.default));
        }
        match self.resources.iter().find(|(_, resource)| !self.groups.contains_key(&resource.group)) {
            Some((key, resource)) => {
                Err(format!("{} `{}` is in resource group {}, which is not there", key.kind, key.id, resource.group))
            }
            None => Ok(self),
        }
    }

    /// The id of the default group.
    pub fn default_id(&self) -> &str {
        &self.default
    }

    /// All groups that are still shown, by id.
    pub fn iter(&self, now: Timestamp) -> impl Iterator<Item = &ResourceGroup> {
        self.groups.values().filter(move |group| group.is_shown(now))
    }

    /// The group of that id, be it one that waits to vanish.
    pub fn get(&self, id: &str, now: Timestamp) -> Result<&ResourceGroup> {
        self.groups.get(id).filter(|group| group.is_shown(now)).ok_or(ResourceGroupError::NotExist)
    }

    /// The group of that id, if it may be used.
    pub fn usable(&self, id: &str, now: Timestamp) -> Result<&ResourceGroup> {
        let group = self.get(id, now)?;
        if group.deleted.is_some() { Err(ResourceGroupError::Pending) } else { Ok(group) }
    }

    /// The group of that id, to be changed.
    pub fn usable_mut(&mut self, id: &str, now: Timestamp) -> Result<&mut ResourceGroup> {
        self.usable(id, now)?;
        self.groups.get_mut(id).ok_or(ResourceGroupError::NotExist)
    }

    /// The scope that an id names: the whole account by its own id, or a group that may be used.
    pub fn scope(&self, account: &str, id: &str, now: Timestamp) -> Result<Scope> {
        if id == account { Ok(Scope::Account) } else { Ok(Scope::ResourceGroup(self.usable(id, now)?.id.clone())) }
    }

    /// Adds a group. CHOICE: the name of a deleted one may be used again.
    pub fn add(&mut self, group: ResourceGroup) -> Result<()> {
        let mut alive = self.groups.values().filter(|group| group.deleted.is_none());
        if alive.clone().any(|old| old.name == group.name) {
            return Err(ResourceGroupError::Exists);
        }
        if alive.by_ref().filter(|group| group.id != self.default).count() >= self.quotas.get(Quota::ResourceGroups) {
            return Err(ResourceGroupError::TooMany);
        }
        self.groups.insert(group.id.clone(), group);
        Ok(())
    }

    /// Deletes a group without resources.
    pub fn delete(&mut self, id: &str, now: Timestamp) -> Result<&ResourceGroup> {
        self.usable(id, now)?;
        if id == self.default {
            return Err(ResourceGroupError::IsDefault);
        }
        if self.resources.values().any(|resource| resource.group == id) {
            return Err(ResourceGroupError::HasResources);
        }
        self.groups.retain(|_, group| group.is_shown(now));
        let deleted = self.groups.values().filter(|group| group.deleted.is_some());
        if deleted.clone().count() >= DELETED_GROUPS
            && let Some(first) = deleted.min_by_key(|group| group.deleted)
        {
            let first = first.id.clone();
            self.groups.remove(&first);
        }
        let group = self.groups.get_mut(id).ok_or(ResourceGroupError::NotExist)?;
        group.deleted = Some(now);
        Ok(group)
    }

    /// A new resource goes into a group, the default one if none is named.
    pub fn enter(&mut self, key: ResourceKey, region: &str, group: Option<&str>, now: Timestamp) -> Result<()> {
        let group = self.usable(group.unwrap_or(&self.default), now)?.id.clone();
        self.resources.insert(key, GroupedResource { group, region: region.to_owned(), created: now });
        Ok(())
    }

    /// A resource is no more.
    pub fn leave(&mut self, key: &ResourceKey) {
        self.resources.remove(key);
    }

    /// Moves a resource to another group.
    pub fn transfer(&mut self, key: &ResourceKey, group: &str, now: Timestamp) -> Result<()> {
        let group = self.usable(group, now)?.id.clone();
        self.resources.get_mut(key).ok_or(ResourceGroupError::NoResource)?.group = group;
        Ok(())
    }

    /// The group that a resource is in, by its id.
    pub fn group_of(&self, key: &ResourceKey) -> Option<&str> {
        self.resources.get(key).map(|resource| resource.group.as_str())
    }

    /// All resources that are in a group, by service, type and id.
    pub fn resources(&self) -> impl Iterator<Item = (&ResourceKey, &GroupedResource)> {
        self.resources.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(id: &str, name: &str) -> ResourceGroup {
        ResourceGroup::new(id.to_owned(), name, name, Tags::new(), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_resource_is_in_one_group_and_keeps_it_alive() {
        let now = Timestamp::UNIX_EPOCH;
        let mut groups = ResourceGroups::new(group("rg-0", "default"), Quotas::default());
        groups.add(group("rg-1", "one")).unwrap();
        let bucket = ResourceKey::new("oss", "bucket", "photos");
        assert_eq!(groups.group_of(&bucket), None);
        groups.enter(bucket.clone(), "cn-hangzhou", None, now).unwrap();
        assert_eq!(groups.group_of(&bucket), Some("rg-0"));
        groups.transfer(&bucket, "rg-1", now).unwrap();
        assert_eq!(groups.delete("rg-1", now).unwrap_err(), ResourceGroupError::HasResources);
        groups.leave(&bucket);
        assert_eq!(groups.delete("rg-1", now).unwrap().status(), "PendingDelete");
        assert_eq!(groups.enter(bucket, "cn-hangzhou", Some("rg-1"), now).unwrap_err(), ResourceGroupError::Pending);
        assert!(groups.get("rg-1", now + SignedDuration::from_hours(167)).is_ok());
        let later = now + SignedDuration::from_hours(169);
        assert_eq!(groups.get("rg-1", later).unwrap_err(), ResourceGroupError::NotExist);
    }

    #[test]
    fn deleted_groups_vanish_with_time_and_beyond_a_number() {
        let mut groups = ResourceGroups::new(group("rg-0", "default"), Quotas::default());
        let at = |second: usize| Timestamp::from_second(i64::try_from(second).unwrap()).unwrap();
        let mut turn = |number: usize, now: Timestamp| {
            groups.add(group(&format!("rg-{number}"), "name")).unwrap();
            groups.delete(&format!("rg-{number}"), now).unwrap();
            (groups.groups.len() - 1, groups.groups.contains_key("rg-1"))
        };
        for number in 1..=DELETED_GROUPS {
            assert_eq!(turn(number, at(number)), (number, true));
        }
        assert_eq!(turn(DELETED_GROUPS + 1, at(DELETED_GROUPS + 1)), (DELETED_GROUPS, false));
        assert_eq!(turn(DELETED_GROUPS + 2, at(DELETED_GROUPS + 1) + PENDING), (1, false));
    }

    #[test]
    fn thirty_besides_the_default() {
        let mut groups = ResourceGroups::new(group("rg-0", "default"), Quotas::default());
        for number in 0..30 {
            groups.add(group(&format!("rg-{}", number + 1), &format!("g{number}"))).unwrap();
        }
        assert_eq!(groups.add(group("rg-99", "g99")).unwrap_err(), ResourceGroupError::TooMany);
        groups.delete("rg-1", Timestamp::UNIX_EPOCH).unwrap();
        groups.add(group("rg-99", "g0")).unwrap();
    }
}
