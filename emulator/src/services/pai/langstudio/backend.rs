//! LangStudio at work in the account: as a session of its service role, through the gateway, like anybody else. Whatever it asks of
//! another product goes through here; what it needs of each stands in `products`.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde_json::{Map, Value, json};

use crate::cloud::{Service, ServiceRole};
use crate::gateway::{ApiError, Call, Caller, HttpRequest, Reply};
use crate::services::common::authorization_page::address;
use crate::services::common::inside::assume_role;
use crate::signature::OrderedQuery;

/// The role that LangStudio works through.
pub(super) const ROLE: &str = "AliyunPAILangStudioDefaultRole";

/// The role of accounts that began before July 2024: a service-linked one.
pub(super) const OLDER_ROLE: &str = "AliyunServiceRoleForPaiLangStudio";

/// The names that LangStudio goes by when it assumes a role: that of the product, and the one that its older
/// service-linked role trusts (INFERRED: no page shows the trust policy).
const NAMES: [&str; 2] = ["pai.aliyuncs.com", "langstudio.pai.aliyuncs.com"];

/// What the role's sessions are called.
const SESSION: &str = "LangStudio";

/// A product that LangStudio works with, at the version of its API that it speaks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Product {
    /// What people call it.
    pub(super) name: &'static str,
    /// What its hosts begin with.
    pub(super) host: &'static str,
    /// The version.
    pub(super) version: &'static str,
}

/// A request to one of them, and the action that it asks for.
pub(super) struct Asked<'a> {
    pub(super) product: Product,
    pub(super) action: &'static str,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: &'a [(&'a str, &'a str)],
    pub(super) body: Option<Value>,
}

/// LangStudio as the service role of the caller's account.
pub(super) struct Backend<'c, 'a> {
    pub(super) call: &'c Call<'a>,
    role: Caller,
    role_arn: String,
}

impl<'c, 'a> Backend<'c, 'a> {
    /// Assumes the service role: it must exist and trust LangStudio. Then the services that the call needs must be open.
    pub(super) fn enter(call: &'c Call<'a>, services: &[Service]) -> Result<Self, ApiError> {
        let account = call.account()?;
        let arn = |role: &str| format!("acs:ram::{}:role/{}", account.id, role.to_ascii_lowercase());
        let there: Vec<_> =
            [ROLE, OLDER_ROLE].into_iter().filter(|role| account.directory.read().role(role).is_ok()).collect();
        let Some(first) = there.first() else { return Err(role_absent()) };
        // CHOICE: the newer role before the older one, where there are both.
        let mut ways = there.iter().flat_map(|role| NAMES.iter().map(move |name| (*role, *name)));
        let assumed = ways.find_map(|(role, name)| Some((assume_role(call, name, role, SESSION).ok()?, arn(role))));
        let (role, role_arn) = assumed.ok_or_else(|| role_untrusting(&arn(first)))?;
        let activations = account.activations.read();
        match services.iter().find(|service| !activations.is_open(service)) {
            Some(closed) => Err(not_open(closed)),
            None => Ok(Self { call, role, role_arn }),
        }
    }

    /// Asks a product whose operations are called by method and path.
    pub(super) fn ask(&self, asked: Asked<'_>) -> Result<Map<String, Value>, ApiError> {
        let Asked { product, action, method, path, query, body } = asked;
        let query = query.iter().copied().collect();
        let body = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        let mut request = HttpRequest::inside(method, path, query, body);
        request.headers = self.headers(product)?;
        let reply = self.send(request).map_err(|error| self.wrap(product.name, action, "*", &error))?;
        Ok(reply.members().cloned().unwrap_or_default())
    }

