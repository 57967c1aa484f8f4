//! What stands before LangStudio's work: the order of refusals, the older role, the strict reading of workspace roles, and roles handed on.

use acslab_emulator::cloud::Service;
use serde_json::{Value, json};

use crate::kit::{self, Client, policy, start, text};
use crate::{AIWORKSPACE, CONSOLE, DEFAULT, LANGSTUDIO, Place, ROLE, refused_to_the_role};

/// A read of a record that is not there, in whatever state the account is.
#[test]
fn the_role_comes_before_the_service_and_the_service_before_the_record() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let get = |workspace: &str| {
        owner.roa("GET", LANGSTUDIO, "/api/v1/langstudio/flows/flow-0", &[("WorkspaceId", workspace)], "")
    };
    get("1").refused(400, "ProductNotPurchased");
    let cloud = emulator.gateway().cloud();
    let open = |service| assert!(cloud.accounts()[0].activations.write().open(service, cloud.clock.now()));
    open(Service::Pai("cn-hangzhou".to_owned()));
    let body = json!({"WorkspaceName": "team", "Description": "x", "EnvTypes": ["prod"]}).to_string();
    let made = owner.roa("POST", AIWORKSPACE, "/api/v1/workspaces", &[], &body).ok();
    let workspace = text(&made, "/WorkspaceId");
    // The workspace comes before the role: nobody is told to authorize one for a workspace that is not there.
    get("1").refused(404, "100400027");
    get(workspace).refused(400, "ServiceRoleNotExistsError");
    let request =
        json!({"Services": [{"Service": "PAI", "Roles": [{"RoleName": ROLE, "TemplateId": ROLE}]}]}).to_string();
    owner.rpc(CONSOLE, "QuickAuthorization", &[("Request", &request)]).ok();
    get(workspace).refused(403, "UserDisable");
    open(Service::Oss);
    get(workspace).refused(404, "FlowNotExists");
}

#[test]
fn the_older_role_counts_where_the_newer_one_is_not() {
    let place = Place::new();
    let owner = place.owner();
    owner.ram("CreateServiceLinkedRole", &[("ServiceName", "langstudio.pai.aliyuncs.com")]).ok();
    // Its policy reaches tagged buckets alone.
    let refusal = place.create(&owner, "chat");
    refusal.refused(403, "AccessDenied");
    assert_eq!(
        text(&refusal.json(), "/AccessDeniedDetail/AuthPrincipalDisplayName"),
        "AliyunServiceRoleForPaiLangStudio:LangStudio"
    );
    place.tag("flows", "Product", "PaiLangStudio");
    place.create(&owner, "chat").ok();
    // With the newer one there, that is taken.
    let request =
        json!({"Services": [{"Service": "PAI", "Roles": [{"RoleName": ROLE, "TemplateId": ROLE}]}]}).to_string();
    owner.rpc(CONSOLE, "QuickAuthorization", &[("Request", &request)]).ok();
    place.detach_from_role("System", DEFAULT);
    refused_to_the_role(&place.create(&owner, "second"), "oss:ListObjects", crate::FOLDER);
}

#[test]
fn a_linked_role_that_flows_are_kept_through_is_not_deleted() {
    let place = Place::new();
    let owner = place.owner();
    let role = "AliyunServiceRoleForPaiLangStudio";
    owner.ram("CreateServiceLinkedRole", &[("ServiceName", "langstudio.pai.aliyuncs.com")]).ok();
    place.tag("flows", "Product", "PaiLangStudio");
    let flow = text(&place.create(&owner, "chat").ok(), "/FlowId").to_owned();
    // No session of it is left.
    place.emulator.gateway().cloud().clock.advance(7_200_000).unwrap();
    let delete = || owner.ram("DeleteServiceLinkedRole", &[("RoleName", role)]).ok();
    let task = text(&delete(), "/DeletionTaskId").to_owned();
    let status = owner.rpc("2020-03-31", "GetServiceLinkedRoleDeletionStatus", &[("DeletionTaskId", &task)]).ok();
    assert_eq!(text(&status, "/Status"), "FAILED");
    let arn = format!("acs:pailangstudio:cn-hangzhou:1234567890123456:workspace/{}/flow/{flow}", place.workspace);
    assert!(status.to_string().contains(&arn), "{status}");
    owner.ram("GetRole", &[("RoleName", role)]).ok();
    place.call(&owner, "DELETE", &format!("/flows/{flow}"), &json!({})).ok();
    place.emulator.gateway().cloud().clock.advance(7_200_000).unwrap();
    delete();
    owner.ram("GetRole", &[("RoleName", role)]).refused(404, "EntityNotExist.Role");
}

