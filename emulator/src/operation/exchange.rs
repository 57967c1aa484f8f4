//! What was asked and answered, as much of it as a scenario needs.

use std::collections::BTreeSet;

use http::{HeaderMap, Method};
use serde::Serialize;
use serde_json::{Map, Value};

use super::Call;
use crate::cloud::Payload;
use crate::wire::{Body, Reply};

/// Names, without `-` and `_` and in lower case, that say how a request is signed and sent: none of what is asked for.
const OF_THE_REQUEST: &[&str] = &[
    "accesskeyid",
    "action",
    "bearertoken",
    "expires",
    "format",
    "ossaccesskeyid",
    "regionid",
    "securitytoken",
    "signature",
    "signaturemethod",
    "signaturenonce",
    "signaturetype",
    "signatureversion",
    "timestamp",
    "version",
    "xosscontentsha256",
    "xosscredential",
    "xossdate",
    "xosssecuritytoken",
    "xosssignature",
    "xosssignatureversion",
    "xossuseragent",
];
/// What a name has in it that holds a secret, or is made of one.
const SECRET: &[&str] = &[
    "assertion",
    "bearertoken",
    "credential",
    "oidctoken",
    "password",
    "privatekey",
    "qrcode",
    "secret",
    "securitytoken",
    "seed",
    "signature",
];

/// A name without `-` and `_`, in lower case.
fn folded(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase()).collect()
}

fn is_of_the_request(name: &str) -> bool {
    OF_THE_REQUEST.contains(&folded(name).as_str())
}

fn is_secret(name: &str) -> bool {
    let name = folded(name);
    SECRET.iter().any(|part| name.contains(part))
}

/// May what goes by this name be kept? A header and a member of an answer alike.
fn may_be_kept(name: &str) -> bool {
    !is_of_the_request(name) && !is_secret(name)
}

/// Texts of more bytes are not kept.
pub const LONGEST_KEPT: usize = 16 << 10;

/// Headers of HTTP's own that say what is asked for.
const ASKING: &[&str] = &[
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "range",
    "referer",
    "user-agent",
];

/// A call's parameters and its answer, without secrets.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    /// The region that was asked.
    pub region: String,
    /// The parameters, by the API's own names; a bucket, a key and a body as the scenario language names them.
    pub parameters: Vec<(String, String)>,
    /// The id of the access key that signed; none where nobody did.
    pub key: Option<String>,
    /// The members of the answer; null where it has none.
    pub answer: Value,
    /// The answer of OSS, which is XML.
    pub document: Option<String>,
    /// The headers of an answer of OSS.
    pub headers: Vec<(String, String)>,
    /// What is not kept of what was asked.
    pub left_out: LeftOut,
}

/// What is not kept of what was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// How long the body was, if it is too long or no text.
    pub body: Option<u64>,
    /// The parameters that are too long.
    pub long: Vec<String>,
    /// The parameters that hold a secret, and the members of others that do: `Password`. A form, which holds what signs it, is `Body`.
    pub secrets: Vec<String>,
}

impl Exchange {
    pub(super) fn of(call: &Call<'_>, reply: Option<&Reply>) -> Self {
        let short = |text: &str| text.len() <= LONGEST_KEPT;
        let mut left_out = LeftOut::default();
        let mut secrets = BTreeSet::new();
        let mut parameters = Vec::new();
        let mut long = Vec::new();
        let mut keep = |name: &str, value: &str| {
            if short(value) {
                parameters.push((name.to_owned(), value.to_owned()));
            } else {
                long.push(name.to_owned());
            }
        };
        for (name, value) in call.arguments.iter().filter(|(name, _)| !is_of_the_request(name)) {
            if is_secret(name) {
                secrets.insert(name.to_owned());
            } else if let Some(less) =
                Some(value).filter(|value| short(value)).and_then(|value| less_secrets(value, &mut secrets))
            {
                keep(name, &less);
            } else {
                keep(name, value);
            }
        }
        if let Some(bucket) = &call.address.bucket {
            keep("Bucket", bucket);
            call.address.object.iter().for_each(|key| keep("Key", key));
            for (name, value) in asking(&call.http.headers) {
                keep(name, value);
            }
        }
        match body(call) {
            Content::None => {}
            Content::Text(text) => keep("Body", &text),
            Content::Other(size) => left_out.body = Some(size),
            Content::Form => {
                secrets.insert("Body".to_owned());
            }
        }
        left_out.secrets = secrets.into_iter().collect();
        left_out.long = long;
        let members = reply.and_then(Reply::members).cloned().map_or(Value::Null, Value::Object);
        let answer = if short(&members.to_string()) { without_secrets(members) } else { Value::Null };
        let of_oss = reply.filter(|_| call.address.bucket.is_some());
        Self {
            region: call.region.clone(),
            parameters,
            key: call.signed.as_ref().map(|signed| signed.key_id.clone()),
            answer,
            document: of_oss.and_then(document),
            headers: of_oss.map_or_else(Vec::new, |reply| told(&reply.headers)),
            left_out,
        }
    }

    /// How many bytes it takes, about.
    pub(super) fn bytes(&self) -> usize {
        let parameters: usize = self.parameters.iter().map(|(name, value)| name.len() + value.len() + 48).sum();
        let headers: usize = self.headers.iter().map(|(name, value)| name.len() + value.len() + 48).sum();
        let names = self.left_out.secrets.iter().chain(&self.left_out.long);
        let texts = self.document.as_ref().map_or(0, String::len) + self.key.as_ref().map_or(0, String::len);
        let texts = texts + names.map(|name| name.len() + 24).sum::<usize>();
        size_of::<Self>() + parameters + headers + texts + self.answer.to_string().len() * 2
    }
}

