//! `acslab explain`

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use miette::Diagnostic;
use serde_json::{Value, json};

use super::decided::Decided;
use super::format::Format;
use super::from::{client, tell_of};
use super::out::{stderr, stdout};
use crate::ask::{KeyError, keys, scoped_text};
use crate::authorization::FolderError;
use crate::client::ControlError;
use crate::exit::Exit;
use crate::explain::{Given, Reasoned, Recognised, Refusal, answer, reason, recognise};
use crate::import::{Concern, Several, Standing, StandingError, decoded};
use crate::page::Page;
use crate::record::{Told, of_question, of_refusal};
use crate::simulate::{doubts_of_answer, remedies};
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

Exit codes: 0 it is explained, 1 nothing that is known is in it, or the state cannot be asked, 2 the input is wrong";

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
    /// The server that request ids are asked of [default: `$ACSLAB_ENDPOINT`, or http://127.0.0.1:8820]
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
    /// The resource group that the resource is in, where the state does not say it
    #[arg(long, value_name = "GROUP")]
    resource_group: Option<String>,
    /// Show besides what would allow it and more than it
    #[arg(long)]
    wider: bool,
    /// Write a scenario of it to this file: the policies of the state, or of the server that knows the request, the call, the refusal
    #[arg(long, value_name = "FILE")]
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
    Several(#[from] Several),
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
    #[error("no scenario can be made without the policies that were in force")]
    #[diagnostic(help("`--from STATE` names them, or `--endpoint URL` a server that knows the request"))]
    NoState,
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
            resource_group: self.resource_group.clone(),
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
            Recognised::Refusals { refusals, more } => {
                if more {
                    let (first, left_out) = (refusals.len(), "what is behind them was left out");
                    let _ =
                        writeln!(stderr(), "note: there are more errors in it: the first {first} are told, {left_out}");
                }
                self.refusals(&refusals, &given)
            }
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
            return Ok(decoded(&bytes));
        }
        let path = Path::new(&self.what);
        let short = self.what.len() < 4096 && !self.what.contains('\n');
        if short && path.is_file() {
            let bytes = std::fs::read(path).map_err(|error| unreadable(&self.what, &error))?;
            return Ok(decoded(&bytes));
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
        if let (Some(standing), Some(named)) = (&standing, &given.principal) {
            standing.principal(named)?;
        }
        let (mut texts, mut values) = (Vec::new(), Vec::new());
        let (mut whom, mut actions, mut not_asked) = (Vec::new(), Vec::new(), false);
        for refusal in refusals {
            let decided = self.of_server(refusal);
            if standing.is_none() {
                match &decided {
                    Some(found) => self.scenario_of(found)?,
                    None if self.as_scenario.is_some() => return Err(ExplainError::NoState),
                    None => {}
                }
            }
            let reasoned = standing.as_ref().map(|standing| reason(standing, refusal, given));
            let caused = reasoned
                .as_ref()
                .is_some_and(|one| one.as_ref().is_ok_and(|one| !one.differs && otherwise(refusal, one).is_empty()));
            let mut text = answer(refusal, standing.is_none() && decided.is_none(), caused);
            let mut value = json!({"refusal": refusal});
            if let Some(decided) = decided {
                text.push('\n');
                text.push_str(&decided.text(self.wider));
                value["server"] = decided.into_json();
            }
            if let (Some(standing), Some(reasoned)) = (&standing, reasoned) {
                match reasoned {
                    Ok(reasoned) => {
                        text.push('\n');
                        text.push_str(&otherwise(refusal, &reasoned));
                        text.push_str(&shown(&reasoned, self.wider));
                        value["state"] = in_json(&reasoned);
                        whom.push(reasoned.principal.clone());
                        actions.push(reasoned.explanation.request.action.clone());
                        if let Some(path) = &self.as_scenario {
                            write_scenario(path, standing, refusal, &reasoned)?;
                        }
                    }
                    Err(why) => {
                        not_asked = true;
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
        if let Some(standing) = &standing {
            let concern = if not_asked { Concern::default() } else { Concern { whom: &whom, actions: &actions } };
            tell_of(standing, concern);
        }
        self.print(&texts.join("\n"), &json!(values))?;
        Ok(Exit::held(!not_asked))
    }

    /// A request of a running server: the decision as it keeps it, and what would have allowed it.
    fn request(&self, id: &str) -> Result<Exit, ExplainError> {
        let found = Decided::of(&client(self.endpoint.as_deref()), id)
            .map_err(|why| ExplainError::NotFound { id: id.to_owned(), why })?;
        let made = self.scenario_of(&found);
        self.print(&found.text(self.wider), &found.into_json())?;
        made.map(|()| Exit::Holds)
    }

    /// Writes the scenario of a request that a server knows, if one is asked for: with the policies that are in force there now.
    fn scenario_of(&self, found: &Decided) -> Result<(), ExplainError> {
        let Some(path) = &self.as_scenario else { return Ok(()) };
        let standing = Standing::of_server(&client(self.endpoint.as_deref()))?;
        let asked =
            found.asked().ok_or_else(|| ExplainError::NoScenario("the request asked for nothing".to_owned()))?;
        let answer = standing.authority.ask(&asked.caller, &asked.action, &asked.resource, &asked.keys);
        let answer = answer.map_err(|error| ExplainError::NoScenario(error.to_string()))?;
        if asked.denied && answer.decision.is_allowed() {
            let why = "by what is attached on the server it is allowed now: a session policy, or what was changed since, denied it";
            return Err(ExplainError::NoScenario(why.to_owned()));
        }
        let story = format!("What was met: {} on {}.", asked.action, asked.resource);
        let folder = super::scenario_file::state_of(path);
        let told = Told { principal: &asked.caller, question: &answer.question, group: None };
        let made = of_question(&standing, told, &story, &folder).map_err(ExplainError::NoScenario)?;
        super::scenario_file::write_played(path, &made).map(drop).map_err(ExplainError::from)
    }

    /// A request of the server that was named, if it knows it.
    fn of_server(&self, refusal: &Refusal) -> Option<Decided> {
        let endpoint = self.endpoint.as_deref()?;
        Decided::of(&client(Some(endpoint)), refusal.request_id.as_deref()?).ok()
    }

    /// A diagnostic message in its older form names its request: a server of ours knows it in full.
    fn diagnostic(&self, message: &str, request_id: &str, at: &str) -> Result<Exit, ExplainError> {
        let mut page = Page::default();
        page.line(0, format_args!("A diagnostic message: request {request_id}, refused at {at}."));
        if let Ok(found) = Decided::of(&client(self.endpoint.as_deref()), request_id) {
            self.scenario_of(&found)?;
            page.raw(&found.text(self.wider));
            self.print(&page.into_text(), &found.into_json())?;
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
    super::scenario_file::write_played(path, &made).map(drop).map_err(ExplainError::from)
}

/// Where the error names another layer or another verdict than the state comes to: it cannot be the state that was there.
fn otherwise(refusal: &Refusal, reasoned: &Reasoned) -> String {
    let decision = &reasoned.explanation.decision;
    let said = (refusal.why.no_permission.as_deref(), refusal.why.policy.as_deref());
    // Of what nobody named nothing can be compared.
    if reasoned.unnamed {
        return String::new();
    }
    let (Some(kind), Some(policy)) = (decision.no_permission_type(), decision.policy_type()) else {
        return String::new();
    };
    let (said_kind, said_policy) = (said.0.unwrap_or(kind), said.1.unwrap_or(policy));
    if said_kind == kind && layer(kind, said_policy) == layer(kind, policy) {
        return String::new();
    }
    format!(
        "The error says {said_kind} / {said_policy}, by this state it is {kind} / {policy}: something of what was there is not in the \
         state, or was changed since.\n"
    )
}

/// The layer that is told. Silence is told of the scope that was asked last, which depends on the operation.
fn layer<'p>(kind: &str, policy: &'p str) -> &'p str {
    match (kind, policy) {
        ("ImplicitDeny", "ResourceGroupLevelIdentityBasedPolicy") => "AccountLevelIdentityBasedPolicy",
        (_, other) => other,
    }
}

/// What a state says, for people.
fn shown(reasoned: &Reasoned, wider: bool) -> String {
    let mut head = Page::default();
    for assumed in &reasoned.assumed {
        head.line(0, format_args!("assumed: {assumed}"));
    }
    for unusable in &reasoned.unusable {
        head.line(0, format_args!("not usable: {unusable}"));
    }
    for unknown in &reasoned.unknown {
        head.line(0, format_args!("not in the state, and it may decide: {unknown}"));
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
    let open = doubts_of_answer(&reasoned.explanation);
    let mut parts = vec![head.into_text(), open, remedies::near_text(&reasoned.near), reasoned.explanation.to_string()];
    parts.push(scoped_text(&reasoned.scoped));
    let mut tail = Page::default();
    for role in &reasoned.roles {
        tail.line(0, format_args!("Without any change: assume {role}, which the caller may, and which may do it."));
    }
    parts.push(tail.into_text());
    parts.push(if reasoned.unnamed {
        remedies::unnamed(&reasoned.remedies, &reasoned.explanation)
    } else {
        remedies::text(&reasoned.remedies, &reasoned.explanation, wider)
    });
    let mut shared = Page::default();
    reasoned.shared.iter().for_each(|line| shared.line(0, line));
    parts.push(shared.into_text());
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

fn in_json(reasoned: &Reasoned) -> Value {
    json!({
        "principal": reasoned.principal,
        "assumed": reasoned.assumed,
        "allowed": reasoned.differs,
        "toothless": reasoned.toothless,
        "unusable": reasoned.unusable,
        "not_in_state": reasoned.unknown,
        "shared": reasoned.shared,
        "resource_groups": reasoned.scoped,
        "near": reasoned.near,
        "explanation": reasoned.explanation,
        "assume": reasoned.roles,
        "remedies": reasoned.remedies,
    })
}
