//! A step that runs a program, with the environment set for the cloud.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Map, json};

use super::interrupt;
use super::replay::{Happened, Replay};
use crate::client::{Answer, Key};
use crate::scenario::{Act, Program};

/// How much of a program's output is looked at.
const MOST_OUTPUT: u64 = 1 << 20;
/// How often a program is asked whether it has ended.
const PAUSE: Duration = Duration::from_millis(5);

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
        shell.envs(environment(key.as_ref(), &region, self.client.authority()));
        for (name, value) in &program.environment {
            match value.fill(&self.variables) {
                Ok(value) => shell.env(name, value),
                Err(name) => return happened.stop("a value", unset(name)),
            };
        }
        if !program.folder.as_os_str().is_empty() {
            shell.current_dir(&program.folder);
        }
        shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        match shell.spawn() {
            Ok(child) => finish(child, Duration::from_secs(program.timeout), happened),
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

/// What SDKs, the CLI and Terraform read.
fn environment(key: Option<&Key>, region: &str, authority: &str) -> Vec<(&'static str, String)> {
    let mut all = vec![
        ("ALIBABA_CLOUD_REGION_ID", region.to_owned()),
        ("ALICLOUD_REGION", region.to_owned()),
        ("ACSLAB_ENDPOINT", format!("http://{authority}")),
    ];
    if let Some(key) = key {
        let secret = key.secret.expose().to_owned();
        all.push(("ALIBABA_CLOUD_ACCESS_KEY_ID", key.id.clone()));
        all.push(("ALIBABA_CLOUD_ACCESS_KEY_SECRET", secret.clone()));
        all.push(("ALICLOUD_ACCESS_KEY", key.id.clone()));
        all.push(("ALICLOUD_SECRET_KEY", secret));
        if let Some(token) = &key.token {
            all.push(("ALIBABA_CLOUD_SECURITY_TOKEN", token.clone()));
            all.push(("ALICLOUD_SECURITY_TOKEN", token.clone()));
        }
    }
    all
}

/// Ends a program and whatever it started.
fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

fn finish(mut child: Child, timeout: Duration, happened: Happened) -> Happened {
    let read = |pipe: Option<Box<dyn Read + Send>>| {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(mut pipe) = pipe {
                let _ = pipe.by_ref().take(MOST_OUTPUT).read_to_end(&mut bytes);
                // A program that writes more is not stopped by a pipe that nobody empties.
                let _ = std::io::copy(&mut pipe, &mut std::io::sink());
            }
            String::from_utf8_lossy(&bytes).into_owned()
        })
    };
    let output = read(child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>));
    let errors = read(child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>));
    let started = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if started.elapsed() < timeout && !interrupt::is_set() => thread::sleep(PAUSE),
            Ok(None) => {
                end(&mut child);
                return happened.stop(format!("a program that ends within {} s", timeout.as_secs()), "it went on");
            }
            Err(error) => return happened.stop("a program that ends", error),
        }
    };
    let text = |thread: thread::JoinHandle<String>| thread.join().unwrap_or_default();
    let (output, errors) = (text(output), text(errors));
    let fields = json!({"Exit": status.code().unwrap_or(-1), "Output": output, "Errors": errors});
    // As an answer of the cloud that holds or does not.
    let status = if status.success() { 200 } else { 500 };
    Happened { answer: Some(Answer { status, fields, headers: Map::new(), request_id: None }), ..happened }
}
