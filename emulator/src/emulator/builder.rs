//! What an embedder begins with: a builder.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use tokio_rustls::TlsAcceptor;

use super::EmulatorHandle;
use super::site::Site;
use crate::cloud::{
    AccountError, Clock, ClockError, InstanceRole, OssV1, Quota, Service, Signers, StandIns, Store, SystemPolicies,
};
use crate::control::state::{AuthorizationState, apply};
use crate::control::{Console, ConsoleFile, ControlPeers, Extension};
use crate::federation::KeySet;
use crate::gateway::{Denials, NotPerformed};
use crate::keep::{KeepError, Keeper};
use crate::operation::DECISIONS_BYTES;
use crate::registry::FileError;
use crate::server::{CertificateAuthority, Limits, Proxy};
use crate::services;
use crate::setup::{Besides, Setup, SetupError};
use crate::signature::Secret;

/// The emulator.
#[derive(Debug)]
pub struct Emulator;

impl Emulator {
    /// Says how to start one. Every default is good for a test: loopback, a free port, one account, the real clock.
    pub fn builder() -> Builder {
        Builder {
            address: (Ipv4Addr::LOCALHOST, 0).into(),
            setup: Setup::default(),
            state: None,
            operations: Vec::new(),
            not_performed: NotPerformed::default(),
            callbacks: false,
            denials: Denials::default(),
            proxy: None,
            decisions_bytes: DECISIONS_BYTES,
            workers: 1,
            authority: None,
            control_hosts: Vec::new(),
            control_peers: ControlPeers::default(),
            console: None,
            extensions: Vec::new(),
        }
    }
}

/// Why an emulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be bound, or no thread can be had.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// An account that cannot be opened beside the others.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// A clock that was set to a time it cannot show.
    #[error(transparent)]
    Clock(#[from] ClockError),
    /// The folder of the state cannot be used, or what is in it not be loaded.
    #[error(transparent)]
    State(#[from] KeepError),
    /// A file of operations that is not of its form, or clashes.
    #[error(transparent)]
    Operations(#[from] FileError),
}

impl From<SetupError> for StartError {
    fn from(error: SetupError) -> Self {
        match error {
            SetupError::Account(error) => Self::Account(error),
            SetupError::Clock(error) => Self::Clock(error),
        }
    }
}

impl From<StartError> for io::Error {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Io(error) => error,
            other => Self::new(io::ErrorKind::InvalidInput, other),
        }
    }
}

/// How to start an emulator.
#[derive(Debug)]
pub struct Builder {
    address: SocketAddr,
    setup: Setup,
    state: Option<PathBuf>,
    operations: Vec<(String, String)>,
    not_performed: NotPerformed,
    callbacks: bool,
    denials: Denials,
    proxy: Option<Proxy>,
    decisions_bytes: usize,
    workers: usize,
    authority: Option<CertificateAuthority>,
    control_hosts: Vec<String>,
    control_peers: ControlPeers,
    console: Option<Console>,
    extensions: Vec<Arc<dyn Extension>>,
}

