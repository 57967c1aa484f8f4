//! RPC 1.0: parameters of query and form body, merged, sorted and signed.
//!
//! Source pages: "Request syntax and signature method V2 for Alibaba Cloud API operations", "Request signatures".

use std::borrow::Cow;

use jiff::Timestamp;
use smallvec::SmallVec;
use zeroize::Zeroizing;

use super::query::pe_into;
use super::{ClaimError, Credentials, HmacMethod, Mismatch, OrderedQuery, Secret, TimeFormat, pe, settle};

/// The only value of `SignatureVersion`.
pub const VERSION: &str = "1.0";

/// What the parameters say of who signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim<'a> {
    /// `AccessKeyId`
    pub access_key_id: &'a str,
    /// `Signature`
    pub signature: &'a str,
    /// `SignatureMethod`, as named; see [`Claim::method`].
    pub signature_method: &'a str,
    /// `SignatureVersion`, as named; see [`Claim::method`].
    pub signature_version: &'a str,
    /// `SignatureNonce`
    pub nonce: &'a str,
    /// `Timestamp`, as written; see [`Claim::time`].
    pub timestamp: &'a str,
    /// `SecurityToken`
    pub security_token: Option<&'a str>,
}

impl<'a> Claim<'a> {
    /// Reads the common parameters. The first one missing, in the order the cloud asks for them, is the error.
    pub fn parse(params: &'a OrderedQuery) -> Result<Self, ClaimError> {
        let need = |name: &'static str| value(params, name).ok_or(ClaimError::Missing(name));
        Ok(Claim {
            access_key_id: need("AccessKeyId")?,
            signature: need("Signature")?,
            nonce: need("SignatureNonce")?,
            timestamp: need("Timestamp")?,
            signature_method: need("SignatureMethod")?,
            signature_version: need("SignatureVersion")?,
            security_token: value(params, "SecurityToken"),
        })
    }

    /// The keyed digest, once method and version are known ones.
    pub fn method(&self) -> Result<HmacMethod, ClaimError> {
        let method = HmacMethod::parse(self.signature_method, "SignatureMethod")?;
        if self.signature_version == VERSION { Ok(method) } else { Err(ClaimError::Unsupported("SignatureVersion")) }
    }

    /// The moment of signing, to the second. Ancient clients write it without separators, and those of Node.js with a
    /// fraction of a second.
    pub fn time(&self) -> Result<Timestamp, ClaimError> {
        let whole = without_fraction(self.timestamp);
        TimeFormat::parse_any(&[TimeFormat::Iso8601, TimeFormat::Iso8601Basic], &whole)
            .ok_or(ClaimError::Malformed("Timestamp"))
    }
}

/// `2026-01-02T03:04:05.678Z` as `2026-01-02T03:04:05Z`; any other text as it is.
///
/// CHOICE: up to nine digits, as many as clients of any language write; who checks the time counts in minutes.
fn without_fraction(text: &str) -> Cow<'_, str> {
    let parts = text.strip_suffix('Z').and_then(|text| text.split_once('.'));
    let is_fraction =
        |digits: &str| (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    match parts {
        Some((whole, fraction)) if is_fraction(fraction) => format!("{whole}Z").into(),
        _ => text.into(),
    }
}

/// The last value of that name, when it is not empty.
fn value<'a>(params: &'a OrderedQuery, name: &str) -> Option<&'a str> {
    params.last(name).filter(|value| !value.is_empty())
}

/// Every parameter but `Signature`, empty ones included, sorted by name, encoded and joined.
pub fn canonical_query(params: &OrderedQuery) -> String {
    let mut signed: SmallVec<[_; 16]> = params.iter().filter(|param| param.name != "Signature").collect();
    signed.sort_by(|a, b| a.name.cmp(b.name));
    let mut text = String::with_capacity(512);
    for (at, param) in signed.into_iter().enumerate() {
        if at > 0 {
            text.push('&');
        }
        pe_into(&mut text, param.name);
        text.push('=');
        pe_into(&mut text, param.value);
    }
    text
}

/// `METHOD&%2F&` and the encoded canonical query.
pub fn string_to_sign(http_method: &str, params: &OrderedQuery) -> String {
    format!("{http_method}&%2F&{}", pe(&canonical_query(params)))
}

/// The base64 signature of a string to sign. The key is the secret with `&` behind it.
pub fn signature(secret: &Secret, method: HmacMethod, string_to_sign: &str) -> String {
    let key = Zeroizing::new(format!("{}&", secret.expose()));
    method.base64(key.as_bytes(), string_to_sign)
}

/// Checks the claimed signature of a request with these merged parameters.
pub fn verify(
    secret: &Secret,
    method: HmacMethod,
    http_method: &str,
    params: &OrderedQuery,
    claim: &Claim<'_>,
) -> Result<(), Mismatch> {
    let way = Mismatch { string_to_sign: string_to_sign(http_method, params), canonical_request: None };
    settle(claim.signature, |text| signature(secret, method, text), [way])
}

