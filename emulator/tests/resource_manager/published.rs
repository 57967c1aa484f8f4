//! What the operations' own tables publish and no other test asks: the code and the status, operation by operation.

use crate::kit::{self, Client, policy, trust};
use crate::{ACCOUNT, rm};

/// Parameters that an operation takes; it leaves alone what it does not know.
const RIGHT: [(&str, &str); 14] = [
    ("AccountId", "1111111111111111"),
    ("FolderId", "fd-0123456789"),
    ("ChildId", "fd-0123456789"),
    ("DestinationFolderId", "fd-0123456789"),
    ("FolderName", "f"),
    ("NewFolderName", "f"),
    ("DisplayName", "Dev"),
    ("NewDisplayName", "Dev"),
    ("Email", "dev@example.com"),
    ("Status", "Enabled"),
    ("ServicePrincipal", "cloudsso.aliyuncs.com"),
    ("PolicyName", "sample"),
    ("PolicyType", "Custom"),
    ("VersionId", "v9"),
];

/// The same with one of them otherwise.
fn with(name: &'static str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    RIGHT.into_iter().filter(|(right, _)| *right != name).chain([(name, value)]).collect()
}

#[test]
fn without_a_directory_there_is_nothing_to_manage() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    for action in [
        "CreateFolder",
        "GetFolder",
        "UpdateFolder",
        "DeleteFolder",
        "ListFoldersForParent",
        "ListAncestors",
        "CreateResourceAccount",
        "GetAccount",
        "UpdateAccount",
        "ListAccounts",
        "ListAccountsForParent",
        "MoveAccount",
        "DeleteAccount",
        "RemoveCloudAccount",
        "PromoteResourceAccount",
        "SetMemberDeletionPermission",
        "ListTrustedServiceStatus",
        "RegisterDelegatedAdministrator",
        "DestroyResourceDirectory",
    ] {
        rm(&owner, action, &RIGHT).refused(404, "EntityNotExists.ResourceDirectory");
    }
    rm(&owner, "EnableResourceDirectory", &[("EnableMode", "CurrentAccount")]).ok();
    rm(&owner, "EnableResourceDirectory", &[("EnableMode", "CurrentAccount")])
        .refused(409, "EntityAlreadyExists.ResourceDirectory");
}

#[test]
fn ids_have_their_forms() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    for (action, name) in [
        ("CreateFolder", "ParentFolderId"),
        ("ListFoldersForParent", "ParentFolderId"),
        ("CreateResourceAccount", "ParentFolderId"),
        ("ListAccountsForParent", "ParentFolderId"),
        ("MoveAccount", "DestinationFolderId"),
        ("MoveAccount", "AccountId"),
        ("UpdateFolder", "FolderId"),
        ("UpdateResourceGroup", "ResourceGroupId"),
        ("ListResources", "ResourceGroupId"),
    ] {
        rm(&owner, action, &with(name, "none")).refused(400, &format!("InvalidParameter.{name}"));
    }
    let group = [("ResourceGroupId", "rg-nothere"), ("NewDisplayName", "n")];
    rm(&owner, "UpdateResourceGroup", &group).refused(404, "EntityNotExists.ResourceGroup");
}

#[test]
fn roles_and_policies_are_named_as_in_ram() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let document = policy("Allow", "*", "*");
    rm(&owner, "CreatePolicy", &[("PolicyName", "sample"), ("PolicyDocument", &document)]).ok();
    for action in ["GetPolicyVersion", "DeletePolicyVersion", "SetDefaultPolicyVersion"] {
        rm(&owner, action, &RIGHT).refused(404, "EntityNotExist.Policy.Version");
    }
    for action in ["GetPolicy", "GetPolicyVersion", "ListPolicyVersions", "ListPolicyAttachments"] {
        rm(&owner, action, &with("PolicyType", "Own")).refused(400, "InvalidParameter.PolicyType");
    }
    let principal = format!("nobody@role.{ACCOUNT}.onaliyunservice.com");
    let to = [("PrincipalType", "ServiceRole"), ("PrincipalName", &principal), ("ResourceGroupId", ACCOUNT)];
    for action in ["AttachPolicy", "DetachPolicy"] {
        rm(&owner, action, &[&RIGHT[..], &to].concat()).refused(404, "EntityNotExist.Role");
    }
    let trust = trust("Service", "ecs.aliyuncs.com");
    let role = [("RoleName", "r"), ("AssumeRolePolicyDocument", trust.as_str())];
    rm(&owner, "CreateRole", &role).ok();
    rm(&owner, "CreateRole", &role).refused(409, "EntityAlreadyExists.Role");
}
