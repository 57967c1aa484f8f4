//! An account: its directory and the records that services keep for it.

use parking_lot::RwLock;

use super::{
    Activations, Directory, IdentityProviders, ImsRecords, PaiRecords, Quotas, Records, ResourceGroup, ResourceGroups,
};
use crate::signature::Secret;

/// An Alibaba Cloud account.
#[derive(Debug)]
pub struct Account {
    /// 16 digits.
    pub id: String,
    /// What scenarios and the command line call it.
    pub name: String,
    /// How many of each it may have.
    pub quotas: Quotas,
    /// Users, groups, roles and policies. One lock, so that a change of several is one step.
    pub directory: RwLock<Directory>,
    /// Resource groups, and what is in them. Locked before `directory` where both are.
    pub resource_groups: RwLock<ResourceGroups>,
    /// OIDC and SAML providers.
    pub identity_providers: RwLock<IdentityProviders>,
    /// What IMS keeps beside the directory.
    pub ims: RwLock<ImsRecords>,
    /// Which services are open.
    pub activations: RwLock<Activations>,
    /// Workspaces, flows and what else PAI keeps.
    pub pai: RwLock<PaiRecords>,
    /// What is kept of products whose operations are verbs over records.
    pub records: RwLock<Records>,
}

impl Account {
    /// A new account: nobody in it, nothing opened, everything to come in its default resource group.
    pub fn new(name: &str, id: &str, default: ResourceGroup, quotas: Quotas) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            directory: RwLock::new(Directory::new(id, quotas.clone())),
            resource_groups: RwLock::new(ResourceGroups::new(default, quotas.clone())),
            identity_providers: RwLock::new(IdentityProviders::new(quotas.clone())),
            ims: RwLock::default(),
            activations: RwLock::default(),
            pai: RwLock::default(),
            records: RwLock::default(),
            quotas,
        }
    }
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
