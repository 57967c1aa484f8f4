//! Fresh accounts, for tests that share a cloud and nothing in it: `POST accounts`, `GET accounts`, `DELETE accounts/ID`; and people in
//! one, `POST accounts/ID/users`, so that a test need sign nothing to have them.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use serde::Deserialize;
use serde_json::{Value, json};

use super::environment::{REGION, environment};
use super::{Control, body, people, problem, reply};
use crate::cloud::{ACCOUNTS, Account, AccountError, Cloud, ReadyAccount, Service};
use crate::gateway::HttpRequest;
use crate::instance::is_from_here;
use crate::signature::Secret;

/// What an account is to be, where it is not to be any.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    name: Option<String>,
    id: Option<String>,
    /// Services that are open in it from the start, besides those that are in every account.
    #[serde(default)]
    open: Vec<String>,
}

/// A RAM user that is to be made, with what is attached.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WantedUser {
    name: String,
    /// System policies by name, documents in full.
    #[serde(default)]
    policies: Vec<Value>,
}

/// Answers a request about accounts, at what stands behind `accounts/`.
pub(super) fn answer(control: &Control, request: &HttpRequest, path: &str) -> Response<Full<Bytes>> {
    let cloud = control.gateway.cloud();
    let _work = cloud.work();
    match (&request.method, path.split_once('/').unwrap_or((path, ""))) {
        (&Method::GET, ("", "")) => {
            let all = cloud.accounts();
            let all: Vec<_> =
                all.iter().map(|account| json!({"account_id": account.id, "name": account.name})).collect();
            reply(StatusCode::OK, &json!({ "accounts": all }))
        }
        (&Method::POST, ("", "")) => open(control, &cloud, request),
        (&Method::DELETE, (id, "")) if !id.is_empty() => match cloud.account(id) {
            Some(account) => close(&cloud, &account),
            None => problem(StatusCode::NOT_FOUND, format!("there is no account `{id}`")),
        },
        (&Method::POST, (id, "users")) => match cloud.account(id) {
            Some(account) => user(control, &account, request),
            None => problem(StatusCode::NOT_FOUND, format!("there is no account `{id}`")),
        },
        _ => problem(StatusCode::METHOD_NOT_ALLOWED, "there are GET, POST, DELETE of ID, and POST of ID/users"),
    }
}

fn open(control: &Control, cloud: &Cloud, request: &HttpRequest) -> Response<Full<Bytes>> {
    if !is_from_here(request) {
        return problem(StatusCode::FORBIDDEN, "only programs on this machine are given credentials");
    }
    let body: &[u8] = if request.body.is_empty() { b"{}" } else { &request.body };
    let wanted: Wanted = match body::read(body) {
        Ok(wanted) => wanted,
        Err(error) => return problem(StatusCode::BAD_REQUEST, format!("not an account: {error}")),
    };
    let mut services = Vec::new();
    for name in &wanted.open {
        match Service::all(REGION).into_iter().find(|service| service.name() == name) {
            Some(service) => services.push(service),
            None => return problem(StatusCode::BAD_REQUEST, format!("`{name}` is not a service that can be opened")),
        }
    }
    if cloud.count_accounts() >= ACCOUNTS {
        return problem(StatusCode::CONFLICT, format!("there are {ACCOUNTS} accounts; delete one first"));
    }
    let id = wanted.id.unwrap_or_else(|| cloud.ids.account_id());
    let name = wanted.name.unwrap_or_else(|| format!("account-{id}"));
    match control.setup.open_account(cloud, &name, &id, &services) {
        Ok(ready) => reply(StatusCode::OK, &shown(control, request, &ready)),
        Err(error @ (AccountError::NoName { .. } | AccountError::NotAnId { .. })) => {
            problem(StatusCode::BAD_REQUEST, error)
        }
        Err(error) => problem(StatusCode::CONFLICT, error),
    }
}

/// An account goes with all that it has. One that is part of a resource directory does not: the cloud has its own steps for that.
fn close(cloud: &Cloud, account: &Account) -> Response<Full<Bytes>> {
    if cloud.resource_directories.of(&account.id, |_| ()).is_some() {
        let why = format!("the account {} is in a resource directory; let it leave first", account.id);
        return problem(StatusCode::CONFLICT, why);
    }
    cloud.close_account(&account.id);
    reply(StatusCode::OK, &json!({}))
}

fn user(control: &Control, account: &Arc<Account>, request: &HttpRequest) -> Response<Full<Bytes>> {
    if !is_from_here(request) {
        return problem(StatusCode::FORBIDDEN, "only programs on this machine are given credentials");
    }
    let wanted: WantedUser = match body::read(&request.body) {
        Ok(wanted) => wanted,
        Err(error) => return problem(StatusCode::BAD_REQUEST, format!("not a user: {error}")),
    };
    let mut policies = Vec::new();
    for policy in &wanted.policies {
        match policy {
            Value::String(name) => policies.push(name.clone()),
            Value::Object(_) => policies.push(policy.to_string()),
            _ => return problem(StatusCode::BAD_REQUEST, "a policy is the name of a system policy, or a document"),
        }
    }
    let policies: Vec<_> = policies.iter().map(String::as_str).collect();
    match people::create_user(&control.gateway, account, &wanted.name, &policies) {
        Ok((key_id, secret)) => {
            let endpoint = control.endpoint(request);
            let mut shown = json!({
                "account_id": account.id,
                "name": wanted.name,
                "arn": format!("acs:ram::{}:user/{}", account.id, wanted.name),
            });
            say_key(&mut shown, &key_id, &secret, &endpoint);
            reply(StatusCode::OK, &shown)
        }
        Err(error) => problem(error.status(), format!("{}: {}", error.code(), error.message())),
    }
}

fn shown(control: &Control, request: &HttpRequest, ready: &ReadyAccount) -> Value {
    let mut shown = json!({"account_id": ready.account_id, "name": ready.name});
    say_key(&mut shown, &ready.access_key_id, &ready.access_key_secret, &control.endpoint(request));
    shown
}

/// A key, where it is used, and the variables that clients read both from.
fn say_key(shown: &mut Value, key_id: &str, secret: &Secret, endpoint: &str) {
    shown["access_key_id"] = json!(key_id);
    shown["access_key_secret"] = json!(secret.expose());
    shown["region"] = json!(REGION);
    shown["endpoint"] = json!(endpoint);
    shown["environment"] = json!(environment(key_id, secret, endpoint));
}
