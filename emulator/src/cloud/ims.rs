//! What IMS keeps for an account beside the directory: network policies of access keys, the credential report.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// A credential report: a table of all users and their credentials at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialReport {
    /// When it was made.
    pub generated: Timestamp,
    /// The names of the columns.
    pub header: String,
    /// A line a user, the account's owner first.
    pub lines: Vec<String>,
}

/// IMS's own records of one account.
#[derive(Debug, Default)]
pub struct ImsRecords {
    /// The network policies of access keys, by the keys' ids, as they were sent. They are kept and not enforced: no page shows
    /// what they look like.
    pub key_policies: BTreeMap<String, String>,
    /// The one for all keys of the account.
    pub account_key_policy: Option<String>,
    /// The last report.
    pub credential_report: Option<CredentialReport>,
}
