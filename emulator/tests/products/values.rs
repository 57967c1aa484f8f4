//! What parameters are held to besides what a schema says.

use serde_json::{Value, json};

use crate::kit::{Answer, Client, text};
use crate::{AIWORKSPACE, DATAWORKS, DLC, EAS, ECS, Place, VPC, get, merge, network, send};

#[test]
fn words_are_those_that_are_documented() {
    let place = Place::new();
    let owner = place.owner();
    for (name, wrong) in [
        ("Accessibility", "public"),
        ("Property", "X"),
        ("DataSourceType", "FOO"),
        ("Edition", "basic"),
        ("ProviderType", "USER"),
    ] {
        place.dataset(&owner, "set", &json!({name: wrong})).refused(400, "InvalidParameter");
    }
    let made = place
        .dataset(&owner, "set", &json!({"Accessibility": "ROLE_PUBLIC", "AccessibleRoleIdList": ["PAI.AlgoDeveloper"]}))
        .ok();
    let path = format!("/api/v1/datasets/{}", text(&made, "/DatasetId"));
    send(&owner, AIWORKSPACE, "PUT", &path, &json!({"Accessibility": "all"})).refused(400, "InvalidParameter");
    let post = |path: &str, mut body: Value| {
        body["WorkspaceId"] = json!(place.workspace);
        body["Accessibility"] = json!("public");
        send(&owner, AIWORKSPACE, "POST", path, &body)
    };
    for (path, body) in [
        ("/api/v1/images", json!({"Name": "i", "ImageUri": "r/i:1"})),
        ("/api/v1/codesources", json!({"DisplayName": "c"})),
        ("/api/v1/connections", json!({"ConnectionName": "c", "Configs": {}})),
        ("/api/v1/models", json!({"ModelName": "m"})),
        ("/api/v1/prompts", json!({"PromptName": "p"})),
        ("/api/v1/experiments", json!({"Name": "e"})),
    ] {
        post(path, body).refused(400, "InvalidParameter");
    }
}

#[test]
fn names_have_the_form_that_is_documented() {
    let place = Place::new();
    let owner = place.owner();
    for name in ["-a b/c", "_a", "a".repeat(128).as_str()] {
        place.dataset(&owner, name, &json!({})).refused(400, "InvalidParameter");
    }
    for name in ["a-b_c", "1", "数据集", "A.b"] {
        place.dataset(&owner, name, &json!({})).ok();
    }
    let image = |name: &str| {
        send(
            &owner,
            AIWORKSPACE,
            "POST",
            "/api/v1/images",
            &json!({"Name": name, "ImageUri": "r/i:1", "WorkspaceId": place.workspace}),
        )
    };
    for name in ["Im G_", "1a", "a_b", "a".repeat(51).as_str()] {
        image(name).refused(400, "InvalidParameter");
    }
    image("im-g1").ok();
    for name in ["bad name!", "a-b", "a".repeat(28).as_str()] {
        place
            .instance(&owner, &json!({"InstanceName": name, "EcsSpec": "ecs.c6.large"}))
            .refused(400, "InvalidParameter");
    }
    place.instance(&owner, &json!({"EcsSpec": "ecs.c6.large"})).ok();
    // A name that there must be is not taken away.
    let made = place.dataset(&owner, "named", &json!({})).ok();
    let path = format!("/api/v1/datasets/{}", text(&made, "/DatasetId"));
    send(&owner, AIWORKSPACE, "PUT", &path, &json!({"Name": ""})).refused(400, "InvalidParameter");
    send(&owner, AIWORKSPACE, "PUT", &path, &json!({"Description": ""})).ok();
    assert_eq!(text(&get(&owner, AIWORKSPACE, &path, &[]).ok(), "/Name"), "named");
}

#[test]
fn a_priority_is_one_of_nine() {
    let place = Place::new();
    let owner = place.owner();
    for wrong in [0, 10] {
        place.job(&owner, &json!({"Priority": wrong})).refused(400, "InvalidParameter");
    }
    let path = format!("/api/v1/jobs/{}", text(&place.job(&owner, &json!({"Priority": 9})).ok(), "/JobId"));
    send(&owner, DLC, "PUT", &path, &json!({"Priority": 99})).refused(400, "InvalidParameter");
    send(&owner, DLC, "PUT", &path, &json!({"Priority": 1})).ok();
}

