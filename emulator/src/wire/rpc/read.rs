//! What an RPC request names: the operation by action and version, and its parameters.

use http::Method;

use crate::signature::Plus;
use crate::wire::openapi::{malformed, unsupported_method};
use crate::wire::{ApiError, Arguments, HttpRequest};

/// What a request names.
pub(crate) struct Named {
    /// The operation's name.
    pub(crate) action: String,
    /// The version of its product.
    pub(crate) version: String,
    /// The parameters.
    pub(crate) arguments: Arguments,
}

/// Reads what a request names.
pub(crate) fn read(request: &HttpRequest) -> Result<Named, ApiError> {
    if !matches!(request.method, Method::GET | Method::POST) {
        return Err(unsupported_method());
    }
    let mut parameters = request.query.clone();
    if request.is_form() {
        let form = std::str::from_utf8(&request.body).map_err(|_| malformed())?;
        parameters.read(form, Plus::Space).map_err(|_| malformed())?;
    }
    let arguments = Arguments::new(parameters);
    // In the older style the names are parameters, in V3 headers; where both are sent the parameters count.
    let named = |parameter: &str, header: &str| {
        arguments.filled(parameter).or_else(|| request.header(header)).map(str::to_owned)
    };
    let format = arguments.filled("Format").unwrap_or("XML");
    if !["JSON", "XML"].iter().any(|known| known.eq_ignore_ascii_case(format)) {
        return Err(malformed());
    }
    let version = named("Version", "x-acs-version").ok_or_else(|| ApiError::missing("Version"))?;
    let action = named("Action", "x-acs-action").ok_or_else(|| ApiError::missing("Action"))?;
    Ok(Named { action, version, arguments })
}

/// `Format` is XML unless the request says JSON, in whatever letter case.
pub(in crate::wire) fn wants_json(request: &HttpRequest) -> bool {
    let format = request.query.get("Format").map(str::as_bytes).or_else(|| in_form(request, b"Format="));
    format.is_some_and(|format| format.eq_ignore_ascii_case(b"json"))
}

/// What stands behind `Name=` in a form, be the rest of it readable or not: even the error for that has a format.
fn in_form<'a>(request: &'a HttpRequest, name: &[u8]) -> Option<&'a [u8]> {
    let mut pieces = request.body.split(|byte| *byte == b'&').filter(|_| request.is_form());
    pieces.find_map(|piece| piece.strip_prefix(name))
}
