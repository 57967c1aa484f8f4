//! Logging on to the console, and the rules for passwords.

use serde_json::{Map, Value, json};

use super::{PRINCIPAL, both, named, on_user, row};
use crate::cloud::directory::{Directory, DirectoryError, LoginProfile, PasswordPolicy, PrincipalKind, User};
use crate::cloud::iso8601;
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Reply};
use crate::services::identity::ram::login_profiles::{MISSING, change_password, check_strength};
use crate::services::identity::ram::settings::{check_minimum_length, set_flag, set_number};

const STATUS: Parameter = Parameter::optional("Status", Form::OneOf(&["Active", "Inactive"]));
const RESET: Parameter = Parameter::optional("PasswordResetRequired", Form::Boolean);
const MFA: Parameter = Parameter::optional("MFABindRequired", Form::Boolean);

/// The operations on login profiles and passwords.
pub fn table() -> Vec<Operation> {
    vec![
        row!(
            "CreateLoginProfile",
            [on_user!("CreateLoginProfile")],
            [PRINCIPAL, Parameter::required("Password", Form::Any), RESET, MFA, STATUS],
            create
        ),
        row!("GetLoginProfile", [on_user!("GetLoginProfile")], [PRINCIPAL], get),
        row!(
            "UpdateLoginProfile",
            [on_user!("UpdateLoginProfile")],
            [PRINCIPAL, Parameter::optional("Password", Form::Any), RESET, MFA, STATUS],
            update
        ),
        row!("DeleteLoginProfile", [on_user!("DeleteLoginProfile")], [PRINCIPAL], delete),
        row!(
            "ChangePassword",
            [Check::new(&["ram:ChangePassword"], "acs:ram:*:{account}:user/{name}")
                .or(&[("ims:ChangePassword", "acs:ims::{account}:*")])
                .about_named(super::named_user)],
            [Parameter::required("OldPassword", Form::Any), Parameter::required("NewPassword", Form::Any)],
            change_password
        ),
        row!(
            "SetPasswordPolicy",
            [both!("SetPasswordPolicy" on account)],
            [
                Parameter::optional("MinimumPasswordLength", Form::Own(check_minimum_length, "8")),
                Parameter::optional("RequireLowercaseCharacters", Form::Boolean),
                Parameter::optional("RequireUppercaseCharacters", Form::Boolean),
                Parameter::optional("RequireNumbers", Form::Boolean),
                Parameter::optional("RequireSymbols", Form::Boolean),
                Parameter::optional("HardExpire", Form::Boolean),
                Parameter::optional("MaxPasswordAge", Form::Integer(0, 1095)),
                Parameter::optional("PasswordReusePrevention", Form::Integer(0, 24)),
                Parameter::optional("MaxLoginAttemps", Form::Integer(0, 32)),
                Parameter::optional("InitialPasswordAge", Form::Integer(0, 90)),
                Parameter::optional("InterceptRiskPasswordOnApi", Form::Boolean),
                Parameter::optional("MinimumPasswordDifferentCharacter", Form::Integer(0, 8)),
                Parameter::optional("PasswordNotContainUserName", Form::Boolean),
            ],
            set_password_policy
        ),
        row!("GetPasswordPolicy", [both!("GetPasswordPolicy" on account)], [], get_password_policy),
    ]
}

/// What CreateLoginProfile shows.
fn view(directory: &Directory, user: &User, profile: &LoginProfile) -> Map<String, Value> {
    let mut shown = Map::new();
    let principal = directory.principal_name(PrincipalKind::User, &user.name);
    shown.insert("UserPrincipalName".to_owned(), json!(principal));
    shown.insert("MFABindRequired".to_owned(), json!(profile.mfa_required));
    shown.insert("PasswordResetRequired".to_owned(), json!(profile.reset_required));
    // The word is our choice.
    shown.insert("PasswordStatus".to_owned(), json!("Normal"));
    shown.insert("Status".to_owned(), json!(if profile.active { "Active" } else { "Inactive" }));
    shown.insert("UpdateDate".to_owned(), json!(iso8601(profile.updated)));
    shown
}

