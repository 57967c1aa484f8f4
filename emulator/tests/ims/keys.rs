//! Access keys and their network policies.

use serde_json::json;

use crate::kit::{self, Client, MOMENT, policy, text};
use crate::{ALICE, NOBODY, alice, ims};

#[test]
fn a_key_is_made_used_disabled_and_deleted() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    alice(&owner);
    let made = ims(&owner, "CreateAccessKey", &[ALICE]).ok();
    let id = text(&made, "/AccessKey/AccessKeyId");
    let user = owner.with_key(id, text(&made, "/AccessKey/AccessKeySecret"), None);
    let this = [ALICE, ("UserAccessKeyId", id)];
    let used = || ims(&owner, "GetAccessKeyLastUsed", &this).ok()["AccessKeyLastUsed"].clone();
    assert_eq!(used(), json!({"LastUsedDate": "N/A", "ServiceName": "N/A"}));
    user.sts("GetCallerIdentity", &[]).ok();
    assert_eq!(used(), json!({"LastUsedDate": MOMENT, "ServiceName": "Sts"}));

    cloud.gateway().cloud().clock.advance(60_000).unwrap();
    ims(&owner, "UpdateAccessKey", &[&this[..], &[("Status", "Inactive")]].concat()).ok();
    user.sts("GetCallerIdentity", &[]).refused(400, "InvalidAccessKeyId.Inactive");
    assert_eq!(
        ims(&owner, "ListAccessKeys", &[ALICE]).ok()["AccessKeys"]["AccessKey"],
        json!([{
            "AccessKeyId": id, "Status": "Inactive", "CreateDate": MOMENT, "UpdateDate": "2026-01-02T03:05:05Z",
        }])
    );
    ims(&owner, "UpdateAccessKey", &[&this[..], &[("Status", "active")]].concat())
        .refused(400, "InvalidParameter.Status");
    ims(&owner, "UpdateAccessKey", &this).refused(400, "MissingStatus");
    ims(&owner, "CreateAccessKey", &[ALICE]).ok();
    ims(&owner, "CreateAccessKey", &[ALICE]).refused(409, "LimitExceeded.User.AccessKey");
    ims(&owner, "DeleteAccessKey", &this).ok();
    let status = ("Status", "Active");
    let policy = ("AccessKeyPolicy", r#"{"Status":"Inactive","Statements":[]}"#);
    let of_one =
        ["UpdateAccessKey", "DeleteAccessKey", "GetAccessKeyLastUsed", "SetAccessKeyPolicy", "GetAccessKeyPolicy"];
    for action in of_one {
        ims(&owner, action, &[this[0], this[1], status, policy]).refused(404, "EntityNotExist.User.AccessKey");
        ims(&owner, action, &[NOBODY, this[1], status, policy]).refused(404, "EntityNotExist.User");
        ims(&owner, action, &[ALICE, status, policy]).refused(400, "MissingUserAccessKeyId");
    }
    for action in ["CreateAccessKey", "ListAccessKeys"] {
        ims(&owner, action, &[NOBODY]).refused(404, "EntityNotExist.User");
    }
}

#[test]
fn without_a_name_the_keys_are_ones_own() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let user = owner.user("alice");
    owner.grant("alice", "Own", &policy("Allow", "ims:*AccessKey*", "acs:ims:*:*:user/alice"));
    let listed = ims(&user, "ListAccessKeys", &[]).ok();
    assert_eq!(text(&listed, "/AccessKeys/AccessKey/0/AccessKeyId"), user.key_id);
    ims(&user, "ListAccessKeys", &[NOBODY]).refused(403, "NoPermission");
    let of_owner = ims(&owner, "ListAccessKeys", &[]).ok();
    assert_eq!(text(&of_owner, "/AccessKeys/AccessKey/0/AccessKeyId"), owner.key_id);
    // A session has no keys.
    let root = kit::trust("RAM", "acs:ram::1234567890123456:root");
    owner.ram("CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", &root)]).ok();
    let admin = [("PolicyType", "System"), ("PolicyName", "AdministratorAccess"), ("RoleName", "r")];
    owner.ram("AttachPolicyToRole", &admin).ok();
    owner.grant("alice", "Assume", &policy("Allow", "sts:AssumeRole", "*"));
    let session = user.assume("acs:ram::1234567890123456:role/r", &[]);
    ims(&session, "ListAccessKeys", &[]).refused(400, "MissingUserPrincipalName");
}

