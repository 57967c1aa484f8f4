//! What is told at the end: what was denied and what it needed, which hosts are no part of the cloud, and the smallest policy.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::sync::Arc;

use acslab_emulator::{Decided, Entry, Stranger};
use acslab_policy::Verdict;
use serde_json::Value;

use crate::page::Page;
use crate::suggest::{Use, beyond, document};
use crate::words::count;

/// How many of a kind are told one by one.
const MOST: usize = 20;

/// What happened while a program ran.
pub(super) struct Told<'a> {
    /// Its calls, oldest first, as far as they are remembered.
    pub(super) calls: &'a [Arc<Entry>],
    /// How many are not.
    pub(super) forgotten: u64,
    pub(super) strangers: &'a [Stranger],
    /// Did anything come by the proxy, be it no call?
    pub(super) by_proxy: bool,
    /// Could nothing go past the cloud?
    pub(super) isolated: bool,
    /// Whoever it ran as.
    pub(super) caller: &'a str,
}

/// What is suggested as a policy.
#[derive(Debug, PartialEq)]
pub(super) enum Suggestion {
    /// A document, and what it allows beyond what was called.
    Policy(Value, Vec<String>),
    /// Nothing needed one.
    Nothing,
    /// So many calls are forgotten: a policy would lack what they needed.
    Incomplete(String),
}

