//! Keys of KMS as Terraform's provider makes, changes and reads them; where Location says that products are, and which regions there are.

use serde_json::{Value, json};

use crate::kit::{Client, text};
use crate::{ECS, Place, VPC};

const KMS: &str = "2016-01-20";
const LOCATION: &str = "2015-06-12";
const DAY: i64 = 86_400;

fn made(owner: &Client<'_>, own: &[(&str, &str)]) -> Value {
    owner.rpc(KMS, "CreateKey", own).ok()["KeyMetadata"].clone()
}

fn shown(owner: &Client<'_>, id: &str) -> Value {
    owner.rpc(KMS, "DescribeKey", &[("KeyId", id)]).ok()["KeyMetadata"].clone()
}

#[test]
fn a_key_is_rotated_as_it_was_asked_for() {
    let place = Place::new();
    let owner = place.owner();
    let key = made(&owner, &[("EnableAutomaticRotation", "true"), ("RotationInterval", "30d")]);
    let id = text(&key, "/KeyId");
    assert_eq!((text(&key, "/AutomaticRotation"), text(&key, "/RotationInterval")), ("Enabled", "2592000s"));
    let (first, next) = (text(&key, "/PrimaryKeyVersion"), text(&key, "/NextRotationDate"));
    let versions = || owner.rpc(KMS, "ListKeyVersions", &[("KeyId", id)]).ok()["TotalCount"].clone();
    assert_eq!(versions(), json!(1));
    place.later(31 * DAY);
    let rotated = shown(&owner, id);
    assert_eq!((text(&rotated, "/LastRotationDate"), versions()), (next, json!(2)));
    assert_ne!(text(&rotated, "/PrimaryKeyVersion"), first);
    owner.rpc(KMS, "DisableKey", &[("KeyId", id)]).ok();
    assert_eq!(text(&shown(&owner, id), "/AutomaticRotation"), "Suspended");
    owner.rpc(KMS, "EnableKey", &[("KeyId", id)]).ok();
    let off = [("KeyId", id), ("EnableAutomaticRotation", "false")];
    owner.rpc(KMS, "UpdateRotationPolicy", &off).ok();
    place.later(300 * DAY);
    let still = shown(&owner, id);
    assert_eq!((text(&still, "/AutomaticRotation"), versions()), ("Disabled", json!(2)));
    assert_eq!(
        (&still["PrimaryKeyVersion"], &still["NextRotationDate"]),
        (&rotated["PrimaryKeyVersion"], &Value::Null)
    );
    for (own, code) in [
        (&[("KeyUsage", "X")][..], "InvalidParameter"),
        (&[("KeySpec", "RSA_1")], "InvalidParameter"),
        (&[("EnableAutomaticRotation", "true"), ("RotationInterval", "6d")], "InvalidParameter"),
        (&[("EnableAutomaticRotation", "true")], "InvalidParameter"),
        (
            &[("EnableAutomaticRotation", "true"), ("RotationInterval", "30d"), ("KeySpec", "RSA_2048")],
            "UnsupportedOperation",
        ),
    ] {
        assert_eq!(owner.rpc(KMS, "CreateKey", own).code(), code, "{own:?}");
    }
    let external = made(&owner, &[("Origin", "EXTERNAL")]);
    assert_eq!((text(&external, "/KeyState"), text(&external, "/PrimaryKeyVersion")), ("PendingImport", ""));
}

#[test]
fn the_versions_of_a_key_are_listed_in_pages() {
    let place = Place::new();
    let owner = place.owner();
    let key = made(&owner, &[("EnableAutomaticRotation", "true"), ("RotationInterval", "7d")]);
    let id = text(&key, "/KeyId");
    place.later(15 * DAY);
    let page = |own: [(&str, &str); 2]| owner.rpc(KMS, "ListKeyVersions", &[&[("KeyId", id)], &own[..]].concat());
    for (number, size, count) in [("1", "2", 2), ("2", "2", 1), ("3", "2", 0), ("1", "0", 0), ("1", "101", 3)] {
        let shown = page([("PageNumber", number), ("PageSize", size)]).ok();
        let items = shown["KeyVersions"]["KeyVersion"].as_array().map(Vec::len);
        let told = ["TotalCount", "PageNumber", "PageSize"].map(|member| shown[member].to_string());
        assert_eq!((items, told), (Some(count), ["3", number, size].map(str::to_owned)), "{shown}");
    }
    for wrong in [[("PageNumber", "0"), ("PageSize", "2")], [("PageNumber", "1"), ("PageSize", "102")]] {
        page(wrong).refused(400, "InvalidParameter");
    }
}

