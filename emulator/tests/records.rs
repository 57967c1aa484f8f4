//! Typed records over HTTP: the actions of LangStudio's service role, states by the clock, what conditions read, quotas, what is kept.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod kit;

use acslab_emulator::EmulatorHandle;
use acslab_emulator::cloud::Service;
use kit::{Answer, Client, policy, start, text, trust};
use serde_json::{Value, json};

const EAS: &str = "2021-07-01";
const DLC: &str = "2020-12-03";
const DSW: &str = "2022-01-01";
const FLOW: &str = "2021-02-02";
const AIWORKSPACE: &str = "2021-02-04";
const LLMTRACE: &str = "2024-03-11";
const DATAWORKS: &str = "2024-05-18";
const VPC: &str = "2016-04-28";

/// A cloud where all is open, and a workspace in it.
fn ready() -> (EmulatorHandle, String) {
    let emulator = start();
    let cloud = emulator.gateway().cloud();
    let services = [
        Service::Oss,
        Service::Sls,
        Service::Xtrace,
        Service::Pai("cn-hangzhou".to_owned()),
        Service::DataWorks("cn-hangzhou".to_owned()),
    ];
    for service in services {
        cloud.accounts()[0].activations.write().open(service, cloud.clock.now());
    }
    let body = json!({"WorkspaceName": "team", "Description": "for tests", "EnvTypes": ["prod"]}).to_string();
    let owner = Client::owner(&emulator);
    let made = owner.roa("POST", AIWORKSPACE, "/api/v1/workspaces", &[], &body).ok();
    let id = text(&made, "/WorkspaceId").to_owned();
    (emulator, id)
}

fn later(emulator: &EmulatorHandle, seconds: i64) {
    emulator.gateway().cloud().clock.advance(seconds * 1000).expect("a time");
}

fn roa(client: &Client<'_>, version: &str, method: &str, path: &str, query: &[(&str, &str)], body: &Value) -> Answer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    client.roa(method, version, path, query, &body)
}

