//! `acslab suggest`

use std::io::Write;

use clap::Args;
use miette::Diagnostic;
use serde_json::{Value, json};

use super::decisions::{id_of, page};
use super::format::Format;
use super::from::client;
use super::out::stdout;
use crate::client::ControlError;
use crate::exit::Exit;
use crate::import::{Standing, StandingError};
use crate::page::Page;
use crate::suggest::{Suggestion, suggest, used};
use crate::words::{count, plain};

const EXAMPLES: &str = "\
Examples:
  acslab suggest                              of all that the server at http://127.0.0.1:8820 remembers
  acslab suggest alice role/ops               for these alone
  acslab suggest --wildcards                  one pattern for objects that differ in their last part

Run a flow against `acslab serve` first: `acslab run --endpoint …`, a test suite, the CLI. Each policy that is suggested is tried: every
call that was allowed is decided again by it alone.

Exit codes: 0 policies that keep everything, 1 some calls rest on something else, 2 the server does not answer";

/// Suggest the smallest policies that allow what was called, and say what was never used
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Suggest {
    /// For whom: names, user/NAME, role/NAME or ARNs [default: everybody who called]
    principals: Vec<String>,
    /// The server [default: http://127.0.0.1:8820]
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
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
    #[diagnostic(help("start one with `acslab serve`, or name it with `--endpoint`"))]
    Server(#[from] ControlError),
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl Suggest {
    pub(super) fn execute(self) -> Result<Exit, SuggestError> {
        let client = client(self.endpoint.as_deref());
        let standing = Standing::of_server(&client)?;
        let allowed = page(&client, "&verdict=Allow", usize::MAX)?;
        let whole: Vec<Value> =
            allowed.iter().filter_map(|one| client.control_get(&format!("decisions/{}", id_of(one))).ok()).collect();
        let mut uses = used(&whole);
        if !self.principals.is_empty() {
            let wanted: Vec<String> = self.principals.iter().map(|named| standing.principal(named)).collect();
            uses.retain(|principal, _| wanted.iter().any(|arn| arn.eq_ignore_ascii_case(principal)));
        }
        let suggestions = suggest(&standing, &uses, self.wildcards);
        let mut out = stdout();
        match self.format {
            Format::Json => writeln!(out, "{:#}", json!(suggestions))?,
            Format::Text => write!(out, "{}", plain(&text(&suggestions)))?,
        }
        Ok(Exit::held(suggestions.iter().all(|one| one.not_kept.is_empty())))
    }
}

fn text(suggestions: &[Suggestion]) -> String {
    let mut page = Page::default();
    if suggestions.is_empty() {
        page.line(0, "nothing was allowed to a RAM user or role by its own policies");
    }
    for one in suggestions {
        page.line(0, format_args!("{}: {}", one.principal, count(one.calls, "different call")));
        page.block(1, &format!("{:#}", one.document));
        for wider in &one.widened {
            page.line(1, format_args!("wider: {wider}"));
        }
        for lost in &one.not_kept {
            page.line(1, format_args!("not kept by it alone: {lost}"));
        }
        for unused in &one.never_used {
            page.line(1, format_args!("never used: {unused}"));
        }
    }
    page.into_text()
}
