//! Projects, Logstores, shards, indexes, tags: made, shown, changed, deleted.

use serde_json::{Value, json};

use crate::kit::{Client, names};
use crate::tools::{start, told};

#[test]
fn the_life_of_a_project() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let made = json!({"projectName": "photos", "description": "pictures", "dataRedundancyType": "ZRS"});
    owner.log("POST", "", "/", &made).ok_status();
    told(&owner.log("POST", "", "/", &made), 400, "ProjectAlreadyExist", "Project photos already exist.");
    let partner = Client::owner_of(&emulator, 1);
    partner.log("POST", "", "/", &made).refused(400, "ProjectAlreadyExist");
    // The SDK for Python names the project in the host as well.
    owner.log("POST", "videos", "/", &json!({"projectName": "videos", "description": ""})).ok_status();
    let shown = owner.look("photos", "/", &[]).ok();
    for (name, value) in [
        ("projectName", json!("photos")),
        ("description", json!("pictures")),
        ("status", json!("Normal")),
        ("owner", json!("1234567890123456")),
        ("region", json!("cn-hangzhou")),
        ("createTime", json!("2026-01-02 03:04:05")),
        ("dataRedundancyType", json!("ZRS")),
        ("quota", json!({"logstore": 200, "shard": 400})),
    ] {
        assert_eq!(shown[name], value, "{name}");
    }
    assert!(shown["resourceGroupId"].as_str().is_some_and(|id| id.starts_with("rg-")));
    owner.log("PUT", "photos", "/", &json!({"description": "x".repeat(100)})).ok_status();
    assert_eq!(owner.look("photos", "/", &[]).ok()["description"], "x".repeat(64));
    let list = owner.look("", "/", &[("offset", "1"), ("size", "10")]).ok();
    assert_eq!((&list["count"], &list["total"]), (&json!(1), &json!(2)));
    assert_eq!(names(&list, "/projects", "projectName"), ["videos"]);
    assert_eq!(list["projects"][0].get("quota"), None);
    let list = owner.look("", "/", &[("projectName", "phot"), ("fetchQuota", "true")]).ok();
    assert_eq!(
        (names(&list, "/projects", "projectName"), &list["projects"][0]["quota"]["shard"]),
        (vec!["photos"], &json!(400))
    );
    assert_eq!(partner.look("", "/", &[]).ok()["total"], 0);
    told(&owner.look("", "/", &[("offset", "x")]), 400, "ParameterInvalid", "offset : x pair is invalid.");
    owner.log("DELETE", "photos", "/", &Value::Null).ok_status();
    owner.log("DELETE", "photos", "/", &Value::Null).refused(404, "ProjectNotExist");
    for name in ["", "ab", "Photos", "a_b", "-ab", &"a".repeat(64)] {
        owner.log("POST", "", "/", &json!({"projectName": name, "description": ""})).refused(400, "ParameterInvalid");
    }
    told(
        &owner.log("POST", "", "/", &json!({"projectName": "logtail", "description": ""})),
        400,
        "ProjectAlreadyExist",
        "Project logtail already exist.",
    );
}

