//! SAML providers, and single sign-on for RAM users.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};

use super::oidc::is_name;
use super::product::IMS;
use super::rights::both;
use super::words::MAX_HUNDRED;
use crate::cloud::identity_providers::saml_arn;
use crate::cloud::{SamlMetadata, SamlProvider, UserSso, iso8601};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};
use crate::services::common::page::{List, MARKED, by_name};
use crate::services::identity::answers::members;
use crate::services::identity::domain::providers::in_order;
use crate::services::identity::parameters::{MARKER, incorrect, set_filled, set_flag, set_texts, too_long};

const ALGORITHM: Parameter = Parameter::optional("AuthnSignAlgo", Form::OneOf(&["rsa-sha1", "rsa-sha256"]));
const DEFAULT_ALGORITHM: &str = "rsa-sha1";
const NAME: Parameter = Parameter::required("SAMLProviderName", Form::Own(check_name, "sample"));
/// `<EntityDescriptor/>`
const SAMPLE: &str = "PEVudGl0eURlc2NyaXB0b3IvPg==";

/// The operations on SAML providers and single sign-on.
pub fn table() -> Vec<Operation> {
    vec![
        IMS.action(
            "CreateSAMLProvider",
            &[both!("CreateSAMLProvider" on "saml-provider/*")],
            &[
                NAME,
                Parameter::optional("Description", Form::Text(256)),
                Parameter::optional("EncodedSAMLMetadataDocument", Form::Own(check_metadata::<0>, SAMPLE)),
                ALGORITHM,
            ],
            create,
        ),
        IMS.action("GetSAMLProvider", &[both!("GetSAMLProvider" on "saml-provider/{SAMLProviderName}")], &[NAME], get),
        IMS.action(
            "UpdateSAMLProvider",
            &[both!("UpdateSAMLProvider" on "saml-provider/{SAMLProviderName}")],
            &[
                NAME,
                Parameter::optional("NewDescription", Form::Text(256)),
                Parameter::optional("NewEncodedSAMLMetadataDocument", Form::Own(check_metadata::<1>, SAMPLE)),
                ALGORITHM,
            ],
            update,
        ),
        IMS.action(
            "DeleteSAMLProvider",
            &[both!("DeleteSAMLProvider" on "saml-provider/{SAMLProviderName}")],
            &[NAME],
            delete,
        ),
        IMS.action(
            "ListSAMLProviders",
            &[both!("ListSAMLProviders" on "saml-provider/*")],
            &[MARKER, MAX_HUNDRED],
            list,
        ),
        IMS.action(
            "SetUserSsoSettings",
            &[both!("SetUserSsoSettings" on account)],
            &[
                Parameter::optional("SsoEnabled", Form::Boolean),
                Parameter::optional("SsoLoginWithDomain", Form::Boolean),
                Parameter::optional("MetadataDocument", Form::Own(check_metadata::<2>, SAMPLE)),
                Parameter::optional("AuxiliaryDomain", Form::Text(255)),
                ALGORITHM,
            ],
            set_user_sso,
        ),
        IMS.action("GetUserSsoSettings", &[both!("GetUserSsoSettings" on account)], &[], get_user_sso),
    ]
}

fn check_name(value: &str) -> Result<(), ApiError> {
    if value.len() > 128 {
        return Err(too_long("SAMLProviderName"));
    }
    if is_name(value) { Ok(()) } else { Err(incorrect("SAMLProviderName")) }
}

/// The parameters that hold metadata.
const METADATA: [&str; 3] = ["EncodedSAMLMetadataDocument", "NewEncodedSAMLMetadataDocument", "MetadataDocument"];

/// An XML document in base64 that describes an entity, whatever prefix it has for the namespace.
fn check_metadata<const WHICH: usize>(value: &str) -> Result<(), ApiError> {
    let bytes = BASE64_STANDARD.decode(value).ok();
    if bytes.as_ref().is_some_and(|bytes| bytes.len() > SamlMetadata::LARGEST) {
        return Err(too_long(METADATA.get(WHICH).copied().unwrap_or_default()));
    }
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let describes = |text: &str| text.contains("EntityDescriptor") && text.trim_start().starts_with(['<', '\u{feff}']);
    if text.as_deref().is_some_and(describes) {
        return Ok(());
    }
    Err(incorrect(METADATA.get(WHICH).copied().unwrap_or_default()))
}