#[test]
fn networks_are_held_to_what_their_pages_say() {
    let place = Place::new();
    let owner = place.owner();
    let (vpc, _, group) = network(&owner);
    let region = ("RegionId", "cn-hangzhou");
    let rule = |client: &Client<'_>, protocol, ports, from| {
        let all = [
            region,
            ("SecurityGroupId", group.as_str()),
            ("IpProtocol", protocol),
            ("PortRange", ports),
            ("SourceCidrIp", from),
        ];
        client.rpc(ECS, "AuthorizeSecurityGroup", &all)
    };
    rule(&owner, "foo", "22/22", "10.0.0.0/8").refused(400, "InvalidIpProtocol.ValueNotSupported");
    rule(&owner, "tcp", "x", "10.0.0.0/8").refused(400, "InvalidPortRange.Malformed");
    rule(&owner, "tcp", "22/22", "not-an-ip").refused(400, "InvalidParam.SourceCidrIp");
    rule(&owner, "tcp", "22/22", "10.0.0.0/8").ok();
    let zone = |zone: &str, name: &str| {
        let all = [region, ("VpcId", &vpc), ("CidrBlock", "172.16.9.0/24"), ("ZoneId", zone), ("VSwitchName", name)];
        owner.rpc(VPC, "CreateVSwitch", &all)
    };
    zone("mars-a", "a").refused(400, "InvalidZoneId.NotFound");
    zone("cn-hangzhou-b", "http://a").refused(400, "InvalidVSwitchName.Malformed");
    zone("cn-hangzhou-b", "a").ok();
    owner.rpc(VPC, "CreateVpc", &[region, ("VpcName", "https://x")]).refused(400, "InvalidVpcName.Malformed");
    for name in ["1a", "a b", "http://x"] {
        owner
            .rpc(ECS, "CreateSecurityGroup", &[region, ("SecurityGroupName", name)])
            .refused(400, "InvalidSecurityGroupName.Malformed");
    }
}

#[test]
fn a_service_has_a_version_for_each_configuration() {
    let place = Place::new();
    let owner = place.owner();
    let config = |image: &str| json!({"metadata": {"name": "svc", "instance": 1}, "containers": [{"image": image}]});
    let made =
        owner.roa("POST", EAS, "/api/v2/services", &[("WorkspaceId", &place.workspace)], &config("a:1").to_string());
    made.ok();
    let path = "/api/v2/services/cn-hangzhou/svc";
    owner.roa("PUT", EAS, path, &[("UpdateType", "foo")], &config("a:2").to_string()).refused(400, "InvalidParameter");
    owner.roa("PUT", EAS, path, &[("UpdateType", "merge")], &config("a:2").to_string()).ok();
    let look = || {
        let shown = get(&owner, EAS, path, &[]).ok();
        (
            shown["CurrentVersion"].clone(),
            shown["LatestVersion"].clone(),
            text(&shown, "/ServiceConfig").contains("a:2"),
        )
    };
    assert_eq!(look(), (json!(2), json!(2), true));
    let versions = get(&owner, EAS, &format!("{path}/versions"), &[]).ok();
    assert_eq!((versions["TotalCount"].clone(), versions["Versions"][0]["ImageId"].clone()), (json!(2), json!(2)));
    let to = |version: u8| send(&owner, EAS, "PUT", &format!("{path}/version"), &json!({"Version": version}));
    assert_eq!(to(99).status, 404);
    to(1).ok();
    assert_eq!(look(), (json!(1), json!(2), false));
    // What is shown of it is what that version says.
    let bigger = json!({"metadata": {"instance": 3, "cpu": 8, "memory": 16000}, "containers": [{"image": "a:3"}]});
    send(&owner, EAS, "PUT", path, &bigger).ok();
    let shown = || {
        let shown = get(&owner, EAS, path, &[]).ok();
        ["Image", "Cpu", "Memory", "TotalInstance"].map(|name| shown[name].clone())
    };
    assert_eq!(shown(), [json!("a:3"), json!(8), json!(16000), json!(3)]);
    to(1).ok();
    assert_eq!(shown(), [json!("a:1"), Value::Null, Value::Null, json!(1)]);
    to(3).ok();
    assert_eq!(shown(), [json!("a:3"), json!(8), json!(16000), json!(3)]);
    let scale = |least: u8, most: u8| {
        let body = json!({"min": least, "max": most, "scaleStrategies": [{"metricName": "qps", "threshold": 1}]});
        send(&owner, EAS, "POST", &format!("{path}/autoscaler"), &body)
    };
    scale(5, 3).refused(400, "InvalidParameter");
    scale(1, 3).ok();
}

