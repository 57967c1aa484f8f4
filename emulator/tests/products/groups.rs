//! Policies whose scope is a resource group, and what is made and listed there.

use serde_json::json;

use crate::kit::{names, policy, text};
use crate::{AIWORKSPACE, ECS, MANAGER, Place, VPC, get, network};

#[test]
fn who_administers_a_group_makes_and_lists_what_is_in_it() {
    let place = Place::new();
    let owner = place.owner();
    let make = |name: &str| {
        let made = owner.rpc(MANAGER, "CreateResourceGroup", &[("Name", name), ("DisplayName", name)]).ok();
        text(&made, "/ResourceGroup/Id").to_owned()
    };
    let (mine, other) = (make("mine"), make("other"));
    let user = owner.user("alice");
    for action in ["vpc:*", "ecs:*", "paiworkspace:*"] {
        let name = format!("All-{}", action.trim_end_matches(":*"));
        owner.ram("CreatePolicy", &[("PolicyName", &name), ("PolicyDocument", &policy("Allow", action, "*"))]).ok();
        let principal = "alice@1234567890123456.onaliyun.com";
        let attached = [
            ("PolicyName", name.as_str()),
            ("PolicyType", "Custom"),
            ("PrincipalName", principal),
            ("PrincipalType", "IMSUser"),
            ("ResourceGroupId", &mine),
        ];
        owner.rpc(MANAGER, "AttachPolicy", &attached).ok();
    }
    let in_group = |version, action, group: &str| {
        user.rpc(version, action, &[("RegionId", "cn-hangzhou"), ("ResourceGroupId", group)])
    };
    let vpc = text(&in_group(VPC, "CreateVpc", &mine).ok(), "/VpcId").to_owned();
    assert_eq!(in_group(VPC, "CreateVpc", &other).status, 403);
    assert_eq!(user.rpc(VPC, "CreateVpc", &[("RegionId", "cn-hangzhou")]).status, 403);
    let listed = in_group(VPC, "DescribeVpcs", &mine).ok();
    assert_eq!(names(&listed, "/Vpcs/Vpc", "VpcId"), [vpc.as_str()]);
    assert_eq!(in_group(VPC, "DescribeVpcs", &other).status, 403);
    in_group(ECS, "CreateSecurityGroup", &mine).ok();
    in_group(ECS, "DescribeSecurityGroups", &mine).ok();
    // The group that a call names reaches nothing that is in another.
    let (foreign, ..) = network(&owner);
    let join = [
        ("RegionId", "cn-hangzhou"),
        ("ResourceId", foreign.as_str()),
        ("ResourceType", "vpc"),
        ("NewResourceGroupId", &mine),
        ("ResourceGroupId", &mine),
    ];
    assert_eq!(user.rpc(VPC, "MoveResourceGroup", &join).status, 403);
    assert_eq!(
        user.rpc(VPC, "DeleteVpc", &[("RegionId", "cn-hangzhou"), ("VpcId", &foreign), ("ResourceGroupId", &mine)])
            .status,
        403
    );
    let look = [("RegionId", "cn-hangzhou"), ("VpcId", foreign.as_str()), ("ResourceGroupId", mine.as_str())];
    assert_eq!(user.rpc(VPC, "DescribeVpcs", &look).status, 403);

    let body = json!({"WorkspaceName": "theirs", "Description": "d", "EnvTypes": ["prod"], "ResourceGroupId": mine})
        .to_string();
    user.roa("POST", AIWORKSPACE, "/api/v1/workspaces", &[], &body).ok();
    let listed = get(&user, AIWORKSPACE, "/api/v1/workspaces", &[("ResourceGroupId", &mine)]).ok();
    assert_eq!(names(&listed, "/Workspaces", "WorkspaceName"), ["theirs"]);
    let absent = body.replace(&mine, "rg-nonenonenonenon").replace("theirs", "absent");
    assert_eq!(owner.roa("POST", AIWORKSPACE, "/api/v1/workspaces", &[], &absent).status, 400);
}
