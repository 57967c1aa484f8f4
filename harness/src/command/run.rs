//! `acslab run`

use std::collections::{BTreeMap, HashSet};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use acslab_emulator::signature::Secret;
use clap::{Args, ValueEnum};
use miette::Diagnostic;

use super::out::{stderr, stdout};
use super::system_policies::{SystemPoliciesError, SystemPolicyOptions};
use crate::exit::Exit;
use crate::report::{End, Junit, Options, Paint, Report, ReportError, Terminal, render};
use crate::runner::{self, Owner, Plan, Target};
use crate::scenario::{self, LoadError, Mistake, Scenario};
use crate::snapshot::{Mode, Store, folder_of};
use crate::words::{count, io_reason};

const EXAMPLES: &str = "\
Examples:
  acslab run                                 every scenario in scenarios/
  acslab run scenarios/langstudio --only oss those of a folder with `oss` in name or title
  acslab run --accept                        take the states found as the snapshots
  acslab run --endpoint http://127.0.0.1:8820 scenarios/langstudio/owner-authorizes.yaml
                                             one scenario against a running `acslab serve`

Each scenario gets an emulator of its own, so they run side by side. With --endpoint they run one
after another at that address, and find whatever was left there.

Exit codes: 0 all hold, 1 a scenario or a snapshot differs, 2 the input is wrong";

