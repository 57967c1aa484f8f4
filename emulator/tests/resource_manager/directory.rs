//! The resource directory, its folders and its members.

use acslab_emulator::{EmulatorHandle, Quota};
use serde_json::{Value, json};

use super::{SHOWN_BESIDES, rm};
use crate::ACCOUNT;
use crate::kit::{self, Answer, Client, names, policy, text};

const MOMENT: &str = "2026-01-02T03:04:05.000Z";

/// Two accounts: the first enables a directory, the second stays outside.
pub(super) fn start() -> EmulatorHandle {
    let builder = kit::builder().account("company", ACCOUNT).account("stranger", "2222222222222222");
    builder.start().expect("an emulator")
}

pub(super) fn enable(owner: &Client<'_>) -> Value {
    rm(owner, "EnableResourceDirectory", &[("EnableMode", "CurrentAccount")]).ok()["ResourceDirectory"].clone()
}

fn folder(owner: &Client<'_>, name: &str, parent: &str) -> String {
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

    // A deleted account takes along all that it has: its people, its alias, its buckets.
    inside.ram("SetAccountAlias", &[("AccountAlias", "dev-team")]).ok();
    inside.rpc("2019-04-22", "OpenOssService", &[]).ok();
    inside.oss("PUT", Some("devs-photos"), "", &[], &[], b"").ok();
    inside.oss("PUT", Some("devs-photos"), "a.jpg", &[], &[], b"photo").ok();
    permit_deletion(&owner);
    assert_eq!(rm(&admin(&owner), "DeleteAccount", &[("AccountId", account)]).ok()["DeletionType"], "0");
    inside.sts("GetCallerIdentity", &[]).refused(404, "InvalidAccessKeyId.NotFound");
    rm(&owner, "GetAccount", &[("AccountId", account)]).refused(404, "EntityNotExists.Account");
    stranger.ram("SetAccountAlias", &[("AccountAlias", "dev-team")]).ok();
    stranger.rpc("2019-04-22", "OpenOssService", &[]).ok();
    stranger.oss("PUT", Some("devs-photos"), "", &[], &[], b"").ok();
    let objects = stranger.oss("GET", Some("devs-photos"), "", &[("list-type", "2")], &[], b"");
    assert!(objects.text().contains("<KeyCount>0</KeyCount>"), "{}", objects.text());
}

#[test]
fn members_are_listed_renamed_moved_and_tagged() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let directory = enable(&owner);
    let root = text(&directory, "/RootFolderId");
    let sub = folder(&owner, "sub", root);
    let (dev, prod) = (member(&owner, "Dev", root), member(&owner, "Prod", &sub));
    let taken = "InvalidParameter.Account.DisplayName.AlreadyUsed";
    let admin = admin(&owner);
    rm(&owner, "CreateResourceAccount", &[("DisplayName", "Dev")]).refused(409, taken);
    rm(&admin, "UpdateAccount", &[("AccountId", &dev), ("NewDisplayName", "Prod")]).refused(409, taken);
    let renamed = rm(&admin, "UpdateAccount", &[("AccountId", &dev), ("NewDisplayName", "Test")]).ok();
    assert_eq!(
        (&renamed["Account"]["DisplayName"], &renamed["Account"]["Status"]),
        (&json!("Test"), &json!("CreateSuccess"))
    );
    rm(&owner, "UpdateAccount", &[("AccountId", &dev), ("NewDisplayName", "Ours")]).refused(409, "CallerIdentityError");
    rm(&admin, "UpdateAccount", &[("AccountId", &dev)]).refused(409, "MissingDisplayNameOrAccountType");
    rm(&admin, "UpdateAccount", &[("AccountId", &dev), ("NewDisplayName", "Ab"), ("NewAccountType", "CloudAccount")])
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
    let other = member(&owner, "Prod", text(&directory, "/RootFolderId"));
    rm(&owner, "PromoteResourceAccount", &[("AccountId", &other), ("Email", "A@Example.com")])
        .refused(409, "InvalidParameter.Email.AlreadyUsed");
    let admin = admin(&owner);
    let to = |kind: &str| rm(&admin, "UpdateAccount", &[this[0], ("NewAccountType", kind)]);
    to("CloudAccount").refused(409, "AccountTypeMismatch");
    for kind in ["ResourceAccount", "CloudAccount"] {
        let switched = to(kind).ok();
        assert_eq!(
            (&switched["Account"]["Type"], &switched["Account"]["Status"]),
            (&json!(kind), &json!("SwitchSuccess"))
        );
    }
    rm(&owner, "RemoveCloudAccount", &this).ok();
    rm(&owner, "GetAccount", &this).refused(404, "EntityNotExists.Account");
    assert!(cloud.gateway().cloud().account(&account).is_some(), "it goes on as an account of its own");
}

