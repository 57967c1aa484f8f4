//! Networks and machines as Terraform's provider makes, changes and reads them.

use serde_json::{Value, json};

use crate::kit::{Answer, Client, text};
use crate::{EAS, ECS, MANAGER, Place, VPC, allow, document, network, send, vpc};

const REGION: (&str, &str) = ("RegionId", "cn-hangzhou");

fn call(client: &Client<'_>, version: &str, action: &str, own: &[(&str, &str)]) -> Answer {
    client.rpc(version, action, &[&[REGION], own].concat())
}

fn vpc_of(client: &Client<'_>, id: &str) -> Value {
    call(client, VPC, "DescribeVpcAttribute", &[("VpcId", id)]).ok()
}

#[test]
fn what_a_vpc_is_made_with_is_shown() {
    let place = Place::new();
    let owner = place.owner();
    let given = [("UserCidr", "10.0.0.0/8, 192.168.0.0/16"), ("EnableDnsHostname", "true"), ("EnableIpv6", "true")];
    let vpc = vpc(&owner, &given);
    let shown = vpc_of(&owner, &vpc);
    assert_eq!(shown["UserCidrs"]["UserCidr"], json!(["10.0.0.0/8", "192.168.0.0/16"]));
    assert_eq!((text(&shown, "/DnsHostnameStatus"), &shown["EnabledIpv6"]), ("ENABLED", &json!(true)));
    let block = text(&shown, "/Ipv6CidrBlock").to_owned();
    assert!(block.ends_with("00::/56"), "{block}");
    assert_eq!(text(&shown, "/Ipv6CidrBlocks/Ipv6CidrBlock/0/Ipv6CidrBlock"), block);
    // A vSwitch has the 64 bits that the call tells the last of.
    let vswitch = |last: &str, block: &str| {
        let zone = [("VpcId", vpc.as_str()), ("ZoneId", "cn-hangzhou-h"), ("CidrBlock", block)];
        call(&owner, VPC, "CreateVSwitch", &[&zone[..], &[("Ipv6CidrBlock", last)]].concat())
    };
    let made = text(&vswitch("5", "172.16.0.0/24").ok(), "/VSwitchId").to_owned();
    let own = call(&owner, VPC, "DescribeVSwitchAttributes", &[("VSwitchId", &made)]).ok();
    assert_eq!(text(&own, "/Ipv6CidrBlock"), block.replace("00::/56", "05::/64"));
    assert_eq!(own["EnabledIpv6"], json!(true));
    assert_eq!(vswitch("5", "172.16.1.0/24").code(), "OperationFailed.Ipv6CidrBlockExisted");
    assert_eq!(vswitch("256", "172.16.1.0/24").code(), "IllegalParam.Ipv6CidrBlock");
    let modify =
        |own: &[(&str, &str)]| call(&owner, VPC, "ModifyVpcAttribute", &[&[("VpcId", vpc.as_str())], own].concat());
    assert_eq!(modify(&[("EnableIPv6", "false")]).code(), "OperationFailed.IpV6VSwitchInuse");
    modify(&[("EnableDnsHostname", "false")]).ok();
    let shown = vpc_of(&owner, &vpc);
    assert_eq!((text(&shown, "/DnsHostnameStatus"), text(&shown, "/Ipv6CidrBlock")), ("DISABLED", block.as_str()));
    // Without IPv6 there is none of it.
    let plain = text(&call(&owner, VPC, "CreateVpc", &[]).ok(), "/VpcId").to_owned();
    let shown = vpc_of(&owner, &plain);
    assert_eq!((&shown["EnabledIpv6"], text(&shown, "/DnsHostnameStatus")), (&json!(false), "DISABLED"));
    for (own, code) in [
        (("UserCidr", "x"), "InvalidUserCidr.Malformed"),
        (("UserCidr", "10.0.0.0/8,10.0.0.0/8,10.0.0.0/8,10.0.0.0/8"), "InvalidUserCidr.Quota"),
        (("Description", "http://x"), "InvalidVpcDiscription.Malformed"),
        (("Description", &"x".repeat(257)), "InvalidVpcDiscription.Malformed"),
    ] {
        assert_eq!(call(&owner, VPC, "CreateVpc", &[own]).code(), code);
    }
}

