//! The operations of IMS that are known and not performed.

use super::product::IMS;
use crate::gateway::{Access, Operation, Route, Source};

fn missing(name: &'static str) -> Operation {
    let source = Source::sdk("OpenAPI metadata of IMS 2019-08-15");
    Operation::missing(&IMS, name, Route::Action, &[], source).open_to(Access::OwnerOnly("not performed"))
}

/// Applications, passkeys, service credentials and what else no permission rests on.
pub fn table() -> Vec<Operation> {
    vec![
        missing("CreateAppSecret"),
        missing("CreateApplication"),
        missing("CreateServiceCredential"),
        missing("DeleteAccessKeyInRecycleBin"),
        missing("DeleteAppSecret"),
        missing("DeleteApplication"),
        missing("DeletePasskey"),
        missing("DeleteServiceCredential"),
        missing("DeprovisionApplication"),
        missing("DeprovisionExternalApplication"),
        missing("GenerateGovernanceReport"),
        missing("GetAccessKeyInfoInRecycleBin"),
        missing("GetAppSecret"),
        missing("GetApplication"),
        missing("GetApplicationProvisionInfo"),
        missing("GetExternalApplication"),
        missing("GetGovernanceItemReport"),
        missing("GetGovernanceReportStatus"),
        missing("GetServiceCredential"),
        missing("GetVerificationInfo"),
        missing("ListAccessKeysInRecycleBin"),
        missing("ListAppSecretIds"),
        missing("ListApplicationProvisionInfos"),
        missing("ListApplications"),
        missing("ListExternalApplications"),
        missing("ListPasskeys"),
        missing("ListPredefinedScopes"),
        missing("ListRecentGovernanceMetrics"),
        missing("ListServiceCredentials"),
        missing("ProvisionApplication"),
        missing("ProvisionExternalApplication"),
        missing("RestoreAccessKeyFromRecycleBin"),
        missing("SetVerificationInfo"),
        missing("UnbindVerification"),
        missing("UpdateApplication"),
        missing("UpdatePasskey"),
        missing("UpdateServiceCredential"),
    ]
}
