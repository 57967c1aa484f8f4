//! How much is done for one question.

use std::cell::Cell;

use super::Wrong;

/// The most bytes of an answer, while it is made too. CHOICE: the figure.
pub(crate) const LARGEST_ANSWER: usize = 64 << 20;

/// The most steps: expressions worked out, characters looked at by `LIKE`. CHOICE: the figure; some seconds.
const MOST_STEPS: usize = 200_000_000;

/// What may still be done for a question. Each has one of its own, whatever it is asked of.
#[derive(Debug)]
pub(crate) struct Work {
    steps: Cell<usize>,
    bytes: Cell<usize>,
    over: Cell<bool>,
}

impl Default for Work {
    fn default() -> Self {
        Self::of(MOST_STEPS, LARGEST_ANSWER)
    }
}

impl Work {
    /// So many steps, and so many bytes.
    pub(crate) fn of(steps: usize, bytes: usize) -> Self {
        Self { steps: Cell::new(steps), bytes: Cell::new(bytes), over: Cell::new(false) }
    }

    /// So many steps more.
    pub(crate) fn step(&self, steps: usize) -> Result<(), Wrong> {
        self.take(&self.steps, steps)
    }

    /// So many bytes more of the answer.
    pub(crate) fn hold(&self, bytes: usize) -> Result<(), Wrong> {
        self.take(&self.bytes, bytes)
    }

    /// The bytes that are left.
    pub(crate) fn room(&self) -> usize {
        self.bytes.get()
    }

    /// Gives back what was taken since there was so much room: it is no part of the answer.
    pub(crate) fn back_to(&self, room: usize) {
        self.bytes.set(room);
    }

    /// Was more asked for than there is? Then that is why the question failed.
    pub(crate) fn is_over(&self) -> bool {
        self.over.get()
    }

    fn take(&self, from: &Cell<usize>, number: usize) -> Result<(), Wrong> {
        if let Some(rest) = from.get().checked_sub(number) {
            from.set(rest);
            return Ok(());
        }
        self.over.set(true);
        Err(Wrong("The question takes more work, or its answer more room, than there is.".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/limits.md"));

    #[test]
    fn there_is_as_much_as_the_docs_say_and_no_more() {
        let said = format!("answers {} MiB at most", LARGEST_ANSWER >> 20);
        assert_eq!(LIMITS.matches(&said).count(), 2, "of both services");
        assert!(LIMITS.contains("200,000,000 steps") && MOST_STEPS == 200_000_000);
        let work = Work::default();
        assert!(work.hold(LARGEST_ANSWER).is_ok() && work.step(MOST_STEPS).is_ok() && !work.is_over());
        assert!(work.hold(1).is_err() && work.is_over());
        assert!(Work::of(1, 1).step(2).is_err());
    }
}