#[test]
fn blocks_are_added_to_a_vpc_and_taken_away() {
    let place = Place::new();
    let owner = place.owner();
    let (vpc, ..) = network(&owner);
    let block = |action, block: &str| call(&owner, VPC, action, &[("VpcId", &vpc), ("SecondaryCidrBlock", block)]);
    let added = block("AssociateVpcCidrBlock", "10.0.0.0/16").ok();
    assert_eq!((text(&added, "/CidrBlock"), text(&added, "/IpVersion")), ("10.0.0.0/16", "IPV4"));
    assert_eq!(vpc_of(&owner, &vpc)["SecondaryCidrBlocks"]["SecondaryCidrBlock"], json!(["10.0.0.0/16"]));
    assert_eq!(block("AssociateVpcCidrBlock", "10.0.0.0/16").code(), "Duplicated.SecondaryCidrBlock");
    assert_eq!(block("AssociateVpcCidrBlock", "10.0.1.0/24").code(), "InvalidCidrBlock");
    assert_eq!(block("AssociateVpcCidrBlock", "10.1.0.0/8").code(), "InvalidCidrBlock.Malformed");
    let zone = [("VpcId", vpc.as_str()), ("ZoneId", "cn-hangzhou-h"), ("CidrBlock", "10.0.1.0/24")];
    let vswitch = text(&call(&owner, VPC, "CreateVSwitch", &zone).ok(), "/VSwitchId").to_owned();
    assert_eq!(block("UnassociateVpcCidrBlock", "10.0.0.0/16").code(), "OperationFailed.CidrInUse");
    call(&owner, VPC, "DeleteVSwitch", &[("VSwitchId", &vswitch)]).ok();
    block("UnassociateVpcCidrBlock", "10.0.0.0/16").ok();
    assert_eq!(block("UnassociateVpcCidrBlock", "10.0.0.0/16").code(), "InvalidSecondaryCidrBlock.NotFound");
    assert_eq!(vpc_of(&owner, &vpc)["SecondaryCidrBlocks"]["SecondaryCidrBlock"], json!([]));
    // Its own route table has a name, and old networks are linked.
    let table = text(&vpc_of(&owner, &vpc), "/VRouterId").to_owned();
    assert!(!table.is_empty());
    let all = call(&owner, VPC, "DescribeRouteTableList", &[("VpcId", &vpc)]).ok();
    let table = text(&all, "/RouterTableList/RouterTableListType/0/RouteTableId").to_owned();
    call(&owner, VPC, "ModifyRouteTableAttributes", &[("RouteTableId", &table), ("RouteTableName", "main")]).ok();
    let all = call(&owner, VPC, "DescribeRouteTableList", &[("VpcId", &vpc)]).ok();
    assert_eq!(text(&all, "/RouterTableList/RouterTableListType/0/RouteTableName"), "main");
    call(&owner, VPC, "EnableVpcClassicLink", &[("VpcId", &vpc)]).ok();
    assert_eq!(vpc_of(&owner, &vpc)["ClassicLinkEnabled"], json!(true));
}

