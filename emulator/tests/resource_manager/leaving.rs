//! What is asked before a member is deleted, who pays for it, and what it administers.

use serde_json::json;

use super::directory::{admin, enable, member, permit_deletion, start};
use super::rm;
use crate::ACCOUNT;
use crate::kit::{Client, text};

#[test]
fn a_deletion_is_asked_for_and_told_of() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let directory = enable(&owner);
    let account = member(&owner, "Dev", text(&directory, "/RootFolderId"));
    let admin = admin(&owner);
    let this = [("AccountId", account.as_str())];
    for action in ["GetAccountDeletionCheckResult", "GetAccountDeletionStatus"] {
        rm(&owner, action, &this).refused(409, "EntityNotExists.CheckAccount");
    }
    rm(&owner, "CheckAccountDelete", &this).refused(409, "CallerIdentityError.DeleteAccount");
    rm(&admin, "CheckAccountDelete", &this).ok();
    let result = rm(&admin, "GetAccountDeletionCheckResult", &this).ok();
    let result = &result["AccountDeletionCheckResultInfo"];
    assert_eq!((&result["Status"], &result["AllowDelete"]), (&json!("PreCheckComplete"), &json!("false")));
    assert_eq!(result["NotAllowReason"][0]["CheckId"], "NoLicense.ResourceDirectory");
    assert_eq!(rm(&admin, "GetAccountDeletionStatus", &this).ok()["RdAccountDeletionStatus"]["Status"], "Checking");

    permit_deletion(&owner);
    let result = rm(&admin, "GetAccountDeletionCheckResult", &this).ok();
    let result = &result["AccountDeletionCheckResultInfo"];
    assert_eq!((&result["AllowDelete"], &result["NotAllowReason"]), (&json!("true"), &json!([])));
    rm(&admin, "DeleteAccount", &this).ok();
    let moment = "2026-01-02T03:04:05.000Z";
    assert_eq!(
        rm(&admin, "GetAccountDeletionStatus", &this).ok()["RdAccountDeletionStatus"],
        json!({
            "AccountId": account, "Status": "Success", "CreateTime": moment, "DeletionTime": moment, "DeletionType": "0",
            "FailReasonList": [],
        })
    );
    rm(&admin, "GetAccountDeletionCheckResult", &this).refused(404, "EntityNotExists.Account");
    for action in ["CheckAccountDelete", "GetAccountDeletionCheckResult", "GetAccountDeletionStatus"] {
        rm(&admin, action, &[("AccountId", "1111111111111111")]).refused(404, "EntityNotExists.Account");
    }
}

#[test]
fn who_pays_is_told() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    enable(&owner);
    let of = |more: &[(&str, &str)]| {
        let made = rm(&owner, "CreateResourceAccount", more).ok();
        let told = rm(&owner, "GetPayerForAccount", &[("AccountId", text(&made, "/Account/AccountId"))]).ok();
        (told["PayerAccountId"].clone(), told["PayerAccountName"].clone())
    };
    assert_eq!(of(&[("DisplayName", "Alone")]), (json!(""), json!("")));
    assert_eq!(of(&[("DisplayName", "Paid"), ("PayerAccountId", ACCOUNT)]), (json!(ACCOUNT), json!("company")));
    rm(&owner, "GetPayerForAccount", &[("AccountId", "1111111111111111")]).refused(404, "EntityNotExists.Account");
}

#[test]
fn the_services_of_an_administrator_are_listed_page_by_page() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let directory = enable(&owner);
    let account = member(&owner, "Dev", text(&directory, "/RootFolderId"));
    let services = ["cloudsso.aliyuncs.com", "actiontrail.aliyuncs.com"];
    for service in services {
        rm(&owner, "RegisterDelegatedAdministrator", &[("AccountId", &account), ("ServicePrincipal", service)]).ok();
    }
    let of = |token: &str| {
        let asked = [("AccountId", account.as_str()), ("MaxResults", "1"), ("NextToken", token)];
        rm(&owner, "ListDelegatedServicesForAccount", &asked).ok()
    };
    let first = of("");
    let service = |name: &str| json!([{"ServicePrincipal": name, "DelegationEnabledTime": "2026-01-02T03:04:05.000Z", "Status": "ENABLED"}]);
    assert_eq!(first["DelegatedServices"]["DelegatedService"], service(services[0]));
    let second = of(text(&first, "/NextToken"));
    assert_eq!(second["DelegatedServices"]["DelegatedService"], service(services[1]));
    assert_eq!(second.get("NextToken"), None);
    rm(&owner, "ListDelegatedServicesForAccount", &[("AccountId", "1111111111111111")])
        .refused(404, "EntityNotExists.Account");
    rm(&owner, "ListDelegatedServicesForAccount", &[("AccountId", &account), ("NextToken", "x")])
        .refused(400, "InvalidParameter.NextToken");
}
