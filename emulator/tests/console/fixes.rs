//! What would have a denied call allowed, tried in a fork.

use acslab_emulator::{EmulatorHandle, Service};
use serde_json::{Value, json};

use super::{ask, builder, json, start};
use crate::kit::{Answer, Client, policy, trust};

/// The fixes of the call that was denied last.
fn fixes(cloud: &EmulatorHandle, denied: &Answer) -> (String, Value) {
    assert_eq!(denied.status, 403, "{}", denied.text());
    let id = cloud.decisions(1)[0].request_id.to_string();
    (id.clone(), json(&ask(cloud, "GET", &format!("decisions/{id}/fixes"), "")))
}

fn attempt(cloud: &EmulatorHandle, id: &str, fix: usize) -> Value {
    json(&ask(cloud, "POST", &format!("decisions/{id}/try"), &json!({"fix": fix}).to_string()))
}

/// Makes the calls that a fix shows, as the owner.
fn apply(owner: &Client<'_>, fix: &Value) {
    for call in fix["calls"].as_array().expect("calls") {
        let parameters = call["parameters"].as_object().expect("parameters");
        let text: Vec<_> =
            parameters.iter().map(|(name, value)| (name.as_str(), value.as_str().expect("text"))).collect();
        let operation = call["operation"].as_str().expect("a name");
        if call["product"] == "Oss" {
            let bucket = call["parameters"]["Bucket"].as_str().expect("a bucket");
            let body = call["parameters"]["Body"].as_str().unwrap_or_default();
            let method = if operation.starts_with("Delete") { "DELETE" } else { "PUT" };
            owner.oss(method, Some(bucket), "", &[("policy", "")], &[], body.as_bytes()).ok_status();
        } else {
            owner.rpc(call["version"].as_str().expect("a version"), operation, &text).ok();
        }
    }
}

#[test]
fn what_is_missing_is_granted_in_a_fork_and_nowhere_else() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    let denied = alice.ram("GetUser", &[("UserName", "alice")]);
    let (id, found) = fixes(&cloud, &denied);
    let fix = &found["questions"][0]["fixes"][0];
    assert_eq!(fix["calls"][0]["operation"], "CreatePolicy");
    assert_eq!(fix["calls"][1]["operation"], "AttachPolicyToUser");
    let tried = attempt(&cloud, &id, 0);
    assert_eq!((&tried["allowed"], &tried["calls"][1]["answer"]), (&json!(true), &json!("OK")), "{tried}");
    assert_eq!(tried["decisions"][0]["verdict"], "Allow");
    // Here nothing is other than before, and nothing of it is remembered.
    assert_eq!(cloud.decisions(1)[0].request_id.to_string(), id);
    assert_eq!(alice.ram("GetUser", &[("UserName", "alice")]).status, 403);
    apply(&owner, fix);
    alice.ram("GetUser", &[("UserName", "alice")]).ok();
}

#[test]
fn a_deny_goes_out_of_its_policy() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    owner.grant("alice", "all", &policy("Allow", "ram:*", "*"));
    owner.grant("alice", "not", &policy("Deny", "ram:GetUser", "*"));
    let (id, found) = fixes(&cloud, &alice.ram("GetUser", &[("UserName", "alice")]));
    // The narrowest leaves alice out of it; wider, the whole statement goes, and with it the policy.
    assert_eq!(attempt(&cloud, &id, 0)["allowed"], true);
    let fixes_of = found["questions"][0]["fixes"].as_array().expect("fixes");
    let whole = fixes_of.iter().position(|fix| fix["calls"][0]["operation"] == "DetachPolicyFromUser");
    let whole = whole.expect("a fix that takes the policy away");
    let fix = &fixes_of[whole];
    assert_eq!((attempt(&cloud, &id, whole)["allowed"].as_bool(), fix["wider"].as_bool()), (Some(true), Some(true)));
    apply(&owner, fix);
    alice.ram("GetUser", &[("UserName", "alice")]).ok();
    let two = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"ram:Get*","Resource":"*"},{"Effect":"Deny","Action":["ram:GetGroup","ram:GetUser"],"Resource":"*"}]}"#;
    owner.grant("alice", "both", two);
    let (id, found) = fixes(&cloud, &alice.ram("GetUser", &[("UserName", "alice")]));
    let fix = &found["questions"][0]["fixes"][0];
    assert_eq!(fix["calls"][0]["operation"], "CreatePolicyVersion", "{fix}");
    assert_eq!(attempt(&cloud, &id, 0)["allowed"], true);
    apply(&owner, fix);
    alice.ram("GetUser", &[("UserName", "alice")]).ok();
    assert_eq!(alice.ram("GetGroup", &[("GroupName", "g")]).status, 403);
}

