//! The server as a whole.

use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;

use super::accept::accept;
use super::connection::Served;

/// Serves until `stop` says so; requests under way are answered to the end, as far as the limits allow. With TLS, the one port takes
/// both.
pub(crate) async fn serve(listener: TcpListener, served: Served, stop: watch::Receiver<bool>) {
    let limits = Arc::clone(&served.limits);
    let stopping = stop.clone();
    accept(listener, &limits, stop, move |stream, peer| served.clone().connection(stream, peer, stopping.clone()))
        .await;
}
