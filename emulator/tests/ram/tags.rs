//! Tags, and the conditions that rest on them.

use serde_json::{Value, json};

use crate::kit::{self, Client, names, policy, text};

fn furnished(owner: &Client<'_>) {
    let document = kit::trust("Service", "ecs.aliyuncs.com");
    for name in ["a", "B"] {
        owner.ram("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", &document)]).ok();
        let allowing = policy("Allow", "oss:*", "*");
        owner.ram("CreatePolicy", &[("PolicyName", name), ("PolicyDocument", &allowing)]).ok();
    }
}

fn tagged(owner: &Client<'_>, kind: &str, more: &[(&str, &str)]) -> Vec<String> {
    let answer = owner.ram("ListTagResources", &[&[("ResourceType", kind)], more].concat()).ok();
    let list = answer["TagResources"].as_array().unwrap().clone();
    let one =
        |tag: &Value| format!("{} {}={}", text(tag, "/ResourceName"), text(tag, "/TagKey"), text(tag, "/TagValue"));
    list.iter().map(one).collect()
}

#[test]
fn roles_and_policies_are_tagged_and_untagged() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    furnished(&owner);
    for kind in ["role", "policy"] {
        let on = |names: &'static str| [("ResourceType", kind), ("ResourceNames", names)];
        let tags = ("Tag", r#"[{"Key":"env","Value":"test"},{"Key":"Env","Value":""}]"#);
        owner.ram("TagResources", &[&on(r#"["a","b"]"#)[..], &[tags]].concat()).ok();
        assert_eq!(tagged(&owner, kind, &[]), ["a Env=", "a env=test", "B Env=", "B env=test"]);
        // A value that is there already is replaced.
        let other = ("Tag", r#"[{"Key":"env","Value":"prod"}]"#);
        owner.ram("TagResources", &[&on(r#"["a"]"#)[..], &[other]].concat()).ok();
        assert_eq!(tagged(&owner, kind, &[("ResourceNames", r#"["A"]"#)]), ["a Env=", "a env=prod"]);
        assert_eq!(tagged(&owner, kind, &[("Tag", r#"[{"Key":"env","Value":"test"}]"#)]), ["B Env=", "B env=test"]);
        // Of several names one that does not exist keeps the others from being changed.
        let missing = format!("EntityNotExist.{}", if kind == "role" { "Role" } else { "Policy" });
        owner.ram("TagResources", &[&on(r#"["a","c"]"#)[..], &[tags]].concat()).refused(404, &missing);
        owner.ram("UntagResources", &[&on(r#"["a","c"]"#)[..], &[("All", "true")]].concat()).refused(404, &missing);
        assert_eq!(tagged(&owner, kind, &[("ResourceNames", r#"["a"]"#)]), ["a Env=", "a env=prod"]);

        owner.ram("UntagResources", &[&on(r#"["a"]"#)[..], &[("TagKeys", r#"["env","none"]"#)]].concat()).ok();
        assert_eq!(tagged(&owner, kind, &[("ResourceNames", r#"["a"]"#)]), ["a Env="]);
        owner.ram("UntagResources", &[&on(r#"["B"]"#)[..], &[("All", "true")]].concat()).ok();
        assert_eq!(tagged(&owner, kind, &[]), ["a Env="]);
    }
}

#[test]
fn tags_may_come_with_what_they_are_on_and_narrow_lists() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    furnished(&owner);
    let tags = ("Tag", r#"[{"Key":"team","Value":"pai"}]"#);
    let document = kit::trust("Service", "ecs.aliyuncs.com");
    owner.ram("CreateRole", &[("RoleName", "c"), ("AssumeRolePolicyDocument", &document), tags]).ok();
    let allowing = policy("Allow", "oss:*", "*");
    owner.ram("CreatePolicy", &[("PolicyName", "c"), ("PolicyDocument", &allowing), tags]).ok();
    let shown = json!({"Tag": [{"TagKey": "team", "TagValue": "pai"}]});
    for filter in [tags, ("Tag", r#"[{"Key":"team"}]"#)] {
        let roles = owner.ram("ListRoles", &[filter]).ok();
        assert_eq!(names(&roles, "/Roles/Role", "RoleName"), ["c"]);
        assert_eq!(roles["Roles"]["Role"][0]["Tags"], shown);
        let policies = owner.ram("ListPolicies", &[filter]).ok();
        assert_eq!(names(&policies, "/Policies/Policy", "PolicyName"), ["c"]);
        assert_eq!(policies["Policies"]["Policy"][0]["Tags"], shown);
    }
    let all = owner.ram("ListRoles", &[]).ok();
    assert_eq!(all["Roles"]["Role"][0].get("Tags"), None, "only what is tagged shows tags");
    let none = owner.ram("ListRoles", &[("Tag", r#"[{"Key":"team","Value":"ecs"}]"#)]).ok();
    assert_eq!(none["Roles"]["Role"], json!([]));
}

#[test]
fn tags_have_a_form_and_a_limit() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    furnished(&owner);
    let on = [("ResourceType", "role"), ("ResourceNames", r#"["a"]"#)];
    let long = format!(r#"[{{"Key":"{}","Value":""}}]"#, "k".repeat(129));
    let many = json!((0..21).map(|n| json!({"Key": n.to_string(), "Value": ""})).collect::<Vec<_>>()).to_string();
    for tags in [
        "env",
        "{}",
        "[1]",
        r#"[{"Value":"a"}]"#,
        r#"[{"Key":"","Value":"a"}]"#,
        r#"[{"Key":"aliyun-x","Value":"a"}]"#,
        r#"[{"Key":"acs:x","Value":"a"}]"#,
        r#"[{"Key":"x","Value":"http://a"}]"#,
        r#"[{"Key":"x","Value":"1"},{"Key":"x","Value":"2"}]"#,
        &long,
        &many,
    ] {
        owner.ram("TagResources", &[&on[..], &[("Tag", tags)]].concat()).refused(400, "InvalidParameter.Tag");
    }
    owner.ram("TagResources", &on).refused(400, "MissingTag");
    let tag = ("Tag", r#"[{"Key":"x","Value":"1"}]"#);
    owner.ram("TagResources", &[("ResourceType", "user"), on[1], tag]).refused(400, "InvalidParameter.ResourceType");
    for names in ["a", "[]", r#"["a b"]"#, r#"["a/b"]"#] {
        owner
            .ram("TagResources", &[on[0], ("ResourceNames", names), tag])
            .refused(400, "InvalidParameter.ResourceNames");
    }
    let twenty = json!((0..20).map(|n| json!({"Key": n.to_string(), "Value": ""})).collect::<Vec<_>>()).to_string();
    owner.ram("TagResources", &[&on[..], &[("Tag", twenty.as_str())]].concat()).ok();
    owner.ram("TagResources", &[&on[..], &[tag]].concat()).refused(409, "LimitExceeded.Tag");
    owner.ram("TagResources", &[&on[..], &[("Tag", r#"[{"Key":"3","Value":"new"}]"#)]].concat()).ok();
}

#[test]
fn a_list_of_tags_comes_in_pages() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    furnished(&owner);
    let tags = r#"[{"Key":"1","Value":"x"},{"Key":"2","Value":"x"},{"Key":"3","Value":"x"}]"#;
    owner.ram("TagResources", &[("ResourceType", "role"), ("ResourceNames", r#"["a","B"]"#), ("Tag", tags)]).ok();
    let (mut seen, mut token) = (Vec::new(), String::new());
    for _ in 0..3 {
        let page = [("ResourceType", "role"), ("PageSize", "2"), ("NextToken", token.as_str())];
        let page = owner.ram("ListTagResources", &page).ok();
        let entries = page["TagResources"].as_array().unwrap();
        assert_eq!(entries.len(), 2);
        seen.extend(entries.iter().map(|tag| format!("{}{}", text(tag, "/ResourceName"), text(tag, "/TagKey"))));
        token = page.get("NextToken").map(|token| token.as_str().unwrap().to_owned()).unwrap_or_default();
    }
    assert_eq!(seen, ["a1", "a2", "a3", "B1", "B2", "B3"]);
    assert_eq!(token, "");
    owner
        .ram("ListTagResources", &[("ResourceType", "role"), ("NextToken", "?")])
        .refused(400, "InvalidParameter.NextToken");
}

fn condition(key: &str, value: &str) -> String {
    let statement = json!({
        "Effect": "Allow", "Action": "ram:*", "Resource": "*", "Condition": {"StringEquals": {key: value}},
    });
    json!({"Version": "1", "Statement": [statement]}).to_string()
}

#[test]
fn a_policy_may_ask_for_the_tags_of_a_request() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    owner.grant("alice", "Tagged", &condition("acs:RequestTag/team", "pai"));
    let document = kit::trust("Service", "ecs.aliyuncs.com");
    let base = [("RoleName", "r"), ("AssumeRolePolicyDocument", document.as_str())];
    let with = |tag: &'static str| alice.ram("CreateRole", &[&base[..], &[("Tag", tag)]].concat());
    alice.ram("CreateRole", &base).refused(403, "NoPermission");
    with(r#"[{"Key":"team","Value":"ecs"}]"#).refused(403, "NoPermission");
    with(r#"[{"Key":"team","Value":"pai"}]"#).ok();
}

#[test]
fn a_policy_may_ask_for_the_tags_of_what_is_there() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    furnished(&owner);
    let alice = owner.user("alice");
    owner.grant("alice", "Tagged", &condition("acs:ResourceTag/team", "pai"));
    let tag = |kind: &str, names: &str, value: &str| {
        let tags = format!(r#"[{{"Key":"team","Value":"{value}"}}]"#);
        let parameters = [("ResourceType", kind), ("ResourceNames", names), ("Tag", &tags)];
        owner.ram("TagResources", &parameters).ok();
    };
    alice.ram("GetRole", &[("RoleName", "a")]).refused(403, "NoPermission");
    tag("role", r#"["a"]"#, "pai");
    tag("policy", r#"["a"]"#, "pai");
    alice.ram("GetRole", &[("RoleName", "a")]).ok();
    alice.ram("GetRole", &[("RoleName", "B")]).refused(403, "NoPermission");
    alice.ram("GetPolicy", &[("PolicyType", "Custom"), ("PolicyName", "a")]).ok();
    alice.ram("GetPolicy", &[("PolicyType", "Custom"), ("PolicyName", "B")]).refused(403, "NoPermission");
    // Both halves of an attachment must be tagged.
    let attach = |role, policy| {
        let parameters = [("RoleName", role), ("PolicyType", "Custom"), ("PolicyName", policy)];
        alice.ram("AttachPolicyToRole", &parameters)
    };
    attach("a", "B").refused(403, "NoPermission");
    attach("B", "a").refused(403, "NoPermission");
    attach("a", "a").ok();
    // Of several names each must be.
    let untag = |names: &'static str| {
        alice.ram("UntagResources", &[("ResourceType", "role"), ("ResourceNames", names), ("All", "true")])
    };
    untag(r#"["a","B"]"#).refused(403, "NoPermission");
    // At each request the tags that are there then.
    tag("role", r#"["a"]"#, "ecs");
    untag(r#"["a"]"#).refused(403, "NoPermission");
}
