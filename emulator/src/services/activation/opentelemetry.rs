//! Opening Managed Service for OpenTelemetry (Tracing Analysis, "xtrace"), which is sold with ARMS: both of 2019-08-08.

use serde_json::json;

use super::order::{REGION_ID, order};
use super::sls;
use crate::cloud::Service;
use crate::gateway::{
    ApiError, Call, Caller, Check, Form, Operation, Parameter, Product, Reply, Source, forbidden_ram,
};
use crate::services::common::inside::RAM;

/// ARMS.
pub static ARMS: Product = Product::new("ARMS", "2019-08-08", &["arms.{region}.aliyuncs.com"]).refuses(forbidden_ram);

/// Managed Service for OpenTelemetry.
pub static XTRACE: Product =
    Product::new("xtrace", "2019-08-08", &["xtrace.{region}.aliyuncs.com"]).refuses(forbidden_ram);

/// The operations. `CheckCommercialStatus` is the name of one in each product; where the host does not tell, ARMS's is meant.
pub fn table() -> Vec<Operation> {
    vec![
        ARMS.action(
            "CheckCommercialStatus",
            &[Check::new(&["arms:CheckCommercialStatus"], "*")],
            &[Parameter::required("Service", Form::OneOf(&["xtrace", "apm", "rum", "prometheus"])), REGION_ID],
            |call| status(call, "True", "False"),
        ),
        ARMS.action("OpenXtraceDefaultSLR", &[Check::new(&["arms:OpenXtraceDefaultSLR"], "*")], &[REGION_ID], |call| {
            link(call, "xtrace.aliyuncs.com")
        }),
        ARMS.action("OpenArmsDefaultSLR", &[Check::new(&["arms:OpenArmsDefaultSLR"], "*")], &[REGION_ID], |call| {
            link(call, "arms.aliyuncs.com")
        })
        .known_from(Source::sdk("ARMS SDK; the action by analogy with OpenXtraceDefaultSLR")),
        XTRACE.action(
            "OpenXtraceService", // The page really names this action.
            &[Check::new(&["xtrace:GetToken"], "*")],
            &[REGION_ID],
            open,
        ),
        XTRACE.action(
            "CheckCommercialStatus", // The page really names the action of another operation.
            &[Check::new(&["xtrace:GetCommercialStatus"], "*")],
            &[Parameter::required("Service", Form::OneOf(&["xtrace"])), REGION_ID],
            |call| status(call, "true", "false"),
        ),
    ]
}

fn open(call: &Call<'_>) -> Result<Reply, ApiError> {
    // Traces are kept in SLS.
    sls::require(call)?;
    Ok(Reply::document(json!({ "Result": "True", "OrderId": order(call, Service::Xtrace)? })))
}

/// Of the services that can be asked about only one can be open here.
fn status(call: &Call<'_>, yes: &str, no: &str) -> Result<Reply, ApiError> {
    let open = call.account()?.activations.read().is_open(&Service::Xtrace);
    let asked = call.arguments.text("Service") == "xtrace";
    Ok(Reply::document(json!({ "Data": if open && asked { yes } else { no } })))
}

/// Makes the service-linked role of a service, in the account's name: the caller needs no permission in RAM (INFERRED: the
/// page lists the one action only).
fn link(call: &Call<'_>, service: &'static str) -> Result<Reply, ApiError> {
    let account = call.caller.account().cloned().ok_or_else(ApiError::internal)?;
    let made = call.call_action(Caller::Owner(account), RAM, "CreateServiceLinkedRole", &[("ServiceName", service)]);
    match made {
        // There already: nothing left to do.
        Err(error) if error.code() != "EntityAlreadyExists.Role" => Err(error),
        _ => Ok(Reply::document(json!({ "Data": true }))),
    }
}
