//! Services that are open.

use serde_json::{Value, json};

use super::maker::{Maker, Parameters, Thing};
use crate::scenario::argument::Argument;
use crate::scenario::mistake::Kind;
use crate::scenario::scope::Scope;
use crate::scenario::yaml::Node;
use crate::words::Choices;

/// By the service's short name, what opens it.
const SERVICES: &[(&str, &str)] = &[
    ("oss", "OssAdmin.OpenOssService"),
    ("sls", "Sls.OpenSlsService"),
    ("xtrace", "xtrace.OpenXtraceService"),
    ("dataworks", "dataworks-public.OpenDataWorksStandardService"),
    ("pai", "AIWorkSpace.CreateProductOrders"),
];

/// A list of short names.
pub(super) fn make(node: &Node, maker: &mut Maker<'_, '_>, scope: &mut Scope) {
    for name in maker.reader.texts(node, "the services that are open, such as `oss`") {
        let Some(thing) = maker.thing("a service", &name, scope) else { continue };
        if SERVICES.iter().any(|(known, _)| *known == thing.name) {
            open(&thing.name.clone(), &thing, maker, scope);
        } else {
            let choices = Choices::new(&thing.name, SERVICES.iter().map(|(name, _)| *name));
            maker.reader.note(Kind::UnknownService { name: thing.name, choices }, name.span);
        }
    }
}

/// Opens a service on account of a thing, unless the account has it open.
pub(super) fn open(service: &str, thing: &Thing, maker: &mut Maker<'_, '_>, scope: &mut Scope) {
    let Some((_, operation)) = SERVICES.iter().find(|(known, _)| *known == service) else { return };
    if !scope.open.insert((service.to_owned(), thing.account.clone())) {
        return;
    }
    let parameters: Parameters = match service {
        "dataworks" => vec![("Region", maker.text("${region}", thing, scope))],
        "pai" => {
            let order = json!([{"OrderType": "BUY", "ProductCode": "PAI_share", "ChargeType": "POSTPAY", "InstanceProperties": []}]);
            vec![("AutoPay", Argument::Plain(Value::Bool(true))), ("Products", Argument::of(&order))]
        }
        _ => Vec::new(),
    };
    maker.call(thing, operation, parameters);
}
