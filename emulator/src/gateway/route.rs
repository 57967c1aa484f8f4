//! Route: which operation does a request name, and what does it carry for it?

use std::sync::Arc;

use crate::cloud::Buckets;
use crate::operation::{Level, Operation, Product, Route, Selector, names_in};
use crate::registry::{Found, Registry};
use crate::signature::{Plus, query};
use crate::wire::openapi::{action_not_found, invalid_version, malformed};
use crate::wire::oss::{self, asks_for_more, invalid_uri, method_not_allowed};
use crate::wire::{ApiError, Arguments, HttpRequest, ObjectAddress, Wire, fc, roa, rpc, sls};

/// The region of a request that names none.
const DEFAULT_REGION: &str = "cn-hangzhou";

/// What a request names.
#[derive(Debug)]
pub(super) struct Routed {
    /// The operation.
    pub(super) operation: Arc<Operation>,
    /// Its parameters.
    pub(super) arguments: Arguments,
    /// What it addresses in OSS.
    pub(super) address: ObjectAddress,
    /// The region.
    pub(super) region: String,
}

/// Finds the operation that a request names.
pub(super) fn route(
    registry: &Registry,
    buckets: &Buckets,
    request: &HttpRequest,
    wire: Wire,
) -> Result<Routed, ApiError> {
    if request.malformed {
        return Err(match wire {
            Wire::Rpc { .. } | Wire::Roa => malformed(),
            Wire::Oss => invalid_uri(),
            Wire::Sls => sls::malformed(),
            Wire::Fc => fc::malformed(),
        });
    }
    match wire {
        Wire::Rpc { .. } => by_action(registry, request),
        Wire::Roa => by_path(registry, request),
        Wire::Oss => by_address(registry, buckets, request),
        Wire::Sls => by_place(registry, request),
        Wire::Fc => by_version(registry, request),
    }
}

fn by_action(registry: &Registry, request: &HttpRequest) -> Result<Routed, ApiError> {
    let rpc::Named { action, version, arguments } = rpc::read(request)?;
    let operation = known(registry.action(&version, &action, request.host()))?;
    Ok(routed(request, operation, arguments))
}

fn by_path(registry: &Registry, request: &HttpRequest) -> Result<Routed, ApiError> {
    let roa::Named { version, mut arguments } = roa::read(request)?;
    let found = registry.path(version, &request.method, &request.path, &request.query, request.host());
    let (operation, in_path) = known(found)?;
    let template = if let Route::Path(_, template) = &operation.route { template } else { "" };
    for (name, value) in names_in(template).zip(in_path) {
        arguments.push(name, &query::decode(value, Plus::Literal).map_err(|_| malformed())?);
    }
    Ok(routed(request, operation, arguments))
}

/// The operation at a path that begins with its version.
fn by_version(registry: &Registry, request: &HttpRequest) -> Result<Routed, ApiError> {
    let fc::Named { version, path, region, mut arguments } = fc::read(request)?;
    let not_supported = || fc::not_supported(request);
    let found = registry.path(version, &request.method, &path, &request.query, request.host());
    let (operation, in_path) = known(found).map_err(|_| not_supported())?;
    let Route::Path(_, template) = &operation.route else { return Err(not_supported()) };
    // Another product's may be at any path.
    if template.strip_prefix('/').and_then(|path| path.split('/').next()) != Some(version) {
        return Err(not_supported());
    }
    for (name, value) in names_in(template).zip(in_path) {
        arguments.push(name, &query::decode(value, Plus::Literal).map_err(|_| fc::malformed())?);
    }
    let mut routed = routed(request, Arc::clone(&operation), arguments);
    if let Some(region) = region {
        region.clone_into(&mut routed.region);
    }
    Ok(routed)
}

fn known<T>(found: Found<T>) -> Result<T, ApiError> {
    match found {
        Found::Operation(found) => Ok(found),
        Found::Nothing => Err(action_not_found()),
        Found::NoSuchVersion => Err(invalid_version()),
    }
}

fn routed(request: &HttpRequest, operation: Arc<Operation>, arguments: Arguments) -> Routed {
    let region = region(request, &arguments, &operation.product);
    Routed { operation, arguments, address: ObjectAddress::default(), region }
}

