//! Public keys and the signatures that they check.

use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, EcdsaVerificationAlgorithm, RsaParameters,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use sha1::{Digest, Sha1};
use x509_parser::prelude::{FromDer, X509Certificate};

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PublicKey {
    /// Modulus and exponent, big-endian, without leading zeros. The check of a signature wants 2048 to 8192 bits.
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    /// A point on P-256 or P-384, uncompressed.
    Ec(Curve, Vec<u8>),
    /// Ed25519.
    Ed25519(Vec<u8>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Curve {
    P256,
    P384,
}

impl Curve {
    /// How long each coordinate of a point is.
    pub(super) fn width(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
        }
    }

    fn algorithm(self) -> &'static EcdsaVerificationAlgorithm {
        match self {
            Self::P256 => &ECDSA_P256_SHA256_FIXED,
            Self::P384 => &ECDSA_P384_SHA384_FIXED,
        }
    }
}

/// How something is signed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scheme {
    Rsa(&'static RsaParameters),
    /// Both numbers of the signature side by side, as JSON web tokens and XML have it.
    Ec(Curve),
    Ed25519,
}

/// A number's bytes without leading zeros.
pub(super) fn trimmed(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().skip_while(|byte| *byte == 0).collect()
}

impl PublicKey {
    /// A point on a curve by its coordinates.
    pub(super) fn point(curve: Curve, x: &[u8], y: &[u8]) -> Option<Self> {
        let fits = x.len() == curve.width() && y.len() == curve.width();
        fits.then(|| Self::Ec(curve, [&[4], x, y].concat()))
    }

    /// The key in a certificate.
    pub(super) fn of_certificate(der: &[u8]) -> Option<Self> {
        use x509_parser::public_key::PublicKey as Parsed;
        let (rest, certificate) = X509Certificate::from_der(der).ok()?;
        let info = certificate.public_key();
        match info.parsed().ok().filter(|_| rest.is_empty())? {
            Parsed::RSA(key) => Some(Self::Rsa { modulus: trimmed(key.modulus), exponent: trimmed(key.exponent) }),
            Parsed::EC(point) => match point.data() {
                data if data.len() == 65 => Some(Self::Ec(Curve::P256, data.to_vec())),
                data if data.len() == 97 => Some(Self::Ec(Curve::P384, data.to_vec())),
                _ => None,
            },
            Parsed::Unknown(data) if data.len() == 32 => Some(Self::Ed25519(data.to_vec())),
            _ => None,
        }
    }

    /// Could this key have signed so?
    pub(super) fn suits(&self, scheme: Scheme) -> bool {
        match (self, scheme) {
            (Self::Rsa { .. }, Scheme::Rsa(_)) | (Self::Ed25519(_), Scheme::Ed25519) => true,
            (Self::Ec(own, _), Scheme::Ec(curve)) => *own == curve,
            _ => false,
        }
    }

    /// Is the signature right?
    pub(super) fn verify(&self, scheme: Scheme, message: &[u8], signature: &[u8]) -> bool {
        match (self, scheme) {
            (Self::Rsa { modulus, exponent }, Scheme::Rsa(parameters)) => {
                RsaPublicKeyComponents { n: modulus, e: exponent }.verify(parameters, message, signature).is_ok()
            }
            (Self::Ec(own, point), Scheme::Ec(curve)) if *own == curve => {
                UnparsedPublicKey::new(curve.algorithm(), point).verify(message, signature).is_ok()
            }
            (Self::Ed25519(key), Scheme::Ed25519) => {
                UnparsedPublicKey::new(&ED25519, key).verify(message, signature).is_ok()
            }
            _ => false,
        }
    }
}

/// The SHA-1 fingerprint of a certificate, in lower-case hexadecimal digits.
pub(super) fn fingerprint(der: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha1::digest(der).iter().fold(String::with_capacity(40), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
