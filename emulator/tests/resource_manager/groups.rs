//! Resource groups, their tags, and what is in them.

use acslab_emulator::cloud::ResourceKey;
use serde_json::{Value, json};

use crate::kit::{self, Client, MOMENT, names, policy, text};
use crate::{ACCOUNT, rm};

fn make(owner: &Client<'_>, name: &str) -> String {
    let made = rm(owner, "CreateResourceGroup", &[("Name", name), ("DisplayName", name)]).ok();
    text(&made, "/ResourceGroup/Id").to_owned()
}

fn default_id(owner: &Client<'_>) -> String {
    let listed = rm(owner, "ListResourceGroups", &[("Name", "default")]).ok();
    text(&listed, "/ResourceGroups/ResourceGroup/0/Id").to_owned()
}

#[test]
fn a_group_is_made_read_changed_and_deleted() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let made = rm(
        &owner,
        "CreateResourceGroup",
        &[("Name", "my-project"), ("DisplayName", "My project"), ("Tag.1.Key", "k"), ("Tag.1.Value", "v")],
    )
    .ok();
    let id = text(&made, "/ResourceGroup/Id");
    assert!(id.starts_with("rg-") && id.len() == 18, "{id}");
    assert_eq!(made["ResourceGroup"]["Status"], "Creating");
    assert_eq!(made["ResourceGroup"]["RegionStatuses"]["RegionStatus"][0]["Status"], "Creating");

    let got = rm(&owner, "GetResourceGroup", &[("ResourceGroupId", id), ("IncludeTags", "true")]).ok();
    let mut shown = got["ResourceGroup"].clone();
    shown.as_object_mut().unwrap().remove("RegionStatuses");
    assert_eq!(
        shown,
        json!({
            "Id": id, "AccountId": ACCOUNT, "Name": "my-project", "DisplayName": "My project", "CreateDate": MOMENT,
            "Status": "OK", "Tags": {"Tag": [{"TagKey": "k", "TagValue": "v"}]},
        })
    );
    let changed = rm(&owner, "UpdateResourceGroup", &[("ResourceGroupId", id), ("NewDisplayName", "Ours")]).ok();
    assert_eq!(
        changed["ResourceGroup"],
        json!({"Id": id, "AccountId": ACCOUNT, "Name": "my-project", "DisplayName": "Ours", "CreateDate": MOMENT})
    );

    let gone = rm(&owner, "DeleteResourceGroup", &[("ResourceGroupId", id)]).ok();
    assert_eq!(gone["ResourceGroup"]["Status"], "PendingDelete");
    // For a week it is still there, and nothing can be done with it.
    let pending = rm(&owner, "GetResourceGroup", &[("ResourceGroupId", id)]).ok();
    assert_eq!(pending["ResourceGroup"]["Status"], "PendingDelete");
    rm(&owner, "UpdateResourceGroup", &[("ResourceGroupId", id), ("NewDisplayName", "x")])
        .refused(409, "DeleteConflict.ResourceGroup.Status");
    rm(&owner, "DeleteResourceGroup", &[("ResourceGroupId", id)]).refused(409, "DeleteConflict.ResourceGroup.Status");
    cloud.gateway().cloud().clock.advance(7 * 24 * 3_600_000).unwrap();
    rm(&owner, "GetResourceGroup", &[("ResourceGroupId", id)]).refused(404, "EntityNotExists.ResourceGroup");
}

#[test]
fn every_account_has_a_default_group_that_stays() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let listed = rm(&owner, "ListResourceGroups", &[]).ok();
    assert_eq!(names(&listed, "/ResourceGroups/ResourceGroup", "Name"), ["default"]);
    let id = default_id(&owner);
    rm(&owner, "DeleteResourceGroup", &[("ResourceGroupId", &id)]).refused(400, "InvalidParameter.ResourceGroupId");
    rm(&owner, "GetResourceGroup", &[("ResourceGroupId", &id)]).ok();
}

