//! The members of a resource directory.

use acslab_emulator::Quota;
use serde_json::json;

use super::directory::{MOMENT, admin, enable, folder, member, permit_deletion, start};
use super::rm;
use crate::ACCOUNT;
use crate::kit::{self, Answer, Client, names, policy, text};

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
