//! Who may do what: RAM policies, project policies, accounts, tags.

use acslab_emulator::state::AuthorizationState;
use serde_json::{Value, json};

use crate::kit::{Client, Raw, policy, trust};
use crate::tools::{start, told};

const OWNER: &str = "1234567890123456";

fn denied(action: &str, resource: &str) -> String {
    format!("denied by sts or ram, action: {action}, resource: acs:log:cn-hangzhou:{OWNER}:{resource}")
}

#[test]
fn every_refusal_names_its_action_and_its_resource() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let user = owner.user("alice");
    let store = "project/photos/logstore/app";
    let body = json!({"logstoreName": "other", "shardCount": 1, "ttl": 1});
    for (answer, action, resource) in [
        (user.look("photos", "/", &[]), "log:GetProject", "project/photos"),
        (user.look("", "/", &[]), "log:ListProject", "project/*"),
        (
            user.log("POST", "", "/", &json!({"projectName": "more", "description": ""})),
            "log:CreateProject",
            "project/more",
        ),
        (user.log("DELETE", "photos", "/", &Value::Null), "log:DeleteProject", "project/photos"),
        (user.look("photos", "/logstores", &[]), "log:ListLogStores", "project/photos/logstore/*"),
        (user.log("POST", "photos", "/logstores", &body), "log:CreateLogStore", "project/photos/logstore/other"),
        (user.look("photos", "/logstores/app", &[]), "log:GetLogStore", store),
        (user.look("photos", "/logstores/app/shards", &[]), "log:ListShards", store),
        (user.put_some("photos"), "log:PostLogStoreLogs", store),
        (user.search("photos", "*"), "log:GetLogStoreLogs", store),
        (
            user.look("photos", "/logstores/app/shards/0", &[("type", "cursor"), ("from", "begin")]),
            "log:GetCursorOrData",
            store,
        ),
        (user.look("photos", "/logstores/app/index", &[]), "log:GetIndex", store),
        (user.look("photos", "/policy", &[]), "log:GetProjectPolicy", "project/photos"),
        // What is not there is no more told than what is.
        (user.look("photos", "/logstores/none", &[]), "log:GetLogStore", "project/photos/logstore/none"),
    ] {
        told(&answer, 401, "Unauthorized", &denied(action, resource));
        let detail = &answer.json()["accessDeniedDetail"];
        assert_eq!((&detail["AuthAction"], &detail["AuthPrincipalType"]), (&json!(action), &json!("SubUser")));
        assert_eq!(detail["NoPermissionType"], "ImplicitDeny");
    }
    assert_eq!(owner.find("photos", "*", "level"), [""; 0]);
}

#[test]
fn published_policies_and_what_they_leave_out() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let (full, reader) = (owner.user("full"), owner.user("reader"));
    owner.attach("full", "System", "AliyunLogFullAccess");
    owner.attach("reader", "System", "AliyunLogReadOnlyAccess");
    full.put_some("photos").ok_status();
    full.log("POST", "", "/", &json!({"projectName": "more", "description": ""})).ok_status();
    full.log("DELETE", "more", "/", &Value::Null).ok_status();
    assert_eq!(reader.find("photos", "*", "level"), ["error", "info"]);
    reader.look("", "/", &[]).ok();
    reader.put_some("photos").refused(401, "Unauthorized");
    reader.log("DELETE", "photos", "/", &Value::Null).refused(401, "Unauthorized");
    // A Deny of one Logstore, beside that.
    owner.grant("full", "no-app", &policy("Deny", "log:GetLogStoreLogs", "acs:log:*:*:project/photos/logstore/app"));
    let refused = full.search("photos", "*");
    told(&refused, 401, "Unauthorized", &denied("log:GetLogStoreLogs", "project/photos/logstore/app"));
    assert_eq!(refused.json()["accessDeniedDetail"]["NoPermissionType"], "ExplicitDeny");
    full.look("photos", "/logstores/app", &[]).ok();
}

#[test]
fn what_is_asked_about_stands_where_it_is_done() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let user = owner.user("alice");
    owner.grant("alice", "one", &policy("Allow", "log:CreateLogStore", "acs:log:*:*:project/photos/logstore/mine"));
    let store = |name: &str| json!({"logstoreName": name, "shardCount": 1, "ttl": 1}).to_string();
    user.sls("POST", "photos", "/logstores", &[], store("mine").as_bytes()).ok_status();
    // What the query says does not count where the body says otherwise.
    let two = user.sls("POST", "photos", "/logstores", &[("logstoreName", "mine")], store("theirs").as_bytes());
    told(&two, 401, "Unauthorized", &denied("log:CreateLogStore", "project/photos/logstore/theirs"));
    let two =
        user.sls("POST", "photos", "/logstores", &[("project", "other"), ("owner", "x")], store("theirs").as_bytes());
    two.refused(401, "Unauthorized");
    assert_eq!(owner.look("photos", "/logstores", &[]).ok()["logstores"], json!(["app", "mine"]));
}

