//! `POST /_acslab/system-policies`: moves system policies to other versions, or publishes further ones.
//!
//! The body names policies: `{"AliyunKMSCryptoUserAccess": "v1"}` moves one to a version that is known,
//! `{"AliyunOSSFullAccess": {"version": "v2", "document": {…}}}` publishes one. All of them change in one step, or none.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{body, problem, reply};
use crate::cloud::{Cloud, SystemPolicies, SystemPolicyError};
use crate::gateway::HttpRequest;

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected the name of a version, or an object that publishes one")]
enum To {
    Known(String),
    Published(Publication),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Publication {
    version: String,
    document: Value,
}

pub(super) fn answer(cloud: &Cloud, request: &HttpRequest) -> Response<Full<Bytes>> {
    if request.method != Method::POST {
        return problem(StatusCode::METHOD_NOT_ALLOWED, "system policies are moved with POST");
    }
    let asked: BTreeMap<String, To> = match body::read(&request.body) {
        Ok(asked) => asked,
        Err(error) => return problem(StatusCode::BAD_REQUEST, format!("not system policies with versions: {error}")),
    };
    let now = cloud.clock.now();
    let change = |system: &SystemPolicies| -> Result<SystemPolicies, SystemPolicyError> {
        let mut changed = system.with("[]")?;
        for (name, to) in &asked {
            changed = match to {
                To::Known(version) => changed.moved(name, version)?,
                To::Published(new) => changed.published(name, &new.version, &new.document, now)?,
            };
        }
        Ok(changed)
    };
    if let Err(error) = cloud.change_system_policies(change) {
        return problem(StatusCode::BAD_REQUEST, error);
    }
    let system = cloud.system_policies();
    let shown = asked.keys().filter_map(|name| {
        let policy = system.get(name)?;
        let versions: Vec<_> = policy.versions.iter().map(|version| version.id.as_str()).collect();
        Some((policy.name.clone(), json!({"default_version": policy.default_version, "versions": versions})))
    });
    reply(StatusCode::OK, &Value::Object(shown.collect::<Map<_, _>>()))
}