#[test]
fn a_fix_of_what_a_bucket_says_itself_tells_whom_it_lets_in_besides() {
    let cloud = builder().open(Service::Oss).start().expect("an emulator");
    let owner = Client::owner(&cloud);
    owner.oss("PUT", Some("photos"), "", &[], &[], b"").ok_status();
    owner.oss("PUT", Some("photos"), "a", &[], &[], b"x").ok_status();
    let (alice, bob) = (owner.user("alice"), owner.user("bob"));
    // Bob is let in by his own ARN: it is he who is asked for, not alice.
    let named = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:*","Resource":"*","Condition":{"StringLike":{"acs:PrincipalArn":"acs:ram::1234567890123456:user/bob"}}}]}"#;
    owner.grant("bob", "named", named);
    owner.attach("alice", "System", "AliyunOSSFullAccess");
    owner.user("carol");
    let closed = r#"{"Version":"1","Statement":[{"Effect":"Deny","Principal":["*"],"Action":["oss:GetObject"],"Resource":["acs:oss:*:1234567890123456:photos/*"]}]}"#;
    owner.oss("PUT", Some("photos"), "", &[("policy", "")], &[], closed.as_bytes()).ok_status();
    assert_eq!(bob.oss("GET", Some("photos"), "a", &[], &[], b"").status, 403);
    let (id, found) = fixes(&cloud, &alice.oss("GET", Some("photos"), "a", &[], &[], b""));
    let all = found["questions"][0]["fixes"].as_array().expect("fixes");
    let removes = all.iter().position(|fix| fix["calls"][0]["operation"] == "DeleteBucketPolicy");
    let removes = removes.expect("one that removes the policy");
    let tried = attempt(&cloud, &id, removes);
    assert_eq!(tried["also_for"], json!(["acs:ram::1234567890123456:user/bob"]), "{tried}");
    // What the call said counts for the others as well.
    let private = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:PutObject","Resource":"*","Condition":{"StringEquals":{"oss:x-oss-object-acl":"private"}}}]}"#;
    owner.grant("carol", "private", private);
    let closed = closed.replace("oss:GetObject", "oss:PutObject");
    owner.oss("PUT", Some("photos"), "", &[("policy", "")], &[], closed.as_bytes()).ok_status();
    for (acl, others) in [
        ("private", json!(["acs:ram::1234567890123456:user/bob", "acs:ram::1234567890123456:user/carol"])),
        ("default", json!(["acs:ram::1234567890123456:user/bob"])),
    ] {
        let (id, found) =
            fixes(&cloud, &alice.oss("PUT", Some("photos"), "b", &[], &[("x-oss-object-acl", acl)], b"x"));
        let all = found["questions"][0]["fixes"].as_array().expect("fixes");
        let removes = all.iter().position(|fix| fix["calls"][0]["operation"] == "DeleteBucketPolicy");
        let tried = attempt(&cloud, &id, removes.expect("one that removes the policy"));
        assert_eq!(tried["also_for"], others, "{acl}: {tried}");
    }
}

#[test]
fn a_fix_tells_for_whom_else_it_does_something() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let (bob, erin) = (owner.user("bob"), owner.user("erin"));
    owner.ram("CreateGroup", &[("GroupName", "devs")]).ok();
    for name in ["bob", "erin"] {
        owner.ram("AddUserToGroup", &[("UserName", name), ("GroupName", "devs")]).ok();
    }
    let office = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"ram:GetGroup","Resource":"acs:ram:*:*:group/devs"},{"Effect":"Deny","Action":"ram:GetGroup","Resource":"acs:ram:*:*:group/*"}]}"#;
    owner.ram("CreatePolicy", &[("PolicyName", "office"), ("PolicyDocument", office)]).ok();
    owner.ram("AttachPolicyToGroup", &[("PolicyType", "Custom"), ("PolicyName", "office"), ("GroupName", "devs")]).ok();
    owner.attach("erin", "System", "AdministratorAccess");
    assert_eq!(erin.ram("GetGroup", &[("GroupName", "devs")]).status, 403);
    let (id, found) = fixes(&cloud, &bob.ram("GetGroup", &[("GroupName", "devs")]));
    let all = found["questions"][0]["fixes"].as_array().expect("fixes");
    let removes =
        all.iter().position(|fix| fix["changes"][0]["change"] == "remove-statement").expect("one that removes");
    let fix = &all[removes];
    assert_eq!(fix["shared_with"], json!(["acs:ram::1234567890123456:user/erin"]), "{fix}");
    assert_eq!(fix["changes"][0]["number"], 2);
    let tried = attempt(&cloud, &id, removes);
    assert_eq!(tried["also_for"], json!(["acs:ram::1234567890123456:user/erin"]), "{tried}");
    apply(&owner, fix);
    erin.ram("GetGroup", &[("GroupName", "devs")]).ok();
    // What is new is the caller's alone.
    let (id, found) = fixes(&cloud, &bob.ram("ListUsers", &[]));
    assert_eq!(found["questions"][0]["fixes"][0]["shared_with"], json!([]), "{found}");
    assert_eq!(attempt(&cloud, &id, 0)["also_for"], json!([]));
}

