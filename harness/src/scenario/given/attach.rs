//! Policies that are attached to a user, a group or a role: for the account, or for a resource group.

use super::maker::{Maker, Thing};
use crate::scenario::argument::Argument;
use crate::scenario::scope::Scope;
use crate::scenario::slips;
use crate::scenario::yaml::{Node, Value};
use crate::source::Spanned;

/// To whom policies are attached: the word in the operation's name, and the parameter that names it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Holder {
    User,
    Group,
    Role,
}

/// A policy to attach.
struct Attached {
    name: String,
    custom: bool,
    document: Option<Argument>,
    resource_group: Option<Spanned<String>>,
}

const EXPECTED: &str = "the names of system policies, or custom ones as `{name, document}`";

/// Attaches the policies that a node names.
pub(super) fn attach(node: &Node, holder: Holder, thing: &Thing, maker: &mut Maker<'_, '_>, scope: &Scope) {
    if node.is_empty() {
        return;
    }
    let items = match &node.value {
        Value::Map(_) => std::slice::from_ref(node),
        _ => maker.reader.one_or_many(node, EXPECTED),
    };
    for item in items {
        if let Some(attached) = read(item, thing, maker, scope) {
            make(attached, holder, thing, maker, scope);
        }
    }
}

fn read(node: &Node, thing: &Thing, maker: &mut Maker<'_, '_>, scope: &Scope) -> Option<Attached> {
    let reader = &mut *maker.reader;
    let Value::Map(_) = node.value else {
        let name = reader.text(node, EXPECTED)?;
        let custom = is_custom(&name, thing, maker, scope);
        return Some(Attached { name: name.value, custom, document: None, resource_group: None });
    };
    let fields = reader.fields(node, "a custom policy", &["name", "document", "in"])?;
    let name = fields.need("name", "write `name: …`", reader)?;
    let resource_group = fields.get("in").and_then(|node| reader.text(node, "a resource group that is given"));
    let document = match fields.get("document") {
        Some(document) => Some(Argument::read(document, reader, scope)),
        None if resource_group.is_none() => {
            fields.need("document", "write the policy, or `document: {file: PATH}`", reader)?;
            None
        }
        None => None,
    };
    let name = reader.text(name, "the policy's name")?;
    let custom = document.is_some() || is_custom(&name, thing, maker, scope);
    Some(Attached { name: name.value, custom, document, resource_group })
}

/// Is it a policy that is given? Otherwise it is a system policy, and one that is spelt much like another is a slip.
fn is_custom(name: &Spanned<String>, thing: &Thing, maker: &mut Maker<'_, '_>, scope: &Scope) -> bool {
    if scope.policies.contains(&(name.value.clone(), thing.account.clone())) {
        return true;
    }
    let own: Vec<_> = scope.policies.iter().map(|(name, _)| name.as_str()).collect();
    slips::system_policy(name, &own, maker.reader);
    false
}

fn make(attached: Attached, holder: Holder, thing: &Thing, maker: &mut Maker<'_, '_>, scope: &Scope) {
    let Attached { name, custom, document, resource_group } = attached;
    if let Some(document) = document {
        let parameters = vec![("PolicyName", Argument::text(&name)), ("PolicyDocument", document)];
        maker.call(thing, "Ram.CreatePolicy", parameters);
    }
    let kind = if custom { "Custom" } else { "System" };
    let mut parameters = vec![("PolicyType", Argument::text(kind)), ("PolicyName", Argument::text(name))];
    let Some(group) = resource_group else {
        let (operation, parameter) = match holder {
            Holder::User => ("Ram.AttachPolicyToUser", "UserName"),
            Holder::Group => ("Ram.AttachPolicyToGroup", "GroupName"),
            Holder::Role => ("Ram.AttachPolicyToRole", "RoleName"),
        };
        parameters.push((parameter, Argument::text(&thing.name)));
        maker.call(thing, operation, parameters);
        return;
    };
    let (kind, domain) = match holder {
        Holder::User => ("IMSUser", "${ID}.onaliyun.com"),
        Holder::Group => ("IMSGroup", "group.${ID}.onaliyun.com"),
        Holder::Role => ("ServiceRole", "role.${ID}.onaliyunservice.com"),
    };
    let principal = format!("{}@{}", thing.name, domain.replace("ID", &format!("account.{}", thing.account)));
    parameters.push(("PrincipalType", Argument::text(kind)));
    let principal = maker.text(&principal, thing, scope);
    parameters.push(("PrincipalName", principal));
    let Some(group) = maker.group(&group, scope) else { return };
    parameters.push(("ResourceGroupId", group));
    maker.call(thing, "ResourceManager.AttachPolicy", parameters);
}
