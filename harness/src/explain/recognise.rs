//! Reading refusals out of a text: error bodies, exceptions with a body in them, messages, codes.

use serde_json::Value;

use super::codes::code;
use super::detail::{self, Encoded};
use super::known::known;
use super::refusal::{Form, Refusal};
use super::resource;
use crate::client::xml_to_json;
use crate::import::clean;

/// How many refusals of one text are told apart.
const MOST: usize = 64;

/// How far into a text a body that is cut off, or quoted, is looked for. A log is full of braces: each costs no more than this.
const FURTHEST: usize = 64 * 1024;
/// How far behind a `<` an `<Error` may stand, with the name itself.
const NEAREST_ERROR: usize = 206;

/// What a text turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Recognised {
    /// A request's id, and nothing else.
    RequestId(String),
    /// Refusals, in their order; those that repeat one are left out.
    Refusals(Vec<Refusal>),
    /// A diagnostic message of which the request is told, and when it was refused.
    Diagnostic {
        /// The message.
        message: String,
        /// The request.
        request_id: String,
        /// When.
        at: String,
    },
    /// A diagnostic message that only the cloud reads.
    Opaque(String),
    /// A web page: what stands between has answered, not the cloud.
    WebPage(Option<String>),
    /// Nothing that is known; why, in words.
    Nothing(&'static str),
}

/// Tells what a text is.
pub fn recognise(text: &str) -> Recognised {
    let text = clean(text);
    let trimmed = text.trim().trim_matches(['"', '\'', '`']).trim();
    if trimmed.is_empty() {
        return Recognised::Nothing("it is empty");
    }
    if is_request_id(trimmed) {
        return Recognised::RequestId(trimmed.to_owned());
    }
    match detail::encoded(trimmed) {
        Some(Encoded::Older(request_id, at)) => {
            return Recognised::Diagnostic { message: trimmed.to_owned(), request_id, at: at.to_string() };
        }
        Some(Encoded::Newer) => return Recognised::Opaque(trimmed.to_owned()),
        None => {}
    }
    let found = refusals(&text);
    if !found.is_empty() {
        return Recognised::Refusals(found);
    }
    let lower = trimmed.get(..200.min(trimmed.len())).unwrap_or(trimmed).to_ascii_lowercase();
    if lower.contains("<html") || lower.contains("<!doctype html") {
        let title = trimmed.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
        return Recognised::WebPage(title.map(|(title, _)| title.trim().to_owned()));
    }
    if trimmed.starts_with(['{', '[']) && serde_json::from_str::<Value>(trimmed).is_err() {
        return Recognised::Nothing("it looks like JSON and ends in the middle, or is none");
    }
    Recognised::Nothing("no error of Alibaba Cloud is in it that acslab knows")
}

/// `6A2B…` with dashes, as every product answers it; 24 hex digits, as OSS does.
fn is_request_id(text: &str) -> bool {
    let hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let groups: Vec<&str> = text.split('-').collect();
    let uuid = groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && groups.iter().all(|group| hex(group));
    uuid || (text.len() == 24 && hex(text))
}

fn refusals(text: &str) -> Vec<Refusal> {
    let mut found: Vec<Refusal> = Vec::new();
    let mut rest_of_text = String::new();
    let (mut at, mut line) = (0, 1);
    let codes = code_labels(text);
    // Bodies first; what stands between them is text.
    while at < text.len() && found.len() < MOST {
        let rest = text.get(at..).unwrap_or_default();
        let Some(offset) = rest.find(['{', '<']) else {
            rest_of_text.push_str(rest);
            break;
        };
        rest_of_text.push_str(rest.get(..offset).unwrap_or_default());
        line += rest.get(..offset).unwrap_or_default().matches('\n').count();
        let body = rest.get(offset..).unwrap_or_default();
        let coded = || {
            codes
                .get(codes.partition_point(|label| *label < at + offset))
                .is_some_and(|label| *label < at + offset + FURTHEST)
        };
        let (length, refusal) = if body.starts_with('{') { json(body, coded()) } else { xml(body) };
        if let Some(refusal) = refusal.filter(Refusal::says_something) {
            push(&mut found, Refusal { line, ..refusal });
        } else {
            rest_of_text.push_str(body.get(..length).unwrap_or_default());
        }
        line += body.get(..length).unwrap_or_default().matches('\n').count();
        at += offset + length;
    }
    // What a text around a body adds to it: an address, an ARN.
    match found.as_mut_slice() {
        [] => found.extend(of_text(text)),
        [only] => complete(only, &rest_of_text),
        _ => {}
    }
    found
}

