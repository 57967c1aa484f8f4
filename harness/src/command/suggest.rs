//! `acslab suggest`

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use miette::Diagnostic;
use serde_json::{Value, json};

use super::decisions::{id_of, page};
use super::format::Format;
use super::from::client;
use super::out::{stderr, stdout};
use crate::client::ControlError;
use crate::exit::Exit;
use crate::import::{Several, Standing, StandingError};
use crate::page::Page;
use crate::report::{Paint, render};
use crate::scenario::{self, LoadError};
use crate::suggest::{NotSuggested, Suggestion, suggest, suggest_for, used};
use crate::words::{count, plain};

const EXAMPLES: &str = "\
Examples:
  acslab suggest                              of all that the server at http://127.0.0.1:8820 remembers
  acslab suggest alice role/ops               for these alone
  acslab suggest --wildcards                  one pattern for objects that differ in their last part
  acslab suggest --scenario scenarios/upload  of what scenarios need

Run a flow against `acslab serve` first: `acslab run --endpoint …`, a test suite, the CLI. Each policy that is suggested is tried: every
call that was allowed is decided again by it alone. With `--scenario`, the scenarios are played, and played again with what is suggested in
the place of each policy.

Exit codes: 0 policies that keep everything, 1 some calls rest on something else or a scenario does not hold with them, 2 the server does
not answer, or a scenario has mistakes or does not hold as it is";

/// Suggest the smallest policies that allow what was called, and say what was never used
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Suggest {
    /// For whom: names, user/NAME, role/NAME or ARNs [default: everybody who called]
    principals: Vec<String>,
    /// The server [default: `$ACSLAB_ENDPOINT`, or http://127.0.0.1:8820]
    #[arg(long, value_name = "URL", conflicts_with = "scenario")]
    endpoint: Option<String>,
    /// Of a scenario, or of all in a folder, instead of a server; repeat it for several
    #[arg(long, value_name = "PATH")]
    scenario: Vec<PathBuf>,
    /// Cover objects that differ in their last part by one pattern
    #[arg(long)]
    wildcards: bool,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Why nothing is suggested.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum SuggestError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Standing(#[from] StandingError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Server(#[from] ControlError),
    #[error(transparent)]
    Several(#[from] Several),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Load(#[from] LoadError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    NotSuggested(#[from] NotSuggested),
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl Suggest {
    pub(super) fn execute(self) -> Result<Exit, SuggestError> {
        let suggestions = if self.scenario.is_empty() {
            self.of_server()?
        } else {
            let loaded = scenario::load(&self.scenario)?;
            let mistakes = loaded.mistakes();
            if !mistakes.is_empty() {
                let mut err = stderr();
                for mistake in &mistakes {
                    write!(err, "{}", render(mistake, mistake.source(), Paint::auto()))?;
                }
                writeln!(err, "{} in the scenarios; nothing was played", count(mistakes.len(), "mistake"))?;
                return Ok(Exit::BadInput);
            }
            suggest_for(&loaded.scenarios, &self.principals, self.wildcards)?
        };
        let mut out = stdout();
        match self.format {
            Format::Json => writeln!(out, "{:#}", json!(suggestions))?,
            Format::Text => write!(out, "{}", plain(&text(&suggestions)))?,
        }
        Ok(Exit::held(suggestions.iter().all(|one| one.not_kept.is_empty())))
    }

    fn of_server(&self) -> Result<Vec<Suggestion>, SuggestError> {
        let client = client(self.endpoint.as_deref());
        let standing = Standing::of_server(&client)?;
        let allowed = page(&client, "&verdict=Allow", usize::MAX)?;
        let whole: Vec<Value> =
            allowed.iter().filter_map(|one| client.control_get(&format!("decisions/{}", id_of(one))).ok()).collect();
        let mut uses = used(&whole);
        if !self.principals.is_empty() {
            let mut wanted: Vec<String> = Vec::new();
            for named in &self.principals {
                let arn = standing.principal(named)?;
                let arn = standing.known(named)?.or_else(|| Some(arn).filter(|arn| uses.contains_key(arn)));
                wanted.push(arn.ok_or_else(|| NotSuggested::Nobody(named.clone()))?);
            }
            uses.retain(|principal, _| wanted.iter().any(|arn| arn.eq_ignore_ascii_case(principal)));
        }
        Ok(suggest(&standing, &uses, self.wildcards))
    }
}

fn text(suggestions: &[Suggestion]) -> String {
    let mut page = Page::default();
    if suggestions.is_empty() {
        page.line(0, "nothing was allowed to a RAM user or role by its own policies");
    }
    for one in suggestions {
        page.line(0, format_args!("{}: {}", one.principal, count(one.calls, "different call")));
        for smaller in &one.policies {
            page.line(1, format_args!("in the place of {}", smaller.in_place_of));
            page.block(1, &format!("{:#}", smaller.document));
        }
        if let Some(document) = one.document.as_ref().filter(|_| one.policies.is_empty()) {
            page.block(1, &format!("{document:#}"));
        }
        for wider in &one.widened {
            page.line(1, format_args!("wider: {wider}"));
        }
        for lost in &one.not_kept {
            let by = if one.policies.is_empty() { "by it alone" } else { "by these alone" };
            page.line(1, format_args!("not kept {by}: {lost}"));
        }
        for unused in &one.never_used {
            page.line(1, format_args!("never used: {unused}"));
        }
    }
    page.into_text()
}
