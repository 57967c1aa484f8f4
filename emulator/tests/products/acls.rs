//! Network ACLs: their entries, and the vSwitches that they are bound to.

use serde_json::json;

use crate::kit::{Answer, Client, text};
use crate::{Place, VPC, network};

fn call(client: &Client<'_>, action: &str, own: &[(&str, &str)]) -> Answer {
    client.rpc(VPC, action, &[&[("RegionId", "cn-hangzhou")], own].concat())
}

fn acl(client: &Client<'_>, vpc: &str) -> String {
    text(&call(client, "CreateNetworkAcl", &[("VpcId", vpc)]).ok(), "/NetworkAclId").to_owned()
}

#[test]
fn the_entries_of_a_direction_are_put() {
    let place = Place::new();
    let owner = place.owner();
    let (vpc, ..) = network(&owner);
    let acl = acl(&owner, &vpc);
    let entry = [
        ("IngressAclEntries.1.Policy", "accept"),
        ("IngressAclEntries.1.Protocol", "tcp"),
        ("IngressAclEntries.1.Port", "20/80"),
        ("IngressAclEntries.1.SourceCidrIp", "10.0.0.0/24"),
        ("IngressAclEntries.1.NetworkAclEntryName", "web"),
    ];
    let update = |own: &[(&str, &str)]| {
        call(&owner, "UpdateNetworkAclEntries", &[&[("NetworkAclId", acl.as_str())], own].concat())
    };
    let shown = || call(&owner, "DescribeNetworkAclAttributes", &[("NetworkAclId", &acl)]).ok();
    let puts = [("UpdateIngressAclEntries", "true")];
    update(&[&puts[..], &entry[..]].concat()).ok();
    let one = shown()["NetworkAclAttribute"]["IngressAclEntries"]["IngressAclEntry"][0].clone();
    let fields = ["/Policy", "/Protocol", "/Port", "/SourceCidrIp", "/NetworkAclEntryName", "/EntryType", "/IpVersion"];
    let expected = ["accept", "tcp", "20/80", "10.0.0.0/24", "web", "custom", "IPV4"];
    assert_eq!(fields.map(|field| text(&one, field)), expected);
    assert!(text(&one, "/NetworkAclEntryId").starts_with("nae-"), "{one}");
    let long = "x".repeat(257);
    for (name, value, code) in [
        ("NetworkAclEntryName", &long[..129], "ParameterLengthIllegal.Name"),
        ("NetworkAclEntryName", "http://a", "ParameterIllegal.Name"),
        ("Description", &long, "ParameterLengthIllegal.Description"),
        ("IpVersion", "IPV5", "IllegalParam.IpVersion"),
        ("Policy", "maybe", "ParameterIllegal.Policy"),
        ("Protocol", "zoo", "ParameterIllegal.Protocol"),
        ("Port", "-1/-1", "ParameterIllegal.Port"),
        ("SourceCidrIp", "10.0.0.1", "ParameterIllegal.SourceCidrIp"),
    ] {
        let name = format!("IngressAclEntries.1.{name}");
        let rest: Vec<_> = entry.iter().copied().filter(|(other, _)| *other != name).collect();
        let answer = update(&[&puts[..], &rest[..], &[(name.as_str(), value)]].concat());
        assert_eq!(answer.code(), code, "{name}");
    }
    // A direction that is not put stays as it is; one that is put without entries has none.
    update(&[("UpdateEgressAclEntries", "true")]).ok();
    assert_eq!(shown()["NetworkAclAttribute"]["IngressAclEntries"]["IngressAclEntry"][0], one);
    update(&puts).ok();
    assert_eq!(shown()["NetworkAclAttribute"]["IngressAclEntries"]["IngressAclEntry"], json!([]));
}

#[test]
fn a_vswitch_is_bound_to_one_acl_and_held_by_it() {
    let place = Place::new();
    let owner = place.owner();
    let (vpc, vswitch, _) = network(&owner);
    let (first, second) = (acl(&owner, &vpc), acl(&owner, &vpc));
    let other = text(&call(&owner, "CreateVpc", &[]).ok(), "/VpcId").to_owned();
    place.later(10);
    let by = |action, acl: &str, id: &str| {
        let resource = [("Resource.1.ResourceType", "VSwitch"), ("Resource.1.ResourceId", id)];
        call(&owner, action, &[&[("NetworkAclId", acl)], &resource[..]].concat())
    };
    let associate = |acl: &str| by("AssociateNetworkAcl", acl, &vswitch);
    let dissociate = |acl: &str| by("UnassociateNetworkAcl", acl, &vswitch);
    associate(&first).ok();
    let shown = call(&owner, "DescribeNetworkAclAttributes", &[("NetworkAclId", &first)]).ok();
    let bound = json!([{"ResourceId": vswitch, "ResourceType": "VSwitch", "Status": "BINDED"}]);
    assert_eq!(shown["NetworkAclAttribute"]["Resources"]["Resource"], bound);
    assert_eq!(associate(&first).code(), "InvalidResource.BindingExist");
    assert_eq!(associate(&second).code(), "InvalidResource.BindingExist");
    assert_eq!(associate(&acl(&owner, &other)).code(), "InvalidResource.VpcError");
    assert_eq!(by("AssociateNetworkAcl", &second, "vsw-none").code(), "InvalidResource.NotFound");
    assert_eq!(dissociate(&second).code(), "InvalidResource.NotBinding");
    let delete = || call(&owner, "DeleteVSwitch", &[("VSwitchId", &vswitch)]);
    assert_eq!(delete().code(), "DependencyViolation.NetworkAcl");
    dissociate(&first).ok();
    delete().ok();
}
