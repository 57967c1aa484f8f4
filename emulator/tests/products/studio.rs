//! LangStudio's words, and what it holds its parameters to.

use serde_json::{Value, json};

use crate::kit::{Answer, Client, names, text};
use crate::owners::authorized;
use crate::{AIWORKSPACE, FLOW, LANGSTUDIO, Place, get, send};

fn studio(place: &Place, client: &Client<'_>, method: &str, path: &str, mut body: Value) -> Answer {
    body["WorkspaceId"] = json!(place.workspace);
    send(client, LANGSTUDIO, method, &format!("/api/v1/langstudio{path}"), &body)
}

fn runtime(name: &str) -> Value {
    json!({
        "RuntimeName": name, "RuntimeType": "DSW", "WorkDir": "oss://flows/work/", "EcsSpec": {"InstanceType": "ecs.c6.large"},
    })
}

#[test]
fn a_parameter_that_is_wrong_is_named_as_it_is_called() {
    let place = Place::new();
    authorized(&place);
    let owner = place.owner();
    let answer = studio(&place, &owner, "POST", "/runtimes", runtime("1x"));
    assert!(answer.refused(400, "InvalidParameter").message().starts_with("The parameter RuntimeName is invalid"));
    let deployment = json!({
        "ServiceName": "svc", "ResourceType": "Flow", "ResourceId": "flow-1", "WorkDir": "oss://flows/work/",
        "DeploymentConfig": "{}", "ChatHistoryConfig": {"StorageType": "FOO"},
    });
    let answer = studio(&place, &owner, "POST", "/deployments", deployment);
    assert!(answer.refused(400, "InvalidParameter").message().contains("ChatHistoryConfig"), "{}", answer.text());
}

#[test]
fn a_long_name_of_a_runtime_is_no_fault_of_its_instance() {
    let place = Place::new();
    authorized(&place);
    studio(&place, &place.owner(), "POST", "/runtimes", runtime(&"a".repeat(256))).ok();
}

#[test]
fn only_what_a_policy_does_not_allow_is_called_refused() {
    let place = Place::new();
    authorized(&place);
    let owner = place.owner();
    let made = studio(&place, &owner, "POST", "/runtimes", runtime("run")).ok();
    place.later(60);
    let path = format!("/runtimes/{}", text(&made, "/RuntimeId"));
    let answer = studio(&place, &owner, "PUT", &path, json!({"Action": "Start"}));
    assert!(!answer.message().contains("refused"), "{}", answer.message());
    assert!(answer.message().contains("is Running"), "{}", answer.message());
    // What was denied is named, and not a star.
    let role = "AliyunPAILangStudioDefaultRole";
    let policy = [("PolicyType", "System"), ("PolicyName", "AliyunPAILangStudioDefaultRolePolicy"), ("RoleName", role)];
    owner.ram("DetachPolicyFromRole", &policy).ok();
    let answer = studio(&place, &owner, "POST", "/runtimes", runtime("other"));
    let denied = "refused pai:AssumeUser on acs:pai:cn-hangzhou:1234567890123456:users/1234567890123456 to the role";
    assert!(answer.message().contains(denied), "{}", answer.message());
}

#[test]
fn a_manifest_is_yaml() {
    let place = Place::new();
    let owner = place.owner();
    let make = |manifest: &str| {
        send(&owner, FLOW, "POST", "/api/v1/pipelines", &json!({"WorkspaceId": place.workspace, "Manifest": manifest}))
    };
    make("::bad").refused(400, "InvalidPipeline.Manifest");
    let made = make("apiVersion: core/v1\nmetadata:\n  provider: '1'\n  identifier: \"p\"\n  version: v2\n").ok();
    let shown = get(&owner, FLOW, &format!("/api/v1/pipelines/{}", text(&made, "/PipelineId")), &[]).ok();
    assert_eq!(
        ["Provider", "Identifier", "Version"].map(|name| shown[name].as_str()),
        [Some("1"), Some("p"), Some("v2")]
    );
}

#[test]
fn permissions_are_those_of_all_modules_and_no_others() {
    let place = Place::new();
    let (dev, _) = place.member("dev", "PAI.AlgoDeveloper");
    let path = format!("/api/v1/workspaces/{}/permissions", place.workspace);
    let shown = get(&place.owner(), AIWORKSPACE, &path, &[]).ok();
    let codes = names(&shown, "/Permissions", "PermissionCode");
    assert!(codes.len() > 250 && codes.contains(&"PaiDSW:CreateInstance"), "{}", codes.len());
    assert!(!codes.iter().any(|code| code.starts_with("ram:") || code.starts_with("pai:")), "{codes:?}");
    let of = |client: &Client<'_>, code: &str| get(client, AIWORKSPACE, &format!("{path}/{code}"), &[]);
    let rules = of(&dev, "PaiDLC:CreateJob").ok()["PermissionRules"].clone();
    assert_eq!(rules[0]["EntityAccessType"], json!("CREATOR"), "{rules}");
    of(&dev, "PaiDLC:Dance").refused(404, "100700202");
}

#[test]
fn times_of_workspaces_are_told_to_the_millisecond() {
    let place = Place::new();
    let shown = get(&place.owner(), AIWORKSPACE, &format!("/api/v1/workspaces/{}", place.workspace), &[]).ok();
    assert_eq!(text(&shown, "/GmtCreateTime"), "2026-01-02T03:04:05.000Z");
    let ids = get(&place.owner(), AIWORKSPACE, "/api/v1/workspaces", &[("Fields", "Id")]).ok();
    assert_eq!(ids["Workspaces"], json!([{"WorkspaceId": place.workspace}]));
    let of_nobody = get(&place.owner(), AIWORKSPACE, "/api/v1/workspaces", &[("UserId", "1")]).ok();
    assert_eq!(of_nobody["TotalCount"], json!(0));
}
