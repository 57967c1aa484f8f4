//! The emulator as a program's proxy.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use acslab_emulator::{CertificateAuthority, EmulatorHandle, Proxy};
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::kit::{self, Answer};

struct Served {
    emulator: EmulatorHandle,
    trusted: Arc<ClientConfig>,
    folder: PathBuf,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn served(name: &str, proxy: Proxy) -> Served {
    let folder = std::env::temp_dir().join(format!("acslab-proxy-{name}-{}", std::process::id()));
    let authority = CertificateAuthority::load_or_create(&folder).expect("an authority");
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority.certificate_path()).expect("a certificate")).expect("a root");
    let trusted = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let emulator = kit::builder().tls(authority).proxy(proxy).start().expect("an emulator");
    Served { emulator, trusted: Arc::new(trusted), folder }
}

impl Served {
    fn connection(&self) -> TcpStream {
        let stream = TcpStream::connect(self.emulator.address()).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_mins(1))).expect("a timeout");
        stream
    }

    /// The answer to a CONNECT, and the connection behind it.
    fn connect(&self, to: &str) -> (Answer, TcpStream) {
        let mut stream = self.connection();
        write!(stream, "CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n\r\n").expect("a request");
        (Answer::read(&mut stream).expect("an answer"), stream)
    }

    /// The answer to a plain request of a proxy's client.
    fn plain(&self, url: &str) -> Answer {
        let mut stream = self.connection();
        let host = url.split('/').nth(2).expect("a host");
        write!(stream, "GET {url} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").expect("a request");
        Answer::read(&mut stream).expect("an answer")
    }

    fn strangers(&self) -> Vec<(String, u16, u64, bool)> {
        let shown = |one: acslab_emulator::Stranger| (one.host, one.port, one.times, one.let_through);
        self.emulator.strangers().into_iter().map(shown).collect()
    }
}

/// A server that answers one request on each of its connections with this.
fn server(said: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let (mut read, mut byte) = (Vec::new(), [0]);
            while !read.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
                read.push(byte[0]);
            }
            let first = String::from_utf8_lossy(&read).lines().next().unwrap_or_default().to_owned();
            let body = format!("{said}: {first}");
            let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        }
    });
    address
}

#[test]
fn a_tunnel_to_a_host_of_the_cloud_leads_to_the_emulator() {
    let served = served("here", Proxy::default());
    for host in ["ram.aliyuncs.com", "photos.oss-cn-hangzhou.aliyuncs.com", "some-product.cn-beijing.aliyuncs.com"] {
        let (answer, stream) = served.connect(&format!("{host}:443"));
        assert_eq!(answer.status, 200);
        let name = ServerName::try_from(host).expect("a name");
        let connection = ClientConnection::new(Arc::clone(&served.trusted), name).expect("a client");
        let mut stream = StreamOwned::new(connection, stream);
        // Twice: what is in a tunnel is a connection like any.
        for _ in 0..2 {
            write!(stream, "GET /?Action=ListUsers&Version=2015-05-01 HTTP/1.1\r\nHost: {host}\r\n\r\n")
                .expect("a request");
            let answer = Answer::read(&mut stream).expect("an answer");
            assert!((400..500).contains(&answer.status), "{host}: {}", answer.text());
            assert!(answer.headers.contains_key("x-acs-request-id") || answer.headers.contains_key("x-oss-request-id"));
        }
    }
    // Without TLS as well.
    let (_, mut stream) = served.connect("ram.aliyuncs.com:80");
    write!(stream, "GET /_acslab/health HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("a request");
    assert_eq!(Answer::read(&mut stream).expect("an answer").status, 200);
    assert_eq!(served.plain("http://ram.aliyuncs.com/?Action=ListUsers&Version=2015-05-01").status, 400);
    assert_eq!(served.strangers(), []);
}

#[test]
fn a_host_that_is_none_of_the_cloud_is_refused_and_told() {
    let served = served("guard", Proxy::default().pass("passed.test"));
    for to in ["example.com:443", "EXAMPLE.com.:443", "mirrors.aliyun.com:443", "notaliyuncs.com:443", "192.0.2.1:443"]
    {
        let (answer, mut stream) = served.connect(to);
        assert_eq!(answer.status, 403, "{to}");
        assert!(answer.text().contains("--pass"), "{}", answer.text());
        let mut rest = Vec::new();
        assert_eq!(stream.read_to_end(&mut rest).expect("the end"), 0);
    }
    // A database in the cloud's domain is no service that acslab has.
    assert_eq!(served.connect("a.mysql.rds.aliyuncs.com:3306").0.status, 403);
    assert_eq!(served.plain("http://example.com/path").status, 403);
    let strangers = served.strangers();
    let of =
        |host: &str, port: u16| strangers.iter().find(|one| one.0 == host && one.1 == port).map(|one| (one.2, one.3));
    assert_eq!(of("example.com", 443), Some((2, false)));
    assert_eq!(of("example.com", 80), Some((1, false)));
    assert_eq!(strangers.len(), 6, "{strangers:?}");
    // What is let through is not told, whether it can be reached or not.
    assert_eq!(served.connect("passed.test:443").0.status, 502);
    assert_eq!(served.strangers().len(), 6);
}

#[test]
fn what_is_let_through_arrives() {
    let served = served("out", Proxy::default().observe());
    let near = server("there");
    // Another port of this machine is no stranger.
    let answer = served.plain(&format!("http://{near}/path?a=b"));
    assert_eq!((answer.status, answer.text()), (200, "there: GET /path?a=b HTTP/1.1".to_owned()));
    let (answer, mut stream) = served.connect(&near.to_string());
    assert_eq!(answer.status, 200);
    write!(stream, "GET /inside HTTP/1.1\r\n\r\n").expect("a request");
    assert_eq!(Answer::read(&mut stream).expect("an answer").text(), "there: GET /inside HTTP/1.1");
    assert_eq!(served.strangers(), []);
    // A stranger is tried, and told.
    assert_eq!(served.connect("nowhere.invalid:443").0.status, 502);
    assert_eq!(served.strangers(), [("nowhere.invalid".to_owned(), 443, 1, true)]);
}

/// A connection that arrives where it was not to go, and its other end.
fn arrived(served: &Served, host: &str, port: u16) -> TcpStream {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let stream = TcpStream::connect(listener.local_addr().expect("an address")).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_mins(1))).expect("a timeout");
    served.emulator.arrivals().take(listener.accept().expect("a connection").0, host, port);
    stream
}

