//! The control surface of an emulator, under `/_acslab/`.

use acslab_emulator::state::{AuthorizationState, StateQuery};
use http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::connection::{Client, TransportError};
use super::request::Request;
use crate::catalogue::Style;

const PREFIX: &str = "/_acslab/";

/// Why the control surface gives no answer.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum ControlError {
    /// No answer.
    #[error(transparent)]
    #[diagnostic(help("start one with `acslab serve`, or name it with `--endpoint`"))]
    Transport(#[from] TransportError),
    /// The cloud has no control surface, or refuses the question.
    #[error("`{question}` answers status {status}: {why}")]
    Refused {
        /// Method and path.
        question: String,
        /// The status.
        status: u16,
        /// What it says.
        why: String,
    },
    /// The answer is not what this program knows.
    #[error("what `{question}` answers is not understood: {why}; does the same version of acslab serve it?")]
    Unknown {
        /// Method and path.
        question: String,
        /// The reason.
        why: serde_json::Error,
    },
}

impl Client {
    /// Reads from the control surface: `decisions/REQUEST_ID`.
    pub fn control_get<A: DeserializeOwned>(&self, path: &str) -> Result<A, ControlError> {
        self.control(&Request::new(Method::GET, format!("{PREFIX}{path}")))
    }

    /// Asks or tells the control surface something: `state`, `system-policies`.
    pub fn control_post<A: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<A, ControlError> {
        let mut request = Request::new(Method::POST, format!("{PREFIX}{path}"));
        request.body = serde_json::json!(body).to_string().into_bytes();
        self.control(&request)
    }

    /// The authorization state of all accounts, with their ids.
    pub fn whole_state(&self) -> Result<AuthorizationState, ControlError> {
        self.control_post("state", &StateQuery { ids: true, ..StateQuery::default() })
    }

    /// Sets something of the control surface: `workspace-roles`.
    pub fn control_put<A: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<A, ControlError> {
        let mut request = Request::new(Method::PUT, format!("{PREFIX}{path}"));
        request.body = serde_json::json!(body).to_string().into_bytes();
        self.control(&request)
    }

    /// The same of one of several: `oidc-keys?issuer=URL`.
    pub fn control_put_about<A: DeserializeOwned>(
        &self,
        path: &str,
        (name, value): (&str, &str),
        body: &impl Serialize,
    ) -> Result<A, ControlError> {
        let mut request = Request::new(Method::PUT, format!("{PREFIX}{path}"));
        request.query.push(name, value);
        request.body = serde_json::json!(body).to_string().into_bytes();
        self.control(&request)
    }

    fn control<A: DeserializeOwned>(&self, request: &Request) -> Result<A, ControlError> {
        let question = || format!("{} {}", request.method, request.path);
        if self.is_public() {
            let why = "the real cloud has no such surface".to_owned();
            return Err(ControlError::Refused { question: question(), status: 404, why });
        }
        let answer = self.send(request, Style::Roa)?;
        if answer.is_success() {
            return serde_json::from_value(answer.fields)
                .map_err(|why| ControlError::Unknown { question: question(), why });
        }
        let said = answer.fields.get("error").or(answer.fields.get("Body"));
        let why = said.and_then(Value::as_str).unwrap_or("nothing").to_owned();
        Err(ControlError::Refused { question: question(), status: answer.status, why })
    }
}
