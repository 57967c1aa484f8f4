//! AssumeRoleWithOIDC: a session of a role for whom an OIDC provider of the role's account vouches with a token.
//!
//! The codes and words are those of STS's list of error codes; a few that it lacks are marked.

use std::sync::Arc;

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::federated;
use super::parameters::{duration_error, parse_arn};
use super::session::{Words, no_such_role};
use crate::cloud::{Account, Cloud, OidcProvider, iso8601};
use crate::federation::{JsonWebKey, Malformed, Token};
use crate::gateway::{ApiError, Arguments, Call, Facts, Federation, Needed, Reply};

const WORDS: Words = Words { no_role: no_such_role, duration: duration_error };

/// The longest token (AssumeRoleWithOIDC).
const LONGEST: usize = 20_000;

fn failed(detail: &str, message: impl Into<String>) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, format!("AuthenticationFail.{detail}"), message.into())
}

fn unrecognized() -> ApiError {
    failed("OIDCToken.Invalid", "The Jwt content is invalid that cannot be recognized.")
}

fn malformed(why: Malformed) -> ApiError {
    match why {
        Malformed::Parts => {
            failed("OIDCToken.Invalid", "The number of Jwt field should be divided into 3 parts with '.' .")
        }
        Malformed::Base64 => failed("OIDCToken.Invalid", "Cannot decode base64 encoded response(format invalided)."),
        Malformed::Content => unrecognized(),
        Malformed::Algorithm(name) => {
            failed("OIDCToken.Invalid", format!("The algorithm {name} that be specified in Jwt header is unknown."))
        }
    }
}

/// Checks the token that a call brings, for the provider that it names. The token's form comes before the provider, as the
/// SDKs' own tests show.
pub(super) fn prove(cloud: &Cloud, arguments: &Arguments, now: Timestamp) -> Result<Federation, ApiError> {
    let text = arguments.filled("OIDCToken");
    let text = text.ok_or_else(|| failed("OIDCToken.Invalid", "The OIDCToken can not empty."))?;
    if text.len() > LONGEST {
        return Err(unrecognized());
    }
    let token = Token::parse(text).map_err(malformed)?;
    federated::check_role_arn(arguments)?;
    let arn = arguments.filled("OIDCProviderArn").ok_or_else(|| federated::missing("OIDCProviderArn"))?;
    let (account, provider) = provider(cloud, arn)?;
    if token.issuer() != provider.issuer_url {
        return Err(failed(
            "OIDCToken.IssuerNotMatch",
            "The issuer in the OIDC Token doesn't match the OIDC Provider registered.",
        ));
    }
    let keys = cloud.issuers.keys(&provider.issuer_url).ok_or_else(|| {
        let issuer = &provider.issuer_url;
        failed(
            "OIDCToken.IssuerConfigurationBroken",
            format!("Get public keys from OIDC Provider failed, the issuer is {issuer}."),
        )
    })?;
    let verified = token.verified(&keys);
    let (claims, key) = verified
        .ok_or_else(|| failed("OIDCToken.InvalidSignature", "OIDC token validate failed: invalid signature."))?;
    check_fingerprint(&provider, key)?;
    if !claims.audience().iter().any(|audience| provider.client_ids.contains(audience)) {
        return Err(failed("OIDCToken.AudienceNotMatch", "Invalid audience."));
    }
    let expired = || failed("OIDCToken.Expired", "This JsonWebToken is expired.");
    let (second, limit) = (now.as_second(), i64::from(provider.issuance_limit_hours) * 3600);
    // That a token is too old since it was issued, or is not yet valid, is documented (CHOICE: the codes for it).
    if claims.expires() <= second || claims.issued() < second - limit {
        return Err(expired());
    }
    if claims.issued() > second || claims.begins().is_some_and(|begin| begin > second) {
        return Err(unrecognized());
    }
    let time = |second: i64| {
        let since = SignedDuration::from_secs(second);
        Timestamp::UNIX_EPOCH.saturating_add(since).map(iso8601).unwrap_or_default()
    };
    let told = json!({
        "Subject": claims.sub,
        "Issuer": claims.iss,
        "ClientIds": claims.audience().join(","),
        "ExpirationTime": time(claims.expires()),
        "IssuanceTime": time(claims.issued()),
        "VerificationInfo": "Success",
    });
    let keys = vec![
        ("oidc:iss", vec![claims.iss.clone()]),
        ("oidc:aud", claims.audience().to_vec()),
        ("oidc:sub", vec![claims.sub.clone()]),
    ];
    let provider = format!("oidc-provider/{}", provider.name);
    Ok(Federation { account, provider, session: None, keys, told: ("OIDCTokenInfo", told) })
}

/// The provider of an ARN, as it is now.
fn provider(cloud: &Cloud, arn: &str) -> Result<(Arc<Account>, OidcProvider), ApiError> {
    let (account, _) = parse_arn(arn, "oidc-provider/")
        .ok_or_else(|| failed("NoPermission", "Parameter OIDCProviderArn is not valid"))?;
    let none = || failed("NoPermission", "No such OIDC Provider registered.");
    let account = cloud.account(account).ok_or_else(none)?;
    let provider = account.identity_providers.read().oidc_of_arn(&account.id, arn).map_err(|_| none())?.clone();
    Ok((account, provider))
}

/// The provider's fingerprints are those of certificate authorities which may stand behind the issuer's address. There is no
/// such address here: they are held against the authority in the key's own chain. A key that was told without certificates
/// passes, for whoever told it has vouched for it; so it does when the provider has no fingerprints.
fn check_fingerprint(provider: &OidcProvider, key: &JsonWebKey) -> Result<(), ApiError> {
    let Some(authority) = key.authority() else { return Ok(()) };
    let known = |fingerprint: &String| fingerprint.eq_ignore_ascii_case(authority);
    if provider.fingerprints.is_empty() || provider.fingerprints.iter().any(known) {
        return Ok(());
    }
    let issuer = &provider.issuer_url;
    Err(failed(
        "OIDCToken.HttpsUrlInvalid",
        format!("The root ca certificate is not in ca whitelist of this url: {issuer}"),
    ))
}

/// The trust policy of the role, and what it may ask about.
pub(super) fn context(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    federated::context(call, facts, needed, &WORDS)
}

/// AssumeRoleWithOIDC
pub(super) fn assume_role_with_oidc(call: &Call<'_>) -> Result<Reply, ApiError> {
    federated::give_out(call, &WORDS)
}