impl Told<'_> {
    /// For people; empty where there is nothing that they should know.
    pub(super) fn text(&self) -> String {
        let mut page = Page::default();
        self.nothing(&mut page);
        self.incomplete(&mut page);
        self.denied(&mut page);
        self.not_performed(&mut page);
        self.strangers(&mut page);
        page.into_text()
    }

    /// The smallest policy for what was called by whoever the program ran as; it names every resource as it was asked for, and
    /// keeps the conditions under which it was allowed.
    pub(super) fn suggestion(&self) -> Suggestion {
        if self.forgotten > 0 {
            return Suggestion::Incomplete(self.forgotten());
        }
        let calls = self.calls.iter().filter(|call| call.caller.as_deref() == Some(self.caller));
        let needs = calls.flat_map(|call| needs(&call.decided));
        let uses: Vec<_> = needs.map(Use::of).collect();
        if uses.is_empty() {
            Suggestion::Nothing
        } else {
            Suggestion::Policy(document(&uses, false), beyond(&uses, false))
        }
    }

    /// "3 calls".
    fn forgotten(&self) -> String {
        count(usize::try_from(self.forgotten).unwrap_or(usize::MAX), "call")
    }

    /// A program that goes past the cloud is told of: nobody else would know.
    fn nothing(&self, page: &mut Page) {
        if !self.calls.is_empty() || self.by_proxy || self.forgotten > 0 {
            return;
        }
        if self.isolated {
            page.line(0, "acslab: no call arrived: the program called nobody");
        } else {
            page.line(
                0,
                "acslab: no call arrived: does the program take its proxy and whom to trust from its environment?",
            );
            page.line(1, "what does not goes past the cloud, and past its guard: docs/exec.md says which do");
        }
    }

    fn incomplete(&self, page: &mut Page) {
        if self.forgotten > 0 {
            let calls = self.forgotten();
            page.line(
                0,
                format_args!("acslab: {calls} forgotten, to make room for others: what is told is of the rest"),
            );
        }
    }

    fn denied(&self, page: &mut Page) {
        // The same again is told once.
        let mut denied: BTreeMap<(String, String, String), (Vec<&Entry>, String)> = BTreeMap::new();
        for call in self.calls {
            for one in needs(&call.decided).filter(|one| one.decision.verdict != Verdict::Allow) {
                let why = match (one.decision.verdict, one.policy()) {
                    (Verdict::ExplicitDeny, Some(policy)) => {
                        format!("a statement of the policy {} denies it", policy.name)
                    }
                    (Verdict::ExplicitDeny, None) => "a statement denies it".to_owned(),
                    _ => "no statement allows it".to_owned(),
                };
                let caller = call.caller.clone().unwrap_or_default();
                let key = (caller, one.action().to_owned(), one.resource().to_owned());
                denied.entry(key).or_insert_with(|| (Vec::new(), why)).0.push(call);
            }
        }
        if denied.is_empty() {
            return;
        }
        let calls: BTreeSet<_> =
            denied.values().flat_map(|(calls, _)| calls.iter().map(|call| &*call.request_id)).collect();
        let what = if self.calls.iter().any(|call| call.reported) { "would be denied" } else { "denied" };
        page.line(0, format_args!("acslab: {} of {} {what}", calls.len(), count(self.calls.len(), "call")));
        for ((caller, action, resource), (calls, why)) in denied.iter().take(MOST) {
            let operations: BTreeSet<_> = calls.iter().map(|call| call.operation.full_name()).collect();
            let operations = operations.into_iter().collect::<Vec<_>>().join(", ");
            let nobody = caller == "*";
            let by = if nobody { "nobody (not signed)" } else { caller.as_str() };
            page.line(1, format_args!("{operations} by {by}{}", times(calls.len())));
            // A bucket's policy or an ACL may let nobody in; the service itself has neither.
            let signed =
                if nobody && resource.ends_with(":*") { "; sign it: no policy reaches who does not" } else { "" };
            page.line(2, format_args!("needs {action} on {resource}: {why}{signed}"));
        }
        more(page, denied.len());
    }

    fn not_performed(&self, page: &mut Page) {
        let missing = self.calls.iter().filter(|call| call.code.as_deref() == Some("AcslabNotPerformed"));
        let missing: BTreeSet<_> = missing.map(|call| call.operation.full_name()).collect();
        if missing.is_empty() {
            return;
        }
        page.line(0, format_args!("acslab: decided and not performed: {}", count(missing.len(), "operation")));
        for name in missing.iter().take(MOST) {
            page.line(1, name);
        }
        more(page, missing.len());
    }

    fn strangers(&self, page: &mut Page) {
        let (through, refused): (Vec<_>, Vec<_>) = self.strangers.iter().partition(|stranger| stranger.let_through);
        for (strangers, what) in [(refused, "refused"), (through, "let through")] {
            if strangers.is_empty() {
                continue;
            }
            let hosts = count(strangers.len(), "host");
            page.line(0, format_args!("acslab: {what}: {hosts} that the cloud does not serve"));
            for stranger in strangers.iter().take(MOST) {
                page.line(1, format_args!("{}:{}{}", stranger.host, stranger.port, times(stranger.times)));
            }
            more(page, strangers.len());
            if what == "refused" {
                page.line(1, "`--pass HOST` lets one through, `--observe` all of them");
            }
        }
    }
}

/// What a call needed: of what was asked under several names, the one that was allowed, or else the first.
fn needs(decided: &[Decided]) -> impl Iterator<Item = &Decided> {
    decided.chunk_by(|_, next| next.instead).filter_map(|names| {
        let allowed = names.iter().find(|one| one.decision.verdict == Verdict::Allow);
        allowed.or(names.first())
    })
}

/// How often, where it was more than once.
fn times(times: impl Display) -> String {
    let text = times.to_string();
    if text == "1" { String::new() } else { format!(", {text} times") }
}

fn more(page: &mut Page, all: usize) {
    if all > MOST {
        page.line(1, format_args!("and {} more", all - MOST));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_forgotten_is_told_and_no_policy_suggested() {
        let told = |forgotten| Told {
            calls: &[],
            forgotten,
            strangers: &[],
            by_proxy: true,
            isolated: false,
            caller: "acs:ram::1:root",
        };
        assert_eq!((told(0).text(), told(0).suggestion()), (String::new(), Suggestion::Nothing));
        assert_eq!(told(3).suggestion(), Suggestion::Incomplete("3 calls".to_owned()));
        assert!(told(3).text().starts_with("acslab: 3 calls forgotten"), "{}", told(3).text());
    }
}
