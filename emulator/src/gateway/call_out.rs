//! Calls that leave the cloud: what OSS tells an application server. Off unless somebody switches them on, and to this machine alone.

use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, Uri};

use crate::wire::{CallOut, Called, Unreachable};

/// How long an application server may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most bytes of its answer.
const LARGEST: u64 = 1 << 20;

/// Where calls out go: nowhere, or to this machine.
#[derive(Debug, Clone, Default)]
pub struct CallsOut {
    /// Where the key lies that they are signed with; none where nobody is called.
    key: Option<String>,
}

impl CallsOut {
    /// To this machine, signed with the key at this address.
    pub fn to_this_machine(key: String) -> Self {
        Self { key: Some(key) }
    }

    /// Makes a call: to the first of its addresses that answers well. Gives the answer of the last that gave any.
    pub(super) fn call(&self, out: &CallOut) -> Result<Called, Unreachable> {
        let key = self.key.as_deref().ok_or(Unreachable)?;
        let mut last = Err(Unreachable);
        for address in &out.addresses {
            match one(address, &out.headers(address, key), &out.body) {
                Ok(called) if called.status == StatusCode::OK => return Ok(called),
                Ok(called) => last = Ok(called),
                Err(Unreachable) => {}
            }
        }
        last
    }
}

/// Is it this machine that an address leads to?
fn is_here(address: &Uri) -> bool {
    let host = address.host().unwrap_or_default();
    let ip: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    address.scheme_str() == Some("http") && (host == "localhost" || ip.is_some_and(|ip| ip.is_loopback()))
}

fn one(address: &Uri, headers: &HeaderMap, body: &Bytes) -> Result<Called, Unreachable> {
    if !is_here(address) {
        return Err(Unreachable);
    }
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
        let mut answer = request.send(&body[..]).map_err(|_| Unreachable)?;
        let status = answer.status();
        let body = answer.body_mut().with_config().limit(LARGEST).read_to_vec().map_err(|_| Unreachable)?;
        Ok(Called { status, body: body.into() })
    };
    // Others are answered meanwhile, those among them that the application server asks for.
    match tokio::runtime::Handle::try_current() {
        Ok(handle) if handle.runtime_flavor() == tokio::runtime::RuntimeFlavor::MultiThread => {
            tokio::task::block_in_place(send)
        }
        _ => send(),
    }
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
}
