//! A resource directory that the first account manages: its members, and the control policies on them. `${member.NAME}` is the id of
//! a member's account, and `NAME` a caller: a session of the role by which the management account administers it.

use super::maker::{Maker, Thing, save};
use crate::scenario::argument::Argument;
use crate::scenario::scope::Scope;
use crate::scenario::step::{Control, StepKind};
use crate::scenario::template::Template;
use crate::scenario::yaml::Node;

/// The role that every member has for its management account.
const ACCESS_ROLE: &str = "ResourceDirectoryAccountAccessRole";

/// `{members: [NAME], control_policies: {NAME: {document, on}}}`.
pub(super) fn make(node: &Node, maker: &mut Maker<'_, '_>, scope: &mut Scope) {
    let known = &["members", "control_policies"];
    let Some(fields) = maker.reader.fields(node, "a resource directory", known) else { return };
    let account = scope.default_account().to_owned();
    let directory = Thing { name: "directory".to_owned(), account: account.clone(), span: fields.span() };
    maker.call(&directory, "ResourceManager.InitResourceDirectory", Vec::new());
    maker.call(&directory, "ResourceManager.EnableControlPolicy", Vec::new());
    let members = fields.get("members").map_or_else(Vec::new, |node| maker.reader.texts(node, "names of members"));
    for name in &members {
        let Some((thing, caller)) = maker.caller("a member", name, scope) else { continue };
        let parameters = vec![("DisplayName", Argument::text(&thing.name))];
        let made = maker.call(&thing, "ResourceManager.CreateResourceAccount", parameters);
        let id = format!("member.{}", thing.name);
        save(made, id.clone(), "Account.AccountId", scope);
        let session = Control::RoleSession { caller, role: ACCESS_ROLE.to_owned(), account: Some(id) };
        maker.step(&thing, StepKind::Control(session));
    }
    let policies = fields.get("control_policies");
    let policies = policies.map_or(&[][..], |node| maker.reader.entries(node, "control policies by name"));
    for (name, node) in policies {
        let thing = Thing { name: name.value.clone(), account: account.clone(), span: name.span };
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
