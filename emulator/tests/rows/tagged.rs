//! Whatever a call names counts with its tags: what nobody may touch that is tagged so, nobody may touch by any row that names it, be it the
//! row's own record or another product's.

use std::collections::BTreeMap;

use acslab_emulator::gateway::{Asked, Stage};
use acslab_emulator::{EmulatorHandle, Operation, published_of};
use acslab_policy::Verdict;
use serde_json::{Value, json};

use super::kit::{self, Client, text};
use super::{REGION, Walker};

const VPC: &str = "2016-04-28";
const ECS: &str = "2014-05-26";
const KMS: &str = "2016-01-20";
const REGIONAL: (&str, &str) = ("RegionId", REGION);
/// The tag of what nobody may touch.
const TAG: [(&str, &str); 2] = [("Tag.1.Key", "env"), ("Tag.1.Value", "prod")];

/// Something of each kind, tagged: by the service and the type in its ARN, its id.
type Tagged = BTreeMap<(&'static str, &'static str), String>;

fn tagged(owner: &Client<'_>) -> Tagged {
    let mut all = Tagged::new();
    let mut make = |version, action, service, kind, id: &str, own: &[(&str, &str)]| {
        let made = owner.rpc(version, action, &[&[REGIONAL], own].concat()).ok();
        let id = text(&made, id).to_owned();
        if version != KMS {
            let called = [("ResourceType", kind), ("ResourceId.1", &*id)];
            owner.rpc(version, "TagResources", &[&[REGIONAL], &called[..], &TAG].concat()).ok();
        }
        all.insert((service, kind), id.clone());
        id
    };
    let vpc = make(VPC, "CreateVpc", "vpc", "vpc", "/VpcId", &[]);
    owner.emulator.gateway().cloud().clock.advance(2_000).expect("a time");
    let zone = [("VpcId", &*vpc), ("ZoneId", "cn-hangzhou-h"), ("CidrBlock", "172.16.0.0/24")];
    let vswitch = make(VPC, "CreateVSwitch", "vpc", "vswitch", "/VSwitchId", &zone);
    let in_vpc = [("VpcId", &*vpc)];
    make(VPC, "CreateRouteTable", "vpc", "routetable", "/RouteTableId", &in_vpc);
    make(VPC, "CreateNetworkAcl", "vpc", "networkacl", "/NetworkAclId", &in_vpc);
    make(VPC, "AllocateEipAddress", "vpc", "eip", "/AllocationId", &[]);
    let nat = [("VpcId", &*vpc), ("VSwitchId", &*vswitch), ("NatType", "Enhanced")];
    make(VPC, "CreateNatGateway", "vpc", "natgateway", "/NatGatewayId", &nat);
    let group = make(ECS, "CreateSecurityGroup", "ecs", "securitygroup", "/SecurityGroupId", &in_vpc);
    let machine = [("VSwitchId", &*vswitch), ("SecurityGroupId", &*group), ("InstanceType", "ecs.g6.large")];
    let machine = make(
        ECS,
        "RunInstances",
        "ecs",
        "instance",
        "/InstanceIdSets/InstanceIdSet/0",
        &[&machine[..], &[("ImageId", "m-1")]].concat(),
    );
    make(ECS, "CreateImage", "ecs", "image", "/ImageId", &[("InstanceId", &machine)]);
    make(ECS, "CreateKeyPair", "ecs", "keypair", "/KeyPairName", &[("KeyPairName", "pair")]);
    let tags = json!([{"TagKey": "env", "TagValue": "prod"}]).to_string();
    make(KMS, "CreateKey", "kms", "key", "/KeyMetadata/KeyId", &[("Tags", &tags)]);
    all
}

/// The parameters that make a row name each of these: of each check whose resource ends in one that a parameter names.
fn names(row: &Operation, all: &Tagged) -> Vec<(String, String, bool)> {
    let mut named = Vec::new();
    for check in row.access.checks() {
        let mut parts = check.resource.splitn(5, ':').skip(1);
        let (Some(service), Some(end)) = (parts.next(), parts.nth(2)) else { continue };
        let Some((kind, place)) = end.split_once('/') else { continue };
        let id = all.iter().find(|((of, called), _)| *of == service && *called == kind).map(|(_, id)| id.clone());
        let parameter = match (&check.asked, place) {
            (Asked::Listed { parameter, .. }, "{each}") => Some((parameter.to_string(), true)),
            (_, place) => {
                let parameter = place.strip_prefix('{').and_then(|place| place.strip_suffix("|*}"));
                parameter.map(|parameter| (parameter.to_owned(), false))
            }
        };
        if let (Some(id), Some((parameter, list))) = (id, parameter) {
            named.push((parameter, id, list));
        }
    }
    named
}

/// Alike for the whole catalogue.
fn walk(emulator: &EmulatorHandle) -> (usize, Vec<String>) {
    let mut walker = Walker::new(emulator);
    let all = tagged(&walker.owner);
    emulator.gateway().cloud().clock.advance(60_000).expect("a time");
    walker.set("Least", &kit::policy("Allow", "*", "*"));
    let condition = json!({"StringEquals": {"acs:ResourceTag/env": "prod"}});
    let deny = json!({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition});
    walker.set("Block", &json!({"Version": "1", "Statement": [deny]}).to_string());
    let (mut walked, mut faults) = (0, Vec::new());
    for row in published_of(|_| true) {
        for (parameter, id, list) in names(&row, &all) {
            let mut ways = vec![(parameter.clone(), id.clone())];
            if list {
                ways = vec![
                    (format!("{parameter}.1"), id.clone()),
                    (parameter.clone(), Value::from(vec![id]).to_string()),
                ];
            }
            let denied = ways.into_iter().any(|way| {
                let asked = walker.ask_with(&row, true, &[way]);
                asked.is_ok_and(|(_, entry)| {
                    let verdict = entry.decided.last().map(|last| last.decision.verdict);
                    entry.stage == Stage::Authorize && verdict == Some(Verdict::ExplicitDeny)
                })
            });
            walked += 1;
            if !denied {
                faults.push(format!("{} {} by {parameter}", row.full_name(), row.product.version));
            }
        }
    }
    (walked, faults)
}

#[test]
fn whatever_a_row_names_counts_with_its_tags() {
    let emulator = kit::start();
    let (walked, faults) = walk(&emulator);
    assert!(faults.is_empty(), "{} of {walked}\n{}", faults.len(), faults.join("\n"));
    assert!(walked > 150, "{walked}");
}
