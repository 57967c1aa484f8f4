//! What holds for all of OSS: how new its accounts are to it.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use jiff::Timestamp;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use super::Account;
use super::lock::Changes;

/// What becomes of a request that is signed with V1. The cloud refuses it from accounts opened since March 2025 and for buckets
/// made since September 2025.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OssV1 {
    /// It is answered, as for an account from before.
    Allow,
    /// It is answered, and the client is told of in the log and among the decisions.
    #[default]
    Warn,
    /// It is refused, as for a new account.
    Refuse,
}

/// Accounts that were opened from here on may not sign with V1: 1 March 2025, in China.
const V1_ENDS: Timestamp = Timestamp::constant(1_740_758_400, 0);

impl OssV1 {
    const ALL: [Self; 3] = [Self::Allow, Self::Warn, Self::Refuse];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Refuse => "refuse",
        }
    }

    /// Reads its name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// How many clients are told of, each once. More are not kept in mind, and not told of.
const MOST_TOLD: usize = 1000;

/// What holds for all of OSS.
#[derive(Debug)]
pub struct OssSettings {
    v1: AtomicU8,
    public_access_blocked: AtomicBool,
    told: Mutex<HashSet<String, foldhash::fast::RandomState>>,
    changes: Changes,
}

/// The same, saved.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::cloud) struct SavedOss {
    v1: OssV1,
    public_access_blocked: bool,
}

impl Default for SavedOss {
    fn default() -> Self {
        Self { v1: OssV1::default(), public_access_blocked: true }
    }
}

impl OssSettings {
    pub(in crate::cloud) fn new(changes: &Changes) -> Self {
        let SavedOss { v1, public_access_blocked } = SavedOss::default();
        Self {
            v1: AtomicU8::new(v1 as u8),
            public_access_blocked: AtomicBool::new(public_access_blocked),
            told: Mutex::default(),
            changes: changes.clone(),
        }
    }

    /// What becomes of a request of an account that is signed with V1: of one that is told when it was opened, what the cloud does,
    /// unless it is refused from all; of others what is said for all.
    ///
    /// CHOICE: whether a bucket is new counts for nothing. The cloud refuses V1 for those in phases, and does not say when for whom.
    pub fn v1_of(&self, account: Option<&Account>) -> OssV1 {
        match account.and_then(|account| account.opened.get()) {
            Some(opened) if *opened >= V1_ENDS => OssV1::Refuse,
            Some(_) if self.v1() != OssV1::Refuse => OssV1::Allow,
            _ => self.v1(),
        }
    }

    /// What becomes of a request that is signed with V1, unless its account says more.
    pub fn v1(&self) -> OssV1 {
        OssV1::ALL.get(usize::from(self.v1.load(Ordering::Relaxed))).copied().unwrap_or_default()
    }

    /// Sets what becomes of a request that is signed with V1.
    pub fn set_v1(&self, v1: OssV1) {
        self.v1.store(v1 as u8, Ordering::Relaxed);
        self.changes.count();
    }

    /// Is public access blocked in buckets and access points as they are made? It is since October 2025.
    pub fn public_access_blocked(&self) -> bool {
        self.public_access_blocked.load(Ordering::Relaxed)
    }

    /// Sets whether public access is blocked in buckets and access points as they are made.
    pub fn block_public_access(&self, blocked: bool) {
        self.public_access_blocked.store(blocked, Ordering::Relaxed);
        self.changes.count();
    }

    /// Is a client, known by its key, to be told of now? Each is once.
    pub(crate) fn tells_of(&self, key_id: &str) -> bool {
        let mut told = self.told.lock();
        !told.contains(key_id) && told.len() < MOST_TOLD && told.insert(key_id.to_owned())
    }

    pub(in crate::cloud) fn saved(&self) -> SavedOss {
        SavedOss { v1: self.v1(), public_access_blocked: self.public_access_blocked() }
    }

    pub(in crate::cloud) fn restore(&self, saved: &SavedOss) {
        self.set_v1(saved.v1);
        self.block_public_access(saved.public_access_blocked);
    }
}
