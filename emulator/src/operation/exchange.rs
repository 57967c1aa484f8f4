//! What was asked and answered, as much of it as a scenario needs.

use serde_json::{Map, Value};

use super::Call;
use crate::wire::Reply;

/// Names, without `-` and `_` and in lower case, that say how a request is signed and sent: none of what is asked for.
const OF_THE_REQUEST: &[&str] = &[
    "accesskeyid",
    "action",
    "bearertoken",
    "expires",
    "format",
    "oidctoken",
    "ossaccesskeyid",
    "regionid",
    "timestamp",
    "version",
    "xosscontentsha256",
    "xossdate",
    "xossuseragent",
];
/// What a name has in it that holds a secret, or is made of one.
const SECRET: &[&str] =
    &["assertion", "credential", "password", "privatekey", "qrcode", "secret", "securitytoken", "seed", "signature"];

/// May what goes by this name be kept? A parameter, a header and a member alike.
fn may_be_kept(name: &str) -> bool {
    let name: String = name.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase()).collect();
    !OF_THE_REQUEST.contains(&name.as_str()) && !SECRET.iter().any(|part| name.contains(part))
}

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
        for (name, value) in call.arguments.iter().filter(|(name, _)| may_be_kept(name)) {
            keep(name, value);
        }
        if let Some(bucket) = &call.address.bucket {
            keep("Bucket", bucket);
            call.address.object.iter().for_each(|key| keep("Key", key));
            for (name, value) in &call.http.headers {
                let name = name.as_str();
                if name.starts_with("x-oss-") && may_be_kept(name) {
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
            // Whose key it is, says no secret.
            let kept = members.into_iter().filter(|(name, _)| may_be_kept(name) || name == "AccessKeyId");
            Value::Object(kept.map(|(name, value)| (name, without_secrets(value))).collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_secrets).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::may_be_kept;

    #[test]
    fn no_secret_is_kept_however_it_is_called() {
        for name in [
            "security-token",
            "x-oss-security-token",
            "SecurityToken",
            "OSSAccessKeyId",
            "x-oss-credential",
            "Base32StringSeed",
            "QRCodePNG",
            "Secrets",
            "AccountPassword",
            "MasterUserPassword",
            "PrivateKey",
            "SAMLAssertion",
            "AccessKeySecret",
            "x-oss-signature-version",
            "Signature",
        ] {
            assert!(!may_be_kept(name), "{name}");
        }
        for name in ["UserName", "PolicyDocument", "x-oss-acl", "x-oss-meta-a", "KeyId", "Version1"] {
            assert!(may_be_kept(name), "{name}");
        }
    }
}