/// A key is rotated while it is enabled, and not while it is disabled or waits for its deletion.
#[test]
fn a_key_that_is_not_enabled_is_not_rotated() {
    let place = Place::new();
    let owner = place.owner();
    for (off, on) in [(&[("PendingWindowInDays", "366")][..], "CancelKeyDeletion"), (&[], "EnableKey")] {
        let key = made(&owner, &[("EnableAutomaticRotation", "true"), ("RotationInterval", "30d")]);
        let id = text(&key, "/KeyId");
        let versions = || owner.rpc(KMS, "ListKeyVersions", &[("KeyId", id)]).ok()["TotalCount"].clone();
        place.later(31 * DAY);
        let rotated = shown(&owner, id);
        let action = if off.is_empty() { "DisableKey" } else { "ScheduleKeyDeletion" };
        owner.rpc(KMS, action, &[&[("KeyId", id)], off].concat()).ok();
        place.later(100 * DAY);
        let still = shown(&owner, id);
        assert_eq!((text(&still, "/AutomaticRotation"), versions()), ("Suspended", json!(2)), "{action}");
        for member in ["PrimaryKeyVersion", "LastRotationDate"] {
            assert_eq!(still[member], rotated[member], "{action}");
        }
        assert_eq!(still["NextRotationDate"], Value::Null, "{action}");
        // How it is to be rotated may be said meanwhile.
        if off.is_empty() {
            let said = [("KeyId", id), ("EnableAutomaticRotation", "true"), ("RotationInterval", "20d")];
            owner.rpc(KMS, "UpdateRotationPolicy", &said).ok();
            place.later(100 * DAY);
            assert_eq!((text(&shown(&owner, id), "/AutomaticRotation"), versions()), ("Suspended", json!(2)));
        }
        for _ in 0..2 {
            owner.rpc(KMS, on, &[("KeyId", id)]);
        }
        assert_eq!((text(&shown(&owner, id), "/AutomaticRotation"), versions()), ("Enabled", json!(2)), "{on}");
        // The second time it is enabled already: nothing begins anew.
        place.later(19 * DAY);
        owner.rpc(KMS, "EnableKey", &[("KeyId", id)]).ok();
        place.later(12 * DAY);
        assert_eq!(versions(), json!(3), "{on}");
    }
}

#[test]
fn a_key_is_gone_after_its_own_window() {
    let place = Place::new();
    let owner = place.owner();
    let schedule =
        |id: &str, days: &str| owner.rpc(KMS, "ScheduleKeyDeletion", &[("KeyId", id), ("PendingWindowInDays", days)]);
    let keys: Vec<_> = ["7", "60"].map(|days| (text(&made(&owner, &[]), "/KeyId").to_owned(), days)).into();
    for (id, days) in &keys {
        schedule(id, days).ok();
        assert!(text(&shown(&owner, id), "/DeleteDate").starts_with("20"), "{days}");
    }
    let there =
        || keys.iter().map(|(id, _)| owner.rpc(KMS, "DescribeKey", &[("KeyId", id)]).status).collect::<Vec<_>>();
    place.later(8 * DAY);
    assert_eq!(there(), [404, 200]);
    place.later(53 * DAY);
    assert_eq!(there(), [404, 404]);
    let key = made(&owner, &[]);
    let (id, arn) = (text(&key, "/KeyId"), text(&key, "/Arn"));
    let protect = |on| {
        owner.rpc(KMS, "SetDeletionProtection", &[("ProtectedResourceArn", arn), ("EnableDeletionProtection", on)]).ok()
    };
    protect("true");
    assert_eq!(text(&shown(&owner, id), "/DeletionProtection"), "Enabled");
    assert_eq!(schedule(id, "7").code(), "Rejected.UnsupportedOperation");
    protect("false");
    schedule(id, "7").ok();
}

