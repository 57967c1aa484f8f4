//! What holds for a whole account: its alias, the rules for passwords, what users may do for themselves.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::row;
use crate::cloud::directory::{DirectoryError, PasswordPolicy, SecurityPreference};
use crate::gateway::{ApiError, Arguments, Call, Check, Form, Operation, Parameter, Reply};

const ACCOUNT: &str = "acs:ram:*:{account}:*";

/// The operations on the account's settings.
pub fn table() -> Vec<Operation> {
    vec![
        row(
            "SetAccountAlias",
            &[Check::new(&["ram:SetAccountAlias"], ACCOUNT)],
            &[Parameter::required("AccountAlias", Form::Own(check_alias, "sample"))],
            set_alias,
        ),
        row("GetAccountAlias", &[Check::new(&["ram:GetAccountAlias"], ACCOUNT)], &[], get_alias),
        row("ClearAccountAlias", &[Check::new(&["ram:ClearAccountAlias"], ACCOUNT)], &[], clear_alias),
        row(
            "SetPasswordPolicy",
            &[Check::new(&["ram:SetPasswordPolicy"], ACCOUNT)],
            &[
                Parameter::optional("MinimumPasswordLength", Form::Own(check_minimum_length, "8")),
                Parameter::optional("RequireLowercaseCharacters", Form::Boolean),
                Parameter::optional("RequireUppercaseCharacters", Form::Boolean),
                Parameter::optional("RequireNumbers", Form::Boolean),
                Parameter::optional("RequireSymbols", Form::Boolean),
                Parameter::optional("HardExpiry", Form::Boolean),
                Parameter::optional("MaxPasswordAge", Form::Integer(0, 1095)),
                Parameter::optional("PasswordReusePrevention", Form::Integer(0, 24)),
                Parameter::optional("MaxLoginAttemps", Form::Integer(0, 32)),
            ],
            set_password_policy,
        ),
        row("GetPasswordPolicy", &[Check::new(&["ram:GetPasswordPolicy"], ACCOUNT)], &[], get_password_policy),
        row(
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
        row(
            "GetSecurityPreference",
            &[Check::new(&["ram:GetSecurityPreference"], ACCOUNT)],
            &[],
            get_security_preference,
        ),
    ]
}

/// 3 to 32 lower-case letters, digits and hyphens; no hyphen at an end, nor two in a row.
pub(crate) fn check_alias(value: &str) -> Result<(), ApiError> {
    if !(3..=32).contains(&value.chars().count()) {
        // The published text still names the older limits.
        let message = "The parameter - \"AccountAlias\" MUST be in the range of 3 and 63.";
        return Err(ApiError::bad_request("InvalidParameter.AccountAlias.Length", message));
    }
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if value.bytes().all(known) && !value.starts_with('-') && !value.ends_with('-') && !value.contains("--") {
        return Ok(());
    }
    let message = "The format of parameter - \"AccountAlias\" is incorrect.";
    Err(ApiError::bad_request("InvalidParameter.AccountAlias.Format", message))
}

pub(crate) fn check_minimum_length(value: &str) -> Result<(), ApiError> {
    if value.parse::<u32>().is_ok_and(|length| (8..=32).contains(&length)) {
        return Ok(());
    }
    let message = "The parameter - \"MinimumPasswordLength\" MUST be in the range of 8 and 32.";
    Err(ApiError::bad_request("InvalidParameter.MinimumPasswordLength.Range", message))
}

/// At most 40 networks or addresses, joined by `;`, in at most 512 characters (the suffixes are our choice).
pub(crate) fn check_masks(value: &str) -> Result<(), ApiError> {
    let error = |suffix: &str, message: &str| {
        Err(ApiError::bad_request(format!("InvalidParameter.LoginNetworkMasks.{suffix}"), message.to_owned()))
    };
    if value.chars().count() > 512 || value.split(';').count() > 40 {
        return error("Length", "The parameter - \"LoginNetworkMasks\" beyond the length limit.");
    }
    if value.split(';').all(is_network) {
        Ok(())
    } else {
        error("Format", "The format of the parameter - \"LoginNetworkMasks\" is incorrect.")
    }
}

/// An address, or one with the length of a prefix behind it.
fn is_network(text: &str) -> bool {
    let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let longest = if address.is_ipv4() { 32 } else { 128 };
    prefix.is_none_or(|prefix| prefix.parse::<u8>().is_ok_and(|bits| bits <= longest))
}

/// Sets a flag that is given.
pub(crate) fn set_flag(arguments: &Arguments, name: &str, flag: &mut bool) {
    if arguments.filled(name).is_some() {
        *flag = arguments.flag(name);
    }
}

/// Sets a number that is given.
pub(crate) fn set_number(arguments: &Arguments, name: &str, number: &mut u32) {
    if let Some(new) = arguments.integer(name).and_then(|new| new.try_into().ok()) {
        *number = new;
    }
}

/// SetAccountAlias
fn set_alias(call: &Call<'_>) -> Result<Reply, ApiError> {
    choose_alias(call, call.arguments.text("AccountAlias"))
}

/// Gives the caller's account an alias that no other account has.
pub(crate) fn choose_alias(call: &Call<'_>, alias: &str) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let mut directory = account.directory.write();
    if !call.cloud().take_alias(alias, &account.id) {
        return Err(DirectoryError::AlreadyExists("AccountAlias").into());
    }
    let before = directory.chosen_alias.replace(alias.to_owned());
    if let Some(before) = before.filter(|before| before != alias) {
        call.cloud().leave_alias(&before);
    }
    Ok(Reply::done())
}

/// GetAccountAlias
fn get_alias(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::document(json!({"AccountAlias": call.account()?.directory.read().alias()})))
}

