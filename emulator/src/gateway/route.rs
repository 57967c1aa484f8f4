//! Route: which service, version and operation does the request name?

use std::collections::HashMap;
use std::sync::LazyLock;

use http::Method;
use serde_json::Value;

use super::{ApiError, Arguments, HttpRequest, Level, Operation, Perform, Product, Route, Selector, Style};
use crate::cloud::IdSource;
use crate::services::oss;
use crate::signature::{OrderedQuery, Plus, oss_v1, query};

/// The region of a request that names none.
const DEFAULT_REGION: &str = "cn-hangzhou";

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
}

impl Wire {
    /// Tells the style (OpenAPI: the three wire styles; on one local port the marks must do, not the host).
    pub fn of(request: &HttpRequest) -> Self {
        let authorization = request.header("authorization").unwrap_or_default();
        let acs = request.headers.contains_key("x-acs-version") || request.headers.contains_key("x-acs-action");
        // RPC has no path, and OSS nothing that a form could be posted to without one.
        let at_root = request.path == "/";
        let form = at_root && request.method == Method::POST && request.is_form();
        if authorization.starts_with("OSS") || is_oss_host(request.host()) {
            Self::Oss
        } else if authorization.starts_with("acs ") || (acs && !at_root) {
            Self::Roa
        } else if authorization.starts_with("ACS3-") {
            Self::Rpc { json: true }
        } else if form || (at_root && request.query.contains("Action")) {
            // Some clients of the older style send the headers of V3 besides; the parameters count.
            Self::Rpc { json: wants_json(request) }
        } else if acs {
            Self::Rpc { json: true }
        } else if is_openapi_host(request.host()) {
            Self::Rpc { json: wants_json(request) }
        } else {
            Self::Oss
        }
    }

    /// A new request id in the style's own form.
    pub fn request_id(self, ids: &IdSource) -> String {
        match self {
            Self::Oss => ids.oss_request_id(),
            Self::Rpc { .. } | Self::Roa => ids.request_id(),
        }
    }
}

/// What stands behind `Name=` in a form, be the rest of it readable or not: even the error for that has a format.
fn in_form<'a>(request: &'a HttpRequest, name: &[u8]) -> Option<&'a [u8]> {
    let mut pieces = request.body.split(|byte| *byte == b'&').filter(|_| request.is_form());
    pieces.find_map(|piece| piece.strip_prefix(name))
}

fn malformed() -> ApiError {
    ApiError::bad_request("InvalidParameter.Format", "Specified parameter format is not valid.")
}

fn invalid_uri() -> ApiError {
    ApiError::bad_request("InvalidURI", "Couldn't parse the specified URI.")
}

fn form(request: &HttpRequest) -> Result<OrderedQuery, ApiError> {
    let text = std::str::from_utf8(&request.body).map_err(|_| malformed())?;
    OrderedQuery::parse(text, Plus::Space).map_err(|_| malformed())
}

/// `Format` is XML unless the request says JSON, in whatever letter case.
fn wants_json(request: &HttpRequest) -> bool {
    let format = request.query.get("Format").map(str::as_bytes).or_else(|| in_form(request, b"Format="));
    format.is_some_and(|format| format.eq_ignore_ascii_case(b"json"))
}

fn is_openapi_host(host: &str) -> bool {
    host.ends_with(".aliyuncs.com")
}

fn is_oss_host(host: &str) -> bool {
    oss_host(host).is_some()
}

/// The bucket and the region in a host name of OSS: `bucket.oss-cn-hangzhou.aliyuncs.com`, and the same under `localhost`.
fn oss_host(host: &str) -> Option<(Option<&str>, Option<&str>)> {
    if let Some(bucket) = host.strip_suffix(".localhost")
        && !bucket.contains('.')
        && !bucket.starts_with("oss-")
    {
        return Some((Some(bucket), None));
    }
    let front = host.strip_suffix(".aliyuncs.com").or_else(|| host.strip_suffix(".localhost"))?;
    let (bucket, endpoint) = match front.rsplit_once('.') {
        Some((bucket, endpoint)) => (Some(bucket), endpoint),
        None => (None, front),
    };
    let region = match endpoint.strip_prefix("oss-") {
        // Another product.
        Some("admin") => return None,
        // Endpoints of every region.
        Some("accelerate" | "accelerate-overseas") => None,
        Some(region) => Some(region.strip_suffix("-internal").unwrap_or(region)),
        None if endpoint == "oss" => None,
        None => return None,
    };
    Some((bucket, region))
}

