//! Asks the control surface for the state, and for the permissions that a scenario compares.

use acslab_emulator::state::{AuthorizationState, StateQuery};
use http::Method;
use serde_json::{Value, json};

use super::document::Document;
use super::permissions::{Asked, Row, UnknownPrincipal};
use crate::catalogue::Style;
use crate::runner::{Client, Request, TransportError};
use crate::scenario::{Compare, Template, Variables};

const PATH: &str = "/_acslab/state";

/// What to ask.
#[derive(Debug)]
pub struct Question<'a> {
    /// The accounts: alias and id, the default account first.
    pub accounts: Vec<(String, String)>,
    /// The permissions that the scenario compares.
    pub compare: &'a Compare,
    /// The values for `${…}`.
    pub variables: &'a Variables,
}

/// Why there is no state.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No answer.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The cloud has no control surface, or refuses the question.
    #[error("`POST {PATH}` answers status {status}: {message}")]
    Refused {
        /// The status.
        status: u16,
        /// What it says.
        message: String,
    },
    /// The answer is no state as this program knows it.
    #[error("what `POST {PATH}` answers is not understood: {0}; does the same version of acslab serve it?")]
    Unknown(#[from] serde_json::Error),
    /// A permission to compare has a variable without a value.
    #[error("`${{{0}}}` under `compare` has no value")]
    Variable(String),
    /// A permission is asked of nobody.
    #[error(transparent)]
    Principal(#[from] UnknownPrincipal),
}

/// The state, with the permissions asked for.
pub fn fetch(client: &Client, question: &Question<'_>) -> Result<Document, FetchError> {
    let ids: Vec<_> = question.accounts.iter().map(|(_, id)| id.clone()).collect();
    let query = StateQuery { accounts: Some(ids), ..StateQuery::default() };
    let state = ask(client, &query)?;
    let mut asked = Asked::new(&question.accounts);
    for permissions in &question.compare.permissions {
        let fill = |template: &Template| {
            let text = template.fill(question.variables);
            text.map_err(FetchError::Variable)
        };
        let row = Row {
            of: permissions.of.iter().map(fill).collect::<Result<_, _>>()?,
            when: permissions
                .when
                .iter()
                .map(|(key, value)| Ok((key.clone(), fill(value)?)))
                .collect::<Result<_, FetchError>>()?,
        };
        let query = StateQuery {
            actions: permissions.actions.iter().map(fill).collect::<Result<_, _>>()?,
            resources: permissions.on.iter().map(fill).collect::<Result<_, _>>()?,
            context: row.when.iter().cloned().collect(),
            ..query.clone()
        };
        let answer = ask(client, &query)?;
        asked.add(&row, &answer)?;
    }
    Ok(Document::new(&question.accounts, &state, &asked))
}

fn ask(client: &Client, query: &StateQuery) -> Result<AuthorizationState, FetchError> {
    let mut request = Request::new(Method::POST, PATH);
    request.body = json!(query).to_string().into_bytes();
    let answer = client.send(&request, Style::Roa)?;
    if answer.is_success() {
        return Ok(serde_json::from_value(answer.fields)?);
    }
    let said = answer.fields.get("error").or(answer.fields.get("Body"));
    Err(FetchError::Refused {
        status: answer.status,
        message: said.and_then(Value::as_str).unwrap_or("nothing").to_owned(),
    })
}
