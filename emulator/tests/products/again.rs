//! Calls that are only rehearsed, and calls that are sent again.

use acslab_emulator::gateway::{Caller, HttpRequest};
use acslab_emulator::operation::Inside;
use http::{HeaderValue, Method};
use serde_json::{Value, json};

use crate::kit::{Client, text};
use crate::{DLC, ECS, Place, VPC, allow, document, network};

const REGION: (&str, &str) = ("RegionId", "cn-hangzhou");

fn count(owner: &Client<'_>, version: &str, action: &str) -> i64 {
    let count = owner.rpc(version, action, &[REGION]).ok()["TotalCount"].clone();
    let text = count.as_str().map_or_else(|| count.to_string(), str::to_owned);
    text.parse().expect("a number")
}

/// The code of a rehearsal's answer.
fn rehearsed(client: &Client<'_>, version: &str, action: &str, own: &[(&str, &str)]) -> String {
    let answer = client.rpc(version, action, &[&[REGION, ("DryRun", "true")], own].concat());
    assert_ne!(answer.status, 200, "{action}");
    answer.code()
}

#[test]
fn a_rehearsal_says_what_would_come_of_it_and_does_nothing() {
    let place = Place::new();
    let owner = place.owner();
    let (vpc, vswitch, group) = network(&owner);
    place.later(10);
    let run =
        [("ImageId", "m-1"), ("InstanceType", "ecs.g6.large"), ("VSwitchId", &vswitch), ("SecurityGroupId", &group)];
    let made = owner.rpc(ECS, "RunInstances", &[&[REGION], &run[..]].concat()).ok();
    let instance = text(&made, "/InstanceIdSets/InstanceIdSet/0").to_owned();
    place.later(10);
    let passed = "DryRunOperation";
    for (version, action, own, code) in [
        (VPC, "CreateVpc", &[][..], passed),
        (VPC, "CreateVpc", &[("CidrBlock", "10.0.0.1/8")], "InvalidCidrBlock.Malformed"),
        (VPC, "DeleteVpc", &[("VpcId", vpc.as_str())], "DependencyViolation.VSwitch"),
        (VPC, "DeleteVpc", &[("VpcId", "vpc-none")], "InvalidVpcId.NotFound"),
        (VPC, "DescribeVpcs", &[], passed),
        (VPC, "DescribeVpcAttribute", &[("VpcId", &vpc)], passed),
        (VPC, "CreateNetworkAcl", &[("VpcId", &vpc)], passed),
        (ECS, "RunInstances", &run, passed),
        (
            ECS,
            "RunInstances",
            &[&run[..3], &[("SecurityGroupId", "sg-none")]].concat(),
            "InvalidSecurityGroupId.NotFound",
        ),
        (ECS, "StopInstance", &[("InstanceId", &instance)], passed),
        (ECS, "StartInstance", &[("InstanceId", &instance)], "IncorrectInstanceStatus"),
        (ECS, "DeleteInstance", &[("InstanceId", &instance), ("Force", "true")], passed),
        (ECS, "DescribeInstances", &[], passed),
    ] {
        assert_eq!(rehearsed(&owner, version, action, own), code, "{action} {own:?}");
    }
    place.later(10);
    assert_eq!(count(&owner, VPC, "DescribeVpcs"), 1);
    assert_eq!(count(&owner, VPC, "DescribeNetworkAcls"), 0);
    let all = owner.rpc(ECS, "DescribeInstances", &[REGION]).ok();
    assert_eq!((all["TotalCount"].as_i64(), text(&all, "/Instances/Instance/0/Status")), (Some(1), "Running"));
    // Its message, and who may not is not told that it would be done.
    let answer = owner.rpc(VPC, "CreateVpc", &[REGION, ("DryRun", "true")]);
    assert_eq!(answer.status, 400);
    assert_eq!(text(&answer.json(), "/Message"), "Request validation has been passed with DryRun flag set.");
    let user = place.user("reader", &document(&[allow(&["vpc:Describe*"], "*")]));
    assert_eq!(rehearsed(&user, VPC, "DescribeVpcs", &[]), passed);
    assert_eq!(user.rpc(VPC, "CreateVpc", &[REGION, ("DryRun", "true")]).status, 403);
    // What takes no such parameter is done.
    let given = [REGION, ("VpcId", &vpc), ("SecurityGroupName", "named"), ("DryRun", "true")];
    assert_eq!(owner.rpc(ECS, "CreateSecurityGroup", &given).status, 200);
}

