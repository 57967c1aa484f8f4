//! The options, and a cloud around a program from its start to its end.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use acslab_emulator::{Denials, Emulator, EmulatorHandle, Entry, Key, Proxy, Signers, SystemPolicies};
use clap::Args;

use super::child;
use super::environment::variables;
use super::error::ExecError;
use super::told::Told;
use super::trust::Trust;
use crate::command::log;
use crate::command::out::stderr;
use crate::command::serve::arguments::{account, opened};
use crate::command::serve::{FIRST_ACCOUNT_ID, WOULD_DENY};
use crate::files;
use crate::runner::{self, Owner, Target};
use crate::scenario::{self, Scenario};
use crate::words::{count, io_reason, visible};

/// The account that is opened unless another is named.
const DEFAULT_ACCOUNT: &str = "company";
/// What stands for no file.
const ON_STANDARD_ERROR: &str = "-";
/// The RAM user that `--policy` makes.
const PROGRAM: &str = "program";

const EXAMPLES: &str = "\
Examples:
  acslab exec --open oss -- python app.py     a program with real endpoints, as the account's owner
  acslab exec --open oss --policy app.json -- python app.py
                                              the same as a RAM user who may what the policy says
  acslab exec --state ./cloud --as alice -- aliyun ram ListUsers
                                              as a RAM user of a state that is kept
  acslab exec --scenario scenarios/flow.yaml --as alice -- ./deploy.sh
                                              in what a scenario leaves
  acslab exec --open oss --suggest -- python app.py
                                              and the smallest policy for what it did
  acslab exec --pass pypi.org -- pip download oss2
                                              with one host let through to where it really is

The program's clients find credentials, a region, a proxy and whom to trust in variables, and reach the cloud at its own host
names, by https as well. Whatever host the cloud does not serve is refused, and told at the end. A client that takes no proxy
from its environment goes past all of this: docs/exec.md says which do and which do not.

Exit codes: that of the program, 128 and the signal's number where one ended it, 127 if it is not there, 126 if it cannot be
run; 2 the input is wrong";

/// Run a program against a local Alibaba Cloud of its own, without changing its endpoints
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::command) struct Exec {
    /// An account, by a name of your own and perhaps its id; repeat it for several. The program runs in the first [default: company]
    #[arg(long = "account", value_name = "NAME[=ID]", conflicts_with = "scenario")]
    accounts: Vec<String>,
    /// A service that is open from the start: oss, sls, xtrace, pai, dataworks, maxcompute, or all
    #[arg(long, value_name = "SERVICE", value_delimiter = ',')]
    open: Vec<String>,
    /// The folder that the state is kept in, as with `acslab serve --state`: loaded at the start, saved at the end
    #[arg(long, value_name = "FOLDER", conflicts_with = "scenario")]
    state: Option<PathBuf>,
    /// A scenario to play first: the program finds what it leaves
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// The seed of ids and secrets
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The RAM user of the first account to run as [default: the account's owner]
    #[arg(long = "as", value_name = "USER")]
    user: Option<String>,
    /// Run as a RAM user with this policy: a system policy's name, or a file with a document. Repeat it for several
    #[arg(long = "policy", value_name = "NAME|FILE", conflicts_with = "user")]
    policies: Vec<String>,
    /// A host to let through to where it really is; `*.example.com` for all below it. Repeat it for several
    #[arg(long = "pass", value_name = "HOST")]
    passed: Vec<String>,
    /// Let every host through that the cloud does not serve, and only tell them at the end
    #[arg(long)]
    observe: bool,
    /// Perform what the policies do not allow, and tell it at the end: to see all that a program needs in one run
    #[arg(long)]
    would_deny: bool,
    /// End with the smallest policy for what the program did as whoever it ran as; to a file, if one is named
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = ON_STANDARD_ERROR)]
    suggest: Option<PathBuf>,
    /// What to tell on standard error meanwhile, as targets with levels: `acslab::request=info` is a line a request
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
    /// The program and its arguments, behind `--`
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Whom a program runs as.
struct Who {
    key: Key,
    arn: String,
}

impl Exec {
    /// Runs the program; gives the exit code to end with.
    pub(in crate::command) fn execute(self) -> Result<u8, ExecError> {
        log::start(self.log.as_deref())?;
        let scenario = self.scenario.as_deref().map(read_scenario).transpose()?;
        let (trust, authority) = Trust::make().map_err(|error| ExecError::Trust(error.to_string()))?;
        let mut proxy = self.passed.iter().fold(Proxy::default(), |proxy, host| proxy.pass(host));
        if self.observe {
            proxy = proxy.observe();
        }
        // Whatever talks to it signs by the machine's clock.
        let mut builder = Emulator::builder().seed(self.seed).signers(Signers::Machine).tls(authority).proxy(proxy);
        if self.would_deny {
            builder = builder.denials(Denials::Reported);
            let _ = writeln!(stderr(), "{WOULD_DENY}");
        }
        if let Some(folder) = &self.state {
            builder = builder.state(folder);
        }
        let default = [DEFAULT_ACCOUNT.to_owned()];
        let of_scenario = scenario.as_ref().map(Scenario::aliases).unwrap_or_default();
        let named = match &scenario {
            Some(_) => &of_scenario[..],
            None if self.accounts.is_empty() && self.state.is_none() => &default,
            None => &self.accounts[..],
        };
        for (written, id) in named.iter().zip(FIRST_ACCOUNT_ID..) {
            let (name, id) = account(written, id)?;
            builder = builder.account(&name, &id);
        }
        for service in opened(&self.open)? {
            builder = builder.open(service);
        }
        let emulator = builder.start()?;
        if let (Some(scenario), Some(path)) = (&scenario, &self.scenario) {
            set_up(scenario, path, &emulator)?;
        }
        let who = self.who(&emulator)?;
        let before = newest(&emulator);
        let ended = child::run(&self.command, &variables(&who.key, emulator.address(), &trust));
        let status = match ended {
            Ok(status) => status,
            Err(error) => return not_run(&error),
        };
        let calls = calls_since(&emulator, before);
        let strangers = emulator.strangers();
        let told = Told { calls: &calls, strangers: &strangers, caller: &who.arn };
        write!(stderr(), "{}", visible(&told.text()))?;
        if let Some(file) = &self.suggest {
            suggest(&told, file)?;
        }
        emulator.shutdown().map_err(acslab_emulator::StartError::State)?;
        Ok(child::code(status))
    }

