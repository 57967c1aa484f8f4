//! GetService: the list of buckets.

use super::xml::Node;
use super::{describe, listing, view, xml};
use crate::cloud::Bucket;
use crate::gateway::{ApiError, Call, Reply};

/// A bucket as the list shows it.
struct Row {
    name: String,
    region: String,
    created: jiff::Timestamp,
    storage_class: &'static str,
}

impl Row {
    fn of(bucket: &Bucket) -> Self {
        Self {
            name: bucket.name.clone(),
            region: bucket.region.clone(),
            created: bucket.created,
            storage_class: bucket.storage_class.as_str(),
        }
    }

    fn write(&self, node: &mut Node<'_>, group: &str) {
        let location = format!("oss-{}", self.region);
        node.text("CreationDate", &view::time(self.created));
        node.text("ExtranetEndpoint", &format!("{location}.aliyuncs.com"));
        node.text("IntranetEndpoint", &format!("{location}-internal.aliyuncs.com"));
        node.text("Location", &location);
        node.text("Name", &self.name);
        node.text("Region", &self.region);
        node.text("ResourceGroupId", group);
        node.text("StorageClass", self.storage_class);
    }
}

/// GetService (ListBuckets)
pub(super) fn list_buckets(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let (prefix, marker) = (call.arguments.text("prefix"), call.arguments.text("marker"));
    let groups = account.resource_groups.read();
    let group_of = |bucket: &str| groups.group_of(&describe::resource_key(bucket)).unwrap_or_default();
    let asked = describe::resource_group_asked_for(call);
    let wanted = |bucket: &Bucket| {
        bucket.name.starts_with(prefix)
            && (marker.is_empty() || bucket.name.as_str() > marker)
            && asked.is_none_or(|group| group_of(&bucket.name) == group)
            && has_tag(call, bucket)
    };
    let mut rows: Vec<_> = call
        .cloud()
        .buckets
        .of(&account.id, |bucket| wanted(bucket).then(|| Row::of(bucket)))
        .into_iter()
        .flatten()
        .collect();
    let most = listing::max_keys(call);
    let truncated = rows.len() > most;
    rows.truncate(most);
    Ok(xml::reply("ListAllMyBucketsResult", |node| {
        // Of a list that is whole OSS says nothing of its pages.
        if truncated {
            node.text("Prefix", prefix);
            node.text("Marker", marker);
            node.text("MaxKeys", &most.to_string());
            node.text("IsTruncated", "true");
            node.text("NextMarker", rows.last().map_or("", |row| &row.name));
        }
        node.element("Owner", |node| view::owner(node, &account.id));
        node.element("Buckets", |node| {
            for row in &rows {
                node.element("Bucket", |node| row.write(node, group_of(&row.name)));
            }
        });
    }))
}

/// Has the bucket the tag that is asked for, if one is? A key alone asks for any value.
fn has_tag(call: &Call<'_>, bucket: &Bucket) -> bool {
    let Some(key) = call.arguments.filled("tag-key") else { return true };
    let value = call.arguments.get("tag-value");
    bucket.tags.iter().any(|tag| tag.0 == key && value.is_none_or(|value| tag.1 == value))
}
