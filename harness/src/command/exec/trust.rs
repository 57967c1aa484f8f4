//! What a program trusts: the authorities of the system, for what is let through, and the local one. In a folder that is gone at the
//! end, in the forms that clients take.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use acslab_emulator::CertificateAuthority;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use sha1::{Digest, Sha1};
use tempfile::TempDir;

use crate::client::trusted_by_system;

/// A module of Node that leads http and https to the proxy.
const NODE_MODULE: &str = include_str!("node.cjs");

/// A module of Python that lets `certifi` say whom to trust.
const PYTHON_MODULE: &str = include_str!("sitecustomize.py");

/// The files that a program's clients are told of.
#[derive(Debug)]
pub(super) struct Trust {
    folder: TempDir,
}

impl Trust {
    /// Java wants one for what is no secret.
    pub(super) const JAVA_PASSWORD: &str = "changeit";

    /// Makes an authority and all the files.
    pub(super) fn make() -> io::Result<(Self, CertificateAuthority)> {
        let folder = tempfile::Builder::new().prefix("acslab-exec-").tempdir()?;
        let authority = CertificateAuthority::passing(folder.path())?;
        let own = fs::read(authority.certificate_path())?;
        let mut bundle = trusted_by_system();
        if !bundle.is_empty() && !bundle.ends_with(b"\n") {
            bundle.push(b'\n');
        }
        bundle.extend_from_slice(&own);
        let trust = Self { folder };
        fs::write(trust.bundle(), &bundle)?;
        fs::write(trust.java_store(), java_store(&bundle))?;
        fs::write(trust.node_module(), NODE_MODULE)?;
        fs::create_dir(trust.python_folder())?;
        fs::write(trust.python_folder().join("sitecustomize.py"), PYTHON_MODULE)?;
        Ok((trust, authority))
    }

    /// Where all of it is.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// All authorities, as PEM.
    pub(super) fn bundle(&self) -> PathBuf {
        self.file("trusted.pem")
    }

    /// All authorities, as Java keeps them.
    pub(super) fn java_store(&self) -> PathBuf {
        self.file("trusted.jks")
    }

    /// The module that Node requires first.
    pub(super) fn node_module(&self) -> PathBuf {
        self.file("proxy.cjs")
    }

    /// The folder of the module that Python loads first.
    pub(super) fn python_folder(&self) -> PathBuf {
        self.file("python")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// A Java key store of the form JKS, which every JDK reads: certificates alone, under a digest.
fn java_store(bundle: &[u8]) -> Vec<u8> {
    const MAGIC: u32 = 0xFEED_FEED;
    const VERSION: u32 = 2;
    const TRUSTED: u32 = 2;
    let certificates: Vec<CertificateDer<'_>> = CertificateDer::pem_slice_iter(bundle).filter_map(Result::ok).collect();
    let mut store = Vec::new();
    let number = |store: &mut Vec<u8>, number: usize| {
        store.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes());
    };
    store.extend_from_slice(&MAGIC.to_be_bytes());
    store.extend_from_slice(&VERSION.to_be_bytes());
    number(&mut store, certificates.len());
    for (index, certificate) in certificates.iter().enumerate() {
        store.extend_from_slice(&TRUSTED.to_be_bytes());
        text(&mut store, &format!("trusted-{index}"));
        // When it was added, in milliseconds; nobody asks.
        store.extend_from_slice(&0_u64.to_be_bytes());
        text(&mut store, "X.509");
        number(&mut store, certificate.len());
        store.extend_from_slice(certificate);
    }
    let mut digest = Sha1::new();
    for unit in Trust::JAVA_PASSWORD.encode_utf16() {
        digest.update(unit.to_be_bytes());
    }
    digest.update(b"Mighty Aphrodite");
    digest.update(&store);
    store.extend_from_slice(&digest.finalize());
    store
}

/// A short text of ASCII as Java writes it.
fn text(store: &mut Vec<u8>, text: &str) {
    store.extend_from_slice(&u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes());
    store.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_there_and_go() {
        let (trust, authority) = Trust::make().unwrap();
        let own = fs::read_to_string(authority.certificate_path()).unwrap();
        assert!(fs::read_to_string(trust.bundle()).unwrap().ends_with(&own));
        let store = fs::read(trust.java_store()).unwrap();
        assert!(store.starts_with(&[0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2]));
        let folder = trust.folder.path().to_owned();
        drop(trust);
        assert!(!folder.exists());
    }
}
