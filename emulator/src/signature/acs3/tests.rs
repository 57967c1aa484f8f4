use super::*;
use crate::signature::samples::{KEY_ID, TOKEN, headers, long_lived, moment, query, secret, tampered, temporary};

const NONCE: &str = "0123456789abcdef0123456789abcdef";
const EMPTY_HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn check(view: &SignedView<'_>) -> Result<(), VerifyError> {
    verify(&secret(), view, &Claim::parse(view.headers).unwrap())
}

fn request_hash(view: &SignedView<'_>) -> String {
    let claim = Claim::parse(view.headers).unwrap();
    mac::hex_sha256(canonical_request(view, claim.signed_headers).as_bytes())
}

#[test]
fn published_vector() {
    let query = query("ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai");
    let map = headers(&[
        ("host", "ecs.cn-shanghai.aliyuncs.com"),
        ("x-acs-action", "RunInstances"),
        ("x-acs-content-sha256", EMPTY_HASH),
        ("x-acs-date", "2023-10-26T10:22:32Z"),
        ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
        ("x-acs-version", "2014-05-26"),
        (
            "authorization",
            "ACS3-HMAC-SHA256 Credential=YourAccessKeyId, SignedHeaders=host;x-acs-action;x-acs-content-sha256;\
             x-acs-date;x-acs-signature-nonce;x-acs-version, \
             Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
        ),
    ]);
    let view = SignedView { method: "POST", path: "/", query: &query, headers: &map, body: b"" };
    assert_eq!(request_hash(&view), "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259");
    let claim = Claim::parse(&map).unwrap();
    assert_eq!(claim.access_key_id, "YourAccessKeyId");
    assert_eq!(verify(&Secret::new("YourAccessKeySecret".to_owned()), &view, &claim), Ok(()));
}

#[test]
fn vector_with_a_token() {
    let query = query("UserName=alice&DisplayName=A%20B%2A~%2F%E6%B5%8B%E8%AF%95");
    let own = headers(&[("host", "127.0.0.1:18080"), ("x-acs-action", "CreateUser"), ("x-acs-version", "2015-05-01")]);
    let view = SignedView { method: "POST", path: "/", query: &query, headers: &own, body: b"" };
    let secret = secret();
    let added = sign(&view, &temporary(&secret), moment(), NONCE).unwrap();
    assert_eq!(
        added["authorization"],
        "ACS3-HMAC-SHA256 Credential=LTAI5tEmulatorTestKey001,SignedHeaders=host;x-acs-accesskey-id;x-acs-action;\
         x-acs-content-sha256;x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version,\
         Signature=b578797645b99e2093c5d1788fed40784eee243acc2c76005f9f549c523d98c9"
    );
    let all = headers::merged(&own, &added);
    let view = SignedView { headers: &all, ..view };
    assert_eq!(request_hash(&view), "3efb6de0d09fb042b91a5de7815bef265c7bc39170d2c104a09ddb3ad4fdfa25");
    assert_eq!(check(&view), Ok(()));
    let claim = Claim::parse(&all).unwrap();
    assert_eq!((claim.access_key_id, claim.security_token, claim.time()), (KEY_ID, Some(TOKEN), Ok(moment())));
}

#[test]
fn vector_with_a_body_and_an_encoded_path() {
    let query = query("Flag=&K=v");
    let own = headers(&[
        ("content-type", "application/json; charset=utf-8"),
        ("host", "127.0.0.1:18080"),
        ("x-acs-action", "CreateFlow"),
        ("x-acs-version", "2024-07-10"),
    ]);
    let view = SignedView {
        method: "POST",
        path: "/api/v1/a%20b/%2A",
        query: &query,
        headers: &own,
        body: br#"{"name":"demo"}"#,
    };
    let secret = secret();
    let added = sign(&view, &long_lived(&secret), moment(), NONCE).unwrap();
    let all = headers::merged(&own, &added);
    let view = SignedView { headers: &all, ..view };
    assert_eq!(all[CONTENT_SHA256], "d7d234f759ec34fd6298b7e32318614760070aaef9f4e92ced928324b49a0602");
    assert_eq!(request_hash(&view), "5982c5b0a3f911a463077bd1fe19c8561707f86f4eeea952c136417cda3ccb63");
    let claim = Claim::parse(&all).unwrap();
    assert_eq!(claim.signature, "62573194d9844d4b50b58c38b92bdff472122dd52e0648f991ea3602fc29aff7");
    assert_eq!(check(&view), Ok(()));
    // The client signed the encoded path, whatever the wire did to the characters that need no encoding.
    assert_eq!(check(&SignedView { path: "/api/%761/a%20b/*", ..view }), Ok(()));
}

