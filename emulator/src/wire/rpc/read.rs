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
    let arguments = arguments(request)?;
    let format = Some(&arguments).filter(|_| !request.is_v3()).and_then(|arguments| arguments.filled("Format"));
    if format.is_some_and(|format| !["JSON", "XML"].iter().any(|known| known.eq_ignore_ascii_case(format))) {
        return Err(malformed());
    }
    let [action, version] = named(request, &arguments);
    let version = version.ok_or_else(|| ApiError::missing("Version"))?.to_owned();
    let action = action.ok_or_else(|| ApiError::missing("Action"))?.to_owned();
    Ok(Named { action, version, arguments })
}

/// The action and the version that a request names, as far as it can be read and names any.
pub(crate) fn names(request: &HttpRequest) -> [Option<String>; 2] {
    let arguments = arguments(request).unwrap_or_else(|_| Arguments::new(request.query.clone()));
    named(request, &arguments).map(|name| name.map(str::to_owned))
}

fn arguments(request: &HttpRequest) -> Result<Arguments, ApiError> {
    let mut parameters = request.query.clone();
    if request.is_form() {
        let form = std::str::from_utf8(&request.body).map_err(|_| malformed())?;
        parameters.read(form, Plus::Space).map_err(|_| malformed())?;
    }
    Ok(Arguments::new(parameters))
}

/// Action and version. In V3 the names are headers, and a parameter `Version`, `Action` or `Format` is the operation's own. In the older
/// style they are parameters; clients of it that send the headers besides mean the parameters.
fn named<'n>(request: &'n HttpRequest, arguments: &'n Arguments) -> [Option<&'n str>; 2] {
    let parameters = Some(arguments).filter(|_| !request.is_v3());
    [("Action", "x-acs-action"), ("Version", "x-acs-version")].map(|(parameter, header)| {
        parameters.and_then(|arguments| arguments.filled(parameter)).or_else(|| request.header(header))
    })
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
