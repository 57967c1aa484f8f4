//! Users.

use serde_json::json;

use crate::kit::{self, Client, MOMENT, names, text};

#[test]
fn a_user_is_made_read_changed_and_deleted() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let all = [
        ("UserName", "Alice"),
        ("DisplayName", "Alice of Sales"),
        ("MobilePhone", "86-18600008888"),
        ("Email", "alice@example.com"),
        ("Comments", "first"),
    ];
    let made = owner.ram("CreateUser", &all).ok();
    let id = text(&made, "/User/UserId");
    assert_eq!(id.len(), 18);
    assert_eq!(
        made["User"],
        json!({
            "UserId": id, "UserName": "Alice", "DisplayName": "Alice of Sales", "MobilePhone": "86-18600008888",
            "Email": "alice@example.com", "Comments": "first", "CreateDate": MOMENT,
        })
    );
    assert_eq!(text(&made, "/RequestId").len(), 36);

    cloud.gateway().cloud().clock.advance(60_000).unwrap();
    let changes = [("UserName", "alice"), ("NewUserName", "Alicia"), ("NewComments", ""), ("NewEmail", "a@b.cn")];
    let changed = owner.ram("UpdateUser", &changes).ok();
    assert_eq!(text(&changed, "/User/UserId"), id);
    assert_eq!(text(&changed, "/User/UpdateDate"), "2026-01-02T03:05:05Z");

    let got = owner.ram("GetUser", &[("UserName", "alicia")]).ok();
    assert_eq!(
        got["User"],
        json!({
            "UserId": id, "UserName": "Alicia", "DisplayName": "Alice of Sales", "MobilePhone": "86-18600008888",
            "Email": "a@b.cn", "Comments": "", "CreateDate": MOMENT, "UpdateDate": "2026-01-02T03:05:05Z",
            "LastLoginDate": "",
        })
    );
    owner.ram("GetUser", &[("UserName", "Alice")]).refused(404, "EntityNotExist.User");
    owner.ram("DeleteUser", &[("UserName", "Alicia")]).ok();
    owner.ram("GetUser", &[("UserName", "Alicia")]).refused(404, "EntityNotExist.User");
    owner.ram("DeleteUser", &[("UserName", "Alicia")]).refused(404, "EntityNotExist.User");
}

#[test]
fn the_display_name_is_empty_unless_given() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    assert_eq!(text(&owner.ram("CreateUser", &[("UserName", "bob")]).ok(), "/User/DisplayName"), "");
}

#[test]
fn names_are_unique_without_regard_to_case() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    owner.ram("CreateUser", &[("UserName", "Alice")]).ok();
    owner.ram("CreateUser", &[("UserName", "ALICE")]).refused(409, "EntityAlreadyExists.User");
    owner.ram("CreateUser", &[("UserName", "bob")]).ok();
    let taken = owner.ram("UpdateUser", &[("UserName", "bob"), ("NewUserName", "alice"), ("NewComments", "x")]);
    taken.refused(409, "EntityAlreadyExists.User");
    let bob = owner.ram("GetUser", &[("UserName", "bob")]).ok();
    assert_eq!(text(&bob, "/User/Comments"), "", "a refused update changes nothing");
    // Only the case of one's own name is another matter.
    let renamed = owner.ram("UpdateUser", &[("UserName", "alice"), ("NewUserName", "aLiCe")]).ok();
    assert_eq!(text(&renamed, "/User/UserName"), "aLiCe");
}

#[test]
fn what_is_wrong_with_a_parameter_is_said_and_nothing_is_made() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let long = "a".repeat(65);
    let longer = "x".repeat(129);
    let cases: [(&[(&str, &str)], &str); 9] = [
        (&[], "MissingUserName"),
        (&[("UserName", "")], "MissingUserName"),
        (&[("UserName", "a b")], "InvalidParameter.UserName.InvalidChars"),
        (&[("UserName", "名")], "InvalidParameter.UserName.InvalidChars"),
        (&[("UserName", &long)], "InvalidParameter.UserName.Length"),
        (&[("UserName", "a"), ("DisplayName", &longer)], "InvalidParameter.DisplayName.Length"),
        (&[("UserName", "a"), ("Comments", &longer)], "InvalidParameter.Comments.Length"),
        (&[("UserName", "a"), ("MobilePhone", "18600008888")], "InvalidParameter.MobilePhone.Format"),
        (&[("UserName", "a"), ("Email", "nobody")], "InvalidParameter.Email.Format"),
    ];
    for (parameters, code) in cases {
        owner.ram("CreateUser", parameters).refused(400, code);
    }
    assert_eq!(owner.ram("ListUsers", &[]).ok()["Users"]["User"], json!([]));
}

