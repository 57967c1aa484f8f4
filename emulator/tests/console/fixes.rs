//! What would have a denied call allowed, tried in a fork.

use acslab_emulator::EmulatorHandle;
use serde_json::{Value, json};

use super::{ask, json, start};
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
