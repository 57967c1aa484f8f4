//! From outside: identity providers, and from where access keys may be used.

use super::super::model::{AccountState, IdentityProviders};
use super::account::Apply;
use crate::cloud::{KeyPolicy, OidcProvider};

/// A state names what single sign-on trusts by its digest.
const METADATA: &str = "a state has the digest of its metadata, and not the metadata";
/// A state has no keys.
const KEYS: &str = "a state has no access keys, which it would be of";

impl Apply<'_> {
    pub(super) fn identity_providers(&mut self, state: &IdentityProviders) {
        for (name, provider) in &state.oidc {
            let new = OidcProvider {
                name: name.clone(),
                description: String::new(),
                issuer_url: provider.issuer_url.clone(),
                client_ids: provider.client_ids.clone(),
                fingerprints: provider.fingerprints.clone(),
                issuance_limit_hours: provider.issuance_limit_hours,
                created: self.now,
                updated: self.now,
            };
            let made = self.account.identity_providers.write().add_oidc(new);
            if made.is_err() {
                self.leave(format!("OIDC providers/{name}"), "the account has one of that name or issuer");
            }
        }
        for name in state.saml.keys() {
            self.leave(format!("SAML providers/{name}"), METADATA);
        }
        if state.user_sso.is_some() {
            self.leave("single sign-on of users", METADATA);
        }
    }

    /// The network policies of access keys.
    pub(super) fn key_policies(&mut self, state: &AccountState) {
        for text in &state.access_key_policies.account {
            match KeyPolicy::parse(&text.pretty()) {
                Some(policy) => self.account.ims.write().account_key_policy = Some(policy),
                None => self.leave("access key policies/account", "it is no network policy"),
            }
        }
        if !state.access_key_policies.owner.is_empty() {
            self.leave("access key policies/owner", KEYS);
        }
        for (name, _) in state.users.iter().filter(|(_, user)| !user.access_key_policies.is_empty()) {
            self.leave(format!("users/{name}/access key policies"), KEYS);
        }
    }
}
