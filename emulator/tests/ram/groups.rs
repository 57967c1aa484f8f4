//! Groups and their members.

use serde_json::json;

use crate::kit::{self, Client, MOMENT, names, policy, text};

#[test]
fn a_group_is_made_read_changed_and_deleted() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let made = owner.ram("CreateGroup", &[("GroupName", "Sales"), ("Comments", "c")]).ok();
    let id = text(&made, "/Group/GroupId");
    assert!(id.starts_with("g-") && id.len() == 18, "{id}");
    assert_eq!(made["Group"], json!({"GroupId": id, "GroupName": "Sales", "Comments": "c", "CreateDate": MOMENT}));
    owner.ram("CreateGroup", &[("GroupName", "sales")]).refused(409, "EntityAlreadyExists.Group");

    owner.ram("UpdateGroup", &[("GroupName", "sales"), ("NewGroupName", "Market"), ("NewComments", "d")]).ok();
    let got = owner.ram("GetGroup", &[("GroupName", "market")]).ok();
    assert_eq!(
        got["Group"],
        json!({"GroupId": id, "GroupName": "Market", "Comments": "d", "CreateDate": MOMENT, "UpdateDate": MOMENT})
    );
    owner.ram("GetGroup", &[("GroupName", "sales")]).refused(404, "EntityNotExist.Group");
    owner.ram("CreateGroup", &[("GroupName", "sales")]).ok();
    owner
        .ram("UpdateGroup", &[("GroupName", "sales"), ("NewGroupName", "MARKET")])
        .refused(409, "EntityAlreadyExists.Group");
    let listed = owner.ram("ListGroups", &[]).ok();
    assert_eq!(names(&listed, "/Groups/Group", "GroupName"), ["Market", "sales"]);
    assert_eq!(listed["IsTruncated"], json!(false));
    owner.ram("ListGroups", &[("MaxItems", "1000")]).ok();
    owner.ram("ListGroups", &[("MaxItems", "1001")]).refused(400, "InvalidParameter.MaxItems");

    owner.ram("DeleteGroup", &[("GroupName", "Market")]).ok();
    owner.ram("DeleteGroup", &[("GroupName", "Market")]).refused(404, "EntityNotExist.Group");
}

#[test]
fn members_join_and_leave() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    owner.ram("CreateUser", &[("UserName", "alice"), ("DisplayName", "A")]).ok();
    owner.ram("CreateGroup", &[("GroupName", "sales"), ("Comments", "c")]).ok();
    let both = [("UserName", "Alice"), ("GroupName", "Sales")];
    owner.ram("AddUserToGroup", &[("UserName", "bob"), ("GroupName", "sales")]).refused(404, "EntityNotExist.User");
    owner.ram("AddUserToGroup", &[("UserName", "alice"), ("GroupName", "x")]).refused(404, "EntityNotExist.Group");
    owner.ram("RemoveUserFromGroup", &both).refused(404, "EntityNotExist.User.Group");
    owner.ram("AddUserToGroup", &both).ok();
    owner.ram("AddUserToGroup", &both).refused(409, "EntityAlreadyExists.User.Group");

    let group = owner.ram("ListGroupsForUser", &[("UserName", "alice")]).ok();
    let id = text(&group, "/Groups/Group/0/GroupId");
    assert_eq!(
        group["Groups"],
        json!({"Group": [{"GroupId": id, "GroupName": "sales", "Comments": "c", "JoinDate": MOMENT}]})
    );
    let members = owner.ram("ListUsersForGroup", &[("GroupName", "sales")]).ok();
    assert_eq!(members["Users"], json!({"User": [{"UserName": "alice", "DisplayName": "A", "JoinDate": MOMENT}]}));
    owner.ram("DeleteGroup", &[("GroupName", "sales")]).refused(409, "DeleteConflict.Group.User");
    // Membership stays through renames on both sides.
    owner.ram("UpdateUser", &[("UserName", "alice"), ("NewUserName", "alicia")]).ok();
    owner.ram("UpdateGroup", &[("GroupName", "sales"), ("NewGroupName", "market")]).ok();
    owner.ram("RemoveUserFromGroup", &[("UserName", "alicia"), ("GroupName", "market")]).ok();
    owner.ram("DeleteGroup", &[("GroupName", "market")]).ok();
    owner.ram("ListGroupsForUser", &[("UserName", "nobody")]).refused(404, "EntityNotExist.User");
    owner.ram("ListUsersForGroup", &[("GroupName", "none")]).refused(404, "EntityNotExist.Group");
}

