//! How much work a comparison may be: what people write takes a small part of it, and whatever a client makes up has an end.

use std::cell::Cell;

/// Steps of one comparison, about: a place of a pattern moved over a character, an operand judged (CHOICE: the figure, for some seconds
/// of work; policies as people write them take less than a thousandth of it).
const MOST_STEPS: usize = 1 << 28;

/// What is left of the work that a comparison may be: one that is made of several shares one.
///
/// ```
/// use acslab_policy::Effort;
///
/// assert!(Effort::of(2).spend(1) && !Effort::of(2).spend(2));
/// ```
#[derive(Debug)]
pub struct Effort(Cell<usize>);

impl Effort {
    /// That of one comparison.
    pub fn of_one() -> Self {
        Self::of(MOST_STEPS)
    }

    /// So many steps.
    pub fn of(steps: usize) -> Self {
        Self(Cell::new(steps))
    }

    /// Takes some steps, and tells whether there are others left.
    pub fn spend(&self, steps: usize) -> bool {
        self.0.set(self.0.get().saturating_sub(steps));
        !self.is_spent()
    }

    /// Is nothing left?
    pub fn is_spent(&self) -> bool {
        self.0.get() == 0
    }
}
