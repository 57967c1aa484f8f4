//! For tests: does it take as much longer as there is more to read?

use std::time::{Duration, Instant};

/// Eight times as much takes no more than three times eight times as long; whoever looks back at all of it takes 64 times as long. Another
/// program may have the machine for a moment: one of three tries has to hold.
pub(super) fn is_linear(what: &str, times: usize, read: impl Fn(usize)) {
    let took = |times: usize| {
        let began = Instant::now();
        read(times);
        began.elapsed()
    };
    let tries: Vec<_> =
        (0..3).map(|_| (took(times), took(8 * times))).take_while(|(few, many)| !holds(*few, *many)).collect();
    assert!(tries.len() < 3, "{what}: {tries:?}");
}

/// What takes no time to speak of has no measure.
fn holds(few: Duration, many: Duration) -> bool {
    many < 24 * few.max(Duration::from_millis(5))
}
