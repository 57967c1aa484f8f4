//! The keys of an issuer of tokens: a JSON web key set (RFC 7517).

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::key::{Curve, PublicKey, Scheme, fingerprint, trimmed};

/// Why a key set cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwksError {
    /// It is no key set.
    #[error("no JSON web key set: {0}")]
    Json(String),
    /// A key in it is not well formed.
    #[error("the key `{0}` is not well formed: {1}")]
    Key(String, &'static str),
    /// It has no key that signs.
    #[error("no key in it is one for signatures: RSA, EC on P-256 or P-384, or Ed25519")]
    Empty,
}

/// The keys with which an issuer signs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeySet {
    text: String,
    keys: Vec<JsonWebKey>,
}

impl TryFrom<String> for KeySet {
    type Error = JwksError;

    fn try_from(text: String) -> Result<Self, JwksError> {
        Self::parse(text.as_bytes())
    }
}

impl From<KeySet> for String {
    fn from(keys: KeySet) -> Self {
        keys.text
    }
}

/// One key.
#[derive(Debug, Clone)]
pub(crate) struct JsonWebKey {
    id: Option<String>,
    algorithm: Option<String>,
    public: PublicKey,
    authority: Option<String>,
}

/// A key as it is written.
#[derive(Deserialize)]
struct Written {
    kty: String,
    #[serde(rename = "use")]
    purpose: Option<String>,
    kid: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
    x5c: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct WrittenSet {
    keys: Vec<Written>,
}

impl KeySet {
    /// Reads a key set: `{"keys": […]}`. Keys that are not for signatures are left out.
    ///
    /// # Errors
    /// See [`JwksError`].
    pub fn parse(text: &[u8]) -> Result<Self, JwksError> {
        let set: WrittenSet = serde_json::from_slice(text).map_err(|error| JwksError::Json(error.to_string()))?;
        let mut keys = Vec::new();
        for key in set.keys {
            if let Some(key) = JsonWebKey::read(key)? {
                keys.push(key);
            }
        }
        let text = String::from_utf8(text.to_owned()).map_err(|error| JwksError::Json(error.to_string()))?;
        if keys.is_empty() { Err(JwksError::Empty) } else { Ok(Self { text, keys }) }
    }

    /// As it was told.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The ids of the keys, those that have one.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().filter_map(|key| key.id.as_deref())
    }

    /// The key that a signature is right for: the one of the id that the token names, of any if it names none.
    pub(super) fn signer(
        &self,
        id: Option<&str>,
        algorithm: &str,
        scheme: Scheme,
        message: &[u8],
        signature: &[u8],
    ) -> Option<&JsonWebKey> {
        self.keys.iter().find(|key| {
            (id.is_none() || key.id.as_deref() == id)
                && key.algorithm.as_deref().is_none_or(|own| own == algorithm)
                && key.public.suits(scheme)
                && key.public.verify(scheme, message, signature)
        })
    }
}

impl JsonWebKey {
    fn read(key: Written) -> Result<Option<Self>, JwksError> {
        let name = key.kid.clone().unwrap_or_default();
        let malformed = |why| JwksError::Key(name.clone(), why);
        if key.purpose.as_deref().is_some_and(|purpose| purpose != "sig") {
            return Ok(None);
        }
        let number = |text: &Option<String>| {
            let text = text.as_deref().ok_or_else(|| malformed("a part of it is missing"))?;
            BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| malformed("a part of it is no base64url"))
        };
        let public = match (key.kty.as_str(), key.crv.as_deref()) {
            ("RSA", _) => PublicKey::Rsa { modulus: trimmed(&number(&key.n)?), exponent: trimmed(&number(&key.e)?) },
            ("EC", Some(curve @ ("P-256" | "P-384"))) => {
                let curve = if curve == "P-256" { Curve::P256 } else { Curve::P384 };
                PublicKey::point(curve, &number(&key.x)?, &number(&key.y)?)
                    .ok_or_else(|| malformed("its point is not one of its curve"))?
            }
            ("OKP", Some("Ed25519")) => PublicKey::Ed25519(number(&key.x)?),
            _ => return Ok(None),
        };
        let authority = match &key.x5c {
            None => None,
            Some(chain) => Some(authority(chain, &public).map_err(malformed)?),
        };
        Ok(Some(Self { id: key.kid, algorithm: key.alg, public, authority }))
    }

    /// The SHA-1 fingerprint of the last certificate of the key's chain, the one nearest to the root; `None` for a key
    /// without certificates.
    pub(crate) fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }
}

/// The fingerprint of the certificate authority that a chain ends in. The chain must begin with the key itself.
fn authority(chain: &[String], key: &PublicKey) -> Result<String, &'static str> {
    let decode = |text: &String| BASE64_STANDARD.decode(text).map_err(|_| "a certificate in `x5c` is no base64");
    let certificates = chain.iter().map(decode).collect::<Result<Vec<_>, _>>()?;
    let (Some(first), Some(last)) = (certificates.first(), certificates.last()) else {
        return Err("`x5c` is empty");
    };
    if PublicKey::of_certificate(first).as_ref() != Some(key) {
        return Err("the first certificate in `x5c` is not for this key");
    }
    Ok(fingerprint(last))
}
