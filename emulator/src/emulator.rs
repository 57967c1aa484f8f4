//! What an embedder sees: a builder, and a handle with the address.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use crate::cloud::{
    AccountError, Clock, ClockError, Cloud, InstanceRole, Quota, ReadyAccount, Service, Signers, SystemPolicies,
};
use crate::control::{Control, ControlPeers, Guard};
use crate::federation::KeySet;
use crate::gateway::Gateway;
use crate::keep::{KeepError, Keeper, Saver};
use crate::server;
use crate::server::{CertificateAuthority, Limits};
use crate::services;
use crate::setup::{Setup, SetupError};

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
            workers: 1,
            authority: None,
            control_hosts: Vec::new(),
            control_peers: ControlPeers::default(),
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
    workers: usize,
    authority: Option<CertificateAuthority>,
    control_hosts: Vec<String>,
    control_peers: ControlPeers,
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

    /// Binds the address and starts to answer. When this returns, requests are taken.
    ///
    /// # Errors
    /// See [`StartError`]; then nothing was started.
    pub fn start(self) -> Result<EmulatorHandle, StartError> {
        let (keeper, loaded) = match &self.state {
            Some(folder) => Keeper::in_folder(folder, self.setup.signers)?,
            None => (Keeper::default(), None),
        };
        let (cloud, accounts) = match loaded {
            Some(cloud) => self.setup.loaded(cloud)?,
            None => self.setup.new_cloud()?,
        };
        let limits = Limits::default();
        let tls = self.authority.map(|authority| authority.server_config(&limits)).transpose()?.map(TlsAcceptor::from);
        let site = Site {
            address: self.address,
            workers: self.workers,
            tls,
            control_hosts: self.control_hosts,
            control_peers: self.control_peers,
            setup: self.setup,
        };
        site.serve(cloud, accounts, keeper, self.state.is_some())
    }
}

/// Where and how a cloud is served.
#[derive(Clone)]
struct Site {
    address: SocketAddr,
    workers: usize,
    tls: Option<TlsAcceptor>,
    control_hosts: Vec<String>,
    control_peers: ControlPeers,
    setup: Setup,
}

impl Site {
    fn serve(
        self,
        cloud: Cloud,
        accounts: Vec<ReadyAccount>,
        keeper: Keeper,
        keeps: bool,
    ) -> Result<EmulatorHandle, StartError> {
        let listener = std::net::TcpListener::bind(self.address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let gateway = Arc::new(Gateway::new(cloud, services::registry()));
        let (stop, stopped) = watch::channel(false);
        let keeper = Arc::new(keeper);
        let guard = Guard::new(address.ip(), self.control_hosts.clone(), self.control_peers);
        let control = Control::new(Arc::clone(&gateway), guard, Arc::clone(&keeper), self.setup.clone());
        let control = Arc::new(control);
        // Connections are accepted beside the workers, however busy those are.
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(self.workers).thread_name("acslab-worker").enable_all().build()?;
        let (served, tls) = (Arc::clone(&control), self.tls.clone());
        let thread = std::thread::Builder::new().name("acslab".to_owned()).spawn(move || {
            runtime.block_on(async move {
                if let Ok(listener) = tokio::net::TcpListener::from_std(listener) {
                    server::serve(listener, served, tls, Limits::default(), stopped).await;
                }
            });
        })?;
        let mut handle =
            EmulatorHandle { address, accounts, gateway, control, site: self, stop, thread: Some(thread), saver: None };
        if keeps {
            // Without a thread that saves there is no emulator either: dropped, the handle ends it.
            handle.saver = Some(Saver::start(keeper, Arc::clone(&handle.gateway))?);
        }
        Ok(handle)
    }
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site").field("address", &self.address).finish_non_exhaustive()
    }
}

/// A running emulator. Dropping it ends it.
#[derive(Debug)]
pub struct EmulatorHandle {
    address: SocketAddr,
    accounts: Vec<ReadyAccount>,
    gateway: Arc<Gateway>,
    control: Arc<Control>,
    site: Site,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
    saver: Option<Saver>,
}

impl EmulatorHandle {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The accounts, with the keys of their owners.
    pub fn accounts(&self) -> &[ReadyAccount] {
        &self.accounts
    }

    /// The gateway, for an embedder that wants to look at the state or the audit trail.
    pub fn gateway(&self) -> &Gateway {
        &self.gateway
    }
}

impl EmulatorHandle {
    /// Gives the state of this moment a name, to go back to it later; one that had the name before is no more.
    ///
    /// # Errors
    /// The name is none, there are as many checkpoints as may be, or the folder cannot be written.
    pub fn save_checkpoint(&self, name: &str) -> Result<(), KeepError> {
        self.control.save_checkpoint(name).map(|_| ())
    }

    /// Goes back to a checkpoint, in one step for whoever calls meanwhile.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn restore_checkpoint(&self, name: &str) -> Result<(), KeepError> {
        self.control.restore(name).map(|_| ())
    }

    /// Goes back to how the cloud was at the start, in one step for whoever calls meanwhile. Checkpoints stay.
    ///
    /// # Errors
    /// Those of the start.
    pub fn reset(&self) -> Result<(), StartError> {
        self.control.reset()?;
        Ok(())
    }

    /// Starts an emulator at a free port whose cloud is this one as it is at this moment, keys included, and which goes its own
    /// way from then on. It keeps nothing.
    ///
    /// # Errors
    /// The address cannot be bound, or no thread can be had.
    pub fn fork(&self) -> Result<Self, StartError> {
        let cloud = self.gateway.cloud().fork().map_err(KeepError::Restore)?;
        let accounts = cloud.accounts().iter().filter_map(|account| cloud.ready(account)).collect();
        let site = Site { address: (self.address.ip(), 0).into(), ..self.site.clone() };
        site.serve(cloud, accounts, Keeper::default(), false)
    }

    /// Ends it: requests under way are answered, then the state is saved if there is a folder for it.
    ///
    /// # Errors
    /// The state cannot be saved; the one saved before is in its place.
    pub fn shutdown(mut self) -> Result<(), KeepError> {
        self.end()
    }

    fn end(&mut self) -> Result<(), KeepError> {
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        self.saver.take().map_or(Ok(()), Saver::finish)
    }
}

/// As [`EmulatorHandle::shutdown`]; that the state cannot be saved is told to the log only.
impl Drop for EmulatorHandle {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            tracing::error!(%error, "the state cannot be saved");
        }
    }
}
