//! The page of the RAM console on which an account owner lets services work through their roles, as those send people there.

use serde_json::json;

use crate::cloud::ServiceRole;
use crate::signature::pe;

/// Where the page is.
const PAGE: &str = "https://ram.console.aliyun.com/role/authorize?request=";

/// The address of the page for these roles; for one that no page is known to make, the role's name stands for the template.
pub(crate) fn address<'r>(roles: impl IntoIterator<Item = &'r ServiceRole>) -> String {
    let service = |role: &ServiceRole| {
        let quick = role.quick();
        json!({ "Service": quick.service, "Roles": [{ "RoleName": role.name, "TemplateId": quick.template_id }] })
    };
    let services: Vec<_> = roles.into_iter().map(service).collect();
    format!("{PAGE}{}", pe(&json!({ "Services": services }).to_string()))
}
