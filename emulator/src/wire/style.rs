//! Recognise: which protocol does a request speak? Told by method, host, path, query and headers; a body says nothing of it.

use std::sync::Arc;

use http::{HeaderName, Method, header};

use super::{HttpRequest, fc, oss, rpc, sls};
use crate::cloud::IdSource;
use crate::signature;

const VERSION: HeaderName = HeaderName::from_static("x-acs-version");
const ACTION: HeaderName = HeaderName::from_static("x-acs-action");

/// What a query of RPC has, and no other: what the call is, or how it is signed.
const OF_RPC: [&str; 3] = ["Action", "SignatureMethod", "SignatureVersion"];

/// The wire style of a request, told from its marks alone, so that even the first error has the right form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// RPC: JSON when the request asks for it, XML otherwise.
    Rpc {
        /// `Format=JSON`, or V3 (which has no other).
        json: bool,
    },
    /// ROA: JSON.
    Roa,
    /// OSS: XML of its own.
    Oss,
    /// Simple Log Service: JSON of its own.
    Sls,
    /// Function Compute 2.0: JSON of its own.
    Fc,
}

impl Wire {
    /// Tells the style (OpenAPI: the three wire styles; on one local port the marks must do, not the host).
    pub fn of(request: &HttpRequest) -> Self {
        let host = request.host();
        let authorization = request.header(header::AUTHORIZATION).unwrap_or_default();
        let acs = request.headers.contains_key(VERSION) || request.headers.contains_key(ACTION);
        // RPC has no path, and OSS nothing that a form could be posted to without one.
        let at_root = request.path == "/";
        let form = at_root && request.method == Method::POST && request.is_form();
        let of_sls = ["LOG ", "SLS4-"].iter().any(|scheme| authorization.starts_with(scheme))
            || request.headers.contains_key(sls::VERSION_HEADER);
        if authorization.starts_with("OSS") {
            Self::Oss
        } else if authorization.starts_with(signature::fc::SCHEME) {
            Self::Fc
        } else if of_sls {
            // Before the hosts: a bucket and a project can both be in front of this machine's name.
            Self::Sls
        } else if oss::is_host(host) {
            Self::Oss
        } else if sls::is_host(host) {
            Self::Sls
        } else if authorization.starts_with("acs ") || (acs && !at_root) {
            Self::Roa
        } else if request.is_v3() {
            Self::Rpc { json: true }
        } else if form || (at_root && OF_RPC.iter().any(|name| request.query.contains(name))) {
            // Some clients of the older style send the headers of V3 besides; the parameters count.
            Self::Rpc { json: rpc::wants_json(request) }
        } else if acs {
            Self::Rpc { json: true }
        } else if fc::is_host(host) {
            Self::Fc
        } else if host.ends_with(".aliyuncs.com") {
            Self::Rpc { json: rpc::wants_json(request) }
        } else {
            Self::Oss
        }
    }

    /// A new request id in the style's own form.
    pub fn request_id(self, ids: &IdSource) -> Arc<str> {
        match self {
            // Both have 24 hexadecimal digits.
            Self::Oss | Self::Sls => ids.oss_request_id().into(),
            Self::Rpc { .. } | Self::Roa | Self::Fc => ids.request_id().into(),
        }
    }
}
