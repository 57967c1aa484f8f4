//! Service-linked roles: made and deleted by name of their service, and otherwise left alone.

use serde_json::{Value, json};

use super::{product::RAM, roles};
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Reply, Source};
use crate::services::identity::arns::{ROLE, ROLE_ID};
use crate::services::identity::conditions::{named_service, service_of_role};
use crate::services::identity::parameters::{ROLE_NAME, SUFFIX};
use crate::services::identity::{answers, domain::linked_roles, twins};

const SERVICE_NAME: Parameter = Parameter::required("ServiceName", Form::Any);

/// RAM's pages do not tell of these; ResourceManager's do, of its own.
const SDK: Source = Source::sdk("RAM SDK 2015-05-01");

/// The operations on service-linked roles.
pub fn table() -> Vec<Operation> {
    vec![
        RAM.action(
            "CreateServiceLinkedRole",
            &[Check::new(&["ram:CreateServiceLinkedRole"], "*").context(named_service)],
            &[SERVICE_NAME, Parameter::optional("Description", Form::Text(1024)), SUFFIX],
            create,
        )
        .known_from(SDK),
        RAM.action(
            "DeleteServiceLinkedRole",
            &[Check::new(&["ram:DeleteServiceLinkedRole"], ROLE).about(ROLE_ID).context(service_of_role)],
            &[ROLE_NAME],
            twins::delete_linked_role,
        )
        .known_from(SDK),
        RAM.action(
            "GetServiceLinkedRoleTemplate",
            &[Check::new(&["ram:GetServiceLinkedRoleTemplate"], "*")],
            &[SERVICE_NAME],
            get_template,
        )
        .known_from(SDK),
    ]
}

/// CreateServiceLinkedRole
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let mut directory = call.account()?.directory.write();
    let (suffix, description) = (arguments.filled("CustomSuffix"), arguments.filled("Description"));
    let role = linked_roles::create(call, &mut directory, arguments.text("ServiceName"), suffix, description)?;
    let mut shown = roles::view(&role, directory.account());
    for name in ["UpdateDate", "MaxSessionDuration", "AllowConsoleLogin"] {
        shown.remove(name);
    }
    Ok(answers::linked(shown))
}

/// GetServiceLinkedRoleTemplate
fn get_template(call: &Call<'_>) -> Result<Reply, ApiError> {
    let known = linked_roles::known(call.arguments.text("ServiceName"))?;
    let description: Value = json!({"Language": "en", "Description": known.description});
    Ok(Reply::document(json!({
        "ServiceLinkedRoleTemplate": {
            "ServiceName": known.service,
            "RoleNamePrefix": known.name,
            "SystemPolicyName": known.policy,
            "MultipleRolesAllowed": false,
            "RoleDescriptions": {"RoleDescription": [description]},
        },
    })))
}
