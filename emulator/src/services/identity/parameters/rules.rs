//! The rules of parameters that several faces have.

use std::net::IpAddr;

use super::bad_format;
use crate::gateway::ApiError;

/// Country code, hyphen, number: `86-18600008888`.
pub(crate) fn check_phone<const NEW: bool>(value: &str) -> Result<(), ApiError> {
    let digits = |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    match value.split_once('-') {
        Some((country, number)) if digits(country, 4) && digits(number, 20) => Ok(()),
        _ => Err(bad_format(if NEW { "NewMobilePhone" } else { "MobilePhone" })),
    }
}

pub(crate) fn check_email<const NEW: bool>(value: &str) -> Result<(), ApiError> {
    let plain = |text: &str| !text.is_empty() && !text.contains(|c: char| c == '@' || c.is_whitespace());
    match value.split_once('@') {
        Some((local, domain)) if plain(local) && plain(domain) && value.len() <= 254 => Ok(()),
        _ => Err(bad_format(if NEW { "NewEmail" } else { "Email" })),
    }
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

/// At most 40 networks or addresses, joined by `;`, in at most 512 characters (CHOICE: the suffixes).
pub(crate) fn check_masks(value: &str) -> Result<(), ApiError> {
    if value.chars().count() > 512 || value.split(';').count() > 40 {
        return Err(super::too_long("LoginNetworkMasks"));
    }
    if value.split(';').all(is_network) { Ok(()) } else { Err(bad_format("LoginNetworkMasks")) }
}

/// An address, or one with the length of a prefix behind it.
fn is_network(text: &str) -> bool {
    let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let longest = if address.is_ipv4() { 32 } else { 128 };
    prefix.is_none_or(|prefix| prefix.parse::<u8>().is_ok_and(|bits| bits <= longest))
}

/// With the suffix the role's name has 64 characters at most (ResourceManager: CreateServiceLinkedRole).
pub(super) fn check_suffix(value: &str) -> Result<(), ApiError> {
    if value.chars().count() >= 64 {
        let message = "The maximum length of the parameter CustomSuffix is exceeded.";
        return Err(ApiError::bad_request("InvalidParameter.CustomSuffix.Length", message));
    }
    if value.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '.' | '-')) {
        return Ok(());
    }
    let message = "The parameter CustomSuffix contains invalid characters.";
    Err(ApiError::bad_request("InvalidParameter.CustomSuffix.InvalidChars", message))
}

/// `v` and a number.
pub(super) fn check_version_id(value: &str) -> Result<(), ApiError> {
    let number = value.strip_prefix('v').filter(|number| !number.is_empty());
    let fits = number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    if fits { Ok(()) } else { Err(bad_format("VersionId")) }
}

/// `acs:ram::<account>:mfa/<name>`
pub(super) fn check_serial(value: &str) -> Result<(), ApiError> {
    let name = value.strip_prefix("acs:ram::").and_then(|rest| rest.split_once(":mfa/"));
    let plain = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c));
    let fits = name.is_some_and(|(account, name)| plain(account) && plain(name));
    if fits { Ok(()) } else { Err(bad_format("SerialNumber")) }
}

pub(super) fn check_code(value: &str) -> Result<(), ApiError> {
    if value.len() == 6 && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    Err(ApiError::bad_request(
        "InvalidParameter.AuthenticationCode.Format",
        "The parameter - \"AuthenticationCode\" MUST be 6 numbers.",
    ))
}

/// 16 digits.
pub(crate) fn is_account_id(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit())
}
