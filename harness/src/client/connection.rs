//! Sends requests over HTTP/1.1.

use std::net::IpAddr;
use std::time::Duration;

use http::Response;

use super::answer::Answer;
use super::request::Request;
use crate::catalogue::Style;

/// Longer than any answer of an emulator on the same machine takes.
const TIMEOUT: Duration = Duration::from_secs(30);
/// More than any answer of a scenario holds.
const MAX_BODY: u64 = 64 * 1024 * 1024;

/// What reaches one address.
#[derive(Clone, Debug)]
pub struct Client {
    agent: ureq::Agent,
    authority: String,
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
        Self { agent: config.build().into(), authority }
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
        let uri = format!("http://{}{}", self.authority, request.target());
        let mut builder = http::Request::builder().method(request.method.clone()).uri(uri);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let sent = if request.body.is_empty() {
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

/// Is an authority on this machine?
fn is_here(authority: &str) -> bool {
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_here;

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