#[test]
fn a_role_that_trusts_somebody_else_comes_to_trust() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    owner.attach("alice", "System", "AliyunSTSAssumeRoleAccess");
    owner
        .ram("CreateRole", &[("RoleName", "ops"), ("AssumeRolePolicyDocument", &trust("Service", "ecs.aliyuncs.com"))])
        .ok();
    let arn = "acs:ram::1234567890123456:role/ops";
    let assume = || alice.sts("AssumeRole", &[("RoleArn", arn), ("RoleSessionName", "session")]);
    let (id, found) = fixes(&cloud, &assume());
    let fix = &found["questions"][0]["fixes"][0];
    assert_eq!(fix["calls"][0]["operation"], "UpdateRole", "{found}");
    assert!(
        fix["calls"][0]["parameters"]["NewAssumeRolePolicyDocument"]
            .as_str()
            .is_some_and(|text| text.contains("ecs.aliyuncs.com"))
    );
    assert_eq!(attempt(&cloud, &id, 0)["allowed"], true);
    apply(&owner, fix);
    assume().ok();
    // What the session lacks is attached to its role.
    let session = alice.assume(arn, &[]);
    let (id, found) = fixes(&cloud, &session.ram("ListUsers", &[]));
    let fix = &found["questions"][0]["fixes"][0];
    assert_eq!(fix["calls"][1]["operation"], "AttachPolicyToRole", "{found}");
    assert_eq!(attempt(&cloud, &id, 0)["allowed"], true);
}

