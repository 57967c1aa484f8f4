//! Whom an invariant speaks of, as those who can be asked for; whoever is outside is put into an account of its own.

use acslab_emulator::state::{AccountState, User};
use serde_json::Value;

use crate::authorization::Kept;
use crate::import::Standing;

/// The account of those who are in none of the state's.
const OUTSIDE: &str = "9999999999999999";
const OUTSIDE_NAME: &str = "outside";

/// The state with somebody outside it: a user of another account, and whoever the bucket policies name by an id that is nobody's here.
pub(super) fn with_outsiders(standing: &Standing) -> Standing {
    let mut kept: Kept = standing.kept.clone();
    let mut outside = AccountState { account_id: OUTSIDE.to_owned(), ..AccountState::default() };
    outside.users.insert("somebody".to_owned(), User::default());
    let known: Vec<String> = kept
        .state
        .accounts
        .values()
        .flat_map(|account| account.users.values().filter_map(|user| user.user_id.clone()))
        .collect();
    let accounts: Vec<String> = kept.state.accounts.values().map(|account| account.account_id.clone()).collect();
    let mut named = Vec::new();
    for account in kept.state.accounts.values() {
        for bucket in account.buckets.values() {
            let policies =
                bucket.policy.iter().chain(bucket.access_points.values().filter_map(|point| point.policy.as_ref()));
            policies.for_each(|policy| named.extend(ids(&policy.to_string())));
        }
    }
    for id in named {
        if accounts.contains(&id) || known.contains(&id) {
            continue;
        }
        if id.len() == 16 {
            let state = AccountState { account_id: id.clone(), ..AccountState::default() };
            kept.state.accounts.entry(format!("account-{id}")).or_insert(state);
        } else {
            outside.users.insert(format!("user-{id}"), User { user_id: Some(id), ..User::default() });
        }
    }
    kept.state.accounts.insert(OUTSIDE_NAME.to_owned(), outside);
    Standing::of(kept, Vec::new())
}

/// The ids that a bucket policy names.
fn ids(text: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(text).unwrap_or_default();
    let mut found = Vec::new();
    for statement in document.get("Statement").and_then(Value::as_array).into_iter().flatten() {
        let principals = statement.get("Principal");
        let listed = principals.and_then(Value::as_array).cloned().or_else(|| principals.map(|one| vec![one.clone()]));
        let texts = listed.into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned));
        found.extend(texts.filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())));
    }
    found
}

/// Everybody of the state itself.
pub(super) fn inside(standing: &Standing) -> Vec<String> {
    standing.authority.principals()
}

/// Everybody who is not.
pub(super) fn outside(with: &Standing, standing: &Standing) -> Vec<String> {
    let own: Vec<&str> = standing.kept.state.accounts.values().map(|account| account.account_id.as_str()).collect();
    let of = |arn: &String| !own.contains(&arn.split(':').nth(3).unwrap_or_default());
    let mut all: Vec<String> = with.authority.principals().into_iter().filter(of).collect();
    let accounts = with.kept.state.accounts.values().map(|account| format!("acs:ram::{}:root", account.account_id));
    all.extend(accounts.filter(|arn| of(arn)));
    all.push("*".to_owned());
    all
}
