//! What `acslab run` takes.

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{Args, ValueEnum};

use super::real::Real;
use super::select::Shard;
use crate::command::system_policies::SystemPolicyOptions;

const EXAMPLES: &str = "\
Examples:
  acslab run                                 every scenario in scenarios/
  acslab run scenarios/langstudio --only oss those of a folder with `oss` in name or title
  acslab run --accept                        take the states found as the snapshots
  acslab run --endpoint http://127.0.0.1:8820 scenarios/langstudio/owner-authorizes.yaml
                                             one scenario against a running `acslab serve`
  acslab run --check --html report.html --junit report.xml
                                             as CI does, with reports
  acslab run --real default scenarios/parity
                                             some against the real cloud as well, with a profile of the aliyun CLI
  acslab run --coverage --mutate             what of the policies the scenarios reach, and whether they would notice a change

Each scenario gets an emulator of its own, so they run side by side. With --endpoint they run one
after another at that address, and find whatever was left there.

Exit codes: 0 all hold, 1 a scenario or a snapshot differs, 2 the input is wrong, 3 nothing was
selected, 4 interrupted, 70 a fault of acslab";

/// Replay scenarios and compare the authorization state that each leaves with its snapshot
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(in crate::command) struct Run {
    /// Scenario files, or folders of them
    #[arg(default_value = "scenarios")]
    pub(super) paths: Vec<PathBuf>,

    /// Only scenarios with this in their name or title
    #[arg(long, value_name = "TEXT", help_heading = "Which")]
    pub(super) only: Option<String>,
    /// Only scenarios in whose name or title this regular expression is found
    #[arg(long, value_name = "REGEX", help_heading = "Which")]
    pub(super) filter: Option<String>,
    /// Only scenarios with one of these tags; repeat it for several
    #[arg(long = "tag", value_name = "TAG", help_heading = "Which")]
    pub(super) tags: Vec<String>,
    /// Only one part of several, such as `2/5`, for machines that share the work
    #[arg(long, value_name = "PART/PARTS", help_heading = "Which")]
    pub(super) shard: Option<Shard>,
    /// Split by how long scenarios took, as these events of an earlier run say
    #[arg(long, value_name = "FILE", requires = "shard", help_heading = "Which")]
    pub(super) shard_times: Option<PathBuf>,
    /// Only scenarios whose new states wait for review, and take what they leave
    #[arg(long, conflicts_with_all = ["check", "accept"], help_heading = "Which")]
    pub(super) update_only_failed: bool,

    /// Compare and write nothing, and let a snapshot without a scenario fail the run; the
    /// environment variable CI does the same
    #[arg(long, conflicts_with = "accept", help_heading = "Snapshots")]
    pub(super) check: bool,
    /// Take the states found as the snapshots
    #[arg(long, help_heading = "Snapshots")]
    pub(super) accept: bool,
    /// Ask about each state that differs
    #[arg(long, conflicts_with_all = ["check", "accept"], help_heading = "Snapshots")]
    pub(super) review: bool,
    /// The folder of all snapshots [default: `snapshots` beside `scenarios`]
    #[arg(long, value_name = "FOLDER", help_heading = "Snapshots")]
    pub(super) snapshots: Option<PathBuf>,

    /// The seed of ids and secrets
    #[arg(long, default_value_t = 1, conflicts_with = "endpoint", help_heading = "How")]
    pub(super) seed: u64,
    #[command(flatten)]
    pub(super) system: SystemPolicyOptions,
    /// How many scenarios to run at a time [default: one for each processor]
    #[arg(long, value_name = "NUMBER", value_parser = RangedU64ValueParser::<usize>::new().range(1..), help_heading = "How")]
    pub(super) jobs: Option<usize>,
    /// End with the first scenario that does not hold
    #[arg(long, help_heading = "How")]
    pub(super) fail_fast: bool,
    /// Go on after a step that is not as expected, and tell all
    #[arg(long, help_heading = "How")]
    pub(super) keep_going: bool,
    /// Run so many times, each with another seed, and say which scenarios do not always hold
    #[arg(long, value_name = "TIMES", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..), help_heading = "How")]
    pub(super) repeat: u32,
    /// Run again whenever a file changes
    #[arg(long, conflicts_with = "repeat", help_heading = "How")]
    pub(super) watch: bool,
    /// Run against this address instead of emulators of their own
    #[arg(long, value_name = "URL", conflicts_with_all = ["system_policies", "system_policy_versions"], help_heading = "How")]
    pub(super) endpoint: Option<String>,
    /// The key of an account owner at the endpoint; repeat it for several accounts
    #[arg(long = "owner", value_name = "KEY_ID:SECRET", requires = "endpoint", help_heading = "How")]
    pub(super) owners: Vec<String>,

    /// Also write a JUnit report
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    pub(super) junit: Option<PathBuf>,
    /// Also write a page that shows each step with its request, answer and decisions, and the states
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    pub(super) html: Option<PathBuf>,
    /// Also write what changed in who may do what as Markdown, for a pull request
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    pub(super) markdown: Option<PathBuf>,
    /// Also write what does not hold as SARIF
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    pub(super) sarif: Option<PathBuf>,
    /// Also write what happens as JSON, an event a line
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    pub(super) events: Option<PathBuf>,
    /// Print how long each scenario took
    #[arg(long, help_heading = "Reports")]
    pub(super) timings: bool,
    /// Colours
    #[arg(long, value_enum, default_value_t = When::Auto, help_heading = "Reports")]
    pub(super) color: When,

    #[command(flatten)]
    pub(super) coverage: Coverage,
    #[command(flatten)]
    pub(super) mutation: Mutation,
    #[command(flatten)]
    pub(super) real: Real,
}

