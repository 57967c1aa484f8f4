//! STS as a product, and its operations.

use super::{assume_role, caller_identity, oidc, parameters, saml, session};
use crate::gateway::{Access, Check, Form, Operation, Parameter, Product};
use crate::services::common::inside;

/// STS.
pub static STS: Product = Product::new(
    "Sts",
    inside::STS,
    &["sts.aliyuncs.com", "sts.{region}.aliyuncs.com", "sts-vpc.{region}.aliyuncs.com"],
)
.refuses(assume_role::refuse)
.locates(&["sts"], session::locate);

const ROLE: &str = "acs:ram:*:{role_account}:role/{role_name}";

/// The operations of STS.
pub fn table() -> Vec<Operation> {
    const TARGET: &str = "role/{role_account}/{role_name}";
    let assume = Check::new(&["sts:AssumeRole"], ROLE).about(TARGET);
    let set_identity = Check::new(&["sts:SetSourceIdentity"], ROLE).about(TARGET).when("SourceIdentity");
    let session_name = Parameter::required("RoleSessionName", Form::Own(parameters::check_session_name, "sample"));
    let duration = Parameter::optional("DurationSeconds", Form::Own(parameters::check_duration, "3600"));
    let policy = Parameter::optional("Policy", Form::Own(parameters::check_policy, ""));
    vec![
        STS.action(
            "AssumeRole",
            &[assume.clone().context(assume_role::context), set_identity.context(assume_role::context)],
            &[
                Parameter::required(
                    "RoleArn",
                    Form::Own(parameters::check_role_arn, "acs:ram::1234567890123456:role/sample"),
                ),
                session_name.clone(),
                duration.clone(),
                policy.clone(),
                Parameter::optional("ExternalId", Form::Own(parameters::check_external_id, "sample")),
                Parameter::optional("SourceIdentity", Form::Own(parameters::check_source_identity, "sample")),
            ],
            assume_role::assume_role,
        ),
        STS.action("GetCallerIdentity", &[], &[], caller_identity::get_caller_identity)
            .open_to(Access::SignedOnly("anybody may ask who they are; no policy can deny it (GetCallerIdentity)")),
        STS.action(
            "AssumeRoleWithOIDC",
            &[],
            &[
                session_name,
                Parameter::optional("OIDCProviderArn", Form::Any),
                Parameter::optional("RoleArn", Form::Any),
                Parameter::optional("OIDCToken", Form::Any),
                duration,
                policy,
            ],
            oidc::assume_role_with_oidc,
        )
        .open_to(Access::Federated(oidc::prove, vec![assume.clone().context(oidc::context)])),
        STS.action(
            "AssumeRoleWithSAML",
            &[],
            &[
                Parameter::optional("SAMLProviderArn", Form::Any),
                Parameter::optional("RoleArn", Form::Any),
                Parameter::optional("SAMLAssertion", Form::Any),
                Parameter::optional("DurationSeconds", Form::Own(saml::check_duration, "3600")),
                Parameter::optional("Policy", Form::Own(saml::check_policy, "")),
            ],
            saml::assume_role_with_saml,
        )
        .open_to(Access::Federated(saml::prove, vec![assume.context(saml::context)])),
    ]
}
