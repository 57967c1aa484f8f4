//! What the policies were asked about a request, as the emulator remembers it.

use serde::Deserialize;

use crate::client::Client;

/// One question to the policies and their answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Decision {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// `Allow`, `ExplicitDeny` or `ImplicitDeny`.
    pub verdict: String,
    /// The policy whose statement settled it, if one did.
    pub policy: Option<SettledBy>,
}

/// A policy, as far as a decision names it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SettledBy {
    /// Its name.
    pub name: String,
}

/// What `GET decisions` answers, as far as it is needed.
#[derive(Deserialize)]
struct Decisions {
    decisions: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    request_id: String,
    decided: Vec<Decision>,
}

impl Decision {
    /// The decisions on the request of this id; none if the cloud cannot tell: only an emulator does.
    pub(super) fn of(client: &Client, request_id: &str) -> Vec<Self> {
        let asked = client.control_get::<Decisions>(&format!("decisions?request_id={request_id}"));
        let entries = asked.map(|answer| answer.decisions).unwrap_or_default();
        let own = entries.into_iter().filter(|entry| entry.request_id == request_id);
        own.flat_map(|entry| entry.decided).collect()
    }
}
