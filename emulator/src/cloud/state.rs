//! The whole cloud.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwapOption;
use parking_lot::Mutex;

use super::directory::Tags;
use super::lock::{Changes, Rank, Work, Works};
use super::map::Map;
use super::payload::Store;
use super::{
    AccessKey, AccessKeys, Account, AccountError, Buckets, Clock, IdSource, Instance, Issuers, KeyHolder, KeyStatus,
    LogProjects, Nonces, OssSettings, Quota, Quotas, ReadyAccount, ResourceDirectories, ResourceGroup, Sessions,
    StandIns, SystemPolicies,
};

/// The whole cloud. Shared by reference; everything in it may change while it is shared.
#[derive(Debug)]
pub struct Cloud {
    /// The time.
    pub clock: Arc<Clock>,
    /// Ids and secrets.
    pub ids: IdSource,
    /// All access keys.
    pub keys: AccessKeys,
    /// All role sessions.
    pub sessions: Sessions,
    /// The instance that programs believe to run on.
    pub instance: Instance,
    /// Issuers of OIDC tokens.
    pub issuers: Issuers,
    /// Nonces used lately.
    pub nonces: Nonces,
    /// All buckets; their names are global.
    pub buckets: Buckets,
    /// All projects of Simple Log Service; their names are global in a region.
    pub log_projects: LogProjects,
    /// What holds for all of OSS.
    pub oss: OssSettings,
    /// Where payloads are kept that are too large for memory; in memory without one.
    pub store: Option<Arc<dyn Store>>,
    /// What counts in the place of policies that are attached, for whoever tries that; nothing without.
    pub stand_ins: Option<Arc<StandIns>>,
    /// All resource directories.
    pub resource_directories: ResourceDirectories,
    pub(super) accounts: Map<String, Arc<Account>>,
    /// Held while an account is opened: that its id and its name are free, and that it takes them, is one step.
    pub(super) opening: Mutex<()>,
    /// The aliases that accounts have chosen, with their accounts.
    pub(super) aliases: Map<String, String>,
    /// The quotas that an account is opened with.
    pub(super) quotas: Quotas,
    /// Does a role in a workspace of PAI allow nothing that RAM does not allow as well?
    strict_workspace_roles: AtomicBool,
    /// None: those that come with the program, which are read when first asked for.
    pub(super) system_policies: ArcSwapOption<SystemPolicies>,
    /// Held while they change, so that no change is lost.
    pub(super) changing_system_policies: Mutex<()>,
    pub(super) changes: Changes,
    pub(super) works: Works,
}

impl Cloud {
    /// A cloud without accounts; without system policies of one's own, with those that come with the program.
    pub fn new(clock: Clock, seed: u64, system_policies: Option<Arc<SystemPolicies>>) -> Self {
        let changes = Changes::default();
        let clock = Arc::new(clock);
        let buckets = Buckets::new(&clock, &changes);
        Self {
            clock,
            ids: IdSource::seeded(seed),
            keys: AccessKeys::new(&changes),
            sessions: Sessions::new(&changes),
            instance: Instance::new(&changes),
            issuers: Issuers::new(&changes),
            nonces: Nonces::default(),
            buckets,
            log_projects: LogProjects::new(&changes),
            oss: OssSettings::new(&changes),
            store: None,
            stand_ins: None,
            resource_directories: ResourceDirectories::new(&changes),
            accounts: Map::default(),
            opening: Mutex::new(()),
            aliases: Map::default(),
            quotas: Quotas::default(),
            strict_workspace_roles: AtomicBool::new(false),
            system_policies: ArcSwapOption::new(system_policies),
            changing_system_policies: Mutex::new(()),
            changes,
            works: Works::default(),
        }
    }

    /// Goes by another clock from now on.
    pub(crate) fn set_clock(&mut self, clock: Clock) {
        self.clock = Arc::new(clock);
        self.buckets.set_clock(&self.clock);
    }

