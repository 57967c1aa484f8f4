//! What OSS answers, and what ossutil prints of it.

use serde_json::Value;

use super::collect::Collector;
use super::piece::Piece;
use super::take::{list, text};

/// Takes an answer of OSS; `false` for what is none.
pub(super) fn take(piece: &Piece, value: &Value, root: Option<&str>, collector: &mut Collector) -> bool {
    let bucket = piece.command.as_ref().and_then(|command| command.bucket()).map(str::to_owned);
    let inside = |name: &str| value.get(name).filter(|inner| inner.is_object());
    // As XML its root says what it is; as JSON it is a member.
    let of = |name: &str| inside(name).or_else(|| (root == Some(name)).then_some(value));
    if let Some(info) = of("BucketInfo").or_else(|| inside("Bucket").map(|_| value))
        && let Some(found) = info.get("Bucket").filter(|found| text(found, "Name").is_some())
    {
        bucket_info(piece, found, collector);
        return true;
    }
    if let Some(all) = of("ListAllMyBucketsResult").or_else(|| inside("Buckets").map(|_| value))
        && let Some(buckets) = list(all, "Buckets", "Bucket")
    {
        if let Some(id) = all.get("Owner").and_then(|owner| text(owner, "ID")) {
            collector.account_is(id);
        }
        buckets.into_iter().for_each(|found| bucket_info(piece, found, collector));
        return true;
    }
    let bare = |member: &str| value.get(member).is_some_and(Value::is_object).then_some(value);
    if let Some(acl) = of("AccessControlPolicy").or_else(|| bare("AccessControlList")) {
        let grant = acl.get("AccessControlList").and_then(|list| text(list, "Grant")).unwrap_or("private").to_owned();
        return named(piece, bucket, collector, |name, collector| collector.bucket(name).acl = grant);
    }
    if let Some(tags) = of("Tagging").or_else(|| bare("TagSet")) {
        let tags = tags.get("TagSet").and_then(|set| list(set, "Tag", "Tag")).unwrap_or_default();
        let tags = tags.iter().filter_map(|tag| Some((text(tag, "Key")?.to_owned(), text(tag, "Value")?.to_owned())));
        let tags = tags.collect();
        return named(piece, bucket, collector, |name, collector| collector.bucket(name).tags = tags);
    }
    if let Some(block) = of("PublicAccessBlockConfiguration") {
        let blocked = block.get("BlockPublicAccess").is_some_and(|set| *set == true || *set == "true");
        // The account's own.
        if bucket.is_none() && piece.command.as_ref().is_some_and(|command| command.operation == "GetPublicAccessBlock")
        {
            collector.account(None).public_access_blocked = blocked;
            return true;
        }
        return named(piece, bucket, collector, |name, collector| {
            collector.bucket(name).public_access_blocked = blocked;
        });
    }
    if let Some(group) = of("BucketResourceGroupConfiguration") {
        let group = text(group, "ResourceGroupId").filter(|group| !group.is_empty()).map(str::to_owned);
        return named(piece, bucket, collector, |name, collector| {
            group.iter().for_each(|group| collector.is_in_group(&piece.place, &format!("oss bucket {name}"), group));
        });
    }
    if let Some(policy) = text(value, "Policy").filter(|policy| policy.trim_start().starts_with('{')) {
        return named(piece, bucket, collector, |name, collector| collector.bucket_policy(&piece.place, name, policy));
    }
    false
}

fn named(
    piece: &Piece,
    bucket: Option<String>,
    collector: &mut Collector,
    change: impl FnOnce(&str, &mut Collector),
) -> bool {
    if let Some(bucket) = bucket {
        change(&bucket, collector);
    } else {
        let what = "of which bucket this is is not said: keep the command with its output, or call the file \
                        `GetBucketAcl-BUCKET.xml`";
        collector.leave(&piece.place, what);
    }
    true
}

fn bucket_info(piece: &Piece, found: &Value, collector: &mut Collector) {
    let Some(name) = text(found, "Name") else { return };
    if let Some(id) = found.get("Owner").and_then(|owner| text(owner, "ID")) {
        collector.account_is(id);
    }
    let bucket = collector.bucket(name);
    if let Some(location) = text(found, "Location").or_else(|| text(found, "Region")) {
        location.trim_start_matches("oss-").clone_into(&mut bucket.region);
    }
    if let Some(acl) = found.get("AccessControlList").and_then(|list| text(list, "Grant")) {
        acl.clone_into(&mut bucket.acl);
    }
    if let Some(blocked) = text(found, "BlockPublicAccess") {
        bucket.public_access_blocked = blocked == "true";
    }
    if let Some(group) = text(found, "ResourceGroupId").filter(|group| !group.is_empty()) {
        collector.is_in_group(&piece.place, &format!("oss bucket {name}"), group);
    }
    let policy = found.get("BucketPolicy").and_then(|policy| text(policy, "Policy"));
    if let Some(policy) = policy.filter(|policy| policy.trim_start().starts_with('{')) {
        collector.bucket_policy(&piece.place, name, policy);
    }
}

/// `ossutil stat`: lines of `Name : value`.
pub(super) fn lines(piece: &Piece, lines: &[(String, String)], collector: &mut Collector) -> bool {
    let of = |wanted: &str| lines.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value);
    let is_stat = piece.command.as_ref().is_some_and(|command| command.operation == "Stat");
    let (Some(name), Some(acl)) = (of("Name").filter(|_| is_stat || of("ACL").is_some()), of("ACL")) else {
        return false;
    };
    if let Some(owner) = of("Owner") {
        collector.account_is(owner);
    }
    let bucket = collector.bucket(name);
    acl.clone_into(&mut bucket.acl);
    if let Some(location) = of("Location") {
        location.trim_start_matches("oss-").clone_into(&mut bucket.region);
    }
    true
}

/// The tables that ossutil prints: of a bucket's tags, of all buckets.
pub(super) fn table(piece: &Piece, text: &str, collector: &mut Collector) -> bool {
    let Some(command) = &piece.command else { return false };
    match command.operation.as_str() {
        "GetBucketTags" => {
            // `0         "key"<tab>"value"`
            let tags = text.lines().filter_map(|line| {
                let parts: Vec<&str> = line.split('"').collect();
                let [number, key, _, value, _] = parts.as_slice() else { return None };
                number.trim().parse::<u32>().ok()?;
                Some(((*key).to_owned(), (*value).to_owned()))
            });
            let tags: std::collections::BTreeMap<String, String> = tags.collect();
            if tags.is_empty() && !text.contains("tag key") {
                return false;
            }
            named(piece, command.bucket().map(str::to_owned), collector, |name, collector| {
                collector.bucket(name).tags = tags;
            })
        }
        "ListBuckets" => {
            // `2026-01-01 00:00:00 +0800 CST  oss-cn-hangzhou  Standard  oss://photos`
            let buckets = text.lines().filter_map(|line| {
                let (before, name) = line.split_once("oss://")?;
                let name = name.trim_end_matches('/');
                let region = before.split_whitespace().find(|word| word.starts_with("oss-"))?;
                (!name.is_empty() && !name.contains('/'))
                    .then(|| (name.to_owned(), region.trim_start_matches("oss-").to_owned()))
            });
            let buckets: Vec<_> = buckets.collect();
            for (name, region) in &buckets {
                region.clone_into(&mut collector.bucket(name).region);
            }
            // Of a list without any the last line says how many.
            !buckets.is_empty() || text.contains("Bucket Number is")
        }
        _ => false,
    }
}
