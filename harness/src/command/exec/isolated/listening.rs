//! What listens on this machine, and in the network: read from the kernel's tables.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Where something listens by TCP, in the network of a process. What listens for both versions of addresses counts for either.
pub(super) fn listening(process: &str) -> BTreeSet<SocketAddr> {
    let mut all = BTreeSet::new();
    for table in ["tcp", "tcp6"] {
        let Ok(file) = File::open(format!("/proc/{process}/net/{table}")) else { continue };
        // The kernel shows those that listen first, and connections, of which there may be many, behind them.
        let lines = BufReader::new(file).lines().skip(1).map_while(Result::ok);
        all.extend(lines.map_while(|line| listener(&line)));
    }
    let both = |address: &&SocketAddr| address.ip() == IpAddr::V6(Ipv6Addr::UNSPECIFIED);
    let also: Vec<_> = all.iter().filter(both).map(|at| SocketAddr::from((Ipv4Addr::UNSPECIFIED, at.port()))).collect();
    all.extend(also);
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
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        assert!(listening("self").contains(&address));
        drop(listener);
        assert!(!listening("self").contains(&address));
        assert!(listening("none").is_empty());
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
