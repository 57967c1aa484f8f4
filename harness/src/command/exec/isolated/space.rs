//! The network, as whoever made it sees it.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::net::{SocketAddr, SocketAddrV4, TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use socket2::{Domain, Socket, Type};

use super::channel::{Channel, Message};
use super::entering::NOT_RUN;
use super::inside::{ENTER, INSIDE, KEEP};
use super::listening::Listeners;
use super::names::ASKED_AT;

/// This program, be it replaced meanwhile.
const OURSELVES: &str = "/proc/self/exe";
const RESOLVER: &str = "/etc/resolv.conf";
const SWITCH: &str = "/etc/nsswitch.conf";

/// A network of a program's own.
#[derive(Debug)]
pub(in crate::command::exec) struct Space {
    keeper: Child,
    channel: Mutex<Channel>,
    network: OwnedFd,
    /// The user namespace that it is in, if that is another than ours.
    user: Option<OwnedFd>,
    /// The files that the program finds others for, each with the one that it finds.
    files: String,
}

/// What the network hands over.
pub(super) struct Opened {
    pub(super) questions: UdpSocket,
    /// No UDP, and read like it: a packet at a time.
    pub(super) packets: UdpSocket,
    pub(super) listeners: Listeners,
}

/// A process that becomes the program, in the network.
pub(in crate::command::exec) struct Entering {
    pub(in crate::command::exec) command: Command,
    channel: Channel,
}

/// Whether it has.
pub(in crate::command::exec) enum Entered {
    Yes,
    /// The program cannot be run.
    NotRun(io::Error),
    /// It cannot get into the network.
    Not(String),
}

impl Space {
    /// Makes one, with the files that it takes in a folder. Why there is none is told in words.
    pub(super) fn make(folder: &Path) -> Result<(Self, Opened), String> {
        let files = files(folder).map_err(|error| error.to_string())?;
        let (channel, other) = Channel::pair().map_err(|error| error.to_string())?;
        let mut keeper = ourselves(KEEP);
        // What is typed on a terminal is for the program.
        keeper.stdin(Stdio::from(other)).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        let mut keeper = keeper.spawn().map_err(|error| error.to_string())?;
        let made = || -> Result<Message, String> {
            let mut message = channel.expect("")?;
            if message.text == "who is who" {
                who_is_who(keeper.id()).map_err(|error| format!("user namespaces are not allowed here: {error}"))?;
                channel.send("written", &[]).map_err(|error| error.to_string())?;
                message = channel.expect("")?;
            }
            if message.text == "ready" { Ok(message) } else { Err(message.text) }
        };
        let mut descriptors = match made() {
            Ok(made) => made.descriptors.into_iter(),
            Err(why) => {
                drop(channel);
                let _ = keeper.wait();
                return Err(why);
            }
        };
        let mut next = || descriptors.next().ok_or("nothing was handed over");
        let (network, questions, packets, asked) = (next()?, next()?, next()?, next()?);
        let listeners = Listeners::new(asked, &keeper.id().to_string());
        let space = Self { keeper, channel: Mutex::new(channel), network, user: descriptors.next(), files };
        Ok((space, Opened { questions: questions.into(), packets: packets.into(), listeners }))
    }

    /// Listens in it.
    pub(super) fn listen(&self, address: SocketAddr) -> io::Result<TcpListener> {
        self.opened(&format!("listen {address}")).map(Into::into)
    }

    /// Begins a connection in it.
    pub(super) fn connect(&self, address: SocketAddr) -> io::Result<TcpStream> {
        self.opened(&format!("connect {address}")).map(Into::into)
    }

    /// Listens for what the program sends to a port of an address, whosever it is; of any, if it is the one of none.
    pub(super) fn take(&self, at: SocketAddrV4) -> io::Result<TcpListener> {
        self.opened(&format!("take {at}")).map(Into::into)
    }

