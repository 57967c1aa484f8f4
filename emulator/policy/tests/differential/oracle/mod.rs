//! The second evaluator: plain and slow, written from the description of the language and not from the engine.
//! It reads documents as JSON values, looks at everything, and parses everything each time.
//! This file is the sequence of layers.

mod condition;
mod principal;
mod statement;

use super::world::{Answer, Asked, Caller, Policies, ResourcePolicies};
use serde_json::Value;
use statement::unit;

/// What a statement, or a part of it, comes to. `Broken`: a value in the policy makes no sense for its operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tri {
    Yes,
    No,
    Broken,
}

/// Effect, policy and statement.
type Hit = (bool, usize, usize);

pub fn evaluate(policies: &Policies, asked: &Asked) -> Answer {
    let owner = resource_account(&asked.resource);
    let account = caller_account(&asked.caller);
    let foreign = owner.is_some() && owner != account;
    let unit = |documents: &[Value]| unit(documents, asked, &policies.dialect);

    if let Caller::Owner { .. } = asked.caller {
        return match &policies.resource {
            ResourcePolicies::Trust(_) => answer("ImplicitDeny", "Owner", None, Some("AssumeRolePolicy")),
            ResourcePolicies::Grants(documents) => match unit(documents) {
                Some((true, p, s)) => denied(("Resource", 0, p, s), "ResourceBasedPolicy"),
                Some((false, p, s)) if foreign => allowed(("Resource", 0, p, s)),
                _ if foreign => answer("ImplicitDeny", "None", None, Some("AccountLevelIdentityBasedPolicy")),
                _ => answer("Allow", "Owner", None, None),
            },
            ResourcePolicies::None if foreign => {
                answer("ImplicitDeny", "None", None, Some("AccountLevelIdentityBasedPolicy"))
            }
            ResourcePolicies::None => answer("Allow", "Owner", None, None),
        };
    }

    let trust = matches!(policies.resource, ResourcePolicies::Trust(_));
    let outsider = matches!(asked.caller, Caller::Service { .. } | Caller::Federated { .. });
    let lenient = policies.allowed_unless_denied && account.is_some() && !foreign && !trust;

    let linked = matches!(asked.caller, Caller::Session { linked: true, .. });
    let spared = linked || (trust && outsider);
    if !spared {
        for (node, documents) in policies.control.iter().enumerate() {
            match unit(documents) {
                Some((true, p, s)) => return denied(("Control", node, p, s), "ControlPolicy"),
                Some(_) => {}
                None if lenient => {}
                None => return answer("ImplicitDeny", "Control", None, Some("ControlPolicy")),
            }
        }
    }
    if let Some(documents) = &policies.session {
        match unit(documents) {
            Some((true, p, s)) => return denied(("Session", 0, p, s), "SessionPolicy"),
            Some(_) => {}
            None if lenient => {}
            None => return answer("ImplicitDeny", "Session", None, Some("SessionPolicy")),
        }
    }

    // The identity half, with the scope that it comes from.
    let mut identity: Option<(&'static str, Hit)> = None;
    let mut last_scope = "account";
    if account.is_some() && (!foreign || trust) {
        identity = unit(&policies.identity).map(|hit| ("Identity", hit));
        if let Some(documents) = &policies.group {
            let settled = match identity {
                Some((_, (true, ..))) => true,
                Some(_) => !policies.dialect.resource_group_deny_overrides,
                None => false,
            };
            if !settled {
                let group = unit(documents).map(|hit| ("IdentityResourceGroup", hit));
                let denies = matches!(group, Some((_, (true, ..))));
                if identity.is_none() || denies {
                    identity = group;
                    last_scope = "group";
                }
            }
        }
    } else if account.is_some() && policies.dialect.home_deny_reaches_abroad {
        identity = unit(&policies.identity).filter(|hit| hit.0).map(|hit| ("Identity", hit));
    }
    let silent_level = if last_scope == "group" && policies.dialect.implicit_deny_names_last_scope {
        "ResourceGroupLevelIdentityBasedPolicy"
    } else {
        "AccountLevelIdentityBasedPolicy"
    };

    let (layer, resource) = match &policies.resource {
        ResourcePolicies::None => ("Resource", None),
        ResourcePolicies::Grants(documents) => ("Resource", unit(documents)),
        ResourcePolicies::Trust(documents) => ("Trust", unit(documents)),
    };

    if let Some((scope, (true, p, s))) = identity {
        let level = if scope == "Identity" {
            "AccountLevelIdentityBasedPolicy"
        } else {
            "ResourceGroupLevelIdentityBasedPolicy"
        };
        return denied((scope, 0, p, s), level);
    }
    if let Some((true, p, s)) = resource {
        let level = if trust { "AssumeRolePolicy" } else { "ResourceBasedPolicy" };
        return denied((layer, 0, p, s), level);
    }
    let identity_allows = identity.map(|(scope, (_, p, s))| (scope, 0, p, s));
    let resource_allows = resource.map(|(_, p, s)| (layer, 0, p, s));
    if !trust {
        return match identity_allows.or(resource_allows) {
            Some(statement) => allowed(statement),
            None if lenient => answer("Allow", "Default", None, None),
            None => answer("ImplicitDeny", "None", None, Some(silent_level)),
        };
    }
    let alone = outsider || (policies.dialect.trust_alone_suffices && !foreign);
    match (identity_allows, resource_allows) {
        (Some(statement), Some(_)) => allowed(statement),
        (None, Some(statement)) if alone => allowed(statement),
        (None, Some(_)) => answer("ImplicitDeny", "Identity", None, Some(silent_level)),
        (Some(_), None) => answer("ImplicitDeny", "Trust", None, Some("AssumeRolePolicy")),
        (None, None) => {
            let identity_first = policies.dialect.silent_assumption_names_identity && !alone;
            let level = if identity_first { silent_level } else { "AssumeRolePolicy" };
            answer("ImplicitDeny", "None", None, Some(level))
        }
    }
}

type Where = (&'static str, usize, usize, usize);

fn answer(
    verdict: &'static str,
    layer: &'static str,
    statement: Option<Where>,
    policy_type: Option<&'static str>,
) -> Answer {
    Answer { verdict, layer, statement, policy_type }
}

fn allowed(statement: Where) -> Answer {
    answer("Allow", statement.0, Some(statement), None)
}

fn denied(statement: Where, level: &'static str) -> Answer {
    answer("ExplicitDeny", statement.0, Some(statement), Some(level))
}

fn caller_account(caller: &Caller) -> Option<&str> {
    match caller {
        Caller::Owner { account } | Caller::User { account, .. } | Caller::Session { account, .. } => Some(account),
        _ => None,
    }
}

fn resource_account(resource: &str) -> Option<&str> {
    let account = resource.split(':').nth(3)?;
    if ["", "*", "system"].contains(&account) { None } else { Some(account) }
}
