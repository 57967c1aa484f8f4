//! What was reached, over a run.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use acslab_emulator::Entry;
use acslab_policy::DocumentKind;
use serde::Serialize;
use serde_json::Value;

use super::items::Reached;
use super::sent::{Kind, canonical, name_of};
use crate::page::Page;
use crate::report::Paint;
use crate::runner::{Hooks, Sent};
use crate::words::visible;

/// A policy by its kind and what it says.
type Key = (Kind, String);

/// The policies that were sent, and what of them was reached.
#[derive(Debug, Default)]
pub struct Collected {
    policies: BTreeMap<Key, Reached>,
}

/// How much of the policies was reached.
#[derive(Clone, Debug, Serialize)]
pub struct Coverage {
    /// The policies by name.
    pub policies: Vec<Reached>,
}

impl Collected {
    /// What a run has to be given to collect.
    pub fn hooks(collected: &Arc<Mutex<Self>>) -> Hooks {
        let lock = |collected: &Mutex<Self>, note: &dyn Fn(&mut Self)| {
            note(&mut collected.lock().unwrap_or_else(PoisonError::into_inner));
        };
        let (sent, decided) = (Arc::clone(collected), Arc::clone(collected));
        Hooks {
            policy: Some(Arc::new(move |policy| {
                lock(&sent, &|collected| collected.note_policy(policy));
                None
            })),
            ended: Some(Arc::new(move |_, emulator| {
                let entries = emulator.decisions(usize::MAX);
                lock(&decided, &|collected| collected.note_decisions(&entries));
            })),
            ..Hooks::default()
        }
    }

    fn note_policy(&mut self, sent: &Sent<'_>) {
        let kind = Kind::of(sent.operation);
        let key = (kind, canonical(sent.document));
        if self.policies.contains_key(&key) {
            return;
        }
        let of_file = sent.file.and_then(|file| Some((file.to_owned(), std::fs::read_to_string(file).ok()?)));
        let (file, text) = match of_file {
            Some((file, text)) => (Some(file), text),
            None => (None, format!("{:#}\n", sent.document)),
        };
        if let Some(reached) = Reached::new(name_of(sent), file, text, kind.document()) {
            self.policies.insert(key, reached);
        }
    }

    fn note_decisions(&mut self, entries: &[Arc<Entry>]) {
        // Many decisions share their policies: each text is looked at once.
        let mut keys: BTreeMap<(DocumentKindName, usize), Option<Key>> = BTreeMap::new();
        for decided in entries.iter().flat_map(|entry| &entry.decided) {
            let explanation = decided.question.explain();
            for trace in explanation.units().flat_map(|unit| &unit.statements) {
                let document = &trace.document;
                let kind = kind_of(document.kind());
                let address = (kind as DocumentKindName, Arc::as_ptr(document).addr());
                let key = keys.entry(address).or_insert_with(|| {
                    let value: Value = serde_json::from_str(document.text()).ok()?;
                    Some((kind, canonical(&value)))
                });
                if let Some(reached) = key.as_ref().and_then(|key| self.policies.get_mut(key)) {
                    reached.add(trace);
                }
            }
        }
    }

    /// What was reached so far.
    pub fn coverage(&self) -> Coverage {
        let mut policies: Vec<_> = self.policies.values().cloned().collect();
        policies.sort_by(|a, b| (&a.name, &a.text).cmp(&(&b.name, &b.text)));
        Coverage { policies }
    }
}

type DocumentKindName = u8;

fn kind_of(kind: DocumentKind) -> Kind {
    match kind {
        DocumentKind::Trust => Kind::Trust,
        DocumentKind::Bucket => Kind::Bucket,
        DocumentKind::Session => Kind::Session,
        DocumentKind::Control => Kind::Control,
        DocumentKind::Identity => Kind::Identity,
    }
}

impl Coverage {
    /// How much was reached, from 0 to 100; all of nothing.
    #[expect(clippy::cast_precision_loss, reason = "there are not so many")]
    pub fn percent(&self) -> f64 {
        let all: usize = self.policies.iter().map(|policy| policy.items.len()).sum();
        let hit: usize = self.policies.iter().map(Reached::hit).sum();
        if all == 0 { 100.0 } else { hit as f64 * 100.0 / all as f64 }
    }

    /// For people: each policy with what was never reached.
    pub fn text(&self, paint: Paint) -> String {
        let mut page = Page::default();
        page.line(0, "");
        for policy in &self.policies {
            let (hit, all) = (policy.hit(), policy.items.len());
            let line = visible(&format!("{}: {hit} of {all} reached", policy.name));
            page.line(0, if hit == all { paint.green(&line) } else { paint.yellow(&line) });
            for item in policy.items.iter().filter(|item| item.hits == 0) {
                let (statement, line) = (item.statement, item.line);
                let place = policy.file.as_ref().map_or(String::new(), |file| format!(", {}:{line}", file.display()));
                page.line(1, visible(&format!("never: statement {statement}, {}{place}", item.what)));
            }
        }
        if self.policies.is_empty() {
            page.line(0, "no scenario sends a policy, so that there is nothing to reach");
            return page.into_text();
        }
        page.line(
            0,
            format_args!(
                "{:.1} % of {} reached",
                self.percent(),
                crate::words::count(self.policies.len(), "policy").replace("policys", "policies")
            ),
        );
        page.into_text()
    }
}