/// alibabacloud-tea-openapi 0.4.6 (Python), `get_authorization`: it signs all it sends, and with an endpoint that
/// has a scheme sends that in `Host`.
#[test]
fn every_header_signed_and_a_scheme_in_host() {
    let query = query("B=&A=x%20y%2A~");
    let map = headers(&[
        ("accept", "application/json"),
        ("user-agent", "Tea Python"),
        ("host", "http://127.0.0.1:18080"),
        ("x-acs-action", "ListFlows"),
        ("x-acs-version", "2024-07-10"),
        ("x-acs-date", "2026-01-02T03:04:05Z"),
        ("x-acs-signature-nonce", NONCE),
        ("x-acs-content-sha256", EMPTY_HASH),
        ("x-acs-credentials-provider", "static_ak"),
        (
            "authorization",
            "ACS3-HMAC-SHA256 Credential=LTAI5tEmulatorTestKey001,SignedHeaders=accept;host;user-agent;\
             x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;x-acs-signature-nonce;\
             x-acs-version,Signature=f15c47427c894724252f3078b565f0326f92426028ccbf070a305159e74e5a59",
        ),
    ]);
    let view =
        SignedView { method: "GET", path: "/api/v1/workspaces/1/flows", query: &query, headers: &map, body: b"" };
    assert_eq!(check(&view), Ok(()));
    for other in tampered(&map, &["accept", "user-agent", "host", "x-acs-action", "x-acs-credentials-provider"]) {
        if Claim::parse(&other).is_ok() {
            assert!(check(&SignedView { headers: &other, ..view }).is_err(), "{other:?}");
        }
    }
}

#[test]
fn a_path_signed_as_sent() {
    let query = OrderedQuery::default();
    let own = headers(&[("host", "h"), ("x-acs-action", "A"), ("x-acs-version", "V")]);
    let secret = secret();
    let path = "/a*b";
    let view = SignedView { method: "GET", path, query: &query, headers: &own, body: b"" };
    let added = sign(&view, &long_lived(&secret), moment(), NONCE).unwrap();
    let mut all = headers::merged(&own, &added);
    let view = SignedView { headers: &all, ..view };
    assert_eq!(check(&view), Ok(()));

    // The same request by a client that does not encode the path.
    let signed_headers = Claim::parse(&all).unwrap().signed_headers.to_owned();
    let raw = signature(&secret, &string_to_sign(&canonical_request_at(path, &view, &signed_headers)));
    let line = format!("{ALGORITHM} Credential={KEY_ID},SignedHeaders={signed_headers},Signature={raw}");
    headers::set(&mut all, "authorization", &line).unwrap();
    let view = SignedView { method: "GET", path, query: &query, headers: &all, body: b"" };
    assert_eq!(check(&view), Ok(()));
    let Err(VerifyError::Signature(mismatch)) = check(&SignedView { path: "/a*c", ..view }) else {
        panic!("another path must not pass");
    };
    assert!(mismatch.canonical_request.unwrap().starts_with("GET\n/a%2Ac\n\nhost:h\n"));
}

