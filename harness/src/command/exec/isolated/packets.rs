//! Connections that a program begins to a port that nobody has opened yet: the kernel loses the first packet, and shows it here. Once the
//! port is open the program's kernel has sent it again, a second later.

use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::OwnedFd;

use rustix::net::{AddressFamily, SocketFlags, SocketType, eth, socket_with};
use socket2::{SockFilter, SockRef};

/// What is kept of a packet: its heads.
pub(super) const KEPT: usize = 128;

const ETHERNET: usize = 14;

/// Sees the packets that begin a connection to somewhere else than 127.0.0.0/8. What a program sends within this machine the kernel
/// sorts out by itself: it costs next to nothing.
pub(super) fn socket() -> io::Result<OwnedFd> {
    const LOAD_BYTE: u16 = 0x30;
    const LOAD_BYTE_AFTER_X: u16 = 0x50;
    const X_IS_LENGTH_OF_HEAD: u16 = 0xb1;
    const AND: u16 = 0x54;
    const IF: u16 = 0x15;
    const KEEP: u16 = 0x06;
    let filter = [
        // TCP
        SockFilter::new(LOAD_BYTE, 0, 0, 23),
        SockFilter::new(IF, 0, 7, 6),
        // not to 127.…
        SockFilter::new(LOAD_BYTE, 0, 0, 30),
        SockFilter::new(IF, 5, 0, 127),
        // SYN without ACK
        SockFilter::new(X_IS_LENGTH_OF_HEAD, 0, 0, 14),
        SockFilter::new(LOAD_BYTE_AFTER_X, 0, 0, 14 + 13),
        SockFilter::new(AND, 0, 0, 0x12),
        SockFilter::new(IF, 0, 1, 0x02),
        SockFilter::new(KEEP, 0, 0, 128),
        SockFilter::new(KEEP, 0, 0, 0),
    ];
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(AddressFamily::PACKET, SocketType::RAW, flags, Some(eth::IP))?;
    SockRef::from(&socket).attach_filter(&filter)?;
    Ok(socket)
}

/// Where a packet is to go.
pub(super) fn destination(packet: &[u8]) -> Option<SocketAddrV4> {
    let packet = packet.get(ETHERNET..)?;
    let address: [u8; 4] = packet.get(16..20)?.try_into().ok()?;
    let head = usize::from(packet.first()? & 0xf) * 4;
    let port: [u8; 2] = packet.get(head + 2..head + 4)?.try_into().ok()?;
    Some(SocketAddrV4::new(Ipv4Addr::from(address), u16::from_be_bytes(port)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_is_read() {
        let mut packet = vec![0; ETHERNET + 40];
        packet[ETHERNET] = 0x45;
        packet[ETHERNET + 16..ETHERNET + 20].copy_from_slice(&[198, 18, 0, 7]);
        packet[ETHERNET + 22..ETHERNET + 24].copy_from_slice(&5432_u16.to_be_bytes());
        assert_eq!(destination(&packet), Some("198.18.0.7:5432".parse().unwrap()));
        assert_eq!(destination(&packet[..ETHERNET + 21]), None);
        assert_eq!(destination(&[]), None);
    }
}
