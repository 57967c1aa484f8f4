//! Identity providers of an account, whose users may assume its roles: OIDC and SAML; and single sign-on for RAM users.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Quota, Quotas};

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
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// A SAML provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamlProvider {
    /// Its name.
    pub name: String,
    /// Free text.
    pub description: String,
    /// The metadata of the provider, a SAML 2.0 document in base64, as it was sent.
    pub metadata: String,
    /// How requests to it are signed: `rsa-sha1` or `rsa-sha256`.
    pub signature_algorithm: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// Single sign-on for RAM users.
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug)]
pub struct IdentityProviders {
    quotas: Quotas,
    oidc: BTreeMap<String, OidcProvider>,
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
