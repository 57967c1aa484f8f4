//! Whatever else is made: records of any product, by the calls that make them.

use super::maker::{Maker, Thing};
use crate::scenario::reader::Reader;
use crate::scenario::scope::Scope;
use crate::scenario::step::Step;
use crate::scenario::yaml::{Node, Value};
use crate::source::Spanned;

/// A list of steps that call; `as: owner` and `expect: success` where they are not written.
pub(super) fn make(node: &Node, maker: &mut Maker<'_, '_>, scope: &mut Scope) {
    let Value::List(items) = &node.value else {
        maker.reader.expected(node, "a list of calls", None);
        return;
    };
    for item in items {
        let steps = Step::read(&completed(item), 0, maker.reader, scope);
        for step in steps {
            let thing = Thing::of_owner(step.name.as_deref().unwrap_or("calls"), scope.default_account(), step.span);
            maker.step(&thing, step.kind);
        }
    }
}

fn completed(item: &Node) -> Node {
    let mut item = item.clone();
    if let Value::Map(entries) = &mut item.value {
        for (field, value) in [("as", "owner"), ("expect", "success")] {
            if entries.iter().all(|(key, _)| key.value != field) {
                entries.push((Spanned::new(field.to_owned(), item.span), Reader::node(value, item.span)));
            }
        }
    }
    item
}
