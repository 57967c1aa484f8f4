//! What a request to Log Service names: the project, the region, the parameters. Method and path say which operation.

use serde_json::{Map, Value};

use super::host::{Place, place};
use super::invalid;
use crate::signature::sls_v4;
use crate::wire::{ApiError, Arguments, HttpRequest};

/// The region of a request that names none.
const DEFAULT_REGION: &str = "cn-hangzhou";
/// The header that every request carries, and no other protocol's.
pub(crate) const VERSION_HEADER: &str = "x-log-apiversion";
const VERSION: &str = "0.6.0";

/// What a request names.
pub(crate) struct Named {
    /// The project in the host.
    pub(crate) project: Option<String>,
    /// The region: of the host, else of the signature, else the default one.
    pub(crate) region: String,
    /// The parameters in query and body; those in host and path are found with the operation.
    pub(crate) arguments: Arguments,
}

/// Reads what a request names.
pub(crate) fn read(request: &HttpRequest) -> Result<Named, ApiError> {
    // A picture that a page asks for has no headers of its own.
    match request.header(VERSION_HEADER).or_else(|| request.query.get("APIVersion")) {
        Some(VERSION) => {}
        Some(other) => {
            let message = format!("{VERSION_HEADER} {other} is unsupported.");
            return Err(ApiError::bad_request("InvalidAPIVersion", message));
        }
        None => {
            let message = format!("{VERSION_HEADER} does not exist in http header.");
            return Err(ApiError::bad_request("MissingAPIVersion", message));
        }
    }
    let Place { project, region } = place(request.host());
    let id = |region: &&str| region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let region = region.or_else(|| signing_region(request)).filter(id).unwrap_or(DEFAULT_REGION);
    if project.is_some_and(|project| project.is_empty() || project.contains(['.', '/'])) {
        return Err(ApiError::bad_request("InvalidHost", format!("Host header {} is invalid.", request.host())));
    }
    // What stands in the body counts before what stands in the query: handlers read the body.
    let mut arguments = Arguments::new(request.query.clone());
    for (name, value) in members(request) {
        arguments.push(&name, &value);
    }
    Ok(Named { project: project.map(str::to_ascii_lowercase), region: region.to_ascii_lowercase(), arguments })
}

/// The members of a JSON body as parameters: text as it is, anything else as JSON, what is null not at all. A body of another kind
/// has none; whether it may be one is the operation's to say.
fn members(request: &HttpRequest) -> Vec<(String, String)> {
    let members: Map<String, Value> = serde_json::from_slice(&request.body).unwrap_or_default();
    let pairs = members.into_iter().filter_map(|(name, value)| match value {
        Value::Null => None,
        Value::String(text) => Some((name, text)),
        value => Some((name, value.to_string())),
    });
    pairs.collect()
}

/// The region in the credential of a V4 signature.
fn signing_region(request: &HttpRequest) -> Option<&str> {
    sls_v4::Claim::parse(&request.headers).ok().map(|claim| claim.region)
}

/// The region that a request was signed for must be the one of its endpoint.
pub(super) fn check_region(request: &HttpRequest, signed_for: &str) -> Result<(), ApiError> {
    match place(request.host()).region {
        Some(region) if !region.eq_ignore_ascii_case(signed_for) => {
            let authorization = request.header(http::header::AUTHORIZATION).unwrap_or_default();
            Err(invalid("Http extend authorization", authorization))
        }
        _ => Ok(()),
    }
}
