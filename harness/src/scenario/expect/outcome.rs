//! The outcome that a step must have.

use std::ops::RangeInclusive;

use super::decided::{DecidedSet, LAYERS};
use super::test::Test;
use crate::scenario::mistake::Kind;
use crate::scenario::path::FieldPath;
use crate::scenario::reader::{Fields, Reader};
use crate::scenario::scope::Scope;
use crate::scenario::slips;
use crate::scenario::template::Template;
use crate::scenario::yaml::{self, Node};
use crate::source::Spanned;
use crate::words::or_list;

/// What a scenario may write under `expect`.
#[derive(Clone, Debug)]
pub struct Expect {
    /// How the answer must be.
    pub outcome: Outcome,
    /// What its headers must be.
    pub headers: Vec<(String, Test)>,
    /// What the policies must have been asked because of the step.
    pub decided: Option<DecidedSet>,
    /// The writes among that, which are all that there are.
    pub writes: Option<DecidedSet>,
}

/// How an answer must be.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// `success`, or `success: {FIELD: VALUE}`: the call is answered, with these fields.
    Success(Vec<FieldTest>),
    /// `error: …` or `denied: …`: the call is refused, so.
    Refusal(Refusal),
    /// `answer: {FIELD: VALUE}`: whatever the status, it has these fields.
    Answer(Vec<FieldTest>),
    /// `one_of: [EXPECT]`: at least one of these.
    OneOf(Vec<Outcome>),
    /// `not: EXPECT`: anything but this.
    Not(Box<Outcome>),
    /// `status: N` alone, or beside another outcome than a refusal: this HTTP status, too.
    Status(u16, Box<Outcome>),
}

/// One field of an answer and what it must be.
#[derive(Clone, Debug)]
pub struct FieldTest {
    /// Which field.
    pub path: FieldPath,
    /// What it must be.
    pub test: Test,
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

/// How a denial came about. What is not written is not compared.
#[derive(Clone, Debug, Default)]
pub struct Denied {
    /// The parts of `AccessDeniedDetail`, each by its name there.
    pub details: Vec<(&'static str, Template)>,
    /// The layer that settled it, as decisions call it.
    pub layer: Option<&'static str>,
    /// The policy whose statement settled it.
    pub policy: Option<Template>,
    /// Which of its statements, from 1.
    pub statement: Option<u64>,
}

/// The short names under `denied`, and the fields of `AccessDeniedDetail` that they stand for.
const DENIED_FIELDS: &[(&str, &str)] = &[
    ("action", "AuthAction"),
    ("type", "NoPermissionType"),
    ("policy_type", "PolicyType"),
    ("principal", "AuthPrincipalDisplayName"),
    ("principal_type", "AuthPrincipalType"),
];
const DENIED_NAMES: &[&str] =
    &["action", "type", "policy_type", "principal", "principal_type", "layer", "policy", "statement"];

/// The types of denials, as `AccessDeniedDetail` has them.
const DENIALS: &[&str] = &["ImplicitDeny", "ExplicitDeny"];

const FORMS: &str = "`success`, `success: {FIELD: VALUE}`, `denied: ACTION` or `error: CODE`";

/// The fields that say how the answer must be; one of them, but for those of a refusal.
const OUTCOMES: &[&str] = &["success", "answer", "one_of", "not"];
const REFUSAL: &[&str] = &["error", "status", "message", "denied"];

/// What is expected besides, once for all.
const BESIDES: &[&str] = &["headers", "decided", "writes"];

/// All fields of `expect`.
pub(in crate::scenario) const FIELDS: &[&str] =
    &["success", "error", "status", "message", "denied", "answer", "one_of", "not", "headers", "decided", "writes"];

impl Expect {
    /// An answer that is no refusal.
    pub fn success() -> Self {
        Outcome::Success(Vec::new()).into()
    }

    /// Does it take the decisions that the step caused?
    pub fn asks_decisions(&self) -> bool {
        self.decided.is_some() || self.writes.is_some() || self.outcome.asks_decisions()
    }

