use super::*;
use crate::signature::samples::{KEY_ID, TOKEN, headers, moment, query, secret, tampered, temporary};

fn check(view: &SignedView<'_>) -> Result<(), VerifyError> {
    verify(&secret(), view, &Claim::parse(view.headers).unwrap())
}

/// `SignerV4Test.java` of aliyun-log-java-sdk and `signature_v4_test.go` of aliyun-log-go-sdk, which agree.
#[test]
fn signatures_of_the_java_and_go_sdks() {
    let secret = Secret::new("zxasdasdasw2".to_owned());
    let date = "20220808T032330Z";
    let sign = |method: &str, path: &str, region: &str, own: &[(&str, &str)], raw: &str, body: &[u8]| {
        let digest = mac::hex_sha256(body);
        let map = headers(&[own, &[(DATE_HEADER, date), (CONTENT_SHA256, &digest)]].concat());
        let query = query(raw);
        let request = canonical_request(&SignedView { method, path, query: &query, headers: &map, body });
        signature(&secret, "20220808", region, &string_to_sign(date, "20220808", region, &request))
    };
    let own = [("hello", "world"), ("hello-text", "a12X- "), ("x-log-test", "het123"), ("x-acs-ppp", "dds")];
    let raw = "%20abc=efg&%20agc%20=&=efg&A-bc=eFg";
    let body = b"adasd= -asd zcas";
    for (method, path, region, own, raw, body, expected) in [
        (
            "POST",
            "/logstores",
            "cn-hangzhou",
            &own[..],
            raw,
            &body[..],
            "a98f5632e93836e63839cd836a54055f480020a9364ca944e2d34f2eb9bf1bed",
        ),
        (
            "POST",
            "/logstores",
            "cn-shanghai",
            &[],
            "",
            body,
            "8a10a5e723cb2e75964816de660b2c16a58af8bc0261f7f0722d832468c76ce8",
        ),
        (
            "POST",
            "/logstores",
            "cn-hangzhou",
            &own,
            raw,
            b"",
            "5a66d8f8051983e0e9d08e0f960ef9252ef971eead5bb5c7acec8617a2eb2701",
        ),
        (
            "GET",
            "/logstores",
            "cn-hangzhou",
            &own,
            raw,
            b"",
            "d92741852500791d662a8d469ff61627c0559ecd86c3f59b7bf6772b6c62666a",
        ),
        (
            "POST",
            "/logstores/hello/a+*~bb/cc",
            "cn-hangzhou",
            &own,
            "%20abc=efg&%20agc%20=&=efg&A-bc=eFg&abs-ij*asd/vc=a~js%2Bd%20ada&a%20abAas123/vc=a~jdad%20a2ADFs%2Bd%20ada",
            body,
            "2c204068e961a8813a6bcf7ac422f7fa6e9bf9a5da493e0165dfe100854d18ff",
        ),
    ] {
        assert_eq!(sign(method, path, region, own, raw, body), expected, "{method} {path} {region} {raw}");
    }
}

#[test]
fn nothing_signed_can_change() {
    let secret = secret();
    let query = query("type=log&query=a%20b&from=");
    let own = headers(&[
        ("host", "photos.cn-hangzhou.log.aliyuncs.com"),
        ("content-type", "application/json"),
        ("x-log-apiversion", "0.6.0"),
        ("x-log-meta-a", "1"),
    ]);
    let view = |map| SignedView { method: "POST", path: "/logstores/a", query: &query, headers: map, body: b"hello" };
    let added = sign(&view(&own), &temporary(&secret), "cn-hangzhou", moment()).unwrap();
    let all = headers::merged(&own, &added);
    let good = view(&all);
    assert_eq!(check(&good), Ok(()));
    let claim = Claim::parse(&all).unwrap();
    assert_eq!((claim.access_key_id, claim.region, claim.security_token), (KEY_ID, "cn-hangzhou", Some(TOKEN)));
    let signed = ["host", "content-type", "x-log-apiversion", "x-log-date", CONTENT_SHA256, "x-acs-security-token"];
    for other in tampered(&all, &signed) {
        if Claim::parse(&other).is_ok() {
            assert!(check(&SignedView { headers: &other, ..good }).is_err(), "{other:?}");
        }
    }
    let mut more = all.clone();
    headers::set(&mut more, "x-log-hashkey", "00").unwrap();
    assert!(check(&SignedView { headers: &more, ..good }).is_err());
    headers::set(&mut more, "x-log-meta-a", "2").unwrap();
    more.remove("x-log-hashkey");
    assert_eq!(check(&SignedView { headers: &more, ..good }), Ok(()));
    for raw in ["type=log&query=a%20b", "type=log&query=a%20c&from=", "type=log&query=a%20b&from=&x"] {
        let other = crate::signature::samples::query(raw);
        assert!(check(&SignedView { query: &other, ..good }).is_err(), "{raw}");
    }
    assert!(check(&SignedView { method: "PUT", ..good }).is_err());
    assert!(check(&SignedView { path: "/logstores/b", ..good }).is_err());
    let body = check(&SignedView { body: b"hellp", ..good });
    assert!(matches!(body, Err(VerifyError::Body { header: CONTENT_SHA256, .. })));
    let line = all["authorization"].to_str().unwrap();
    let mut other = all.clone();
    headers::set(&mut other, "authorization", &line.replace("cn-hangzhou", "cn-hangzhov")).unwrap();
    assert!(check(&SignedView { headers: &other, ..good }).is_err());
}

#[test]
fn missing_is_not_malformed() {
    let good = "SLS4-HMAC-SHA256 Credential=a/20260102/r/sls/aliyun_v4_request,Signature=b";
    let (date, digest) = (("x-log-date", "20260102T030405Z"), (CONTENT_SHA256, "e3b0"));
    let parse = |lines: &[(&str, &str)]| Claim::parse(&headers(lines)).map(|_| ());
    assert_eq!(parse(&[("authorization", good), date, digest]), Ok(()));
    assert_eq!(parse(&[date, digest]), Err(ClaimError::Missing("Authorization")));
    assert_eq!(parse(&[("authorization", good), digest]), Err(ClaimError::Missing(DATE_HEADER)));
    assert_eq!(parse(&[("authorization", good), date]), Err(ClaimError::Missing(CONTENT_SHA256)));
    let wrong = ("x-log-date", "Fri, 02 Jan 2026 03:04:05 GMT");
    assert_eq!(parse(&[("authorization", good), wrong, digest]), Err(ClaimError::Malformed(DATE_HEADER)));
    for (from, to) in [
        ("Credential=a", "Credential="),
        ("20260102", "20260103"),
        ("/r/", "//"),
        ("sls", "oss"),
        ("aliyun_v4", "aws4"),
        ("Signature=b", "Signature="),
        (",Signature=b", ""),
        ("Credential", "Other"),
        ("_request", "_request/x"),
        (" ", ""),
    ] {
        let line = good.replacen(from, to, 1);
        assert_eq!(
            parse(&[("authorization", &line), date, digest]),
            Err(ClaimError::Malformed("Authorization")),
            "{line}"
        );
    }
    let other = [("authorization", "SLS4-HMAC-SM3 x=y"), date, digest];
    assert_eq!(parse(&other), Err(ClaimError::Unsupported("Authorization")));
}
