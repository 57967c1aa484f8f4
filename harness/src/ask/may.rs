//! What a principal may do, as its policies say it.

use acslab_emulator::NotAsked;
use acslab_policy::catalogue::{ActionNames as _, Catalogue, fits};
use acslab_policy::{Actions, Effect, Layer, PolicySet, Resources};
use serde::Serialize;

use super::words::{by_statement, condition};
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
    /// The layer: identity policies allow, the others take away.
    pub layer: Layer,
    /// The resource group that it is for alone.
    pub resource_group: Option<String>,
}

/// Everything that the policies of a principal say, by service; what is denied beside what is allowed.
///
/// # Errors
/// The state does not know the principal.
pub fn may(standing: &Standing, who: &str) -> Result<Vec<Grant>, NotAsked> {
    // Any question has the policies in force with it.
    let asked = standing.authority.ask(who, "none:None", "*", &[])?;
    let layers = &asked.question.layers;
    let mut grants = Vec::new();
    of_set(&layers.identity, Layer::Identity, &mut grants);
    for (group, set) in standing.authority.of_resource_groups(who)? {
        let before = grants.len();
        of_set(&set, Layer::IdentityResourceGroup, &mut grants);
        grants.iter_mut().skip(before).for_each(|grant| grant.resource_group = Some(group.clone()));
    }
    for set in &layers.control {
        of_set(set, Layer::Control, &mut grants);
    }
    if let Some(set) = &layers.session {
        of_set(set, Layer::Session, &mut grants);
    }
    // That every node lets everything through says nothing.
    grants.retain(|grant| !(grant.layer == Layer::Control && grant.allows));
    grants.sort_by(|a, b| (&a.service, !a.allows, &a.action).cmp(&(&b.service, !b.allows, &b.action)));
    Ok(grants)
}

fn of_set(set: &PolicySet, layer: Layer, grants: &mut Vec<Grant>) {
    for policy in set.policies() {
        let document = &policy.document;
        for (number, statement) in (0u32..).zip(document.statements()) {
            let before = document.text().get(..statement.span().start as usize).unwrap_or_default();
            let line = u32::try_from(before.matches('\n').count()).unwrap_or_default() + 1;
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
                    layer,
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
