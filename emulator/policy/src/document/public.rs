//! Does a statement of a bucket policy open the bucket to anybody? *Block Public Access*.

use super::principal_pattern::PrincipalPattern;
use super::statement::{Effect, Principals};
use crate::condition::{Clause, Comparison, Operand};
use crate::kind::DocumentKind;

/// Networks and keys: one clause that lists fixed ones narrows the whole statement.
const NAMED: [&str; 3] = ["acs:SourceVpc", "acs:SourceVpcId", "acs:AccessId"];
const ADDRESSED: [&str; 2] = ["acs:SourceIp", "acs:SourceVpcIp"];

/// An Allow for principals that are not all fixed, with no clause that narrows them. Actions, resources and every other key
/// say nothing of who is meant.
pub(super) fn opens(kind: DocumentKind, effect: Effect, principals: &Principals, clauses: &[Clause]) -> bool {
    let Principals::Principal(entries) = principals else { return false };
    kind == DocumentKind::Bucket
        && effect == Effect::Allow
        && entries.iter().any(|entry| is_open(&entry.value))
        && !clauses.iter().any(narrows)
}

fn is_open(pattern: &PrincipalPattern) -> bool {
    match pattern {
        PrincipalPattern::Everyone => true,
        PrincipalPattern::Session { account, role, session } => {
            [account, role, session].iter().any(|part| part.contains(['*', '?']))
        }
        // INFERRED: only fixed principals are none of the public, whether or not anybody goes by them.
        PrincipalPattern::Nobody(text) => text.contains('*'),
        _ => false,
    }
}

/// INFERRED: only what must fit narrows; everything but a network is most of the world.
fn narrows(clause: &Clause) -> bool {
    let operator = clause.operator();
    let keys = match operator.comparison {
        Comparison::Equals | Comparison::EqualsIgnoreCase | Comparison::Like => &NAMED[..],
        Comparison::Ip | Comparison::IpWithBorder => &ADDRESSED[..],
        _ => return false,
    };
    !operator.negated
        && !operator.if_exists
        && keys.iter().any(|key| clause.key().is_among(key))
        && clause.operands().iter().all(Operand::is_narrow)
}
