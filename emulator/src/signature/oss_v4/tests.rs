use super::*;
use crate::signature::samples::{KEY_ID, headers, moment, query, secret, tampered, temporary};

const KEY: &str = "dir/a b+*~测试.txt";
pub(super) const OBJECT: OssResource<'static> = OssResource { bucket: Some("examplebucket"), key: KEY };
pub(super) const BUCKET: OssResource<'static> = OssResource { bucket: Some("examplebucket"), key: "" };
pub(super) const SERVICE: OssResource<'static> = OssResource { bucket: None, key: "" };

pub(super) fn view<'a>(method: &'a str, query: &'a OrderedQuery, headers: &'a HeaderMap) -> SignedView<'a> {
    SignedView { method, path: "/", query, headers, body: b"" }
}

pub(super) fn upload() -> HeaderMap {
    headers(&[
        ("content-type", "text/plain"),
        ("content-md5", "XrY7u+Ae7tCTyyK7j1rNww=="),
        ("x-oss-meta-name", "测试"),
        ("host", "127.0.0.1:18080"),
        ("range", "bytes=0-1"),
    ])
}

pub(super) fn signing<'a>(additional_headers: &'a [&'a str]) -> Signing<'a> {
    Signing { region: "cn-hangzhou", at: moment(), additional_headers }
}

pub(super) fn check(view: &SignedView<'_>, resource: &OssResource<'_>) -> Result<(), Mismatch> {
    verify(&secret(), view, resource, &Claim::from_headers(view.headers).unwrap())
}

pub(super) fn check_url(view: &SignedView<'_>, resource: &OssResource<'_>) -> Result<(), Mismatch> {
    verify(&secret(), view, resource, &Claim::from_query(view.query).unwrap())
}

#[test]
fn nothing_signed_can_change() {
    let secret = secret();
    let query = query("uploadId=U&partNumber=1&prefix=&acl");
    let own = upload();
    let added = sign(&view("PUT", &query, &own), &OBJECT, &temporary(&secret), &signing(&["host", "range"])).unwrap();
    let all = headers::merged(&own, &added);
    let good = view("PUT", &query, &all);
    assert_eq!(check(&good, &OBJECT), Ok(()));

    let names: Vec<_> =
        all.keys().map(http::HeaderName::as_str).filter(|name| !["authorization", "date"].contains(name)).collect();
    for other in tampered(&all, &names) {
        if Claim::from_headers(&other).is_ok() {
            assert!(check(&SignedView { headers: &other, ..good }, &OBJECT).is_err(), "{other:?}");
        }
    }
    let mut more = all.clone();
    headers::set(&mut more, "x-oss-object-acl", "").unwrap();
    assert!(check(&SignedView { headers: &more, ..good }, &OBJECT).is_err());
    let line = all["authorization"].to_str().unwrap();
    for (from, to) in [("host;range", "host"), ("cn-hangzhou", "cn-hangzhov"), (KEY_ID, KEY_ID), ("=host;", "=host;x;")]
    {
        let mut other = all.clone();
        headers::set(&mut other, "authorization", &line.replace(from, to)).unwrap();
        assert_eq!(check(&SignedView { headers: &other, ..good }, &OBJECT).is_ok(), from == to, "{from}");
    }
    for raw in [
        "uploadId=U&partNumber=1&acl",
        "uploadId=U&partNumber=1&prefix=",
        "uploadId=U&partNumber=2&prefix=&acl",
        "uploadId=U&partNumber=1&prefix=&acl&x",
    ] {
        let other = crate::signature::samples::query(raw);
        assert!(check(&SignedView { query: &other, ..good }, &OBJECT).is_err());
    }
    assert!(check(&SignedView { method: "POST", ..good }, &OBJECT).is_err());
    assert!(check(&good, &OssResource { bucket: Some("examplebuckeu"), ..OBJECT }).is_err());
    let mismatch = check(&good, &BUCKET).unwrap_err();
    assert!(
        mismatch.canonical_request.unwrap().starts_with("PUT\n/examplebucket/\nacl&partNumber=1&prefix&uploadId=U\n")
    );
    assert!(mismatch.string_to_sign.starts_with("OSS4-HMAC-SHA256\n20260102T030405Z\n"));
}

#[test]
fn a_url_cannot_be_stretched() {
    let secret = secret();
    let own = query("prefix=a");
    let none = HeaderMap::new();
    let signed = presign(&view("GET", &own, &none), &BUCKET, &temporary(&secret), &signing(&[]), 60);
    let good = view("GET", &signed, &none);
    assert_eq!(check_url(&good, &BUCKET), Ok(()));
    let raw = signed.to_string();
    for (from, to) in [
        ("x-oss-expires=60", "x-oss-expires=61"),
        ("20260102T030405Z", "20260102T030406Z"),
        ("prefix=a", "prefix=b"),
        ("prefix=a&", ""),
        ("CAISfake", "CAISfakf"),
        ("cn-hangzhou", "cn-shanghai"),
        ("prefix=a", "prefix=a&x-oss-additional-headers=host"),
    ] {
        let other = query(&raw.replace(from, to));
        assert_ne!(other, signed);
        assert!(check_url(&SignedView { query: &other, ..good }, &BUCKET).is_err(), "{from}");
    }
    let acl = headers(&[("x-oss-object-acl", "public-read")]);
    assert!(check_url(&SignedView { headers: &acl, ..good }, &BUCKET).is_err());
}

#[test]
fn missing_is_not_malformed_in_headers() {
    let good = "OSS4-HMAC-SHA256 Credential=a/20260102/r/oss/aliyun_v4_request,Signature=b";
    let date = ("x-oss-date", "20260102T030405Z");
    let payload = ("x-oss-content-sha256", "UNSIGNED-PAYLOAD");
    let parse = |lines: &[(&str, &str)]| Claim::from_headers(&headers(lines)).map(|_| ()).unwrap_err();
    assert_eq!(parse(&[date, payload]), ClaimError::Missing("Authorization"));
    assert_eq!(parse(&[("authorization", good), payload]), ClaimError::Missing("Date"));
    assert_eq!(parse(&[("authorization", good), date]), ClaimError::Missing("x-oss-content-sha256"));
    let wrong = ("x-oss-content-sha256", "e3b0");
    assert_eq!(parse(&[("authorization", good), date, wrong]), ClaimError::Malformed("x-oss-content-sha256"));
    let wrong = ("x-oss-date", "Fri, 02 Jan 2026 03:04:05 GMT");
    assert_eq!(parse(&[("authorization", good), payload, wrong]), ClaimError::Malformed("x-oss-date"));
    let wrong = ("date", "20260102T030405Z");
    assert_eq!(parse(&[("authorization", good), payload, wrong]), ClaimError::Malformed("Date"));

    for (rest, error) in [
        ("", ClaimError::Malformed("Authorization")),
        ("Credential=x,Credential=x,Signature=b", ClaimError::Malformed("Authorization")),
        ("Signature=b", ClaimError::Missing("Credential")),
        ("Credential=a/20260102/r/oss/aliyun_v4_request", ClaimError::Missing("Signature")),
        (
            "Credential=a/20260102/r/oss/aliyun_v4_request,AdditionalHeaders=,Signature=b",
            ClaimError::Malformed("AdditionalHeaders"),
        ),
        ("Credential=a/r/oss/aliyun_v4_request,Signature=b", ClaimError::Malformed("Credential")),
        ("Credential=/20260102/r/oss/aliyun_v4_request,Signature=b", ClaimError::Malformed("Credential")),
        ("Credential=a/20260103/r/oss/aliyun_v4_request,Signature=b", ClaimError::Malformed("Credential date")),
        ("Credential=a/2026-01-02/r/oss/aliyun_v4_request,Signature=b", ClaimError::Malformed("Credential date")),
        ("Credential=a/20260102//oss/aliyun_v4_request,Signature=b", ClaimError::Malformed("Credential region")),
        ("Credential=a/20260102/r/ots/aliyun_v4_request,Signature=b", ClaimError::Malformed("Credential product")),
        ("Credential=a/20260102/r/oss/aws4_request,Signature=b", ClaimError::Malformed("Credential terminator")),
    ] {
        assert_eq!(parse(&[("authorization", &format!("{ALGORITHM} {rest}")), date, payload]), error, "{rest}");
    }
    assert_eq!(parse(&[("authorization", "OSS4-HMAC-SM3 x=y")]), ClaimError::Unsupported("Authorization"));
}

#[test]
fn missing_is_not_malformed_in_urls() {
    let pieces = [
        ("x-oss-signature-version", ALGORITHM),
        ("x-oss-credential", "a/20260102/r/oss/aliyun_v4_request"),
        ("x-oss-date", "20260102T030405Z"),
        ("x-oss-expires", "60"),
        ("x-oss-signature", "b"),
    ];
    assert!(Claim::from_query(&OrderedQuery::from_iter(pieces)).is_ok());
    for (name, _) in pieces {
        let rest = pieces.into_iter().filter(|(other, _)| *other != name).collect();
        assert_eq!(Claim::from_query(&rest), Err(ClaimError::Missing(name)));
    }
    for (name, wrong, error) in [
        ("x-oss-signature-version", "OSS2", ClaimError::Unsupported("x-oss-signature-version")),
        ("x-oss-credential", "a", ClaimError::Malformed("Credential")),
        ("x-oss-date", "20260102", ClaimError::Malformed("x-oss-date")),
        ("x-oss-expires", "0", ClaimError::Malformed("x-oss-expires")),
        ("x-oss-expires", "604801", ClaimError::Malformed("x-oss-expires")),
        ("x-oss-expires", "-1", ClaimError::Malformed("x-oss-expires")),
        ("x-oss-additional-headers", "", ClaimError::Malformed("x-oss-additional-headers")),
    ] {
        let others = pieces.into_iter().filter(|(other, _)| *other != name);
        let query = others.chain([(name, wrong)]).collect();
        assert_eq!(Claim::from_query(&query), Err(error));
    }
}
