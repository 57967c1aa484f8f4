//! What a ROA request names: the version of a product, and parameters. The path says which operation; the registry knows it.

use serde_json::Value;

use crate::wire::openapi::malformed;
use crate::wire::{ApiError, Arguments, HttpRequest};

/// What a request names.
pub(crate) struct Named<'a> {
    /// The version of its product.
    pub(crate) version: &'a str,
    /// The parameters in query and body; those in the path are found with the operation.
    pub(crate) arguments: Arguments,
}

/// Reads what a request names.
pub(crate) fn read(request: &HttpRequest) -> Result<Named<'_>, ApiError> {
    let version = request.header("x-acs-version").ok_or_else(|| ApiError::missing("Version"))?;
    let mut arguments = Arguments::new(request.query.clone());
    for (name, value) in members(request)? {
        arguments.push(&name, &value);
    }
    Ok(Named { version, arguments })
}

/// The members of a JSON body as parameters: text as it is, anything else as JSON, what is null not at all.
fn members(request: &HttpRequest) -> Result<Vec<(String, String)>, ApiError> {
    if request.body.is_empty() || request.is_form() {
        return Ok(Vec::new());
    }
    let members: serde_json::Map<String, Value> = serde_json::from_slice(&request.body).map_err(|_| malformed())?;
    let pairs = members.into_iter().filter_map(|(name, value)| match value {
        Value::Null => None,
        Value::String(text) => Some((name, text)),
        value => Some((name, value.to_string())),
    });
    Ok(pairs.collect())
}
