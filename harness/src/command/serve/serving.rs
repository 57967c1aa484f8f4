//! The options, and the cloud from its start to its end.

use std::io::Write;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};

use acslab_emulator::{
    CertificateAuthority, Clock, ControlPeers, Denials, Emulator, NotPerformed, OssV1, Secret, Signers, StartError,
};
use clap::Args;
use clap::builder::PossibleValuesParser;

use super::announce::{self, Format};
use super::arguments::{account, address, data_folder, instance_role, oidc_keys, opened, payloads, quota};
use super::error::ServeError;
use super::greeting::{console_address, greet};
use crate::authorization;
use crate::command::system_policies::SystemPolicyOptions;
use crate::command::{from, log};
use crate::console::{FILES, PathsToMore, Scenarios, WhatMay};
use crate::exit::Exit;
use crate::words::io_reason;

/// Where `acslab serve` listens unless told otherwise.
const DEFAULT_PORT: u16 = 8820;
/// The account that is opened unless another is named, or there is a state.
const DEFAULT_ACCOUNT: &str = "company";
/// The id of the first account whose id is not given; the others count up from it.
pub(in crate::command) const FIRST_ACCOUNT_ID: u64 = 1_234_567_890_123_456;

/// What is said at the start where answers may have nothing behind them.
const ANSWERED: &str = "\
warning: operations that are not performed answer as if they were. Nothing stands behind such an answer; it has the header
`x-acslab-performed: false`. Leave `--answer-not-performed` out to be told instead.";

/// What is said at the start where denials are not refused.
pub(in crate::command) const WOULD_DENY: &str = "\
warning: what the policies do not allow is performed. Every answer has the header `x-acslab-mode: would-deny`, and one that the
cloud would refuse says so in `x-acslab-would-deny`. Leave `--would-deny` out to be refused as in the cloud.";

const EXAMPLES: &str = "\
Examples:
  acslab serve                                one account, at http://127.0.0.1:8820
  acslab serve --port 0                       at a free port
  acslab serve --open-browser                 with its console in a browser
  acslab serve --account company --account partner=2000000000000001
                                              two accounts, for what goes across accounts
  acslab serve --open all                     with every service activated, for tests that only use them
  acslab serve --tls                          https besides, for clients that speak nothing else
  acslab serve --log acslab::request=info     with a line a request on standard error
  acslab serve --port 0 --format json         where it answers and the keys, for a program
  acslab serve --time 2026-01-01T00:00:00Z    with a clock that stands still; clients sign by the machine's
  acslab serve --state ./cloud                with a state that is there again the next time
  acslab serve --state ./cloud --payloads ./cloud
                                              and with what is in objects on the disk alone, not in memory
  acslab serve --system-policy-version AliyunKMSCryptoUserAccess=v1
                                              with a system policy as it was before

Without `--state` everything is in memory and ends with the process. There is no key, header or mode
that lets a call through: export the owner's key that is printed.

Exit codes: 0 ended by a signal, 2 the input is wrong, or the address cannot be had";

