//! `given: {state: FOLDER}`: an authorization state that a scenario starts from, and the keys of its users that call.

use std::collections::BTreeSet;
use std::sync::Arc;

use acslab_emulator::state::AuthorizationState;

use super::maker::{Maker, Thing};
use crate::authorization;
use crate::scenario::argument::Argument;
use crate::scenario::mistake::Kind;
use crate::scenario::reader::Reader;
use crate::scenario::scope::{Caller, Person, Scope};
use crate::scenario::step::Step;
use crate::scenario::yaml::{Node, Value};

/// Reads the state, from the scenario's folder.
pub(in crate::scenario) fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Arc<AuthorizationState>> {
    let path = reader.text(node, "the folder of an authorization state")?;
    let folder = reader.source().path().parent().unwrap_or_else(|| ".".as_ref()).join(&path.value);
    match authorization::read(&folder) {
        Ok(kept) => Some(Arc::new(kept.state)),
        Err(error) => {
            reader.note(Kind::UnreadableFile { path: path.value, why: error.to_string() }, path.span);
            None
        }
    }
}

/// The steps that give a key to each user of the state whom a step names.
pub(in crate::scenario) fn keys(
    state: &AuthorizationState,
    node: &Node,
    named: &BTreeSet<String>,
    reader: &mut Reader<'_>,
    scope: &mut Scope,
) -> Vec<Step> {
    let mut maker = Maker::new(reader);
    for (alias, account) in &state.accounts {
        account.roles.keys().for_each(|name| scope.add_person(Person::Role, name, alias));
        for name in account.users.keys() {
            scope.add_person(Person::User, name, alias);
            let caller = Caller::Named { name: name.clone(), account: alias.clone() };
            if scope.owned_by(name).is_some() {
                maker.reader.note(Kind::OwnerCalled(name.clone()), node.span);
                continue;
            }
            scope.add_caller(caller.clone());
            if !named.contains(&scope.display(&caller)) {
                continue;
            }
            let thing = Thing::of_owner(name, alias, node.span);
            let parameters = vec![("UserName", Argument::text(name))];
            if let Some(act) = maker.call(&thing, "Ram.CreateAccessKey", parameters) {
                act.save_credentials_as = Some(caller);
            }
        }
    }
    maker.into_steps()
}

/// Whom the steps of a scenario name: what stands behind `as`.
pub(in crate::scenario) fn callers(node: &Node) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    gather(node, &mut found);
    found
}

fn gather(node: &Node, found: &mut BTreeSet<String>) {
    match &node.value {
        Value::Map(entries) => {
            for (key, inner) in entries {
                match &inner.value {
                    Value::Scalar(scalar) if key.value == "as" => {
                        found.insert(scalar.text.clone());
                    }
                    _ => gather(inner, found),
                }
            }
        }
        Value::List(items) => items.iter().for_each(|item| gather(item, found)),
        Value::Scalar(_) => {}
    }
}