#[test]
fn the_life_of_a_logstore() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let store = |more: Value| {
        let mut store = json!({"logstoreName": "other", "shardCount": 3, "ttl": 30});
        store.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        owner.log("POST", "photos", "/logstores", &store)
    };
    for (more, message) in [
        (json!({"logstoreName": ""}), "logstore name  is invalid"),
        (json!({"logstoreName": "A"}), "logstore name A is invalid"),
        (json!({"autoSplit": true, "maxSplitShard": 1000}), "maxSplitShard must be within range [1, 256]"),
        (json!({"shardCount": 0}), "shardCount must be within range [1, 100]"),
        (json!({"ttl": 3651}), "ttl must be within range [1, 3650]"),
        (
            json!({"encrypt_conf": {"enable": true, "encrypt_type": "typex"}}),
            "The encrypt_conf is invalid, [encrypt_type] key is missing or not supported",
        ),
        (json!({"mode": "fast"}), "mode fast is invalid"),
    ] {
        told(&store(more), 400, "LogStoreInfoInvalid", message);
    }
    store(
        json!({"autoSplit": true, "maxSplitShard": 6, "enable_tracking": true, "encrypt_conf": {"encrypt_type": "m4"}}),
    )
    .ok_status();
    told(&store(json!({})), 400, "LogStoreAlreadyExist", "logstore other already exists");
    let shown = owner.look("photos", "/logstores/other", &[]).ok();
    for (name, value) in [
        ("logstoreName", json!("other")),
        ("ttl", json!(30)),
        ("shardCount", json!(3)),
        ("autoSplit", json!(true)),
        ("maxSplitShard", json!(6)),
        ("enable_tracking", json!(true)),
        ("appendMeta", json!(false)),
        ("mode", json!("standard")),
        ("createTime", json!(1_767_323_045)),
        ("encrypt_conf", json!({"enable": true, "encrypt_type": "m4"})),
    ] {
        assert_eq!(shown[name], value, "{name}");
    }
    let list = owner.look("photos", "/logstores", &[("size", "1")]).ok();
    assert_eq!(list, json!({"count": 1, "total": 2, "logstores": ["app"]}));
    assert_eq!(owner.look("photos", "/logstores", &[("logstoreName", "the")]).ok()["logstores"], json!(["other"]));
    let update = json!({"logstoreName": "other", "ttl": 1, "enable_tracking": false});
    owner.log("PUT", "photos", "/logstores/other", &update).ok_status();
    let shown = owner.look("photos", "/logstores/other", &[]).ok();
    assert_eq!(
        (&shown["ttl"], &shown["enable_tracking"], &shown["autoSplit"]),
        (&json!(1), &json!(false), &json!(true))
    );
    told(
        &owner.log("PUT", "photos", "/logstores/other", &json!({"logstoreName": "other", "ttl": 2, "shardCount": 2})),
        400,
        "ParameterInvalid",
        "invalid shard count,you can only modify shardCount by split& merge shard.",
    );
    assert_eq!(owner.look("photos", "/logstores/other", &[]).ok()["ttl"], 1);
    owner
        .log("PUT", "photos", "/logstores/other/meteringmode", &json!({"meteringMode": "ChargeByDataIngest"}))
        .ok_status();
    let mode = owner.look("photos", "/logstores/other/meteringmode", &[]).ok();
    assert_eq!(mode, json!({"meteringMode": "ChargeByDataIngest"}));
    owner.log("DELETE", "photos", "/logstores/other", &Value::Null).ok_status();
    let gone = owner.log("DELETE", "photos", "/logstores/other", &Value::Null);
    told(&gone, 404, "LogStoreNotExist", "logstore other does not exist");
    owner.look("photos", "/logstores/other/shards", &[]).refused(404, "LogStoreNotExist");
    owner
        .log("POST", "none", "/logstores", &json!({"logstoreName": "abc", "shardCount": 1, "ttl": 1}))
        .refused(404, "ProjectNotExist");
}

fn shards(list: &Value) -> Vec<(u64, String, String, String)> {
    let text = |shard: &Value, name: &str| shard[name].as_str().unwrap_or_default().to_owned();
    let view = |shard: &Value| {
        let id = shard["shardID"].as_u64().expect("a number");
        (id, text(shard, "status"), text(shard, "inclusiveBeginKey"), text(shard, "exclusiveEndKey"))
    };
    list.as_array().expect("a list").iter().map(view).collect()
}

#[test]
fn shards_are_split_and_merged() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let (zero, half, end) = ("0".repeat(32), format!("8{}", "0".repeat(31)), "f".repeat(32));
    let quarter = format!("4{}", "0".repeat(31));
    let shard =
        |id: u64, status: &str, begin: &str, end: &str| (id, status.to_owned(), begin.to_owned(), end.to_owned());
    let path = "/logstores/app/shards";
    let act = |id: &str, query: &[(&str, &str)]| owner.sls("POST", "photos", &format!("{path}/{id}"), query, b"");
    assert_eq!(
        shards(&owner.look("photos", path, &[]).ok()),
        [shard(0, "readwrite", &zero, &half), shard(1, "readwrite", &half, &end)]
    );
    let split = act("0", &[("action", "split"), ("key", &quarter)]).ok();
    let after = [
        shard(0, "readonly", &zero, &half),
        shard(2, "readwrite", &zero, &quarter),
        shard(3, "readwrite", &quarter, &half),
    ];
    assert_eq!(shards(&split), after);
    told(&act("0", &[("action", "split")]), 400, "ParameterInvalid", "invalid shard id.");
    for key in [&zero, &quarter, &half, &"x".repeat(32), &"4".to_owned()] {
        told(&act("3", &[("action", "split"), ("key", key)]), 400, "ParameterInvalid", "invalid mid hash.");
    }
    let merged = act("2", &[("action", "merge")]).ok();
    let after = [
        shard(4, "readwrite", &zero, &half),
        shard(2, "readonly", &zero, &quarter),
        shard(3, "readonly", &quarter, &half),
    ];
    assert_eq!(shards(&merged), after);
    told(&act("1", &[("action", "merge")]), 400, "ParameterInvalid", "can not merge the last shard.");
    assert_eq!(shards(&act("1", &[("action", "split"), ("shardCount", "4")]).ok()).len(), 5);
    assert_eq!(owner.look("photos", "/logstores/app", &[]).ok()["shardCount"], 5);
    // Logs go to those that are written to, wherever they are in the list.
    for _ in 0..10 {
        owner.put_some("photos").ok_status();
    }
    assert_eq!(owner.find("photos", "level: error", "level").len(), 10);
}

