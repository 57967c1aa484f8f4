//! The resource directory and its folders.

use acslab_emulator::EmulatorHandle;
use serde_json::{Value, json};

use super::{SHOWN_BESIDES, rm};
use crate::ACCOUNT;
use crate::kit::{self, Client, names, policy, text};

pub(super) const MOMENT: &str = "2026-01-02T03:04:05.000Z";

/// Two accounts: the first enables a directory, the second stays outside.
pub(super) fn start() -> EmulatorHandle {
    let builder = kit::builder().account("company", ACCOUNT).account("stranger", "2222222222222222");
    builder.start().expect("an emulator")
}

pub(super) fn enable(owner: &Client<'_>) -> Value {
    rm(owner, "EnableResourceDirectory", &[("EnableMode", "CurrentAccount")]).ok()["ResourceDirectory"].clone()
}

pub(super) fn folder(owner: &Client<'_>, name: &str, parent: &str) -> String {
    let made = rm(owner, "CreateFolder", &[("FolderName", name), ("ParentFolderId", parent)]).ok();
    text(&made, "/Folder/FolderId").to_owned()
}

pub(super) fn member(owner: &Client<'_>, name: &str, parent: &str) -> String {
    let made = rm(owner, "CreateResourceAccount", &[("DisplayName", name), ("ParentFolderId", parent)]).ok();
    text(&made, "/Account/AccountId").to_owned()
}

/// A RAM user who may do everything: what the owner may not do himself.
pub(super) fn admin<'e>(owner: &Client<'e>) -> Client<'e> {
    let admin = owner.user("administrator");
    owner.attach("administrator", "System", "AdministratorAccess");
    admin
}

