//! Products, unpacked: those asked for lately are kept, as many as fit into a bound.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock};

use parking_lot::Mutex;

use super::packed::{DICTIONARY, frame, products};
use super::product::head;
use crate::operation::Product;

/// How many bytes of unpacked products are kept; one is kept in any case.
const MOST_BYTES: usize = 3 << 20;

/// A product, unpacked.
#[derive(Debug)]
pub(crate) struct Unpacked {
    /// Its place among all.
    pub(super) at: u16,
    /// Its lines.
    pub(super) text: String,
    /// What its head says.
    pub(super) product: Arc<Product>,
}

/// Those asked for lately, the last one first.
static KEPT: LazyLock<Mutex<VecDeque<Arc<Unpacked>>>> = LazyLock::new(Mutex::default);

/// The product of this place.
pub(super) fn unpacked(at: u16) -> Option<Arc<Unpacked>> {
    if let Some(found) = kept(at) {
        return Some(found);
    }
    // Not under the lock: others need not wait, and who unpacks the same at the same time gets the same.
    let packed = products().get(usize::from(at))?;
    let mut decompressor = zstd::bulk::Decompressor::with_dictionary(DICTIONARY).ok()?;
    let text = decompressor.decompress(frame(packed), packed.length).ok()?;
    let text = String::from_utf8(text).ok()?;
    let product = Arc::new(head(packed, &text));
    let found = Arc::new(Unpacked { at, text, product });
    keep(&found);
    Some(found)
}

fn kept(at: u16) -> Option<Arc<Unpacked>> {
    let mut kept = KEPT.lock();
    let place = kept.iter().position(|one| one.at == at)?;
    let found = kept.remove(place)?;
    kept.push_front(Arc::clone(&found));
    Some(found)
}

fn keep(found: &Arc<Unpacked>) {
    let mut kept = KEPT.lock();
    if kept.iter().any(|one| one.at == found.at) {
        return;
    }
    kept.push_front(Arc::clone(found));
    while kept.len() > 1 && kept.iter().map(|one| one.text.len()).sum::<usize>() > MOST_BYTES {
        kept.pop_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded_and_the_last_one_is_kept() {
        for at in 0..products().len() {
            let at = u16::try_from(at).unwrap();
            assert_eq!(unpacked(at).unwrap().text.len(), products()[usize::from(at)].length);
            let kept = KEPT.lock();
            assert!(kept.len() == 1 || kept.iter().map(|one| one.text.len()).sum::<usize>() <= MOST_BYTES);
        }
    }
}
