//! PAI's workspaces over HTTP: who may, with which role, in which region.

mod kit;

use acslab_emulator::EmulatorHandle;
use acslab_emulator::cloud::Service;
use kit::{Answer, Client, policy, start, text};
use serde_json::{Value, json};

const AIWORKSPACE: &str = "2021-02-04";

/// A cloud with PAI purchased in two regions.
fn purchased() -> EmulatorHandle {
    let emulator = start();
    let cloud = emulator.gateway().cloud();
    for region in ["cn-hangzhou", "cn-shanghai"] {
        cloud.accounts()[0].activations.write().open(Service::Pai(region.to_owned()), cloud.clock.now());
    }
    emulator
}

fn call(client: &Client<'_>, method: &str, path: &str, query: &[(&str, &str)], body: &Value) -> Answer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    client.roa(method, AIWORKSPACE, &format!("/api/v1{path}"), query, &body)
}

fn get(client: &Client<'_>, path: &str) -> Answer {
    call(client, "GET", path, &[], &Value::Null)
}

fn create(client: &Client<'_>, name: &str) -> Answer {
    let body = json!({"WorkspaceName": name, "Description": "for tests", "EnvTypes": ["prod"]});
    call(client, "POST", "/workspaces", &[], &body)
}

/// The path of a new workspace of the owner.
fn workspace(owner: &Client<'_>, name: &str) -> String {
    format!("/workspaces/{}", text(&create(owner, name).ok(), "/WorkspaceId"))
}

fn user_id(owner: &Client<'_>, name: &str) -> String {
    text(&owner.ram("GetUser", &[("UserName", name)]).ok(), "/User/UserId").to_owned()
}

fn members(id: &str, roles: &[&str]) -> Value {
    json!({"Members": [{"UserId": id, "Roles": roles}]})
}

/// Makes a RAM user a member; answers the member's id.
fn join(owner: &Client<'_>, workspace: &str, user: &str, roles: &[&str]) -> String {
    let body = members(&user_id(owner, user), roles);
    let answer = call(owner, "POST", &format!("{workspace}/members"), &[], &body).ok();
    text(&answer, "/Members/0/MemberId").to_owned()
}

#[test]
fn a_workspace_from_making_to_deleting() {
    let emulator = purchased();
    let owner = Client::owner(&emulator);
    let path = workspace(&owner, "team_a");
    let shown = get(&owner, &path).ok();
    assert_eq!(text(&shown, "/WorkspaceName"), "team_a");
    assert_eq!(text(&shown, "/DisplayName"), "team_a");
    assert_eq!(shown["EnvTypes"], json!(["prod"]));
    assert_eq!(text(&shown, "/Status"), "ENABLED");
    assert_eq!(text(&shown, "/Creator"), "1234567890123456");
    assert!(shown.get("Owner").is_none());
    let verbose = call(&owner, "GET", &path, &[("Verbose", "true")], &Value::Null).ok();
    assert_eq!(text(&verbose, "/Owner/UserId"), "1234567890123456");

    call(&owner, "PUT", &path, &[], &json!({"DisplayName": "Team A"})).ok();
    let shown = get(&owner, &path).ok();
    assert_eq!((text(&shown, "/DisplayName"), text(&shown, "/Description")), ("Team A", "for tests"));
    call(&owner, "PUT", &path, &[], &json!({"DisplayName": "", "Description": "d"})).ok();
    let shown = get(&owner, &path).ok();
    assert_eq!((text(&shown, "/DisplayName"), text(&shown, "/Description")), ("", "d"));

    call(&owner, "DELETE", &path, &[], &Value::Null).ok();
    get(&owner, &path).refused(404, "100400027");
}

