//! What products of records have in common, over HTTP: lists and their pages, whose a record is, what parameters are held to, tags and
//! resource groups that conditions read, what is remembered of states.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod absent;
mod acls;
mod again;
mod alipai;
mod arns;
mod groups;
mod identity;
mod keys;
#[path = "../kit/mod.rs"]
mod kit;
mod lists;
mod named;
mod network;
mod owners;
mod parts;
mod past;
mod projects;
mod roles;
mod routes;
mod studio;
mod tags;
mod timers;
mod trusted;
mod values;

use acslab_emulator::EmulatorHandle;
use acslab_emulator::cloud::Service;
use kit::{Answer, Client, start, text};
use serde_json::{Value, json};

const DLC: &str = "2020-12-03";
const DSW: &str = "2022-01-01";
const FLOW: &str = "2021-02-02";
const STUDIO: &str = "2022-01-12";
const DATAWORKS: &str = "2024-05-18";
const EAS: &str = "2021-07-01";
const AIWORKSPACE: &str = "2021-02-04";
const LANGSTUDIO: &str = "2024-07-10";
const VPC: &str = "2016-04-28";
const ECS: &str = "2014-05-26";
const MANAGER: &str = "2020-03-31";

/// A cloud where OSS and PAI are open, and a workspace in it.
struct Place {
    emulator: EmulatorHandle,
    workspace: String,
}

impl Place {
    fn new() -> Self {
        let emulator = start();
        let cloud = emulator.gateway().cloud();
        let region = || "cn-hangzhou".to_owned();
        for service in [Service::Oss, Service::Pai(region()), Service::DataWorks(region())] {
            cloud.accounts()[0].activations.write().open(service, cloud.clock.now());
        }
        let body = json!({"WorkspaceName": "team", "Description": "for tests", "EnvTypes": ["prod"]}).to_string();
        let made = Client::owner(&emulator).roa("POST", AIWORKSPACE, "/api/v1/workspaces", &[], &body).ok();
        let workspace = text(&made, "/WorkspaceId").to_owned();
        Self { emulator, workspace }
    }

    fn owner(&self) -> Client<'_> {
        Client::owner(&self.emulator)
    }

    fn later(&self, seconds: i64) {
        self.emulator.gateway().cloud().clock.advance(seconds * 1000).expect("a time");
    }

    /// A new RAM user with a policy.
    fn user(&self, name: &str, document: &Value) -> Client<'_> {
        let user = self.owner().user(name);
        self.owner().grant(name, name, &document.to_string());
        user
    }

    /// A new RAM user that has a role in the workspace, and the user's id.
    fn member(&self, name: &str, role: &str) -> (Client<'_>, String) {
        let owner = self.owner();
        let client = owner.user(name);
        let shown = owner.ram("GetUser", &[("UserName", name)]).ok();
        let id = text(&shown, "/User/UserId").to_owned();
        let body = json!({"Members": [{"UserId": id, "Roles": [role]}]});
        send(&owner, AIWORKSPACE, "POST", &format!("/api/v1/workspaces/{}/members", self.workspace), &body).ok();
        (client, id)
    }

    /// A new dataset; `more` is what it has besides.
    fn dataset(&self, client: &Client<'_>, name: &str, more: &Value) -> Answer {
        let mut body = json!({
            "Name": name, "Property": "DIRECTORY", "DataSourceType": "OSS", "Uri": "oss://b.oss-cn-hangzhou.aliyuncs.com/d/",
            "WorkspaceId": self.workspace,
        });
        merge(&mut body, more);
        send(client, AIWORKSPACE, "POST", "/api/v1/datasets", &body)
    }

    fn job(&self, client: &Client<'_>, more: &Value) -> Answer {
        let mut body = json!({
            "DisplayName": "job", "JobType": "PyTorchJob", "UserCommand": "true", "WorkspaceId": self.workspace,
            "JobSpecs": [{"Type": "Worker", "Image": "registry/torch:2", "PodCount": 1, "EcsSpec": "ecs.g6.large"}],
        });
        merge(&mut body, more);
        send(client, DLC, "POST", "/api/v1/jobs", &body)
    }

    fn instance(&self, client: &Client<'_>, more: &Value) -> Answer {
        let mut body = json!({"ImageId": "image-1", "EcsSpec": "ecs.c6.large", "WorkspaceId": self.workspace});
        merge(&mut body, more);
        send(client, DSW, "POST", "/api/v2/instances", &body)
    }
}

/// A new quota of PAI's.
fn quota(client: &Client<'_>, name: &str) -> String {
    let made = send(client, STUDIO, "POST", "/api/v1/quotas", &json!({"QuotaName": name})).ok();
    text(&made, "/QuotaId").to_owned()
}

fn merge(body: &mut Value, more: &Value) {
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
}

fn send(client: &Client<'_>, version: &str, method: &str, path: &str, body: &Value) -> Answer {
    client.roa(method, version, path, &[], &body.to_string())
}

fn get(client: &Client<'_>, version: &str, path: &str, query: &[(&str, &str)]) -> Answer {
    client.roa("GET", version, path, query, "")
}

/// A policy document of statements.
fn document(statements: &[Value]) -> Value {
    json!({"Version": "1", "Statement": statements})
}

fn allow(actions: &[&str], resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": actions, "Resource": resource})
}

/// A new VPC that is available; `more` is what it has besides.
fn vpc(client: &Client<'_>, more: &[(&str, &str)]) -> String {
    let made = client.rpc(VPC, "CreateVpc", &[&[("RegionId", "cn-hangzhou")], more].concat()).ok();
    client.emulator.gateway().cloud().clock.advance(2_000).expect("a time");
    text(&made, "/VpcId").to_owned()
}

/// A VPC, a vSwitch in it and a security group.
fn network(owner: &Client<'_>) -> (String, String, String) {
    let region = ("RegionId", "cn-hangzhou");
    let vpc = vpc(owner, &[]);
    let zone = [region, ("VpcId", &vpc), ("ZoneId", "cn-hangzhou-h"), ("CidrBlock", "172.16.0.0/24")];
    let vswitch = text(&owner.rpc(VPC, "CreateVSwitch", &zone).ok(), "/VSwitchId").to_owned();
    let group = owner.rpc(ECS, "CreateSecurityGroup", &[region, ("VpcId", &vpc)]).ok();
    (vpc, vswitch, text(&group, "/SecurityGroupId").to_owned())
}
