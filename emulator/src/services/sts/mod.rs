//! STS, 2015-04-01: sessions of roles, and who am I.

mod assume_role;
mod caller_identity;
mod federated;
mod oidc;
mod parameters;
mod saml;
mod session;

use crate::gateway::{Access, Check, Form, Operation, Parameter, Perform, Product, Refusal, Route, Source, Style};

pub(crate) use assume_role::{assume_as_service, refusal};

/// STS.
pub static STS: Product = Product {
    name: "Sts",
    version: "2015-04-01",
    style: Style::Rpc,
    hosts: &["sts.aliyuncs.com", "sts.{region}.aliyuncs.com", "sts-vpc.{region}.aliyuncs.com"],
    refusal: Refusal::NoPermission,
};

const ROLE: &str = "acs:ram:*:{role_account}:role/{role_name}";

/// The operations of STS.
pub static TABLE: &[Operation] = &[
    Operation {
        product: &STS,
        name: "AssumeRole",
        route: Route::Action,
        access: Access::Checks(&[
            Check::new(&["sts:AssumeRole"], ROLE).describe(assume_role::describe),
            Check::new(&["sts:SetSourceIdentity"], ROLE).when("SourceIdentity").describe(assume_role::describe),
        ]),
        parameters: &[
            Parameter::required(
                "RoleArn",
                Form::Own(parameters::check_role_arn, "acs:ram::1234567890123456:role/sample"),
            ),
            Parameter::required("RoleSessionName", Form::Own(parameters::check_session_name, "sample")),
            Parameter::optional("DurationSeconds", Form::Own(parameters::check_duration, "3600")),
            Parameter::optional("Policy", Form::Own(parameters::check_policy, "")),
            Parameter::optional("ExternalId", Form::Own(parameters::check_external_id, "sample")),
            Parameter::optional("SourceIdentity", Form::Own(parameters::check_source_identity, "sample")),
        ],
        perform: Perform::Handler(assume_role::assume_role),
        source: Source::Documented("AssumeRole"),
    },
    Operation {
        product: &STS,
        name: "GetCallerIdentity",
        route: Route::Action,
        access: Access::SignedOnly("anybody may ask who they are; no policy can deny it (GetCallerIdentity)"),
        parameters: &[],
        perform: Perform::Handler(caller_identity::get_caller_identity),
        source: Source::Documented("GetCallerIdentity"),
    },
    Operation {
        product: &STS,
        name: "AssumeRoleWithOIDC",
        route: Route::Action,
        access: Access::Federated(oidc::prove, &[Check::new(&["sts:AssumeRole"], ROLE).describe(oidc::describe)]),
        parameters: &[
            Parameter::required("RoleSessionName", Form::Own(parameters::check_session_name, "sample")),
            Parameter::optional("OIDCProviderArn", Form::Any),
            Parameter::optional("RoleArn", Form::Any),
            Parameter::optional("OIDCToken", Form::Any),
            Parameter::optional("DurationSeconds", Form::Own(parameters::check_duration, "3600")),
            Parameter::optional("Policy", Form::Own(parameters::check_policy, "")),
        ],
        perform: Perform::Handler(oidc::assume_role_with_oidc),
        source: Source::Documented("AssumeRoleWithOIDC"),
    },
    Operation {
        product: &STS,
        name: "AssumeRoleWithSAML",
        route: Route::Action,
        access: Access::Federated(saml::prove, &[Check::new(&["sts:AssumeRole"], ROLE).describe(saml::describe)]),
        parameters: &[
            Parameter::optional("SAMLProviderArn", Form::Any),
            Parameter::optional("RoleArn", Form::Any),
            Parameter::optional("SAMLAssertion", Form::Any),
            Parameter::optional("DurationSeconds", Form::Own(saml::check_duration, "3600")),
            Parameter::optional("Policy", Form::Own(saml::check_policy, "")),
        ],
        perform: Perform::Handler(saml::assume_role_with_saml),
        source: Source::Documented("AssumeRoleWithSAML"),
    },
];