#[test]
fn names_and_what_else_a_workspace_needs() {
    let emulator = purchased();
    let owner = Client::owner(&emulator);
    for name in ["ab", "1abc", "a-bc", "a".repeat(24).as_str()] {
        create(&owner, name).refused(400, "InvalidParameter");
    }
    create(&owner, "abc").ok();
    create(&owner, "abc").refused(400, "WorkspaceNameAlreadyExists");
    let with = |changes: Value| {
        let mut body = json!({"WorkspaceName": "abcd", "Description": "x", "EnvTypes": ["prod"]});
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        call(&owner, "POST", "/workspaces", &[], &body)
    };
    with(json!({"EnvTypes": ["dev"]})).refused(400, "InvalidParameter");
    with(json!({"EnvTypes": "prod"})).refused(400, "InvalidParameter");
    with(json!({"Description": null})).refused(400, "MissingDescription");
    with(json!({"Description": "x".repeat(81)})).refused(400, "InvalidParameter.Description.Length");
    with(json!({"EnvTypes": ["dev", "prod"]})).ok();
    assert_eq!(get(&owner, "/workspaces").ok()["TotalCount"], 2);
}

#[test]
fn pai_is_purchased_region_by_region() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    create(&owner, "abc").refused(400, "ProductNotPurchased");
    let order = json!({"Products": [{"ProductCode": "PAI_share"}]});
    call(&owner, "POST", "/productorders", &[], &order).ok();
    create(&owner, "abc").ok();
    create(&owner.at("aiworkspace.cn-shanghai.aliyuncs.com"), "abc").refused(400, "ProductNotPurchased");
}

#[test]
fn a_workspace_lives_in_one_region() {
    let emulator = purchased();
    let owner = Client::owner(&emulator);
    let path = workspace(&owner, "abc");
    let elsewhere = owner.at("aiworkspace.cn-shanghai.aliyuncs.com");
    let refusal = get(&elsewhere, &path);
    refusal.refused(404, "100400027");
    assert!(refusal.message().starts_with("Workspace not exists "), "{}", refusal.message());
    assert_eq!(get(&elsewhere, "/workspaces").ok()["TotalCount"], 0);
    // The name is free there.
    create(&elsewhere, "abc").ok();
}

#[test]
fn the_default_workspace() {
    let emulator = purchased();
    let owner = Client::owner(&emulator);
    get(&owner, "/defaultWorkspaces").refused(404, "100400027");
    workspace(&owner, "first");
    let second = workspace(&owner, "second");
    let shown = get(&owner, "/defaultWorkspaces").ok();
    assert_eq!((text(&shown, "/WorkspaceName"), text(&shown, "/Conditions/3/Type")), ("first", "ENABLED"));
    let id = second.rsplit('/').next().unwrap();
    call(&owner, "PUT", "/defaultWorkspaces", &[], &json!({"WorkspaceId": id})).ok();
    assert_eq!(text(&get(&owner, "/defaultWorkspaces").ok(), "/WorkspaceName"), "second");
    call(&owner, "PUT", "/defaultWorkspaces", &[], &json!({"WorkspaceId": "1"})).refused(404, "100400027");
}

#[test]
fn members_of_every_kind() {
    let emulator = purchased();
    let owner = Client::owner(&emulator);
    let path = workspace(&owner, "abc");
    owner.user("alice");
    let member = join(&owner, &path, "alice", &["PAI.AlgoDeveloper", "PAI.LabelManager"]);
    assert_eq!(member, format!("{}-{}", path.rsplit('/').next().unwrap(), user_id(&owner, "alice")));
    let trust = kit::trust("RAM", "acs:ram::1234567890123456:root");
    let role = owner.ram("CreateRole", &[("RoleName", "Pipeline"), ("AssumeRolePolicyDocument", &trust)]).ok();
    let body = members(text(&role, "/Role/RoleId"), &["PAI.WorkspaceGuest"]);
    call(&owner, "POST", &format!("{path}/members"), &[], &body).ok();

    let listed = get(&owner, &format!("{path}/members")).ok();
    let mut kinds: Vec<_> = listed["Members"].as_array().unwrap().iter().map(|m| text(m, "/AccountType")).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["1", "5", "6"]);
    let developers = call(&owner, "GET", &format!("{path}/members"), &[("Roles", "PAI.AlgoDeveloper")], &Value::Null);
    assert_eq!(kit::names(&developers.ok(), "/Members", "MemberName"), ["alice"]);

    let one = |query: &[(&str, &str)]| call(&owner, "GET", &format!("{path}/member"), query, &Value::Null);
    let shown = one(&[("MemberId", member.as_str())]).ok();
    assert_eq!(shown["Roles"], json!(["PAI.AlgoDeveloper", "PAI.LabelManager"]));
    let alice = user_id(&owner, "alice");
    assert_eq!(text(&one(&[("UserId", &alice)]).ok(), "/MemberId"), member);
    // One whose RAM user was deleted since is still of a kind.
    owner.ram("CreateUser", &[("UserName", "gone")]).ok();
    let gone = join(&owner, &path, "gone", &["PAI.WorkspaceGuest"]);
    owner.ram("DeleteUser", &[("UserName", "gone")]).ok();
    let shown = one(&[("MemberId", gone.as_str())]).ok();
    assert_eq!((text(&shown, "/AccountType"), text(&shown, "/MemberName")), ("5", ""));
    one(&[("UserId", "1")]).refused(404, "100600006");
    one(&[("MemberId", "1-1")]).refused(404, "100600006");
    one(&[]).refused(400, "MissingMemberId");
}