#[test]
fn a_connection_that_arrives_here_is_served_as_a_tunnel_would_be() {
    let served = served("arrivals", Proxy::default());
    let call = "GET /?Action=ListUsers&Version=2015-05-01 HTTP/1.1\r\nHost: ram.aliyuncs.com\r\n\r\n";
    // By its name, or where only an address is known by what is said first; bare, or by TLS.
    for host in ["ram.aliyuncs.com", "192.0.2.1"] {
        let mut stream = arrived(&served, host, 80);
        stream.write_all(call.as_bytes()).expect("a request");
        assert_eq!(Answer::read(&mut stream).expect("an answer").status, 400, "{host}");
        let name = ServerName::try_from("ram.aliyuncs.com").expect("a name");
        let connection = ClientConnection::new(Arc::clone(&served.trusted), name).expect("a client");
        let mut stream = StreamOwned::new(connection, arrived(&served, host, 443));
        stream.write_all(call.as_bytes()).expect("a request");
        assert_eq!(Answer::read(&mut stream).expect("an answer").status, 400, "{host}");
    }
    assert_eq!(served.strangers(), []);
    // Who is none of the cloud is cut off, whoever speaks first.
    for (host, port) in [("example.com", 443), ("192.0.2.1", 5432)] {
        let mut rest = Vec::new();
        let read = arrived(&served, host, port).read_to_end(&mut rest);
        assert!(read.is_err() && rest.is_empty(), "{host}: {read:?}");
    }
    let mut stream = arrived(&served, "192.0.2.1", 80);
    stream.write_all(b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n").expect("a request");
    assert!(stream.read(&mut [0]).is_err());
    let strangers: Vec<_> = served.strangers().into_iter().map(|one| (one.0, one.1)).collect();
    let of = |host: &str, port| (host.to_owned(), port);
    assert_eq!(strangers, [of("192.0.2.1", 5432), of("example.com", 80), of("example.com", 443)]);
    // Who takes it for a proxy finds one.
    let own = served.emulator.address().port();
    let mut stream = arrived(&served, "127.0.0.1", own);
    write!(stream, "CONNECT ram.aliyuncs.com:443 HTTP/1.1\r\nHost: ram.aliyuncs.com:443\r\n\r\n").expect("a request");
    assert_eq!(Answer::read(&mut stream).expect("an answer").status, 200);
    // What is on this machine is reached.
    let near = server("there");
    let mut stream = arrived(&served, "127.0.0.1", near.port());
    write!(stream, "GET / HTTP/1.1\r\n\r\n").expect("a request");
    assert_eq!(Answer::read(&mut stream).expect("an answer").text(), "there: GET / HTTP/1.1");
}

#[test]
fn strangers_are_bounded() {
    let served = served("bound", Proxy::default());
    let mut stream = served.connection();
    for number in 0..1_100 {
        write!(stream, "GET http://host-{number}.test/ HTTP/1.1\r\nHost: x\r\n\r\n").expect("a request");
        match Answer::read(&mut stream) {
            Some(answer) => assert_eq!(answer.status, 403),
            None => panic!("no answer to {number}"),
        }
        // A refusal ends its connection.
        stream = served.connection();
    }
    assert_eq!(served.strangers().len(), 1_000);
}

#[test]
fn without_a_proxy_nothing_is_tunnelled() {
    let emulator = kit::start();
    let mut stream = TcpStream::connect(emulator.address()).expect("a connection");
    let near = server("there");
    write!(stream, "CONNECT {near} HTTP/1.1\r\nHost: {near}\r\nConnection: close\r\n\r\n").expect("a request");
    assert!(Answer::read(&mut stream).expect("an answer").status >= 400);
    assert_eq!(emulator.strangers(), []);
}

#[test]
fn who_speaks_https_to_http_is_told_in_words() {
    let emulator = kit::start();
    let mut stream = TcpStream::connect(emulator.address()).expect("a connection");
    stream.write_all(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03").expect("a hello");
    stream.shutdown(std::net::Shutdown::Write).expect("its end");
    let mut told = String::new();
    stream.read_to_string(&mut told).expect("words");
    assert!(told.starts_with("HTTP/1.1 400 ") && told.contains("acslab serve --tls"), "{told}");
}

#[test]
fn an_emulator_ends_while_tunnels_are_open() {
    let served = served("ending", Proxy::default());
    let (_, here) = served.connect("ram.aliyuncs.com:443");
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let (_, there) = served.connect(&silent.local_addr().expect("an address").to_string());
    let began = std::time::Instant::now();
    drop(served);
    assert!(began.elapsed() < Duration::from_secs(8), "it waited for tunnels");
    drop((here, there));
}
