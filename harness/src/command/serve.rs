//! `acslab serve`

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use acslab_emulator::{
    CertificateAuthority, Clock, ControlPeers, Emulator, EmulatorHandle, InstanceRole, KeySet, Quota, Service, Signers,
    StartError,
};
use clap::Args;
use miette::Diagnostic;

use super::log::{self, LogError};
use super::out::stdout;
use super::system_policies::{SystemPoliciesError, SystemPolicyOptions};
use crate::exit::Exit;
use crate::words::io_reason;

/// Where `acslab serve` listens unless told otherwise.
const DEFAULT_PORT: u16 = 8820;
/// The account that is opened unless another is named, or there is a state.
const DEFAULT_ACCOUNT: &str = "company";
/// The id of the first account whose id is not given; the others count up from it.
const FIRST_ACCOUNT_ID: u64 = 1_234_567_890_123_456;

/// The region that `--open` opens what is opened region by region in.
const REGION: &str = "cn-hangzhou";

const EXAMPLES: &str = "\
Examples:
  acslab serve                                one account, at http://127.0.0.1:8820
  acslab serve --port 0                       at a free port
  acslab serve --account company --account partner=2000000000000001
                                              two accounts, for what goes across accounts
  acslab serve --open all                     with every service activated, for tests that only use them
  acslab serve --tls                          https besides, for clients that speak nothing else
  acslab serve --log acslab::request=info     with a line a request on standard error
  acslab serve --time 2026-01-01T00:00:00Z    with a clock that stands still
  acslab serve --state ./cloud                with a state that is there again the next time
  acslab serve --system-policy-version AliyunKMSCryptoUserAccess=v1
                                              with a system policy as it was before

Without `--state` everything is in memory and ends with the process. There is no key, header or mode
that lets a call through: export the owner's key that is printed.

Exit codes: 0 ended by a signal, 2 the input is wrong, or the address cannot be had";

/// Start a local Alibaba Cloud and print the keys of its account owners
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Serve {
    /// The port to listen on; 0 takes a free one
    #[arg(long, default_value_t = DEFAULT_PORT)]
    port: u16,
    /// The address to listen on
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
    /// The seed of ids and secrets: the same seed gives the same keys
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// An account, by a name of your own and perhaps its id; repeat it for several [default: company, or those of the state]
    #[arg(long = "account", value_name = "NAME[=ID]")]
    accounts: Vec<String>,
    #[command(flatten)]
    system: SystemPolicyOptions,
    /// The folder that the state is kept in: loaded at the start, saved after changes and at the end. It has the secrets of all
    /// keys in it. Of a state that is there, the other options hold besides, but for the seed
    #[arg(long, value_name = "FOLDER")]
    state: Option<PathBuf>,
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
    /// The keys of an issuer of OIDC tokens, which the cloud would fetch from it: a file with a JSON web key set. Repeat it
    /// for several issuers
    #[arg(long, value_name = "ISSUER=FILE")]
    oidc_keys: Vec<String>,
    /// A RAM role whose credentials programs on this machine may have, as on an ECS instance with that role; it must come
    /// to trust `ecs.aliyuncs.com`. Without it nobody is given any
    #[arg(long = "instance-role", value_name = "[ACCOUNT/]ROLE")]
    instance_roles: Vec<String>,
    /// How many threads answer [default: one for each processor]
    #[arg(long, value_name = "NUMBER")]
    workers: Option<NonZeroUsize>,
    /// What to tell on standard error, as targets with levels: `acslab::request=info` is a line a request. The environment
    /// variable RUST_LOG does the same [default: warn]
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
    /// Let the cloud's clock stand still at this time instead of following the machine's
    #[arg(long, value_name = "TIME")]
    time: Option<jiff::Timestamp>,
}