#[test]
fn members_come_in_pages() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    owner.ram("CreateGroup", &[("GroupName", "g")]).ok();
    for name in ["c", "B", "a"] {
        owner.ram("CreateUser", &[("UserName", name)]).ok();
        owner.ram("AddUserToGroup", &[("UserName", name), ("GroupName", "g")]).ok();
    }
    let first = owner.ram("ListUsersForGroup", &[("GroupName", "g"), ("MaxItems", "2")]).ok();
    assert_eq!(names(&first, "/Users/User", "UserName"), ["a", "B"]);
    let second = owner.ram("ListUsersForGroup", &[("GroupName", "g"), ("Marker", text(&first, "/Marker"))]).ok();
    assert_eq!(names(&second, "/Users/User", "UserName"), ["c"]);
}

#[test]
fn ten_groups_for_a_user() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    owner.ram("CreateUser", &[("UserName", "alice")]).ok();
    for number in 0..11 {
        let name = format!("g{number}");
        owner.ram("CreateGroup", &[("GroupName", &name)]).ok();
        let answer = owner.ram("AddUserToGroup", &[("UserName", "alice"), ("GroupName", &name)]);
        if number < 10 {
            answer.ok();
        } else {
            answer.refused(409, "LimitExceeded.User.Group");
        }
    }
}

#[test]
fn a_groups_policies_hold_for_its_members_while_they_are_in_it() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    owner.ram("CreateGroup", &[("GroupName", "readers")]).ok();
    owner
        .ram("CreatePolicy", &[("PolicyName", "Read"), ("PolicyDocument", &policy("Allow", "ram:ListUsers", "*"))])
        .ok();
    let attachment = [("GroupName", "readers"), ("PolicyType", "Custom"), ("PolicyName", "Read")];
    owner.ram("AttachPolicyToGroup", &attachment).ok();
    alice.ram("ListUsers", &[]).refused(403, "NoPermission");
    let membership = [("UserName", "alice"), ("GroupName", "readers")];
    owner.ram("AddUserToGroup", &membership).ok();
    alice.ram("ListUsers", &[]).ok();
    owner.ram("RemoveUserFromGroup", &membership).ok();
    alice.ram("ListUsers", &[]).refused(403, "NoPermission");
    owner.ram("DeleteGroup", &[("GroupName", "readers")]).refused(409, "DeleteConflict.Group.Policy");
}

#[test]
fn joining_needs_both_the_user_and_the_group() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let clerk = owner.user("clerk");
    owner.ram("CreateUser", &[("UserName", "alice")]).ok();
    owner.ram("CreateGroup", &[("GroupName", "sales")]).ok();
    let both = [("UserName", "alice"), ("GroupName", "sales")];
    owner.grant("clerk", "OnUsers", &policy("Allow", "ram:AddUserToGroup", "acs:ram:*:*:user/*"));
    let denied = clerk.ram("AddUserToGroup", &both);
    assert!(denied.refused(403, "NoPermission").message().contains("group/sales"), "{}", denied.message());
    owner.grant("clerk", "OnGroups", &policy("Allow", "ram:AddUserToGroup", "acs:ram:*:*:group/*"));
    clerk.ram("AddUserToGroup", &both).ok();
}
