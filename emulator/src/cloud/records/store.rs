//! The records of one account.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::answered::Answered;
use super::record::Record;

/// The records of one account: by product, kind and region, then by their keys.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct Records {
    kinds: BTreeMap<String, BTreeMap<String, Record>>,
    /// What calls with a token of their own were answered.
    #[serde(default, skip_serializing_if = "Answered::is_empty")]
    pub answered: Answered,
}

/// Where a kind of record is kept: of which product, in which region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordPlace(String);

impl RecordPlace {
    /// A kind, with its product's name before it, in a region: `eas/Service` in `cn-hangzhou`.
    pub fn new(kind: &str, region: &str) -> Self {
        Self(format!("{kind}/{region}"))
    }
}

/// Why a record could not be had or made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordError {
    /// There is none with that key.
    Missing,
    /// There is one with that key.
    Exists,
    /// The account has as many of the kind as it may.
    TooMany,
}

impl Records {
    /// Makes a record, unless there are as many of its kind as there may be in a region.
    pub fn create(
        &mut self,
        place: &RecordPlace,
        record: Record,
        most: usize,
        now: Timestamp,
    ) -> Result<(), RecordError> {
        let records = self.kinds.entry(place.0.clone()).or_default();
        records.retain(|_, record| record.is_there(now));
        if records.contains_key(&record.key) {
            return Err(RecordError::Exists);
        }
        if records.len() >= most {
            return Err(RecordError::TooMany);
        }
        records.insert(record.key.clone(), record);
        Ok(())
    }

    /// The record with that key.
    pub fn get(&self, place: &RecordPlace, key: &str, now: Timestamp) -> Result<&Record, RecordError> {
        let record = self.kinds.get(&place.0).and_then(|records| records.get(key));
        record.filter(|record| record.is_there(now)).ok_or(RecordError::Missing)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, place: &RecordPlace, key: &str, now: Timestamp) -> Result<&mut Record, RecordError> {
        let record = self.kinds.get_mut(&place.0).and_then(|records| records.get_mut(key));
        record.filter(|record| record.is_there(now)).ok_or(RecordError::Missing)
    }

    /// The records of a kind that are in the record with that key, by their keys; of an empty key all.
    pub fn within<'a>(
        &'a self,
        place: &RecordPlace,
        outer: &str,
        now: Timestamp,
    ) -> impl Iterator<Item = &'a Record> + use<'a> {
        let first = if outer.is_empty() { String::new() } else { format!("{outer}/") };
        let records = self.kinds.get(&place.0);
        let behind = records.into_iter().flat_map({
            let first = first.clone();
            move |records| records.range(first.clone()..)
        });
        let inside = behind.take_while(move |(key, _)| key.starts_with(&first));
        inside.map(|(_, record)| record).filter(move |record| record.is_there(now))
    }

    /// The records of a kind, with its product's name before it, in all regions.
    pub fn everywhere<'a>(
        &'a self,
        kind: &str,
        now: Timestamp,
    ) -> impl Iterator<Item = (&'a str, &'a Record)> + use<'a> {
        let first = format!("{kind}/");
        let places = self.kinds.iter();
        let regions = places.filter_map(move |(place, records)| Some((place.strip_prefix(&first)?, records)));
        // A region has no `/`: what has one is a kind whose name begins like this one.
        let regions = regions.filter(|(region, _)| !region.contains('/')).collect::<Vec<_>>();
        let all =
            regions.into_iter().flat_map(|(region, records)| records.values().map(move |record| (region, record)));
        all.filter(move |(_, record)| record.is_there(now))
    }

    /// All records, each with what it is kept under and its region.
    pub fn all(&self, now: Timestamp) -> impl Iterator<Item = (&str, &str, &Record)> {
        let places = self.kinds.iter().filter_map(|(place, records)| Some((place.rsplit_once('/')?, records)));
        let all = places.flat_map(|((kept, region), records)| records.values().map(move |one| (kept, region, one)));
        all.filter(move |(.., record)| record.is_there(now))
    }

    /// Removes a record.
    pub fn delete(&mut self, place: &RecordPlace, key: &str) -> Result<(), RecordError> {
        let records = self.kinds.get_mut(&place.0).ok_or(RecordError::Missing)?;
        records.remove(key).map(|_| ()).ok_or(RecordError::Missing)
    }

    /// Removes all records of a kind that are in the record with that key.
    pub fn delete_within(&mut self, place: &RecordPlace, outer: &str) {
        let first = format!("{outer}/");
        if let Some(records) = self.kinds.get_mut(&place.0) {
            records.retain(|key, _| !key.starts_with(&first));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::course::{Course, Step};
    use super::*;

    #[test]
    fn records_lie_in_others_and_are_counted() {
        let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let place = RecordPlace::new("p/K", "cn-hangzhou");
        let mut records = Records::default();
        let mut create = |key: &str| records.create(&place, Record::new(key.to_owned(), "1", now), 3, now);
        assert_eq!([create("a/1"), create("a/2"), create("ab/1")], [Ok(()); 3]);
        assert_eq!((create("a/1"), create("a/3")), (Err(RecordError::Exists), Err(RecordError::TooMany)));
        let keys = |outer: &str| records.within(&place, outer, now).map(|one| one.key.clone()).collect::<Vec<_>>();
        assert_eq!((keys("a"), keys("").len(), keys("b").len()), (vec!["a/1".to_owned(), "a/2".to_owned()], 3, 0));
        let mut gone = records.clone();
        gone.delete_within(&place, "a");
        assert_eq!(gone.within(&place, "", now).count(), 1);
        // One whose course has ended is not there, and counts no more.
        let ended = Course { since: now, steps: vec![Step { state: None, after: 0 }] };
        records.get_mut(&place, "a/2", now).unwrap().course = ended;
        assert_eq!(records.get(&place, "a/2", now).unwrap_err(), RecordError::Missing);
        assert_eq!(records.create(&place, Record::new("a/3".to_owned(), "1", now), 3, now), Ok(()));
        assert_eq!(json!(records)["kinds"]["p/K/cn-hangzhou"].as_object().unwrap().len(), 3);
    }
}
