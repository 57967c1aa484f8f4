//! Roles that products are handed must be there and trust them.

use serde_json::json;

use crate::kit::{text, trust};
use crate::{AIWORKSPACE, ECS, Place, network, send};

#[test]
fn a_role_is_there_and_trusts_the_product() {
    let place = Place::new();
    let owner = place.owner();
    for (name, service) in [("onlyecs", "ecs.aliyuncs.com"), ("onlypai", "pai.aliyuncs.com")] {
        let trusts = trust("Service", service);
        owner.ram("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", &trusts)]).ok();
    }
    let config = |role: &str| {
        let arn = format!("acs:ram::1234567890123456:role/{role}");
        json!({"CredentialConfig": {"EnableCredentialInject": true, "CredentialConfigItems": [
            {"Key": "0", "Type": "Role", "Roles": [{"RoleType": "service", "RoleArn": arn}]},
        ]}})
    };
    let machine = |name: &str, role: &str| {
        let mut body = json!({"InstanceName": name, "EcsSpec": "ecs.c6.large"});
        crate::merge(&mut body, &config(role));
        body
    };
    let message = "check permission for ram role failed, error code: 4001, error message: NoPermission";
    for role in ["onlyecs", "nothere"] {
        let job = place.job(&owner, &config(role));
        job.refused(400, "4001");
        assert_eq!(job.message(), message);
        place.instance(&owner, &machine("refused", role)).refused(400, "4001");
        let version = json!({"Property": "FILE", "DataSourceType": "OSS", "Uri": "oss://b/k", "DatasetTaskRamRole": format!("acs:ram::1234567890123456:role/{role}")});
        let set = place.dataset(&owner, &format!("set_{role}"), &json!({})).ok();
        let path = format!("/api/v1/datasets/{}/versions", text(&set, "/DatasetId"));
        send(&owner, AIWORKSPACE, "POST", &path, &version).refused(400, "4001");
    }
    place.job(&owner, &config("onlypai")).ok();
    place.instance(&owner, &machine("taken", "onlypai")).ok();

    let (_, vswitch, group) = network(&owner);
    let run = |role: &str| {
        let all = [
            ("RegionId", "cn-hangzhou"),
            ("ImageId", "aliyun_3_x64_20G_alibase_20240528.vhd"),
            ("InstanceType", "ecs.g6.large"),
            ("SecurityGroupId", &group),
            ("VSwitchId", &vswitch),
            ("RamRoleName", role),
        ];
        owner.rpc(ECS, "RunInstances", &all)
    };
    run("nothere").refused(404, "InvalidRamRole.NotFound");
    run("onlypai").refused(401, "InvalidRamRole.NotEcsRole");
    let made = run("").ok();
    let ids = format!("[\"{}\"]", text(&made, "/InstanceIdSets/InstanceIdSet/0"));
    let attach = |role| {
        owner.rpc(
            ECS,
            "AttachInstanceRamRole",
            &[("RegionId", "cn-hangzhou"), ("InstanceIds", &ids), ("RamRoleName", role)],
        )
    };
    attach("onlypai").refused(404, "InvalidRamRole.NotEcsRole");
    attach("onlyecs").ok();

    // Who looks whether a role may be assumed keeps no session of it.
    let sessions = place.emulator.gateway().cloud().sessions.all();
    assert!(sessions.iter().all(|session| session.name != "Check"), "{sessions:?}");
}
