//! What a scenario starts from: accounts, RAM users with their policies, and other scenarios.

use miette::SourceSpan;

use super::argument::Argument;
use super::expect::Expect;
use super::path::FieldPath;
use super::reader::Reader;
use super::scope::{Caller, Scope};
use super::step::{Call, Step, StepKind};
use super::yaml::{Node, Value};
use crate::source::Spanned;

pub(super) const FIELDS: &[&str] = &["accounts", "region", "time", "users", "after", "state"];

/// The region of a scenario that names none.
pub const DEFAULT_REGION: &str = "cn-hangzhou";

/// The aliases under `accounts`.
pub(super) fn accounts(node: &Node, reader: &mut Reader<'_>) -> Vec<String> {
    let names = reader.texts(node, "the aliases of the accounts");
    let mut accounts = Vec::new();
    for name in names {
        let plain = name.value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if plain && !accounts.contains(&name.value) {
            accounts.push(name.value);
        } else {
            let expected = "an alias of its own, of letters, digits, `-` and `_`";
            let kind = super::mistake::Kind::Expected {
                expected: expected.into(),
                found: format!("`{}`", name.value),
                hint: None,
            };
            reader.note(kind, name.span);
        }
    }
    accounts
}

/// The time on the cloud's clock, as RFC 3339 in UTC.
pub(super) fn time(node: &Node, reader: &mut Reader<'_>) -> Option<String> {
    const EXPECTED: &str = "a time, such as `2026-01-01T00:00:00Z`";
    let text = reader.text(node, EXPECTED)?;
    let valid = text.value.ends_with('Z') && text.value.parse::<jiff::Timestamp>().is_ok();
    if !valid {
        reader.expected(node, EXPECTED, None);
    }
    valid.then_some(text.value)
}

/// The steps behind `users`: the owner creates each user, attaches its policies and makes its key.
pub(super) fn users(node: &Node, reader: &mut Reader<'_>, scope: &mut Scope) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut add = |name: &str, policies: Vec<Policy>, span, reader: &mut Reader<'_>, scope: &mut Scope| {
        let Some(Caller::Named { name, account }) = scope.read_caller(name, span, reader) else {
            return;
        };
        let user = UserSteps { name: &name, account: &account, span };
        steps.extend(user.of(policies, reader));
        scope.add_variable(format!("{name}.id"));
        scope.add_caller(Caller::Named { name, account });
    };
    match &node.value {
        Value::Map(entries) => {
            for (name, value) in entries {
                let policies = policies(value, reader, scope);
                add(&name.value, policies, name.span, reader, scope);
            }
        }
        _ => {
            for name in reader.texts(node, "the RAM users, each with its policies") {
                add(&name.value, Vec::new(), name.span, reader, scope);
            }
        }
    }
    steps
}

/// A policy to attach to a given user.
enum Policy {
    System(String),
    Custom { name: String, document: Argument },
}

fn policies(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Vec<Policy> {
    const EXPECTED: &str = "the names of system policies, or custom ones as `{name, document}`";
    if node.is_empty() {
        return Vec::new();
    }
    let items = match &node.value {
        Value::Map(_) => std::slice::from_ref(node),
        _ => reader.one_or_many(node, EXPECTED),
    };
    items.iter().filter_map(|item| policy(item, EXPECTED, reader, scope)).collect()
}

fn policy(node: &Node, expected: &str, reader: &mut Reader<'_>, scope: &Scope) -> Option<Policy> {
    let Value::Map(_) = node.value else {
        return reader.text(node, expected).map(|Spanned { value, .. }| Policy::System(value));
    };
    let fields = reader.fields(node, "a custom policy", &["name", "document"])?;
    let name = fields.need("name", "write `name: …`", reader)?;
    let document = fields.need("document", "write the policy, or `document: {file: PATH}`", reader)?;
    Some(Policy::Custom {
        name: reader.text(name, "the policy's name")?.value,
        document: Argument::read(document, reader, scope),
    })
}

/// The steps that make one given user.
struct UserSteps<'a> {
    name: &'a str,
    account: &'a str,
    span: SourceSpan,
}

impl UserSteps<'_> {
    fn of(&self, policies: Vec<Policy>, reader: &mut Reader<'_>) -> Vec<Step> {
        let user = || ("UserName".to_owned(), Argument::text(self.name));
        let mut steps = Vec::new();
        let mut add = |operation, parameters| {
            steps.extend(self.call(operation, parameters, reader));
        };
        add("CreateUser", vec![user()]);
        for policy in policies {
            let (kind, policy_name) = match policy {
                Policy::System(name) => ("System", name),
                Policy::Custom { name, document } => {
                    let parameters =
                        vec![("PolicyName".to_owned(), Argument::text(&name)), ("PolicyDocument".to_owned(), document)];
                    add("CreatePolicy", parameters);
                    ("Custom", name)
                }
            };
            let parameters = vec![
                ("PolicyType".to_owned(), Argument::text(kind)),
                ("PolicyName".to_owned(), Argument::text(policy_name)),
                user(),
            ];
            add("AttachPolicyToUser", parameters);
        }
        add("CreateAccessKey", vec![user()]);
        if let Some(first) = steps.first_mut() {
            let id = FieldPath::parse("User.UserId");
            let name = format!("{}.id", self.name);
            first.save = id.map(|id| (name, id)).into_iter().collect();
        }
        if let Some(last) = steps.last_mut() {
            last.save_credentials_as =
                Some(Caller::Named { name: self.name.to_owned(), account: self.account.to_owned() });
        }
        let step = |call| Step {
            number: None,
            name: Some(format!("given {}", self.name)),
            span: self.span,
            kind: StepKind::Call(Box::new(call)),
        };
        steps.into_iter().map(step).collect()
    }

    fn call(&self, operation: &str, parameters: Vec<(String, Argument)>, reader: &mut Reader<'_>) -> Option<Call> {
        let name = Spanned::new(format!("Ram.{operation}"), self.span);
        Some(Call {
            caller: Caller::Owner(self.account.to_owned()),
            operation: super::step::operation(&name, reader)?,
            parameters,
            expect: Expect::Success(Vec::new()),
            save: Vec::new(),
            save_credentials_as: None,
            signature: None,
        })
    }
}
