//! User groups with their members and policies.

use super::attach::{Holder, attach};
use super::maker::Maker;
use crate::scenario::argument::Argument;
use crate::scenario::scope::{Person, Scope};
use crate::scenario::yaml::Node;

/// A map from name to `{members, policies}`.
pub(super) fn make(node: &Node, maker: &mut Maker<'_, '_>, scope: &mut Scope) {
    for (name, node) in maker.reader.entries(node, "user groups by name, each with `members` and `policies`") {
        let Some(thing) = maker.new_thing("a group", name, scope) else { continue };
        maker.call(&thing, "Ram.CreateGroup", vec![("GroupName", Argument::text(&thing.name))]);
        if node.is_empty() {
            continue;
        }
        let Some(fields) = maker.reader.fields(node, "a group", &["members", "policies"]) else { continue };
        let members =
            fields.get("members").map_or_else(Vec::new, |node| maker.reader.texts(node, "names of RAM users"));
        for member in members {
            scope.check_person(Person::User, &member.value, Some(&thing.account), member.span, maker.reader);
            let parameters =
                vec![("UserName", Argument::text(member.value)), ("GroupName", Argument::text(&thing.name))];
            maker.call(&thing, "Ram.AddUserToGroup", parameters);
        }
        if let Some(policies) = fields.get("policies") {
            attach(policies, Holder::Group, &thing, maker, scope);
        }
    }
}
