//! Logging on to the console, and the rules for passwords.

use serde_json::{Map, Value, json};

use super::product::IMS;
use super::rights::{both, on_user};
use super::who::{named, named_user};
use super::words::PRINCIPAL;
use crate::cloud::directory::{Directory, LoginProfile, PasswordPolicy, PrincipalKind, User};
use crate::cloud::iso8601;
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Reply};
use crate::services::identity::parameters::{
    Setting::{self, Flag, Number},
    password_parameters, password_rules, set_all, set_flag, show_all,
};
use crate::services::identity::{domain::login_profiles, twins};

const STATUS: Parameter = Parameter::optional("Status", Form::OneOf(&["Active", "Inactive"]));
const RESET: Parameter = Parameter::optional("PasswordResetRequired", Form::Boolean);
const MFA: Parameter = Parameter::optional("MFABindRequired", Form::Boolean);

/// The operations on login profiles and passwords.
pub fn table() -> Vec<Operation> {
    vec![
        IMS.action(
            "CreateLoginProfile",
            &[on_user!("CreateLoginProfile")],
            &[PRINCIPAL, Parameter::required("Password", Form::Any), RESET, MFA, STATUS],
            create,
        ),
        IMS.action("GetLoginProfile", &[on_user!("GetLoginProfile")], &[PRINCIPAL], get),
        IMS.action(
            "UpdateLoginProfile",
            &[on_user!("UpdateLoginProfile")],
            &[PRINCIPAL, Parameter::optional("Password", Form::Any), RESET, MFA, STATUS],
            update,
        ),
        IMS.action("DeleteLoginProfile", &[on_user!("DeleteLoginProfile")], &[PRINCIPAL], delete),
        IMS.action(
            "ChangePassword",
            &[Check::new(&["ram:ChangePassword"], "acs:ram:*:{account}:user/{name}")
                .or(&[("ims:ChangePassword", "acs:ims::{account}:*")])
                .about_named(named_user)],
            &[Parameter::required("OldPassword", Form::Any), Parameter::required("NewPassword", Form::Any)],
            twins::change_password,
        ),
        IMS.action(
            "SetPasswordPolicy",
            &[both!("SetPasswordPolicy" on account)],
            &password_parameters!(
                "HardExpire",
                Parameter::optional("InitialPasswordAge", Form::Integer(0, 90)),
                Parameter::optional("InterceptRiskPasswordOnApi", Form::Boolean),
                Parameter::optional("MinimumPasswordDifferentCharacter", Form::Integer(0, 8)),
                Parameter::optional("PasswordNotContainUserName", Form::Boolean),
            ),
            set_password_policy,
        ),
        IMS.action("GetPasswordPolicy", &[both!("GetPasswordPolicy" on account)], &[], get_password_policy),
    ]
}

/// The rules for passwords: those that RAM knows, and these.
const RULES: &[Setting<PasswordPolicy>] = &password_rules("HardExpire");
const MORE_RULES: &[Setting<PasswordPolicy>] = &[
    Number("InitialPasswordAge", |policy| &mut policy.initial_age),
    Flag("InterceptRiskPasswordOnApi", |policy| &mut policy.refuse_leaked),
    Number("MinimumPasswordDifferentCharacter", |policy| &mut policy.minimum_different),
    Flag("PasswordNotContainUserName", |policy| &mut policy.without_user_name),
];

/// What CreateLoginProfile shows.
fn view(directory: &Directory, user: &User) -> Result<Map<String, Value>, ApiError> {
    let profile = login_profiles::of(user)?;
    let mut shown = Map::new();
    let principal = directory.principal_name(PrincipalKind::User, &user.name);
    shown.insert("UserPrincipalName".to_owned(), json!(principal));
    shown.insert("MFABindRequired".to_owned(), json!(profile.mfa_required));
    shown.insert("PasswordResetRequired".to_owned(), json!(profile.reset_required));
    // CHOICE: the word.
    shown.insert("PasswordStatus".to_owned(), json!("Normal"));
    shown.insert("Status".to_owned(), json!(if profile.active { "Active" } else { "Inactive" }));
    shown.insert("UpdateDate".to_owned(), json!(iso8601(profile.updated)));
    Ok(shown)
}

/// What UpdateLoginProfile shows: nobody is disabled for being idle here.
fn updated_view(directory: &Directory, user: &User) -> Result<Map<String, Value>, ApiError> {
    let mut shown = view(directory, user)?;
    shown.insert("AutoDisableLoginStatus".to_owned(), json!("Enabled"));
    Ok(shown)
}

fn set(call: &Call<'_>, profile: &mut LoginProfile) {
    set_flag(&call.arguments, "PasswordResetRequired", &mut profile.reset_required);
    set_flag(&call.arguments, "MFABindRequired", &mut profile.mfa_required);
    if let Some(status) = call.arguments.filled("Status") {
        profile.active = status == "Active";
    }
}

/// CreateLoginProfile
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let (name, password) = (named(call, &directory)?.name.clone(), call.arguments.text("Password"));
    let user = login_profiles::create(&mut directory, &name, password, call.now, |profile| set(call, profile))?;
    Ok(Reply::document(json!({ "LoginProfile": view(&directory, &user)? })))
}

/// GetLoginProfile
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let user = named(call, &directory)?;
    let mut shown = updated_view(&directory, user)?;
    shown.insert("LastLoginTime".to_owned(), json!(user.last_login.map(iso8601).unwrap_or_default()));
    Ok(Reply::document(json!({ "LoginProfile": shown })))
}

/// UpdateLoginProfile: what is left out stays.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let (name, password) = (named(call, &directory)?.name.clone(), call.arguments.filled("Password"));
    let user = login_profiles::change(&mut directory, &name, password, call.now, |profile| set(call, profile))?;
    Ok(Reply::document(json!({ "LoginProfile": updated_view(&directory, &user)? })))
}

/// DeleteLoginProfile
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let name = named(call, &directory)?.name.clone();
    login_profiles::delete(&mut directory, &name)?;
    Ok(Reply::done())
}

fn password_policy(policy: &PasswordPolicy) -> Reply {
    let mut shown = show_all(RULES, policy);
    shown.extend(show_all(MORE_RULES, policy));
    Reply::document(json!({ "PasswordPolicy": shown }))
}

/// SetPasswordPolicy: what is left out stays.
fn set_password_policy(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let policy = &mut directory.password_policy;
    set_all(RULES, &call.arguments, policy);
    set_all(MORE_RULES, &call.arguments, policy);
    Ok(password_policy(policy))
}

/// GetPasswordPolicy
fn get_password_policy(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(password_policy(&call.account()?.directory.read().password_policy))
}
