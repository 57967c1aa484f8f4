//! Resource groups; `${group.NAME}` is the id of each.

use super::maker::{Maker, save};
use crate::scenario::argument::Argument;
use crate::scenario::scope::Scope;
use crate::scenario::yaml::Node;

/// A list of names.
pub(super) fn make(node: &Node, maker: &mut Maker<'_, '_>, scope: &mut Scope) {
    for name in maker.reader.texts(node, "the names of resource groups") {
        let Some(thing) = maker.new_thing("a resource group", &name, scope) else { continue };
        let parameters = vec![("Name", Argument::text(&thing.name)), ("DisplayName", Argument::text(&thing.name))];
        let made = maker.call(&thing, "ResourceManager.CreateResourceGroup", parameters);
        save(made, format!("group.{}", thing.name), "ResourceGroup.Id", scope);
    }
}