#[test]
fn rules_say_what_rules_may_say_and_are_changed() {
    let place = Place::new();
    let owner = place.owner();
    let (_, _, group) = network(&owner);
    let rule = |action, own: &[(&str, &str)]| {
        call(&owner, ECS, action, &[&[("SecurityGroupId", group.as_str())], own].concat())
    };
    let ssh = [("IpProtocol", "tcp"), ("PortRange", "22/22"), ("SourceCidrIp", "10.0.0.0/8")];
    for (own, code) in [
        (&[("Priority", "200")][..], "InvalidPriority.ValueNotSupported"),
        (&[("Policy", "maybe")], "InvalidPolicy.Malformed"),
        (&[("PortRange", "-1/-1")], "InvalidPortRange.Malformed"),
        (&[("PortRange", "0/1")], "InvalidPortRange.Malformed"),
        (&[("IpProtocol", "icmp")], "InvalidPortRange.Malformed"),
    ] {
        let rest: Vec<_> = ssh.iter().copied().filter(|(name, _)| own.iter().all(|(other, _)| other != name)).collect();
        assert_eq!(rule("AuthorizeSecurityGroup", &[&rest[..], own].concat()).code(), code, "{own:?}");
    }
    rule("AuthorizeSecurityGroup", &ssh).ok();
    let shown = || rule("DescribeSecurityGroupAttribute", &[]).ok()["Permissions"]["Permission"].clone();
    let id = text(&shown(), "/0/SecurityGroupRuleId").to_owned();
    rule("ModifySecurityGroupRule", &[&ssh[..], &[("Description", "shell")]].concat()).ok();
    assert_eq!(text(&shown(), "/0/Description"), "shell");
    rule("ModifySecurityGroupRule", &[("SecurityGroupRuleId", &id), ("Policy", "drop"), ("PortRange", "23/23")]).ok();
    assert_eq!((text(&shown(), "/0/Policy"), text(&shown(), "/0/PortRange")), ("Drop", "23/23"));
    let none = ("SecurityGroupRuleId", "sgr-none");
    assert_eq!(rule("ModifySecurityGroupRule", &[none]).code(), "InvalidSecurityGroupRuleId.NotFound");
    assert_eq!(rule("ModifySecurityGroupEgressRule", &[("SecurityGroupRuleId", &id)]).status, 404);
    assert_eq!(rule("ModifySecurityGroupRule", &ssh).code(), "SecurityGroupRule.NotFound");
    let gone = rule("RevokeSecurityGroup", &[("SecurityGroupRuleId.1", "sgr-none")]);
    assert_eq!((gone.status, gone.code().as_str()), (404, "InvalidSecurityGroupRuleId.NotFound"));
    rule("ModifySecurityGroupPolicy", &[("InnerAccessPolicy", "drop")]).ok();
    assert_eq!(text(&rule("DescribeSecurityGroupAttribute", &[]).ok(), "/InnerAccessPolicy"), "Drop");
    assert_eq!(rule("ModifySecurityGroupPolicy", &[("InnerAccessPolicy", "maybe")]).code(), "InvalidPolicy.Malformed");
}

#[test]
fn what_there_is_not_is_refused() {
    let place = Place::new();
    let owner = place.owner();
    for (version, action, status) in [
        (VPC, "CreateVpc", 400),
        (VPC, "DescribeVpcs", 400),
        (VPC, "DescribeZones", 400),
        (ECS, "CreateSecurityGroup", 404),
        (ECS, "DescribeZones", 404),
    ] {
        let answer = owner.rpc(version, action, &[("RegionId", "cn-nowhere")]);
        assert_eq!((answer.status, answer.code().as_str()), (status, "InvalidRegionId.NotFound"), "{action}");
    }
    owner.rpc(ECS, "DescribeRegions", &[]).ok();
    let (_, vswitch, group) = network(&owner);
    let run = [("ImageId", "m-1"), ("InstanceType", "zoo"), ("VSwitchId", &vswitch), ("SecurityGroupId", &group)];
    assert_eq!(call(&owner, ECS, "RunInstances", &run).code(), "InvalidInstanceType.ValueNotSupported");
    let kind = call(&owner, ECS, "CreateSecurityGroup", &[("SecurityGroupType", "zoo")]);
    assert_eq!(kind.code(), "InvalidParams.GroupType");
    // Images of the cloud's own are always there.
    let images = call(&owner, ECS, "DescribeImages", &[("ImageOwnerAlias", "system"), ("OSType", "linux")]).ok();
    let id = text(&images, "/Images/Image/0/ImageId").to_owned();
    assert!(id.ends_with(".vhd"), "{images}");
    let one = call(&owner, ECS, "DescribeImages", &[("ImageId", &id)]).ok();
    assert_eq!(one["TotalCount"], json!(1));
    assert_eq!(call(&owner, ECS, "DescribeImages", &[("ImageOwnerAlias", "self")]).ok()["TotalCount"], json!(0));
}

