//! Users by principal name, and the recycle bin.

use serde_json::{Value, json};

use crate::kit::{self, Client, MOMENT, names, text};
use crate::{ALICE, NOBODY, alice, ims};

#[test]
fn a_user_is_one_user_here_and_in_ram() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let made = ims(
        &owner,
        "CreateUser",
        &[
            ALICE,
            ("DisplayName", "Alice"),
            ("Email", "alice@example.com"),
            ("MobilePhone", "86-18600008888"),
            ("Comments", "c"),
            ("Tag.1.Key", "team"),
            ("Tag.1.Value", "a"),
        ],
    )
    .ok();
    let id = text(&made, "/User/UserId");
    assert_eq!(
        made["User"],
        json!({
            "UserId": id, "UserPrincipalName": ALICE.1, "DisplayName": "Alice", "Email": "alice@example.com",
            "MobilePhone": "86-18600008888", "Comments": "c", "ProvisionType": "Manual", "CreateDate": MOMENT,
            "UpdateDate": MOMENT, "LastLoginDate": "", "Tags": {"Tag": [{"TagKey": "team", "TagValue": "a"}]},
        })
    );
    assert_eq!(owner.ram("GetUser", &[("UserName", "alice")]).ok()["User"]["UserId"], id);
    let mut expected = made["User"].clone();
    expected["UserName"] = json!("alice");
    let key = owner.ram("CreateAccessKey", &[("UserName", "alice")]).ok();
    let ways = [ALICE, ("UserId", id), ("UserAccessKeyId", text(&key, "/AccessKey/AccessKeyId"))];
    for way in ways {
        assert_eq!(ims(&owner, "GetUser", &[way]).ok()["User"], expected, "{way:?}");
    }
    ims(&owner, "GetUser", &ways[..2]).refused(400, "InvalidParameter.UserId");
    ims(&owner, "GetUser", &[]).refused(400, "MissingUserPrincipalName");
    let nobody = [
        NOBODY,
        ("UserPrincipalName", "alice@other.onaliyun.com"),
        ("UserId", "200000000000000000"),
        ("UserAccessKeyId", "LTAI5tNobody"),
        // The owner's key is no user's.
        ("UserAccessKeyId", owner.key_id.as_str()),
    ];
    for way in nobody {
        ims(&owner, "GetUser", &[way]).refused(404, "EntityNotExist.User");
    }

    let changed = ims(
        &owner,
        "UpdateUser",
        &[
            ("UserId", id),
            ("NewUserPrincipalName", "alicia@1234567890123456.onaliyun.com"),
            ("NewDisplayName", "Alicia"),
            ("NewComments", ""),
        ],
    )
    .ok();
    assert_eq!(text(&changed, "/User/UserPrincipalName"), "alicia@1234567890123456.onaliyun.com");
    assert_eq!((&changed["User"]["DisplayName"], &changed["User"]["Comments"]), (&json!("Alicia"), &json!("")));
    assert_eq!(text(&changed, "/User/Email"), "alice@example.com");
    ims(&owner, "UpdateUser", &[ALICE]).refused(404, "EntityNotExist.User");
    alice(&owner);
    ims(&owner, "UpdateUser", &[("UserId", id), ("NewUserPrincipalName", ALICE.1)])
        .refused(409, "EntityAlreadyExists.User");
    ims(&owner, "UpdateUser", &[("UserId", id), ("NewUserPrincipalName", "x@other.onaliyun.com")])
        .refused(400, "InvalidParameter.NewUserPrincipalName.Format");
}

