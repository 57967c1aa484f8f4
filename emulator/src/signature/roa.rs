//! ROA 1.0: the signature of REST products in the SDKs before V3.
//!
//! Source page: "Request syntax and signature method V2 for ROA-style API operations".

use jiff::Timestamp;

use super::{
    ClaimError, Credentials, EmptyValue, HmacMethod, Mismatch, Secret, SignError, SignedView, TimeFormat, VerifyError,
    empty_value_ways, headers, mac, settle,
};
use http::HeaderMap;

const SCHEME: &str = "acs ";
const METHOD_HEADER: &str = "x-acs-signature-method";
const VERSION_HEADER: &str = "x-acs-signature-version";
const VERSION: &str = "1.0";

/// What the headers say of who signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim<'a> {
    /// The access key id of `Authorization`.
    pub access_key_id: &'a str,
    /// The signature of `Authorization`.
    pub signature: &'a str,
    /// `x-acs-signature-method`, as named; see [`Claim::method`].
    pub signature_method: Option<&'a str>,
    /// `x-acs-signature-version`, as named; see [`Claim::method`].
    pub signature_version: Option<&'a str>,
    /// `x-acs-signature-nonce`
    pub nonce: Option<&'a str>,
    /// `Date`, as written; see [`Claim::time`].
    pub date: &'a str,
    /// `x-acs-security-token`
    pub security_token: Option<&'a str>,
}

impl<'a> Claim<'a> {
    /// Reads `Authorization: acs <id>:<signature>` and the headers that belong to it.
    pub fn parse(map: &'a HeaderMap) -> Result<Self, ClaimError> {
        let (access_key_id, signature) = headers::id_and_signature(map, SCHEME)?;
        Ok(Claim {
            access_key_id,
            signature,
            signature_method: headers::get(map, METHOD_HEADER),
            signature_version: headers::get(map, VERSION_HEADER),
            nonce: headers::get(map, "x-acs-signature-nonce"),
            date: headers::need(map, "Date")?,
            security_token: headers::get(map, "x-acs-security-token"),
        })
    }

    /// The keyed digest, once method and version are known ones; absent headers mean HMAC-SHA1 and 1.0.
    pub fn method(&self) -> Result<HmacMethod, ClaimError> {
        let method = match self.signature_method {
            Some(name) => HmacMethod::parse(name, METHOD_HEADER)?,
            None => HmacMethod::Sha1,
        };
        match self.signature_version {
            None | Some(VERSION) => Ok(method),
            Some(_) => Err(ClaimError::Unsupported(VERSION_HEADER)),
        }
    }

    /// The moment of signing.
    pub fn time(&self) -> Result<Timestamp, ClaimError> {
        TimeFormat::HttpDate.parse(self.date).ok_or(ClaimError::Malformed("Date"))
    }
}

/// Method, four fixed headers a line each, the `x-acs-*` headers, and the path with its sorted, unencoded query.
/// Clients disagree on parameters without a value, hence `empty`.
pub fn string_to_sign(view: &SignedView<'_>, empty: EmptyValue) -> String {
    let map = view.headers;
    let mut text = format!("{}\n", view.method);
    for fixed in ["accept", "content-md5", "content-type", "date"] {
        headers::joined_into(&mut text, map, fixed);
        text.push('\n');
    }
    headers::lines_into(&mut text, map, headers::with_prefix(map, "x-acs-"));
    text.push_str(view.path);

    let mut params: Vec<_> = view.query.iter().collect();
    params.sort_by(|a, b| a.name.cmp(b.name));
    for (index, param) in params.into_iter().enumerate() {
        text.push(if index == 0 { '?' } else { '&' });
        empty.write(&mut text, param.name, param.value);
    }
    text
}

/// The base64 signature of a string to sign.
pub fn signature(secret: &Secret, method: HmacMethod, string_to_sign: &str) -> String {
    method.base64(secret.expose().as_bytes(), string_to_sign)
}

/// Checks `Content-MD5`, when it is there, against the body, and the claimed signature; `?k` and `?k=` are both
/// accepted for a parameter without a value.
pub fn verify(
    secret: &Secret,
    method: HmacMethod,
    view: &SignedView<'_>,
    claim: &Claim<'_>,
) -> Result<(), VerifyError> {
    if let Some(received) = headers::get(view.headers, "content-md5") {
        let computed = mac::base64_md5(view.body);
        if received != computed {
            return Err(VerifyError::Body { header: "Content-MD5", computed });
        }
    }
    let ways = empty_value_ways(view.query.iter().map(|param| param.value))
        .iter()
        .map(|&empty| Mismatch { string_to_sign: string_to_sign(view, empty), canonical_request: None });
    settle(claim.signature, |text| signature(secret, method, text), ways).map_err(VerifyError::from)
}

