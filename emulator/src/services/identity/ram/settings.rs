//! What holds for a whole account: its alias, the rules for passwords, what users may do for themselves.

use serde_json::{Value, json};

use super::product::RAM;
use crate::cloud::directory::{PasswordPolicy, SecurityPreference};
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Reply};
use crate::services::identity::domain::settings::{choose_alias, clear_alias};
use crate::services::identity::parameters::{
    Setting::{self, Flag, Number},
    check_alias, check_masks, password_parameters, password_rules, set_all, set_texts, show_all,
};

const ACCOUNT: &str = "acs:ram:*:{account}:*";

/// The operations on the account's settings.
pub fn table() -> Vec<Operation> {
    vec![
        RAM.action(
            "SetAccountAlias",
            &[Check::new(&["ram:SetAccountAlias"], ACCOUNT)],
            &[Parameter::required("AccountAlias", Form::Own(check_alias, "sample"))],
            set_alias,
        ),
        RAM.action("GetAccountAlias", &[Check::new(&["ram:GetAccountAlias"], ACCOUNT)], &[], get_alias),
        RAM.action("ClearAccountAlias", &[Check::new(&["ram:ClearAccountAlias"], ACCOUNT)], &[], unset_alias),
        RAM.action(
            "SetPasswordPolicy",
            &[Check::new(&["ram:SetPasswordPolicy"], ACCOUNT)],
            &password_parameters!("HardExpiry"),
            set_password_policy,
        ),
        RAM.action("GetPasswordPolicy", &[Check::new(&["ram:GetPasswordPolicy"], ACCOUNT)], &[], get_password_policy),
        RAM.action(
            "SetSecurityPreference",
            &[Check::new(&["ram:SetSecurityPreference"], ACCOUNT)],
            &[
                Parameter::optional("AllowUserToChangePassword", Form::Boolean),
                Parameter::optional("AllowUserToManageAccessKeys", Form::Boolean),
                Parameter::optional("AllowUserToManageMFADevices", Form::Boolean),
                Parameter::optional("AllowUserToManagePublicKeys", Form::Boolean),
                Parameter::optional("EnableSaveMFATicket", Form::Boolean),
                Parameter::optional("LoginNetworkMasks", Form::Own(check_masks, "10.0.0.0/8")),
                Parameter::optional("LoginSessionDuration", Form::Integer(1, 24)),
            ],
            set_security_preference,
        ),
        RAM.action(
            "GetSecurityPreference",
            &[Check::new(&["ram:GetSecurityPreference"], ACCOUNT)],
            &[],
            get_security_preference,
        ),
    ]
}

/// The rules for passwords.
const RULES: &[Setting<PasswordPolicy>] = &password_rules("HardExpiry");

/// What users may do for themselves.
const PREFERENCES: &[Setting<SecurityPreference>] = &[
    Flag("AllowUserToChangePassword", |preference| &mut preference.change_password),
    Flag("AllowUserToManageAccessKeys", |preference| &mut preference.manage_access_keys),
    Flag("AllowUserToManageMFADevices", |preference| &mut preference.manage_mfa_devices),
    Flag("AllowUserToManagePublicKeys", |preference| &mut preference.manage_public_keys),
    Flag("EnableSaveMFATicket", |preference| &mut preference.save_mfa_ticket),
    Number("LoginSessionDuration", |preference| &mut preference.login_session_duration),
];

/// SetAccountAlias
fn set_alias(call: &Call<'_>) -> Result<Reply, ApiError> {
    choose_alias(call, call.arguments.text("AccountAlias"))?;
    Ok(Reply::done())
}

/// GetAccountAlias
fn get_alias(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::document(json!({"AccountAlias": call.account()?.directory.read().alias()})))
}

/// ClearAccountAlias
fn unset_alias(call: &Call<'_>) -> Result<Reply, ApiError> {
    clear_alias(call)?;
    Ok(Reply::done())
}

fn password_policy(policy: &PasswordPolicy) -> Reply {
    Reply::document(json!({ "PasswordPolicy": show_all(RULES, policy) }))
}

/// SetPasswordPolicy: what is left out stays. Passwords that there are hold.
fn set_password_policy(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    set_all(RULES, &call.arguments, &mut directory.password_policy);
    Ok(password_policy(&directory.password_policy))
}

/// GetPasswordPolicy
fn get_password_policy(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(password_policy(&call.account()?.directory.read().password_policy))
}

fn security_preference(preference: &SecurityPreference) -> Reply {
    let shown: Value = json!({
        "LoginProfilePreference": {
            "AllowUserToChangePassword": preference.change_password,
            "EnableSaveMFATicket": preference.save_mfa_ticket,
            "LoginNetworkMasks": preference.login_network_masks,
            "LoginSessionDuration": preference.login_session_duration,
        },
        "AccessKeyPreference": {"AllowUserToManageAccessKeys": preference.manage_access_keys},
        "MFAPreference": {"AllowUserToManageMFADevices": preference.manage_mfa_devices},
        "PublicKeyPreference": {"AllowUserToManagePublicKeys": preference.manage_public_keys},
    });
    Reply::document(json!({ "SecurityPreference": shown }))
}

/// SetSecurityPreference: what is left out stays; masks that are sent empty are cleared.
fn set_security_preference(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let preference = &mut directory.security_preference;
    set_all(PREFERENCES, &call.arguments, preference);
    set_texts(&call.arguments, [("LoginNetworkMasks", &mut preference.login_network_masks)]);
    Ok(security_preference(preference))
}

/// GetSecurityPreference
fn get_security_preference(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(security_preference(&call.account()?.directory.read().security_preference))
}
