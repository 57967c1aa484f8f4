//! A step that runs a program, with the environment set for the cloud.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Map, json};

use super::interrupt;
use super::left;
use super::replay::{Happened, Replay};
use crate::client::{Answer, Environment};
use crate::scenario::{Act, Program};

/// How much of a program's output is looked at.
const MOST_OUTPUT: usize = 1 << 20;
/// How often a program is asked whether it has ended.
const PAUSE: Duration = Duration::from_millis(5);
/// How long it is waited for the end of what a program wrote, once all of its group has ended.
const LEFT_OPEN: Duration = Duration::from_secs(5);

impl Replay<'_> {
    pub(super) fn run(&mut self, act: &Act, program: &Program, who: &str) -> Happened {
        let mut happened = Happened { what: format!("{who} runs a program"), ..Happened::default() };
        let unset = |name: String| format!("`${{{name}}}` has no value");
        let command = match program.command.fill(&self.variables) {
            Ok(command) => command,
            Err(name) => return happened.stop("a command", unset(name)),
        };
        happened.what = format!("{who} runs `{command}`");
        let key = match self.key_of(&act.caller, None) {
            Ok(key) => key,
            Err(found) => return happened.stop("the caller's access key", found),
        };
        let region = match self.region(act) {
            Ok(region) => region,
            Err(why) => return happened.stop("a region", why),
        };
        let mut shell = shell(&command);
        Environment::of(key.as_ref(), &region, &format!("http://{}", self.client.authority())).give(&mut shell);
        for (name, value) in &program.environment {
            match value.fill(&self.variables) {
                Ok(value) => shell.env(name, value),
                Err(name) => return happened.stop("a value", unset(name)),
            };
        }
        if !program.folder.as_os_str().is_empty() {
            shell.current_dir(&program.folder);
        }
        let mark = left::mark();
        shell.env(left::VARIABLE, &mark);
        shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        match shell.spawn() {
            Ok(child) => finish(child, mark, Duration::from_secs(program.timeout), happened),
            Err(error) => happened.stop("a program that starts", error),
        }
    }
}

#[cfg(unix)]
fn shell(command: &str) -> Command {
    use std::os::unix::process::CommandExt;
    let mut shell = Command::new("sh");
    // A group of its own, so that all of it can be ended.
    shell.args(["-c", command]).process_group(0);
    shell
}

#[cfg(not(unix))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd");
    shell.args(["/C", command]);
    shell
}

/// A program with whatever it started: all of it ends with this, in whichever way the step ends.
struct Running {
    child: Child,
    /// What all that it started has in its environment.
    mark: String,
    /// A child that was waited for has no group any more that could be ended: its number may be somebody else's.
    ended: bool,
}

impl Running {
    /// Has it ended? What it was is still there then, so that nobody else has its number.
    #[cfg(unix)]
    fn has_ended(&mut self) -> io::Result<bool> {
        use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
        let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) else { return Ok(true) };
        let looked = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        Ok(waitid(WaitId::Pid(pid), looked)?.is_some())
    }

    #[cfg(not(unix))]
    fn has_ended(&mut self) -> io::Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Ends it and whatever is left of what it started.
    fn end(&mut self) -> io::Result<ExitStatus> {
        self.ended = true;
        #[cfg(unix)]
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.child.kill();
        let status = self.child.wait();
        left::end(&self.mark);
        status
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.ended {
            let _ = self.end();
        }
    }
}

/// What a program writes to one of its pipes, as it comes.
struct Written {
    bytes: Arc<Mutex<Vec<u8>>>,
    end: Receiver<()>,
}

impl Written {
    fn of(pipe: Option<impl Read + Send + 'static>) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let (ended, end) = mpsc::channel();
        if let Some(mut pipe) = pipe {
            let bytes = Arc::clone(&bytes);
            thread::spawn(move || {
                let mut chunk = [0; 8 << 10];
                // A program that writes more than is looked at is not stopped by a pipe that nobody empties.
                loop {
                    let count = match pipe.read(&mut chunk) {
                        Ok(count @ 1..) => count,
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                        Ok(0) | Err(_) => break,
                    };
                    let mut bytes = bytes.lock().unwrap_or_else(PoisonError::into_inner);
                    let room = MOST_OUTPUT.saturating_sub(bytes.len());
                    bytes.extend_from_slice(chunk.get(..count.min(room)).unwrap_or_default());
                }
                drop(ended);
            });
        }
        Self { bytes, end }
    }

    /// All of it; of a pipe that somebody holds open who left the program's group, what has come until then.
    fn text(&self, until: Instant) -> String {
        let _ = self.end.recv_timeout(until.saturating_duration_since(Instant::now()));
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn finish(mut child: Child, mark: String, timeout: Duration, happened: Happened) -> Happened {
    let (output, errors) = (Written::of(child.stdout.take()), Written::of(child.stderr.take()));
    let mut running = Running { child, mark, ended: false };
    let started = Instant::now();
    loop {
        match running.has_ended() {
            Ok(true) => break,
            Ok(false) if interrupt::is_set() => return happened.stop("a program that ends", "an interrupt"),
            Ok(false) if started.elapsed() < timeout => thread::sleep(PAUSE),
            Ok(false) => {
                return happened.stop(format!("a program that ends within {} s", timeout.as_secs()), "it went on");
            }
            Err(error) => {
                // Somebody else has waited for it: its number may be anybody's.
                running.ended = true;
                return happened.stop("a program that ends", error);
            }
        }
    }
    // What it left running in the background ends with it, before anybody waits for its pipes to be closed.
    let status = match running.end() {
        Ok(status) => status,
        Err(error) => return happened.stop("a program that ends", error),
    };
    let until = Instant::now() + LEFT_OPEN;
    let fields =
        json!({"Exit": status.code().unwrap_or(-1), "Output": output.text(until), "Errors": errors.text(until)});
    // As an answer of the cloud that holds or does not.
    let status = if status.success() { 200 } else { 500 };
    Happened { answer: Some(Answer { status, fields, headers: Map::new(), request_id: None }), ..happened }
}
