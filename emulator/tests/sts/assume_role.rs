//! GetCallerIdentity, and AssumeRole.

use serde_json::json;

use crate::kit::{self, Client, policy, text, trust};
use crate::{ACCOUNT, allow_role, arn, assume, detail, make_role, role_id, with_alice};

const NOT_YOU: &str = "You are not authorized to do this action. You should be authorized by RAM.";
const NO_TRUST: &str = "No permission perform sts:AssumeRole on this Role. Maybe you are not authorized to perform \
                        sts:AssumeRole or the specified role does not trust you";

#[test]
fn everybody_may_ask_who_they_are() {
    let cloud = kit::start();
    let (owner, alice) = with_alice(&cloud);
    let who = |by: &Client<'_>| {
        let mut answer = by.sts("GetCallerIdentity", &[]).ok();
        answer.as_object_mut().unwrap().remove("RequestId");
        answer
    };
    assert_eq!(
        who(&owner),
        json!({
            "IdentityType": "Account", "AccountId": ACCOUNT, "PrincipalId": ACCOUNT, "UserId": ACCOUNT,
            "Arn": format!("acs:ram::{ACCOUNT}:root"),
        })
    );
    owner.grant("alice", "No", &policy("Deny", "*", "*"));
    let id = text(&owner.ram("GetUser", &[("UserName", "alice")]).ok(), "/User/UserId").to_owned();
    assert_eq!(
        who(&alice),
        json!({
            "IdentityType": "RAMUser", "AccountId": ACCOUNT, "PrincipalId": id, "UserId": id,
            "Arn": format!("acs:ram::{ACCOUNT}:user/alice"),
        })
    );
    owner.ram("DetachPolicyFromUser", &[("UserName", "alice"), ("PolicyType", "Custom"), ("PolicyName", "No")]).ok();
    let role = role_id(&owner, "r");
    assert_eq!(
        who(&alice.assume(&arn("R"), &[])),
        json!({
            "IdentityType": "AssumedRoleUser", "AccountId": ACCOUNT, "PrincipalId": format!("{role}:session"),
            "RoleId": role, "Arn": format!("acs:ram::{ACCOUNT}:assumed-role/r/session"),
        })
    );
}

#[test]
fn a_session_is_given_out_in_the_published_shape() {
    let cloud = kit::start();
    let (owner, alice) = with_alice(&cloud);
    let answer = assume(&alice, "r", &[]).ok();
    let id = role_id(&owner, "r");
    assert_eq!(
        answer["AssumedRoleUser"],
        json!({"Arn": format!("acs:ram::{ACCOUNT}:role/r/session"), "AssumedRoleId": format!("{id}:session")})
    );
    assert_eq!(answer.get("SourceIdentity"), None);
    let key = text(&answer, "/Credentials/AccessKeyId");
    assert!(key.starts_with("STS.N") && key.len() == 29, "{key}");
    assert_eq!(text(&answer, "/Credentials/AccessKeySecret").len(), 44);
    let token = text(&answer, "/Credentials/SecurityToken");
    assert!(token.starts_with("CAIS") && (500..=1500).contains(&token.len()));
    assert_eq!(text(&answer, "/Credentials/Expiration"), "2026-01-02T04:04:05Z");
}

#[test]
fn both_the_caller_s_policies_and_the_trust_policy_must_allow() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    let root = format!("acs:ram::{ACCOUNT}:root");
    make_role(&owner, "trusting", &trust("RAM", &root));
    make_role(&owner, "shut", &trust("RAM", &format!("acs:ram::{ACCOUNT}:user/nobody")));
    let refused = assume(&alice, "trusting", &[]);
    assert_eq!(refused.refused(403, "NoPermission").message(), NOT_YOU);
    assert_eq!(detail(&refused)["PolicyType"], "AccountLevelIdentityBasedPolicy");
    // In either form of the ARN.
    owner.grant("alice", "Star", &policy("Allow", "sts:AssumeRole", &format!("acs:ram:*:{ACCOUNT}:role/shut")));
    owner.grant("alice", "Empty", &policy("Allow", "sts:AssumeRole", &format!("acs:ram::{ACCOUNT}:role/trusting")));
    assume(&alice, "trusting", &[]).ok();
    let refused = assume(&alice, "shut", &[]);
    assert_eq!(refused.refused(403, "NoPermission").message(), NO_TRUST);
    assert_eq!(detail(&refused)["PolicyType"], "AssumeRolePolicy");
    assert_eq!(detail(&refused)["AuthAction"], "sts:AssumeRole");
    owner.grant("alice", "No", &policy("Deny", "sts:*", "*"));
    assert_eq!(detail(&assume(&alice, "trusting", &[]))["NoPermissionType"], "ExplicitDeny");
}

