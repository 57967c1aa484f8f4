//! Tags and resource groups of a product's records, whatever their kind: TagResources, UntagResources, ListTagResources,
//! MoveResourceGroup.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use super::kind::Kind;
use super::labels;
use super::make::no_group;
use super::over::{OverRecord, Verb};
use super::words::Words;
use crate::cloud::{Quota, RecordPlace};
use crate::operation::Call;
use crate::wire::{ApiError, Reply};

/// The most characters of a key, and of a value (VPC, ECS: TagResources).
const LONGEST: usize = 128;
/// What neither begins with where it is not the cloud's own.
const RESERVED: [&str; 2] = ["aliyun", "acs:"];

/// What a product answers to tags that cannot be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TagWords {
    /// To a key.
    key: Words,
    /// To a value.
    value: Words,
    /// To a key that stands there twice.
    twice: Words,
    /// Of what is not there.
    absent: Option<Words>,
    /// May a value begin as a key may not?
    #[serde(default)]
    any_value: bool,
}

impl TagWords {
    fn check(&self, tags: &[(String, String)]) -> Result<(), ApiError> {
        let long = |text: &str| text.chars().count() > LONGEST || text.contains("http://") || text.contains("https://");
        let reserved = |text: &str| RESERVED.iter().any(|start| text.starts_with(start));
        for (place, (key, value)) in tags.iter().enumerate() {
            if key.is_empty() || long(key) || reserved(key) {
                return Err(self.key.error(key));
            }
            if long(value) || (reserved(value) && !self.any_value) {
                return Err(self.value.error(value));
            }
            if tags.iter().take(place).any(|(other, _)| other == key) {
                return Err(self.twice.error(key));
            }
        }
        Ok(())
    }
}

impl OverRecord {
    /// May things be tagged so, as a call that sets tags asks for?
    pub(super) fn tags_fit(&self, call: &Call<'_>) -> Result<(), ApiError> {
        let sets = matches!(self.verb, Verb::Create | Verb::Put | Verb::Update | Verb::Tag | Verb::Label);
        match self.product.tags.as_ref().filter(|_| sets) {
            Some(words) => words.check(&labels::given_pairs(&self.given(call))),
            None => Ok(()),
        }
    }

    /// What is tagged is not there.
    fn untaggable(&self, kind: &Kind, id: &str) -> ApiError {
        let words = self.product.tags.as_ref().and_then(|words| words.absent.as_ref());
        words.map_or_else(|| kind.is_absent(id), |words| words.error(id))
    }

    /// The kind that a resource type names, whatever the letter case; where there is one kind with tags alone, that.
    pub(super) fn typed(&self, call: &Call<'_>) -> Result<&Arc<Kind>, ApiError> {
        let wanted = call.arguments.text("ResourceType");
        let plain = |text: &str| text.to_ascii_lowercase().replace(['_', '-'], "");
        let mut kinds = self.product.kinds().filter(|kind| kind.labels.as_ref().is_some_and(|labels| labels.tags));
        let is = |kind: &&Arc<Kind>| {
            let kind = kind.group.as_ref().map_or(kind.name.as_str(), |(_, kind)| kind);
            plain(kind) == plain(wanted)
        };
        kinds.find(is).ok_or_else(|| {
            let message = format!("The specified ResourceType is not supported: {wanted}.");
            ApiError::bad_request("InvalidResourceType.NotFound", message)
        })
    }

    fn ids(&self, call: &Call<'_>) -> Result<Vec<String>, ApiError> {
        Ok(self.each_of(call)?.into_iter().map(|one| one.id).collect())
    }

    /// Adds tags to records, or takes some away: of all of them, or of none.
    pub(super) fn tag(&self, call: &Call<'_>) -> Result<Reply, ApiError> {
        let (kind, ids) = (self.typed(call)?, self.ids(call)?);
        let mut given = self.given(call);
        let add = if self.verb == Verb::Tag { labels::taken(&mut given, kind) } else { super::make::Tags::new() };
        let remove = if self.verb == Verb::Untag { self.label_keys(call) } else { Vec::new() };
        let all = self.verb == Verb::Untag && (remove.is_empty() || call.arguments.flag("All"));
        let account = call.account()?;
        let place = RecordPlace::new(&kind.kept, &call.region);
        let most = account.quotas.get(Quota::TagsPerRecord);
        let mut records = account.records.write();
        for id in &ids {
            let record = records.get(&place, id, call.now).map_err(|_| self.untaggable(kind, id))?;
            let new = add.keys().filter(|key| !record.tags.contains_key(*key)).count();
            if record.tags.len() + new > most {
                return Err(labels::too_many_tags());
            }
        }
        for id in ids.iter().filter(|_| !self.is_rehearsed(call)) {
            let record = records.get_mut(&place, id, call.now).map_err(|_| kind.is_absent(id))?;
            record.tags.extend(add.clone());
            record.tags.retain(|key, _| !all && !remove.contains(key));
        }
        drop(records);
        Ok(self.plain(call))
    }

    /// Puts records into another resource group.
    pub(super) fn regroup(&self, call: &Call<'_>) -> Result<Reply, ApiError> {
        let (kind, ids, account) = (self.typed(call)?, self.ids(call)?, call.account()?);
        let named = ["NewResourceGroupId", "ResourceGroupId"].iter().find_map(|name| call.arguments.filled(name));
        let group = named.ok_or_else(|| ApiError::missing("ResourceGroupId"))?;
        let place = RecordPlace::new(&kind.kept, &call.region);
        // All of them move, or none.
        let mut groups = account.resource_groups.write();
        let records = account.records.read();
        let key = |id: &String| {
            records.get(&place, id, call.now).map_err(|_| self.untaggable(kind, id))?;
            kind.group_key(id).ok_or_else(|| self.untaggable(kind, id))
        };
        let keys = ids.iter().map(key).collect::<Result<Vec<_>, _>>()?;
        groups.usable(group, call.now).map_err(|_| no_group())?;
        for key in keys.iter().filter(|_| !self.is_rehearsed(call)) {
            groups.transfer(key, group, call.now).map_err(|_| no_group())?;
        }
        drop((records, groups));
        Ok(self.plain(call))
    }

    /// Shows the tags of records.
    pub(super) fn tags(&self, call: &Call<'_>) -> Result<Reply, ApiError> {
        let (kind, ids, account) = (self.typed(call)?, self.ids(call)?, call.account()?);
        let mut given = self.given(call);
        let wanted = labels::taken(&mut given, kind);
        let named = kind.group.as_ref().map_or(kind.name.as_str(), |(_, kind)| kind).to_owned();
        let asked = call.arguments.filled("ResourceType").map_or(named, str::to_owned);
        let region = call.region.as_str();
        let records = account.records.read();
        let mut all = Vec::new();
        for record in records.within(&RecordPlace::new(&kind.kept, region), "", call.now) {
            if !ids.is_empty() && !ids.contains(&record.key) {
                continue;
            }
            for (key, value) in &record.tags {
                let fits = wanted.iter().any(|(name, of)| name == key && (of.is_empty() || of == value));
                if wanted.is_empty() || fits {
                    all.push(json!({
                        "ResourceType": asked, "ResourceId": record.key, "TagKey": key, "TagValue": value, "RegionId": region,
                    }));
                }
            }
        }
        drop(records);
        self.listed(call, "TagResource", all)
    }
}
