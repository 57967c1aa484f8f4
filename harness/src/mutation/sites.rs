//! The policies that scenarios send, and where.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use acslab_emulator::SystemPolicies;
use serde_json::Value;

use super::change::{self, Change};
use crate::coverage::{Kind, name_of};
use crate::runner::{self, Hooks, Sent};

/// A policy that scenarios send, one or several.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// What it is called.
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) document: Value,
    /// Where it is changed.
    pub(super) place: Place,
}

/// Where a policy is changed.
#[derive(Clone, Debug, Hash)]
pub(super) enum Place {
    /// On its way: in which scenarios, and as which of their policies.
    Sent(BTreeSet<(String, runner::Place)>),
    /// In force from the start, for all scenarios.
    System,
}

/// The policies that were sent.
#[derive(Debug, Default)]
pub(super) struct Sites {
    sent: BTreeMap<(Kind, String, String), Site>,
    /// Where the cloud took none: what it refused was never in force, and no change of it changes who may do what.
    refused: BTreeSet<(String, runner::Place)>,
}

impl Sites {
    /// What a run has to be given to find them.
    pub(super) fn hooks(sites: &Arc<Mutex<Self>>) -> Hooks {
        let seen = Arc::clone(sites);
        let policy = move |sent: &Sent<'_>| {
            seen.lock().unwrap_or_else(PoisonError::into_inner).note(sent);
            None
        };
        let refused = Arc::clone(sites);
        let taken = move |scenario: &str, place: &runner::Place, taken: bool| {
            if !taken {
                let mut sites = refused.lock().unwrap_or_else(PoisonError::into_inner);
                sites.refused.insert((scenario.to_owned(), place.clone()));
            }
        };
        Hooks { policy: Some(Arc::new(policy)), taken: Some(Arc::new(taken)), ..Hooks::default() }
    }

    fn note(&mut self, sent: &Sent<'_>) {
        let (kind, name) = (Kind::of(sent.operation), name_of(sent));
        let key = (kind, name.clone(), sent.document.to_string());
        let site = self.sent.entry(key).or_insert_with(|| Site {
            name,
            kind,
            document: sent.document.clone(),
            place: Place::Sent(BTreeSet::new()),
        });
        if let Place::Sent(places) = &mut site.place {
            places.insert((sent.scenario.to_owned(), sent.place.clone()));
        }
    }

    /// Those with a text in their names, or all, as far as the cloud took them.
    pub(super) fn named(&self, part: Option<&str>) -> Vec<Site> {
        let fits = |site: &&Site| part.is_none_or(|part| site.name.contains(part));
        let taken = self.sent.values().filter(fits).filter_map(|site| {
            let Place::Sent(places) = &site.place else { return None };
            let places: BTreeSet<_> = places.difference(&self.refused).cloned().collect();
            (!places.is_empty()).then(|| Site { place: Place::Sent(places), ..site.clone() })
        });
        taken.collect()
    }
}

/// A system policy as a site, if there is one of that very name.
pub(super) fn system(name: &str) -> Option<Site> {
    let policies = SystemPolicies::shipped();
    let policy = policies.get(name)?;
    let document = serde_json::from_str(policy.document().text()).ok()?;
    Some(Site { name: policy.name.clone(), kind: Kind::Identity, document, place: Place::System })
}

impl Site {
    /// Its changes.
    pub(super) fn changes(&self) -> Vec<Change> {
        change::all(&self.document, self.kind)
    }
}
