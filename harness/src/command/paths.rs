//! `acslab paths`

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use miette::Diagnostic;
use serde_json::json;

use super::format::Format;
use super::from::From;
use super::out::stdout;
use super::scenario_file::{self, ScenarioFileError};
use crate::authorization::Kept;
use crate::exit::Exit;
use crate::import::{Several, StandingError};
use crate::page::Page;
use crate::paths::{Found, Goal, MOST_LOSING, of_path, paths, steps_in_words};
use crate::record::made_of_steps;
use crate::words::plain;

const EXAMPLES: &str = "\
Examples:
  acslab paths --from state                     who can come to whom, and to administer the account
  acslab paths alice --from state               what she can come to
  acslab paths alice admin --from state         how she comes to administer it
  acslab paths alice role/ops --from state --as-scenario path.yaml

Each step is decided by the policies as they are after the steps before it. Where there is no path, the answer says which steps were
looked at.

Exit codes: 0 there is no path, 1 there are some, or too many ways to look at all, 2 the input is wrong";

/// Show who can become or grant whom, step by step
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Paths {
    /// Who [default: every RAM user and role]
    who: Option<String>,
    /// What for: a user, a role, or `admin` [default: anything]
    to: Option<String>,
    #[command(flatten)]
    from: From,
    /// Write the first path as a scenario to this file
    #[arg(long, value_name = "FILE")]
    as_scenario: Option<PathBuf>,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Why nothing can be searched.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum PathsError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Standing(#[from] StandingError),
    #[error("nobody is called `{0}`")]
    Nobody(String),
    #[error(transparent)]
    Several(#[from] Several),
    #[error("no scenario can be made: {0}")]
    NoScenario(String),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Scenario(#[from] ScenarioFileError),
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl Paths {
    pub(super) fn execute(self) -> Result<Exit, PathsError> {
        let standing = self.from.standing()?;
        let all = standing.authority.principals();
        let find = |named: &str| standing.known(named)?.ok_or_else(|| PathsError::Nobody(named.to_owned()));
        let from = match &self.who {
            Some(who) => vec![find(who)?],
            None => all.clone(),
        };
        let goal = match self.to.as_deref() {
            None => None,
            Some("admin" | "administrator") => Some(None),
            Some(named) => Some(Some(Goal::Become(find(named)?))),
        };
        let wanted = |found: &Goal| match &goal {
            None => true,
            Some(None) => matches!(found, Goal::Administer(_)),
            Some(Some(goal)) => found == goal,
        };
        let found = paths(&standing.kept.state, &from, wanted);
        let mut out = stdout();
        match self.format {
            Format::Text => write!(out, "{}", plain(&text(&found, from.len())))?,
            Format::Json => writeln!(out, "{:#}", json!(found))?,
        }
        if let (Some(file), Some(path)) = (&self.as_scenario, found.paths.first()) {
            let (title, steps) = of_path(path).map_err(PathsError::NoScenario)?;
            let state = Kept::from(standing.kept.state.clone());
            let made = made_of_steps(title, "A path to more.", steps, state, &scenario_file::state_of(file));
            scenario_file::write_played(file, &made)?;
        }
        Ok(Exit::held(found == Found::default()))
    }
}

fn text(found: &Found, from: usize) -> String {
    let mut page = Page::default();
    for path in &found.paths {
        page.line(0, format_args!("{} comes to be {}", path.from, path.goal));
        for (number, step) in path.steps.iter().enumerate() {
            page.line(1, format_args!("{}. {step}{}", number + 1, path.with(number)));
        }
    }
    for who in &found.incomplete {
        page.line(0, format_args!("{who}: too many ways to look at all, so there may be more paths"));
    }
    if found.paths.is_empty() {
        let none = if found.incomplete.is_empty() { "no path" } else { "no path was found" };
        page.line(0, format_args!("{none}, from {}", crate::words::count(from, "principal")));
        page.line(1, format_args!("by {}", steps_in_words()));
        page.line(1, format_args!("and at most {MOST_LOSING} steps that take something from somebody who goes on; other ways are not looked at"));
    }
    page.into_text()
}
