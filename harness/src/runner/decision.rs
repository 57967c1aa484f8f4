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
    /// Why, statement by statement, for people.
    #[serde(default)]
    pub text: String,
}

/// A policy, as far as a decision names it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SettledBy {
    /// Its name.
    pub name: String,
}

/// What `GET decisions/REQUEST_ID` answers, as far as it is needed.
#[derive(Deserialize)]
struct Entry {
    decided: Vec<Decision>,
}

impl Decision {
    /// The decisions on the request of this id; none if the cloud cannot tell: only an emulator does.
    pub(super) fn of(client: &Client, request_id: &str) -> Vec<Self> {
        let entry = client.control_get::<Entry>(&format!("decisions/{request_id}"));
        entry.map(|entry| entry.decided).unwrap_or_default()
    }
}