/// Replay scenarios and compare the authorization state that each leaves with its snapshot
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Run {
    /// Scenario files, or folders of them
    #[arg(default_value = "scenarios")]
    paths: Vec<PathBuf>,
    /// Only scenarios with this in their name or title
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Compare and write nothing, and let a snapshot without a scenario fail the run; the
    /// environment variable CI does the same
    #[arg(long, conflicts_with = "accept")]
    check: bool,
    /// Take the states found as the snapshots
    #[arg(long)]
    accept: bool,
    /// The folder of all snapshots [default: `snapshots` beside `scenarios`]
    #[arg(long, value_name = "FOLDER")]
    snapshots: Option<PathBuf>,
    /// The seed of ids and secrets
    #[arg(long, default_value_t = 1, conflicts_with = "endpoint")]
    seed: u64,
    #[command(flatten)]
    system: SystemPolicyOptions,
    /// How many scenarios to run at a time [default: one for each processor]
    #[arg(long, value_name = "NUMBER")]
    jobs: Option<usize>,
    /// Run against this address instead of emulators of their own
    #[arg(long, value_name = "URL", conflicts_with_all = ["system_policies", "system_policy_versions"])]
    endpoint: Option<String>,
    /// The key of an account owner at the endpoint; repeat it for several accounts
    #[arg(long = "owner", value_name = "KEY_ID:SECRET", requires = "endpoint")]
    owners: Vec<String>,
    /// Also write a JUnit report
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Print how long each scenario took
    #[arg(long)]
    timings: bool,
    /// Colours
    #[arg(long, value_enum, default_value_t = When::Auto)]
    color: When,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum When {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Why nothing was run, or not to its end.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum RunError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Load(#[from] LoadError),
    #[error("no scenario matches `{0}`")]
    #[diagnostic(help("`--only` takes a part of a scenario's name or title"))]
    NothingMatches(String),
    #[error("`{0}` is not an owner's key: expected `ACCESS_KEY_ID:ACCESS_KEY_SECRET`")]
    #[diagnostic(help("`acslab serve` prints both"))]
    NotAKey(String),
    #[error("`--endpoint` needs the access key of an account owner")]
    #[diagnostic(help(
        "give `--owner ACCESS_KEY_ID:ACCESS_KEY_SECRET`, or export ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"
    ))]
    NoKey,
    #[error("`{0}` is not an address: expected `http://HOST:PORT`")]
    #[diagnostic(help("`acslab serve` prints it"))]
    NotAnEndpoint(String),
    #[error("cannot use {endpoint}: {why}")]
    #[diagnostic(help("it has to be where `acslab serve` listens, and the key one that it printed"))]
    Endpoint { endpoint: String, why: String },
    #[error(transparent)]
    #[diagnostic(transparent)]
    SystemPolicies(#[from] SystemPoliciesError),
    #[error("cannot use the snapshots in `{path}`: {why}")]
    #[diagnostic(help("`--snapshots FOLDER` names another folder"))]
    Snapshots { path: String, why: String },
    #[error(transparent)]
    Report(#[from] ReportError),
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl Run {
    pub(super) fn execute(self) -> Result<Exit, RunError> {
        let loaded = scenario::load(&self.paths)?;
        if !loaded.mistakes.is_empty() {
            self.show(loaded.mistakes.iter())?;
            let mistakes = count(loaded.mistakes.len(), "mistake");
            writeln!(stderr(), "{mistakes} in the scenarios; nothing was run")?;
            return Ok(Exit::BadInput);
        }
        let scenarios = self.selected(loaded.scenarios)?;
        // Several scenarios may name one file.
        let mut told = HashSet::new();
        let doubts = scenarios.iter().flat_map(|scenario| &scenario.doubts);
        self.show(doubts.filter(|doubt| told.insert(doubt.identity())))?;
        let plan = self.plan()?;
        let mut reports = self.reports();
        let mut told: Result<(), ReportError> = Ok(());
        let summary = runner::run(&scenarios, &plan, &mut |event| {
            for report in &mut reports {
                let report = report.event(&event);
                told = std::mem::replace(&mut told, Ok(())).and(report);
            }
        });
        told?;
        let unreferenced = self.unreferenced(&scenarios)?;
        let end = End { summary: &summary, unreferenced: &unreferenced };
        for report in &mut reports {
            report.end(&end)?;
        }
        let stale = plan.mode == Mode::Check && !unreferenced.is_empty();
        Ok(Exit::held(summary.failed == 0 && !stale))
    }

    /// The reports that are asked for: always the one for people.
    fn reports(&self) -> Vec<Box<dyn Report>> {
        let paint = match self.color {
            When::Auto => Paint::auto(),
            When::Always => Paint::ON,
            When::Never => Paint::OFF,
        };
        let options = Options { paint, timings: self.timings };
        let mut reports: Vec<Box<dyn Report>> = vec![Box::new(Terminal::new(stdout(), options))];
        if let Some(file) = &self.junit {
            reports.push(Box::new(Junit::new(file.clone())));
        }
        reports
    }

    /// Shows places in scenario files on standard error.
    fn show<'m>(&self, all: impl Iterator<Item = &'m Mistake>) -> std::io::Result<()> {
        let paint = match self.color {
            When::Auto if !std::io::stderr().is_terminal() => Paint::OFF,
            When::Auto => Paint::auto(),
            When::Always => Paint::ON,
            When::Never => Paint::OFF,
        };
        let mut err = std::io::BufWriter::new(stderr());
        for one in all {
            writeln!(err, "{}", render(one, one.source(), paint))?;
        }
        err.flush()
    }

    fn selected(&self, mut scenarios: Vec<Scenario>) -> Result<Vec<Scenario>, RunError> {
        if let Some(only) = &self.only {
            scenarios.retain(|one| one.name.contains(only) || one.title.value.contains(only));
            if scenarios.is_empty() {
                return Err(RunError::NothingMatches(only.clone()));
            }
        }
        Ok(scenarios)
    }

    fn plan(&self) -> Result<Plan, RunError> {
        let in_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let (target, jobs) = match &self.endpoint {
            None => {
                (Target::Own { seed: self.seed, system_policies: self.system.read()? }, self.jobs.unwrap_or(processors))
            }
            Some(url) => (self.endpoint(url)?, 1),
        };
        Ok(Plan {
            target,
            jobs,
            mode: match (self.accept, self.check || in_ci) {
                (true, _) => Mode::Accept,
                (false, true) => Mode::Check,
                (false, false) => Mode::Review,
            },
            snapshots: self.snapshots.clone(),
            decisions: false,
            ..Plan::default()
        })
    }

    fn endpoint(&self, url: &str) -> Result<Target, RunError> {
        let authority = url
            .strip_prefix("http://")
            .map(|rest| rest.trim_end_matches('/'))
            .filter(|authority| !authority.is_empty() && !authority.contains('/'))
            .ok_or_else(|| RunError::NotAnEndpoint(url.to_owned()))?;
        let mut owners = Vec::new();
        for key in &self.owners {
            let (id, secret) = key.split_once(':').ok_or_else(|| RunError::NotAKey(key.clone()))?;
            owners.push((id.to_owned(), secret.to_owned()));
        }
        if owners.is_empty() {
            let variable = |name: &str| std::env::var(name).map_err(|_| RunError::NoKey);
            owners.push((variable("ALIBABA_CLOUD_ACCESS_KEY_ID")?, variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET")?));
        }
        let owners = owners
            .into_iter()
            .map(|(id, secret)| Owner::at(authority, id, Secret::new(secret)))
            .collect::<Result<_, _>>()
            .map_err(|why| RunError::Endpoint { endpoint: url.to_owned(), why })?;
        Ok(Target::Endpoint { authority: authority.to_owned(), owners })
    }

    /// Snapshots without a scenario, where all scenarios of a folder of snapshots are known.
    fn unreferenced(&self, scenarios: &[Scenario]) -> Result<Vec<String>, RunError> {
        if self.only.is_some() || !self.paths.iter().any(|path| is_root(path)) {
            return Ok(Vec::new());
        }
        let mut by_folder: BTreeMap<PathBuf, Vec<&str>> = BTreeMap::new();
        for scenario in scenarios {
            let own = || folder_of(scenario.source.path());
            let folder = self.snapshots.clone().unwrap_or_else(own);
            by_folder.entry(folder).or_default().push(&scenario.name);
        }
        let mut files = Vec::new();
        for (folder, names) in by_folder {
            let found = Store::new(folder.clone()).unreferenced(names);
            files.extend(
                found.map_err(|error| RunError::Snapshots {
                    path: folder.display().to_string(),
                    why: io_reason(&error),
                })?,
            );
        }
        Ok(files.iter().map(|file| file.display().to_string()).collect())
    }
}

/// Whether a path is the folder `scenarios` itself, in whatever way it was written.
fn is_root(path: &Path) -> bool {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    path.file_name().is_some_and(|name| name == "scenarios")
}
