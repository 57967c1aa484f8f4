//! What LangStudio does in other products as the service role: deployments, and what is kept of all of it.

use acslab_emulator::cloud::Service;
use serde_json::{Value, json};

use crate::kit::{self, Client, Raw, headers, policy, text};
use crate::knowledge_bases::base;
use crate::runtimes::runtime;
use crate::{DEFAULT, Place, ROLE, ROLE_ARN};

const LLMTRACE: &str = "2024-03-11";
const EAS: &str = "2021-07-01";
const RESOURCE_MANAGER: &str = "2020-03-31";
pub(crate) const SESSION: &str = "acs:ram::1234567890123456:assumed-role/aliyunpailangstudiodefaultrole/LangStudio";

/// With everything open that LangStudio asks for.
pub(crate) fn place() -> Place {
    let place = Place::authorized();
    let cloud = place.emulator.gateway().cloud();
    for service in [Service::Sls, Service::Xtrace, Service::DataWorks("cn-hangzhou".to_owned())] {
        cloud.accounts()[0].activations.write().open(service, cloud.clock.now());
    }
    place.owner().roa("POST", LLMTRACE, "/api/v1/PAILLMTrace/ServiceIdentityRole", &[], "").ok();
    place
}

impl Place {
    pub(crate) fn wait(&self, seconds: i64) {
        assert!(self.emulator.gateway().cloud().clock.advance(seconds * 1000).is_ok());
    }

    /// Takes one action out of what the service role may do.
    pub(crate) fn without(&self, action: &str) {
        self.custom_policy(&denying(action), &policy("Deny", action, "*"));
    }

    /// Puts back what [`Self::without`] took out.
    pub(crate) fn allow_again(&self, action: &str) {
        let name = denying(action);
        let detached = [("PolicyType", "Custom"), ("PolicyName", &name), ("RoleName", ROLE)];
        self.owner().ram("DetachPolicyFromRole", &detached).ok();
    }

    pub(crate) fn made(&self, client: &Client<'_>, path: &str, body: &Value, id: &str) -> String {
        format!("{path}/{}", text(&self.call(client, "POST", path, body).ok(), id))
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        self.call(&self.owner(), "GET", path, &json!({})).ok()
    }

    /// Who last called an operation.
    pub(crate) fn last_caller(&self, operation: &str) -> Option<String> {
        let entries = self.emulator.gateway().trail().latest(200);
        entries.iter().find(|entry| entry.operation.name == operation).and_then(|entry| entry.caller.clone())
    }
}

/// The policy that takes an action out of what the service role may do.
fn denying(action: &str) -> String {
    format!("Without{}", action.replace(':', ""))
}

/// A refusal of a product to the role, as LangStudio tells it.
#[track_caller]
pub(crate) fn names(error: &str, action: &str) {
    for part in [action, ROLE_ARN] {
        assert!(error.contains(part), "{error}");
    }
}

