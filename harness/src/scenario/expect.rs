//! The outcome that a step must have.

use serde_json::Value;

use super::argument::Argument;
use super::mistake::Kind;
use super::path::FieldPath;
use super::reader::Reader;
use super::scope::Scope;
use super::template::Template;
use super::yaml::{self, Node};

/// What a scenario may write under `expect`.
#[derive(Clone, Debug)]
pub enum Expect {
    /// `success`, or `success: {FIELD: VALUE}`: the call is answered, with these fields.
    Success(Vec<FieldTest>),
    /// `error: …` or `denied: …`: the call is refused, so.
    Refusal(Refusal),
}

/// One field of an answer and what it must be.
#[derive(Clone, Debug)]
pub struct FieldTest {
    /// Which field.
    pub path: FieldPath,
    /// What it must be.
    pub test: Test,
}

/// What a field must be.
#[derive(Clone, Debug)]
pub enum Test {
    /// `VALUE`: this value; for a list, these values in this order.
    Equals(Argument),
    /// `{contains: VALUE}`: a text with this in it, or a list with this value in it.
    Contains(Argument),
    /// `{lacks: VALUE}`: the opposite.
    Lacks(Argument),
    /// `{count: N}`: so many values.
    Count(usize),
    /// `{present: true}` or `{present: false}`.
    Present(bool),
}

/// How a call is refused. What is not written is not compared.
#[derive(Clone, Debug, Default)]
pub struct Refusal {
    /// The error code.
    pub error: Option<String>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// A part of the message.
    pub message: Option<Template>,
    /// The authorization failure's own details.
    pub denied: Option<Denied>,
}

/// The parts of `AccessDeniedDetail` that a scenario may name.
#[derive(Clone, Debug, Default)]
pub struct Denied(pub Vec<(&'static str, Template)>);

/// The short names under `denied`, and the fields of `AccessDeniedDetail` that they stand for.
const DENIED_FIELDS: &[(&str, &str)] = &[
    ("action", "AuthAction"),
    ("type", "NoPermissionType"),
    ("policy_type", "PolicyType"),
    ("principal", "AuthPrincipalDisplayName"),
    ("principal_type", "AuthPrincipalType"),
];
const DENIED_NAMES: &[&str] = &["action", "type", "policy_type", "principal", "principal_type"];

const FORMS: &str = "`success`, `success: {FIELD: VALUE}`, `denied: ACTION` or `error: CODE`";
const TESTS: &[&str] = &["contains", "lacks", "count", "present"];

impl Expect {
    pub(super) fn read(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        match &node.value {
            yaml::Value::Scalar(scalar) if scalar.text == "success" => Some(Self::Success(Vec::new())),
            yaml::Value::Map(_) => Self::read_map(node, reader, scope),
            _ => {
                reader.expected(node, FORMS, None);
                None
            }
        }
    }

    fn read_map(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        let known = &["success", "error", "status", "message", "denied"];
        let fields = reader.fields(node, "`expect`", known)?;
        let refusal = Refusal {
            error: fields.get("error").and_then(|node| reader.text(node, "an error code")).map(|code| code.value),
            status: fields.get("status").and_then(|node| status(node, reader)),
            message: fields
                .get("message")
                .and_then(|node| reader.text(node, "a part of the error message"))
                .map(|text| Template::read(&text.value, text.span, reader, scope)),
            denied: fields.get("denied").and_then(|node| Denied::read(node, reader, scope)),
        };
        match fields.get("success") {
            None if fields.get("error").is_some() || fields.get("denied").is_some() => Some(Self::Refusal(refusal)),
            Some(tests) if ["error", "status", "message", "denied"].iter().all(|field| fields.get(field).is_none()) => {
                let expected = "the fields of the answer, such as `Role.RoleName: builder`";
                let tests = reader
                    .entries(tests, expected)
                    .iter()
                    .filter_map(|(path, value)| FieldTest::read(path, value, reader, scope))
                    .collect();
                Some(Self::Success(tests))
            }
            _ => {
                let hint = "a call either succeeds or is refused, with an error code or as denied";
                reader.expected(node, FORMS, Some(hint));
                None
            }
        }
    }
}

fn status(node: &Node, reader: &mut Reader<'_>) -> Option<u16> {
    let status = match &node.value {
        yaml::Value::Scalar(scalar) => scalar.resolve().as_u64(),
        _ => None,
    };
    let status = status.and_then(|status| u16::try_from(status).ok()).filter(|status| (400..600).contains(status));
    if status.is_none() {
        reader.expected(node, "an HTTP status from 400 to 599", None);
    }
    status
}

impl Denied {
    fn read(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        if let yaml::Value::Scalar(_) = node.value {
            let action = reader.text(node, "an action, such as `ram:CreateRole`")?;
            let action = Template::read(&action.value, action.span, reader, scope);
            return Some(Self(vec![("AuthAction", action)]));
        }
        let fields = reader.fields(node, "`denied`", DENIED_NAMES)?;
        let details = DENIED_FIELDS
            .iter()
            .filter_map(|(name, field)| {
                let text = reader.text(fields.get(name)?, "a text")?;
                Some((*field, Template::read(&text.value, text.span, reader, scope)))
            })
            .collect();
        Some(Self(details))
    }
}

impl FieldTest {
    fn read(path: &super::Spanned<String>, value: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        let Some(parsed) = FieldPath::parse(&path.value) else {
            reader.note(Kind::BadPath(path.value.clone()), path.span);
            return None;
        };
        let test = match &value.value {
            yaml::Value::Map(_) => Test::read(value, reader, scope)?,
            _ => Test::Equals(Argument::read(value, reader, scope)),
        };
        Some(Self { path: parsed, test })
    }
}

impl Test {
    fn read(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        let fields = reader.fields(node, "a test of a field", TESTS)?;
        let written: Vec<_> = TESTS.iter().filter_map(|&name| Some((name, fields.get(name)?))).collect();
        let [(name, value)] = written.as_slice() else {
            if !written.is_empty() {
                reader.expected(node, "one test", Some("test one thing of a field"));
            }
            return None;
        };
        let plain = |node: &Node| match &node.value {
            yaml::Value::Scalar(scalar) => scalar.resolve(),
            _ => Value::Null,
        };
        Some(match *name {
            "contains" => Self::Contains(Argument::read(value, reader, scope)),
            "lacks" => Self::Lacks(Argument::read(value, reader, scope)),
            "count" => {
                let count = plain(value).as_u64().and_then(|count| usize::try_from(count).ok());
                if count.is_none() {
                    reader.expected(value, "a whole number", None);
                }
                Self::Count(count?)
            }
            _ => {
                let present = plain(value).as_bool();
                if present.is_none() {
                    reader.expected(value, "`true` or `false`", None);
                }
                Self::Present(present?)
            }
        })
    }
}
