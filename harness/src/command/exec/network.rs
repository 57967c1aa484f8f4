//! Whether a program has a network of its own, and what this machine is called in the one that it shares.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::Path;
use std::process::{Child, Command};

use acslab_emulator::EmulatorHandle;
use clap::Args;

use super::error::ExecError;
#[cfg(target_os = "linux")]
use super::isolated::{Entered, Leading, own_addresses, program as entering};
use crate::client::Environment;
use crate::command::out::stderr;
use crate::words::visible;

/// What is wanted.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Isolation {
    /// Run nothing where the program cannot have a network of its own [default: it shares this machine's there, which is told]
    #[arg(long, conflicts_with = "no_isolate")]
    isolate: bool,
    /// Let the program share this machine's network: a client that takes no proxy from its environment goes past the cloud
    #[arg(long)]
    no_isolate: bool,
}

impl Isolation {
    /// A network for a program, with the files that it takes in a folder; none where none is wanted, or can be had.
    pub(super) fn network(self, folder: &Path, emulator: &EmulatorHandle) -> Result<Option<Network>, ExecError> {
        if self.no_isolate {
            return Ok(None);
        }
        match Network::make(folder, emulator) {
            Ok(network) => Ok(Some(network)),
            Err(why) => self.without(why).map(|()| None),
        }
    }

    /// There is none: may the program run all the same?
    pub(super) fn without(self, why: String) -> Result<(), ExecError> {
        if self.isolate {
            return Err(ExecError::NotIsolated(why));
        }
        // Where it never can be had there is nothing to tell.
        if cfg!(target_os = "linux") {
            let told = format!(
                "acslab: not isolated, since {why}: what takes no proxy from its environment goes past the cloud \
                 (`--no-isolate` if it may)"
            );
            writeln!(stderr(), "{}", visible(&told))?;
        }
        Ok(())
    }
}

/// A program that was started, or why it was not.
pub(super) enum Started {
    Yes(Child),
    NotRun(io::Error),
    NotIsolated(String),
}

/// A network of a program's own.
#[cfg(target_os = "linux")]
pub(super) struct Network(Leading);

#[cfg(target_os = "linux")]
impl Network {
    fn make(folder: &Path, emulator: &EmulatorHandle) -> Result<Self, String> {
        /// Is not there but on systems that have the rule.
        const RESTRICTED: &str = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";
        let own = own_addresses();
        Leading::start(folder, emulator.arrivals(), own).map(Self).map_err(|why| {
            let restricted = std::fs::read_to_string(RESTRICTED).is_ok_and(|set| set.trim() == "1");
            let help =
                if restricted { " (`sysctl kernel.apparmor_restrict_unprivileged_userns=0` allows them)" } else { "" };
            why + help
        })
    }

    fn start(&self, program: &OsStr, arguments: &[OsString], environment: &Environment) -> io::Result<Started> {
        let space = self.0.space();
        let mut entering = entering(program, arguments)?;
        environment.give(&mut entering.command);
        let mut child = entering.command.spawn()?;
        let why = match space.let_in(entering) {
            Entered::Yes => return Ok(Started::Yes(child)),
            Entered::NotRun(error) => Started::NotRun(error),
            Entered::Not(why) => Started::NotIsolated(why),
        };
        child.wait()?;
        Ok(why)
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) struct Network(std::convert::Infallible);

#[cfg(not(target_os = "linux"))]
impl Network {
    fn make(_: &Path, _: &EmulatorHandle) -> Result<Self, String> {
        Err("only Linux gives a program a network of its own".to_owned())
    }

    fn start(&self, _: &OsStr, _: &[OsString], _: &Environment) -> io::Result<Started> {
        match self.0 {}
    }
}

/// Starts a program in a network, or in this machine's.
pub(super) fn start(
    network: Option<&Network>,
    program: &OsStr,
    arguments: &[OsString],
    environment: &Environment,
) -> Started {
    let started = if let Some(network) = network {
        network.start(program, arguments, environment)
    } else {
        let mut command = Command::new(program);
        command.args(arguments);
        environment.give(&mut command);
        command.spawn().map(Started::Yes)
    };
    started.unwrap_or_else(Started::NotRun)
}

/// What this machine is called, if it is called anything, and its addresses: what runs on it is no stranger under these either.
pub(super) fn own_names() -> Vec<String> {
    let mut names: Vec<_> = own_name().into_iter().collect();
    #[cfg(target_os = "linux")]
    names.extend(own_addresses().iter().map(ToString::to_string));
    names
}

#[cfg(unix)]
fn own_name() -> Option<String> {
    let name = rustix::system::uname().nodename().to_str().ok()?.to_owned();
    (!name.is_empty()).then_some(name)
}

#[cfg(not(unix))]
fn own_name() -> Option<String> {
    std::env::var("COMPUTERNAME").ok()
}
