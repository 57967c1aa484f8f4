//! `acslab who`

use std::io::Write;

use acslab_policy::Verdict;
use clap::Args;
use miette::Diagnostic;
use serde_json::{Value, json};

use super::doubted;
use super::format::Format;
use super::from::{From, tell_of};
use super::out::{stderr, stdout};
use crate::ask::{Holder, KeyError, NotAsked, keys, who};
use crate::exit::Exit;
use crate::forms::unsaid;
use crate::import::{Concern, Standing, StandingError};
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
        let standing = self.from.untold()?;
        tell_of(&standing, Concern { whom: &[], actions: std::slice::from_ref(&action) });
        let resources = self.resource.clone().map_or_else(|| unnamed(&standing, &action), |one| Ok(vec![one]))?;
        let keys = keys(&self.context)?;
        let may = |holder: &Holder| holder.verdict == Verdict::Allow || holder.on_condition.is_some();
        let is_shown = |holder: &Holder| may(holder) || (self.denied && holder.verdict == Verdict::ExplicitDeny);
        let mut answers = Vec::new();
        for resource in &resources {
            if let Some(text) = elsewhere(&standing, resource) {
                write!(stderr(), "{}", visible(&format!("note: {text}\n")))?;
            }
            let mut holders = who(&standing, &action, resource, &keys)?;
            let all = holders.len();
            holders.retain(is_shown);
            answers.push((resource, holders, all));
        }
        let mut out = stdout();
        match (self.format, answers.as_slice()) {
            (Format::Json, [(_, shown, _)]) => writeln!(out, "{:#}", json!(shown))?,
            (Format::Json, _) => writeln!(out, "{:#}", json!(of_each(&answers)))?,
            (Format::Text, _) => {
                for (resource, shown, all) in &answers {
                    if answers.len() > 1 {
                        writeln!(out, "{}", plain(&format!("{action} on {resource}:")))?;
                    }
                    write!(out, "{}", plain(&text(shown, *all, &action, resource)))?;
                }
            }
        }
        Ok(Exit::held(answers.iter().flat_map(|(_, shown, _)| shown).any(may)))
    }
}

/// Of several resources each is said with whoever may.
fn of_each(answers: &[(&String, Vec<Holder>, usize)]) -> Vec<Value> {
    let one = |(resource, shown, _): &(&String, Vec<Holder>, usize)| json!({"resource": resource, "holders": shown});
    answers.iter().map(one).collect()
}

/// What stands for the resource where none is named, which is told: one of each account.
fn unnamed(standing: &Standing, action: &str) -> std::io::Result<Vec<String>> {
    let accounts: Vec<&str> = standing.kept.named().map(|account| account.account_id.as_str()).collect();
    let mut all: Vec<String> = Vec::new();
    for account in if accounts.is_empty() { vec!["*"] } else { accounts } {
        let unsaid = unsaid(action, account, "name it behind the action");
        if all.contains(&unsaid.resource) {
            continue;
        }
        if let Some(note) = &unsaid.note {
            write!(stderr(), "{}", visible(&format!("note: {note}\n")))?;
        }
        all.push(unsaid.resource);
    }
    Ok(all)
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

fn text(shown: &[Holder], all: usize, action: &str, resource: &str) -> String {
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
