//! RAM, 2015-05-01: users, user groups, access keys, roles, policies and attachments.
//!
//! A file a family, each with its table of operations and their handlers. What an operation needs stands in its row; the
//! handlers change the directory in one step under its lock, or not at all.

pub mod attachments;
pub mod diagnostics;
mod errors;
pub mod groups;
pub mod keys;
pub mod linked_roles;
pub mod login_profiles;
pub mod mfa;
pub(crate) mod page;
pub mod policies;
mod qr_code;
pub mod roles;
pub mod settings;
pub mod tags;
pub mod users;

use acslab_policy::DocumentKind;

use crate::gateway::{Characters, Check, Form, Operation, Parameter, Product, Route};
use crate::operation::{Context, Handler};

/// RAM.
pub static RAM: Product =
    Product::new("Ram", "2015-05-01", &["ram.aliyuncs.com"]).locates(&["ram"], super::locate::locate);

const USER: &str = "acs:ram:*:{account}:user/{UserName}";
const USER_OR_SELF: &str = "acs:ram:*:{account}:user/{UserName|caller}";
const USERS: &str = "acs:ram:*:{account}:user/*";
const GROUP: &str = "acs:ram:*:{account}:group/{GroupName}";
const GROUPS: &str = "acs:ram:*:{account}:group/*";
const ROLE: &str = "acs:ram:*:{account}:role/{RoleName}";
const ROLES: &str = "acs:ram:*:{account}:role/*";
const POLICY: &str = "acs:ram:*:{policy_owner}:policy/{PolicyName}";
const POLICIES: &str = "acs:ram:*:{account}:policy/*";

/// A role, as RAM locates it.
const ROLE_ID: &str = "role/{RoleName}";

const USER_NAME: Parameter = Parameter::required("UserName", Form::Name(Characters::User, 64));
const USER_NAME_OR_SELF: Parameter = Parameter::optional("UserName", Form::Name(Characters::User, 64));
const GROUP_NAME: Parameter = Parameter::required("GroupName", Form::Name(Characters::User, 64));
const ROLE_NAME: Parameter = Parameter::required("RoleName", Form::Name(Characters::Role, 64));
const POLICY_NAME: Parameter = Parameter::required("PolicyName", Form::Name(Characters::Policy, 128));
const POLICY_TYPE: Parameter = Parameter::required("PolicyType", Form::OneOf(&["System", "Custom"]));
const POLICY_DOCUMENT: Parameter = Parameter::required("PolicyDocument", Form::Document(DocumentKind::Identity));
const COMMENTS: Parameter = Parameter::optional("Comments", Form::Text(128));
const MARKER: Parameter = Parameter::optional("Marker", Form::Any);
const MAX_ITEMS: Parameter = Parameter::optional("MaxItems", Form::Integer(1, 1000));

/// The right to hand a role to a service, for the row of an operation that takes one in `parameter`: `ram:PassRole` on the
/// role, asked of the caller alone, and only when a role is given. `service` sets `acs:Service` (RAM: PassRole).
///
/// ```
/// use acslab_emulator::services::identity::ram::pass_role;
///
/// let check = pass_role("acs:ram:*:{account}:role/{RoleName}", "RoleName", |_, _, needed| {
///     needed.set("acs:Service", "fc.aliyuncs.com");
///     Ok(())
/// });
/// ```
pub const fn pass_role(role: &'static str, parameter: &'static str, service: Context) -> Check {
    Check::new(&["ram:PassRole"], role).when(parameter).context(service)
}

/// A row of RAM's tables.
fn row(name: &'static str, checks: &[Check], parameters: &[Parameter], handler: Handler) -> Operation {
    Operation::row(&RAM, name, Route::Action, checks, parameters, handler)
}