#[test]
fn whom_a_trust_policy_means() {
    let cloud = kit::start();
    let (owner, alice) = with_alice(&cloud);
    let bob = owner.user("bob");
    owner.attach("bob", "System", "AliyunSTSAssumeRoleAccess");
    allow_role(&owner, "r", "Chain", &policy("Allow", "sts:AssumeRole", "*"));
    let session = alice.assume(&arn("r"), &[]);
    let other = alice.with_key(&session.key_id, session.secret.expose(), session.token.as_deref());
    make_role(&owner, "target", &trust("RAM", &format!("acs:ram::{ACCOUNT}:root")));
    let trusting = |kind: &str, entry: &str| {
        let document = trust(kind, entry);
        owner.ram("UpdateRole", &[("RoleName", "target"), ("NewAssumeRolePolicyDocument", &document)]).ok();
        [&alice, &bob, &other].map(|by| assume(by, "target", &[]).status == 200)
    };
    let ram = |entry: &str| trusting("RAM", &format!("acs:ram::{ACCOUNT}:{entry}"));
    assert_eq!(ram("root"), [true, true, true]);
    assert_eq!(ram("user/alice"), [true, false, false]);
    assert_eq!(ram("role/r"), [false, false, true]);
    assert_eq!(ram("role/other"), [false, false, false]);
    assert_eq!(ram("assumed-role/r/session"), [false, false, true]);
    assert_eq!(ram("assumed-role/r/another"), [false, false, false]);
    assert_eq!(trusting("RAM", "acs:ram::6543210987654321:root"), [false, false, false]);
    assert_eq!(trusting("Service", "ecs.aliyuncs.com"), [false, false, false]);
}

#[test]
fn an_account_owner_assumes_nothing() {
    let cloud = kit::start();
    let (owner, _) = with_alice(&cloud);
    let refused = assume(&owner, "r", &[]);
    assert_eq!(refused.refused(403, "NoPermission").message(), "Roles may not be assumed by root accounts.");
}

#[test]
fn a_role_that_is_not_there() {
    let cloud = kit::start();
    let (_, alice) = with_alice(&cloud);
    let missing = assume(&alice, "none", &[]);
    let message = format!("The role not exists: acs:ram::{ACCOUNT}:role/none.");
    assert_eq!(missing.refused(404, "EntityNotExist.Role").message(), message);
    let parameters = [("RoleArn", "acs:ram::6543210987654321:role/r"), ("RoleSessionName", "session")];
    alice.sts("AssumeRole", &parameters).refused(404, "EntityNotExist.Role");
}

