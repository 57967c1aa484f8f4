//! The resource directory, its folders and its members.

use acslab_emulator::EmulatorHandle;
use serde_json::{Value, json};

use crate::kit::{self, Client, names, policy, text};
use crate::{ACCOUNT, rm};

const MOMENT: &str = "2026-01-02T03:04:05.000Z";

/// Two accounts: the first enables a directory, the second stays outside.
fn start() -> EmulatorHandle {
    let builder = kit::builder().account("company", ACCOUNT).account("stranger", "2222222222222222");
    builder.start().expect("an emulator")
}

fn enable(owner: &Client<'_>) -> Value {
    rm(owner, "EnableResourceDirectory", &[("EnableMode", "CurrentAccount")]).ok()["ResourceDirectory"].clone()
}

fn folder(owner: &Client<'_>, name: &str, parent: &str) -> String {
    let made = rm(owner, "CreateFolder", &[("FolderName", name), ("ParentFolderId", parent)]).ok();
    text(&made, "/Folder/FolderId").to_owned()
}

pub(crate) fn member(owner: &Client<'_>, name: &str, parent: &str) -> String {
    let made = rm(owner, "CreateResourceAccount", &[("DisplayName", name), ("ParentFolderId", parent)]).ok();
    text(&made, "/Account/AccountId").to_owned()
}

#[test]
fn a_directory_is_enabled_read_and_destroyed() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    rm(&owner, "GetResourceDirectory", &[]).refused(404, "ResourceDirectoryNotInUse");
    rm(&owner, "EnableResourceDirectory", &[("EnableMode", "Anyhow")]).refused(400, "InvalidParameter.EnableMode");
    rm(&owner, "EnableResourceDirectory", &[]).refused(400, "MissingEnableMode");
    let made = enable(&owner);
    let (id, root) = (text(&made, "/ResourceDirectoryId"), text(&made, "/RootFolderId"));
    assert!(id.starts_with("rd-") && id.len() == 9, "{id}");
    assert!(root.starts_with("r-") && root.len() == 8, "{root}");
    let mut expected = made.clone();
    expected["ControlPolicyStatus"] = json!("Disabled");
    expected["MemberDeletionStatus"] = json!("Enabled");
    assert_eq!(
        made,
        json!({
            "ResourceDirectoryId": id, "RootFolderId": root, "MasterAccountId": ACCOUNT, "MasterAccountName": "company",
            "CreateTime": MOMENT,
        })
    );
    assert_eq!(rm(&owner, "GetResourceDirectory", &[]).ok()["ResourceDirectory"], expected);
    rm(&owner, "InitResourceDirectory", &[]).refused(409, "EntityAlreadyExists.ResourceDirectory");

    let folder = folder(&owner, "f", root);
    rm(&owner, "DestroyResourceDirectory", &[]).refused(409, "DeleteConflict.ResourceDirectory.Folder");
    rm(&owner, "DeleteFolder", &[("FolderId", &folder)]).ok();
    let account = member(&owner, "Dev", root);
    rm(&owner, "DestroyResourceDirectory", &[]).refused(409, "DeleteConflict.ResourceDirectory.Account");
    rm(&owner, "DeleteAccount", &[("AccountId", &account)]).ok();
    rm(&owner, "DestroyResourceDirectory", &[]).ok();
    rm(&owner, "DestroyResourceDirectory", &[]).refused(404, "EntityNotExists.ResourceDirectory");
    rm(&owner, "InitResourceDirectory", &[]).ok();
}