/// What of the policies the scenarios reach.
#[derive(Debug, Args)]
#[expect(clippy::struct_field_names, reason = "the command line calls them so")]
pub(super) struct Coverage {
    /// Say what of the policies the scenarios reached
    #[arg(long, conflicts_with = "endpoint", help_heading = "Policies")]
    pub(super) coverage: bool,
    /// Fail unless so many per cent of them were reached
    #[arg(long, value_name = "PERCENT", value_parser = percent, conflicts_with = "endpoint", help_heading = "Policies")]
    pub(super) coverage_min: Option<f64>,
    /// Also write the coverage as lcov does; policies that stand in no file of their own go into `FILE.policies`
    #[arg(long, value_name = "FILE", conflicts_with = "endpoint", help_heading = "Policies")]
    pub(super) coverage_lcov: Option<PathBuf>,
    /// Also write the policies with what was never reached marked in them
    #[arg(long, value_name = "FILE", conflicts_with = "endpoint", help_heading = "Policies")]
    pub(super) coverage_html: Option<PathBuf>,
}

/// So many of a hundred.
fn percent(text: &str) -> Result<f64, String> {
    let percent = text.parse().ok().filter(|percent| (0.0..=100.0).contains(percent));
    percent.ok_or_else(|| "expected a number from 0 to 100".to_owned())
}

impl Coverage {
    /// Is it asked for?
    pub(super) fn is_wanted(&self) -> bool {
        let file = self.coverage_lcov.is_some() || self.coverage_html.is_some();
        self.coverage || self.coverage_min.is_some() || file
    }
}

/// Whether the scenarios would notice a change of the policies.
#[derive(Debug, Args)]
pub(super) struct Mutation {
    /// Change the policies one by one, and say which changes nothing notices
    #[arg(long, conflicts_with_all = ["endpoint", "accept", "watch", "repeat", "review"], help_heading = "Policies")]
    pub(super) mutate: bool,
    /// Only policies with this in their name
    #[arg(long = "in", value_name = "POLICY", requires = "mutate", help_heading = "Policies")]
    pub(super) only_in: Option<String>,
    /// Count a change as noticed only where a step or a permission differs, and not the text of the policy alone
    #[arg(long, requires = "mutate", help_heading = "Policies")]
    pub(super) by_behaviour: bool,
    /// Fail unless so many per cent of the changes are noticed [default: 100]
    #[arg(long, value_name = "PERCENT", value_parser = percent, requires = "mutate", help_heading = "Policies")]
    pub(super) mutate_min: Option<f64>,
    /// Keep what was found in this file, and try only what changed since
    #[arg(long, value_name = "FILE", requires = "mutate", help_heading = "Policies")]
    pub(super) mutate_cache: Option<PathBuf>,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum When {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
