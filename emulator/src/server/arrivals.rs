//! Connections that a program opened to somewhere else and that arrived here instead: served as a tunnel to where they were to lead.

use std::io;
use std::net::{Ipv4Addr, TcpStream as Opened};
use std::sync::Arc;
use std::time::Duration;

use rustls::server::Acceptor;
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};
use tracing::warn;

use super::accept::stopped;
use super::answer::Origin;
use super::connection::{Served, TLS_HANDSHAKE};
use super::proxy::{PORTS, Way};
use super::tunnel::{reach, relay};

/// Takes connections of a program that is led here whether it knows of a proxy or not.
#[derive(Clone)]
pub struct Arrivals {
    served: Served,
    runtime: Handle,
    stop: watch::Receiver<bool>,
    room: Arc<Semaphore>,
}

impl std::fmt::Debug for Arrivals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Arrivals").finish_non_exhaustive()
    }
}

impl Arrivals {
    pub(crate) fn new(served: Served, runtime: Handle, stop: watch::Receiver<bool>) -> Self {
        let room = Arc::new(Semaphore::new(served.limits.connections));
        Self { served, runtime, stop, room }
    }

    /// Takes a connection that was opened to a host and a port. The host may be an address of which nobody knows what it was to be: then
    /// what the program says first names it, at the ports of http and https. Whoever may not be reached is cut off.
    pub fn take(&self, stream: Opened, host: &str, port: u16) {
        let (served, stop, host) = (self.served.clone(), self.stop.clone(), host.to_owned());
        self.serve(&format!("{host}:{port}"), async move {
            if let Ok(stream) = own(stream) {
                served.arrived(stream, host, port, stop).await;
            }
        });
    }

    /// Leads a connection to where another one goes that is open, or about to be, until both have ended.
    pub fn join(&self, stream: Opened, there: Opened) {
        let (pause, mut stop) = (self.served.limits.tunnel_pause, self.stop.clone());
        let to = stream.local_addr().map_or_else(|error| error.to_string(), |to| to.to_string());
        self.serve(&to, async move {
            let (Ok(stream), Ok(there)) = (own(stream), own(there)) else { return };
            let both = async {
                if there.writable().await.is_ok() {
                    relay(stream, there, pause).await;
                }
            };
            tokio::select! {
                () = both => {}
                () = stopped(&mut stop) => {}
            }
        });
    }

    /// Serves a connection as long as there is room.
    fn serve(&self, to: &str, serves: impl Future<Output = ()> + Send + 'static) {
        let Ok(place) = Arc::clone(&self.room).try_acquire_owned() else {
            warn!(to, "there are as many connections as may be: this one is cut off");
            return;
        };
        self.runtime.spawn(async move {
            serves.await;
            drop(place);
        });
    }
}

fn own(stream: Opened) -> io::Result<TcpStream> {
    stream.set_nonblocking(true)?;
    TcpStream::from_std(stream)
}

impl Served {
    async fn arrived(self, stream: TcpStream, mut host: String, port: u16, mut stop: watch::Receiver<bool>) {
        let Some(egress) = self.egress.clone() else { return };
        if egress.is_here(&host, port) {
            // Whoever takes us for a proxy.
            return self.connection(stream, (Ipv4Addr::LOCALHOST, port).into(), stop).await;
        }
        let _ = stream.set_nodelay(true);
        let from = Origin { peer: Ipv4Addr::LOCALHOST.into(), secure: false };
        // At other ports a client may wait to be spoken to.
        if PORTS.contains(&port)
            && egress.is_unknown_address(&host)
            && let Ok(Some(name)) = timeout(self.limits.hello, name_in(&stream)).await
        {
            host = name;
        }
        match egress.way(&self.control, &host, port) {
            Way::Here => self.inside(stream, from.peer, stop).await,
            Way::Out => {
                let Ok(there) = reach(&host, port, from, &self.limits).await else { return cut_off(&stream) };
                tokio::select! {
                    () = relay(stream, there, self.limits.tunnel_pause) => {}
                    () = stopped(&mut stop) => {}
                }
            }
            Way::Nowhere => cut_off(&stream),
        }
    }
}

/// Ends a connection as one that was refused: it was not, since nobody knew yet where it was to lead.
fn cut_off(stream: &TcpStream) {
    let _ = stream.set_zero_linger();
}

