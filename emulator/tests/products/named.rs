//! What a call names besides its own record, and what its record is in or belongs to: both count in what is decided of it.

use serde_json::json;

use crate::kit::{Client, names, policy, text};
use crate::{AIWORKSPACE, DSW, ECS, MANAGER, Place, VPC, allow, document, get, network, send, vpc};

const REGION: (&str, &str) = ("RegionId", "cn-hangzhou");

/// A policy whose scope is a resource group.
fn in_group(owner: &Client<'_>, user: &str, action: &str, group: &str) {
    let name = format!("All-{}", action.trim_end_matches(":*"));
    owner.ram("CreatePolicy", &[("PolicyName", &name), ("PolicyDocument", &policy("Allow", action, "*"))]).ok();
    let principal = format!("{user}@1234567890123456.onaliyun.com");
    let attached = [
        ("PolicyName", name.as_str()),
        ("PolicyType", "Custom"),
        ("PrincipalName", &principal),
        ("PrincipalType", "IMSUser"),
        ("ResourceGroupId", group),
    ];
    owner.rpc(MANAGER, "AttachPolicy", &attached).ok();
}

fn group(owner: &Client<'_>, name: &str) -> String {
    let made = owner.rpc(MANAGER, "CreateResourceGroup", &[("Name", name), ("DisplayName", name)]).ok();
    text(&made, "/ResourceGroup/Id").to_owned()
}

#[test]
fn who_administers_a_group_makes_things_in_its_vpc() {
    let place = Place::new();
    let owner = place.owner();
    let mine = group(&owner, "mine");
    let user = owner.user("alice");
    in_group(&owner, "alice", "vpc:*", &mine);
    in_group(&owner, "alice", "ecs:*", &mine);
    let vpc = vpc(&user, &[("ResourceGroupId", &mine)]);
    let in_vpc = |vpc| [REGION, ("VpcId", vpc), ("ResourceGroupId", mine.as_str())];
    user.rpc(ECS, "CreateSecurityGroup", &in_vpc(&vpc)).ok();
    let zone = |vpc| [REGION, ("VpcId", vpc), ("ZoneId", "cn-hangzhou-h"), ("CidrBlock", "172.16.9.0/24")];
    let made = user.rpc(VPC, "CreateVSwitch", &zone(&vpc)).ok();
    // It is in the group of its VPC.
    let vswitch = text(&made, "/VSwitchId").to_owned();
    let shown = user.rpc(VPC, "DescribeVSwitchAttributes", &[REGION, ("VSwitchId", &vswitch)]).ok();
    assert_eq!(text(&shown, "/ResourceGroupId"), mine);
    let (foreign, ..) = network(&owner);
    assert_eq!(user.rpc(ECS, "CreateSecurityGroup", &in_vpc(&foreign)).status, 403);
    assert_eq!(user.rpc(VPC, "CreateVSwitch", &zone(&foreign)).status, 403);
}

