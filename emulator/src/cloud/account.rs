//! An account: its directory and the records that services keep for it.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;

use super::lock::{Changes, Rank, RwLock};
use super::{
    Activations, Directory, IdentityProviders, ImsRecords, PaiRecords, Quotas, Records, ResourceGroup, ResourceGroups,
};
use crate::signature::Secret;

/// An Alibaba Cloud account.
#[derive(Debug)]
pub struct Account {
    /// 16 digits.
    pub id: String,
    /// The same, shared with every question to the policies.
    pub uid: Arc<str>,
    /// What scenarios and the command line call it.
    pub name: String,
    /// When it was opened, where that was told: some products treat new accounts otherwise than old ones.
    pub opened: OnceLock<Timestamp>,
    /// How many of each it may have.
    pub quotas: Quotas,
    /// Users, groups, roles and policies. One lock, so that a change of several is one step.
    pub directory: RwLock<Directory>,
    /// Resource groups, and what is in them.
    pub resource_groups: RwLock<ResourceGroups>,
    /// OIDC and SAML providers.
    pub identity_providers: RwLock<IdentityProviders>,
    /// What IMS keeps beside the directory.
    pub ims: RwLock<ImsRecords>,
    /// Which services are open.
    pub activations: RwLock<Activations>,
    /// Workspaces, flows and what else PAI keeps.
    pub pai: RwLock<PaiRecords>,
    /// Is public access to all of its buckets blocked?
    pub public_access_blocked: AtomicBool,
    /// What is kept of products whose operations are verbs over records.
    pub records: RwLock<Records>,
}

impl Account {
    /// A new account: nobody in it, nothing opened, everything to come in its default resource group.
    pub(super) fn new(name: &str, id: &str, default: ResourceGroup, quotas: Quotas, changes: &Changes) -> Self {
        Self {
            id: id.to_owned(),
            uid: id.into(),
            name: name.to_owned(),
            opened: OnceLock::new(),
            directory: RwLock::new(Rank::Directory, changes, Directory::new(id, quotas.clone())),
            resource_groups: RwLock::new(Rank::ResourceGroups, changes, ResourceGroups::new(default, quotas.clone())),
            identity_providers: RwLock::new(Rank::IdentityProviders, changes, IdentityProviders::new(quotas.clone())),
            ims: RwLock::new(Rank::Ims, changes, ImsRecords::default()),
            activations: RwLock::new(Rank::Activations, changes, Activations::default()),
            pai: RwLock::new(Rank::Pai, changes, PaiRecords::default()),
            public_access_blocked: AtomicBool::new(false),
            records: RwLock::new(Rank::Records, changes, Records::default()),
            quotas,
        }
    }
}

/// Why an account was not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// It has no name.
    #[error("the account {id} has no name")]
    NoName {
        /// Its id.
        id: String,
    },
    /// Its id is none.
    #[error("the account `{name}` cannot have the id `{id}`: an id has 16 digits")]
    NotAnId {
        /// Its name.
        name: String,
        /// What was to be its id.
        id: String,
    },
    /// Another account has the id.
    #[error("the accounts `{other}` and `{name}` cannot both have the id {id}")]
    IdTaken {
        /// The id.
        id: String,
        /// The name of the one that was not opened.
        name: String,
        /// The name of the one that has it.
        other: String,
    },
    /// Another account has the name, or has for a name what is the other's id.
    #[error("an account cannot be called `{name}`: that is what the account {other} goes by")]
    NameTaken {
        /// The name.
        name: String,
        /// The id of the one that has it.
        other: String,
    },
}

/// An account that is ready to use: its owner has an access key.
#[derive(Debug, Clone)]
pub struct ReadyAccount {
    /// What scenarios and the command line call it.
    pub name: String,
    /// 16 digits.
    pub account_id: String,
    /// The owner's access key.
    pub access_key_id: String,
    /// Its secret.
    pub access_key_secret: Secret,
}
