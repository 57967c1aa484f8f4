//! `acslab who`

use std::io::Write;

use acslab_policy::Verdict;
use clap::Args;
use miette::Diagnostic;
use serde_json::json;

use super::doubted;
use super::format::Format;
use super::from::From;
use super::out::{stderr, stdout};
use crate::ask::{Holder, KeyError, NotAsked, keys, who};
use crate::exit::Exit;
use crate::forms::unsaid;
use crate::import::{Standing, StandingError};
use crate::page::Page;
use crate::simulate::asked_instead;
use crate::words::{count, plain, visible};

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
    /// The resource: an ARN, or `*` [default: one of the form that the action is on]
    resource: Option<String>,
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
        doubted::tell(std::slice::from_ref(&self.action), self.resource.as_slice())?;
        let action = asked_instead(&self.action).unwrap_or_else(|| self.action.clone());
        let standing = self.from.standing()?;
        let resource = self.resource.clone().map_or_else(|| unnamed(&standing, &action), Ok)?;
        if let Some(text) = elsewhere(&standing, &resource) {
            write!(stderr(), "{}", visible(&format!("note: {text}\n")))?;
        }
        let holders = who(&standing, &action, &resource, &keys(&self.context)?)?;
        let may = |holder: &&Holder| holder.verdict == Verdict::Allow || holder.on_condition.is_some();
        let shown: Vec<&Holder> = holders
            .iter()
            .filter(|holder| may(holder) || (self.denied && holder.verdict == Verdict::ExplicitDeny))
            .collect();
        let mut out = stdout();
        match self.format {
            Format::Json => writeln!(out, "{:#}", json!(shown))?,
            Format::Text => write!(out, "{}", plain(&text(&shown, holders.len(), &action, &resource)))?,
        }
        Ok(Exit::held(shown.iter().any(may)))
    }
}

/// What stands for the resource where none is named, which is told.
fn unnamed(standing: &Standing, action: &str) -> std::io::Result<String> {
    let accounts = &standing.kept.state.accounts;
    let only = accounts.values().next().filter(|_| accounts.len() == 1);
    let unsaid = unsaid(action, only.map_or("*", |account| &account.account_id));
    if let Some(note) = &unsaid.note {
        let note = note.replace("`--resource` names it", "name it behind the action");
        write!(stderr(), "{}", visible(&format!("note: {note}\n")))?;
    }
    Ok(unsaid.resource)
}

/// What a state says of a resource whose account is not in it, or which is another account's in it.
fn elsewhere(standing: &Standing, resource: &str) -> Option<String> {
    let mut fields = resource.splitn(5, ':').skip(1);
    let (service, account, id) = (fields.next()?, fields.nth(1)?, fields.next()?);
    let accounts = &standing.kept.state.accounts;
    let bucket = id.split('/').next().filter(|_| service == "oss").unwrap_or_default();
    let owner = accounts.values().find(|one| one.buckets.contains_key(bucket)).map(|one| one.account_id.as_str());
    if matches!(account, "" | "*") || owner == Some(account) {
        return None;
    }
    if let Some(owner) = owner {
        return Some(format!("bucket `{bucket}` is one of account {owner} in the state, and not of account {account}"));
    }
    standing.kept.state.account(account).is_none().then(|| {
        let known: Vec<&str> = accounts.values().map(|one| one.account_id.as_str()).collect();
        format!("account {account} is not in the state, which has {}", known.join(", "))
    })
}

fn text(shown: &[&Holder], all: usize, action: &str, resource: &str) -> String {
    let mut page = Page::default();
    for holder in shown {
        let word = match (holder.verdict, &holder.on_condition) {
            (Verdict::ExplicitDeny, None) => "denied",
            (Verdict::Allow, _) => "may",
            _ => "may, on a condition",
        };
        let everybody = if holder.principal == "*" { " (everybody, without a signature)" } else { "" };
        page.line(0, format_args!("{}{everybody}: {word}", holder.principal));
        if let Some(by) = &holder.by {
            page.line(1, by);
        }
        for condition in holder.on_condition.iter().flatten() {
            page.line(1, format_args!("if {condition}"));
        }
    }
    if shown.is_empty() {
        page.line(0, format_args!("nobody may {action} on {resource}, of {}", count(all, "principal")));
        page.line(0, "the owner of its account may whatever no policy can take away");
    }
    page.into_text()
}
