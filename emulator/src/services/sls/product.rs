//! Simple Log Service as a product.

use http::Method;

use super::{describe, error, locate, refusal};
use crate::gateway::{ApiError, Call, Check, Operation, Parameter, Product, Style};
use crate::operation::{Handler, Text};

/// Simple Log Service. The project stands in front of the host.
pub static SLS: Product = Product::new(
    "Sls",
    "2020-12-30",
    &[
        "{region}.log.aliyuncs.com",
        "{region}-intranet.log.aliyuncs.com",
        "{region}-internal.log.aliyuncs.com",
        "{region}-share.log.aliyuncs.com",
        "{region}-vpc.log.aliyuncs.com",
    ],
)
.style(Style::Sls)
.refuses(refusal::refuse)
.explains(missing)
.locates(&["log"], locate::locate);

/// There is one code for whatever is wrong with a parameter, and no other for one that is missing.
fn missing(_: &Call<'_>, error: ApiError) -> ApiError {
    match error.code().strip_prefix("Missing") {
        Some(name) if error.message().ends_with(MANDATORY) => error::invalid(name, ""),
        _ => error,
    }
}

/// How the gateway says that a parameter is missing.
const MANDATORY: &str = "is mandatory for this action.";

const PROJECT: &str = "acs:log:{owner_region}:{owner}:project/{project}";
const STORE: &str = "acs:log:{owner_region}:{owner}:project/{project}/logstore/{logstore}";

/// An action on the project that the host names.
pub(super) const fn on_project(actions: &'static [&'static str]) -> Check {
    on(actions, PROJECT)
}

/// An action on a Logstore of it.
pub(super) const fn on_store(actions: &'static [&'static str]) -> Check {
    on(actions, STORE)
}

/// An action on something in the project that the host names.
pub(super) const fn on(actions: &'static [&'static str], resource: &'static str) -> Check {
    Check::new(actions, resource).about("project/{project}").context(describe::open)
}

/// An operation by method and path, with the project in front where it is one of a project.
pub(super) fn row(
    name: impl Into<Text>,
    (method, path): (Method, impl Into<Text>),
    checks: &[Check],
    parameters: &[Parameter],
    handler: Handler,
) -> Operation {
    SLS.path(name, (method, path), checks, parameters, handler)
}