#[test]
fn a_member_is_deleted_only_where_nothing_speaks_against_it() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let directory = enable(&owner);
    let (id, root) = (text(&directory, "/ResourceDirectoryId"), text(&directory, "/RootFolderId"));
    let admin = admin(&owner);
    let account = member(&owner, "Dev", root);
    let delete = |id: &str| rm(&admin, "DeleteAccount", &[("AccountId", id)]);
    rm(&owner, "DeleteAccount", &[("AccountId", &account)]).refused(409, "CallerIdentityError.DeleteAccount");
    delete(&account).refused(409, "NoLicense.ResourceDirectory");
    let permitted = rm(&owner, "SetMemberDeletionPermission", &[("Status", "Enabled")]).ok();
    assert_eq!(
        (&permitted["ManagementAccountId"], &permitted["ResourceDirectoryId"], &permitted["MemberDeletionStatus"]),
        (&json!(ACCOUNT), &json!(id), &json!("Enabled"))
    );
    let shown = rm(&owner, "GetResourceDirectory", &[]).ok();
    assert_eq!(shown["ResourceDirectory"]["MemberDeletionStatus"], "Enabled");

    let delegated = [("AccountId", account.as_str()), ("ServicePrincipal", "cloudsso.aliyuncs.com")];
    rm(&owner, "RegisterDelegatedAdministrator", &delegated).ok();
    delete(&account).refused(409, "RemoveConfilctAccountAsDelegatedAdministator");
    rm(&admin, "UpdateAccount", &[("AccountId", &account), ("NewAccountType", "CloudAccount")]).ok();
    delete(&account).refused(409, "MemberTypeError.DeleteAccount");
    rm(&owner, "RemoveCloudAccount", &[("AccountId", &account)]).refused(409, "Deny.TrustedService");
    rm(&owner, "DeregisterDelegatedAdministrator", &delegated).ok();
    rm(&admin, "UpdateAccount", &[("AccountId", &account), ("NewAccountType", "ResourceAccount")]).ok();

    let paid = |payer: &str, name: &str| {
        rm(&owner, "CreateResourceAccount", &[("DisplayName", name), ("PayerAccountId", payer)])
    };
    paid("2222222222222222", "Paid").refused(409, "NotSupport.PayerAccountInAnotherResourceDirectory");
    paid(ACCOUNT, "Paid").ok();
    let paid = paid(&account, "Paid too").ok();
    delete(text(&paid, "/Account/AccountId")).refused(409, "NotSupport.HasPayerAccount");

    rm(&owner, "SetMemberDeletionPermission", &[("Status", "Disabled")]).ok();
    delete(&account).refused(409, "NoLicense.ResourceDirectory");
    permit_deletion(&owner);
    delete(&account).ok();
    delete(&account).refused(404, "EntityNotExists.Account");
}

