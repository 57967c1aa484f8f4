//! `acslab explain`

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use miette::Diagnostic;
use serde_json::{Value, json};

use super::format::Format;
use super::from::{client, tell};
use super::out::stdout;
use crate::ask::{KeyError, keys};
use crate::authorization::FolderError;
use crate::client::ControlError;
use crate::exit::Exit;
use crate::explain::{Given, Reasoned, Recognised, Refusal, answer, reason, recognise};
use crate::import::{Standing, StandingError};
use crate::page::Page;
use crate::record::of_refusal;
use crate::simulate::remedies;
use crate::words::{io_reason, plain};

const EXAMPLES: &str = "\
Examples:
  acslab explain error.txt                    an error body, an exception, a whole terminal with several
  acslab explain error.txt --from state       with the policies, which `acslab import` made of what you have
  acslab explain 6A2B3C4D-0000-4000-8000-000000000000
                                              a request of a running server
  acslab explain 0003-00000201                a detail code of OSS
  acslab explain 'error code: 4001, error message: NoPermission'
                                              a text
  aliyun oss ls oss://photos 2>&1 | acslab explain - --from state

Exit codes: 0 it is explained, 1 nothing that is known is in it, 2 the input is wrong";

/// Explain a refusal: a request id, an error body, a diagnostic message, a code, or a text, told apart by content
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Explain {
    /// What you have: a file with it, `-` for standard input, or the text itself
    #[arg(value_name = "WHAT")]
    what: String,
    /// The authorization state to ask: a folder that `acslab import` made, or whatever it takes; repeat it for several files
    #[arg(long, value_name = "PATH")]
    from: Vec<PathBuf>,
    /// The server that request ids are asked of [default: http://127.0.0.1:8820]
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// Who asked, where the error does not say it: an ARN or a name
    #[arg(long = "as", value_name = "WHO")]
    principal: Option<String>,
    /// The action, where the error does not say it
    #[arg(long, short)]
    action: Option<String>,
    /// The resource, where the error does not say it
    #[arg(long, short, value_name = "ARN")]
    resource: Option<String>,
    /// A condition key of the request; repeat a key for several values
    #[arg(long, short, value_name = "KEY=VALUE")]
    context: Vec<String>,
    /// Show besides what would allow it and more than it
    #[arg(long)]
    wider: bool,
    /// Write a scenario of it to this file: the state's policies, the call, the refusal
    #[arg(long, value_name = "FILE", requires = "from")]
    as_scenario: Option<PathBuf>,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Why nothing is explained.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum ExplainError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Standing(#[from] StandingError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("cannot read `{path}`: {why}")]
    Unreadable { path: String, why: String },
    #[error("request {id} cannot be looked up: {why}")]
    #[diagnostic(help(
        "request ids are asked of a running server, `--endpoint URL`; of a request to the cloud take the whole error body, or decode its EncodedDiagnosticMessage"
    ))]
    NotFound { id: String, why: ControlError },
    #[error("no scenario can be made: {0}")]
    NoScenario(String),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Scenario(#[from] super::scenario_file::ScenarioFileError),
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl Explain {
    pub(super) fn execute(self) -> Result<Exit, ExplainError> {
        let text = self.text()?;
        let given = Given {
            principal: self.principal.clone(),
            action: self.action.clone(),
            resource: self.resource.clone(),
            keys: keys(&self.context)?,
        };
        match recognise(&text) {
            Recognised::RequestId(id) => self.request(&id),
            Recognised::Diagnostic { request_id, at, message } => self.diagnostic(&message, &request_id, &at),
            Recognised::Opaque(message) => {
                let mut page = Page::default();
                page.line(0, "A diagnostic message of the cloud, in the form that only the cloud reads.");
                page.line(0, "This decodes it (it reads, and changes nothing):");
                page.line(1, format_args!("aliyun ram DecodeDiagnosticMessage --EncodedDiagnosticMessage '{message}'"));
                page.line(0, "Then `acslab explain` takes what it prints.");
                self.print(&page.into_text(), &json!({"diagnostic": message}))?;
                Ok(Exit::Holds)
            }
            Recognised::WebPage(title) => {
                let title = title.map_or_else(String::new, |title| format!(", `{title}`"));
                let text = format!(
                    "A web page{title}: whatever stands between has answered, a proxy or a gateway, and not the cloud.\n\
                     Look at the address that was called; an error of the cloud is JSON or XML with a request id.\n"
                );
                self.print(&text, &json!({"web_page": true}))?;
                Ok(Exit::Differs)
            }
            Recognised::Nothing(why) => {
                self.print(&format!("Nothing to explain: {why}.\n"), &json!({"nothing": why}))?;
                Ok(Exit::Differs)
            }
            Recognised::Refusals(refusals) => self.refusals(&refusals, &given),
        }
    }

    /// What there is to explain: a file, standard input, or the words themselves.
    fn text(&self) -> Result<String, ExplainError> {
        let unreadable = |path: &str, error: &std::io::Error| ExplainError::Unreadable {
            path: path.to_owned(),
            why: io_reason(error),
        };
        if self.what == "-" {
            let mut bytes = Vec::new();
            std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| unreadable("standard input", &error))?;
            return Ok(String::from_utf8_lossy(&bytes).into_owned());
        }
        let path = Path::new(&self.what);
        let short = self.what.len() < 4096 && !self.what.contains('\n');
        if short && path.is_file() {
            let bytes = std::fs::read(path).map_err(|error| unreadable(&self.what, &error))?;
            return Ok(String::from_utf8_lossy(&bytes).into_owned());
        }
        // A file that was meant and is not there should not be taken for an error's text.
        let named = [".txt", ".json", ".xml", ".log"].iter().any(|end| self.what.ends_with(end));
        if short && named && !self.what.contains(' ') {
            return Err(ExplainError::Unreadable { path: self.what.clone(), why: "there is no such file".to_owned() });
        }
        Ok(self.what.clone())
    }

    fn print(&self, text: &str, value: &Value) -> Result<(), ExplainError> {
        let mut out = stdout();
        match self.format {
            Format::Text => write!(out, "{}", plain(text))?,
            Format::Json => writeln!(out, "{value:#}")?,
        }
        Ok(())
    }

    fn refusals(&self, refusals: &[Refusal], given: &Given) -> Result<Exit, ExplainError> {
        let standing = if self.from.is_empty() { None } else { Some(Standing::of_paths(&self.from)?) };
        if let Some(standing) = &standing {
            tell(standing);
        }
        let (mut texts, mut values) = (Vec::new(), Vec::new());
        for refusal in refusals {
            let mut text = answer(refusal, standing.is_none());
            let mut value = json!({"refusal": refusal});
            if let Some(standing) = &standing {
                match reason(standing, refusal, given) {
                    Ok(reasoned) => {
                        text.push('\n');
                        text.push_str(&shown(&reasoned, self.wider));
                        value["state"] = in_json(&reasoned);
                        if let Some(path) = &self.as_scenario {
                            write_scenario(path, standing, refusal, &reasoned)?;
                        }
                    }
                    Err(why) => {
                        text.extend(["\nThe state cannot be asked: ", &why, "\n"]);
                        value["state"] = json!({"not_asked": why});
                    }
                }
            }
            texts.push(text);
            values.push(value);
        }
        if refusals.len() > 1 {
            texts = (1..)
                .zip(refusals)
                .zip(texts)
                .map(|((number, refusal), text)| {
                    format!("── {number} of {}, line {} ──\n{text}", refusals.len(), refusal.line)
                })
                .collect();
        }
        self.print(&texts.join("\n"), &json!(values))?;
        Ok(Exit::Holds)
    }

    /// A request of a running server: the decision as it keeps it.
    fn request(&self, id: &str) -> Result<Exit, ExplainError> {
        let client = client(self.endpoint.as_deref());
        let found: Value = client
            .control_get(&format!("decisions/{id}"))
            .map_err(|why| ExplainError::NotFound { id: id.to_owned(), why })?;
        self.print(&super::decisions::in_full(&found), &found)?;
        Ok(Exit::Holds)
    }

    /// A diagnostic message in its older form names its request: a server of ours knows it in full.
    fn diagnostic(&self, message: &str, request_id: &str, at: &str) -> Result<Exit, ExplainError> {
        let mut page = Page::default();
        page.line(0, format_args!("A diagnostic message: request {request_id}, refused at {at}."));
        let client = client(self.endpoint.as_deref());
        let found: Result<Value, ControlError> = client.control_get(&format!("decisions/{request_id}"));
        if let Ok(found) = found {
            page.raw(&super::decisions::in_full(&found));
            self.print(&page.into_text(), &found)?;
            return Ok(Exit::Holds);
        }
        page.line(0, "No server that is asked knows the request. If it is one of the cloud, this decodes it (it reads, and changes nothing):");
        page.line(1, format_args!("aliyun ram DecodeDiagnosticMessage --EncodedDiagnosticMessage '{message}'"));
        page.line(0, "Then `acslab explain` takes what it prints.");
        self.print(&page.into_text(), &json!({"diagnostic": message, "request_id": request_id, "at": at}))?;
        Ok(Exit::Holds)
    }
}