/// The parameters that a client adds to its own (`Action`, `Version`, `Format` and the operation's) to sign them.
pub fn sign(
    http_method: &str,
    params: &[(String, String)],
    who: &Credentials<'_>,
    method: HmacMethod,
    at: Timestamp,
    nonce: &str,
) -> Vec<(String, String)> {
    let timestamp = TimeFormat::Iso8601.format(at);
    let mut added: Vec<(String, String)> = [
        ("AccessKeyId", who.access_key_id),
        ("SignatureMethod", method.name()),
        ("SignatureVersion", VERSION),
        ("SignatureNonce", nonce),
        ("Timestamp", &timestamp),
    ]
    .into_iter()
    .chain(who.security_token.map(|token| ("SecurityToken", token)))
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    let all = params.iter().chain(&added).map(|(name, value)| (name, value)).collect();
    let signed = signature(who.secret, method, &string_to_sign(http_method, &all));
    added.push(("Signature".to_owned(), signed));
    added
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::samples::{KEY_ID, TOKEN, long_lived, moment, secret, temporary};

    const NONCE: &str = "9b7a44b0-3be1-11e5-8c73-08002700c460";

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn create_user() -> Vec<(String, String)> {
        pairs(&[
            ("Action", "CreateUser"),
            ("Version", "2015-05-01"),
            ("Format", "JSON"),
            ("UserName", "alice"),
            ("DisplayName", "A B*~/测试"),
            ("Comments", "a=b&c+d"),
        ])
    }

    fn signed(http_method: &str, who: &Credentials<'_>, own: Vec<(String, String)>) -> Vec<(String, String)> {
        let added = sign(http_method, &own, who, HmacMethod::Sha1, moment(), NONCE);
        [own, added].concat()
    }

    fn merged(params: &[(String, String)]) -> OrderedQuery {
        params.iter().map(|(name, value)| (name, value)).collect()
    }

    fn check(http_method: &str, params: &[(String, String)]) -> Result<(), Mismatch> {
        let params = merged(params);
        let claim = Claim::parse(&params).unwrap();
        verify(&secret(), claim.method().unwrap(), http_method, &params, &claim)
    }

    #[test]
    fn the_strings_between() {
        let all = merged(&signed("GET", &long_lived(&secret()), create_user()));
        assert_eq!(
            canonical_query(&all),
            "AccessKeyId=LTAI5tEmulatorTestKey001&Action=CreateUser&Comments=a%3Db%26c%2Bd&DisplayName=A%20B%2A~%2F\
             %E6%B5%8B%E8%AF%95&Format=JSON&SignatureMethod=HMAC-SHA1&SignatureNonce=9b7a44b0-3be1-11e5-8c73-08002700\
             c460&SignatureVersion=1.0&Timestamp=2026-01-02T03%3A04%3A05Z&UserName=alice&Version=2015-05-01"
        );
        assert_eq!(
            string_to_sign("GET", &all),
            "GET&%2F&AccessKeyId%3DLTAI5tEmulatorTestKey001%26Action%3DCreateUser%26Comments%3Da%253Db%2526c%252Bd%26\
             DisplayName%3DA%2520B%252A~%252F%25E6%25B5%258B%25E8%25AF%2595%26Format%3DJSON%26SignatureMethod%3DHMAC-\
             SHA1%26SignatureNonce%3D9b7a44b0-3be1-11e5-8c73-08002700c460%26SignatureVersion%3D1.0%26Timestamp%3D2026\
             -01-02T03%253A04%253A05Z%26UserName%3Dalice%26Version%3D2015-05-01"
        );
    }

    #[test]
    fn signatures_of_official_signers() {
        let secret = secret();
        let last = |all: Vec<(String, String)>| all.last().unwrap().1.clone();
        let with_type = [create_user(), pairs(&[("SignatureType", "")])].concat();

        // alibabacloud-tea-openapi 0.4.6 (Python), `get_rpcsignature`.
        assert_eq!(last(signed("GET", &long_lived(&secret), create_user())), "OSDrzt1vaKo9ekQjiB2Ldy8pETE=");
        assert_eq!(last(signed("POST", &long_lived(&secret), create_user())), "PhTAP26vBASY/R2ELdufQXTde7o=");
        assert_eq!(last(signed("GET", &long_lived(&secret), with_type.clone())), "94KgMpCNp5XbNLVLxuo/szalQF8=");
        assert_eq!(last(signed("POST", &temporary(&secret), with_type)), "X3HrMIzEgdbuJIx7mY1rBkw7nrs=");
    }

    #[test]
    fn hmac_sha256() {
        // No official signer offers it for RPC; computed with Python's hmac over the same string to sign.
        let secret = secret();
        let own = create_user();
        let added = sign("GET", &own, &long_lived(&secret), HmacMethod::Sha256, moment(), NONCE);
        assert_eq!(added.last().unwrap().1, "h0dTXxr5vkjIwev7e9SgXcV1K3QaLm6z/2lnxxNglbs=");
        assert_eq!(check("GET", &[own, added].concat()), Ok(()));
    }

    #[test]
    fn published_vector() {
        let params = merged(&pairs(&[
            ("Timestamp", "2016-02-23T12:46:24Z"),
            ("Format", "XML"),
            ("AccessKeyId", "testid"),
            ("Action", "DescribeRegions"),
            ("SignatureMethod", "HMAC-SHA1"),
            ("SignatureNonce", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"),
            ("Version", "2014-05-26"),
            ("SignatureVersion", "1.0"),
            ("Signature", "OLeaidS1JvxuMvnyHOwuJ+uX5qY="),
        ]));
        let claim = Claim::parse(&params).unwrap();
        let key = Secret::new("testsecret".to_owned());
        assert_eq!(verify(&key, HmacMethod::Sha1, "GET", &params, &claim), Ok(()));
        let wrong = Secret::new("testSecret".to_owned());
        let mismatch = verify(&wrong, HmacMethod::Sha1, "GET", &params, &claim).unwrap_err();
        assert_eq!(mismatch.string_to_sign, string_to_sign("GET", &params));
    }

    #[test]
    fn claim_read_back() {
        let secret = secret();
        let all = merged(&signed("GET", &temporary(&secret), create_user()));
        let claim = Claim::parse(&all).unwrap();
        assert_eq!((claim.access_key_id, claim.nonce, claim.security_token), (KEY_ID, NONCE, Some(TOKEN)));
        assert_eq!(claim.time(), Ok(moment()));
        assert_eq!(claim.method(), Ok(HmacMethod::Sha1));
    }

    #[test]
    fn each_missing_piece_is_named() {
        let all = signed("GET", &long_lived(&secret()), create_user());
        for name in ["AccessKeyId", "Signature", "SignatureNonce", "Timestamp", "SignatureMethod", "SignatureVersion"] {
            let without: Vec<_> = all.iter().filter(|(key, _)| key != name).cloned().collect();
            assert_eq!(Claim::parse(&merged(&without)), Err(ClaimError::Missing(name)));
            let empty = [without, pairs(&[(name, "")])].concat();
            assert_eq!(Claim::parse(&merged(&empty)), Err(ClaimError::Missing(name)));
        }
    }

    #[test]
    fn unserved_method_version_and_time() {
        let all = merged(&signed("GET", &long_lived(&secret()), create_user()));
        let claim = Claim::parse(&all).unwrap();
        let other = Claim { signature_method: "HMAC-SM3", ..claim.clone() };
        assert_eq!(other.method(), Err(ClaimError::Unsupported("SignatureMethod")));
        let other = Claim { signature_version: "2.0", ..claim.clone() };
        assert_eq!(other.method(), Err(ClaimError::Unsupported("SignatureVersion")));
        let other = Claim { timestamp: "20260102T030405Z", ..claim.clone() };
        assert_eq!(other.time(), Ok(moment()));
    }

    #[test]
    fn a_fraction_of_a_second_is_a_time_and_nonsense_is_none() {
        let all = merged(&signed("GET", &long_lived(&secret()), create_user()));
        let claim = Claim::parse(&all).unwrap();
        let time = |timestamp| Claim { timestamp, ..claim.clone() }.time();
        for fine in ["2026-01-02T03:04:05.0Z", "2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.999999999Z"] {
            assert_eq!(time(fine), Ok(moment()), "{fine}");
        }
        for wrong in [
            "yesterday",
            "2026-01-02T03:04:05.Z",
            "2026-01-02T03:04:05.0000000001Z",
            "2026-01-02T03:04:05.1.2Z",
            "2026-01-02T03:04:05.+12Z",
            "2026-01-02T03:04:05.123",
            "2026-01-02T03:04:05,123Z",
            "2026-01-02T03:04.5Z",
            "2026-01-02.5Z",
            ".5Z",
        ] {
            assert_eq!(time(wrong), Err(ClaimError::Malformed("Timestamp")), "{wrong}");
        }
    }

    #[test]
    fn one_changed_byte_anywhere_fails() {
        let own = [create_user(), pairs(&[("SignatureType", "")])].concat();
        let all = signed("POST", &temporary(&secret()), own);
        assert_eq!(check("POST", &all), Ok(()));
        assert!(check("GET", &all).is_err());
        for index in 0..all.len() {
            let mut value = all.clone();
            value[index].1.push('x');
            if all[index].0 != "SignatureMethod" && all[index].0 != "SignatureVersion" {
                assert!(check("POST", &value).is_err(), "value of {}", all[index].0);
            }
            // The pieces that a claim cannot do without are refused before; the rest must break the signature.
            let mut gone = all.clone();
            let (name, _) = gone.remove(index);
            if Claim::parse(&merged(&gone)).is_ok() {
                assert!(check("POST", &gone).is_err(), "without {name}");
            }
        }
        let extra = [all, pairs(&[("Extra", "")])].concat();
        assert!(check("POST", &extra).is_err());
    }
}
