//! The addresses and routes of the network: messages to the kernel, as `rtnetlink(7)` has them.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddrV4};
use std::os::fd::OwnedFd;

use nix::ifaddrs::getifaddrs;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, sendto, socket_with};

/// The loopback interface, the only one that there is.
const LOOPBACK: u32 = 1;
/// The table of what is taken here wherever it is to go. Any number but those that the kernel has.
const TAKEN: u8 = 100;

const NEW_LINK: u16 = 16;
const NEW_ADDRESS: u16 = 20;
const NEW_ROUTE: u16 = 24;
const NEW_RULE: u16 = 32;

/// How long the head of a message is: its length, its kind, its flags, and who asks.
pub(super) const HEAD: usize = 16;
pub(super) const REQUEST: u16 = 1;
const ACKNOWLEDGE: u16 = 4;
const CREATE: u16 = 0x400;

pub(super) const IPV4: u8 = 2;
pub(super) const IPV6: u8 = 10;

/// Whoever asks the kernel.
pub(super) struct Netlink(OwnedFd);

impl Netlink {
    /// For the network that this process is in. Routes are what it speaks of unless told otherwise.
    pub(super) fn open() -> io::Result<Self> {
        let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, None)?;
        Ok(Self(socket))
    }

    /// Switches loopback on.
    pub(super) fn switch_on(&self) -> io::Result<()> {
        const UP: u32 = 1;
        let [index, up] = [LOOPBACK, UP].map(u32::to_ne_bytes);
        // The family, the type, the interface, its flags and which of them change.
        self.ask(NEW_LINK, &[&[0; 4][..], &index, &up, &up].concat())
    }

    /// Gives loopback one more address.
    pub(super) fn add_address(&self, address: IpAddr) -> io::Result<()> {
        const ADDRESS: u16 = 1;
        const LOCAL: u16 = 2;
        /// Nobody else has it: that need not be found out.
        const NOT_TWICE: u8 = 2;
        const WIDE: u8 = 0;
        let (family, bytes) = match address {
            IpAddr::V4(address) => (IPV4, address.octets().to_vec()),
            IpAddr::V6(address) => (IPV6, address.octets().to_vec()),
        };
        let bits = u8::try_from(bytes.len() * 8).unwrap_or(u8::MAX);
        let mut body = vec![family, bits, NOT_TWICE, WIDE];
        body.extend_from_slice(&LOOPBACK.to_ne_bytes());
        attribute(&mut body, LOCAL, &bytes);
        attribute(&mut body, ADDRESS, &bytes);
        self.ask(NEW_ADDRESS, &body)
    }

    /// Everything that is not of this machine goes nowhere: what is sent there is lost, and may be seen.
    pub(super) fn lose_the_rest(&self) -> io::Result<()> {
        const MAIN: u8 = 254;
        const LINK: u8 = 253;
        const UNICAST: u8 = 1;
        const HOST: u8 = 254;
        const LOCAL: u8 = 2;
        self.add_route(MAIN, LINK, UNICAST)?;
        self.add_route(TAKEN, HOST, LOCAL)
    }

    /// A route for everything, over loopback, from 127.0.0.1.
    fn add_route(&self, table: u8, scope: u8, kind: u8) -> io::Result<()> {
        const OVER: u16 = 4;
        const FROM: u16 = 7;
        const BY_HAND: u8 = 4;
        let mut body = vec![IPV4, 0, 0, 0, table, BY_HAND, scope, kind, 0, 0, 0, 0];
        attribute(&mut body, OVER, &LOOPBACK.to_ne_bytes());
        attribute(&mut body, FROM, &Ipv4Addr::LOCALHOST.octets());
        self.ask(NEW_ROUTE, &body)
    }

    /// What is sent to this port of an address is taken here; of whatever address, if it is the one of none.
    pub(super) fn take(&self, at: SocketAddrV4) -> io::Result<()> {
        const TO: u16 = 1;
        const PRIORITY: u16 = 6;
        const PROTOCOL: u16 = 22;
        const PORTS: u16 = 24;
        const TO_TABLE: u8 = 1;
        const TCP: u8 = 6;
        let (address, port) = (*at.ip(), at.port());
        let bits = if address.is_unspecified() { 0 } else { 32 };
        let mut body = vec![IPV4, bits, 0, 0, TAKEN, 0, 0, TO_TABLE, 0, 0, 0, 0];
        if bits > 0 {
            attribute(&mut body, TO, &address.octets());
        }
        attribute(&mut body, PRIORITY, &u32::from(TAKEN).to_ne_bytes());
        attribute(&mut body, PROTOCOL, &[TCP]);
        attribute(&mut body, PORTS, &[port.to_ne_bytes(), port.to_ne_bytes()].concat());
        self.ask(NEW_RULE, &body)
    }

    /// Asks, and waits until it is done.
    fn ask(&self, kind: u16, body: &[u8]) -> io::Result<()> {
        send(&self.0, kind, REQUEST | ACKNOWLEDGE | CREATE, body)?;
        let mut answer = vec![0; 4096];
        let (read, _) = recv(&self.0, &mut answer, RecvFlags::empty())?;
        let code =
            answer.get(..read).and_then(|answer| answer.get(HEAD..HEAD + 4)).and_then(|code| code.try_into().ok());
        match code.map(i32::from_ne_bytes) {
            Some(0) => Ok(()),
            Some(code) => Err(io::Error::from_raw_os_error(-code)),
            None => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

/// Sends a message to the kernel.
pub(super) fn send(socket: &OwnedFd, kind: u16, flags: u16, body: &[u8]) -> io::Result<()> {
    let length = u32::try_from(HEAD + body.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    let mut message = length.to_ne_bytes().to_vec();
    message.extend_from_slice(&kind.to_ne_bytes());
    message.extend_from_slice(&flags.to_ne_bytes());
    message.extend_from_slice(&[0; 8]);
    message.extend_from_slice(body);
    sendto(socket, &message, SendFlags::empty(), &SocketAddrNetlink::new(0, 0))?;
    Ok(())
}

fn attribute(body: &mut Vec<u8>, kind: u16, value: &[u8]) {
    const HEAD: usize = 4;
    body.extend_from_slice(&u16::try_from(HEAD + value.len()).unwrap_or_default().to_ne_bytes());
    body.extend_from_slice(&kind.to_ne_bytes());
    body.extend_from_slice(value);
    body.resize(body.len().next_multiple_of(HEAD), 0);
}

/// The addresses of this machine, but for those that every machine has, and those that mean something on one interface only.
pub(in crate::command::exec) fn own_addresses() -> Vec<IpAddr> {
    let found = getifaddrs().into_iter().flatten().filter_map(|one| {
        let address = one.address?;
        let v4 = address.as_sockaddr_in().map(|address| IpAddr::from(address.ip()));
        v4.or_else(|| address.as_sockaddr_in6().map(|address| IpAddr::from(address.ip())))
    });
    let everywhere = |address: &IpAddr| match address {
        IpAddr::V4(address) => address.is_loopback(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unicast_link_local(),
    };
    found.filter(|address| !everywhere(address)).collect()
}
