//! How much work a comparison may be: what people write takes a small part of it, and whatever a client makes up has an end.

use std::cell::Cell;

/// Steps of one comparison, about: a place of a pattern moved over a character, an operand judged (CHOICE: the figure, for some seconds
/// of work; policies as people write them take less than a thousandth of it).
const MOST_STEPS: usize = 1 << 28;

/// What is left of it.
#[derive(Debug)]
pub(super) struct Effort(Cell<usize>);

impl Effort {
    /// That of one comparison.
    pub(super) fn of_one() -> Self {
        Self::of(MOST_STEPS)
    }

    /// So many steps.
    pub(super) fn of(steps: usize) -> Self {
        Self(Cell::new(steps))
    }

    /// Takes some steps, and tells whether there are others left.
    pub(super) fn spend(&self, steps: usize) -> bool {
        self.0.set(self.0.get().saturating_sub(steps));
        !self.is_spent()
    }

    pub(super) fn is_spent(&self) -> bool {
        self.0.get() == 0
    }
}