fn push(found: &mut Vec<Refusal>, refusal: Refusal) {
    let same = |other: &Refusal| {
        (other.request_id.is_some() && other.request_id == refusal.request_id)
            || Refusal { line: 0, ..other.clone() } == Refusal { line: 0, ..refusal.clone() }
    };
    if !found.iter().any(same) {
        found.push(refusal);
    }
}

/// Where the name of a code's member ends, whichever of them it is: `"Code"`, `"errorCode"`.
fn code_labels(text: &str) -> Vec<usize> {
    text.match_indices("ode")
        .map(|(at, _)| at)
        .filter(|at| text.get(at + 3..).is_some_and(|rest| rest.starts_with(['"', '\\'])))
        .collect()
}

/// The beginning of a text, at most so long.
fn beginning(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}

/// A body in JSON at the start of a text, and how long it is. A brace that begins none is one character. `coded`: a code's name is near.
fn json(text: &str, coded: bool) -> (usize, Option<Refusal>) {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    if let Some(Ok(value)) = stream.next() {
        return (stream.byte_offset().max(1), of_json(&value));
    }
    // Within a text that quotes it, or cut off: what names are in it tells enough.
    let first = text.get(1..).unwrap_or_default().trim_start();
    let quoted = first.starts_with("\\\"");
    if !coded || !(quoted || first.starts_with('"')) {
        return (1, None);
    }
    let near = beginning(text, FURTHEST);
    let part = near.find("\n\n").and_then(|end| near.get(..end)).unwrap_or(near);
    let end = part.len();
    if quoted
        && let Some(Ok(value)) =
            serde_json::Deserializer::from_str(&part.replace("\\\"", "\"")).into_iter::<Value>().next()
        && let Some(refusal) = of_json(&value)
    {
        return (end.max(1), Some(refusal));
    }
    let torn = torn(part);
    (if torn.is_some() { end.max(1) } else { 1 }, torn)
}

/// What a body that is cut off says: its members as far as they go.
fn torn(text: &str) -> Option<Refusal> {
    let member = |names: &[&str]| {
        names.iter().find_map(|name| {
            let (_, rest) = text.split_once(&format!("\"{name}\""))?;
            let rest = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
            let end = rest.find('"')?;
            rest.get(..end).map(str::to_owned)
        })
    };
    let mut refusal = Refusal { form: Form::Json, code: member(&["Code", "code", "errorCode"]), ..Refusal::default() };
    refusal.code.as_ref()?;
    refusal.message = member(&["Message", "message", "errorMessage"]);
    refusal.request_id = member(&["RequestId", "requestId"]);
    refusal.action = member(&["AuthAction"]);
    refusal.why.no_permission = member(&["NoPermissionType"]);
    refusal.why.policy = member(&["PolicyType"]);
    refusal.caller.kind = member(&["AuthPrincipalType"]);
    refusal.caller.owner = member(&["AuthPrincipalOwnerId"]);
    refusal.caller.name = member(&["AuthPrincipalDisplayName"]);
    let message = refusal.message.clone().unwrap_or_default();
    name(&mut refusal, &message);
    Some(refusal)
}