#[test]
fn the_life_of_an_index() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let path = "/logstores/app/index";
    let shown = owner.look("photos", path, &[]).ok();
    assert_eq!((&shown["line"]["token"], &shown["keys"]["took"]["type"]), (&json!([" ", ","]), &json!("long")));
    assert_eq!(
        (&shown["ttl"], &shown["storage"], &shown["lastModifyTime"]),
        (&json!(7), &json!("pg"), &json!(1_767_323_045))
    );
    let index = json!({"line": {"token": [" "]}});
    told(&owner.log("POST", "photos", path, &index), 400, "IndexAlreadyExist", "Logstore index is already created.");
    owner.log("PUT", "photos", path, &index).ok_status();
    assert_eq!(owner.look("photos", path, &[]).ok().get("keys"), None);
    for (index, code) in [
        (json!({}), "IndexInfoInvalid"),
        (json!({"line": {}}), "IndexInfoInvalid"),
        (json!({"line": {"token": [1]}}), "IndexInfoInvalid"),
        (json!({"keys": []}), "IndexInfoInvalid"),
        (json!({"keys": {"a": {"type": "text"}}}), "IndexInfoInvalid"),
        (json!({"keys": {"a": {"token": []}}}), "ParameterInvalid"),
        (json!({"keys": {"a": {"type": "date"}}}), "ParameterInvalid"),
    ] {
        owner.log("PUT", "photos", path, &index).refused(400, code);
    }
    owner.log("DELETE", "photos", path, &Value::Null).ok_status();
    told(&owner.look("photos", path, &[]), 400, "IndexConfigNotExist", "index config doesn't exist.");
    told(&owner.log("PUT", "photos", path, &index), 400, "ParameterInvalid", "log store index is not created.");
    told(&owner.log("DELETE", "photos", path, &Value::Null), 400, "ParameterInvalid", "Log store index not created.");
    told(&owner.search("photos", "*"), 400, "IndexConfigNotExist", "logstore without index config");
}

