//! The policy of a form: until when it holds, and what its fields may say.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde_json::Value;

use super::form::PostForm;
use crate::gateway::ApiError;

/// What a form may say.
#[derive(Debug)]
pub(super) struct FormPolicy {
    expiration: Timestamp,
    conditions: Vec<Condition>,
}

#[derive(Debug)]
struct Condition {
    /// The field, in lower case; of the size of the file none.
    field: String,
    rule: Rule,
    /// As it was written.
    text: String,
}

#[derive(Debug)]
enum Rule {
    Is(String),
    StartsWith(String),
    In(Vec<String>),
    NotIn(Vec<String>),
    Size(u64, u64),
}

/// What says how a form of V4 is signed, of which a condition must speak (0006-00000228). CHOICE: of no other field one must. The
/// page names these alone, and the samples of the SDKs, a live test of one and many a page for uploads send `key` without one.
const SIGNED_V4: [&str; 4] = [VERSION, "x-oss-credential", "x-oss-date", "x-oss-security-token"];
const VERSION: &str = "x-oss-signature-version";

fn invalid(fault: &str) -> ApiError {
    ApiError::bad_request("InvalidPolicyDocument", format!("Invalid Policy: {fault}"))
}

fn denied(fault: &str) -> ApiError {
    ApiError::forbidden("AccessDenied", format!("Invalid according to Policy: {fault}"))
}

impl FormPolicy {
    /// Reads a policy out of the form's field.
    pub(super) fn read(text: &str) -> Result<Self, ApiError> {
        let bytes = BASE64_STANDARD.decode(text.trim()).map_err(|_| invalid("Invalid Base64 encoding."))?;
        let policy: Value =
            serde_json::from_slice(&bytes).map_err(|error| invalid(&format!("Invalid JSON: {error}")))?;
        let expiration = policy.get("expiration").and_then(Value::as_str);
        let expiration = expiration.ok_or_else(|| invalid("Policy missing expiration."))?;
        let expiration = expiration.parse().map_err(|_| invalid("Invalid 'expiration' value."))?;
        let conditions = policy.get("conditions").and_then(Value::as_array);
        let conditions = conditions.ok_or_else(|| invalid("Policy missing conditions."))?;
        let conditions = conditions.iter().map(Condition::read).collect::<Result<_, _>>()?;
        Ok(Self { expiration, conditions })
    }

    /// Does a form say what it may?
    pub(super) fn check(&self, form: &PostForm, bucket: &str, now: Timestamp) -> Result<(), ApiError> {
        if now >= self.expiration {
            return Err(denied("Policy expired."));
        }
        let size = form.size();
        for condition in &self.conditions {
            condition.check(form, bucket, size)?;
        }
        let spoken_of = |name: &str| self.conditions.iter().any(|condition| condition.field == name);
        let of_v4: &[&str] = if form.get(VERSION).is_some() { &SIGNED_V4 } else { &[] };
        let extra: Vec<_> = of_v4.iter().filter(|name| form.get(name).is_some() && !spoken_of(name)).copied().collect();
        if extra.is_empty() {
            return Ok(());
        }
        Err(denied(&format!("Extra input fields: {}", extra.join(", "))).with("EC", "0006-00000228"))
    }
}

