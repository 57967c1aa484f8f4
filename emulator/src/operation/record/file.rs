//! The file of a product whose operations are verbs over records.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::kind::{Kind, Labels, Named};
use super::once::TokenWords;
use super::over::{Hook, Over, OverRecord, Show, Verb};
use super::shape::{Field, Shape};
use super::tags::TagWords;
use super::words::Words;
use crate::operation::{Handler, Perform};

/// A product's kinds of records, and which operation does which verb on which.
#[derive(Debug)]
pub struct RecordProduct {
    pub(super) kinds: BTreeMap<String, Arc<Kind>>,
    pub(super) says: BTreeMap<String, Arc<Over>>,
    /// The parameter that names the region, where it is not the one that was addressed.
    pub(super) region: Option<String>,
    /// The code of refusals, where it is not the usual one.
    pub(super) refusal: Option<String>,
    /// What every answer has.
    pub(super) envelope: Map<String, Value>,
    /// So many records on a page where the call does not say.
    pub(super) page: usize,
    /// Are the newest shown first?
    pub(super) newest_first: bool,
    /// What is answered to a rehearsal, where there are such.
    pub(super) rehearsed: Option<Words>,
    /// What is answered to tokens, where they make a call one.
    pub(super) token: Option<TokenWords>,
    /// What is answered in a region that there is not, where the product looks.
    pub(super) nowhere: Option<Words>,
    /// What is answered to tags that are none, where the product looks.
    pub(super) tags: Option<TagWords>,
    hooks: Hooks,
}

/// The functions that a file may name.
#[derive(Debug, Clone, Copy)]
pub struct Hooks {
    /// What is done besides.
    pub hook: fn(&str) -> Option<Hook>,
    /// What is shown besides.
    pub show: fn(&str) -> Option<Show>,
    /// What performs an operation that is no verb.
    pub handler: fn(&str) -> Option<Handler>,
}

impl Hooks {
    /// None at all: of a file that is not the program's own.
    pub const NONE: Self = Self { hook: |_| None, show: |_| None, handler: |_| None };
}

/// Such a file, as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordFile {
    /// The product's code.
    pub product: String,
    /// The version of its API.
    pub version: String,
    /// The parameter that names the region, where it is not the one that was addressed.
    pub region: Option<String>,
    /// The code of refusals, where it is not the usual one.
    pub refusal: Option<String>,
    /// What every answer has.
    #[serde(default)]
    pub envelope: Map<String, Value>,
    /// So many records on a page where the call does not say.
    #[serde(default = "ten")]
    pub page: usize,
    /// Are the newest shown first?
    #[serde(default)]
    pub newest_first: bool,
    /// What is answered to a call with `DryRun` that would be done, of an operation that takes it. None: such a parameter means nothing.
    pub rehearsed: Option<Words>,
    /// What is answered to a `ClientToken`, of an operation that takes one. None: such a parameter means nothing.
    pub token: Option<TokenWords>,
    /// What is answered in a region that there is not. None: the region stands in the host alone, and such a host is nobody's.
    pub nowhere: Option<Words>,
    /// What is answered to tags that cannot be. None: they are not looked at.
    pub tags: Option<TagWords>,
    /// What every kind has that does not say otherwise.
    #[serde(default)]
    pub every: Map<String, Value>,
    /// The kinds by name.
    #[serde(default)]
    pub kinds: BTreeMap<String, Map<String, Value>>,
    /// What each operation does.
    pub operations: BTreeMap<String, Over>,
}

/// What is wrong with a file of records.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RecordFileError(pub String);

fn ten() -> usize {
    10
}

impl RecordFile {
    /// Puts it together, with the functions that it names.
    ///
    /// # Errors
    /// It names a kind or a function that there is not.
    pub fn product(self, hooks: Hooks) -> Result<RecordProduct, RecordFileError> {
        let mut kinds = BTreeMap::new();
        for (name, mut says) in self.kinds {
            for (key, value) in &self.every {
                says.entry(key.clone()).or_insert_with(|| value.clone());
            }
            let kind = Kind::deserialize(Value::Object(says));
            let mut kind = kind.map_err(|wrong| RecordFileError(format!("the kind `{name}`: {wrong}")))?;
            kind.name.clone_from(&name);
            if kind.kept.is_empty() {
                kind.kept = format!("{}/{name}", self.product);
            }
            kind.shows = match &kind.show {
                Some(show) => Some((hooks.show)(show).ok_or_else(|| RecordFileError(format!("no function `{show}`")))?),
                None => None,
            };
            kinds.insert(name, kind);
        }
        for kind in kinds.values() {
            let named = kind.within.iter().chain(kind.newest.values());
            let named = named.chain([&kind.of, &kind.group_of].into_iter().flatten().map(|(_, of)| of));
            let named = named.chain(kind.via.as_ref().map(|(via, _)| via));
            let named = named
                .chain(kind.makes.iter().map(|makes| &makes.kind))
                .chain(kind.held.iter().map(|held| &held.by).filter(|by| !by.contains('/')))
                .map(String::as_str)
                .chain(kind.names.values().map(Named::kind).filter(|kind| !kind.contains('/')));
            if let Some(absent) = named.into_iter().find(|name| !kinds.contains_key(*name)) {
                return Err(RecordFileError(format!("the kind `{}` names `{absent}`, which is no kind", kind.name)));
            }
        }
        for (operation, says) in &self.operations {
            if let Some((_, absent)) = says.of.as_ref().filter(|(_, kind)| !kinds.contains_key(kind)) {
                return Err(RecordFileError(format!("`{operation}` names `{absent}`, which is no kind")));
            }
            let without = says.handler.is_some()
                || (says.verb == Some(Verb::List) && !says.always.is_empty())
                || matches!(says.verb, Some(Verb::Tag | Verb::Untag | Verb::Tags | Verb::Regroup | Verb::Answer));
            match &says.kind {
                Some(kind) if !kinds.contains_key(kind) => {
                    return Err(RecordFileError(format!("`{operation}` is over `{kind}`, which is no kind")));
                }
                None if !without => return Err(RecordFileError(format!("`{operation}` is over no kind of record"))),
                _ => {}
            }
            if says.verb.is_none() && says.handler.is_none() {
                return Err(RecordFileError(format!("`{operation}` needs a verb or a handler")));
            }
            if let Some(absent) = says.handler.as_ref().filter(|name| (hooks.handler)(name).is_none()) {
                return Err(RecordFileError(format!("`{operation}`: no function `{absent}`")));
            }
            if let Some(absent) = says.hooks.iter().find(|hook| (hooks.hook)(hook).is_none()) {
                return Err(RecordFileError(format!("`{operation}`: no function `{absent}`")));
            }
        }
        Ok(RecordProduct {
            kinds: kinds.into_iter().map(|(name, kind)| (name, Arc::new(kind))).collect(),
            says: self.operations.into_iter().map(|(name, says)| (name, Arc::new(says))).collect(),
            region: self.region,
            refusal: self.refusal,
            envelope: self.envelope,
            page: self.page,
            newest_first: self.newest_first,
            rehearsed: self.rehearsed,
            token: self.token,
            nowhere: self.nowhere,
            tags: self.tags,
            hooks,
        })
    }
}

