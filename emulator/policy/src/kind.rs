//! The kinds of policy documents.

use serde::{Deserialize, Serialize};

/// Which grammar a document follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DocumentKind {
    /// A policy attached to a user, a group or a role.
    Identity,
    /// The policy passed to AssumeRole.
    Session,
    /// A control policy of a resource directory.
    Control,
    /// The trust policy of a role.
    Trust,
    /// The policy of an OSS bucket.
    Bucket,
}

impl DocumentKind {
    /// How long a document of this kind may be, and in which unit. *Limits* of RAM; *OSS error* 0030-00000001.
    pub fn size_limit(self) -> (usize, &'static str) {
        match self {
            Self::Identity => (6144, "characters"),
            Self::Session => (2048, "characters"),
            // CHOICE: the limit of a trust policy; the cloud publishes none.
            Self::Control | Self::Trust => (4096, "characters"),
            Self::Bucket => (16 * 1024, "bytes"),
        }
    }

    /// The kind's name in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "policy",
            Self::Session => "session policy",
            Self::Control => "control policy",
            Self::Trust => "trust policy",
            Self::Bucket => "bucket policy",
        }
    }

    /// How long a text is, in the unit of the limit.
    pub(crate) fn size_of(self, text: &str) -> usize {
        match self {
            Self::Bucket => text.len(),
            _ => text.chars().count(),
        }
    }
}
