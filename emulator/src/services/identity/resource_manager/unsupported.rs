//! The operations of ResourceManager that are known and not performed.

use super::product::RESOURCE_MANAGER;
use crate::gateway::{Access, Operation, Route, Source};

fn missing(name: &'static str) -> Operation {
    let source = Source::sdk("OpenAPI metadata of ResourceManager 2020-03-31");
    Operation::missing(&RESOURCE_MANAGER, name, Route::Action, &[], source).open_to(Access::OwnerOnly("not performed"))
}

/// Handshakes, changes of mail address and telephone, automatic grouping, notifications and what else no permission rests on.
pub fn table() -> Vec<Operation> {
    vec![
        missing("AcceptHandshake"),
        missing("BindSecureMobilePhone"),
        missing("CancelChangeAccountEmail"),
        missing("CancelCreateCloudAccount"),
        missing("CancelHandshake"),
        missing("CancelPromoteResourceAccount"),
        missing("ChangeAccountEmail"),
        missing("CheckAccountDelete"),
        missing("CreateAutoGroupingRule"),
        missing("CreateCloudAccount"),
        missing("DeclineHandshake"),
        missing("DeleteAutoGroupingRule"),
        missing("DisableAssociatedTransfer"),
        missing("DisableAutoGrouping"),
        missing("DisableResourceGroupNotification"),
        missing("EnableAssociatedTransfer"),
        missing("EnableAutoGrouping"),
        missing("EnableResourceGroupNotification"),
        missing("GetAccountDeletionCheckResult"),
        missing("GetAccountDeletionStatus"),
        missing("GetAutoGroupingRule"),
        missing("GetAutoGroupingStatus"),
        missing("GetHandshake"),
        missing("GetPayerForAccount"),
        missing("GetResourceGroupAdminSetting"),
        missing("GetResourceGroupNotificationSetting"),
        missing("GetResourceGroupResourceCounts"),
        missing("InviteAccountToResourceDirectory"),
        missing("ListAssociatedTransferSetting"),
        missing("ListAutoGroupingRemediations"),
        missing("ListAutoGroupingRules"),
        missing("ListDelegatedServicesForAccount"),
        missing("ListHandshakesForAccount"),
        missing("ListHandshakesForResourceDirectory"),
        missing("ListResourceGroupCapability"),
        missing("ListResourceGroupsWithAuthDetails"),
        missing("ListTagKeys"),
        missing("ListTagValues"),
        missing("LookupResourceGroupEvents"),
        missing("ResendCreateCloudAccountEmail"),
        missing("ResendPromoteResourceAccountEmail"),
        missing("RetryChangeAccountEmail"),
        missing("SendVerificationCodeForBindSecureMobilePhone"),
        missing("SendVerificationCodeForEnableRD"),
        missing("UpdateAssociatedTransferSetting"),
        missing("UpdateAutoGroupingConfig"),
        missing("UpdateAutoGroupingRule"),
        missing("UpdateResourceGroupAdminSetting"),
    ]
}