#[test]
fn tags_are_what_their_product_takes() {
    let place = Place::new();
    let owner = place.owner();
    let (vpc, _, group) = network(&owner);
    let long = "x".repeat(129);
    let tags = |key: &str, value: &str| {
        vec![("Tag.1.Key".to_owned(), key.to_owned()), ("Tag.1.Value".to_owned(), value.to_owned())]
    };
    let twice =
        [tags("a", "1"), vec![("Tag.2.Key".to_owned(), "a".to_owned()), ("Tag.2.Value".to_owned(), "2".to_owned())]]
            .concat();
    for (given, of_vpc, of_ecs) in [
        (tags("acs:x", "v"), "InvalidTagKey", "InvalidTagKey.Malformed"),
        (tags("aliyunx", "v"), "InvalidTagKey", "InvalidTagKey.Malformed"),
        (tags(&long, "v"), "InvalidTagKey", "InvalidTagKey.Malformed"),
        (tags("k", "http://x"), "InvalidTagValue", "InvalidTagValue.Malformed"),
        (tags("k", &long), "InvalidTagValue", "InvalidTagValue.Malformed"),
        (tags("k", "acs:v"), "InvalidTagValue", ""),
        (twice, "Forbidden.TagKey.Duplicated", "Duplicate.TagKey"),
        (tags("k", ""), "", ""),
    ] {
        let given: Vec<_> = given.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let tag = |version, kind, id: &str| {
            call(
                &owner,
                version,
                "TagResources",
                &[&[("ResourceType", kind), ("ResourceId.1", id)], &given[..]].concat(),
            )
            .code()
        };
        assert_eq!(tag(VPC, "VPC", &vpc), of_vpc, "{given:?}");
        assert_eq!(tag(ECS, "securitygroup", &group), of_ecs, "{given:?}");
        assert_eq!(call(&owner, VPC, "CreateVpc", &given).code(), of_vpc, "{given:?}");
    }
    let absent =
        call(&owner, VPC, "TagResources", &[("ResourceType", "VPC"), ("ResourceId.1", "vpc-none"), ("Tag.1.Key", "k")]);
    assert_eq!(absent.code(), "InvalidInstanceIds.NotFound");
}

#[test]
fn records_are_put_into_another_resource_group() {
    let place = Place::new();
    let owner = place.owner();
    let (vpc, _, group) = network(&owner);
    let made = owner.rpc(MANAGER, "CreateResourceGroup", &[("Name", "team"), ("DisplayName", "team")]).ok();
    let to = text(&made, "/ResourceGroup/Id").to_owned();
    let move_vpc = |client: &Client<'_>, id: &str, to: &str| {
        call(
            client,
            VPC,
            "MoveResourceGroup",
            &[("ResourceType", "Vpc"), ("ResourceId", id), ("NewResourceGroupId", to)],
        )
    };
    let nobody = place.user("nobody", &document(&[allow(&["ecs:*"], "*")]));
    assert_eq!(move_vpc(&nobody, &vpc, &to).status, 403);
    move_vpc(&owner, &vpc, &to).ok();
    assert_eq!(text(&vpc_of(&owner, &vpc), "/ResourceGroupId"), to);
    assert_eq!(move_vpc(&owner, "vpc-none", &to).code(), "InvalidInstanceIds.NotFound");
    assert_eq!(move_vpc(&owner, &vpc, "rg-none").status, 404);
    let join = [("ResourceType", "securitygroup"), ("ResourceId", &group), ("ResourceGroupId", &to)];
    call(&owner, ECS, "JoinResourceGroup", &join).ok();
    let all = call(&owner, ECS, "DescribeSecurityGroups", &[("ResourceGroupId", &to)]).ok();
    assert_eq!(all["TotalCount"], json!(1));
}

