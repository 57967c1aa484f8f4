//! An HTTP request that is not signed yet, or is.

use acslab_emulator::signature::{OrderedQuery, Plus, query::pe};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

/// Longer queries than this go into the body instead, as SDKs do.
const MAX_QUERY: usize = 8 * 1024;

/// A request, in the parts that a signature is computed over.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path, encoded.
    pub path: String,
    /// The query, decoded.
    pub query: OrderedQuery,
    /// The form of an RPC call, decoded; it becomes query or body when the call is signed.
    pub form: Vec<(String, String)>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
    /// The bucket and the key, for OSS; the project, for SLS.
    pub resource: (Option<String>, String),
}

impl Request {
    /// A request for a path, without anything else.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            query: OrderedQuery::default(),
            form: Vec::new(),
            headers: HeaderMap::new(),
            body: Vec::new(),
            resource: (None, String::new()),
        }
    }

    /// A request for a path with its query, or for a whole URL, whose host it asks for. The error says what is wrong with it.
    pub fn to_url(method: &str, url: &str) -> Result<Self, String> {
        let method = Method::from_bytes(method.as_bytes()).map_err(|error| error.to_string())?;
        let whole = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
        let (host, target) = match whole {
            Some(rest) => rest.split_once('/').unwrap_or((rest, "")),
            None => ("", url.strip_prefix('/').ok_or("a URL starts with `/`, `http://` or `https://`")?),
        };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut request = Self::new(method, format!("/{path}"));
        request.query = OrderedQuery::parse(query, Plus::Space).map_err(|error| format!("{error:?}"))?;
        if !host.is_empty() {
            request.insert_header("host", host)?;
        }
        Ok(request)
    }

    /// Finds out what OSS signs: the bucket of its host, or the first part of its path.
    pub fn find_resource(&mut self) {
        let host = self.headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
        let bucket = host.split_once(".oss-").map(|(bucket, _)| bucket.to_owned());
        let path = self.path.strip_prefix('/').unwrap_or_default();
        let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned();
        self.resource = if bucket.is_some() {
            (bucket, decoded)
        } else {
            let (bucket, key) = decoded.split_once('/').unwrap_or((&decoded, ""));
            ((!bucket.is_empty()).then(|| bucket.to_owned()), key.to_owned())
        };
    }

    /// Sets a header that somebody wrote. The error says what is wrong with it.
    pub fn insert_header(&mut self, name: &str, value: &str) -> Result<(), String> {
        self.set_header(name, value).map_err(|error| error.to_string())
    }

    /// As a person reads it: without what signs it.
    pub fn readable(&self) -> String {
        const SECRET: [&str; 4] =
            ["authorization", "x-acs-security-token", "x-oss-security-token", "x-acs-credentials-provider"];
        let mut text = format!("{} {}\n", self.method, self.readable_target());
        for (name, value) in &self.headers {
            let secret = SECRET.contains(&name.as_str());
            let value = if secret { "***".into() } else { String::from_utf8_lossy(value.as_bytes()) };
            text.extend([name.as_str(), ": ", &value, "\n"]);
        }
        if !self.body.is_empty() {
            let body = String::from_utf8_lossy(&self.body);
            text.extend(["\n", &without_tokens(&body)]);
        }
        text
    }

    /// The URL that it stands for, at the host that it asks for.
    pub fn url(&self, authority: &str) -> String {
        let host = self.headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or(authority);
        format!("http://{host}{}", self.target())
    }

    /// Path and query, as on the request line.
    pub fn target(&self) -> String {
        let query: Vec<_> = self
            .query
            .iter()
            .map(|param| match (param.has_equals, pe(param.name)) {
                (true, name) => format!("{name}={}", pe(param.value)),
                (false, name) => name,
            })
            .collect();
        if query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, query.join("&")) }
    }

    /// The same as a person reads it: a presigned URL lets in whoever has it.
    pub fn readable_target(&self) -> String {
        without_tokens(&self.target())
    }

    /// Sets a header; the error is for a name or value that HTTP does not allow.
    pub(super) fn set_header(&mut self, name: &str, value: &str) -> Result<(), http::Error> {
        let name = HeaderName::from_bytes(name.as_bytes())?;
        self.headers.insert(name, HeaderValue::from_str(value)?);
        Ok(())
    }

    /// Moves the form into the query, as current SDKs send RPC calls, unless it is too long.
    pub(super) fn form_to_query(&mut self) {
        let length: usize = self.form.iter().map(|(n, v)| n.len() + v.len()).sum();
        if length > MAX_QUERY {
            self.form_to_body();
            return;
        }
        for (name, value) in self.form.drain(..) {
            self.query.push(name, value);
        }
    }

    /// Writes the form into the body.
    pub(super) fn form_to_body(&mut self) {
        let pairs: Vec<_> = self.form.drain(..).map(|(name, value)| format!("{}={}", pe(&name), pe(&value))).collect();
        self.body = pairs.join("&").into_bytes();
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        self.headers.insert(http::header::CONTENT_TYPE, form);
    }
}

/// A query or a form with `***` in the place of what lets somebody in.
pub(super) fn without_tokens(text: &str) -> String {
    const SECRET: [&str; 5] = ["securitytoken", "security-token", "x-oss-security-token", "password", "signature"];
    let part = |part: &str| match part.split_once('=') {
        Some((name, _)) if SECRET.iter().any(|secret| name.to_ascii_lowercase().ends_with(secret)) => {
            format!("{name}=***")
        }
        _ => part.to_owned(),
    };
    text.split('&').map(part).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::{Request, without_tokens};

    #[test]
    fn what_lets_somebody_in_is_not_shown() {
        let text = without_tokens("/?a=1&SecurityToken=CAIS&NewPassword=x&x-oss-security-token=y&b");
        assert_eq!(text, "/?a=1&SecurityToken=***&NewPassword=***&x-oss-security-token=***&b");
        let text = without_tokens("/a?x-oss-signature-version=OSS4&x-oss-signature=7933");
        assert_eq!(text, "/a?x-oss-signature-version=OSS4&x-oss-signature=***");
        assert_eq!(without_tokens("/a?Signature=x%3D"), "/a?Signature=***");
    }

    #[test]
    fn a_url_is_a_request_at_its_host() {
        let mut request = Request::to_url("GET", "http://flows.oss-cn-hangzhou.aliyuncs.com/a/b%20c?x=1&y").unwrap();
        request.find_resource();
        assert_eq!((request.path.as_str(), request.target().as_str()), ("/a/b%20c", "/a/b%20c?x=1&y"));
        assert_eq!(request.resource, (Some("flows".to_owned()), "a/b c".to_owned()));
        assert!(Request::to_url("GET", "nowhere").is_err() && Request::to_url("G T", "/").is_err());
    }
}
