//! A step in which somebody does something: calls an operation, sends a request, runs a program. On whose behalf, in which
//! circumstances, and what must come of it.

use super::call::Call;
use super::circumstances::Circumstances;
use super::http::Http;
use super::program::Program;
use super::repeat::Repeat;
use crate::scenario::argument::Argument;
use crate::scenario::expect::Expect;
use crate::scenario::mistake::Kind;
use crate::scenario::path::FieldPath;
use crate::scenario::reader::{Fields, Reader};
use crate::scenario::scope::{Caller, Person, Scope};
use crate::source::Spanned;

/// The fields of a step that acts.
pub(super) const FIELDS: &[&str] = &[
    "as",
    "call",
    "with",
    "http",
    "run",
    "expect",
    "save",
    "save_credentials_as",
    "signature",
    "presigned",
    "wrong_signature",
    "token_of",
    "from",
    "mfa",
    "tls",
    "region",
    "repeat",
];

/// Somebody does something.
#[derive(Clone, Debug)]
pub struct Act {
    /// On whose behalf.
    pub caller: Caller,
    /// What.
    pub deed: Deed,
    /// In which circumstances.
    pub circumstances: Circumstances,
    /// Whether it is done again until something comes of it.
    pub repeat: Option<Repeat>,
    /// What must come of it.
    pub expect: Expect,
    /// Fields of the answer to keep: the name for `${…}` and the field.
    pub save: Vec<(String, FieldPath)>,
    /// Whose credentials the answer holds.
    pub save_credentials_as: Option<Caller>,
}

/// What is done.
#[derive(Clone, Debug)]
pub enum Deed {
    /// An operation is called.
    Call(Call),
    /// A request is sent as it is written.
    Http(Http),
    /// A program is run.
    Program(Program),
}

impl Act {
    /// An operation called by somebody, which succeeds.
    pub fn calling(caller: Caller, call: Call) -> Self {
        Self {
            caller,
            deed: Deed::Call(call),
            circumstances: Circumstances::default(),
            repeat: None,
            expect: Expect::success(),
            save: Vec::new(),
            save_credentials_as: None,
        }
    }

    /// Reads it; what it saves enters the scope for the steps after it.
    pub(super) fn read(fields: &Fields<'_>, reader: &mut Reader<'_>, scope: &mut Scope) -> Option<Self> {
        let deeds: Vec<_> = ["call", "http", "run"].into_iter().filter_map(|name| fields.get(name)).collect();
        if let [_, again, ..] = deeds.as_slice() {
            reader.expected(again, "one of `call`, `http` and `run`", Some("write a step for each"));
        }
        let caller = match fields.get("as") {
            Some(node) => {
                reader.text(node, "a caller").and_then(|text| scope.known_caller(&text.value, text.span, reader))
            }
            None if fields.get("http").is_some() => Some(Caller::Anonymous),
            None if fields.get("run").is_some() => Some(Caller::Owner(scope.default_account().to_owned())),
            None => fields.need("as", "write `as: owner`, or who else calls", reader).and(None),
        };
        let deed = if let Some(node) = fields.get("http") {
            Http::read(node, fields, reader, scope).map(Deed::Http)
        } else if let Some(node) = fields.get("run") {
            Program::read(node, reader, scope).map(Deed::Program)
        } else {
            Call::read(fields, reader, scope).map(Deed::Call)
        };
        idle_fields(fields, reader);
        if let (Some(caller), Some(deed)) = (&caller, &deed) {
            meet(caller, deed, scope);
        }
        let circumstances = Circumstances::read(fields, reader, scope);
        let expect = fields
            .need("expect", "write `expect: success`, or what else must come of it", reader)
            .and_then(|node| Expect::read(node, reader, scope));
        let repeat = fields.get("repeat").and_then(|node| Repeat::read(node, reader, scope));
        let save = saved_fields(fields, reader);
        for (name, _) in &save {
            scope.add_variable(name);
        }
        let save_credentials_as = fields
            .get("save_credentials_as")
            .and_then(|node| reader.text(node, "a name for the caller"))
            .and_then(|text| named_caller(&text, reader, scope));
        if let Some(caller) = &save_credentials_as {
            scope.add_caller(caller.clone());
        }
        Some(Self { caller: caller?, deed: deed?, circumstances, repeat, expect: expect?, save, save_credentials_as })
    }
}

