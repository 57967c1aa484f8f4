//! Accounts that are there already are invited, and answer.

use serde_json::json;

use super::directory::{enable, start};
use super::rm;
use crate::ACCOUNT;
use crate::kit::{Client, names, text};

const STRANGER: &str = "2222222222222222";
const MOMENT: &str = "2026-01-02T03:04:05.000Z";

fn invite(owner: &Client<'_>, more: &[(&str, &str)]) -> String {
    let whom = [("TargetEntity", STRANGER), ("TargetType", "Account")];
    let made = rm(owner, "InviteAccountToResourceDirectory", &[&whom[..], more].concat()).ok();
    text(&made, "/Handshake/HandshakeId").to_owned()
}

#[test]
fn an_account_takes_an_invitation_and_is_a_member() {
    let cloud = start();
    let (owner, stranger) = (Client::owner(&cloud), Client::owner_of(&cloud, 1));
    let directory = enable(&owner);
    let folder = rm(&owner, "CreateFolder", &[("FolderName", "f")]).ok();
    let folder = text(&folder, "/Folder/FolderId");
    let id =
        invite(&owner, &[("Note", "Join us"), ("ParentFolderId", folder), ("Tag.1.Key", "k"), ("Tag.1.Value", "v")]);
    assert!(id.starts_with("h-") && id.len() == 18, "{id}");
    let mut expected = json!({
        "HandshakeId": id, "ResourceDirectoryId": directory["ResourceDirectoryId"], "MasterAccountId": ACCOUNT,
        "MasterAccountName": "company", "TargetEntity": STRANGER, "TargetType": "Account", "Note": "Join us",
        "Status": "Pending", "CreateTime": MOMENT, "ModifyTime": MOMENT, "ExpireTime": "2026-01-16T03:04:05.000Z",
    });
    for who in [&owner, &stranger] {
        assert_eq!(rm(who, "GetHandshake", &[("HandshakeId", &id)]).ok()["Handshake"], expected);
    }
    let sent = rm(&stranger, "ListHandshakesForAccount", &[]).ok();
    assert_eq!((&sent["Handshakes"]["Handshake"], &sent["TotalCount"]), (&json!([expected]), &json!(1)));
    assert_eq!(rm(&owner, "ListHandshakesForAccount", &[]).ok()["TotalCount"], 0);
    rm(&owner, "AcceptHandshake", &[("HandshakeId", &id)]).refused(404, "EntityNotExists.Handshake");

    expected["Status"] = json!("Accepted");
    assert_eq!(rm(&stranger, "AcceptHandshake", &[("HandshakeId", &id)]).ok()["Handshake"], expected);
    for action in ["AcceptHandshake", "DeclineHandshake"] {
        rm(&stranger, action, &[("HandshakeId", &id)]).refused(409, "HandshakeStatusMismatch");
    }
    rm(&owner, "CancelHandshake", &[("HandshakeId", &id)]).refused(409, "HandshakeStatusMismatch");
    let shown = rm(&owner, "GetAccount", &[("AccountId", STRANGER), ("IncludeTags", "true")]).ok();
    let shown = &shown["Account"];
    assert_eq!(
        [&shown["Type"], &shown["Status"], &shown["JoinMethod"], &shown["DisplayName"], &shown["FolderId"]],
        ["CloudAccount", "InviteSuccess", "invited", "stranger", folder]
    );
    assert_eq!(shown["Tags"], json!([{"Key": "k", "Value": "v"}]));
    // It is bound from now on, and may leave.
    rm(&stranger, "ListAccounts", &[]).refused(403, "MemberAccountAccessDenied");
    let whom = [("TargetEntity", STRANGER), ("TargetType", "Account")];
    rm(&owner, "InviteAccountToResourceDirectory", &whom).refused(409, "EntityAlreadyExists.ResourceDir.Account");
    rm(&owner, "RemoveCloudAccount", &[("AccountId", STRANGER)]).ok();
    rm(&stranger, "ListAccounts", &[]).refused(404, "EntityNotExists.ResourceDirectory");
}

#[test]
fn control_policies_bind_whoever_took_an_invitation() {
    let cloud = start();
    let (owner, stranger) = (Client::owner(&cloud), Client::owner_of(&cloud, 1));
    enable(&owner);
    rm(&owner, "EnableControlPolicy", &[]).ok();
    let document = crate::kit::policy("Deny", "ram:ListUsers", "*");
    let named = [("PolicyName", "none"), ("PolicyDocument", document.as_str()), ("EffectScope", "RAM")];
    let made = rm(&owner, "CreateControlPolicy", &named).ok();
    let worker = stranger.user("worker");
    stranger.attach("worker", "System", "AdministratorAccess");
    worker.ram("ListUsers", &[]).ok();
    let id = invite(&owner, &[]);
    rm(&stranger, "AcceptHandshake", &[("HandshakeId", &id)]).ok();
    worker.ram("ListUsers", &[]).ok();
    let policy = [("PolicyId", text(&made, "/ControlPolicy/PolicyId")), ("TargetId", STRANGER)];
    rm(&owner, "AttachControlPolicy", &policy).ok();
    worker.ram("ListUsers", &[]).refused(403, "NoPermission");
}

