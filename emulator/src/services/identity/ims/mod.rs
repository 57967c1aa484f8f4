//! IMS, 2019-08-15: RAM's users, groups, keys, MFA devices and settings by principal name, and the identity providers.
//!
//! Every right has two names, IMS's own and RAM's: an Allow for one suffices, a Deny of either denies (both are published; that
//! they combine so is inferred). Where an operation is RAM's own in all but the name of its product, the handler is RAM's.

pub mod account;
pub mod groups;
pub mod keys;
pub mod login_profiles;
pub mod mfa;
pub mod oidc;
pub mod preferences;
pub mod recycle_bin;
mod reports;
pub mod saml;
pub mod tags;
pub mod unsupported;
pub mod users;

use crate::cloud::directory::{Directory, DirectoryError, PrincipalKind, User};
use crate::cloud::{KeyHolder, ProviderError};
use crate::gateway::{ApiError, Call, Caller, Characters, Form, Parameter, Product};

/// IMS.
pub static IMS: Product =
    Product::new("Ims", "2019-08-15", &["ims.aliyuncs.com"]).locates(&["ims"], super::locate::locate);

/// A row of IMS's tables: the operation, what it needs, its parameters, what performs it.
macro_rules! row {
    ($name:literal, [$($check:expr),+ $(,)?], [$($parameter:expr),* $(,)?], $handler:expr) => {
        crate::gateway::Operation::row(
            &super::IMS,
            $name,
            crate::gateway::Route::Action,
            &[$($check),+],
            &[$($parameter),*],
            $handler,
        )
    };
}

/// The right to an operation under both of its names; RAM's is the one that a refusal shows.
macro_rules! both {
    ($name:literal on everything) => {
        crate::gateway::Check::new(&[concat!("ram:", $name), concat!("ims:", $name)], "*")
    };
    ($name:literal on account) => {
        super::both!($name on "*")
    };
    ($name:literal on $resource:literal) => {
        crate::gateway::Check::new(&[concat!("ram:", $name)], concat!("acs:ram:*:{account}:", $resource))
            .or(&[(concat!("ims:", $name), concat!("acs:ims::{account}:", $resource))])
    };
}

/// The same for an operation on one user, whose tags count.
macro_rules! on_user {
    ($name:literal) => {
        super::both!($name on "user/{name}").about_named(super::named_user)
    };
}

use {both, on_user, row};

const PRINCIPAL: Parameter = Parameter::required("UserPrincipalName", Form::Own(check_principal::<false>, SAMPLE));
const PRINCIPAL_OR_ID: Parameter =
    Parameter::optional("UserPrincipalName", Form::Own(check_principal::<false>, SAMPLE));
const NEW_PRINCIPAL: Parameter =
    Parameter::optional("NewUserPrincipalName", Form::Own(check_principal::<true>, SAMPLE));
const USER_ID: Parameter = Parameter::optional("UserId", Form::Any);
const KEY_ID: Parameter = Parameter::required("UserAccessKeyId", Form::Any);
const GROUP_NAME: Parameter = Parameter::required("GroupName", Form::Name(Characters::User, 64));
const COMMENTS: Parameter = Parameter::optional("Comments", Form::Text(128));
const MARKER: Parameter = Parameter::optional("Marker", Form::Any);

const SAMPLE: &str = "sample@1234567890123456.onaliyun.com";

/// `alice@company.onaliyun.com`, in at most 128 characters.
fn check_principal<const NEW: bool>(value: &str) -> Result<(), ApiError> {
    let name = if NEW { "NewUserPrincipalName" } else { "UserPrincipalName" };
    let error = |suffix: &str, message: String| {
        Err(ApiError::bad_request(format!("InvalidParameter.{name}.{suffix}"), message))
    };
    let Some((user, domain)) = value.split_once('@') else {
        return error("Format", format!("The format of the parameter - \"{name}\" is incorrect."));
    };
    let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
    if !plain(user) || !plain(domain) {
        return error("InvalidChars", format!("The parameter - \"{name}\" contains invalid chars."));
    }
    if value.len() > 128 || user.len() > 64 {
        return error("Length", format!("The parameter - \"{name}\" beyond the length limit."));
    }
    if user.is_empty() || domain.is_empty() {
        return error("Format", format!("The format of the parameter - \"{name}\" is incorrect."));
    }
    Ok(())
}