    fn who(&self, emulator: &EmulatorHandle) -> Result<Who, ExecError> {
        let Some(first) = emulator.accounts().first() else {
            return Err(ExecError::Nobody(acslab_emulator::HandleError::NoAccount(DEFAULT_ACCOUNT.to_owned())));
        };
        let id = &first.account_id;
        let (user, key) = match &self.user {
            Some(user) => (user.as_str(), emulator.create_key(id, user)),
            None if !self.policies.is_empty() => {
                let policies = self.policies.iter().map(|policy| read_policy(policy)).collect::<Result<Vec<_>, _>>()?;
                let policies: Vec<_> = policies.iter().map(String::as_str).collect();
                (PROGRAM, emulator.create_user(id, PROGRAM, &policies))
            }
            None => {
                let key = Key {
                    access_key_id: first.access_key_id.clone(),
                    access_key_secret: first.access_key_secret.clone(),
                };
                return Ok(Who { key, arn: format!("acs:ram::{id}:root") });
            }
        };
        Ok(Who { key: key.map_err(ExecError::Nobody)?, arn: format!("acs:ram::{id}:user/{user}") })
    }
}

/// A policy that the command line names: a system policy's name, or the text of a file.
fn read_policy(written: &str) -> Result<String, ExecError> {
    let trouble = |why: String| ExecError::Policy { path: written.to_owned(), why };
    match std::fs::read_to_string(written) {
        Ok(text) if text.trim_start().starts_with('{') => Ok(text),
        Ok(_) => Err(trouble("it does not begin with `{`, as a policy document does".to_owned())),
        Err(_) if SystemPolicies::shipped().get(written).is_some() => Ok(written.to_owned()),
        Err(error) => Err(trouble(io_reason(&error))),
    }
}

fn read_scenario(path: &Path) -> Result<Scenario, ExecError> {
    let trouble = |why: String| ExecError::SetUp { path: path.display().to_string(), why };
    let loaded = scenario::load(&[path.to_owned()])?;
    if !loaded.mistakes.is_empty() {
        return Err(trouble(format!("it has {}", count(loaded.mistakes.len(), "mistake"))));
    }
    let mut scenarios = loaded.scenarios.into_iter();
    match (scenarios.next(), scenarios.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(trouble("there is none in it".to_owned())),
        (Some(_), Some(_)) => Err(trouble("there are several in it".to_owned())),
    }
}

/// Plays a scenario's steps in the cloud that the program is to find.
fn set_up(scenario: &Scenario, path: &Path, emulator: &EmulatorHandle) -> Result<(), ExecError> {
    let trouble = |why: String| ExecError::SetUp { path: path.display().to_string(), why };
    let authority = emulator.address().to_string();
    let owners = emulator
        .accounts()
        .iter()
        .map(|account| Owner::at(&authority, account.access_key_id.clone(), account.access_key_secret.clone()));
    let owners = owners.collect::<Result<_, _>>().map_err(trouble)?;
    let target = Target::Endpoint { authority: authority.clone(), owners };
    runner::play(scenario, &target).map_err(|_| trouble("a step of it does not hold".to_owned()))
}

/// The number of the newest call; those that come have higher ones.
fn newest(emulator: &EmulatorHandle) -> Option<u64> {
    emulator.gateway().trail().page(None, 1).first().map(|(number, _)| *number)
}

/// The calls since, oldest first, without those that the cloud made itself.
fn calls_since(emulator: &EmulatorHandle, before: Option<u64>) -> Vec<Arc<Entry>> {
    let all = emulator.gateway().trail().page(None, usize::MAX);
    let since = all.into_iter().take_while(|(number, _)| before.is_none_or(|before| *number > before));
    let mut calls: Vec<_> = since.map(|(_, entry)| entry).filter(|entry| entry.source_ip.is_some()).collect();
    calls.reverse();
    calls
}

/// What the shell says of a program that is not there, or cannot be run.
fn not_run(error: &ExecError) -> Result<u8, ExecError> {
    const NOT_THERE: u8 = 127;
    const CANNOT_BE_RUN: u8 = 126;
    let help = miette::Diagnostic::help(error).map_or_else(String::new, |help| format!("  help: {help}\n"));
    write!(stderr(), "{}", visible(&format!("error: {error}\n{help}")))?;
    let not_there = matches!(error, ExecError::Program { not_there: true, .. });
    Ok(if not_there { NOT_THERE } else { CANNOT_BE_RUN })
}

fn suggest(told: &Told<'_>, file: &Path) -> Result<(), ExecError> {
    let mut err = stderr();
    let Some(policy) = told.suggestion() else {
        writeln!(err, "acslab: {} called nothing that needs a policy", told.caller)?;
        return Ok(());
    };
    if file == Path::new(ON_STANDARD_ERROR) {
        writeln!(err, "acslab: the smallest policy for what {} did\n{policy:#}", told.caller)?;
        return Ok(());
    }
    files::write(file, format!("{policy:#}\n").as_bytes())
        .map_err(|error| ExecError::Suggestion { path: file.display().to_string(), why: io_reason(&error) })
}
