//! Policies at account scope and at resource-group scope, by principal name.

use serde_json::json;

use crate::kit::{self, Client, MOMENT, names, policy, text, trust};
use crate::{ACCOUNT, rm};

const ENTITIES: [(&str, &str, &str); 3] = [
    ("User", "IMSUser", "@1234567890123456.onaliyun.com"),
    ("Group", "IMSGroup", "@group.1234567890123456.onaliyun.com"),
    ("Role", "ServiceRole", "@role.1234567890123456.onaliyunservice.com"),
];

fn make(owner: &Client<'_>, kind: &str, name: &str) {
    let parameter = format!("{kind}Name");
    let document = trust("Service", "pai.aliyuncs.com");
    let mut parameters = vec![(parameter.as_str(), name)];
    if kind == "Role" {
        parameters.push(("AssumeRolePolicyDocument", &document));
    }
    owner.ram(&format!("Create{kind}"), &parameters).ok();
}

fn group(owner: &Client<'_>, name: &str) -> String {
    let made = rm(owner, "CreateResourceGroup", &[("Name", name), ("DisplayName", name)]).ok();
    text(&made, "/ResourceGroup/Id").to_owned()
}

#[test]
fn policies_are_attached_listed_and_detached_at_either_scope() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let rg = group(&owner, "project");
    for (kind, principal_type, domain) in ENTITIES {
        make(&owner, kind, "e");
        let principal = format!("e{domain}");
        let with = |policy_type: &str, policy: &str, principal: &str, scope: &str, action: &str| {
            let parameters = [
                ("PolicyType", policy_type),
                ("PolicyName", policy),
                ("PrincipalType", principal_type),
                ("PrincipalName", principal),
                ("ResourceGroupId", scope),
            ];
            rm(&owner, action, &parameters)
        };
        with("System", "AliyunOSSFullAccess", &principal, &rg, "AttachPolicy").ok();
        // The same policy for the whole account is another attachment.
        with("System", "AliyunOSSFullAccess", &principal, ACCOUNT, "AttachPolicy").ok();
        for scope in [rg.as_str(), ACCOUNT] {
            with("System", "AliyunOSSFullAccess", &principal, scope, "AttachPolicy")
                .refused(409, &format!("EntityAlreadyExists.{kind}.Policy"));
        }
        let listed =
            rm(&owner, "ListPolicyAttachments", &[("PrincipalName", &principal), ("ResourceGroupId", &rg)]).ok();
        let mut entry = listed["PolicyAttachments"]["PolicyAttachment"][0].clone();
        entry.as_object_mut().unwrap().remove("Description");
        assert_eq!(
            entry,
            json!({
                "PolicyName": "AliyunOSSFullAccess", "PolicyType": "System", "PrincipalType": principal_type,
                "PrincipalName": principal, "ResourceGroupId": rg, "AttachDate": MOMENT,
            })
        );
        assert_eq!(listed["TotalCount"], 1);
        let listed = rm(&owner, "ListPolicyAttachments", &[("PrincipalType", principal_type)]).ok();
        assert_eq!(names(&listed, "/PolicyAttachments/PolicyAttachment", "ResourceGroupId"), [rg.as_str(), ACCOUNT]);
        // RAM's own list shows what is for the whole account.
        let parameter = format!("{kind}Name");
        let listed = owner.ram(&format!("ListPoliciesFor{kind}"), &[(&parameter, "e")]).ok();
        assert_eq!(names(&listed, "/Policies/Policy", "PolicyName"), ["AliyunOSSFullAccess"]);

        with("System", "AliyunOSSFullAccess", &principal, &rg, "DetachPolicy").ok();
        with("System", "AliyunOSSFullAccess", &principal, &rg, "DetachPolicy")
            .refused(404, &format!("EntityNotExist.{kind}.Policy"));
        with("System", "AliyunOSSFullAccess", &principal, ACCOUNT, "DetachPolicy").ok();

        for action in ["AttachPolicy", "DetachPolicy"] {
            with("System", "Nothing", &principal, &rg, action).refused(404, "EntityNotExist.Policy");
            with("Custom", "AliyunOSSFullAccess", &principal, &rg, action).refused(404, "EntityNotExist.Policy");
            with("Own", "AliyunOSSFullAccess", &principal, &rg, action).refused(400, "InvalidParameter.PolicyType");
            with("System", "AliyunOSSFullAccess", &principal, "rg-nothere", action)
                .refused(404, "EntityNotExists.ResourceGroup");
            with("System", "AliyunOSSFullAccess", &principal, "here", action)
                .refused(400, "InvalidParameter.ResourceGroupId");
            // Another account's id is no scope of this one.
            with("System", "AliyunOSSFullAccess", &principal, "9999999999999999", action)
                .refused(404, "EntityNotExists.ResourceGroup");
            for stranger in [format!("f{domain}"), "e".to_owned(), "e@company.example".to_owned()] {
                with("System", "AliyunOSSFullAccess", &stranger, &rg, action)
                    .refused(404, &format!("EntityNotExist.{kind}"));
            }
        }
    }
    assert_eq!(rm(&owner, "ListPolicyAttachments", &[]).ok()["TotalCount"], 0);
    rm(&owner, "ListPolicyAttachments", &[("ResourceGroupId", "rg-nothere")])
        .refused(404, "EntityNotExists.ResourceGroup");
    // What is asked for narrows the list down and need not exist.
    owner.attach("e", "System", "AliyunOSSFullAccess");
    assert_eq!(rm(&owner, "ListPolicyAttachments", &[]).ok()["TotalCount"], 1);
    for wanted in [
        [("PolicyType", "System"), ("PolicyName", "Nothing")],
        [("PolicyType", "Custom"), ("PolicyName", "Nothing")],
        [("PrincipalType", "IMSUser"), ("PrincipalName", "nobody")],
    ] {
        assert_eq!(rm(&owner, "ListPolicyAttachments", &wanted).ok()["TotalCount"], 0, "{wanted:?}");
    }
    rm(&owner, "ListPolicyAttachments", &[("PrincipalType", "User")]).refused(400, "InvalidParameter.PrincipalType");
}