    /// Asks a product whose operations are called by name.
    pub(super) fn ask_by_name(
        &self,
        product: Product,
        action: &'static str,
        operation: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Map<String, Value>, ApiError> {
        let mut request = HttpRequest::action(operation, product.version, parameters);
        request.headers = self.headers(product)?;
        let reply = self.send(request).map_err(|error| self.wrap(product.name, action, "*", &error))?;
        Ok(reply.members().cloned().unwrap_or_default())
    }

    /// Asks OSS about a bucket or an object in it.
    pub(super) fn ask_oss(
        &self,
        action: &'static str,
        method: Method,
        (bucket, path): (&str, String),
        query: OrderedQuery,
        body: Bytes,
    ) -> Result<Reply, ApiError> {
        let (region, account) = (&self.call.region, self.account_id());
        let key = crate::signature::query::decode(path.trim_start_matches('/'), crate::signature::Plus::Literal);
        let key = key.ok().filter(|key| !key.is_empty()).map(|key| format!("/{key}")).unwrap_or_default();
        let resource = format!("acs:oss:{region}:{account}:{bucket}{key}");
        let host = format!("{bucket}.oss-{region}.aliyuncs.com");
        let mut request = HttpRequest::inside(method, path, query, body);
        // The host is what names OSS.
        request.headers.insert(header::HOST, HeaderValue::from_str(&host).map_err(|_| ApiError::internal())?);
        self.send(request).map_err(|error| self.wrap("OSS", action, &resource, &error))
    }

    fn send(&self, request: HttpRequest) -> Result<Reply, ApiError> {
        self.call.call_inside(request, self.role.clone())
    }

    /// The host and the version, which name a product.
    fn headers(&self, product: Product) -> Result<HeaderMap, ApiError> {
        let host = format!("{}.{}.aliyuncs.com", product.host, self.call.region);
        let host = HeaderValue::from_str(&host).map_err(|_| ApiError::internal())?;
        let version = HeaderName::from_static("x-acs-version");
        Ok([(header::HOST, host), (version, HeaderValue::from_static(product.version))].into_iter().collect())
    }

    /// The session of the role that LangStudio works with.
    pub(super) fn session(&self) -> Option<&crate::cloud::Session> {
        match &self.role {
            Caller::Session { session, .. } => Some(session),
            _ => None,
        }
    }

    pub(super) fn account_id(&self) -> &str {
        self.call.caller.account().map(|account| account.id.as_str()).unwrap_or_default()
    }

    /// An error of a product as LangStudio's own: the same status and code, and what was refused to whom.
    fn wrap(&self, service: &str, action: &str, resource: &str, error: &ApiError) -> ApiError {
        let (action, role) = (error.denied().map_or(action, |denied| &denied.action), &self.role_arn);
        let message = format!(
            "{service} refused {action} on {resource} to the role {role}: {}: {}",
            error.code(),
            error.message()
        );
        let wrapped = ApiError::new(error.status(), error.code().to_owned(), message).with(
            "Detail",
            json!({
                "ErrorCode": error.code(), "Service": service, "Action": action, "Resource": resource, "Role": role,
            }),
        );
        match error.denied() {
            Some(denied) => wrapped.with_denied(denied.clone()),
            None => wrapped,
        }
    }
}

/// The shape that PAI's Dataset Accelerator publishes for its own role.
fn role_absent() -> ApiError {
    let link = address(ServiceRole::named(ROLE));
    ApiError::bad_request(
        "ServiceRoleNotExistsError",
        format!(
            "The following RAM role does not exist: {ROLE}. Click the following link to create a service-linked role: {link}"
        ),
    )
    .with("Detail", json!({ "ErrorCode": "ServiceRoleNotExistsError", "Role": ROLE, "AuthorizationUrl": link }))
}

/// What PAI answers when it may not use a role, or be handed one; the code around it is ours.
pub(super) fn role_refused(action: &str, role_arn: &str) -> ApiError {
    let text = "check permission for ram role failed, error code: 4001, error message: NoPermission";
    ApiError::bad_request("4001", text)
        .with("Detail", json!({ "ErrorCode": "4001", "Action": action, "Role": role_arn }))
}

fn role_untrusting(role_arn: &str) -> ApiError {
    role_refused("sts:AssumeRole", role_arn)
}

/// A service's own answer for an account that has not opened it. INFERRED: that of DataWorks, of which none is published.
fn not_open(service: &Service) -> ApiError {
    let (status, code, name, text) = match service {
        Service::Sls => {
            let status = http::StatusCode::UNAUTHORIZED;
            (status, "InvalidAccessKeyId", "Log Service", "Your SLS service has not opened.")
        }
        Service::Oss => (http::StatusCode::FORBIDDEN, "UserDisable", "OSS", "UserDisable"),
        other => (http::StatusCode::BAD_REQUEST, "ServiceNotOpen", other.name(), "the service is not activated"),
    };
    ApiError::new(status, code, format!("{name} answered: {text}"))
        .with("Detail", json!({ "ErrorCode": code, "Service": name }))
}
