//! How operations on the resource directory, and those of ResourceManager, name what they are about, and what they say of it that cannot be right.

use acslab_policy::{Document, DocumentKind};
use http::StatusCode;

use crate::gateway::{ApiError, Form, Parameter};
use crate::services::common::page::Window;
pub(crate) use crate::services::identity::parameters::is_account_id;

/// A parameter with a rule of this service: refused with `InvalidParameter.<Name>`.
macro_rules! ruled {
    ($need:ident $name:literal, $rule:path, $sample:literal) => {
        $crate::gateway::Parameter::$need(
            $name,
            $crate::gateway::Form::Own(
                |value| {
                    if $rule(value) {
                        Ok(())
                    } else {
                        Err($crate::services::identity::resource_directory::words::invalid($name))
                    }
                },
                $sample,
            ),
        )
    };
}

/// A parameter with a policy document: `document!(required "PolicyDocument", Identity, BAD_REQUEST)`. One that is malformed is a
/// conflict in this service, other than in RAM; how one that is too long is refused is published operation by operation.
macro_rules! document {
    ($need:ident $name:literal, $kind:ident, $too_long:ident) => {
        $crate::gateway::Parameter::$need(
            $name,
            $crate::gateway::Form::Own(
                |value| {
                    let kind = acslab_policy::DocumentKind::$kind;
                    $crate::services::identity::resource_directory::words::check_document(
                        $name,
                        kind,
                        http::StatusCode::$too_long,
                        value,
                    )
                },
                $crate::services::identity::resource_directory::words::sample(acslab_policy::DocumentKind::$kind),
            ),
        )
    };
}

/// The right to an operation under its own name: `resourcemanager:CreateFolder`.
macro_rules! own {
    ($name:literal on $resource:expr) => {
        $crate::gateway::Check::new(&[concat!("resourcemanager:", $name)], $resource)
    };
}

pub(crate) use {document, own, ruled};

pub(crate) const PAGE_NUMBER: Parameter = Parameter::optional("PageNumber", Form::Integer(1, i64::MAX));
pub(crate) const PAGE_SIZE: Parameter = Parameter::optional("PageSize", Form::Integer(1, 100));
pub(crate) const LANGUAGE: Parameter = Parameter::optional("Language", Form::OneOf(&["zh-CN", "en", "ja"]));
pub(crate) const INCLUDE_TAGS: Parameter = Parameter::optional("IncludeTags", Form::Boolean);
pub(crate) const MAX_RESULTS: Parameter = Parameter::optional("MaxResults", Form::Integer(1, 100));
pub(crate) const NEXT_TOKEN: Parameter = ruled!(optional "NextToken", Window::is_token, "0");
/// So many items of a page when the request does not say.
pub(crate) const PAGE: usize = 10;

pub(crate) fn check_document(
    name: &str,
    kind: DocumentKind,
    too_long: StatusCode,
    value: &str,
) -> Result<(), ApiError> {
    let Err(malformed) = Document::parse(kind, value) else { return Ok(()) };
    if malformed.is_too_long() {
        let most = kind.size_limit().0;
        let message = format!("The maximum length of {name} is exceeded. It must not exceed {most} characters.");
        return Err(ApiError::new(too_long, format!("InvalidParameter.{name}.Length"), message));
    }
    Err(ApiError::conflict("MalformedPolicyDocument", malformed.api_message()))
}

pub(crate) const fn sample(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Trust => {
            r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["pai.aliyuncs.com"]}}]}"#
        }
        _ => r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"oss:GetObject","Resource":"*"}]}"#,
    }
}

/// A parameter's value that cannot be right (Resource Management: error codes of the operations).
pub(crate) fn invalid(name: &str) -> ApiError {
    ApiError::bad_request(format!("InvalidParameter.{name}"), format!("The {name} is invalid."))
}

/// The documented form of times in the resource directory: to the millisecond.
pub(crate) use crate::cloud::iso8601_millis;

/// How a setting is told that is on or off.
pub(crate) fn switch(on: bool) -> &'static str {
    if on { "Enabled" } else { "Disabled" }
}

pub(crate) fn is_switch(text: &str) -> bool {
    matches!(text, "Enabled" | "Disabled")
}

/// Is this one of those that are wanted? All are, if none is named.
pub(crate) fn is_among(wanted: &[&str], id: &str) -> bool {
    wanted.is_empty() || wanted.contains(&id)
}

pub(crate) fn alphanumeric(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// `r-` and 6, or `fd-` and 10 alphanumerics.
pub(crate) fn is_folder_id(text: &str) -> bool {
    let rest =
        |prefix, length| text.strip_prefix(prefix).is_some_and(|id: &str| id.len() == length && alphanumeric(id));
    rest("r-", 6) || rest("fd-", 10)
}
