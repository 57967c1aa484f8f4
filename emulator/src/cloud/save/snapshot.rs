//! A cloud as it was at one moment.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::cloud::payload::{Chunk, Payload};

/// A cloud as it was at one moment: the document, and the payloads that it names. A clone shares both.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The document, as JSON.
    pub document: Arc<[u8]>,
    /// The payloads, by the number that the document has for them.
    pub payloads: Arc<BTreeMap<u64, Payload>>,
}

impl Snapshot {
    /// How many bytes its document has.
    pub fn document_bytes(&self) -> u64 {
        u64::try_from(self.document.len()).unwrap_or(u64::MAX)
    }

    /// How many bytes it holds on to, those of payloads included that others hold on to as well.
    pub fn bytes(&self) -> u64 {
        self.payloads.values().map(Payload::size).fold(self.document_bytes(), u64::saturating_add)
    }
}

/// The numbers that payloads go by in documents. The same payload has the same number in every snapshot, for as long as one of
/// them has it, so that it is written once.
#[derive(Debug, Default)]
pub struct PayloadNames {
    next: u64,
    by_place: HashMap<Place, u64>,
    /// The payloads themselves: as long as one is here, no other is at its place in memory.
    by_number: HashMap<u64, Payload>,
}

/// Where a payload is in memory, which tells it from every other that is there at the same time.
type Place = (usize, u64);

fn place(payload: &Payload) -> Place {
    let address = match payload.chunks() {
        // Clones share the one chunk, and each has a list of its own.
        [Chunk::Memory(bytes)] => bytes.as_ptr().addr(),
        // Of what a store keeps the whole is saved, whatever range is named.
        [Chunk::Kept(blob, _)] => Arc::as_ptr(blob).addr(),
        several => several.as_ptr().addr(),
    };
    (address, payload.size())
}

impl PayloadNames {
    /// The number of a payload; a new one, if it was not known.
    pub(super) fn number(&mut self, payload: &Payload) -> u64 {
        if let Some(known) = self.by_place.get(&place(payload)) {
            return *known;
        }
        let number = self.next + 1;
        self.learn(number, payload);
        number
    }

    /// The payload of a number, if it is known.
    pub fn payload(&self, number: u64) -> Option<&Payload> {
        self.by_number.get(&number)
    }

    /// Says that a payload has a number from a document that was loaded.
    pub fn learn(&mut self, number: u64, payload: &Payload) {
        self.next = self.next.max(number);
        self.by_place.insert(place(payload), number);
        self.by_number.insert(number, payload.clone());
    }

    /// Forgets all but those that these snapshots name.
    pub fn keep<'s>(&mut self, snapshots: impl IntoIterator<Item = &'s Snapshot>) {
        let snapshots: Vec<_> = snapshots.into_iter().collect();
        let named = |number: &u64| snapshots.iter().any(|snapshot| snapshot.payloads.contains_key(number));
        self.by_place.retain(|_, number| named(number));
        self.by_number.retain(|number, _| named(number));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_has_one_number_and_no_two_have_the_same() {
        let mut names = PayloadNames::default();
        let (one, two) = (Payload::copy_of(b"same"), Payload::copy_of(b"same"));
        let joined = Payload::join([&one, &two]);
        let numbers = [&one, &two, &joined].map(|payload| names.number(payload));
        assert_eq!(numbers, [1, 2, 3]);
        assert_eq!([one.clone(), two, joined.clone()].map(|payload| names.number(&payload)), numbers);
        // Forgotten numbers are not used again.
        names.keep([]);
        assert_eq!(names.number(&one), 4);
        names.learn(9, &joined);
        assert_eq!((names.number(&joined), names.number(&Payload::copy_of(b"x"))), (9, 10));
    }
}