/// Start a local Alibaba Cloud and print the keys of its account owners
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(in crate::command) struct Serve {
    /// The port to listen on; 0 takes a free one
    #[arg(long, default_value_t = DEFAULT_PORT)]
    port: u16,
    /// The address to listen on, or a name that leads to one of this machine, such as localhost
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    address: String,
    /// How to print where it answers, and the keys
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    format: Format,
    /// A file to write the variables to that clients of the first account's owner read, as NAME=VALUE. It holds a secret
    #[arg(long, value_name = "FILE")]
    env_file: Option<PathBuf>,
    /// A file descriptor to write a line of JSON to once requests are taken, as `--format json` prints it
    #[arg(long, value_name = "NUMBER")]
    ready_fd: Option<u32>,
    /// End when standard input does: with whoever started it and holds the other end, however that ends
    #[arg(long)]
    until_stdin_ends: bool,
    /// Perform what the policies do not allow, and say in the answer what would have been refused: to see all that a program needs in
    /// one run. Every answer says that it is in this mode
    #[arg(long)]
    would_deny: bool,
    /// Open the console in a browser
    #[arg(long)]
    open_browser: bool,
    /// Leave the console out: what is under `/_acslab/console/`
    #[arg(long, conflicts_with = "open_browser")]
    no_console: bool,
    /// Scenarios that the console shows, files or folders; repeat it for several
    #[arg(long = "scenarios", value_name = "PATH", default_value = "scenarios")]
    scenarios: Vec<PathBuf>,
    /// The seed of ids and secrets: the same seed gives the same keys
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// An account, by a name of your own and perhaps its id; repeat it for several [default: company, or those of the state]
    #[arg(long = "account", value_name = "NAME[=ID]")]
    accounts: Vec<String>,
    #[command(flatten)]
    system: SystemPolicyOptions,
    /// The folder that the state is kept in, or one that `acslab import` made, which is where the cloud starts: loaded at the start, saved after changes and at the end. It has the secrets of all
    /// keys in it. Of a state that is there, the other options hold besides, but for the seed
    #[arg(long, value_name = "FOLDER")]
    state: Option<PathBuf>,
    /// Where what is in objects is while they are there: in memory, or in the files of a folder, for more than memory holds. What is to
    /// be there the next time is what `--state` keeps, with links to those files; both may name one folder
    #[arg(long, value_name = "memory|FOLDER", default_value = "memory")]
    payloads: PathBuf,
    /// A further name that acslab's own surface under `/_acslab/` answers to, besides localhost; repeat it for several
    #[arg(long = "control-host", value_name = "NAME")]
    control_hosts: Vec<String>,
    /// Let other machines reach acslab's own surface under `/_acslab/` as well: whoever does may move the clock
    #[arg(long)]
    control_from_anywhere: bool,
    /// Answer https too, on the same port, with certificates of an authority of acslab's own, made at first start
    #[arg(long)]
    tls: bool,
    /// The folder that the authority is kept in [default: `acslab` in the user's folder for data]
    #[arg(long, value_name = "FOLDER", requires = "tls")]
    tls_folder: Option<PathBuf>,
    /// A service that is open from the start, as if the owner had activated it: oss, sls, xtrace, pai, dataworks,
    /// maxcompute, or all. Those opened region by region are opened in cn-hangzhou
    #[arg(long, value_name = "SERVICE", value_delimiter = ',')]
    open: Vec<String>,
    /// A quota to raise or lower for every account, such as `Users=10`; repeat it for several. GetAccountSummary reports
    /// what is in force
    #[arg(long = "quota", value_name = "NAME=VALUE")]
    quotas: Vec<String>,
    /// What becomes of requests to OSS that are signed with V1, which the cloud refuses from new accounts and for new buckets: allow,
    /// warn (they are answered, and each client is told of once) or refuse
    #[arg(long, value_name = "WHAT", default_value = "warn", value_parser = PossibleValuesParser::new(["allow", "warn", "refuse"]))]
    oss_v1: String,
    /// Leave new buckets open to public ACLs and policies, as for what was written before October 2025. Since then the cloud
    /// blocks public access in every new bucket
    #[arg(long)]
    oss_public_access: bool,
    /// Let OSS call application servers on this machine back, as uploads ask for it. Without it every callback fails as one does whose
    /// server cannot be reached; beyond this machine nobody is called
    #[arg(long)]
    oss_callbacks: bool,
    /// The keys of an issuer of OIDC tokens, which the cloud would fetch from it: a file with a JSON web key set. Repeat it
    /// for several issuers
    #[arg(long, value_name = "ISSUER=FILE")]
    oidc_keys: Vec<String>,
    /// A product of one's own beside those that come with acslab: a YAML or JSON file with its operations, what each needs, and what kind of record it
    /// is about. Repeat it for several
    #[arg(long = "service", value_name = "FILE")]
    services: Vec<PathBuf>,
    /// Let an operation that is decided and not performed succeed with an answer of its published shape, which nothing stands behind,
    /// instead of saying that it is not performed. Such answers have the header `x-acslab-performed: false`
    #[arg(long)]
    answer_not_performed: bool,
    /// A RAM role whose credentials programs on this machine may have, as on an ECS instance with that role; it must come
    /// to trust `ecs.aliyuncs.com`. Without it nobody is given any
    #[arg(long = "instance-role", value_name = "[ACCOUNT/]ROLE")]
    instance_roles: Vec<String>,
    /// Read the roles in PAI's workspaces strictly: what a member may do, RAM must allow as well [default: a role suffices]
    #[arg(long)]
    strict_workspace_roles: bool,
    /// How many threads answer [default: one for each processor]
    #[arg(long, value_name = "NUMBER")]
    workers: Option<NonZeroUsize>,
    /// What to tell on standard error, as targets with levels: `acslab::request=info` is a line a request. The environment
    /// variable RUST_LOG does the same [default: warn]
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
    /// Let the cloud's clock stand still at this time instead of following the machine's. Clients go on dating their requests
    /// by the machine's: what moves is the expiry of sessions, keys and conditions
    #[arg(long, value_name = "TIME")]
    time: Option<jiff::Timestamp>,
}