#[test]
fn roles_of_a_member_change() {
    let emulator = purchased();
    let owner = Client::owner(&emulator);
    let path = workspace(&owner, "abc");
    owner.user("alice");
    let member = join(&owner, &path, "alice", &["PAI.WorkspaceGuest"]);
    let role = |method: &str, member: &str, role: &str| {
        call(&owner, method, &format!("{path}/members/{member}/roles/{role}"), &[], &Value::Null)
    };
    let roles = || {
        let query = [("MemberId", member.as_str())];
        call(&owner, "GET", &format!("{path}/member"), &query, &Value::Null).ok()["Roles"].clone()
    };
    role("POST", &member, "PAI.AlgoOperator").ok();
    assert_eq!(roles(), json!(["PAI.AlgoOperator", "PAI.WorkspaceGuest"]));
    role("POST", &member, "PAI.AlgoOperator").ok();
    role("DELETE", &member, "PAI.WorkspaceGuest").ok();
    assert_eq!(roles(), json!(["PAI.AlgoOperator"]));
    let king = role("POST", &member, "PAI.King");
    king.refused(400, "InvalidParameter");
    assert!(king.message().contains("RoleName"), "{}", king.message());
    role("POST", "1-1", "PAI.AlgoOperator").refused(404, "100600006");
}

#[test]
fn a_workspace_keeps_an_owner() {
    let emulator = purchased();
    let owner = Client::owner(&emulator);
    let path = workspace(&owner, "abc");
    let id = path.rsplit('/').next().unwrap();
    let first = format!("{id}-1234567890123456");
    let delete =
        |members: &str| call(&owner, "DELETE", &format!("{path}/members"), &[("MemberIds", members)], &Value::Null);
    delete(&first).refused(400, "WorkspaceOwnerRequired");
    let own_role = format!("{path}/members/{first}/roles/PAI.WorkspaceOwner");
    call(&owner, "DELETE", &own_role, &[], &Value::Null).refused(400, "WorkspaceOwnerRequired");

    owner.user("alice");
    let alice = join(&owner, &path, "alice", &["PAI.WorkspaceOwner"]);
    // One that is no member: nobody goes.
    delete(&format!("{first},{id}-1")).refused(404, "100600017");
    assert_eq!(get(&owner, &format!("{path}/members")).ok()["TotalCount"], 2);
    delete(&first).ok();
    delete(&alice).refused(400, "WorkspaceOwnerRequired");
}

#[test]
fn members_are_people_of_the_account_with_roles_that_exist() {
    let emulator = purchased();
    let owner = Client::owner(&emulator);
    let path = workspace(&owner, "abc");
    owner.user("alice");
    let alice = user_id(&owner, "alice");
    let add = |body: &Value| call(&owner, "POST", &format!("{path}/members"), &[], body);
    add(&members("204567890123450001", &["PAI.AlgoDeveloper"])).refused(400, "InvalidParameter");
    add(&members(&alice, &["PAI.King"])).refused(400, "InvalidParameter");
    add(&json!({"Members": []})).refused(400, "InvalidParameter");
    add(&json!({})).refused(400, "MissingMembers");
    // The second is one already: nobody is added.
    let two = json!({"Members": [{"UserId": alice, "Roles": ["PAI.AlgoDeveloper"]},
        {"UserId": "1234567890123456", "Roles": ["PAI.AlgoDeveloper"]}]});
    add(&two).refused(400, "MemberAlreadyExists");
    assert_eq!(get(&owner, &format!("{path}/members")).ok()["TotalCount"], 1);
}

