//! The rules for passwords as RAM and IMS read and show them. Of one of them each has its own spelling.

use super::Setting::{self, Flag, Number};
use crate::cloud::directory::PasswordPolicy;
use crate::gateway::ApiError;

/// The rules that both faces know. `hard_expiry` is `HardExpiry` or `HardExpire`.
pub(crate) const fn password_rules(hard_expiry: &'static str) -> [Setting<PasswordPolicy>; 9] {
    [
        Number("MinimumPasswordLength", |policy| &mut policy.minimum_length),
        Flag("RequireLowercaseCharacters", |policy| &mut policy.require_lowercase),
        Flag("RequireUppercaseCharacters", |policy| &mut policy.require_uppercase),
        Flag("RequireNumbers", |policy| &mut policy.require_numbers),
        Flag("RequireSymbols", |policy| &mut policy.require_symbols),
        Flag(hard_expiry, |policy| &mut policy.hard_expiry),
        Number("MaxPasswordAge", |policy| &mut policy.max_age),
        Number("PasswordReusePrevention", |policy| &mut policy.reuse_prevention),
        Number("MaxLoginAttemps", |policy| &mut policy.max_login_attempts),
    ]
}

/// Their parameters, with those that a face has besides.
macro_rules! password_parameters {
    ($hard_expiry:literal $(, $more:expr)* $(,)?) => {
        [
            Parameter::optional(
                "MinimumPasswordLength",
                Form::Own($crate::services::identity::parameters::check_minimum_length, "8"),
            ),
            Parameter::optional("RequireLowercaseCharacters", Form::Boolean),
            Parameter::optional("RequireUppercaseCharacters", Form::Boolean),
            Parameter::optional("RequireNumbers", Form::Boolean),
            Parameter::optional("RequireSymbols", Form::Boolean),
            Parameter::optional($hard_expiry, Form::Boolean),
            Parameter::optional("MaxPasswordAge", Form::Integer(0, 1095)),
            Parameter::optional("PasswordReusePrevention", Form::Integer(0, 24)),
            Parameter::optional("MaxLoginAttemps", Form::Integer(0, 32)),
            $($more),*
        ]
    };
}

pub(crate) use password_parameters;

pub(crate) fn check_minimum_length(value: &str) -> Result<(), ApiError> {
    if value.parse::<u32>().is_ok_and(|length| (8..=32).contains(&length)) {
        return Ok(());
    }
    let message = "The parameter - \"MinimumPasswordLength\" MUST be in the range of 8 and 32.";
    Err(ApiError::bad_request("InvalidParameter.MinimumPasswordLength.Range", message))
}
