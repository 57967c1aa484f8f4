//! The options, and a cloud around a program from its start to its end.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::Arc;

use acslab_emulator::{Denials, Emulator, EmulatorHandle, Entry, Proxy, Signers};
use clap::Args;
use jiff::Timestamp;

use super::child;
use super::environment::variables;
use super::error::ExecError;
use super::network::{Isolation, own_names};
use super::told::{Suggestion, Told};
use super::trust::Trust;
use super::who::Who;
use crate::client::Environment;
use crate::command::out::stderr;
use crate::command::serve::arguments::{account, opened};
use crate::command::serve::{FIRST_ACCOUNT_ID, WOULD_DENY};
use crate::command::{from, log};
use crate::files;
use crate::runner::{self, Failure, Owner, Plan, Target};
use crate::scenario::{self, Scenario};
use crate::words::{count, io_reason, visible};

/// The account that is opened unless another is named.
const DEFAULT_ACCOUNT: &str = "company";
/// What stands for no file.
const ON_STANDARD_ERROR: &str = "-";
/// How many bytes of decisions are remembered: what is told at the end is of all of them.
const DECISIONS_BYTES: usize = 256 << 20;

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
names, by https as well. Whatever host the cloud does not serve is refused, and told at the end. On Linux the program has a network
of its own, where it can be had: a client that takes no proxy is led as well. What listens on this machine is reached as ever.

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
    /// The folder that the state is kept in, as with `acslab serve --state`: loaded at the start, saved at the end; one that
    /// `acslab import` made is loaded, and nothing is written back
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
    #[arg(long = "pass", value_name = "HOST", value_parser = host)]
    passed: Vec<String>,
    /// Let every host through that the cloud does not serve, and only tell them at the end
    #[arg(long)]
    observe: bool,
    #[command(flatten)]
    isolation: Isolation,
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

impl Exec {
    /// Runs the program; gives the exit code to end with.
    pub(in crate::command) fn execute(self) -> Result<u8, ExecError> {
        log::start(self.log.as_deref())?;
        let scenario = self.scenario.as_deref().map(read_scenario).transpose()?;
        let (trust, authority) = Trust::make().map_err(|error| ExecError::Trust(error.to_string()))?;
        // What runs on this machine is no stranger under the machine's name either.
        let own = own_names();
        let mut proxy = self.passed.iter().chain(&own).fold(Proxy::default(), |proxy, host| proxy.pass(host));
        if self.observe {
            proxy = proxy.observe();
        }
        // Whatever talks to it signs by the machine's clock.
        let seed = scenario.as_ref().and_then(|scenario| scenario.seed).unwrap_or(self.seed);
        let mut builder = Emulator::builder().seed(seed).signers(Signers::Machine).tls(authority).proxy(proxy);
        builder = builder.decisions_bytes(DECISIONS_BYTES);
        if self.would_deny {
            builder = builder.denials(Denials::Reported);
            let _ = writeln!(stderr(), "{WOULD_DENY}");
        }
        if let Some(folder) = &self.state {
            builder = from::begin(builder, folder).map_err(Box::new)?;
        }
        let default = [DEFAULT_ACCOUNT.to_owned()];
        let named = match &scenario {
            Some(_) => &[][..],
            None if self.accounts.is_empty() && self.state.is_none() => &default,
            None => &self.accounts[..],
        };
        if let (Some(scenario), Some(path)) = (&scenario, &self.scenario) {
            let trouble =
                |error: std::io::Error| ExecError::SetUp { path: path.display().to_string(), why: error.to_string() };
            builder = runner::begin(builder, scenario, Timestamp::now()).map_err(trouble)?;
        }
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
        let from = emulator.gateway().trail().next_number();
        let (ended, isolated) = self.run(&emulator, &variables(&who.key, emulator.address(), &trust), trust.folder());
        let (calls, forgotten) = calls_from(&emulator, from);
        // What cannot be taken back is told last: it takes nothing away from what else is to be told.
        let given_back = who.give_back(&emulator).map_err(ExecError::Left);
        let status = match ended {
            Ok(status) => status,
            Err(error @ ExecError::Program { .. }) => return not_run(&error),
            Err(error) => return Err(error),
        };
        let strangers = emulator.strangers();
        let by_proxy = emulator.was_asked_as_proxy();
        let told = Told { calls: &calls, forgotten, strangers: &strangers, by_proxy, isolated, caller: &who.arn };
        write!(stderr(), "{}", visible(&told.text()))?;
        if let Some(file) = &self.suggest {
            suggest(&told, file)?;
        }
        emulator.shutdown().map_err(acslab_emulator::StartError::State)?;
        given_back?;
        Ok(child::code(status))
    }

