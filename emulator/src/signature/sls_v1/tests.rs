use super::*;
use crate::signature::samples::{KEY_ID, TOKEN, headers, long_lived, moment, query, secret, tampered, temporary};

const LINES: [(&str, &str); 3] =
    [("host", "photos.cn-hangzhou.log.aliyuncs.com"), ("x-log-apiversion", "0.6.0"), ("x-log-bodyrawsize", "5")];

fn view<'a>(method: &'a str, query: &'a OrderedQuery, headers: &'a HeaderMap, body: &'a [u8]) -> SignedView<'a> {
    SignedView { method, path: "/logstores/app_log", query, headers, body }
}

fn check(view: &SignedView<'_>) -> Result<(), VerifyError> {
    let claim = Claim::parse(view.headers).unwrap();
    verify(&secret(), claim.method().unwrap(), view, &claim)
}

/// `signature_test.go` of aliyun-log-go-sdk.
#[test]
fn signatures_of_the_go_sdk() {
    let secret = Secret::new("mockAccessKeySecret".to_owned());
    let date = "Mon, 3 Jan 2010 08:33:47 GMT";
    let signature = |map: &HeaderMap, path: &str| {
        let none = OrderedQuery::default();
        let view = SignedView { method: "GET", path, query: &none, headers: map, body: b"" };
        signature(&secret, HmacMethod::Sha1, &string_to_sign(&view, date))
    };
    let common = [("x-log-apiversion", "0.6.0"), ("x-log-signaturemethod", "hmac-sha1"), ("date", date)];
    let get = headers(&[&common[..], &[("x-log-bodyrawsize", "0")]].concat());
    assert_eq!(signature(&get, "/logstores"), "Rwm6cTKzoti4HWoe+GKcb6Kv07E=");
    let body: &[u8] = &[
        10, 50, 10, 30, 8, 248, 178, 147, 158, 5, 18, 22, 10, 7, 84, 101, 115, 116, 75, 101, 121, 18, 11, 84, 101, 115,
        116, 67, 111, 110, 116, 101, 110, 116, 26, 0, 34, 14, 49, 48, 46, 50, 51, 48, 46, 50, 48, 49, 46, 49, 49, 55,
    ];
    let digest = mac::hex_md5(body);
    let of_body =
        [("content-md5", digest.as_str()), ("content-type", "application/x-protobuf"), ("x-log-bodyrawsize", "50")];
    let post = headers(&[&common[..], &of_body].concat());
    assert_eq!(signature(&post, "/logstores/app_log"), "87xQWqFaOSewqRIma8kPjGYlXHc=");
}

/// As the SDKs of Python write them: the older one leaves `x-log-date` out, the newer one knows HMAC-SHA256 and bare parameters.
#[test]
fn whatever_clients_write_is_read() {
    let (secret, at) = (secret(), moment());
    let date = TimeFormat::HttpDate.format(at);
    for (method, name) in [(HmacMethod::Sha1, "hmac-sha1"), (HmacMethod::Sha256, "hmac-sha256")] {
        for way in [
            Way::PLAIN,
            Way { dated: true, ..Way::PLAIN },
            Way { meta: false, ..Way::PLAIN },
            Way { decoded: true, ..Way::PLAIN },
            Way { equals: false, ..Way::PLAIN },
            Way { dated: true, meta: false, decoded: true, equals: false },
        ] {
            let query = query("type=log&query=a%20b&from");
            let mut map = headers(&[("x-log-date", &date), ("x-log-meta-a", "1"), ("x-log-signaturemethod", name)]);
            let path = "/logstores/app%5flog";
            let text =
                string_in(&SignedView { method: "GET", path, query: &query, headers: &map, body: b"" }, &date, way);
            let signature = signature(&secret, method, &text);
            headers::set(&mut map, "authorization", &format!("LOG {KEY_ID}:{signature}")).unwrap();
            let view = SignedView { method: "GET", path, query: &query, headers: &map, body: b"" };
            assert_eq!(check(&view), Ok(()), "{way:?}");
        }
    }
}

#[test]
fn nothing_signed_can_change() {
    let secret = secret();
    let query = query("type=log&query=a%20b&from=");
    let own = headers(&[&LINES[..], &[("content-type", "application/json")]].concat());
    let body = b"hello";
    let added = sign(&view("POST", &query, &own, body), &temporary(&secret), HmacMethod::Sha1, moment()).unwrap();
    let all = headers::merged(&own, &added);
    let good = view("POST", &query, &all, body);
    assert_eq!(check(&good), Ok(()));
    assert_eq!(Claim::parse(&all).unwrap().security_token, Some(TOKEN));
    let signed = ["content-type", "x-log-apiversion", "x-log-bodyrawsize", "x-acs-security-token", "date"];
    for other in tampered(&all, &signed) {
        if Claim::parse(&other).is_ok() {
            assert!(check(&SignedView { headers: &other, ..good }).is_err(), "{other:?}");
        }
    }
    let mut more = all.clone();
    headers::set(&mut more, "x-log-hashkey", "00").unwrap();
    assert!(check(&SignedView { headers: &more, ..good }).is_err());
    // A date beside the one that was signed takes its place.
    let mut later = all.clone();
    headers::set(&mut later, "x-log-date", "Fri, 02 Jan 2026 04:04:05 GMT").unwrap();
    assert!(check(&SignedView { headers: &later, ..good }).is_err());
    for raw in ["type=log&query=a%20b", "type=log&query=a%20c&from=", "type=log&query=a%20b&from=&x"] {
        let other = crate::signature::samples::query(raw);
        assert!(check(&SignedView { query: &other, ..good }).is_err(), "{raw}");
    }
    assert!(check(&SignedView { method: "PUT", ..good }).is_err());
    assert!(check(&SignedView { path: "/logstores/app_lof", ..good }).is_err());
    let body = check(&SignedView { body: b"hellp", ..good });
    assert!(matches!(body, Err(VerifyError::Body { header: "Content-MD5", .. })));
}

#[test]
fn missing_is_not_malformed() {
    let date = ("date", "Fri, 02 Jan 2026 03:04:05 GMT");
    let parse = |lines: &[(&str, &str)]| Claim::parse(&headers(lines)).map(|_| ()).unwrap_err();
    assert_eq!(parse(&[date]), ClaimError::Missing("Authorization"));
    assert_eq!(parse(&[("authorization", "LOG a:b")]), ClaimError::Missing("Date"));
    for wrong in ["LOG", "LOG a", "LOG :b", "LOG a:", "log a:b"] {
        let error = parse(&[("authorization", wrong), date]);
        assert_eq!(error, ClaimError::Malformed("Authorization"), "{wrong}");
    }
    let method = |lines: &[(&str, &str)]| {
        let all = headers(&[&[("authorization", "LOG a:b"), date], lines].concat());
        Claim::parse(&all).unwrap().method()
    };
    assert_eq!(method(&[]), Err(ClaimError::Missing(METHOD_HEADER)));
    assert_eq!(method(&[(METHOD_HEADER, "HMAC-SHA1")]), Err(ClaimError::Unsupported(METHOD_HEADER)));
    let secret = secret();
    let added = sign(
        &view("GET", &OrderedQuery::default(), &HeaderMap::new(), b""),
        &long_lived(&secret),
        HmacMethod::Sha256,
        moment(),
    );
    let added = added.unwrap();
    let claim = Claim::parse(&added).unwrap();
    assert_eq!((claim.method(), claim.time()), (Ok(HmacMethod::Sha256), Ok(moment())));
    assert_eq!(claim.security_token, None);
}
