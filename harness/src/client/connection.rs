//! Sends requests over HTTP/1.1.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Method, Response};

use super::answer::Answer;
use super::request::Request;
use super::trusted::trusted_authorities;
use crate::catalogue::Style;

/// Longer than any answer of an emulator on the same machine takes.
const TIMEOUT: Duration = Duration::from_secs(30);
/// More than any answer of a scenario holds.
const MAX_BODY: u64 = 64 * 1024 * 1024;

/// What reaches one address, or the cloud's own hosts.
#[derive(Clone, Debug)]
pub struct Client {
    agent: ureq::Agent,
    authority: String,
    public: bool,
}

/// Why there was no answer at all.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The address does not answer, or not in HTTP.
    #[error("no answer from {authority}: {source}")]
    NoAnswer {
        /// Host and port.
        authority: String,
        /// The reason.
        source: Box<ureq::Error>,
    },
    /// The request asks for a host that is not the cloud's.
    #[error("`{authority}` is no host of the cloud; nothing was sent")]
    Elsewhere {
        /// What it asks for.
        authority: String,
    },
    /// The parameters do not make a request.
    #[error("the parameters do not make a request: {0}")]
    BadRequest(#[from] http::Error),
}

impl Client {
    /// A client for `host:port`.
    pub fn new(authority: impl Into<String>) -> Self {
        let authority = authority.into();
        let mut config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(TIMEOUT))
            .user_agent(concat!("acslab/", env!("CARGO_PKG_VERSION")))
            .allow_non_standard_methods(true);
        if is_here(&authority) {
            // A proxy of the environment is for other machines.
            config = config.proxy(None);
        }
        Self { agent: config.build().into(), authority, public: false }
    }

    /// A client that sends each request over TLS to the host that it asks for: the real cloud's. What names no host of its own goes to
    /// `authority`. A proxy is taken from the environment, authorities from where the system keeps them.
    ///
    /// # Errors
    /// It is not known whom to trust.
    pub fn public(authority: impl Into<String>) -> std::io::Result<Self> {
        let tls = ureq::tls::TlsConfig::builder()
            .provider(ureq::tls::TlsProvider::Rustls)
            .root_certs(trusted_authorities()?)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .https_only(true)
            .max_redirects(0)
            .timeout_global(Some(TIMEOUT))
            .tls_config(tls)
            .user_agent(concat!("acslab/", env!("CARGO_PKG_VERSION")))
            .allow_non_standard_methods(true)
            .build();
        Ok(Self { agent: config.into(), authority: authority.into(), public: true })
    }

    /// Does it reach the real cloud's hosts?
    pub(super) fn is_public(&self) -> bool {
        self.public
    }

    /// Host and port, as the `Host` header carries them.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Sends a request and reads the whole answer.
    pub fn send(&self, request: &Request, style: Style) -> Result<Answer, TransportError> {
        let response = self.exchange(request)?;
        let (parts, mut body) = response.into_parts();
        let body = body.with_config().limit(MAX_BODY).read_to_vec().map_err(|error| self.no_answer(request, error))?;
        Ok(Answer::new(parts.status.as_u16(), &parts.headers, &body, style))
    }

    fn exchange(&self, request: &Request) -> Result<Response<ureq::Body>, TransportError> {
        let reached = self.reached(request);
        // What a scenario gives for a region stands in the host, and what is signed is nobody else's.
        if self.public && !is_of_cloud(reached) {
            return Err(TransportError::Elsewhere { authority: reached.to_owned() });
        }
        let scheme = if self.public { "https" } else { "http" };
        let uri = format!("{scheme}://{reached}{}", request.target());
        let mut builder = http::Request::builder().method(request.method.clone()).uri(uri);
        // What is meant for an emulator is nobody else's.
        let own = |name: &http::HeaderName| self.public && name.as_str().starts_with("x-acslab-");
        for (name, value) in request.headers.iter().filter(|(name, _)| !own(name)) {
            builder = builder.header(name, value);
        }
        // Where a body is expected, an empty one has a length as well: it is not sent in chunks.
        let has_body = matches!(request.method, Method::POST | Method::PUT);
        let sent = if request.body.is_empty() && !has_body {
            self.agent.run(builder.body(())?)
        } else {
            self.agent.run(builder.body(request.body.as_slice())?)
        };
        sent.map_err(|error| self.no_answer(request, error))
    }

    /// Where a request goes.
    fn reached<'r>(&'r self, request: &'r Request) -> &'r str {
        let host = request.headers.get(http::header::HOST).and_then(|host| host.to_str().ok());
        host.filter(|_| self.public).unwrap_or(&self.authority)
    }

    fn no_answer(&self, request: &Request, error: ureq::Error) -> TransportError {
        TransportError::NoAnswer { authority: self.reached(request).to_owned(), source: Box::new(error) }
    }
}

/// Is an authority a host of the cloud, and nothing but a host?
fn is_of_cloud(authority: &str) -> bool {
    let is_plain = authority.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
    is_plain && authority.to_ascii_lowercase().ends_with(".aliyuncs.com")
}

/// Is an authority on this machine?
fn is_here(authority: &str) -> bool {
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::{Client, TransportError, is_here, is_of_cloud};
    use crate::catalogue::Style;
    use crate::client::Request;

    #[test]
    fn hosts_of_the_cloud() {
        for host in ["ram.aliyuncs.com", "acslab-k3x9q2-a.oss-cn-hangzhou.aliyuncs.com", "STS.CN-Hangzhou.AliyunCS.com"]
        {
            assert!(is_of_cloud(host), "{host}");
        }
        for host in [
            "",
            "aliyuncs.com",
            "evil.invalid",
            "evilaliyuncs.com",
            "sts.aliyuncs.com.evil.invalid",
            "sts.x.evil.invalid/.aliyuncs.com",
            "x.evil.invalid:443#.aliyuncs.com",
            "x.evil.invalid?.aliyuncs.com",
            "a@ram.aliyuncs.com",
            "ram.aliyuncs.com:8443",
            "x.evil.invalid\\.aliyuncs.com",
        ] {
            assert!(!is_of_cloud(host), "{host}");
        }
    }

    #[test]
    fn nothing_is_sent_to_hosts_of_others() {
        let to_cloud = |authority: &str| Client { public: true, ..Client::new(authority) };
        let mut request = Request::new(Method::GET, "/");
        let sent = to_cloud("oss-x.evil.invalid/.aliyuncs.com").send(&request, Style::Oss);
        assert!(matches!(sent, Err(TransportError::Elsewhere { .. })), "{sent:?}");
        request.insert_header("host", "sts.x.evil.invalid/.aliyuncs.com").unwrap();
        let error = to_cloud("oss-cn-hangzhou.aliyuncs.com").send(&request, Style::Rpc).unwrap_err();
        assert_eq!(error.to_string(), "`sts.x.evil.invalid/.aliyuncs.com` is no host of the cloud; nothing was sent");
    }

    #[test]
    fn what_is_on_this_machine_needs_no_proxy() {
        for authority in ["127.0.0.1:8820", "localhost:1", "[::1]:80", "localhost", "127.1.2.3:5"] {
            assert!(is_here(authority), "{authority}");
        }
        for authority in ["192.0.2.1:80", "acslab:8820", "localhost.example.com:80", "[2001:db8::1]:80"] {
            assert!(!is_here(authority), "{authority}");
        }
    }
}
