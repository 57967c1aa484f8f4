//! Identity providers of an account, whose users may assume its roles: OIDC and SAML; and single sign-on for RAM users.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Quota, Quotas};
use crate::federation::Metadata;

/// Why a change to identity providers was refused. The text is the kind of thing: `OIDCProvider`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderError {
    /// No such provider.
    NotExist(&'static str),
    /// There is one of that name, or for that issuer.
    Exists(&'static str),
    /// Too many of them.
    TooMany(&'static str),
}

type Result<T> = std::result::Result<T, ProviderError>;

/// An OIDC provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcProvider {
    /// Its name.
    pub name: String,
    /// Free text.
    pub description: String,
    /// Who issues the tokens: `iss` in them.
    pub issuer_url: String,
    /// For whom tokens may be issued: `aud` in them.
    pub client_ids: Vec<String>,
    /// SHA-1 fingerprints of the certificate authorities behind the issuer.
    pub fingerprints: Vec<String>,
    /// How old a token may be, in hours.
    pub issuance_limit_hours: u32,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// The metadata of a SAML provider: as it was sent, and as it is understood, which is found out once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct SamlMetadata {
    text: String,
    read: Option<Arc<Metadata>>,
}

impl SamlMetadata {
    /// The largest document, in bytes (ROS: ALIYUN::RAM::SAMLProvider).
    pub const LARGEST: usize = 102_400;

    /// Takes a SAML 2.0 document in base64. One that is not understood is kept as well; nobody comes in by it.
    pub fn new(text: &str) -> Self {
        let compact: String = text.split_ascii_whitespace().collect();
        let document = BASE64_STANDARD.decode(compact).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let document = document.filter(|document| document.len() <= Self::LARGEST);
        let read = document.and_then(|document| Metadata::read(&document)).map(Arc::new);
        Self { text: text.to_owned(), read }
    }

    /// As it was sent.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the provider says of itself, if it was understood.
    pub(crate) fn read(&self) -> Option<&Arc<Metadata>> {
        self.read.as_ref()
    }
}

impl From<String> for SamlMetadata {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl From<SamlMetadata> for String {
    fn from(metadata: SamlMetadata) -> Self {
        metadata.text
    }
}

/// A SAML provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SamlProvider {
    /// Its name.
    pub name: String,
    /// Free text.
    pub description: String,
    /// The metadata of the provider.
    pub metadata: SamlMetadata,
    /// How requests to it are signed: `rsa-sha1` or `rsa-sha256`.
    pub signature_algorithm: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// Single sign-on for RAM users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserSso {
    /// Is it on?
    pub enabled: bool,
    /// Must the assertion name users with their domain?
    pub with_domain: bool,
    /// The metadata of the provider, in base64.
    pub metadata: String,
    /// A domain that stands for the account's own.
    pub auxiliary_domain: String,
    /// How requests to the provider are signed.
    pub signature_algorithm: String,
}

impl Default for UserSso {
    fn default() -> Self {
        Self {
            enabled: false,
            with_domain: false,
            metadata: String::new(),
            auxiliary_domain: String::new(),
            signature_algorithm: "rsa-sha1".to_owned(),
        }
    }
}

/// The identity providers of one account, by name; names are case-sensitive.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityProviders {
    #[serde(skip)]
    quotas: Quotas,
    #[serde(with = "crate::cloud::save::with::by_key")]
    oidc: BTreeMap<String, OidcProvider>,
    #[serde(with = "crate::cloud::save::with::by_key")]
    saml: BTreeMap<String, SamlProvider>,
    /// Single sign-on for RAM users.
    pub user_sso: UserSso,
}

/// The ARN of an OIDC provider.
pub fn oidc_arn(account: &str, name: &str) -> String {
    format!("acs:ram::{account}:oidc-provider/{name}")
}

/// The ARN of a SAML provider.
pub fn saml_arn(account: &str, name: &str) -> String {
    format!("acs:ram::{account}:saml-provider/{name}")
}

impl IdentityProviders {
    /// None yet.
    pub fn new(quotas: Quotas) -> Self {
        Self { quotas, oidc: BTreeMap::new(), saml: BTreeMap::new(), user_sso: UserSso::default() }
    }

    /// Makes what was read the providers of an account.
    pub(super) fn restored(self, quotas: Quotas) -> Self {
        Self { quotas, ..self }
    }

    /// All OIDC providers, by name.
    pub fn oidc_providers(&self) -> impl Iterator<Item = &OidcProvider> {
        self.oidc.values()
    }

    /// The OIDC provider of that name.
    pub fn oidc(&self, name: &str) -> Result<&OidcProvider> {
        self.oidc.get(name).ok_or(ProviderError::NotExist("OIDCProvider"))
    }

    /// The OIDC provider of that ARN, if it is one of the account's: the one that a token is brought for.
    pub fn oidc_of_arn(&self, account: &str, arn: &str) -> Result<&OidcProvider> {
        let found = self.oidc_providers().find(|provider| oidc_arn(account, &provider.name) == arn);
        found.ok_or(ProviderError::NotExist("OIDCProvider"))
    }