    /// Runs the program to its end, and says whether it had a network of its own.
    fn run(
        &self,
        emulator: &EmulatorHandle,
        environment: &Environment,
        folder: &Path,
    ) -> (Result<ExitStatus, ExecError>, bool) {
        let network = match self.isolation.network(folder, emulator) {
            Ok(network) => network,
            Err(error) => return (Err(error), false),
        };
        let ended = child::run(&self.command, environment, network.as_ref());
        let Err(ExecError::NotIsolated(why)) = ended else { return (ended, network.is_some()) };
        let shared = self.isolation.without(why);
        (shared.and_then(|()| child::run(&self.command, environment, None)), false)
    }

    fn who(&self, emulator: &EmulatorHandle) -> Result<Who, ExecError> {
        match &self.user {
            Some(user) => Who::user(emulator, user),
            None if !self.policies.is_empty() => Who::with_policies(emulator, &self.policies),
            None => Who::owner(emulator),
        }
    }
}

/// A host, or all below one: `pypi.org`, `*.example.com`, an address.
fn host(text: &str) -> Result<String, String> {
    let name = text.strip_prefix("*.").unwrap_or(text);
    let fits = |c: char| c.is_ascii_alphanumeric() || ['-', '_', '.'].contains(&c);
    let valid = text.parse::<std::net::IpAddr>().is_ok() || (!name.is_empty() && name.chars().all(fits));
    if valid {
        Ok(text.to_owned())
    } else {
        Err("expected a host alone, such as `pypi.org` or `*.example.com`".to_owned())
    }
}

fn read_scenario(path: &Path) -> Result<Scenario, ExecError> {
    let trouble = |why: String| ExecError::SetUp { path: path.display().to_string(), why };
    let loaded = scenario::load(&[path.to_owned()])?;
    let mistakes = loaded.mistakes();
    if let Some(first) = mistakes.first() {
        return Err(trouble(format!("it has {}: {}", count(mistakes.len(), "mistake"), first.told())));
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
    let accounts =
        scenario.accounts.iter().filter_map(|one| emulator.accounts().iter().find(|account| account.name == one.alias));
    let owners =
        accounts.map(|account| Owner::at(&authority, account.access_key_id.clone(), account.access_key_secret.clone()));
    let owners = owners.collect::<Result<_, _>>().map_err(trouble)?;
    let target = Target::Begun { authority: authority.clone(), owners };
    runner::play(scenario, &Plan { target, ..Plan::default() }).map_err(|failure| match failure {
        Failure::Trouble(why) => trouble(why.to_string()),
        _ => trouble("a step of it does not hold".to_owned()),
    })
}

/// The calls from this number on, oldest first, without those that the cloud made itself; and how many are forgotten, to make room.
fn calls_from(emulator: &EmulatorHandle, number: u64) -> (Vec<Arc<Entry>>, u64) {
    let trail = emulator.gateway().trail();
    let found = trail.since(number, usize::MAX);
    let oldest = found.first().map_or_else(|| trail.next_number(), |(oldest, _)| *oldest);
    let calls = found.into_iter().map(|(_, entry)| entry).filter(|entry| entry.source_ip.is_some()).collect();
    (calls, oldest - number)
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
    let policy = match told.suggestion() {
        Suggestion::Policy(policy, wider) => {
            for one in &wider {
                writeln!(err, "acslab: wider than what was called: {}", visible(one))?;
            }
            policy
        }
        Suggestion::Nothing => {
            writeln!(err, "acslab: {} called nothing that needs a policy", told.caller)?;
            return Ok(());
        }
        Suggestion::Incomplete(calls) => {
            writeln!(err, "acslab: no policy is suggested: {calls} forgotten, and it would lack what they needed")?;
            writeln!(err, "  run the program in parts, each with `--suggest`, and join the policies")?;
            return Ok(());
        }
    };
    if file == Path::new(ON_STANDARD_ERROR) {
        writeln!(err, "acslab: the smallest policy for what {} did\n{policy:#}", told.caller)?;
        return Ok(());
    }
    files::write(file, format!("{policy:#}\n").as_bytes())
        .map_err(|error| ExecError::Suggestion { path: file.display().to_string(), why: io_reason(&error) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use super::{host, own_names};

    #[test]
    fn a_host_is_a_name_or_an_address() {
        for right in ["pypi.org", "*.example.com", "my_host", "192.0.2.1", "::1"] {
            assert!(host(right).is_ok(), "{right}");
        }
        for wrong in ["", "*.", "a b", "https://pypi.org", "pypi.org:443", "a/b"] {
            assert!(host(wrong).is_err(), "{wrong}");
        }
        assert!(own_names().iter().all(|name| host(name).is_ok()));
    }

    #[test]
    fn what_is_forgotten_is_counted() {
        let emulator = Emulator::builder().decisions_bytes(1).start().unwrap();
        let account = emulator.accounts()[0].account_id.clone();
        let from = emulator.gateway().trail().next_number();
        assert_eq!(calls_from(&emulator, from).1, 0);
        emulator.create_user(&account, "alice", &[]).unwrap();
        // A user and a key were made, of which the last is remembered.
        assert_eq!(calls_from(&emulator, from).1, 1);
        assert_eq!(calls_from(&emulator, from + 1).1, 0);
    }
}
