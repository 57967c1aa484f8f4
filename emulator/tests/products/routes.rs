//! Route tables, what lies in them and who goes by them; entries of NAT gateways that are changed.

use serde_json::json;

use crate::kit::{Answer, Client, text};
use crate::{MANAGER, Place, VPC, network};

fn call(client: &Client<'_>, action: &str, own: &[(&str, &str)]) -> Answer {
    client.rpc(VPC, action, &[&[("RegionId", "cn-hangzhou")], own].concat())
}

fn table(client: &Client<'_>, vpc: &str) -> String {
    text(&call(client, "CreateRouteTable", &[("VpcId", vpc)]).ok(), "/RouteTableId").to_owned()
}

#[test]
fn a_vswitch_goes_by_the_custom_table_that_it_is_associated_with() {
    let place = Place::new();
    let owner = place.owner();
    let (vpc, vswitch, _) = network(&owner);
    let tables = || call(&owner, "DescribeRouteTableList", &[("VpcId", &vpc), ("RouteTableType", "System")]).ok();
    let system = text(&tables(), "/RouterTableList/RouterTableListType/0/RouteTableId").to_owned();
    let custom = table(&owner, &vpc);
    let of_vswitch = || {
        let shown = call(&owner, "DescribeVSwitchAttributes", &[("VSwitchId", &vswitch)]).ok();
        (text(&shown, "/RouteTable/RouteTableId").to_owned(), text(&shown, "/Status").to_owned())
    };
    let of_table = |table: &str| {
        let shown = call(&owner, "DescribeRouteTableList", &[("RouteTableId", table)]).ok();
        shown["RouterTableList"]["RouterTableListType"][0]["VSwitchIds"]["VSwitchId"].clone()
    };
    let by = |action, table: &str| call(&owner, action, &[("VSwitchId", &vswitch), ("RouteTableId", table)]);
    let associate = |table: &str| by("AssociateRouteTable", table);
    assert_eq!((of_vswitch().0, of_table(&system)), (system.clone(), json!([vswitch])));
    place.later(10);
    assert_eq!(by("UnassociateRouteTable", &custom).code(), "OperationFailed.VSwitchNotAssociate");
    assert_eq!(by("UnassociateRouteTable", &system).code(), "OperationUnsupported.SystemRouteTable");
    assert_eq!(associate(&system).code(), "OperationDenied.SwitchToSystemRouteTable");
    assert_eq!(associate("vtb-none").code(), "InvalidRouteTableId.NotFound");
    let other = text(&call(&owner, "CreateVpc", &[("CidrBlock", "10.0.0.0/8")]).ok(), "/VpcId").to_owned();
    place.later(10);
    assert_eq!(associate(&table(&owner, &other)).code(), "Forbidden.NotInSameVpc");

    associate(&custom).ok();
    assert_eq!(of_vswitch(), (custom.clone(), "Pending".to_owned()));
    assert_eq!(by("UnassociateRouteTable", &custom).code(), "IncorrectVSwitchStatus");
    place.later(10);
    assert_eq!(associate(&custom).code(), "ResourceAlreadyAssociated.RouteTable");
    assert_eq!(associate(&table(&owner, &vpc)).code(), "Forbidden.VSwitchAlreadyAssociatedRouteTable");
    assert_eq!((of_table(&system), of_table(&custom)), (json!([]), json!([vswitch])));
    by("UnassociateRouteTable", &custom).ok();
    place.later(10);
    assert_eq!(of_vswitch(), (system.clone(), "Available".to_owned()));
    assert_eq!((of_table(&system), of_table(&custom)), (json!([vswitch]), json!([])));
}

#[test]
fn a_route_table_has_its_entries_and_is_in_the_group_of_its_vpc() {
    let place = Place::new();
    let owner = place.owner();
    let group = owner.rpc(MANAGER, "CreateResourceGroup", &[("Name", "lab"), ("DisplayName", "lab")]).ok();
    let group = text(&group, "/ResourceGroup/Id").to_owned();
    let vpc = text(&call(&owner, "CreateVpc", &[("ResourceGroupId", &group)]).ok(), "/VpcId").to_owned();
    place.later(10);
    let custom = table(&owner, &vpc);
    let entry = [("RouteTableId", custom.as_str()), ("DestinationCidrBlock", "203.0.113.0/24")];
    call(&owner, "CreateRouteEntry", &[&entry[..], &[("NextHopType", "HaVip"), ("NextHopId", "havip-1")]].concat())
        .ok();
    let shown = call(&owner, "DescribeRouteTables", &[("RouteTableId", &custom)]).ok();
    let entry = &shown["RouteTables"]["RouteTable"][0]["RouteEntrys"]["RouteEntry"][0];
    let fields = ["/DestinationCidrBlock", "/NextHopType", "/InstanceId", "/Status", "/RouteTableId"];
    let expected = ["203.0.113.0/24", "HaVip", "havip-1", "Available", custom.as_str()];
    assert_eq!(fields.map(|field| text(entry, field)), expected);
    let all = call(&owner, "DescribeRouteTableList", &[("VpcId", &vpc)]).ok();
    let all = all["RouterTableList"]["RouterTableListType"].as_array().expect("tables");
    assert_eq!(all.iter().map(|one| text(one, "/ResourceGroupId")).collect::<Vec<_>>(), [group.as_str(); 2]);
}

