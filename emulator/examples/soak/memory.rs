//! When memory is flat.

use std::fmt;

/// What was measured, in MiB.
#[derive(Debug)]
pub(crate) struct Judgement {
    first: f64,
    last: f64,
    highest: f64,
    /// The median of the second third of the time, when all that is kept for a while is there.
    second_third: f64,
    /// The median of the last third.
    last_third: f64,
    /// How much a straight line through the last two thirds rises in an hour.
    slope: f64,
}

/// What allocator and chance may add from the second third to the last: 2 MiB and a fiftieth.
const MARGIN: (f64, f64) = (2.0, 0.02);

impl Judgement {
    /// Judges samples of seconds and MiB; `None` if there are too few.
    pub(crate) fn of(samples: &[(f64, f64)]) -> Option<Self> {
        if samples.len() < 9 {
            return None;
        }
        let third = samples.len() / 3;
        let (warm, last) = (&samples[third..], &samples[2 * third..]);
        Some(Self {
            first: samples.first()?.1,
            last: samples.last()?.1,
            highest: samples.iter().map(|sample| sample.1).fold(0.0, f64::max),
            second_third: median(&samples[third..2 * third]),
            last_third: median(last),
            slope: slope(warm) * 3600.0,
        })
    }

    fn allowed(&self) -> f64 {
        self.second_third + MARGIN.0 + self.second_third * MARGIN.1
    }

    /// Has it stopped growing?
    pub(crate) fn is_flat(&self) -> bool {
        self.last_third <= self.allowed()
    }
}

impl fmt::Display for Judgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "first {:.1} MiB, last {:.1} MiB, highest {:.1} MiB", self.first, self.last, self.highest)?;
        writeln!(f, "median of the second third {:.1} MiB, of the last {:.1} MiB", self.second_third, self.last_third)?;
        writeln!(f, "a line through both rises by {:.1} MiB an hour", self.slope)?;
        let verdict = if self.is_flat() { "flat" } else { "not flat" };
        write!(f, "{verdict}: {:.1} MiB are allowed", self.allowed())
    }
}

fn median(samples: &[(f64, f64)]) -> f64 {
    let mut values: Vec<_> = samples.iter().map(|sample| sample.1).collect();
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Of the line with the least squares of distances.
fn slope(samples: &[(f64, f64)]) -> f64 {
    let count = samples.iter().map(|_| 1.0).sum::<f64>();
    let mean = |of: fn(&(f64, f64)) -> f64| samples.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|sample| sample.0), mean(|sample| sample.1));
    let along: f64 = samples.iter().map(|sample| (sample.0 - x) * (sample.1 - y)).sum();
    let spread: f64 = samples.iter().map(|sample| (sample.0 - x).powi(2)).sum();
    along / spread.max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(memory: impl Fn(f64) -> f64) -> Judgement {
        let samples: Vec<_> = (0..600).map(f64::from).map(|second| (second, memory(second))).collect();
        Judgement::of(&samples).expect("enough samples")
    }

    #[test]
    fn what_grows_to_the_end_is_not_flat() {
        // 200 KiB a second, from the first to the last.
        let growing = judged(|second| 50.0 + second * 0.2);
        assert!(!growing.is_flat(), "{growing}");
        assert!((growing.slope - 720.0).abs() < 1e-6);
    }

    #[test]
    fn what_grows_while_it_warms_up_is_flat() {
        let warming = judged(|second| 50.0 + second.min(180.0));
        assert!(warming.is_flat(), "{warming}");
        // A sawtooth: what is kept for a while goes all at once.
        let sawtooth = judged(|second| 50.0 + second % 60.0);
        assert!(sawtooth.is_flat(), "{sawtooth}");
    }
}
