//! RAM roles with whom they trust and their policies.

use super::attach::{Holder, attach};
use super::maker::{Maker, Thing, save};
use crate::scenario::argument::Argument;
use crate::scenario::mistake::Kind;
use crate::scenario::scope::{Person, Scope};
use crate::scenario::trusted;
use crate::scenario::yaml::{Node, Value};
use crate::words::Choices;

/// A map from name to `{trust, policies, max_session}`.
pub(super) fn make(node: &Node, maker: &mut Maker<'_, '_>, scope: &mut Scope) {
    for (name, node) in maker.reader.entries(node, "RAM roles by name, each with `trust` and `policies`") {
        let Some(thing) = maker.new_thing("a role", name, scope) else { continue };
        let known = &["trust", "policies", "max_session"];
        let Some(fields) = maker.reader.fields(node, "a role", known) else { continue };
        scope.add_person(Person::Role, &thing.name, &thing.account);
        let hint = "write whom it trusts: an account, `{Service: […]}`, `{RAM: […]}`, or a whole trust policy";
        let Some(trust) = fields.need("trust", hint, maker.reader) else { continue };
        let span = trust.span;
        let trust = trust_policy(trust, &thing, maker, scope);
        trusted::check(&trust, span, maker.reader, scope);
        let mut parameters = vec![("RoleName", Argument::text(&thing.name)), ("AssumeRolePolicyDocument", trust)];
        if let Some(longest) = fields.get("max_session") {
            parameters.push(("MaxSessionDuration", Argument::read(longest, maker.reader, scope)));
        }
        let made = maker.call(&thing, "Ram.CreateRole", parameters);
        save(made, format!("role.{}", thing.name), "Role.Arn", scope);
        if let Some(policies) = fields.get("policies") {
            attach(policies, Holder::Role, &thing, maker, scope);
        }
    }
}

/// A trust policy: written out, or by its principals, or by the alias of the account that it trusts.
fn trust_policy(node: &Node, thing: &Thing, maker: &mut Maker<'_, '_>, scope: &Scope) -> Argument {
    let principal = match &node.value {
        Value::Map(entries) if entries.iter().any(|(key, _)| ["Statement", "file"].contains(&key.value.as_str())) => {
            return Argument::read(node, maker.reader, scope);
        }
        Value::Map(_) | Value::List(_) => Argument::read(node, maker.reader, scope),
        Value::Scalar(_) => {
            let Some(text) = maker.reader.text(node, "the alias of an account, or principals") else {
                return Argument::text("");
            };
            let arn = if scope.has_account(&text.value) {
                format!("acs:ram::${{account.{}}}:root", text.value)
            } else {
                // An id, an ARN or a value stands for itself; what is none of them would be an account's alias.
                if !text.value.contains([':', '$', '*']) && !text.value.bytes().all(|byte| byte.is_ascii_digit()) {
                    let choices = Choices::new(&text.value, scope.aliases());
                    maker.reader.note(Kind::UnknownAccount { name: text.value, choices }, text.span);
                    return Argument::text("");
                }
                text.value
            };
            let arn = maker.text(&arn, &Thing { span: text.span, ..thing.clone() }, scope);
            Argument::Map(vec![("RAM".to_owned(), Argument::List(vec![arn]))])
        }
    };
    let text = |name: &str, value: &str| (name.to_owned(), Argument::text(value));
    let statement =
        vec![text("Effect", "Allow"), text("Action", "sts:AssumeRole"), ("Principal".to_owned(), principal)];
    let statements = Argument::List(vec![Argument::Map(statement)]);
    Argument::Map(vec![text("Version", "1"), ("Statement".to_owned(), statements)])
}
