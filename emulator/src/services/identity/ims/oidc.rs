//! OIDC providers.

use serde_json::{Map, Value, json};

use super::product::IMS;
use super::rights::both;
use super::words::MAX_HUNDRED;
use crate::cloud::identity_providers::oidc_arn;
use crate::cloud::{OidcProvider, iso8601};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};
use crate::services::common::page::{List, MARKED, by_name};
use crate::services::identity::answers::members;
use crate::services::identity::domain::providers::{self, in_order, put};
use crate::services::identity::parameters::{MARKER, incorrect, set_texts, too_long};

/// Hours that a token may be old when the request does not say.
const DEFAULT_LIMIT: u32 = 12;

const NAME: Parameter = Parameter::required("OIDCProviderName", Form::Own(check_name, "sample"));
const CLIENT_IDS: Parameter = Parameter::optional("ClientIds", Form::Own(check_client_ids, "client"));
const CLIENT_ID: Parameter = Parameter::required("ClientId", Form::Own(check_client_id, "client"));
const FINGERPRINT: Parameter = Parameter::required("Fingerprint", Form::Own(check_fingerprint, SAMPLE_FINGERPRINT));
const LIMIT: Parameter = Parameter::optional("IssuanceLimitTime", Form::Integer(1, 168));

const SAMPLE_FINGERPRINT: &str = "902ef2deeb3c5b13ea4c3d5193629309e231ae55";

/// The operations on OIDC providers.
pub fn table() -> Vec<Operation> {
    vec![
        IMS.action(
            "CreateOIDCProvider",
            &[both!("CreateOIDCProvider" on "oidc-provider/*")],
            &[
                NAME,
                Parameter::required("IssuerUrl", Form::Own(check_issuer, "https://example.com")),
                CLIENT_IDS,
                Parameter::optional("Fingerprints", Form::Own(check_fingerprints, SAMPLE_FINGERPRINT)),
                LIMIT,
                Parameter::optional("Description", Form::Text(256)),
            ],
            create,
        ),
        IMS.action("GetOIDCProvider", &[both!("GetOIDCProvider" on "oidc-provider/{OIDCProviderName}")], &[NAME], get),
        IMS.action(
            "UpdateOIDCProvider",
            &[both!("UpdateOIDCProvider" on "oidc-provider/{OIDCProviderName}")],
            &[NAME, CLIENT_IDS, LIMIT, Parameter::optional("NewDescription", Form::Text(256))],
            update,
        ),
        IMS.action(
            "DeleteOIDCProvider",
            &[both!("DeleteOIDCProvider" on "oidc-provider/{OIDCProviderName}")],
            &[NAME],
            delete,
        ),
        IMS.action(
            "ListOIDCProviders",
            &[both!("ListOIDCProviders" on "oidc-provider/*")],
            &[MARKER, MAX_HUNDRED],
            list,
        ),
        IMS.action(
            "AddClientIdToOIDCProvider",
            &[both!("AddClientIdToOIDCProvider" on "oidc-provider/{OIDCProviderName}")],
            &[NAME, CLIENT_ID],
            |call| add(call, "ClientId", |provider| &mut provider.client_ids),
        ),
        IMS.action(
            "RemoveClientIdFromOIDCProvider",
            &[both!("RemoveClientIdFromOIDCProvider" on "oidc-provider/{OIDCProviderName}")],
            &[NAME, CLIENT_ID],
            |call| remove(call, "ClientId", |provider| &mut provider.client_ids),
        ),
        IMS.action(
            "AddFingerprintToOIDCProvider",
            &[both!("AddFingerprintToOIDCProvider" on "oidc-provider/{OIDCProviderName}")],
            &[NAME, FINGERPRINT],
            |call| add(call, "Fingerprint", |provider| &mut provider.fingerprints),
        ),
        IMS.action(
            "RemoveFingerprintFromOIDCProvider",
            &[both!("RemoveFingerprintFromOIDCProvider" on "oidc-provider/{OIDCProviderName}")],
            &[NAME, FINGERPRINT],
            |call| remove(call, "Fingerprint", |provider| &mut provider.fingerprints),
        ),
    ]
}

/// 1 to 128 letters, digits, `.`, `_`, `-`; a letter or a digit at either end.
pub(super) fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric();
    text.starts_with(plain) && text.ends_with(plain) && text.chars().all(|c| plain(c) || matches!(c, '.' | '_' | '-'))
}

fn check_name(value: &str) -> Result<(), ApiError> {
    if value.len() > 128 {
        return Err(too_long("OIDCProviderName"));
    }
    if is_name(value) { Ok(()) } else { Err(incorrect("OIDCProviderName")) }
}

/// `https`, with nothing in it that is not part of an issuer: no query, no fragment, nobody to log on as.
fn check_issuer(value: &str) -> Result<(), ApiError> {
    if value.chars().count() > 255 {
        return Err(too_long("IssuerUrl"));
    }
    let host = value.strip_prefix("https://").map(|rest| rest.split('/').next().unwrap_or_default());
    let plain = !value.contains(['?', '#', '@']) && !value.contains(char::is_whitespace);
    if plain && host.is_some_and(|host| !host.is_empty()) { Ok(()) } else { Err(incorrect("IssuerUrl")) }
}