    pub(in crate::scenario) fn read(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        let yaml::Value::Map(_) = &node.value else {
            return Outcome::read(node, reader, scope).map(Self::from);
        };
        let fields = reader.fields(node, "`expect`", FIELDS)?;
        let headers = fields.get("headers").map_or(&[][..], |node| {
            reader.entries(node, "headers of the answer with their values, such as `etag: {present: true}`")
        });
        let headers = headers
            .iter()
            .filter_map(|(name, value)| Some((name.value.to_ascii_lowercase(), Test::of_value(value, reader, scope)?)));
        let headers: Vec<_> = headers.collect();
        let decided = fields.get("decided").and_then(|node| DecidedSet::read(node, reader, scope));
        let writes = fields.get("writes").map(|node| DecidedSet::read_exactly(node, reader, scope));
        let besides = BESIDES.iter().any(|field| fields.get(field).is_some());
        let said = OUTCOMES.iter().chain(REFUSAL).any(|field| fields.get(field).is_some());
        let outcome = if besides && !said {
            Outcome::Answer(Vec::new())
        } else {
            Outcome::of_fields(node, &fields, reader, scope)?
        };
        Some(Self { outcome, headers, decided, writes })
    }
}

impl From<Outcome> for Expect {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, headers: Vec::new(), decided: None, writes: None }
    }
}

impl Outcome {
    fn asks_decisions(&self) -> bool {
        match self {
            Self::Success(_) | Self::Answer(_) => false,
            Self::Refusal(refusal) => refusal.denied.is_some(),
            Self::OneOf(all) => all.iter().any(Self::asks_decisions),
            Self::Not(one) | Self::Status(_, one) => one.asks_decisions(),
        }
    }

    fn read(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        match &node.value {
            yaml::Value::Scalar(scalar) if scalar.text == "success" => Some(Self::Success(Vec::new())),
            yaml::Value::Scalar(scalar) if scalar.text == "denied" => {
                Some(Self::Refusal(Refusal { denied: Some(Denied::default()), ..Refusal::default() }))
            }
            yaml::Value::Map(_) => {
                let fields = reader.fields(node, "`expect`", FIELDS)?;
                for &field in BESIDES {
                    if let Some(node) = fields.get(field) {
                        let (why, hint) =
                            ("it is of all that is expected, and of no part", "write it beside `not` or `one_of`");
                        reader.note(Kind::CountsForNothing { field, why, hint }, node.span);
                    }
                }
                Self::of_fields(node, &fields, reader, scope)
            }
            _ => {
                reader.expected(node, FORMS, None);
                None
            }
        }
    }

    fn of_fields(node: &Node, fields: &Fields<'_>, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        let refused = ["error", "denied"].iter().any(|field| fields.get(field).is_some());
        let outcomes: Vec<_> = OUTCOMES.iter().filter_map(|name| Some((*name, fields.get(name)?))).collect();
        let statuses = match outcomes.as_slice() {
            _ if refused => 400..=599,
            [("success", _)] => 200..=299,
            _ => 100..=599,
        };
        let status = fields.get("status").and_then(|node| status(node, statuses, reader));
        let refusal = Refusal::read(fields, status, reader, scope);
        let refused = refused || fields.get("message").is_some();
        let outcome = match outcomes.as_slice() {
            [] if fields.get("error").is_some() || fields.get("denied").is_some() => {
                return Some(Self::Refusal(refusal));
            }
            // What is wrong with the status was noted.
            [] if !refused && fields.get("status").is_some() => Some(Self::Answer(Vec::new())),
            [("success", tests)] if !refused => Some(Self::Success(FieldTest::read_all(tests, reader, scope))),
            [("answer", tests)] if !refused => Some(Self::Answer(FieldTest::read_all(tests, reader, scope))),
            [("not", inner)] if !refused => Some(Self::Not(Box::new(Self::read(inner, reader, scope)?))),
            [("one_of", all)] if !refused => {
                let all = match &all.value {
                    yaml::Value::List(all) if !all.is_empty() => all,
                    _ => {
                        reader.expected(all, "a list of at least one outcome", None);
                        return None;
                    }
                };
                Some(Self::OneOf(all.iter().filter_map(|one| Self::read(one, reader, scope)).collect()))
            }
            _ => {
                let hint = "a call either succeeds or is refused, with an error code or as denied";
                reader.expected(node, FORMS, Some(hint));
                None
            }
        }?;
        Some(match status {
            Some(status) => Self::Status(status, Box::new(outcome)),
            None => outcome,
        })
    }
}

