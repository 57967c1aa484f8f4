//! Typed records: what an account keeps of a product whose operations are no more than verbs over it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The records of one account: by product, kind and region, then by their ids.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct Records {
    kinds: BTreeMap<String, BTreeMap<String, Map<String, Value>>>,
}

/// Why a record could not be had or made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordError {
    /// There is none with that id.
    Missing,
    /// There is one with that id.
    Exists,
    /// The account has as many of the kind as it may.
    TooMany,
}

/// Where a kind of record is kept: of which product, in which region.
fn place(product: &str, kind: &str, region: &str) -> String {
    format!("{product}/{kind}/{region}")
}

impl Records {
    /// The most records of one kind in a region.
    pub const MOST: usize = 10_000;

    /// Makes a record.
    pub fn create(
        &mut self,
        (product, kind, region): (&str, &str, &str),
        id: &str,
        fields: Map<String, Value>,
    ) -> Result<(), RecordError> {
        let records = self.kinds.entry(place(product, kind, region)).or_default();
        if records.contains_key(id) {
            return Err(RecordError::Exists);
        }
        if records.len() >= Self::MOST {
            return Err(RecordError::TooMany);
        }
        records.insert(id.to_owned(), fields);
        Ok(())
    }

    /// The record with that id.
    pub fn get(&self, at: (&str, &str, &str), id: &str) -> Result<&Map<String, Value>, RecordError> {
        self.of(at).and_then(|records| records.get(id)).ok_or(RecordError::Missing)
    }

    /// All records of a kind, by their ids.
    pub fn list(&self, at: (&str, &str, &str)) -> impl Iterator<Item = &Map<String, Value>> {
        self.of(at).into_iter().flat_map(BTreeMap::values)
    }

    /// Sets fields of a record.
    pub fn update(
        &mut self,
        (product, kind, region): (&str, &str, &str),
        id: &str,
        fields: Map<String, Value>,
    ) -> Result<(), RecordError> {
        let records = self.kinds.get_mut(&place(product, kind, region)).ok_or(RecordError::Missing)?;
        records.get_mut(id).ok_or(RecordError::Missing)?.extend(fields);
        Ok(())
    }

    /// Removes a record.
    pub fn delete(&mut self, (product, kind, region): (&str, &str, &str), id: &str) -> Result<(), RecordError> {
        let records = self.kinds.get_mut(&place(product, kind, region)).ok_or(RecordError::Missing)?;
        records.remove(id).map(|_| ()).ok_or(RecordError::Missing)
    }

    fn of(&self, (product, kind, region): (&str, &str, &str)) -> Option<&BTreeMap<String, Map<String, Value>>> {
        self.kinds.get(&place(product, kind, region))
    }
}
