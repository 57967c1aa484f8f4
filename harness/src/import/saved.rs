//! A state as acslab's own surface gives it.

use acslab_emulator::state::AccountState;
use serde_json::Value;

use super::collect::Collector;
use super::piece::Place;
use crate::authorization::is_folder_name;

/// Takes what `POST /_acslab/state` answered; `false` for what is none.
pub(super) fn take(place: &Place, value: &Value, collector: &mut Collector) -> bool {
    let Some(Value::Object(accounts)) = value.get("accounts") else { return false };
    let read: Result<Vec<(String, AccountState)>, _> = accounts
        .iter()
        .map(|(name, account)| Ok::<_, serde_json::Error>((name.clone(), serde_json::from_value(account.clone())?)))
        .collect();
    let Ok(accounts) = read else { return false };
    if accounts.is_empty() || accounts.iter().any(|(_, account)| account.account_id.len() != 16) {
        return false;
    }
    for (name, account) in accounts {
        if !is_folder_name(&name) {
            collector.leave(place, format!("account `{name}`: its name could be no folder's; left out"));
            continue;
        }
        // What it may do is asked anew, never kept.
        collector.whole(name, AccountState { permissions: std::collections::BTreeMap::new(), ..account });
    }
    true
}