pub(super) fn permit_deletion(owner: &Client<'_>) {
    rm(owner, "SetMemberDeletionPermission", &[("Status", "Enabled")]).ok();
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
    expected["MemberDeletionStatus"] = json!("Disabled");
    for (name, value) in SHOWN_BESIDES {
        expected[*name] = json!(value);
    }
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
    permit_deletion(&owner);
    rm(&admin(&owner), "DeleteAccount", &[("AccountId", &account)]).ok();
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
        .refused(409, "LimitExceeded.Folder.Depth");
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
    rm(&owner, "CreateFolder", &[("FolderName", "alpha")]).refused(400, "InvalidParameter.Folder.Name.AlreadyUsed");
    let beta = rm(&owner, "ListFoldersForParent", &[("QueryKeyword", "beta")]).ok();
    let beta = text(&beta, "/Folders/Folder/0/FolderId");
    rm(&owner, "UpdateFolder", &[("FolderId", beta), ("NewFolderName", "alpha")])
        .refused(400, "InvalidParameter.Folder.Name.AlreadyUsed");
    rm(&owner, "UpdateFolder", &[("FolderId", beta), ("NewFolderName", "beta")]).ok();
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
    let long = "a".repeat(51);
    for (name, code) in [("a/b", "InvalidParameter.Folder.Name"), (&long, "InvalidParameter.Folder.Name.Length")] {
        rm(&owner, "CreateFolder", &[("FolderName", name)]).refused(400, code);
        rm(&owner, "UpdateFolder", &[("FolderId", "fd-0123456789"), ("NewFolderName", name)]).refused(400, code);
    }
    let longest = &long[1..];
    let made = rm(&owner, "CreateFolder", &[("FolderName", longest)]).ok();
    let renamed = [("FolderId", text(&made, "/Folder/FolderId")), ("NewFolderName", &longest.replace('a', "b"))];
    rm(&owner, "UpdateFolder", &renamed).ok();
    // As long as Terraform's acceptance tests have it, which run against the cloud.
    rm(&owner, "CreateFolder", &[("FolderName", "tf-testAcc-ResourceManagerFolder2349-default")]).ok();
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
    rm(&owner, "ListAncestors", &[("ChildId", "x")]).refused(400, "InvalidParameter.ChildId");
    rm(&owner, "ListAncestors", &[("ChildId", "fd-0123456789")]).refused(404, "EntityNotExists.Folder");
    let long = "a".repeat(51);
    for (name, code) in [("D", ".Length"), (long.as_str(), ".Length"), ("Dev/Test", "")] {
        let code = format!("InvalidParameter.Account.DisplayName{code}");
        rm(&owner, "CreateResourceAccount", &[("DisplayName", name)]).refused(400, &code);
        rm(&owner, "UpdateAccount", &[("AccountId", "1111111111111111"), ("NewDisplayName", name)]).refused(400, &code);
    }
    for (prefix, code) in [("-a", ""), ("a--b", ""), ("a@b", ""), ("a", ".Length"), (long.as_str(), ".Length")] {
        rm(&owner, "CreateResourceAccount", &[("DisplayName", "Dev"), ("AccountNamePrefix", prefix)])
            .refused(400, &format!("InvalidParameter.Account.AccountNamePrefix{code}"));
    }
    rm(&owner, "CreateResourceAccount", &[("DisplayName", "Dev"), ("PayerAccountId", "1")])
        .refused(400, "InvalidParameter.PayerAccountId");
    for email in ["a", "@example.com", "a@b@example.com", "a b@example.com", "a@example", "a@.com"] {
        rm(&owner, "PromoteResourceAccount", &[("AccountId", "1111111111111111"), ("Email", email)])
            .refused(400, "InvalidParameter.Email");
    }
    rm(&owner, "PromoteResourceAccount", &[("AccountId", "1111111111111111")]).refused(400, "MissingEmail");
    rm(&owner, "SetMemberDeletionPermission", &[]).refused(400, "MissingStatus");
    rm(&owner, "SetMemberDeletionPermission", &[("Status", "On")]).refused(400, "InvalidParameter.Status");
    for service in ["cloudsso", "cloudsso.example.com", ".aliyuncs.com", "a..b.aliyuncs.com", "a b.aliyuncs.com"] {
        for action in ["RegisterDelegatedAdministrator", "DeregisterDelegatedAdministrator"] {
            rm(&owner, action, &[("AccountId", "1111111111111111"), ("ServicePrincipal", service)])
                .refused(409, "InvalidParameter.ServicePrincipal");
        }
    }
    let admin = admin(&owner);
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
        rm(&admin, action, &account).refused(404, "EntityNotExists.Account");
        let mut bad = account;
        bad[0].1 = "123";
        rm(&owner, action, &bad).refused(400, "InvalidParameter.AccountId");
        rm(&owner, action, &account[1..]).refused(400, "MissingAccountId");
    }
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
    let managing = ["ListAccounts", "ListControlPolicies", "EnableControlPolicy", "DestroyResourceDirectory"];
    for action in [&managing[..], &["ListTrustedServiceStatus", "ListDelegatedAdministrators"]].concat() {
        rm(&inside, action, &[]).refused(403, "MemberAccountAccessDenied");
    }
    rm(&inside, "SetMemberDeletionPermission", &[("Status", "Enabled")]).refused(403, "MemberAccountAccessDenied");
    let elsewhere = "NotSupport.AccountInAnotherResourceDirectory";
    rm(&inside, "InitResourceDirectory", &[]).refused(409, elsewhere);
    rm(&inside, "EnableResourceDirectory", &[("EnableMode", "CurrentAccount")]).refused(409, elsewhere);
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
            "AccountId": account, "DisplayName": "Dev", "JoinMethod": "created", "DelegationEnabledTime": "1767323045000",
            "ServicePrincipal": "cloudsso.aliyuncs.com",
        }])
    );
    let management = [("AccountId", ACCOUNT), this[1]];
    rm(&owner, "RegisterDelegatedAdministrator", &management)
        .refused(409, "CannotRegisterMasterAsDelegatedAdministrator");
    // Of the directory a delegated administrator sees the members, and which services are trusted.
    let prod = member(&owner, "Prod", text(&directory, "/RootFolderId"));
    rm(&owner, "RegisterDelegatedAdministrator", &[("AccountId", &prod), ("ServicePrincipal", "config.aliyuncs.com")])
        .ok();
    let user = owner.user("admin");
    owner.attach("admin", "System", "AdministratorAccess");
    let inside = user.assume(&format!("acs:ram::{account}:role/ResourceDirectoryAccountAccessRole"), &[]);
    let mut both = vec![account.clone(), prod.clone()];
    both.sort();
    assert_eq!(names(&rm(&inside, "ListAccounts", &[]).ok(), "/Accounts/Account", "AccountId"), both);
    let services = |client: &Client<'_>, admin: &str| -> Vec<String> {
        let listed = rm(client, "ListTrustedServiceStatus", &[("AdminAccountId", admin)]).ok();
        let services = names(&listed, "/EnabledServicePrincipals/EnabledServicePrincipal", "ServicePrincipal");
        services.into_iter().map(str::to_owned).collect()
    };
    for client in [&owner, &inside] {
        assert_eq!(services(client, &account), ["cloudsso.aliyuncs.com"]);
        assert_eq!(services(client, &prod), ["config.aliyuncs.com"]);
        assert_eq!(services(client, ACCOUNT), ["cloudsso.aliyuncs.com", "config.aliyuncs.com"]);
        assert_eq!(services(client, ""), services(client, ACCOUNT));
    }
    rm(&inside, "GetAccount", &[("AccountId", &prod)]).refused(403, "MemberAccountAccessDenied");
    rm(
        &owner,
        "DeregisterDelegatedAdministrator",
        &[("AccountId", &prod), ("ServicePrincipal", "config.aliyuncs.com")],
    )
    .ok();
    let trusted = rm(&owner, "ListTrustedServiceStatus", &[]).ok();
    assert_eq!(
        trusted["EnabledServicePrincipals"]["EnabledServicePrincipal"],
        json!([{"ServicePrincipal": "cloudsso.aliyuncs.com", "EnableTime": MOMENT}])
    );
    rm(&owner, "DeregisterDelegatedAdministrator", &this).ok();
    rm(&owner, "DeregisterDelegatedAdministrator", &this).refused(409, "AccountNotRegistered");
    rm(&inside, "ListAccounts", &[]).refused(403, "MemberAccountAccessDenied");
    assert_eq!(rm(&owner, "ListDelegatedAdministrators", &[]).ok()["TotalCount"], 0);
}
