//! What the policies were asked because of a step, as the emulator remembers it.

use serde::{Deserialize, Serialize};

use crate::client::Client;

/// How many calls of one step are looked at.
const MOST: usize = 1000;

/// One question to the policies and their answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Decision {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// `Allow`, `ExplicitDeny` or `ImplicitDeny`.
    pub verdict: String,
    /// The layer that settled it: `Identity`.
    pub layer: String,
    /// The policy whose statement settled it, if one did.
    pub policy: Option<SettledBy>,
    /// Which of its statements, from 1.
    pub statement: Option<u64>,
    /// Who asked, as an ARN; `*` for nobody.
    pub caller: String,
    /// The operation: `Oss.PutObject`.
    pub operation: String,
    /// Why, statement by statement, for people.
    pub text: String,
    /// The kind of the policies that settled it, as `AccessDeniedDetail` has it.
    #[serde(skip_serializing)]
    pub policy_type: Option<String>,
    /// Is it another name of the action before it, asked in its place?
    #[serde(skip_serializing)]
    pub instead: bool,
    /// The request on which it was decided.
    #[serde(skip)]
    pub request_id: String,
}

/// A policy, as far as a decision names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettledBy {
    /// Its name.
    pub name: String,
}

/// A call, as far as it is needed.
#[derive(Deserialize)]
struct Entry {
    request_id: String,
    #[serde(default)]
    operation: String,
    #[serde(default)]
    caller: Option<String>,
    decided: Vec<Decision>,
}

impl Decision {
    /// What `AccessDeniedDetail` says of it in a field; none where a decision does not tell.
    pub fn detail(&self, field: &str) -> Option<String> {
        match field {
            "AuthAction" => Some(self.action.clone()),
            "NoPermissionType" => Some(self.verdict.clone()),
            "PolicyType" => self.policy_type.clone(),
            "AuthPrincipalType" => Some(self.principal().0.to_owned()),
            "AuthPrincipalDisplayName" => Some(self.principal().1),
            _ => None,
        }
    }

    /// The type and the name of who asked. A user's name stands where `AccessDeniedDetail` has the id, which no decision has.
    fn principal(&self) -> (&'static str, String) {
        let caller = &*self.caller;
        let Some(rest) = caller.strip_prefix("acs:ram::") else {
            return if caller == "*" { ("Anonymous", String::new()) } else { ("Service", caller.to_owned()) };
        };
        let (account, name) = rest.split_once(':').unwrap_or((rest, ""));
        match name.split_once('/') {
            Some(("user", name)) => ("SubUser", name.to_owned()),
            Some(("assumed-role", session)) => ("AssumedRoleUser", session.replacen('/', ":", 1)),
            Some((_, provider)) => ("Federated", provider.to_owned()),
            None => ("Account", account.to_owned()),
        }
    }
}

/// What was needed and not got, need by need: what denied it, or the first refusal of an action of which no name was allowed.
pub(super) fn unmet(decided: &[Decision]) -> impl Iterator<Item = &Decision> {
    let of_need = |names: &'_ [Decision]| -> Option<usize> {
        let denied = names.iter().position(|one| one.verdict == "ExplicitDeny");
        denied.or_else(|| (!names.iter().any(|one| one.verdict == "Allow")).then_some(0))
    };
    decided.chunk_by(|_, next| next.instead).filter_map(move |names| names.get(of_need(names)?))
}

impl Entry {
    fn decisions(self) -> impl Iterator<Item = Decision> {
        let Self { request_id, operation, caller, decided } = self;
        let caller = caller.unwrap_or_default();
        decided.into_iter().map(move |one| Decision {
            operation: operation.clone(),
            caller: caller.clone(),
            request_id: request_id.clone(),
            ..one
        })
    }
}

#[derive(Deserialize)]
struct Page {
    decisions: Vec<Entry>,
}

/// The request id of the latest call.
pub(super) fn latest(client: &Client) -> Option<String> {
    let page = client.control_get::<Page>("decisions?limit=1").ok()?;
    page.decisions.into_iter().next().map(|entry| entry.request_id)
}

/// The decisions on the request of this id, in full; none if the cloud cannot tell.
pub(super) fn of(client: &Client, request_id: &str) -> Vec<Decision> {
    let entry = client.control_get::<Entry>(&format!("decisions/{request_id}"));
    entry.map(|entry| entry.decisions().collect()).unwrap_or_default()
}

/// The decisions on all calls after the one of this id, the earliest first, those of services that were called inside the cloud among
/// them; none if the cloud cannot tell: only an emulator does.
pub(super) fn since(client: &Client, latest: Option<&str>, in_full: bool) -> Vec<Decision> {
    let page = client.control_get::<Page>(&format!("decisions?limit={MOST}"));
    let entries = page.map(|page| page.decisions).unwrap_or_default();
    let mut new: Vec<_> = entries.into_iter().take_while(|entry| Some(entry.request_id.as_str()) != latest).collect();
    new.reverse();
    if in_full {
        let full = |entry: Entry| match client.control_get(&format!("decisions/{}", entry.request_id)) {
            Ok(full) => full,
            Err(_) => entry,
        };
        new = new.into_iter().map(full).collect();
    }
    new.into_iter().flat_map(Entry::decisions).collect()
}