/// Is this the host name of a bucket?
pub(crate) fn oss_host_has_bucket(host: &str) -> bool {
    oss_host(host).is_some_and(|(bucket, _)| bucket.is_some())
}

/// The region that a host name of OSS belongs to; `None` for a host that serves every region, such as a bare address.
pub(crate) fn oss_endpoint_region(host: &str) -> Option<&str> {
    oss_host(host)?.1
}

/// The region in the credential of a V4 signature. What is not in the host must be told by it: a bare address has none.
fn signing_region(request: &HttpRequest) -> Option<&str> {
    let in_header = request.header("authorization").and_then(|text| text.split_once("Credential="));
    let credential = in_header.map(|(_, rest)| rest).or_else(|| request.query.get("x-oss-credential"))?;
    credential.split('/').nth(2).filter(|region| !region.is_empty())
}

/// Parameters that change how an operation is done and not which it is. Any other that a signature counts among the
/// sub-resources names an operation, or a way of doing one, that must not be passed over in silence.
const MODIFIERS: &[&str] = &[
    "continuation-token",
    "security-token",
    "x-oss-additional-headers",
    "x-oss-credential",
    "x-oss-date",
    "x-oss-expires",
    "x-oss-request-payer",
    "x-oss-security-token",
    "x-oss-signature",
    "x-oss-signature-version",
    "x-oss-traffic-limit",
];

/// Does the request carry a sub-resource that the operation found for it does not look at?
fn asks_for_more(request: &HttpRequest, selector: Selector) -> bool {
    const OF_AN_UPLOAD: [&str; 2] = ["partNumber", "uploadId"];
    let looked_at = |name: &str| match selector.parameter() {
        Some(own) => name == own || (OF_AN_UPLOAD.contains(&own) && OF_AN_UPLOAD.contains(&name)),
        None => false,
    };
    let modifier = |name: &str| name.starts_with("response-") || MODIFIERS.contains(&name);
    request
        .query
        .iter()
        .map(|parameter| parameter.name.as_str())
        .any(|name| oss_v1::is_sub_resource(name) && !looked_at(name) && !modifier(name))
}

/// The bucket and the object that an OSS request addresses.
#[derive(Debug, Clone, Default)]
pub struct ObjectAddress {
    /// The bucket.
    pub bucket: Option<String>,
    /// The object's key, decoded.
    pub object: Option<String>,
}

impl ObjectAddress {
    fn level(&self) -> Level {
        match (&self.bucket, &self.object) {
            (None, _) => Level::Service,
            (Some(_), None) => Level::Bucket,
            (Some(_), Some(_)) => Level::Object,
        }
    }
}

/// What a request names.
#[derive(Debug)]
pub struct Routed {
    /// The operation.
    pub operation: &'static Operation,
    /// Its parameters.
    pub arguments: Arguments,
    /// What it addresses in OSS.
    pub address: ObjectAddress,
    /// The region.
    pub region: String,
    /// How it came.
    pub wire: Wire,
}

/// Finds the operation that a request names.
pub(super) fn route(request: &HttpRequest, wire: Wire) -> Result<Routed, ApiError> {
    if request.malformed {
        return Err(match wire {
            Wire::Rpc { .. } | Wire::Roa => malformed(),
            Wire::Oss => invalid_uri(),
        });
    }
    let routed = match wire {
        Wire::Rpc { .. } => rpc(request, wire),
        Wire::Roa => roa(request),
        Wire::Oss => oss(request),
    }?;
    match (routed.operation.perform, routed.operation.product.style) {
        (Perform::Handler(_), _) => Ok(routed),
        (Perform::Missing, Style::Oss) => Err(oss::not_implemented()),
        (Perform::Missing, Style::Rpc | Style::Roa) => Err(ApiError::action_not_found()),
    }
}

/// RPC operations by version and name. Two products may share both; the host then tells.
static ACTIONS: LazyLock<HashMap<(&str, &str), Vec<&'static Operation>>> = LazyLock::new(|| {
    let mut actions: HashMap<_, Vec<_>> = HashMap::new();
    for operation in super::operations().filter(|operation| operation.route == Route::Action) {
        actions.entry((operation.product.version, operation.name)).or_default().push(operation);
    }
    actions
});

