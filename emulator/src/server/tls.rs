//! TLS: a certificate authority of the emulator's own, and a certificate for whichever of the cloud's host names a client asks.
//!
//! Several official clients speak only https. The authority is made at first start and kept in a folder, so that a client
//! is told to trust it once. It is constrained to the cloud's names and to loopback: trusting it trusts it for nothing else.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, SanType,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::Limits;

/// The domains that the authority may speak for.
const DOMAINS: &[&str] = &["aliyuncs.com", "aliyun.com", "alibabacloud.com", "localhost"];
const CERTIFICATE: &str = "acslab-ca.pem";
const KEY: &str = "acslab-ca-key.pem";
const LOCK: &str = "acslab-ca.lock";

/// The emulator's certificate authority.
pub struct CertificateAuthority {
    issuer: Issuer<'static, KeyPair>,
    path: PathBuf,
}

impl std::fmt::Debug for CertificateAuthority {
    // The issuer holds the private key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CertificateAuthority").field("path", &self.path).finish_non_exhaustive()
    }
}

impl CertificateAuthority {
    /// The authority kept in a folder; made there if there is none.
    ///
    /// # Errors
    /// The folder cannot be read or written, or holds something that is no authority.
    pub fn load_or_create(folder: &Path) -> io::Result<Self> {
        let (path, key_path) = (folder.join(CERTIFICATE), folder.join(KEY));
        fs::create_dir_all(folder)?;
        // One at a time: the key of one authority with the certificate of another would be none.
        let lock = fs::File::create(folder.join(LOCK))?;
        lock.lock()?;
        if path.exists() && key_path.exists() {
            let key = KeyPair::from_pem(&fs::read_to_string(&key_path)?).map_err(invalid)?;
            let issuer = Issuer::from_ca_cert_pem(&fs::read_to_string(&path)?, key).map_err(invalid)?;
            return Ok(Self { issuer, path });
        }
        let params = authority();
        let key = KeyPair::generate().map_err(invalid)?;
        let certificate = params.self_signed(&key).map_err(invalid)?;
        write_whole(&key_path, &key.serialize_pem(), true)?;
        write_whole(&path, &certificate.pem(), false)?;
        Ok(Self { issuer: Issuer::new(params, key), path })
    }

    /// An authority that is nowhere kept: of it, the folder gets the certificate alone.
    ///
    /// # Errors
    /// The folder cannot be written in.
    pub fn passing(folder: &Path) -> io::Result<Self> {
        let (params, path) = (authority(), folder.join(CERTIFICATE));
        let key = KeyPair::generate().map_err(invalid)?;
        let certificate = params.self_signed(&key).map_err(invalid)?;
        fs::write(&path, certificate.pem())?;
        Ok(Self { issuer: Issuer::new(params, key), path })
    }

    /// The file that a client is told to trust: `SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE`, `NODE_EXTRA_CA_CERTS`.
    pub fn certificate_path(&self) -> &Path {
        &self.path
    }

    /// A server's configuration that answers with a certificate of this authority.
    pub(crate) fn server_config(self, limits: &Limits) -> io::Result<Arc<ServerConfig>> {
        let certificates = Certificates::of(self.issuer, limits.certificates);
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(invalid)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(certificates));
        Ok(Arc::new(config))
    }
}

fn invalid(error: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

fn authority() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = name("acslab local certificate authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let domains = DOMAINS.iter().map(|domain| GeneralSubtree::DnsName((*domain).to_owned()));
    let loopback = [
        GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([127, 0, 0, 0], 8)),
        GeneralSubtree::IpAddress(CidrSubnet::from_v6_prefix(Ipv6Addr::LOCALHOST.octets(), 128)),
    ];
    let permitted_subtrees = domains.chain(loopback).collect();
    params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
    params
}

fn name(common: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common);
    name
}

/// Writes a file that is either there in whole or not at all: beside its place, and then moved there.
fn write_whole(path: &Path, text: &str, private: bool) -> io::Result<()> {
    let beside = path.with_extension("pem.new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(if private { 0o600 } else { 0o644 });
    }
    #[cfg(not(unix))]
    let _ = private;
    let mut file = options.open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

/// Certificates by the name that a client asks for, made when first asked. Names are without number, since every bucket's is one: of
/// those that were not asked for lately the certificates are forgotten.
struct Certificates {
    issuer: Issuer<'static, KeyPair>,
    most: usize,
    made: Mutex<Made>,
}

#[derive(Default)]
struct Made {
    /// How often a certificate was asked for.
    asked: u64,
    /// The certificates, and when each was asked for last.
    by_host: HashMap<String, (Arc<CertifiedKey>, u64)>,
}

impl Made {
    fn find(&mut self, host: &str) -> Option<Arc<CertifiedKey>> {
        self.asked += 1;
        let (certificate, asked) = self.by_host.get_mut(host)?;
        *asked = self.asked;
        Some(Arc::clone(certificate))
    }

    fn keep(&mut self, host: String, certificate: &Arc<CertifiedKey>, most: usize) {
        while self.by_host.len() >= most {
            let oldest = self.by_host.iter().min_by_key(|(_, (_, asked))| *asked).map(|(host, _)| host.clone());
            let Some(oldest) = oldest else { return };
            self.by_host.remove(&oldest);
        }
        self.by_host.insert(host, (Arc::clone(certificate), self.asked));
    }
}

impl std::fmt::Debug for Certificates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificates").finish_non_exhaustive()
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // A client that connects to an address names nothing.
        let host = hello.server_name().unwrap_or("localhost").to_ascii_lowercase();
        self.of_host(host)
    }
}