fn region(request: &HttpRequest, arguments: &Arguments, product: &Product) -> String {
    let in_host = product.region_in(request.host()).filter(|region| !region.is_empty());
    let named = product
        .region_named(arguments)
        .or(in_host)
        .or_else(|| arguments.filled("RegionId"))
        .or_else(|| request.header("x-acs-region-id"));
    named.unwrap_or(DEFAULT_REGION).to_owned()
}

fn by_place(registry: &Registry, request: &HttpRequest) -> Result<Routed, ApiError> {
    let sls::Named { project, region, mut arguments } = sls::read(request)?;
    let found = registry.place(&request.method, project.as_deref(), &request.path, &request.query);
    let (operation, in_place) = found.ok_or_else(|| sls::no_such_operation(&request.path))?;
    let template = if let Route::Path(_, template) = &operation.route { template } else { "" };
    for (name, value) in names_in(template).zip(in_place) {
        arguments.push(name, &query::decode(&value, Plus::Literal).map_err(|_| sls::malformed())?);
    }
    Ok(Routed { operation, arguments, address: ObjectAddress::default(), region })
}

fn by_address(registry: &Registry, buckets: &Buckets, request: &HttpRequest) -> Result<Routed, ApiError> {
    let oss::Addressed { object: address, region } = oss::address(request, buckets)?;
    let level = match (&address.bucket, &address.object) {
        (None, _) => Level::Service,
        (Some(_), None) => Level::Bucket,
        (Some(_), Some(_)) => Level::Object,
    };
    let found = registry.oss(&request.method, level, |selector| carries(request, selector));
    let (operation, selector) = found.ok_or_else(|| method_not_allowed(request.method.as_str(), level.name()))?;
    let takes = |name: &str| operation.parameters.iter().any(|parameter| parameter.name == name);
    if asks_for_more(request, |name| takes(name) || selector.parameters().any(|own| looks_at(own, name))) {
        // What is a sub-resource, and not one of this (HTTP 405 status code).
        return Err(method_not_allowed(request.method.as_str(), level.name()));
    }
    let arguments = Arguments::new(request.query.clone());
    Ok(Routed { operation: Arc::clone(operation), arguments, address, region })
}