/// The user that a call names, by principal name or by id, or else the calling user.
fn named_user(call: &Call<'_>, _: &str) -> String {
    let arguments = &call.arguments;
    match (arguments.filled("UserPrincipalName"), arguments.filled("UserId"), &call.caller) {
        (Some(principal), ..) => user_id(principal.split_once('@').map_or("*", |(name, _)| name)),
        (None, Some(id), _) => format!("id/{id}"),
        (None, None, Caller::User { name, .. }) => user_id(name),
        (None, None, _) => user_id("*"),
    }
}

/// A user of this name, as IMS locates it.
fn user_id(name: &str) -> String {
    format!("user/{name}")
}

/// The user of a principal name.
fn user_of<'d>(directory: &'d Directory, principal: &str) -> Result<&'d User, DirectoryError> {
    let name = directory.read_principal_name(PrincipalKind::User, principal);
    directory.user(name.ok_or(DirectoryError::NotExist("User"))?)
}

/// The user that `UserPrincipalName` names.
fn named<'d>(call: &Call<'_>, directory: &'d Directory) -> Result<&'d User, DirectoryError> {
    user_of(directory, call.arguments.text("UserPrincipalName"))
}

/// The user that a call names by one of several ways, and by one only (the code for more is our choice).
fn selected<'d>(call: &Call<'_>, directory: &'d Directory, ways: &[&str]) -> Result<&'d User, ApiError> {
    let mut given = ways.iter().filter_map(|way| call.arguments.filled(way).map(|value| (*way, value)));
    let (way, value) = given.next().ok_or_else(|| ApiError::missing(ways.first().copied().unwrap_or_default()))?;
    if let Some((second, _)) = given.next() {
        return Err(incorrect(second));
    }
    let missing = DirectoryError::NotExist("User");
    let user = match way {
        "UserId" => directory.user_by_id(value).ok_or(missing),
        "UserAccessKeyId" => match call.cloud().keys.get(value).map(|key| key.holder) {
            Some(KeyHolder::User(id)) => directory.user_by_id(&id).ok_or(missing),
            _ => Err(missing),
        },
        _ => user_of(directory, value),
    };
    Ok(user?)
}

/// The name that a new principal name gives a user in this account.
fn new_name<'n>(call: &'n Call<'_>, directory: &Directory, parameter: &str) -> Result<&'n str, ApiError> {
    let name = directory.read_principal_name(PrincipalKind::User, call.arguments.text(parameter));
    // Another account's domain (inferred).
    name.ok_or_else(|| {
        ApiError::bad_request(
            format!("InvalidParameter.{parameter}.Format"),
            format!("The format of the parameter - \"{parameter}\" is incorrect."),
        )
    })
}

fn incorrect(name: &str) -> ApiError {
    ApiError::bad_request(format!("InvalidParameter.{name}"), format!("The parameter - \"{name}\" is incorrect."))
}

fn too_long(name: &str) -> ApiError {
    ApiError::bad_request(
        format!("InvalidParameter.{name}.Length"),
        format!("The parameter - \"{name}\" beyond the length limit."),
    )
}

/// Codes and texts follow RAM's; `Can not find SAML provider.` and its like are STS's.
impl From<ProviderError> for ApiError {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::NotExist(kind) => {
                Self::not_found(format!("EntityNotExist.{kind}"), format!("The {kind} does not exist."))
            }
            ProviderError::Exists(kind) => {
                Self::conflict(format!("EntityAlreadyExists.{kind}"), format!("The {kind} does already EXIST."))
            }
            ProviderError::TooMany(kind) => Self::conflict(
                format!("LimitExceeded.{kind}"),
                format!("The count of {kind} beyond the current limits."),
            ),
        }
    }
}
