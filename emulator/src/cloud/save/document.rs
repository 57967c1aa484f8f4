//! The document.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde::ser::{Error, SerializeStruct};
use serde::{Deserialize, Serialize, Serializer};

use super::accounts::{self, SavedAccount};
use super::error::LoadError;
use super::payloads::{Collected, Loading, Payloads, Wanted};
use super::snapshot::{PayloadNames, Snapshot};
use super::{buckets, check, logs, system_policies};
use crate::cloud::clock::Source;
use crate::cloud::ids::SavedIds;
use crate::cloud::instance::Inside;
use crate::cloud::nonces::SavedNonces;
use crate::cloud::oss::SavedOss;
use crate::cloud::payload::Payload;
use crate::cloud::{AccessKey, Clock, Cloud, ResourceDirectory, Session, Signers, SystemPolicy};
use crate::federation::KeySet;

/// The version of documents that are written, and the only one that is read. A change of their form is another version, with a way
/// from the one before it.
pub const VERSION: u32 = 1;

/// What every version begins with.
const KIND: &str = "state";

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedClock {
    /// Where it stands still; none for one that goes.
    fixed: Option<Timestamp>,
    /// How far it was moved by hand, in milliseconds.
    moved: i64,
}

/// A cloud on its way into a document: what [`Saved`] reads.
struct View<'a, 'n> {
    cloud: &'a Cloud,
    collected: RefCell<Collected<'n>>,
}

impl Serialize for View<'_, '_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let cloud = self.cloud;
        let accounts = cloud.accounts();
        let accounts: Vec<_> = accounts.iter().map(|account| accounts::View(account)).collect();
        let system = cloud.system_policies.load_full();
        let clock = SavedClock {
            fixed: match cloud.clock.source {
                Source::Real => None,
                Source::Fixed(at) => Some(at),
            },
            moved: cloud.clock.milliseconds_moved(),
        };
        let mut saved = to.serialize_struct("Saved", 15)?;
        saved.serialize_field("acslab", KIND)?;
        saved.serialize_field("version", &VERSION)?;
        saved.serialize_field("clock", &clock)?;
        saved.serialize_field("ids", &cloud.ids.saved())?;
        saved.serialize_field("quotas", &accounts::figures(&cloud.quotas))?;
        saved.serialize_field("strict_workspace_roles", &cloud.strict_workspace_roles())?;
        saved.serialize_field("system_policies", &system.as_deref().map(system_policies::View))?;
        saved.serialize_field("accounts", &accounts)?;
        saved.serialize_field("keys", &cloud.keys.all())?;
        saved.serialize_field("sessions", &cloud.sessions.all())?;
        saved.serialize_field("instance", &*cloud.instance.inside())?;
        saved.serialize_field("issuers", &cloud.issuers.texts())?;
        saved.serialize_field("nonces", &cloud.nonces.saved())?;
        saved.serialize_field("oss", &cloud.oss.saved())?;
        saved.serialize_field("resource_directories", &cloud.resource_directories)?;
        saved.serialize_field("buckets", &buckets::View { buckets: &cloud.buckets, collected: &self.collected })?;
        saved.serialize_field("log_projects", &logs::saved(&cloud.log_projects, &self.collected))?;
        saved.end()
    }
}

/// What a document says of itself, whatever its version.
#[derive(Deserialize)]
struct Head {
    acslab: Option<String>,
    version: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    #[expect(dead_code, reason = "read with the head")]
    acslab: String,
    #[expect(dead_code, reason = "read with the head")]
    version: u32,
    clock: SavedClock,
    ids: SavedIds,
    quotas: BTreeMap<String, usize>,
    /// Of a document without it: no.
    #[serde(default)]
    strict_workspace_roles: bool,
    system_policies: Option<Vec<SystemPolicy>>,
    accounts: Vec<SavedAccount>,
    keys: Vec<AccessKey>,
    sessions: Vec<Session>,
    instance: Inside,
    issuers: BTreeMap<String, KeySet>,
    nonces: SavedNonces,
    #[serde(default)]
    oss: SavedOss,
    resource_directories: Vec<ResourceDirectory>,
    buckets: Vec<buckets::SavedBucket>,
    #[serde(default)]
    log_projects: Vec<logs::SavedProject>,
}

impl Cloud {
    /// The cloud as it is at this moment. Whoever is changing it ends first, and nobody begins meanwhile.
    ///
    /// # Errors
    /// It cannot be written down: a fault of the program.
    pub fn snapshot(&self, names: &mut PayloadNames) -> Result<Snapshot, serde_json::Error> {
        let view = View { cloud: self, collected: RefCell::new(Collected::new(names)) };
        let mut document = Vec::new();
        {
            let _nobody_works = self.works.stop();
            let lines = serde_json::ser::PrettyFormatter::with_indent(b" ");
            view.serialize(&mut serde_json::Serializer::with_formatter(&mut document, lines))?;
        }
        document.push(b'\n');
        let payloads = view.collected.into_inner().into_payloads();
        Ok(Snapshot { document: document.into(), payloads: Arc::new(payloads) })
    }

