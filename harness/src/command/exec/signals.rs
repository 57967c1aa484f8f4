//! Signals that somebody sends to us are meant for the program. One that is sent to the whole group has reached it already.

use std::io;
use std::process::Child;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::exfiltrator::WithOrigin;
use signal_hook::iterator::{Handle, SignalsInfo};

use super::canary::Canary;

/// Signals that would end us, caught.
pub(super) struct Signals {
    caught: SignalsInfo<WithOrigin>,
    canary: Canary,
}

/// Whoever passes them on.
pub(super) struct Passing {
    handle: Handle,
    thread: JoinHandle<()>,
}

/// How long what reached the group may take to reach the last of it.
const WINDOW: Duration = Duration::from_millis(100);

impl Signals {
    pub(super) fn caught() -> io::Result<Self> {
        Ok(Self { caught: SignalsInfo::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM])?, canary: Canary::in_our_group() })
    }

    /// Passes on what somebody sends to us alone. What is typed on a terminal, and that it is gone, the kernel tells the program by
    /// itself: it is in the same group. What a process sends to the group, `timeout` for one, it is told by that process.
    pub(super) fn pass_on(self, child: &Child) -> Passing {
        let Self { mut caught, mut canary } = self;
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let handle = caught.handle();
        let thread = std::thread::spawn(move || {
            // `timeout` sends to us, and at once to the group: that is one signal.
            let mut of_group: Option<(i32, Instant)> = None;
            for origin in &mut caught {
                let signal = origin.signal;
                if of_group.is_some_and(|(last, at)| last == signal && at.elapsed() < WINDOW) {
                    continue;
                }
                if canary.was_sent(signal, WINDOW) {
                    of_group = Some((signal, Instant::now()));
                } else if let (true, Some(pid), Some(signal)) =
                    (origin.process.is_some(), pid, Signal::from_named_raw(signal))
                {
                    let _ = kill_process(pid, signal);
                }
            }
        });
        Passing { handle, thread }
    }
}

impl Passing {
    pub(super) fn end(self) {
        self.handle.close();
        let _ = self.thread.join();
    }
}