/// ClearAccountAlias
pub(crate) fn clear_alias(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    if let Some(before) = directory.chosen_alias.take() {
        call.cloud().leave_alias(&before);
    }
    Ok(Reply::done())
}

fn password_policy(policy: &PasswordPolicy) -> Reply {
    Reply::document(json!({
        "PasswordPolicy": {
            "MinimumPasswordLength": policy.minimum_length,
            "RequireLowercaseCharacters": policy.require_lowercase,
            "RequireUppercaseCharacters": policy.require_uppercase,
            "RequireNumbers": policy.require_numbers,
            "RequireSymbols": policy.require_symbols,
            "HardExpiry": policy.hard_expiry,
            "MaxPasswordAge": policy.max_age,
            "PasswordReusePrevention": policy.reuse_prevention,
            "MaxLoginAttemps": policy.max_login_attempts,
        },
    }))
}

/// SetPasswordPolicy: what is left out stays. Passwords that there are hold.
fn set_password_policy(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let mut directory = call.account()?.directory.write();
    let policy = &mut directory.password_policy;
    set_number(arguments, "MinimumPasswordLength", &mut policy.minimum_length);
    set_flag(arguments, "RequireLowercaseCharacters", &mut policy.require_lowercase);
    set_flag(arguments, "RequireUppercaseCharacters", &mut policy.require_uppercase);
    set_flag(arguments, "RequireNumbers", &mut policy.require_numbers);
    set_flag(arguments, "RequireSymbols", &mut policy.require_symbols);
    set_flag(arguments, "HardExpiry", &mut policy.hard_expiry);
    set_number(arguments, "MaxPasswordAge", &mut policy.max_age);
    set_number(arguments, "PasswordReusePrevention", &mut policy.reuse_prevention);
    set_number(arguments, "MaxLoginAttemps", &mut policy.max_login_attempts);
    Ok(password_policy(policy))
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
    let arguments = &call.arguments;
    let mut directory = call.account()?.directory.write();
    let preference = &mut directory.security_preference;
    set_flag(arguments, "AllowUserToChangePassword", &mut preference.change_password);
    set_flag(arguments, "AllowUserToManageAccessKeys", &mut preference.manage_access_keys);
    set_flag(arguments, "AllowUserToManageMFADevices", &mut preference.manage_mfa_devices);
    set_flag(arguments, "AllowUserToManagePublicKeys", &mut preference.manage_public_keys);
    set_flag(arguments, "EnableSaveMFATicket", &mut preference.save_mfa_ticket);
    set_number(arguments, "LoginSessionDuration", &mut preference.login_session_duration);
    if let Some(masks) = arguments.get("LoginNetworkMasks") {
        masks.clone_into(&mut preference.login_network_masks);
    }
    Ok(security_preference(preference))
}

/// GetSecurityPreference
fn get_security_preference(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(security_preference(&call.account()?.directory.read().security_preference))
}
