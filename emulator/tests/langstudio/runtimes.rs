//! Runtimes: instances that LangStudio makes as the service role, for the person who asks.

use serde_json::{Value, json};

use crate::ROLE;
use crate::behind::{SESSION, names, place};
use crate::kit::{self, text};

pub(crate) fn runtime() -> Value {
    json!({"RuntimeName": "runtime", "RuntimeType": "DSW", "WorkDir": "oss://flows/work/", "EcsSpec": {"InstanceType": "ecs.c6.large"},
        "Envs": [{"Key": "MODE", "Value": "test"}], "RunTimeout": 60})
}

#[test]
fn a_runtime_is_an_instance_that_the_service_role_makes() {
    let place = place();
    let alice = place.member("alice", &["PAI.AlgoDeveloper"]);
    let path = place.made(&alice, "/runtimes", &runtime(), "/RuntimeId");
    assert_eq!(place.last_caller("CreateInstance").as_deref(), Some(SESSION));
    assert_eq!(place.last_caller("AssumeUser").as_deref(), Some(SESSION));
    place.wait(600);
    let shown = place.get(&path);
    assert_eq!((text(&shown, "/RuntimeStatus"), text(&shown, "/Envs/0/Value")), ("Running", "test"));
    assert_eq!((&shown["RunTimeout"], text(&shown, "/EcsSpec/InstanceType")), (&json!(60), "ecs.c6.large"));
    place.call(&alice, "PUT", &path, &json!({"Action": "Stop"})).ok();
    place.wait(600);
    assert_eq!(text(&place.get(&path), "/RuntimeStatus"), "Stopped");
    let listed = place.call(&alice, "GET", "/runtimes", &json!({"RuntimeStatus": "Stopped"})).ok();
    assert_eq!(kit::names(&listed, "/Runtimes", "RuntimeName"), ["runtime"]);
    place.call(&alice, "PUT", &path, &json!({"Action": "Start", "Version": "2"})).ok();
    place.wait(600);
    let shown = place.get(&path);
    assert_eq!((text(&shown, "/RuntimeStatus"), text(&shown, "/Version")), ("Running", "2"));
    place.call(&alice, "POST", "/runtimes", &runtime()).refused(400, "RuntimeNameAlreadyExists");
    place.call(&alice, "DELETE", &path, &json!({})).ok();
    place.call(&alice, "GET", &path, &json!({})).refused(404, "RuntimeNotExists");
}

#[test]
fn runtimes_with_long_names_have_instances_of_their_own() {
    let place = place();
    let owner = place.owner();
    let instances = || {
        let query = [("WorkspaceId", place.workspace.as_str()), ("SortBy", "GmtCreateTime"), ("Order", "ASC")];
        let all = owner.roa("GET", "2022-01-01", "/api/v2/instances", &query, "").ok();
        kit::names(&all, "/Instances", "InstanceName").iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let long = "a_runtime_whose_name_is_rather_long_";
    let mut path = String::new();
    for end in ["one", "two"] {
        let mut wanted = runtime();
        wanted["RuntimeName"] = json!(format!("{long}{end}"));
        path = place.made(&owner, "/runtimes", &wanted, "/RuntimeId");
        place.wait(60);
    }
    let names = instances();
    assert!(names.len() == 2 && names[0] != names[1], "{names:?}");
    assert!(names.iter().all(|name| name.len() == 27 && name.starts_with("a_runtime_whose_na_")), "{names:?}");
    // A new version leaves the name that the instance has by then.
    let all = owner.roa("GET", "2022-01-01", "/api/v2/instances", &[("WorkspaceId", &place.workspace)], "").ok();
    for instance in all["Instances"].as_array().expect("instances") {
        let id = format!("/api/v2/instances/{}", text(instance, "/InstanceId"));
        let name = format!("own_{}", text(instance, "/InstanceName").chars().rev().take(8).collect::<String>());
        owner.roa("PUT", "2022-01-01", &id, &[], &json!({"InstanceName": name}).to_string()).ok();
    }
    place.wait(600);
    place.call(&owner, "PUT", &path, &json!({"Version": "2"})).ok();
    assert!(instances().iter().all(|name| name.starts_with("own_")), "{:?}", instances());
}

#[test]
fn what_the_role_may_not_do_with_instances_is_named() {
    let place = place();
    let owner = place.owner();
    let path = place.made(&owner, "/runtimes", &runtime(), "/RuntimeId");
    place.wait(600);
    let other = json!({"RuntimeName": "other", "RuntimeType": "DSW", "WorkDir": "oss://flows/", "EcsSpec": {"InstanceType": "ecs.c6.large"}});
    for (action, method, path, body) in [
        ("paidsw:CreateInstance", "POST", "/runtimes", &other),
        ("paidsw:GetInstance", "GET", path.as_str(), &json!({})),
        ("paidsw:ListInstances", "GET", "/runtimes", &json!({})),
        ("paidsw:UpdateInstance", "PUT", &path, &json!({"Version": "2"})),
        ("paidsw:StopInstance", "PUT", &path, &json!({"Action": "Stop"})),
        ("paidsw:StartInstance", "PUT", &path, &json!({"Action": "Start"})),
        ("paidsw:DeleteInstance", "DELETE", &path, &json!({})),
        ("pai:AssumeUser", "POST", "/runtimes", &other),
    ] {
        place.without(action);
        let refusal = place.call(&owner, method, path, body);
        assert_eq!(refusal.status, 403, "{action}: {}", refusal.text());
        names(&refusal.message(), action);
        assert_eq!(text(&refusal.json(), "/AccessDeniedDetail/AuthPrincipalDisplayName"), format!("{ROLE}:LangStudio"));
        place.allow_again(action);
    }
    assert_eq!(place.get("/runtimes")["TotalCount"], 1);
}

/// LangStudio's role may not look at networks: the person looks.
#[test]
fn a_network_is_looked_for_by_the_person() {
    let place = place();
    let owner = place.owner();
    let alice = place.member("alice", &["PAI.AlgoDeveloper"]);
    let vpc =
        owner.at("vpc.cn-hangzhou.aliyuncs.com").rpc("2016-04-28", "CreateVpc", &[("RegionId", "cn-hangzhou")]).ok();
    let vpc = text(&vpc, "/VpcId");
    let with = |vpc: &str| {
        let mut wanted = runtime();
        wanted["UserVpc"] = json!({"VpcId": vpc});
        place.call(&alice, "POST", "/runtimes", &wanted)
    };
    let refusal = with(vpc);
    assert_eq!(refusal.status, 403);
    assert_eq!(text(&refusal.json(), "/AccessDeniedDetail/AuthAction"), "vpc:DescribeVpcs");
    owner.attach("alice", "System", "AliyunVPCReadOnlyAccess");
    with("vpc-none").refused(400, "InvalidParameter");
    with(vpc).ok();
}
