//! `acslab who`

use std::io::Write;

use acslab_policy::Verdict;
use clap::Args;
use miette::Diagnostic;
use serde_json::json;

use super::format::Format;
use super::from::From;
use super::out::stdout;
use crate::ask::{Holder, KeyError, NotAsked, keys, who};
use crate::exit::Exit;
use crate::import::StandingError;
use crate::page::Page;
use crate::words::{count, plain};

const EXAMPLES: &str = "\
Examples:
  acslab who oss:DeleteObject 'acs:oss:*:1234567890123456:photos/a.jpg' --from state
  acslab who sts:AssumeRole 'acs:ram:*:1234567890123456:role/ops' --from state --denied
  acslab who ram:CreateUser '*'               of a running server

Exit codes: 0 somebody may, 1 nobody may, 2 the input is wrong";

/// Say which principals may do an action on a resource, by which statement, under which conditions
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct WhoMay {
    /// The action
    action: String,
    /// The resource: an ARN, or `*`
    #[arg(default_value = "*")]
    resource: String,
    #[command(flatten)]
    from: From,
    /// A condition key of the request; repeat a key for several values
    #[arg(long, short, value_name = "KEY=VALUE")]
    context: Vec<String>,
    /// Show besides whom a statement denies it
    #[arg(long)]
    denied: bool,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Why nothing can be asked.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum WhoError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Standing(#[from] StandingError),
    #[error(transparent)]
    NotAsked(#[from] NotAsked),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl WhoMay {
    pub(super) fn execute(self) -> Result<Exit, WhoError> {
        let standing = self.from.standing()?;
        let holders = who(&standing, &self.action, &self.resource, &keys(&self.context)?)?;
        let may = |holder: &&Holder| holder.verdict == Verdict::Allow || holder.on_condition.is_some();
        let shown: Vec<&Holder> = holders
            .iter()
            .filter(|holder| may(holder) || (self.denied && holder.verdict == Verdict::ExplicitDeny))
            .collect();
        let mut out = stdout();
        match self.format {
            Format::Json => writeln!(out, "{:#}", json!(shown))?,
            Format::Text => write!(out, "{}", plain(&text(&shown, holders.len(), &self.action, &self.resource)))?,
        }
        Ok(Exit::held(shown.iter().any(may)))
    }
}

fn text(shown: &[&Holder], all: usize, action: &str, resource: &str) -> String {
    let mut page = Page::default();
    for holder in shown {
        let word = match (holder.verdict, &holder.on_condition) {
            (Verdict::ExplicitDeny, _) => "denied",
            (Verdict::Allow, _) => "may",
            _ => "may, on a condition",
        };
        page.line(0, format_args!("{}: {word}", holder.principal));
        if let Some(by) = &holder.by {
            page.line(1, by);
        }
        for condition in holder.on_condition.iter().flatten() {
            page.line(1, format_args!("if {condition}"));
        }
    }
    if shown.is_empty() {
        page.line(0, format_args!("nobody may {action} on {resource}, of {}", count(all, "principal")));
        page.line(0, "account owners may whatever no policy can take from them");
    }
    page.into_text()
}