#[test]
fn tags_are_conditions() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    owner.furnish("videos");
    let user = owner.user("alice");
    let document = json!({"Version": "1", "Statement": [
        {"Effect": "Allow", "Action": "log:*", "Resource": "*", "Condition": {"StringEquals": {"acs:ResourceTag/team": "blue"}}},
        {"Effect": "Allow", "Action": "log:TagResources", "Resource": "*", "Condition": {"StringEquals": {"acs:RequestTag/team": "green"}}},
    ]});
    owner.grant("alice", "tagged", &document.to_string());
    let tag = |client: &Client<'_>, project: &str, value: &str| {
        let tags =
            json!({"resourceType": "project", "resourceId": [project], "tags": [{"key": "team", "value": value}]});
        client.log("POST", "", "/tag", &tags)
    };
    user.look("photos", "/", &[]).refused(401, "Unauthorized");
    tag(&owner, "photos", "blue").ok_status();
    user.look("photos", "/", &[]).ok();
    user.put_some("photos").ok_status();
    user.look("videos", "/", &[]).refused(401, "Unauthorized");
    tag(&user, "videos", "blue").refused(401, "Unauthorized");
    tag(&user, "videos", "green").ok_status();
}

#[test]
fn a_project_policy_denies_and_lets_in() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let partner = Client::owner_of(&emulator, 1);
    owner.furnish("photos");
    let user = owner.user("alice");
    owner.attach("alice", "System", "AliyunLogFullAccess");
    let put = |statement: Value| {
        owner.log("POST", "photos", "/policy", &json!({"Version": "1", "Statement": [statement]})).ok_status();
    };
    // Without a condition everybody but the owner is meant.
    put(json!({"Effect": "Deny", "Action": ["log:GetProject"], "Resource": "*"}));
    told(&user.look("photos", "/", &[]), 401, "Unauthorized", "Access denied by project policy.");
    user.look("photos", "/logstores", &[]).ok();
    owner.look("photos", "/", &[]).ok();
    let vpc = json!({"StringNotLike": {"acs:SourceVpc": ["vpc-*"]}});
    put(json!({"Effect": "Deny", "Action": ["log:GetProject"], "Resource": "*", "Condition": vpc}));
    for client in [&user, &owner] {
        told(&client.look("photos", "/", &[]), 401, "Unauthorized", "Access denied by project policy.");
    }
    // Another account gets in by the project's policy alone.
    told(&partner.look("photos", "/", &[]), 401, "Unauthorized", "Access denied by project policy.");
    put(
        json!({"Effect": "Allow", "Action": ["log:Get*"], "Principal": ["6543210987654321"], "Resource": "acs:log:*:*:project/photos*"}),
    );
    partner.look("photos", "/", &[]).ok();
    let state = owner.send(&Raw::new("POST", "/_acslab/state").body("{}")).ok();
    let shown = &state["accounts"]["company"]["log_projects"]["cn-hangzhou/photos"];
    assert_eq!(shown["policy"]["Statement"][0]["Action"], json!(["log:Get*"]));
    told(&partner.look("photos", "/logstores", &[]), 401, "Unauthorized", "The project does not belong to you.");
    partner.log("POST", "photos", "/policy", &json!({})).refused(401, "Unauthorized");
    partner.log("DELETE", "photos", "/policy", &Value::Null).refused(401, "Unauthorized");
    let text = owner.look("photos", "/policy", &[]).text();
    assert!(text.contains("6543210987654321"), "{text}");
    owner.log("DELETE", "photos", "/policy", &Value::Null).ok_status();
    owner.log("DELETE", "photos", "/policy", &Value::Null).ok_status();
    assert_eq!(owner.look("photos", "/policy", &[]).body, b"");
    told(&partner.look("photos", "/", &[]), 401, "Unauthorized", "The project does not belong to you.");
    for broken in ["{unnormal-policy-text}", "", "[]", r#"{"Version":"1","Statement":[{"Effect":"Maybe"}]}"#] {
        owner.sls("POST", "photos", "/policy", &[], broken.as_bytes()).refused(400, "ParameterInvalid");
    }
    owner.log("POST", "none", "/policy", &json!({})).refused(404, "ProjectNotExist");
    owner.look("none", "/policy", &[]).refused(404, "ProjectNotExist");
    assert_eq!(owner.look("photos", "/policy", &[]).body, b"");
}

