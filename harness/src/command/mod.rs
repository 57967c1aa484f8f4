//! The `acslab` command, one file a command.

mod diff;
mod lint;
mod run;
mod serve;
mod services;
mod simulate;
mod snapshots;
mod version;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use acslab_emulator::{SystemPolicies, SystemPolicyError};
use clap::{Args, Parser, Subcommand};

const ABOUT: &str = "\
A local Alibaba Cloud for the part that decides who may do what.

`acslab run` replays onboarding flows from scenario files against it and compares the \
authorization state that each leaves with a stored snapshot. `acslab serve` starts it for SDKs, \
the aliyun CLI and Terraform.";

const EXAMPLES: &str = "\
Examples:
  acslab run                               replay every scenario in scenarios/
  acslab run scenarios/langstudio --check  as CI does: compare, write nothing
  acslab serve                             start the cloud and print keys to export
  acslab services Ram                      what is performed of RAM, and what it needs
  acslab simulate --policy p.json …        what policies allow, and why, without a server
  acslab diff old.json new.json            what one policy allows that another does not
  acslab lint policy.json                  mistakes in a policy that the cloud does not tell

Exit codes:
  0  all scenarios and snapshots hold
  1  a scenario or a snapshot differs
  2  the input is wrong: command line, scenario file, path or address";

#[derive(Debug, Parser)]
#[command(name = "acslab", about = "A local Alibaba Cloud for authorization", long_about = ABOUT, after_help = EXAMPLES, disable_version_flag = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Diff(diff::Diff),
    Lint(lint::Lint),
    Run(run::Run),
    Serve(serve::Serve),
    Services(services::Services),
    Simulate(simulate::Simulate),
    Snapshots(snapshots::Snapshots),
    Version(version::Version),
}

/// Runs the command that the command line names.
pub fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Diff(diff) => diff.execute(),
        Command::Lint(lint) => lint.execute(),
        Command::Run(run) => run.execute(),
        Command::Serve(serve) => serve.execute(),
        Command::Services(services) => services.execute(),
        Command::Simulate(simulate) => simulate.execute(),
        Command::Snapshots(snapshots) => snapshots.execute(),
        Command::Version(version) => version.execute(),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) if error.is_broken_pipe() => ExitCode::from(crate::exit::HOLDS),
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(help) = error.help() {
                eprintln!("  help: {help}");
            }
            ExitCode::from(crate::exit::BAD_INPUT)
        }
    }
}

