//! For tests: does it take as much longer as there is more to read?

use rustix::time::{ClockId, Timespec, clock_gettime};

/// Eight times as much takes no more than three times eight times as long; whoever looks back at all of it takes 64 times as long. It is
/// the processor's time of this thread alone: what else the machine does counts for nothing.
pub(super) fn is_linear(what: &str, times: usize, read: impl Fn(usize)) {
    let took = |times: usize| {
        let began = nanoseconds();
        read(times);
        nanoseconds() - began
    };
    // What takes no time to speak of has no measure.
    let (few, many) = (took(times).max(5_000_000), took(8 * times));
    assert!(many < 24 * few, "{what}: {few} and {many} ns");
}

fn nanoseconds() -> i64 {
    let Timespec { tv_sec, tv_nsec } = clock_gettime(ClockId::ThreadCPUTime);
    tv_sec * 1_000_000_000 + tv_nsec
}