impl Refusal {
    fn read(fields: &Fields<'_>, status: Option<u16>, reader: &mut Reader<'_>, scope: &Scope) -> Self {
        Self {
            error: fields.get("error").and_then(|node| reader.text(node, "an error code")).map(|code| code.value),
            status,
            message: fields
                .get("message")
                .and_then(|node| reader.text(node, "a part of the error message"))
                .map(|text| Template::read(&text.value, text.span, reader, scope)),
            denied: fields.get("denied").and_then(|node| Denied::read(node, reader, scope)),
        }
    }
}

fn status(node: &Node, known: RangeInclusive<u16>, reader: &mut Reader<'_>) -> Option<u16> {
    let status = match &node.value {
        yaml::Value::Scalar(scalar) => scalar.resolve().as_u64(),
        _ => None,
    };
    let status = status.and_then(|status| u16::try_from(status).ok()).filter(|status| known.contains(status));
    if status.is_none() {
        let (first, last) = known.into_inner();
        let hint = (first == 200).then_some("any other answer is `status` alone, or beside `answer`");
        reader.expected(node, &format!("an HTTP status from {first} to {last}"), hint);
    }
    status
}

impl Denied {
    fn read(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        if let yaml::Value::Scalar(_) = node.value {
            let action = reader.text(node, "an action, such as `ram:CreateRole`")?;
            let read = Template::read(&action.value, action.span, reader, scope);
            slips::action(&read, action.span, reader);
            return Some(Self { details: vec![("AuthAction", read)], ..Self::default() });
        }
        let fields = reader.fields(node, "`denied`", DENIED_NAMES)?;
        let mut text = |name: &str| {
            let node = fields.get(name)?;
            let text = reader.text(node, "a text")?;
            let read = Template::read(&text.value, text.span, reader, scope);
            match name {
                "action" => slips::action(&read, text.span, reader),
                "type" if read.as_literal().is_some_and(|kind| !DENIALS.contains(&kind)) => {
                    reader.expected(node, &or_list(DENIALS), None);
                }
                _ => {}
            }
            Some(read)
        };
        let details = DENIED_FIELDS.iter().filter_map(|(name, field)| Some((*field, text(name)?))).collect();
        let policy = text("policy");
        let layer = fields.get("layer").and_then(|node| {
            let written = reader.text(node, "a layer")?;
            let found = LAYERS.iter().find(|(word, _)| *word == written.value);
            if found.is_none() {
                let words: Vec<_> = LAYERS.iter().map(|(word, _)| *word).collect();
                reader.expected(node, &or_list(&words), None);
            }
            found.map(|(_, name)| *name)
        });
        let statement = fields.get("statement").and_then(|node| {
            let number = reader.text(node, "the number of a statement")?.value.parse().ok().filter(|at| *at > 0);
            if number.is_none() {
                reader.expected(node, "the number of a statement, from 1", None);
            }
            number
        });
        Some(Self { details, layer, policy, statement })
    }
}

impl FieldTest {
    fn read_all(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Vec<Self> {
        let entries = reader.entries(node, "the fields of the answer, such as `Role.RoleName: builder`");
        entries.iter().filter_map(|(path, value)| Self::read(path, value, reader, scope)).collect()
    }

    fn read(path: &Spanned<String>, value: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        let Some(parsed) = FieldPath::parse(&path.value) else {
            reader.note(Kind::BadPath(path.value.clone()), path.span);
            return None;
        };
        Some(Self { path: parsed, test: Test::of_value(value, reader, scope)? })
    }
}