/// How each action of the service role is asked for, but for `pai:AssumeUser`, which only LangStudio asks itself: the call.
fn asked(client: &Client<'_>, workspace: &str, action: &str) -> Option<Answer> {
    let (code, name) = action.split_once(':')?;
    let page = [("PageNumber", "1"), ("PageSize", "10"), ("WorkspaceId", workspace)];
    let service = "/api/v2/services/cn-hangzhou/svc";
    let get = |version, path: &str| roa(client, version, "GET", path, &[], &Value::Null);
    let send = |version, method, path: &str, body: &Value| roa(client, version, method, path, &[], body);
    Some(match (code, name) {
        ("eas", "CreateService") => {
            let body = json!({"metadata": {"name": "svc", "instance": 1}, "containers": [{"image": "a"}]});
            roa(client, EAS, "POST", "/api/v2/services", &[("WorkspaceId", workspace)], &body)
        }
        ("eas", "ListServices") => roa(client, EAS, "GET", "/api/v2/services", &page, &Value::Null),
        ("eas", "DescribeService") => get(EAS, service),
        ("eas", "DeleteService") => send(EAS, "DELETE", service, &Value::Null),
        ("eas", "UpdateService") => send(EAS, "PUT", service, &json!({"metadata": {"instance": 2}})),
        ("eas", "StartService") => send(EAS, "PUT", &format!("{service}/start"), &Value::Null),
        ("eas", "StopService") => send(EAS, "PUT", &format!("{service}/stop"), &Value::Null),
        ("oss", "GetObject") => client.oss("GET", Some("role-bucket"), "key", &[], &[], b""),
        ("oss", "PutObject") => client.oss("PUT", Some("role-bucket"), "key", &[], &[], b"x"),
        ("oss", "DeleteObject") => client.oss("DELETE", Some("role-bucket"), "key", &[], &[], b""),
        ("oss", "ListObjects") => client.oss("GET", Some("role-bucket"), "", &[], &[], b""),
        ("paillmtrace", "GetXtraceToken") => get(LLMTRACE, "/api/v1/PAILLMTrace/XtraceToken"),
        ("paidlc", "CreateJob") => {
            let specs = json!([{"Type": "Worker", "Image": "a", "PodCount": 1, "EcsSpec": "ecs.g6.large"}]);
            let body = json!({"DisplayName": "job", "JobType": "PyTorchJob", "JobSpecs": specs, "UserCommand": "true", "WorkspaceId": workspace});
            send(DLC, "POST", "/api/v1/jobs", &body)
        }
        ("paidlc", "ListJobs") => roa(client, DLC, "GET", "/api/v1/jobs", &page, &Value::Null),
        ("paidlc", "GetJob") => get(DLC, "/api/v1/jobs/dlc1"),
        ("paidlc", "DeleteJob") => send(DLC, "DELETE", "/api/v1/jobs/dlc1", &Value::Null),
        ("paidlc", "UpdateJob") => send(DLC, "PUT", "/api/v1/jobs/dlc1", &json!({"Priority": 2})),
        ("paidlc", "StopJob") => send(DLC, "POST", "/api/v1/jobs/dlc1/stop", &Value::Null),
        ("paidsw", "CreateInstance") => {
            let body = json!({"InstanceName": "dsw", "EcsSpec": "ecs.c6.large", "ImageId": "image-1", "WorkspaceId": workspace});
            send(DSW, "POST", "/api/v2/instances", &body)
        }
        ("paidsw", "ListInstances") => roa(client, DSW, "GET", "/api/v2/instances", &page, &Value::Null),
        ("paidsw", "GetInstance") => get(DSW, "/api/v2/instances/dsw-1"),
        ("paidsw", "DeleteInstance") => send(DSW, "DELETE", "/api/v2/instances/dsw-1", &Value::Null),
        ("paidsw", "UpdateInstance") => send(DSW, "PUT", "/api/v2/instances/dsw-1", &json!({"InstanceName": "b"})),
        ("paidsw", "StartInstance") => send(DSW, "PUT", "/api/v2/instances/dsw-1/start", &Value::Null),
        ("paidsw", "StopInstance") => send(DSW, "PUT", "/api/v2/instances/dsw-1/stop", &Value::Null),
        ("ram", "CreateServiceLinkedRole") => client.ram(name, &[("ServiceName", "eas.pai.aliyuncs.com")]),
        ("dataworks", name) => {
            let own: &[(&str, &str)] = match name {
                "CreateWorkflowDefinition" | "ImportWorkflowDefinition" => &[("Spec", "{}")],
                "UpdateWorkflowDefinition" => &[("Id", "1"), ("Spec", "{}")],
                "GetWorkflowDefinition" | "DeleteWorkflowDefinition" | "GetDeployment" => &[("Id", "1")],
                "CreateDeployment" => &[("Type", "Online"), ("ObjectIds", r#"["1"]"#)],
                "ExecDeploymentStage" => &[("Id", "1"), ("Code", "BUILD")],
                "GetJobStatus" => &[("JobId", "1")],
                _ => &[],
            };
            let operation = match name {
                "CreateDeployment" => "CreatePipelineRun",
                "GetDeployment" => "GetPipelineRun",
                "ExecDeploymentStage" => "ExecPipelineRunStage",
                name => name,
            };
            let all: Vec<_> = own.iter().copied().chain([("ProjectId", "1")]).collect();
            client.rpc(DATAWORKS, operation, &all)
        }
        ("paiflow", "CreatePipelineRun") => {
            let body = json!({"WorkspaceId": workspace, "PipelineManifest": "{}", "Name": "run"});
            send(FLOW, "POST", "/api/v1/pipelineruns", &body)
        }
        ("paiflow", "GetPipelineRun") => get(FLOW, "/api/v1/pipelineruns/flow-1"),
        ("paiflow", "DeletePipelineRun") => send(FLOW, "DELETE", "/api/v1/pipelineruns/flow-1", &Value::Null),
        ("paidataset", name) => {
            let version = "/api/v1/datasets/d-1/versions/v1";
            let place = json!({"Property": "FILE", "DataSourceType": "OSS", "Uri": "oss://b/k"});
            let mut new = place.clone();
            new["Name"] = json!("set");
            new["WorkspaceId"] = json!(workspace);
            match name {
                "CreateDataset" => send(AIWORKSPACE, "POST", "/api/v1/datasets", &new),
                "ListDatasets" => roa(client, AIWORKSPACE, "GET", "/api/v1/datasets", &page, &Value::Null),
                "GetDataset" => get(AIWORKSPACE, "/api/v1/datasets/d-1"),
                "UpdateDataset" => send(AIWORKSPACE, "PUT", "/api/v1/datasets/d-1", &json!({"Name": "b"})),
                "DeleteDataset" => send(AIWORKSPACE, "DELETE", "/api/v1/datasets/d-1", &Value::Null),
                "CreateDatasetVersion" => send(AIWORKSPACE, "POST", "/api/v1/datasets/d-1/versions", &place),
                "ListDatasetVersions" => {
                    roa(client, AIWORKSPACE, "GET", "/api/v1/datasets/d-1/versions", &page[..2], &Value::Null)
                }
                "GetDatasetVersion" => get(AIWORKSPACE, version),
                "UpdateDatasetVersion" => send(AIWORKSPACE, "PUT", version, &json!({"Description": "b"})),
                "DeleteDatasetVersion" => send(AIWORKSPACE, "DELETE", version, &Value::Null),
                _ => return None,
            }
        }
        _ => return None,
    })
}

#[test]
fn each_of_the_fifty_actions_is_allowed_to_the_role_and_denied_when_taken_out_of_its_policy() {
    let (emulator, workspace) = ready();
    let owner = Client::owner(&emulator);
    assert_eq!(owner.oss("PUT", Some("role-bucket"), "", &[], &[], b"").status, 200);
    let name = "AliyunPAILangStudioDefaultRolePolicy";
    let shown = owner.ram("GetPolicy", &[("PolicyType", "System"), ("PolicyName", name)]).ok();
    let document: Value = serde_json::from_str(text(&shown, "/DefaultPolicyVersion/PolicyDocument")).unwrap();
    let statements = document["Statement"].as_array().unwrap();
    let actions = statements.iter().flat_map(|statement| match &statement["Action"] {
        Value::Array(actions) => actions.clone(),
        one => vec![one.clone()],
    });
    let actions: Vec<String> = actions.map(|action| action.as_str().unwrap().to_owned()).collect();
    assert_eq!(actions.len(), 50, "{actions:?}");

    let trusts = trust("RAM", "acs:ram::1234567890123456:root");
    let arn = |role: &str| format!("acs:ram::1234567890123456:role/{role}");
    let make = |role: &str| owner.ram("CreateRole", &[("RoleName", role), ("AssumeRolePolicyDocument", &trusts)]).ok();
    make("whole");
    owner.ram("AttachPolicyToRole", &[("PolicyType", "System"), ("PolicyName", name), ("RoleName", "whole")]).ok();
    let user = owner.user("assumer");
    owner.grant("assumer", "Assume", &policy("Allow", "sts:AssumeRole", "*"));
    let whole = user.assume(&arn("whole"), &[]);
    let (mut allowed, mut denied) = (0, 0);
    for action in &actions {
        if action == "pai:AssumeUser" {
            // What LangStudio asks itself, in the name of a person: its own tests do.
            (allowed, denied) = (allowed + 1, denied + 1);
            continue;
        }
        let answer = asked(&whole, &workspace, action).unwrap_or_else(|| panic!("{action} is asked for by nothing"));
        assert_ne!(answer.status, 403, "{action} with the policy: {}", answer.text());
        assert!(![500, 501].contains(&answer.status), "{action} is not performed: {}", answer.text());
        allowed += 1;

        let mut without = document.clone();
        for statement in without["Statement"].as_array_mut().unwrap() {
            if let Value::Array(all) = &mut statement["Action"] {
                all.retain(|one| one.as_str() != Some(action.as_str()));
            }
        }
        without["Statement"].as_array_mut().unwrap().retain(|statement| {
            statement["Action"].as_str() != Some(action.as_str()) && statement["Action"] != json!([])
        });
        let role = format!("without-{denied}");
        make(&role);
        owner.ram("CreatePolicy", &[("PolicyName", &role), ("PolicyDocument", &without.to_string())]).ok();
        owner.ram("AttachPolicyToRole", &[("PolicyType", "Custom"), ("PolicyName", &role), ("RoleName", &role)]).ok();
        let session = user.assume(&arn(&role), &[]);
        let answer = asked(&session, &workspace, action).unwrap();
        assert_eq!(answer.status, 403, "{action} without it: {}", answer.text());
        denied += 1;
    }
    assert_eq!((allowed, denied), (50, 50));
}

#[test]
fn a_service_goes_through_its_states_by_the_clock_and_is_kept() {
    let (emulator, workspace) = ready();
    let owner = Client::owner(&emulator);
    asked(&owner, &workspace, "eas:CreateService").unwrap().ok();
    let status = || text(&asked(&owner, &workspace, "eas:DescribeService").unwrap().ok(), "/Status").to_owned();
    assert_eq!(status(), "Creating");
    later(&emulator, 1);
    assert_eq!(status(), "Waiting");
    later(&emulator, 1);
    assert_eq!(status(), "Running");
    asked(&owner, &workspace, "eas:StartService").unwrap().refused(400, "InvalidService.InvalidStatus");
    asked(&owner, &workspace, "eas:StopService").unwrap().ok();
    // A copy of the cloud has the record where it is, and goes on from there.
    let copy = emulator.gateway().cloud().fork().unwrap();
    let at = acslab_emulator::cloud::RecordPlace::new("eas/Service", "cn-hangzhou");
    let state = |seconds: i64| {
        let now = copy.clock.now() + jiff::SignedDuration::from_secs(seconds);
        let account = copy.accounts()[0].clone();
        let records = account.records.read();
        records.get(&at, "svc", now).unwrap().state(now).map(str::to_owned)
    };
    assert_eq!((state(0).as_deref(), state(1).as_deref()), (Some("Stopping"), Some("Stopped")));
    later(&emulator, 1);
    asked(&owner, &workspace, "eas:DeleteService").unwrap().ok();
    assert_eq!(status(), "Deleting");
    later(&emulator, 1);
    asked(&owner, &workspace, "eas:DescribeService").unwrap().refused(404, "InvalidService.NotFound");
}

#[test]
fn the_first_service_makes_the_role_that_eas_works_through_in_the_callers_name() {
    let (emulator, workspace) = ready();
    let owner = Client::owner(&emulator);
    let user = owner.user("alice");
    owner.grant("alice", "Eas", &policy("Allow", "eas:*", "*"));
    assert_eq!(asked(&user, &workspace, "eas:CreateService").unwrap().status, 403);
    owner.ram("GetRole", &[("RoleName", "AliyunServiceRoleForPaiEas")]).refused(404, "EntityNotExist.Role");
    owner.grant("alice", "Link", &policy("Allow", "ram:CreateServiceLinkedRole", "*"));
    asked(&user, &workspace, "eas:CreateService").unwrap().ok();
    owner.ram("GetRole", &[("RoleName", "AliyunServiceRoleForPaiEas")]).ok();
}

#[test]
fn conditions_read_tags_and_resource_groups_of_records() {
    let (emulator, _) = ready();
    let owner = Client::owner(&emulator);
    let make = |tag: &str| {
        let more = [("RegionId", "cn-hangzhou"), ("Tag.1.Key", "team"), ("Tag.1.Value", tag)];
        text(&owner.rpc(VPC, "CreateVpc", &more).ok(), "/VpcId").to_owned()
    };
    let (blue, red) = (make("blue"), make("red"));
    let user = owner.user("alice");
    let condition = json!({"StringEquals": {"acs:ResourceTag/team": "blue"}});
    let statement = json!({"Effect": "Allow", "Action": "vpc:*", "Resource": "*", "Condition": condition});
    owner.grant("alice", "Blue", &json!({"Version": "1", "Statement": [statement]}).to_string());
    let look = |id: &str| user.rpc(VPC, "DescribeVpcAttribute", &[("RegionId", "cn-hangzhou"), ("VpcId", id)]);
    look(&blue).ok();
    assert_eq!(look(&red).status, 403);
    // Another tag, another answer.
    let tag = [("ResourceType", "VPC"), ("ResourceId.1", red.as_str()), ("Tag.1.Key", "team"), ("Tag.1.Value", "blue")];
    owner.rpc(VPC, "TagResources", &tag).ok();
    look(&red).ok();
    // ResourceManager lists what is in a resource group.
    let manager = "2020-03-31";
    let group = owner.rpc(manager, "CreateResourceGroup", &[("Name", "network"), ("DisplayName", "network")]).ok();
    let group = text(&group, "/ResourceGroup/Id").to_owned();
    let inside = owner.rpc(VPC, "CreateVpc", &[("RegionId", "cn-hangzhou"), ("ResourceGroupId", &group)]).ok();
    let listed = owner.rpc(manager, "ListResources", &[("ResourceGroupId", &group)]).ok();
    assert_eq!(text(&listed, "/Resources/Resource/0/ResourceId"), text(&inside, "/VpcId"));
}

#[test]
fn a_workspace_role_is_enough_and_tells_ones_own_from_others() {
    let (emulator, workspace) = ready();
    let owner = Client::owner(&emulator);
    let (alice, bob) = (owner.user("alice"), owner.user("bob"));
    for name in ["alice", "bob"] {
        let shown = owner.ram("GetUser", &[("UserName", name)]).ok();
        let body = json!({"Members": [{"UserId": text(&shown, "/User/UserId"), "Roles": ["PAI.AlgoDeveloper"]}]});
        let path = format!("/api/v1/workspaces/{workspace}/members");
        roa(&owner, AIWORKSPACE, "POST", &path, &[], &body).ok();
    }
    let made = asked(&alice, &workspace, "paidlc:CreateJob").unwrap().ok();
    let job = format!("/api/v1/jobs/{}", text(&made, "/JobId"));
    roa(&alice, DLC, "GET", &job, &[], &Value::Null).ok();
    assert_eq!(roa(&bob, DLC, "GET", &job, &[], &Value::Null).status, 403);
    let list = |client: &Client<'_>| asked(client, &workspace, "paidlc:ListJobs").unwrap().ok()["TotalCount"].clone();
    assert_eq!((list(&alice), list(&bob), list(&owner)), (json!(1), json!(0), json!(1)));
    roa(&alice, DLC, "PUT", &job, &[], &json!({"Accessibility": "PUBLIC"})).ok();
    roa(&bob, DLC, "GET", &job, &[], &Value::Null).ok();
    assert_eq!(roa(&bob, DLC, "PUT", &job, &[], &json!({"Priority": 3})).status, 403);
    // An explicit Deny goes before any role.
    owner.grant("alice", "Block", &policy("Deny", "paidlc:*", "*"));
    assert_eq!(roa(&alice, DLC, "GET", &job, &[], &Value::Null).status, 403);
}

#[test]
fn a_quota_bounds_what_there_may_be() {
    let (emulator, _) = ready();
    let owner = Client::owner(&emulator);
    let create = || owner.rpc(VPC, "CreateVpc", &[("RegionId", "cn-hangzhou")]);
    for _ in 0..10 {
        create().ok();
    }
    create().refused(400, "QuotaExceeded.Vpc");
    // Another region has its own.
    owner.rpc(VPC, "CreateVpc", &[("RegionId", "cn-shanghai")]).ok();
}

/// What a policy denies of one thing, beside an allow for everything.
fn all_but(action: &str, resource: &str) -> String {
    let deny = json!({"Effect": "Deny", "Action": action, "Resource": resource});
    let allow = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    json!({"Version": "1", "Statement": [allow, deny]}).to_string()
}

#[test]
fn of_several_each_is_decided() {
    let (emulator, workspace) = ready();
    let owner = Client::owner(&emulator);
    let alice = owner.user("alice");
    let make = |name: &str| {
        let body =
            json!({"WorkspaceId": workspace, "InstanceName": name, "EcsSpec": "ecs.c6.large", "ImageId": "image-a"});
        text(&roa(&owner, DSW, "POST", "/api/v2/instances", &[], &body).ok(), "/InstanceId").to_owned()
    };
    let stop = |client: &Client<'_>, ids: &Value| {
        roa(client, DSW, "PUT", "/api/v2/batch/instances/stop", &[], &json!({"InstanceIds": ids}))
    };
    let ids = [make("one"), make("two")];
    later(&emulator, 60);
    // Denied is the second one, in whatever way it is written.
    owner.grant("alice", "AllButOne", &all_but("paidsw:*", &format!("acs:paidsw:*:*:*/dswinstance/{}", ids[1])));
    assert_eq!(stop(&alice, &json!(ids)).status, 403);
    assert_eq!(stop(&alice, &json!(format!("{},{}", ids[0], ids[1]))).status, 403);
    for wrong in [json!([[ids[1]]]), json!([true, ids[1]]), json!({"a": ids[1]})] {
        let answer = stop(&alice, &wrong);
        assert!((400..500).contains(&answer.status), "{wrong}: {} {}", answer.status, answer.text());
    }
    stop(&owner, &json!([])).refused(400, "MissingInstanceIds");
    let state = |id: &str| {
        let shown = roa(&owner, DSW, "GET", &format!("/api/v2/instances/{id}"), &[], &Value::Null).ok();
        text(&shown, "/Status").to_owned()
    };
    assert_eq!((state(&ids[0]), state(&ids[1])), ("Running".to_owned(), "Running".to_owned()), "nothing was stopped");
    stop(&alice, &json!([ids[0], ids[0]])).ok();
    later(&emulator, 60);
    assert_eq!((state(&ids[0]), state(&ids[1])), ("Stopped".to_owned(), "Running".to_owned()));
}

#[test]
fn tags_of_several_are_decided_one_by_one() {
    let (emulator, _) = ready();
    let owner = Client::owner(&emulator);
    let alice = owner.user("alice");
    let make = || text(&owner.rpc(VPC, "CreateVpc", &[("RegionId", "cn-hangzhou")]).ok(), "/VpcId").to_owned();
    let (mine, other) = (make(), make());
    owner.grant("alice", "AllButOne", &all_but("vpc:*", &format!("acs:vpc:*:*:vpc/{other}")));
    let tag = |ids: [&str; 2]| {
        let named = [("ResourceType", "VPC"), ("ResourceId.1", ids[0]), ("ResourceId.2", ids[1])];
        alice.rpc(VPC, "TagResources", &[&named[..], &[("Tag.1.Key", "team"), ("Tag.1.Value", "a")]].concat())
    };
    assert_eq!(tag([&mine, &other]).status, 403);
    assert_eq!(tag([&other, &mine]).status, 403);
    tag([&mine, &mine]).ok();
    let list = owner.rpc(VPC, "ListTagResources", &[("RegionId", "cn-hangzhou"), ("ResourceType", "VPC")]).ok();
    assert_eq!(list["TagResources"]["TagResource"].as_array().map(Vec::len), Some(1), "{list}");
}

#[test]
fn what_is_decided_is_where_it_is_done() {
    let (emulator, workspace) = ready();
    let owner = Client::owner(&emulator);
    let alice = owner.user("alice");
    asked(&owner, &workspace, "eas:CreateService").unwrap().ok();
    // EAS names the region in the path, whatever host is addressed.
    owner.grant("alice", "Elsewhere", &all_but("eas:*", "acs:eas:cn-shanghai:*:*"));
    let look = |region: &str| {
        let path = format!("/api/v2/services/{region}/svc");
        roa(&alice, EAS, "GET", &path, &[], &Value::Null).status
    };
    assert_eq!((look("cn-hangzhou"), look("cn-shanghai")), (200, 403));
    // A workspace that only the configuration names is the one that is decided.
    let body = json!({"WorkspaceName": "other", "Description": "for tests", "EnvTypes": ["prod"]}).to_string();
    let made = owner.roa("POST", AIWORKSPACE, "/api/v1/workspaces", &[], &body).ok();
    let other = text(&made, "/WorkspaceId").to_owned();
    let bob = owner.user("bob");
    owner.grant("bob", "AllButOne", &all_but("eas:*", &format!("acs:eas:*:*:workspace/{other}/*")));
    let create = |name: &str, workspace: &str| {
        let config = json!({"metadata": {"name": name, "instance": 1, "workspace_id": workspace}, "containers": [{"image": "a"}]});
        roa(&bob, EAS, "POST", "/api/v2/services", &[], &config)
    };
    create("here", &workspace).ok();
    assert_eq!(create("there", &other).status, 403);
    let copy = |name: &str| {
        let config = json!({"metadata": {"name": name}});
        roa(&bob, EAS, "POST", "/api/v2/services/cn-hangzhou/theirs/clone", &[], &config)
    };
    let config =
        json!({"metadata": {"name": "theirs", "instance": 1, "workspace_id": other}, "containers": [{"image": "a"}]});
    roa(&owner, EAS, "POST", "/api/v2/services", &[], &config).ok();
    // So is the one that a copy comes to be in.
    assert_eq!(copy("mine").status, 403);
    assert_eq!(roa(&owner, EAS, "GET", "/api/v2/services/cn-hangzhou/mine", &[], &Value::Null).status, 404);
}

#[test]
fn a_refused_creation_leaves_what_is_there_in_its_group() {
    let (emulator, _) = ready();
    let owner = Client::owner(&emulator);
    let none = [("RegionId", "cn-hangzhou"), ("ResourceGroupId", "rg-nonenonenonenon")];
    owner.rpc(VPC, "CreateVpc", &none).refused(404, "InvalidResourceGroup.NotFound");
    let listed = owner.rpc(VPC, "DescribeVpcs", &[("RegionId", "cn-hangzhou")]).ok();
    assert_eq!(listed["TotalCount"], json!(0), "{listed}");
}

#[test]
fn versions_are_counted_on() {
    let (emulator, workspace) = ready();
    let owner = Client::owner(&emulator);
    let model = json!({"ModelName": "m", "WorkspaceId": workspace});
    let model = roa(&owner, AIWORKSPACE, "POST", "/api/v1/models", &[], &model).ok();
    let path = format!("/api/v1/models/{}/versions", text(&model, "/ModelId"));
    let next = || {
        let version = roa(&owner, AIWORKSPACE, "POST", &path, &[], &json!({"Uri": "oss://b/m/"})).ok();
        text(&version, "/VersionName").to_owned()
    };
    assert_eq!([next(), next(), next()], ["0.1.0", "0.2.0", "0.3.0"]);
}
