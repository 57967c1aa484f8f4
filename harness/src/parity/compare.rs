//! Two answers to one call: the emulator's and the cloud's.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use super::redact::Redactor;
use crate::client::{Answer, CODE, DETAIL, MESSAGE};

/// In which way two answers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The error code.
    Code,
    /// The HTTP status.
    Status,
    /// The error message.
    Message,
    /// A field that the emulator gives and the cloud does not.
    NotThere,
    /// A field that the cloud gives and the emulator does not.
    NotHere,
    /// Allowed or denied, or why denied.
    Decision,
    /// A header.
    Header,
    /// A number for a text, a list for a single value.
    Type,
    /// A value.
    Value,
    /// The order of a list.
    Order,
    /// The step could be played at one of them alone.
    NotPlayed,
}

/// One thing in which two answers differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// In which way.
    pub kind: Kind,
    /// Where: a field, a header; nothing where the kind says it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// What the emulator says, redacted.
    pub emulator: String,
    /// What the cloud says, redacted.
    pub cloud: String,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Code => "code",
            Self::Status => "status",
            Self::Message => "message",
            Self::NotThere => "a field that the cloud does not give",
            Self::NotHere => "a field that the emulator does not give",
            Self::Decision => "decision",
            Self::Header => "header",
            Self::Type => "type",
            Self::Value => "value",
            Self::Order => "order",
            Self::NotPlayed => "not played",
        })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, place, emulator, cloud } = self;
        let place = if place.is_empty() { String::new() } else { format!(" `{place}`") };
        write!(f, "{kind}{place}: the emulator has {emulator}, the cloud {cloud}")
    }
}

/// What a decision's details say of it; the rest of them is of the request.
const DECIDED_BY: &[&str] = &["AuthAction", "AuthPrincipalType", "NoPermissionType", "PolicyType"];

/// An answer in the form that both sides have.
#[derive(Clone, Debug, Default)]
pub(super) struct Put {
    pub(super) status: u16,
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
    pub(super) denied: bool,
    pub(super) detail: Map<String, Value>,
    pub(super) headers: Map<String, Value>,
    pub(super) fields: Map<String, Value>,
    /// The same before ids and times were put the same, for their types.
    raw: Value,
}

