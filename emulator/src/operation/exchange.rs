//! What was asked and answered, as much of it as a scenario needs.

use serde_json::{Map, Value};

use super::Call;
use crate::wire::Reply;

/// Parameters that say how a request is signed and sent, and secrets: none of what is asked for.
const NOT_KEPT: &[&str] = &[
    "AccessKeyId",
    "AccessKeySecret",
    "Action",
    "BearerToken",
    "Format",
    "NewPassword",
    "OldPassword",
    "Password",
    "SAMLAssertion",
    "OIDCToken",
    "RegionId",
    "SecurityToken",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureType",
    "SignatureVersion",
    "Timestamp",
    "Version",
];
/// The same of headers of OSS.
const HEADERS_NOT_KEPT: &[&str] =
    &["x-oss-content-sha256", "x-oss-date", "x-oss-security-token", "x-oss-signature-version", "x-oss-user-agent"];
/// Longer texts are not kept.
const LONGEST: usize = 16 << 10;

/// A call's parameters and its answer, without secrets.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    /// The region that was asked.
    pub region: String,
    /// The parameters, by the API's own names; a bucket, a key and a body as the scenario language names them.
    pub parameters: Vec<(String, String)>,
    /// The members of the answer; null where it has none.
    pub answer: Value,
}

impl Exchange {
    pub(super) fn of(call: &Call<'_>, reply: Option<&Reply>) -> Self {
        let short = |text: &str| text.len() <= LONGEST;
        let mut parameters = Vec::new();
        let mut keep = |name: &str, value: &str| {
            if short(value) {
                parameters.push((name.to_owned(), value.to_owned()));
            }
        };
        let signs = |name: &str| NOT_KEPT.contains(&name) || name.to_ascii_lowercase().starts_with("x-oss-signature");
        for (name, value) in call.arguments.iter().filter(|(name, _)| !signs(name)) {
            keep(name, value);
        }
        if let Some(bucket) = &call.address.bucket {
            keep("Bucket", bucket);
            call.address.object.iter().for_each(|key| keep("Key", key));
            for (name, value) in &call.http.headers {
                let name = name.as_str();
                if name.starts_with("x-oss-") && !HEADERS_NOT_KEPT.contains(&name) {
                    keep(name, value.to_str().unwrap_or_default());
                }
            }
            match std::str::from_utf8(&call.http.body) {
                Ok(body) if !body.is_empty() => keep("Body", body),
                _ => {}
            }
        }
        let members = reply.and_then(Reply::members).cloned().map_or(Value::Null, Value::Object);
        let answer = if short(&members.to_string()) { without_secrets(members) } else { Value::Null };
        Self { region: call.region.clone(), parameters, answer }
    }

    /// How many bytes it takes, about.
    pub(super) fn bytes(&self) -> usize {
        let parameters: usize = self.parameters.iter().map(|(name, value)| name.len() + value.len() + 48).sum();
        size_of::<Self>() + parameters + self.answer.to_string().len() * 2
    }
}

fn without_secrets(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept =
                members.into_iter().filter(|(name, _)| !NOT_KEPT.contains(&name.as_str()) || name == "AccessKeyId");
            Value::Object(kept.map(|(name, value)| (name, without_secrets(value))).collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_secrets).collect()),
        other => other,
    }
}