fn write_scenario(
    path: &Path,
    standing: &Standing,
    refusal: &Refusal,
    reasoned: &Reasoned,
) -> Result<(), ExplainError> {
    let folder = super::scenario_file::state_of(path);
    let made = of_refusal(standing, refusal, reasoned, &folder).map_err(ExplainError::NoScenario)?;
    super::scenario_file::write(path, &made).map_err(ExplainError::from)
}

/// What a state says, for people.
fn shown(reasoned: &Reasoned, wider: bool) -> String {
    let mut head = Page::default();
    for assumed in &reasoned.assumed {
        head.line(0, format_args!("assumed: {assumed}"));
    }
    if reasoned.differs {
        head.line(0, "By this state it is allowed.");
        if reasoned.toothless.is_empty() {
            head.line(0, "If it was refused, something is not in the state that was there: another key, a session or control policy,");
            head.line(0, "conditions that `--context` can name, a bucket policy, or a change since.");
        }
        for toothless in &reasoned.toothless {
            head.line(1, format_args!("no obstacle: {toothless}"));
        }
    }
    let mut parts = vec![head.into_text(), remedies::near_text(&reasoned.near), reasoned.explanation.to_string()];
    let mut tail = Page::default();
    for role in &reasoned.roles {
        tail.line(0, format_args!("Without any change: assume {role}, which the caller may, and which may do it."));
    }
    parts.push(tail.into_text());
    parts.push(remedies::text(&reasoned.remedies, wider));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

fn in_json(reasoned: &Reasoned) -> Value {
    json!({
        "principal": reasoned.principal,
        "assumed": reasoned.assumed,
        "allowed": reasoned.differs,
        "toothless": reasoned.toothless,
        "near": reasoned.near,
        "explanation": reasoned.explanation,
        "assume": reasoned.roles,
        "remedies": reasoned.remedies,
    })
}
