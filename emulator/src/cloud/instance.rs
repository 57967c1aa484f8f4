//! The instance that programs under test believe to run on: which roles whoever runs the cloud has attached to it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::lock::{Changes, Rank, RwLock};

/// A RAM role that is attached. It need not exist: whether it does, and trusts the instance, is asked when credentials are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstanceRole {
    /// The id of its account.
    pub account: String,
    /// Its name.
    pub role: String,
}

/// The instance. No role is attached to it at the start.
#[derive(Debug)]
pub struct Instance(RwLock<Inside>);

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Inside {
    roles: Vec<InstanceRole>,
    /// Tokens of the metadata service, each with its end.
    tokens: Vec<(String, Timestamp)>,
}

/// The most tokens of the metadata service that count at a time; then the oldest goes.
const TOKENS: usize = 1024;

impl Instance {
    pub(super) fn new(changes: &Changes) -> Self {
        Self(RwLock::new(Rank::Instance, changes, Inside::default()))
    }

    pub(super) fn inside(&self) -> impl std::ops::Deref<Target = Inside> {
        self.0.read()
    }

    pub(super) fn restore(&self, inside: Inside) {
        *self.0.write() = inside;
    }

    /// The roles that are attached, in the order in which they were. The first is the one that the instance itself has.
    pub fn roles(&self) -> Vec<InstanceRole> {
        self.0.read().roles.clone()
    }

    /// Attaches a role.
    pub fn attach(&self, role: InstanceRole) {
        let mut inside = self.0.write();
        if !inside.roles.contains(&role) {
            inside.roles.push(role);
        }
    }

    /// Detaches a role. Was it attached?
    pub fn detach(&self, role: &InstanceRole) -> bool {
        let mut inside = self.0.write();
        let before = inside.roles.len();
        inside.roles.retain(|attached| attached != role);
        inside.roles.len() < before
    }

    /// Detaches the roles of an account that is closed.
    pub(super) fn detach_of(&self, account: &str) {
        self.0.write().roles.retain(|attached| attached.account != account);
    }

    /// Remembers a token of the metadata service.
    pub fn add_token(&self, token: &str, now: Timestamp, seconds: u32) {
        let mut inside = self.0.write();
        inside.tokens.retain(|(_, end)| *end > now);
        if inside.tokens.len() >= TOKENS {
            inside.tokens.remove(0);
        }
        let end = now.saturating_add(SignedDuration::from_secs(i64::from(seconds))).unwrap_or(now);
        inside.tokens.push((token.to_owned(), end));
    }

    /// Is this a token that counts?
    pub fn has_token(&self, token: &str, now: Timestamp) -> bool {
        self.0.read().tokens.iter().any(|(known, end)| known == token && *end > now)
    }
}
