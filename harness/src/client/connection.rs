//! Sends requests over HTTP/1.1.

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
    /// The parameters do not make a request.
    #[error("the parameters do not make a request: {0}")]
    BadRequest(#[from] http::Error),
}

impl Client {
    /// A client for `host:port`.
    pub fn new(authority: impl Into<String>) -> Self {
        let authority = authority.into();
        // Whatever proxy the environment names, this machine is reached without.
        let proxy = if is_loopback(&authority) { None } else { ureq::Proxy::try_from_env() };
        let config = ureq::Agent::config_builder()
            .proxy(proxy)
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(TIMEOUT))
            .user_agent(concat!("acslab/", env!("CARGO_PKG_VERSION")))
            .allow_non_standard_methods(true)
            .build();
        Self { agent: config.into(), authority, public: false }
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
        let body = body.with_config().limit(MAX_BODY).read_to_vec().map_err(|error| self.no_answer(error))?;
        Ok(Answer::new(parts.status.as_u16(), &parts.headers, &body, style))
    }

    fn exchange(&self, request: &Request) -> Result<Response<ureq::Body>, TransportError> {
        let host = request.headers.get(http::header::HOST).and_then(|host| host.to_str().ok());
        let uri = match host.filter(|_| self.public) {
            Some(host) => format!("https://{host}{}", request.target()),
            None if self.public => format!("https://{}{}", self.authority, request.target()),
            None => format!("http://{}{}", self.authority, request.target()),
        };
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
        sent.map_err(|error| self.no_answer(error))
    }

    fn no_answer(&self, error: ureq::Error) -> TransportError {
        TransportError::NoAnswer { authority: self.authority.clone(), source: Box::new(error) }
    }
}

/// Is it a port of this machine?
fn is_loopback(authority: &str) -> bool {
    let address = authority.parse::<std::net::SocketAddr>();
    address.is_ok_and(|address| address.ip().is_loopback()) || authority.starts_with("localhost:")
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn this_machine_is_reached_without_a_proxy() {
        for (authority, loopback) in [
            ("127.0.0.1:8820", true),
            ("[::1]:8820", true),
            ("localhost:8820", true),
            ("192.0.2.1:8820", false),
            ("example.com", false),
        ] {
            assert_eq!(is_loopback(authority), loopback, "{authority}");
        }
    }
}
