//! Custom policies, to be attached by their names.

use super::maker::Maker;
use crate::scenario::argument::Argument;
use crate::scenario::scope::Scope;
use crate::scenario::yaml::Node;

/// A map from name to document.
pub(super) fn make(node: &Node, maker: &mut Maker<'_, '_>, scope: &mut Scope) {
    for (name, document) in
        maker.reader.entries(node, "custom policies by name, each with its document or `{file: PATH}`")
    {
        let Some(thing) = maker.new_thing("a policy", name, scope) else { continue };
        let document = Argument::read(document, maker.reader, scope);
        let parameters = vec![("PolicyName", Argument::text(&thing.name)), ("PolicyDocument", document)];
        maker.call(&thing, "Ram.CreatePolicy", parameters);
        scope.policies.insert((thing.name, thing.account));
    }
}