#[test]
fn read_strictly_a_workspace_role_needs_ram_and_ram_a_workspace_role() {
    let place = Place::authorized();
    let owner = place.owner();
    let alice = place.member("alice", &["PAI.AlgoDeveloper"]);
    let bob = owner.user("bob");
    owner.attach("bob", "System", "AliyunPAILangStudioFullAccess");
    place.create(&alice, "one").ok();
    place.create(&bob, "two").ok();
    place.emulator.gateway().cloud().set_strict_workspace_roles(true);
    for client in [&alice, &bob] {
        let refusal = place.create(client, "three");
        refusal.refused(403, "Forbidden.RAM");
        assert_eq!(text(&refusal.json(), "/AccessDeniedDetail/NoPermissionType"), "ImplicitDeny");
    }
    assert!(place.flows(&owner).len() == 2);
    owner.attach("alice", "System", "AliyunPAILangStudioFullAccess");
    place.create(&alice, "three").ok();
    // Lists show what both let her see: her own, not what is private and another's.
    assert_eq!(place.flows(&alice), ["one", "three"]);
    place.create(&owner, "four").ok();
    owner.grant("alice", "No", &policy("Deny", "pailangstudio:CreateFlow", "*"));
    let refusal = place.create(&alice, "five");
    assert_eq!(text(&refusal.json(), "/AccessDeniedDetail/NoPermissionType"), "ExplicitDeny");
    place.emulator.gateway().cloud().set_strict_workspace_roles(false);
    place.create(&bob, "five").ok();
}

fn runtime(role: Option<&str>) -> Value {
    let roles = role.map(|role| json!([{"RoleType": "service", "RoleArn": role}]));
    json!({
        "RuntimeName": "runtime", "RuntimeType": "DSW", "WorkDir": "oss://flows/work/", "EcsSpec": {"InstanceType": "ecs.c6.large"},
        "CredentialConfig": {"EnableCredentialInject": true, "CredentialConfigItems": [{"Key": "0", "Type": "Role", "Roles": roles}]},
    })
}

#[test]
fn whoever_hands_a_role_to_a_runtime_must_be_allowed_to_pass_it_on() {
    let place = Place::authorized();
    let alice = place.member("alice", &["PAI.AlgoDeveloper"]);
    let arn = "acs:ram::1234567890123456:role/reader";
    let refusal = place.call(&alice, "POST", "/runtimes", &runtime(Some(arn)));
    refusal.refused(400, "4001");
    assert_eq!(
        refusal.message(),
        "check permission for ram role failed, error code: 4001, error message: NoPermission"
    );
    assert_eq!(text(&refusal.json(), "/Detail/Role"), arn);
    assert_eq!(text(&refusal.json(), "/AccessDeniedDetail/AuthAction"), "ram:PassRole");
    place.call(&alice, "POST", "/runtimes", &runtime(Some("reader"))).refused(400, "InvalidParameter");
    let mut text_for_object = runtime(None);
    text_for_object["EcsSpec"] = json!("ecs.g6.large");
    let refusal = place.call(&alice, "POST", "/runtimes", &text_for_object);
    assert_eq!(refusal.message(), "The parameter EcsSpec is invalid: it is no JSON object.");
    let owner = place.owner();
    owner.grant("alice", "Pass", &policy("Allow", "ram:PassRole", arn));
    // It must be there, too, and trust PAI.
    let refusal = place.call(&alice, "POST", "/runtimes", &runtime(Some(arn)));
    refusal.refused(400, "4001");
    assert_eq!(text(&refusal.json(), "/Detail/Action"), "sts:AssumeRole");
    let trusts = kit::trust("Service", "pai.aliyuncs.com");
    owner.ram("CreateRole", &[("RoleName", "reader"), ("AssumeRolePolicyDocument", &trusts)]).ok();
    place.call(&alice, "POST", "/runtimes", &runtime(Some(arn))).ok();
}

#[test]
fn pai_asks_itself_whether_the_role_may_act_for_a_person() {
    let place = Place::authorized();
    let owner = place.owner();
    let user = owner.user("bob");
    let path = "/api/v1/users/204567890123450001/action/assume";
    let assume = || user.roa("POST", AIWORKSPACE, path, &[], "");
    assume().refused(403, "Forbidden.RAM");
    owner.grant("bob", "Assume", &policy("Allow", "pai:AssumeUser", "acs:pai:*:*:users/*"));
    assume().ok();
}

#[test]
fn activate_for_free_opens_what_the_person_may_open() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let press = |client: &Client<'_>| client.rpc("2024-07-10-console", "ActivateForFree", &[]).ok();
    let bob = owner.user("bob");
    let nothing = press(&bob);
    assert_eq!(nothing["Activated"], false);
    assert_eq!(
        kit::names(&nothing, "/Calls/Call", "Denied"),
        ["oss:ActivateProduct", "log:OpenSlsService", "xtrace:GetToken", "arms:OpenXtraceDefaultSLR"]
    );
    assert!(emulator.gateway().cloud().accounts()[0].activations.read().iter().next().is_none());
    owner.attach("bob", "System", "AliyunOSSFullAccess");
    let some = press(&bob);
    assert_eq!((&some["Activated"], &some["Calls"]["Call"][0]["Answer"]), (&json!(false), &json!("OK")));
    let all = press(&owner);
    assert_eq!(all["Activated"], true);
    assert_eq!(kit::names(&all, "/Calls/Call", "Answer"), ["ORDER.OPEND", "OK", "OK", "OK"]);
    // A second press changes nothing, and says that all is open.
    assert_eq!(press(&owner)["Activated"], true);
}