#[test]
fn a_role_in_the_workspace_allows_and_only_there() {
    let emulator = purchased();
    let owner = Client::owner(&emulator);
    let (one, other) = (workspace(&owner, "one"), workspace(&owner, "other"));
    let alice = owner.user("alice");
    let refusal = get(&alice, &one);
    refusal.refused(403, "Forbidden.RAM");
    assert_eq!(text(&refusal.json(), "/AccessDeniedDetail/AuthAction"), "paiworkspace:GetWorkspace");
    assert_eq!(text(&refusal.json(), "/AccessDeniedDetail/NoPermissionType"), "ImplicitDeny");
    get(&alice, "/workspaces").refused(403, "Forbidden.RAM");

    join(&owner, &one, "alice", &["PAI.WorkspaceGuest"]);
    get(&alice, &one).ok();
    get(&alice, &other).refused(403, "Forbidden.RAM");
    assert_eq!(kit::names(&get(&alice, "/workspaces").ok(), "/Workspaces", "WorkspaceName"), ["one"]);

    // A guest looks; an administrator manages.
    owner.user("bob");
    let body = members(&user_id(&owner, "bob"), &["PAI.WorkspaceGuest"]);
    call(&alice, "POST", &format!("{one}/members"), &[], &body).refused(403, "Forbidden.RAM");
    let id = format!("{}-{}", one.rsplit('/').next().unwrap(), user_id(&owner, "alice"));
    call(&owner, "POST", &format!("{one}/members/{id}/roles/PAI.WorkspaceAdmin"), &[], &Value::Null).ok();
    call(&alice, "POST", &format!("{one}/members"), &[], &body).ok();

    // What is taken away counts no more.
    call(&owner, "DELETE", &format!("{one}/members"), &[("MemberIds", id.as_str())], &Value::Null).ok();
    get(&alice, &one).refused(403, "Forbidden.RAM");
}

#[test]
fn the_decision_names_the_workspace_role() {
    let emulator = purchased();
    let owner = Client::owner(&emulator);
    let path = workspace(&owner, "abc");
    let alice = owner.user("alice");
    join(&owner, &path, "alice", &["PAI.WorkspaceGuest"]);
    get(&alice, &path).ok();
    let entry = emulator.gateway().trail().latest(1).remove(0);
    assert_eq!(entry.decided[0].policy().map(|policy| &*policy.name), Some("PAI.WorkspaceGuest"));
}

#[test]
fn a_deny_in_ram_outweighs_the_workspace_role() {
    let emulator = purchased();
    let owner = Client::owner(&emulator);
    let path = workspace(&owner, "abc");
    let alice = owner.user("alice");
    join(&owner, &path, "alice", &["PAI.WorkspaceOwner"]);
    get(&alice, &path).ok();
    owner.grant("alice", "Blind", &policy("Deny", "paiworkspace:Get*", "*"));
    let refusal = get(&alice, &path);
    refusal.refused(403, "Forbidden.RAM");
    assert_eq!(text(&refusal.json(), "/AccessDeniedDetail/NoPermissionType"), "ExplicitDeny");
    get(&alice, &format!("{path}/members")).ok();
}

#[test]
fn a_workspace_that_does_not_exist_is_reported_unless_a_deny_comes_first() {
    let emulator = purchased();
    let owner = Client::owner(&emulator);
    let alice = owner.user("alice");
    get(&owner, "/workspaces/1").refused(404, "100400027");
    get(&alice, "/workspaces/1").refused(404, "100400027");
    owner.grant("alice", "Blind", &policy("Deny", "paiworkspace:*", "*"));
    get(&alice, "/workspaces/1").refused(403, "Forbidden.RAM");
}

