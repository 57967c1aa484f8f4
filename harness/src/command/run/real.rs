//! `acslab run --real`: what is asked, told and confirmed around a run against the real cloud.

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::arguments::Run;
use super::error::RunError;
use crate::command::out::{stderr, stdout};
use crate::exit::Exit;
use crate::parity::{self, Options, Pace, Plan, Profile, RunId, Session};
use crate::report::ReportError;
use crate::runner;
use crate::scenario;
use crate::words::{count, visible};

/// Against the real cloud.
#[derive(Debug, Args)]
#[expect(clippy::struct_field_names, reason = "the command line calls them so")]
pub(super) struct Real {
    /// Play scenarios that say `real: true` against the real cloud as well, with this profile of the aliyun CLI, and say where the
    /// emulator answers differently
    #[arg(
        long,
        value_name = "PROFILE",
        conflicts_with_all = [
            "endpoint", "accept", "review", "watch", "repeat", "mutate", "coverage", "coverage_min", "coverage_lcov",
            "coverage_html", "update_only_failed", "junit", "html", "markdown", "sarif", "events", "system_policies",
            "system_policy_versions",
        ],
        help_heading = "The real cloud"
    )]
    pub(super) real: Option<String>,
    /// Do not ask before something is made in the real cloud
    #[arg(long, requires = "real", help_heading = "The real cloud")]
    yes: bool,
    /// Only remove what an earlier run against the real cloud left
    #[arg(long, requires = "real", help_heading = "The real cloud")]
    clean: bool,
    /// Keep what was found in this file
    #[arg(long, value_name = "FILE", requires = "real", help_heading = "The real cloud")]
    real_report: Option<PathBuf>,
    /// At most so many calls a second
    #[arg(long, value_name = "NUMBER", requires = "real", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100), help_heading = "The real cloud")]
    calls_a_second: u32,
    /// How long the real cloud is given until what was changed of a RAM user, role or policy counts
    #[arg(long, value_name = "SECONDS", requires = "real", default_value_t = 10, value_parser = clap::value_parser!(u64).range(0..=600), help_heading = "The real cloud")]
    settle: u64,
    /// The folder where it is written down what was made [default: acslab/real in XDG_STATE_HOME]
    #[arg(long, value_name = "FOLDER", requires = "real", help_heading = "The real cloud")]
    journal: Option<PathBuf>,
}

impl Run {
    /// Against the real cloud as the profile of this name.
    pub(super) fn against_the_cloud(&self, profile: &str) -> Result<Exit, RunError> {
        let profile = Profile::read(profile)?;
        let pace = Pace { calls_a_second: self.real.calls_a_second, settle: Duration::from_secs(self.real.settle) };
        let options = Options { pace, journals: self.real.journal.clone() };
        if self.real.clean {
            return self.clean(&Session::open(profile, &options)?);
        }
        let loaded = scenario::load(&self.paths)?;
        let selected = self.selected(loaded)?;
        let mistakes = selected.mistakes();
        self.show(mistakes.iter())?;
        if !mistakes.is_empty() {
            writeln!(stderr(), "{} in the scenarios; nothing was run", count(mistakes.len(), "mistake"))?;
            return Ok(Exit::BadInput);
        }
        let plan = Plan::new(&selected.scenarios, RunId::random());
        if plan.scenarios() == 0 {
            for not in &plan.not_played {
                writeln!(stderr(), "not played: {}: {}", not.scenario, not.why)?;
            }
            writeln!(stderr(), "error: no scenario can be played against the real cloud")?;
            return Ok(Exit::Nothing);
        }
        let session = Session::open(profile, &options)?;
        write!(stdout(), "{}", visible(&plan.text(&session.who())))?;
        for run in session.unfinished()? {
            writeln!(stdout(), "\nrun {run} has left something, or is under way: `--clean` removes it")?;
        }
        if !self.confirmed("Play them?")? {
            return Ok(Exit::BadInput);
        }
        writeln!(stdout())?;
        let mut wrong = Ok(());
        let report = session.run(&plan, &mut |compared| {
            if wrong.is_ok() {
                wrong = write!(stdout(), "{}", visible(&compared.text()));
            }
        })?;
        wrong?;
        if let Some(file) = &self.real.real_report {
            crate::files::write(file, report.to_json().as_bytes())
                .map_err(|error| ReportError::File(file.clone(), error))?;
        }
        write!(stdout(), "{}", visible(&report.summary()))?;
        // What is left is said first: somebody has to remove it.
        if runner::is_interrupted() && report.left.is_empty() {
            return Ok(Exit::Interrupted);
        }
        Ok(Exit::held(report.is_equal() && report.left.is_empty()))
    }

    fn clean(&self, session: &Session) -> Result<Exit, RunError> {
        let unfinished = session.unfinished()?;
        if unfinished.is_empty() {
            writeln!(stdout(), "no run of this account has left anything")?;
            return Ok(Exit::Holds);
        }
        writeln!(stdout(), "removes what was made by {}, as {}", unfinished.join(", "), session.who())?;
        if !self.confirmed("Remove it?")? {
            return Ok(Exit::BadInput);
        }
        let cleaned = parity::clean(session)?;
        writeln!(stdout(), "{} removed, {} finished", count(cleaned.gone, "thing"), count(cleaned.runs.len(), "run"))?;
        for (run, profile) in &cleaned.others {
            writeln!(stdout(), "{run} was made in another account, by profile `{profile}`")?;
        }
        for left in &cleaned.left {
            writeln!(stdout(), "LEFT: {}", visible(left))?;
        }
        Ok(Exit::held(cleaned.left.is_empty()))
    }

    /// Asks, unless that is answered already. Where nobody can answer, it is no.
    fn confirmed(&self, question: &str) -> Result<bool, RunError> {
        if self.real.yes {
            return Ok(true);
        }
        if !std::io::stdin().is_terminal() {
            writeln!(stderr(), "error: nobody can be asked whether to go on; `--yes` says so beforehand")?;
            return Ok(false);
        }
        write!(stdout(), "\n{question} [y/N] ")?;
        stdout().flush()?;
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer)?;
        let yes = matches!(answer.trim(), "y" | "yes" | "Y");
        if !yes {
            writeln!(stdout(), "nothing was done")?;
        }
        Ok(yes)
    }
}
