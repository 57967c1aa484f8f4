//! Whom a trust policy names: what is spelt much like a service, a user or a role that there is, and is none, is a slip of the pen.

use acslab_emulator::cloud::ServiceRole;
use miette::SourceSpan;
use serde_json::Value;

use super::argument::Argument;
use super::mistake::Kind;
use super::reader::Reader;
use super::scope::{Person, Scope};
use crate::words::{Choices, slip};

/// The parameters that hold a trust policy.
pub(super) const PARAMETERS: [&str; 2] = ["AssumeRolePolicyDocument", "NewAssumeRolePolicyDocument"];

/// What services' names end with.
const DOMAIN: &str = "aliyuncs.com";

/// Looks at the principals of a trust policy, as far as they are written out.
pub(super) fn check(policy: &Argument, span: SourceSpan, reader: &mut Reader<'_>, scope: &Scope) {
    let written = match policy.as_written() {
        // What is no JSON is the cloud's to refuse.
        Value::String(text) => serde_json::from_str(&text).unwrap_or_default(),
        document => document,
    };
    let statements = written.get("Statement").map(each).unwrap_or_default();
    let principals = statements.into_iter().filter_map(|statement| statement.get("Principal")?.as_object());
    for (kind, named) in principals.flatten() {
        for name in each(named).into_iter().filter_map(Value::as_str) {
            match kind.as_str() {
                "Service" => service(name, span, reader),
                "RAM" => person(name, span, reader, scope),
                _ => {}
            }
        }
    }
}

/// One thing, or a list of them.
fn each(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |all| all.iter().collect())
}

fn service(name: &str, span: SourceSpan, reader: &mut Reader<'_>) {
    /// Names of services that are shorter than this are often a letter apart.
    const SHORTEST: usize = 6;
    if name.contains(['$', '*']) {
        return;
    }
    let near = if let Some(own) = name.strip_suffix(DOMAIN).and_then(|own| own.strip_suffix('.')) {
        let known = ServiceRole::all().iter().map(|role| role.service.as_str());
        let unknown = own.len() >= SHORTEST && known.clone().all(|known| known != name);
        slip(name, known.filter(|_| unknown))
    } else {
        let end = name.rmatch_indices('.').nth(1).map(|(at, _)| name.split_at(at));
        let near = end.filter(|(_, end)| slip(end, [".aliyuncs.com"]).is_some());
        near.map(|(own, _)| format!("{own}.{DOMAIN}"))
    };
    if let Some(near) = near {
        let choices = Choices::new(name, [near]);
        reader.note(Kind::NoSuch { what: "service", all: "services", name: name.to_owned(), choices }, span);
    }
}

/// `acs:ram::${account}:user/alice`
fn person(arn: &str, span: SourceSpan, reader: &mut Reader<'_>, scope: &Scope) {
    let Some((account, resource)) = arn.strip_prefix("acs:ram::").and_then(|rest| rest.split_once(':')) else { return };
    let (kind, name) = match resource.split_once('/') {
        Some(("user", name)) => (Person::User, name),
        Some(("role", name)) => (Person::Role, name),
        _ => return,
    };
    let alias = match account {
        "${account}" => Some(scope.default_account()),
        variable => variable.strip_prefix("${account.").and_then(|rest| rest.strip_suffix('}')),
    };
    scope.check_person(kind, name, alias, span, reader);
}
