//! `acslab diff`

use std::io::Write;

use acslab_policy::{Difference, Example, Verdict, diff};
use clap::Args;
use miette::Diagnostic;
use serde_json::json;

use super::faults;
use super::format::Format;
use super::out::stdout;
use crate::exit::Exit;
use crate::page::Page;
use crate::simulate::{PolicyError, policy_set, remedies::known_actions};
use crate::words::{count, plain};

/// How many of the actions that are treated alike are named.
const NAMED: usize = 6;

const EXAMPLES: &str = "\
Examples:
  acslab diff old.json new.json       what the new policy allows that the old one does not, and the reverse
  acslab diff before/ after/          the same for all policies of two folders, each folder taken as one set
  acslab diff system:AliyunPAILangStudioDefaultRolePolicy custom.json
                                      a system policy by its name
  acslab diff system:AliyunKMSCryptoUserAccess@v1 system:AliyunKMSCryptoUserAccess
                                      what its newer version opened

Every difference is shown by a request that the two decide differently. Where none is shown there is none.

Exit codes: 0 they allow the same, 1 they differ, 2 the input is wrong";

/// Show what one policy, or set of policies, allows that another does not
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Diff {
    /// A policy file, a folder of them, or `system:NAME`, perhaps with `@VERSION`
    old: String,
    /// A policy file, a folder of them, or `system:NAME`, perhaps with `@VERSION`
    new: String,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Why policies cannot be compared.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum DiffError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Policy(#[from] PolicyError),
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl Diff {
    pub(super) fn execute(self) -> Result<Exit, DiffError> {
        let (old, new) = match (policy_set(&self.old), policy_set(&self.new)) {
            (Ok(old), Ok(new)) => (old, new),
            (Err(error), _) | (_, Err(error)) => return faults::shown(error, "compared"),
        };
        let difference = diff(&old, &new, &known_actions());
        let mut out = stdout();
        match self.format {
            Format::Text => write!(out, "{}", plain(&text(&difference)))?,
            Format::Json => writeln!(out, "{:#}", json!(difference))?,
        }
        Ok(Exit::held(difference.is_none()))
    }
}

fn text(difference: &Difference) -> String {
    let mut page = Page::default();
    if difference.is_none() {
        page.line(0, "both allow the same");
    }
    section(&mut page, "+", "only the new one allows", &difference.gained);
    section(&mut page, "-", "only the old one allows", &difference.lost);
    if !difference.complete {
        page.line(0, "the policies have too many combinations to look at all: there may be more differences");
    }
    page.into_text()
}

fn section(page: &mut Page, mark: &str, title: &str, examples: &[Example]) {
    if examples.is_empty() {
        return;
    }
    page.line(0, format_args!("{title}, shown by {}:", count(examples.len(), "request")));
    for example in examples {
        let other = match example.patterns.as_slice() {
            _ if example.known => String::new(),
            [] => " (one that stands for others that are not named)".to_owned(),
            patterns => format!(" (one that stands for others of {})", patterns.join(", ")),
        };
        let on = if example.any_resource { "any resource" } else { &example.resource };
        page.line(1, format_args!("{mark} {}{other} on {on}", example.action));
        if !example.like.is_empty() {
            let (shown, more) = example.like.split_at(example.like.len().min(NAMED));
            let more = if more.is_empty() { String::new() } else { format!(", and {} more", more.len()) };
            page.line(3, format_args!("likewise {}{more}", shown.join(", ")));
        }
        for (key, value) in &example.context {
            page.line(3, format_args!("with {key} = `{value}`"));
        }
        if example.conditional && example.context.is_empty() {
            page.line(3, "without the condition keys that the policies ask for");
        }
        let denied = [example.old.verdict, example.new.verdict].contains(&Verdict::ExplicitDeny);
        if denied {
            page.line(3, "the other denies it explicitly");
        }
    }
}
