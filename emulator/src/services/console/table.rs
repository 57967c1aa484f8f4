//! The consoles as products, and their operations.

use super::{activate_for_free, quick_authorization};
use crate::gateway::{Access, Form, Operation, Parameter, Product, Source};

/// The console, as an operation of acslab's own. Its version is none of the cloud's.
pub static RAM_CONSOLE: Product = Product::new("RamConsole", "2015-05-01-console", &["ram.console.aliyun.com"]);

/// PAI's console, the same way.
pub static PAI_CONSOLE: Product = Product::new("PaiConsole", "2024-07-10-console", &["pai.console.aliyun.com"]);

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
        PAI_CONSOLE
            .action("ActivateForFree", &[], &[], activate_for_free::activate)
            .open_to(Access::SignedOnly("each of the calls that it makes is decided by itself"))
            .known_from(Source::acslab("LangStudio's button of that name; which calls it makes is not public")),
    ]
}