impl Serve {
    pub(in crate::command) fn execute(self) -> Result<Exit, ServeError> {
        log::start(self.log.as_deref())?;
        let address = SocketAddr::new(address(&self.address)?, self.port);
        if let Some(warning) = announce::opened_to(address.ip(), self.control_from_anywhere) {
            let _ = writeln!(std::io::stderr(), "{warning}");
        }
        let listen = |why: String| ServeError::Listen { address: address.to_string(), why };
        // The handler first: a signal that comes right after the address is printed must end us well.
        let (stop, stopped) = mpsc::channel();
        let ended = stop.clone();
        ctrlc::set_handler(move || {
            let _ = stop.send(());
        })
        .map_err(|error| listen(error.to_string()))?;
        if self.until_stdin_ends {
            std::thread::spawn(move || {
                // Whatever comes is nothing to us.
                let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
                let _ = ended.send(());
            });
        }
        let workers = self.workers.or_else(|| std::thread::available_parallelism().ok());
        let mut builder = Emulator::builder()
            .address(address)
            .seed(self.seed)
            .workers(workers.map_or(1, NonZeroUsize::get))
            .oss_v1(OssV1::parse(&self.oss_v1).unwrap_or_default())
            .oss_public_access_blocked(!self.oss_public_access)
            // Whatever talks to it signs by the machine's clock.
            .signers(Signers::Machine);
        if self.oss_callbacks {
            builder = builder.oss_callbacks();
        }
        if let Some(time) = self.time {
            builder = builder.clock(Clock::fixed(time));
        }
        if let Some(folder) = &self.state {
            builder = from::begin(builder, folder).map_err(Box::new)?;
        }
        if self.payloads != Path::new("memory") {
            builder = builder.payloads(payloads(&self.payloads)?);
        }
        if self.strict_workspace_roles {
            builder = builder.strict_workspace_roles();
        }
        for name in &self.control_hosts {
            builder = builder.control_host(name);
        }
        if self.control_from_anywhere {
            builder = builder.control_peers(ControlPeers::Any);
        }
        if let Some(policies) = self.system.read()? {
            builder = builder.system_policies(policies);
        }
        let default = [DEFAULT_ACCOUNT.to_owned()];
        let named = if self.accounts.is_empty() && self.state.is_none() { &default } else { &self.accounts[..] };
        let accounts = named.iter().zip(FIRST_ACCOUNT_ID..).map(|(written, id)| account(written, id));
        let accounts = accounts.collect::<Result<Vec<_>, _>>()?;
        for (name, id) in &accounts {
            builder = builder.account(name, id);
        }
        let mut attached = Vec::new();
        for written in &self.instance_roles {
            let role = instance_role(written, &accounts)?;
            attached.push(role.clone());
            builder = builder.instance_role(role);
        }
        for service in opened(&self.open)? {
            builder = builder.open(service);
        }
        for written in &self.quotas {
            let (quota, most) = quota(written)?;
            builder = builder.quota(quota, most);
        }
        for written in &self.oidc_keys {
            let (issuer, keys) = oidc_keys(written)?;
            builder = builder.issuer(issuer, keys);
        }
        for path in &self.services {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path);
            let trouble = |error: std::io::Error| ServeError::Service { path: name.clone(), why: io_reason(&error) };
            builder = builder.operations(&name, &text.map_err(trouble)?);
        }
        if self.answer_not_performed {
            builder = builder.not_performed(NotPerformed::Answered);
            let _ = writeln!(std::io::stderr(), "{ANSWERED}");
        }
        if self.would_deny {
            builder = builder.denials(Denials::Reported);
            let _ = writeln!(std::io::stderr(), "{WOULD_DENY}");
        }
        let token = if self.no_console { None } else { Some(Secret::drawn().map_err(|_| ServeError::NoToken)?) };
        if let Some(token) = &token {
            builder = builder
                .console(FILES, token.clone())
                .extension(Arc::new(Scenarios::of(self.scenarios)))
                .extension(Arc::new(PathsToMore))
                .extension(Arc::new(WhatMay));
        }
        let mut trusted = None;
        if self.tls {
            let folder = self.tls_folder.map_or_else(data_folder, Ok)?;
            let authority = CertificateAuthority::load_or_create(&folder).map_err(|error| ServeError::Authority {
                folder: folder.display().to_string(),
                why: io_reason(&error),
            })?;
            trusted = Some(authority.certificate_path().to_owned());
            builder = builder.tls(authority);
        }
        let emulator = builder.start().map_err(|error| match error {
            StartError::Io(error) => listen(error.to_string()),
            other => ServeError::Start(other),
        })?;
        let console = token.map(|token| console_address(emulator.address(), &token));
        if let Some(file) = &self.env_file {
            announce::write_variables(file, &emulator, trusted.as_deref())
                .map_err(|error| ServeError::EnvFile { file: file.display().to_string(), why: io_reason(&error) })?;
        }
        let kept = self.state.as_deref().filter(|folder| !authorization::is_state(folder));
        match self.format {
            Format::Text => greet(&emulator, console.as_deref(), trusted.as_deref(), &attached, kept)?,
            format => announce::print(format, &emulator, console.as_deref(), trusted.as_deref())?,
        }
        if let Some(descriptor) = self.ready_fd {
            announce::tell(descriptor, &emulator, console.as_deref(), trusted.as_deref())
                .map_err(|error| ServeError::ReadyFd { descriptor, why: io_reason(&error) })?;
        }
        if let Some(address) = console.filter(|_| self.open_browser)
            && let Err(error) = open::that_detached(address)
        {
            let _ = writeln!(std::io::stderr(), "warning: no browser can be opened: {}", io_reason(&error));
        }
        // A sender lives in the handler: this ends with a signal, or with standard input.
        let _ = stopped.recv();
        emulator.shutdown().map_err(StartError::State).map_err(ServeError::Start)?;
        Ok(Exit::Holds)
    }
}
