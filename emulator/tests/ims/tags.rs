//! Tags of users.

use serde_json::{Value, json};

use crate::kit::{self, Client, policy};
use crate::{ALICE, NOBODY, alice, ims};

const USER: (&str, &str) = ("ResourceType", "user");

fn listed(owner: &Client<'_>, more: &[(&str, &str)]) -> Value {
    ims(owner, "ListTagResources", &[&[USER], more].concat()).ok()["TagResources"]["TagResource"].clone()
}

#[test]
fn tags_are_set_listed_and_taken() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let id = alice(&owner);
    let by_name = ("ResourcePrincipalName.1", ALICE.1);
    let by_id = ("ResourceId.1", id.as_str());
    let tags = [("Tag.1.Key", "a"), ("Tag.1.Value", "1"), ("Tag.2.Key", "b"), ("Tag.2.Value", "2")];
    ims(&owner, "TagResources", &[&[USER, by_name], &tags[..]].concat()).ok();
    ims(&owner, "TagResources", &[USER, by_id, ("Tag.1.Key", "a"), ("Tag.1.Value", "3")]).ok();
    let entry =
        |key: &str, value: &str| json!({"ResourceType": "user", "ResourceId": id, "TagKey": key, "TagValue": value});
    assert_eq!(listed(&owner, &[]), json!([entry("a", "3"), entry("b", "2")]));
    assert_eq!(listed(&owner, &[by_id]), listed(&owner, &[by_name]));
    assert_eq!(listed(&owner, &[("Tag.1.Key", "a"), ("Tag.1.Value", "1")]), json!([]));
    let first = ims(&owner, "ListTagResources", &[USER, ("PageSize", "1")]).ok();
    assert_eq!((&first["IsTruncated"], &first["NextToken"]), (&json!(true), &json!("1")));
    assert_eq!(listed(&owner, &[("NextToken", "1")]), json!([entry("b", "2")]));
    ims(&owner, "UntagResources", &[USER, by_id, ("TagKey.1", "a"), ("TagKey.2", "never")]).ok();
    assert_eq!(listed(&owner, &[]), json!([entry("b", "2")]));
    ims(&owner, "UntagResources", &[USER, by_name, ("All", "true")]).ok();
    assert_eq!(listed(&owner, &[]), json!([]));
}

#[test]
fn what_cannot_be_right_changes_nothing() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let id = alice(&owner);
    let (one, tag) = (("ResourceId.1", id.as_str()), ("Tag.1.Key", "a"));
    for action in ["TagResources", "UntagResources"] {
        ims(&owner, action, &[one, tag]).refused(400, "MissingResourceType");
        ims(&owner, action, &[("ResourceType", "role"), one, tag]).refused(400, "InvalidParameter.ResourceType");
        ims(&owner, action, &[USER, tag]).refused(400, "MissingResourceId");
        ims(&owner, action, &[USER, one, ("ResourcePrincipalName.1", ALICE.1), tag])
            .refused(400, "InvalidParameter.ResourcePrincipalName");
        ims(&owner, action, &[USER, one, ("ResourceId.2", "200000000000000000"), tag])
            .refused(404, "EntityNotExist.User");
        ims(&owner, action, &[USER, ("ResourcePrincipalName.1", NOBODY.1), tag]).refused(404, "EntityNotExist.User");
        let many: Vec<_> = (1..=51).map(|number| format!("ResourceId.{number}")).collect();
        let mut parameters = vec![USER, tag];
        parameters.extend(many.iter().map(|name| (name.as_str(), "x")));
        ims(&owner, action, &parameters).refused(400, "InvalidParameter.ResourceId");
    }
    ims(&owner, "TagResources", &[USER, one]).refused(400, "MissingTag");
    ims(&owner, "TagResources", &[USER, one, ("Tag.1.Key", "acs:a")]).refused(400, "InvalidParameter.TagKey");
    let keys: Vec<_> = (1..=21).map(|number| (format!("Tag.{number}.Key"), format!("k{number}"))).collect();
    let with = |range: std::ops::Range<usize>| {
        let mut parameters = vec![USER, one];
        parameters.extend(keys[range].iter().map(|(name, value)| (name.as_str(), value.as_str())));
        ims(&owner, "TagResources", &parameters)
    };
    with(0..21).refused(400, "InvalidParameter.Tag");
    with(0..20).ok();
    with(20..21).refused(409, "LimitExceeded.Tag");
    ims(&owner, "ListTagResources", &[USER, ("NextToken", "x")]).refused(400, "InvalidParameter.NextToken");
    ims(&owner, "ListTagResources", &[USER, ("ResourceId.1", "2")]).refused(404, "EntityNotExist.User");
    assert_eq!(listed(&owner, &[]).as_array().map(Vec::len), Some(20));
}

/// Rights can rest on the tags of a user, and on those that a request would give.
#[test]
fn rights_know_tags() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let id = alice(&owner);
    let user = owner.user("bob");
    let when = |action: &str, key: &str| {
        let condition = format!(r#""Condition":{{"StringEquals":{{"{key}":"red"}}}},"Effect""#);
        policy("Allow", action, "*").replace(r#""Effect""#, &condition)
    };
    owner.grant("bob", "Read", &when("ims:GetUser", "acs:ResourceTag/team"));
    owner.grant("bob", "Tag", &when("ims:TagResources", "acs:RequestTag/team"));
    ims(&user, "GetUser", &[ALICE]).refused(403, "NoPermission");
    let tag = |value: &str| {
        ims(&user, "TagResources", &[USER, ("ResourceId.1", &id), ("Tag.1.Key", "team"), ("Tag.1.Value", value)])
    };
    tag("blue").refused(403, "NoPermission");
    tag("red").ok();
    ims(&user, "GetUser", &[ALICE]).ok();
    ims(&user, "GetUser", &[("UserId", &id)]).ok();
}
