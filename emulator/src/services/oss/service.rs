//! What is asked of OSS itself: the list of buckets, the regions.

use acslab_policy::catalogue::BUCKET_REGIONS;

use super::xml::Node;
use super::{describe, error, listing, tagging, view, xml};
use crate::cloud::Bucket;
use crate::gateway::{ApiError, Call, Reply, oss_endpoint_region};

/// A bucket as the list shows it.
struct Row {
    tags: Vec<(String, String)>,
    name: String,
    region: String,
    created: jiff::Timestamp,
    storage_class: &'static str,
}

impl Row {
    fn of(bucket: &Bucket) -> Self {
        Self {
            tags: bucket.tags.clone(),
            name: bucket.name.clone(),
            region: bucket.region.clone(),
            created: bucket.created,
            storage_class: bucket.storage_class.as_str(),
        }
    }

    fn write(&self, node: &mut Node<'_>, group: &str, with_tags: bool) {
        let location = format!("oss-{}", self.region);
        node.text("CreationDate", &view::time(self.created));
        node.text("ExtranetEndpoint", &format!("{location}.aliyuncs.com"));
        node.text("IntranetEndpoint", &format!("{location}-internal.aliyuncs.com"));
        node.text("Location", &location);
        node.text("Name", &self.name);
        node.text("Region", &self.region);
        node.text("ResourceGroupId", group);
        node.text("StorageClass", self.storage_class);
        if with_tags {
            tagging::shown(node, &self.tags);
        }
    }
}

/// GetService (ListBuckets)
pub(super) fn list_buckets(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let (prefix, marker) = (call.arguments.text("prefix"), call.arguments.text("marker"));
    let tags = tags_asked_for(call)?;
    let groups = account.resource_groups.read();
    let group_of = |bucket: &str| groups.group_of(&describe::resource_key(bucket)).unwrap_or_default();
    let asked = describe::resource_group_asked_for(call);
    // With this flag it is the list of the endpoint's region: a test of ossutil has it so. INFERRED: of one that serves all, of all.
    let region = call.arguments.get("regionList").and_then(|_| oss_endpoint_region(call.http.host()));
    let wanted = |bucket: &Bucket| {
        bucket.name.starts_with(prefix)
            && (marker.is_empty() || bucket.name.as_str() > marker)
            && asked.is_none_or(|group| group_of(&bucket.name) == group)
            && region.is_none_or(|region| region == bucket.region)
            && has_tags(&tags, bucket)
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
    // Who asks by tags in the newer way is shown them.
    let with_tags = call.arguments.filled("tagging").is_some();
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
                node.element("Bucket", |node| row.write(node, group_of(&row.name), with_tags));
            }
        });
    }))
}

/// Has the bucket the tags that are asked for, if any are? A key alone asks for any value.
fn has_tags(asked: &[(String, Option<String>)], bucket: &Bucket) -> bool {
    asked.iter().all(|(key, value)| {
        bucket.tags.iter().any(|tag| tag.0 == *key && value.as_ref().is_none_or(|value| tag.1 == *value))
    })
}

/// The tags that are asked for: `tag-key` and `tag-value`, or several as `"k":"v","k2":"v2"`.
fn tags_asked_for(call: &Call<'_>) -> Result<Vec<(String, Option<String>)>, ApiError> {
    let arguments = &call.arguments;
    let mut asked = Vec::new();
    match (arguments.filled("tag-key"), arguments.get("tag-value")) {
        (Some(key), value) => asked.push((key.to_owned(), value.map(str::to_owned))),
        (None, Some(value)) => return Err(error::invalid_argument("tag-value", value, NO_KEY)),
        (None, None) => {}
    }
    if let Some(tagging) = arguments.filled("tagging") {
        let wrong = || error::invalid_argument("tagging", tagging, "Invalid Argument. Parameter is invalid.");
        let read: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&format!("{{{tagging}}}")).map_err(|_| wrong())?;
        for (key, value) in read {
            asked.push((key, Some(value.as_str().ok_or_else(wrong)?.to_owned())));
        }
    }
    Ok(asked)
}

const NO_KEY: &str = "The tag-value can not be specified without a tag-key.";

/// 1 to 1000 (GetService).
pub(super) fn check_max_keys(text: &str) -> Result<(), ApiError> {
    match text.parse::<u16>() {
        Ok(1..=1000) => Ok(()),
        _ => Err(listing::wrong_max_keys(text, 1)),
    }
}

/// What the name of a bucket may begin with.
pub(super) fn check_prefix(text: &str) -> Result<(), ApiError> {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if text.len() <= 63 && text.bytes().all(good) {
        return Ok(());
    }
    Err(error::invalid_argument("prefix", text, "Invalid Argument. Parameter is invalid."))
}

/// Where buckets can be: `oss-cn-hangzhou`.
pub(super) fn locations() -> Vec<String> {
    BUCKET_REGIONS.iter().map(|region| format!("oss-{region}")).collect()
}

/// DescribeRegions: all, or the one that is asked for by its location.
pub(super) fn regions(call: &Call<'_>) -> Result<Reply, ApiError> {
    let asked = call.arguments.filled("regions");
    let mut all: Vec<_> = BUCKET_REGIONS.to_vec();
    all.sort_unstable();
    all.retain(|region| asked.is_none_or(|asked| asked.strip_prefix("oss-") == Some(region)));
    if all.is_empty() {
        // A live test of Java's client reads the region in the message.
        return Err(ApiError::not_found("NoSuchRegion", asked.unwrap_or_default().to_owned()));
    }
    Ok(xml::reply("RegionInfoList", |node| {
        for region in &all {
            node.element("RegionInfo", |node| {
                node.text("Region", &format!("oss-{region}"));
                node.text("InternetEndpoint", &format!("oss-{region}.aliyuncs.com"));
                node.text("InternalEndpoint", &format!("oss-{region}-internal.aliyuncs.com"));
                node.text("AccelerateEndpoint", "oss-accelerate.aliyuncs.com");
            });
        }
    }))
}
