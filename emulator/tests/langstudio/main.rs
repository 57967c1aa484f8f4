//! LangStudio over HTTP: who may use it, and what it may do in the account through its service role.

mod behind;
mod gate;
#[path = "../kit/mod.rs"]
mod kit;
mod knowledge_bases;
mod place;
mod runtimes;
mod snapshots;

use kit::{Client, policy, start, text};
use place::{
    AIWORKSPACE, CONSOLE, DEFAULT, LANGSTUDIO, OkText, Place, ROLE, ROLE_ARN, refused_to_the_role, tagged_policy,
};
use serde_json::{Value, json};

const FOLDER: &str = "acs:oss:cn-hangzhou:1234567890123456:flows";

#[test]
fn a_flow_is_written_to_oss_as_the_service_role() {
    let place = Place::authorized();
    let alice = place.member("alice", &["PAI.AlgoDeveloper"]);
    let made = place.create(&alice, "chat").ok();
    assert_eq!(text(&made, "/FlowStoragePath"), "oss://flows/work/chat/");
    assert_eq!(place.file("work/chat/flow.dag.yaml").as_deref(), Some("nodes: []"));

    let puts: Vec<_> = place.emulator.gateway().trail().latest(20);
    let put = puts.iter().find(|entry| entry.operation.name == "PutObject").unwrap();
    let session = "acs:ram::1234567890123456:assumed-role/aliyunpailangstudiodefaultrole/LangStudio";
    assert_eq!(put.caller.as_deref(), Some(session));
    assert_eq!(put.source_ip, None);
}

#[test]
fn a_flow_from_making_to_deleting() {
    let place = Place::authorized();
    let owner = place.owner();
    let made = place.create(&owner, "chat").ok();
    let path = format!("/flows/{}", text(&made, "/FlowId"));
    let shown = place.call(&owner, "GET", &path, &json!({})).ok();
    assert_eq!((text(&shown, "/FlowName"), text(&shown, "/Content")), ("chat", "nodes: []"));
    assert_eq!((text(&shown, "/Accessibility"), text(&shown, "/WorkDir")), ("PRIVATE", "oss://flows/work/"));

    place.call(&owner, "PUT", &path, &json!({"Content": "nodes: [a]", "Description": "Chat"})).ok();
    let shown = place.call(&owner, "GET", &path, &json!({})).ok();
    assert_eq!((text(&shown, "/Content"), text(&shown, "/Description")), ("nodes: [a]", "Chat"));
    assert_eq!(place.file("work/chat/flow.dag.yaml").as_deref(), Some("nodes: [a]"));

    place.call(&owner, "DELETE", &path, &json!({})).ok();
    assert_eq!(place.file("work/chat/flow.dag.yaml"), None);
    place.call(&owner, "GET", &path, &json!({})).refused(404, "FlowNotExists");
    assert!(place.flows(&owner).is_empty());
}

#[test]
fn without_the_service_role_nothing_works_not_even_for_the_owner() {
    let place = Place::new();
    let refusal = place.create(&place.owner(), "chat");
    refusal.refused(400, "ServiceRoleNotExistsError");
    let start = format!("The following RAM role does not exist: {ROLE}. Click the following link");
    assert!(refusal.message().starts_with(&start), "{}", refusal.message());
    let link = text(&refusal.json(), "/Detail/AuthorizationUrl").to_owned();
    assert!(link.starts_with("https://ram.console.aliyun.com/role/authorize?request=%7B"), "{link}");
    assert!(refusal.message().ends_with(&link));
    assert!(place.flows(&place.owner()).is_empty());
}

#[test]
fn a_role_that_does_not_trust_langstudio_is_no_use() {
    let place = Place::authorized();
    place.trust("ecs.aliyuncs.com");
    let refusal = place.create(&place.owner(), "chat");
    refusal.refused(400, "4001");
    assert_eq!(
        refusal.message(),
        "check permission for ram role failed, error code: 4001, error message: NoPermission"
    );
    assert_eq!(text(&refusal.json(), "/Detail/Role"), ROLE_ARN);
    // The name that the older service-linked role trusts does as well.
    place.trust("langstudio.pai.aliyuncs.com");
    place.create(&place.owner(), "chat").ok();
}

