//! What a principal may do, as its policies say it.

use std::sync::Arc;

use acslab_emulator::NotAsked;
use acslab_policy::catalogue::{ActionNames as _, Catalogue, fits};
use acslab_policy::{
    Actions, Document, Effect, Layer, OwnedResourceLayer, Policy, PolicyRef, PolicySet, PolicyType, Resources,
    Statement,
};
use serde::Serialize;

use super::own::resources;
use super::words::{by_statement, condition, line_of};
use crate::catalogue;
use crate::import::Standing;

/// One action, or pattern of actions, of one statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Grant {
    /// The service's code; `*` for a pattern over several.
    pub service: String,
    /// What the service is called.
    pub title: Option<String>,
    /// Is it allowed, or denied?
    pub allows: bool,
    /// Is it everything but this?
    pub negated: bool,
    /// The action, or the pattern.
    pub action: String,
    /// The known actions that a pattern covers.
    pub known: Vec<String>,
    /// The resources.
    pub resources: Vec<String>,
    /// The conditions, in words.
    pub conditions: Vec<String>,
    /// The statement, in words.
    pub by: String,
    /// The same, as values.
    pub statement: Written,
    /// The layer: identity policies and those of resources allow, the others take away.
    pub layer: Layer,
    /// The policy.
    #[serde(skip)]
    pub policy: PolicyRef,
    /// The resource group that it is for alone.
    pub resource_group: Option<String>,
}

/// Where something is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Written {
    /// In which policy, attached to what.
    pub policy: PolicyRef,
    /// Which of its statements, from 1.
    pub number: u32,
    /// In which line it starts.
    pub line: u32,
    /// The statement itself.
    pub text: String,
}

/// Everything that the policies of a principal say, by service; what is denied beside what is allowed.
///
/// # Errors
/// The state does not know the principal.
pub fn may(standing: &Standing, who: &str) -> Result<Vec<Grant>, NotAsked> {
    let layers = standing.authority.in_force(who)?;
    let mut grants = Vec::new();
    let all = |_: &Policy, _: &Statement| true;
    of_set(&layers.identity, Layer::Identity, &mut grants, all);
    for (group, set) in standing.authority.of_resource_groups(who)? {
        let before = grants.len();
        of_set(&set, Layer::IdentityResourceGroup, &mut grants, all);
        grants.iter_mut().skip(before).for_each(|grant| grant.resource_group = Some(group.clone()));
    }
    for set in &layers.control {
        of_set(set, Layer::Control, &mut grants, all);
    }
    if let Some(set) = &layers.session {
        of_set(set, Layer::Session, &mut grants, all);
    }
    of_resources(standing, who, &mut grants);
    // That every node lets everything through says nothing.
    grants.retain(|grant| !(grant.layer == Layer::Control && grant.allows));
    Ok(in_order(grants))
}

/// By service; what is denied behind what is allowed.
pub(super) fn in_order(mut grants: Vec<Grant>) -> Vec<Grant> {
    grants.sort_by(|a, b| (&a.service, !a.allows, &a.action).cmp(&(&b.service, !b.allows, &b.action)));
    grants
}

/// What the resources of the state say of somebody themselves: bucket policies, ACLs, policies of log projects.
fn of_resources(standing: &Standing, who: &str, grants: &mut Vec<Grant>) {
    let mut seen: Vec<Arc<Document>> = Vec::new();
    for resource in standing.kept.state.accounts.values().flat_map(resources) {
        let Ok(answer) = standing.authority.ask(who, resource.action, &resource.arn, &[]) else { continue };
        let OwnedResourceLayer::Grants(set) = &answer.question.layers.resource else { continue };
        let (request, before) = (&answer.question.request, grants.len());
        // An object has the policy of its bucket besides its own ACL.
        let is_seen = |policy: &Policy| seen.iter().any(|known| Arc::ptr_eq(known, &policy.document));
        of_set(set, Layer::Resource, grants, |policy, statement| {
            !is_seen(policy) && statement.names_principal_of(request, policy.document.dialect())
        });
        // An ACL is on whatever has it.
        let is_acl = |policy: &PolicyRef| policy.kind == PolicyType::Fixed;
        for grant in grants.iter_mut().skip(before).filter(|grant| is_acl(&grant.policy)) {
            grant.resources = vec![resource.pattern()];
        }
        let others = set.policies().iter().filter(|policy| !is_acl(&policy.reference));
        seen.extend(others.map(|policy| Arc::clone(&policy.document)));
    }
}

/// What the statements of a set say, of those that are meant.
pub(super) fn of_set(
    set: &PolicySet,
    layer: Layer,
    grants: &mut Vec<Grant>,
    is_meant: impl Fn(&Policy, &Statement) -> bool,
) {
    for policy in set.policies() {
        let document = &policy.document;
        let meant = (0u32..).zip(document.statements()).filter(|(_, statement)| is_meant(policy, statement));
        for (number, statement) in meant.filter(|(_, one)| one.may_count()) {
            let line = line_of(document, statement);
            let (negated, patterns) = match statement.actions() {
                Actions::Action(patterns) => (false, patterns),
                Actions::NotAction(patterns) => (true, patterns),
            };
            let resources = match statement.resources() {
                Resources::Unstated => Vec::new(),
                Resources::Resource(all) => all.iter().map(|one| one.value.as_str().to_owned()).collect(),
                Resources::NotResource(all) => {
                    all.iter().map(|one| format!("all but {}", one.value.as_str())).collect::<Vec<_>>()
                }
            };
            for pattern in patterns {
                let action = pattern.value.as_str();
                let code = action.split(':').next().unwrap_or(action);
                let service = if code.contains(['*', '?']) { "*" } else { code };
                grants.push(Grant {
                    service: service.to_ascii_lowercase(),
                    title: Catalogue::published().service(code).map(|known| known.title().to_owned()),
                    allows: statement.effect() == Effect::Allow,
                    negated,
                    action: action.to_owned(),
                    known: if negated { Vec::new() } else { known(code, action) },
                    resources: resources.clone(),
                    conditions: statement.clauses().iter().map(condition).collect(),
                    by: by_statement(&policy.reference, number, line),
                    statement: Written {
                        policy: policy.reference.clone(),
                        number: number + 1,
                        line,
                        text: statement.span().of(document.text()).to_owned(),
                    },
                    layer,
                    policy: policy.reference.clone(),
                    resource_group: None,
                });
            }
        }
    }
}

/// The known actions of one service that a pattern covers.
fn known(code: &str, action: &str) -> Vec<String> {
    let name = action.split_once(':').map_or("", |(_, name)| name);
    let published = Catalogue::published().service(code);
    let mut names: Vec<String> = published
        .iter()
        .flat_map(|service| service.actions())
        .map(|known| known.name().to_owned())
        .chain(catalogue::Published.names(code))
        .filter(|known| fits(name, known))
        .map(|known| format!("{code}:{known}"))
        .collect();
    names.sort();
    names.dedup();
    names
}
