//! User groups with display names.

use serde_json::json;

use crate::kit::{self, Client, MOMENT, names, text};
use crate::{ALICE, NOBODY, alice, ims};

#[test]
fn a_group_is_one_group_here_and_in_ram() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let named = [("GroupName", "team")];
    let made = ims(&owner, "CreateGroup", &[named[0], ("DisplayName", "Team"), ("Comments", "c")]).ok();
    let id = text(&made, "/Group/GroupId");
    assert_eq!(
        made["Group"],
        json!({
            "GroupId": id, "GroupName": "team", "DisplayName": "Team", "Comments": "c", "CreateDate": MOMENT,
            "UpdateDate": MOMENT,
        })
    );
    assert_eq!(ims(&owner, "GetGroup", &named).ok()["Group"], made["Group"]);
    assert_eq!(owner.ram("GetGroup", &named).ok()["Group"]["GroupId"], id);
    ims(&owner, "CreateGroup", &named).refused(409, "EntityAlreadyExists.Group");
    let changed =
        ims(&owner, "UpdateGroup", &[named[0], ("NewGroupName", "crew"), ("NewDisplayName", ""), ("NewComments", "n")])
            .ok();
    let shown = &changed["Group"];
    assert_eq!(
        (&shown["GroupName"], &shown["DisplayName"], &shown["Comments"]),
        (&json!("crew"), &json!(""), &json!("n"))
    );
    owner.ram("CreateGroup", &named).ok();
    ims(&owner, "UpdateGroup", &[named[0], ("NewGroupName", "crew")]).refused(409, "EntityAlreadyExists.Group");
    assert_eq!(names(&ims(&owner, "ListGroups", &[]).ok(), "/Groups/Group", "GroupName"), ["crew", "team"]);
    let page = ims(&owner, "ListGroups", &[("MaxItems", "1")]).ok();
    assert_eq!(page["IsTruncated"], true);

    ims(&owner, "DeleteGroup", &[("GroupName", "crew")]).ok();
    for action in ["GetGroup", "UpdateGroup", "DeleteGroup", "ListUsersForGroup"] {
        ims(&owner, action, &[("GroupName", "crew")]).refused(404, "EntityNotExist.Group");
        ims(&owner, action, &[]).refused(400, "MissingGroupName");
        ims(&owner, action, &[("GroupName", "a b")]).refused(400, "InvalidParameter.GroupName.InvalidChars");
    }
    ims(&owner, "CreateGroup", &[("GroupName", "g"), ("DisplayName", "a name that has more than 24")])
        .refused(400, "InvalidParameter.DisplayName.Length");
}

#[test]
fn users_join_and_leave() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let id = alice(&owner);
    ims(&owner, "CreateGroup", &[("GroupName", "team"), ("DisplayName", "Team")]).ok();
    let both = [ALICE, ("GroupName", "team")];
    ims(&owner, "AddUserToGroup", &both).ok();
    ims(&owner, "AddUserToGroup", &both).refused(409, "EntityAlreadyExists.User.Group");
    let groups = ims(&owner, "ListGroupsForUser", &[ALICE]).ok();
    let group = &groups["Groups"]["Group"][0];
    assert_eq!(
        *group,
        json!({
            "GroupId": group["GroupId"], "GroupName": "team", "DisplayName": "Team", "Comments": "", "JoinDate": MOMENT,
        })
    );
    assert_eq!(
        ims(&owner, "ListUsersForGroup", &[("GroupName", "team")]).ok()["Users"]["User"],
        json!([{"UserId": id, "UserPrincipalName": ALICE.1, "DisplayName": "Alice", "JoinDate": MOMENT}])
    );
    ims(&owner, "DeleteGroup", &[("GroupName", "team")]).refused(409, "DeleteConflict.Group.User");
    for number in 1..10 {
        let name = format!("g{number}");
        ims(&owner, "CreateGroup", &[("GroupName", &name)]).ok();
        ims(&owner, "AddUserToGroup", &[ALICE, ("GroupName", &name)]).ok();
    }
    ims(&owner, "CreateGroup", &[("GroupName", "g10")]).ok();
    ims(&owner, "AddUserToGroup", &[ALICE, ("GroupName", "g10")]).refused(409, "LimitExceeded.User.Group");
    ims(&owner, "RemoveUserFromGroup", &both).ok();
    ims(&owner, "RemoveUserFromGroup", &both).refused(404, "EntityNotExist.User.Group");
    for action in ["AddUserToGroup", "RemoveUserFromGroup"] {
        ims(&owner, action, &[NOBODY, both[1]]).refused(404, "EntityNotExist.User");
        ims(&owner, action, &[ALICE, ("GroupName", "no")]).refused(404, "EntityNotExist.Group");
        ims(&owner, action, &both[..1]).refused(400, "MissingGroupName");
        ims(&owner, action, &both[1..]).refused(400, "MissingUserPrincipalName");
    }
    ims(&owner, "ListGroupsForUser", &[NOBODY]).refused(404, "EntityNotExist.User");
}
