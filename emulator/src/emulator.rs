//! What an embedder sees: a builder, and a handle with the address.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
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
use crate::server;
use crate::server::CertificateAuthority;

/// The account that an emulator starts with unless told otherwise.
const DEFAULT_ACCOUNT: (&str, &str) = ("company", "1234567890123456");

/// The emulator.
#[derive(Debug)]
pub struct Emulator;

impl Emulator {
    /// Says how to start one. Every default is good for a test: loopback, a free port, one account, the real clock.
    pub fn builder() -> Builder {
        Builder {
            address: (Ipv4Addr::LOCALHOST, 0).into(),
            seed: 0,
            clock: Clock::real(),
            signers: None,
            accounts: Vec::new(),
            opened: Vec::new(),
            quotas: Vec::new(),
            issuers: Vec::new(),
            instance_roles: Vec::new(),
            system_policies: None,
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
    seed: u64,
    clock: Clock,
    signers: Option<Signers>,
    accounts: Vec<(String, String)>,
    opened: Vec<Service>,
    quotas: Vec<(Quota, usize)>,
    issuers: Vec<(String, KeySet)>,
    instance_roles: Vec<InstanceRole>,
    system_policies: Option<Arc<SystemPolicies>>,
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
        self.seed = seed;
        self
    }

    /// The clock that the cloud goes by.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// By which clock those date their requests who sign them: unless told otherwise, by the machine's where the cloud's clock
    /// is real, by the cloud's where it is fixed. A cloud with a fixed clock that SDKs talk to takes [`Signers::Machine`].
    #[must_use]
    pub fn signers(mut self, signers: Signers) -> Self {
        self.signers = Some(signers);
        self
    }

    /// Opens an account, by a name of one's own and its id of 16 digits. Without any, one is opened. No two have one id or name.
    #[must_use]
    pub fn account(mut self, name: &str, id: &str) -> Self {
        self.accounts.push((name.to_owned(), id.to_owned()));
        self
    }

    /// Opens a service for every account at the start, as if its owner had activated it.
    #[must_use]
    pub fn open(mut self, service: Service) -> Self {
        self.opened.push(service);
        self
    }

    /// Raises or lowers a quota for every account.
    #[must_use]
    pub fn quota(mut self, quota: Quota, most: usize) -> Self {
        self.quotas.push((quota, most));
        self
    }

    /// Tells the keys of an issuer of OIDC tokens, which the cloud would fetch from the issuer.
    #[must_use]
    pub fn issuer(mut self, url: &str, keys: KeySet) -> Self {
        self.issuers.push((url.to_owned(), keys));
        self
    }

    /// Attaches a role to the instance that programs believe to run on: from now on whatever runs on this machine may have its
    /// credentials, once the role exists and trusts `ecs.aliyuncs.com`. Without any, nobody is given credentials.
    #[must_use]
    pub fn instance_role(mut self, role: InstanceRole) -> Self {
        self.instance_roles.push(role);
        self
    }

    /// The system policies in force, instead of those that come with the program.
    #[must_use]
    pub fn system_policies(mut self, policies: impl Into<Arc<SystemPolicies>>) -> Self {
        self.system_policies = Some(policies.into());
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
        let clock = match self.signers {
            Some(signers) => self.clock.signed_by(signers),
            None => self.clock,
        };
        clock.check()?;
        let listener = std::net::TcpListener::bind(self.address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let cloud = Cloud::new(clock, self.seed, self.system_policies);
        let mut named = self.accounts;
        if named.is_empty() {
            named.push((DEFAULT_ACCOUNT.0.to_owned(), DEFAULT_ACCOUNT.1.to_owned()));
        }
        let accounts = named.iter().map(|(name, id)| cloud.open_account(name, id)).collect::<Result<_, _>>()?;
        for (quota, most) in self.quotas {
            cloud.set_quota(quota, most);
        }
        for account in cloud.accounts() {
            let mut activations = account.activations.write();
            for service in &self.opened {
                activations.open(service.clone(), cloud.clock.now());
            }
        }
        for role in self.instance_roles {
            cloud.instance.attach(role);
        }
        for (issuer, keys) in self.issuers {
            cloud.issuers.set(&issuer, keys);
        }
        let gateway = Arc::new(Gateway::new(cloud));
        let tls = self.authority.map(CertificateAuthority::server_config).transpose()?.map(TlsAcceptor::from);
        let (stop, stopped) = watch::channel(false);
        let mut runtime = match self.workers {
            1 => tokio::runtime::Builder::new_current_thread(),
            many => {
                let mut runtime = tokio::runtime::Builder::new_multi_thread();
                runtime.worker_threads(many);
                runtime
            }
        };
        let runtime = runtime.enable_all().build()?;
        let guard = Guard::new(address.ip(), self.control_hosts, self.control_peers);
        let control = Arc::new(Control::new(Arc::clone(&gateway), guard));
        let served = Arc::clone(&gateway);
        let thread = std::thread::Builder::new().name("acslab".to_owned()).spawn(move || {
            runtime.block_on(async move {
                if let Ok(listener) = tokio::net::TcpListener::from_std(listener) {
                    server::serve(listener, served, control, tls, stopped).await;
                }
            });
        })?;
        Ok(EmulatorHandle { address, accounts, gateway, stop, thread: Some(thread) })
    }
}

/// A running emulator. Dropping it ends it.
#[derive(Debug)]
pub struct EmulatorHandle {
    address: SocketAddr,
    accounts: Vec<ReadyAccount>,
    gateway: Arc<Gateway>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
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

impl Drop for EmulatorHandle {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