impl Builder {
    /// Where to listen. Port 0 takes a free one.
    #[must_use]
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// The seed of ids and secrets: the same seed and the same calls give the same bytes.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.setup.seed = seed;
        self
    }

    /// The clock that the cloud goes by.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.setup.clock = Some(clock);
        self
    }

    /// By which clock those date their requests who sign them: unless told otherwise, by the machine's where the cloud's clock
    /// is real, by the cloud's where it is fixed. A cloud with a fixed clock that SDKs talk to takes [`Signers::Machine`].
    #[must_use]
    pub fn signers(mut self, signers: Signers) -> Self {
        self.setup.signers = Some(signers);
        self
    }

    /// Opens an account, by a name of one's own and its id of 16 digits. Without any, one is opened. No two have one id or name.
    #[must_use]
    pub fn account(mut self, name: &str, id: &str) -> Self {
        self.setup.accounts.push((name.to_owned(), id.to_owned()));
        self
    }

    /// Tells when an account was opened, by its id, where that counts: OSS refuses signatures of V1 from accounts opened since March 2025,
    /// and takes them from older ones, unless it refuses them from all. Of one that is told of nothing, what is said for all counts.
    #[must_use]
    pub fn account_opened(mut self, id: &str, at: Timestamp) -> Self {
        self.setup.account_ages.insert(id.to_owned(), at);
        self
    }

    /// Opens a service for every account at the start, as if its owner had activated it.
    #[must_use]
    pub fn open(mut self, service: Service) -> Self {
        self.setup.opened.push(service);
        self
    }

    /// Raises or lowers a quota for every account.
    #[must_use]
    pub fn quota(mut self, quota: Quota, most: usize) -> Self {
        self.setup.quotas.push((quota, most));
        self
    }

    /// Tells the keys of an issuer of OIDC tokens, which the cloud would fetch from the issuer.
    #[must_use]
    pub fn issuer(mut self, url: &str, keys: KeySet) -> Self {
        self.setup.issuers.push((url.to_owned(), keys));
        self
    }

    /// Attaches a role to the instance that programs believe to run on: from now on whatever runs on this machine may have its
    /// credentials, once the role exists and trusts `ecs.aliyuncs.com`. Without any, nobody is given credentials.
    #[must_use]
    pub fn instance_role(mut self, role: InstanceRole) -> Self {
        self.setup.instance_roles.push(role);
        self
    }

    /// The system policies in force, instead of those that come with the program.
    #[must_use]
    pub fn system_policies(mut self, policies: impl Into<Arc<SystemPolicies>>) -> Self {
        self.setup.system_policies = Some(policies.into());
        self
    }

    /// Policies that count in the place of those that are attached: decisions are made by them, while what is attached is told as
    /// ever. To try whether smaller policies would do.
    #[must_use]
    pub fn stand_ins(mut self, stand_ins: impl Into<Arc<StandIns>>) -> Self {
        self.setup.stand_ins = Some(stand_ins.into());
        self
    }

    /// What becomes of requests to OSS that are signed with V1; unless told otherwise, they are answered and warned of. The cloud
    /// refuses them from new accounts and for new buckets.
    #[must_use]
    pub fn oss_v1(mut self, v1: OssV1) -> Self {
        self.setup.oss_v1 = Some(v1);
        self
    }

    /// Whether public access is blocked in buckets as they are made; unless told otherwise, it is, as in the cloud since October
    /// 2025. What was written before that makes public buckets at once, and wants `false`.
    #[must_use]
    pub fn oss_public_access_blocked(mut self, blocked: bool) -> Self {
        self.setup.oss_public_access_blocked = Some(blocked);
        self
    }

    /// Lets OSS call application servers on this machine back, as uploads ask for it; unless told so, every callback fails as one does
    /// whose server cannot be reached.
    #[must_use]
    pub fn oss_callbacks(mut self) -> Self {
        self.callbacks = true;
        self
    }

    /// Reads the roles in PAI's workspaces strictly: what a member may do, RAM must allow as well. Unless told otherwise a role suffices.
    #[must_use]
    pub fn strict_workspace_roles(mut self) -> Self {
        self.setup.strict_workspace_roles = true;
        self
    }

    /// Keeps the state in a folder, which is made if it is not there: what is in it is loaded at the start, and it is saved
    /// after changes and at the end. `state.json` has the secrets of all keys in it.
    ///
    /// Of a state that is loaded, what is said here holds besides: accounts that are not there are opened, services too, and a
    /// clock, system policies and quotas that are named count. The seed counts for a new state only.
    #[must_use]
    pub fn state(mut self, folder: impl Into<PathBuf>) -> Self {
        self.state = Some(folder.into());
        self
    }

    /// Keeps what is in objects in this store instead of in memory: in the files of a folder, with [`FolderStore`](crate::FolderStore). A
    /// state that is kept has links to those files and no copies, where it is in a folder of the same disk.
    #[must_use]
    pub fn payloads(mut self, store: impl Store + 'static) -> Self {
        self.setup.store = Some(Arc::new(store));
        self
    }

    /// What there is at the start: users, roles, policies and whatever else an authorization state says. Its accounts are opened
    /// before any other. What of it cannot be taken is left out; [`Authority::of`](super::Authority::of) tells what.
    #[must_use]
    pub fn authorization_state(mut self, state: AuthorizationState) -> Self {
        let named = state.accounts.iter().map(|(name, account)| (name.clone(), account.account_id.clone()));
        let known = |pair: &(String, String)| self.setup.accounts.contains(pair);
        let fresh: Vec<_> = named.filter(|pair| !known(pair)).collect();
        self.setup.accounts.splice(0..0, fresh);
        self.setup.besides.push(Besides(Arc::new(move |cloud| drop(apply(cloud, &state)))));
        self
    }

    /// A product of one's own beside those that come with the program: the name of a file, for messages, and its text, in the form
    /// that [`Registry::load`](crate::registry::Registry::load) tells.
    #[must_use]
    pub fn operations(mut self, file: &str, text: &str) -> Self {
        self.operations.push((file.to_owned(), text.to_owned()));
        self
    }

    /// What comes of an operation that is decided and not performed: unless told otherwise, it says so.
    #[must_use]
    pub fn not_performed(mut self, not_performed: NotPerformed) -> Self {
        self.not_performed = not_performed;
        self
    }

    /// What comes of a call that the policies do not allow: unless told otherwise, it is refused.
    #[must_use]
    pub fn denials(mut self, denials: Denials) -> Self {
        self.denials = denials;
        self
    }

    /// Is the proxy of programs, too: they reach it by the cloud's own host names, and nothing else leaves but what this lets through.
    /// For https it takes [`Self::tls`].
    #[must_use]
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// How many bytes of decisions are remembered, about; 32 MiB unless told otherwise. The oldest are forgotten first.
    #[must_use]
    pub fn decisions_bytes(mut self, most: usize) -> Self {
        self.decisions_bytes = most;
        self
    }

    /// How many threads answer. One is enough for tests.
    #[must_use]
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = workers.max(1);
        self
    }

    /// Answers TLS too, on the same port, with certificates of this authority.
    #[must_use]
    pub fn tls(mut self, authority: CertificateAuthority) -> Self {
        self.authority = Some(authority);
        self
    }

    /// A further name that the control surface answers to, besides `localhost`, loopback addresses and the address listened on:
    /// that of a container, such as `acslab`.
    #[must_use]
    pub fn control_host(mut self, name: &str) -> Self {
        self.control_hosts.push(name.to_owned());
        self
    }

    /// From where the control surface takes requests. Unless told otherwise, from this machine.
    #[must_use]
    pub fn control_peers(mut self, peers: ControlPeers) -> Self {
        self.control_peers = peers;
        self
    }

    /// Serves a console under `/_acslab/console/`: its files, and the token that it shows with whatever changes something. Whoever knows
    /// the token may call the cloud as anybody.
    #[must_use]
    pub fn console(mut self, files: &'static [ConsoleFile], token: Secret) -> Self {
        self.console = Some(Console::new(files, token));
        self
    }

    /// Answers more on the control surface.
    #[must_use]
    pub fn extension(mut self, extension: Arc<dyn Extension>) -> Self {
        self.extensions.push(extension);
        self
    }

    /// Binds the address and starts to answer. When this returns, requests are taken.
    ///
    /// # Errors
    /// See [`StartError`]; then nothing was started.
    pub fn start(self) -> Result<EmulatorHandle, StartError> {
        let (keeper, loaded) = match &self.state {
            Some(folder) => Keeper::in_folder(folder, self.setup.signers, self.setup.store.clone())?,
            None => (Keeper::default(), None),
        };
        let (cloud, accounts) = match loaded {
            Some(cloud) => self.setup.loaded(cloud)?,
            None => self.setup.new_cloud()?,
        };
        let mut registry = services::registry();
        for (file, text) in &self.operations {
            Arc::make_mut(&mut registry).load(file, text)?;
        }
        let limits = Limits::default();
        let tls = self.authority.map(|authority| authority.server_config(&limits)).transpose()?.map(TlsAcceptor::from);
        let site = Site {
            address: self.address,
            workers: self.workers,
            tls,
            control_hosts: self.control_hosts,
            control_peers: self.control_peers,
            console: self.console,
            extensions: self.extensions,
            registry,
            decisions_bytes: self.decisions_bytes,
            not_performed: self.not_performed,
            callbacks: self.callbacks,
            denials: self.denials,
            proxy: self.proxy,
            setup: Arc::new(self.setup),
        };
        site.serve(cloud, accounts, keeper, self.state.is_some())
    }
}
