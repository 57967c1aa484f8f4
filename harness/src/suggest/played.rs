//! What scenarios need: they are played, what of each policy was used is put in its place, and they are played again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use acslab_emulator::{Decided, EmulatorHandle, StandIns};
use acslab_policy::{Dialect, Document, DocumentKind, Layer, Policy, Verdict};
use serde_json::Value;

use super::smallest::{Smaller, Suggestion, beyond, document, guarded, never_used, there};
use super::used::{Use, guards, principal, statement};
use crate::client::Client;
use crate::import::Standing;
use crate::runner::{self, Failure, Hooks, Plan};
use crate::scenario::Scenario;

/// A scenario that does not hold as it is: what it needs cannot be said.
#[derive(Debug, thiserror::Error)]
#[error("{scenario} does not hold as it is: {why}")]
pub struct NotHeld {
    scenario: String,
    why: String,
}

/// Why nothing is suggested.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum NotSuggested {
    /// A scenario does not hold.
    #[error(transparent)]
    #[diagnostic(help("`acslab run` shows the whole step; mend it first"))]
    NotHeld(#[from] NotHeld),
    /// There is nobody of this name.
    #[error("nobody is called `{0}`, and nobody of this name called")]
    Nobody(String),
}

/// The smallest policies with which all scenarios hold, for each RAM user and role in them, or for those who are named. In the place of
/// each policy stands what of it was used, and the scenarios are played again with these alone. Lessons are none of them: their tasks are
/// held against policies that are wrong on purpose.
///
/// # Errors
/// A scenario does not hold as it is, or somebody who is named is in none of them.
pub fn suggest_for(scenarios: &[Scenario], named: &[String], wildcards: bool) -> Result<Vec<Suggestion>, NotSuggested> {
    let scenarios: Vec<&Scenario> = scenarios.iter().filter(|scenario| scenario.lesson.is_none()).collect();
    let seen = Seen::of(&scenarios)?;
    if let Some(nobody) = named.iter().find(|name| !seen.knows(name)) {
        return Err(NotSuggested::Nobody(nobody.clone()));
    }
    let mut suggestions = seen.suggestions(named, wildcards);
    let all = stand_ins(&suggestions);
    for scenario in scenarios {
        let Err(failure) = play(scenario, Hooks { stand_ins: Some(Arc::new(all.clone())), ..Hooks::default() }) else {
            continue;
        };
        let called = seen.called.get(&scenario.name);
        let calls = |one: &Suggestion| called.is_some_and(|called| called.contains(&one.principal));
        let nobody = !suggestions.iter().any(calls);
        let mut concerned: Vec<&mut Suggestion> = suggestions.iter_mut().filter(|one| nobody || calls(one)).collect();
        // Whose policies are it? Those with which alone it does not hold either, or else all of them.
        let alone: Vec<Option<Failure>> = concerned
            .iter()
            .map(|one| {
                let stand_ins = Some(Arc::new(stand_ins(std::slice::from_ref(&**one))));
                play(scenario, Hooks { stand_ins, ..Hooks::default() }).err()
            })
            .collect();
        let together = alone.iter().all(Option::is_none).then_some(&failure);
        for (one, alone) in concerned.iter_mut().zip(&alone) {
            if let Some(failure) = alone.as_ref().or(together) {
                one.not_kept.push(format!("{}: {}", scenario.name, Why(failure)));
            }
        }
    }
    Ok(suggestions)
}

fn play(scenario: &Scenario, hooks: Hooks) -> Result<(), Failure> {
    runner::play(scenario, &Plan { hooks, ..Plan::default() })
}

/// What of one policy was used.
#[derive(Debug, Default)]
struct Needed {
    /// What it allowed.
    uses: Vec<Use>,
    /// Its statements that denied something, and those that speak of an action that was allowed, as they are written.
    denies: Vec<Value>,
}

impl Needed {
    fn document(&self, wildcards: bool) -> Value {
        guarded(&self.denies, document(&self.uses, wildcards))
    }

    fn take(&mut self, other: &Self) {
        for one in &other.uses {
            if !self.uses.iter().any(|known| known.is_like(one)) {
                self.uses.push(one.clone());
            }
        }
        for one in &other.denies {
            if !self.denies.contains(one) {
                self.denies.push(one.clone());
            }
        }
    }
}

/// A policy by its type, name and version, `Custom reader v1`, and what it says: two scenarios may have two by one name.
type PolicyText = (String, String);

/// What happened in scenarios.
#[derive(Debug, Default)]
struct Seen {
    /// By the ARN of each who called, what of each policy was used.
    used: BTreeMap<String, BTreeMap<PolicyText, Needed>>,
    /// By scenario, who called in it.
    called: BTreeMap<String, BTreeSet<String>>,
    /// The state that each scenario left.
    left: Vec<Standing>,
}

impl Seen {
    fn of(scenarios: &[&Scenario]) -> Result<Self, NotHeld> {
        let seen = Arc::new(Mutex::new(Self::default()));
        let noting = Arc::clone(&seen);
        let ended = move |scenario: &str, emulator: &EmulatorHandle| {
            noting.lock().unwrap_or_else(PoisonError::into_inner).note(scenario, emulator);
        };
        let hooks = Hooks { ended: Some(Arc::new(ended)), ..Hooks::default() };
        for scenario in scenarios {
            play(scenario, hooks.clone())
                .map_err(|failure| NotHeld { scenario: scenario.name.clone(), why: Why(&failure).to_string() })?;
        }
        let mut all = seen.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(std::mem::take(&mut all))
    }