#[test]
fn folders_nest_five_deep() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let directory = enable(&owner);
    let (id, root) = (text(&directory, "/ResourceDirectoryId"), text(&directory, "/RootFolderId"));
    let top = rm(&owner, "CreateFolder", &[("FolderName", "level-1")]).ok();
    let first = text(&top, "/Folder/FolderId").to_owned();
    assert!(first.starts_with("fd-") && first.len() == 13, "{first}");
    assert_eq!(
        top["Folder"],
        json!({"FolderId": first, "FolderName": "level-1", "ParentFolderId": root, "CreateTime": MOMENT})
    );
    let mut way = vec![id.to_owned(), root.to_owned(), first.clone()];
    for level in 2..=5 {
        way.push(folder(&owner, &format!("level-{level}"), way.last().unwrap()));
    }
    let deepest = way.last().unwrap().clone();
    rm(&owner, "CreateFolder", &[("FolderName", "level-6"), ("ParentFolderId", &deepest)])
        .refused(409, "LimitExceeded.FolderDepth");
    let got = rm(&owner, "GetFolder", &[("FolderId", &deepest)]).ok();
    assert_eq!(got["Folder"]["ResourceDirectoryPath"], way.join("/"));
    let above = rm(&owner, "ListAncestors", &[("ChildId", &deepest)]).ok();
    assert_eq!(names(&above, "/Folders/Folder", "FolderId"), way[1..6]);
    let account = member(&owner, "Dev", &first);
    let above = rm(&owner, "ListAncestors", &[("ChildId", &account)]).ok();
    assert_eq!(names(&above, "/Folders/Folder", "FolderId"), [root, &first]);

    let renamed = rm(&owner, "UpdateFolder", &[("FolderId", &deepest), ("NewFolderName", "bottom")]).ok();
    assert_eq!(renamed["Folder"]["FolderName"], "bottom");
    rm(&owner, "UpdateFolder", &[("FolderId", root), ("NewFolderName", "top")])
        .refused(400, "InvalidParameter.FolderId");
    rm(&owner, "DeleteFolder", &[("FolderId", root)]).refused(400, "InvalidParameter.FolderId");
    rm(&owner, "DeleteFolder", &[("FolderId", &way[3])]).refused(409, "DeleteConflict.Folder.SubFolder");
    for gone in way[3..].iter().rev() {
        rm(&owner, "DeleteFolder", &[("FolderId", gone)]).ok();
    }
    rm(&owner, "DeleteFolder", &[("FolderId", &first)]).refused(409, "DeleteConflict.Folder.Account");
    rm(&owner, "MoveAccount", &[("AccountId", &account), ("DestinationFolderId", root)]).ok();
    rm(&owner, "DeleteFolder", &[("FolderId", &first)]).ok();
}

#[test]
fn folders_are_listed_by_parent() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let directory = enable(&owner);
    let root = text(&directory, "/RootFolderId");
    for name in ["alpha", "beta"] {
        folder(&owner, name, root);
    }
    folder(&owner, "alpha", &folder(&owner, "gamma", root));
    rm(&owner, "CreateFolder", &[("FolderName", "alpha")]).refused(409, "EntityAlreadyExists.Folder");
    let of = |parameters: &[(&str, &str)]| rm(&owner, "ListFoldersForParent", parameters).ok();
    assert_eq!(of(&[])["TotalCount"], 3);
    assert_eq!(
        of(&[("ParentFolderId", root), ("PageSize", "2")])["Folders"]["Folder"].as_array().map(Vec::len),
        Some(2)
    );
    assert_eq!(names(&of(&[("QueryKeyword", "et")]), "/Folders/Folder", "FolderName"), ["beta"]);
}

#[test]
fn bad_parameters_have_their_codes() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    enable(&owner);
    let long = "a".repeat(25);
    for name in ["a/b", long.as_str()] {
        rm(&owner, "CreateFolder", &[("FolderName", name)]).refused(400, "InvalidParameter.FolderName");
    }
    rm(&owner, "CreateFolder", &[]).refused(400, "MissingFolderName");
    rm(&owner, "CreateFolder", &[("FolderName", "f"), ("ParentFolderId", "fd-short")])
        .refused(400, "InvalidParameter.ParentFolderId");
    for action in ["CreateFolder", "CreateResourceAccount"] {
        let parameters = [("FolderName", "f"), ("DisplayName", "Dev"), ("ParentFolderId", "fd-0123456789")];
        rm(&owner, action, &parameters).refused(404, "EntityNotExists.Folder");
    }
    for action in ["GetFolder", "DeleteFolder"] {
        rm(&owner, action, &[("FolderId", "x")]).refused(400, "InvalidParameter.FolderId");
        rm(&owner, action, &[("FolderId", "fd-0123456789")]).refused(404, "EntityNotExists.Folder");
        rm(&owner, action, &[]).refused(400, "MissingFolderId");
    }
    let folder = [("FolderId", "fd-0123456789"), ("NewFolderName", "n"), ("ParentFolderId", "fd-0123456789")];
    for action in ["UpdateFolder", "ListFoldersForParent", "ListAccountsForParent"] {
        rm(&owner, action, &folder).refused(404, "EntityNotExists.Folder");
    }
    rm(&owner, "UpdateFolder", &[("FolderId", "fd-0123456789"), ("NewFolderName", &long)])
        .refused(400, "InvalidParameter.NewFolderName");
    rm(&owner, "ListAncestors", &[("ChildId", "x")]).refused(400, "InvalidParameter.ChildId");
    rm(&owner, "ListAncestors", &[("ChildId", "fd-0123456789")]).refused(404, "EntityNotExists.Folder");
    for name in ["D", "Dev/Test", &"a".repeat(51)] {
        rm(&owner, "CreateResourceAccount", &[("DisplayName", name)]).refused(400, "InvalidParameter.DisplayName");
    }
    for prefix in ["-a", "a--b", "a", "a@b"] {
        rm(&owner, "CreateResourceAccount", &[("DisplayName", "Dev"), ("AccountNamePrefix", prefix)])
            .refused(400, "InvalidParameter.AccountNamePrefix");
    }
    let account = [
        ("AccountId", "1111111111111111"),
        ("DestinationFolderId", "fd-0123456789"),
        ("NewDisplayName", "New"),
        ("Email", "a@example.com"),
        ("ServicePrincipal", "cloudsso.aliyuncs.com"),
    ];
    let on_accounts = [
        "GetAccount",
        "UpdateAccount",
        "MoveAccount",
        "DeleteAccount",
        "RemoveCloudAccount",
        "PromoteResourceAccount",
        "RegisterDelegatedAdministrator",
        "DeregisterDelegatedAdministrator",
    ];
    for action in on_accounts {
        rm(&owner, action, &account).refused(404, "EntityNotExists.Account");
        let mut bad = account;
        bad[0].1 = "123";
        rm(&owner, action, &bad).refused(400, "InvalidParameter.AccountId");
        rm(&owner, action, &account[1..]).refused(400, "MissingAccountId");
    }
}

