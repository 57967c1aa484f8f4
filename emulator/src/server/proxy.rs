//! The emulator as the proxy of a program: what is of the cloud is answered here, and nothing else leaves unless somebody said so.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use crate::control::Control;

/// How the emulator is a proxy. Unless told otherwise, nothing leaves.
#[derive(Debug, Clone, Default)]
pub struct Proxy {
    passed: Vec<String>,
    observes: bool,
}

impl Proxy {
    /// Lets a host through to where it really is; of `*.example.com`, every host below it.
    #[must_use]
    pub fn pass(mut self, host: &str) -> Self {
        self.passed.push(host.to_ascii_lowercase());
        self
    }

    /// Lets every host through that is no part of the cloud, and only keeps them in mind.
    #[must_use]
    pub fn observe(mut self) -> Self {
        self.observes = true;
        self
    }

    fn passes(&self, host: &str) -> bool {
        self.passed.iter().any(|passed| match passed.strip_prefix("*.") {
            Some(domain) => host.strip_suffix(domain).is_some_and(|front| front.ends_with('.')),
            None => host == passed,
        })
    }
}

/// A host that a program asked for and that is no part of the cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// The host, in lower case.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How often it was asked for.
    pub times: u64,
    /// Was it let through?
    pub let_through: bool,
}

/// Hosts that are kept in mind; whatever comes then is treated the same and not told (CHOICE).
const STRANGERS: usize = 1_000;

/// The domain that the cloud's services answer in.
const DOMAIN: &str = ".aliyuncs.com";
/// What is in it and no service of the cloud: mirrors of packages.
const MIRRORS: [&str; 2] = ["mirrors.aliyuncs.com", "mirrors.cloud.aliyuncs.com"];
/// The ports of http and https.
pub(super) const PORTS: [u16; 2] = [80, 443];
/// Where an instance finds its metadata.
const METADATA: &str = "100.100.100.200";

/// Where a request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// To the emulator itself.
    Here,
    /// To where it says.
    Out,
    /// Nowhere.
    Nowhere,
}

/// A proxy at work.
#[derive(Debug)]
pub(crate) struct Egress {
    proxy: Proxy,
    /// Where the emulator listens.
    own: SocketAddr,
    strangers: Mutex<BTreeMap<(String, u16), (u64, bool)>>,
    /// Was it asked for any host but this machine?
    asked: AtomicBool,
}

impl Egress {
    pub(crate) fn new(proxy: Proxy, own: SocketAddr) -> Arc<Self> {
        Arc::new(Self { proxy, own, strangers: Mutex::default(), asked: AtomicBool::new(false) })
    }

    /// Who was asked for and is no part of the cloud.
    pub(crate) fn strangers(&self) -> Vec<Stranger> {
        let strangers = self.strangers.lock();
        let shown = |((host, port), (times, let_through)): (&(String, u16), &(u64, bool))| Stranger {
            host: host.clone(),
            port: *port,
            times: *times,
            let_through: *let_through,
        };
        strangers.iter().map(shown).collect()
    }

    /// Was it asked for any host but this machine, of the cloud or not?
    pub(crate) fn was_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Is it where the emulator listens?
    pub(super) fn is_here(&self, host: &str, port: u16) -> bool {
        port == self.own.port() && host.parse() == Ok(self.own.ip())
    }

    /// Is it an address, of which nobody said anything?
    pub(super) fn is_unknown_address(&self, host: &str) -> bool {
        host.parse().is_ok_and(|address: IpAddr| !address.is_loopback()) && !self.proxy.passes(host)
    }

    /// Where does a request to a host go? Strangers are kept in mind.
    pub(super) fn way(&self, control: &Control, host: &str, port: u16) -> Way {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let literal = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(&host);
        let address: Option<IpAddr> = literal.parse().ok();
        let near = host == "localhost" || address.is_some_and(|address| address.to_canonical().is_loopback());
        if near || address == Some(self.own.ip()) {
            // What else runs on this machine is no stranger.
            return if port == self.own.port() { Way::Here } else { Way::Out };
        }
        self.asked.store(true, Ordering::Relaxed);
        if self.proxy.passes(&host) {
            return Way::Out;
        }
        if PORTS.contains(&port) && is_of_the_cloud(control, &host) {
            return Way::Here;
        }
        let let_through = self.proxy.observes;
        let mut strangers = self.strangers.lock();
        let key = (host, port);
        if strangers.len() < STRANGERS || strangers.contains_key(&key) {
            strangers.entry(key).or_insert((0, let_through)).0 += 1;
        }
        if let_through { Way::Out } else { Way::Nowhere }
    }
}

/// Does the cloud answer at this host: does a product, or a bucket under a name of its own?
///
/// CHOICE: every host of the cloud's domain counts, so that no call to a product that acslab does not know leaves the machine: it is told
/// that there is no such operation.
fn is_of_the_cloud(control: &Control, host: &str) -> bool {
    let in_domain = host.ends_with(DOMAIN) && !MIRRORS.contains(&host);
    let gateway = control.gateway();
    in_domain
        || host == METADATA
        || host.ends_with(".localhost")
        || gateway.cloud().buckets.called(host).is_some()
        || gateway.registry().product_at(host).is_some()
}