#[test]
fn a_tagged_role_or_policy_is_handed_to_nobody_that_may_not() {
    let place = Place::new();
    let owner = place.owner();
    let trust = json!({"Version": "1", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["ecs.aliyuncs.com"]}}]});
    let tag = [("Tag", r#"[{"Key":"env","Value":"prod"}]"#)];
    for (name, tags) in [("tagged", &tag[..]), ("plain", &[])] {
        let role = [("RoleName", name), ("AssumeRolePolicyDocument", &*trust.to_string())];
        owner.ram("CreateRole", &[&role[..], tags].concat()).ok();
        let document = policy("Allow", "oss:*", "*");
        owner.ram("CreatePolicy", &[&[("PolicyName", name), ("PolicyDocument", &document)], tags].concat()).ok();
    }
    owner.user("bob");
    let condition = json!({"StringEquals": {"acs:ResourceTag/env": "prod"}});
    let deny = json!({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition});
    let user = place.user("alice", &document(&[allow(&["*"], "*"), deny]));
    let attach = |policy| {
        let who = [("PrincipalName", "bob@1234567890123456.onaliyun.com"), ("PrincipalType", "IMSUser")];
        let what = [("PolicyName", policy), ("PolicyType", "Custom"), ("ResourceGroupId", "1234567890123456")];
        user.rpc(MANAGER, "AttachPolicy", &[&who[..], &what].concat()).status
    };
    let attach_role = |role| {
        let named = [REGION, ("InstanceIds", r#"["i-1"]"#), ("RamRoleName", role)];
        user.rpc(ECS, "AttachInstanceRamRole", &named).status
    };
    assert_eq!((attach("tagged"), attach_role("tagged")), (403, 403));
    assert_ne!(attach("plain"), 403);
    assert_ne!(attach_role("plain"), 403);
}

/// What a caller does with the versions of a dataset, and with a snapshot of an instance.
fn with_parts(client: &Client<'_>, dataset: &str, instance: &str) -> Vec<(&'static str, bool)> {
    let version =
        json!({"Property": "DIRECTORY", "DataSourceType": "OSS", "Uri": "oss://b.oss-cn-hangzhou.aliyuncs.com/e/"});
    let versions = format!("/api/v1/datasets/{dataset}/versions");
    let one = format!("{versions}/v1");
    let snapshots = format!("/api/v2/instances/{instance}/snapshots");
    let snapshot = json!({"SnapshotName": "s", "ImageUrl": "registry/i:1"});
    let check = json!({"InstanceId": instance});
    [
        ("create version", send(client, AIWORKSPACE, "POST", &versions, &version)),
        ("get version", get(client, AIWORKSPACE, &one, &[])),
        ("list versions", get(client, AIWORKSPACE, &versions, &[("PageNumber", "1"), ("PageSize", "10")])),
        ("update version", send(client, AIWORKSPACE, "PUT", &one, &json!({"Description": "d"}))),
        ("create snapshot", send(client, DSW, "POST", &snapshots, &snapshot)),
        ("list snapshots", get(client, DSW, &snapshots, &[])),
        ("check", send(client, DSW, "POST", "/api/v2/sanitychecks/Memory", &check)),
        (
            "diagnose",
            send(client, DSW, "POST", "/api/v2/diagnoses", &json!({"InstanceId": instance, "ProblemCategory": "p"})),
        ),
    ]
    .into_iter()
    .map(|(what, answer)| (what, answer.status == 403))
    .collect()
}

#[test]
fn parts_of_what_is_in_a_workspace_are_asked_in_it() {
    let place = Place::new();
    let owner = place.owner();
    let made = place.dataset(&owner, "own", &json!({})).ok();
    let dataset = text(&made, "/DatasetId").to_owned();
    let made = place.instance(&owner, &json!({"InstanceName": "one", "EcsSpec": "ecs.c6.large"})).ok();
    let instance = text(&made, "/InstanceId").to_owned();
    let all = ["paidataset:*", "paidsw:*"];
    let within = |workspace: &str| format!("acs:*:*:*:workspace/{workspace}/*");
    let refusing = json!({"Effect": "Deny", "Action": all, "Resource": within(&place.workspace)});
    let refused = place.user("refused", &document(&[allow(&all, "*"), refusing]));
    for (what, is_refused) in with_parts(&refused, &dataset, &instance) {
        assert!(is_refused, "{what} by who is refused in the workspace");
    }
    let allowed = place.user("allowed", &document(&[allow(&all, &within(&place.workspace))]));
    for (what, is_refused) in with_parts(&allowed, &dataset, &instance) {
        assert!(!is_refused, "{what} by who is allowed it there");
    }
    let elsewhere = place.user("elsewhere", &document(&[allow(&all, &within("1"))]));
    for (what, is_refused) in with_parts(&elsewhere, &dataset, &instance) {
        assert!(is_refused, "{what} by who is allowed it elsewhere");
    }
}

/// What a call says besides does not make another record of the one that it is performed on.
#[test]
fn a_check_is_asked_about_the_instance_that_it_is_of() {
    let place = Place::new();
    let owner = place.owner();
    let instance = |name: &str| {
        let made = place.instance(&owner, &json!({"InstanceName": name, "EcsSpec": "ecs.c6.large"})).ok();
        text(&made, "/InstanceId").to_owned()
    };
    let (own, other) = (instance("own"), instance("other"));
    let check = |id: &str| {
        let made = send(&owner, DSW, "POST", "/api/v2/sanitychecks/Memory", &json!({"InstanceId": id})).ok();
        format!("/api/v2/sanitychecks/Memory/{}", text(&made, "/TaskId"))
    };
    let (of_own, of_other) = (check(&own), check(&other));
    let resource = format!("acs:paidsw:*:*:workspace/*/dswinstance/{own}");
    let alice = place.user("alice", &document(&[allow(&["paidsw:*"], &resource)]));
    let status = |path: &str, besides: &[(&str, &str)]| get(&alice, DSW, path, besides).status;
    assert_eq!(status(&of_own, &[]), 200);
    assert_eq!(status(&of_other, &[]), 403);
    assert_eq!(status(&of_other, &[("InstanceId", own.as_str())]), 403);
}

#[test]
fn a_run_is_decided_where_its_experiment_is() {
    // The workspace of the place is the default one.
    let mut place = Place::new();
    let made = json!({"WorkspaceName": "second", "Description": "d", "EnvTypes": ["prod"]});
    let made = send(&place.owner(), AIWORKSPACE, "POST", "/api/v1/workspaces", &made).ok();
    let default = std::mem::replace(&mut place.workspace, text(&made, "/WorkspaceId").to_owned());
    let (member, _) = place.member("developer", "PAI.AlgoDeveloper");
    let experiment = json!({"Name": "e", "WorkspaceId": place.workspace});
    let made = send(&member, AIWORKSPACE, "POST", "/api/v1/experiments", &experiment).ok();
    let experiment = text(&made, "/ExperimentId").to_owned();
    let run = |client: &Client<'_>, name: &str| {
        send(client, AIWORKSPACE, "POST", "/api/v1/runs", &json!({"ExperimentId": experiment, "Name": name}))
    };
    let list = |client: &Client<'_>| get(client, AIWORKSPACE, "/api/v1/runs", &[("ExperimentId", &experiment)]);
    run(&member, "first").ok();
    assert_eq!(names(&list(&member).ok(), "/Runs", "Name"), ["first"]);
    place.workspace = default;
    let (other, _) = place.member("other", "PAI.WorkspaceAdmin");
    assert_eq!((run(&other, "second").status, list(&other).status), (403, 403));
}

#[test]
fn a_workspace_keeps_its_resource_group() {
    let place = Place::new();
    let owner = place.owner();
    let (mine, other) = (group(&owner, "mine"), group(&owner, "other"));
    let body = json!({"WorkspaceName": "theirs", "Description": "d", "EnvTypes": ["prod"], "ResourceGroupId": mine});
    let made = send(&owner, AIWORKSPACE, "POST", "/api/v1/workspaces", &body).ok();
    let id = text(&made, "/WorkspaceId").to_owned();
    let shown = || {
        let listed = get(&owner, AIWORKSPACE, "/api/v1/workspaces", &[("WorkspaceIds", &id)]).ok();
        let shown = get(&owner, AIWORKSPACE, &format!("/api/v1/workspaces/{id}"), &[]).ok();
        assert_eq!(shown["ResourceGroupId"], listed["Workspaces"][0]["ResourceGroupId"]);
        shown["ResourceGroupId"].clone()
    };
    let inside = |group: &str| {
        let listed = owner.rpc(MANAGER, "ListResources", &[("ResourceGroupId", group)]).ok();
        names(&listed, "/Resources/Resource", "ResourceId").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!((shown(), inside(&mine)), (json!(mine), vec![id.clone()]));
    let delete = |group: &str| owner.rpc(MANAGER, "DeleteResourceGroup", &[("ResourceGroupId", group)]);
    delete(&mine).refused(409, "DeleteConflict.ResourceGroup.Resource");
    let to = json!({"ResourceId": id, "NewResourceGroupId": other});
    send(&owner, AIWORKSPACE, "PUT", "/resourcegroups/action/changeresourcegroup", &to).ok();
    assert_eq!((shown(), inside(&mine), inside(&other)), (json!(other), Vec::new(), vec![id.clone()]));
    delete(&mine).ok();
    send(&owner, AIWORKSPACE, "DELETE", &format!("/api/v1/workspaces/{id}"), &json!({})).ok();
    assert_eq!(inside(&other), Vec::<String>::new());
    delete(&other).ok();
}

#[test]
fn a_key_answers_to_its_alias_where_it_may_be_named_so() {
    const KMS: &str = "2016-01-20";
    let place = Place::new();
    let owner = place.owner();
    let tags = json!([{"TagKey": "env", "TagValue": "prod"}]).to_string();
    let key = |tags: &[(&str, &str)]| {
        text(&owner.rpc(KMS, "CreateKey", &[&[REGION], tags].concat()).ok(), "/KeyMetadata/KeyId").to_owned()
    };
    let (tagged, plain) = (key(&[("Tags", &tags)]), key(&[]));
    for (alias, key) in [("alias/tagged", &tagged), ("alias/plain", &plain)] {
        owner.rpc(KMS, "CreateAlias", &[REGION, ("AliasName", alias), ("KeyId", key)]).ok();
    }
    let shown = |client: &Client<'_>, alias| client.rpc(KMS, "DescribeKey", &[REGION, ("KeyId", alias)]);
    assert_eq!(text(&shown(&owner, "alias/tagged").ok(), "/KeyMetadata/KeyId"), tagged);
    shown(&owner, "alias/none").refused(404, "Forbidden.KeyNotFound");
    owner.rpc(KMS, "DisableKey", &[REGION, ("KeyId", "alias/plain")]).refused(404, "Forbidden.KeyNotFound");
    // What holds for a key holds for it by its alias.
    let condition = json!({"StringEquals": {"acs:ResourceTag/env": "prod"}});
    let by_tag = json!({"Effect": "Deny", "Action": "kms:*", "Resource": "*", "Condition": condition});
    let user = place.user("by-tag", &document(&[allow(&["kms:*"], "*"), by_tag]));
    assert_eq!(shown(&user, "alias/tagged").status, 403);
    assert_eq!(user.rpc(KMS, "Encrypt", &[REGION, ("KeyId", "alias/tagged"), ("Plaintext", "x")]).status, 403);
    shown(&user, "alias/plain").ok();
    let by_name = json!({"Effect": "Deny", "Action": "kms:*", "Resource": format!("acs:kms:*:*:key/{tagged}")});
    let user = place.user("by-name", &document(&[allow(&["kms:*"], "*"), by_name]));
    assert_eq!(shown(&user, "alias/tagged").status, 403);
    shown(&user, "alias/plain").ok();
}

#[test]
fn ids_begin_with_the_mark_of_their_region() {
    let place = Place::new();
    for (region, mark) in [("cn-hangzhou", "vpc-bp1"), ("cn-beijing", "vpc-2ze")] {
        let id = text(&place.owner().rpc(VPC, "CreateVpc", &[("RegionId", region)]).ok(), "/VpcId").to_owned();
        assert!(id.starts_with(mark) && id.len() == 25, "{id}");
    }
}
