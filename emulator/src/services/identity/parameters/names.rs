//! Parameters that several faces have.

use super::rules::{check_code, check_serial, check_suffix, check_version_id};
use crate::gateway::{Characters, Form, Parameter};

const POLICY_TYPES: Form = Form::OneOf(&["System", "Custom"]);

pub(crate) const GROUP_NAME: Parameter = Parameter::required("GroupName", Form::Name(Characters::User, 64));
pub(crate) const ROLE_NAME: Parameter = Parameter::required("RoleName", Form::Name(Characters::Role, 64));
pub(crate) const POLICY_NAME: Parameter = Parameter::required("PolicyName", Form::Name(Characters::Policy, 128));
pub(crate) const POLICY_TYPE: Parameter = Parameter::required("PolicyType", POLICY_TYPES);
/// The policies that a list is narrowed down to.
pub(crate) const POLICY_TYPE_WANTED: Parameter = Parameter::optional("PolicyType", POLICY_TYPES);
pub(crate) const VERSION_ID: Parameter = Parameter::required("VersionId", Form::Own(check_version_id, "v1"));
/// The seconds that a role's sessions may last.
pub(crate) const SESSION_DURATION: Form = Form::Integer(3600, 43200);
/// What follows the name of a service-linked role.
pub(crate) const SUFFIX: Parameter = Parameter::optional("CustomSuffix", Form::Own(check_suffix, "sample"));
pub(crate) const DEVICE_NAME: Parameter = Parameter::required("VirtualMFADeviceName", Form::Name(Characters::Role, 64));
pub(crate) const SERIAL_NUMBER: Parameter =
    Parameter::required("SerialNumber", Form::Own(check_serial, "acs:ram::1234567890123456:mfa/sample"));
/// Two codes in a row of an MFA device.
pub(crate) const CODE_1: Parameter = Parameter::required("AuthenticationCode1", Form::Own(check_code, "123456"));
pub(crate) const CODE_2: Parameter = Parameter::required("AuthenticationCode2", Form::Own(check_code, "654321"));
pub(crate) const COMMENTS: Parameter = Parameter::optional("Comments", Form::Text(128));
pub(crate) const MARKER: Parameter = Parameter::optional("Marker", Form::Any);
pub(crate) const MAX_ITEMS: Parameter = Parameter::optional("MaxItems", Form::Integer(1, 1000));