#[test]
fn ram_grants_reach_every_workspace_or_one() {
    let emulator = purchased();
    let owner = Client::owner(&emulator);
    let (one, other) = (workspace(&owner, "one"), workspace(&owner, "other"));
    let (admin, narrow) = (owner.user("admin"), owner.user("narrow"));
    owner.attach("admin", "System", "AliyunPAIFullAccess");
    get(&admin, &one).ok();
    call(&admin, "PUT", &other, &[], &json!({"Description": "new"})).ok();
    assert_eq!(get(&admin, "/workspaces").ok()["TotalCount"], 2);

    let resource = format!("acs:paiworkspace:*:*:workspace/{}", one.rsplit('/').next().unwrap());
    owner.grant("narrow", "One", &policy("Allow", "paiworkspace:*", &resource));
    get(&narrow, &one).ok();
    get(&narrow, &other).refused(403, "Forbidden.RAM");
    // Namespaces do not nest: another module's actions are another's.
    owner.grant("narrow", "Pai", &policy("Allow", "pai:*", "*"));
    get(&narrow, &other).refused(403, "Forbidden.RAM");
}

#[test]
fn whoever_makes_a_workspace_owns_it() {
    let emulator = purchased();
    let owner = Client::owner(&emulator);
    let alice = owner.user("alice");
    create(&alice, "mine").refused(403, "Forbidden.RAM");
    owner.grant("alice", "Make", &policy("Allow", "paiworkspace:CreateWorkspace", "*"));
    let path = workspace(&alice, "mine");
    call(&alice, "PUT", &path, &[], &json!({"Description": "mine"})).ok();
    let verbose = call(&alice, "GET", &path, &[("Verbose", "true")], &Value::Null).ok();
    assert_eq!(text(&verbose, "/Owner/UserName"), "alice");
}

#[test]
fn a_role_session_may_be_a_member() {
    let emulator = purchased();
    let owner = Client::owner(&emulator);
    let path = workspace(&owner, "abc");
    let alice = owner.user("alice");
    owner.attach("alice", "System", "AliyunSTSAssumeRoleAccess");
    let trust = kit::trust("RAM", "acs:ram::1234567890123456:root");
    let role = owner.ram("CreateRole", &[("RoleName", "Pipeline"), ("AssumeRolePolicyDocument", &trust)]).ok();
    let session = alice.assume("acs:ram::1234567890123456:role/pipeline", &[]);
    get(&session, &path).refused(403, "Forbidden.RAM");
    let body = members(text(&role, "/Role/RoleId"), &["PAI.WorkspaceGuest"]);
    call(&owner, "POST", &format!("{path}/members"), &[], &body).ok();
    get(&session, &path).ok();
    // The role is the member, not the user behind the session.
    get(&alice, &path).refused(403, "Forbidden.RAM");
    // A session policy takes away, here as everywhere.
    let narrow = policy("Allow", "oss:*", "*");
    let session = alice.assume("acs:ram::1234567890123456:role/pipeline", &[("Policy", narrow.as_str())]);
    get(&session, &path).refused(403, "Forbidden.RAM");
}

#[test]
fn permissions_of_the_caller_as_the_policies_decide_them() {
    let emulator = purchased();
    let owner = Client::owner(&emulator);
    let path = workspace(&owner, "abc");
    let alice = owner.user("alice");
    join(&owner, &path, "alice", &["PAI.AlgoDeveloper"]);
    let rules = |client: &Client<'_>, code: &str| {
        let answer = get(client, &format!("{path}/permissions")).ok();
        let permissions = answer["Permissions"].as_array().unwrap().clone();
        permissions.into_iter().find(|one| one["PermissionCode"] == code).map(|one| one["PermissionRules"].clone())
    };
    let rule = |accessibility: &str, who: &str| json!({"Accessibility": accessibility, "EntityAccessType": who});
    assert_eq!(rules(&owner, "PaiLangStudio:GetFlow"), Some(json!([rule("ANY", "ANY")])));
    let developer = json!([rule("PUBLIC", "ANY"), rule("PRIVATE", "CREATOR")]);
    assert_eq!(rules(&alice, "PaiLangStudio:GetFlow"), Some(developer));
    let own = json!([rule("PUBLIC", "CREATOR"), rule("PRIVATE", "CREATOR")]);
    assert_eq!(rules(&alice, "PaiLangStudio:CreateRuntime"), Some(own));
    assert_eq!(rules(&alice, "PaiWorkspace:GetWorkspace"), Some(json!([rule("ANY", "ANY")])));
    assert_eq!(rules(&alice, "PaiWorkspace:CreateMember"), None);
    // By RAM as well, and against it.
    owner.grant("alice", "Add", &policy("Allow", "paiworkspace:CreateMember", "*"));
    owner.grant("alice", "Not", &policy("Deny", "pailangstudio:GetFlow", "*"));
    assert_eq!(rules(&alice, "PaiWorkspace:CreateMember"), Some(json!([rule("ANY", "ANY")])));
    assert_eq!(rules(&alice, "PaiLangStudio:GetFlow"), None);
}