#[test]
fn network_policies_are_kept() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let user = owner.user("alice");
    let this = [ALICE, ("UserAccessKeyId", user.key_id.as_str())];
    ims(&owner, "GetAccessKeyPolicy", &this).refused(404, "EntityNotExist.AccessKeyPolicy");
    let text = r#"{"Status": "Inactive", "Statements": []}"#;
    let set = ims(&owner, "SetAccessKeyPolicy", &[&this[..], &[("AccessKeyPolicy", text)]].concat()).ok();
    assert_eq!((&set["AccessKeyId"], &set["AccessKeyPolicy"]), (&json!(user.key_id), &json!(text)));
    assert_eq!(ims(&owner, "GetAccessKeyPolicy", &this).ok()["AccessKeyPolicy"], text);
    ims(&owner, "GetAccessKeyPolicyForAccount", &[]).refused(404, "EntityNotExist.AccessKeyPolicy");
    ims(&owner, "SetAccessKeyPolicyForAccount", &[("AccessKeyPolicy", text)]).ok();
    assert_eq!(ims(&owner, "GetAccessKeyPolicyForAccount", &[]).ok()["AccessKeyPolicy"], text);
    let many = format!(
        r#"{{"Status":"Active","Statements":[{}]}}"#,
        [r#"{"Type":"ClassicWhiteList","IPList":["::1"]}"#; 9].join(",")
    );
    for bad in ["nothing", "[]", "{}", r#"{"Status":"Active","Statements":null}"#, &many] {
        ims(&owner, "SetAccessKeyPolicy", &[&this[..], &[("AccessKeyPolicy", bad)]].concat())
            .refused(400, "InvalidParameter.AccessKeyPolicy");
        ims(&owner, "SetAccessKeyPolicyForAccount", &[("AccessKeyPolicy", bad)])
            .refused(400, "InvalidParameter.AccessKeyPolicy");
    }
    ims(&owner, "SetAccessKeyPolicyForAccount", &[]).refused(400, "MissingAccessKeyPolicy");
}

/// A network policy with one rule.
fn admitting(status: &str, address: &str) -> String {
    format!(
        r#"{{"Version":1,"Status":"{status}","Statements":[{{"Type":"ClassicWhiteList","IPList":["{address}"]}}]}}"#
    )
}

#[test]
fn a_key_is_used_only_from_where_it_may_be() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let user = owner.user("alice");
    owner.attach("alice", "System", "AdministratorAccess");
    let root = kit::trust("RAM", "acs:ram::1234567890123456:root");
    owner.ram("CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", &root)]).ok();
    let session = user.assume("acs:ram::1234567890123456:role/r", &[]);
    let this = [ALICE, ("UserAccessKeyId", user.key_id.as_str())];
    let of_key = |text: &str| {
        ims(&owner, "SetAccessKeyPolicy", &[&this[..], &[("AccessKeyPolicy", text)]].concat()).ok();
    };
    let of_account = |by: &Client<'_>, text: &str| {
        ims(by, "SetAccessKeyPolicyForAccount", &[("AccessKeyPolicy", text)]).ok();
    };
    let call = || user.sts("GetCallerIdentity", &[]);
    let (here, elsewhere) = (admitting("Active", "127.0.0.0/8"), admitting("Active", "203.0.113.0/24"));

    of_key(&here);
    call().ok();
    of_key(&elsewhere);
    assert_eq!(call().refused(400, "InvalidAccessKeyId.Inactive").message(), "Specified access key is disabled.");
    let refused = user.oss("GET", None, "", &[], &[], b"");
    assert_eq!((refused.status, refused.code().as_str()), (403, "InvalidAccessKeyId"));
    assert!(refused.text().contains("<EC>0002-00000904</EC>"), "{}", refused.text());
    // It binds this key alone, and no session.
    owner.sts("GetCallerIdentity", &[]).ok();
    session.sts("GetCallerIdentity", &[]).ok();
    of_key(&admitting("Inactive", "203.0.113.0/24"));
    call().ok();

    // The account's binds every key that has no active one of its own: the owner's as well.
    of_key(&here);
    of_account(&owner, &elsewhere);
    owner.sts("GetCallerIdentity", &[]).refused(400, "InvalidAccessKeyId.Inactive");
    call().ok();
    of_account(&user, &admitting("Inactive", "203.0.113.0/24"));
    owner.sts("GetCallerIdentity", &[]).ok();
    of_account(&owner, &here);
    owner.sts("GetCallerIdentity", &[]).ok();
}
