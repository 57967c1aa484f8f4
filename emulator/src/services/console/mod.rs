//! What the RAM console does and no public operation offers: Quick Authorization.

mod quick_authorization;

use crate::gateway::{Access, Form, Operation, Parameter, Perform, Product, Refusal, Route, Source, Style};

pub(crate) use quick_authorization::address;

/// The console, as an operation of acslab's own. Its version is none of the cloud's.
pub static RAM_CONSOLE: Product = Product {
    name: "RamConsole",
    version: "2015-05-01-console",
    style: Style::Rpc,
    hosts: &["ram.console.aliyun.com"],
    refusal: Refusal::NoPermission,
};

/// The operations.
pub static TABLE: &[Operation] = &[Operation {
    product: &RAM_CONSOLE,
    name: "QuickAuthorization",
    route: Route::Action,
    access: Access::OwnerOnly(
        "a RAM user cannot assign a service role (Grant permissions that are required to use LangStudio)",
    ),
    parameters: &[Parameter::required("Request", Form::Own(quick_authorization::check, quick_authorization::SAMPLE))],
    perform: Perform::Handler(quick_authorization::authorize),
    source: Source::Acslab("the console's page `role/authorize`; the calls that it makes are not public"),
}];
