//! Sockets: connections are accepted, requests read as far as they are wanted and handed to the gateway or the control surface, all
//! within the limits of one table.

mod accept;
mod answer;
mod arrivals;
mod body;
mod connection;
mod limits;
mod patient;
mod proxy;
mod sending;
mod serve;
mod tls;
mod tunnel;

pub(crate) use answer::read_head;
pub use arrivals::Arrivals;
pub(crate) use connection::Served;
pub(crate) use limits::Limits;
pub use patient::patient;
pub(crate) use proxy::Egress;
pub use proxy::{Proxy, Stranger};
pub(crate) use serve::serve;
pub use tls::CertificateAuthority;
