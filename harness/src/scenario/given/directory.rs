//! A resource directory that the first account manages: its members, and the control policies on them. `${member.NAME}` is the id of
//! a member's account, and `NAME` a caller: a session of the role by which the management account administers it. It makes what is
//! given in the member, whose alias is `NAME`, too.

use super::maker::{Maker, Thing, save};
use crate::scenario::argument::Argument;
use crate::scenario::scope::Scope;
use crate::scenario::step::{Control, StepKind};
use crate::scenario::template::Template;
use crate::scenario::yaml::{Node, Value};

/// The role that every member has for its management account.
const ACCESS_ROLE: &str = "ResourceDirectoryAccountAccessRole";

/// The fields of a directory.
const FIELDS: &[&str] = &["members", "control_policies"];

/// `{members: [NAME]}`, of a directory.
pub(super) fn make(node: &Node, maker: &mut Maker<'_, '_>, scope: &mut Scope) {
    let Some(fields) = maker.reader.fields(node, "a resource directory", FIELDS) else { return };
    let directory = Thing::of_owner("directory", scope.default_account(), fields.span());
    maker.call(&directory, "ResourceManager.InitResourceDirectory", Vec::new());
    maker.call(&directory, "ResourceManager.EnableControlPolicy", Vec::new());
    let members = fields.get("members").map_or_else(Vec::new, |node| maker.reader.texts(node, "names of members"));
    for name in &members {
        let Some((thing, caller)) = maker.caller("a member", name, scope) else { continue };
        let parameters = vec![("DisplayName", Argument::text(&thing.name))];
        let mut made = maker.call(&thing, "ResourceManager.CreateResourceAccount", parameters);
        let id = format!("member.{}", thing.name);
        save(made.as_deref_mut(), id.clone(), "Account.AccountId", scope);
        if scope.add_member(&thing.name, &caller) {
            save(made, format!("account.{}", thing.name), "Account.AccountId", scope);
        }
        let session = Control::RoleSession { caller, role: ACCESS_ROLE.to_owned(), account: Some(id) };
        maker.step(&thing, StepKind::Control(session));
    }
}

/// `{control_policies: {NAME: {document, on}}}`, of the same directory, whose other fields were read.
pub(super) fn control(node: &Node, maker: &mut Maker<'_, '_>, scope: &mut Scope) {
    let Value::Map(fields) = &node.value else { return };
    let Some((_, policies)) = fields.iter().find(|(field, _)| field.value == "control_policies") else { return };
    for (name, node) in maker.reader.entries(policies, "control policies by name") {
        let thing = Thing::of_owner(&name.value, scope.default_account(), name.span);
        let Some(fields) = maker.reader.fields(node, "a control policy", &["document", "on"]) else { continue };
        let document = fields.need("document", "write the policy, or `document: {file: PATH}`", maker.reader);
        let Some(document) = document else { continue };
        let document = Argument::read(document, maker.reader, scope);
        let parameters = vec![
            ("PolicyName", Argument::text(&thing.name)),
            ("PolicyDocument", document),
            ("EffectScope", Argument::text("RAM")),
        ];
        let made = maker.call(&thing, "ResourceManager.CreateControlPolicy", parameters);
        let id = format!("control_policy.{}", thing.name);
        save(made, id.clone(), "ControlPolicy.PolicyId", scope);
        let on = fields.get("on").map_or_else(Vec::new, |node| maker.reader.texts(node, "members that it binds"));
        for member in on {
            let target = format!("member.{}", member.value);
            let there =
                scope.check_given(&member, ("member.", ""), ("member of the directory", "members"), maker.reader);
            if !there {
                continue;
            }
            let variable = |name: &str| Argument::Text(Template::variable(name));
            let parameters = vec![("PolicyId", variable(&id)), ("TargetId", variable(&target))];
            maker.call(&thing, "ResourceManager.AttachControlPolicy", parameters);
        }
    }
}
