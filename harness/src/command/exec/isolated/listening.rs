//! What listens on this machine, and in the network: asked of the kernel as `sock_diag(7)` has it, or read from its tables.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::OwnedFd;

use rustix::io::retry_on_intr;
use rustix::net::netlink::SOCK_DIAG;
use rustix::net::{AddressFamily, RecvFlags, SocketFlags, SocketType, recv, socket_with};

use super::netlink::{HEAD, IPV4, IPV6, REQUEST, send};

/// Whoever knows what listens in a network.
pub(super) struct Listeners {
    asked: OwnedFd,
    /// Of a process that is in the network, how `/proc` names it.
    process: String,
}

/// What asks the kernel, of the network that this process is in.
pub(super) fn asking() -> io::Result<OwnedFd> {
    Ok(socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, Some(SOCK_DIAG))?)
}

impl Listeners {
    pub(super) fn new(asked: OwnedFd, process: &str) -> Self {
        Self { asked, process: process.to_owned() }
    }

    /// Where something listens by TCP. What listens for both versions of addresses counts for either.
    ///
    /// The kernel's tables have a line for each connection as well, and where they are large they take long to read even if they are empty:
    /// they are read where nothing else is told.
    pub(super) fn all(&self) -> BTreeSet<SocketAddr> {
        let told = [IPV4, IPV6].map(|family| self.told(family)).into_iter().collect::<io::Result<Vec<_>>>();
        let mut all = told.map_or_else(|_| in_tables(&self.process), |told| told.into_iter().flatten().collect());
        let both = |address: &&SocketAddr| address.ip() == IpAddr::V6(Ipv6Addr::UNSPECIFIED);
        let also: Vec<_> =
            all.iter().filter(both).map(|at| SocketAddr::from((Ipv4Addr::UNSPECIFIED, at.port()))).collect();
        all.extend(also);
        all
    }

    /// What listens at addresses of one version.
    fn told(&self, family: u8) -> io::Result<Vec<SocketAddr>> {
        const BY_FAMILY: u16 = 20;
        const ALL: u16 = 0x300;
        const TCP: u8 = 6;
        const LISTENS: u32 = 1 << 10;
        const WHICHEVER: [u8; 48] = [0; 48];
        const ERROR: u16 = 2;
        const DONE: u16 = 3;
        let body = [&[family, TCP, 0, 0][..], &LISTENS.to_ne_bytes(), &WHICHEVER].concat();
        send(&self.asked, BY_FAMILY, REQUEST | ALL, &body)?;
        let (mut found, mut answer) = (Vec::new(), vec![0; 32 << 10]);
        loop {
            let (read, _) = retry_on_intr(|| recv(&self.asked, &mut answer[..], RecvFlags::empty()))?;
            let mut rest = answer.get(..read).filter(|read| !read.is_empty()).ok_or(io::ErrorKind::UnexpectedEof)?;
            while let Some((kind, body, behind)) = message(rest) {
                match kind {
                    DONE => return Ok(found),
                    ERROR => return Err(io::ErrorKind::Unsupported.into()),
                    _ => found.extend(address(body)),
                }
                rest = behind;
            }
        }
    }
}

/// The first of several messages, by its kind and what is in it, and those behind it.
fn message(all: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let number = |at: std::ops::Range<usize>| all.get(at);
    let length = u32::from_ne_bytes(number(0..4)?.try_into().ok()?);
    let kind = u16::from_ne_bytes(number(4..6)?.try_into().ok()?);
    let length = usize::try_from(length).ok()?;
    let behind = all.get(length.next_multiple_of(4)..).unwrap_or_default();
    Some((kind, all.get(HEAD..length)?, behind))
}

/// Where the socket is that a message tells of: its family in the first byte, its port and its address behind four.
fn address(told: &[u8]) -> Option<SocketAddr> {
    let port = u16::from_be_bytes(told.get(4..6)?.try_into().ok()?);
    let ip: IpAddr = match *told.first()? {
        IPV4 => <[u8; 4]>::try_from(told.get(8..12)?).ok()?.into(),
        _ => <[u8; 16]>::try_from(told.get(8..24)?).ok()?.into(),
    };
    Some((ip.to_canonical(), port).into())
}

/// Where something listens in the network of a process, as the kernel's tables have it.
fn in_tables(process: &str) -> BTreeSet<SocketAddr> {
    let mut all = BTreeSet::new();
    for table in ["tcp", "tcp6"] {
        let Ok(file) = File::open(format!("/proc/{process}/net/{table}")) else { continue };
        // The kernel shows those that listen first, and connections, of which there may be many, behind them.
        let lines = BufReader::new(file).lines().skip(1).map_while(Result::ok);
        all.extend(lines.map_while(|line| listener(&line)));
    }
    all
}

/// Of a line of `/proc/net/tcp`, where it listens, if it does.
fn listener(line: &str) -> Option<SocketAddr> {
    const LISTENS: &str = "0A";
    let mut fields = line.split_ascii_whitespace().skip(1);
    let (address, port) = fields.next()?.split_once(':')?;
    if fields.nth(1)? != LISTENS {
        return None;
    }
    // Words of four bytes, as the machine has them in memory.
    let words = address.as_bytes().chunks(8).map(|word| u32::from_str_radix(std::str::from_utf8(word).ok()?, 16).ok());
    let bytes: Vec<u8> = words.collect::<Option<Vec<_>>>()?.into_iter().flat_map(u32::to_ne_bytes).collect();
    let ip: IpAddr = match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok()?.into(),
        _ => <[u8; 16]>::try_from(bytes).ok()?.into(),
    };
    Some((ip.to_canonical(), u16::from_str_radix(port, 16).ok()?).into())
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn what_listens_is_found_until_it_does_not() {
        let listeners = Listeners::new(asking().unwrap(), "self");
        for at in ["127.0.0.1:0", "[::1]:0", "0.0.0.0:0"] {
            let Ok(listener) = TcpListener::bind(at) else { continue };
            let address = listener.local_addr().unwrap();
            assert!(listeners.all().contains(&address), "{at}");
            assert!(in_tables("self").contains(&address), "{at}");
            drop(listener);
            assert!(!listeners.all().contains(&address), "{at}");
            assert!(!in_tables("self").contains(&address), "{at}");
        }
        assert!(in_tables("none").is_empty());
    }

    #[test]
    fn addresses_of_both_versions_are_read() {
        if cfg!(target_endian = "little") {
            let line = " 0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1";
            assert_eq!(super::listener(line), Some("127.0.0.1:5432".parse().unwrap()));
            let line = " 0: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 0";
            assert_eq!(super::listener(line), Some("[::1]:80".parse().unwrap()));
            assert_eq!(super::listener(&line.replace(" 0A", " 01")), None);
        }
    }
}
