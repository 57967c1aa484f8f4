//! The authorities that the system trusts.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use ureq::tls::{Certificate, RootCerts};

/// Where systems keep them.
const SYSTEM: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/opt/homebrew/etc/ca-certificates/cert.pem",
];

/// All of them, as PEM; nothing where they are not found. `SSL_CERT_FILE` names another file.
pub(crate) fn system() -> Vec<u8> {
    let named = env::var_os("SSL_CERT_FILE").map(PathBuf::from);
    let known = SYSTEM.iter().map(|path| Path::new(path).to_owned());
    named.into_iter().chain(known).find_map(|path| fs::read(path).ok()).unwrap_or_default()
}

/// The same, for a client.
pub(super) fn trusted_authorities() -> io::Result<RootCerts> {
    let bundle = system();
    let all = CertificateDer::pem_slice_iter(&bundle).filter_map(Result::ok);
    let all: Vec<_> = all.map(|one| Certificate::from_der(&one).to_owned()).collect();
    if all.is_empty() {
        return Err(io::Error::other("no certificates of authorities are found; SSL_CERT_FILE names a file with them"));
    }
    Ok(RootCerts::Specific(Arc::new(all)))
}
