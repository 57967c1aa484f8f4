//! What IMS keeps for an account beside the directory: network policies of access keys, the credential report.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::key_policy::{self, KeyPolicy};

/// A credential report: a table of all users and their credentials at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialReport {
    /// When it was made.
    pub generated: Timestamp,
    /// The names of the columns.
    pub header: String,
    /// A line a user, the account's owner first.
    pub lines: Vec<String>,
}

/// IMS's own records of one account.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImsRecords {
    /// The network policies of access keys, by the keys' ids.
    pub key_policies: BTreeMap<String, KeyPolicy>,
    /// The one for all keys of the account that have none of their own.
    pub account_key_policy: Option<KeyPolicy>,
    /// The last report.
    pub credential_report: Option<CredentialReport>,
}

impl ImsRecords {
    /// May a key of the account be used from there (RAM: Use network ACL policies to restrict AccessKey pair usage)?
    pub fn admits(&self, key: &str, from: IpAddr) -> bool {
        key_policy::admits(self.key_policies.get(key), self.account_key_policy.as_ref(), from)
    }
}
