//! `acslab may`

use std::io::Write;

use clap::Args;
use miette::Diagnostic;
use serde_json::json;

use super::format::Format;
use super::from::{From, tell_of};
use super::out::stdout;
use crate::ask::{Grant, NotAsked, may};
use crate::exit::Exit;
use crate::import::{Concern, Several, StandingError};
use crate::page::Page;
use crate::words::{count, plain};

/// How many of the known actions of a pattern are named.
const NAMED: usize = 8;

const EXAMPLES: &str = "\
Examples:
  acslab may alice --from state                    what she may do: by service, by statement, with what denies
  acslab may role/ops --from state --service oss   of one service
  acslab may acs:ram::1234567890123456:user/bob    of a running server

Exit codes: 0 it may do something, 1 nothing, 2 the input is wrong";

/// Say what a principal may do: by service, action and resource
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct May {
    /// Who: an ARN, a name, user/NAME or role/NAME
    principal: String,
    #[command(flatten)]
    from: From,
    /// One service alone, by its code: oss, ram
    #[arg(long, value_name = "CODE")]
    service: Option<String>,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Why nothing can be asked.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum MayError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Standing(#[from] StandingError),
    #[error(transparent)]
    NotAsked(#[from] NotAsked),
    #[error(transparent)]
    Several(#[from] Several),
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl May {
    pub(super) fn execute(self) -> Result<Exit, MayError> {
        let standing = self.from.untold()?;
        let who = standing.principal(&self.principal)?;
        tell_of(&standing, Concern { whom: std::slice::from_ref(&who), actions: &[] });
        let mut grants = may(&standing, &who)?;
        if let Some(service) = &self.service {
            let of = |grant: &Grant| grant.service.eq_ignore_ascii_case(service) || grant.service.contains('*');
            grants.retain(of);
        }
        let mut out = stdout();
        match self.format {
            Format::Json => writeln!(out, "{:#}", json!({"principal": who, "grants": grants}))?,
            Format::Text => write!(out, "{}", plain(&text(&who, &grants, self.service.as_deref())))?,
        }
        Ok(Exit::held(grants.iter().any(|grant| grant.allows)))
    }
}

fn text(who: &str, grants: &[Grant], service: Option<&str>) -> String {
    let mut page = Page::default();
    page.line(0, who);
    if !grants.iter().any(|grant| grant.allows) {
        let of = service.map_or_else(String::new, |service| format!(" of {service}"));
        page.line(1, format_args!("nothing: no policy allows it anything{of}"));
    }
    let mut service = None;
    for grant in grants {
        if service != Some(&grant.service) {
            let title = grant.title.as_ref().map_or_else(String::new, |title| format!(" ({title})"));
            page.line(1, format_args!("{}{title}", grant.service));
            service = Some(&grant.service);
        }
        let (word, not) = (if grant.allows { "allow" } else { "deny" }, if grant.negated { "all but " } else { "" });
        page.line(2, format_args!("{word} {not}{} on {}", grant.action, grant.resources.join(", ")));
        let known = &grant.known;
        if known.len() > 1 || known.first().is_some_and(|only| *only != grant.action) {
            let (shown, more) = known.split_at(known.len().min(NAMED));
            let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
            page.line(3, format_args!("{}: {}{more}", count(known.len(), "known action"), shown.join(", ")));
        }
        for condition in &grant.conditions {
            page.line(3, format_args!("if {condition}"));
        }
        if let Some(group) = &grant.resource_group {
            page.line(3, format_args!("in resource group {group} alone"));
        }
        page.line(3, format_args!("by {}", grant.by));
    }
    page.into_text()
}