#[test]
fn a_stage_of_a_deployment_is_one_that_it_has() {
    let place = Place::new();
    let owner = place.owner();
    let call = |action, more: &[(&str, &str)]| owner.rpc(DATAWORKS, action, more);
    let project = call("CreateProject", &[("Name", "p"), ("DisplayName", "p")]).ok()["Id"].to_string();
    let made = call("CreateWorkflowDefinition", &[("ProjectId", &project), ("Spec", r#"{"spec":{"name":"w"}}"#)]).ok();
    let objects = format!("[\"{}\"]", made["Id"]);
    let run = call("CreatePipelineRun", &[("ProjectId", &project), ("Type", "Online"), ("ObjectIds", &objects)]).ok();
    let exec = |code: &str| {
        call("ExecPipelineRunStage", &[("ProjectId", &project), ("Id", text(&run, "/Id")), ("Code", code)])
    };
    assert_eq!(exec("NOPE").status, 404);
    exec("BUILD").ok();
}

#[test]
fn what_a_product_describes_under_a_name_is_checked() {
    let place = Place::new();
    let owner = place.owner();
    let spec = |more: Value| {
        let mut spec = json!({"Type": "Worker", "Image": "registry/torch:2", "PodCount": 1, "EcsSpec": "ecs.g6.large"});
        merge(&mut spec, &more);
        place.job(&owner, &json!({"JobSpecs": [spec]}))
    };
    spec(json!({})).ok();
    spec(json!({"PodCount": "2"})).ok();
    let refused = |answer: Answer, code: &str, place: &str| {
        let message = answer.refused(400, code).message();
        assert!(message.contains(place), "{message}");
    };
    refused(spec(json!({"PodCount": "abc"})), "InvalidParameter", "\"JobSpecs.1.PodCount\"");
    let settings = json!({"Settings": {"EnableErrorMonitoringInAIMaster": "maybe"}});
    refused(place.job(&owner, &settings), "InvalidParameter", "\"Settings.EnableErrorMonitoringInAIMaster\"");
    let elastic = json!({"ElasticSpec": {"MaxParallelism": "x"}});
    refused(place.job(&owner, &elastic), "InvalidParameter", "\"ElasticSpec.MaxParallelism\"");
    // A body that has a name as a whole.
    let environment = |body: Value| send(&owner, "2023-07-14", "POST", "/2023-07-14/projects/p/environments", &body);
    refused(environment(json!({})), "Missingname", "name is mandatory");
    let sound = json!({"name": "e", "spec": {}});
    assert_eq!(environment(sound).status, 501);
}

#[test]
fn what_has_to_be_there_is_asked_for_inside_of_lists_and_in_headers() {
    let place = Place::new();
    let owner = place.owner();
    let set = |more: &[(&str, &str)]| {
        let all = [&[("RegionId", "cn-hangzhou"), ("Enabled", "true"), ("SkillChannel", "c")], more].concat();
        owner.rpc("2021-06-02", "SetIdentitySkillSecurity", &all)
    };
    let message = set(&[("IdentityIds.1.RegionId", "x")]).refused(400, "MissingIdentityId").message();
    assert!(message.contains("IdentityIds.1.IdentityId"), "{message}");
    let path = "/api/v2/namespaces/n/deployment-drafts/async-deploy";
    let draft = json!({"deploymentDraftId": "d"});
    send(&owner, "2022-07-18", "POST", path, &draft).refused(400, "Missingworkspace");
    // More than 32 bits are no `int`.
    let many = [("RegionId", "cn-hangzhou"), ("PageNumber", "99999999999")];
    owner.rpc(VPC, "DescribeVpcs", &many).refused(400, "InvalidParameter");
}
