//! What is asked of OSS itself: the list of buckets, the regions.

use super::xml::Node;
use super::{describe, error, listing, view, xml};
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
    let tags = tags_asked_for(call)?;
    let groups = account.resource_groups.read();
    let group_of = |bucket: &str| groups.group_of(&describe::resource_key(bucket)).unwrap_or_default();
    let asked = describe::resource_group_asked_for(call);
    let wanted = |bucket: &Bucket| {
        bucket.name.starts_with(prefix)
            && (marker.is_empty() || bucket.name.as_str() > marker)
            && asked.is_none_or(|group| group_of(&bucket.name) == group)
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
    if text == "0" {
        let message = "Argument max-keys must be an integer between 1 and 1000.";
        return Err(error::invalid_argument("max-keys", text, message));
    }
    listing::check_max_keys(text)
}

/// What the name of a bucket may begin with.
pub(super) fn check_prefix(text: &str) -> Result<(), ApiError> {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if text.len() <= 63 && text.bytes().all(good) {
        return Ok(());
    }
    Err(error::invalid_argument("prefix", text, "Invalid Argument. Parameter is invalid."))
}

/// The regions that OSS is in, as the official metadata knows them.
const REGIONS: [&str; 30] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "cn-beijing",
    "cn-beijing-finance-1",
    "cn-chengdu",
    "cn-fuzhou",
    "cn-guangzhou",
    "cn-hangzhou",
    "cn-hangzhou-finance",
    "cn-heyuan",
    "cn-hongkong",
    "cn-huhehaote",
    "cn-nanjing",
    "cn-qingdao",
    "cn-shanghai",
    "cn-shanghai-finance-1",
    "cn-shenzhen",
    "cn-shenzhen-finance-1",
    "cn-wuhan-lr",
    "cn-wulanchabu",
    "cn-zhangjiakou",
    "eu-central-1",
    "us-west-1",
];
const MORE_REGIONS: [&str; 3] = ["eu-west-1", "me-east-1", "us-east-1"];

/// Where buckets can be: `oss-cn-hangzhou`.
pub(super) fn locations() -> Vec<String> {
    REGIONS.into_iter().chain(MORE_REGIONS).map(|region| format!("oss-{region}")).collect()
}

/// DescribeRegions: all, or the one that is asked for by its location.
pub(super) fn regions(call: &Call<'_>) -> Result<Reply, ApiError> {
    let asked = call.arguments.filled("regions");
    let mut all: Vec<_> = REGIONS.into_iter().chain(MORE_REGIONS).collect();
    all.sort_unstable();
    all.retain(|region| asked.is_none_or(|asked| asked.strip_prefix("oss-") == Some(region)));
    if all.is_empty() {
        return Err(ApiError::not_found("NoSuchRegion", "NoSuchRegion"));
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
