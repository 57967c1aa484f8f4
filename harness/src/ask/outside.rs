//! Whom a resource's own policy lets in from outside: accounts and users that are not in the state, services, everybody.

use std::collections::BTreeSet;

use acslab_policy::{OwnedResourceLayer, PolicySet, PrincipalPattern, Principals, Question};

use crate::import::Standing;

/// Those whom the policy of what is asked about names and whom the state does not have, as they are asked for.
pub(super) fn outsiders(standing: &Standing, question: &Question) -> Vec<String> {
    let set = match &question.layers.resource {
        OwnedResourceLayer::Grants(set) | OwnedResourceLayer::Trust(set) | OwnedResourceLayer::Gate(set) => set,
        OwnedResourceLayer::None => return Vec::new(),
    };
    let mut all = BTreeSet::new();
    for statement in Some(set).into_iter().flat_map(PolicySet::policies).flat_map(|policy| policy.document.statements())
    {
        let Principals::Principal(entries) = statement.principals() else { continue };
        all.extend(entries.iter().filter_map(|entry| named(standing, &entry.value)));
    }
    all.into_iter().collect()
}

fn named(standing: &Standing, pattern: &PrincipalPattern) -> Option<String> {
    let outside = |account: &str| standing.kept.state.account(account).is_none() && !account.contains(['*', '?']);
    let some = |text: &str| text.replace('*', "some").replace('?', "x");
    match pattern {
        PrincipalPattern::Everyone => Some("*".to_owned()),
        PrincipalPattern::Uid(id) if id.len() == 16 => outside(id).then(|| format!("acs:ram::{id}:root")),
        PrincipalPattern::Uid(id) => standing.authority.user_with_id(id).is_none().then(|| id.to_string()),
        PrincipalPattern::AccountRoot(account) => outside(account).then(|| format!("acs:ram::{account}:user/somebody")),
        PrincipalPattern::User { account, name } => outside(account).then(|| format!("acs:ram::{account}:user/{name}")),
        PrincipalPattern::Role { account, name } => outside(account).then(|| format!("acs:ram::{account}:role/{name}")),
        PrincipalPattern::AssumedRole { account, role, session }
        | PrincipalPattern::Session { account, role, session } => {
            outside(account).then(|| format!("acs:ram::{account}:assumed-role/{}/{}", some(role), some(session)))
        }
        PrincipalPattern::Service { acting_for, name } => {
            Some(acting_for.as_ref().map_or_else(|| name.to_string(), |account| format!("{account}@{name}")))
        }
        PrincipalPattern::Provider(arn) => Some(arn.to_string()),
        PrincipalPattern::Nobody(_) => None,
    }
}