#[test]
fn a_bad_group_is_not_made() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    make(&owner, "taken");
    let long = "a".repeat(51);
    let cases = [
        ("", "d", 400, "MissingName"),
        ("n1", "", 400, "MissingDisplayName"),
        ("1n", "d", 400, "InvalidParameter.Name.InvalidChars"),
        ("a_b", "d", 400, "InvalidParameter.Name.InvalidChars"),
        ("a", "d", 400, "InvalidParameter.Name.Length"),
        (long.as_str(), "d", 400, "InvalidParameter.Name.Length"),
        ("name", long.as_str(), 400, "InvalidParameter.DisplayName.Length"),
        ("taken", "d", 409, "EntityAlreadyExists.ResourceGroup"),
    ];
    for (name, display_name, status, code) in cases {
        let parameters = [("Name", name), ("DisplayName", display_name)];
        rm(&owner, "CreateResourceGroup", &parameters).refused(status, code);
    }
    let tagged = |key, value| {
        let parameters = [("Name", "tagged"), ("DisplayName", "d"), ("Tag.1.Key", key), ("Tag.1.Value", value)];
        rm(&owner, "CreateResourceGroup", &parameters)
    };
    tagged("", "v").refused(400, "InvalidParameter.TagKey");
    tagged("acs:k", "v").refused(400, "InvalidParameter.TagKey");
    tagged("k", "see https://example.com").refused(400, "InvalidParameter.TagValue");
    let group = [("ResourceGroupId", "rg-nothere"), ("NewDisplayName", long.as_str())];
    rm(&owner, "UpdateResourceGroup", &group).refused(400, "InvalidParameter.DisplayName.Length");
    for action in ["GetResourceGroup", "DeleteResourceGroup"] {
        rm(&owner, action, &[("ResourceGroupId", "group")]).refused(400, "InvalidParameter.ResourceGroupId");
        rm(&owner, action, &[("ResourceGroupId", "rg-nothere")]).refused(404, "EntityNotExists.ResourceGroup");
        rm(&owner, action, &[]).refused(400, "MissingResourceGroupId");
    }
    assert_eq!(rm(&owner, "ListResourceGroups", &[]).ok()["TotalCount"], 2);
}

#[test]
fn thirty_groups_and_no_more() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    for number in 0..30 {
        make(&owner, &format!("group-{number}"));
    }
    rm(&owner, "CreateResourceGroup", &[("Name", "one-more"), ("DisplayName", "d")])
        .refused(409, "LimitExceeded.ResourceGroup");
    let page = rm(&owner, "ListResourceGroups", &[("PageNumber", "4"), ("PageSize", "10")]).ok();
    assert_eq!((&page["TotalCount"], &page["PageNumber"], &page["PageSize"]), (&json!(31), &json!(4), &json!(10)));
    assert_eq!(page["ResourceGroups"]["ResourceGroup"].as_array().map(Vec::len), Some(1));
    let beyond = rm(&owner, "ListResourceGroups", &[("PageNumber", "5")]).ok();
    assert_eq!(beyond["ResourceGroups"]["ResourceGroup"], json!([]));
    for (name, value) in [("PageNumber", "0"), ("PageSize", "101"), ("PageSize", "0")] {
        rm(&owner, "ListResourceGroups", &[(name, value)]).refused(400, &format!("InvalidParameter.{name}"));
    }
}