/// Parameters that name a user or a role which a call makes, or names anew.
const NAMES: &[(&str, Person)] = &[
    ("UserName", Person::User),
    ("NewUserName", Person::User),
    ("UserPrincipalName", Person::User),
    ("NewUserPrincipalName", Person::User),
    ("RoleName", Person::Role),
    ("NewRoleName", Person::Role),
];

/// Who is there after a deed. A request and a program may make anybody.
fn meet(caller: &Caller, deed: &Deed, scope: &mut Scope) {
    let (call, account) = match (deed, caller) {
        (Deed::Call(call), Caller::Owner(account) | Caller::Named { account, .. }) => (call, account),
        (Deed::Call(_), Caller::Anonymous) => return,
        (Deed::Http(_) | Deed::Program(_), _) => {
            scope.strangers = true;
            return;
        }
    };
    if !["Create", "Update"].iter().any(|verb| call.operation.name.starts_with(verb)) {
        return;
    }
    for (name, argument) in &call.parameters {
        let Some((_, person)) = NAMES.iter().find(|(known, _)| known == name) else { continue };
        match argument {
            Argument::Text(text) => match text.as_literal() {
                Some(name) => scope.add_person(*person, name.split('@').next().unwrap_or(name), account),
                None => scope.strangers = true,
            },
            _ => scope.strangers = true,
        }
    }
}

/// Fields that count for some deeds alone, with what each is of: beside another deed they would be ignored.
const OF_DEEDS: &[(&str, &[&str], &str)] = &[
    ("with", &["call"], "write it into the request, or into the command"),
    ("signature", &["call", "http"], "a program signs by itself"),
    ("presigned", &["call", "http"], "a program signs by itself"),
    ("wrong_signature", &["call", "http"], "a program signs by itself"),
    ("token_of", &["call", "http"], "a program signs by itself"),
    ("from", &["call", "http"], "a program calls from where it runs"),
    ("mfa", &["call", "http"], "a program says by itself what stands behind its calls"),
    ("tls", &["call", "http"], "a program says by itself what stands behind its calls"),
];

/// What is done to a signature, of which there is none without `signature`.
const OF_SIGNATURE: &[&str] = &["presigned", "wrong_signature", "token_of"];

/// Notes what would be ignored.
fn idle_fields(fields: &Fields<'_>, reader: &mut Reader<'_>) {
    let deed = ["http", "run"].into_iter().find(|name| fields.get(name).is_some()).unwrap_or("call");
    let why = if deed == "run" { "it is of a call or a request, and not of a program" } else { "it is of a call" };
    for (field, deeds, hint) in OF_DEEDS {
        if let Some(node) = fields.get(field).filter(|_| !deeds.contains(&deed)) {
            reader.note(Kind::CountsForNothing { field, why, hint }, node.span);
        }
    }
    if deed == "http" && fields.get("signature").is_none() {
        for &field in OF_SIGNATURE {
            if let Some(node) = fields.get(field) {
                let (why, hint) = ("the request is not signed", "write `signature: oss-v4`, or another one");
                reader.note(Kind::CountsForNothing { field, why, hint }, node.span);
            }
        }
    }
}

fn saved_fields(fields: &Fields<'_>, reader: &mut Reader<'_>) -> Vec<(String, FieldPath)> {
    let Some(node) = fields.get("save") else {
        return Vec::new();
    };
    let expected = "names for fields of the answer, such as `role: Role.Arn`";
    reader
        .entries(node, expected)
        .iter()
        .filter_map(|(name, path)| {
            reader.own_name(name);
            let text = reader.text(path, "a field of the answer")?;
            let path = FieldPath::parse(&text.value).filter(|path| !path.is_plural());
            if path.is_none() {
                reader.note(Kind::BadPath(text.value), text.span);
            }
            Some((name.value.clone(), path?))
        })
        .collect()
}

pub(super) fn named_caller(text: &Spanned<String>, reader: &mut Reader<'_>, scope: &Scope) -> Option<Caller> {
    scope.read_named(&text.value, text.span, reader)
}