#[test]
fn detaching_the_default_policy_leaves_langstudio_unable_to_work() {
    let place = Place::authorized();
    let owner = place.owner();
    let made = place.create(&owner, "first").ok();
    let path = format!("/flows/{}", text(&made, "/FlowId"));
    place.detach_from_role("System", DEFAULT);
    refused_to_the_role(&place.create(&owner, "second"), "oss:ListObjects", FOLDER);
    let file = format!("{FOLDER}/work/first/flow.dag.yaml");
    refused_to_the_role(&place.call(&owner, "GET", &path, &json!({})), "oss:GetObject", &file);
    refused_to_the_role(&place.call(&owner, "PUT", &path, &json!({"Content": "x"})), "oss:PutObject", &file);
    refused_to_the_role(&place.call(&owner, "DELETE", &path, &json!({})), "oss:DeleteObject", &file);
    // Nothing was done by halves.
    assert_eq!(place.flows(&owner), ["first"]);
    assert_eq!(place.file("work/first/flow.dag.yaml").as_deref(), Some("nodes: []"));

    place.attach_to_role("System", DEFAULT);
    place.create(&owner, "second").ok();
    assert_eq!(place.flows(&owner), ["first", "second"]);
}

#[test]
fn what_the_custom_policy_leaves_out_is_named() {
    let place = Place::authorized();
    place.custom_policy("ListOnly", &policy("Allow", "oss:ListObjects", "*"));
    place.detach_from_role("System", DEFAULT);
    let file = format!("{FOLDER}/work/chat/flow.dag.yaml");
    refused_to_the_role(&place.create(&place.owner(), "chat"), "oss:PutObject", &file);
    assert!(place.flows(&place.owner()).is_empty());
}

/// Reference 1 of the flow.
#[test]
fn the_custom_policy_reaches_tagged_buckets_and_no_others() {
    let place = Place::authorized();
    let owner = place.owner();
    place.bucket("tagged");
    place.tag("tagged", "Product", "PaiLangStudio");
    place.custom_policy("CustomAliyunPAILangStudioDefaultRolePolicy", &tagged_policy());
    // Allows add up: nothing is narrower yet.
    place.create(&owner, "before").ok();

    place.detach_from_role("System", DEFAULT);
    place.create_in(&owner, "tagged", "chat").ok();
    refused_to_the_role(&place.create(&owner, "after"), "oss:ListObjects", FOLDER);
    // Tags compare exactly, and are read at each request.
    for (key, value) in [("product", "PaiLangStudio"), ("Product", "PAILangStudio")] {
        place.tag("flows", key, value);
        refused_to_the_role(&place.create(&owner, "after"), "oss:ListObjects", FOLDER);
    }
    place.tag("flows", "Product", "PaiLangStudio");
    place.create(&owner, "after").ok();
}

#[test]
fn a_policy_with_comments_left_in_is_malformed() {
    let place = Place::authorized();
    let document = tagged_policy().replace("\"Action\"", "// what LangStudio does\n\"Action\"");
    let parameters = [("PolicyName", "Commented"), ("PolicyDocument", document.as_str())];
    place.owner().ram("CreatePolicy", &parameters).refused(400, "MalformedPolicyDocument");
}

#[test]
fn a_workspace_role_is_no_grant_in_oss_and_a_grant_in_oss_is_none_for_the_role() {
    let place = Place::authorized();
    let alice = place.member("alice", &["PAI.AlgoDeveloper"]);
    let put = || alice.oss("PUT", Some("flows"), "alice/notes.txt", &[], &[], b"notes");
    place.create(&alice, "chat").ok();
    put().refused(403, "AccessDenied");
    place.owner().grant("alice", "Notes", &policy("Allow", "oss:PutObject", "acs:oss:*:*:flows/alice/*"));
    put().ok_text();
    alice.oss("PUT", Some("flows"), "other.txt", &[], &[], b"").refused(403, "AccessDenied");

    place.detach_from_role("System", DEFAULT);
    place.owner().attach("alice", "System", "AliyunOSSFullAccess");
    refused_to_the_role(&place.create(&alice, "second"), "oss:ListObjects", FOLDER);
}

#[test]
fn a_bucket_must_exist_before() {
    let place = Place::authorized();
    let owner = place.owner();
    let refusal = place.create_in(&owner, "nowhere", "chat");
    refusal.refused(404, "NoSuchBucket");
    assert_eq!(text(&refusal.json(), "/Detail/Service"), "OSS");
    assert!(place.flows(&owner).is_empty());
    place.bucket("nowhere");
    place.create_in(&owner, "nowhere", "chat").ok();
}

