//! From a step to an HTTP request, by the style of the product: RPC, ROA or OSS.

use acslab_emulator::signature::{OrderedQuery, query::pe, query::pe_path};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Map, Value};

use super::xml;
use crate::catalogue::{Level, Operation, Route, Selector};
use crate::scenario::{Argument, Step, Unfilled, Variables};

/// Longer queries than this go into the body instead, as SDKs do.
const MAX_QUERY: usize = 8 * 1024;

/// A request without its signature.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path, encoded.
    pub path: String,
    /// The query, decoded.
    pub query: OrderedQuery,
    /// The form of an RPC call, decoded; it becomes the body when the call is signed.
    pub form: Vec<(String, String)>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
    /// The bucket and the key, for OSS.
    pub resource: (Option<String>, String),
}

impl Request {
    /// Path and query, as on the request line.
    pub fn target(&self) -> String {
        let query: Vec<_> = self
            .query
            .iter()
            .map(|param| match (param.has_equals, pe(&param.name)) {
                (true, name) => format!("{name}={}", pe(&param.value)),
                (false, name) => name,
            })
            .collect();
        if query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, query.join("&")) }
    }

    pub(crate) fn new(method: Method, path: impl Into<String>) -> Self {
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

    pub(super) fn set_header(&mut self, name: &str, value: &str) -> Result<(), http::Error> {
        let name = HeaderName::from_bytes(name.as_bytes())?;
        self.headers.insert(name, HeaderValue::from_str(value)?);
        Ok(())
    }
}

/// Why a step makes no request.
#[derive(Debug, thiserror::Error)]
pub(super) enum BuildError {
    #[error(transparent)]
    Unfilled(#[from] Unfilled),
    #[error("a parameter does not fit into a header: {0}")]
    Header(#[from] http::Error),
}

/// The request of a step, unsigned, in the region of the scenario.
pub(super) fn build(step: &Step, region: &str, variables: &Variables) -> Result<Request, BuildError> {
    let operation = step.operation;
    match &operation.route {
        Route::Action => rpc_step(step, region, variables),
        Route::Path(method, template) => roa(operation, method, template, step, region, variables),
        Route::Oss(method, level, selector) => oss(method, *level, *selector, step, variables),
    }
}

fn rpc_step(step: &Step, region: &str, variables: &Variables) -> Result<Request, BuildError> {
    let mut form = Vec::new();
    for (name, argument) in &step.parameters {
        form.push((name.clone(), argument.to_text(variables)?));
    }
    if !form.iter().any(|(name, _)| name == "RegionId") {
        form.push(("RegionId".to_owned(), region.to_owned()));
    }
    Ok(rpc(step.operation, form)?)
}

/// An RPC call with these parameters.
pub(super) fn rpc(operation: &Operation, form: Vec<(String, String)>) -> Result<Request, http::Error> {
    let mut request = Request::new(Method::POST, "/");
    request.form = form;
    name_operation(&mut request, operation)?;
    Ok(request)
}

fn name_operation(request: &mut Request, operation: &Operation) -> Result<(), http::Error> {
    request.set_header("x-acs-action", &operation.name)?;
    request.set_header("x-acs-version", &operation.product.version)
}

/// Moves the form into the query, as current SDKs send RPC calls, unless it is too long.
pub(super) fn form_to_query(request: &mut Request) {
    let length: usize = request.form.iter().map(|(n, v)| n.len() + v.len()).sum();
    if length > MAX_QUERY {
        form_to_body(request);
        return;
    }
    for (name, value) in request.form.drain(..) {
        request.query.push(name, value);
    }
}

/// Writes the form into the body.
pub(super) fn form_to_body(request: &mut Request) {
    let pairs: Vec<_> = request.form.drain(..).map(|(name, value)| format!("{}={}", pe(&name), pe(&value))).collect();
    request.body = pairs.join("&").into_bytes();
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    request.headers.insert(http::header::CONTENT_TYPE, form);
}

fn roa(
    operation: &Operation,
    method: &Method,
    template: &str,
    step: &Step,
    region: &str,
    variables: &Variables,
) -> Result<Request, BuildError> {
    let mut path = template.to_owned();
    let mut body = Map::new();
    let mut request = Request::new(method.clone(), "");
    let has_body = *method == Method::POST || *method == Method::PUT;
    for (name, argument) in &step.parameters {
        let slot = format!("{{{name}}}");
        if template.contains(&slot) {
            path = path.replace(&slot, &pe(&argument.to_text(variables)?));
        } else if has_body {
            body.insert(name.clone(), argument.to_json(variables)?);
        } else {
            request.query.push(name, argument.to_text(variables)?);
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

fn oss(
    method: &Method,
    level: Level,
    selector: Selector,
    step: &Step,
    variables: &Variables,
) -> Result<Request, BuildError> {
    let mut request = Request::new(method.clone(), "");
    // Where a parameter or a header tells operations apart, the step's own parameters hold it.
    let given = |name: &str| step.parameters.iter().any(|(given, _)| given == name);
    match selector {
        Selector::Query(name) if !given(name) => request.query.push_bare(name),
        Selector::QueryValue(name, value) if !given(name) => request.query.push(name, value),
        _ => {}
    }
    let (mut bucket, mut key) = (None, String::new());
    for (name, argument) in &step.parameters {
        match name.as_str() {
            "Bucket" if level != Level::Service => bucket = Some(argument.to_text(variables)?),
            "Key" if level == Level::Object => key = argument.to_text(variables)?,
            "Body" => request.body = oss_body(argument, variables)?,
            name if is_header(name) => {
                request.set_header(name, &argument.to_text(variables)?)?;
            }
            name => request.query.push(name, argument.to_text(variables)?),
        }
    }
    request.path = match &bucket {
        Some(bucket) => format!("/{}/{}", pe(bucket), pe_path(&key)),
        None => "/".to_owned(),
    };
    request.resource = (bucket, key);
    Ok(request)
}

/// The bytes of a body: a map is XML.
fn oss_body(argument: &Argument, variables: &Variables) -> Result<Vec<u8>, Unfilled> {
    match argument.to_json(variables) {
        Ok(value @ Value::Object(_)) => Ok(xml::from_json(&value).into_bytes()),
        _ => argument.to_bytes(variables),
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
    ];
    let name = name.to_ascii_lowercase();
    name.starts_with("x-oss-") && !name.starts_with("x-oss-process") || STANDARD.contains(&name.as_str())
}
