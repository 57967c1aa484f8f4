//! The words that buckets and objects are described with, in the cloud's spelling.

use serde::{Deserialize, Serialize};

/// An access control list: one word for everybody whom no policy speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Acl {
    /// Nobody else.
    #[default]
    Private,
    /// Everybody may read objects.
    PublicRead,
    /// Everybody may read, write and delete objects.
    PublicReadWrite,
}

impl Acl {
    /// The cloud's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::PublicRead => "public-read",
            Self::PublicReadWrite => "public-read-write",
        }
    }

    /// Reads the cloud's spelling; letter case counts.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Private, Self::PublicRead, Self::PublicReadWrite].into_iter().find(|acl| acl.as_str() == text)
    }
}

/// How an object is stored, by how often it is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum StorageClass {
    /// Often.
    #[default]
    Standard,
    /// Seldom.
    InfrequentAccess,
    /// Hardly ever; to be restored before it is read.
    Archive,
    /// Less still.
    ColdArchive,
    /// Least of all.
    DeepColdArchive,
}

impl StorageClass {
    /// The cloud's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "Standard",
            Self::InfrequentAccess => "IA",
            Self::Archive => "Archive",
            Self::ColdArchive => "ColdArchive",
            Self::DeepColdArchive => "DeepColdArchive",
        }
    }

    /// Reads the cloud's spelling; letter case counts.
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Standard, Self::InfrequentAccess, Self::Archive, Self::ColdArchive, Self::DeepColdArchive];
        all.into_iter().find(|class| class.as_str() == text)
    }
}

/// How often an object is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Redundancy {
    /// In one zone.
    #[default]
    Lrs,
    /// In several zones.
    Zrs,
}

impl Redundancy {
    /// The cloud's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lrs => "LRS",
            Self::Zrs => "ZRS",
        }
    }

    /// Reads the cloud's spelling; letter case counts.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Lrs, Self::Zrs].into_iter().find(|redundancy| redundancy.as_str() == text)
    }
}
