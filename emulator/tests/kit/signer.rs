//! An identity provider's keys, and what it signs with them.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use rcgen::{CertificateParams, KeyPair};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PSS_SHA256,
    RsaEncoding, RsaKeyPair,
};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

/// Made for these tests and worth nothing anywhere. RSA keys cannot be made by what the tests build on.
const RSA: &[u8] = include_bytes!("rsa.pk8");

pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) enum Signer {
    Rsa(Box<RsaKeyPair>),
    Ec(Box<EcdsaKeyPair>),
}

impl Signer {
    pub(crate) fn rsa() -> Self {
        Self::Rsa(Box::new(RsaKeyPair::from_pkcs8(RSA).expect("a key that signs")))
    }

    /// A key on P-256, another one each time.
    pub(crate) fn ec() -> Self {
        let (random, form) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let made = EcdsaKeyPair::generate_pkcs8(form, &random).expect("a key that signs");
        Self::Ec(Box::new(EcdsaKeyPair::from_pkcs8(form, made.as_ref(), &random).expect("a key that signs")))
    }

    pub(crate) fn sign(&self, algorithm: &str, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(key) => {
                let padding: &dyn RsaEncoding = match algorithm {
                    "RS384" => &RSA_PKCS1_SHA384,
                    "PS256" => &RSA_PSS_SHA256,
                    _ => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(padding, &random, message, &mut signature).expect("a key that signs");
                signature
            }
            Self::Ec(key) => key.sign(&random, message).expect("a key that signs").as_ref().to_vec(),
        }
    }

    /// The public half as a JSON web key.
    pub(crate) fn jwk(&self, id: &str) -> Value {
        match self {
            Self::Rsa(key) => {
                let public: ring::rsa::PublicKeyComponents<Vec<u8>> = key.public().into();
                json!({"kty": "RSA", "use": "sig", "kid": id, "n": base64url(public.n), "e": base64url(public.e)})
            }
            Self::Ec(key) => {
                let point = key.public_key().as_ref();
                let (x, y) = (base64url(&point[1..33]), base64url(&point[33..]));
                json!({"kty": "EC", "crv": "P-256", "kid": id, "x": x, "y": y})
            }
        }
    }

    /// A token in its compact form.
    pub(crate) fn token(&self, header: &Value, claims: &Value) -> String {
        let signed = format!("{}.{}", base64url(header.to_string()), base64url(claims.to_string()));
        let signature = self.sign(header["alg"].as_str().unwrap_or_default(), signed.as_bytes());
        format!("{signed}.{}", base64url(signature))
    }
}

/// A certificate for the RSA key, signed with it, in DER.
pub(crate) fn rsa_certificate() -> Vec<u8> {
    let key = KeyPair::try_from(RSA).expect("a key that signs");
    CertificateParams::default().self_signed(&key).expect("a key that signs").der().to_vec()
}

pub(crate) fn fingerprint(certificate: &[u8]) -> String {
    Sha1::digest(certificate).iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat()
}

pub(crate) fn base64(bytes: impl AsRef<[u8]>) -> String {
    BASE64_STANDARD.encode(bytes)
}