#[test]
fn keys_have_tags_and_aliases_and_are_found() {
    let place = Place::new();
    let owner = place.owner();
    let key = made(&owner, &[("KeySpec", "RSA_2048")]);
    let id = text(&key, "/KeyId");
    made(&owner, &[]);
    let of = [("RegionId", "cn-hangzhou"), ("ResourceType", "key"), ("ResourceId.1", id)];
    let tagged =
        |key: &str| owner.rpc(KMS, "TagResources", &[&of[..], &[("Tag.1.Key", key), ("Tag.1.Value", "v")]].concat());
    tagged("k").ok();
    assert_eq!(tagged("acs:k").code(), "InvalidParameter.TagKey");
    let tags = || owner.rpc(KMS, "ListTagResources", &of).ok()["TagResources"]["TagResource"].clone();
    assert_eq!(tags(), json!([{"ResourceType": "key", "ResourceId": id, "TagKey": "k", "TagValue": "v"}]));
    owner.rpc(KMS, "UntagResources", &[&of[..], &[("TagKey.1", "k")]].concat()).ok();
    assert_eq!(tags(), json!([]));
    let alias = |name: &str| owner.rpc(KMS, "CreateAlias", &[("KeyId", id), ("AliasName", name)]).code();
    assert_eq!(alias("alias/a-b/c_d"), "");
    let long = format!("alias/{}", "x".repeat(256));
    for name in ["zz", "alias/", "alias/a b", "alias/acs/oss", &long] {
        assert_eq!(alias(name), "InvalidParameter", "{name}");
    }
    let filters =
        json!([{"Key": "KeySpec", "Values": ["RSA_2048", "RSA_3072"]}, {"Key": "KeyState", "Values": ["Enabled"]}]);
    let found = owner.rpc(KMS, "ListKeys", &[("Filters", &filters.to_string())]).ok();
    assert_eq!((found["TotalCount"].clone(), text(&found, "/Keys/Key/0/KeyId")), (json!(1), id));
    assert_eq!(text(&owner.rpc(KMS, "DescribeAccountKmsStatus", &[]).ok(), "/AccountStatus"), "Enabled");
}

#[test]
fn location_tells_the_hosts_that_there_are() {
    let place = Place::new();
    let owner = place.owner();
    let ask = |code: &str, region: &str| {
        owner.rpc(LOCATION, "DescribeEndpoints", &[("Id", region), ("ServiceCode", code), ("Type", "openAPI")])
    };
    for (code, host) in [
        ("ecs", "ecs.cn-shanghai.aliyuncs.com"),
        ("sls", "cn-shanghai.log.aliyuncs.com"),
        ("log", "cn-shanghai.log.aliyuncs.com"),
        ("oss", "oss-cn-shanghai.aliyuncs.com"),
        ("eas", "pai-eas.cn-shanghai.aliyuncs.com"),
        ("paiworkspace", "aiworkspace.cn-shanghai.aliyuncs.com"),
        ("paidlc", "pai-dlc.cn-shanghai.aliyuncs.com"),
        ("ram", "ram.aliyuncs.com"),
    ] {
        assert_eq!(text(&ask(code, "cn-shanghai").ok(), "/Endpoints/Endpoint/0/Endpoint"), host, "{code}");
    }
    assert_eq!(ask("zoo", "cn-shanghai").code(), "Illegal Parameter");
    assert_eq!(ask("ecs", "cn-nowhere").code(), "InvalidRegionId");
}

#[test]
fn every_region_is_described_in_the_language_that_is_asked_for() {
    let place = Place::new();
    let owner = place.owner();
    let london = |version: &str, own: &[(&str, &str)]| -> Value {
        let told = owner.rpc(version, "DescribeRegions", own).ok();
        let regions = told["Regions"]["Region"].as_array().expect("regions").clone();
        assert_eq!(regions.len(), 26);
        regions.into_iter().find(|region| region["RegionId"] == "eu-west-1").expect("London")
    };
    let host = "ecs.eu-west-1.aliyuncs.com";
    let wanted =
        |name: &str| json!({"RegionId": "eu-west-1", "LocalName": name, "RegionEndpoint": host, "Status": "available"});
    assert_eq!(london(ECS, &[]), wanted("英国（伦敦）"));
    assert_eq!(london(ECS, &[("AcceptLanguage", "en-US")]), wanted("UK (London)"));
    assert_eq!(text(&london(VPC, &[]), "/RegionEndpoint"), "vpc.eu-west-1.aliyuncs.com");
    assert_eq!(london(KMS, &[]), json!({"RegionId": "eu-west-1"}));
}
