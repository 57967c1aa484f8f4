//! The console as a product, and its operation.

use super::quick_authorization;
use crate::gateway::{Access, Form, Operation, Parameter, Product, Source};

/// The console, as an operation of acslab's own. Its version is none of the cloud's.
pub static RAM_CONSOLE: Product = Product::new("RamConsole", "2015-05-01-console", &["ram.console.aliyun.com"]);

/// The operations.
pub fn table() -> Vec<Operation> {
    let request = Parameter::required("Request", Form::Own(quick_authorization::check, quick_authorization::SAMPLE));
    vec![
        RAM_CONSOLE
            .action("QuickAuthorization", &[], &[request], quick_authorization::authorize)
            .open_to(Access::OwnerOnly(
                "a RAM user cannot assign a service role (Grant permissions that are required to use LangStudio)",
            ))
            .known_from(Source::acslab("the console's page `role/authorize`; the calls that it makes are not public")),
    ]
}
