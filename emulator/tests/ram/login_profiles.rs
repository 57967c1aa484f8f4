//! Login profiles and passwords.

use serde_json::json;

use crate::kit::{self, Client, MOMENT, policy};

const ALICE: (&str, &str) = ("UserName", "alice");

#[test]
fn a_profile_is_made_read_changed_and_deleted() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let password = ("Password", "Secret-1");
    owner.ram("CreateLoginProfile", &[ALICE, password]).refused(404, "EntityNotExist.User");
    owner.ram("CreateUser", &[ALICE]).ok();
    for action in ["GetLoginProfile", "UpdateLoginProfile", "DeleteLoginProfile"] {
        owner.ram(action, &[ALICE]).refused(404, "EntityNotExist.User.LoginProfile");
        owner.ram(action, &[("UserName", "bob")]).refused(404, "EntityNotExist.User");
    }
    owner.ram("CreateLoginProfile", &[ALICE]).refused(400, "MissingPassword");
    let weak = owner.ram("CreateLoginProfile", &[ALICE, ("Password", "short")]);
    assert_eq!(
        weak.refused(400, "InvalidParameter.Password.TooWeak").message(),
        "The parameter - \"Password\" is not compliant with the password policy."
    );
    let made = owner.ram("CreateLoginProfile", &[ALICE, password, ("MFABindRequired", "true")]).ok();
    let mut expected =
        json!({"UserName": "alice", "CreateDate": MOMENT, "PasswordResetRequired": false, "MFABindRequired": true});
    assert_eq!(made["LoginProfile"], expected);
    owner.ram("CreateLoginProfile", &[ALICE, password]).refused(409, "EntityAlreadyExists.User.LoginProfile");
    owner.ram("UpdateLoginProfile", &[ALICE, ("PasswordResetRequired", "true")]).ok();
    expected["PasswordResetRequired"] = json!(true);
    assert_eq!(owner.ram("GetLoginProfile", &[ALICE]).ok()["LoginProfile"], expected);
    owner.ram("UpdateLoginProfile", &[ALICE, ("Password", "short")]).refused(400, "InvalidParameter.Password.TooWeak");
    owner.ram("DeleteUser", &[ALICE]).refused(409, "DeleteConflict.User.LoginProfile");
    owner.ram("DeleteLoginProfile", &[ALICE]).ok();
    owner.ram("GetLoginProfile", &[ALICE]).refused(404, "EntityNotExist.User.LoginProfile");
    owner.ram("DeleteUser", &[ALICE]).ok();
}

#[test]
fn a_user_changes_its_own_password_and_no_other() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    let change = |old: &str, new: &str| alice.ram("ChangePassword", &[("OldPassword", old), ("NewPassword", new)]);
    change("Secret-1", "Secret-2").refused(403, "NoPermission");
    owner.grant("alice", "Own", &policy("Allow", "ram:ChangePassword", "acs:ram:*:*:user/alice"));
    change("Secret-1", "Secret-2").refused(404, "EntityNotExist.User.LoginProfile");
    owner.ram("CreateLoginProfile", &[ALICE, ("Password", "Secret-1"), ("PasswordResetRequired", "true")]).ok();
    owner.ram("SetPasswordPolicy", &[("PasswordReusePrevention", "2"), ("RequireNumbers", "true")]).ok();
    change("Wrong-11", "Secret-2").refused(400, "InvalidParameter.OldPassword.Incorrect");
    change("Secret-1", "Secret--").refused(400, "InvalidParameter.NewPassword.TooWeak");
    change("Secret-1", "Secret-1").refused(400, "InvalidParameter.NewPassword.ReusePrevention");
    change("Secret-1", "Secret-2").ok();
    let profile = owner.ram("GetLoginProfile", &[ALICE]).ok();
    assert_eq!(profile["LoginProfile"]["PasswordResetRequired"], false);
    change("Secret-2", "Secret-1").refused(400, "InvalidParameter.NewPassword.ReusePrevention");
    change("Secret-2", "Secret-3").ok();
    change("Secret-3", "Secret-1").ok();
    // A name that is sent along names nobody else.
    let other = [("OldPassword", "Secret-1"), ("NewPassword", "Secret-9"), ("UserName", "bob")];
    alice.ram("ChangePassword", &other).ok();
    owner.ram("ChangePassword", &[("OldPassword", "a"), ("NewPassword", "b")]).refused(400, "NotSupport.Account");
}
