//! TLS: a certificate authority of the emulator's own, and a certificate for whichever of the cloud's host names a client asks.
//!
//! Several official clients speak only https. The authority is made at first start and kept in a folder, so that a client
//! is told to trust it once. It is constrained to the cloud's names and to loopback: trusting it trusts it for nothing else.

use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dashmap::DashMap;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, SanType,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

/// The domains that the authority may speak for.
const DOMAINS: &[&str] = &["aliyuncs.com", "aliyun.com", "alibabacloud.com", "localhost"];
const CERTIFICATE: &str = "acslab-ca.pem";
const KEY: &str = "acslab-ca-key.pem";

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
        if path.exists() && key_path.exists() {
            let key = KeyPair::from_pem(&fs::read_to_string(&key_path)?).map_err(invalid)?;
            let issuer = Issuer::from_ca_cert_pem(&fs::read_to_string(&path)?, key).map_err(invalid)?;
            return Ok(Self { issuer, path });
        }
        let params = authority();
        let key = KeyPair::generate().map_err(invalid)?;
        let certificate = params.self_signed(&key).map_err(invalid)?;
        fs::create_dir_all(folder)?;
        write_private(&key_path, &key.serialize_pem())?;
        fs::write(&path, certificate.pem())?;
        Ok(Self { issuer: Issuer::new(params, key), path })
    }

    /// The file that a client is told to trust: `SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE`, `NODE_EXTRA_CA_CERTS`.
    pub fn certificate_path(&self) -> &Path {
        &self.path
    }

    /// A server's configuration that answers with a certificate of this authority.
    pub(crate) fn server_config(self) -> io::Result<Arc<ServerConfig>> {
        let certificates = Certificates { issuer: self.issuer, made: DashMap::new() };
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

#[cfg(unix)]
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?.write_all(text.as_bytes())
}

#[cfg(not(unix))]
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    fs::write(path, text)
}

/// Certificates by the name that a client asks for, made when first asked.
struct Certificates {
    issuer: Issuer<'static, KeyPair>,
    made: DashMap<String, Arc<CertifiedKey>>,
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
        if let Some(made) = self.made.get(&host) {
            return Some(Arc::clone(&made));
        }
        let ours = DOMAINS
            .iter()
            .any(|domain| host.strip_suffix(domain).is_some_and(|front| front.is_empty() || front.ends_with('.')));
        let certificate = Arc::new(ours.then(|| self.make(&host))??);
        self.made.insert(host, Arc::clone(&certificate));
        Some(certificate)
    }
}

impl Certificates {
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
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn only_the_clouds_names_get_a_certificate() {
        let folder = std::env::temp_dir().join(format!("acslab-ca-names-{}", std::process::id()));
        let authority = CertificateAuthority::load_or_create(&folder).unwrap();
        let certificates = Certificates { issuer: authority.issuer, made: DashMap::new() };
        assert!(certificates.make("sts.cn-hangzhou.aliyuncs.com").is_some());
        assert!(certificates.make("localhost").is_some());
        fs::remove_dir_all(&folder).unwrap();
    }
}