impl Certificates {
    fn of(issuer: Issuer<'static, KeyPair>, most: usize) -> Self {
        Self { issuer, most, made: Mutex::default() }
    }

    fn of_host(&self, host: String) -> Option<Arc<CertifiedKey>> {
        if let Some(made) = self.made.lock().find(&host) {
            return Some(made);
        }
        let ours = DOMAINS
            .iter()
            .any(|domain| host.strip_suffix(domain).is_some_and(|front| front.is_empty() || front.ends_with('.')));
        let certificate = Arc::new(ours.then(|| self.make(&host))??);
        self.made.lock().keep(host, &certificate, self.most);
        Some(certificate)
    }

    fn make(&self, host: &str) -> Option<CertifiedKey> {
        let mut params = CertificateParams::new([host.to_owned()]).ok()?;
        if host == "localhost" {
            params.subject_alt_names.extend([
                SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
                SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)),
            ]);
        }
        params.distinguished_name = name(host);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().ok()?;
        let certificate = params.signed_by(&key, &self.issuer).ok()?;
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let signing = ring::sign::any_supported_type(&private).ok()?;
        Some(CertifiedKey::new(vec![certificate.der().clone()], signing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authority_is_made_once_and_kept() {
        let folder = std::env::temp_dir().join(format!("acslab-ca-test-{}", std::process::id()));
        let first = CertificateAuthority::load_or_create(&folder).unwrap();
        let pem = fs::read_to_string(first.certificate_path()).unwrap();
        let again = CertificateAuthority::load_or_create(&folder).unwrap();
        assert_eq!(fs::read_to_string(again.certificate_path()).unwrap(), pem);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(folder.join(KEY)).unwrap().permissions().mode() & 0o777, 0o600);
        }
        // A key without its certificate, as after a crash between the two, is no authority.
        fs::remove_file(first.certificate_path()).unwrap();
        let other = CertificateAuthority::load_or_create(&folder).unwrap();
        assert_ne!(fs::read_to_string(other.certificate_path()).unwrap(), pem);
        assert!(!fs::read_dir(&folder).unwrap().any(|file| file.unwrap().path().extension() == Some("new".as_ref())));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn many_who_start_at_once_have_one_authority() {
        let folder = std::env::temp_dir().join(format!("acslab-ca-many-{}", std::process::id()));
        let keys = |authority: CertificateAuthority| authority.issuer.key().serialize_pem();
        let started: Vec<_> = std::thread::scope(|scope| {
            let start = || scope.spawn(|| keys(CertificateAuthority::load_or_create(&folder).unwrap()));
            let all: Vec<_> = (0..8).map(|_| start()).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert!(started.iter().all(|key| *key == started[0]));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn only_the_clouds_names_get_a_certificate_and_only_the_last_ones_are_kept() {
        let folder = std::env::temp_dir().join(format!("acslab-ca-names-{}", std::process::id()));
        let authority = CertificateAuthority::load_or_create(&folder).unwrap();
        let certificates = Certificates::of(authority.issuer, 3);
        let of = |host: &str| certificates.of_host(host.to_owned());
        assert!(of("example.com").is_none());
        assert!(of("notaliyuncs.com").is_none());
        let hosts = ["sts.cn-hangzhou.aliyuncs.com", "localhost", "a.oss-cn-hangzhou.aliyuncs.com"];
        let first = hosts.map(|host| of(host).unwrap());
        assert!(Arc::ptr_eq(&of(hosts[0]).unwrap(), &first[0]));
        // One more: the one that was not asked for the longest goes.
        assert!(of("b.oss-cn-hangzhou.aliyuncs.com").is_some());
        assert_eq!(certificates.made.lock().by_host.len(), 3);
        assert!(Arc::ptr_eq(&of(hosts[0]).unwrap(), &first[0]));
        assert!(!Arc::ptr_eq(&of(hosts[1]).unwrap(), &first[1]));
        fs::remove_dir_all(&folder).unwrap();
    }
}
