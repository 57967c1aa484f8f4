//! Issuers of OIDC tokens, with their keys.
//!
//! The cloud fetches an issuer's keys from the issuer; this one is told them by whoever runs it. They belong to no account,
//! as the issuer does not: whether anybody believes it is up to the OIDC providers that accounts register.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::lock::{Changes, Rank, RwLock};

use crate::federation::KeySet;

/// The keys of all issuers that are known, by the issuer's URL.
#[derive(Debug)]
pub struct Issuers(RwLock<BTreeMap<String, Arc<KeySet>>>);

impl Issuers {
    pub(super) fn new(changes: &Changes) -> Self {
        Self(RwLock::new(Rank::Issuers, changes, BTreeMap::new()))
    }

    /// The keys of an issuer.
    pub fn keys(&self, issuer: &str) -> Option<Arc<KeySet>> {
        self.0.read().get(issuer).cloned()
    }

    /// The key sets as they were told, by issuer.
    pub(super) fn texts(&self) -> BTreeMap<String, String> {
        self.0.read().iter().map(|(issuer, keys)| (issuer.clone(), keys.text().to_owned())).collect()
    }

    /// Tells an issuer's keys; those told before count no more.
    pub fn set(&self, issuer: &str, keys: KeySet) {
        self.0.write().insert(issuer.to_owned(), Arc::new(keys));
    }

    /// Forgets an issuer. Was it known?
    pub fn remove(&self, issuer: &str) -> bool {
        self.0.write().remove(issuer).is_some()
    }

    /// All issuers with the ids of their keys.
    pub fn all(&self) -> Vec<(String, Vec<String>)> {
        let ids = |keys: &KeySet| keys.ids().map(str::to_owned).collect();
        self.0.read().iter().map(|(issuer, keys)| (issuer.clone(), ids(keys))).collect()
    }
}
