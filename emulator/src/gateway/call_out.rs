//! Calls that leave the cloud: what OSS tells an application server. Off unless somebody switches them on, and to this machine alone.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, Uri};

use crate::cloud::blocking;
use crate::wire::{CallOut, Called, NotCalled};

/// How long an application server may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The port where an address names none.
const HTTP: u16 = 80;
/// The most bytes of its answer.
const LARGEST: u64 = 1 << 20;

/// Where calls out go: nowhere, or to this machine.
#[derive(Debug, Clone, Default)]
pub struct CallsOut {
    /// None where nobody is called.
    here: Option<Here>,
}

/// What is to be known of this machine to call others on it.
#[derive(Debug, Clone)]
struct Here {
    /// Where the key lies that calls are signed with.
    key: String,
    /// Where the emulator itself listens: that is called by nobody.
    own: SocketAddr,
}

impl CallsOut {
    /// To this machine, but not to the emulator itself, which listens at `own`; signed with the key at an address.
    pub fn to_this_machine(own: SocketAddr, key: String) -> Self {
        Self { here: Some(Here { key, own }) }
    }

    /// Makes a call: to the first of its addresses that answers well. Gives the answer of the last that gave any.
    pub(super) fn call(&self, out: &CallOut) -> Result<Called, NotCalled> {
        let here = self.here.as_ref().ok_or(NotCalled::Unreachable)?;
        let body = out.tells.body()?;
        let mut last = Err(NotCalled::Unreachable);
        for address in out.addresses.iter().filter(|address| here.may_call(address)) {
            match one(address, &out.tells.headers(address, &here.key, &body), &body) {
                Ok(called) if called.status == StatusCode::OK => return Ok(called),
                Ok(called) => last = Ok(called),
                Err(_) => {}
            }
        }
        last
    }
}

impl Here {
    /// Does an address lead to this machine, and not to the emulator? CHOICE: at its port nobody is called, at whatever address of this
    /// machine: which of them lead to it is not known of each.
    fn may_call(&self, address: &Uri) -> bool {
        is_here(address) && address.port_u16().unwrap_or(HTTP) != self.own.port()
    }
}

/// Is it this machine that an address leads to?
fn is_here(address: &Uri) -> bool {
    let host = address.host().unwrap_or_default();
    let ip: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    address.scheme_str() == Some("http") && (host == "localhost" || ip.is_some_and(|ip| ip.is_loopback()))
}

fn one(address: &Uri, headers: &HeaderMap, body: &Bytes) -> Result<Called, NotCalled> {
    let send = || {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .proxy(None)
            .build();
        let mut request = ureq::Agent::new_with_config(config).post(address);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let mut answer = request.send(&body[..]).map_err(|_| NotCalled::Unreachable)?;
        let status = answer.status();
        let body = answer.body_mut().with_config().limit(LARGEST).read_to_vec().map_err(|_| NotCalled::Unreachable)?;
        Ok(Called { status, body: body.into() })
    };
    // Others are answered meanwhile, those among them that the application server asks for.
    blocking(send)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_called() {
        for (address, here) in [
            ("http://127.0.0.1:1/a?b", true),
            ("http://127.9.9.9/", true),
            ("http://localhost/", true),
            ("http://[::1]:8/", true),
            ("https://localhost/", false),
            ("http://localhost.example/", false),
            ("http://10.0.0.1/", false),
            ("http://169.254.169.254/", false),
            ("http://0.0.0.0/", false),
            ("/a", false),
        ] {
            assert_eq!(is_here(&address.parse().unwrap()), here, "{address}");
        }
    }

    #[test]
    fn the_emulator_does_not_call_itself() {
        let at = |own: &str| Here { key: String::new(), own: own.parse().unwrap() };
        for own in ["127.0.0.1:8820", "0.0.0.0:8820", "[::1]:8820", "192.0.2.7:8820"] {
            for host in ["127.0.0.1", "127.9.9.9", "localhost", "[::1]"] {
                let may = |port: u16| at(own).may_call(&format!("http://{host}:{port}/a").parse().unwrap());
                assert_eq!((may(8820), may(8821)), (false, true), "{host} for {own}");
            }
        }
        let plain = "http://localhost/".parse().unwrap();
        assert_eq!((at("127.0.0.1:80").may_call(&plain), at("127.0.0.1:81").may_call(&plain)), (false, true));
    }
}