/// Why the cloud is not served.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum ServeError {
    #[error("cannot listen on {address}: {why}")]
    #[diagnostic(help("`--port 0` takes a free port"))]
    Listen { address: String, why: String },
    #[error("`{0}` is not an account: expected a name, or `NAME=ID` with an id of 16 digits")]
    #[diagnostic(help("write `--account company`, or `--account partner=2000000000000001`"))]
    NotAnAccount(String),
    #[error("`{0}` is not a service that can be opened")]
    #[diagnostic(help("there are oss, sls, xtrace, pai, dataworks, maxcompute, and all; VPC needs no activation"))]
    NotAService(String),
    #[error("`{0}` is not a quota")]
    #[diagnostic(help("there are {}", Quota::names()))]
    NotAQuota(String),
    #[error("`{0}` does not say how many there may be: expected `NAME=VALUE`")]
    #[diagnostic(help("write `--quota Users=10`"))]
    NotAQuotasValue(String),
    #[error("`{0}` is not a role of one of the accounts: expected `ROLE`, or `ACCOUNT/ROLE`")]
    #[diagnostic(help("an account is one of those that `--account` names, by its name or id"))]
    NotARole(String),
    #[error("`{0}` does not name an issuer and a file of its keys: expected `ISSUER=FILE`")]
    #[diagnostic(help("write `--oidc-keys https://issuer.example.com=keys.json`"))]
    NotOidcKeys(String),
    #[error("cannot use the keys in `{path}`: {why}")]
    #[diagnostic(help("the file is a JSON web key set, as the issuer's `jwks_uri` answers it"))]
    OidcKeys { path: String, why: String },
    #[error("cannot use the certificate authority in `{folder}`: {why}")]
    #[diagnostic(help("`--tls-folder FOLDER` names another one"))]
    Authority { folder: String, why: String },
    #[error("there is no folder to keep a certificate authority in")]
    #[diagnostic(help("`--tls-folder FOLDER` names one"))]
    NoDataFolder,
    #[error(transparent)]
    #[diagnostic(transparent)]
    SystemPolicies(#[from] SystemPoliciesError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Log(#[from] LogError),
    #[error(transparent)]
    Start(StartError),
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl Serve {
    pub(super) fn execute(self) -> Result<Exit, ServeError> {
        log::start(self.log.as_deref())?;
        let address = SocketAddr::new(self.address, self.port);
        let listen = |why: String| ServeError::Listen { address: address.to_string(), why };
        // The handler first: a signal that comes right after the address is printed must end us well.
        let (stop, stopped) = mpsc::channel();
        ctrlc::set_handler(move || {
            let _ = stop.send(());
        })
        .map_err(|error| listen(error.to_string()))?;
        let workers = self.workers.or_else(|| std::thread::available_parallelism().ok());
        let mut builder = Emulator::builder()
            .address(address)
            .seed(self.seed)
            .workers(workers.map_or(1, NonZeroUsize::get))
            // Whatever talks to it signs by the machine's clock.
            .signers(Signers::Machine);
        if let Some(time) = self.time {
            builder = builder.clock(Clock::fixed(time));
        }
        if let Some(folder) = &self.state {
            builder = builder.state(folder);
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
        greet(&emulator, trusted.as_deref(), &attached, self.state.as_deref())?;
        // The sender lives in the handler: this ends with a signal only.
        let _ = stopped.recv();
        emulator.shutdown().map_err(StartError::State).map_err(ServeError::Start)?;
        Ok(Exit::Holds)
    }
}

/// The services that the command line names.
fn opened(names: &[String]) -> Result<Vec<Service>, ServeError> {
    let all = Service::all(REGION);
    let mut opened = Vec::new();
    for name in names {
        match all.iter().find(|service| service.name() == name) {
            Some(service) => opened.push(service.clone()),
            None if name == "all" => opened.extend(all.clone()),
            None => return Err(ServeError::NotAService(name.clone())),
        }
    }
    Ok(opened)
}

/// A quota, and how many there may be.
fn quota(written: &str) -> Result<(Quota, usize), ServeError> {
    let (name, most) = written.split_once('=').unwrap_or((written, ""));
    let quota = Quota::parse(name).ok_or_else(|| ServeError::NotAQuota(name.to_owned()))?;
    let most = most.parse().map_err(|_| ServeError::NotAQuotasValue(written.to_owned()))?;
    Ok((quota, most))
}

/// A role of one of the accounts; of the first unless another is named.
fn instance_role(written: &str, accounts: &[(String, String)]) -> Result<InstanceRole, ServeError> {
    let (account, role) = match written.split_once('/') {
        Some((name, role)) => (accounts.iter().find(|(known, id)| known == name || id == name), role),
        None => (accounts.first(), written),
    };
    let account = account.filter(|_| !role.is_empty() && !role.contains('/'));
    let (_, id) = account.ok_or_else(|| ServeError::NotARole(written.to_owned()))?;
    Ok(InstanceRole { account: id.clone(), role: role.to_owned() })
}

/// An issuer, and the keys in the file that is named for it.
fn oidc_keys(written: &str) -> Result<(&str, KeySet), ServeError> {
    let named = written.split_once('=').filter(|(issuer, path)| !issuer.is_empty() && !path.is_empty());
    let (issuer, path) = named.ok_or_else(|| ServeError::NotOidcKeys(written.to_owned()))?;
    let trouble = |why| ServeError::OidcKeys { path: path.to_owned(), why };
    let text = std::fs::read(path).map_err(|error| trouble(io_reason(&error)))?;
    Ok((issuer, KeySet::parse(&text).map_err(|error| trouble(error.to_string()))?))
}

fn account(written: &str, id: u64) -> Result<(String, String), ServeError> {
    let error = || ServeError::NotAnAccount(written.to_owned());
    let (name, id) = match written.split_once('=') {
        Some((name, id)) => (name, id.to_owned()),
        None => (written, id.to_string()),
    };
    let digits = id.len() == 16 && id.bytes().all(|b| b.is_ascii_digit());
    if name.is_empty() || !digits {
        return Err(error());
    }
    Ok((name.to_owned(), id))
}

/// Where an authority is kept unless told otherwise: `$XDG_DATA_HOME/acslab`, or `.local/share/acslab` at home.
fn data_folder() -> Result<PathBuf, ServeError> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = set("XDG_DATA_HOME").or_else(|| set("HOME").map(|home| home.join(".local/share")));
    data.map(|data| data.join("acslab")).ok_or(ServeError::NoDataFolder)
}

fn greet(
    emulator: &EmulatorHandle,
    trusted: Option<&Path>,
    attached: &[InstanceRole],
    state: Option<&Path>,
) -> std::io::Result<()> {
    let host = emulator.address();
    let mut out = stdout();
    writeln!(out, "acslab serves http://{host}")?;
    if let Some(authority) = trusted {
        let (port, authority) = (host.port(), authority.display());
        writeln!(out, "acslab serves https://localhost:{port}")?;
        writeln!(out, "\n# the authority that https clients must trust")?;
        for variable in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "ALIBABA_CLOUD_CA_BUNDLE"] {
            writeln!(out, "export {variable}={authority}")?;
        }
    }
    for account in emulator.accounts() {
        writeln!(out)?;
        writeln!(out, "# owner of {}, account {}", account.name, account.account_id)?;
        writeln!(out, "export ALIBABA_CLOUD_ACCESS_KEY_ID={}", account.access_key_id)?;
        let secret = account.access_key_secret.expose();
        writeln!(out, "export ALIBABA_CLOUD_ACCESS_KEY_SECRET={secret}")?;
    }
    for (number, InstanceRole { account, role }) in attached.iter().enumerate() {
        let port = host.port();
        writeln!(out, "\n# credentials of the role {role}, once it is there and trusts ecs.aliyuncs.com")?;
        let first = emulator.accounts().first().is_some_and(|first| first.account_id == *account);
        let account = if first { String::new() } else { format!("?account={account}") };
        writeln!(
            out,
            "export ALIBABA_CLOUD_CREDENTIALS_URI=http://127.0.0.1:{port}/_acslab/credentials/{role}{account}"
        )?;
        if number == 0 {
            writeln!(
                out,
                "# or by ECS metadata: export ALIBABA_CLOUD_ECS_METADATA={role} http_proxy=http://127.0.0.1:{port}"
            )?;
        }
    }
    writeln!(
        out,
        r#"
# aliyun CLI
aliyun ram ListUsers --endpoint {host} --insecure --region cn-hangzhou
# Python SDKs
Config(endpoint='{host}', protocol='HTTP')
oss2.Bucket(auth, 'http://{host}', 'BUCKET', is_path_style=True)
# Terraform
provider "alicloud" {{
  region       = "cn-hangzhou"
  protocol     = "HTTP"
  account_type = "Domestic"
  endpoints {{
    ram             = "{host}"
    sts             = "{host}"
    ims             = "{host}"
    resourcemanager = "{host}"
    oss             = "http://{host}"
  }}
}}
"#
    )?;
    match state {
        Some(folder) => writeln!(out, "Ctrl-C ends it; the state is kept in {}.", folder.display())?,
        None => writeln!(out, "Ctrl-C ends it; nothing is kept.")?,
    }
    out.flush()
}