fn is_client_id(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.len() <= 128
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '/'))
}

fn is_fingerprint(text: &str) -> bool {
    !text.is_empty() && text.len() <= 128 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn check_client_id(value: &str) -> Result<(), ApiError> {
    if is_client_id(value) { Ok(()) } else { Err(incorrect("ClientId")) }
}

fn check_client_ids(value: &str) -> Result<(), ApiError> {
    if value.split(',').all(is_client_id) { Ok(()) } else { Err(incorrect("ClientIds")) }
}

fn check_fingerprint(value: &str) -> Result<(), ApiError> {
    if is_fingerprint(value) { Ok(()) } else { Err(incorrect("Fingerprint")) }
}

fn check_fingerprints(value: &str) -> Result<(), ApiError> {
    if value.split(',').all(is_fingerprint) { Ok(()) } else { Err(incorrect("Fingerprints")) }
}

/// A list that comes as one text, joined by commas, each item once.
fn items(text: &str) -> Vec<String> {
    let mut items = Vec::new();
    text.split(',').filter(|item| !item.is_empty()).for_each(|item| put(&mut items, item));
    items
}

fn view(account: &str, provider: &OidcProvider) -> Map<String, Value> {
    let mut shown = members([
        ("OIDCProviderName", provider.name.as_str()),
        ("Arn", &oidc_arn(account, &provider.name)),
        ("IssuerUrl", &provider.issuer_url),
        ("ClientIds", &provider.client_ids.join(",")),
        ("Fingerprints", &provider.fingerprints.join(",")),
        ("Description", &provider.description),
        ("CreateDate", &iso8601(provider.created)),
        ("UpdateDate", &iso8601(provider.updated)),
        ("GmtCreate", &provider.created.as_millisecond().to_string()),
        ("GmtModified", &provider.updated.as_millisecond().to_string()),
    ]);
    shown.insert("IssuanceLimitTime".to_owned(), json!(provider.issuance_limit_hours));
    shown
}

fn limit(call: &Call<'_>) -> Option<u32> {
    call.arguments.integer("IssuanceLimitTime").and_then(|hours| hours.try_into().ok())
}

/// CreateOIDCProvider
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (account, arguments) = (call.account()?, &call.arguments);
    let provider = OidcProvider {
        name: arguments.text("OIDCProviderName").to_owned(),
        description: arguments.text("Description").to_owned(),
        issuer_url: arguments.text("IssuerUrl").to_owned(),
        client_ids: items(arguments.text("ClientIds")),
        fingerprints: items(arguments.text("Fingerprints")),
        issuance_limit_hours: limit(call).unwrap_or(DEFAULT_LIMIT),
        created: call.now,
        updated: call.now,
    };
    let shown = view(&account.id, &provider);
    account.identity_providers.write().add_oidc(provider)?;
    Ok(Reply::document(json!({ "OIDCProvider": shown })))
}

/// GetOIDCProvider
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let known = account.identity_providers.read();
    let provider = known.oidc(call.arguments.text("OIDCProviderName"))?;
    Ok(Reply::document(json!({ "OIDCProvider": view(&account.id, provider) })))
}

fn change(call: &Call<'_>, change: impl FnOnce(&mut OidcProvider)) -> Result<Reply, ApiError> {
    let provider = providers::change_oidc(call, call.arguments.text("OIDCProviderName"), change)?;
    Ok(Reply::document(json!({ "OIDCProvider": view(&call.account()?.id, &provider) })))
}

/// UpdateOIDCProvider: the client ids that are given take the place of all.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    change(call, |provider| {
        if let Some(ids) = call.arguments.filled("ClientIds") {
            provider.client_ids = items(ids);
        }
        set_texts(&call.arguments, [("NewDescription", &mut provider.description)]);
        provider.issuance_limit_hours = limit(call).unwrap_or(provider.issuance_limit_hours);
    })
}

/// DeleteOIDCProvider
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    call.account()?.identity_providers.write().delete_oidc(call.arguments.text("OIDCProviderName"))?;
    Ok(Reply::done())
}

/// ListOIDCProviders
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let known = account.identity_providers.read();
    let all = in_order(known.oidc_providers(), |provider| &provider.name);
    let view = |provider: &OidcProvider| Value::Object(view(&account.id, provider));
    let list = List::Wrapped("OIDCProviders", "OIDCProvider");
    by_name(&call.arguments, MARKED, all, |provider| &provider.name, view, list).map(Reply::document)
}

type Texts = fn(&mut OidcProvider) -> &mut Vec<String>;

/// Adds an item to one of a provider's lists.
fn add(call: &Call<'_>, parameter: &str, list: Texts) -> Result<Reply, ApiError> {
    change(call, |provider| put(list(provider), call.arguments.text(parameter)))
}

/// Takes an item from one of a provider's lists; one that is not there is nothing to say about.
fn remove(call: &Call<'_>, parameter: &str, list: Texts) -> Result<Reply, ApiError> {
    let item = call.arguments.text(parameter);
    change(call, |provider| list(provider).retain(|old| old != item))
}
