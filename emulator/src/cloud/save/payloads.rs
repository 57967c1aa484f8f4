//! Payloads, as they are saved: beside the document, by numbers that are in it.

use std::collections::BTreeMap;

use crc_fast::CrcAlgorithm;
use serde::{Deserialize, Serialize};

use super::error::LoadError;
use super::snapshot::PayloadNames;
use crate::cloud::payload::{Chunk, Payload};

/// Gives payloads their numbers while they are written down, and collects them.
pub(super) struct Collected<'n> {
    names: &'n mut PayloadNames,
    payloads: BTreeMap<u64, Payload>,
}

/// Which bytes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum SavedBytes {
    /// Those of the payload of this number; of 0 none, which are nowhere.
    Whole(u64),
    /// Ranges of several, each with the number, the first byte and the one behind the last: what a store has in several places is not
    /// copied together to be saved.
    Ranges(Vec<(u64, u64, u64)>),
}

impl<'n> Collected<'n> {
    pub(super) fn new(names: &'n mut PayloadNames) -> Self {
        Self { names, payloads: BTreeMap::new() }
    }

    pub(super) fn into_payloads(self) -> BTreeMap<u64, Payload> {
        self.payloads
    }

    pub(super) fn bytes(&mut self, payload: &Payload) -> SavedBytes {
        if payload.in_memory() == payload.size() {
            return SavedBytes::Whole(self.number(payload));
        }
        let range = |chunk: &Chunk| match chunk {
            Chunk::Memory(bytes) => (self.number(&bytes.clone().into()), 0, chunk.size()),
            Chunk::Kept(blob, range) => (self.number(&blob.clone().into()), range.start, range.end),
        };
        SavedBytes::Ranges(payload.chunks().iter().map(range).collect())
    }

    /// The number of a payload; 0 for one of no bytes, which is nowhere.
    pub(super) fn number(&mut self, payload: &Payload) -> u64 {
        if payload.is_empty() {
            return 0;
        }
        let number = self.names.number(payload);
        self.payloads.entry(number).or_insert_with(|| payload.clone());
        number
    }
}

/// How a payload is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Wherever payloads of its size are.
    Anywhere,
    /// In memory: it is looked into all the time.
    InMemory,
}

/// Where payloads are had from, by their numbers.
pub(super) type Payloads<'p> = &'p mut dyn FnMut(u64, Wanted) -> Result<Payload, LoadError>;

/// Payloads as they are read: each once, however many objects have it. From nowhere, nothing is in any of them.
pub(super) struct Loading<'p> {
    from: Option<Payloads<'p>>,
    /// With their CRC-64, where they are in memory.
    known: BTreeMap<u64, (Payload, Option<u64>)>,
}

impl<'p> Loading<'p> {
    pub(super) fn new(from: Option<Payloads<'p>>) -> Self {
        Self { from, known: BTreeMap::new() }
    }

    /// Are the payloads left out?
    pub(super) fn leaves_out(&self) -> bool {
        self.from.is_none()
    }

    /// The bytes that were saved, which must have this CRC-64, and this size where it was saved.
    ///
    /// Of what is in a store the size alone is looked at: to read it all would take as long as to copy it, and the files are written by
    /// this program alone, each whole before a document names it.
    pub(super) fn bytes(&mut self, saved: &SavedBytes, size: Option<u64>, crc: u64) -> Result<Payload, LoadError> {
        if self.leaves_out() {
            return Ok(Payload::default());
        }
        let (number, (payload, has)) = match saved {
            SavedBytes::Whole(number) => (*number, self.known(*number, Wanted::Anywhere)?),
            SavedBytes::Ranges(ranges) => {
                let part = |&(number, from, to): &(u64, u64, u64)| {
                    self.known(number, Wanted::Anywhere).map(|(payload, _)| payload.slice(from..to))
                };
                let parts = ranges.iter().map(part).collect::<Result<Vec<_>, _>>()?;
                let payload = Payload::join(&parts);
                let has = in_memory(&payload);
                (ranges.first().map_or(0, |(number, ..)| *number), (payload, has))
            }
        };
        if let Some(size) = size.filter(|size| *size != payload.size()) {
            let why = format!("it has {} bytes, and {size} were saved", payload.size());
            return Err(LoadError::Payload { number, why });
        }
        is(number, has, crc).map(|()| payload)
    }

    /// The payload of a number, which must have this CRC-64, in memory.
    pub(super) fn whole(&mut self, number: u64, crc: u64) -> Result<Payload, LoadError> {
        if self.leaves_out() {
            return Ok(Payload::default());
        }
        let (payload, has) = self.known(number, Wanted::InMemory)?;
        is(number, has, crc).map(|()| payload)
    }

    fn known(&mut self, number: u64, wanted: Wanted) -> Result<(Payload, Option<u64>), LoadError> {
        if let Some(known) = self.known.get(&number) {
            return Ok(known.clone());
        }
        let payload = match &mut self.from {
            Some(from) if number > 0 => from(number, wanted)?,
            _ => Payload::default(),
        };
        let known = (payload.clone(), in_memory(&payload));
        self.known.insert(number, known.clone());
        Ok(known)
    }
}

/// Is the CRC-64, where it was worked out, the one that was saved?
fn is(number: u64, has: Option<u64>, saved: u64) -> Result<(), LoadError> {
    if has.is_none_or(|has| has == saved) {
        return Ok(());
    }
    Err(LoadError::Payload { number, why: "its bytes are not those that were saved: the CRC-64 is another".to_owned() })
}

/// The CRC-64 of a payload that is in memory.
fn in_memory(payload: &Payload) -> Option<u64> {
    let mut digest = crc_fast::Digest::new(CrcAlgorithm::Crc64Xz);
    for chunk in payload.chunks() {
        match chunk {
            Chunk::Memory(bytes) => digest.update(bytes),
            Chunk::Kept(..) => return None,
        }
    }
    Some(digest.finalize())
}