#[test]
fn what_is_wrong_with_a_parameter() {
    let cloud = kit::start();
    let (_, alice) = with_alice(&cloud);
    let good = arn("r");
    let long = "s".repeat(65);
    let with = |parameters: &[(&str, &str)]| alice.sts("AssumeRole", parameters);
    with(&[("RoleSessionName", "session")]).refused(400, "MissingRoleArn");
    with(&[("RoleArn", &good)]).refused(400, "MissingRoleSessionName");
    for arn in
        ["r", "acs:ram::1:user/r", "acs:oss::1:role/r", "acs:ram::1:role/", "acs:ram:::role/r", "acs:ram::1:role/*"]
    {
        let answer = with(&[("RoleArn", arn), ("RoleSessionName", "session")]);
        assert_eq!(
            answer.refused(400, "InvalidParameter.RoleArn").message(),
            "The parameter RoleArn is wrongly formed."
        );
    }
    for name in ["s", long.as_str(), "a b", "a/b", "名字"] {
        let answer = with(&[("RoleArn", &good), ("RoleSessionName", name)]);
        assert_eq!(
            answer.refused(400, "InvalidParameter.RoleSessionName").message(),
            "The parameter RoleSessionName is wrongly formed."
        );
    }
    for seconds in ["899", "3601", "0", "-900", "soon", "99999999999999999999"] {
        let answer = assume(&alice, "r", &[("DurationSeconds", seconds)]);
        assert_eq!(
            answer.refused(400, "InvalidParameter.DurationSeconds").message(),
            "The Min/Max value of DurationSeconds is 15min/1hr."
        );
    }
    for document in ["{", "{}", r#"{"Version":"1","Statement":[]}"#, &trust("RAM", "acs:ram::1:root")] {
        let answer = assume(&alice, "r", &[("Policy", document)]);
        assert_eq!(
            answer.refused(400, "InvalidParameter.PolicyGrammar").message(),
            "The parameter Policy has not passed grammar check."
        );
    }
    let large = format!("{}{}", policy("Allow", "*", "*"), " ".repeat(2048));
    assume(&alice, "r", &[("Policy", &large)]).refused(400, "InvalidParameter.PolicySize");
    for id in ["x", "a b", &"e".repeat(1225)] {
        assume(&alice, "r", &[("ExternalId", id)]).refused(400, "InvalidParameter.ExternalId");
    }
    for identity in ["x", "a b", &long] {
        assume(&alice, "r", &[("SourceIdentity", identity)]).refused(400, "InvalidParameter.SourceIdentity");
    }
}

#[test]
fn a_session_lasts_as_long_as_asked_and_allowed() {
    let cloud = kit::start();
    let (owner, alice) = with_alice(&cloud);
    let expiration = |seconds: &str| {
        let answer = assume(&alice, "r", &[("DurationSeconds", seconds)]).ok();
        text(&answer, "/Credentials/Expiration").to_owned()
    };
    assert_eq!(expiration("900"), "2026-01-02T03:19:05Z");
    owner.ram("UpdateRole", &[("RoleName", "r"), ("NewMaxSessionDuration", "7200")]).ok();
    assert_eq!(expiration("7200"), "2026-01-02T05:04:05Z");
    let longer = assume(&alice, "r", &[("DurationSeconds", "7201")]);
    let message = "The Min/Max value of DurationSeconds is 15min/2hr.";
    assert_eq!(longer.refused(400, "InvalidParameter.DurationSeconds").message(), message);

    let session = alice.assume(&arn("r"), &[("DurationSeconds", "900")]);
    let clock = &cloud.gateway().cloud().clock;
    clock.advance(899_000).unwrap();
    session.sts("GetCallerIdentity", &[]).ok();
    clock.advance(1000).unwrap();
    session.sts("GetCallerIdentity", &[]).refused(400, "InvalidSecurityToken.Expired");
}

#[test]
fn a_session_that_a_session_asks_for_lasts_an_hour_at_most() {
    let cloud = kit::start();
    let (owner, alice) = with_alice(&cloud);
    allow_role(&owner, "r", "Chain", &policy("Allow", "sts:AssumeRole", "*"));
    owner.ram("UpdateRole", &[("RoleName", "r"), ("NewMaxSessionDuration", "7200")]).ok();
    let session = alice.assume(&arn("r"), &[]);
    assume(&session, "r", &[("DurationSeconds", "3601")]).refused(400, "InvalidParameter.DurationSeconds");
    assume(&session, "r", &[("DurationSeconds", "3600")]).ok();
}

