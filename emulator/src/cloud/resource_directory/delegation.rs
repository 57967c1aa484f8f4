//! Delegated administrators: members that administer a trusted service for the whole directory.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ResourceDirectory, ResourceDirectoryError, Result};

/// One member that administers one service.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    /// The member.
    pub account: String,
    /// The service: `cloudsso.aliyuncs.com`.
    pub service: String,
    /// Since when.
    pub at: Timestamp,
}

impl ResourceDirectory {
    /// All delegations, in the order they were made.
    pub fn delegations(&self) -> impl Iterator<Item = &Delegation> {
        self.delegations.iter()
    }

    /// Does this account administer a service?
    pub fn is_delegate(&self, account: &str) -> bool {
        self.delegations().any(|delegation| delegation.account == account)
    }

    /// Makes a member the delegated administrator of a service.
    pub fn delegate(&mut self, account: &str, service: &str, at: Timestamp) -> Result<()> {
        if account == self.management {
            return Err(ResourceDirectoryError::DelegatesToManagement);
        }
        self.member(account)?;
        if self.delegations().any(|old| old.account == account && old.service == service) {
            return Err(ResourceDirectoryError::AlreadyDelegated);
        }
        self.delegations.push(Delegation { account: account.to_owned(), service: service.to_owned(), at });
        Ok(())
    }

    /// Takes the administration of a service from a member.
    pub fn undelegate(&mut self, account: &str, service: &str) -> Result<()> {
        self.member(account)?;
        let at = self.delegations().position(|old| old.account == account && old.service == service);
        self.delegations.remove(at.ok_or(ResourceDirectoryError::NotDelegated)?);
        Ok(())
    }
}
