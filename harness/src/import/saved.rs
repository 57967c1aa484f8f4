//! A state as acslab's own surface gives it, or as `acslab serve --state` keeps it.

use acslab_emulator::state::{AccountState, AuthorizationState};
use serde_json::Value;

use super::collect::Collector;
use super::piece::Place;
use crate::authorization::is_folder_name;

/// Takes what `POST /_acslab/state` answered, or a `state.json`; `false` for what is none.
pub(super) fn take(place: &Place, value: &Value, collector: &mut Collector) -> bool {
    if value.get("acslab").is_some_and(|kind| kind == "state") {
        match AuthorizationState::of_kept(value.to_string().as_bytes()) {
            Ok(state) => state.accounts.into_iter().for_each(|(name, account)| whole(place, name, account, collector)),
            Err(error) => collector.leave(place, format!("a state that acslab kept, and not understood: {error}")),
        }
        return true;
    }
    let Some(Value::Object(accounts)) = value.get("accounts") else { return false };
    let read: Result<Vec<(String, AccountState)>, _> = accounts
        .iter()
        .map(|(name, account)| Ok::<_, serde_json::Error>((name.clone(), serde_json::from_value(account.clone())?)))
        .collect();
    let Ok(accounts) = read else { return false };
    if accounts.is_empty() || accounts.iter().any(|(_, account)| account.account_id.len() != 16) {
        return false;
    }
    accounts.into_iter().for_each(|(name, account)| whole(place, name, account, collector));
    true
}

fn whole(place: &Place, name: String, account: AccountState, collector: &mut Collector) {
    if !is_folder_name(&name) {
        return collector.leave(place, format!("account `{name}`: its name could be no folder's; left out"));
    }
    // What it may do is asked anew, never kept.
    collector.whole(name, AccountState { permissions: std::collections::BTreeMap::new(), ..account });
}
