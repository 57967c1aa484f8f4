//! The server as a whole.

use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::Limits;
use super::accept::accept;
use super::connection::Served;
use super::proxy::Egress;
use crate::control::Control;

/// Serves until `stop` says so; requests under way are answered to the end, as far as the limits allow. With TLS, the one port takes
/// both.
pub(crate) async fn serve(
    listener: TcpListener,
    control: Arc<Control>,
    tls: Option<TlsAcceptor>,
    egress: Option<Arc<Egress>>,
    limits: Limits,
    stop: watch::Receiver<bool>,
) {
    let served = Served { control, tls, limits: Arc::new(limits), egress, told: Arc::default() };
    let limits = Arc::clone(&served.limits);
    let stopping = stop.clone();
    accept(listener, &limits, stop, move |stream, peer| served.clone().connection(stream, peer, stopping.clone()))
        .await;
}