fn deployment(flow: &str) -> Value {
    json!({"ServiceName": "chat", "ResourceType": "Flow", "ResourceId": flow.trim_start_matches("/flows/"), "WorkDir": "oss://flows/work/",
        "EnableTrace": true, "DeploymentConfig": r#"{"metadata":{"instance":1,"cpu":1,"memory":1000}}"#})
}

fn stages(deployment: &Value) -> Vec<&str> {
    kit::names(deployment, "/DeploymentStages", "StageStatus")
}

const CONFIRM: &str = r#"{"Stage":3,"Action":"Confirm"}"#;

#[test]
fn a_deployment_waits_to_be_confirmed_and_becomes_a_service() {
    let place = place();
    let owner = place.owner();
    let flow = place.flow(&owner, "chat", "PRIVATE");
    let path = place.made(&owner, "/deployments", &deployment(&flow), "/DeploymentId");
    let shown = place.get(&path);
    assert_eq!((text(&shown, "/DeploymentStatus"), text(&shown, "/OperationType")), ("WaitForConfirm", "Create"));
    assert_eq!(stages(&shown), ["Succeed", "Succeed", "WaitForConfirm"]);
    assert!(text(&shown, "/DeploymentStages/1/StageInfo").contains("TraceEndpoint"));
    assert_eq!(place.last_caller("GetXtraceToken").as_deref(), Some(SESSION));
    let snapshot = place.get(&format!("/snapshots/{}", text(&shown, "/ResourceSnapshotId")));
    assert_eq!(text(&snapshot, "/CreationType"), "DeploymentAutoCreated");
    // Nothing runs yet, and EAS has no role.
    let service = || owner.roa("GET", EAS, "/api/v2/services/cn-hangzhou/chat", &[], "");
    service().refused(404, "InvalidService.NotFound");
    let eas_role = || owner.ram("GetRole", &[("RoleName", "AliyunServiceRoleForPaiEas")]);
    eas_role().refused(404, "EntityNotExist.Role");

    place.call(&owner, "PUT", &path, &json!({"StageAction": CONFIRM})).ok();
    assert_eq!(place.last_caller("CreateService").as_deref(), Some(SESSION));
    assert_eq!(place.last_caller("CreateServiceLinkedRole").as_deref(), Some(SESSION));
    eas_role().ok();
    assert_eq!(text(&place.get(&path), "/DeploymentStatus"), "Running");
    place.call(&owner, "PUT", &path, &json!({"StageAction": CONFIRM})).refused(400, "InvalidDeploymentStatus");
    place.wait(600);
    let shown = place.get(&path);
    assert_eq!((text(&shown, "/DeploymentStatus"), stages(&shown)), ("Succeed", vec!["Succeed"; 3]));
    assert_eq!(text(&service().ok(), "/Status"), "Running");

    // A second deployment of the same name changes the service.
    let second = place.made(&owner, "/deployments", &deployment(&flow), "/DeploymentId");
    assert_eq!(text(&place.get(&second), "/OperationType"), "Update");
    place.call(&owner, "PUT", &second, &json!({"AutoApproval": true})).ok();
    assert_eq!(place.last_caller("UpdateService").as_deref(), Some(SESSION));
    place.wait(600);
    let listed = place.get("/deployments");
    assert_eq!(kit::names(&listed, "/Deployments", "DeploymentStatus"), ["Succeed", "Succeed"]);

    // While there is a service, its role stays.
    let task = owner.ram("DeleteServiceLinkedRole", &[("RoleName", "AliyunServiceRoleForPaiEas")]).ok();
    let task = text(&task, "/DeletionTaskId");
    let status = owner.rpc(RESOURCE_MANAGER, "GetServiceLinkedRoleDeletionStatus", &[("DeletionTaskId", task)]).ok();
    assert_eq!(text(&status, "/Status"), "FAILED");
    assert!(status.to_string().contains("chat"), "{status}");
    eas_role().ok();

    // The record goes, the service stays.
    place.call(&owner, "DELETE", &path, &json!({})).ok();
    place.call(&owner, "GET", &path, &json!({})).refused(404, "DeploymentNotExists");
    service().ok();
}

#[test]
fn a_snapshot_that_is_deployed_is_read_again() {
    let place = place();
    let owner = place.owner();
    let flow = place.flow(&owner, "chat", "PRIVATE");
    let snapshot = json!({"SnapshotName": "s", "SnapshotResourceType": "Flow", "SnapshotResourceId": flow.trim_start_matches("/flows/"),
        "WorkDir": "oss://flows/work/"});
    let snapshot = place.made(&owner, "/snapshots", &snapshot, "/SnapshotId");
    let deploy = || {
        let body = json!({"ServiceName": "chat", "ResourceType": "Flow", "ResourceSnapshotId": snapshot.trim_start_matches("/snapshots/"),
            "AutoApproval": true});
        let path = place.made(&owner, "/deployments", &body, "/DeploymentId");
        let shown = place.get(&path);
        (text(&shown, "/DeploymentStatus").to_owned(), shown["ErrorMessage"].to_string())
    };
    assert_eq!(deploy().0, "Running");
    assert_eq!(place.last_caller("GetObject").as_deref(), Some(SESSION));
    // Without the right to read it, the first stage fails and says what lacked.
    place.without("oss:GetObject");
    let (status, error) = deploy();
    assert_eq!(status, "Failed");
    assert!(error.contains("oss:GetObject"), "{error}");
}

#[test]
fn a_deployment_can_be_canceled_and_changed_before() {
    let place = place();
    let owner = place.owner();
    let flow = place.flow(&owner, "chat", "PRIVATE");
    let path = place.made(&owner, "/deployments", &deployment(&flow), "/DeploymentId");
    place
        .call(
            &owner,
            "PUT",
            &path,
            &json!({"DeploymentConfig": r#"{"metadata":{"instance":2}}"#, "Description": "two"}),
        )
        .ok();
    assert!(text(&place.get(&path), "/DeploymentConfig").contains(r#""instance":2"#));
    for wrong in [r#"{"Stage":2,"Action":"Confirm"}"#, r#"{"Stage":3,"Action":"Go"}"#, "3"] {
        assert_eq!(place.call(&owner, "PUT", &path, &json!({"StageAction": wrong})).status, 400, "{wrong}");
    }
    place.call(&owner, "PUT", &path, &json!({"StageAction": r#"{"Stage":3,"Action":"Cancel"}"#})).ok();
    let shown = place.get(&path);
    assert_eq!((text(&shown, "/DeploymentStatus"), stages(&shown)[2]), ("Canceled", "Canceled"));
    place.call(&owner, "PUT", &path, &json!({"StageAction": CONFIRM})).refused(400, "InvalidDeploymentStatus");
    place.call(&owner, "PUT", &path, &json!({"DeploymentConfig": "{}"})).refused(400, "InvalidDeploymentStatus");
    for (field, value) in
        [("ServiceName", json!("Chat")), ("ResourceId", json!(null)), ("DeploymentConfig", json!("[]"))]
    {
        let mut wrong = deployment(&flow);
        wrong[field] = value;
        place.call(&owner, "POST", "/deployments", &wrong).refused(400, "InvalidParameter");
    }
    let mut wrong = deployment(&flow);
    wrong["ChatHistoryConfig"] = json!({"StorageType": "RDS"});
    place.call(&owner, "POST", "/deployments", &wrong).refused(400, "InvalidParameter");
}

#[test]
fn a_stage_fails_where_the_role_may_not_go_on() {
    for (action, stage) in [
        ("oss:ListObjects", 0),
        ("oss:PutObject", 0),
        ("eas:DescribeService", 1),
        ("paillmtrace:GetXtraceToken", 1),
        ("ram:CreateServiceLinkedRole", 2),
        ("pai:AssumeUser", 2),
        ("eas:CreateService", 2),
    ] {
        let place = place();
        let owner = place.owner();
        let flow = place.flow(&owner, "chat", "PRIVATE");
        place.without(action);
        let mut wanted = deployment(&flow);
        wanted["AutoApproval"] = json!(true);
        let path = place.made(&owner, "/deployments", &wanted, "/DeploymentId");
        let shown = place.get(&path);
        assert_eq!(text(&shown, "/DeploymentStatus"), "Failed", "{action}: {shown}");
        let expected: Vec<_> = (0..3)
            .map(|at| match at.cmp(&stage) {
                std::cmp::Ordering::Less => "Succeed",
                std::cmp::Ordering::Equal => "Failed",
                std::cmp::Ordering::Greater => "NotStarted",
            })
            .collect();
        assert_eq!(stages(&shown), expected, "{action}");
        names(text(&shown, "/ErrorMessage"), action);
    }
}

#[test]
fn what_langstudio_keeps_is_saved_and_restored() {
    let place = place();
    let owner = place.owner();
    let flow = place.flow(&owner, "chat", "PRIVATE");
    let made = [
        place.made(&owner, "/runtimes", &runtime(), "/RuntimeId"),
        place.made(&owner, "/deployments", &deployment(&flow), "/DeploymentId"),
        place.made(&owner, "/knowledgebases", &base(&place), "/KnowledgeBaseId"),
    ];
    place.made(&owner, &format!("{}/knowledgebasejobs", made[2]), &json!({}), "/KnowledgeBaseJobId");
    place.emulator.gateway().cloud().set_strict_workspace_roles(true);
    let shown = || {
        made.iter()
            .map(|path| {
                let mut shown = place.get(path);
                shown["RequestId"] = json!(null);
                shown
            })
            .collect::<Vec<_>>()
    };
    place.wait(900);
    let before = shown();
    let control = |method: &str, path: &str| {
        let raw = Raw::new(method, &format!("/_acslab/checkpoints/{path}")).headers(headers(&[("host", "127.0.0.1")]));
        assert_eq!(owner.send(&raw).status, 200, "{path}");
    };
    control("PUT", "whole");
    for path in &made {
        place.call(&owner, "DELETE", path, &json!({})).ok();
    }
    place.emulator.gateway().cloud().set_strict_workspace_roles(false);
    control("POST", "whole/restore");
    assert_eq!(shown(), before);
    assert!(place.emulator.gateway().cloud().strict_workspace_roles());
    assert_eq!(DEFAULT, format!("{ROLE}Policy"));
}