#[test]
fn a_member_is_an_account_that_the_management_account_reaches_into() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let directory = enable(&owner);
    let (id, root) = (text(&directory, "/ResourceDirectoryId"), text(&directory, "/RootFolderId"));
    let parameters = [("DisplayName", "Dev"), ("AccountNamePrefix", "alice"), ("Tag.1.Key", "k"), ("Tag.1.Value", "v")];
    let made = rm(&owner, "CreateResourceAccount", &parameters).ok();
    let account = text(&made, "/Account/AccountId");
    assert_eq!(
        made["Account"],
        json!({
            "ResourceDirectoryId": id, "AccountId": account, "DisplayName": "Dev", "FolderId": root,
            "AccountName": format!("alice@{}.aliyunid.com", id.to_lowercase()),
            "JoinMethod": "created", "JoinTime": MOMENT, "ModifyTime": MOMENT, "Type": "ResourceAccount",
            "Status": "CreateSuccess",
        })
    );
    let mut expected = made["Account"].clone();
    expected["ResourceDirectoryPath"] = json!(format!("{id}/{root}/{account}"));
    expected["Tags"] = json!([{"Key": "k", "Value": "v"}]);
    let got = rm(&owner, "GetAccount", &[("AccountId", account), ("IncludeTags", "true")]).ok();
    assert_eq!(got["Account"], expected);

    // A user of the management account with the right to it comes in through the role that the member was made with.
    let role = format!("acs:ram::{account}:role/resourcedirectoryaccountaccessrole");
    let user = owner.user("admin");
    owner.grant("admin", "Assume", &policy("Allow", "sts:AssumeRole", &format!("acs:ram:*:{account}:role/*")));
    let inside = user.assume(&role, &[]);
    assert_eq!(text(&inside.sts("GetCallerIdentity", &[]).ok(), "/AccountId"), account);
    inside.ram("CreateUser", &[("UserName", "made-inside")]).ok();
    owner.ram("GetUser", &[("UserName", "made-inside")]).refused(404, "EntityNotExist.User");
    // Nobody else does.
    let stranger = Client::owner_of(&cloud, 1);
    let other = stranger.user("other");
    stranger.attach("other", "System", "AdministratorAccess");
    other.sts("AssumeRole", &[("RoleArn", &role), ("RoleSessionName", "other")]).refused(403, "NoPermission");

    // A deleted account takes everybody in it along.
    assert_eq!(rm(&owner, "DeleteAccount", &[("AccountId", account)]).ok()["DeletionType"], "0");
    inside.sts("GetCallerIdentity", &[]).refused(404, "InvalidAccessKeyId.NotFound");
    rm(&owner, "GetAccount", &[("AccountId", account)]).refused(404, "EntityNotExists.Account");
}

