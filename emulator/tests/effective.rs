//! The authorization state's effective permissions are what calls get: a walk that asks both, for every principal, action and
//! resource of a small company.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod kit;

use acslab_emulator::EmulatorHandle;
use acslab_emulator::cloud::Service;
use kit::{Client, Raw, policy, text, trust};
use serde_json::{Value, json};

const ACCOUNT: &str = "1234567890123456";
const AIWORKSPACE: &str = "2021-02-04";
const REGION: &str = "cn-hangzhou";

fn permissions(emulator: &EmulatorHandle, actions: &[&str], resource: &str) -> Value {
    // Calls here go over plain HTTP, from this machine.
    let context = json!({"acs:SecureTransport": "false", "acs:SourceIp": "127.0.0.1"});
    let query = json!({"actions": actions, "resources": [resource], "context": context});
    let answer = Raw::new("POST", "/_acslab/state").body(query.to_string()).send(emulator.address());
    answer.ok()["accounts"]["company"]["permissions"].clone()
}

/// What the state says of a principal.
fn state_allows(permissions: &Value, principal: &str, action: &str) -> bool {
    let all = permissions[principal].as_array().expect("a list of permissions");
    let one = all.iter().find(|one| one["action"] == action).expect("what was asked for");
    one["verdict"] == "Allow"
}

/// A call of OSS and what it needs. The object is made anew before each, so that nothing but the permission can refuse it.
struct OssCall {
    action: &'static str,
    method: &'static str,
    key: &'static str,
    query: &'static [(&'static str, &'static str)],
    body: &'static [u8],
}

const OSS_CALLS: [OssCall; 8] = [
    OssCall { action: "oss:GetObject", method: "GET", key: "a/b.txt", query: &[], body: b"" },
    OssCall { action: "oss:PutObject", method: "PUT", key: "a/b.txt", query: &[], body: b"x" },
    OssCall { action: "oss:DeleteObject", method: "DELETE", key: "a/b.txt", query: &[], body: b"" },
    OssCall { action: "oss:GetObjectAcl", method: "GET", key: "a/b.txt", query: &[("acl", "")], body: b"" },
    OssCall { action: "oss:GetObjectTagging", method: "GET", key: "a/b.txt", query: &[("tagging", "")], body: b"" },
    OssCall { action: "oss:ListObjects", method: "GET", key: "", query: &[], body: b"" },
    OssCall { action: "oss:GetBucketInfo", method: "GET", key: "", query: &[("bucketInfo", "")], body: b"" },
    OssCall { action: "oss:GetBucketTagging", method: "GET", key: "", query: &[("tagging", "")], body: b"" },
];