/// The host that a client names first, by TLS or by HTTP; what it says stays unread. Who names none, or waits to be spoken to, is given up.
async fn name_in(stream: &TcpStream) -> Option<String> {
    const MOST: usize = 16 << 10;
    const PAUSE: Duration = Duration::from_millis(5);
    let (mut said, mut before) = (vec![0; MOST], 0);
    loop {
        let read = stream.peek(&mut said).await.ok()?;
        if read == 0 {
            return None;
        }
        match named(said.get(..read)?) {
            Named::Not => return None,
            Named::Host(host) => return Some(host),
            // The rest is under way.
            Named::NotYet if read < MOST => {
                if read == before {
                    sleep(PAUSE).await;
                }
                before = read;
            }
            Named::NotYet => return None,
        }
    }
}

#[derive(Debug, PartialEq)]
enum Named {
    Host(String),
    NotYet,
    Not,
}

fn named(said: &[u8]) -> Named {
    if said.first() == Some(&TLS_HANDSHAKE) {
        let mut acceptor = Acceptor::default();
        if acceptor.read_tls(&mut &*said).is_err() {
            return Named::Not;
        }
        return match acceptor.accept() {
            Ok(Some(hello)) => {
                hello.client_hello().server_name().map_or(Named::Not, |name| Named::Host(name.to_owned()))
            }
            Ok(None) => Named::NotYet,
            Err(_) => Named::Not,
        };
    }
    let text = String::from_utf8_lossy(said);
    let (head, whole) = text.split_once("\r\n\r\n").map_or((&*text, false), |(head, _)| (head, true));
    // What does not begin as a request is none.
    if !head.chars().next().is_some_and(|first| first.is_ascii_uppercase()) {
        return Named::Not;
    }
    if !whole {
        return Named::NotYet;
    }
    let host = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("host"));
    let host = host.map(|(_, value)| value.trim());
    let name = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
    name.filter(|name| !name.is_empty()).map_or(Named::Not, |name| Named::Host(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::super::Limits;
    use super::super::connection::tests::served;
    use super::*;

    #[test]
    fn a_host_is_named_by_what_is_said_first() {
        let request = b"GET / HTTP/1.1\r\nAccept: */*\r\nhost: example.com:80\r\n\r\n";
        assert_eq!(named(request), Named::Host("example.com".to_owned()));
        assert_eq!(named(&request[..30]), Named::NotYet);
        assert_eq!(named(b"GET / HTTP/1.0\r\n\r\n"), Named::Not);
        assert_eq!(named(b"\0\0\0\x08\x04\xd2\x16\x2f"), Named::Not);
        assert_eq!(named(&[TLS_HANDSHAKE, 3, 1]), Named::NotYet);
        let config = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        let name = "a.oss-cn-hangzhou.aliyuncs.com";
        let mut client = rustls::ClientConnection::new(Arc::new(config), name.try_into().unwrap()).unwrap();
        let mut hello = Vec::new();
        client.write_tls(&mut hello).unwrap();
        assert_eq!(named(&hello), Named::Host(name.to_owned()));
        assert_eq!(named(&hello[..60]), Named::NotYet);
    }

    /// Both ends of a connection.
    fn pair() -> (Opened, Opened) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let one = Opened::connect(listener.local_addr().unwrap()).unwrap();
        (one, listener.accept().unwrap().0)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_joined_has_room_and_time() {
        let limits = Limits { connections: 1, tunnel_pause: Duration::from_millis(200), ..Limits::default() };
        let served = Served { limits: Arc::new(limits), ..served(false) };
        let (_stop, stopping) = watch::channel(false);
        let arrivals = Arrivals::new(served, Handle::current(), stopping);
        let led = || {
            let ((client, arrived), (goes, server)) = (pair(), pair());
            arrivals.join(arrived, goes);
            (client, server)
        };
        let (mut client, mut server) = led();
        client.write_all(b"hello").unwrap();
        let mut said = [0; 5];
        server.read_exact(&mut said).unwrap();
        assert_eq!(&said, b"hello");
        let (mut other, _server) = led();
        assert_eq!(other.read(&mut said).unwrap_or(0), 0, "there is no room for it");
        // Neither side says anything any more.
        assert_eq!(client.read(&mut said).unwrap_or(0), 0);
        let is_led = |(mut client, mut server): (Opened, Opened)| {
            client.write_all(b"again").is_ok() && server.read_exact(&mut [0; 5]).is_ok()
        };
        let is_led_in_time = |_| {
            let is_led = is_led(led());
            if !is_led {
                std::thread::sleep(Duration::from_millis(20));
            }
            is_led
        };
        assert!((0..100).any(is_led_in_time), "there is room again");
    }
}
