//! What is remembered of the states that a record came to.

use serde_json::{Value, json};

use crate::kit::{Answer, names, text};
use crate::{DLC, DSW, EAS, FLOW, Place, STUDIO, VPC, get, network, quota, send};

fn at(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or("absent").get(11..19).unwrap_or("absent").to_owned()
}

#[test]
fn a_job_tells_when_it_ran_and_ended() {
    let place = Place::new();
    let owner = place.owner();
    let path = format!("/api/v1/jobs/{}", text(&place.job(&owner, &json!({})).ok(), "/JobId"));
    let look = || get(&owner, DLC, &path, &[]).ok();
    let shown = look();
    assert_eq!((at(&shown, "GmtRunningTime"), at(&shown, "GmtFinishTime")), ("absent".into(), "absent".into()));
    place.later(3600);
    let shown = look();
    let times = ["GmtRunningTime", "GmtSuccessedTime", "GmtFinishTime", "GmtStoppedTime"].map(|name| at(&shown, name));
    assert_eq!(times, ["03:04:08", "03:05:08", "03:05:08", "absent"]);
    assert_eq!(shown["Duration"], json!(60));
    assert_eq!(
        names(&shown, "/StatusHistory", "Status"),
        ["Creating", "Queuing", "EnvPreparing", "Running", "Succeeded"]
    );
    assert_eq!(at(&shown["StatusHistory"][3], "EndTime"), "03:05:08");

    let path = format!("/api/v1/jobs/{}", text(&place.job(&owner, &json!({})).ok(), "/JobId"));
    place.later(13);
    owner.roa("POST", DLC, &format!("{path}/stop"), &[], "").ok();
    place.later(10);
    let shown = get(&owner, DLC, &path, &[]).ok();
    assert_eq!((at(&shown, "GmtStoppedTime"), at(&shown, "GmtFinishTime")), ("04:04:19".into(), "04:04:19".into()));
    assert_eq!((shown["Duration"].clone(), at(&shown, "GmtSuccessedTime")), (json!(10), "absent".into()));
}

#[test]
fn runs_training_jobs_and_instances_remember_too() {
    let place = Place::new();
    let owner = place.owner();
    let body = json!({"WorkspaceId": place.workspace, "PipelineManifest": "{}", "NoConfirmRequired": true});
    let made = send(&owner, FLOW, "POST", "/api/v1/pipelineruns", &body).ok();
    let run = format!("/api/v1/pipelineruns/{}", text(&made, "/PipelineRunId"));
    let body = json!({
        "WorkspaceId": place.workspace, "TrainingJobName": "train", "AlgorithmName": "a", "AlgorithmProvider": "pai", "AlgorithmVersion": "v1",
        "ComputeResource": {"EcsSpec": "ecs.g6.large", "EcsCount": 1},
    });
    let made = send(&owner, STUDIO, "POST", "/api/v1/trainingjobs", &body).ok();
    let training = format!("/api/v1/trainingjobs/{}", text(&made, "/TrainingJobId"));
    let made = place.instance(&owner, &json!({"InstanceName": "one", "EcsSpec": "ecs.c6.large"})).ok();
    let instance = format!("/api/v2/instances/{}", text(&made, "/InstanceId"));
    place.later(103);
    let shown = get(&owner, FLOW, &run, &[]).ok();
    assert_eq!((at(&shown, "StartedAt"), at(&shown, "FinishedAt")), ("03:04:05".into(), "03:05:05".into()));
    assert_eq!(shown["Duration"], json!(60));
    // It begins anew, and has no end until then.
    owner.roa("PUT", FLOW, &format!("{run}/rerun"), &[], "{}").ok();
    let shown = get(&owner, FLOW, &run, &[]).ok();
    assert_eq!((at(&shown, "StartedAt"), at(&shown, "FinishedAt")), ("03:05:48".into(), "absent".into()));
    let shown = get(&owner, STUDIO, &training, &[]).ok();
    assert_eq!(names(&shown, "/StatusTransitions", "Status"), ["Creating", "Running", "Succeed"]);
    let shown = get(&owner, DSW, &instance, &[]).ok();
    assert_eq!(shown["AccumulatedRunningTimeInMs"], json!(100_000));
    owner.roa("PUT", DSW, &format!("{instance}/stop"), &[], "").ok();
    place.later(500);
    assert_eq!(get(&owner, DSW, &instance, &[]).ok()["AccumulatedRunningTimeInMs"], json!(100_000));
}

#[test]
fn an_instance_whose_memory_has_no_unit_comes_to_nothing() {
    let place = Place::new();
    let owner = place.owner();
    let wanted = json!({"CPU": "4", "Memory": "16"});
    let own = json!({"EcsSpec": "", "ResourceId": quota(&owner, "own"), "RequestedResource": wanted});
    let made = place.instance(&owner, &own).ok();
    let path = format!("/api/v2/instances/{}", text(&made, "/InstanceId"));
    place.later(900);
    let shown = get(&owner, DSW, &path, &[]).ok();
    assert_eq!(
        [text(&shown, "/Status"), text(&shown, "/ReasonCode"), text(&shown, "/ReasonMessage")],
        ["Failed", "", ""]
    );
    let events = get(&owner, DSW, &format!("{path}/events"), &[]).ok();
    assert!(text(&events, "/Events/1").contains("memory 16"), "{events}");
    owner.roa("PUT", DSW, &format!("{path}/start"), &[], "").ok();
    place.later(900);
    assert_eq!(text(&get(&owner, DSW, &path, &[]).ok(), "/Status"), "Failed");
}

