//! `given: {state: FOLDER}`: an authorization state that a scenario starts from, and the keys of its users that call.

use std::collections::BTreeSet;
use std::sync::Arc;

use acslab_emulator::state::AuthorizationState;

use super::argument::Argument;
use super::expect::Expect;
use super::mistake::Kind;
use super::reader::Reader;
use super::scope::{Caller, Scope};
use super::step::{Call, Step, StepKind};
use super::yaml::{Node, Value};
use crate::authorization;
use crate::source::Spanned;

/// Reads the state, from the scenario's folder.
pub(super) fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Arc<AuthorizationState>> {
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
pub(super) fn keys(
    state: &AuthorizationState,
    node: &Node,
    named: &BTreeSet<String>,
    reader: &mut Reader<'_>,
    scope: &mut Scope,
) -> Vec<Step> {
    let mut steps = Vec::new();
    for (alias, account) in &state.accounts {
        for name in account.users.keys() {
            let caller = Caller::Named { name: name.clone(), account: alias.clone() };
            scope.add_caller(caller.clone());
            if !named.contains(&scope.display(&caller)) {
                continue;
            }
            let operation = Spanned::new("Ram.CreateAccessKey".to_owned(), node.span);
            let Some(operation) = super::step::operation(&operation, reader) else { continue };
            let call = Call {
                caller: Caller::Owner(alias.clone()),
                operation,
                parameters: vec![("UserName".to_owned(), Argument::text(name))],
                expect: Expect::Success(Vec::new()),
                save: Vec::new(),
                save_credentials_as: Some(caller),
                signature: None,
            };
            let (name, kind) = (Some(format!("given a key of {name}")), StepKind::Call(Box::new(call)));
            steps.push(Step { number: None, name, span: node.span, kind });
        }
    }
    steps
}

/// Whom the steps of a scenario name: what stands behind `as`.
pub(super) fn callers(node: &Node) -> BTreeSet<String> {
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