impl Put {
    /// Puts an answer into that form.
    pub(super) fn new(answer: &Answer, redactor: &mut Redactor<'_>, of_run: bool) -> Self {
        let mut fields = match redactor.fields(answer, of_run) {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        let failed = !answer.is_success();
        let detail = DETAIL.iter().find_map(|name| fields.shift_remove(*name));
        if failed {
            for name in CODE.iter().chain(MESSAGE) {
                fields.shift_remove(*name);
            }
        }
        let mut detail = match detail {
            Some(Value::Object(detail)) => detail,
            _ => Map::new(),
        };
        detail.retain(|name, _| DECIDED_BY.contains(&name.as_str()));
        let text = |text: Option<&str>| text.filter(|_| failed).map(|text| redactor.text(text));
        Self {
            status: answer.status,
            code: text(answer.code()),
            message: text(answer.message()),
            denied: is_denied(answer),
            detail,
            headers: redactor.headers(answer),
            fields,
            raw: answer.fields.clone(),
        }
    }

    /// For a report.
    pub(super) fn to_json(&self) -> Value {
        let mut all = Map::new();
        all.insert("status".to_owned(), self.status.into());
        for (name, text) in [("code", &self.code), ("message", &self.message)] {
            if let Some(text) = text {
                all.insert(name.to_owned(), text.as_str().into());
            }
        }
        if self.denied {
            all.insert("denied".to_owned(), self.detail.clone().into());
        }
        all.insert("headers".to_owned(), self.headers.clone().into());
        all.insert("fields".to_owned(), self.fields.clone().into());
        all.into()
    }

    fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Was it refused for want of a permission?
fn is_denied(answer: &Answer) -> bool {
    let code = answer.code().unwrap_or_default();
    let named = ["NoPermission", "AccessDenied", "Forbidden", "Unauthorized"].iter().any(|word| code.contains(word));
    answer.denied().is_some() || (answer.status == 403 && named)
}

/// In what two answers differ.
pub(super) fn compare(emulator: &Put, cloud: &Put) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut add = |kind, place: &str, emulator: String, cloud: String| {
        found.push(Difference { kind, place: place.to_owned(), emulator, cloud });
    };
    if emulator.denied != cloud.denied {
        let word = |put: &Put| if put.denied { "a denial" } else { "none" }.to_owned();
        add(Kind::Decision, "", word(emulator), word(cloud));
    }
    if emulator.status != cloud.status {
        add(Kind::Status, "", emulator.status.to_string(), cloud.status.to_string());
    }
    let shown = |text: &Option<String>| text.as_ref().map_or("none".to_owned(), |text| format!("`{text}`"));
    if emulator.code != cloud.code {
        add(Kind::Code, "", shown(&emulator.code), shown(&cloud.code));
    }
    if emulator.message != cloud.message {
        add(Kind::Message, "", shown(&emulator.message), shown(&cloud.message));
    }
    if emulator.denied && cloud.denied {
        each(&emulator.detail, &cloud.detail, |name, ours, theirs| {
            if ours != theirs {
                add(Kind::Decision, name, value_shown(ours), value_shown(theirs));
            }
        });
    }
    each(&emulator.headers, &cloud.headers, |name, ours, theirs| {
        if ours != theirs {
            add(Kind::Header, name, value_shown(ours), value_shown(theirs));
        }
    });
    // What one of them answers and the other refuses has other fields; that is said already.
    if emulator.is_success() == cloud.is_success() {
        let (ours, theirs) = (Value::Object(emulator.fields.clone()), Value::Object(cloud.fields.clone()));
        let raw = (Some(&emulator.raw), Some(&cloud.raw));
        values("", (&ours, &theirs), raw, &mut found);
    }
    found.sort_by_key(|difference| difference.kind);
    found
}

/// Each name of two maps with its values.
fn each(
    ours: &Map<String, Value>,
    theirs: &Map<String, Value>,
    mut with: impl FnMut(&str, Option<&Value>, Option<&Value>),
) {
    for (name, value) in ours {
        with(name, Some(value), theirs.get(name));
    }
    for (name, value) in theirs.iter().filter(|(name, _)| !ours.contains_key(*name)) {
        with(name, None, Some(value));
    }
}

fn value_shown(value: Option<&Value>) -> String {
    const MOST: usize = 200;
    let text = value.map_or("none".to_owned(), |value| format!("`{value}`"));
    if text.chars().count() > MOST { text.chars().take(MOST).chain("…`".chars()).collect() } else { text }
}

fn values(
    place: &str,
    (ours, theirs): (&Value, &Value),
    raw: (Option<&Value>, Option<&Value>),
    found: &mut Vec<Difference>,
) {
    let mut add = |kind, ours: Option<&Value>, theirs: Option<&Value>| {
        found.push(Difference {
            kind,
            place: place.to_owned(),
            emulator: value_shown(ours),
            cloud: value_shown(theirs),
        });
    };
    match (ours, theirs) {
        (Value::Object(left), Value::Object(right)) => each(left, right, |name, ours, theirs| {
            let place = if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
            let inner = |raw: Option<&'_ Value>| raw.and_then(|raw| raw.get(name)).cloned();
            match (ours, theirs) {
                (Some(ours), Some(theirs)) => {
                    let (left, right) = (inner(raw.0), inner(raw.1));
                    values(&place, (ours, theirs), (left.as_ref(), right.as_ref()), found);
                }
                (ours, theirs) => found.push(Difference {
                    kind: if ours.is_some() { Kind::NotThere } else { Kind::NotHere },
                    place,
                    emulator: value_shown(ours),
                    cloud: value_shown(theirs),
                }),
            }
        }),
        (Value::Array(left), Value::Array(right)) if left == right => {}
        (Value::Array(left), Value::Array(right)) if is_reordered(left, right) => {
            add(Kind::Order, Some(ours), Some(theirs));
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            for (at, pair) in left.iter().zip(right).enumerate() {
                // Entries of others were left out: then nobody knows which was which.
                let item = |raw: Option<&'_ Value>| {
                    raw.and_then(Value::as_array)
                        .filter(|all| all.len() == left.len())
                        .and_then(|all| all.get(at))
                        .cloned()
                };
                let (ours, theirs) = (item(raw.0), item(raw.1));
                values(&format!("{place}[{at}]"), pair, (ours.as_ref(), theirs.as_ref()), found);
            }
        }
        _ => {
            let types = match raw {
                (Some(left), Some(right)) => (type_of(left), type_of(right)),
                _ => (type_of(ours), type_of(theirs)),
            };
            if types.0 != types.1 {
                add(Kind::Type, Some(ours), Some(theirs));
                if let Some(last) = found.last_mut() {
                    last.emulator = format!("a {} {}", types.0, last.emulator);
                    last.cloud = format!("a {} {}", types.1, last.cloud);
                }
            } else if ours != theirs {
                add(Kind::Value, Some(ours), Some(theirs));
            }
        }
    }
}

