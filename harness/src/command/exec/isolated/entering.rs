//! How the program gets into the network: a process that goes there, and becomes it.

use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode, Stdio};

use nix::sched::{CloneFlags, unshare};
use rustix::mount::{MountPropagationFlags, mount_bind, mount_change};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use super::channel::Channel;

/// What is said where the program cannot be run, before the number of the error.
pub(super) const NOT_RUN: &str = "not run ";

/// Becomes a program. Why it does not is said on the channel, which otherwise ends.
pub(super) fn enter(command: &[OsString]) -> ExitCode {
    let Ok(channel) = Channel::of_standard_input() else { return ExitCode::FAILURE };
    let Err(why) = become_it(&channel, command);
    let _ = channel.send(&why, &[]);
    ExitCode::FAILURE
}

fn become_it(channel: &Channel, command: &[OsString]) -> Result<Infallible, String> {
    let told = |error: rustix::io::Errno| format!("the network cannot be entered: {error}");
    let message = channel.expect("enter")?;
    let mut descriptors = message.descriptors.into_iter();
    let (input, network) = descriptors.next().zip(descriptors.next()).ok_or("nothing came with it")?;
    if let Some(user) = descriptors.next() {
        move_into_link_name_space(user.as_fd(), Some(LinkNameSpaceType::User)).map_err(told)?;
    }
    move_into_link_name_space(network.as_fd(), Some(LinkNameSpaceType::Network)).map_err(told)?;
    // Files that say where names are asked for are others for the program alone.
    unshare(CloneFlags::CLONE_NEWNS)
        .map_err(|error| format!("there are no mount namespaces here: {}", error.desc()))?;
    mount_change("/", MountPropagationFlags::DOWNSTREAM | MountPropagationFlags::REC).map_err(told)?;
    for file in message.text.lines().skip(1) {
        let (file, instead) = file.split_once('\0').ok_or("no file is named")?;
        mount_bind(instead, file).map_err(|error| format!("`{file}` cannot be another: {error}"))?;
    }
    let (program, arguments) = command.split_first().map_or((OsStr::new(""), &[][..]), |(first, rest)| (first, rest));
    let error = Command::new(program).args(arguments).stdin(Stdio::from(input)).exec();
    Err(format!("{NOT_RUN}{}", error.raw_os_error().unwrap_or_default()))
}
