//! The settings of a bucket.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Element, Lifecycle, lifecycle};

/// The settings of a bucket, each as it was put, by the sub-resource that it is put at; of those that there are several of, with a
/// slash and their own name behind it.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    documents: BTreeMap<String, Element>,
    /// What the rules of the life cycle come to.
    lifecycle: Option<Lifecycle>,
    /// Is there a rule that copies objects elsewhere?
    replicates: bool,
    /// Is there a log of who asks for what?
    logs: bool,
    /// The key of KMS that objects are encrypted with unless told otherwise.
    key: Option<String>,
    /// Are there rules by which answers keep headers to themselves?
    hides: bool,
    /// Since when it is known who read an object last, where that is known.
    monitored: Option<Timestamp>,
}

/// Where the rules of the life cycle are put.
const LIFECYCLE: &str = "lifecycle";
/// What the rules that copy objects are put at begins with.
const REPLICATION: &str = "replication/";
/// Where it is put whether there is a log.
const LOGGING: &str = "logging";
/// Where it is put which headers answers keep to themselves.
const HIDDEN: &str = "responseHeader";
/// Where it is put whether it is known when an object was last read, and since when.
const MONITOR: &str = "accessmonitor";
const MONITORED_SINCE: &str = "accessmonitor/since";
/// What live channels are put at begins with.
const LIVE: &str = "live";
/// Where it is put how objects are encrypted.
const ENCRYPTION: &str = "encryption";

impl Settings {
    /// A setting.
    pub fn get(&self, name: &str) -> Option<&Element> {
        self.documents.get(name)
    }

    /// Makes a setting.
    pub fn put(&mut self, name: &str, document: Element) {
        if name == LIFECYCLE {
            self.lifecycle = Some(Lifecycle::read(&document));
        }
        self.documents.insert(name.to_owned(), document);
        self.look();
    }

    /// Makes a setting that counts from now on. Whoever knows already when objects were read has known it since.
    pub fn put_at(&mut self, name: &str, mut document: Element, now: Timestamp) {
        if name == MONITOR && self.monitored.is_none() {
            self.documents.insert(MONITORED_SINCE.to_owned(), Element::text("Since", now.to_string()));
        }
        if let Some(since) = self.monitored.filter(|_| name == LIFECYCLE) {
            lifecycle::say_since(&mut document, since);
        }
        self.put(name, document);
    }

    /// Takes a setting back.
    pub fn remove(&mut self, name: &str) -> Option<Element> {
        if name == LIFECYCLE {
            self.lifecycle = None;
        }
        let removed = self.documents.remove(name);
        self.look();
        removed
    }

    /// Keeps in mind what is asked for at every request, or at every change of the bucket.
    fn look(&mut self) {
        let rule = self.documents.range(REPLICATION.to_owned()..).next();
        self.replicates = rule.is_some_and(|(name, _)| name.starts_with(REPLICATION));
        let monitored = self.documents.get(MONITOR).is_some_and(|monitor| monitor.get("Status") == Some("Enabled"));
        let since = || self.documents.get(MONITORED_SINCE).and_then(|since| since.text.parse().ok());
        self.monitored = monitored.then(|| since().unwrap_or_default());
        self.logs = self.documents.get(LOGGING).is_some_and(|logging| logging.child("LoggingEnabled").is_some());
        self.key = self.documents.get(ENCRYPTION).and_then(key_of).map(str::to_owned);
        self.hides = self.documents.contains_key(HIDDEN);
    }

    /// Are its objects copied elsewhere by a rule?
    pub fn replicates(&self) -> bool {
        self.replicates
    }

    /// The key of KMS that objects are encrypted with unless told otherwise.
    pub fn encryption_key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Are there rules by which answers keep headers to themselves?
    pub fn hides(&self) -> bool {
        self.hides
    }

    /// The rules by which answers keep headers to themselves.
    pub fn hidden(&self) -> Option<&Element> {
        self.documents.get(HIDDEN)
    }

    /// Since when it is known who read an object last; `None`: it is not.
    pub fn monitored(&self) -> Option<Timestamp> {
        self.monitored
    }

    /// Is there a log of who asks for what?
    pub fn logs(&self) -> bool {
        self.logs
    }

    /// Those of which there are several, by their own names, behind one.
    pub fn several(&self, kind: &str, after: &str) -> impl Iterator<Item = (&str, &Element)> {
        let prefix = format!("{kind}/");
        let start = format!("{prefix}{after}");
        let skip = !after.is_empty();
        let all = self.documents.range(start.clone()..);
        let behind = all.skip_while(move |(name, _)| skip && **name == start);
        behind.map_while(move |(name, document)| Some((name.strip_prefix(&prefix)?, document)))
    }

    /// The live channels.
    pub fn live_channels(&self) -> impl Iterator<Item = (&str, &Element)> {
        self.several(LIVE, "")
    }

    /// The rules of the life cycle.
    pub fn lifecycle(&self) -> Option<&Lifecycle> {
        self.lifecycle.as_ref()
    }

    pub(in crate::cloud) fn documents(&self) -> &BTreeMap<String, Element> {
        &self.documents
    }

    pub(in crate::cloud) fn load(documents: BTreeMap<String, Element>) -> Self {
        let lifecycle = documents.get(LIFECYCLE).map(Lifecycle::read);
        let mut settings = Self { documents, lifecycle, ..Self::default() };
        settings.look();
        settings
    }
}

/// The key of KMS that a rule of encryption names.
fn key_of(encryption: &Element) -> Option<&str> {
    let rule = encryption.child("ApplyServerSideEncryptionByDefault")?;
    rule.filled("KMSMasterKeyID").filter(|_| rule.get("SSEAlgorithm") == Some("KMS"))
}

/// That nothing in a bucket may be deleted or overwritten for so many days after it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worm {
    /// Its id.
    pub id: String,
    /// For so many days.
    pub days: u32,
    /// When it was begun.
    pub begun: Timestamp,
    /// Since when it is for good.
    pub locked: bool,
}

/// How far such a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WormState {
    /// It may still be taken back.
    InProgress,
    /// It is for good.
    Locked,
    /// It was not made so in time, and is no more.
    Expired,
}

impl Worm {
    /// How far it is.
    pub fn state(&self, now: Timestamp) -> WormState {
        if self.locked {
            WormState::Locked
        } else if now.duration_since(self.begun) < SignedDuration::from_hours(24) {
            WormState::InProgress
        } else {
            WormState::Expired
        }
    }

    /// Does it keep what was written then?
    pub fn keeps(&self, modified: Timestamp, now: Timestamp) -> bool {
        let days = SignedDuration::from_hours(24 * i64::from(self.days));
        self.state(now) != WormState::Expired && now.duration_since(modified) < days
    }
}
