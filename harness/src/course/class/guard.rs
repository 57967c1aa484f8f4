//! Who may ask: programs and this program's own pages. A page of another origin does not get in, neither directly (its `Origin` tells) nor under a name
//! of its own that it has made lead here (the `Host` tells).

use std::net::IpAddr;

use http::HeaderMap;
use http::header::{HOST, ORIGIN};

/// The names that are answered.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    hosts: Vec<String>,
}

impl Guard {
    /// Answers at `localhost`, at addresses, and at these names.
    pub(super) fn new(hosts: Vec<String>) -> Self {
        Self { hosts }
    }

    /// May this be answered? The error says why not.
    pub(super) fn admit(&self, headers: &HeaderMap) -> Result<(), &'static str> {
        let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
        let Some(host) = text(HOST) else { return Err("a request needs a Host") };
        if !self.is_own(host) {
            return Err("the course does not answer at this host; `--host NAME` lets it");
        }
        let own = format!("http://{host}");
        if text(ORIGIN).is_some_and(|origin| !origin.eq_ignore_ascii_case(&own)) {
            return Err("the course answers its own pages only");
        }
        let site = headers.get("sec-fetch-site").map(|site| site.to_str().unwrap_or("?"));
        // A link to a page may stand anywhere, in a mail or on a slide.
        let leads_here = headers.get("sec-fetch-mode").is_some_and(|mode| mode == "navigate");
        if site.is_some_and(|site| !["same-origin", "none"].contains(&site)) && !leads_here {
            return Err("the course answers its own pages only");
        }
        Ok(())
    }

    /// An address cannot be made to lead elsewhere, as a name can.
    fn is_own(&self, host: &str) -> bool {
        let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((address, _)) => address,
            None => host.split_once(':').map_or(host, |(name, _)| name),
        };
        name.parse::<IpAddr>().is_ok()
            || name.eq_ignore_ascii_case("localhost")
            || self.hosts.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::Guard;

    fn admitted(lines: &[(&'static str, &'static str)]) -> bool {
        let line = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        let headers: HeaderMap = lines.iter().map(line).collect();
        Guard::new(vec!["class".to_owned()]).admit(&headers).is_ok()
    }

    #[test]
    fn only_own_names_and_own_pages_get_in() {
        for (host, own) in [
            ("localhost:8821", true),
            ("127.0.0.1:8821", true),
            ("192.0.2.7:8821", true),
            ("[::1]:8821", true),
            ("Class:8821", true),
            ("evil.example", false),
            ("localhost.evil.example:8821", false),
            ("", false),
        ] {
            assert_eq!(admitted(&[("host", host)]), own, "{host}");
        }
        assert!(!admitted(&[]));
        for (origin, own) in [
            ("http://127.0.0.1:8821", true),
            ("http://127.0.0.1:8822", false),
            ("https://127.0.0.1:8821", false),
            ("http://evil.example", false),
            ("null", false),
        ] {
            assert_eq!(admitted(&[("host", "127.0.0.1:8821"), ("origin", origin)]), own, "{origin}");
        }
        let fetched =
            |site, mode| admitted(&[("host", "127.0.0.1:8821"), ("sec-fetch-site", site), ("sec-fetch-mode", mode)]);
        assert!(fetched("same-origin", "cors") && fetched("none", "navigate") && fetched("cross-site", "navigate"));
        assert!(!fetched("cross-site", "cors") && !fetched("same-site", "no-cors"));
    }
}
