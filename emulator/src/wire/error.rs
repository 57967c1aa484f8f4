//! The error of the wire: a service's own code, message and status. Only `respond` turns it into JSON or XML.

use std::borrow::Cow;

use http::StatusCode;
use serde_json::{Map, Value, json};

/// What a client sees of a refused or failed call.
#[derive(Debug, Clone)]
pub struct ApiError {
    inner: Box<Inner>,
}

#[derive(Debug, Clone)]
struct Inner {
    status: StatusCode,
    code: Cow<'static, str>,
    message: Cow<'static, str>,
    denied: Option<AccessDenied>,
    extra: Vec<(&'static str, Value)>,
    headers: Vec<(&'static str, String)>,
}

/// `AccessDeniedDetail`: what the cloud says of a refusal (OpenAPI: Troubleshoot permission errors).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessDenied {
    /// `ram:CreateUser`
    pub action: String,
    /// On what; no answer says it in a member of its own.
    pub resource: String,
    /// `SubUser`, `AssumedRoleUser`, `Federated` or `Account`.
    pub principal_type: &'static str,
    /// The account of the caller.
    pub principal_owner: String,
    /// A user's id, or `role:session`.
    pub principal_name: String,
    /// `ImplicitDeny` or `ExplicitDeny`.
    pub no_permission_type: &'static str,
    /// `AccountLevelIdentityBasedPolicy` and its like.
    pub policy_type: &'static str,
    /// What `ram:DecodeDiagnosticMessage` takes.
    pub diagnostic: String,
}

impl AccessDenied {
    /// How many bytes its texts take.
    pub(crate) fn bytes(&self) -> usize {
        let texts = [&self.action, &self.resource, &self.principal_owner, &self.principal_name, &self.diagnostic];
        texts.into_iter().map(String::len).sum()
    }

    /// The members of `AccessDeniedDetail`, in the order that OSS and the OpenAPI gateway print them.
    pub(super) fn members(&self) -> Map<String, Value> {
        let members = [
            ("PolicyType", self.policy_type),
            ("AuthPrincipalOwnerId", &self.principal_owner),
            ("AuthPrincipalType", self.principal_type),
            ("AuthPrincipalDisplayName", &self.principal_name),
            ("NoPermissionType", self.no_permission_type),
            ("AuthAction", &self.action),
            ("EncodedDiagnosticMessage", &self.diagnostic),
        ];
        members.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect()
    }
}

impl ApiError {
    /// An error with the service's own code and message.
    pub fn new(status: StatusCode, code: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        let (code, message) = (code.into(), message.into());
        let inner = Inner { status, code, message, denied: None, extra: Vec::new(), headers: Vec::new() };
        Self { inner: Box::new(inner) }
    }

    /// 400
    pub fn bad_request(code: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 403
    pub fn forbidden(code: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    /// 404
    pub fn not_found(code: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    /// 409
    pub fn conflict(code: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// A fault of ours; never an allow.
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalError",
            "The request processing has failed due to some unknown error, exception or failure.",
        )
    }

    /// A parameter that the gateway itself asks for.
    pub fn missing(parameter: &str) -> Self {
        Self::bad_request(format!("Missing{parameter}"), format!("{parameter} is mandatory for this action."))
    }

    /// Adds what the cloud says of a refusal.
    #[must_use]
    pub fn with_denied(mut self, denied: AccessDenied) -> Self {
        self.inner.denied = Some(denied);
        self
    }

    /// Adds an element of the service's own to the body, such as `BucketName` in OSS errors or `Detail` in PAI's.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.inner.extra.push((name, value.into()));
        self
    }

    /// Adds a header, such as where an append must go on.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.inner.headers.push((name, value.into()));
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.inner.status
    }

    /// The code that programs go by.
    pub fn code(&self) -> &str {
        &self.inner.code
    }

    /// The text that people read.
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// What the cloud says of a refusal, if this is one.
    pub fn denied(&self) -> Option<&AccessDenied> {
        self.inner.denied.as_ref()
    }

    /// The service's own elements.
    pub fn extra(&self) -> &[(&'static str, Value)] {
        &self.inner.extra
    }

    /// Headers of its own.
    pub fn headers(&self) -> &[(&'static str, String)] {
        &self.inner.headers
    }
}
