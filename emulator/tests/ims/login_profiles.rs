//! Login profiles, passwords and the rules for them.

use serde_json::json;

use crate::kit::{self, Client, MOMENT, policy};
use crate::{ALICE, NOBODY, alice, ims};

#[test]
fn a_profile_is_made_read_changed_and_deleted() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    alice(&owner);
    for action in ["GetLoginProfile", "UpdateLoginProfile", "DeleteLoginProfile"] {
        ims(&owner, action, &[ALICE]).refused(404, "EntityNotExist.User.LoginProfile");
        ims(&owner, action, &[NOBODY]).refused(404, "EntityNotExist.User");
        ims(&owner, action, &[]).refused(400, "MissingUserPrincipalName");
    }
    let password = ("Password", "a-password");
    ims(&owner, "CreateLoginProfile", &[NOBODY, password]).refused(404, "EntityNotExist.User");
    ims(&owner, "CreateLoginProfile", &[ALICE]).refused(400, "MissingPassword");
    ims(&owner, "CreateLoginProfile", &[ALICE, ("Password", "short")])
        .refused(400, "InvalidParameter.Password.TooWeak");
    ims(&owner, "CreateLoginProfile", &[ALICE, password, ("Status", "on")]).refused(400, "InvalidParameter.Status");
    let made = ims(&owner, "CreateLoginProfile", &[ALICE, password, ("PasswordResetRequired", "true")]).ok();
    assert_eq!(
        made["LoginProfile"],
        json!({
            "UserPrincipalName": ALICE.1, "MFABindRequired": false, "PasswordResetRequired": true, "Status": "Active",
            "PasswordStatus": "Normal", "UpdateDate": MOMENT,
        })
    );
    ims(&owner, "CreateLoginProfile", &[ALICE, password]).refused(409, "EntityAlreadyExists.User.LoginProfile");
    let changed = ims(&owner, "UpdateLoginProfile", &[ALICE, ("MFABindRequired", "true"), ("Status", "Inactive")]).ok();
    let shown = &changed["LoginProfile"];
    assert_eq!(
        (&shown["MFABindRequired"], &shown["PasswordResetRequired"], &shown["Status"]),
        (&json!(true), &json!(true), &json!("Inactive"))
    );
    ims(&owner, "UpdateLoginProfile", &[ALICE, ("Password", "short")])
        .refused(400, "InvalidParameter.Password.TooWeak");
    let got = ims(&owner, "GetLoginProfile", &[ALICE]).ok();
    assert_eq!(
        (&got["LoginProfile"]["LastLoginTime"], &got["LoginProfile"]["Status"]),
        (&json!(""), &json!("Inactive"))
    );
    assert_eq!(owner.ram("GetLoginProfile", &[("UserName", "alice")]).ok()["LoginProfile"]["MFABindRequired"], true);
    ims(&owner, "DeleteLoginProfile", &[ALICE]).ok();
    ims(&owner, "GetLoginProfile", &[ALICE]).refused(404, "EntityNotExist.User.LoginProfile");
}

#[test]
fn a_user_changes_its_own_password() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let user = owner.user("alice");
    let change = |client: &Client<'_>, old: &str, new: &str| {
        ims(client, "ChangePassword", &[("OldPassword", old), ("NewPassword", new)])
    };
    change(&owner, "a", "b").refused(400, "NotSupport.Account");
    change(&user, "a", "b").refused(403, "NoPermission");
    owner.grant("alice", "Own", &policy("Allow", "ims:ChangePassword", "acs:ims:*:*:*"));
    ims(&owner, "CreateLoginProfile", &[ALICE, ("Password", "password-1")]).ok();
    ims(&owner, "SetPasswordPolicy", &[("PasswordReusePrevention", "2")]).ok();
    change(&user, "wrong", "password-2").refused(400, "InvalidParameter.OldPassword.Incorrect");
    change(&user, "password-1", "short").refused(400, "InvalidParameter.NewPassword.TooWeak");
    change(&user, "password-1", "password-2").ok();
    change(&user, "password-2", "password-1").refused(400, "InvalidParameter.NewPassword.ReusePrevention");
    ims(&user, "ChangePassword", &[("OldPassword", "password-2")]).refused(400, "MissingNewPassword");
}

#[test]
fn the_rules_for_passwords() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let defaults = json!({
        "MinimumPasswordLength": 8, "RequireLowercaseCharacters": false, "RequireUppercaseCharacters": false,
        "RequireNumbers": false, "RequireSymbols": false, "HardExpire": false, "MaxPasswordAge": 0,
        "PasswordReusePrevention": 0, "MaxLoginAttemps": 0, "InitialPasswordAge": 14,
        "InterceptRiskPasswordOnApi": false, "MinimumPasswordDifferentCharacter": 0, "PasswordNotContainUserName": false,
    });
    assert_eq!(ims(&owner, "GetPasswordPolicy", &[]).ok()["PasswordPolicy"], defaults);
    let set = [
        ("MinimumPasswordLength", "12"),
        ("HardExpire", "true"),
        ("MinimumPasswordDifferentCharacter", "4"),
        ("PasswordNotContainUserName", "true"),
        ("InitialPasswordAge", "7"),
    ];
    let after = ims(&owner, "SetPasswordPolicy", &set).ok();
    let mut expected = defaults;
    for (name, value) in set {
        expected[name] = serde_json::from_str(value).expect("a number or a boolean");
    }
    assert_eq!(after["PasswordPolicy"], expected);
    // RAM has other names for the same, and IMS's rules count there.
    assert_eq!(owner.ram("GetPasswordPolicy", &[]).ok()["PasswordPolicy"]["HardExpiry"], true);
    alice(&owner);
    for bad in ["aaaaaaaaaaaa", "xx-alice-xx-12", "abcd"] {
        owner
            .ram("CreateLoginProfile", &[("UserName", "alice"), ("Password", bad)])
            .refused(400, "InvalidParameter.Password.TooWeak");
    }
    for (name, value, code) in [
        ("MinimumPasswordLength", "7", "InvalidParameter.MinimumPasswordLength.Range"),
        ("MaxPasswordAge", "1096", "InvalidParameter.MaxPasswordAge"),
        ("PasswordReusePrevention", "25", "InvalidParameter.PasswordReusePrevention"),
        ("MaxLoginAttemps", "33", "InvalidParameter.MaxLoginAttemps"),
        ("InitialPasswordAge", "91", "InvalidParameter.InitialPasswordAge"),
        ("MinimumPasswordDifferentCharacter", "9", "InvalidParameter.MinimumPasswordDifferentCharacter"),
        ("HardExpire", "maybe", "InvalidParameter.HardExpire.Format"),
    ] {
        ims(&owner, "SetPasswordPolicy", &[(name, value)]).refused(400, code);
    }
    assert_eq!(ims(&owner, "GetPasswordPolicy", &[]).ok()["PasswordPolicy"], expected);
}