#[test]
fn tags_of_projects_and_logstores() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let tag = |kind: &str, id: &str, tags: &Value| {
        owner.log("POST", "", "/tag", &json!({"resourceType": kind, "resourceId": [id], "tags": tags}))
    };
    let tags =
        |count: usize| json!((0..count).map(|n| json!({"key": format!("k{n}"), "value": "v"})).collect::<Vec<_>>());
    told(
        &tag("project-1", "photos", &tags(1)),
        400,
        "ParameterInvalid",
        "The resource type is not supported: project-1",
    );
    tag("project", "none", &tags(1)).refused(404, "ProjectNotExist");
    tag("logstore", "photos#none", &tags(1)).refused(404, "LogStoreNotExist");
    for count in [0, 21] {
        let message = "request tag key value pair size must little than 20";
        told(&tag("project", "photos", &tags(count)), 400, "PostBodyInvalid", message);
    }
    tag("project", "photos", &tags(3)).ok_status();
    tag("logstore", "photos#app", &tags(1)).ok_status();
    tag("project", "photos", &json!([{"key": "k0", "value": "new"}])).ok_status();
    told(
        &tag("project", "photos", &json!((0..20).map(|n| json!({"key": format!("m{n}")})).collect::<Vec<_>>())),
        400,
        "PostBodyInvalid",
        "tag key value pair count exceed",
    );
    let list = |query: &[(&str, &str)]| owner.look("", "/tags", query).ok();
    let all = list(&[("resourceType", "project")]);
    assert_eq!(names(&all, "/tagResources", "tagKey"), ["k0", "k1", "k2"]);
    assert_eq!(names(&all, "/tagResources", "tagValue"), ["new", "v", "v"]);
    // Terraform's provider writes it in capitals.
    assert_eq!(list(&[("resourceType", "PROJECT")]), all);
    let one = list(&[("resourceType", "project"), ("resourceId", r#"["photos"]"#), ("tags", r#"[{"key":"k1"}]"#)]);
    assert_eq!(
        one["tagResources"],
        json!([{"resourceType": "project", "resourceId": "photos", "tagKey": "k1", "tagValue": "v"}])
    );
    assert_eq!(names(&list(&[("resourceType", "logstore")]), "/tagResources", "resourceId"), ["photos#app"]);
    let untag = |body: Value| owner.log("POST", "", "/untag", &body);
    untag(json!({"resourceType": "project", "resourceId": ["photos"], "tags": ["k1"]})).ok_status();
    assert_eq!(names(&list(&[("resourceType", "project")]), "/tagResources", "tagKey"), ["k0", "k2"]);
    untag(json!({"resourceType": "project", "resourceId": ["photos"], "all": true})).ok_status();
    assert_eq!(list(&[("resourceType", "project")])["tagResources"], json!([]));
    let many: Vec<_> = (0..21).map(|n| n.to_string()).collect();
    untag(json!({"resourceType": "project", "resourceId": ["photos"], "tags": many})).refused(400, "PostBodyInvalid");
    untag(json!({"resourceType": "project", "resourceId": []})).refused(400, "ParameterInvalid");
}

#[test]
fn a_project_moves_to_another_resource_group() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let made = owner.rpc("2020-03-31", "CreateResourceGroup", &[("Name", "team"), ("DisplayName", "team")]).ok();
    let group = crate::kit::text(&made, "/ResourceGroup/Id").to_owned();
    let project = json!({"projectName": "photos", "description": "", "resourceGroupId": group});
    owner.log("POST", "", "/", &project).ok_status();
    assert_eq!(owner.look("photos", "/", &[]).ok()["resourceGroupId"], group);
    assert_eq!(owner.look("", "/", &[("resourceGroupId", &group)]).ok()["total"], 1);
    owner.furnish("videos");
    let default = owner.look("videos", "/", &[]).ok()["resourceGroupId"].as_str().expect("a group").to_owned();
    let user = owner.user("alice");
    owner
        .ram("CreatePolicy", &[("PolicyName", "move"), ("PolicyDocument", &crate::kit::policy("Allow", "log:*", "*"))])
        .ok();
    let attach = |group: &str| {
        let attached = [
            ("ResourceGroupId", group),
            ("PolicyType", "Custom"),
            ("PolicyName", "move"),
            ("PrincipalType", "IMSUser"),
            ("PrincipalName", "alice@1234567890123456.onaliyun.com"),
        ];
        owner.rpc("2020-03-31", "AttachPolicy", &attached).ok();
    };
    attach(&group);
    let transfer = json!({"resourceId": "photos", "resourceGroupId": default, "resourceType": "PROJECT"});
    // What may be done in one group may be done there alone; to move is a permission in both.
    user.look("photos", "/", &[]).ok();
    user.look("videos", "/", &[]).refused(401, "Unauthorized");
    user.log("PUT", "photos", "/resourcegroup", &transfer).refused(401, "Unauthorized");
    attach(&default);
    user.log("PUT", "photos", "/resourcegroup", &transfer).ok_status();
    assert_eq!(owner.look("photos", "/", &[]).ok()["resourceGroupId"], default);
    for wrong in [json!({"resourceGroupId": "rg-none"}), json!({"resourceType": "LOGSTORE"})] {
        let mut body = transfer.clone();
        body.as_object_mut().expect("an object").extend(wrong.as_object().expect("an object").clone());
        owner.log("PUT", "", "/resourcegroup", &body).refused(400, "ParameterInvalid");
    }
    owner
        .log("POST", "", "/", &json!({"projectName": "more", "description": "", "resourceGroupId": "rg-none"}))
        .refused(400, "ParameterInvalid");
    owner.look("more", "/", &[]).refused(404, "ProjectNotExist");
}
