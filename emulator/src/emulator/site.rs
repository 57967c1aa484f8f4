//! Where and how a cloud is served.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::{EmulatorHandle, StartError};
use crate::cloud::{Cloud, ReadyAccount};
use crate::control::{Console, Control, ControlPeers, Extension, Guard, callback_key};
use crate::gateway::{CallsOut, Denials, Gateway, NotPerformed};
use crate::keep::{Keeper, Saver};
use crate::registry::Registry;
use crate::server::{self, Arrivals, Egress, Proxy, Served};
use crate::setup::Setup;

/// Where and how a cloud is served.
#[derive(Clone)]
pub(super) struct Site {
    pub(super) address: SocketAddr,
    pub(super) workers: usize,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) control_hosts: Vec<String>,
    pub(super) control_peers: ControlPeers,
    pub(super) console: Option<Console>,
    pub(super) extensions: Vec<Arc<dyn Extension>>,
    pub(super) registry: Arc<Registry>,
    pub(super) decisions_bytes: usize,
    pub(super) not_performed: NotPerformed,
    pub(super) callbacks: bool,
    pub(super) denials: Denials,
    pub(super) proxy: Option<Proxy>,
    pub(super) setup: Arc<Setup>,
}

impl Site {
    /// The same at another address.
    pub(super) fn at(&self, address: SocketAddr) -> Self {
        Self { address, ..self.clone() }
    }

    pub(super) fn serve(
        self,
        cloud: Cloud,
        accounts: Vec<ReadyAccount>,
        keeper: Keeper,
        keeps: bool,
    ) -> Result<EmulatorHandle, StartError> {
        let listener = std::net::TcpListener::bind(self.address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let gateway = Gateway::new(cloud, Arc::clone(&self.registry), self.decisions_bytes);
        let calls_out = if self.callbacks {
            CallsOut::to_this_machine(address, callback_key(address))
        } else {
            CallsOut::default()
        };
        let gateway = Arc::new(gateway.not_performed(self.not_performed).calls_out(calls_out).denials(self.denials));
        let (stop, stopped) = watch::channel(false);
        let keeper = Arc::new(keeper);
        let guard = Guard::new(address, self.control_hosts.clone(), self.control_peers);
        let control = Control::new(Arc::clone(&gateway), guard, Arc::clone(&keeper), Arc::clone(&self.setup));
        let control = Arc::new(control.with(self.console.clone(), self.extensions.clone()));
        // Connections are accepted beside the workers, however busy those are.
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(self.workers).thread_name("acslab-worker").enable_all().build()?;
        let (served, tls) = (Arc::clone(&control), self.tls.clone());
        let egress = self.proxy.clone().map(|proxy| Egress::new(proxy, address));
        let served = Served::new(served, tls, egress.clone());
        let arrivals = Arrivals::new(served.clone(), runtime.handle().clone(), stopped.clone());
        let thread = std::thread::Builder::new().name("acslab".to_owned()).spawn(move || {
            runtime.block_on(async move {
                if let Ok(listener) = tokio::net::TcpListener::from_std(listener) {
                    server::serve(listener, served, stopped).await;
                }
            });
        })?;
        let mut handle = EmulatorHandle {
            address,
            accounts,
            gateway,
            control,
            egress,
            arrivals,
            site: self,
            stop,
            thread: Some(thread),
            saver: None,
        };
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