/// The same entries in another order?
fn is_reordered(left: &[Value], right: &[Value]) -> bool {
    let sorted = |all: &[Value]| {
        let mut texts: Vec<_> = all.iter().map(Value::to_string).collect();
        texts.sort();
        texts
    };
    left.len() == right.len() && sorted(left) == sorted(right)
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "map",
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use serde_json::{Value, json};

    use super::{Kind, Put, compare};
    use crate::catalogue::Style;
    use crate::client::Answer;
    use crate::parity::RunId;
    use crate::parity::redact::Redactor;

    fn put(status: u16, body: &Value, etag: &str) -> Put {
        let run = RunId::parse("k3x9q2").unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("etag", etag.parse().unwrap());
        let answer = Answer::new(status, &headers, body.to_string().as_bytes(), Style::Rpc);
        Put::new(&answer, &mut Redactor::new(&run, "1234567890123456", &[]), true)
    }

    #[expect(clippy::needless_pass_by_value, reason = "a case is written where it is used")]
    fn kinds(ours: (u16, Value), theirs: (u16, Value)) -> Vec<Kind> {
        let found = compare(&put(ours.0, &ours.1, "a"), &put(theirs.0, &theirs.1, "a"));
        found.iter().map(|difference| difference.kind).collect()
    }

    #[test]
    fn each_way_to_differ_is_told_apart() {
        let refused = |status, code, message| (status, json!({"Code": code, "Message": message, "RequestId": "1"}));
        let ours = || refused(404, "A", "m");
        assert_eq!(kinds(ours(), refused(404, "A", "m")), []);
        assert_eq!(kinds(ours(), refused(404, "B", "m")), [Kind::Code]);
        assert_eq!(kinds(ours(), refused(400, "A", "m")), [Kind::Status]);
        assert_eq!(kinds(ours(), refused(404, "A", "n")), [Kind::Message]);
        let fields = |fields: Value| (200, fields);
        let ours = || fields(json!({"A": "x", "N": 1, "L": ["a", "b"], "UserId": "1"}));
        for (theirs, kind) in [
            (json!({"A": "x", "N": 1, "L": ["a", "b"]}), Kind::NotThere),
            (json!({"A": "x", "N": 1, "L": ["a", "b"], "UserId": "1", "B": ""}), Kind::NotHere),
            (json!({"A": "y", "N": 1, "L": ["a", "b"], "UserId": "1"}), Kind::Value),
            (json!({"A": "x", "N": "1", "L": ["a", "b"], "UserId": "1"}), Kind::Type),
            // An id is put the same, and its type is not.
            (json!({"A": "x", "N": 1, "L": ["a", "b"], "UserId": 1}), Kind::Type),
            (json!({"A": "x", "N": 1, "L": ["b", "a"], "UserId": "1"}), Kind::Order),
            (json!({"A": "x", "N": 1, "L": ["a"], "UserId": "1"}), Kind::Value),
            (json!({"A": "x", "N": 1, "L": ["a", "c"], "UserId": "1"}), Kind::Value),
        ] {
            assert_eq!(kinds(ours(), fields(theirs.clone())), [kind], "{theirs}");
        }
        let headers = compare(&put(200, &json!({}), "a"), &put(200, &json!({}), "b"));
        assert_eq!(headers[0].to_string(), "header `etag`: the emulator has `\"a\"`, the cloud `\"b\"`");
    }

    #[test]
    fn a_decision_is_compared_as_one() {
        let denied = |kind: &str| {
            (
                403,
                json!({"Code": "NoPermission", "Message": "m", "AccessDeniedDetail": {"AuthAction": "ram:GetUser", "NoPermissionType": kind, "EncodedDiagnosticMessage": kind}}),
            )
        };
        assert_eq!(kinds(denied("ImplicitDeny"), denied("ImplicitDeny")), []);
        assert_eq!(kinds(denied("ImplicitDeny"), denied("ExplicitDeny")), [Kind::Decision]);
        let found = kinds(denied("ImplicitDeny"), (200, json!({"User": {}})));
        assert_eq!(found, [Kind::Code, Kind::Status, Kind::Message, Kind::Decision]);
    }
}
