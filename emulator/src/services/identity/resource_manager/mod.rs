//! ResourceManager, 2020-03-31: resource groups, policies at resource-group scope, the resource directory with its folders and
//! members, control policies, and the twins of RAM's operations on roles and policies.
//!
//! A file a family, each with its table of operations and their handlers.

pub mod accounts;
pub mod attachments;
pub mod control_policies;
pub mod delegation;
pub mod directory;
mod errors;
pub mod folders;
pub mod groups;
pub mod linked_roles;
mod page;
pub mod policies;
pub mod resources;
pub mod roles;
pub mod tags;
pub mod unsupported;

use acslab_policy::{Document, DocumentKind};
use http::StatusCode;
use jiff::Timestamp;

use crate::gateway::{ApiError, Call, Form, Parameter, Product};

/// ResourceManager.
pub static RESOURCE_MANAGER: Product = Product::new(
    "ResourceManager",
    "2020-03-31",
    &["resourcemanager.aliyuncs.com", "resourcemanager.{region}.aliyuncs.com"],
)
.locates(&["resourcemanager"], super::locate::locate);

const PAGE_NUMBER: Parameter = Parameter::optional("PageNumber", Form::Integer(1, i64::MAX));
const PAGE_SIZE: Parameter = Parameter::optional("PageSize", Form::Integer(1, 100));
const LANGUAGE: Parameter = Parameter::optional("Language", Form::OneOf(&["zh-CN", "en", "ja"]));
const INCLUDE_TAGS: Parameter = Parameter::optional("IncludeTags", Form::Boolean);

/// A row of ResourceManager's tables: the operation, what it needs, its parameters, what performs it.
macro_rules! row {
    ($name:literal, [$($check:expr),+ $(,)?], [$($parameter:expr),* $(,)?], $handler:expr) => {
        crate::gateway::Operation::row(
            &super::RESOURCE_MANAGER,
            $name,
            crate::gateway::Route::Action,
            &[$($check),+],
            &[$($parameter),*],
            $handler,
        )
    };
}

/// The right to an operation under its own name: `resourcemanager:CreateFolder`.
macro_rules! own {
    ($name:literal on $resource:expr) => {
        crate::gateway::Check::new(&[concat!("resourcemanager:", $name)], $resource)
    };
}

/// A parameter with a rule of this service: refused with `InvalidParameter.<Name>`.
macro_rules! ruled {
    ($need:ident $name:literal, $rule:path, $sample:literal) => {
        crate::gateway::Parameter::$need(
            $name,
            crate::gateway::Form::Own(|value| if $rule(value) { Ok(()) } else { Err(super::invalid($name)) }, $sample),
        )
    };
}

/// A parameter with a policy document: `document!(required "PolicyDocument", Identity, BAD_REQUEST)`. One that is malformed is a
/// conflict in this service, other than in RAM; how one that is too long is refused is published operation by operation.
macro_rules! document {
    ($need:ident $name:literal, $kind:ident, $too_long:ident) => {
        crate::gateway::Parameter::$need(
            $name,
            crate::gateway::Form::Own(
                |value| {
                    let kind = acslab_policy::DocumentKind::$kind;
                    super::check_document($name, kind, http::StatusCode::$too_long, value)
                },
                super::sample(acslab_policy::DocumentKind::$kind),
            ),
        )
    };
}

use {document, own, row, ruled};

fn check_document(name: &str, kind: DocumentKind, too_long: StatusCode, value: &str) -> Result<(), ApiError> {
    let Err(malformed) = Document::parse(kind, value) else { return Ok(()) };
    if malformed.is_too_long() {
        let most = kind.size_limit().0;
        let message = format!("The maximum length of {name} is exceeded. It must not exceed {most} characters.");
        return Err(ApiError::new(too_long, format!("InvalidParameter.{name}.Length"), message));
    }
    Err(ApiError::conflict("MalformedPolicyDocument", malformed.api_message()))
}

const fn sample(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Trust => {
            r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["pai.aliyuncs.com"]}}]}"#
        }
        _ => r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"oss:GetObject","Resource":"*"}]}"#,
    }
}

/// A parameter's value that cannot be right (Resource Management: error codes of the operations).
fn invalid(name: &str) -> ApiError {
    ApiError::bad_request(format!("InvalidParameter.{name}"), format!("The {name} is invalid."))
}

/// The documented form of times in the resource directory: to the millisecond.
fn iso8601_millis(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

fn alphanumeric(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// 16 digits.
pub(super) fn is_account_id(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `r-` and 6, or `fd-` and 10 alphanumerics.
fn is_folder_id(text: &str) -> bool {
    let rest =
        |prefix, length| text.strip_prefix(prefix).is_some_and(|id: &str| id.len() == length && alphanumeric(id));
    rest("r-", 6) || rest("fd-", 10)
}

/// `rg-` and up to 15 alphanumerics.
fn is_group_id(text: &str) -> bool {
    text.strip_prefix("rg-").is_some_and(|id| id.len() <= 15 && alphanumeric(id))
}

/// A resource group, or the whole account by its id.
fn is_group_or_account_id(text: &str) -> bool {
    is_group_id(text) || is_account_id(text)
}

/// A letter, then letters, digits and hyphens.
fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|character| character.is_ascii_alphanumeric() || character == '-')
}

/// Looks into the directory that the caller's account manages.
fn in_directory<T>(
    call: &Call<'_>,
    read: impl FnOnce(&crate::cloud::ResourceDirectory) -> Result<T, crate::cloud::ResourceDirectoryError>,
) -> Result<T, ApiError> {
    Ok(call.cloud().resource_directories.read(&call.account()?.id, read)?)
}

/// Looks into the directory that the caller's account manages, or of which it is a delegated administrator.
fn in_delegated_directory<T>(
    call: &Call<'_>,
    read: impl FnOnce(&crate::cloud::ResourceDirectory) -> Result<T, crate::cloud::ResourceDirectoryError>,
) -> Result<T, ApiError> {
    Ok(call.cloud().resource_directories.read_delegated(&call.account()?.id, read)?)
}

/// Changes the directory that the caller's account manages, in one step.
fn change_directory<T>(
    call: &Call<'_>,
    change: impl FnOnce(&mut crate::cloud::ResourceDirectory) -> Result<T, crate::cloud::ResourceDirectoryError>,
) -> Result<T, ApiError> {
    Ok(call.cloud().resource_directories.change(&call.account()?.id, change)?)
}