#[test]
fn a_bad_user_is_not_made() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    alice(&owner);
    let long = format!("{}@1234567890123456.onaliyun.com", "a".repeat(65));
    let cases = [
        ("", "d", 400, "MissingUserPrincipalName"),
        ("b@1234567890123456.onaliyun.com", "", 400, "MissingDisplayName"),
        ("bob", "d", 400, "InvalidParameter.UserPrincipalName.Format"),
        ("@1234567890123456.onaliyun.com", "d", 400, "InvalidParameter.UserPrincipalName.Format"),
        ("bob@other.onaliyun.com", "d", 400, "InvalidParameter.UserPrincipalName.Format"),
        ("b b@1234567890123456.onaliyun.com", "d", 400, "InvalidParameter.UserPrincipalName.InvalidChars"),
        (long.as_str(), "d", 400, "InvalidParameter.UserPrincipalName.Length"),
        ("b@1234567890123456.onaliyun.com", "a name that has more than 24", 400, "InvalidParameter.DisplayName.Length"),
        (ALICE.1, "d", 409, "EntityAlreadyExists.User"),
    ];
    for (principal, display_name, status, code) in cases {
        let parameters = [("UserPrincipalName", principal), ("DisplayName", display_name)];
        ims(&owner, "CreateUser", &parameters).refused(status, code);
    }
    let bob = [("UserPrincipalName", "bob@1234567890123456.onaliyun.com"), ("DisplayName", "Bob")];
    for (name, value, code) in [
        ("Email", "bob", "InvalidParameter.Email.Format"),
        ("MobilePhone", "123", "InvalidParameter.MobilePhone.Format"),
        ("Tag.1.Key", "aliyun", "InvalidParameter.TagKey"),
    ] {
        ims(&owner, "CreateUser", &[&bob[..], &[(name, value)]].concat()).refused(400, code);
    }
    assert_eq!(names(&ims(&owner, "ListUsers", &[]).ok(), "/Users/User", "DisplayName"), ["Alice"]);
}

#[test]
fn users_are_listed() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    for name in ["a", "b", "c"] {
        let principal = format!("{name}@1234567890123456.onaliyun.com");
        let parameters = [("UserPrincipalName", principal.as_str()), ("DisplayName", name), ("Tag.1.Key", name)];
        ims(&owner, "CreateUser", &parameters).ok();
    }
    let first = ims(&owner, "ListUsers", &[("MaxItems", "2")]).ok();
    assert_eq!(names(&first, "/Users/User", "DisplayName"), ["a", "b"]);
    assert_eq!((&first["IsTruncated"], &first["Users"]["User"][0]["Status"]), (&json!(true), &json!("active")));
    let rest = ims(&owner, "ListUsers", &[("Marker", text(&first, "/Marker"))]).ok();
    assert_eq!(names(&rest, "/Users/User", "DisplayName"), ["c"]);
    assert_eq!((&rest["IsTruncated"], rest.get("Marker")), (&json!(false), None));
    let tagged = ims(&owner, "ListUsers", &[("Tag.1.Key", "b")]).ok();
    assert_eq!(names(&tagged, "/Users/User", "DisplayName"), ["b"]);
    let basic = ims(&owner, "ListUserBasicInfos", &[("MaxItems", "1")]).ok();
    let shown = &basic["UserBasicInfos"]["UserBasicInfo"][0];
    assert_eq!(
        *shown,
        json!({
            "UserId": shown["UserId"], "UserPrincipalName": "a@1234567890123456.onaliyun.com", "DisplayName": "a",
            "Status": "active",
        })
    );
    assert_eq!(ims(&owner, "ListUsers", &[("Status", "freeze")]).ok()["Users"]["User"], json!([]));
    for action in ["ListUsers", "ListUserBasicInfos"] {
        ims(&owner, action, &[("Status", "gone")]).refused(400, "InvalidParameter.Status");
        ims(&owner, action, &[("MaxItems", "1001")]).refused(400, "InvalidParameter.MaxItems");
        ims(&owner, action, &[("Marker", "?")]).refused(400, "InvalidParameter.Marker");
    }
}

