//! Logging on to the console: login profiles and their passwords.

use jiff::Timestamp;

use crate::cloud::directory::{Directory, DirectoryError, LoginProfile, PasswordPolicy, User};
use crate::gateway::{ApiError, Call, Caller};

const MISSING: DirectoryError = DirectoryError::NotExist("User.LoginProfile");

/// Refuses a password that the account's rules do not allow.
fn check_strength(parameter: &str, password: &str, policy: &PasswordPolicy, user: &str) -> Result<(), ApiError> {
    if policy.accepts(password, user) {
        return Ok(());
    }
    Err(ApiError::bad_request(
        format!("InvalidParameter.{parameter}.TooWeak"),
        format!("The parameter - \"{parameter}\" is not compliant with the password policy."),
    ))
}

/// The login profile of a user.
pub(crate) fn of(user: &User) -> Result<&LoginProfile, DirectoryError> {
    user.login.as_ref().ok_or(MISSING)
}

/// Lets a user log on; `fill` says how, beside the password. Gives the user with its profile.
pub(crate) fn create(
    directory: &mut Directory,
    name: &str,
    password: &str,
    now: Timestamp,
    fill: impl FnOnce(&mut LoginProfile),
) -> Result<User, ApiError> {
    let policy = directory.password_policy.clone();
    let user = directory.user_mut(name)?;
    if user.login.is_some() {
        return Err(DirectoryError::AlreadyExists("User.LoginProfile").into());
    }
    check_strength("Password", password, &policy, &user.name)?;
    let mut profile = LoginProfile::new(password, now);
    fill(&mut profile);
    user.login = Some(profile);
    Ok(user.clone())
}

/// Changes how a user logs on, the password as well where there is a new one. Gives the user with its profile.
pub(crate) fn change(
    directory: &mut Directory,
    name: &str,
    password: Option<&str>,
    now: Timestamp,
    change: impl FnOnce(&mut LoginProfile),
) -> Result<User, ApiError> {
    let policy = directory.password_policy.clone();
    let user = directory.user_mut(name)?;
    let profile = user.login.as_mut().ok_or(MISSING)?;
    if let Some(password) = password {
        check_strength("Password", password, &policy, &user.name)?;
        profile.set_password(password, now);
    }
    change(profile);
    profile.updated = now;
    Ok(user.clone())
}

/// Lets a user log on no more.
pub(crate) fn delete(directory: &mut Directory, name: &str) -> Result<(), DirectoryError> {
    directory.user_mut(name)?.login.take().map(drop).ok_or(MISSING)
}

/// Changes the calling user's own password.
pub(crate) fn change_password(call: &Call<'_>, old: &str, new: &str) -> Result<(), ApiError> {
    let Caller::User { name, .. } = &call.caller else {
        // CHOICE: the text.
        return Err(ApiError::bad_request("NotSupport.Account", "Only a RAM user has a password to change."));
    };
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
    Ok(())
}
