//! Access keys.

use serde_json::json;

use crate::kit::{self, Client, MOMENT, names, policy, text};

#[test]
fn a_key_signs_until_it_is_disabled_or_deleted() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    alice.sts("GetCallerIdentity", &[]).ok();
    let key = [("UserName", "alice"), ("UserAccessKeyId", alice.key_id.as_str())];
    let set = |status| owner.ram("UpdateAccessKey", &[&key[..], &[("Status", status)]].concat());

    set("Inactive").ok();
    let disabled = alice.sts("GetCallerIdentity", &[]);
    assert_eq!(disabled.refused(400, "InvalidAccessKeyId.Inactive").message(), "Specified access key is disabled.");
    let listed = owner.ram("ListAccessKeys", &[("UserName", "alice")]).ok();
    assert_eq!(
        listed["AccessKeys"]["AccessKey"],
        json!([{"AccessKeyId": alice.key_id, "Status": "Inactive", "CreateDate": MOMENT}])
    );
    set("Active").ok();
    alice.sts("GetCallerIdentity", &[]).ok();
    set("Gone").refused(400, "InvalidParameter.Status");

    owner.ram("DeleteAccessKey", &key).ok();
    let deleted = alice.sts("GetCallerIdentity", &[]);
    assert_eq!(deleted.refused(404, "InvalidAccessKeyId.NotFound").message(), "Specified access key is not found.");
    owner.ram("DeleteAccessKey", &key).refused(404, "EntityNotExist.User.AccessKey");
    set("Active").refused(404, "EntityNotExist.User.AccessKey");
}

#[test]
fn a_user_has_two_keys_at_most() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    owner.user("alice");
    let second = owner.ram("CreateAccessKey", &[("UserName", "alice")]).ok();
    assert_eq!(text(&second, "/AccessKey/AccessKeyId").len(), 24);
    assert_eq!(text(&second, "/AccessKey/AccessKeySecret").len(), 30);
    assert_eq!(text(&second, "/AccessKey/Status"), "Active");
    owner.ram("CreateAccessKey", &[("UserName", "alice")]).refused(409, "LimitExceeded.User.AccessKey");
    owner.ram("CreateAccessKey", &[("UserName", "nobody")]).refused(404, "EntityNotExist.User");
}

#[test]
fn without_a_user_name_the_keys_are_the_callers_own() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    owner.grant("alice", "OwnKeys", &policy("Allow", "ram:*AccessKey*", "acs:ram:*:*:user/alice"));
    let second = alice.ram("CreateAccessKey", &[]).ok();
    let listed = owner.ram("ListAccessKeys", &[("UserName", "alice")]).ok();
    assert_eq!(
        names(&listed, "/AccessKeys/AccessKey", "AccessKeyId"),
        [alice.key_id.as_str(), text(&second, "/AccessKey/AccessKeyId")]
    );
    // The policy was asked about the caller's own name, not about everybody.
    owner.user("bob");
    alice.ram("ListAccessKeys", &[("UserName", "bob")]).refused(403, "NoPermission");

    let own = owner.ram("ListAccessKeys", &[]).ok();
    assert_eq!(names(&own, "/AccessKeys/AccessKey", "AccessKeyId"), [owner.key_id.as_str()]);
}

#[test]
fn keys_are_their_holders_alone() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let (alice, bob) = (owner.user("alice"), owner.user("bob"));
    let crossed = [("UserName", "alice"), ("UserAccessKeyId", bob.key_id.as_str())];
    owner.ram("DeleteAccessKey", &crossed).refused(404, "EntityNotExist.User.AccessKey");
    owner.ram("GetAccessKeyLastUsed", &crossed).refused(404, "EntityNotExist.User.AccessKey");
    owner
        .ram("UpdateAccessKey", &[&crossed[..], &[("Status", "Inactive")]].concat())
        .refused(404, "EntityNotExist.User.AccessKey");
    bob.sts("GetCallerIdentity", &[]).ok();
    alice.sts("GetCallerIdentity", &[]).ok();
}

#[test]
fn when_a_key_was_last_used() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    let key = [("UserName", "alice"), ("UserAccessKeyId", alice.key_id.as_str())];
    let last_used = || owner.ram("GetAccessKeyLastUsed", &key).ok()["AccessKeyLastUsed"]["LastUsedDate"].clone();
    assert_eq!(last_used(), "N/A");
    cloud.gateway().cloud().clock.advance(1000).unwrap();
    alice.sts("GetCallerIdentity", &[]).ok();
    cloud.gateway().cloud().clock.advance(1000).unwrap();
    assert_eq!(last_used(), "2026-01-02T03:04:06Z");
}

#[test]
fn a_key_stays_through_a_rename() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    owner.ram("UpdateUser", &[("UserName", "alice"), ("NewUserName", "alicia")]).ok();
    let who = alice.sts("GetCallerIdentity", &[]).ok();
    assert_eq!(text(&who, "/Arn"), "acs:ram::1234567890123456:user/alicia");
}