fn rpc(request: &HttpRequest, wire: Wire) -> Result<Routed, ApiError> {
    if !matches!(request.method, Method::GET | Method::POST) {
        return Err(ApiError::bad_request("UnsupportedHTTPMethod", "This http method is not supported."));
    }
    let mut pairs = request.query.clone().into_pairs();
    if request.is_form() {
        pairs.extend(form(request)?.into_pairs());
    }
    let arguments = Arguments::new(pairs);
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
    let found = ACTIONS.get(&(version.as_str(), action.as_str())).or_else(|| in_other_case(&version, &action));
    let Some(found) = found else {
        let known = super::operations().any(|operation| operation.product.version == version);
        return Err(if known { ApiError::action_not_found() } else { invalid_version() });
    };
    let host = request.host();
    let operation = found.iter().find(|operation| serves(operation.product, host)).or_else(|| found.first());
    let operation = operation.copied().ok_or_else(ApiError::action_not_found)?;
    let region = region(request, &arguments, operation.product);
    Ok(Routed { operation, arguments, address: ObjectAddress::default(), region, wire })
}

/// The operations whose name is written in another case. It does not count (inferred: Terraform's provider removes tags by
/// `UnTagResources` where `UntagResources` is published, for several products).
fn in_other_case(version: &str, action: &str) -> Option<&'static Vec<&'static Operation>> {
    let is_meant = |name: &(&str, &str)| name.0 == version && name.1.eq_ignore_ascii_case(action);
    ACTIONS.iter().find(|(name, _)| is_meant(name)).map(|(_, found)| found)
}

fn invalid_version() -> ApiError {
    ApiError::bad_request("InvalidVersion", "Specified parameter Version is not valid.")
}

/// Does this product answer at this host?
fn serves(product: &Product, host: &str) -> bool {
    product.hosts.iter().any(|pattern| region_in(pattern, host).is_some())
}

/// The region in a host, where the product's pattern has one; empty where it has none.
fn region_in<'a>(pattern: &str, host: &'a str) -> Option<&'a str> {
    match pattern.split_once("{region}") {
        None => (pattern == host).then_some(""),
        Some((before, after)) => host.strip_prefix(before)?.strip_suffix(after).filter(|region| !region.contains('.')),
    }
}

fn region(request: &HttpRequest, arguments: &Arguments, product: &Product) -> String {
    let in_host = product.hosts.iter().find_map(|pattern| region_in(pattern, request.host()));
    let named = in_host.filter(|region| !region.is_empty());
    let named = named.or_else(|| arguments.filled("RegionId")).or_else(|| request.header("x-acs-region-id"));
    named.unwrap_or(DEFAULT_REGION).to_owned()
}

fn roa(request: &HttpRequest) -> Result<Routed, ApiError> {
    let version = request.header("x-acs-version").ok_or_else(|| ApiError::missing("Version"))?;
    let mut known = false;
    for operation in super::operations().filter(|operation| operation.product.style == Style::Roa) {
        if operation.product.version != version {
            continue;
        }
        known = true;
        let Route::Path(method, template) = &operation.route else { continue };
        if *method == request.method
            && let Some(in_path) = match_path(template, &request.path)?
        {
            let mut arguments = Arguments::new(request.query.clone().into_pairs());
            for (name, value) in members(request)? {
                arguments.push(&name, &value);
            }
            for (name, value) in in_path {
                arguments.push(name, &value);
            }
            let region = region(request, &arguments, operation.product);
            return Ok(Routed { operation, arguments, address: ObjectAddress::default(), region, wire: Wire::Roa });
        }
    }
    Err(if known { ApiError::action_not_found() } else { invalid_version() })
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

/// The parameters in a path that a template fits: `/flows/{FlowId}`.
fn match_path<'t>(template: &'t str, path: &str) -> Result<Option<Vec<(&'t str, String)>>, ApiError> {
    let (wanted, given) = (template.split('/'), path.split('/'));
    if wanted.clone().count() != given.clone().count() {
        return Ok(None);
    }
    let mut found = Vec::new();
    for (wanted, given) in wanted.zip(given) {
        match wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => {
                let value = query::decode(given, Plus::Literal).map_err(|_| malformed())?;
                if value.is_empty() {
                    return Ok(None);
                }
                found.push((name, value));
            }
            None if wanted == given => {}
            None => return Ok(None),
        }
    }
    Ok(Some(found))
}