#[test]
fn pai_and_oss_must_be_open() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let body = json!({"WorkspaceId": "1", "FlowName": "chat", "WorkDir": "oss://flows/"}).to_string();
    let create = |body: &str| owner.roa("POST", LANGSTUDIO, "/api/v1/langstudio/flows", &[], body);
    create(&body).refused(400, "ProductNotPurchased");
    let order = r#"{"Products":[{"ProductCode":"PAI_share"}]}"#;
    owner.roa("POST", AIWORKSPACE, "/api/v1/productorders", &[], order).ok();
    // The workspace comes before the role.
    create(&body).refused(404, "100400027");

    let workspace = json!({"WorkspaceName": "team", "Description": "x", "EnvTypes": ["prod"]}).to_string();
    let made = owner.roa("POST", AIWORKSPACE, "/api/v1/workspaces", &[], &workspace).ok();
    let body = body.replace("\"1\"", &format!("\"{}\"", text(&made, "/WorkspaceId")));
    create(&body).refused(400, "ServiceRoleNotExistsError");
    let role = json!({"RoleName": ROLE, "TemplateId": ROLE});
    let request = json!({"Services": [{"Service": "PAI", "Roles": [role]}]}).to_string();
    owner.rpc(CONSOLE, "QuickAuthorization", &[("Request", &request)]).ok();

    // No bucket can be there while OSS is closed.
    owner.oss("PUT", Some("flows"), "", &[], &[], b"").refused(403, "UserDisable");
    let refusal = create(&body);
    refusal.refused(403, "UserDisable");
    assert_eq!(text(&refusal.json(), "/Detail/Service"), "OSS");
    owner.rpc("2019-04-22", "OpenOssService", &[]).ok();
    owner.oss("PUT", Some("flows"), "", &[], &[], b"").ok_text();
    create(&body).ok();
}

#[test]
fn who_is_no_member_needs_a_policy_and_a_deny_outweighs_every_role() {
    let place = Place::authorized();
    let owner = place.owner();
    let bob = owner.user("bob");
    let refusal = place.create(&bob, "chat");
    refusal.refused(403, "Forbidden.RAM");
    assert_eq!(text(&refusal.json(), "/AccessDeniedDetail/AuthAction"), "pailangstudio:CreateFlow");
    owner.attach("bob", "System", "AliyunPAILangStudioReadOnlyAccess");
    place.create(&bob, "chat").refused(403, "Forbidden.RAM");
    assert!(place.flows(&bob).is_empty());
    owner.attach("bob", "System", "AliyunPAILangStudioFullAccess");
    place.create(&bob, "chat").ok();

    let alice = place.member("alice", &["PAI.WorkspaceOwner", "PAI.AlgoDeveloper"]);
    place.create(&alice, "mine").ok();
    owner.grant("alice", "No", &policy("Deny", "pailangstudio:CreateFlow", "*"));
    let refusal = place.create(&alice, "second");
    refusal.refused(403, "Forbidden.RAM");
    assert_eq!(text(&refusal.json(), "/AccessDeniedDetail/NoPermissionType"), "ExplicitDeny");
    assert_eq!(place.flows(&alice), ["chat", "mine"]);
}

#[test]
fn a_deny_comes_before_the_workspace_and_the_workspace_before_silence() {
    let place = Place::authorized();
    let owner = place.owner();
    let bob = owner.user("bob");
    let path = "/api/v1/langstudio/flows";
    bob.roa("GET", LANGSTUDIO, path, &[("WorkspaceId", "1")], "").refused(404, "100400027");
    owner.grant("bob", "No", &policy("Deny", "pailangstudio:ListFlows", "*"));
    bob.roa("GET", LANGSTUDIO, path, &[("WorkspaceId", "1")], "").refused(403, "Forbidden.RAM");
    bob.roa("GET", LANGSTUDIO, path, &[], "").refused(400, "MissingWorkspaceId");
}

