//! What ResourceDirectoryMaster has alone, and that both versions speak of one directory.

use serde_json::json;

use super::directory::{enable, member, start};
use super::rm;
use crate::ACCOUNT;
use crate::kit::{Client, names, policy, text};

#[test]
fn both_versions_have_one_directory() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let directory = enable(&owner);
    let account = member(&owner, "Dev", text(&directory, "/RootFolderId"));
    let earlier = crate::rm(&owner, "ListAccounts", &[]).ok();
    assert_eq!(names(&earlier, "/Accounts/Account", "AccountId"), [account.as_str()]);
    assert_eq!(
        crate::rm(&owner, "GetResourceDirectory", &[]).ok()["ResourceDirectory"]
            .get("MemberAccountDisplayNameSyncStatus"),
        None
    );
    let made = crate::rm(&owner, "CreateFolder", &[("FolderName", "f")]).ok();
    rm(&owner, "DeleteFolder", &[("FolderId", text(&made, "/Folder/FolderId"))]).ok();
}

/// What was allowed in one version is in the other: the actions bear one code.
#[test]
fn rights_are_those_of_resource_management() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let directory = enable(&owner);
    let user = owner.user("reader");
    rm(&user, "ListAccounts", &[]).refused(403, "NoPermission");
    owner.grant("reader", "list", &policy("Allow", "resourcemanager:ListAccounts", "*"));
    rm(&user, "ListAccounts", &[]).ok();
    crate::rm(&user, "ListAccounts", &[]).ok();
    let path = format!("{}/{}", text(&directory, "/ResourceDirectoryId"), text(&directory, "/RootFolderId"));
    owner.grant(
        "reader",
        "folder",
        &policy("Allow", "resourcemanager:CreateFolder", &format!("acs:resourcemanager:*:{ACCOUNT}:folder/{path}")),
    );
    let made = rm(&user, "CreateFolder", &[("FolderName", "f")]).ok();
    let below = [("FolderName", "g"), ("ParentFolderId", text(&made, "/Folder/FolderId"))];
    rm(&user, "CreateFolder", &below).refused(403, "NoPermission");
}

#[test]
fn members_take_over_their_names_or_do_not() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    rm(&owner, "SetMemberDisplayNameSyncStatus", &[("Status", "Enabled")])
        .refused(404, "EntityNotExists.ResourceDirectory");
    enable(&owner);
    let set = rm(&owner, "SetMemberDisplayNameSyncStatus", &[("Status", "Enabled")]).ok();
    assert_eq!(set["MemberAccountDisplayNameSyncStatus"], "Enabled");
    let shown = rm(&owner, "GetResourceDirectory", &[]).ok();
    assert_eq!(shown["ResourceDirectory"]["MemberAccountDisplayNameSyncStatus"], "Enabled");
    rm(&owner, "SetMemberDisplayNameSyncStatus", &[("Status", "On")]).refused(400, "InvalidParameter.Status");
}

#[test]
fn another_account_pays_for_a_member() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let directory = enable(&owner);
    let root = text(&directory, "/RootFolderId");
    let (one, other) = (member(&owner, "One", root), member(&owner, "Other", root));
    let pay = |payer: &str| rm(&owner, "UpdatePayerForAccount", &[("AccountId", &one), ("PayerAccountId", payer)]);
    let payer = || rm(&owner, "GetPayerForAccount", &[("AccountId", &one)]).ok()["PayerAccountId"].clone();
    pay(&other).ok();
    assert_eq!(payer(), json!(other));
    pay("2222222222222222").refused(409, "NotSupport.PayerAccountInAnotherResourceDirectory");
    pay("x").refused(400, "InvalidParameter.PayerAccountId");
    pay(&one).ok();
    assert_eq!(payer(), json!(""));
}

#[test]
fn folders_and_control_policies_have_tags() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    enable(&owner);
    let tag = [("Tag.1.Key", "team"), ("Tag.1.Value", "a")];
    let folder = rm(&owner, "CreateFolder", &[("FolderName", "f"), tag[0], tag[1]]).ok();
    let folder = text(&folder, "/Folder/FolderId");
    rm(&owner, "CreateFolder", &[("FolderName", "g")]).ok();
    let document = policy("Deny", "oss:*", "*");
    let named = [("PolicyName", "p"), ("PolicyDocument", document.as_str()), ("EffectScope", "RAM")];
    let made = rm(&owner, "CreateControlPolicy", &[&named[..], &tag].concat()).ok();
    let made = text(&made, "/ControlPolicy/PolicyId");
    let shown = json!({"Tag": [{"Key": "team", "Value": "a"}]});
    let listed = rm(&owner, "ListFoldersForParent", &tag).ok();
    assert_eq!(names(&listed, "/Folders/Folder", "FolderId"), [folder]);
    assert_eq!(listed["Folders"]["Folder"][0]["Tags"], shown);
    let listed = rm(&owner, "ListControlPolicies", &tag).ok();
    assert_eq!(names(&listed, "/ControlPolicies/ControlPolicy", "PolicyId"), [made]);
    assert_eq!(listed["ControlPolicies"]["ControlPolicy"][0]["Tags"], shown);

    for (kind, id) in [("Folder", folder), ("ControlPolicy", made)] {
        let this = [("ResourceType", kind), ("ResourceId.1", id)];
        let more = [("Tag.1.Key", "stage"), ("Tag.1.Value", "test")];
        rm(&owner, "TagResources", &[&this[..], &more].concat()).ok();
        let of =
            |action: &str, more: &[(&str, &str)]| rm(&owner, action, &[&this[..1], more].concat()).ok()["Tags"].clone();
        assert_eq!(of("ListTagKeys", &[]), json!([{"Key": "stage"}, {"Key": "team"}]));
        assert_eq!(of("ListTagKeys", &[("KeyFilter", "ea")]), json!([{"Key": "team"}]));
        assert_eq!(of("ListTagValues", &[("TagKey", "stage")]), json!([{"Value": "test"}]));
        rm(&owner, "UntagResources", &[&this[..], &[("TagKey.1", "team")]].concat()).ok();
        let listed = rm(&owner, "ListTagResources", &this).ok();
        assert_eq!(
            listed["TagResources"],
            json!([{"ResourceType": kind, "ResourceId": id, "TagKey": "stage", "TagValue": "test"}])
        );
    }
    // The earlier version knows neither.
    let this = [("ResourceType", "Folder"), ("ResourceId.1", folder), ("Tag.1.Key", "k")];
    crate::rm(&owner, "TagResources", &this).refused(400, "InvalidParameter.ResourceType");
    let whole = [("ResourceType", "ControlPolicy"), ("ResourceId.1", "cp-FullAliyunAccess"), ("Tag.1.Key", "k")];
    rm(&owner, "TagResources", &whole).refused(409, "DeleteConflict.SystemControlPolicy");
    rm(&owner, "TagResources", &[("ResourceType", "Folder"), ("ResourceId.1", "fd-0123456789"), ("Tag.1.Key", "k")])
        .refused(404, "EntityNotExists.Folder");
}

/// What sends a mail or a code to a telephone is decided and not performed.
#[test]
fn contacts_are_decided() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let user = owner.user("reader");
    rm(&user, "ListMessageContacts", &[]).refused(403, "NoPermission");
    rm(&owner, "ListMessageContacts", &[]).refused(501, "AcslabNotPerformed");
}