/// What UpdateLoginProfile shows: nobody is disabled for being idle here.
fn updated_view(directory: &Directory, user: &User, profile: &LoginProfile) -> Map<String, Value> {
    let mut shown = view(directory, user, profile);
    shown.insert("AutoDisableLoginStatus".to_owned(), json!("Enabled"));
    shown
}

fn set(call: &Call<'_>, profile: &mut LoginProfile) {
    set_flag(&call.arguments, "PasswordResetRequired", &mut profile.reset_required);
    set_flag(&call.arguments, "MFABindRequired", &mut profile.mfa_required);
    if let Some(status) = call.arguments.filled("Status") {
        profile.active = status == "Active";
    }
    profile.updated = call.now;
}

/// CreateLoginProfile
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let user = named(call, &directory)?;
    if user.login.is_some() {
        return Err(DirectoryError::AlreadyExists("User.LoginProfile").into());
    }
    let password = call.arguments.text("Password");
    check_strength("Password", password, &directory.password_policy, &user.name)?;
    let mut profile = LoginProfile::new(password, call.now);
    set(call, &mut profile);
    let shown = view(&directory, user, &profile);
    let name = user.name.clone();
    directory.user_mut(&name)?.login = Some(profile);
    Ok(Reply::document(json!({ "LoginProfile": shown })))
}

/// GetLoginProfile
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let user = named(call, &directory)?;
    let mut shown = updated_view(&directory, user, user.login.as_ref().ok_or(MISSING)?);
    shown.insert("LastLoginTime".to_owned(), json!(user.last_login.map(iso8601).unwrap_or_default()));
    Ok(Reply::document(json!({ "LoginProfile": shown })))
}

/// UpdateLoginProfile: what is left out stays.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let user = named(call, &directory)?;
    let mut profile = user.login.clone().ok_or(MISSING)?;
    if let Some(password) = call.arguments.filled("Password") {
        check_strength("Password", password, &directory.password_policy, &user.name)?;
        profile.set_password(password, call.now);
    }
    set(call, &mut profile);
    let shown = updated_view(&directory, user, &profile);
    let name = user.name.clone();
    directory.user_mut(&name)?.login = Some(profile);
    Ok(Reply::document(json!({ "LoginProfile": shown })))
}

/// DeleteLoginProfile
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let name = named(call, &directory)?.name.clone();
    directory.user_mut(&name)?.login.take().ok_or(MISSING)?;
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
            "HardExpire": policy.hard_expiry,
            "MaxPasswordAge": policy.max_age,
            "PasswordReusePrevention": policy.reuse_prevention,
            "MaxLoginAttemps": policy.max_login_attempts,
            "InitialPasswordAge": policy.initial_age,
            "InterceptRiskPasswordOnApi": policy.refuse_leaked,
            "MinimumPasswordDifferentCharacter": policy.minimum_different,
            "PasswordNotContainUserName": policy.without_user_name,
        },
    }))
}

/// SetPasswordPolicy: what is left out stays.
fn set_password_policy(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let mut directory = call.account()?.directory.write();
    let policy = &mut directory.password_policy;
    let flags = [
        ("RequireLowercaseCharacters", &mut policy.require_lowercase),
        ("RequireUppercaseCharacters", &mut policy.require_uppercase),
        ("RequireNumbers", &mut policy.require_numbers),
        ("RequireSymbols", &mut policy.require_symbols),
        ("HardExpire", &mut policy.hard_expiry),
        ("InterceptRiskPasswordOnApi", &mut policy.refuse_leaked),
        ("PasswordNotContainUserName", &mut policy.without_user_name),
    ];
    for (name, flag) in flags {
        set_flag(arguments, name, flag);
    }
    let numbers = [
        ("MinimumPasswordLength", &mut policy.minimum_length),
        ("MaxPasswordAge", &mut policy.max_age),
        ("PasswordReusePrevention", &mut policy.reuse_prevention),
        ("MaxLoginAttemps", &mut policy.max_login_attempts),
        ("InitialPasswordAge", &mut policy.initial_age),
        ("MinimumPasswordDifferentCharacter", &mut policy.minimum_different),
    ];
    for (name, number) in numbers {
        set_number(arguments, name, number);
    }
    Ok(password_policy(policy))
}

/// GetPasswordPolicy
fn get_password_policy(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(password_policy(&call.account()?.directory.read().password_policy))
}
