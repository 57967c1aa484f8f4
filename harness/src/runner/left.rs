//! What a program left running that has left its group as well: found by a mark in its environment, which whatever it starts inherits.

/// The variable of the mark.
pub(super) const VARIABLE: &str = "ACSLAB_PROGRAM";

/// A mark that no other program has, in whatever container or of whatever run it is.
pub(super) fn mark() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// Ends all that has a mark.
///
/// CHOICE: only Linux tells what another process was started with. Elsewhere, and of what took the mark out of its environment, what left
/// the group of its program goes on.
#[cfg(target_os = "linux")]
pub(super) fn end(mark: &str) {
    use rustix::process::{PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
    /// What is ended may have started something since it was looked for. A program that starts more than can be ended is let go.
    const ROUNDS: usize = 20;
    let line = format!("{VARIABLE}={mark}");
    for _ in 0..ROUNDS {
        let mut found = false;
        for pid in marked(&line) {
            let Ok(process) = pidfd_open(pid, PidfdFlags::empty()) else { continue };
            // Its number may be somebody else's since: from here on it is not.
            if is_marked(pid, &line) {
                found |= pidfd_send_signal(&process, Signal::KILL).is_ok();
            }
        }
        if !found {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn end(_mark: &str) {}

/// The processes with this line in their environment. One that has ended has none.
#[cfg(target_os = "linux")]
fn marked(line: &str) -> Vec<rustix::process::Pid> {
    let numbers = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = numbers.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers.filter_map(rustix::process::Pid::from_raw).filter(|pid| is_marked(*pid, line)).collect()
}

#[cfg(target_os = "linux")]
fn is_marked(pid: rustix::process::Pid, line: &str) -> bool {
    let environment = std::fs::read(format!("/proc/{}/environ", pid.as_raw_nonzero())).unwrap_or_default();
    environment.split(|byte| *byte == 0).any(|known| known == line.as_bytes())
}