#[test]
fn what_depends_on_a_user_keeps_it() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    alice(&owner);
    let ram = |action: &str, more: &[(&str, &str)]| owner.ram(action, &[&[("UserName", "alice")], more].concat()).ok();
    let delete = || ims(&owner, "DeleteUser", &[ALICE]);
    owner.ram("CreateGroup", &[("GroupName", "g")]).ok();
    ram("AddUserToGroup", &[("GroupName", "g")]);
    delete().refused(409, "DeleteConflict.User.Group");
    ram("RemoveUserFromGroup", &[("GroupName", "g")]);
    let key = ram("CreateAccessKey", &[]);
    delete().refused(409, "DeleteConflict.User.AccessKey");
    ram("DeleteAccessKey", &[("UserAccessKeyId", text(&key, "/AccessKey/AccessKeyId"))]);
    ram("CreateLoginProfile", &[("Password", "a-password")]);
    delete().refused(409, "DeleteConflict.User.LoginProfile");
    ram("DeleteLoginProfile", &[]);
    let policy = [("PolicyType", "System"), ("PolicyName", "AliyunOSSFullAccess")];
    ram("AttachPolicyToUser", &policy);
    delete().refused(409, "DeleteConflict.User.Policy");
    ram("DetachPolicyFromUser", &policy);
    delete().ok();
    delete().refused(404, "EntityNotExist.User");
    ims(&owner, "DeleteUser", &[]).refused(400, "MissingUserPrincipalName");
}

#[test]
fn a_deleted_user_waits_in_the_bin() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let id = alice(&owner);
    let this = [("UserId", id.as_str())];
    let bin = || -> Value { ims(&owner, "ListUsersInRecycleBin", &[]).ok()["Users"]["User"].clone() };
    for action in ["GetUserInRecycleBin", "RestoreUserFromRecycleBin", "DeleteUserInRecycleBin"] {
        ims(&owner, action, &this).refused(404, "EntityNotExist.User");
        ims(&owner, action, &[]).refused(400, "MissingUserId");
    }
    ims(&owner, "DeleteUser", &[ALICE]).ok();
    owner.ram("GetUser", &[("UserName", "alice")]).refused(404, "EntityNotExist.User");
    let shown = json!({
        "UserId": id, "UserPrincipalName": ALICE.1, "DisplayName": "Alice", "CreateDate": MOMENT, "RecycleDate": MOMENT,
        "DeleteDate": "2026-02-01T03:04:05Z",
    });
    assert_eq!(bin(), json!([shown]));
    assert_eq!(ims(&owner, "GetUserInRecycleBin", &this).ok()["User"], shown);
    ims(&owner, "GetUserInRecycleBin", &[("UserAccessKeyId", "LTAI5t")]).refused(404, "EntityNotExist.User");
    ims(&owner, "GetUserInRecycleBin", &[this[0], ("UserAccessKeyId", "LTAI5t")])
        .refused(400, "InvalidParameter.UserAccessKeyId");
    let filtered = |filter: &str| ims(&owner, "ListUsersInRecycleBin", &[("Filter", filter)]);
    let of = |filter: &str| filtered(filter).ok()["Users"]["User"].as_array().map(Vec::len);
    assert_eq!(of(&format!("UserPrincipalName eq {}", ALICE.1)), Some(1));
    assert_eq!(of(&format!("UserPrincipalName eq {}", NOBODY.1)), Some(0));
    filtered("DisplayName eq Alice").refused(400, "InvalidParameter.Filter");

    // The name is free meanwhile; whoever took it must go first.
    let second = alice(&owner);
    ims(&owner, "RestoreUserFromRecycleBin", &this).refused(409, "EntityAlreadyExists.User");
    ims(&owner, "DeleteUser", &[("UserId", &second)]).ok();
    ims(&owner, "RestoreUserFromRecycleBin", &this).ok();
    assert_eq!(owner.ram("GetUser", &[("UserName", "alice")]).ok()["User"]["UserId"], id.as_str());
    ims(&owner, "DeleteUserInRecycleBin", &[("UserId", &second)]).ok();
    assert_eq!(bin(), json!([]));

    ims(&owner, "DeleteUser", &[ALICE]).ok();
    cloud.gateway().cloud().clock.advance(30 * 24 * 3_600_000).unwrap();
    assert_eq!(bin(), json!([]));
    ims(&owner, "RestoreUserFromRecycleBin", &this).refused(404, "EntityNotExist.User");
}