/// The headers that a client adds to its own (`Accept`, `Content-Type`, `x-acs-version`, …) to sign the request.
pub fn sign(
    view: &SignedView<'_>,
    who: &Credentials<'_>,
    method: HmacMethod,
    at: Timestamp,
    nonce: &str,
) -> Result<HeaderMap, SignError> {
    let mut added = HeaderMap::new();
    headers::set(&mut added, "date", &TimeFormat::HttpDate.format(at))?;
    headers::set(&mut added, METHOD_HEADER, method.name())?;
    headers::set(&mut added, VERSION_HEADER, VERSION)?;
    headers::set(&mut added, "x-acs-signature-nonce", nonce)?;
    if let Some(token) = who.security_token {
        headers::set(&mut added, "x-acs-security-token", token)?;
    }
    if !view.body.is_empty() {
        headers::set(&mut added, "content-md5", &mac::base64_md5(view.body))?;
    }
    let all = headers::merged(view.headers, &added);
    let text = string_to_sign(&SignedView { headers: &all, ..*view }, EmptyValue::Bare);
    let authorization = format!("{SCHEME}{}:{}", who.access_key_id, signature(who.secret, method, &text));
    headers::set(&mut added, "authorization", &authorization)?;
    Ok(added)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::{
        OrderedQuery,
        samples::{KEY_ID, TOKEN, headers, long_lived, moment, query, secret, tampered, temporary},
    };

    const NONCE: &str = "9b7a44b0-3be1-11e5-8c73-08002700c460";

    fn create_flow() -> HeaderMap {
        headers(&[
            ("accept", "application/json"),
            ("content-type", "application/json; charset=utf-8"),
            ("x-acs-version", "2024-07-10"),
        ])
    }

    fn view<'a>(query: &'a OrderedQuery, headers: &'a HeaderMap) -> SignedView<'a> {
        SignedView { method: "POST", path: "/api/v1/langstudio/flows", query, headers, body: br#"{"name":"demo"}"# }
    }

    fn check(view: &SignedView<'_>) -> Result<(), VerifyError> {
        let claim = Claim::parse(view.headers).unwrap();
        verify(&secret(), claim.method().unwrap_or(HmacMethod::Sha1), view, &claim)
    }

    /// The request of the reference vector, cross-checked with an official signer, and the same by our own client.
    #[test]
    fn vector_with_body() {
        let query = query("WorkspaceId=123&PageSize=10");
        let own = create_flow();
        let view = view(&query, &own);
        let secret = secret();
        let added = sign(&view, &long_lived(&secret), HmacMethod::Sha1, moment(), NONCE).unwrap();
        assert_eq!(added["content-md5"], "SV1e2w+tCr11OqI6DfkCPw==");
        assert_eq!(added["authorization"], "acs LTAI5tEmulatorTestKey001:KUy2hFwrWC6jhBcl2gVHEPKRYnc=");

        let all = headers::merged(&own, &added);
        let view = SignedView { headers: &all, ..view };
        assert_eq!(
            string_to_sign(&view, EmptyValue::Bare),
            "POST\napplication/json\nSV1e2w+tCr11OqI6DfkCPw==\napplication/json; charset=utf-8\n\
             Fri, 02 Jan 2026 03:04:05 GMT\nx-acs-signature-method:HMAC-SHA1\n\
             x-acs-signature-nonce:9b7a44b0-3be1-11e5-8c73-08002700c460\nx-acs-signature-version:1.0\n\
             x-acs-version:2024-07-10\n/api/v1/langstudio/flows?PageSize=10&WorkspaceId=123"
        );
        assert_eq!(check(&view), Ok(()));
        let claim = Claim::parse(&all).unwrap();
        assert_eq!((claim.access_key_id, claim.nonce, claim.time()), (KEY_ID, Some(NONCE), Ok(moment())));
    }

    #[test]
    fn both_ways_to_write_an_empty_value() {
        let query = query("Zone=%E6%B5%8B%E8%AF%95&Force=&Name=x%20y%26z");
        for signature in [
            // alibabacloud-tea-openapi 0.4.6 (Python): `?Force`.
            "pUOOBwAq7tWcBWQev5aC3jBcmb4=",
            // aliyun-python-sdk-core 2.16.1: `?Force=`.
            "6jIUksLPvSWXZ7jjL1Anu29BVTs=",
        ] {
            let map = headers(&[
                ("host", "127.0.0.1:18080"),
                ("accept", "application/json"),
                ("date", "Fri, 02 Jan 2026 03:04:05 GMT"),
                ("x-acs-signature-method", "HMAC-SHA1"),
                ("x-acs-signature-version", "1.0"),
                ("x-acs-signature-nonce", "n-1"),
                ("x-acs-version", "2024-07-10"),
                ("x-acs-security-token", TOKEN),
                ("authorization", &format!("acs {KEY_ID}:{signature}")),
            ]);
            let view =
                SignedView { method: "DELETE", path: "/api/v1/flows/a%20b", query: &query, headers: &map, body: b"" };
            assert_eq!(check(&view), Ok(()));
            let without = OrderedQuery::from_iter([("Zone", "测试"), ("Name", "x y&z")]);
            assert!(check(&SignedView { query: &without, ..view }).is_err());
        }
    }

    /// Drive and Photo Service signs so too: alibabacloud-gateway-pds 0.1.2 (Python), `POST` without a digest of its body.
    #[test]
    fn as_the_sdk_of_pds_signs() {
        let map = headers(&[
            ("host", "bj1.api.aliyunpds.com"),
            ("accept", "application/json"),
            ("content-type", "application/json; charset=utf-8"),
            ("date", "Fri, 02 Jan 2026 03:04:05 GMT"),
            ("user-agent", "x"),
            ("x-acs-action", "ListDrive"),
            ("x-acs-signature-method", "HMAC-SHA1"),
            ("x-acs-signature-version", "1.0"),
            ("x-acs-signature-nonce", NONCE),
            ("x-acs-version", "2022-03-01"),
            ("authorization", &format!("acs {KEY_ID}:tYkYBt4SNei55OgKWz139joYgiw=")),
        ]);
        let (none, body) = (OrderedQuery::default(), br#"{"limit":10,"owner":"a b"}"#);
        let view = SignedView { method: "POST", path: "/v2/drive/list", query: &none, headers: &map, body };
        assert_eq!(check(&view), Ok(()));
        assert!(check(&SignedView { path: "/v2/drive/get", ..view }).is_err());
    }

    #[test]
    fn nothing_signed_can_change() {
        let query = query("WorkspaceId=123&Flag=");
        let own = create_flow();
        let secret = secret();
        let view = view(&query, &own);
        let added = sign(&view, &temporary(&secret), HmacMethod::Sha256, moment(), NONCE).unwrap();
        let all = headers::merged(&own, &added);
        let view = SignedView { headers: &all, ..view };
        assert_eq!(check(&view), Ok(()));

        for other in tampered(
            &all,
            &[
                "accept",
                "content-md5",
                "content-type",
                "x-acs-version",
                "x-acs-security-token",
                "x-acs-signature-nonce",
            ],
        ) {
            assert!(check(&SignedView { headers: &other, ..view }).is_err(), "{other:?}");
        }
        let mut more = all.clone();
        more.insert("x-acs-extra", http::HeaderValue::from_static("1"));
        assert!(check(&SignedView { headers: &more, ..view }).is_err());
        let mut later = all.clone();
        later.insert("date", http::HeaderValue::from_static("Fri, 02 Jan 2026 03:04:06 GMT"));
        assert!(check(&SignedView { headers: &later, ..view }).is_err());
        assert!(check(&SignedView { method: "PUT", ..view }).is_err());
        assert!(check(&SignedView { path: "/api/v1/langstudio/flowx", ..view }).is_err());
        for raw in ["WorkspaceId=124&Flag=", "WorkspaceId=123", "WorkspaceId=123&Flag=1", "WorkspaceId=123&Flag=&x"] {
            assert!(check(&SignedView { query: &crate::signature::samples::query(raw), ..view }).is_err());
        }
        assert_eq!(
            check(&SignedView { body: br#"{"name":"demx"}"#, ..view }),
            Err(VerifyError::Body { header: "Content-MD5", computed: mac::base64_md5(br#"{"name":"demx"}"#) })
        );
    }

    #[test]
    fn missing_is_not_malformed() {
        let date = ("date", "Fri, 02 Jan 2026 03:04:05 GMT");
        let parse = |lines: &[(&str, &str)]| Claim::parse(&headers(lines)).map(|_| ()).unwrap_err();
        assert_eq!(parse(&[date]), ClaimError::Missing("Authorization"));
        assert_eq!(parse(&[("authorization", "acs a:b")]), ClaimError::Missing("Date"));
        for wrong in ["acs", "acs a", "acs :b", "acs a:", "acsa:b", "OSS a:b"] {
            assert_eq!(parse(&[("authorization", wrong), date]), ClaimError::Malformed("Authorization"), "{wrong}");
        }
        let map = headers(&[("authorization", "acs a:b"), ("date", "now"), ("x-acs-signature-method", "HMAC-SM3")]);
        let claim = Claim::parse(&map).unwrap();
        assert_eq!(claim.time(), Err(ClaimError::Malformed("Date")));
        assert_eq!(claim.method(), Err(ClaimError::Unsupported(METHOD_HEADER)));
    }
}
