//! Circumstances that a request for the cloud tells of itself: where it comes from, whether over TLS, whether somebody with a second
//! factor stands behind it. No client of the cloud can say so; a test must. Taken from those whom the control surface answers.

use std::net::IpAddr;

use crate::gateway::HttpRequest;

/// `source=203.0.113.9; tls=true; mfa=true`, each of them once or not at all.
const HEADER: &str = "x-acslab-circumstances";

/// Does a request tell any?
pub(super) fn are_told(request: &HttpRequest) -> bool {
    request.headers.contains_key(HEADER)
}

/// Takes them over and the header away.
///
/// # Errors
/// What is not understood, in words for whoever sent it.
pub(super) fn take(request: &mut HttpRequest) -> Result<(), String> {
    let Some(told) = request.headers.remove(HEADER) else { return Ok(()) };
    let told = told.to_str().map_err(|_| format!("`{HEADER}` is no text"))?;
    let mut before: Vec<&str> = Vec::new();
    for part in told.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let wrong =
            || format!("`{part}` in `{HEADER}` is none of source=ADDRESS, tls=true, tls=false, mfa=true, mfa=false");
        let (name, value) = part.split_once('=').ok_or_else(wrong)?;
        if before.contains(&name) {
            return Err(format!("`{name}` is told twice in `{HEADER}`"));
        }
        before.push(name);
        match name {
            "source" => request.peer = value.parse::<IpAddr>().map_err(|_| wrong())?,
            "tls" => request.secure = value.parse().map_err(|_| wrong())?,
            "mfa" => request.mfa = value.parse().map_err(|_| wrong())?,
            _ => return Err(wrong()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderValue, Method};

    use super::{HEADER, are_told, take};
    use crate::gateway::HttpRequest;
    use crate::signature::OrderedQuery;

    fn with(told: &'static str) -> (Result<(), String>, HttpRequest) {
        let mut request = HttpRequest::inside(Method::GET, "/".to_owned(), OrderedQuery::default(), Bytes::new());
        request.headers.insert(HEADER, HeaderValue::from_static(told));
        (take(&mut request), request)
    }

    #[test]
    fn what_is_told_is_taken_over_and_nothing_is_guessed() {
        let (taken, request) = with("source=203.0.113.9; tls=false; mfa=true");
        assert_eq!(taken, Ok(()));
        assert_eq!((request.peer.to_string().as_str(), request.secure, request.mfa), ("203.0.113.9", false, true));
        assert!(!are_told(&request), "the cloud does not see the header");
        for wrong in ["source=here", "mfa", "mfa=1", "region=x", "mfa=true; mfa=true"] {
            assert!(with(wrong).0.is_err(), "{wrong}");
        }
    }
}
