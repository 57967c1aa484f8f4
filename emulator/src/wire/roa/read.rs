//! What a ROA request names: the version of a product, and parameters. The path says which operation; the registry knows it.

use http::header;
use serde_json::Value;

use crate::signature::{OrderedQuery, Plus};
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

/// The fields of a form, or the members of a JSON body as parameters: text as it is, anything else as JSON, what is null not at all.
/// A body of another kind, and JSON that is no object, has none.
pub(in crate::wire) fn members(request: &HttpRequest) -> Result<Vec<(String, String)>, ApiError> {
    if request.is_form() {
        let text = std::str::from_utf8(&request.body).map_err(|_| malformed())?;
        let form = OrderedQuery::parse(text, Plus::Space).map_err(|_| malformed())?;
        return Ok(form.iter().map(|field| (field.name.to_owned(), field.value.to_owned())).collect());
    }
    let kind = request.header(header::CONTENT_TYPE).unwrap_or("application/json");
    if request.body.is_empty() {
        return Ok(Vec::new());
    }
    let members = match serde_json::from_slice(&request.body) {
        Ok(Value::Object(members)) => members,
        Err(_) if kind.contains("json") => return Err(malformed()),
        Ok(_) | Err(_) => return Ok(Vec::new()),
    };
    let pairs = members.into_iter().filter_map(|(name, value)| match value {
        Value::Null => None,
        Value::String(text) => Some((name, text)),
        value => Some((name, value.to_string())),
    });
    Ok(pairs.collect())
}
