//! Opening DataWorks, region by region: dataworks-public, 2018-06-01.

use serde_json::json;

use super::order::order;
use crate::cloud::Service;
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Product, Reply, Source, forbidden_ram};

/// The version of DataWorks that it is opened with.
pub static DATAWORKS: Product =
    Product::new("dataworks-public", "2018-06-01", &["dataworks.aliyuncs.com", "dataworks.{region}.aliyuncs.com"])
        .refuses(forbidden_ram);

/// The operations.
pub fn table() -> Vec<Operation> {
    vec![
        DATAWORKS
            .action(
                "OpenDataWorksStandardService",
                &[Check::new(&["dataworks:OpenDataWorksStandardService"], "*")],
                &[Parameter::required("Region", Form::Name(crate::gateway::Characters::Role, 64))],
                open,
            )
            .known_from(Source::inferred(
                "the action is the operation's name, as for every other operation of DataWorks",
            )),
    ]
}

fn open(call: &Call<'_>) -> Result<Reply, ApiError> {
    let service = Service::DataWorks(call.arguments.text("Region").to_owned());
    Ok(Reply::document(json!({ "OrderId": order(call, service)? })))
}
