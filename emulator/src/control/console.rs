//! The console: a page that looks at this cloud in a browser, under `console/`, and the token that tells it from other pages.
//!
//! The page is files that whoever starts the emulator hands over; without any there is no console. It has no powers of its own: it asks
//! this surface, and calls the cloud with the key of whoever sits before it.

use bytes::Bytes;
use flate2::read::GzDecoder;
use http::{HeaderValue, Method, Response, StatusCode, header};
use http_body_util::Full;
use std::io::Read;

use super::{PREFIX, problem};
use crate::gateway::HttpRequest;
use crate::signature::Secret;
use crate::signature::secret::same;

/// Where the console is, behind [`PREFIX`].
const CONSOLE: &str = "console/";
/// The header that carries the token.
const TOKEN: &str = "x-acslab-token";

/// What a page of the console may do: load its own files, ask where it came from, and nothing else. Nobody may frame it.
const SECURITY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                        base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What a page may do that somebody keeps in this cloud: run its scripts, in an origin of its own. In the console's origin it could read
/// what the console keeps for its tab.
const KEPT_PAGE: &str = "sandbox allow-scripts";

/// A file of the console.
#[derive(Debug, Clone, Copy)]
pub struct ConsoleFile {
    /// Its name: `index.html`.
    pub name: &'static str,
    /// What it is: `text/html; charset=utf-8`.
    pub content_type: &'static str,
    /// The file itself, compressed with gzip.
    pub gzip: &'static [u8],
}

/// The console of one emulator.
#[derive(Debug, Clone)]
pub(crate) struct Console {
    files: &'static [ConsoleFile],
    token: Secret,
}

impl Console {
    pub(crate) fn new(files: &'static [ConsoleFile], token: Secret) -> Self {
        Self { files, token }
    }

    /// Does the request carry the token?
    pub(super) fn knows(&self, request: &HttpRequest) -> bool {
        request.header(TOKEN).is_some_and(|token| same(self.token.expose(), token))
    }
}

/// Is it sent by a page that a browser shows? A browser says so of whatever a page sends, and no page can keep it from doing so.
pub(super) fn is_of_page(request: &HttpRequest) -> bool {
    let site = request.headers.get("sec-fetch-site");
    request.headers.contains_key(header::ORIGIN) || site.is_some_and(|site| site != "none")
}

/// Might a browser show what is answered as a page? A browser says what it fetches something for, where it trusts the address; elsewhere
/// only that it takes a page is known. Not the pages alone: what is fetched for something else may be kept, and shown as a page later.
fn may_be_shown(request: &HttpRequest) -> bool {
    let takes_page = || request.header(header::ACCEPT).is_some_and(|kinds| kinds.contains("text/html"));
    request.headers.contains_key("sec-fetch-dest") || takes_page()
}

/// Keeps what is answered to a browser from being a page of the console's origin. Programs are told nothing of it.
pub(super) fn set_apart<B>(request: &HttpRequest) -> impl FnOnce(Response<B>) -> Response<B> + use<B> {
    let shown = may_be_shown(request);
    move |mut response| {
        if shown {
            // Beside one that is kept with an object: a browser holds to both.
            let policy = HeaderValue::from_static(KEPT_PAGE);
            response.headers_mut().append(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }
}

/// Does somebody who opens the cloud's address in a browser ask for it?
pub(super) fn is_greeting(request: &HttpRequest) -> bool {
    let html = request.header(header::ACCEPT).is_some_and(|kinds| kinds.contains("text/html"));
    let nothing = request.query.iter().next().is_none() && !request.headers.contains_key(header::AUTHORIZATION);
    html && nothing && request.method == Method::GET && ["/", "/_acslab", PREFIX].contains(&request.path.as_str())
}

/// Sends a browser to the console.
pub(super) fn welcome() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::FOUND;
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/_acslab/console/"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The name of the file that a request asks for, if it asks for one of the console's.
pub(super) fn asked(path: &str) -> Option<&str> {
    let name = path.strip_prefix(CONSOLE)?;
    Some(if name.is_empty() { "index.html" } else { name })
}

/// Answers with a file.
pub(super) fn answer(console: Option<&Console>, request: &HttpRequest, name: &str) -> Response<Full<Bytes>> {
    let Some(console) = console else {
        return problem(StatusCode::NOT_FOUND, "no console is served here; `acslab serve` has one");
    };
    if !matches!(request.method, Method::GET | Method::HEAD) {
        return problem(StatusCode::METHOD_NOT_ALLOWED, "the console's files are read with GET");
    }
    let Some(file) = console.files.iter().find(|file| file.name == name) else {
        return problem(StatusCode::NOT_FOUND, format!("the console has no file `{name}`"));
    };
    let packed = request.header(header::ACCEPT_ENCODING).is_some_and(|ways| ways.contains("gzip"));
    let content = if packed { Bytes::from_static(file.gzip) } else { unpacked(file) };
    let mut response = Response::new(Full::new(content));
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, file.content_type),
        (header::CONTENT_SECURITY_POLICY, SECURITY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::VARY, "accept-encoding"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    if packed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

fn unpacked(file: &ConsoleFile) -> Bytes {
    let mut content = Vec::new();
    // A file that cannot be unpacked is a fault of the build, which its test finds; a browser is told nothing then.
    let _ = GzDecoder::new(file.gzip).read_to_end(&mut content);
    content.into()
}
