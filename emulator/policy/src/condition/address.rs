//! Addresses and ranges of addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::inline::Inline;

/// An address or a CIDR range, as `IpAddress` takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(Repr);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Repr {
    V4 { base: u32, mask: u32 },
    V6 { base: [u64; 2], mask: [u64; 2] },
}

impl Network {
    /// Reads an address or a range. Bits of the address beyond the prefix are disregarded.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            None => (text, None),
            Some((address, prefix)) => {
                let plain = (1..=3).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_digit());
                (address, Some(prefix.parse::<u32>().ok().filter(|_| plain)?))
            }
        };
        match address.parse().ok()? {
            IpAddr::V4(v4) => Self::v4(v4, prefix.unwrap_or(32)),
            IpAddr::V6(v6) => Self::v6(v6, prefix.unwrap_or(128)),
        }
    }

    fn v4(address: Ipv4Addr, prefix: u32) -> Option<Self> {
        let mask = u32::MAX.checked_shl(32u32.checked_sub(prefix)?).unwrap_or(0);
        Some(Self(Repr::V4 { base: address.to_bits() & mask, mask }))
    }

    fn v6(address: Ipv6Addr, prefix: u32) -> Option<Self> {
        if let (Some(v4), Some(prefix)) = (address.to_ipv4_mapped(), prefix.checked_sub(96)) {
            return Self::v4(v4, prefix);
        }
        let mask = u128::MAX.checked_shl(128u32.checked_sub(prefix)?).unwrap_or(0);
        Some(Self(Repr::V6 { base: halves(address.to_bits() & mask), mask: halves(mask) }))
    }

    /// Whether it is too small to mean the world: 8 bits of an IPv4 prefix or more, 32 of an IPv6 one. *Block Public Access*.
    pub(crate) fn is_narrow(&self) -> bool {
        match self.0 {
            Repr::V4 { mask, .. } => mask.count_ones() >= 8,
            Repr::V6 { mask: [high, low], .. } => high.count_ones() + low.count_ones() >= 32,
        }
    }

    /// Whether the range holds `address`. An IPv4 range holds no IPv6 address, and the reverse.
    #[inline]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.0, address) {
            (Repr::V4 { base, mask }, IpAddr::V4(v4)) => v4.to_bits() & mask == base,
            (Repr::V6 { base, mask }, IpAddr::V6(v6)) => {
                let [high, low] = halves(v6.to_bits());
                let ([base_high, base_low], [mask_high, mask_low]) = (base, mask);
                high & mask_high == base_high && low & mask_low == base_low
            }
            _ => false,
        }
    }
}

/// Two words instead of one 16-byte-aligned one: networks lie by the thousand in compiled policies.
fn halves(bits: u128) -> [u64; 2] {
    let half = |bits: u128| u64::try_from(bits & u128::from(u64::MAX)).unwrap_or_default();
    [half(bits >> 64), half(bits)]
}

/// Reads the address of a request; an IPv4 address written in IPv6 counts as IPv4.
pub(crate) fn address(text: &str) -> Option<IpAddr> {
    // Most are of this form, and most values that are none are told by it.
    match v4(text.as_bytes()) {
        Some(address) => Some(IpAddr::V4(address)),
        None if text.contains(':') => text.parse::<IpAddr>().ok().map(|address| address.to_canonical()),
        None => None,
    }
}

/// Reads `10.0.0.1`: four numbers up to 255, without leading zeros.
fn v4(text: &[u8]) -> Option<Ipv4Addr> {
    // No longer than `255.255.255.255`, so nothing here overflows.
    const LONGEST: usize = 15;
    let (mut bits, mut number, mut digits, mut points) = (0u32, 0u32, 0u32, 0u32);
    for &byte in text.get(..text.len().min(LONGEST + 1))? {
        let digit = u32::from(byte.wrapping_sub(b'0'));
        if digit < 10 {
            if digits > 0 && number == 0 {
                return None;
            }
            number = number.wrapping_mul(10).wrapping_add(digit);
            digits = digits.wrapping_add(1);
        } else if byte == b'.' && digits > 0 && number < 256 {
            bits = bits << 8 | number;
            (number, digits) = (0, 0);
            points = points.wrapping_add(1);
        } else {
            return None;
        }
    }
    let whole = points == 3 && digits > 0 && number < 256 && text.len() <= LONGEST;
    whole.then(|| Ipv4Addr::from_bits(bits << 8 | number))
}

/// An address as text.
pub(crate) fn written<const N: usize>(address: IpAddr) -> Inline<N> {
    match address {
        IpAddr::V4(v4) => {
            let mut text = [0; 15];
            let mut length = 0;
            for (index, octet) in v4.octets().into_iter().enumerate() {
                let digits = [octet / 100, octet / 10 % 10, octet % 10];
                let leading = digits.iter().take(2).take_while(|digit| **digit == 0).count();
                let point = (index > 0).then_some(b'.');
                for byte in point.into_iter().chain(digits.into_iter().skip(leading).map(|digit| b'0' + digit)) {
                    if let Some(slot) = text.get_mut(length) {
                        *slot = byte;
                    }
                    length += 1;
                }
            }
            str::from_utf8(text.get(..length).unwrap_or_default()).unwrap_or_default().into()
        }
        IpAddr::V6(v6) => v6.to_string().as_str().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let table = [
            ("10.0.0.0/8", "10.255.255.255", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.1.2.3/8", "10.9.9.9", true),
            ("0.0.0.0/0", "203.0.113.1", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("192.168.1.1", "192.168.1.1", true),
            ("192.168.1.1", "192.168.1.2", false),
            ("192.168.1.1/32", "192.168.1.1", true),
            ("10.0.0.0/8", "::ffff:10.1.1.1", true),
            ("::ffff:10.0.0.0/104", "10.1.1.1", true),
            ("2001:db8::/32", "2001:db8:1::5", true),
            ("2001:db8::/32", "2001:db9::", false),
            ("2001:db8::1", "2001:0db8:0:0::1", true),
            ("::/0", "2001:db9::", true),
            ("2001:db8:0:0:8000::/65", "2001:db8::8000:0:0:1", true),
            ("2001:db8:0:0:8000::/65", "2001:db8::1", false),
        ];
        for (network, text, expected) in table {
            let network = Network::parse(network).unwrap();
            assert_eq!(network.contains(address(text).unwrap()), expected, "{network:?} {text}");
        }
    }

    /// Addresses are read as the standard library reads them.
    #[test]
    fn of_four_numbers() {
        for text in [
            "0.0.0.0",
            "10.0.0.1",
            "255.255.255.255",
            "256.0.0.1",
            "1.2.3",
            "1.2.3.4.5",
            "01.2.3.4",
            "1.2.3.04",
            "1..2.3",
            ".1.2.3.4",
            "1.2.3.4.",
            "1.2.3.1000",
            "1.2.3.-4",
            "",
            ".",
            "1",
            "00.0.0.0",
            "1.2.3.4 ",
        ] {
            assert_eq!(v4(text.as_bytes()), text.parse().ok(), "{text}");
            assert_eq!(address(text), text.parse().ok(), "{text}");
        }
    }

    #[test]
    fn refused() {
        for text in [
            "",
            "10.0.0",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0.0/-1",
            "10.0.0.0/+8",
            "10.0.0.*",
            "192.0.2.**",
            "::/129",
            "010.0.0.1",
            "10.0.0.0/8/8",
            " 10.0.0.1",
            "10.0.0.0/0008",
        ] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