    /// Opens an account with a ready-made access key of its owner.
    ///
    /// # Errors
    /// The id is none, or another account has the id or the name; then nothing was opened.
    pub fn open_account(&self, name: &str, id: &str) -> Result<ReadyAccount, AccountError> {
        let account = {
            let _held = Rank::Opening.hold();
            let _opening = self.opening.lock();
            self.check_account(name, id)?;
            self.open(name, id)
        };
        let key = AccessKey {
            id: self.ids.access_key_id(),
            secret: self.ids.access_key_secret(),
            account: id.to_owned(),
            holder: KeyHolder::Owner,
            status: KeyStatus::Active,
            created: self.clock.now(),
            updated: self.clock.now(),
            last_used: None,
        };
        let ready = ReadyAccount {
            name: name.to_owned(),
            account_id: id.to_owned(),
            access_key_id: key.id.clone(),
            access_key_secret: key.secret.clone(),
        };
        // The first key of an account that is new is within every quota.
        let _ = account.directory.write().add_key(&key.holder, &key.id);
        self.keys.add(key);
        Ok(ready)
    }

    /// The first key of an account's owner, or of a RAM user by its id, that may sign.
    pub fn active_key(&self, account: &Account, holder: &KeyHolder) -> Option<AccessKey> {
        let ids = account.directory.read().keys_of(holder).ok()?.to_vec();
        ids.iter().filter_map(|id| self.keys.get(id)).find(|key| key.status == KeyStatus::Active)
    }

    /// An account whose owner has a key that may sign, with the first of them.
    pub fn ready(&self, account: &Account) -> Option<ReadyAccount> {
        let key = self.active_key(account, &KeyHolder::Owner)?;
        Some(ReadyAccount {
            name: account.name.clone(),
            account_id: account.id.clone(),
            access_key_id: key.id,
            access_key_secret: key.secret,
        })
    }

    /// Opens an account that nobody can log on to as its owner: a resource account of a resource directory. It goes by its id
    /// where an account of that name is open already.
    ///
    /// # Errors
    /// Another account has the id; then nothing was opened.
    pub fn open_resource_account(&self, name: &str, id: &str) -> Result<Arc<Account>, AccountError> {
        let _held = Rank::Opening.hold();
        let _opening = self.opening.lock();
        match self.check_account(name, id) {
            Err(AccountError::NameTaken { .. }) => Ok(self.open(id, id)),
            other => other.map(|()| self.open(name, id)),
        }
    }

