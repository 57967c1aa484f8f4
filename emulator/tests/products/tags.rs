//! Tags that a request passes, which conditions read.

use serde_json::{Value, json};

use crate::kit::Client;
use crate::{DATAWORKS, ECS, MANAGER, Place, STUDIO, VPC, document, send};

const KMS: &str = "2016-01-20";
const SLB: &str = "2014-05-15";

fn with(effect: &str, key: &str, value: &str) -> Value {
    let condition = json!({"StringEquals": {format!("acs:RequestTag/{key}"): value}});
    json!({"Effect": effect, "Action": "*", "Resource": "*", "Condition": condition})
}

/// Calls that pass the tag `team=VALUE`, with the status of those that may not.
fn calls(client: &Client<'_>, value: &str) -> Vec<(&'static str, u16)> {
    let region = ("RegionId", "cn-hangzhou");
    let flat = [("Tag.1.Key", "team"), ("Tag.1.Value", value)];
    let json = json!([{"TagKey": "team", "TagValue": value}]).to_string();
    let call = |version, action: &'static str, own: &[(&str, &str)]| {
        (action, client.rpc(version, action, &[&[region], own].concat()).status)
    };
    vec![
        call(VPC, "CreateVpc", &flat),
        call(ECS, "CreateSecurityGroup", &flat),
        call(ECS, "TagResources", &[&[("ResourceType", "instance"), ("ResourceId.1", "i-1")], &flat[..]].concat()),
        call(KMS, "CreateKey", &[("Tags", &json)]),
        call(SLB, "TagResources", &[&[("ResourceType", "instance"), ("ResourceId.1", "lb-1")], &flat[..]].concat()),
        call(MANAGER, "CreateResourceGroup", &[&[("Name", value), ("DisplayName", value)], &flat[..]].concat()),
    ]
}

#[test]
fn a_deny_on_a_tag_of_the_request_bites() {
    let place = Place::new();
    let everything = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    let user = place.user("denied", &document(&[everything, with("Deny", "team", "prod")]));
    for (action, status) in calls(&user, "prod") {
        assert_eq!(status, 403, "{action}");
    }
    for (action, status) in calls(&user, "test") {
        assert_ne!(status, 403, "{action}");
    }
}

#[test]
fn an_allow_on_a_tag_of_the_request_counts() {
    let place = Place::new();
    let user = place.user("allowed", &document(&[with("Allow", "team", "prod")]));
    for (action, status) in calls(&user, "prod") {
        assert_ne!(status, 403, "{action}");
    }
    for (action, status) in calls(&user, "test") {
        assert_eq!(status, 403, "{action}");
    }
    // A parameter that an operation does not take passes no tag.
    let more = [("RegionId", "cn-hangzhou"), ("VpcId", "vpc-1"), ("Tag.1.Key", "team"), ("Tag.1.Value", "prod")];
    assert_eq!(user.rpc(VPC, "DeleteVpc", &more).status, 403);
}

#[test]
fn a_call_passes_so_many_tags_and_no_more() {
    let place = Place::new();
    let user = place.owner().user("nobody");
    let call = |key: fn(usize) -> usize| {
        let tags: Value = (1..=300).map(|number| json!({"TagKey": format!("key{}", key(number))})).collect();
        user.rpc(KMS, "CreateKey", &[("Tags", &tags.to_string())])
    };
    // The same one again is one.
    assert_eq!(call(|number| number % 20).status, 403);
    call(|number| number).refused(400, "QuotaExceeded.TagsPerResource");
}

#[test]
fn a_tag_counts_under_whatever_name_a_product_takes_it() {
    let place = Place::new();
    let everything = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    let condition = json!({"StringNotEquals": {"acs:RequestTag/team": "a"}});
    let creates = ["paidlc:CreateJob", "pai:CreateQuota", "dataworks:CreateProject"];
    let deny = json!({"Effect": "Deny", "Action": creates, "Resource": "*", "Condition": condition});
    let user = place.user("alice", &document(&[everything, deny]));
    for (value, refused) in [("a", false), ("b", true)] {
        let job = place.job(&user, &json!({"Settings": {"Tags": {"team": value}}}));
        let labels = json!({"QuotaName": format!("quota-{value}"), "Labels": [{"Key": "team", "Value": value}]});
        let quota = send(&user, STUDIO, "POST", "/api/v1/quotas", &labels);
        let tags = json!([{"Key": "team", "Value": value}]).to_string();
        let name = format!("project_{value}");
        let named = [("Name", name.as_str()), ("DisplayName", &name), ("AliyunResourceTags", &tags)];
        let project = user.rpc(DATAWORKS, "CreateProject", &named);
        let statuses = [("job", job.status), ("quota", quota.status), ("project", project.status)];
        for (made, status) in statuses {
            assert_eq!(status, if refused { 403 } else { 200 }, "{made} {value}");
        }
    }
}