fn oss(request: &HttpRequest) -> Result<Routed, ApiError> {
    let (bucket_in_host, region) = oss_host(request.host()).unwrap_or((None, None));
    let path = request.path.strip_prefix('/').unwrap_or(&request.path);
    let path = query::decode(path, Plus::Literal).map_err(|_| invalid_uri())?;
    let (bucket, object) = match bucket_in_host {
        Some(bucket) => (Some(bucket.to_owned()), path),
        None => match path.split_once('/') {
            Some((bucket, object)) => (Some(bucket.to_owned()), object.to_owned()),
            None => (Some(path), String::new()),
        },
    };
    let object = Some(object).filter(|object| !object.is_empty());
    // An object of no bucket is kept as it is: the empty name is refused as a name.
    let address = ObjectAddress { bucket: bucket.filter(|bucket| !bucket.is_empty() || object.is_some()), object };
    let level = address.level();
    let rows = super::operations().filter_map(|operation| match &operation.route {
        Route::Oss(method, at, selector) if *method == request.method && *at == level => Some((operation, *selector)),
        _ => None,
    });
    let (mut plain, mut selected) = (None, None);
    for (operation, selector) in rows {
        match selector {
            Selector::Plain => plain = Some((operation, selector)),
            _ if selected.is_none() && carries(request, selector) => selected = Some((operation, selector)),
            _ => {}
        }
    }
    let (operation, selector) =
        selected.or(plain).ok_or_else(|| oss::method_not_allowed(request.method.as_str(), level.name()))?;
    if asks_for_more(request, selector) {
        return Err(oss::not_implemented());
    }
    let arguments = Arguments::new(request.query.clone().into_pairs());
    let id =
        |region: &&str| region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let region = region.or_else(|| signing_region(request)).filter(id).unwrap_or(DEFAULT_REGION).to_owned();
    Ok(Routed { operation, arguments, address, region, wire: Wire::Oss })
}

fn carries(request: &HttpRequest, selector: Selector) -> bool {
    match selector {
        Selector::Plain => true,
        Selector::Query(name) => request.query.contains(name),
        Selector::QueryValue(name, value) => request.query.get(name) == Some(value),
        Selector::Header(name) => request.headers.contains_key(name),
        Selector::QueryAndHeader(query, header) => {
            request.query.contains(query) && request.headers.contains_key(header)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_oss() {
        assert_eq!(oss_host("b.oss-cn-hangzhou.aliyuncs.com"), Some((Some("b"), Some("cn-hangzhou"))));
        assert_eq!(oss_host("oss-cn-beijing-internal.aliyuncs.com"), Some((None, Some("cn-beijing"))));
        assert_eq!(oss_host("b.oss-cn-shanghai.localhost"), Some((Some("b"), Some("cn-shanghai"))));
        assert_eq!(oss_host("b.localhost"), Some((Some("b"), None)));
        assert_eq!(oss_host("oss-admin.aliyuncs.com"), None);
        assert_eq!(oss_host("ram.aliyuncs.com"), None);
        assert_eq!(oss_host("127.0.0.1"), None);
    }

    #[test]
    fn regions_in_hosts() {
        assert_eq!(
            region_in("pailangstudio.{region}.aliyuncs.com", "pailangstudio.cn-beijing.aliyuncs.com"),
            Some("cn-beijing")
        );
        assert_eq!(region_in("pailangstudio.{region}.aliyuncs.com", "pailangstudio.a.b.aliyuncs.com"), None);
        assert_eq!(region_in("ram.aliyuncs.com", "ram.aliyuncs.com"), Some(""));
    }

    #[test]
    fn paths() {
        let found = match_path("/a/{Id}/c", "/a/x%2Fy/c").unwrap().unwrap();
        assert_eq!(found, [("Id", "x/y".to_owned())]);
        assert!(match_path("/a/{Id}", "/a/").unwrap().is_none());
        assert!(match_path("/a/{Id}", "/a/b/c").unwrap().is_none());
        assert!(match_path("/a/{Id}", "/a/%zz").is_err());
    }
}
