//! Functions over many values.

use serde_json::{Value, json};
use sqlparser::ast::BinaryOperator;

use super::expression::BYTES_A_STEP;
use super::value::{number, size};
use super::{Types, Work, Wrong};

/// A function over the values of many records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aggregate {
    Count,
    Sum,
    Average,
    Most,
    Least,
}

impl Aggregate {
    /// By its name in a statement, in small letters.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "count" => Self::Count,
            "sum" => Self::Sum,
            "avg" => Self::Average,
            "max" => Self::Most,
            "min" => Self::Least,
            _ => return None,
        })
    }

    /// Of no value yet.
    pub(crate) fn begun(self) -> Gathered {
        Gathered { function: self, count: 0, found: Value::Null, held: 0 }
    }
}

/// A function over many values, as far as they were looked at: no more is kept of them than that takes.
#[derive(Debug)]
pub(crate) struct Gathered {
    function: Aggregate,
    count: usize,
    /// The sum so far, or the value that leads.
    found: Value,
    /// The size of that value.
    held: usize,
}

impl Gathered {
    /// One value more. What is null does not count.
    pub(crate) fn take(&mut self, types: &impl Types, work: Option<&Work>, value: Value) -> Result<(), Wrong> {
        if value.is_null() {
            return Ok(());
        }
        self.count += 1;
        match self.function {
            Aggregate::Count => {}
            Aggregate::Sum | Aggregate::Average => {
                let sum = std::mem::take(&mut self.found);
                let sum = if sum.is_null() { json!(0) } else { sum };
                self.found = types.compute(&BinaryOperator::Plus, &sum, &value)?;
                if self.found.is_null() {
                    return Err(no_number());
                }
            }
            Aggregate::Most | Aggregate::Least => {
                let size = size(&value);
                if let Some(work) = work {
                    // To compare two values is to read both.
                    work.step(1 + (size + self.held) / BYTES_A_STEP)?;
                }
                let leads = self.count == 1 || {
                    let order = types.compare("<", &value, &self.found)?;
                    if self.function == Aggregate::Most { order.is_gt() } else { order.is_lt() }
                };
                if leads {
                    if let Some(work) = work {
                        work.hold(size.saturating_sub(self.held))?;
                    }
                    (self.found, self.held) = (value, size);
                }
            }
        }
        Ok(())
    }

    /// What it comes to. Of no value at all, all but a number of values is null.
    pub(crate) fn end(self, types: &impl Types) -> Result<Value, Wrong> {
        #[expect(clippy::cast_precision_loss, reason = "an average is no exact number")]
        match self.function {
            Aggregate::Count => Ok(json!(self.count)),
            Aggregate::Average if self.count > 0 => {
                let average = number(&self.found).ok_or_else(no_number)? / self.count as f64;
                Ok(types.fraction(average))
            }
            _ => Ok(self.found),
        }
    }
}

fn no_number() -> Wrong {
    Wrong("A value is no number.".to_owned())
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::*;

    /// Types as they go together unless a service says otherwise.
    struct Plain;

    impl Types for Plain {
        fn compare(&self, _: &str, one: &Value, other: &Value) -> Result<Ordering, Wrong> {
            Ok(super::super::compare(one, other))
        }
    }

    fn taken(function: Aggregate, work: &Work, values: impl Iterator<Item = Value>) -> Result<Value, Wrong> {
        let mut gathered = function.begun();
        for value in values {
            gathered.take(&Plain, Some(work), value)?;
        }
        gathered.end(&Plain)
    }

    #[test]
    fn nothing_is_kept_but_what_leads() {
        let numbers = || (1..=1000).map(Value::from);
        // A number has the size of a value, once.
        let room = Work::of(10_000, size(&json!(1)));
        for (function, comes_to) in [
            (Aggregate::Count, json!(1000)),
            (Aggregate::Sum, json!(500_500)),
            (Aggregate::Average, json!(500.5)),
            (Aggregate::Least, json!(1)),
            (Aggregate::Most, json!(1000)),
        ] {
            let left = room.room();
            assert_eq!(taken(function, &room, numbers()).ok(), Some(comes_to), "{function:?}");
            room.back_to(left);
        }
        assert!(taken(Aggregate::Most, &Work::of(10_000, 0), numbers()).is_err());
    }

    #[test]
    fn to_compare_with_what_is_long_is_work() {
        let long = "9".repeat(100_000);
        let values = || std::iter::once(json!(long)).chain((0..100).map(Value::from));
        let work = Work::of(100_000, 1 << 20);
        assert!(taken(Aggregate::Most, &work, values()).is_err() && work.is_over());
        assert!(taken(Aggregate::Most, &Work::default(), values()).is_ok());
    }
}