#[test]
fn each_of_the_five_parameters_is_asked_for() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let all = [
        ("PolicyType", "System"),
        ("PolicyName", "AliyunOSSFullAccess"),
        ("PrincipalType", "IMSUser"),
        ("PrincipalName", "e@1234567890123456.onaliyun.com"),
        ("ResourceGroupId", ACCOUNT),
    ];
    for (left_out, _) in all {
        let parameters: Vec<_> = all.into_iter().filter(|(name, _)| *name != left_out).collect();
        rm(&owner, "AttachPolicy", &parameters).refused(400, &format!("Missing{left_out}"));
    }
}

#[test]
fn no_more_policies_than_the_limit() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    make(&owner, "User", "e");
    let document = policy("Allow", "oss:GetObject", "*");
    let attach = |name: &str| {
        owner.ram("CreatePolicy", &[("PolicyName", name), ("PolicyDocument", &document)]).ok();
        rm(
            &owner,
            "AttachPolicy",
            &[
                ("PolicyType", "Custom"),
                ("PolicyName", name),
                ("PrincipalType", "IMSUser"),
                ("PrincipalName", "e@1234567890123456.onaliyun.com"),
                ("ResourceGroupId", ACCOUNT),
            ],
        )
    };
    for number in 0..10 {
        attach(&format!("P{number}")).ok();
    }
    attach("P10").refused(409, "LimitExceeded.User.Policy");
}

/// A grant for one group reaches what is in it, and nothing else; the refusal says at which level it was looked for.
#[test]
fn a_scoped_grant_reaches_its_group_alone() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let (mine, other) = (group(&owner, "mine"), group(&owner, "other"));
    let user = owner.user("alice");
    let attach = |policy_type: &str, policy: &str, scope: &str| {
        rm(
            &owner,
            "AttachPolicy",
            &[
                ("PolicyType", policy_type),
                ("PolicyName", policy),
                ("PrincipalType", "IMSUser"),
                ("PrincipalName", "alice@1234567890123456.onaliyun.com"),
                ("ResourceGroupId", scope),
            ],
        )
        .ok();
    };
    let get = |id: &str| rm(&user, "GetResourceGroup", &[("ResourceGroupId", id)]);
    let detail = |id: &str| get(id).refused(403, "NoPermission").json()["AccessDeniedDetail"].clone();
    attach("System", "AdministratorAccess", &mine);
    get(&mine).ok();
    let refused = detail(&other);
    assert_eq!(refused["PolicyType"], "ResourceGroupLevelIdentityBasedPolicy");
    assert_eq!(refused["NoPermissionType"], "ImplicitDeny");
    // What is not in a group is out of reach.
    user.ram("ListUsers", &[]).refused(403, "NoPermission");

    // A Deny for the group denies there...
    owner.ram("CreatePolicy", &[("PolicyName", "Deny"), ("PolicyDocument", &policy("Deny", "*", "*"))]).ok();
    attach("Custom", "Deny", &mine);
    let refused = detail(&mine);
    assert_eq!(refused["PolicyType"], "ResourceGroupLevelIdentityBasedPolicy");
    assert_eq!(refused["NoPermissionType"], "ExplicitDeny");
    // ...until something allows it for the whole account: that is asked first, and settles it.
    attach("System", "AdministratorAccess", ACCOUNT);
    get(&mine).ok();
    attach("Custom", "Deny", ACCOUNT);
    assert_eq!(detail(&mine)["PolicyType"], "AccountLevelIdentityBasedPolicy");
}