#[test]
fn a_list_is_narrowed() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let first = make(&owner, "alpha");
    let second = make(&owner, "beta");
    rm(
        &owner,
        "TagResources",
        &[("ResourceType", "ResourceGroup"), ("ResourceId.1", &first), ("Tag.1.Key", "k"), ("Tag.1.Value", "v")],
    )
    .ok();
    rm(&owner, "DeleteResourceGroup", &[("ResourceGroupId", &second)]).ok();
    let of = |parameters: &[(&str, &str)]| {
        let listed = rm(&owner, "ListResourceGroups", parameters).ok();
        let mut found: Vec<_> =
            names(&listed, "/ResourceGroups/ResourceGroup", "Name").into_iter().map(str::to_owned).collect();
        found.sort();
        found
    };
    assert_eq!(of(&[]), ["alpha", "beta", "default"]);
    assert_eq!(of(&[("Status", "OK")]), ["alpha", "default"]);
    assert_eq!(of(&[("Name", "alp")]), ["alpha"]);
    assert_eq!(of(&[("DisplayName", "bet")]), ["beta"]);
    assert_eq!(of(&[("ResourceGroupIds.1", &first), ("ResourceGroupIds.2", &second)]), ["alpha", "beta"]);
    assert_eq!(of(&[("ResourceGroupId", &first)]), ["alpha"]);
    assert_eq!(of(&[("ResourceGroupId", &first), ("ResourceGroupIds.1", &second)]), ["beta"]);
    assert_eq!(of(&[("Tag.1.Key", "k"), ("Tag.1.Value", "v")]), ["alpha"]);
    // Who filters by tags is shown them, asked for or not.
    for more in [&[][..], &[("IncludeTags", "false")]] {
        let listed = rm(&owner, "ListResourceGroups", &[&[("Tag.1.Key", "k"), ("Tag.1.Value", "v")], more].concat());
        let tags = &listed.ok()["ResourceGroups"]["ResourceGroup"][0]["Tags"];
        assert_eq!(*tags, json!({"Tag": [{"TagKey": "k", "TagValue": "v"}]}));
    }
    let listed = rm(&owner, "ListResourceGroups", &[("ResourceGroupId", &first)]).ok();
    assert_eq!(listed["ResourceGroups"]["ResourceGroup"][0].get("Tags"), None);
    rm(&owner, "ListResourceGroups", &[("Status", "ok")]).refused(400, "InvalidParameter.Status");
}

#[test]
fn tags_are_set_listed_and_taken() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let (first, second) = (make(&owner, "alpha"), make(&owner, "beta"));
    let both = [("ResourceType", "ResourceGroup"), ("ResourceId.1", first.as_str()), ("ResourceId.2", second.as_str())];
    let with = |more: &[(&'static str, &'static str)]| [&both[..], more].concat();
    rm(&owner, "TagResources", &with(&[("Tag.1.Key", "a"), ("Tag.1.Value", "1"), ("Tag.2.Key", "b")])).ok();
    rm(&owner, "TagResources", &with(&[("Tag.1.Key", "a"), ("Tag.1.Value", "2")])).ok();
    let listed = rm(&owner, "ListTagResources", &[("ResourceType", "ResourceGroup"), ("ResourceId.1", &first)]).ok();
    assert_eq!(
        listed["TagResources"],
        json!([
            {"ResourceType": "ResourceGroup", "ResourceId": first, "TagKey": "a", "TagValue": "2"},
            {"ResourceType": "ResourceGroup", "ResourceId": first, "TagKey": "b", "TagValue": ""},
        ])
    );
    let page = [("ResourceType", "ResourceGroup"), ("MaxResults", "3")];
    let page = rm(&owner, "ListTagResources", &page).ok();
    assert_eq!(page["TagResources"].as_array().map(Vec::len), Some(3));
    let next = [("ResourceType", "ResourceGroup"), ("NextToken", text(&page, "/NextToken"))];
    let last = rm(&owner, "ListTagResources", &next).ok();
    assert_eq!(last["TagResources"].as_array().map(Vec::len), Some(1));
    assert_eq!(last.get("NextToken"), None);
    rm(&owner, "UntagResources", &with(&[("TagKey.1", "a"), ("TagKey.2", "never")])).ok();
    let count = |key: &str| {
        let parameters = [("ResourceType", "ResourceGroup"), ("Tag.1.Key", key)];
        rm(&owner, "ListTagResources", &parameters).ok()["TagResources"].as_array().map(Vec::len)
    };
    assert_eq!((count("a"), count("b")), (Some(0), Some(2)));
    rm(&owner, "UntagResources", &with(&[("All", "true")])).ok();
    assert_eq!(count("b"), Some(0));

    rm(&owner, "TagResources", &with(&[])).refused(400, "MissingTag");
    rm(&owner, "TagResources", &[("ResourceType", "ResourceGroup"), ("Tag.1.Key", "k")])
        .refused(400, "MissingResourceId");
    rm(&owner, "TagResources", &[("ResourceType", "Bucket")]).refused(400, "InvalidParameter.ResourceType");
    let absent =
        [("ResourceType", "ResourceGroup"), ("ResourceId.1", &first), ("ResourceId.2", "rg-no"), ("Tag.1.Key", "k")];
    rm(&owner, "TagResources", &absent).refused(404, "EntityNotExists.ResourceGroup");
    assert_eq!(count("k"), Some(0), "a refused call changes nothing");
    let many: Vec<_> = (1..=21).map(|number| format!("Tag.{number}.Key")).collect();
    let mut parameters = vec![("ResourceType", "ResourceGroup"), ("ResourceId.1", &first)];
    parameters.extend(many.iter().map(|name| (name.as_str(), name.as_str())));
    rm(&owner, "TagResources", &parameters).refused(400, "InvalidParameter.Tag");
    rm(&owner, "ListTagResources", &[("ResourceType", "ResourceGroup"), ("NextToken", "x")])
        .refused(400, "InvalidParameter.NextToken");
}