#[test]
fn members_are_listed_renamed_moved_and_tagged() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let directory = enable(&owner);
    let root = text(&directory, "/RootFolderId");
    let sub = folder(&owner, "sub", root);
    let (dev, prod) = (member(&owner, "Dev", root), member(&owner, "Prod", &sub));
    rm(&owner, "CreateResourceAccount", &[("DisplayName", "Dev")]).refused(409, "EntityAlreadyExists.Account");
    rm(&owner, "UpdateAccount", &[("AccountId", &dev), ("NewDisplayName", "Prod")])
        .refused(409, "EntityAlreadyExists.Account");
    let renamed = rm(&owner, "UpdateAccount", &[("AccountId", &dev), ("NewDisplayName", "Test")]).ok();
    assert_eq!(renamed["Account"]["DisplayName"], "Test");
    rm(&owner, "UpdateAccount", &[("AccountId", &dev)]).refused(400, "MissingNewDisplayName");
    rm(&owner, "UpdateAccount", &[("AccountId", &dev), ("NewDisplayName", "Ab"), ("NewAccountType", "CloudAccount")])
        .refused(400, "InvalidParameter.NewAccountType");

    let tag = [("ResourceType", "Account"), ("ResourceId.1", prod.as_str()), ("Tag.1.Key", "k"), ("Tag.1.Value", "v")];
    rm(&owner, "TagResources", &tag).ok();
    let listed = rm(&owner, "ListTagResources", &[("ResourceType", "Account")]).ok();
    assert_eq!(
        listed["TagResources"],
        json!([{"ResourceType": "Account", "ResourceId": prod, "TagKey": "k", "TagValue": "v"}])
    );
    let ids = |action: &str, parameters: &[(&str, &str)]| -> Vec<String> {
        let listed = rm(&owner, action, parameters).ok();
        names(&listed, "/Accounts/Account", "AccountId").into_iter().map(str::to_owned).collect()
    };
    let mut both = vec![dev.clone(), prod.clone()];
    both.sort();
    assert_eq!(ids("ListAccounts", &[]), both);
    assert_eq!(ids("ListAccounts", &[("Tag.1.Key", "k"), ("Tag.1.Value", "v")]), std::slice::from_ref(&prod));
    assert_eq!(ids("ListAccountsForParent", &[]), std::slice::from_ref(&dev));
    assert_eq!(
        ids("ListAccountsForParent", &[("ParentFolderId", &sub), ("QueryKeyword", "ro")]),
        std::slice::from_ref(&prod)
    );
    let shown = rm(&owner, "ListAccountsForParent", &[("ParentFolderId", &sub), ("IncludeTags", "true")]).ok();
    assert_eq!(shown["Accounts"]["Account"][0]["Tags"], json!({"Tag": [{"Key": "k", "Value": "v"}]}));
    let path = rm(&owner, "ListAccounts", &[]).ok();
    let paths = names(&path, "/Accounts/Account", "ResourceDirectoryPath");
    assert!(paths.iter().any(|path| path.ends_with(&format!("{root}/{sub}/{prod}"))), "{paths:?}");

    rm(&owner, "MoveAccount", &[("AccountId", &dev), ("DestinationFolderId", "fd-0123456789")])
        .refused(404, "EntityNotExists.Folder");
    rm(&owner, "MoveAccount", &[("AccountId", &dev), ("DestinationFolderId", &sub)]).ok();
    assert_eq!(ids("ListAccountsForParent", &[("ParentFolderId", &sub)]), both);
    rm(&owner, "UntagResources", &[("ResourceType", "Account"), ("ResourceId.1", &prod), ("All", "true")]).ok();
    assert_eq!(rm(&owner, "ListTagResources", &[("ResourceType", "Account")]).ok()["TagResources"], json!([]));
}

#[test]
fn a_resource_account_leaves_only_after_it_was_promoted() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let directory = enable(&owner);
    let account = member(&owner, "Dev", text(&directory, "/RootFolderId"));
    let this = [("AccountId", account.as_str()), ("Email", "a@example.com")];
    rm(&owner, "RemoveCloudAccount", &this).refused(409, "AccountTypeOrStatusMismatch");
    let promoted = rm(&owner, "PromoteResourceAccount", &this).ok();
    assert_eq!(
        (&promoted["Account"]["Type"], &promoted["Account"]["Status"]),
        (&json!("CloudAccount"), &json!("PromoteSuccess"))
    );
    rm(&owner, "PromoteResourceAccount", &this).refused(409, "AccountTypeOrStatusMismatch");
    rm(&owner, "DeleteAccount", &this).refused(409, "AccountTypeOrStatusMismatch");
    let back = rm(&owner, "UpdateAccount", &[this[0], ("NewAccountType", "ResourceAccount")]).ok();
    assert_eq!(back["Account"]["Type"], "ResourceAccount");
    rm(&owner, "UpdateAccount", &[this[0], ("NewAccountType", "CloudAccount")]).ok();
    rm(&owner, "RemoveCloudAccount", &this).ok();
    rm(&owner, "GetAccount", &this).refused(404, "EntityNotExists.Account");
    assert!(cloud.gateway().cloud.account(&account).is_some(), "it goes on as an account of its own");
}