#[test]
fn a_deleted_group_takes_its_grants_along() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let rg = group(&owner, "project");
    make(&owner, "User", "e");
    let parameters = [
        ("PolicyType", "System"),
        ("PolicyName", "AliyunOSSFullAccess"),
        ("PrincipalType", "IMSUser"),
        ("PrincipalName", "e@1234567890123456.onaliyun.com"),
        ("ResourceGroupId", rg.as_str()),
    ];
    rm(&owner, "AttachPolicy", &parameters).ok();
    owner.ram("DeleteUser", &[("UserName", "e")]).refused(409, "DeleteConflict.User.Policy");
    rm(&owner, "DeleteResourceGroup", &[("ResourceGroupId", &rg)]).ok();
    for action in ["AttachPolicy", "DetachPolicy"] {
        rm(&owner, action, &parameters).refused(409, "Invalid.ResourceGroup.Status");
    }
    owner.ram("DeleteUser", &[("UserName", "e")]).ok();
}

#[test]
fn attaching_needs_the_right_to_all_three() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let rg = group(&owner, "project");
    make(&owner, "Role", "target");
    let user = owner.user("alice");
    let attach = || {
        rm(
            &user,
            "AttachPolicy",
            &[
                ("PolicyType", "System"),
                ("PolicyName", "AliyunOSSFullAccess"),
                ("PrincipalType", "ServiceRole"),
                ("PrincipalName", "target@role.1234567890123456.onaliyunservice.com"),
                ("ResourceGroupId", &rg),
            ],
        )
    };
    let needed = [
        "acs:ram:*:1234567890123456:role/target".to_owned(),
        "acs:ram:*:system:policy/AliyunOSSFullAccess".to_owned(),
        format!("acs:ram:*:1234567890123456:resourcegroup/{rg}"),
    ];
    for (number, resource) in needed.iter().enumerate() {
        let refused = attach();
        refused.refused(403, "NoPermission");
        assert!(refused.message().contains(resource), "{}", refused.message());
        owner.grant("alice", &format!("P{number}"), &policy("Allow", "ram:AttachPolicy", resource));
    }
    attach().ok();
}

/// RAM's own operations take a resource group as well.
#[test]
fn ram_attaches_for_a_group_too() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let rg = group(&owner, "project");
    for (kind, principal_type, domain) in ENTITIES {
        make(&owner, kind, "e");
        let parameter = format!("{kind}Name");
        let call = |action: &str, scope: &str| {
            let parameters = [
                ("PolicyType", "System"),
                ("PolicyName", "AliyunOSSFullAccess"),
                (parameter.as_str(), "e"),
                ("ResourceGroupId", scope),
            ];
            owner.ram(action, &parameters)
        };
        let (attach, detach) = (format!("AttachPolicyTo{kind}"), format!("DetachPolicyFrom{kind}"));
        call(&attach, &rg).ok();
        call(&attach, ACCOUNT).ok();
        call(&attach, "rg-nothere").refused(404, "EntityNotExists.ResourceGroup");
        let principal = format!("e{domain}");
        let wanted = [("PrincipalName", principal.as_str()), ("PrincipalType", principal_type)];
        let listed = rm(&owner, "ListPolicyAttachments", &wanted).ok();
        assert_eq!(names(&listed, "/PolicyAttachments/PolicyAttachment", "ResourceGroupId"), [rg.as_str(), ACCOUNT]);
        call(&detach, &rg).ok();
        call(&detach, &rg).refused(404, &format!("EntityNotExist.{kind}.Policy"));
        call(&detach, ACCOUNT).ok();
    }
}