    /// May an account of this name and id be opened? Accounts are asked for by name or id, so no name is another's id either.
    pub(super) fn check_account(&self, name: &str, id: &str) -> Result<(), AccountError> {
        if name.is_empty() {
            return Err(AccountError::NoName { id: id.to_owned() });
        }
        if id.len() != 16 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(AccountError::NotAnId { name: name.to_owned(), id: id.to_owned() });
        }
        if let Some(other) = self.account(id) {
            return Err(AccountError::IdTaken { id: id.to_owned(), name: name.to_owned(), other: other.name.clone() });
        }
        let of_that_name = |other: &&Arc<Account>| other.name == name || other.id == name || other.name == id;
        match self.accounts.iter().find(|entry| of_that_name(&entry.value())) {
            Some(other) => Err(AccountError::NameTaken { name: name.to_owned(), other: other.id.clone() }),
            None => Ok(()),
        }
    }

    /// Closes an account. All that it has is gone with it: its people's keys and sessions, its buckets, its alias.
    pub fn close_account(&self, id: &str) {
        self.accounts.remove(id);
        self.keys.remove_of(id);
        self.sessions.remove_of(id);
        self.buckets.remove_of(id);
        self.log_projects.remove_of(id);
        self.instance.detach_of(id);
        self.aliases.retain(|_, account| account != id);
        self.changes.count();
    }

    fn open(&self, name: &str, id: &str) -> Arc<Account> {
        let default = self.ids.lower("rg-", 15);
        let default = ResourceGroup::new(default, "default", "default", Tags::new(), self.clock.now());
        let account = Arc::new(Account::new(name, id, default, self.quotas.copy(), &self.changes));
        self.accounts.insert(id.to_owned(), Arc::clone(&account));
        self.changes.count();
        account
    }

    /// To be held by whoever changes something, for as long as the change takes: the cloud is saved before it or after it. Whoever
    /// holds it may ask for it again.
    pub fn work(&self) -> Work<'_> {
        self.works.begin()
    }

    /// Counts what changes in this cloud. What is only noted in passing does not count: that a key was used, or a nonce.
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// The account with that id.
    pub fn account(&self, id: &str) -> Option<Arc<Account>> {
        self.accounts.get(id).map(|account| Arc::clone(&account))
    }

    /// Gives an account an alias, unless another account has it or is called so.
    pub fn take_alias(&self, alias: &str, account: &str) -> bool {
        let foreign = self.accounts.contains_key(alias) && alias != account;
        self.changes.count();
        !foreign && *self.aliases.entry(alias.to_owned()).or_insert_with(|| account.to_owned()) == account
    }

    /// Lets an alias go.
    pub fn leave_alias(&self, alias: &str) {
        self.aliases.remove(alias);
        self.changes.count();
    }

    /// Raises or lowers a quota for every account there is and every one to come.
    pub fn set_quota(&self, quota: Quota, most: usize) {
        self.quotas.set(quota, most);
        self.changes.count();
        for account in self.accounts() {
            account.quotas.set(quota, most);
        }
    }

    /// Does a role in a workspace of PAI allow nothing that RAM does not allow as well?
    ///
    /// CHOICE: no, unless somebody says so. What is published tells that a role suffices; some who use it found that both are needed.
    pub fn strict_workspace_roles(&self) -> bool {
        self.strict_workspace_roles.load(Ordering::Relaxed)
    }

    /// Says how roles in workspaces are read.
    pub fn set_strict_workspace_roles(&self, strict: bool) {
        self.strict_workspace_roles.store(strict, Ordering::Relaxed);
        self.changes.count();
    }

    /// The quotas that an account is opened with.
    pub fn quotas(&self) -> &Quotas {
        &self.quotas
    }

    /// How many accounts there are.
    pub(crate) fn count_accounts(&self) -> usize {
        self.accounts.len()
    }

    /// All accounts, by id.
    pub fn accounts(&self) -> Vec<Arc<Account>> {
        let mut accounts: Vec<_> = self.accounts.iter().map(|entry| Arc::clone(entry.value())).collect();
        accounts.sort_by(|a, b| a.id.cmp(&b.id));
        accounts
    }

    /// The system policies in force.
    pub fn system_policies(&self) -> Arc<SystemPolicies> {
        self.system_policies.load_full().unwrap_or_else(SystemPolicies::shipped)
    }

    /// Puts these system policies in force.
    pub fn set_system_policies(&self, policies: Arc<SystemPolicies>) {
        let _held = Rank::SystemPolicies.hold();
        let _changing = self.changing_system_policies.lock();
        self.system_policies.store(Some(policies));
        self.changes.count();
    }

    /// Puts other system policies in force, as Alibaba Cloud does when it publishes a version: they count from the next
    /// decision on, in every account.
    ///
    /// # Errors
    /// Those of `change`; then nothing has changed.
    pub fn change_system_policies<E>(
        &self,
        change: impl FnOnce(&SystemPolicies) -> Result<SystemPolicies, E>,
    ) -> Result<(), E> {
        let _held = Rank::SystemPolicies.hold();
        let _changing = self.changing_system_policies.lock();
        let changed = change(&self.system_policies())?;
        self.system_policies.store(Some(Arc::new(changed)));
        self.changes.count();
        Ok(())
    }
}