/// What lists show.
fn entry(account: &str, provider: &SamlProvider) -> Map<String, Value> {
    members([
        ("SAMLProviderName", &provider.name),
        ("Arn", &saml_arn(account, &provider.name)),
        ("Description", &provider.description),
        ("CreateDate", &iso8601(provider.created)),
        ("UpdateDate", &iso8601(provider.updated)),
    ])
}

/// What CreateSAMLProvider shows.
fn view(account: &str, provider: &SamlProvider) -> Map<String, Value> {
    let mut shown = entry(account, provider);
    shown.insert("AuthnSignAlgo".to_owned(), json!(provider.signature_algorithm));
    shown
}

/// CreateSAMLProvider
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (account, arguments) = (call.account()?, &call.arguments);
    let provider = SamlProvider {
        name: arguments.text("SAMLProviderName").to_owned(),
        description: arguments.text("Description").to_owned(),
        metadata: SamlMetadata::new(arguments.text("EncodedSAMLMetadataDocument")),
        signature_algorithm: arguments.filled("AuthnSignAlgo").unwrap_or(DEFAULT_ALGORITHM).to_owned(),
        created: call.now,
        updated: call.now,
    };
    let shown = view(&account.id, &provider);
    account.identity_providers.write().add_saml(provider)?;
    Ok(Reply::document(json!({ "SAMLProvider": shown })))
}

/// GetSAMLProvider: the metadata as it was sent.
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let providers = account.identity_providers.read();
    let provider = providers.saml(call.arguments.text("SAMLProviderName"))?;
    let mut shown = view(&account.id, provider);
    shown.insert("EncodedSAMLMetadataDocument".to_owned(), json!(provider.metadata.text()));
    Ok(Reply::document(json!({ "SAMLProvider": shown })))
}

/// UpdateSAMLProvider: what is left out stays; an empty description clears it.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (account, arguments) = (call.account()?, &call.arguments);
    let mut providers = account.identity_providers.write();
    let provider = providers.saml_mut(arguments.text("SAMLProviderName"))?;
    set_texts(arguments, [("NewDescription", &mut provider.description)]);
    set_filled(arguments, [("AuthnSignAlgo", &mut provider.signature_algorithm)]);
    if let Some(new) = arguments.filled("NewEncodedSAMLMetadataDocument") {
        provider.metadata = SamlMetadata::new(new);
    }
    provider.updated = call.now;
    Ok(Reply::document(json!({ "SAMLProvider": view(&account.id, provider) })))
}

/// DeleteSAMLProvider
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    call.account()?.identity_providers.write().delete_saml(call.arguments.text("SAMLProviderName"))?;
    Ok(Reply::done())
}

/// ListSAMLProviders
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let providers = account.identity_providers.read();
    let all = in_order(providers.saml_providers(), |provider| &provider.name);
    let view = |provider: &SamlProvider| Value::Object(entry(&account.id, provider));
    let list = List::Wrapped("SAMLProviders", "SAMLProvider");
    by_name(&call.arguments, MARKED, all, |provider| &provider.name, view, list).map(Reply::document)
}

fn user_sso(settings: &UserSso) -> Reply {
    Reply::document(json!({
        "UserSsoSettings": {
            "SsoEnabled": settings.enabled,
            "SsoLoginWithDomain": settings.with_domain,
            "MetadataDocument": settings.metadata,
            "AuxiliaryDomain": settings.auxiliary_domain,
            "AuthnSignAlgo": settings.signature_algorithm,
        },
    }))
}

/// SetUserSsoSettings: what is left out stays.
fn set_user_sso(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let mut providers = call.account()?.identity_providers.write();
    let settings = &mut providers.user_sso;
    set_flag(arguments, "SsoEnabled", &mut settings.enabled);
    set_flag(arguments, "SsoLoginWithDomain", &mut settings.with_domain);
    set_texts(arguments, [("AuxiliaryDomain", &mut settings.auxiliary_domain)]);
    set_filled(
        arguments,
        [("MetadataDocument", &mut settings.metadata), ("AuthnSignAlgo", &mut settings.signature_algorithm)],
    );
    Ok(user_sso(settings))
}

/// GetUserSsoSettings
fn get_user_sso(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(user_sso(&call.account()?.identity_providers.read().user_sso))
}
