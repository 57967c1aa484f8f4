//! An account as it is saved.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

use super::error::LoadError;
use crate::cloud::lock::{Changes, Rank, RwLock};
use crate::cloud::{
    Account, Activations, Directory, IdentityProviders, ImsRecords, PaiRecords, Quota, Quotas, Records, ResourceGroups,
};

/// An account on its way into a document: what [`SavedAccount`] reads.
pub(super) struct View<'a>(pub(super) &'a Account);

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;

        let account = self.0;
        let mut saved = to.serialize_struct("SavedAccount", 12)?;
        saved.serialize_field("id", &account.id)?;
        saved.serialize_field("name", &account.name)?;
        saved.serialize_field("opened", &account.opened.get())?;
        saved.serialize_field("quotas", &figures(&account.quotas))?;
        saved.serialize_field("directory", &*account.directory.read())?;
        saved.serialize_field("resource_groups", &*account.resource_groups.read())?;
        saved.serialize_field("identity_providers", &*account.identity_providers.read())?;
        saved.serialize_field("ims", &*account.ims.read())?;
        saved.serialize_field("activations", &*account.activations.read())?;
        saved.serialize_field("pai", &*account.pai.read())?;
        let blocked = account.public_access_blocked.load(Ordering::Relaxed);
        saved.serialize_field("public_access_blocked", &blocked)?;
        saved.serialize_field("records", &*account.records.read())?;
        saved.end()
    }
}

/// The quotas as they are saved.
pub(super) fn figures(quotas: &Quotas) -> BTreeMap<&'static str, usize> {
    quotas.iter().map(|(quota, most)| (quota.name(), most)).collect()
}

/// The quotas as they were saved. Of one that the document does not have, the cloud's figure counts.
pub(super) fn quotas(saved: &BTreeMap<String, usize>) -> Result<Quotas, LoadError> {
    let quotas = Quotas::default();
    for (name, most) in saved {
        let quota = Quota::parse(name).ok_or_else(|| LoadError::broken(format!("`{name}` is no quota")))?;
        quotas.set(quota, *most);
    }
    Ok(quotas)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedAccount {
    pub(super) id: String,
    pub(super) name: String,
    #[serde(default)]
    opened: Option<Timestamp>,
    quotas: BTreeMap<String, usize>,
    directory: Directory,
    resource_groups: ResourceGroups,
    identity_providers: IdentityProviders,
    ims: ImsRecords,
    activations: Activations,
    pai: PaiRecords,
    #[serde(default)]
    public_access_blocked: bool,
    records: Records,
}

impl SavedAccount {
    pub(super) fn load(self, changes: &Changes) -> Result<Arc<Account>, LoadError> {
        let quotas = quotas(&self.quotas)?;
        let id = self.id;
        let broken = |why: String| LoadError::Broken(format!("account {id}: {why}"));
        let directory = self.directory.restored(&id, quotas.clone()).map_err(broken)?;
        let mut groups = self.resource_groups.restored(quotas.clone()).map_err(broken)?;
        let mut pai = self.pai;
        pai.enter(&mut groups);
        Ok(Arc::new(Account {
            name: self.name,
            opened: self.opened.map(OnceLock::from).unwrap_or_default(),
            directory: RwLock::new(Rank::Directory, changes, directory),
            resource_groups: RwLock::new(Rank::ResourceGroups, changes, groups),
            identity_providers: RwLock::new(
                Rank::IdentityProviders,
                changes,
                self.identity_providers.restored(quotas.clone()),
            ),
            ims: RwLock::new(Rank::Ims, changes, self.ims),
            activations: RwLock::new(Rank::Activations, changes, self.activations),
            pai: RwLock::new(Rank::Pai, changes, pai),
            public_access_blocked: AtomicBool::new(self.public_access_blocked),
            records: RwLock::new(Rank::Records, changes, self.records),
            quotas,
            uid: id.as_str().into(),
            id,
        }))
    }
}