    fn opened(&self, asked: &str) -> io::Result<OwnedFd> {
        let channel = self.channel.lock().unwrap_or_else(PoisonError::into_inner);
        channel.send(asked, &[])?;
        let mut message = channel.expect("opened").map_err(io::Error::other)?;
        message.descriptors.pop().ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    /// Lets it in, and waits until it is the program.
    pub(in crate::command::exec) fn let_in(&self, entering: Entering) -> Entered {
        let Entering { command, channel } = entering;
        // What stands in for its input is its own alone: that it ends is seen.
        drop(command);
        let input = io::stdin();
        let mut descriptors = vec![input.as_fd(), self.network.as_fd()];
        descriptors.extend(self.user.as_ref().map(AsFd::as_fd));
        let sent = channel.send(&format!("enter{}", self.files), &descriptors);
        match sent.and_then(|()| channel.receive()) {
            Ok(None) => Entered::Yes,
            Ok(Some(said)) => match said.text.strip_prefix(NOT_RUN).and_then(|code| code.parse().ok()) {
                Some(code) => Entered::NotRun(io::Error::from_raw_os_error(code)),
                None => Entered::Not(said.text),
            },
            Err(error) => Entered::Not(error.to_string()),
        }
    }
}

impl Drop for Space {
    fn drop(&mut self) {
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
    }
}

/// What becomes a program in a network, once it is started and let in.
pub(in crate::command::exec) fn program(program: &OsStr, arguments: &[OsString]) -> io::Result<Entering> {
    let (channel, other) = Channel::pair()?;
    let mut command = ourselves(ENTER);
    command.arg(program).args(arguments).stdin(Stdio::from(other));
    Ok(Entering { command, channel })
}

fn ourselves(part: &str) -> Command {
    let mut command = Command::new(OURSELVES);
    command.arg0("acslab").args([INSIDE, part]);
    command
}

/// Listens at an address, at one of the sixth version for nothing of the fourth. The socket is prepared before it has the address.
pub(super) fn listener(
    address: SocketAddr,
    prepare: impl FnOnce(&Socket) -> io::Result<()>,
) -> io::Result<TcpListener> {
    const WAITING: i32 = 1024;
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.set_reuse_address(true)?;
    prepare(&socket)?;
    socket.bind(&address.into())?;
    socket.listen(WAITING)?;
    Ok(socket.into())
}

/// Says who is who in the user namespace of a process that has just made one: everybody whom we know, where we may say so, or else we alone.
/// Nobody is called otherwise inside, so that whose a file is stays what it is.
fn who_is_who(process: u32) -> io::Result<()> {
    let write = |what: &str, text: &str| fs::write(format!("/proc/{process}/{what}"), text);
    let everybody = |what: &str| -> io::Result<()> {
        let known = fs::read_to_string(format!("/proc/self/{what}"))?;
        let mut same = String::new();
        for range in known.lines() {
            let mut fields = range.split_ascii_whitespace();
            if let (Some(first), Some(_), Some(count)) = (fields.next(), fields.next(), fields.next()) {
                let _ = writeln!(same, "{first} {first} {count}");
            }
        }
        write(what, &same)
    };
    let (user, group) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
    if everybody("uid_map").is_err() {
        write("uid_map", &format!("{user} {user} 1\n"))?;
    }
    if everybody("gid_map").is_err() {
        write("setgroups", "deny")?;
        write("gid_map", &format!("{group} {group} 1\n"))?;
    }
    Ok(())
}

/// The files that say where names are asked for, each with the one instead of it: a line a file.
fn files(folder: &Path) -> io::Result<String> {
    let mut all = String::new();
    let mut instead = |file: &str, name: &str, text: &str| -> io::Result<()> {
        let path = folder.join(name);
        fs::write(&path, text)?;
        let _ = write!(all, "\n{file}\0{}", path.display());
        Ok(())
    };
    instead(RESOLVER, "resolv.conf", &format!("nameserver {ASKED_AT}\n"))?;
    // Names may be asked of others, over a socket that is a file.
    if let Ok(switch) = fs::read_to_string(SWITCH) {
        let kept = switch.lines().filter(|line| !line.trim_start().starts_with("hosts:"));
        let text: String = kept.chain(["hosts: files dns"]).map(|line| format!("{line}\n")).collect();
        instead(SWITCH, "nsswitch.conf", &text)?;
    }
    Ok(all)
}
