//! TLS: one port takes both, and the certificates are those of the emulator's own authority.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::Arc;

use acslab_emulator::{CertificateAuthority, Emulator, EmulatorHandle};
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

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

fn served(name: &str) -> Served {
    let folder = std::env::temp_dir().join(format!("acslab-tls-{name}-{}", std::process::id()));
    let authority = CertificateAuthority::load_or_create(&folder).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority.certificate_path()).unwrap()).unwrap();
    let trusted = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Served { emulator: Emulator::builder().tls(authority).start().unwrap(), trusted: Arc::new(trusted), folder }
}

/// The answer to a health check over TLS with the certificate for that host. The control surface itself answers at loopback names.
fn ask(served: &Served, host: &'static str) -> std::io::Result<String> {
    let name = ServerName::try_from(host).unwrap();
    let connection = ClientConnection::new(Arc::clone(&served.trusted), name).unwrap();
    let mut stream = StreamOwned::new(connection, TcpStream::connect(served.emulator.address())?);
    write!(stream, "GET /_acslab/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[test]
fn the_clouds_names_and_loopback_are_served() {
    let served = served("names");
    for host in [
        "sts.aliyuncs.com",
        "sts.cn-hangzhou.aliyuncs.com",
        "bucket.oss-cn-hangzhou.aliyuncs.com",
        "localhost",
        "127.0.0.1",
    ] {
        let answer = ask(&served, host).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{host}: {answer}");
    }
}

#[test]
fn no_other_name_is() {
    let served = served("others");
    assert!(ask(&served, "example.com").is_err());
    assert!(ask(&served, "notaliyuncs.com").is_err());
}

#[test]
fn the_same_port_takes_plain_http() {
    let served = served("plain");
    let mut stream = TcpStream::connect(served.emulator.address()).unwrap();
    write!(stream, "GET /_acslab/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