#[test]
fn twenty_members_and_a_hundred_folders() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let directory = enable(&owner);
    let root = text(&directory, "/RootFolderId");
    for number in 0..20 {
        member(&owner, &format!("Member {number}"), root);
    }
    let one_more = [("DisplayName", "One more"), ("AccountNamePrefix", "more")];
    rm(&owner, "CreateResourceAccount", &one_more).refused(409, "LimitExceeded.Account");
    for number in 0..100 {
        folder(&owner, &format!("folder-{number}"), root);
    }
    rm(&owner, "CreateFolder", &[("FolderName", "one-more")]).refused(409, "QuotaExceeded.Folder.Count");
}

/// A call that makes one more of something, by its name.
type Make<'a> = &'a dyn Fn(&str) -> Answer;

/// The quotas of a directory are its management account's.
#[test]
fn the_quotas_of_resource_management_can_be_raised() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let directory = enable(&owner);
    let root = text(&directory, "/RootFolderId");
    let quotas = cloud.gateway().cloud().account(ACCOUNT).expect("the account").quotas.clone();
    let document = policy("Allow", "*", "*");
    let control = |name: &str| {
        let parameters = [("PolicyName", name), ("PolicyDocument", document.as_str()), ("EffectScope", "RAM")];
        rm(&owner, "CreateControlPolicy", &parameters)
    };
    let trust = kit::trust("Service", "ecs.aliyuncs.com");
    let role = |name: &str| rm(&owner, "CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", &trust)]);
    let custom = |name: &str| rm(&owner, "CreatePolicy", &[("PolicyName", name), ("PolicyDocument", &document)]);
    let group = |name: &str| rm(&owner, "CreateResourceGroup", &[("Name", name), ("DisplayName", name)]);
    let folder = |name: &str| rm(&owner, "CreateFolder", &[("FolderName", name)]);
    let account = |name: &str| rm(&owner, "CreateResourceAccount", &[("DisplayName", name)]);
    let tag = |key: &str| {
        let group = rm(&owner, "ListResourceGroups", &[("Name", "group-1")]).ok();
        let id = text(&group, "/ResourceGroups/ResourceGroup/0/Id").to_owned();
        rm(&owner, "TagResources", &[("ResourceType", "ResourceGroup"), ("ResourceId.1", &id), ("Tag.1.Key", key)])
    };
    rm(&owner, "EnableControlPolicy", &[]).ok();
    let attach = |policy: &str| {
        let made = text(&control(policy).ok(), "/ControlPolicy/PolicyId").to_owned();
        rm(&owner, "AttachControlPolicy", &[("PolicyId", &made), ("TargetId", root)])
    };
    quotas.set(Quota::ControlPoliciesPerTarget, 2);
    attach("Second").ok();
    attach("Third").refused(409, "LimitExceeded.ControlPolicyAttachment");
    let calls: [(Quota, Make<'_>, u16, &str); 7] = [
        (Quota::ControlPolicies, &control, 409, "LimitExceeded.ControlPolicy"),
        (Quota::Roles, &role, 409, "LimitExceeded.Role"),
        (Quota::Policies, &custom, 409, "LimitExceeded.Policy"),
        (Quota::ResourceGroups, &group, 409, "LimitExceeded.ResourceGroup"),
        (Quota::Folders, &folder, 409, "QuotaExceeded.Folder.Count"),
        (Quota::Members, &account, 409, "LimitExceeded.Account"),
        (Quota::TagsPerResource, &tag, 400, "InvalidParameter.Tag"),
    ];
    for (quota, call, status, code) in calls {
        // Two control policies are there already.
        let most = if quota == Quota::ControlPolicies { 3 } else { 1 };
        quotas.set(quota, most);
        call("group-1").ok();
        call("group-2").refused(status, code);
        quotas.set(quota, most + 1);
        call("group-2").ok();
    }
}

#[test]
fn logon_names_are_unique_in_the_directory() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    enable(&owner);
    let make = |name: &str, prefix: &str| {
        rm(&owner, "CreateResourceAccount", &[("DisplayName", name), ("AccountNamePrefix", prefix)])
    };
    make("One", "alice").ok();
    make("Two", "Alice").refused(409, "EntityAlreadyExists.ResourceDirectory.Account");
    make("Two", "bob").ok();
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
