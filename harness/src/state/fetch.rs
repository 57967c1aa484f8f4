//! Asks the control surface for the state, and for the permissions that a scenario compares.

use std::net::IpAddr;

use acslab_emulator::state::{AuthorizationState, StateQuery};

use super::document::Document;
use super::permissions::{Asked, Row, UnknownPrincipal};
use crate::client::{Client, ControlError};
use crate::scenario::{Compare, Mistake, Template, Variables};
use crate::written::mistake::Kind;

const PATH: &str = "state";

/// What to ask.
#[derive(Debug)]
pub struct Question<'a> {
    /// The accounts: alias and id, the default account first.
    pub accounts: Vec<(String, String)>,
    /// The permissions that the scenario compares.
    pub compare: &'a Compare,
    /// The values for `${…}`.
    pub variables: &'a Variables,
    /// Where calls come from, if that is told.
    pub from: Option<IpAddr>,
}

/// Why there is no state.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The control surface does not answer.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// A permission to compare has a variable without a value.
    #[error("`${{{0}}}` under `compare` has no value")]
    Variable(String),
    /// A permission is asked of nobody.
    #[error("{}", .0.told())]
    Nobody(Mistake),
}

/// The state, with the permissions asked for.
pub fn fetch(client: &Client, question: &Question<'_>) -> Result<Document, FetchError> {
    let ids: Vec<_> = question.accounts.iter().map(|(_, id)| id.clone()).collect();
    let query = StateQuery { accounts: Some(ids), members: true, ..StateQuery::default() };
    let state: AuthorizationState = client.control_post(PATH, &query)?;
    let accounts = with_members(&question.accounts, &state);
    let mut asked = Asked::new(&accounts);
    let from = question.from.map(|from| ("acs:SourceIp".to_owned(), from.to_string()));
    for permissions in &question.compare.permissions {
        let fill = |template: &Template| {
            let text = template.fill(question.variables);
            text.map_err(FetchError::Variable)
        };
        let row = Row {
            of: permissions.of.iter().map(|who| fill(&who.value)).collect::<Result<_, _>>()?,
            when: permissions
                .when
                .iter()
                .map(|(key, value)| Ok((key.clone(), fill(value)?)))
                .collect::<Result<_, FetchError>>()?,
        };
        let query = StateQuery {
            actions: permissions.actions.iter().map(fill).collect::<Result<_, _>>()?,
            resources: permissions.on.iter().map(fill).collect::<Result<_, _>>()?,
            context: from.clone().into_iter().chain(row.when.iter().cloned()).collect(),
            ..query.clone()
        };
        let answer = client.control_post(PATH, &query)?;
        asked.add(&row, &answer).map_err(|UnknownPrincipal { at, name, near }| {
            let span = permissions.of.get(at).map_or_else(|| (0, 0).into(), |who| who.span);
            FetchError::Nobody(Mistake::new(Kind::Nobody { name, near }, &permissions.source, span))
        })?;
    }
    Ok(Document::new(&accounts, &state, &asked).with_names(question.variables).redacted(&question.compare.redact))
}

/// The accounts, and the members of the directories that they manage, by their display names; with the manager's where another account
/// is called so.
fn with_members(accounts: &[(String, String)], state: &AuthorizationState) -> Vec<(String, String)> {
    let mut all = accounts.to_vec();
    for (manager, id) in accounts {
        let directory = state.account(id).and_then(|account| account.resource_directory.as_ref());
        for (name, member) in directory.into_iter().flat_map(|directory| &directory.members) {
            if all.iter().any(|(_, known)| *known == member.account_id) {
                continue;
            }
            let taken = all.iter().any(|(known, _)| known == name);
            let name = if taken { format!("{name} of {manager}") } else { name.clone() };
            all.push((name, member.account_id.clone()));
        }
    }
    all
}
