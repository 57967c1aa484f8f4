//! Tags of a product's records, whatever their kind: TagResources, UntagResources, ListTagResources.

use std::sync::Arc;

use serde_json::json;

use super::kind::Kind;
use super::labels;
use super::over::{OverRecord, Verb};
use crate::cloud::{Quota, RecordPlace};
use crate::operation::Call;
use crate::wire::{ApiError, Reply};

impl OverRecord {
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
            let record = records.get(&place, id, call.now).map_err(|_| kind.is_absent(id))?;
            let new = add.keys().filter(|key| !record.tags.contains_key(*key)).count();
            if record.tags.len() + new > most {
                return Err(labels::too_many());
            }
        }
        for id in &ids {
            let record = records.get_mut(&place, id, call.now).map_err(|_| kind.is_absent(id))?;
            record.tags.extend(add.clone());
            record.tags.retain(|key, _| !all && !remove.contains(key));
        }
        drop(records);
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
        Ok(self.listed(call, "TagResource", all))
    }
}