#[test]
fn what_hangs_on_a_gateway_keeps_it() {
    let place = Place::new();
    let owner = place.owner();
    let (vpc, vswitch, _) = network(&owner);
    let made = call(&owner, VPC, "CreateNatGateway", &[("VpcId", &vpc), ("VSwitchId", &vswitch)]).ok();
    let (gateway, table) = (text(&made, "/NatGatewayId"), text(&made, "/SnatTableIds/SnatTableId/0"));
    let eip = call(&owner, VPC, "AllocateEipAddress", &[]).ok();
    let (eip, ip) = (text(&eip, "/AllocationId"), text(&eip, "/EipAddress"));
    let bind = |kind, to| {
        let given = [("AllocationId", eip), ("InstanceId", to), ("InstanceType", kind)];
        call(&owner, VPC, "AssociateEipAddress", &given)
    };
    bind("Nat", "ngw-none").refused(400, "InvalidInstance.NotExist");
    bind("EcsInstance", "i-none").refused(404, "InvalidInstanId.NotFound");
    let snat = |table, vswitch, ip| {
        call(&owner, VPC, "CreateSnatEntry", &[("SnatTableId", table), ("SourceVSwitchId", vswitch), ("SnatIp", ip)])
    };
    snat(table, &vswitch, ip).refused(400, "EIP_NOT_IN_GATEWAY");
    bind("Nat", gateway).ok();
    snat("stb-none", &vswitch, ip).refused(404, "InvalidSnatTableId.NotFound");
    snat(table, "vsw-none", ip).refused(404, "InvalidVSwitchId.NotFound");
    snat(table, &vswitch, "1.1.1.1").refused(404, "InvalidSnatIp.NotFound");
    snat(table, &vswitch, ip).ok();
    let entries = |own| call(&owner, VPC, "DescribeSnatTableEntries", &[own]);
    assert_eq!(entries(("NatGatewayId", gateway)).ok()["TotalCount"], json!(1));
    entries(("SnatTableId", "stb-none")).refused(404, "InvalidSnatTableId.NotFound");
    place.later(5);
    let unbind = || call(&owner, VPC, "UnassociateEipAddress", &[("AllocationId", eip)]);
    unbind().refused(400, "InvalidIpStatus.HasBeenUsedBySnatTable");
    let route = |destination, kind, hop| {
        let list = call(&owner, VPC, "DescribeRouteTableList", &[("VpcId", &vpc)]).ok();
        let table = text(&list, "/RouterTableList/RouterTableListType/0/RouteTableId").to_owned();
        let given = [
            ("RouteTableId", table.as_str()),
            ("DestinationCidrBlock", destination),
            ("NextHopType", kind),
            ("NextHopId", hop),
        ];
        call(&owner, VPC, "CreateRouteEntry", &given)
    };
    route("banana", "NatGateway", gateway).refused(400, "InvalidCidrBlock.Malformed");
    route("0.0.0.0/0", "NatGateway", "ngw-none").refused(404, "InvalidNatGatewayId.NotFound");
    route("0.0.0.0/0", "Instance", "i-none").refused(404, "InvalidNextHopId.NotFound");
    route("0.0.0.0/0", "NatGateway", gateway).ok();
    let delete = |more| call(&owner, VPC, "DeleteNatGateway", &[("NatGatewayId", gateway), more]);
    delete(("Force", "false")).refused(400, "DependencyViolation.SnatEntry");
    // What goes with it is gone, and its address free.
    delete(("Force", "true")).ok();
    assert_eq!(entries(("NatGatewayId", gateway)).ok()["TotalCount"], json!(0));
    place.later(5);
    call(&owner, VPC, "ReleaseEipAddress", &[("AllocationId", eip)]).ok();
}

