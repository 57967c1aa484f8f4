//! Users whose ids nobody has told, where a resource's own policy names somebody by an id: it may be any of them.

use std::collections::BTreeSet;

use acslab_emulator::state::{AuthorizationState, PolicyText};
use serde_json::Value;

use crate::authorization::Missing;
use crate::simulate::is_user_id;
use crate::words::{count, word};

/// The ids that are missing.
pub(super) fn unknown_ids(state: &AuthorizationState) -> Vec<Missing> {
    let accounts = || state.accounts.values();
    let known: BTreeSet<&str> =
        accounts().flat_map(|account| account.users.values()).filter_map(|user| user.user_id.as_deref()).collect();
    let buckets = accounts().flat_map(|account| account.buckets.values());
    let of_buckets = buckets.flat_map(|bucket| {
        let points = bucket.access_points.values().map(|point| &point.policy);
        points.chain([&bucket.policy]).flatten()
    });
    let of_projects =
        accounts().flat_map(|account| account.log_projects.values()).filter_map(|one| one.policy.as_ref());
    let named: BTreeSet<String> = of_buckets.chain(of_projects).flat_map(user_ids).collect();
    let Some(somebody) = named.iter().find(|id| !known.contains(id.as_str())) else { return Vec::new() };
    let users = accounts().flat_map(|account| account.users.iter().map(move |(name, user)| (account, name, user)));
    let users: Vec<_> = users.filter(|(_, _, user)| user.user_id.is_none()).collect();
    let Some(((account, first, _), rest)) = users.split_first() else { return Vec::new() };
    let (of, get) = if rest.is_empty() {
        (format!("user `{first}`"), format!("aliyun ram GetUser --UserName {}", word(first)))
    } else {
        (format!("user `{first}` and {}", count(rest.len(), "other user")), "aliyun ram ListUsers".to_owned())
    };
    vec![Missing {
        what: format!("the id of {of}: a resource's own policy names `{somebody}`, who may be that"),
        get,
        of: Some((account.account_id.clone(), format!("users/{first}/id"))),
    }]
}

/// The ids of RAM users that a policy names.
fn user_ids(policy: &PolicyText) -> Vec<String> {
    let document: Value = serde_json::from_str(&policy.to_string()).unwrap_or_default();
    let statements = match document.get("Statement") {
        Some(Value::Array(statements)) => statements.iter().collect(),
        Some(single) => vec![single],
        None => Vec::new(),
    };
    let mut all = Vec::new();
    for statement in statements {
        let named = match statement.get("Principal") {
            Some(Value::Array(named)) => named.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(named)) => vec![named.as_str()],
            _ => Vec::new(),
        };
        all.extend(named.into_iter().filter(|name| is_user_id(name)).map(str::to_owned));
    }
    all
}