#[test]
fn what_cannot_be_tried_says_so() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    let (id, _) = fixes(&cloud, &alice.ram("ListUsers", &[]));
    for (body, status) in
        [(r#"{"fix": 99}"#, 404), (r#"{"fix": 0, "question": 7}"#, 404), ("{", 400), (r#"{"fix": -1}"#, 400), ("", 400)]
    {
        assert_eq!(ask(&cloud, "POST", &format!("decisions/{id}/try"), body).status, status, "{body}");
    }
    assert_eq!(ask(&cloud, "GET", "decisions/none/fixes", "").status, 404);
    assert_eq!(ask(&cloud, "GET", &format!("decisions/{id}/else"), "").status, 404);
    assert_eq!(ask(&cloud, "GET", &format!("decisions/{id}/try"), "").status, 405);
    // A session policy is the one's who assumes the role.
    owner
        .ram(
            "CreateRole",
            &[("RoleName", "ops"), ("AssumeRolePolicyDocument", &trust("RAM", "acs:ram::1234567890123456:root"))],
        )
        .ok();
    owner
        .ram(
            "AttachPolicyToRole",
            &[("RoleName", "ops"), ("PolicyType", "System"), ("PolicyName", "AliyunRAMFullAccess")],
        )
        .ok();
    owner.attach("alice", "System", "AliyunSTSAssumeRoleAccess");
    let narrow = policy("Allow", "ram:GetUser", "*");
    let session = alice.assume("acs:ram::1234567890123456:role/ops", &[("Policy", &narrow)]);
    let (id, found) = fixes(&cloud, &session.ram("ListUsers", &[]));
    assert_eq!(found["questions"][0]["fixes"][0]["by_hand"]["code"], "session-policy", "{found}");
    assert_eq!(ask(&cloud, "POST", &format!("decisions/{id}/try"), r#"{"fix": 0}"#).status, 409);
}

#[test]
fn a_decision_comes_with_the_documents_that_it_points_into() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    let text = policy("Allow", "ram:Get*", "acs:ram:*:*:user/bob");
    owner.grant("alice", "some", &text);
    let (id, _) = fixes(&cloud, &alice.ram("GetUser", &[("UserName", "alice")]));
    let full = json(&ask(&cloud, "GET", &format!("decisions/{id}"), ""));
    let decided = &full["decided"][0];
    assert_eq!(decided["documents"][0]["text"], text);
    let failed = &decided["explanation"]["steps"];
    let failed =
        failed.as_array().expect("steps").iter().find_map(|step| step["asked"]["statements"][0]["failed"].as_object());
    let span = &failed.expect("a failure")["place"]["span"];
    let at = |name: &str| usize::try_from(span[name].as_u64().expect("a place")).expect("a place");
    assert_eq!(&text[at("start")..at("end")], r#""acs:ram:*:*:user/bob""#);
}

/// What somebody holds for another resource group is near, and is told with the two groups.
#[test]
fn a_policy_of_another_resource_group_is_told() {
    let cloud = builder().open(Service::Oss).open(Service::Pai("cn-hangzhou".to_owned())).start().expect("an emulator");
    let owner = Client::owner(&cloud);
    let group = |name: &str| {
        let made = owner.rpc("2020-03-31", "CreateResourceGroup", &[("Name", name), ("DisplayName", name)]).ok();
        made["ResourceGroup"]["Id"].as_str().expect("an id").to_owned()
    };
    let (front, back) = (group("front-a"), group("back-b"));
    let bucket = owner.oss("PUT", Some("photos-of-the-back"), "", &[], &[("x-oss-resource-group-id", &back)], b"");
    bucket.ok_status();
    let alice = owner.user("alice");
    let attached = [
        ("ResourceGroupId", front.as_str()),
        ("PolicyType", "System"),
        ("PolicyName", "AliyunOSSFullAccess"),
        ("PrincipalType", "IMSUser"),
        ("PrincipalName", "alice@1234567890123456.onaliyun.com"),
    ];
    owner.rpc("2020-03-31", "AttachPolicy", &attached).ok();
    let denied = alice.oss("GET", Some("photos-of-the-back"), "", &[], &[], b"");
    assert_eq!(denied.status, 403, "{}", denied.text());
    let id = cloud.decisions(1)[0].request_id.to_string();
    let told = json(&ask(&cloud, "GET", &format!("decisions/{id}"), ""));
    assert_eq!(
        told["decided"][0]["elsewhere"],
        json!([{"policy": {"name": "AliyunOSSFullAccess", "type": "System"}, "group": null, "resource_group": "front-a", "wanted": "back-b"}])
    );
    // What is in a workspace is in its group, whatever its ARN is called by.
    let workspace =
        json!({"WorkspaceName": "research", "Description": "d", "EnvTypes": ["prod"], "ResourceGroupId": back});
    let made = owner.roa("POST", "2021-02-04", "/api/v1/workspaces", &[], &workspace.to_string()).ok();
    let of_it = [("WorkspaceId", made["WorkspaceId"].as_str().expect("an id"))];
    let attached =
        attached.map(|(name, value)| if name == "PolicyName" { (name, "AliyunPAIFullAccess") } else { (name, value) });
    owner.rpc("2020-03-31", "AttachPolicy", &attached).ok();
    let denied = alice.roa("GET", "2020-12-03", "/api/v1/jobs", &of_it, "");
    assert_eq!(denied.status, 403, "{}", denied.text());
    let id = cloud.decisions(1)[0].request_id.to_string();
    let told = json(&ask(&cloud, "GET", &format!("decisions/{id}"), ""));
    assert_eq!(told["decided"][0]["elsewhere"][0]["wanted"], "back-b", "{told}");
    // A session whose own policy refuses gains nothing by the group.
    let role = [("RoleName", "ops"), ("AssumeRolePolicyDocument", &*trust("RAM", "acs:ram::1234567890123456:root"))];
    owner.ram("CreateRole", &role).ok();
    let of_role =
        [("PrincipalType", "ServiceRole"), ("PrincipalName", "ops@role.1234567890123456.onaliyunservice.com")];
    let about = [("ResourceGroupId", front.as_str()), ("PolicyType", "System"), ("PolicyName", "AliyunOSSFullAccess")];
    owner.rpc("2020-03-31", "AttachPolicy", &[&about[..], &of_role].concat()).ok();
    owner.attach("alice", "System", "AliyunSTSAssumeRoleAccess");
    let narrow = policy("Allow", "oss:ListBuckets", "*");
    for (more, told) in [(vec![], 1), (vec![("Policy", narrow.as_str())], 0)] {
        let session = alice.assume("acs:ram::1234567890123456:role/ops", &more);
        assert_eq!(session.oss("GET", Some("photos-of-the-back"), "", &[], &[], b"").status, 403);
        let id = cloud.decisions(1)[0].request_id.to_string();
        let full = json(&ask(&cloud, "GET", &format!("decisions/{id}"), ""));
        assert_eq!(full["decided"][0]["elsewhere"].as_array().map(Vec::len), Some(told), "{full}");
    }
    // A bucket that is not there is told before anybody is asked who they are.
    assert_eq!(alice.oss("GET", Some("nosuch-bucket-here"), "", &[], &[], b"").status, 404);
    let id = cloud.decisions(1)[0].request_id.to_string();
    let told = json(&ask(&cloud, "GET", &format!("decisions/{id}"), ""));
    assert_eq!((&told["stage"], &told["caller"]), (&json!("locate"), &Value::Null), "{told}");
}
