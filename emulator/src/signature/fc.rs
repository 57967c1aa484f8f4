//! FC: the signature of Function Compute 2.0 in `Authorization: FC <id>:<signature>`.
//!
//! Source page: "Signature authentication" of Function Compute 2.0, and what its SDKs sign (`aliyun-fc2`, `alibabacloud-gateway-fc`).

use http::HeaderMap;
use jiff::Timestamp;

use super::{
    ClaimError, Credentials, HmacMethod, Mismatch, Plus, Secret, SignError, SignedView, TimeFormat, VerifyError,
    headers, mac, query, settle,
};

/// The first word of `Authorization`.
pub const SCHEME: &str = "FC ";
const PREFIX: &str = "x-fc-";
const TOKEN_HEADER: &str = "x-fc-security-token";

/// What the headers say of who signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim<'a> {
    /// The access key id of `Authorization`.
    pub access_key_id: &'a str,
    /// The signature of `Authorization`.
    pub signature: &'a str,
    /// `Date`, as written; see [`Claim::time`].
    pub date: &'a str,
    /// `x-fc-security-token`
    pub security_token: Option<&'a str>,
}

impl<'a> Claim<'a> {
    /// Reads `Authorization: FC <id>:<signature>` and the headers that belong to it.
    pub fn parse(map: &'a HeaderMap) -> Result<Self, ClaimError> {
        let (access_key_id, signature) = headers::id_and_signature(map, SCHEME)?;
        let security_token = headers::get(map, TOKEN_HEADER);
        Ok(Claim { access_key_id, signature, date: headers::need(map, "Date")?, security_token })
    }

    /// The moment of signing.
    pub fn time(&self) -> Result<Timestamp, ClaimError> {
        TimeFormat::HttpDate.parse(self.date).ok_or(ClaimError::Malformed("Date"))
    }
}

/// What of the address is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// The path alone: what is called through the API, as the page has it and the first SDKs sign.
    Path,
    /// The path, and each parameter in a line of its own: what triggers are called by, and all of it in later SDKs.
    PathAndQuery,
}

/// Method, digest and type of the body, date, the `x-fc-*` headers a line each, and the address, decoded.
pub fn string_to_sign(view: &SignedView<'_>, resource: Resource) -> String {
    let map = view.headers;
    let mut text = format!("{}\n", view.method);
    for fixed in ["content-md5", "content-type", "date"] {
        headers::joined_into(&mut text, map, fixed);
        text.push('\n');
    }
    headers::lines_into(&mut text, map, headers::with_prefix(map, PREFIX));
    match query::decode(view.path, Plus::Literal) {
        Ok(path) => text.push_str(&path),
        // Nothing that could not be decoded was signed.
        Err(_) => text.push_str(view.path),
    }
    if resource == Resource::PathAndQuery {
        let line = |param: query::Param<'_>| match (param.name, param.value) {
            (name, "") if !param.has_equals => name.to_owned(),
            (name, value) => format!("{name}={value}"),
        };
        let mut lines: Vec<_> = view.query.iter().map(line).collect();
        lines.sort_unstable();
        text.push('\n');
        text.push_str(&lines.join("\n"));
    }
    text
}

/// The base64 signature of a string to sign.
pub fn signature(secret: &Secret, string_to_sign: &str) -> String {
    HmacMethod::Sha256.base64(secret.expose().as_bytes(), string_to_sign)
}

/// Checks `Content-MD5`, when it is there, against the body, and the claimed signature, in either of the ways to sign an address.
pub fn verify(secret: &Secret, view: &SignedView<'_>, claim: &Claim<'_>) -> Result<(), VerifyError> {
    if let Some(received) = headers::get(view.headers, "content-md5") {
        let computed = mac::base64_md5(view.body);
        if received != computed {
            return Err(VerifyError::Body { header: "Content-MD5", computed });
        }
    }
    let ways = [Resource::Path, Resource::PathAndQuery]
        .map(|resource| Mismatch { string_to_sign: string_to_sign(view, resource), canonical_request: None });
    settle(claim.signature, |text| signature(secret, text), ways).map_err(VerifyError::from)
}

