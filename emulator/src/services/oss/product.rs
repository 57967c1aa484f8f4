//! OSS as a product.

use super::{chores, detail, locate, payer, refusal, settings};
use crate::gateway::{Call, Check, Operation, Parameter, Product, Reply, Route, Style};
use crate::operation::Handler;

/// OSS.
pub static OSS: Product =
    Product::new("Oss", "2019-05-17", &["oss-{region}.aliyuncs.com", "oss-{region}-internal.aliyuncs.com"])
        .style(Style::Oss)
        .refuses(refusal::refuse)
        .tells(refusal::tells)
        .locates(&["oss"], locate::locate)
        .finds(locate::find)
        .says(settings::besides)
        .tends(chores::tend)
        .notes(chores::note)
        .completes(complete)
        .explains(detail::told)
        .knows(super::describe::known);

/// What every answer says besides, and what it keeps to itself.
fn complete(call: &Call<'_>, reply: &mut Reply) {
    payer::charged(call, reply);
    settings::hide(call, reply);
}

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