impl RecordProduct {
    /// What the file says of an operation, by its name.
    pub fn says(&self, operation: &str) -> Option<&Over> {
        self.says.get(operation).map(AsRef::as_ref)
    }

    /// The operations that it is about.
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        self.says.keys().map(String::as_str)
    }

    /// The parameter that names the region, where it is not the one that was addressed.
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// The code of refusals, where it is not the usual one.
    pub fn refusal(&self) -> Option<&str> {
        self.refusal.as_deref()
    }

    /// Can calls be rehearsed?
    #[cfg(test)]
    pub(crate) fn is_rehearsed(&self) -> bool {
        self.rehearsed.is_some()
    }

    /// A kind, by its name.
    pub fn kind(&self, name: &str) -> Option<&Arc<Kind>> {
        self.kinds.get(name)
    }

    /// The kinds.
    pub fn kinds(&self) -> impl Iterator<Item = &Arc<Kind>> {
        self.kinds.values()
    }

    /// What an operation does: the types of its parameters and of its answer are told by its row. None where the file says nothing of it.
    pub fn perform(
        self: &Arc<Self>,
        operation: &str,
        takes: Option<Vec<Field>>,
        answers: Option<Shape>,
    ) -> Option<Perform> {
        let handler = self.handler(self.says.get(operation)?);
        let over = self.over(operation, takes, answers).map(|over| Perform::Record(Box::new(over)));
        over.or(handler.map(Perform::Handler))
    }

    fn handler(&self, says: &Over) -> Option<Handler> {
        says.handler.as_ref().and_then(|name| (self.hooks.handler)(name))
    }

    fn over(
        self: &Arc<Self>,
        operation: &str,
        takes: Option<Vec<Field>>,
        answers: Option<Shape>,
    ) -> Option<OverRecord> {
        let says = self.says.get(operation)?;
        Some(OverRecord {
            product: Arc::clone(self),
            verb: says.verb?,
            handler: self.handler(says),
            kind: says.kind.as_ref().and_then(|kind| self.kinds.get(kind)).cloned(),
            hooks: says.hooks.iter().filter_map(|hook| (self.hooks.hook)(hook)).collect(),
            says: Arc::clone(says),
            takes,
            answers,
        })
    }

    /// The kind that a record is in, that which this one is in, and so on.
    pub(super) fn outer<'s>(&'s self, kind: &'s Kind) -> impl Iterator<Item = &'s Arc<Kind>> {
        let next = |kind: &Kind| kind.within.as_ref().and_then(|name| self.kinds.get(name));
        std::iter::successors(next(kind), move |kind| next(kind))
    }

    /// The kind whose records tell who may do what with those of a kind: what those are in, or belong to.
    pub fn told_by<'s>(&'s self, kind: &'s Arc<Kind>) -> &'s Arc<Kind> {
        let belongs =
            |kind: &Arc<Kind>| kind.of.as_ref().filter(|_| !kind.workspace).and_then(|(_, of)| self.kinds.get(of));
        self.outer(kind).last().or_else(|| belongs(kind)).unwrap_or(kind)
    }

    /// The kinds whose records are in those of a kind.
    pub(super) fn inner<'s>(&'s self, kind: &'s Kind) -> impl Iterator<Item = &'s Arc<Kind>> {
        self.kinds.values().filter(|one| self.outer(one).any(|outer| outer.name == kind.name))
    }

    /// How labels of a kind are written.
    pub(super) fn labels(kind: &Kind) -> Labels {
        kind.labels.clone().unwrap_or_else(|| Labels {
            field: "Labels".to_owned(),
            key: "Key".to_owned(),
            value: "Value".to_owned(),
            item: None,
            given: None,
            tags: false,
        })
    }
}