/// An error body; an object around one, as SDKs and tools print it; a decoded message; a failed resource.
fn of_json(value: &Value) -> Option<Refusal> {
    if let Some(decoded) = detail::decoded(value) {
        return Some(decoded);
    }
    let text = |names: &[&str]| {
        let found = names.iter().find_map(|name| value.get(*name))?;
        match found {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    };
    let mut refusal = Refusal {
        form: Form::Json,
        code: text(&["Code", "code", "errorCode", "ErrorCode"]),
        message: text(&["Message", "message", "errorMessage", "ErrorMessage", "ReasonMessage"]),
        request_id: text(&["RequestId", "requestId", "requestID", "RequestID", "request_id"]),
        ec: text(&["EC", "ec"]),
        host: text(&["HostId", "host", "Host"]),
        ..Refusal::default()
    };
    let detail = ["AccessDeniedDetail", "accessDeniedDetail", "access_denied_detail"];
    if let Some(detail) = detail.iter().find_map(|name| value.get(*name)) {
        of_detail(&mut refusal, detail);
    }
    if let Some(purchased) = value.get("IsPurchased").or_else(|| value.get("HasPermissionToPurchase")) {
        let said = format!(
            "IsPurchased: {purchased}, HasPermissionToPurchase: {}",
            value.get("HasPermissionToPurchase").unwrap_or(&Value::Null)
        );
        refusal.message = Some(said);
    }
    if refusal.code.is_none() && refusal.message.is_none() && refusal.action.is_none() {
        // The error may be further in: `{"error": {…}}`, `{"data": {…}}`.
        let inner = value.as_object()?.values().filter(|inner| inner.is_object()).find_map(of_json);
        return inner.map(|inner| Refusal { request_id: inner.request_id.clone().or(refusal.request_id), ..inner });
    }
    let message = refusal.message.clone().unwrap_or_default();
    // A message that quotes a body: the body says more.
    if let Some(at) = message.find('{').filter(|_| refusal.action.is_none()) {
        let (_, inner) = json(message.get(at..).unwrap_or_default(), true);
        if let Some(inner) = inner.filter(|inner| inner.code.is_some()) {
            return Some(Refusal { request_id: inner.request_id.clone().or(refusal.request_id), ..inner });
        }
    }
    name(&mut refusal, &message);
    // Of a success nothing can be said: a failed thing has a code that is none, or a message that is known.
    let success = refusal.code.as_deref().is_some_and(|code| ["200", "OK", "Success"].contains(&code));
    let refused = refusal.code.is_some() || known(&refusal).is_some() || refusal.action.is_some();
    (refused && !success).then_some(refusal)
}

fn of_detail(refusal: &mut Refusal, detail: &Value) {
    let text = |name: &str| detail.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    refusal.action = text("AuthAction");
    refusal.resource = text("AuthResource");
    refusal.why.no_permission = text("NoPermissionType");
    refusal.why.policy = text("PolicyType");
    refusal.caller.kind = text("AuthPrincipalType");
    refusal.caller.owner = text("AuthPrincipalOwnerId");
    refusal.caller.name = text("AuthPrincipalDisplayName");
    refusal.diagnostic = text("EncodedDiagnosticMessage");
}

/// What a message names of action and resource.
fn name(refusal: &mut Refusal, text: &str) {
    let (resource, action) = resource::named(text);
    refusal.action = refusal.action.take().or(action);
    refusal.resource = refusal.resource.take().or(resource);
}

/// A body in XML at the start of a text, and how long it is.
fn xml(text: &str) -> (usize, Option<Refusal>) {
    let start = beginning(text, NEAREST_ERROR).find("<Error");
    let Some(start) = start.filter(|at| !text.get(..*at).unwrap_or_default().contains("<html")) else {
        let end = text.get(1..).and_then(|rest| rest.find(['{', '<'])).map_or(text.len(), |at| at + 1);
        return (end.max(1), None);
    };
    let near = beginning(text, FURTHEST);
    let end = near.find("</Error>").map_or(near.len(), |at| at + "</Error>".len());
    let element = text.get(start..end).unwrap_or_default();
    let refusal = if let Some(value) = xml_to_json(element) { of_xml(&value) } else { of_xml(&torn_xml(element)) };
    (end.max(1), refusal)
}

/// The elements of a body that is cut off, as far as they go.
fn torn_xml(element: &str) -> Value {
    let member = |name: &str| {
        let (_, rest) = element.split_once(&format!("<{name}>"))?;
        rest.split_once(&format!("</{name}>")).map(|(text, _)| text.to_owned())
    };
    let mut members = serde_json::Map::new();
    for name in ["Code", "Message", "RequestId", "HostId", "EC"] {
        members.extend(member(name).map(|text| (name.to_owned(), Value::from(text))));
    }
    Value::Object(members)
}

fn of_xml(value: &Value) -> Option<Refusal> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    let host = text("HostId");
    let of_oss = value.get("EC").is_some() || host.as_deref().is_some_and(|host| host.contains("oss-"));
    let mut refusal = Refusal {
        form: if of_oss { Form::Oss } else { Form::Xml },
        code: text("Code"),
        message: text("Message"),
        request_id: text("RequestId"),
        ec: text("EC"),
        host,
        ..Refusal::default()
    };
    if let Some(detail) = value.get("AccessDeniedDetail") {
        of_detail(&mut refusal, detail);
    }
    let bucket = text("Bucket").or_else(|| text("BucketName"));
    let bucket = bucket.or_else(|| refusal.host.as_deref().and_then(resource::bucket_of));
    if refusal.resource.is_none()
        && let Some(bucket) = bucket
    {
        let key = text("Key").or_else(|| text("ObjectName"));
        refusal.resource = Some(of_object(&bucket, key.as_deref().unwrap_or_default()));
    }
    let message = refusal.message.clone().unwrap_or_default();
    name(&mut refusal, &message);
    Some(refusal)
}

/// The ARN of an object, or of a bucket; whose it is, is open.
fn of_object(bucket: &str, key: &str) -> String {
    let key = key.trim_end_matches([':', '.']);
    if key.is_empty() { format!("acs:oss:*:*:{bucket}") } else { format!("acs:oss:*:*:{bucket}/{key}") }
}

