//! What changed in a policy that a resource, a role or a directory has of its own: for each whom it speaks of.

use std::collections::BTreeSet;

use acslab_policy::Effort;

use super::changes::{CLOSED, OPENED, OwnStatement, excepts};
use super::holdings::{Aliases, Own};
use super::told::{Pool, Told, told};
use super::weigh::{Cuts, Held, Part};
use super::whom::{covers, meet};

/// What such a policy says now and did not, and what it said.
pub(super) struct OwnChanges {
    pub(super) added: Vec<OwnStatement>,
    pub(super) removed: Vec<OwnStatement>,
    pub(super) cuts: Cuts,
}

pub(super) fn changes(policy: &str, [old, new]: [&[Own]; 2], aliases: &Aliases, effort: &Effort) -> OwnChanges {
    let (mut added, mut removed) = (Sayings::default(), Sayings::default());
    added.unreadable(policy, new, old);
    removed.unreadable(policy, old, new);
    let mut cuts = Cuts::default();
    let named: BTreeSet<&String> = old.iter().chain(new).flat_map(|own| &own.principals).collect();
    for who in named {
        let (before, after) = (about(who, old), about(who, new));
        let (opened, cut) = told(&before, &after, Pool::Part, effort);
        let (closed, cut_again) = told(&after, &before, Pool::Part, effort);
        cuts = cuts.or(cut).or(cut_again);
        for (found, words, of) in [(&opened, OPENED, [new, old]), (&closed, CLOSED, [old, new])] {
            for told in found {
                // What is opened stands in the new policy if it allows, in the old one if it denied; what is closed the other way round.
                let [allows, denies] = of;
                let stands = if told.held.denies() { denies } else { allows };
                // Of everybody is told where the policy speaks of everybody.
                if stands.get(told.held.number - 1).is_none_or(|own| !own.principals.contains(who)) {
                    continue;
                }
                let is_new = std::ptr::eq(stands, new);
                let sayings = if is_new { &mut added } else { &mut removed };
                let said = said(told, aliases);
                let except = excepts(told, words, aliases);
                let (policy, statement, denied) = (policy.to_owned(), told.held.number, told.held.denies());
                let statement = OwnStatement { policy, statement, says: said, denied, except };
                sayings.add(who, statement);
            }
        }
    }
    OwnChanges { added: added.into_statements(), removed: removed.into_statements(), cuts }
}

/// The statements that speak of all that somebody stands for; and of some of it alone, marked as such.
fn about(who: &str, own: &[Own]) -> Vec<Held> {
    let one = |own: &Own| {
        let held = own.held.clone()?;
        if own.principals.iter().any(|pattern| covers(pattern, who, own.patterns)) {
            return Some(held);
        }
        let some: Vec<&str> =
            own.principals.iter().map(String::as_str).filter(|pattern| meet(pattern, who, own.patterns)).collect();
        (!some.is_empty()).then(|| held.of_some(&some.join(", ")))
    };
    own.iter().filter_map(one).collect()
}

/// ` may sts:AssumeRole`, ` must not oss:PutObject on acs:oss:*:*:photos/*`.
fn said(told: &Told<'_>, aliases: &Aliases) -> String {
    let Part { actions, resources, conditions } = &told.found.part;
    let may = if told.held.denies() { "must not" } else { "may" };
    let on = if told.held.is_about_itself() { String::new() } else { format!(" on {}", resources.join(", ")) };
    let when = if conditions.is_empty() { String::new() } else { format!(" if {}", conditions.join(" and ")) };
    aliases.to_names(&format!(" {may} {}{on}{when}", actions.join(", ")))
}

/// Statements with those of whom each speaks.
#[derive(Default)]
struct Sayings(Vec<(Vec<String>, OwnStatement)>);

impl Sayings {
    /// Statements that nobody can read, where the other version has none such.
    fn unreadable(&mut self, policy: &str, own: &[Own], other: &[Own]) {
        for (number, own) in (1..).zip(own) {
            if own.held.is_none() && !other.iter().any(|other| other.line == own.line) {
                let (policy, says) = (policy.to_owned(), own.line.clone());
                let one = OwnStatement { policy, statement: number, says, denied: false, except: Vec::new() };
                self.0.push((Vec::new(), one));
            }
        }
    }

    fn add(&mut self, who: &str, statement: OwnStatement) {
        match self.0.iter_mut().find(|(_, known)| *known == statement) {
            Some((whom, _)) => whom.push(who.to_owned()),
            None => self.0.push((vec![who.to_owned()], statement)),
        }
    }

    fn into_statements(self) -> Vec<OwnStatement> {
        let said = self.0.into_iter().map(|(whom, one)| OwnStatement { says: whom.join(", ") + &one.says, ..one });
        let mut all: Vec<OwnStatement> = said.collect();
        all.sort_by_key(|one| one.statement);
        all
    }
}
