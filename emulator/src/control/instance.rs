//! The roles of the instance: `GET instance-roles`, `PUT` and `DELETE instance-roles/ROLE`, and `GET credentials/ROLE`, which is
//! what `ALIBABA_CLOUD_CREDENTIALS_URI` names. `?account=NAME` where it is not the first account.

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};

use super::{problem, reply};
use crate::cloud::InstanceRole;
use crate::gateway::{Gateway, HttpRequest};
use crate::instance::{credentials, is_from_here, no_credentials};

/// The account that a request means: by name or id, else the first.
fn role(gateway: &Gateway, request: &HttpRequest, role: &str) -> Option<InstanceRole> {
    let accounts = gateway.cloud().accounts();
    let account = match request.query.get("account") {
        None => accounts.first(),
        Some(named) => accounts.iter().find(|account| account.name == named || account.id == named),
    }?;
    Some(InstanceRole { account: account.id.clone(), role: role.to_owned() })
}

fn is_name(role: &str) -> bool {
    !role.is_empty() && role.len() <= 64 && role.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
}

/// Attaches or detaches a role, or lists those that are attached.
pub(super) fn roles(gateway: &Gateway, request: &HttpRequest, name: &str) -> Response<Full<Bytes>> {
    let instance = &gateway.cloud().instance;
    if !(name.is_empty() && request.method == Method::GET) {
        let Some(role) = role(gateway, request, name).filter(|role| is_name(&role.role)) else {
            return problem(StatusCode::NOT_FOUND, "no such account, or no name of a role");
        };
        match request.method {
            Method::PUT => instance.attach(role),
            Method::DELETE if instance.detach(&role) => {}
            Method::DELETE => return problem(StatusCode::NOT_FOUND, format!("`{name}` is not attached")),
            _ => return problem(StatusCode::METHOD_NOT_ALLOWED, "there are GET, PUT and DELETE"),
        }
    }
    let attached = instance.roles().into_iter().map(|role| json!({"account": role.account, "role": role.role}));
    reply(StatusCode::OK, &json!({"attached": attached.collect::<Vec<_>>()}))
}

/// Credentials of an attached role, for a program on this machine.
pub(super) fn give(gateway: &Gateway, request: &HttpRequest, name: &str) -> Response<Full<Bytes>> {
    if request.method != Method::GET {
        return problem(StatusCode::METHOD_NOT_ALLOWED, "there is GET");
    }
    if !is_from_here(request) {
        return problem(StatusCode::FORBIDDEN, "only programs on this machine are given credentials");
    }
    let attached = role(gateway, request, name).filter(|role| gateway.cloud().instance.roles().contains(role));
    let Some(role) = attached else {
        return problem(
            StatusCode::NOT_FOUND,
            format!("`{name}` is not attached; `PUT instance-roles/{name}` does it"),
        );
    };
    match credentials(gateway, &role) {
        Ok(given) => reply(StatusCode::OK, &Value::Object(given)),
        Err(error) => reply(error.status(), &no_credentials(&error)),
    }
}