/// What a text without any body says.
fn of_text(text: &str) -> Option<Refusal> {
    let text = text.trim();
    let mut refusal = Refusal { line: 1, ..Refusal::default() };
    refusal.ec = words(text).find(|word| code(word).is_some() || is_ec(word)).map(str::to_owned);
    let labelled = |labels: &[&str]| {
        labels.iter().find_map(|label| {
            let at = text.find(label)? + label.len();
            let rest = text.get(at..)?.trim_start_matches([' ', ':', '=', '"', '\'', '：']);
            let end =
                rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))).unwrap_or(rest.len());
            rest.get(..end).map(|word| word.trim_end_matches('.').to_owned()).filter(|word| !word.is_empty())
        })
    };
    refusal.code = labelled(&[
        "ErrorCode:",
        "ErrorCode=",
        "errorCode:",
        "Error Code:",
        "StatusCode: 403, Code:",
        "Code:",
        "code:",
        "Code=",
        "code=",
    ])
    .filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()))
    .or_else(|| words(text).find(|word| is_code(word)).map(str::to_owned));
    refusal.request_id =
        labelled(&["RequestId:", "RequestID:", "requestId:", "request id:", "Request ID:", "RequestId=", "Recommend:"])
            .filter(|id| is_request_id(id));
    refusal.message = Some(short(text));
    name(&mut refusal, text);
    complete(&mut refusal, text);
    let says = refusal.ec.is_some()
        || refusal.action.is_some()
        || known(&refusal).is_some()
        || refusal.code.as_deref().is_some_and(is_code);
    says.then_some(refusal)
}

/// The words of a text, without what stands around them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| {
        c.is_whitespace()
            || matches!(c, ',' | ';' | '"' | '\'' | '(' | ')' | '[' | ']' | '<' | '>' | '`' | '=' | '，' | '。' | '：')
    })
    .map(|word| word.trim_matches([':', '.']))
}

/// `0003-00000001`
fn is_ec(word: &str) -> bool {
    word.len() == 13
        && word.bytes().enumerate().all(|(at, byte)| if at == 4 { byte == b'-' } else { byte.is_ascii_digit() })
}

/// Codes of the access-denied family, and those that are taken for one.
fn is_code(word: &str) -> bool {
    const CODES: &[&str] = &[
        "NoPermission",
        "AccessDenied",
        "Forbidden",
        "Forbidden.RAM",
        "NotAuthorized",
        "Inactive",
        "UserDisable",
        "AccessForbidden",
        "Unauthorized",
        "EntityNotExist.Role",
        "InvalidAccessKeyId",
        "InvalidAccessKeyId.NotFound",
        "MalformedPolicyDocument",
        "ServiceRoleNotExistsError",
        "CloudConfigServiceRoleNotExisted",
        "StatusForbidden",
        "SignatureDoesNotMatch",
    ];
    CODES.contains(&word) || word.starts_with("Forbidden.") || word.starts_with("NoPermission.")
}

/// A text as a message: its first lines.
fn short(text: &str) -> String {
    const LONGEST: usize = 2000;
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text).to_owned()
}

/// Adds what a text around a refusal says and the refusal itself does not.
fn complete(refusal: &mut Refusal, around: &str) {
    if refusal.resource.is_none()
        || refusal.resource.as_deref().is_some_and(|arn| arn.starts_with("acs:oss:*:*:") && !arn.contains('/'))
    {
        if let Some((bucket, key)) = resource::object(around) {
            refusal.resource = Some(of_object(&bucket, &key));
        } else if refusal.resource.is_none() {
            refusal.resource = resource::arn(around);
        }
    }
    if refusal.action.is_none() {
        refusal.action = resource::named(around).1;
    }
}

#[cfg(test)]
mod tests {
    use super::{Recognised, recognise};

    /// Each brace and each bracket of a log looks at what is near, and not at all of the rest: otherwise this does not end.
    #[test]
    fn a_log_of_braces_is_read_in_one_go() {
        for line in ["foo {a=b}\n", "foo {\"a\"=\"b\"}\n", "foo <a=b>\n", "{ \\\"a\n", "<Error <a>\n"] {
            let log = line.repeat(1_000_000 / line.len());
            assert!(matches!(recognise(&log), Recognised::Nothing(_)), "{line}");
        }
        let body = r#"{"Code": "NoPermission", "Message": "no", "RequestId": "x"}"#;
        let Recognised::Refusals(found) = recognise(&format!("{}{body}", "foo {a=b}\n".repeat(100_000))) else {
            panic!()
        };
        assert_eq!((found.len(), found[0].line), (1, 100_001));
    }
}