/// Does an operation that is told by one parameter look at another? The two of an upload belong together.
fn looks_at(own: &str, name: &str) -> bool {
    const OF_AN_UPLOAD: [&str; 2] = ["partNumber", "uploadId"];
    name == own || (OF_AN_UPLOAD.contains(&own) && OF_AN_UPLOAD.contains(&name))
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
        Selector::QueryAnd(name, other, value) => {
            request.query.contains(name)
                && value.map_or_else(|| request.query.contains(other), |value| request.query.get(other) == Some(value))
        }
        Selector::QueryOneOf(name, values) => request.query.get(name).is_some_and(|value| values.contains(&value)),
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, Method};

    use super::*;
    use crate::catalogue;
    use crate::cloud::{Clock, Cloud};
    use crate::operation::Style;
    use crate::services::registry;

    /// The least that a request must say to name an operation.
    fn naming(operation: &Operation) -> HttpRequest {
        let host = operation.product.hosts.first().map(|host| host.replace("{region}", DEFAULT_REGION));
        let mut headers = HeaderMap::new();
        if let Some(host) = host {
            headers.insert("host", HeaderValue::from_str(&host).unwrap());
        }
        let inside = |method: &Method, path: &str, query: &[(&str, &str)]| {
            HttpRequest::inside(method.clone(), path.to_owned(), query.iter().copied().collect(), bytes::Bytes::new())
        };
        let mut request = match &operation.route {
            Route::Action => HttpRequest::action(&operation.name, &operation.product.version, &[]),
            Route::Path(method, template) if operation.product.style == Style::Sls => {
                headers.insert("x-log-apiversion", HeaderValue::from_static("0.6.0"));
                let (path, select) = template.split_once('?').unwrap_or((template, ""));
                let value = |segment: &str| if segment.starts_with('{') { "x".to_owned() } else { segment.to_owned() };
                let path: Vec<_> = path.split('/').map(value).collect();
                let (project, path) =
                    path.join("/").split_once('/').map(|(a, b)| (a.to_owned(), format!("/{b}"))).unwrap();
                let project = if project.is_empty() { project } else { format!("{project}.") };
                let host = format!("{project}{DEFAULT_REGION}.log.aliyuncs.com");
                headers.insert("host", HeaderValue::from_str(&host).unwrap());
                let select: Vec<_> = select.split_once('=').into_iter().collect();
                inside(method, &path, &select)
            }
            Route::Path(method, template) => {
                headers.insert("x-acs-version", HeaderValue::from_str(&operation.product.version).unwrap());
                let value = |segment: &str| if segment.starts_with('{') { "x".to_owned() } else { segment.to_owned() };
                let path: Vec<_> = template.split('/').map(value).collect();
                inside(method, &path.join("/"), &[])
            }
            Route::Oss(method, level, selector) => {
                let bucket = if *level == Level::Service { "" } else { "bucket." };
                let host = format!("{bucket}oss-{DEFAULT_REGION}.aliyuncs.com");
                headers.insert("host", HeaderValue::from_str(&host).unwrap());
                let path = if *level == Level::Object { "/key" } else { "/" };
                match selector {
                    Selector::Plain => inside(method, path, &[]),
                    Selector::Query(name) => inside(method, path, &[(name, "")]),
                    Selector::QueryValue(name, value) => inside(method, path, &[(name, value)]),
                    Selector::Header(name) => {
                        headers.insert(*name, HeaderValue::from_static("/a/b"));
                        inside(method, path, &[])
                    }
                    Selector::QueryAnd(name, other, value) => {
                        inside(method, path, &[(name, ""), (other, value.unwrap_or("x"))])
                    }
                    Selector::QueryOneOf(name, values) => inside(method, path, &[(name, values[0])]),
                    Selector::QueryAndHeader(query, header) => {
                        headers.insert(*header, HeaderValue::from_static("/a/b"));
                        inside(method, path, &[(query, "")])
                    }
                }
            }
        };
        request.headers = headers;
        request
    }

    #[test]
    fn every_row_can_be_routed_to() {
        let registry = registry();
        let cloud = Cloud::new(Clock::real(), 0, None);
        let mut lost = Vec::new();
        for operation in registry.iter() {
            let request = naming(operation);
            let wire = match operation.route {
                Route::Action => Wire::Rpc { json: true },
                Route::Path(..) if operation.product.style == Style::Sls => Wire::Sls,
                Route::Path(..) => Wire::Roa,
                Route::Oss(..) => Wire::Oss,
            };
            match route(&registry, &cloud.buckets, &request, wire) {
                Ok(routed) if Arc::ptr_eq(&routed.operation, operation) => {}
                Ok(routed) => lost.push(format!("{} went to {}", operation.full_name(), routed.operation.full_name())),
                Err(error) => lost.push(format!("{}: {}", operation.full_name(), error.code())),
            }
        }
        assert!(lost.is_empty(), "{} of {}:\n{}", lost.len(), registry.iter().count(), lost.join("\n"));
    }

    #[test]
    fn what_log_service_publishes_besides_its_rows_can_be_routed_to() {
        let registry = registry();
        let cloud = Cloud::new(Clock::real(), 0, None);
        let product =
            catalogue::products().iter().find(|one| one.name == "Sls" && one.version == "2020-12-30").unwrap();
        let (mut lost, mut besides) = (Vec::new(), 0);
        for line in catalogue::entries(product) {
            let operation = catalogue::operation_of(&line).unwrap();
            match route(&registry, &cloud.buckets, &naming(&operation), Wire::Sls) {
                Ok(routed) if routed.operation.name == operation.name => {
                    besides += usize::from(!routed.operation.is_performed());
                }
                Ok(routed) => lost.push(format!("{} went to {}", operation.full_name(), routed.operation.full_name())),
                Err(error) => lost.push(format!("{}: {}", operation.full_name(), error.code())),
            }
        }
        assert!(besides > 150, "{besides}");
        assert!(lost.is_empty(), "{} of {}:\n{}", lost.len(), product.operations, lost.join("\n"));
    }
}
