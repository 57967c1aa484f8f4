//! A process that makes the network and stays in it: what is opened in a network is opened by somebody inside.

use std::fs::File;
use std::io;
use std::net::{IpAddr, SocketAddr, SocketAddrV4, TcpListener, UdpSocket};
use std::os::fd::{AsFd, OwnedFd};
use std::process::ExitCode;

use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use socket2::{Domain, Socket, Type};

use super::channel::Channel;
use super::listening::asking;
use super::names::ASKED_AT;
use super::netlink::{Netlink, own_addresses};
use super::packets;
use super::space::listener;

/// Until whoever started it is gone.
pub(super) fn keep() -> ExitCode {
    let Ok(channel) = Channel::of_standard_input() else { return ExitCode::FAILURE };
    let kept = make(&channel).and_then(|netlink| serve(&channel, &netlink).map_err(|error| error.to_string()));
    match kept {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            let _ = channel.send(&why, &[]);
            ExitCode::FAILURE
        }
    }
}

/// Makes the network, and hands over what whoever started it needs of it.
fn make(channel: &Channel) -> Result<Netlink, String> {
    let own = own_addresses();
    let of_its_own = new_network(channel)?;
    let netlink = set_up(&own).map_err(|error| format!("a network cannot be set up here: {error}"))?;
    let opened = || -> io::Result<Vec<OwnedFd>> {
        let mut opened = vec![
            File::open("/proc/self/ns/net")?.into(),
            UdpSocket::bind((ASKED_AT, 53))?.into(),
            packets::socket()?,
            asking()?,
        ];
        if of_its_own {
            opened.push(File::open("/proc/self/ns/user")?.into());
        }
        Ok(opened)
    };
    let opened = opened().map_err(|error| format!("nothing can be opened in a network here: {error}"))?;
    let opened: Vec<_> = opened.iter().map(AsFd::as_fd).collect();
    channel.send("ready", &opened).map_err(|error| error.to_string())?;
    Ok(netlink)
}

/// Goes into a new network; in a user namespace of its own where that is what it takes, which is told.
///
/// Whoever may do without one does: in one that somebody made who may not say who is who in it, only this user is known, and files of others
/// are nobody's.
fn new_network(channel: &Channel) -> Result<bool, String> {
    match unshare(CloneFlags::CLONE_NEWNET) {
        Ok(()) => return Ok(false),
        Err(Errno::EPERM) => {}
        Err(error) => return Err(format!("there are no network namespaces here: {}", error.desc())),
    }
    unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNET)
        .map_err(|error| format!("user namespaces are not allowed here: {}", error.desc()))?;
    channel.send("who is who", &[]).map_err(|error| error.to_string())?;
    channel.expect("written")?;
    Ok(true)
}

fn set_up(own: &[IpAddr]) -> io::Result<Netlink> {
    let netlink = Netlink::open()?;
    netlink.switch_on()?;
    netlink.add_address(ASKED_AT.into())?;
    for address in own {
        // What cannot be had is missed by who serves at it alone.
        let _ = netlink.add_address(*address);
    }
    netlink.lose_the_rest()?;
    Ok(netlink)
}

/// Opens what is asked of it, until nobody asks any more.
fn serve(channel: &Channel, netlink: &Netlink) -> io::Result<()> {
    while let Some(asked) = channel.receive()? {
        let opened = open(netlink, &asked.text);
        match &opened {
            Ok(opened) => channel.send("opened", &[opened.as_fd()])?,
            Err(error) => channel.send(&error.to_string(), &[])?,
        }
    }
    Ok(())
}

fn open(netlink: &Netlink, asked: &str) -> io::Result<OwnedFd> {
    let unknown = || io::Error::from(io::ErrorKind::InvalidInput);
    let (what, of) = asked.split_once(' ').ok_or_else(unknown)?;
    let address = || of.parse::<SocketAddr>().map_err(|_| unknown());
    match what {
        "listen" => listener(address()?, |_| Ok(())).map(Into::into),
        "connect" => {
            let address = address()?;
            let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
            socket.set_nonblocking(true)?;
            // Whether it succeeds its owner sees.
            let _ = socket.connect(&address.into());
            Ok(socket.into())
        }
        "take" => take(netlink, of.parse().map_err(|_| unknown())?).map(Into::into),
        _ => Err(unknown()),
    }
}

/// Listens for what was to go elsewhere, and has it come here.
fn take(netlink: &Netlink, at: SocketAddrV4) -> io::Result<TcpListener> {
    let listener = listener(at.into(), |socket| socket.set_ip_transparent_v4(true))?;
    netlink.take(at)?;
    Ok(listener)
}