#[test]
fn a_vswitch_with_something_in_it_is_not_deleted() {
    let place = Place::new();
    let owner = place.owner();
    let (_, vswitch, group) = network(&owner);
    let run = [
        ("RegionId", "cn-hangzhou"),
        ("ImageId", "m-1"),
        ("InstanceType", "ecs.g6.large"),
        ("VSwitchId", &vswitch),
        ("SecurityGroupId", &group),
    ];
    let made = owner.rpc(crate::ECS, "RunInstances", &run).ok();
    let id = text(&made, "/InstanceIdSets/InstanceIdSet/0").to_owned();
    place.later(60);
    let delete = || owner.rpc(VPC, "DeleteVSwitch", &[("RegionId", "cn-hangzhou"), ("VSwitchId", &vswitch)]);
    delete().refused(400, "DependencyViolation");
    owner.rpc(crate::ECS, "DeleteInstance", &[("InstanceId", &id), ("Force", "true")]).ok();
    // What DSW runs there holds it while it runs.
    let network = json!({"UserVpc": {"VSwitchId": vswitch}, "EcsSpec": "ecs.c6.large"});
    let made = place.instance(&owner, &network).ok();
    place.later(60);
    delete().refused(400, "DependencyViolation");
    owner.roa("PUT", DSW, &format!("/api/v2/instances/{}/stop", text(&made, "/InstanceId")), &[], "").ok();
    place.later(60);
    delete().ok();
}

#[test]
fn a_service_holds_the_vswitch_of_its_configuration_as_it_is_by_now() {
    let place = Place::new();
    let owner = place.owner();
    let (vpc, first, _) = network(&owner);
    let zone =
        [("RegionId", "cn-hangzhou"), ("VpcId", &vpc), ("ZoneId", "cn-hangzhou-h"), ("CidrBlock", "172.16.1.0/24")];
    let second = text(&owner.rpc(VPC, "CreateVSwitch", &zone).ok(), "/VSwitchId").to_owned();
    let networking = |vswitch: &str| json!({"networking": {"vpc_id": vpc, "vswitch_id": vswitch}});
    let config = |name: &str| json!({"metadata": {"name": name, "instance": 1}, "containers": [{"image": "a"}]});
    let path = "/api/v2/services/cn-hangzhou/svc";
    let held = |vswitch: &str| {
        let asked = [("RegionId", "cn-hangzhou"), ("VSwitchId", vswitch)];
        owner.rpc(VPC, "DeleteVSwitch", &asked).refused(400, "DependencyViolation");
    };
    let in_workspace = [("WorkspaceId", place.workspace.as_str())];
    owner.roa("POST", EAS, "/api/v2/services", &in_workspace, &config("svc").to_string()).ok();
    place.later(60);
    // It comes into a network, which must be there, and into another one.
    let update = |more: &Value| send(&owner, EAS, "PUT", path, more);
    assert_eq!(update(&json!({"cloud": networking("vsw-none")})).status, 404);
    update(&json!({"cloud": networking(&first)})).ok();
    held(&first);
    update(&json!({"cloud": networking(&second)})).ok();
    held(&second);
    // A copy is where what it is a copy of is.
    send(&owner, EAS, "POST", &format!("{path}/clone"), &json!({"metadata": {"name": "copy"}})).ok();
    let copy = "/api/v2/services/cn-hangzhou/copy";
    // One that is replaced by one without a network holds none: the copy does.
    owner.roa("PUT", EAS, path, &[("UpdateType", "replace")], &config("svc").to_string()).ok();
    place.later(60);
    held(&second);
    owner.roa("DELETE", EAS, copy, &[], "").ok();
    place.later(60);
    owner.rpc(VPC, "DeleteVSwitch", &[("RegionId", "cn-hangzhou"), ("VSwitchId", &second)]).ok();
    // A service keeps those instances that it was scaled to, until another number is said.
    let instances = |answer: &Answer| answer.ok()["TotalInstance"].clone();
    send(&owner, EAS, "PUT", &format!("{path}/scale"), &json!({"Instance": 3})).ok();
    place.later(60);
    update(&json!({"metadata": {"cpu": 2}})).ok();
    assert_eq!(instances(&get(&owner, EAS, path, &[])), 3);
    update(&json!({"metadata": {"instance": 2}})).ok();
    assert_eq!(instances(&get(&owner, EAS, path, &[])), 2);
    update(&json!({"metadata": {"more": "a".repeat(1 << 20)}})).refused(400, "InvalidParameter");
    // An earlier version has its own network again, unless that is gone.
    let version = |number: u8| send(&owner, EAS, "PUT", &format!("{path}/version"), &json!({"Version": number}));
    assert_eq!(version(3).status, 404);
    version(2).ok();
    held(&first);
}

#[test]
fn an_access_control_list_of_a_gateway_has_an_end() {
    let place = Place::new();
    let owner = place.owner();
    let made = send(&owner, EAS, "POST", "/api/v2/gateways", &json!({"Name": "gw", "InstanceType": "2c4g"})).ok();
    let path = format!("/api/v2/gateways/{}/{}/acl_policy", text(&made, "/ClusterId"), text(&made, "/GatewayId"));
    let add = |numbers: std::ops::Range<usize>| {
        let entries: Vec<_> = numbers.map(|n| json!({"Entry": format!("10.{}.{}.0/24", n / 256, n % 256)})).collect();
        owner.roa("POST", EAS, &path, &[("AclPolicyList", &json!(entries).to_string())], "")
    };
    add(0..900).ok();
    add(800..1_000).ok();
    add(1_000..1_001).refused(400, "InvalidParameter");
}