    fn note(&mut self, scenario: &str, emulator: &EmulatorHandle) {
        let called = self.called.entry(scenario.to_owned()).or_default();
        let left = Standing::of_server(&Client::new(emulator.address().to_string())).ok();
        for entry in emulator.decisions(usize::MAX) {
            let Some(caller) = entry.caller.as_deref().and_then(principal) else { continue };
            // The ARN of a session has the name of its role in lower case.
            let caller = left.as_ref().and_then(|left| there(left, &caller)).unwrap_or(caller);
            called.insert(caller.clone());
            let own = self.used.entry(caller).or_default();
            for need in needs(&entry.decided) {
                for (policy, needed) in needed(need).into_iter().chain(kept(need)) {
                    own.entry(policy).or_default().take(&needed);
                }
            }
        }
        self.left.extend(left);
    }

    /// Is somebody of this name in a state that a scenario left, or among those who called?
    fn knows(&self, named: &str) -> bool {
        let called = |left: &Standing| {
            left.principal(named).is_ok_and(|arn| self.used.keys().any(|who| who.eq_ignore_ascii_case(&arn)))
        };
        self.left.iter().any(|left| left.known(named).is_ok_and(|known| known.is_some()) || called(left))
    }

    fn suggestions(&self, named: &[String], wildcards: bool) -> Vec<Suggestion> {
        let there: BTreeSet<String> = self.left.iter().flat_map(|left| left.authority.principals()).collect();
        let called = self.used.keys().cloned();
        let wanted = |arn: &String| {
            let is = |name: &String| {
                self.left.iter().any(|left| left.principal(name).is_ok_and(|known| known.eq_ignore_ascii_case(arn)))
            };
            named.is_empty() || named.iter().any(is)
        };
        let all: BTreeSet<String> = there.into_iter().chain(called).filter(wanted).collect();
        let none = BTreeMap::new();
        let one = |arn: String| {
            let used = self.used.get(&arn).unwrap_or(&none);
            let mut all = Needed::default();
            used.values().for_each(|needed| all.take(needed));
            let never: BTreeSet<String> = self.left.iter().flat_map(|left| never_used(left, &arn, &all.uses)).collect();
            let policies: Vec<Smaller> = used
                .iter()
                .map(|((policy, text), needed)| Smaller {
                    in_place_of: policy.clone(),
                    text: text.clone(),
                    document: needed.document(wildcards),
                })
                .collect();
            let said = !policies.is_empty() || !never.is_empty();
            said.then(|| Suggestion {
                principal: arn,
                calls: all.uses.len(),
                document: (!policies.is_empty()).then(|| all.document(wildcards)),
                policies,
                never_used: never.into_iter().collect(),
                not_kept: Vec::new(),
                widened: beyond(&all.uses, wildcards),
            })
        };
        all.into_iter().filter_map(one).collect()
    }
}

/// What settled each thing that a call needed: what denied it, or the first that allowed it, under whichever name of its action.
fn needs(decided: &[Decided]) -> Vec<&Decided> {
    let mut all: Vec<&Decided> = Vec::new();
    let mut allowed = false;
    for one in decided {
        allowed &= one.instead;
        match one.decision.verdict {
            Verdict::ExplicitDeny => all.push(one),
            Verdict::Allow if !allowed => {
                allowed = true;
                all.push(one);
            }
            Verdict::Allow | Verdict::ImplicitDeny => {}
        }
    }
    all
}

/// What a decision needed of the caller's own policies, and of which.
fn needed(decided: &Decided) -> Option<(PolicyText, Needed)> {
    let at = decided.decision.statement?;
    if ![Layer::Identity, Layer::IdentityResourceGroup].contains(&at.layer) {
        return None;
    }
    let layers = decided.question.layers.as_layers();
    let policy = layers.policy(at)?;
    let text = policy.document.text();
    let mut needed = Needed::default();
    if decided.decision.verdict == Verdict::Allow {
        needed.uses.push(Use::of(decided));
    } else {
        needed.denies.push(statement(text, usize::try_from(at.statement).ok()?)?);
    }
    Some((named(policy), needed))
}

/// What guards what was allowed, of each policy.
fn kept(decided: &Decided) -> Vec<(PolicyText, Needed)> {
    if decided.decision.verdict != Verdict::Allow {
        return Vec::new();
    }
    let of_policy = |(policy, denies)| (named(policy), Needed { denies, ..Needed::default() });
    guards(&decided.question, decided.action()).into_iter().map(of_policy).collect()
}

fn named(policy: &Policy) -> PolicyText {
    let reference = &policy.reference;
    let version = reference.version.as_deref().map(|version| format!(" {version}")).unwrap_or_default();
    (format!("{:?} {}{version}", reference.kind, reference.name), policy.document.text().to_owned())
}

/// What counts in the place of what the principals have.
fn stand_ins(suggestions: &[Suggestion]) -> StandIns {
    let mut all = StandIns::default();
    for one in suggestions {
        all.principal(&one.principal);
        for smaller in &one.policies {
            let text = smaller.document.to_string();
            if let Ok(document) = Document::parse_with(DocumentKind::Identity, &text, &Dialect::STORED) {
                all.put(&one.principal, &smaller.text, Arc::new(document));
            }
        }
    }
    all
}

/// Why a scenario does not hold, in a line.
struct Why<'f>(&'f Failure);

impl fmt::Display for Why<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Failure::Steps(steps) => {
                let Some(step) = steps.first() else { return f.write_str("a step is not as expected") };
                write!(f, "{}, {}", step.which, step.what)?;
                match step.differences.first() {
                    Some(one) => write!(f, ": expected {}, found {}", one.expected, one.found),
                    None => Ok(()),
                }
            }
            Failure::Interrupted => f.write_str("interrupted"),
            Failure::Mistakes(_) => f.write_str("its file has mistakes"),
            Failure::Trouble(trouble) => trouble.fmt(f),
        }
    }
}
