//! Logging on to the console: login profiles, and a user's change of its own password.

use serde_json::{Value, json};

use super::{USER, USER_NAME, row};
use crate::cloud::directory::{DirectoryError, LoginProfile, PasswordPolicy, User};
use crate::cloud::iso8601;
use crate::gateway::{ApiError, Call, Caller, Check, Form, Operation, Parameter, Reply};

const PASSWORD_RESET: Parameter = Parameter::optional("PasswordResetRequired", Form::Boolean);
const MFA_BIND: Parameter = Parameter::optional("MFABindRequired", Form::Boolean);

/// The operations on login profiles.
pub fn table() -> Vec<Operation> {
    vec![
        row(
            "CreateLoginProfile",
            &[Check::new(&["ram:CreateLoginProfile"], USER)],
            &[USER_NAME, Parameter::required("Password", Form::Any), PASSWORD_RESET, MFA_BIND],
            create,
        ),
        row("GetLoginProfile", &[Check::new(&["ram:GetLoginProfile"], USER)], &[USER_NAME], get),
        row(
            "UpdateLoginProfile",
            &[Check::new(&["ram:UpdateLoginProfile"], USER)],
            &[USER_NAME, Parameter::optional("Password", Form::Any), PASSWORD_RESET, MFA_BIND],
            update,
        ),
        row("DeleteLoginProfile", &[Check::new(&["ram:DeleteLoginProfile"], USER)], &[USER_NAME], delete),
        row(
            "ChangePassword",
            &[Check::new(&["ram:ChangePassword"], "acs:ram:*:{account}:user/{caller}")],
            &[Parameter::required("OldPassword", Form::Any), Parameter::required("NewPassword", Form::Any)],
            change_password,
        ),
    ]
}

pub(crate) const MISSING: DirectoryError = DirectoryError::NotExist("User.LoginProfile");

/// Refuses a password that the account's rules do not allow.
pub(crate) fn check_strength(
    parameter: &str,
    password: &str,
    policy: &PasswordPolicy,
    user: &str,
) -> Result<(), ApiError> {
    if policy.accepts(password, user) {
        return Ok(());
    }
    Err(ApiError::bad_request(
        format!("InvalidParameter.{parameter}.TooWeak"),
        format!("The parameter - \"{parameter}\" is not compliant with the password policy."),
    ))
}

fn view(user: &User, profile: &LoginProfile) -> Value {
    json!({
        "UserName": user.name,
        "CreateDate": iso8601(profile.created),
        "PasswordResetRequired": profile.reset_required,
        "MFABindRequired": profile.mfa_required,
    })
}

/// CreateLoginProfile
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let policy = directory.password_policy.clone();
    let user = directory.user_mut(call.arguments.text("UserName"))?;
    if user.login.is_some() {
        return Err(DirectoryError::AlreadyExists("User.LoginProfile").into());
    }
    let password = call.arguments.text("Password");
    check_strength("Password", password, &policy, &user.name)?;
    let mut profile = LoginProfile::new(password, call.now);
    profile.reset_required = call.arguments.flag("PasswordResetRequired");
    profile.mfa_required = call.arguments.flag("MFABindRequired");
    let shown = view(user, &profile);
    user.login = Some(profile);
    Ok(Reply::document(json!({ "LoginProfile": shown })))
}

/// GetLoginProfile
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let user = directory.user(call.arguments.text("UserName"))?;
    let profile = user.login.as_ref().ok_or(MISSING)?;
    Ok(Reply::document(json!({ "LoginProfile": view(user, profile) })))
}

/// UpdateLoginProfile: what is left out stays.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let mut directory = call.account()?.directory.write();
    let policy = directory.password_policy.clone();
    let user = directory.user_mut(arguments.text("UserName"))?;
    let profile = user.login.as_mut().ok_or(MISSING)?;
    if let Some(password) = arguments.filled("Password") {
        check_strength("Password", password, &policy, &user.name)?;
        profile.set_password(password, call.now);
    }
    let flags =
        [("PasswordResetRequired", &mut profile.reset_required), ("MFABindRequired", &mut profile.mfa_required)];
    for (name, flag) in flags {
        if arguments.filled(name).is_some() {
            *flag = arguments.flag(name);
        }
    }
    profile.updated = call.now;
    Ok(Reply::done())
}

/// DeleteLoginProfile
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    directory.user_mut(call.arguments.text("UserName"))?.login.take().ok_or(MISSING)?;
    Ok(Reply::done())
}

/// ChangePassword: the calling user's own.
pub(crate) fn change_password(call: &Call<'_>) -> Result<Reply, ApiError> {
    let Caller::User { name, .. } = &call.caller else {
        // The text is our choice.
        return Err(ApiError::bad_request("NotSupport.Account", "Only a RAM user has a password to change."));
    };
    let (old, new) = (call.arguments.text("OldPassword"), call.arguments.text("NewPassword"));
    let mut directory = call.account()?.directory.write();
    let policy = directory.password_policy.clone();
    let user = directory.user_mut(name)?;
    let profile = user.login.as_mut().ok_or(MISSING)?;
    if !profile.is_password(old) {
        let (code, message) =
            ("InvalidParameter.OldPassword.Incorrect", "The parameter - \"OldPassword\" is incorrect.");
        return Err(ApiError::bad_request(code, message));
    }
    check_strength("NewPassword", new, &policy, &user.name)?;
    if profile.used_lately(new, policy.reuse_prevention.try_into().unwrap_or(usize::MAX)) {
        return Err(ApiError::bad_request(
            "InvalidParameter.NewPassword.ReusePrevention",
            "The parameter - \"NewPassword\" was used before.",
        ));
    }
    profile.set_password(new, call.now);
    profile.reset_required = false;
    Ok(Reply::done())
}
