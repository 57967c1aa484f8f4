//! AssumeRoleWithSAML: a session of a role for whom a SAML provider of the role's account vouches with an assertion.
//!
//! What an assertion must say is documented under "SAML assertions for role-based SSO", the codes and words under
//! AssumeRoleWithSAML. Its `SessionDuration` counts for the console only; a program says how long with `DurationSeconds`.

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::StatusCode;
use jiff::Timestamp;
use serde_json::json;

use super::federated;
use super::parameters::{SHORTEST, check_policy_saying, parse_arn};
use super::session::Words;
use crate::cloud::{Account, Cloud};
use crate::federation::{Assertion, Metadata};
use crate::gateway::{ApiError, Arguments, Call, Facts, Federation, Needed, Reply};

const WORDS: Words = Words { no_role: |_, _| no_role(), duration: |_| bad_duration() };

/// The longest assertion, in base64.
const LONGEST: usize = 100_000;
/// Where assertions are brought, at home and abroad. Published samples differ in letter case.
const RECIPIENTS: [&str; 2] =
    ["https://signin.aliyun.com/saml-role/sso", "https://signin.alibabacloud.com/saml-role/sso"];
/// For whom they are.
const AUDIENCES: [&str; 2] = ["urn:alibaba:cloudcomputing", "urn:alibaba:cloudcomputing:international"];
const ROLE: &str = "https://www.aliyun.com/SAML-Role/Attributes/Role";
const SESSION_NAME: &str = "https://www.aliyun.com/SAML-Role/Attributes/RoleSessionName";
/// Not shown in front of the kind of a name.
const FORMAT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:";
/// What a name is whose kind is not said (SAML core).
const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";

fn no_role() -> ApiError {
    ApiError::not_found("EntityNotExist.RoleArn", "The specified Role does not exists.")
}

fn bad_duration() -> ApiError {
    ApiError::bad_request("InvalidParameter.DurationSeconds", "The DurationSeconds is invalid.")
}

pub(super) fn check_duration(value: &str) -> Result<(), ApiError> {
    let fits = value.parse::<u32>().is_ok_and(|seconds| seconds >= SHORTEST);
    if fits { Ok(()) } else { Err(bad_duration()) }
}

pub(super) fn check_policy(value: &str) -> Result<(), ApiError> {
    check_policy_saying(value, ["Invalid Policy.", "The max size of policy string is 1024."])
}

fn failed(detail: &str, message: &'static str) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, format!("AuthenticationFail.{detail}"), message)
}

fn invalid() -> ApiError {
    failed("SAMLAssertion.Invalid", "The SAML Assertion is invalid.")
}

/// A document in base64, which may be broken into lines.
fn decode(text: &str) -> Option<String> {
    let text: String = text.split_ascii_whitespace().collect();
    String::from_utf8(BASE64_STANDARD.decode(text).ok()?).ok()
}

/// Checks the assertion that a call brings, for the provider and the role that it names.
pub(super) fn prove(cloud: &Cloud, arguments: &Arguments, now: Timestamp) -> Result<Federation, ApiError> {
    let given = |name: &'static str| arguments.filled(name).ok_or_else(|| federated::missing(name));
    let (assertion, arn) = (given("SAMLAssertion")?, given("SAMLProviderArn")?);
    federated::check_role_arn(arguments)?;
    let (account, provider) = provider(cloud, arn)?;
    let metadata = provider
        .metadata
        .ok_or_else(|| failed("IDPMetadata.Invalid", "The IdP Metadata of your SAML Provider is invalid."))?;
    let text = Some(assertion).filter(|assertion| assertion.len() <= LONGEST).and_then(decode).ok_or_else(invalid)?;
    let assertion = Assertion::read(&text, &metadata).ok_or_else(invalid)?;
    if assertion.ends.iter().any(|end| *end <= now) {
        return Err(failed("SAMLAssertion.Expired", "The SAML Assertion is expired."));
    }
    // One that does not count yet, is for somebody else, or does not name the role is invalid (CHOICE: which of the codes).
    let begun = assertion.begins.iter().all(|begin| *begin <= now);
    let brought_here = RECIPIENTS.iter().any(|recipient| recipient.eq_ignore_ascii_case(&assertion.recipient));
    let means_us = |audiences: &Vec<String>| audiences.iter().any(|audience| AUDIENCES.contains(&audience.as_str()));
    let for_us = !assertion.audiences.is_empty() && assertion.audiences.iter().all(means_us);
    if !(begun && brought_here && for_us && names_role(&assertion, arguments.text("RoleArn"), arn)) {
        return Err(invalid());
    }
    let session = session_name(&assertion)?;
    let format = assertion.format.as_deref().unwrap_or(UNSPECIFIED);
    let told = json!({
        "SubjectType": format.strip_prefix(FORMAT).unwrap_or(format),
        "Subject": assertion.subject,
        "Recipient": assertion.recipient,
        "Issuer": assertion.issuer,
    });
    let keys = vec![("saml:recipient", vec![assertion.recipient])];
    let provider = format!("saml-provider/{}", provider.name);
    Ok(Federation { account, provider, session: Some(session), keys, told: ("SAMLAssertionInfo", told) })
}

/// What an assertion is checked with: the provider's name, and its metadata if it was understood.
struct Provider {
    name: String,
    metadata: Option<Arc<Metadata>>,
}

/// The provider of an ARN, as it is now.
fn provider(cloud: &Cloud, arn: &str) -> Result<(Arc<Account>, Provider), ApiError> {
    let none = || ApiError::not_found("EntityNotExist.SAMLProvider", "Can not find SAML provider.");
    let (account, _) = parse_arn(arn, "saml-provider/").ok_or_else(none)?;
    let account = cloud.account(account).ok_or_else(none)?;
    let provider = {
        let providers = account.identity_providers.read();
        let found = providers.saml_of_arn(&account.id, arn).map_err(|_| none())?;
        Provider { name: found.name.clone(), metadata: found.metadata.read().cloned() }
    };
    Ok((account, provider))
}

/// Does the assertion name the role together with this provider? Role names have no letter case.
fn names_role(assertion: &Assertion, role: &str, provider: &str) -> bool {
    assertion
        .values(ROLE)
        .filter_map(|pair| pair.split_once(','))
        .any(|(named, by)| named.trim().eq_ignore_ascii_case(role) && by.trim() == provider)
}

/// The name that the assertion gives the session: one, of 2 to 64 characters.
fn session_name(assertion: &Assertion) -> Result<String, ApiError> {
    let known = |c: char| c.is_ascii_alphanumeric() || "-_.@=,+".contains(c);
    let mut names = assertion.values(SESSION_NAME);
    let name = names.next().filter(|_| names.next().is_none()).unwrap_or_default();
    if (2..=64).contains(&name.len()) && name.chars().all(known) {
        return Ok(name.to_owned());
    }
    Err(ApiError::bad_request("InvalidParameter.RoleSessionName", "The RoleSessionName is invalid."))
}

/// The trust policy of the role, and what it may ask about.
pub(super) fn context(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    federated::context(call, facts, needed, &WORDS)
}

/// AssumeRoleWithSAML
pub(super) fn assume_role_with_saml(call: &Call<'_>) -> Result<Reply, ApiError> {
    federated::give_out(call, &WORDS)
}
