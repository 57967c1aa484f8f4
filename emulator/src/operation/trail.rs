//! The audit trail: what happened, found again by request id.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use parking_lot::Mutex;

use super::{Counts, Entry as Recorded};

/// How many bytes of entries are kept unless told otherwise, with the policies that they hold.
pub const DECISIONS_BYTES: usize = 32 << 20;

/// Where an entry stands in a trail: `PROCESS.CLOUD.NUMBER`.
///
/// A request id names no entry for good: the same seed gives the same ids again after a start, a reset and a step back to a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// Other in each process.
    process: u64,
    /// How many clouds stood in the place of this one before it.
    cloud: u64,
    /// Counts up from 0, whatever is forgotten and whichever cloud is there.
    pub number: u64,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}.{}.{}", self.process, self.cloud, self.number)
    }
}

impl FromStr for Event {
    type Err = NoEvent;

    fn from_str(text: &str) -> Result<Self, NoEvent> {
        let mut parts = text.split('.');
        let (Some(process), Some(cloud), Some(number), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NoEvent);
        };
        Ok(Self {
            process: u64::from_str_radix(process, 16).map_err(|_| NoEvent)?,
            cloud: cloud.parse().map_err(|_| NoEvent)?,
            number: number.parse().map_err(|_| NoEvent)?,
        })
    }
}

/// A text that names no event.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("an event is named as `GET decisions` and its stream name it: PROCESS.CLOUD.NUMBER")]
pub struct NoEvent;

/// The calls answered lately, as many as fit into a bound in bytes.
#[derive(Debug)]
pub struct AuditTrail {
    most_bytes: usize,
    process: u64,
    kept: Mutex<Kept>,
    recording: AtomicBool,
}

#[derive(Debug, Default)]
struct Kept {
    entries: VecDeque<Arc<Recorded>>,
    /// The number of the oldest entry: how many are forgotten.
    forgotten: u64,
    bytes: usize,
    /// The first numbers of the clouds that were put in the place of others, as far as something of them is kept.
    clouds: VecDeque<u64>,
    /// How many clouds were put in the place of others before those.
    gone: u64,
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
        while self.clouds.front().is_some_and(|first| *first <= self.forgotten) {
            self.clouds.pop_front();
            self.gone += 1;
        }
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

    fn next(&self) -> u64 {
        self.forgotten + self.entries.len() as u64
    }

    fn event(&self, process: u64, number: u64) -> Event {
        let since = self.clouds.partition_point(|first| *first <= number);
        Event { process, cloud: self.gone + since as u64, number }
    }
}

impl AuditTrail {
    /// A trail that keeps about so many bytes; one entry it keeps in any case.
    pub fn of(most_bytes: usize) -> Self {
        // Other at each start, whatever the seed of the cloud: it tells one process from the next.
        let process = RandomState::new().hash_one(most_bytes);
        Self { most_bytes, process, kept: Mutex::default(), recording: AtomicBool::new(false) }
    }

    /// From now on another cloud is there.
    pub(crate) fn turn(&self) {
        let mut kept = self.kept.lock();
        let next = kept.next();
        // One of which nothing is told stands for nobody.
        if next > kept.forgotten && kept.clouds.back() != Some(&next) {
            kept.clouds.push_back(next);
        }
    }

    /// How the entry of a number is named.
    pub fn event(&self, number: u64) -> Event {
        self.kept.lock().event(self.process, number)
    }

    /// Was it told by this process?
    pub fn is_own(&self, event: Event) -> bool {
        event.process == self.process
    }

    /// The entry that an event names, as long as it is kept.
    pub fn at(&self, event: Event) -> Option<Arc<Recorded>> {
        let kept = self.kept.lock();
        let index = event.number.checked_sub(kept.forgotten).and_then(|index| usize::try_from(index).ok())?;
        let is_it = kept.event(self.process, event.number) == event;
        kept.entries.get(index).filter(|_| is_it).cloned()
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

    /// The entry of a request, the last that had this id.
    pub fn find(&self, request_id: &str) -> Option<Arc<Recorded>> {
        self.find_named(request_id).map(|(_, entry)| entry)
    }

    /// The same with its name.
    pub fn find_named(&self, request_id: &str) -> Option<(Event, Arc<Recorded>)> {
        let kept = self.kept.lock();
        let index = kept.entries.iter().rposition(|entry| *entry.request_id == *request_id)?;
        let entry = kept.entries.get(index)?;
        Some((kept.event(self.process, kept.forgotten + index as u64), Arc::clone(entry)))
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
        self.kept.lock().next()
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