/// What a command cannot do, and what to do about it.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error(transparent)]
    Load(#[from] crate::scenario::LoadError),
    #[error("no scenario matches `{0}`")]
    NothingMatches(String),
    #[error("no new state matches `{0}`")]
    NothingPending(String),
    #[error("unknown product `{product}`")]
    UnknownProduct { product: String, near: Option<String> },
    #[error("`{0}` is not an account: expected a name, or `NAME=ID` with an id of 16 digits")]
    NotAnAccount(String),
    #[error("`{0}` is not a service that can be opened")]
    NotAService(String),
    #[error("`{0}` is not an owner's key: expected `ACCESS_KEY_ID:ACCESS_KEY_SECRET`")]
    NotAKey(String),
    #[error("`--endpoint` needs the access key of an account owner")]
    NoKey,
    #[error("`{0}` is not an address: expected `http://HOST:PORT`")]
    NotAnEndpoint(String),
    #[error("cannot use {endpoint}: {why}")]
    Endpoint { endpoint: String, why: String },
    #[error("cannot listen on {address}: {why}")]
    Listen { address: String, why: String },
    #[error(transparent)]
    Start(acslab_emulator::StartError),
    #[error("cannot use the system policies of `{path}`: {why}")]
    SystemPolicies { path: String, why: String },
    #[error("`{0}` is not a role of one of the accounts: expected `ROLE`, or `ACCOUNT/ROLE`")]
    NotARole(String),
    #[error("`{0}` is not a quota")]
    NotAQuota(String),
    #[error("`{0}` does not say how many there may be: expected `NAME=VALUE`")]
    NotAQuotasValue(String),
    #[error("`{0}` does not name an issuer and a file of its keys: expected `ISSUER=FILE`")]
    NotOidcKeys(String),
    #[error("cannot use the keys in `{path}`: {why}")]
    OidcKeys { path: String, why: String },
    #[error("`{0}` is not a system policy with a version: expected `NAME=VERSION`")]
    NotAPolicyVersion(String),
    #[error(transparent)]
    SystemPolicy(#[from] SystemPolicyError),
    #[error("cannot use the certificate authority in `{folder}`: {why}")]
    Authority { folder: String, why: String },
    #[error("there is no folder to keep a certificate authority in")]
    NoDataFolder,
    #[error("cannot write `{path}`: {why}")]
    Write { path: String, why: String },
    #[error(transparent)]
    Policy(#[from] crate::simulate::PolicyError),
    #[error(transparent)]
    Principal(#[from] crate::simulate::PrincipalError),
    #[error("`{action}` on `{resource}` cannot be asked: {why}")]
    NotARequest { action: String, resource: String, why: String },
    #[error("`{0}` is not a condition key with a value: expected `KEY=VALUE`")]
    NotAContext(String),
    #[error("`{path}` is {why}")]
    NotCases { path: String, why: String },
    #[error("the file has no cases")]
    NoCases,
    #[error("there is no rule `{id}`")]
    NoSuchRule { id: String, near: Option<String> },
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl CommandError {
    fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::Load(crate::scenario::LoadError::Unreadable { .. }) => {
                Some("name scenario files, or folders with `.yaml` files in them".into())
            }
            Self::NothingMatches(_) => Some("`--only` takes a part of a scenario's name or title".into()),
            Self::NothingPending(_) => Some("`acslab snapshots list` shows what waits".into()),
            Self::UnknownProduct { near, .. } => Some(near.as_ref().map_or_else(
                || "`acslab services` lists all products".into(),
                |near| format!("did you mean `{near}`?"),
            )),
            Self::NoSuchRule { near, .. } => Some(near.as_ref().map_or_else(
                || "`acslab lint --rules` lists all rules".into(),
                |near| format!("did you mean `{near}`?"),
            )),
            Self::Policy(crate::simulate::PolicyError::NoSuchSystemPolicy { near: Some(near), .. }) => {
                Some(format!("did you mean `{near}`?"))
            }
            Self::NotARequest { .. } => Some(
                "an action is `service:Name`, a resource an ARN `acs:SERVICE:REGION:ACCOUNT:ID` or `*`; neither has wildcards in a request"
                    .into(),
            ),
            Self::NoKey => Some(
                "give `--owner ACCESS_KEY_ID:ACCESS_KEY_SECRET`, or export \
                 ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"
                    .into(),
            ),
            Self::NotAService(_) => {
                Some("there are oss, sls, xtrace, pai, dataworks, maxcompute, and all; VPC needs no activation".into())
            }
            Self::NotAQuota(_) => Some(format!("there are {}", acslab_emulator::Quota::names())),
            Self::Authority { .. } | Self::NoDataFolder => Some("`--tls-folder FOLDER` names another one".into()),
            Self::Listen { .. } => Some("`--port 0` takes a free port".into()),
            _ => None,
        }
    }
}

/// The system policies that `serve` and `run` start with.
#[derive(Debug, Args)]
struct SystemPolicyOptions {
    /// A JSON file of system policies to add to those shipped; a policy that is shipped gets further versions, or others of
    /// the same name
    #[arg(long, value_name = "FILE")]
    system_policies: Option<PathBuf>,
    /// Move a system policy to another version that is known; repeat it for several
    #[arg(long = "system-policy-version", value_name = "NAME=VERSION")]
    system_policy_versions: Vec<String>,
}

impl SystemPolicyOptions {
    /// Those shipped, with what is asked for; none if nothing is.
    fn read(&self) -> Result<Option<Arc<SystemPolicies>>, CommandError> {
        let mut policies = None;
        if let Some(file) = &self.system_policies {
            let trouble = |why: String| CommandError::SystemPolicies { path: file.display().to_string(), why };
            let text = std::fs::read_to_string(file).map_err(|error| trouble(crate::words::io_reason(&error)))?;
            policies =
                Some(Arc::new(SystemPolicies::shipped().with(&text).map_err(|error| trouble(error.to_string()))?));
        }
        for written in &self.system_policy_versions {
            let (name, version) =
                written.split_once('=').ok_or_else(|| CommandError::NotAPolicyVersion(written.clone()))?;
            let before = policies.unwrap_or_else(SystemPolicies::shipped);
            policies = Some(Arc::new(before.moved(name, version)?));
        }
        Ok(policies)
    }
}

type Done = Result<u8, CommandError>;

/// Policies that cannot be used: each fault with its place, and that nothing was done.
fn malformed(error: crate::simulate::PolicyError, what: &str) -> Done {
    let crate::simulate::PolicyError::Malformed { path, faults } = error else { return Err(error.into()) };
    let mut err = std::io::stderr().lock();
    for fault in &faults {
        write!(err, "{}", crate::report::render(fault, crate::report::Paint::auto()))?;
    }
    writeln!(err, "{} in `{path}`; nothing was {what}", crate::words::count(faults.len(), "fault"))?;
    Ok(crate::exit::BAD_INPUT)
}
