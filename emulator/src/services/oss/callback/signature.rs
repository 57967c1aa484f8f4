//! How a callback is signed: RSA over MD5, PKCS #1 v1.5, as the application server checks it with the key that the callback names.
//!
//! CHOICE: the key is acslab's own and known to everybody. It shows an application server that checks signatures at work; it proves nothing.

use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use md5::{Digest, Md5};
use num_bigint::BigUint;

/// The public key, as the application server reads it.
pub(crate) const PUBLIC_KEY: &str = include_str!("../../../../data/callback/public.pem");

static MODULUS: LazyLock<BigUint> = LazyLock::new(|| number(include_str!("../../../../data/callback/modulus.hex")));
static EXPONENT: LazyLock<BigUint> = LazyLock::new(|| number(include_str!("../../../../data/callback/exponent.hex")));

fn number(hex: &str) -> BigUint {
    BigUint::parse_bytes(hex.trim().as_bytes(), 16).unwrap_or_default()
}

/// How many bytes the modulus and a signature have.
const BYTES: usize = 256;
/// What says that a digest is one of MD5 (RFC 8017, 9.2).
const MD5: [u8; 18] =
    [0x30, 0x20, 0x30, 0x0C, 0x06, 0x08, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x05, 0x05, 0x00, 0x04, 0x10];

/// The signature of a callback to a path, with its query, as `Authorization` has it.
pub(super) fn authorization(path: &str, query: Option<&str>, body: &[u8]) -> String {
    let path =
        crate::signature::query::decode(path, crate::signature::Plus::Literal).unwrap_or_else(|_| path.to_owned());
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let text = [path.as_bytes(), query.as_bytes(), b"\n", body].concat();
    let digest = [&MD5[..], &Md5::digest(text)].concat();
    let padding = vec![0xFF; BYTES - digest.len() - 3];
    let block = [&[0, 1][..], &padding, &[0], &digest].concat();
    let signed = BigUint::from_bytes_be(&block).modpow(&EXPONENT, &MODULUS).to_bytes_be();
    let mut whole = vec![0; BYTES.saturating_sub(signed.len())];
    whole.extend(signed);
    BASE64_STANDARD.encode(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With the other exponent the block is there again.
    #[test]
    fn the_public_key_undoes_what_the_private_one_did() {
        let signed = BASE64_STANDARD.decode(authorization("/a%20b", Some("c=d"), b"body")).unwrap();
        let block = BigUint::from_bytes_be(&signed).modpow(&BigUint::from(65_537_u32), &MODULUS).to_bytes_be();
        assert!(block.starts_with(&[1, 0xFF]) && block.ends_with(&Md5::digest(b"/a b?c=d\nbody")), "{block:02x?}");
        assert!(PUBLIC_KEY.starts_with("-----BEGIN PUBLIC KEY-----"));
    }
}