/// As a service does it that supports resource groups.
fn enter(cloud: &acslab_emulator::EmulatorHandle, name: &str) {
    let account = cloud.gateway().cloud().account(ACCOUNT).expect("the account");
    let now = cloud.gateway().cloud().clock.now();
    let key = ResourceKey::new("oss", "bucket", name);
    account.resource_groups.write().enter(key, "cn-hangzhou", None, now).expect("entered");
}

#[test]
fn resources_are_listed_and_moved() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let (group, default) = (make(&owner, "project"), default_id(&owner));
    assert_eq!(rm(&owner, "ListResources", &[]).ok()["Resources"]["Resource"], json!([]));
    enter(&cloud, "photos");
    enter(&cloud, "videos");
    let moved = rm(
        &owner,
        "MoveResources",
        &[
            ("ResourceGroupId", &group),
            ("Resources.1.Service", "oss"),
            ("Resources.1.ResourceType", "bucket"),
            ("Resources.1.ResourceId", "photos"),
            ("Resources.1.RegionId", "cn-hangzhou"),
            ("Resources.2.Service", "oss"),
            ("Resources.2.ResourceType", "bucket"),
            ("Resources.2.ResourceId", "nowhere"),
        ],
    )
    .ok();
    assert_eq!(moved["Responses"][0]["Status"], "SUCCESS");
    assert_eq!(moved["Responses"][1]["Status"], "FAIL");
    assert_eq!(moved["Responses"][1]["ErrorCode"], "EntityNotExists.Resource");
    let listed = rm(&owner, "ListResources", &[("ResourceGroupId", &group)]).ok();
    assert_eq!(
        listed["Resources"]["Resource"],
        json!([{
            "ResourceGroupId": group, "Service": "oss", "ResourceType": "bucket", "ResourceId": "photos",
            "RegionId": "cn-hangzhou", "CreateDate": MOMENT,
        }])
    );
    let of = |parameters: &[(&str, &str)]| -> Vec<String> {
        let listed = rm(&owner, "ListResources", parameters).ok();
        names(&listed, "/Resources/Resource", "ResourceId").into_iter().map(str::to_owned).collect()
    };
    assert_eq!(of(&[("ResourceGroupId", &default)]), ["videos"]);
    assert_eq!(of(&[("Service", "oss"), ("ResourceType", "bucket")]), ["photos", "videos"]);
    assert_eq!(of(&[("ResourceTypes.1.Service", "ecs"), ("ResourceTypes.1.ResourceType", "instance")]), [""; 0]);
    assert_eq!(of(&[("Region", "cn-beijing")]), [""; 0]);
    // The list of types counts more than the one type; a half of a pair does not count.
    let bucket = [("ResourceTypes.1.Service", "oss"), ("ResourceTypes.1.ResourceType", "bucket")];
    assert_eq!(of(&[&bucket[..], &[("Service", "ecs"), ("ResourceType", "disk")]].concat()), ["photos", "videos"]);
    assert_eq!(of(&[bucket[0], ("Service", "ecs")]), [""; 0]);

    rm(&owner, "DeleteResourceGroup", &[("ResourceGroupId", &group)])
        .refused(409, "DeleteConflict.ResourceGroup.Resource");
    rm(&owner, "MoveResources", &[("ResourceGroupId", &group)]).refused(400, "MissingResources");
    let one =
        [("Resources.1.Service", "oss"), ("Resources.1.ResourceType", "bucket"), ("Resources.1.ResourceId", "photos")];
    let to = |group: &str| rm(&owner, "MoveResources", &[&one[..], &[("ResourceGroupId", group)]].concat());
    to("rg-nothere").refused(404, "EntityNotExists.ResourceGroup");
    to(&default).ok();
    rm(&owner, "DeleteResourceGroup", &[("ResourceGroupId", &group)]).ok();
    let names: Vec<_> = (1..=11).map(|number| format!("Resources.{number}.ResourceId")).collect();
    let mut parameters: Vec<_> = names.iter().map(|name| (name.as_str(), "x")).collect();
    parameters.push(("ResourceGroupId", &default));
    rm(&owner, "MoveResources", &parameters).refused(400, "InvalidParameter.Resources");
}

