//! What a request to Function Compute names: the version, which is the first segment of its path, and parameters.

use super::{host, not_supported};
use crate::wire::{ApiError, Arguments, HttpRequest, roa};

/// The version of the first SDKs, and the one that is published.
const FIRST: &str = "2016-08-15";
const PUBLISHED: &str = "2021-04-06";

/// What a request names.
pub(crate) struct Named<'a> {
    /// The version of the product.
    pub(crate) version: &'a str,
    /// The path in that version. INFERRED: of the first version, of which no metadata is published, it is the same behind the
    /// version, as the SDKs of both have it.
    pub(crate) path: String,
    /// The region in the host, if it names one.
    pub(crate) region: Option<&'a str>,
    /// The parameters in query and body; those in the path are found with the operation.
    pub(crate) arguments: Arguments,
}

/// Reads what a request names.
pub(crate) fn read(request: &HttpRequest) -> Result<Named<'_>, ApiError> {
    let path = request.path.strip_prefix('/').and_then(|path| path.split_once('/'));
    let (version, rest) = path.ok_or_else(|| not_supported(request))?;
    let version = if version == FIRST { PUBLISHED } else { version };
    let mut arguments = Arguments::default();
    // What a function is called with may be anything, whatever its type says: what stands in the query counts before it.
    for (name, value) in roa::members(request).unwrap_or_default() {
        arguments.push(&name, &value);
    }
    for parameter in request.query.iter() {
        arguments.push(parameter.name, parameter.value);
    }
    Ok(Named { version, path: format!("/{version}/{rest}"), region: host::region(request.host()), arguments })
}