#[test]
fn a_nat_gateway_and_its_entries_are_changed() {
    let place = Place::new();
    let owner = place.owner();
    let (vpc, vswitch, _) = network(&owner);
    let made = call(&owner, "CreateNatGateway", &[("VpcId", &vpc), ("VSwitchId", &vswitch)]).ok();
    let gateway = text(&made, "/NatGatewayId").to_owned();
    place.later(10);
    call(&owner, "ModifyNatGatewayAttribute", &[("NatGatewayId", &gateway), ("Name", "out"), ("Description", "d")])
        .ok();
    let shown = call(&owner, "DescribeNatGateways", &[("NatGatewayId", &gateway)]).ok();
    let shown = &shown["NatGateways"]["NatGateway"][0];
    assert_eq!((text(shown, "/Name"), text(shown, "/Description")), ("out", "d"));
    let (snat, forward) =
        (text(&made, "/SnatTableIds/SnatTableId/0"), text(&made, "/ForwardTableIds/ForwardTableId/0"));

    let addresses: Vec<_> = (0..2)
        .map(|_| {
            let made = call(&owner, "AllocateEipAddress", &[]).ok();
            let (id, ip) = (text(&made, "/AllocationId").to_owned(), text(&made, "/EipAddress").to_owned());
            let bind = [("AllocationId", id.as_str()), ("InstanceId", &gateway), ("InstanceType", "Nat")];
            call(&owner, "AssociateEipAddress", &bind).ok();
            ip
        })
        .collect();
    let table = ("SnatTableId", snat);
    let entry = [table, ("SnatIp", &addresses[0]), ("SourceCIDR", "172.16.0.0/24")];
    let entry = text(&call(&owner, "CreateSnatEntry", &entry).ok(), "/SnatEntryId").to_owned();
    let entry = [table, ("SnatEntryId", entry.as_str())];
    let modify = |own: &[(&str, &str)]| call(&owner, "ModifySnatEntry", &[&entry[..], own].concat());
    modify(&[("SnatEntryName", "named")]).ok();
    modify(&[("SnatIp", &addresses[1])]).ok();
    assert_eq!(modify(&[("SnatIp", "192.0.2.1")]).code(), "InvalidSnatIp.NotFound");
    let shown = call(&owner, "DescribeSnatTableEntries", &[table]).ok();
    let shown = &shown["SnatTableEntries"]["SnatTableEntry"][0];
    assert_eq!((text(shown, "/SnatEntryName"), text(shown, "/SnatIp")), ("named", addresses[1].as_str()));

    let table = ("ForwardTableId", forward);
    let ports =
        [("ExternalPort", "443"), ("InternalPort", "8443"), ("IpProtocol", "tcp"), ("InternalIp", "172.16.0.9")];
    let entry = [&[table, ("ExternalIp", addresses[0].as_str())], &ports[..]].concat();
    let entry = text(&call(&owner, "CreateForwardEntry", &entry).ok(), "/ForwardEntryId").to_owned();
    let entry = [table, ("ForwardEntryId", entry.as_str())];
    let modify = |own: &[(&str, &str)]| call(&owner, "ModifyForwardEntry", &[&entry[..], own].concat());
    modify(&[("InternalPort", "9443"), ("ForwardEntryName", "web")]).ok();
    assert_eq!(modify(&[("ExternalIp", "192.0.2.1")]).code(), "InvalidExternalIp.NotFound");
    let shown = call(&owner, "DescribeForwardTableEntries", &[table]).ok();
    let shown = &shown["ForwardTableEntries"]["ForwardTableEntry"][0];
    let fields = ["/InternalPort", "/ForwardEntryName", "/ExternalIp"].map(|field| text(shown, field));
    assert_eq!(fields, ["9443", "web", addresses[0].as_str()]);
}