    /// Adds an OIDC provider. Name and issuer are unique in the account.
    pub fn add_oidc(&mut self, provider: OidcProvider) -> Result<()> {
        let taken = |other: &OidcProvider| other.name == provider.name || other.issuer_url == provider.issuer_url;
        if self.oidc_providers().any(taken) {
            return Err(ProviderError::Exists("OIDCProvider"));
        }
        if self.oidc.len() >= self.quotas.get(Quota::OIDCProviders) {
            return Err(ProviderError::TooMany("OIDCProvider"));
        }
        check_lists(&provider, &self.quotas)?;
        self.oidc.insert(provider.name.clone(), provider);
        Ok(())
    }

    /// Changes an OIDC provider, if what comes out may be.
    pub fn change_oidc(&mut self, name: &str, change: impl FnOnce(&mut OidcProvider)) -> Result<&OidcProvider> {
        let mut changed = self.oidc(name)?.clone();
        change(&mut changed);
        check_lists(&changed, &self.quotas)?;
        let place = self.oidc.get_mut(name).ok_or(ProviderError::NotExist("OIDCProvider"))?;
        *place = changed;
        Ok(place)
    }

    /// Deletes an OIDC provider. Roles may go on naming it; nobody comes in by it any more.
    pub fn delete_oidc(&mut self, name: &str) -> Result<()> {
        self.oidc.remove(name).map(|_| ()).ok_or(ProviderError::NotExist("OIDCProvider"))
    }

    /// All SAML providers, by name.
    pub fn saml_providers(&self) -> impl Iterator<Item = &SamlProvider> {
        self.saml.values()
    }

    /// The SAML provider of that name.
    pub fn saml(&self, name: &str) -> Result<&SamlProvider> {
        self.saml.get(name).ok_or(ProviderError::NotExist("SAMLProvider"))
    }

    /// The SAML provider of that ARN, if it is one of the account's: the one that an assertion is brought for.
    pub fn saml_of_arn(&self, account: &str, arn: &str) -> Result<&SamlProvider> {
        let found = self.saml_providers().find(|provider| saml_arn(account, &provider.name) == arn);
        found.ok_or(ProviderError::NotExist("SAMLProvider"))
    }

    /// The SAML provider of that name, to be changed.
    pub fn saml_mut(&mut self, name: &str) -> Result<&mut SamlProvider> {
        self.saml.get_mut(name).ok_or(ProviderError::NotExist("SAMLProvider"))
    }

    /// Adds a SAML provider.
    pub fn add_saml(&mut self, provider: SamlProvider) -> Result<()> {
        if self.saml.contains_key(&provider.name) {
            return Err(ProviderError::Exists("SAMLProvider"));
        }
        if self.saml.len() >= self.quotas.get(Quota::SAMLProviders) {
            return Err(ProviderError::TooMany("SAMLProvider"));
        }
        self.saml.insert(provider.name.clone(), provider);
        Ok(())
    }

    /// Deletes a SAML provider.
    pub fn delete_saml(&mut self, name: &str) -> Result<()> {
        self.saml.remove(name).map(|_| ()).ok_or(ProviderError::NotExist("SAMLProvider"))
    }
}

fn check_lists(provider: &OidcProvider, quotas: &Quotas) -> Result<()> {
    if provider.client_ids.len() > quotas.get(Quota::ClientIdsPerOIDCProvider) {
        return Err(ProviderError::TooMany("OIDCProvider.ClientId"));
    }
    if provider.fingerprints.len() > quotas.get(Quota::FingerprintsPerOIDCProvider) {
        return Err(ProviderError::TooMany("OIDCProvider.Fingerprint"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The description of a provider with a key that is made for the occasion.
    fn document() -> String {
        let key = rcgen::generate_simple_self_signed(["idp.example.com".to_owned()]).unwrap();
        let certificate = BASE64_STANDARD.encode(key.cert.der());
        format!(
            "<EntityDescriptor xmlns='urn:oasis:names:tc:SAML:2.0:metadata' entityID='idp'><IDPSSODescriptor><KeyDescriptor>\
             <k:KeyInfo xmlns:k='http://www.w3.org/2000/09/xmldsig#'><k:X509Data><k:X509Certificate>{certificate}\
             </k:X509Certificate></k:X509Data></k:KeyInfo></KeyDescriptor></IDPSSODescriptor></EntityDescriptor>"
        )
    }

    #[test]
    fn metadata_is_understood_once_or_not_at_all() {
        let encoded = |document: &str| SamlMetadata::new(&BASE64_STANDARD.encode(document));
        for bad in ["", "<EntityDescriptor/>", "no metadata"] {
            assert!(encoded(bad).read().is_none(), "{bad}");
        }
        assert!(SamlMetadata::new("?").read().is_none());
        assert_eq!(SamlMetadata::new("?").text(), "?");
        // What is handed out is what was understood when it was stored.
        let document = document();
        let metadata = encoded(&document);
        let (first, second) = (metadata.read().unwrap(), metadata.clone());
        assert!(Arc::ptr_eq(first, second.read().unwrap()));
        // One byte more than the largest is none, however good it is.
        let padded = |size: usize| encoded(&format!("{document}{}", " ".repeat(size - document.len())));
        assert!(padded(SamlMetadata::LARGEST).read().is_some());
        assert!(padded(SamlMetadata::LARGEST + 1).read().is_none());
    }
}