#[test]
fn what_is_inside_a_vpc_keeps_it_and_a_pending_one_takes_nothing() {
    let place = Place::new();
    let owner = place.owner();
    let made = call(&owner, VPC, "CreateVpc", &[]).ok();
    let vpc = ("VpcId", text(&made, "/VpcId"));
    let zone = [vpc, ("ZoneId", "cn-hangzhou-h"), ("CidrBlock", "172.16.0.0/24")];
    call(&owner, VPC, "CreateVSwitch", &zone).refused(400, "IncorrectVpcStatus");
    call(&owner, ECS, "CreateSecurityGroup", &[vpc]).refused(400, "IncorrectVpcStatus");
    place.later(2);
    let group = call(&owner, ECS, "CreateSecurityGroup", &[vpc]).ok();
    call(&owner, VPC, "DeleteVpc", &[vpc]).refused(400, "DependencyViolation.SecurityGroup");
    call(&owner, ECS, "DeleteSecurityGroup", &[("SecurityGroupId", text(&group, "/SecurityGroupId"))]).ok();
    call(&owner, VPC, "DeleteVpc", &[vpc]).ok();
}

#[test]
fn a_security_group_is_kept_by_a_service_that_runs_in_it() {
    let place = Place::new();
    let owner = place.owner();
    let (vpc, vswitch, group) = network(&owner);
    let networking = json!({"vpc_id": vpc, "vswitch_id": vswitch, "security_group_id": group});
    let config = json!({"metadata": {"name": "foo", "instance": 1}, "containers": [{"image": "a"}], "cloud": {"networking": networking}});
    send(&owner, EAS, "POST", "/api/v2/services", &config).ok();
    place.later(10);
    let delete = || call(&owner, ECS, "DeleteSecurityGroup", &[("SecurityGroupId", &group)]);
    delete().refused(403, "DependencyViolation");
    send(&owner, EAS, "DELETE", "/api/v2/services/cn-hangzhou/foo", &json!({})).ok();
    place.later(10);
    delete().ok();
}

#[test]
fn an_instance_names_groups_types_roles_and_states_that_there_are() {
    let place = Place::new();
    let owner = place.owner();
    let (_, vswitch, group) = network(&owner);
    let run = |kind| {
        let given = [("InstanceType", kind), ("VSwitchId", vswitch.as_str()), ("SecurityGroupId", group.as_str())];
        call(&owner, ECS, "RunInstances", &given)
    };
    assert_eq!(run("ecs.banana").code(), "InvalidInstanceType.ValueNotSupported");
    let made = run("ecs.g6.large").ok();
    let id = text(&made, "/InstanceIdSets/InstanceIdSet/0");
    let into = |group: &str| {
        call(&owner, ECS, "ModifyInstanceAttribute", &[("InstanceId", id), ("SecurityGroupIds.1", group)])
    };
    into("sg-none").refused(404, "InvalidSecurityGroupId.NotFound");
    into(&group).ok();
    let join = || call(&owner, ECS, "JoinSecurityGroup", &[("InstanceId", id), ("SecurityGroupId", &group)]);
    join().refused(403, "InvalidInstanceId.AlreadyExists");
    let of = |status| call(&owner, ECS, "DescribeInstances", &[("Status", status)]);
    of("Banana").refused(404, "InvalidStatus.NotFound");
    place.later(10);
    assert_eq!(of("Running").ok()["TotalCount"], json!(1));
    let trust = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["ecs.aliyuncs.com"]}}]}"#;
    for role in ["one", "two"] {
        owner.ram("CreateRole", &[("RoleName", role), ("AssumeRolePolicyDocument", trust)]).ok();
    }
    let ids = json!([id]).to_string();
    let role = |action, name| call(&owner, ECS, action, &[("InstanceIds", ids.as_str()), ("RamRoleName", name)]);
    role("AttachInstanceRamRole", "one").ok();
    role("DetachInstanceRamRole", "two").refused(404, "InvalidRamRole.NotFound");
    role("DetachInstanceRamRole", "one").ok();
}