/// A condition as a refusal tells it, with a blank behind each comma (0006-00000227).
fn written(condition: &Value) -> String {
    match condition {
        Value::Array(parts) => format!("[{}]", parts.iter().map(written).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

impl Condition {
    fn read(condition: &Value) -> Result<Self, ApiError> {
        let text = written(condition);
        let string = |value: &Value| value.as_str().map(str::to_owned);
        match condition {
            Value::Object(members) => {
                let mut members = members.iter();
                let (Some((name, value)), None) = (members.next(), members.next()) else {
                    let fault = "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.";
                    return Err(invalid(fault));
                };
                let value =
                    string(value).ok_or_else(|| invalid("Invalid Simple-Condition: value must be a string."))?;
                let text = written(&serde_json::json!(["eq", format!("${name}"), value]));
                Ok(Self { field: name.to_ascii_lowercase(), rule: Rule::Is(value), text })
            }
            Value::Array(parts) => {
                let wrong = || invalid(&format!("Invalid Condition: {text}"));
                let [kind, first, second] = parts.as_slice() else { return Err(wrong()) };
                let kind = kind.as_str().unwrap_or_default().to_ascii_lowercase();
                if kind == "content-length-range" {
                    let (Some(least), Some(most)) = (first.as_u64(), second.as_u64()) else { return Err(wrong()) };
                    return Ok(Self { field: String::new(), rule: Rule::Size(least, most), text });
                }
                let field = first.as_str().and_then(|name| name.strip_prefix('$')).ok_or_else(wrong)?;
                let list = || {
                    let all = second.as_array().map(|all| all.iter().map(string).collect::<Option<Vec<_>>>());
                    all.flatten().ok_or_else(wrong)
                };
                let rule = match kind.as_str() {
                    "eq" => Rule::Is(string(second).ok_or_else(wrong)?),
                    "starts-with" => Rule::StartsWith(string(second).ok_or_else(wrong)?),
                    "in" => Rule::In(list()?),
                    "not-in" => Rule::NotIn(list()?),
                    _ => return Err(wrong()),
                };
                Ok(Self { field: field.to_ascii_lowercase(), rule, text })
            }
            _ => Err(invalid("Invalid Condition.")),
        }
    }

    fn check(&self, form: &PostForm, bucket: &str, size: u64) -> Result<(), ApiError> {
        let value = match self.field.as_str() {
            "bucket" => Some(bucket),
            // The type that counts, wherever it stands: browsers write it at the file.
            "content-type" => form.kind(),
            field => form.get(field),
        };
        let value = value.unwrap_or_default();
        let holds = match &self.rule {
            Rule::Is(wanted) => value == wanted,
            Rule::StartsWith(start) => value.starts_with(start.as_str()),
            Rule::In(all) => all.iter().any(|one| one == value),
            Rule::NotIn(all) => !all.iter().any(|one| one == value),
            Rule::Size(least, _) if size < *least => {
                let message = "Your proposed upload smaller than the minimum allowed size.";
                return Err(ApiError::bad_request("EntityTooSmall", message));
            }
            Rule::Size(_, most) if size > *most => return Err(super::super::error::too_large()),
            Rule::Size(..) => true,
        };
        if holds {
            return Ok(());
        }
        Err(denied(&format!("Policy Condition failed: {}", self.text)).with("EC", "0006-00000227"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(policy: &str, fields: &[(&str, &str)]) -> String {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let form = PostForm { fields, file: 0..5, ..PostForm::default() };
        let now = "2026-01-02T03:04:05Z".parse().unwrap();
        let policy = FormPolicy::read(&BASE64_STANDARD.encode(policy));
        policy
            .and_then(|policy| policy.check(&form, "b", now))
            .map_or_else(|error| error.message().to_owned(), |()| String::new())
    }

    #[test]
    fn what_a_form_may_say() {
        let policy =
            |conditions: &str| format!(r#"{{"expiration":"2026-01-02T04:00:00.000Z","conditions":[{conditions}]}}"#);
        let all =
            policy(r#"{"bucket":"b"},["starts-with","$key","a/"],["content-length-range",1,9],["in","$x",["1","2"]]"#);
        assert_eq!(check(&all, &[("Key", "a/1"), ("x", "2"), ("y", "z")]), "");
        assert_eq!(
            check(&all, &[("key", "b"), ("x", "2")]),
            r#"Invalid according to Policy: Policy Condition failed: ["starts-with", "$key", "a/"]"#
        );
        let signed = [("X-Oss-Signature-Version", "OSS4-HMAC-SHA256"), ("x-oss-date", "d"), ("key", "k")];
        assert_eq!(
            check(&policy(r#"{"x-oss-date":"d"}"#), &signed),
            "Invalid according to Policy: Extra input fields: x-oss-signature-version"
        );
        let named = r#"{"x-oss-date":"d"},{"x-oss-signature-version":"OSS4-HMAC-SHA256"}"#;
        assert_eq!(check(&policy(named), &signed), "");
        let failed = r#"Invalid according to Policy: Policy Condition failed: ["eq", "$bucket", "c"]"#;
        assert_eq!(check(&policy(r#"{"bucket":"c"}"#), &[]), failed);
        let small = "Your proposed upload smaller than the minimum allowed size.";
        assert_eq!(check(&policy(r#"["content-length-range",6,9]"#), &[]), small);
        assert!(check(&policy(r#"{"a":"1","b":"2"}"#), &[]).contains("exactly one property"));
        let expired = r#"{"expiration":"2026-01-02T03:04:05.000Z","conditions":[]}"#;
        assert_eq!(check(expired, &[]), "Invalid according to Policy: Policy expired.");
        for wrong in ["", "{}", r#"{"expiration":"2026-01-02T03:04:05.000Z"}"#, r#"{"conditions":[]}"#] {
            assert!(check(wrong, &[]).starts_with("Invalid Policy: "), "{wrong}");
        }
    }
}
