//! The operations of ResourceManager that are known and not performed.

use super::RESOURCE_MANAGER;
use crate::gateway::{Access, Operation, Perform, Route, Source};

const fn missing(name: &'static str) -> Operation {
    Operation {
        product: &RESOURCE_MANAGER,
        name,
        route: Route::Action,
        access: Access::OwnerOnly("not performed"),
        parameters: &[],
        perform: Perform::Missing,
        source: Source::Sdk("OpenAPI metadata of ResourceManager 2020-03-31"),
    }
}

/// Handshakes, changes of mail address and telephone, automatic grouping, notifications and what else no permission rests on.
pub static TABLE: &[Operation] = &[
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
];