/// What is stored already is not dropped for one statement of it that cannot be used: its guards stand.
#[test]
fn a_project_policy_that_is_stored_denies_by_what_can_be_read_of_it() {
    let statements = json!([
        {"Effect": "Deny", "Action": ["log:GetProject"], "Resource": "acs:log:*:*:project/photos"},
        {"Effect": "Allow", "Action": ["log:*"], "Resource": "*", "Condition": {"Nonsense": {"acs:SourceIp": "10.0.0.1"}}}]);
    let project = json!({"policy": {"Version": "1", "Statement": statements}});
    let state = json!({"accounts": {"company": {"account_id": OWNER, "activated": ["sls"],
        "log_projects": {"cn-hangzhou/photos": project}}}});
    let state: AuthorizationState = serde_json::from_value(state).expect("a state");
    let (_, unused) = acslab_emulator::Authority::of(&state);
    let places: Vec<&str> = unused.iter().map(|one| one.place.as_str()).collect();
    assert_eq!(places, ["company/log projects/cn-hangzhou/photos/policy"]);
    let emulator = crate::kit::builder().authorization_state(state).start().expect("starts");
    let owner = Client::owner(&emulator);
    let user = owner.user("alice");
    owner.attach("alice", "System", "AliyunLogFullAccess");
    user.look("photos", "/", &[]).refused(401, "Unauthorized");
    user.look("photos", "/logstores", &[]).ok();
    // Saved, it is read again.
    let policy = owner.look("photos", "/policy", &[]).text();
    assert!(policy.contains("Nonsense"), "{policy}");
    emulator.save_checkpoint("one").expect("saved");
    emulator.restore_checkpoint("one").expect("restored");
    user.look("photos", "/", &[]).refused(401, "Unauthorized");
}

#[test]
fn a_session_may_do_what_its_role_and_its_policy_allow() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let trusted = trust("RAM", &format!("acs:ram::{OWNER}:root"));
    owner.ram("CreateRole", &[("RoleName", "writer"), ("AssumeRolePolicyDocument", &trusted)]).ok();
    let attach = [("RoleName", "writer"), ("PolicyType", "System"), ("PolicyName", "AliyunLogFullAccess")];
    owner.ram("AttachPolicyToRole", &attach).ok();
    let user = owner.user("alice");
    owner.grant("alice", "assume", &policy("Allow", "sts:AssumeRole", "*"));
    let arn = format!("acs:ram::{OWNER}:role/writer");
    let session = user.assume(&arn, &[]);
    session.put_some("photos").ok_status();
    let narrowed = policy("Allow", "log:Get*", "*");
    let session = user.assume(&arn, &[("Policy", &narrowed)]);
    assert_eq!(session.find("photos", "*", "level").len(), 2);
    told(
        &session.put_some("photos"),
        401,
        "Unauthorized",
        &denied("log:PostLogStoreLogs", "project/photos/logstore/app"),
    );
    user.put_some("photos").refused(401, "Unauthorized");
}

#[test]
fn what_is_only_published_is_decided_and_not_performed() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let (user, reader) = (owner.user("alice"), owner.user("reader"));
    owner.attach("reader", "System", "AliyunLogReadOnlyAccess");
    let groups = |client: &Client| client.look("photos", "/machinegroups/web/machines", &[]);
    told(&groups(&user), 401, "Unauthorized", &denied("log:ListMachines", "project/photos/machinegroup/web"));
    groups(&owner).refused(501, "AcslabNotPerformed");
    groups(&reader).refused(501, "AcslabNotPerformed");
    let remove = |client: &Client| client.log("DELETE", "photos", "/pipelineconfigs/web", &Value::Null);
    told(&remove(&reader), 401, "Unauthorized", &denied("log:DeleteLogtailPipelineConfig", "project/photos"));
    remove(&owner).refused(501, "AcslabNotPerformed");
    // A parameter behind the path names another operation than the path alone.
    let around =
        [("type", "context_log"), ("pack_id", "1"), ("pack_meta", "1"), ("back_lines", "1"), ("forward_lines", "1")];
    let refused = user.look("photos", "/logstores/app", &around);
    told(&refused, 401, "Unauthorized", &denied("log:GetLogStoreContextLogs", "project/photos/logstore/app"));
    owner.look("photos", "/logstores/app", &around).refused(501, "AcslabNotPerformed");
    owner.look("photos", "/logstores/app", &around[..2]).refused(400, "ParameterInvalid");
    owner.look("photos", "/no/such/thing", &[]).refused(405, "InvalidMethod");
}
