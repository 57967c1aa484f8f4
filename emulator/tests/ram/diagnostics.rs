//! What the cloud says of a refusal when asked.

use serde_json::{Value, json};

use crate::kit::{self, Client, policy, text};

const ACCOUNT: &str = "1234567890123456";

/// The message of a refusal.
fn message(answer: &kit::Answer) -> String {
    text(&answer.refused(403, "NoPermission").json(), "/AccessDeniedDetail/EncodedDiagnosticMessage").to_owned()
}

fn decode(by: &Client<'_>, message: &str) -> Value {
    let decoded = by.ram("DecodeDiagnosticMessage", &[("EncodedDiagnosticMessage", message)]).ok();
    decoded["DecodedDiagnosticMessage"].clone()
}

fn values(decoded: &Value, key: &str) -> Value {
    let conditions = decoded["AuthConditions"].as_array().unwrap();
    conditions.iter().find(|condition| condition["ConditionKey"] == key).unwrap()["ConditionValues"].clone()
}

#[test]
fn nothing_allowed() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    let id = text(&owner.ram("GetUser", &[("UserName", "alice")]).ok(), "/User/UserId").to_owned();
    let decoded = decode(&owner, &message(&alice.ram("GetUser", &[("UserName", "bob")])));
    assert_eq!(decoded["ExplicitDeny"], false);
    assert_eq!(decoded["NoPermissionPolicyType"], "AccountLevelIdentityBasedPolicy");
    assert_eq!(decoded["AuthAction"], "ram:GetUser");
    assert_eq!(decoded["AuthResource"], format!("acs:ram:*:{ACCOUNT}:user/bob"));
    assert_eq!(
        decoded["AuthPrincipal"],
        json!({
            "AuthPrincipalType": "SubUser", "AuthPrincipalOwnerId": ACCOUNT, "AuthPrincipalDisplayName": id,
        })
    );
    assert_eq!(decoded["MatchedPolicies"], json!([]));
    assert_eq!(values(&decoded, "acs:SourceIp"), json!(["127.0.0.1"]));
    assert_eq!(values(&decoded, "acs:CurrentTime"), json!([kit::MOMENT]));
}

#[test]
fn something_denied() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    owner.attach("alice", "System", "AdministratorAccess");
    owner.ram("CreateGroup", &[("GroupName", "g")]).ok();
    owner.ram("AddUserToGroup", &[("GroupName", "g"), ("UserName", "alice")]).ok();
    let document = policy("Deny", "ram:GetUser", "*");
    owner.ram("CreatePolicy", &[("PolicyName", "No"), ("PolicyDocument", &document)]).ok();
    owner.ram("AttachPolicyToGroup", &[("GroupName", "g"), ("PolicyType", "Custom"), ("PolicyName", "No")]).ok();
    let decoded = decode(&owner, &message(&alice.ram("GetUser", &[("UserName", "bob")])));
    assert_eq!(decoded["ExplicitDeny"], true);
    assert_eq!(
        decoded["MatchedPolicies"],
        json!([{
            "PolicyIdentifier": "No", "PolicyType": "Custom", "PolicyVersion": "v1", "Effect": "Deny",
            "AttachedEntityType": "RamGroup", "AttachedScope": "Account",
        }])
    );
}

#[test]
fn only_an_accounts_own_and_only_with_permission() {
    let cloud = kit::builder().account("one", "1111111111111111").account("two", "2222222222222222").start().unwrap();
    let (one, two) = (Client::owner_of(&cloud, 0), Client::owner_of(&cloud, 1));
    let alice = one.user("alice");
    let message = message(&alice.ram("ListUsers", &[]));
    let ask =
        |by: &Client<'_>, message: &str| by.ram("DecodeDiagnosticMessage", &[("EncodedDiagnosticMessage", message)]);
    ask(&alice, &message).refused(403, "NoPermission");
    ask(&two, &message).refused(404, "EntityNotExist");
    ask(&one, &message).ok();
    for garbage in ["x", "AQEAAAAA", &message[..message.len() - 8]] {
        ask(&one, garbage).refused(404, "EntityNotExist");
    }
    one.ram("DecodeDiagnosticMessage", &[]).refused(400, "MissingEncodedDiagnosticMessage");
}

#[test]
fn a_refusal_is_remembered_until_as_much_as_is_kept_came_after_it() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    let message = message(&alice.ram("GetUser", &[("UserName", "bob")]));
    let decode = || owner.ram("DecodeDiagnosticMessage", &[("EncodedDiagnosticMessage", &message)]);
    decode().ok();
    cloud.gateway().cloud().clock.advance(1000).unwrap();
    // Much is asked by each of these: fifty questions, with twenty long tags each.
    let names: Vec<_> = (0..50).map(|number| format!("nobody-{number}")).collect();
    let tags: Vec<_> =
        (0..20).map(|number| json!({"Key": format!("{number:0128}"), "Value": "v".repeat(128)})).collect();
    let (names, tags) = (json!(names).to_string(), json!(tags).to_string());
    let asked = [("ResourceType", "role"), ("ResourceNames", names.as_str()), ("Tag", &tags)];
    let forgotten = (0..1000).find(|_| {
        owner.ram("TagResources", &asked).refused(404, "EntityNotExist.Role");
        decode().status != 200
    });
    assert!(forgotten.is_some_and(|calls| calls > 50), "{forgotten:?}");
    decode().refused(400, "EncodedMessageExpire");
    // What never was is not expired.
    let other = "AQEAAAAAaVc1pjA0RjBGMzM0LTEzMzUtNDM2Qy1BMUQ3LTZDMDQ0RkU3MzM2OA==";
    owner.ram("DecodeDiagnosticMessage", &[("EncodedDiagnosticMessage", other)]).refused(404, "EntityNotExist");
}
