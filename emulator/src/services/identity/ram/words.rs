//! What RAM's operations are about, and how they name it.

use acslab_policy::DocumentKind;

use crate::gateway::{Characters, Form, Parameter};

pub(super) const USER: &str = "acs:ram:*:{account}:user/{UserName}";
pub(super) const USER_OR_SELF: &str = "acs:ram:*:{account}:user/{UserName|caller}";
pub(super) const USERS: &str = "acs:ram:*:{account}:user/*";
pub(super) const GROUP: &str = "acs:ram:*:{account}:group/{GroupName}";
pub(super) const GROUPS: &str = "acs:ram:*:{account}:group/*";

pub(super) const USER_NAME: Parameter = Parameter::required("UserName", Form::Name(Characters::User, 64));
pub(super) const USER_NAME_OR_SELF: Parameter = Parameter::optional("UserName", Form::Name(Characters::User, 64));
pub(super) const POLICY_DOCUMENT: Parameter =
    Parameter::required("PolicyDocument", Form::Document(DocumentKind::Identity));
