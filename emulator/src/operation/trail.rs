//! The audit trail: what happened, found again by request id.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use parking_lot::Mutex;

use super::{Counts, Entry as Recorded};

/// How many bytes of entries are kept unless told otherwise, with the policies that they hold.
pub const DECISIONS_BYTES: usize = 32 << 20;

/// The calls answered lately, as many as fit into a bound in bytes.
#[derive(Debug)]
pub struct AuditTrail {
    most_bytes: usize,
    kept: Mutex<Kept>,
    recording: AtomicBool,
}

#[derive(Debug, Default)]
struct Kept {
    entries: VecDeque<Arc<Recorded>>,
    /// The number of the oldest entry: how many are forgotten.
    forgotten: u64,
    bytes: usize,
    counts: Counts,
    /// What entries share, each with how many hold it. It counts once.
    shared: HashMap<usize, usize>,
}

impl Kept {
    fn add(&mut self, entry: Arc<Recorded>) {
        self.counts.add(&entry);
        self.bytes += entry.bytes();
        for held in entry.shares() {
            let holders = self.shared.entry(held.address()).or_default();
            *holders += 1;
            if *holders == 1 {
                self.bytes += held.bytes();
            }
        }
        self.entries.push_back(entry);
    }

    fn forget_oldest(&mut self) {
        let Some(entry) = self.entries.pop_front() else { return };
        self.forgotten += 1;
        self.bytes = self.bytes.saturating_sub(entry.bytes());
        for held in entry.shares() {
            if let Entry::Occupied(mut holders) = self.shared.entry(held.address()) {
                *holders.get_mut() -= 1;
                if *holders.get() == 0 {
                    holders.remove();
                    self.bytes = self.bytes.saturating_sub(held.bytes());
                }
            }
        }
    }
}

impl AuditTrail {
    /// A trail that keeps about so many bytes; one entry it keeps in any case.
    pub fn of(most_bytes: usize) -> Self {
        Self { most_bytes, kept: Mutex::default(), recording: AtomicBool::new(false) }
    }

    /// Does it keep what is asked and answered, besides what is decided?
    pub fn records(&self) -> bool {
        self.recording.load(Ordering::Relaxed)
    }

    /// From now on it does, or does not.
    pub fn set_recording(&self, on: bool) {
        self.recording.store(on, Ordering::Relaxed);
    }

    pub(crate) fn record(&self, entry: Recorded) {
        let mut kept = self.kept.lock();
        kept.add(Arc::new(entry));
        while kept.bytes > self.most_bytes && kept.entries.len() > 1 {
            kept.forget_oldest();
        }
    }

    /// The entry of a request.
    pub fn find(&self, request_id: &str) -> Option<Arc<Recorded>> {
        self.kept.lock().entries.iter().rev().find(|entry| *entry.request_id == *request_id).cloned()
    }

    /// Is what happened then forgotten, to make room for what happened since?
    pub fn forgot(&self, at: Timestamp) -> bool {
        let kept = self.kept.lock();
        kept.forgotten > 0 && kept.entries.front().is_some_and(|oldest| at < oldest.at)
    }

    /// The last so many, newest first.
    pub fn latest(&self, most: usize) -> Vec<Arc<Recorded>> {
        self.kept.lock().entries.iter().rev().take(most).cloned().collect()
    }

    /// Up to so many entries before the one of this number, newest first, each with its number. Numbers count up from 0, whatever is
    /// forgotten; without one, the latest.
    pub fn page(&self, before: Option<u64>, most: usize) -> Vec<(u64, Arc<Recorded>)> {
        let kept = self.kept.lock();
        let before = before.unwrap_or(u64::MAX).saturating_sub(kept.forgotten);
        let count = usize::try_from(before).unwrap_or(usize::MAX).min(kept.entries.len());
        let newest_first = kept.entries.range(..count).enumerate().rev().take(most);
        newest_first.map(|(index, entry)| (kept.forgotten + index as u64, Arc::clone(entry))).collect()
    }

    /// What was counted since the start.
    pub fn counts(&self) -> Counts {
        self.kept.lock().counts.clone()
    }

    /// Up to so many entries from the one of this number on, oldest first, each with its number. What is forgotten is left out.
    pub fn since(&self, number: u64, most: usize) -> Vec<(u64, Arc<Recorded>)> {
        let kept = self.kept.lock();
        let known = kept.entries.len();
        let from = usize::try_from(number.saturating_sub(kept.forgotten)).map_or(known, |from| from.min(known));
        let entries = kept.entries.range(from..).enumerate().take(most);
        entries.map(|(index, entry)| (kept.forgotten + (from + index) as u64, Arc::clone(entry))).collect()
    }

    /// The number that the next entry will have.
    pub fn next_number(&self) -> u64 {
        let kept = self.kept.lock();
        kept.forgotten + kept.entries.len() as u64
    }

    /// How many bytes the entries take.
    pub fn bytes(&self) -> usize {
        self.kept.lock().bytes
    }
}

/// The request id in a diagnostic message, and the time to the second; `None` for what is none.
pub fn read_diagnostic_message(message: &str) -> Option<(String, Timestamp)> {
    let bytes = BASE64_STANDARD.decode(message).ok()?;
    let (seconds, id) = bytes.strip_prefix(&[1, 1, 0, 0, 0, 0])?.split_first_chunk()?;
    let at = Timestamp::from_second(u32::from_be_bytes(*seconds).into()).ok()?;
    Some((String::from_utf8(id.to_vec()).ok()?, at))
}

/// `EncodedDiagnosticMessage` in its older form: a head of six bytes, the time in seconds, the request id. The message itself
/// carries nothing else; the refusal is found in the audit trail.
pub(crate) fn diagnostic_message(request_id: &str, at: Timestamp) -> String {
    let mut bytes = vec![1, 1, 0, 0, 0, 0];
    let seconds = u32::try_from(at.as_second()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&seconds.to_be_bytes());
    bytes.extend_from_slice(request_id.as_bytes());
    BASE64_STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_published_form_of_a_diagnostic_message() {
        let at = "2026-01-02T03:04:05Z".parse().unwrap();
        assert_eq!(
            super::diagnostic_message("04F0F334-1335-436C-A1D7-6C044FE73368", at),
            "AQEAAAAAaVc1pTA0RjBGMzM0LTEzMzUtNDM2Qy1BMUQ3LTZDMDQ0RkU3MzM2OA=="
        );
        let read = super::read_diagnostic_message("AQEAAAAAaVc1pTA0RjBGMzM0LTEzMzUtNDM2Qy1BMUQ3LTZDMDQ0RkU3MzM2OA==");
        assert_eq!(read, Some(("04F0F334-1335-436C-A1D7-6C044FE73368".to_owned(), at)));
        assert_eq!(super::read_diagnostic_message("AQIBIAAAA"), None);
    }
}