#[test]
fn configurations() {
    let emulator = purchased();
    let owner = Client::owner(&emulator);
    let path = format!("{}/configs", workspace(&owner, "abc"));
    let put = |category: &str, key: &str| {
        let config = json!({"CategoryName": category, "ConfigKey": key, "ConfigValue": "oss://b/work/"});
        call(&owner, "PUT", &path, &[], &json!({"Configs": [config]}))
    };
    put("CommonResourceConfig", "tempStoragePath").ok();
    put("CommonResourceConfig", "isAutoRecycle").refused(400, "InvalidParameter");
    put("Nothing", "tempStoragePath").refused(400, "InvalidParameter");
    let shown = get(&owner, &path).ok();
    assert_eq!((shown["TotalCount"].as_i64(), text(&shown, "/Configs/0/ConfigValue")), (Some(1), "oss://b/work/"));
    let other = call(&owner, "GET", &path, &[("CategoryName", "DLCAutoRecycle")], &Value::Null).ok();
    assert_eq!(other["TotalCount"], 0);
    call(&owner, "DELETE", &format!("{path}/tempStoragePath"), &[], &Value::Null).ok();
    assert_eq!(get(&owner, &path).ok()["TotalCount"], 0);
}

#[test]
fn pages_and_filters_of_workspaces() {
    let emulator = purchased();
    let owner = Client::owner(&emulator);
    for name in ["alpha", "beta", "gamma"] {
        workspace(&owner, name);
    }
    let list = |query: &[(&str, &str)]| call(&owner, "GET", "/workspaces", query, &Value::Null).ok();
    let names = |query: &[(&str, &str)]| {
        let answer = list(query);
        kit::names(&answer, "/Workspaces", "WorkspaceName").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(names(&[("PageSize", "2"), ("PageNumber", "2")]), ["gamma"]);
    assert_eq!(list(&[("PageSize", "2")])["TotalCount"], 3);
    assert_eq!(names(&[("WorkspaceName", "et")]), ["beta"]);
    assert_eq!(names(&[("Order", "DESC")]), ["gamma", "beta", "alpha"]);
    call(&owner, "GET", "/workspaces", &[("PageSize", "0")], &Value::Null).refused(400, "InvalidParameter.PageSize");
}

#[test]
fn what_is_known_and_not_performed_says_so() {
    let emulator = purchased();
    let owner = Client::owner(&emulator);
    call(
        &owner,
        "POST",
        "/connections/validate",
        &[],
        &json!({"WorkspaceId": "1", "ConnectionType": "CustomConnection", "Configs": {}}),
    )
    .refused(501, "AcslabNotPerformed");
}

#[test]
fn the_state_shows_members_and_their_roles() {
    let emulator = purchased();
    let owner = Client::owner(&emulator);
    let path = workspace(&owner, "abc");
    owner.user("alice");
    join(&owner, &path, "alice", &["PAI.AlgoDeveloper"]);
    let state = kit::Raw::new("POST", "/_acslab/state").body("{}").send(emulator.address()).ok();
    let members = &state["accounts"]["company"]["workspaces"]["cn-hangzhou/abc"]["members"];
    assert_eq!(*members, json!({"owner": ["PAI.WorkspaceOwner"], "user/alice": ["PAI.AlgoDeveloper"]}));
}