#[test]
fn a_call_with_a_token_is_done_once() {
    let place = Place::new();
    let owner = place.owner();
    let token = ("ClientToken", "a-token");
    let make = |client: &Client<'_>, own: &[(&str, &str)]| client.rpc(VPC, "CreateVpc", &[&[REGION], own].concat());
    let first = make(&owner, &[token]).ok();
    let again = make(&owner, &[token]).ok();
    assert_eq!(first["VpcId"], again["VpcId"]);
    assert_ne!(first["RequestId"], again["RequestId"]);
    let other = make(&owner, &[token, ("VpcName", "other")]);
    assert_eq!((other.status, other.code().as_str()), (400, "IdempotentParameterMismatch"));
    assert_eq!(count(&owner, VPC, "DescribeVpcs"), 1);
    // A retry needs the right to do it, as the first call did; another caller's token is another one.
    let user = place.user("maker", &document(&[allow(&["vpc:CreateVpc"], "*")]));
    assert_ne!(make(&user, &[token]).ok()["VpcId"], first["VpcId"]);
    assert_eq!(make(&place.user("nobody", &document(&[allow(&["ecs:*"], "*")])), &[token]).status, 403);
    // So is that of another operation, and one after a day.
    let vpc = text(&first, "/VpcId");
    place.later(2);
    let group = |more: &[(&str, &str)]| {
        owner.rpc(ECS, "CreateSecurityGroup", &[&[REGION, ("VpcId", vpc), token], more].concat())
    };
    let made = group(&[]).ok();
    assert_eq!(made["SecurityGroupId"], group(&[]).ok()["SecurityGroupId"]);
    let other = group(&[("Description", "x")]);
    assert_eq!((other.status, other.code().as_str()), (403, "IdempotentParameterMismatch"));
    place.later(24 * 3600);
    assert_ne!(make(&owner, &[token]).ok()["VpcId"], first["VpcId"]);
    // What came to nothing is tried again, and what is gone is deleted once.
    let zone = [REGION, ("VpcId", vpc), ("ZoneId", "cn-hangzhou-h"), ("ClientToken", "b")];
    let vswitch = |block| owner.rpc(VPC, "CreateVSwitch", &[&zone[..], &[("CidrBlock", block)]].concat());
    assert_eq!(vswitch("10.0.0.0/24").code(), "InvalidCidrBlock.OutOfRange");
    let made = vswitch("172.16.0.0/24").ok();
    assert_eq!(made["VSwitchId"], vswitch("172.16.0.0/24").ok()["VSwitchId"]);
    let last = make(&owner, &[]).ok();
    let delete =
        || owner.rpc(VPC, "DeleteVpc", &[REGION, ("VpcId", text(&last, "/VpcId")), ("ClientToken", "c")]).status;
    assert_eq!([delete(), delete()], [200, 200]);
    // It is kept with the state, and no longer than it may be.
    let long = make(&owner, &[("ClientToken", &"x".repeat(65))]);
    assert_eq!(long.code(), "IllegalParam.ClientToken");
    assert_eq!(json!(make(&owner, &[("ClientToken", &"x".repeat(64))]).status), 200);
}

/// What a service answers that calls another one for somebody: one caller, several persons.
fn for_somebody(
    place: &Place,
    person: &str,
    (host, version): (&str, &'static str),
    (method, path): (Method, &str),
    query: &[(&str, &str)],
    body: &Value,
) -> Value {
    let gateway = place.emulator.gateway();
    let cloud = gateway.cloud();
    let host = HeaderValue::from_str(&format!("{host}.cn-hangzhou.aliyuncs.com")).expect("a host");
    let headers = [("host", host), ("x-acs-version", HeaderValue::from_static(version))];
    let request = HttpRequest {
        method,
        path: path.to_owned(),
        query: query.iter().copied().collect(),
        malformed: false,
        headers: headers.into_iter().map(|(name, value)| (http::HeaderName::from_static(name), value)).collect(),
        body: body.to_string().into(),
        cause: None,
        for_person: Some(person.into()),
        mfa: false,
        peer: std::net::IpAddr::from([127, 0, 0, 1]),
        secure: false,
        named_host: std::sync::OnceLock::new(),
    };
    let owner = Caller::Owner(cloud.accounts()[0].clone());
    let reply = gateway.enter(&cloud, request, owner, "cn-hangzhou").expect("an answer");
    Value::Object(reply.members().expect("a document").clone())
}

/// A token is that of the person for whom a service calls, and so is what is one's own.
#[test]
fn what_a_service_does_for_two_persons_is_not_the_same() {
    let place = Place::new();
    let token = [("Action", "CreateVpc"), ("RegionId", "cn-hangzhou"), ("ClientToken", "a-token")];
    let vpc = |person| for_somebody(&place, person, ("vpc", VPC), (Method::POST, "/"), &token, &Value::Null);
    assert_eq!(vpc("1")["VpcId"], vpc("1")["VpcId"]);
    assert_ne!(vpc("1")["VpcId"], vpc("2")["VpcId"]);
    let boards = |person, method, query: &[(&str, &str)]| {
        let board = json!({"WorkspaceId": place.workspace, "DisplayName": "tb", "SummaryPath": "/x"});
        for_somebody(&place, person, ("pai-dlc", DLC), (method, "/api/v1/tensorboards"), query, &board)
    };
    let made = boards("1", Method::POST, &[]);
    let own = |person| {
        let workspace = place.workspace.as_str();
        boards(person, Method::GET, &[("WorkspaceId", workspace), ("ShowOwn", "true")])
    };
    assert_eq!(own("1")["Tensorboards"][0]["TensorboardId"], made["TensorboardId"]);
    assert_eq!(own("2")["TotalCount"], 0);
}