    /// Another cloud, as this document says; payloads are had by their numbers. Requests are dated by the clock that `signers`
    /// says, or by the usual one for its clock.
    ///
    /// # Errors
    /// See [`LoadError`].
    pub fn load(
        document: &[u8],
        mut payloads: impl FnMut(u64, Wanted) -> Result<Payload, LoadError>,
        signers: Option<Signers>,
    ) -> Result<Self, LoadError> {
        Self::read(document, Some(&mut payloads), signers)
    }

    /// The same with nothing in its objects and logs: for what is asked of policies alone.
    ///
    /// # Errors
    /// See [`LoadError`].
    pub fn load_without_payloads(document: &[u8]) -> Result<Self, LoadError> {
        Self::read(document, None, None)
    }

    fn read(document: &[u8], payloads: Option<Payloads<'_>>, signers: Option<Signers>) -> Result<Self, LoadError> {
        let head: Head = serde_json::from_slice(document)?;
        if head.acslab.as_deref() != Some(KIND) {
            return Err(LoadError::Foreign);
        }
        match head.version.ok_or_else(|| serde_json::Error::custom("missing field `version`"))? {
            VERSION => {}
            newer if newer > VERSION => return Err(LoadError::Newer(newer)),
            unknown => return Err(LoadError::Unknown(unknown)),
        }
        let saved: Saved = serde_json::from_slice(document)?;
        saved.load(payloads, signers)
    }

    /// The same cloud once more, which from now on goes its own way.
    ///
    /// # Errors
    /// Those of [`Cloud::snapshot`] and [`Cloud::load`]: a fault of the program.
    pub fn fork(&self) -> Result<Self, LoadError> {
        let snapshot = self.snapshot(&mut PayloadNames::default())?;
        let mut fork = Self::of(&snapshot, Some(self.clock.signers))?;
        fork.store.clone_from(&self.store);
        fork.stand_ins.clone_from(&self.stand_ins);
        Ok(fork)
    }

    /// A cloud as it was at the moment of a snapshot.
    ///
    /// # Errors
    /// Those of [`Cloud::load`]: a fault of the program.
    pub fn of(snapshot: &Snapshot, signers: Option<Signers>) -> Result<Self, LoadError> {
        let payload = |number, _| {
            let found = snapshot.payloads.get(&number).cloned();
            found.ok_or_else(|| LoadError::Payload { number, why: "it is not there".to_owned() })
        };
        Self::load(&snapshot.document, payload, signers)
    }
}

impl Saved {
    fn load(self, payloads: Option<Payloads<'_>>, signers: Option<Signers>) -> Result<Cloud, LoadError> {
        let clock = self.clock.fixed.map_or_else(Clock::real, Clock::fixed);
        let clock = clock.moved_by(self.clock.moved);
        clock.check().map_err(|error| LoadError::broken(error.to_string()))?;
        let signers = signers.unwrap_or(clock.signers);
        let clock = clock.signed_by(signers);
        let system = self.system_policies.map(system_policies::load).transpose()?;
        let mut cloud = Cloud::new(clock, 0, system);
        cloud.ids = self.ids.try_into().map_err(LoadError::Broken)?;
        cloud.quotas = accounts::quotas(&self.quotas)?;
        cloud.set_strict_workspace_roles(self.strict_workspace_roles);
        for saved in self.accounts {
            cloud.check_account(&saved.name, &saved.id).map_err(|error| LoadError::broken(error.to_string()))?;
            let account = saved.load(&cloud.changes)?;
            let alias = account.directory.read().chosen_alias.clone();
            cloud.accounts.insert(account.id.clone(), Arc::clone(&account));
            if let Some(alias) = alias.filter(|alias| !cloud.take_alias(alias, &account.id)) {
                return Err(LoadError::broken(format!("two accounts have the alias `{alias}`")));
            }
        }
        let mut ids = HashSet::new();
        for key in self.keys {
            if !ids.insert(key.id.clone()) {
                return Err(LoadError::broken(format!("key {} stands twice", key.id)));
            }
            cloud.keys.add(key);
        }
        check::keys(&cloud)?;
        for session in self.sessions {
            check::account_of(&cloud, &session.account, &format!("session {}", session.key_id))?;
            if !ids.insert(session.key_id.clone()) {
                return Err(LoadError::broken(format!("session {} stands twice", session.key_id)));
            }
            cloud.sessions.restore(session);
        }
        cloud.instance.restore(self.instance);
        for (issuer, keys) in self.issuers {
            cloud.issuers.set(&issuer, keys);
        }
        cloud.oss.restore(&self.oss);
        cloud.nonces = self.nonces.try_into().map_err(LoadError::Broken)?;
        for directory in self.resource_directories {
            let what = format!("resource directory {}", directory.id);
            for member in directory.member_accounts() {
                check::account_of(&cloud, member, &format!("a member of {what}"))?;
            }
            check::account_of(&cloud, &directory.management, &what)?;
            if let Some(management) = cloud.account(&directory.management) {
                cloud.resource_directories.restore(directory, &management)?;
            }
        }
        let accounts: HashSet<_> = cloud.accounts().iter().map(|account| account.id.clone()).collect();
        let mut loading = Loading::new(payloads);
        buckets::load(self.buckets, &cloud.buckets, &accounts, &mut loading)?;
        logs::load(self.log_projects, &cloud.log_projects, &accounts, &mut loading)?;
        Ok(cloud)
    }
}
