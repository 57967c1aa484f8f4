//! `POST access-keys` with the console's token and `{"account": NAME, "user": NAME}`: an access key of a RAM user, or without a user of the
//! account's owner, so that whoever sits before the console can call the cloud as that person. A user without an active key is given
//! one, as the owner would by CreateAccessKey.
//!
//! In the cloud one logs on to its console instead. It is recorded as what it is: `Acslab.TakeAccessKey`.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use serde::Deserialize;
use serde_json::json;

use super::role_sessions::{own_operation, taken};
use super::{body, people, problem, reply};
use crate::cloud::{AccessKey, KeyHolder};
use crate::gateway::{Gateway, HttpRequest, Operation};

/// What a key that was taken is recorded as.
static TAKEN: LazyLock<Arc<Operation>> = LazyLock::new(|| {
    own_operation("TakeAccessKey", "gives an access key of an owner or a user, so that a person can act as it")
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    account: Option<String>,
    user: Option<String>,
}

pub(super) fn answer(gateway: &Gateway, request: &HttpRequest) -> Response<Full<Bytes>> {
    if request.method != Method::POST {
        return problem(StatusCode::METHOD_NOT_ALLOWED, "a key is taken with POST");
    }
    let asked: Asked = match body::read(&request.body) {
        Ok(asked) => asked,
        Err(error) => return problem(StatusCode::BAD_REQUEST, format!("not somebody to take a key of: {error}")),
    };
    let cloud = gateway.cloud();
    let Some(account) = super::account_named(&cloud, asked.account.as_deref()) else {
        return problem(StatusCode::NOT_FOUND, "there is no such account");
    };
    let pair = |key: AccessKey| (key.id, key.secret);
    let (key, arn, made) = match &asked.user {
        None => {
            (cloud.active_key(&account, &KeyHolder::Owner).map(pair), format!("acs:ram::{}:root", account.id), false)
        }
        Some(name) => {
            let Some(id) = account.directory.read().user(name).ok().map(|user| user.id.clone()) else {
                return problem(StatusCode::NOT_FOUND, format!("account {} has no user `{name}`", account.name));
            };
            let holder = KeyHolder::User(id);
            let arn = format!("acs:ram::{}:user/{name}", account.id);
            match cloud.active_key(&account, &holder).map(pair) {
                Some(key) => (Some(key), arn, false),
                None => match people::create_key(gateway, &account, name) {
                    Ok(made) => (Some(made), arn, true),
                    Err(error) => {
                        return problem(StatusCode::CONFLICT, format!("{}: {}", error.code(), error.message()));
                    }
                },
            }
        }
    };
    let Some((id, secret)) = key else {
        return problem(StatusCode::CONFLICT, format!("the owner of {} has no active access key", account.name));
    };
    taken(gateway, &TAKEN, &arn, request);
    reply(StatusCode::OK, &json!({"Arn": arn, "AccessKeyId": id, "AccessKeySecret": secret.expose(), "Made": made}))
}