#[test]
fn a_session_policy_narrows_and_never_widens() {
    let cloud = kit::start();
    let (owner, alice) = with_alice(&cloud);
    allow_role(&owner, "r", "Read", &policy("Allow", "ram:List*", "*"));
    let with = |document: &str| alice.assume(&arn("r"), &[("Policy", document)]);
    let may = |by: &Client<'_>| {
        ["ListUsers", "ListGroups", "GetAccountAlias"].map(|action| by.ram(action, &[]).status == 200)
    };
    assert_eq!(may(&alice.assume(&arn("r"), &[])), [true, true, false]);
    assert_eq!(may(&with(&policy("Allow", "ram:ListUsers", "*"))), [true, false, false]);
    assert_eq!(may(&with(&policy("Allow", "*", "*"))), [true, true, false]);
    assert_eq!(may(&with(&policy("Deny", "ram:ListUsers", "*"))), [false, false, false]);
    let narrowed = with(&policy("Allow", "ram:ListUsers", "*"));
    let detail = detail(&narrowed.ram("ListGroups", &[]));
    assert_eq!(
        (&detail["PolicyType"], &detail["AuthPrincipalType"], &detail["AuthPrincipalDisplayName"]),
        (&json!("SessionPolicy"), &json!("AssumedRoleUser"), &json!("r:session"))
    );
}

fn conditional(key: &str, value: &str, actions: &[&str]) -> String {
    let statement = json!({
        "Effect": "Allow", "Action": actions, "Principal": {"RAM": [format!("acs:ram::{ACCOUNT}:root")]},
        "Condition": {"StringEquals": {key: value}},
    });
    json!({"Version": "1", "Statement": [statement]}).to_string()
}

#[test]
fn a_trust_policy_may_ask_for_an_external_id() {
    let cloud = kit::start();
    let (owner, alice) = with_alice(&cloud);
    make_role(&owner, "e", &conditional("sts:ExternalId", "abc-1", &["sts:AssumeRole"]));
    assert_eq!(assume(&alice, "e", &[]).refused(403, "NoPermission").message(), NO_TRUST);
    assume(&alice, "e", &[("ExternalId", "abc-2")]).refused(403, "NoPermission");
    assume(&alice, "e", &[("ExternalId", "abc-1")]).ok();
}

#[test]
fn a_source_identity_needs_its_own_permission_and_stays() {
    let cloud = kit::start();
    let (owner, alice) = with_alice(&cloud);
    let both = ["sts:AssumeRole", "sts:SetSourceIdentity"];
    let identity = ("SourceIdentity", "alice@example.com");
    make_role(&owner, "s", &conditional("sts:SourceIdentity", "alice@example.com", &both));
    make_role(&owner, "n", &trust("RAM", &format!("acs:ram::{ACCOUNT}:root")));
    let refused = assume(&alice, "s", &[identity]);
    assert_eq!(detail(&refused)["AuthAction"], "sts:SetSourceIdentity");
    owner.grant("alice", "Set", &policy("Allow", "sts:SetSourceIdentity", "*"));
    // A role whose trust policy does not allow it cannot be assumed with one.
    assert_eq!(detail(&assume(&alice, "n", &[identity]))["PolicyType"], "AssumeRolePolicy");
    assume(&alice, "n", &[]).ok();
    assume(&alice, "s", &[]).refused(403, "NoPermission");
    assume(&alice, "s", &[("SourceIdentity", "bob@example.com")]).refused(403, "NoPermission");
    let answer = assume(&alice, "s", &[identity]).ok();
    assert_eq!(answer["SourceIdentity"], "alice@example.com");

    // Through chaining the identity stays, whether it is named again or not, and no other takes its place.
    allow_role(&owner, "s", "Chain", &policy("Allow", "sts:*", "*"));
    let session = alice.session(&answer);
    let chained = assume(&session, "n", &[]).ok();
    assert_eq!(chained["SourceIdentity"], "alice@example.com");
    assume(&session, "s", &[]).ok();
    assume(&session, "s", &[("SourceIdentity", "bob@example.com")]).refused(400, "InvalidParameter.SourceIdentity");
}

