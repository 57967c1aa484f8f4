//! What a cloud is at the start.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::cloud::{
    Account, AccountError, Clock, ClockError, Cloud, InstanceRole, OssV1, Quota, ReadyAccount, Service, Signers,
    StandIns, Store, SystemPolicies,
};
use crate::federation::KeySet;

/// The account that an emulator starts with unless told otherwise.
const DEFAULT_ACCOUNT: (&str, &str) = ("company", "1234567890123456");

/// What a cloud is at the start: a new one, and one that was loaded besides what it was.
#[derive(Debug, Clone, Default)]
pub(crate) struct Setup {
    pub(crate) seed: u64,
    pub(crate) clock: Option<Clock>,
    pub(crate) signers: Option<Signers>,
    pub(crate) accounts: Vec<(String, String)>,
    /// When some of them were opened, by their ids.
    pub(crate) account_ages: BTreeMap<String, Timestamp>,
    pub(crate) opened: Vec<Service>,
    pub(crate) quotas: Vec<(Quota, usize)>,
    pub(crate) issuers: Vec<(String, KeySet)>,
    pub(crate) instance_roles: Vec<InstanceRole>,
    pub(crate) system_policies: Option<Arc<SystemPolicies>>,
    pub(crate) store: Option<Arc<dyn Store>>,
    pub(crate) stand_ins: Option<Arc<StandIns>>,
    pub(crate) oss_v1: Option<OssV1>,
    pub(crate) oss_public_access_blocked: Option<bool>,
    pub(crate) strict_workspace_roles: bool,
    pub(crate) besides: Vec<Besides>,
}

/// Something that is done to a cloud that is new, besides all else.
#[derive(Clone)]
pub(crate) struct Besides(pub(crate) Arc<dyn Fn(&Cloud) + Send + Sync>);

impl std::fmt::Debug for Besides {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Besides")
    }
}

/// Why a cloud cannot be set up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SetupError {
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Clock(#[from] ClockError),
}

impl Setup {
    /// A new cloud.
    pub(crate) fn new_cloud(&self) -> Result<(Cloud, Vec<ReadyAccount>), SetupError> {
        let clock = self.clock()?.unwrap_or_else(|| self.dated(Clock::real()));
        let mut cloud = Cloud::new(clock, self.seed, self.system_policies.clone());
        cloud.store.clone_from(&self.store);
        cloud.stand_ins.clone_from(&self.stand_ins);
        let accounts = self.furnish(&cloud)?;
        for Besides(add) in &self.besides {
            add(&cloud);
        }
        Ok((cloud, accounts))
    }

    /// A cloud that was loaded. What was said holds for it as for a new one: accounts that are not there are opened, services too,
    /// and a clock, system policies and quotas that were named count. What was not said stays as it was.
    pub(crate) fn loaded(&self, mut cloud: Cloud) -> Result<(Cloud, Vec<ReadyAccount>), SetupError> {
        cloud.store.clone_from(&self.store);
        cloud.stand_ins.clone_from(&self.stand_ins);
        if let Some(clock) = self.clock()? {
            cloud.set_clock(clock);
        }
        if let Some(policies) = &self.system_policies {
            cloud.set_system_policies(Arc::clone(policies));
        }
        let accounts = self.furnish(&cloud)?;
        Ok((cloud, accounts))
    }

    /// A further account: as those that are there at the start, with these services open besides.
    pub(crate) fn open_account(
        &self,
        cloud: &Cloud,
        name: &str,
        id: &str,
        services: &[Service],
    ) -> Result<ReadyAccount, AccountError> {
        let ready = cloud.open_account(name, id)?;
        if let Some(account) = cloud.account(id) {
            activate(cloud, &account, &self.opened);
            activate(cloud, &account, services);
        }
        Ok(ready)
    }

    fn clock(&self) -> Result<Option<Clock>, ClockError> {
        let Some(clock) = self.clock.clone() else { return Ok(None) };
        clock.check()?;
        Ok(Some(self.dated(clock)))
    }

    fn dated(&self, clock: Clock) -> Clock {
        match self.signers {
            Some(signers) => clock.signed_by(signers),
            None => clock,
        }
    }

    fn furnish(&self, cloud: &Cloud) -> Result<Vec<ReadyAccount>, SetupError> {
        let default = (DEFAULT_ACCOUNT.0.to_owned(), DEFAULT_ACCOUNT.1.to_owned());
        let default = [default];
        let named = if self.accounts.is_empty() && cloud.accounts().is_empty() { &default } else { &self.accounts[..] };
        let mut ready = Vec::new();
        for (name, id) in named {
            match cloud.account(id).filter(|account| account.name == *name) {
                // One that is there, and whose owner has no key any more, is given none.
                Some(known) => ready.extend(cloud.ready(&known)),
                None => ready.push(cloud.open_account(name, id)?),
            }
        }
        if named.is_empty() {
            ready.extend(cloud.accounts().iter().filter_map(|account| cloud.ready(account)));
        }
        for (id, opened) in &self.account_ages {
            if let Some(account) = cloud.account(id) {
                // Of one that was loaded, what it says itself counts.
                let _ = account.opened.set(*opened);
            }
        }
        if let Some(v1) = self.oss_v1 {
            cloud.oss.set_v1(v1);
        }
        if let Some(blocked) = self.oss_public_access_blocked {
            cloud.oss.block_public_access(blocked);
        }
        for (quota, most) in &self.quotas {
            cloud.set_quota(*quota, *most);
        }
        if self.strict_workspace_roles {
            cloud.set_strict_workspace_roles(true);
        }
        for account in cloud.accounts() {
            activate(cloud, &account, &self.opened);
        }
        for role in &self.instance_roles {
            cloud.instance.attach(role.clone());
        }
        for (issuer, keys) in &self.issuers {
            cloud.issuers.set(issuer, keys.clone());
        }
        Ok(ready)
    }
}

/// Opens services in an account, as if its owner had activated them.
fn activate(cloud: &Cloud, account: &Account, services: &[Service]) {
    let mut activations = account.activations.write();
    for service in services {
        activations.open(service.clone(), cloud.clock.now());
    }
}