#[test]
fn members_may_look_and_strangers_may_not() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let directory = enable(&owner);
    let account = member(&owner, "Dev", text(&directory, "/RootFolderId"));
    let user = owner.user("admin");
    owner.attach("admin", "System", "AdministratorAccess");
    let inside = user.assume(&format!("acs:ram::{account}:role/ResourceDirectoryAccountAccessRole"), &[]);
    let seen = rm(&inside, "GetResourceDirectory", &[]).ok();
    assert_eq!(seen["ResourceDirectory"]["MasterAccountId"], ACCOUNT);
    for action in ["ListAccounts", "ListControlPolicies", "EnableControlPolicy", "InitResourceDirectory"] {
        rm(&inside, action, &[]).refused(409, "NoPermission.ResourceDirectory.MemberAccount");
    }
    let stranger = Client::owner_of(&cloud, 1);
    for action in ["ListAccounts", "ListControlPolicies", "EnableControlPolicy", "ListFoldersForParent"] {
        rm(&stranger, action, &[]).refused(404, "EntityNotExists.ResourceDirectory");
    }
}

#[test]
fn a_right_can_end_at_a_folder() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let directory = enable(&owner);
    let (id, root) = (text(&directory, "/ResourceDirectoryId"), text(&directory, "/RootFolderId"));
    let (mine, other) = (folder(&owner, "mine", root), folder(&owner, "other", root));
    let user = owner.user("alice");
    let arn = format!("acs:resourcemanager:*:*:folder/{id}/{root}/{mine}*");
    owner.grant("alice", "Mine", &policy("Allow", "resourcemanager:*", &arn));
    let below = rm(&user, "CreateFolder", &[("FolderName", "below"), ("ParentFolderId", &mine)]).ok();
    rm(&user, "GetFolder", &[("FolderId", text(&below, "/Folder/FolderId"))]).ok();
    let refused = rm(&user, "GetFolder", &[("FolderId", &other)]);
    refused.refused(403, "NoPermission");
    let resource = format!("acs:resourcemanager:*:{ACCOUNT}:folder/{id}/{root}/{other}");
    assert!(refused.message().contains(&resource), "{}", refused.message());
    rm(&user, "CreateFolder", &[("FolderName", "top")]).refused(403, "NoPermission");
    // Who may not, does not learn what exists.
    rm(&user, "GetFolder", &[("FolderId", "fd-0123456789")]).refused(403, "NoPermission");
    let account = member(&owner, "Dev", &mine);
    rm(&user, "GetAccount", &[("AccountId", &account)]).refused(403, "NoPermission");
    let arn = format!("acs:resourcemanager:*:*:account/{id}/{root}/{mine}/*");
    owner.grant("alice", "Accounts", &policy("Allow", "resourcemanager:GetAccount", &arn));
    rm(&user, "GetAccount", &[("AccountId", &account)]).ok();
}

#[test]
fn members_administer_services_by_delegation() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let directory = enable(&owner);
    let account = member(&owner, "Dev", text(&directory, "/RootFolderId"));
    let this = [("AccountId", account.as_str()), ("ServicePrincipal", "cloudsso.aliyuncs.com")];
    rm(&owner, "RegisterDelegatedAdministrator", &this).ok();
    rm(&owner, "RegisterDelegatedAdministrator", &this).refused(409, "AccountAlreadyRegistered");
    let listed = rm(&owner, "ListDelegatedAdministrators", &[("ServicePrincipal", "cloudsso.aliyuncs.com")]).ok();
    assert_eq!(
        listed["Accounts"]["Account"],
        json!([{
            "AccountId": account, "DisplayName": "Dev", "JoinMethod": "created", "DelegationEnabledTime": MOMENT,
            "ServicePrincipal": "cloudsso.aliyuncs.com",
        }])
    );
    let trusted = rm(&owner, "ListTrustedServiceStatus", &[]).ok();
    assert_eq!(
        trusted["EnabledServicePrincipals"]["EnabledServicePrincipal"],
        json!([{"ServicePrincipal": "cloudsso.aliyuncs.com", "EnableTime": MOMENT}])
    );
    rm(&owner, "DeregisterDelegatedAdministrator", &this).ok();
    rm(&owner, "DeregisterDelegatedAdministrator", &this).refused(409, "AccountNotRegistered");
    assert_eq!(rm(&owner, "ListDelegatedAdministrators", &[]).ok()["TotalCount"], 0);
}