#[test]
fn buckets_with_acls_tags_and_groups() {
    let emulator = kit::builder().open(Service::Oss).oss_public_access_blocked(false).start().expect("an emulator");
    let owner = Client::owner(&emulator);
    let group = owner.rpc("2020-03-31", "CreateResourceGroup", &[("Name", "group"), ("DisplayName", "group")]).ok();
    let group = text(&group, "/ResourceGroup/Id").to_owned();
    let buckets =
        [("plain", "private"), ("readable", "public-read"), ("writable", "public-read-write"), ("tagged", "private")];
    for (bucket, acl) in buckets {
        let headers = [("x-oss-acl", acl), ("x-oss-resource-group-id", group.as_str())];
        let headers = if bucket == "plain" { &headers[..] } else { &headers[..1] };
        assert_eq!(owner.oss("PUT", Some(bucket), "", &[], headers, b"").status, 200);
    }
    let tags = b"<Tagging><TagSet><Tag><Key>team</Key><Value>blue</Value></Tag></TagSet></Tagging>";
    assert_eq!(owner.oss("PUT", Some("tagged"), "", &[("tagging", "")], &[], tags).status, 200);

    let mut callers = vec![("user/nobody", owner.user("nobody"))];
    let reader = owner.user("reader");
    owner.attach("reader", "System", "AliyunOSSReadOnlyAccess");
    callers.push(("user/reader", reader));
    let condition = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:*","Resource":"*","Condition":{"StringEquals":{"oss:BucketTag/team":"blue"}}}]}"#;
    callers.push(("user/blue", owner.user("blue")));
    owner.grant("blue", "Blue", condition);
    let without_mfa = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:*","Resource":"*"},{"Effect":"Deny","Action":"oss:DeleteObject","Resource":"*","Condition":{"Bool":{"acs:MFAPresent":"false"}}}]}"#;
    callers.push(("user/careful", owner.user("careful")));
    owner.grant("careful", "Careful", without_mfa);
    let no_plain = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:*","Resource":"*","Condition":{"Bool":{"acs:SecureTransport":"true"}}},{"Effect":"Deny","Action":"oss:GetObject","Resource":"acs:oss:*:*:readable/*"}]}"#;
    callers.push(("user/secure", owner.user("secure")));
    owner.grant("secure", "Secure", no_plain);
    callers.push(("user/grouped", owner.user("grouped")));
    let attachment = [
        ("PolicyType", "System"),
        ("PolicyName", "AliyunOSSFullAccess"),
        ("PrincipalType", "IMSUser"),
        ("PrincipalName", &format!("grouped@{ACCOUNT}.onaliyun.com")),
        ("ResourceGroupId", &group),
    ];
    owner.rpc("2020-03-31", "AttachPolicy", &attachment).ok();
    let document = trust("RAM", &format!("acs:ram::{ACCOUNT}:root"));
    owner.ram("CreateRole", &[("RoleName", "writer"), ("AssumeRolePolicyDocument", &document)]).ok();
    let writes = policy("Allow", "oss:PutObject", "acs:oss:*:*:plain/a/*");
    owner.ram("CreatePolicy", &[("PolicyName", "Writes"), ("PolicyDocument", &writes)]).ok();
    let attached = [("PolicyType", "Custom"), ("PolicyName", "Writes"), ("RoleName", "writer")];
    owner.ram("AttachPolicyToRole", &attached).ok();
    let assumer = owner.user("assumer");
    owner.grant("assumer", "Assume", &policy("Allow", "sts:AssumeRole", "*"));
    callers.push(("role/writer", assumer.assume(&format!("acs:ram::{ACCOUNT}:role/writer"), &[])));

    let (mut allowed, mut denied) = (0, 0);
    for (bucket, _) in buckets {
        for call in &OSS_CALLS {
            let path = if call.key.is_empty() { bucket.to_owned() } else { format!("{bucket}/{}", call.key) };
            let said = permissions(&emulator, &[call.action], &format!("acs:oss:{REGION}:{ACCOUNT}:{path}"));
            for (name, caller) in &callers {
                assert_eq!(owner.oss("PUT", Some(bucket), "a/b.txt", &[], &[], b"x").status, 200);
                let answer = caller.oss(call.method, Some(bucket), call.key, call.query, &[], call.body);
                let got = answer.status != 403;
                let says = state_allows(&said, name, call.action);
                assert_eq!(
                    got, says,
                    "{name} {} on {path}: the call {}, the state says {says}",
                    call.action, answer.status
                );
                if got { allowed += 1 } else { denied += 1 }
            }
        }
    }
    assert!(allowed > 60 && denied > 60, "{allowed} {denied}");
}

/// What a role in a workspace allows is in the state too.
#[test]
fn workspaces_with_roles() {
    let emulator = kit::start();
    let cloud = emulator.gateway().cloud();
    cloud.accounts()[0].activations.write().open(Service::Pai(REGION.to_owned()), cloud.clock.now());
    let owner = Client::owner(&emulator);
    let roa = |client: &Client<'_>, method: &str, path: &str, body: &Value| {
        client.roa(
            method,
            AIWORKSPACE,
            &format!("/api/v1{path}"),
            &[],
            &if body.is_null() { String::new() } else { body.to_string() },
        )
    };
    let made = roa(
        &owner,
        "POST",
        "/workspaces",
        &json!({"WorkspaceName": "space", "Description": "d", "EnvTypes": ["prod"]}),
    );
    let id = text(&made.ok(), "/WorkspaceId").to_owned();
    let mut callers = vec![("user/outside", owner.user("outside"))];
    for (name, role) in [("user/guest", "PAI.WorkspaceGuest"), ("user/admin", "PAI.WorkspaceAdmin")] {
        let user = owner.user(name.trim_start_matches("user/"));
        let found = owner.ram("GetUser", &[("UserName", name.trim_start_matches("user/"))]).ok();
        let members = json!({"Members": [{"UserId": text(&found, "/User/UserId"), "Roles": [role]}]});
        roa(&owner, "POST", &format!("/workspaces/{id}/members"), &members).ok();
        callers.push((name, user));
    }
    let resource = format!("acs:paiworkspace:{REGION}:{ACCOUNT}:workspace/{id}");
    let actions = ["paiworkspace:GetWorkspace", "paiworkspace:ListMembers", "paiworkspace:UpdateWorkspace"];
    let said = permissions(&emulator, &actions, &resource);
    let (mut allowed, mut denied) = (0, 0);
    for (name, caller) in &callers {
        for action in actions {
            let answer = match action {
                "paiworkspace:GetWorkspace" => roa(caller, "GET", &format!("/workspaces/{id}"), &Value::Null),
                "paiworkspace:ListMembers" => roa(caller, "GET", &format!("/workspaces/{id}/members"), &Value::Null),
                _ => roa(caller, "PUT", &format!("/workspaces/{id}"), &json!({"Description": "other"})),
            };
            let got = answer.status != 403;
            assert_eq!(got, state_allows(&said, name, action), "{name} {action}: {} {}", answer.status, answer.text());
            if got { allowed += 1 } else { denied += 1 }
        }
    }
    assert!(allowed >= 4 && denied >= 4, "{allowed} {denied}");
}

#[test]
fn a_role_is_assumed_by_whom_it_trusts_in_the_state_as_in_a_call() {
    let emulator = kit::start();
    let owner = Client::owner(&emulator);
    let alice = owner.user("alice");
    owner.attach("alice", "System", "AliyunSTSAssumeRoleAccess");
    for (role, kind, entry) in
        [("open", "RAM", format!("acs:ram::{ACCOUNT}:root")), ("closed", "Service", "ecs.aliyuncs.com".to_owned())]
    {
        owner.ram("CreateRole", &[("RoleName", role), ("AssumeRolePolicyDocument", &trust(kind, &entry))]).ok();
        let arn = format!("acs:ram::{ACCOUNT}:role/{role}");
        let call = alice.sts("AssumeRole", &[("RoleArn", &arn), ("RoleSessionName", "session")]).status == 200;
        let state = permissions(&emulator, &["sts:AssumeRole"], &arn);
        assert_eq!((call, state_allows(&state, "user/alice", "sts:AssumeRole")), (role == "open", role == "open"));
    }
    let nobody = permissions(&emulator, &["sts:AssumeRole"], &format!("acs:ram::{ACCOUNT}:role/none"));
    assert!(!state_allows(&nobody, "user/alice", "sts:AssumeRole"));
}
