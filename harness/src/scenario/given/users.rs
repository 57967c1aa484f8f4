//! RAM users with their policies: the owner creates each, attaches what it has and makes its key.

use super::attach::{Holder, attach};
use super::maker::{Maker, save};
use crate::scenario::argument::Argument;
use crate::scenario::scope::{Person, Scope};
use crate::scenario::yaml::{Node, Value};
use crate::source::Spanned;

/// A list of names, or a map from name to policies.
pub(super) fn make(node: &Node, maker: &mut Maker<'_, '_>, scope: &mut Scope) {
    match &node.value {
        Value::Map(entries) => {
            for (name, policies) in entries {
                user(name, Some(policies), maker, scope);
            }
        }
        _ => {
            for name in maker.reader.texts(node, "the RAM users, each with its policies") {
                user(&name, None, maker, scope);
            }
        }
    }
}

fn user(name: &Spanned<String>, policies: Option<&Node>, maker: &mut Maker<'_, '_>, scope: &mut Scope) {
    let Some((thing, caller)) = maker.caller("a RAM user", name, scope) else { return };
    scope.add_person(Person::User, &thing.name, &thing.account);
    let parameter = || vec![("UserName", Argument::text(&thing.name))];
    let made = maker.call(&thing, "Ram.CreateUser", parameter());
    save(made, format!("{}.id", thing.name), "User.UserId", scope);
    if let Some(policies) = policies {
        attach(policies, Holder::User, &thing, maker, scope);
    }
    if let Some(act) = maker.call(&thing, "Ram.CreateAccessKey", parameter()) {
        act.save_credentials_as = Some(caller);
    }
}
