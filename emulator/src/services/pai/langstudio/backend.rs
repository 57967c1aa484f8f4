//! LangStudio at work in the account: as a session of its service role, through the gateway, like anybody else. Whatever it asks of
//! another product goes through here; what it needs of each stands in `products`.

use std::cell::OnceCell;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde_json::{Map, Value, json};

use super::super::errors::role_refused;
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
    /// In whose name it acts, once it may.
    person: OnceCell<Arc<str>>,
}

impl<'c, 'a> Backend<'c, 'a> {
    /// Assumes the service role: it must exist and trust LangStudio. The workspace that the call names must be there before that, and the
    /// services that it needs must be open after it.
    pub(super) fn enter(call: &'c Call<'a>, services: &[Service]) -> Result<Self, ApiError> {
        let account = call.account()?;
        if let Some(workspace) = call.arguments.filled("WorkspaceId") {
            account.pai.read().workspace(&call.region, workspace)?;
        }
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
            None => Ok(Self { call, role, role_arn, person: OnceCell::new() }),
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

    /// What is made from now on belongs to this person.
    pub(super) fn act_for(&self, person: &str) {
        self.person.get_or_init(|| person.into());
    }

    fn send(&self, mut request: HttpRequest) -> Result<Reply, ApiError> {
        request.for_person = self.person.get().cloned();
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
        let role = &self.role_arn;
        // What was denied may have another name, or be asked besides: a role that is passed on.
        let named = match error.denied() {
            Some(denied) if denied.action != action => format!("{} ({action})", denied.action),
            _ => action.to_owned(),
        };
        let resource = error.denied().map_or(resource, |denied| denied.resource.as_str());
        let (code, why) = (error.code(), error.message());
        // Only what the role may not do is refused to it; anything else is the product's answer to what it asked.
        let message = match error.denied() {
            Some(_) => format!("{service} refused {named} on {resource} to the role {role}: {code}: {why}"),
            None => format!("{service} answered {named}, which the role {role} asked for: {code}: {why}"),
        };
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
