//! What users may do for themselves, and how they log on.

use serde_json::{Value, json};

use super::product::IMS;
use super::rights::both;
use crate::cloud::directory::SecurityPreference;
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};
use crate::services::identity::parameters::{
    Setting::{self, Flag, Number},
    check_masks, incorrect, set_all, set_filled, set_texts,
};

/// After how many days what is idle may be disabled.
const IDLE_DAYS: &[&str] = &["90", "180", "365", "730"];
/// By what users may prove who they are. The page has no `mfa`; the cloud takes it (the acceptance tests of Terraform's provider).
const VERIFICATION: [&str; 3] = ["mfa", "sms", "email"];

/// The operations on security preferences.
pub fn table() -> Vec<Operation> {
    vec![
        IMS.action(
            "SetSecurityPreference",
            &[both!("SetSecurityPreference" on account)],
            &[
                Parameter::optional("AllowUserToChangePassword", Form::Boolean),
                Parameter::optional("AllowUserToLoginWithPasskey", Form::Boolean),
                Parameter::optional("AllowUserToManageAccessKeys", Form::Boolean),
                Parameter::optional("AllowUserToManageMFADevices", Form::Boolean),
                Parameter::optional("AllowUserToManagePersonalDingTalk", Form::Boolean),
                Parameter::optional("AllowUserToManageServiceCredentials", Form::Boolean),
                Parameter::optional("EnableSaveMFATicket", Form::Boolean),
                Parameter::optional("LoginNetworkMasks", Form::Own(check_masks, "10.0.0.0/8")),
                Parameter::optional("LoginSessionDuration", Form::Integer(1, 24)),
                Parameter::optional("MFAOperationForLogin", Form::OneOf(&["mandatory", "independent", "adaptive"])),
                Parameter::optional("MaxIdleDaysForAccessKeys", Form::OneOf(IDLE_DAYS)),
                Parameter::optional("MaxIdleDaysForUsers", Form::OneOf(IDLE_DAYS)),
                Parameter::optional("OperationForRiskLogin", Form::OneOf(&["autonomous", "enforceVerify"])),
                Parameter::optional("VerificationTypes", Form::Own(check_verification, r#"["sms"]"#)),
            ],
            set,
        ),
        IMS.action("GetSecurityPreference", &[both!("GetSecurityPreference" on account)], &[], get),
    ]
}

fn verification(text: &str) -> Option<Vec<String>> {
    let types: Vec<String> = serde_json::from_str(text).ok()?;
    types.iter().all(|kind| VERIFICATION.contains(&kind.as_str())).then_some(types)
}

fn check_verification(text: &str) -> Result<(), ApiError> {
    verification(text).map(|_| ()).ok_or_else(|| incorrect("VerificationTypes"))
}

const PREFERENCES: &[Setting<SecurityPreference>] = &[
    Flag("AllowUserToChangePassword", |preference| &mut preference.change_password),
    Flag("AllowUserToLoginWithPasskey", |preference| &mut preference.more.login_with_passkey),
    Flag("AllowUserToManageAccessKeys", |preference| &mut preference.manage_access_keys),
    Flag("AllowUserToManageMFADevices", |preference| &mut preference.manage_mfa_devices),
    Flag("AllowUserToManagePersonalDingTalk", |preference| &mut preference.more.manage_personal_ding_talk),
    Flag("AllowUserToManageServiceCredentials", |preference| &mut preference.more.manage_service_credentials),
    Flag("EnableSaveMFATicket", |preference| &mut preference.save_mfa_ticket),
    Number("LoginSessionDuration", |preference| &mut preference.login_session_duration),
    Number("MaxIdleDaysForUsers", |preference| &mut preference.more.idle_days_of_users),
    Number("MaxIdleDaysForAccessKeys", |preference| &mut preference.more.idle_days_of_access_keys),
];

fn view(preference: &SecurityPreference) -> Reply {
    let more = &preference.more;
    let shown: Value = json!({
        "LoginProfilePreference": {
            "AllowUserToChangePassword": preference.change_password,
            "AllowUserToLoginWithPasskey": more.login_with_passkey,
            "EnableSaveMFATicket": preference.save_mfa_ticket,
            "LoginNetworkMasks": preference.login_network_masks,
            "LoginSessionDuration": preference.login_session_duration,
            "MFAOperationForLogin": more.mfa_for_login,
            "OperationForRiskLogin": more.risk_login,
        },
        "AccessKeyPreference": {
            "AllowUserToManageAccessKeys": preference.manage_access_keys,
            "AllowUserToManageServiceCredentials": more.manage_service_credentials,
        },
        "MFAPreference": {"AllowUserToManageMFADevices": preference.manage_mfa_devices},
        "PersonalInfoPreference": {"AllowUserToManagePersonalDingTalk": more.manage_personal_ding_talk},
        "VerificationPreference": {"VerificationTypes": more.verification_types},
        "MaxIdleDays": {
            "MaxIdleDaysForUsers": more.idle_days_of_users,
            "MaxIdleDaysForAccessKeys": more.idle_days_of_access_keys,
        },
    });
    Reply::document(json!({ "SecurityPreference": shown }))
}

/// SetSecurityPreference: what is left out stays; masks that are sent empty are cleared.
fn set(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let mut directory = call.account()?.directory.write();
    let preference = &mut directory.security_preference;
    set_all(PREFERENCES, arguments, preference);
    set_texts(arguments, [("LoginNetworkMasks", &mut preference.login_network_masks)]);
    let more = &mut preference.more;
    set_filled(
        arguments,
        [("MFAOperationForLogin", &mut more.mfa_for_login), ("OperationForRiskLogin", &mut more.risk_login)],
    );
    if let Some(types) = arguments.filled("VerificationTypes").and_then(verification) {
        more.verification_types = types;
    }
    Ok(view(preference))
}

/// GetSecurityPreference
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(view(&call.account()?.directory.read().security_preference))
}
