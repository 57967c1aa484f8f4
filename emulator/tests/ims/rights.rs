//! Every right has two names.

use serde_json::json;

use crate::kit::{self, Client, policy};
use crate::{ACCOUNT, ALICE, NOBODY, alice, ims};

#[test]
fn an_allow_of_either_name_suffices_and_a_deny_of_either_denies() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    alice(&owner);
    let user = owner.user("bob");
    let get = || ims(&user, "GetUser", &[ALICE]);
    let detail = || get().refused(403, "NoPermission").json()["AccessDeniedDetail"].clone();
    let refused = get();
    assert_eq!(
        refused.refused(403, "NoPermission").message(),
        format!(
            "You are not authorized to do this action. [Resource:acs:ram:*:{ACCOUNT}:user/alice Action:ram:GetUser]"
        )
    );
    for (service, other) in [("ram", "ims"), ("ims", "ram")] {
        let resource = format!("acs:{service}:*:{ACCOUNT}:user/alice");
        let named = [("PolicyType", "Custom"), ("PolicyName", "Allow"), ("UserName", "bob")];
        owner.grant("bob", "Allow", &policy("Allow", &format!("{service}:GetUser"), &resource));
        get().ok();
        // Only this one, and only this.
        ims(&user, "GetUser", &[NOBODY]).refused(403, "NoPermission");
        ims(&user, "DeleteUser", &[ALICE]).refused(403, "NoPermission");
        owner.grant("bob", "Deny", &policy("Deny", &format!("{other}:GetUser"), "*"));
        let denied = detail();
        assert_eq!(
            (&denied["NoPermissionType"], &denied["AuthAction"]),
            (&json!("ExplicitDeny"), &json!("ram:GetUser"))
        );
        for name in ["Allow", "Deny"] {
            owner.ram("DetachPolicyFromUser", &[named[0], ("PolicyName", name), named[2]]).ok();
            owner.ram("DeletePolicy", &[("PolicyName", name)]).ok();
        }
        // One service's name on the other's resource is neither.
        owner.grant("bob", "Allow", &policy("Allow", &format!("{service}:GetUser"), &format!("acs:{other}:*:*:*")));
        assert_eq!(detail()["NoPermissionType"], "ImplicitDeny");
        owner.ram("DetachPolicyFromUser", &named).ok();
        owner.ram("DeletePolicy", &[("PolicyName", "Allow")]).ok();
    }
}

/// Who may not, does not learn who exists, whichever way they ask.
#[test]
fn nobody_learns_who_exists() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let id = alice(&owner);
    let user = owner.user("bob");
    for way in [ALICE, NOBODY, ("UserId", &id), ("UserId", "200000000000000000"), ("UserAccessKeyId", "LTAI5t")] {
        ims(&user, "GetUser", &[way]).refused(403, "NoPermission");
    }
    owner.grant("bob", "One", &policy("Allow", "ims:GetUser", "acs:ims:*:*:user/alice"));
    ims(&user, "GetUser", &[("UserId", &id)]).ok();
    ims(&user, "GetUser", &[("UserId", "200000000000000000")]).refused(403, "NoPermission");
}

#[test]
fn the_read_only_policy_of_ram_reads_here_too() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    alice(&owner);
    let user = owner.user("bob");
    owner.attach("bob", "System", "AliyunRAMReadOnlyAccess");
    ims(&user, "GetUser", &[ALICE]).ok();
    ims(&user, "ListUsers", &[]).ok();
    ims(&user, "GenerateCredentialReport", &[]).ok();
    ims(&user, "GetAccountSummary", &[]).ok();
    ims(&user, "DeleteUser", &[ALICE]).refused(403, "NoPermission");
}

#[test]
fn what_the_metadata_lists_is_listed() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    ims(&owner, "ListApplications", &[]).refused(501, "AcslabNotPerformed");
    let all = acslab_emulator::operations().filter(|row| row.product.name == "Ims");
    // The others that the metadata lists are decided.
    assert_eq!(all.filter(|row| row.is_performed()).count(), 70);
}