#[test]
fn what_is_private_is_its_makers_and_the_administrators() {
    let place = Place::authorized();
    let [alice, bob, admin, guest] = [
        place.member("alice", &["PAI.AlgoDeveloper"]),
        place.member("bob", &["PAI.AlgoOperator"]),
        place.member("admin", &["PAI.WorkspaceAdmin"]),
        place.member("guest", &["PAI.WorkspaceGuest"]),
    ];
    let private = place.flow(&alice, "private", "PRIVATE");
    let public = place.flow(&alice, "public", "PUBLIC");
    let get = |client: &Client<'_>, path: &str| place.call(client, "GET", path, &json!({})).status;
    assert_eq!((get(&alice, &private), get(&alice, &public)), (200, 200));
    assert_eq!((get(&bob, &private), get(&bob, &public)), (403, 200));
    assert_eq!((get(&admin, &private), get(&admin, &public)), (200, 200));
    assert_eq!((get(&guest, &private), get(&guest, &public)), (403, 403));
    assert_eq!(place.flows(&alice), ["private", "public"]);
    assert_eq!(place.flows(&bob), ["public"]);
    assert_eq!(place.flows(&admin), ["private", "public"]);
    place.call(&guest, "GET", "/flows", &json!({})).refused(403, "Forbidden.RAM");

    // Made public, it is for everybody.
    place.call(&alice, "PUT", &private, &json!({"Accessibility": "PUBLIC"})).ok();
    assert_eq!(place.flows(&bob), ["private", "public"]);
    place.call(&bob, "PUT", &private, &json!({"Description": "by bob"})).ok();
    // One that is not there is no secret to who may look, and nothing is told to who may not.
    place.call(&bob, "GET", "/flows/flow-0", &json!({})).refused(404, "FlowNotExists");
    place.call(&guest, "GET", "/flows/flow-0", &json!({})).refused(403, "Forbidden.RAM");
}

#[test]
fn a_deny_may_be_about_other_peoples_things_alone() {
    let place = Place::authorized();
    let [alice, bob] = ["alice", "bob"].map(|name| place.member(name, &["PAI.AlgoDeveloper"]));
    let hers = place.flow(&alice, "hers", "PUBLIC");
    let his = place.flow(&bob, "his", "PUBLIC");
    let deny = r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"pailangstudio:*","Resource":"*",
        "Condition":{"StringEquals":{"pai:EntityAccessType":"OTHERS"}}}]}"#;
    place.owner().grant("bob", "OwnOnly", deny);
    place.call(&bob, "GET", &his, &json!({})).ok();
    place.call(&bob, "GET", &hers, &json!({})).refused(403, "Forbidden.RAM");
    assert_eq!(place.flows(&bob), ["his"]);
}

#[test]
fn names_and_folders_of_flows() {
    let place = Place::authorized();
    let owner = place.owner();
    place.create(&owner, "chat").ok();
    place.create(&owner, "chat").refused(400, "FlowNameAlreadyExists");
    for name in ["1chat", "a/b", "a".repeat(257).as_str()] {
        place.create(&owner, name).refused(400, "InvalidParameter");
    }
    let with = |changes: Value| {
        let mut parameters = json!({"FlowName": "other", "WorkDir": "oss://flows/work/"});
        for (name, value) in changes.as_object().unwrap() {
            parameters[name] = value.clone();
        }
        place.call(&owner, "POST", "/flows", &parameters)
    };
    with(json!({"FlowName": null})).refused(400, "MissingFlowName");
    with(json!({"WorkDir": "/work"})).refused(400, "InvalidParameter");
    with(json!({"Accessibility": "public"})).refused(400, "InvalidParameter.Accessibility");
    // A folder that holds something is not written over.
    owner.oss("PUT", Some("flows"), "work/other/notes.txt", &[], &[], b"notes").ok_text();
    with(json!({})).refused(400, "InvalidParameter");
    assert_eq!(place.flows(&owner), ["chat"]);
}

#[test]
fn the_workspaces_own_folder_does_where_none_is_named() {
    let place = Place::authorized();
    let owner = place.owner();
    let create = || place.call(&owner, "POST", "/flows", &json!({"FlowName": "chat"}));
    create().refused(400, "InvalidParameter");
    let config = json!({"CategoryName": "CommonResourceConfig", "ConfigKey": "tempStoragePath",
        "ConfigValue": "oss://flows.oss-cn-hangzhou-internal.aliyuncs.com/shared"});
    let path = format!("/api/v1/workspaces/{}/configs", place.workspace);
    owner.roa("PUT", AIWORKSPACE, &path, &[], &json!({"Configs": [config]}).to_string()).ok();
    assert_eq!(text(&create().ok(), "/FlowStoragePath"), "oss://flows/shared/chat/");
}

