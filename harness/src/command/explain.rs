//! `acslab explain`

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use miette::Diagnostic;
use serde_json::{Value, json};

use super::decided::Decided;
use super::explained::{in_json, otherwise, shown};
use super::format::Format;
use super::from::{client, tell_of};
use super::out::{stderr, stdout};
use crate::ask::{KeyError, keys};
use crate::authorization::FolderError;
use crate::client::ControlError;
use crate::exit::Exit;
use crate::explain::{Given, Reasoned, Recognised, Refusal, answer, pasted, reason, recognise};
use crate::import::{Concern, Several, Standing, StandingError, decoded};
use crate::page::Page;
use crate::record::{Told, of_question, of_refusal};
use crate::words::{io_reason, plain, visible};

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
                self.unread(&mut page);
                self.print(&page.into_text(), &json!({"diagnostic": message}))?;
                self.no_scenario(UNREAD)
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
                self.refusals(&refusals, &given, &text)
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

    fn refusals(&self, refusals: &[Refusal], given: &Given, source: &str) -> Result<Exit, ExplainError> {
        let standing = if self.from.is_empty() { None } else { Some(Standing::of_paths(&self.from)?) };
        if let (Some(standing), Some(named)) = (&standing, &given.principal) {
            standing.principal(named)?;
        }
        let (mut texts, mut values, mut unwritten) = (Vec::new(), Vec::new(), None);
        let (mut whom, mut actions, mut not_asked) = (Vec::new(), Vec::new(), false);
        for (number, refusal) in (1..).zip(refusals) {
            let scenario = self.scenario(number, refusals.len());
            let decided = self.of_server(refusal)?;
            if standing.is_none() {
                match (&decided, &scenario) {
                    (Some(found), Some(path)) => self.scenario_of(found, path)?,
                    (None, Some(_)) => return Err(ExplainError::NoState),
                    (_, None) => {}
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
                        if let Some(path) = &scenario {
                            write_scenario(path, standing, refusal, &reasoned)?;
                        }
                    }
                    Err(why) => {
                        not_asked = true;
                        text.extend(["\nThe state cannot be asked: ", &why, "\n"]);
                        value["state"] = json!({"not_asked": why});
                        unwritten = unwritten.or(scenario.map(|_| why));
                    }
                }
            }
            if standing.is_none()
                && value.get("server").is_none()
                && let Some(reasoned) = by_pasted(source, refusal, given)
            {
                text.push('\n');
                text.push_str(&otherwise(refusal, &reasoned));
                text.push_str(&shown(&reasoned, self.wider));
                value["state"] = in_json(&reasoned);
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
        unwritten.map_or(Ok(Exit::held(!not_asked)), |why| Err(ExplainError::NoScenario(why)))
    }

    /// The file of the scenario of one error, if one is asked for: of several `bug-1.yaml`, `bug-2.yaml`.
    fn scenario(&self, number: usize, of: usize) -> Option<PathBuf> {
        let path = self.as_scenario.as_ref()?;
        if of == 1 {
            return Some(path.clone());
        }
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let end = path.extension().map(|end| format!(".{}", end.to_string_lossy())).unwrap_or_default();
        Some(path.with_file_name(format!("{stem}-{number}{end}")))
    }

    /// Of what nobody can read no scenario comes, which is an error where one is asked for.
    fn no_scenario(&self, why: &str) -> Result<Exit, ExplainError> {
        let asked = self.as_scenario.as_ref().map(|_| ExplainError::NoScenario(why.to_owned()));
        asked.map_or(Ok(Exit::Holds), Err)
    }

    /// Says that a state was not asked, where one was named.
    fn unread(&self, page: &mut Page) {
        if !self.from.is_empty() {
            page.line(0, format_args!("The state was not asked: {UNREAD}."));
        }
    }

    /// A request of a running server: the decision as it keeps it, and what would have allowed it.
    fn request(&self, id: &str) -> Result<Exit, ExplainError> {
        let found = Decided::of(&client(self.endpoint.as_deref()), id)
            .map_err(|why| ExplainError::NotFound { id: id.to_owned(), why })?;
        let made = self.as_scenario.as_ref().map_or(Ok(()), |path| self.scenario_of(&found, path));
        self.print(&found.text(self.wider), &found.into_json())?;
        made.map(|()| Exit::Holds)
    }

    /// Writes the scenario of a request that a server knows: with the policies that are in force there now.
    fn scenario_of(&self, found: &Decided, path: &Path) -> Result<(), ExplainError> {
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
    fn of_server(&self, refusal: &Refusal) -> Result<Option<Decided>, ExplainError> {
        match (&self.endpoint, &refusal.request_id) {
            (Some(_), Some(id)) => self.asked_for(id),
            _ => Ok(None),
        }
    }

    /// A request, if the server knows it. Of one that was named and cannot be asked it is told.
    fn asked_for(&self, id: &str) -> Result<Option<Decided>, ExplainError> {
        match (Decided::of(&client(self.endpoint.as_deref()), id), &self.endpoint) {
            (Ok(found), _) => return Ok(Some(found)),
            (Err(ControlError::Refused { status: 404, .. }), _) | (Err(_), None) => {}
            (Err(why), Some(endpoint)) => {
                let why = match why {
                    ControlError::Transport(_) => "it does not answer".to_owned(),
                    other => other.to_string(),
                };
                let note = format!("note: {endpoint} does not tell of request {id}: {why}\n");
                write!(stderr(), "{}", visible(&note))?;
            }
        }
        Ok(None)
    }

    /// A diagnostic message in its older form names its request: a server of ours knows it in full.
    fn diagnostic(&self, message: &str, request_id: &str, at: &str) -> Result<Exit, ExplainError> {
        let mut page = Page::default();
        page.line(0, format_args!("A diagnostic message: request {request_id}, refused at {at}."));
        if let Some(found) = self.asked_for(request_id)? {
            if let Some(path) = &self.as_scenario {
                self.scenario_of(&found, path)?;
            }
            page.raw(&found.text(self.wider));
            self.print(&page.into_text(), &found.into_json())?;
            return Ok(Exit::Holds);
        }
        page.line(0, "No server that is asked knows the request. If it is one of the cloud, this decodes it (it reads, and changes nothing):");
        page.line(1, format_args!("aliyun ram DecodeDiagnosticMessage --EncodedDiagnosticMessage '{message}'"));
        page.line(0, "Then `acslab explain` takes what it prints.");
        self.unread(&mut page);
        self.print(&page.into_text(), &json!({"diagnostic": message, "request_id": request_id, "at": at}))?;
        self.no_scenario(UNREAD)
    }
}

/// What the policies say that stand in the text itself, where it says what was asked for.
fn by_pasted(source: &str, refusal: &Refusal, given: &Given) -> Option<Reasoned> {
    let pasted = pasted(source, refusal, given.principal.as_deref())?;
    let given = Given { principal: pasted.principal.or_else(|| given.principal.clone()), ..given.clone() };
    let mut reasoned = reason(&pasted.standing, refusal, &given).ok()?;
    let stands = if reasoned.principal.ends_with(":user/caller") {
        "; `user/caller` stands for whoever that is, and `--as` names them"
    } else {
        ""
    };
    let assumed = format!(
        "the policies in the text are taken as those of whoever asked, and as all there are; `--from` takes what else there is{stands}"
    );
    reasoned.assumed.insert(0, assumed);
    Some(reasoned)
}

/// Why nothing is known of a message that only the cloud reads.
const UNREAD: &str = "who asked for what is in the message, and is known when it is decoded";

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
