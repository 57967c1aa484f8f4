//! Opening DataWorks, region by region: dataworks-public, 2018-06-01.

use serde_json::json;

use super::{order, row};
use crate::cloud::Service;
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Product, Refusal, Reply, Source, Style};

/// The version of DataWorks that it is opened with.
pub static DATAWORKS: Product = Product {
    name: "dataworks-public",
    version: "2018-06-01",
    style: Style::Rpc,
    hosts: &["dataworks.aliyuncs.com", "dataworks.{region}.aliyuncs.com"],
    refusal: Refusal::ForbiddenRam,
};

/// The operations.
pub static TABLE: &[Operation] = &[row(
    &DATAWORKS,
    "OpenDataWorksStandardService",
    &[Check::new(&["dataworks:OpenDataWorksStandardService"], "*")],
    &[Parameter::required("Region", Form::Name(crate::gateway::Characters::Role, 64))],
    open,
    Source::Inferred("the action is the operation's name, as for every other operation of DataWorks"),
)];

fn open(call: &Call<'_>) -> Result<Reply, ApiError> {
    let service = Service::DataWorks(call.arguments.text("Region").to_owned());
    Ok(Reply::document(json!({ "OrderId": order(call, service)? })))
}
