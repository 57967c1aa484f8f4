//! RAM, 2015-05-01: users, user groups, access keys, roles, policies and attachments.

mod attachments;
mod errors;
mod page;
mod users;

use acslab_policy::DocumentKind;

use crate::gateway::{
    Access, Characters, Check, Form, Operation, Parameter, Perform, Product, Refusal, Route, Source, Style,
};

/// RAM.
pub static RAM: Product = Product {
    name: "Ram",
    version: "2015-05-01",
    style: Style::Rpc,
    hosts: &["ram.aliyuncs.com"],
    refusal: Refusal::NoPermission,
};

const USER: &str = "acs:ram:*:{account}:user/{UserName}";
const USER_OR_SELF: &str = "acs:ram:*:{account}:user/{UserName|caller}";
const USERS: &str = "acs:ram:*:{account}:user/*";
const GROUP: &str = "acs:ram:*:{account}:group/{GroupName}";
const GROUPS: &str = "acs:ram:*:{account}:group/*";
const ROLE: &str = "acs:ram:*:{account}:role/{RoleName}";
const ROLES: &str = "acs:ram:*:{account}:role/*";
const POLICY: &str = "acs:ram:*:{policy_owner}:policy/{PolicyName}";
const POLICIES: &str = "acs:ram:*:{account}:policy/*";

const USER_NAME: Parameter = Parameter::required("UserName", Form::Name(Characters::User, 64));
const GROUP_NAME: Parameter = Parameter::required("GroupName", Form::Name(Characters::User, 64));
const ROLE_NAME: Parameter = Parameter::required("RoleName", Form::Name(Characters::Role, 64));
const POLICY_NAME: Parameter = Parameter::required("PolicyName", Form::Name(Characters::Policy, 128));
const POLICY_TYPE: Parameter = Parameter::required("PolicyType", Form::OneOf(&["System", "Custom"]));
const POLICY_DOCUMENT: Parameter = Parameter::required("PolicyDocument", Form::Document(DocumentKind::Identity));
const MARKER: Parameter = Parameter::optional("Marker", Form::Any);
const MAX_ITEMS: Parameter = Parameter::optional("MaxItems", Form::Integer(1, 1000));

/// A row of RAM's table.
const fn row(
    name: &'static str,
    checks: &'static [Check],
    parameters: &'static [Parameter],
    handler: fn(&crate::gateway::Call<'_>) -> Result<crate::gateway::Reply, crate::gateway::ApiError>,
) -> Operation {
    Operation {
        product: &RAM,
        name,
        route: Route::Action,
        access: Access::Checks(checks),
        parameters,
        perform: Perform::Handler(handler),
        source: Source::Documented("RAM API reference"),
    }
}

/// The operations of RAM.
pub static TABLE: &[Operation] = &[
    row(
        "CreateUser",
        &[Check::new(&["ram:CreateUser"], USERS)],
        &[
            USER_NAME,
            Parameter::optional("DisplayName", Form::Text(128)),
            Parameter::optional("MobilePhone", Form::Text(64)),
            Parameter::optional("Email", Form::Text(128)),
            Parameter::optional("Comments", Form::Text(128)),
        ],
        users::create,
    ),
    row("GetUser", &[Check::new(&["ram:GetUser"], USER)], &[USER_NAME], users::get),
    row("ListUsers", &[Check::new(&["ram:ListUsers"], USERS)], &[MARKER, MAX_ITEMS], users::list),
    row(
        "AttachPolicyToUser",
        &[Check::new(&["ram:AttachPolicyToUser"], USER), Check::new(&["ram:AttachPolicyToUser"], POLICY)],
        &[POLICY_TYPE, POLICY_NAME, USER_NAME],
        attachments::attach_to_user,
    ),
    row(
        "DetachPolicyFromUser",
        &[Check::new(&["ram:DetachPolicyFromUser"], USER), Check::new(&["ram:DetachPolicyFromUser"], POLICY)],
        &[POLICY_TYPE, POLICY_NAME, USER_NAME],
        attachments::detach_from_user,
    ),
];