/// The headers that say what is asked for: HTTP's own and OSS's.
fn asking(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let all = headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    all.filter(|(name, _)| ASKING.contains(name) || (name.starts_with("x-oss-") && may_be_kept(name)))
}

/// The body of a call of OSS.
enum Content {
    None,
    /// What is kept.
    Text(String),
    /// Too long or no text: how long it is.
    Other(u64),
    /// A form, whose fields hold what signs it.
    Form,
}

fn body(call: &Call<'_>) -> Content {
    if call.address.bucket.is_none() {
        return Content::None;
    }
    let content = call.content.as_ref().map(|written| &written.content).filter(|content| !content.is_empty());
    let size = content.map_or_else(|| u64::try_from(call.http.body.len()).unwrap_or(u64::MAX), Payload::size);
    if size == 0 {
        return Content::None;
    }
    // An object may be of that kind as well; nothing but a form is posted so.
    if call.http.method == Method::POST && call.http.header("content-type").is_some_and(is_form) {
        return Content::Form;
    }
    let short = usize::try_from(size).is_ok_and(|size| size <= LONGEST_KEPT);
    let bytes = match content {
        Some(content) if short => content.to_bytes().ok(),
        Some(_) => None,
        None => Some(call.http.body.clone()).filter(|_| short),
    };
    let text = bytes.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    text.map_or(Content::Other(size), Content::Text)
}

fn is_form(kind: &str) -> bool {
    kind.trim_start().get(..10).is_some_and(|start| start.eq_ignore_ascii_case("multipart/"))
}

/// The text of an object or an array without the members that hold a secret, whose names are told; none where it has none.
fn less_secrets(text: &str, secrets: &mut BTreeSet<String>) -> Option<String> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let mut value: Value = serde_json::from_str(text).ok()?;
    take_secrets(&mut value, secrets).then(|| value.to_string())
}

/// Takes them out; were there any?
fn take_secrets(value: &mut Value, secrets: &mut BTreeSet<String>) -> bool {
    let mut any = false;
    match value {
        Value::Object(members) => members.retain(|name, value| {
            let secret = is_secret(name);
            if secret {
                secrets.insert(name.clone());
            }
            any |= secret || take_secrets(value, secrets);
            !secret
        }),
        Value::Array(items) => items.iter_mut().for_each(|item| any |= take_secrets(item, secrets)),
        _ => {}
    }
    any
}

/// An XML document that holds no secret.
fn document(reply: &Reply) -> Option<String> {
    let Body::Bytes(kind, bytes) = &reply.body else { return None };
    let text = std::str::from_utf8(bytes).ok().filter(|text| kind.contains("xml") && text.len() <= LONGEST_KEPT)?;
    let lower = text.to_ascii_lowercase();
    (!SECRET.iter().any(|part| lower.contains(part))).then(|| text.to_owned())
}

/// The headers of an answer that say something of what was made.
fn told(headers: &HeaderMap) -> Vec<(String, String)> {
    let all = headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    all.filter(|(name, _)| *name == "etag" || (name.starts_with("x-oss-") && may_be_kept(name)))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn without_secrets(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            // Whose key it is, says no secret.
            let kept = members.into_iter().filter_map(|(name, value)| match value {
                Value::Object(mut all) if name == "Credentials" => {
                    all.retain(|name, _| name == "AccessKeyId");
                    Some((name, Value::Object(all)))
                }
                value => (may_be_kept(&name) || name == "AccessKeyId").then(|| (name, without_secrets(value))),
            });
            Value::Object(kept.collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_secrets).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{BTreeSet, is_form, less_secrets, may_be_kept, without_secrets};

    #[test]
    fn of_credentials_the_id_is_kept_alone() {
        let credentials =
            json!({"AccessKeyId": "STS.a", "AccessKeySecret": "s", "SecurityToken": "t", "Expiration": "2026"});
        let kept = without_secrets(json!({"Credentials": credentials, "Password": "p"}));
        assert_eq!(kept, json!({"Credentials": {"AccessKeyId": "STS.a"}}));
    }

    #[test]
    fn no_secret_is_kept_within_a_parameter() {
        let less = |text: &str| {
            let mut secrets = BTreeSet::new();
            (less_secrets(text, &mut secrets), secrets.into_iter().collect::<Vec<_>>())
        };
        let (kept, secrets) = less(r#"[{"Name": "a", "Codes": {"DockerPassword": "p"}}]"#);
        assert_eq!(kept.as_deref(), Some(r#"[{"Name":"a","Codes":{}}]"#));
        assert_eq!(secrets, ["DockerPassword"]);
        // A name is told once, however often it comes.
        let (kept, secrets) = less(&format!("[{}]", [r#"{"Password":1}"#; 100].join(",")));
        assert_eq!((kept, secrets.len()), (Some(format!("[{}]", ["{}"; 100].join(","))), 1));
        // What holds none is left as it was written.
        for text in [r#"{ "Version": "1", "Statement": [] }"#, "{password", "password"] {
            assert_eq!(less(text), (None, vec![]), "{text}");
        }
        assert!(is_form("multipart/form-data; boundary=b") && is_form("Multipart/Form-Data") && !is_form("text/plain"));
    }

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
