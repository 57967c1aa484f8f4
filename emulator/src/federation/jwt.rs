//! JSON web tokens, signed (RFC 7515, RFC 7519).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::jwk::{JsonWebKey, KeySet};
use super::key::{Curve, Scheme};

/// The algorithms that a token may be signed with. None of them shares a secret, and `none` is none of them.
const ALGORITHMS: &[(&str, Scheme)] = &[
    ("RS256", Scheme::Rsa(&RSA_PKCS1_2048_8192_SHA256)),
    ("RS384", Scheme::Rsa(&RSA_PKCS1_2048_8192_SHA384)),
    ("RS512", Scheme::Rsa(&RSA_PKCS1_2048_8192_SHA512)),
    ("PS256", Scheme::Rsa(&RSA_PSS_2048_8192_SHA256)),
    ("PS384", Scheme::Rsa(&RSA_PSS_2048_8192_SHA384)),
    ("PS512", Scheme::Rsa(&RSA_PSS_2048_8192_SHA512)),
    ("ES256", Scheme::Ec(Curve::P256)),
    ("ES384", Scheme::Ec(Curve::P384)),
    ("EdDSA", Scheme::Ed25519),
];

/// Why a text is no token that can be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Malformed {
    /// It has not three parts.
    Parts,
    /// A part is no base64url.
    Base64,
    /// The header or the claims are not what they must be.
    Content,
    /// It is signed with another algorithm.
    Algorithm(String),
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<IgnoredAny>,
}

/// The claims that are looked at. All but `nbf` must be there.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Claims {
    /// The issuer.
    pub(crate) iss: String,
    /// Whom the token is about.
    pub(crate) sub: String,
    aud: Audience,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Seconds since 1970, which may have a fraction; what no clock can show is read as its last second.
#[expect(clippy::cast_possible_truncation, reason = "a number beyond all times is as good as the last of them")]
fn seconds(number: f64) -> i64 {
    number.floor() as i64
}

impl Claims {
    /// For whom the token was issued.
    pub(crate) fn audience(&self) -> &[String] {
        match &self.aud {
            Audience::One(one) => std::slice::from_ref(one),
            Audience::Several(several) => several,
        }
    }

    /// When it expires.
    pub(crate) fn expires(&self) -> i64 {
        seconds(self.exp)
    }

    /// When it was issued.
    pub(crate) fn issued(&self) -> i64 {
        seconds(self.iat)
    }

    /// From when on it counts.
    pub(crate) fn begins(&self) -> Option<i64> {
        self.nbf.map(seconds)
    }
}

/// A token that was read and not checked yet: only [`Token::verified`] shows its claims to be the issuer's.
pub(crate) struct Token<'a> {
    algorithm: String,
    scheme: Scheme,
    key_id: Option<String>,
    claims: Claims,
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> Token<'a> {
    /// Reads a token in its compact form.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Malformed> {
        let mut parts = text.split('.');
        let (Some(header), Some(claims), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Malformed::Parts);
        };
        let signed = text.get(..header.len() + 1 + claims.len()).unwrap_or_default();
        let decode = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| Malformed::Base64);
        let (header, claims, signature) = (decode(header)?, decode(claims)?, decode(signature)?);
        let header: Header = serde_json::from_slice(&header).map_err(|_| Malformed::Content)?;
        let known = ALGORITHMS.iter().find(|(name, _)| *name == header.alg);
        let Some((_, scheme)) = known else { return Err(Malformed::Algorithm(header.alg)) };
        if header.crit.is_some() {
            // What must be understood and is not makes a token invalid.
            return Err(Malformed::Content);
        }
        let claims = serde_json::from_slice(&claims).map_err(|_| Malformed::Content)?;
        Ok(Self { algorithm: header.alg, scheme: *scheme, key_id: header.kid, claims, signed, signature })
    }

    /// Who says to have issued it. Good for finding the keys, and for nothing else.
    pub(crate) fn issuer(&self) -> &str {
        &self.claims.iss
    }

    /// The claims, and the key that signed them; `None` if none of these keys did.
    pub(crate) fn verified(self, keys: &KeySet) -> Option<(Claims, &JsonWebKey)> {
        let id = self.key_id.as_deref();
        let key = keys.signer(id, &self.algorithm, self.scheme, self.signed.as_bytes(), &self.signature)?;
        Some((self.claims, key))
    }
}
