//! How IMS's operations name what they are about.

use crate::gateway::{ApiError, Form, Parameter};
use crate::services::identity::parameters::{bad_format, too_long};

pub(super) const PRINCIPAL: Parameter =
    Parameter::required("UserPrincipalName", Form::Own(check_principal::<false>, SAMPLE));
pub(super) const PRINCIPAL_OR_ID: Parameter =
    Parameter::optional("UserPrincipalName", Form::Own(check_principal::<false>, SAMPLE));
pub(super) const NEW_PRINCIPAL: Parameter =
    Parameter::optional("NewUserPrincipalName", Form::Own(check_principal::<true>, SAMPLE));
pub(super) const USER_ID: Parameter = Parameter::optional("UserId", Form::Any);
pub(super) const KEY_ID: Parameter = Parameter::required("UserAccessKeyId", Form::Any);
/// The key that a user is named by.
pub(super) const SELECTED_KEY: Parameter = Parameter::optional("UserAccessKeyId", Form::Any);
/// At most so many of what a list has.
pub(super) const MAX_HUNDRED: Parameter = Parameter::optional("MaxItems", Form::Integer(1, 100));

const SAMPLE: &str = "sample@1234567890123456.onaliyun.com";

/// `alice@company.onaliyun.com`, in at most 128 characters.
fn check_principal<const NEW: bool>(value: &str) -> Result<(), ApiError> {
    let name = if NEW { "NewUserPrincipalName" } else { "UserPrincipalName" };
    let Some((user, domain)) = value.split_once('@') else { return Err(bad_format(name)) };
    let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
    if !plain(user) || !plain(domain) {
        return Err(ApiError::bad_request(
            format!("InvalidParameter.{name}.InvalidChars"),
            format!("The parameter - \"{name}\" contains invalid chars."),
        ));
    }
    if value.len() > 128 || user.len() > 64 {
        return Err(too_long(name));
    }
    if user.is_empty() || domain.is_empty() { Err(bad_format(name)) } else { Ok(()) }
}