fn snapshot_of(place: &Place, client: &Client<'_>, flow: &str) -> String {
    let parameters = json!({"SnapshotName": "first", "SnapshotResourceType": "Flow",
        "SnapshotResourceId": flow.trim_start_matches("/flows/"), "WorkDir": "oss://flows/work/"});
    format!("/snapshots/{}", text(&place.call(client, "POST", "/snapshots", &parameters).ok(), "/SnapshotId"))
}

#[test]
fn a_snapshot_is_a_copy_that_the_service_role_makes() {
    let place = Place::authorized();
    let alice = place.member("alice", &["PAI.AlgoDeveloper"]);
    let flow = format!("/flows/{}", text(&place.create(&alice, "chat").ok(), "/FlowId"));
    place.owner().oss("PUT", Some("flows"), "work/chat/tools/a & b.py", &[], &[], b"pass").ok_text();
    let path = snapshot_of(&place, &alice, &flow);
    let shown = place.call(&alice, "GET", &path, &json!({})).ok();
    assert_eq!((text(&shown, "/SnapshotStatus"), text(&shown, "/CreationType")), ("Succeed", "ManualCreated"));
    let copy = text(&shown, "/SnapshotStoragePath").trim_start_matches("oss://flows/").to_owned();
    assert_eq!(place.file(&format!("{copy}flow.dag.yaml")).as_deref(), Some("nodes: []"));
    assert_eq!(place.file(&format!("{copy}tools/a & b.py")).as_deref(), Some("pass"));

    // The copy stays what it was.
    place.call(&alice, "PUT", &flow, &json!({"Content": "nodes: [b]"})).ok();
    assert_eq!(place.file(&format!("{copy}flow.dag.yaml")).as_deref(), Some("nodes: []"));
    place.call(&alice, "PUT", &path, &json!({"SnapshotName": "one"})).ok();
    let listed = place.call(&alice, "GET", "/snapshots", &json!({})).ok();
    assert_eq!(kit::names(&listed, "/Snapshots", "SnapshotName"), ["one"]);
    let bob = place.member("bob", &["PAI.AlgoDeveloper"]);
    assert_eq!(place.call(&bob, "GET", "/snapshots", &json!({})).ok()["TotalCount"], 0);
    place.call(&bob, "DELETE", &path, &json!({})).refused(403, "Forbidden.RAM");

    place.call(&alice, "DELETE", &path, &json!({})).ok();
    assert_eq!(place.file(&format!("{copy}flow.dag.yaml")), None);
    place.call(&alice, "GET", &path, &json!({})).refused(404, "SnapshotNotExists");
}

#[test]
fn a_snapshot_that_the_service_role_may_not_make_has_failed() {
    let place = Place::authorized();
    let owner = place.owner();
    let flow = format!("/flows/{}", text(&place.create(&owner, "chat").ok(), "/FlowId"));
    let read = ["oss:ListObjects", "oss:GetObject"].map(|action| policy("Allow", action, "*"));
    place.custom_policy("List", &read[0]);
    place.custom_policy("Get", &read[1]);
    place.detach_from_role("System", DEFAULT);
    let path = snapshot_of(&place, &owner, &flow);
    let shown = place.call(&owner, "GET", &path, &json!({})).ok();
    assert_eq!(text(&shown, "/SnapshotStatus"), "Failed");
    for part in ["oss:PutObject", ROLE_ARN, "acs:oss:cn-hangzhou:1234567890123456:flows/work/snapshots/"] {
        assert!(text(&shown, "/ErrorMessage").contains(part), "{shown}");
    }
    place
        .call(
            &owner,
            "POST",
            "/snapshots",
            &json!({"SnapshotName": "x", "SnapshotResourceType": "Flow",
        "SnapshotResourceId": "flow-0"}),
        )
        .refused(404, "FlowNotExists");
}

#[test]
fn deleting_the_role_ends_its_sessions_and_assigning_it_again_helps() {
    let place = Place::authorized();
    let owner = place.owner();
    place.create(&owner, "first").ok();
    place.detach_from_role("System", DEFAULT);
    owner.ram("DeleteRole", &[("RoleName", ROLE)]).ok();
    place.create(&owner, "second").refused(400, "ServiceRoleNotExistsError");
    let role = json!({"RoleName": ROLE, "TemplateId": ROLE});
    let request = json!({"Services": [{"Service": "PAI", "Roles": [role]}]}).to_string();
    owner.rpc(CONSOLE, "QuickAuthorization", &[("Request", &request)]).ok();
    place.create(&owner, "second").ok();
}
