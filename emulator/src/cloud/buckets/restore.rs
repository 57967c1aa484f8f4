//! Objects that must be restored before they are read, and objects that must be kept.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How soon an object is to be restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tier {
    /// At once, or nearly.
    Expedited,
    /// As usual.
    Standard,
    /// When there is time.
    Bulk,
}

impl Tier {
    /// The cloud's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Expedited => "Expedited",
            Self::Standard => "Standard",
            Self::Bulk => "Bulk",
        }
    }

    /// Reads the cloud's spelling; letter case counts.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Expedited, Self::Standard, Self::Bulk].into_iter().find(|tier| tier.as_str() == text)
    }
}

/// A copy that can be read of an object that cannot: it is made in a while, and goes in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// From when on it can be read.
    pub ready: Timestamp,
    /// Until when.
    pub expires: Timestamp,
}

/// How far a restore is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restored {
    /// There is no copy, or none any more.
    No,
    /// It is being made.
    Ongoing,
    /// It can be read until then.
    Until(Timestamp),
}

impl Restore {
    /// A restore that is asked for now.
    pub fn asked(now: Timestamp, takes: SignedDuration, days: u32) -> Self {
        let later = |from: Timestamp, by: SignedDuration| from.saturating_add(by).unwrap_or(from);
        let ready = later(now, takes);
        Self { ready, expires: later(ready, SignedDuration::from_hours(24 * i64::from(days))) }
    }

    /// The same, asked for again while it can be read: it can be read for longer.
    #[must_use]
    pub fn prolonged(self, now: Timestamp, days: u32) -> Self {
        let expires = now.saturating_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(self.expires);
        Self { expires, ..self }
    }

    /// How far it is.
    pub fn at(self, now: Timestamp) -> Restored {
        if now < self.ready {
            Restored::Ongoing
        } else if now < self.expires {
            Restored::Until(self.expires)
        } else {
            Restored::No
        }
    }
}

/// Who may shorten how long an object must be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RetentionMode {
    /// Whoever may and says so.
    Governance,
    /// Nobody.
    Compliance,
}

impl RetentionMode {
    /// The cloud's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Governance => "GOVERNANCE",
            Self::Compliance => "COMPLIANCE",
        }
    }

    /// Reads the cloud's spelling; letter case counts.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Governance, Self::Compliance].into_iter().find(|mode| mode.as_str() == text)
    }
}

/// Until when an object must be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Who may shorten it.
    pub mode: RetentionMode,
    /// Until then.
    pub until: Timestamp,
}