#[test]
fn a_list_comes_in_pages() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    for name in ["Dora", "alice", "Carl", "bob", "eve"] {
        owner.ram("CreateUser", &[("UserName", name)]).ok();
    }
    let all = owner.ram("ListUsers", &[]).ok();
    assert_eq!(names(&all, "/Users/User", "UserName"), ["alice", "bob", "Carl", "Dora", "eve"]);
    assert_eq!((&all["IsTruncated"], all.get("Marker")), (&json!(false), None));

    let first = owner.ram("ListUsers", &[("MaxItems", "2")]).ok();
    assert_eq!(names(&first, "/Users/User", "UserName"), ["alice", "bob"]);
    assert_eq!(first["IsTruncated"], json!(true));
    // What the page ended with may be gone by the time the next one is asked for.
    owner.ram("DeleteUser", &[("UserName", "bob")]).ok();
    let second = owner.ram("ListUsers", &[("MaxItems", "3"), ("Marker", text(&first, "/Marker"))]).ok();
    assert_eq!(names(&second, "/Users/User", "UserName"), ["Carl", "Dora", "eve"]);
    assert_eq!((&second["IsTruncated"], second.get("Marker")), (&json!(false), None));

    owner.ram("ListUsers", &[("Marker", "?")]).refused(400, "InvalidParameter.Marker");
    owner.ram("ListUsers", &[("MaxItems", "0")]).refused(400, "InvalidParameter.MaxItems");
    owner.ram("ListUsers", &[("MaxItems", "1001")]).refused(400, "InvalidParameter.MaxItems");
    owner.ram("ListUsers", &[("MaxItems", "many")]).refused(400, "InvalidParameter.MaxItems.Format");
}

#[test]
fn a_user_is_not_deleted_while_something_depends_on_it() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = [("UserName", "alice")];
    let in_group = [("UserName", "alice"), ("GroupName", "sales")];
    let policy = [("UserName", "alice"), ("PolicyType", "System"), ("PolicyName", "AliyunOSSReadOnlyAccess")];
    let key_id = owner.user("alice").key_id;
    let key = [("UserName", "alice"), ("UserAccessKeyId", key_id.as_str())];
    owner.ram("CreateGroup", &[("GroupName", "sales")]).ok();
    owner.ram("AddUserToGroup", &in_group).ok();
    owner.ram("AttachPolicyToUser", &policy).ok();
    let conflict = |code: &str, message: &str| {
        let answer = owner.ram("DeleteUser", &alice);
        assert_eq!(answer.refused(409, code).message(), message);
    };
    conflict("DeleteConflict.User.Group", "The user CAN NOT be in any group while deleting the user.");
    owner.ram("RemoveUserFromGroup", &in_group).ok();
    conflict("DeleteConflict.User.AccessKey", "The user CAN NOT has any access key while deleting the user.");
    owner.ram("DeleteAccessKey", &key).ok();
    conflict("DeleteConflict.User.Policy", "The user CAN NOT has any attached policy while deleting the user.");
    owner.ram("DetachPolicyFromUser", &policy).ok();
    owner.ram("DeleteUser", &alice).ok();
}

#[test]
fn accounts_do_not_see_each_other() {
    let cloud = kit::builder().account("one", "1111111111111111").account("two", "2222222222222222").start().unwrap();
    let (one, two) = (Client::owner_of(&cloud, 0), Client::owner_of(&cloud, 1));
    one.ram("CreateUser", &[("UserName", "alice")]).ok();
    two.ram("GetUser", &[("UserName", "alice")]).refused(404, "EntityNotExist.User");
    two.ram("CreateUser", &[("UserName", "alice")]).ok();
    two.ram("DeleteUser", &[("UserName", "alice")]).ok();
    one.ram("GetUser", &[("UserName", "alice")]).ok();
}
