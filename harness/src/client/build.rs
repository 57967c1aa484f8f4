//! From an operation and its parameters to an HTTP request, by the style of the product: RPC, ROA, OSS or SLS.

use acslab_emulator::signature::{query::pe, query::pe_path};
use http::Method;
use serde_json::{Map, Value};

use super::parameter::{Given, NotText};
use super::request::Request;
use super::xml;
use crate::catalogue::{Level, Operation, Route, Selector, Style};

/// The parameters of a call, by the API's own names, in the order to send them.
pub type Parameters = [(String, Given)];

/// Why parameters make no request.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A file is binary and stands where a text is needed.
    #[error(transparent)]
    NotText(#[from] NotText),
    /// HTTP does not allow it in a header.
    #[error("a parameter does not fit into a header: {0}")]
    Header(#[from] http::Error),
}

/// The request for an operation in a region, unsigned.
pub(super) fn build(operation: &Operation, parameters: &Parameters, region: &str) -> Result<Request, BuildError> {
    match &operation.route {
        Route::Action => rpc(operation, parameters, region),
        Route::Path(method, template) if operation.product.style == Style::Sls => sls(method, template, parameters),
        Route::Path(method, template) => roa(operation, method, template, parameters, region),
        Route::Oss(method, level, selector) => oss(method, *level, *selector, parameters),
    }
}

fn rpc(operation: &Operation, parameters: &Parameters, region: &str) -> Result<Request, BuildError> {
    let mut request = Request::new(Method::POST, "/");
    for (name, given) in parameters {
        request.form.push((name.clone(), given.to_text()?));
    }
    if !request.form.iter().any(|(name, _)| name == "RegionId") {
        request.form.push(("RegionId".to_owned(), region.to_owned()));
    }
    name_operation(&mut request, operation)?;
    Ok(request)
}

fn name_operation(request: &mut Request, operation: &Operation) -> Result<(), http::Error> {
    request.set_header("x-acs-action", &operation.name)?;
    request.set_header("x-acs-version", &operation.product.version)
}

fn roa(
    operation: &Operation,
    method: &Method,
    template: &str,
    parameters: &Parameters,
    region: &str,
) -> Result<Request, BuildError> {
    let mut path = template.to_owned();
    let mut body = Map::new();
    let mut request = Request::new(method.clone(), "");
    let has_body = *method == Method::POST || *method == Method::PUT;
    for (name, given) in parameters {
        let slot = format!("{{{name}}}");
        if template.contains(&slot) {
            path = path.replace(&slot, &pe(&given.to_text()?));
        } else if has_body {
            body.insert(name.clone(), given.to_json()?);
        } else {
            request.query.push(name, given.to_text()?);
        }
    }
    request.path = path;
    if has_body {
        request.body = Value::Object(body).to_string().into_bytes();
        request.set_header("content-type", "application/json; charset=utf-8")?;
    }
    request.set_header("accept", "application/json")?;
    request.set_header("x-acs-region-id", region)?;
    name_operation(&mut request, operation)?;
    Ok(request)
}

/// The project goes into the host, what the path does not name into a JSON body or the query. `Body` is a body as it is.
fn sls(method: &Method, template: &str, parameters: &Parameters) -> Result<Request, BuildError> {
    let (template, select) = template.split_once('?').unwrap_or((template, ""));
    let (project, rest) = template.split_once('/').unwrap_or((template, ""));
    let mut path = format!("/{rest}");
    let mut body = Map::new();
    let mut request = Request::new(method.clone(), "");
    if let Some((name, value)) = select.split_once('=') {
        request.query.push(name, value);
    }
    let has_body = *method == Method::POST || *method == Method::PUT;
    for (name, given) in parameters {
        let slot = format!("{{{name}}}");
        if project == slot {
            request.resource.0 = Some(given.to_text()?);
        } else if rest.contains(&slot) {
            path = path.replace(&slot, &pe(&given.to_text()?));
        } else if name == "Body" {
            request.body = given.to_bytes()?;
        } else if name.starts_with("x-log-") || name.eq_ignore_ascii_case("Accept-Encoding") {
            request.set_header(name, &given.to_text()?)?;
        } else if has_body && !rest.ends_with("/shards/{shard}") {
            body.insert(name.clone(), given.to_json()?);
        } else {
            request.query.push(name, given.to_text()?);
        }
    }
    request.path = path;
    if !body.is_empty() {
        request.body = Value::Object(body).to_string().into_bytes();
    }
    if !request.body.is_empty() {
        request.set_header("content-type", "application/json")?;
    }
    request.set_header("x-log-apiversion", "0.6.0")?;
    let size = request.body.len().to_string();
    request.set_header("x-log-bodyrawsize", &size)?;
    Ok(request)
}

fn oss(method: &Method, level: Level, selector: Selector, parameters: &Parameters) -> Result<Request, BuildError> {
    let mut request = Request::new(method.clone(), "");
    // Where a parameter or a header tells operations apart, the call's own parameters hold it.
    let given = |name: &str| parameters.iter().any(|(given, _)| given == name);
    match selector {
        Selector::Query(name) if !given(name) => request.query.push_bare(name),
        Selector::QueryValue(name, value) if !given(name) => request.query.push(name, value),
        _ => {}
    }
    let (mut bucket, mut key) = (None, String::new());
    for (name, given) in parameters {
        match name.as_str() {
            "Bucket" if level != Level::Service => bucket = Some(given.to_text()?),
            "Key" if level == Level::Object => key = given.to_text()?,
            "Body" => request.body = oss_body(given)?,
            name if selector.parameters().any(|own| own == name) => request.query.push(name, given.to_text()?),
            name if is_header(name) => request.set_header(name, &given.to_text()?)?,
            name => request.query.push(name, given.to_text()?),
        }
    }
    request.path = match &bucket {
        Some(bucket) => format!("/{}/{}", pe(bucket), pe_path(&key)),
        None => "/".to_owned(),
    };
    request.resource = (bucket, key);
    Ok(request)
}

/// The bytes of a body: a map is XML, but for a policy, which is JSON.
fn oss_body(given: &Given) -> Result<Vec<u8>, NotText> {
    match given {
        Given::Json(value @ Value::Object(members)) if members.contains_key("Statement") => {
            Ok(value.to_string().into_bytes())
        }
        Given::Json(value @ Value::Object(_)) => Ok(xml::from_json(value).into_bytes()),
        other => other.to_bytes(),
    }
}

/// Whether an OSS parameter travels as a header: OSS's own, and the standard ones.
fn is_header(name: &str) -> bool {
    const STANDARD: &[&str] = &[
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-md5",
        "content-type",
        "expires",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-unmodified-since",
        "range",
        "referer",
        "user-agent",
    ];
    let name = name.to_ascii_lowercase();
    name.starts_with("x-oss-") && !name.starts_with("x-oss-process") || STANDARD.contains(&name.as_str())
}
