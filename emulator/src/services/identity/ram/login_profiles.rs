//! Logging on to the console: login profiles, and a user's change of its own password.

use serde_json::json;

use super::product::RAM;
use super::words::{USER, USER_NAME};
use crate::cloud::directory::{LoginProfile, User};
use crate::cloud::iso8601;
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Reply};
use crate::services::identity::parameters::set_flag;
use crate::services::identity::{domain::login_profiles, twins};

const PASSWORD_RESET: Parameter = Parameter::optional("PasswordResetRequired", Form::Boolean);
const MFA_BIND: Parameter = Parameter::optional("MFABindRequired", Form::Boolean);

/// The operations on login profiles.
pub fn table() -> Vec<Operation> {
    vec![
        RAM.action(
            "CreateLoginProfile",
            &[Check::new(&["ram:CreateLoginProfile"], USER)],
            &[USER_NAME, Parameter::required("Password", Form::Any), PASSWORD_RESET, MFA_BIND],
            create,
        ),
        RAM.action("GetLoginProfile", &[Check::new(&["ram:GetLoginProfile"], USER)], &[USER_NAME], get),
        RAM.action(
            "UpdateLoginProfile",
            &[Check::new(&["ram:UpdateLoginProfile"], USER)],
            &[USER_NAME, Parameter::optional("Password", Form::Any), PASSWORD_RESET, MFA_BIND],
            update,
        ),
        RAM.action("DeleteLoginProfile", &[Check::new(&["ram:DeleteLoginProfile"], USER)], &[USER_NAME], delete),
        RAM.action(
            "ChangePassword",
            &[Check::new(&["ram:ChangePassword"], "acs:ram:*:{account}:user/{caller}")],
            &[Parameter::required("OldPassword", Form::Any), Parameter::required("NewPassword", Form::Any)],
            twins::change_password,
        ),
    ]
}

/// What CreateLoginProfile and GetLoginProfile show.
fn answer(user: &User) -> Result<Reply, ApiError> {
    let profile = login_profiles::of(user)?;
    Ok(Reply::document(json!({
        "LoginProfile": {
            "UserName": user.name,
            "CreateDate": iso8601(profile.created),
            "PasswordResetRequired": profile.reset_required,
            "MFABindRequired": profile.mfa_required,
        },
    })))
}

fn set(call: &Call<'_>, profile: &mut LoginProfile) {
    set_flag(&call.arguments, "PasswordResetRequired", &mut profile.reset_required);
    set_flag(&call.arguments, "MFABindRequired", &mut profile.mfa_required);
}

/// CreateLoginProfile
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (user, password) = (call.arguments.text("UserName"), call.arguments.text("Password"));
    let mut directory = call.account()?.directory.write();
    answer(&login_profiles::create(&mut directory, user, password, call.now, |profile| set(call, profile))?)
}

/// GetLoginProfile
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    answer(call.account()?.directory.read().user(call.arguments.text("UserName"))?)
}

/// UpdateLoginProfile: what is left out stays.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (user, password) = (call.arguments.text("UserName"), call.arguments.filled("Password"));
    let mut directory = call.account()?.directory.write();
    login_profiles::change(&mut directory, user, password, call.now, |profile| set(call, profile))?;
    Ok(Reply::done())
}

/// DeleteLoginProfile
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    login_profiles::delete(&mut call.account()?.directory.write(), call.arguments.text("UserName"))?;
    Ok(Reply::done())
}