/// The headers that a client adds to its own to sign the request, with its parameters.
pub fn sign(view: &SignedView<'_>, who: &Credentials<'_>, at: Timestamp) -> Result<HeaderMap, SignError> {
    let mut added = HeaderMap::new();
    headers::set(&mut added, "date", &TimeFormat::HttpDate.format(at))?;
    if let Some(token) = who.security_token {
        headers::set(&mut added, TOKEN_HEADER, token)?;
    }
    if !view.body.is_empty() {
        headers::set(&mut added, "content-md5", &mac::base64_md5(view.body))?;
    }
    let all = headers::merged(view.headers, &added);
    let text = string_to_sign(&SignedView { headers: &all, ..*view }, Resource::PathAndQuery);
    let authorization = format!("{SCHEME}{}:{}", who.access_key_id, signature(who.secret, &text));
    headers::set(&mut added, "authorization", &authorization)?;
    Ok(added)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::samples::{KEY_ID, TOKEN, headers, long_lived, moment, query, secret, tampered, temporary};

    const DATE: (&str, &str) = ("date", "Fri, 02 Jan 2026 03:04:05 GMT");
    const JSON: (&str, &str) = ("content-type", "application/json");

    fn check(view: &SignedView<'_>) -> Result<(), VerifyError> {
        verify(&secret(), view, &Claim::parse(view.headers).unwrap())
    }

    /// A request as an official SDK signed it.
    struct Vector {
        method: &'static str,
        path: &'static str,
        query: &'static str,
        lines: &'static [(&'static str, &'static str)],
        body: &'static [u8],
        signature: &'static str,
    }

    const OF_A_SESSION: &[(&str, &str)] = &[JSON, ("x-fc-security-token", TOKEN), ("x-fc-invocation-type", "Async")];

    const VECTORS: [Vector; 5] = [
        // aliyun-fc2 2.5.2 (Python): an operation, whose parameters are not signed.
        Vector {
            method: "GET",
            path: "/2016-08-15/services/demo/functions/f%20n",
            query: "qualifier=LATEST",
            lines: OF_A_SESSION,
            body: b"",
            signature: "JY42K7RG+3kd9QNovi8yuE+PUjsau24RXaLAt4YhPck=",
        },
        // The same: a trigger.
        Vector {
            method: "GET",
            path: "/2016-08-15/proxy/demo/f/a%20b",
            query: "b=x+y&a=2&a=1&c",
            lines: OF_A_SESSION,
            body: b"",
            signature: "TdjGL12dBHT8VDTdHQbA/BcY5HRB4KprAm6GACEg4ZM=",
        },
        // alibabacloud-gateway-fc 0.0.6 (Python), with parameters, with a body, with neither.
        Vector {
            method: "GET",
            path: "/2021-04-06/services",
            query: "prefix=a%20b&limit=10",
            lines: &[JSON],
            body: b"",
            signature: "pMqcSdliw5JE2C90GJkW2JMqQ63sNv1+Fum1Xji8ulA=",
        },
        Vector {
            method: "POST",
            path: "/2021-04-06/services",
            query: "",
            lines: &[JSON, ("content-md5", "KIBMrpyUxpOgPaMB5ht2Rg==")],
            body: br#"{"serviceName":"demo"}"#,
            signature: "F5gp9T4aAkP/opoWmQpE3lm6918qvTICrgFOVkkz3lU=",
        },
        Vector {
            method: "DELETE",
            path: "/2021-04-06/services/demo",
            query: "",
            lines: &[JSON],
            body: b"",
            signature: "a7xD5DjNShXace9Mz5IhYUDzoHmJeKChCFsSseqW5Lg=",
        },
    ];

    #[test]
    fn as_the_official_clients_sign() {
        for Vector { method, path, query: parameters, lines, body, signature } in VECTORS {
            let authorization = format!("FC {KEY_ID}:{signature}");
            let map = headers(&[lines, &[DATE, ("authorization", &authorization)]].concat());
            let parsed = query(parameters);
            let view = SignedView { method, path, query: &parsed, headers: &map, body };
            assert_eq!(check(&view), Ok(()), "{path}?{parameters}");
            assert!(check(&SignedView { method: "PATCH", ..view }).is_err());
            assert!(check(&SignedView { path: "/2021-04-06/other", ..view }).is_err());
            let claim = Claim::parse(&map).unwrap();
            assert_eq!((claim.access_key_id, claim.time()), (KEY_ID, Ok(moment())));
        }
    }

    #[test]
    fn nothing_signed_can_change() {
        let (parsed, secret) = (query("limit=10&prefix=a"), secret());
        let own = headers(&[JSON, ("x-fc-log-type", "Tail")]);
        let view =
            SignedView { method: "POST", path: "/2021-04-06/services", query: &parsed, headers: &own, body: b"{}" };
        let all = headers::merged(&own, &sign(&view, &temporary(&secret), moment()).unwrap());
        let view = SignedView { headers: &all, ..view };
        assert_eq!(check(&view), Ok(()));
        for other in tampered(&all, &["content-md5", "content-type", "x-fc-log-type", "x-fc-security-token"]) {
            assert!(check(&SignedView { headers: &other, ..view }).is_err(), "{other:?}");
        }
        for raw in ["limit=11&prefix=a", "limit=10", "limit=10&prefix=a&x"] {
            assert!(check(&SignedView { query: &query(raw), ..view }).is_err(), "{raw}");
        }
        let computed = mac::base64_md5(b"[]");
        assert_eq!(
            check(&SignedView { body: b"[]", ..view }),
            Err(VerifyError::Body { header: "Content-MD5", computed })
        );
        let alone = sign(&SignedView { headers: &own, body: b"", ..view }, &long_lived(&secret), moment()).unwrap();
        assert!(!alone.contains_key("content-md5") && !alone.contains_key(TOKEN_HEADER));
    }

    #[test]
    fn missing_is_not_malformed() {
        let parse = |lines: &[(&str, &str)]| Claim::parse(&headers(lines)).map(|_| ()).unwrap_err();
        assert_eq!(parse(&[DATE]), ClaimError::Missing("Authorization"));
        assert_eq!(parse(&[("authorization", "FC a:b")]), ClaimError::Missing("Date"));
        for wrong in ["FC", "FC a", "FC :b", "FC a:", "FCa:b"] {
            assert_eq!(parse(&[("authorization", wrong), DATE]), ClaimError::Malformed("Authorization"), "{wrong}");
        }
        let map = headers(&[("authorization", "FC a:b"), ("date", "now")]);
        assert_eq!(Claim::parse(&map).unwrap().time(), Err(ClaimError::Malformed("Date")));
    }
}
