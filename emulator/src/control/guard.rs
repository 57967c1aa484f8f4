//! Who may talk to the control surface, which has no keys of its own: programs on this machine, and whomever the builder lets in.
//!
//! Every request is checked, whatever it asks for: a page that a browser shows must reach the surface neither directly (its
//! `Origin` tells) nor under a name of its own that it has made lead here (the `Host` tells), and nobody from another machine.

use std::net::{IpAddr, SocketAddr};

use crate::gateway::HttpRequest;
use crate::instance::is_passed_on;

/// Whom the control surface answers.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    /// Where the emulator listens.
    address: SocketAddr,
    hosts: Vec<String>,
    peers: ControlPeers,
}

/// From where the control surface takes requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ControlPeers {
    /// From this machine.
    #[default]
    Loopback,
    /// From wherever the emulator can be reached. Whoever reaches it may then move its clock and replace its state.
    Any,
}

impl Guard {
    /// Lets in programs on this machine that ask for the address that the emulator listens on, for a loopback address or name, or
    /// for one of these hosts.
    pub(crate) fn new(address: SocketAddr, hosts: Vec<String>, peers: ControlPeers) -> Self {
        Self { address, hosts, peers }
    }

    /// Where the emulator listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    fn ip(&self) -> IpAddr {
        self.address.ip().to_canonical()
    }

    /// May this request be answered?
    ///
    /// # Errors
    /// Why not, in words for whoever sent it.
    pub(super) fn admit(&self, request: &HttpRequest) -> Result<(), &'static str> {
        if !self.is_peer(request) {
            return Err("the control surface answers programs on this machine only");
        }
        if !self.is_host(request.host()) {
            return Err("the control surface does not answer at this host: ask for 127.0.0.1 or localhost");
        }
        if !is_of_this_origin(request) {
            return Err("the control surface does not answer web pages");
        }
        Ok(())
    }

    /// Does a request come from where the surface is answered, and from no web page? Its host is the cloud's.
    pub(super) fn is_near(&self, request: &HttpRequest) -> bool {
        self.is_peer(request) && is_of_this_origin(request)
    }

    fn is_peer(&self, request: &HttpRequest) -> bool {
        let peer = request.peer.to_canonical();
        let near = (peer.is_loopback() || peer == self.ip()) && !is_passed_on(request);
        near || self.peers == ControlPeers::Any
    }

    /// CHOICE: a request without a host is one of a plain program; no browser sends it.
    fn is_host(&self, host: &str) -> bool {
        let literal = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let ours = |address: IpAddr| address.to_canonical().is_loopback() || address.to_canonical() == self.ip();
        host.is_empty()
            || host.eq_ignore_ascii_case("localhost")
            || literal.parse().is_ok_and(ours)
            || self.hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
    }
}

/// No page, or a page that came from where the request goes to.
fn is_of_this_origin(request: &HttpRequest) -> bool {
    let same_site = match request.headers.get("sec-fetch-site") {
        None => true,
        Some(site) => ["same-origin", "none"].iter().any(|known| site == known),
    };
    let scheme = if request.secure { "https" } else { "http" };
    let same_origin = match (request.headers.get("origin"), request.header("host")) {
        (None, _) => true,
        (Some(origin), Some(host)) => *origin == format!("{scheme}://{}", host.to_ascii_lowercase()),
        (Some(_), None) => false,
    };
    same_site && same_origin
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue, Method};

    use super::*;
    use crate::signature::OrderedQuery;

    fn request(peer: &str, lines: &[(&'static str, &'static str)]) -> HttpRequest {
        let mut request = HttpRequest::inside(
            Method::GET,
            "/_acslab/health".to_owned(),
            OrderedQuery::default(),
            bytes::Bytes::new(),
        );
        let line = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        request.headers = lines.iter().map(line).collect::<HeaderMap>();
        request.peer = peer.parse().unwrap();
        request.secure = false;
        request
    }

    fn guard(peers: ControlPeers) -> Guard {
        Guard::new("192.0.2.7:8820".parse().unwrap(), vec!["acslab".to_owned()], peers)
    }

    #[test]
    fn another_machine_is_let_in_only_where_the_builder_says_so() {
        for (peer, near) in [
            ("127.0.0.1", true),
            ("::1", true),
            ("::ffff:127.0.0.1", true),
            // The machine itself, by the address that it listens on.
            ("192.0.2.7", true),
            ("192.0.2.8", false),
            ("172.17.0.1", false),
            ("2001:db8::1", false),
        ] {
            let request = request(peer, &[("host", "127.0.0.1")]);
            assert_eq!(guard(ControlPeers::Loopback).admit(&request).is_ok(), near, "{peer}");
            assert!(guard(ControlPeers::Any).admit(&request).is_ok(), "{peer}");
        }
        let passed_on = request("127.0.0.1", &[("host", "127.0.0.1"), ("x-forwarded-for", "192.0.2.8")]);
        assert!(guard(ControlPeers::Loopback).admit(&passed_on).is_err());
    }

    #[test]
    fn only_the_emulators_own_names_are_hosts() {
        for (host, ours) in [
            ("localhost:8820", true),
            ("LocalHost", true),
            ("127.0.0.1:8820", true),
            ("127.1.2.3", true),
            ("[::1]:8820", true),
            ("192.0.2.7:8820", true),
            ("acslab:8820", true),
            ("evil.example", false),
            ("192.0.2.8:8820", false),
            ("localhost.evil.example", false),
            ("0.0.0.0:8820", false),
        ] {
            for peers in [ControlPeers::Loopback, ControlPeers::Any] {
                assert_eq!(guard(peers).admit(&request("127.0.0.1", &[("host", host)])).is_ok(), ours, "{host}");
            }
        }
        assert!(guard(ControlPeers::Loopback).admit(&request("127.0.0.1", &[])).is_ok());
    }

    #[test]
    fn a_page_is_answered_only_where_it_came_from() {
        for (origin, ours) in [
            ("http://127.0.0.1:8820", true),
            ("https://127.0.0.1:8820", false),
            ("http://127.0.0.1:8821", false),
            ("http://localhost:8820", false),
            ("http://127.0.0.1", false),
            ("http://evil.example", false),
            ("null", false),
            ("", false),
        ] {
            for peers in [ControlPeers::Loopback, ControlPeers::Any] {
                let request = request("127.0.0.1", &[("host", "127.0.0.1:8820"), ("origin", origin)]);
                assert_eq!(guard(peers).admit(&request).is_ok(), ours, "{origin}");
            }
        }
        for (site, ours) in [("same-origin", true), ("none", true), ("same-site", false), ("cross-site", false)] {
            let request = request("127.0.0.1", &[("host", "127.0.0.1:8820"), ("sec-fetch-site", site)]);
            assert_eq!(guard(ControlPeers::Loopback).admit(&request).is_ok(), ours, "{site}");
        }
    }
}
