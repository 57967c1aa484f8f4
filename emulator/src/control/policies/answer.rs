//! Which part answers.

use acslab_policy::DocumentKind;
use acslab_policy::catalogue::ActionNames;
use acslab_policy::{diff, lint};
use bytes::Bytes;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::sets::{self, Text};
use super::{evaluate, meant, names};
use crate::catalogue;
use crate::cloud::POLICY_QUESTION;
use crate::control::fixes::known_actions;
use crate::control::{body, problem, reply};
use crate::gateway::{Gateway, HttpRequest};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lint {
    kind: DocumentKind,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Diff {
    /// Of which kind they are; what names principals is compared for one of them.
    #[serde(default = "identity")]
    kind: DocumentKind,
    principal: Option<String>,
    old: Vec<Text>,
    new: Vec<Text>,
}

fn identity() -> DocumentKind {
    DocumentKind::Identity
}

/// Names of actions beyond those that the policy engine lists: those of the operations that are published.
struct Published;

impl ActionNames for Published {
    fn names(&self, code: &str) -> Vec<String> {
        let actions = catalogue::actions(code).into_iter();
        actions.filter_map(|action| action.split_once(':').map(|(_, name)| name.to_owned())).collect()
    }
}

/// Answers a request about policies, at what stands behind `policies/`.
pub(in crate::control) fn answer(gateway: &Gateway, request: &HttpRequest, path: &str) -> Response<Full<Bytes>> {
    let answered = match (&request.method, path) {
        (&Method::GET, "names") => names::names(gateway, request),
        (&Method::POST, "evaluate") => read(request).and_then(|asked| evaluate::evaluate(gateway, asked)),
        (&Method::POST, "lint") => {
            read(request).map(|Lint { kind, text }| json!(lint::lint_with(kind, &text, &Published)))
        }
        (&Method::POST, "diff") => read(request).and_then(|asked| compare(gateway, asked)),
        (_, "names" | "evaluate" | "lint" | "diff") => {
            return problem(StatusCode::METHOD_NOT_ALLOWED, "names are asked with GET, the others with POST");
        }
        _ => return problem(StatusCode::NOT_FOUND, "there are names, evaluate, lint and diff"),
    };
    answered.map_or_else(|why| problem(StatusCode::BAD_REQUEST, why), |answer| reply(StatusCode::OK, &answer))
}

fn read<T: DeserializeOwned>(request: &HttpRequest) -> Result<T, String> {
    if request.body.len() > POLICY_QUESTION {
        return Err(format!("longer than {POLICY_QUESTION} bytes"));
    }
    body::read(&request.body).map_err(|error| format!("not a question about policies: {error}"))
}

fn compare(gateway: &Gateway, Diff { kind, principal, old, new }: Diff) -> Result<Value, String> {
    let system = gateway.cloud().system_policies();
    // What binds others than its holder is read as what is attached is.
    let names = matches!(kind, DocumentKind::Bucket | DocumentKind::Trust);
    let read = |texts: &[Text]| sets::set(&system, if names { kind } else { DocumentKind::Identity }, texts);
    let (old, new) = match (read(&old), read(&new)) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(malformed), _) | (_, Err(malformed)) => return Ok(json!({"malformed": [malformed]})),
    };
    if !names {
        return Ok(json!(diff(&old, &new, &known_actions(gateway.registry()))));
    }
    let principal = principal.ok_or("a policy that names principals is compared for one: `principal` says for whom")?;
    let request = evaluate::somebody(&principal)?;
    let [old, new] = [old, new].map(|set| meant::for_one(&set, &request));
    let mut told = json!(diff(&old, &new, &known_actions(gateway.registry())));
    told["principal"] = json!(principal);
    Ok(told)
}
