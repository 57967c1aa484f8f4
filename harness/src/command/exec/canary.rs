//! A process in our group that does nothing: what ends it was sent to the whole group. The kernel tells nobody to whom else a signal went.

use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// It waits for the end of its standard input, which comes with our own end at the latest.
pub(super) struct Canary(Option<Child>);

/// How often it is looked at.
const PAUSE: Duration = Duration::from_millis(2);

impl Canary {
    /// One in our group. Where none can be had, every signal passes for one to us alone.
    pub(super) fn in_our_group() -> Self {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", "read -r _"]).env_clear().stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(shell.spawn().ok())
    }

    /// Has a signal that reached us reached it, too? What is sent to a group reaches all of it as one, and it ends a moment later. Another
    /// one takes its place then.
    pub(super) fn was_sent(&mut self, signal: i32, within: Duration) -> bool {
        let Some(child) = &mut self.0 else { return false };
        let started = Instant::now();
        loop {
            match child.try_wait() {
                Ok(Some(status)) => {
                    *self = Self::in_our_group();
                    return status.signal() == Some(signal);
                }
                Ok(None) if started.elapsed() < within => std::thread::sleep(PAUSE),
                Ok(None) | Err(_) => return false,
            }
        }
    }
}

impl Drop for Canary {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            drop(child.stdin.take());
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