#[test]
fn nothing_can_change_or_be_left_out() {
    let query = query("UserName=alice&Comments=");
    let own = headers(&[
        ("content-type", "application/x-www-form-urlencoded"),
        ("host", "127.0.0.1:18080"),
        ("x-acs-action", "CreateUser"),
        ("x-acs-version", "2015-05-01"),
    ]);
    let view = SignedView { method: "POST", path: "/", query: &query, headers: &own, body: b"a=b" };
    let secret = secret();
    let added = sign(&view, &temporary(&secret), moment(), NONCE).unwrap();
    let all = headers::merged(&own, &added);
    let view = SignedView { headers: &all, ..view };
    assert_eq!(check(&view), Ok(()));

    let names: Vec<_> = all.keys().map(HeaderName::as_str).filter(|name| *name != "authorization").collect();
    for other in tampered(&all, &names) {
        if let Ok(claim) = Claim::parse(&other) {
            assert!(verify(&secret, &SignedView { headers: &other, ..view }, &claim).is_err(), "{other:?}");
        }
    }
    assert!(check(&SignedView { method: "GET", ..view }).is_err());
    assert!(check(&SignedView { path: "/x", ..view }).is_err());
    for raw in ["UserName=alicf&Comments=", "UserName=alice", "UserName=alice&Comments=&x", "Comments=&UserName=a"] {
        assert!(check(&SignedView { query: &crate::signature::samples::query(raw), ..view }).is_err());
    }
    assert_eq!(
        check(&SignedView { body: b"a=c", ..view }),
        Err(VerifyError::Body { header: CONTENT_SHA256, computed: mac::hex_sha256(b"a=c") })
    );
    // A body and hash changed together still break the signature.
    let mut rehashed = all.clone();
    headers::set(&mut rehashed, CONTENT_SHA256, &mac::hex_sha256(b"a=c")).unwrap();
    let view = SignedView { headers: &rehashed, body: b"a=c", ..view };
    assert!(matches!(check(&view), Err(VerifyError::Signature(_))));
}

#[test]
fn what_must_be_signed_must_be_listed() {
    let line = |signed: &str| format!("{ALGORITHM} Credential=a,SignedHeaders={signed},Signature=b");
    let parse = |signed: &str, extra: &[(&str, &str)]| {
        let mut lines = vec![
            ("x-acs-date", "2026-01-02T03:04:05Z"),
            ("x-acs-signature-nonce", "n"),
            ("x-acs-content-sha256", EMPTY_HASH),
            ("host", "h"),
        ];
        let line = line(signed);
        lines.push(("authorization", &line));
        lines.extend(extra);
        Claim::parse(&headers(&lines)).map(|_| ())
    };
    let minimum = "host;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce";
    assert_eq!(parse(minimum, &[]), Ok(()));
    assert_eq!(parse(minimum, &[("content-type", "text/plain")]), Ok(()));
    for name in minimum.split(';') {
        let rest: Vec<_> = minimum.split(';').filter(|other| *other != name).collect();
        assert_eq!(parse(&rest.join(";"), &[]), Err(ClaimError::NotSigned(name.to_owned())));
    }
    assert_eq!(
        parse(minimum, &[("x-acs-security-token", "t")]),
        Err(ClaimError::NotSigned("x-acs-security-token".to_owned()))
    );
}

#[test]
fn missing_is_not_malformed() {
    let good = "ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host,Signature=b";
    let parse = |lines: &[(&str, &str)]| Claim::parse(&headers(lines)).map(|_| ()).unwrap_err();
    assert_eq!(parse(&[]), ClaimError::Missing("Authorization"));
    assert_eq!(parse(&[("authorization", good)]), ClaimError::Missing("x-acs-date"));
    for wrong in [
        "ACS3-HMAC-SHA256",
        "ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host",
        "ACS3-HMAC-SHA256 Credential=,SignedHeaders=host,Signature=b",
        "ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host,Signature=b,Signature=c",
        "ACS3-HMAC-SHA256 Credential=a;SignedHeaders=host;Signature=b",
    ] {
        assert_eq!(parse(&[("authorization", wrong)]), ClaimError::Malformed("Authorization"), "{wrong}");
    }
    for other in ["ACS3-HMAC-SM3 Credential=a,SignedHeaders=host,Signature=b", "ACS3-RSA-SHA256 x"] {
        assert_eq!(parse(&[("authorization", other)]), ClaimError::Unsupported("Authorization"));
    }
}

#[test]
fn a_client_must_name_its_host() {
    let view =
        SignedView { method: "GET", path: "/", query: &OrderedQuery::default(), headers: &HeaderMap::new(), body: b"" };
    let secret = secret();
    assert!(matches!(sign(&view, &long_lived(&secret), moment(), NONCE), Err(SignError::Missing("host"))));
    let own = headers(&[("host", "h")]);
    let view = SignedView { headers: &own, ..view };
    assert!(matches!(sign(&view, &long_lived(&secret), moment(), "a\nb"), Err(SignError::Header(_))));
}
