//! Digests and keyed digests in the encodings that signatures use.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use hmac::{Hmac, KeyInit, Mac};
use md5::digest::Output;
use md5::{Digest as _, Md5};
use sha1::Sha1;
use sha2::Sha256;

use super::ClaimError;

/// The keyed digest that the signatures 1.0 (RPC, ROA) name in `SignatureMethod`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HmacMethod {
    /// `HMAC-SHA1`
    Sha1,
    /// `HMAC-SHA256`
    Sha256,
}

impl HmacMethod {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            HmacMethod::Sha1 => "HMAC-SHA1",
            HmacMethod::Sha256 => "HMAC-SHA256",
        }
    }

    /// The method of that name; `parameter` is where it stood, for the error.
    pub(super) fn parse(name: &str, parameter: &'static str) -> Result<Self, ClaimError> {
        [HmacMethod::Sha1, HmacMethod::Sha256]
            .into_iter()
            .find(|method| method.name() == name)
            .ok_or(ClaimError::Unsupported(parameter))
    }

    /// The base64 text of the keyed digest.
    pub(super) fn base64(self, key: &[u8], text: impl AsRef<[u8]>) -> String {
        match self {
            HmacMethod::Sha1 => BASE64.encode(hmac::<Hmac<Sha1>>(key, text.as_ref())),
            HmacMethod::Sha256 => BASE64.encode(hmac::<Hmac<Sha256>>(key, text.as_ref())),
        }
    }
}

/// HMAC-SHA256.
pub(super) fn hmac_sha256(key: &[u8], text: &str) -> [u8; 32] {
    hmac::<Hmac<Sha256>>(key, text.as_bytes()).into()
}

/// HMAC-SHA256 in lower-case hexadecimal.
pub(super) fn hex_hmac_sha256(key: &[u8], text: &str) -> String {
    hex(&hmac_sha256(key, text))
}

/// SHA-256 in lower-case hexadecimal.
pub(crate) fn hex_sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// MD5 in base64, as `Content-MD5` carries it.
pub(super) fn base64_md5(bytes: &[u8]) -> String {
    BASE64.encode(Md5::digest(bytes))
}

/// MD5 in upper-case hexadecimal, as SLS has it in `Content-MD5`.
pub(super) fn hex_md5(bytes: &[u8]) -> String {
    hex(&Md5::digest(bytes)).to_ascii_uppercase()
}

fn hmac<M: Mac + KeyInit>(key: &[u8], bytes: &[u8]) -> Output<M> {
    #[expect(clippy::expect_used, reason = "HMAC is defined for a key of any length")]
    let mut mac = M::new_from_slice(key).expect("a key of any length");
    mac.update(bytes);
    mac.finalize().into_bytes()
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| if value < 10 { b'0' + value } else { b'a' + (value - 10) };
    let pairs: Vec<_> = bytes.iter().map(|byte| [digit(byte >> 4), digit(byte & 0xF)]).collect();
    String::from_utf8(pairs.into_flattened()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_of_nothing() {
        assert_eq!(hex_sha256(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(base64_md5(b""), "1B2M2Y8AsgTpgAmY7PhCfg==");
        assert_eq!(base64_md5(b"0123456789"), "eB5eJF1ptWaXm4bijSPyxw==");
        assert_eq!(hex_md5(b"ols_sdk"), "6130B39CFD626F8A4D48BFB3E44DAA79");
    }

    #[test]
    fn methods_by_name() {
        assert_eq!(HmacMethod::parse("HMAC-SHA1", "SignatureMethod"), Ok(HmacMethod::Sha1));
        assert_eq!(HmacMethod::parse("HMAC-SHA256", "SignatureMethod"), Ok(HmacMethod::Sha256));
        for unknown in ["", "hmac-sha1", "HMAC-SM3", "SHA256withRSA"] {
            assert_eq!(HmacMethod::parse(unknown, "SignatureMethod"), Err(ClaimError::Unsupported("SignatureMethod")));
        }
    }
}
