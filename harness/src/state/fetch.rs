//! Asks the control surface for the state, and for the permissions that a scenario compares.

use http::Method;
use serde_json::{Map, Value, json};

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
    /// A permission to compare has a variable without a value.
    #[error("`${{{0}}}` under `compare` has no value")]
    Variable(String),
    /// A permission is asked of nobody.
    #[error(transparent)]
    Principal(#[from] UnknownPrincipal),
}

/// The state, with the permissions asked for.
pub fn fetch(client: &Client, question: &Question<'_>) -> Result<Document, FetchError> {
    let ids: Vec<_> = question.accounts.iter().map(|(_, id)| id.as_str()).collect();
    let state = ask(client, &json!({"accounts": ids}))?;
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
        let actions: Vec<_> = permissions.actions.iter().map(fill).collect::<Result<_, _>>()?;
        let resources: Vec<_> = permissions.on.iter().map(fill).collect::<Result<_, _>>()?;
        let context: Map<_, _> =
            row.when.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str()))).collect();
        let answer =
            ask(client, &json!({"accounts": ids, "actions": actions, "resources": resources, "context": context}))?;
        asked.add(&row, &answer)?;
    }
    Ok(Document::new(&question.accounts, &state, &asked))
}

fn ask(client: &Client, question: &Value) -> Result<Value, FetchError> {
    let mut request = Request::new(Method::POST, PATH);
    request.body = question.to_string().into_bytes();
    let answer = client.send(&request, Style::Roa)?;
    if answer.is_success() {
        return Ok(answer.fields);
    }
    let said = answer.fields.get("error").or(answer.fields.get("Body"));
    Err(FetchError::Refused {
        status: answer.status,
        message: said.and_then(Value::as_str).unwrap_or("nothing").to_owned(),
    })
}
