//! `acslab run`

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use acslab_emulator::signature::Secret;
use clap::{Args, ValueEnum};

use super::{CommandError, Done, SystemPolicyOptions};
use crate::exit;
use crate::report::{self, Junit, Options, Paint, Terminal};
use crate::runner::{self, Owner, Plan, Target};
use crate::scenario::{self, Scenario};
use crate::snapshot::{Mode, Store, folder_of};

const EXAMPLES: &str = "\
Examples:
  acslab run                                 every scenario in scenarios/
  acslab run scenarios/langstudio --only oss those of a folder with `oss` in name or title
  acslab run --accept                        take the states found as the snapshots
  acslab run --endpoint http://127.0.0.1:8820 scenarios/langstudio/owner-authorizes.yaml
                                             one scenario against a running `acslab serve`

Each scenario gets an emulator of its own, so they run side by side. With --endpoint they run one
after another at that address, and find whatever was left there.";

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

impl Run {
    pub(super) fn execute(self) -> Done {
        let paint = match self.color {
            When::Auto => Paint::auto(),
            When::Always => Paint::ON,
            When::Never => Paint::OFF,
        };
        let loaded = scenario::load(&self.paths)?;
        if !loaded.mistakes.is_empty() {
            return show_mistakes(&loaded.mistakes, self.color);
        }
        let scenarios = self.selected(loaded.scenarios)?;
        let plan = self.plan()?;
        let options = Options { paint, timings: self.timings };
        let mut terminal = Terminal::new(std::io::stdout(), options);
        let mut junit = self.junit.clone().map(Junit::new);
        let mut written = Ok(());
        let summary = runner::run(&scenarios, &plan, &mut |event| {
            if let Some(junit) = &mut junit {
                junit.event(&event);
            }
            let printed = terminal.event(&event);
            if written.is_ok() {
                written = printed;
            }
        });
        written?;
        let unreferenced = self.unreferenced(&scenarios)?;
        terminal.end(&summary, &unreferenced)?;
        if let (Some(junit), Some(path)) = (junit, &self.junit) {
            junit.write().map_err(|error| CommandError::Write {
                path: path.display().to_string(),
                why: crate::words::io_reason(&error),
            })?;
        }
        let stale = plan.mode == Mode::Check && !unreferenced.is_empty();
        Ok(if summary.failed > 0 || stale { exit::DIFFERS } else { exit::HOLDS })
    }

    fn selected(&self, mut scenarios: Vec<Scenario>) -> Result<Vec<Scenario>, CommandError> {
        if let Some(only) = &self.only {
            scenarios.retain(|one| one.name.contains(only) || one.title.value.contains(only));
            if scenarios.is_empty() {
                return Err(CommandError::NothingMatches(only.clone()));
            }
        }
        Ok(scenarios)
    }

    fn plan(&self) -> Result<Plan, CommandError> {
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
        })
    }

    fn endpoint(&self, url: &str) -> Result<Target, CommandError> {
        let authority = url
            .strip_prefix("http://")
            .map(|rest| rest.trim_end_matches('/'))
            .filter(|authority| !authority.is_empty() && !authority.contains('/'))
            .ok_or_else(|| CommandError::NotAnEndpoint(url.to_owned()))?;
        let mut owners = Vec::new();
        for key in &self.owners {
            let (id, secret) = key.split_once(':').ok_or_else(|| CommandError::NotAKey(key.clone()))?;
            owners.push((id.to_owned(), secret.to_owned()));
        }
        if owners.is_empty() {
            let variable = |name: &str| std::env::var(name).map_err(|_| CommandError::NoKey);
            owners.push((variable("ALIBABA_CLOUD_ACCESS_KEY_ID")?, variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET")?));
        }
        let owners = owners
            .into_iter()
            .map(|(id, secret)| Owner::at(authority, id, Secret::new(secret)))
            .collect::<Result<_, _>>()
            .map_err(|why| CommandError::Endpoint { endpoint: url.to_owned(), why })?;
        Ok(Target::Endpoint { authority: authority.to_owned(), owners })
    }

    /// Snapshots without a scenario, where all scenarios of a folder of snapshots are known.
    fn unreferenced(&self, scenarios: &[Scenario]) -> Result<Vec<String>, CommandError> {
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
            files.extend(found.map_err(|error| CommandError::Write {
                path: folder.display().to_string(),
                why: crate::words::io_reason(&error),
            })?);
        }
        Ok(files.iter().map(|file| file.display().to_string()).collect())
    }
}

/// Whether a path is the folder `scenarios` itself, in whatever way it was written.
fn is_root(path: &Path) -> bool {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    path.file_name().is_some_and(|name| name == "scenarios")
}

fn show_mistakes(mistakes: &[scenario::Mistake], color: When) -> Done {
    let mut err = std::io::stderr().lock();
    let paint = match color {
        When::Auto if !err.is_terminal() => Paint::OFF,
        When::Auto => Paint::auto(),
        When::Always => Paint::ON,
        When::Never => Paint::OFF,
    };
    for mistake in mistakes {
        writeln!(err, "{}", report::render(mistake, paint))?;
    }
    let what = crate::words::count(mistakes.len(), "mistake");
    writeln!(err, "{what} in the scenarios; nothing was run")?;
    Ok(exit::BAD_INPUT)
}