#[test]
fn an_invitation_ends_in_one_way_only() {
    let cloud = start();
    let (owner, stranger) = (Client::owner(&cloud), Client::owner_of(&cloud, 1));
    enable(&owner);
    let whom = [("TargetEntity", STRANGER), ("TargetType", "Account")];
    let first = invite(&owner, &[]);
    rm(&owner, "InviteAccountToResourceDirectory", &whom).refused(409, "EntityAlreadyExists.Handshake");
    assert_eq!(rm(&stranger, "DeclineHandshake", &[("HandshakeId", &first)]).ok()["Handshake"]["Status"], "Declined");
    let second = invite(&owner, &[]);
    assert_eq!(rm(&owner, "CancelHandshake", &[("HandshakeId", &second)]).ok()["Handshake"]["Status"], "Cancelled");
    rm(&stranger, "AcceptHandshake", &[("HandshakeId", &second)]).refused(409, "HandshakeStatusMismatch");
    let third = invite(&owner, &[]);
    cloud.gateway().cloud().clock.advance(14 * 86_400_000).expect("a time");
    rm(&stranger, "AcceptHandshake", &[("HandshakeId", &third)]).refused(409, "HandshakeStatusMismatch");
    let all = rm(&owner, "ListHandshakesForResourceDirectory", &[]).ok();
    assert_eq!(names(&all, "/Handshakes/Handshake", "Status"), ["Declined", "Cancelled", "Expired"]);
    // Who manages a directory of its own joins no other.
    let fourth = invite(&owner, &[]);
    enable(&stranger);
    rm(&stranger, "AcceptHandshake", &[("HandshakeId", &fourth)])
        .refused(409, "NotSupport.AccountInAnotherResourceDirectory");
    assert_eq!(rm(&stranger, "GetHandshake", &[("HandshakeId", &fourth)]).ok()["Handshake"]["Status"], "Pending");
}

#[test]
fn invitations_are_asked_for_rightly() {
    let cloud = start();
    let (owner, stranger) = (Client::owner(&cloud), Client::owner_of(&cloud, 1));
    let whom = [("TargetEntity", STRANGER), ("TargetType", "Account")];
    let ask = |parameters: &[(&str, &str)]| rm(&owner, "InviteAccountToResourceDirectory", parameters);
    ask(&whom).refused(404, "EntityNotExists.ResourceDirectory");
    rm(&owner, "ListHandshakesForResourceDirectory", &[]).refused(404, "EntityNotExists.ResourceDirectory");
    enable(&owner);
    for (entity, kind) in [("3333333333333333", "Account"), ("stranger", "Account"), ("stranger", "Email")] {
        ask(&[("TargetEntity", entity), ("TargetType", kind)]).refused(400, "InvalidParameter.TargetEntity");
    }
    ask(&[("TargetEntity", STRANGER), ("TargetType", "Name")]).refused(400, "InvalidParameter.TargetType");
    ask(&[whom[0], whom[1], ("Note", &"n".repeat(1025))]).refused(400, "InvalidParameter.Note.Length");
    ask(&[whom[0], whom[1], ("ParentFolderId", "fd-0123456789")]).refused(404, "EntityNotExists.Folder");
    ask(&[("TargetEntity", ACCOUNT), whom[1]]).refused(409, "EntityAlreadyExists.ResourceDir.Account");
    let asked = ask(&[("TargetEntity", "a@example.com"), ("TargetType", "Email")]).ok();
    assert_eq!(asked["Handshake"]["TargetType"], "Email");
    rm(&owner, "GetHandshake", &[("HandshakeId", "x")]).refused(400, "InvalidParameter.HandshakeId");
    let unknown = [("HandshakeId", "h-0123456789abcdef")];
    for (who, action) in [
        (&owner, "GetHandshake"),
        (&owner, "CancelHandshake"),
        (&stranger, "AcceptHandshake"),
        (&stranger, "DeclineHandshake"),
    ] {
        rm(who, action, &unknown).refused(404, "EntityNotExists.Handshake");
    }
    // What is sent to an address is nobody's yet.
    let id = text(&asked, "/Handshake/HandshakeId");
    rm(&stranger, "GetHandshake", &[("HandshakeId", id)]).refused(404, "EntityNotExists.Handshake");
}