#[test]
fn a_role_of_another_account() {
    let cloud = kit::builder().account("one", "1111111111111111").account("two", "2222222222222222").start().unwrap();
    let (one, two) = (Client::owner_of(&cloud, 0), Client::owner_of(&cloud, 1));
    let (alice, carol) = (one.user("alice"), two.user("carol"));
    for (owner, user) in [(&one, "alice"), (&two, "carol")] {
        owner.attach(user, "System", "AliyunSTSAssumeRoleAccess");
    }
    make_role(&two, "guest", &trust("RAM", "acs:ram::1111111111111111:root"));
    make_role(&two, "home", &trust("RAM", "acs:ram::2222222222222222:root"));
    allow_role(&two, "guest", "Read", &policy("Allow", "ram:ListUsers", "*"));
    let assume = |by: &Client<'_>, role: &str| {
        let arn = format!("acs:ram::2222222222222222:role/{role}");
        by.sts("AssumeRole", &[("RoleArn", arn.as_str()), ("RoleSessionName", "session")])
    };
    let session = alice.session(&assume(&alice, "guest").ok());
    // It acts in the role's account.
    let who = session.sts("GetCallerIdentity", &[]).ok();
    assert_eq!(text(&who, "/Arn"), "acs:ram::2222222222222222:assumed-role/guest/session");
    assert_eq!(kit::names(&session.ram("ListUsers", &[]).ok(), "/Users/User", "UserName"), ["carol"]);
    assert_eq!(assume(&alice, "home").refused(403, "NoPermission").message(), NO_TRUST);
    assume(&carol, "guest").refused(403, "NoPermission");
    // A trust policy alone is not enough.
    let bob = one.user("bob");
    assert_eq!(assume(&bob, "guest").refused(403, "NoPermission").message(), NOT_YOU);
    // Nor a policy for the like-named role at home.
    one.grant("bob", "Home", &policy("Allow", "sts:AssumeRole", "acs:ram:*:1111111111111111:role/guest"));
    assume(&bob, "guest").refused(403, "NoPermission");
    one.grant("bob", "There", &policy("Allow", "sts:AssumeRole", "acs:ram:*:2222222222222222:role/guest"));
    assume(&bob, "guest").ok();
}

#[test]
fn a_session_has_what_the_role_has_now() {
    let cloud = kit::start();
    let (owner, alice) = with_alice(&cloud);
    let session = alice.assume(&arn("r"), &[]);
    session.ram("ListUsers", &[]).refused(403, "NoPermission");
    allow_role(&owner, "r", "Read", &policy("Allow", "ram:ListUsers", "*"));
    session.ram("ListUsers", &[]).ok();
    // What became of whoever assumed it does not matter.
    let detach = [("UserName", "alice"), ("PolicyType", "System"), ("PolicyName", "AliyunSTSAssumeRoleAccess")];
    owner.ram("DetachPolicyFromUser", &detach).ok();
    let document = trust("Service", "ecs.aliyuncs.com");
    owner.ram("UpdateRole", &[("RoleName", "r"), ("NewAssumeRolePolicyDocument", &document)]).ok();
    session.ram("ListUsers", &[]).ok();
    let detach = [("RoleName", "r"), ("PolicyType", "Custom"), ("PolicyName", "Read")];
    owner.ram("DetachPolicyFromRole", &detach).ok();
    session.ram("ListUsers", &[]).refused(403, "NoPermission");
}

#[test]
fn a_session_dies_with_its_role() {
    let cloud = kit::start();
    let (owner, alice) = with_alice(&cloud);
    let session = alice.assume(&arn("r"), &[]);
    session.sts("GetCallerIdentity", &[]).ok();
    owner.ram("DeleteRole", &[("RoleName", "r")]).ok();
    session.sts("GetCallerIdentity", &[]).refused(404, "InvalidAccessKeyId.NotFound");
    // A role of the same name is another role.
    make_role(&owner, "r", &trust("RAM", &format!("acs:ram::{ACCOUNT}:root")));
    session.sts("GetCallerIdentity", &[]).refused(404, "InvalidAccessKeyId.NotFound");
    alice.assume(&arn("r"), &[]).sts("GetCallerIdentity", &[]).ok();
}
