//! The ledger: what the tests have exercised of each operation, and which were seen in the cloud.
//!
//! The entries are data (`data/ledger.json`), written by the test that walks over all operations and held to what it finds. What was seen
//! (`data/seen.json`) is taken over by the same test from the reports that are kept in `parity/seen`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::gateway::Operation;

/// What the walk has exercised of one performed operation. All of them are besides asked unsigned and wrongly signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exercised {
    /// Product, version and name: `Ram 2015-05-01 CreateUser`.
    pub operation: String,
    /// Whom the gateway let through to the operation, if it was anybody.
    pub allow: Option<Allowed>,
    /// Who was refused.
    pub deny: Vec<Deny>,
}

/// A call that came through to its operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowed {
    /// By what.
    pub by: Allow,
    /// What the operation answered to the walk's sample parameters: a status, and the code of an error.
    pub answer: String,
}

/// By what a call of the walk was allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Allow {
    /// By the least policy that does.
    LeastPolicy,
    /// By no policy: what the operation asks holds unless it is denied.
    NoPolicy,
    /// By being the account's owner.
    Owner,
    /// By a signature alone.
    Signature,
    /// By the proof of an identity provider that the role's trust policy names.
    Proof,
    /// By nothing: it is open to anybody.
    Nothing,
}

/// Why a call of the walk was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deny {
    /// For want of a policy that allows.
    NoPolicy,
    /// By a Deny of each question in turn, beside the least policy.
    ExplicitDeny,
    /// A RAM user with AdministratorAccess, where only the owner may.
    Administrator,
    /// The owner, without the proof of an identity provider.
    NoProof,
}

impl fmt::Display for Allow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LeastPolicy => "least policy",
            Self::NoPolicy => "no policy",
            Self::Owner => "owner",
            Self::Signature => "any signature",
            Self::Proof => "proof of a trusted identity provider",
            Self::Nothing => "anybody",
        })
    }
}

impl fmt::Display for Deny {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoPolicy => "no policy",
            Self::ExplicitDeny => "explicit Deny",
            Self::Administrator => "administrator",
            Self::NoProof => "no proof of an identity provider",
        })
    }
}

static ENTRIES: LazyLock<BTreeMap<String, Exercised>> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "shipped with the program and read by a test")]
    let entries: Vec<Exercised> =
        serde_json::from_str(include_str!("../data/ledger.json")).expect("the ledger can be read");
    entries.into_iter().map(|entry| (entry.operation.clone(), entry)).collect()
});

/// What an operation goes by in the ledger: `Ram 2015-05-01 CreateUser`.
pub fn name(operation: &Operation) -> String {
    format!("{} {} {}", operation.product.name, operation.product.version, operation.name)
}

/// What has been exercised of an operation: nothing of one that is not performed.
pub fn exercised(operation: &Operation) -> Option<&'static Exercised> {
    operation.is_performed().then(|| ENTRIES.get(&name(operation))).flatten()
}

/// When an operation was last called in the real cloud beside the emulator, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The day: `2026-11-27`.
    pub date: String,
    /// How many calls were answered.
    pub calls: usize,
    /// In how many of them the emulator answers differently.
    pub differ: usize,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { date, calls, differ } = self;
        write!(f, "seen in the cloud on {date}")?;
        if *differ == 0 { Ok(()) } else { write!(f, ", {differ} of {calls} calls answered differently here") }
    }
}

/// What was seen, by the name that an operation goes by in the ledger.
pub type AllSeen = BTreeMap<String, Seen>;

static SEEN: LazyLock<AllSeen> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "shipped with the program and read by a test")]
    serde_json::from_str(include_str!("../data/seen.json")).expect("what was seen can be read")
});

/// Whether an operation was seen, as the reports that are kept say.
pub fn seen(operation: &Operation) -> Option<&'static Seen> {
    SEEN.get(&name(operation))
}

/// Adds what a report of a run against the real cloud has seen; of two days the later one counts.
///
/// # Errors
/// It is no such report.
pub fn add_seen(all: &mut AllSeen, report: &str) -> Result<(), serde_json::Error> {
    #[derive(Deserialize)]
    struct Report {
        date: String,
        operations: BTreeMap<String, Counts>,
    }
    #[derive(Deserialize)]
    struct Counts {
        calls: usize,
        differ: usize,
    }
    let report: Report = serde_json::from_str(report)?;
    for (operation, Counts { calls, differ }) in report.operations {
        if all.get(&operation).is_none_or(|known| known.date <= report.date) {
            all.insert(operation, Seen { date: report.date.clone(), calls, differ });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{AllSeen, add_seen};

    #[test]
    fn the_later_report_counts() {
        let report = |date: &str, differ: usize| {
            format!(
                r#"{{"date":"{date}","operations":{{"Ram 2015-05-01 GetUser":{{"calls":3,"differ":{differ}}}}},"scenarios":[]}}"#
            )
        };
        let mut all = AllSeen::new();
        for (date, differ) in [("2026-11-27", 0), ("2026-12-01", 1), ("2026-11-30", 0)] {
            add_seen(&mut all, &report(date, differ)).unwrap();
        }
        let seen = all["Ram 2015-05-01 GetUser"].to_string();
        assert_eq!(seen, "seen in the cloud on 2026-12-01, 1 of 3 calls answered differently here");
        assert!(add_seen(&mut all, "{}").is_err());
    }
}