#[test]
fn the_right_to_a_group_has_two_names() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let (mine, other) = (make(&owner, "mine"), make(&owner, "other"));
    let get = |client: &Client<'_>, id: &str| rm(client, "GetResourceGroup", &[("ResourceGroupId", id)]);
    for (user, service) in [("ram-user", "ram"), ("rm-user", "resourcemanager")] {
        let client = owner.user(user);
        let refused = get(&client, &mine);
        refused.refused(403, "NoPermission");
        // Whatever would have allowed it, the refusal names RAM's action.
        assert_eq!(refused.json()["AccessDeniedDetail"]["AuthAction"], "ram:GetResourceGroup");
        let arn = format!("acs:{service}:*:*:resourcegroup/{mine}");
        owner.grant(user, &format!("P-{service}"), &policy("Allow", &format!("{service}:GetResourceGroup"), &arn));
        get(&client, &mine).ok();
        get(&client, &other).refused(403, "NoPermission");
        // A Deny of either name denies.
        let deny = format!("D-{service}");
        let denied = if service == "ram" { "resourcemanager" } else { "ram" };
        owner.grant(user, &deny, &policy("Deny", &format!("{denied}:*"), "*"));
        let refused = get(&client, &mine);
        let detail: &Value = &refused.refused(403, "NoPermission").json()["AccessDeniedDetail"];
        assert_eq!(
            (&detail["NoPermissionType"], &detail["AuthAction"]),
            (&json!("ExplicitDeny"), &json!("ram:GetResourceGroup"))
        );
    }
}

#[test]
fn unknown_to_us_is_not_found() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    rm(&owner, "ListAutoGroupingRules", &[]).refused(501, "AcslabNotPerformed");
    rm(&owner, "ListAutoGroupingRule", &[]).refused(404, "InvalidAction.NotFound");
    let all = acslab_emulator::operations().filter(|row| row.product.name == "ResourceManager");
    // The others that the official metadata lists are decided.
    assert_eq!(all.filter(|row| row.is_performed()).count(), 80);
}
