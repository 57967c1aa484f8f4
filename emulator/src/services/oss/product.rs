//! OSS as a product.

use super::{chores, detail, locate, payer, refusal};
use crate::gateway::{Check, Operation, Parameter, Product, Route, Style};
use crate::operation::Handler;

/// OSS.
pub static OSS: Product =
    Product::new("Oss", "2019-05-17", &["oss-{region}.aliyuncs.com", "oss-{region}-internal.aliyuncs.com"])
        .style(Style::Oss)
        .refuses(refusal::refuse)
        .tells(refusal::tells)
        .locates(&["oss"], locate::locate)
        .finds(locate::find)
        .says(super::settings::besides)
        .tends(chores::tend)
        .notes(chores::note)
        .completes(payer::charged)
        .explains(detail::told)
        .knows(super::describe::known);

/// An operation of OSS.
pub(super) fn row(
    name: &'static str,
    route: Route,
    checks: &[Check],
    parameters: &[Parameter],
    handler: Handler,
) -> Operation {
    Operation::row(&OSS, name, route, checks, parameters, handler)
}
