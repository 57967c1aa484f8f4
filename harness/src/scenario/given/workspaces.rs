//! PAI's workspaces with their members. PAI is opened for them; `${workspace.NAME}` is the id of each.

use super::maker::{Maker, save};
use super::open::open;
use crate::scenario::argument::Argument;
use crate::scenario::scope::Scope;
use crate::scenario::slips;
use crate::scenario::yaml::{Node, Value};

/// A map from name to members, each with one or several roles.
pub(super) fn make(node: &Node, maker: &mut Maker<'_, '_>, scope: &mut Scope) {
    for (name, members) in maker.reader.entries(node, "workspaces by name, each with its members and their roles") {
        let Some(thing) = maker.new_thing("a workspace", name, scope) else { continue };
        open("pai", &thing, maker, scope);
        let modes = Argument::List(vec![Argument::text("prod")]);
        let parameters = vec![
            ("WorkspaceName", Argument::text(&thing.name)),
            ("Description", Argument::text(&thing.name)),
            ("EnvTypes", modes),
        ];
        let made = maker.call(&thing, "AIWorkSpace.CreateWorkspace", parameters);
        save(made, format!("workspace.{}", thing.name), "WorkspaceId", scope);
        if members.is_empty() {
            continue;
        }
        for (member, roles) in maker.reader.entries(members, "RAM users that are given, each with its roles") {
            let variable = format!("{}.id", member.value);
            if !scope.check_given(member, ("", ".id"), ("RAM user", "RAM users"), maker.reader) {
                continue;
            }
            let written = match &roles.value {
                Value::List(items) => items.as_slice(),
                _ => std::slice::from_ref(roles),
            };
            for role in written {
                if let Value::Scalar(scalar) = &role.value {
                    slips::workspace_role(&scalar.text, role.span, maker.reader);
                }
            }
            let id = Argument::Text(crate::scenario::template::Template::variable(&variable));
            let roles = match &roles.value {
                Value::List(_) => Argument::read(roles, maker.reader, scope),
                _ => Argument::List(vec![Argument::read(roles, maker.reader, scope)]),
            };
            let one = Argument::Map(vec![("UserId".to_owned(), id), ("Roles".to_owned(), roles)]);
            let workspace = maker.text(&format!("${{workspace.{}}}", thing.name), &thing, scope);
            let parameters = vec![("WorkspaceId", workspace), ("Members", Argument::List(vec![one]))];
            maker.call(&thing, "AIWorkSpace.CreateMember", parameters);
        }
    }
}
