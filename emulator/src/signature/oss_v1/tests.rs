use super::*;
use crate::signature::samples::{KEY_ID, TOKEN, headers, long_lived, moment, query, secret, tampered, temporary};
use jiff::SignedDuration;

const KEY: &str = "dir/a b+*~测试.txt";
const OBJECT: OssResource<'static> = OssResource { bucket: Some("examplebucket"), key: KEY };
const BUCKET: OssResource<'static> = OssResource { bucket: Some("examplebucket"), key: "" };
const SERVICE: OssResource<'static> = OssResource { bucket: None, key: "" };

fn view<'a>(method: &'a str, query: &'a OrderedQuery, headers: &'a HeaderMap) -> SignedView<'a> {
    SignedView { method, path: "/", query, headers, body: b"" }
}

fn upload() -> HeaderMap {
    headers(&[("content-type", "text/plain"), ("content-md5", "XrY7u+Ae7tCTyyK7j1rNww=="), ("x-oss-meta-name", "测试")])
}

fn check(view: &SignedView<'_>, resource: &OssResource<'_>) -> Result<(), Mismatch> {
    verify(&secret(), view, resource, &Claim::from_headers(view.headers).unwrap())
}

fn check_url(view: &SignedView<'_>, resource: &OssResource<'_>) -> Result<(), Mismatch> {
    verify(&secret(), view, resource, &Claim::from_query(view.query).unwrap())
}

#[test]
fn the_table_can_be_searched() {
    assert!(SUB_RESOURCES.is_sorted());
    assert!(SUB_RESOURCES.iter().all(|name| name.starts_with(|first: char| first.is_ascii_lowercase())));
    assert!(is_sub_resource("acl") && is_sub_resource("x-oss-process") && is_sub_resource("wormId"));
    assert!(!is_sub_resource("prefix") && !is_sub_resource("ACL") && !is_sub_resource("Signature"));
}

#[test]
fn documented_example() {
    // The page "Add a signature to the header".
    let query = OrderedQuery::default();
    let map = headers(&[
        ("content-md5", "ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM="),
        ("content-type", "text/html"),
        ("date", "Thu, 17 Nov 2005 18:49:58 GMT"),
        ("x-oss-meta-author", "foo@bar.com"),
        ("x-oss-magic", "abracadabra"),
        ("authorization", "OSS 44CF9590006BF252F707:26NBxoKdsyly4EDv6inkoDft/yA="),
    ]);
    let view = view("PUT", &query, &map);
    let resource = OssResource { bucket: Some("oss-example"), key: "nelson" };
    let claim = Claim::from_headers(&map).unwrap();
    assert_eq!(claim.access_key_id, "44CF9590006BF252F707");
    assert_eq!(
        string_to_sign(&view, &resource, "Thu, 17 Nov 2005 18:49:58 GMT", EmptyValue::Bare),
        "PUT\nODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=\ntext/html\nThu, 17 Nov 2005 18:49:58 GMT\n\
         x-oss-magic:abracadabra\nx-oss-meta-author:foo@bar.com\n/oss-example/nelson"
    );
    let key = Secret::new("OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV".to_owned());
    assert_eq!(verify(&key, &view, &resource, &claim), Ok(()));
}

/// oss2 2.19.1 (Python), with and without a security token.
#[test]
fn header_signatures_of_the_python_sdk() {
    let secret = secret();
    let cases: [(&str, &str, HeaderMap, OssResource<'_>, [&str; 2]); 3] = [
        (
            "PUT",
            "partNumber=1&uploadId=U%2B%2F%3D1&prefix=unsigned",
            upload(),
            OBJECT,
            ["X0s9/WejxHE31hqnRcmmI0Szkeo=", "P69UXas8OXV7G9q6DBql9wHJ5v4="],
        ),
        ("GET", "acl=", HeaderMap::new(), BUCKET, ["krUEWgNGBNKV1pZMop484iIxCEQ=", "dapioQ+UOdFcdWWbTq9nr/JuSKk="]),
        (
            "GET",
            "prefix=a",
            HeaderMap::new(),
            SERVICE,
            ["bOmUvttuzC4AtP7zHJ+CoNuN7WQ=", "LQvWAhCoknQJ7Loo12guXEGSLv8="],
        ),
    ];
    for (method, raw, own, resource, expected) in cases {
        let query = query(raw);
        for (who, expected) in [long_lived(&secret), temporary(&secret)].iter().zip(expected) {
            let added = sign(&view(method, &query, &own), &resource, who, moment()).unwrap();
            assert_eq!(added["authorization"], format!("OSS {KEY_ID}:{expected}"));
            let all = headers::merged(&own, &added);
            assert_eq!(check(&view(method, &query, &all), &resource), Ok(()));
            let claim = Claim::from_headers(&all).unwrap();
            assert_eq!((claim.security_token, claim.time()), (who.security_token, Ok(moment())));
        }
    }
}

/// Captured from aliyun-oss-go-sdk 3.0.2, as sent.
#[test]
fn header_signature_of_the_go_sdk() {
    let query = OrderedQuery::default();
    let map = headers(&[
        ("content-type", "text/plain"),
        ("date", "Mon, 23 Nov 2026 23:16:01 GMT"),
        ("x-oss-meta-name", "v1"),
        ("x-oss-security-token", TOKEN),
        ("authorization", "OSS LTAI5tEmulatorTestKey001:AbN8cMYjVbvoT/4BGwF0XEykEL8="),
    ]);
    assert_eq!(check(&view("PUT", &query, &map), &OBJECT), Ok(()));
}

/// The test suite of alibabacloud-oss-go-sdk-v2 1.5.1: key `ak`, secret `sk`.
#[test]
fn vectors_of_the_go_sdk_v2() {
    let secret = Secret::new("sk".to_owned());
    let date = ("x-oss-date", "Wed, 28 Dec 2022 10:27:41 GMT");
    let put = [
        ("content-md5", "eB5eJF1ptWaXm4bijSPyxw=="),
        ("content-type", "text/html"),
        ("x-oss-meta-author", "alice"),
        ("x-oss-meta-magic", "abracadabra"),
        date,
    ];
    let nelson = OssResource { bucket: Some("examplebucket"), key: "nelson" };
    for (method, lines, raw, resource, expected) in [
        ("PUT", &put[..], "", nelson, "kSHKmLxlyEAKtZPkJhG9bZb5k7M="),
        ("PUT", &put[..], "acl", nelson, "/afkugFbmWDQ967j1vr6zygBLQk="),
        ("GET", &[date][..], "resourceGroup&non-resousce=null", BUCKET, "vkQmfuUDyi1uDi3bKt67oemssIs="),
        ("GET", &[date][..], "resourceGroup&acl", BUCKET, "x3E5TgOvl/i7PN618s5mEvpJDYk="),
    ] {
        let query = query(raw);
        let mut map = headers(lines);
        headers::set(&mut map, "authorization", &format!("OSS ak:{expected}")).unwrap();
        let claim = Claim::from_headers(&map).unwrap();
        assert_eq!(verify(&secret, &view(method, &query, &map), &resource, &claim), Ok(()), "{raw}");
    }
    for (raw, key) in [
        ("Expires=1699807420&OSSAccessKeyId=ak&Signature=dcLTea%2BYh9ApirQ8o8dOPqtvJXQ%3D&versionId=versionId", "key"),
        (
            "Expires=1699808204&OSSAccessKeyId=ak&Signature=jzKYRrM5y6Br0dRFPaTGOsbrDhY%3D&security-token=token\
             &versionId=versionId",
            "key+123",
        ),
    ] {
        let query = query(raw);
        let claim = Claim::from_query(&query).unwrap();
        let resource = OssResource { bucket: Some("bucket"), key };
        assert_eq!(verify(&secret, &view("GET", &query, &HeaderMap::new()), &resource, &claim), Ok(()));
    }
}

#[test]
fn presigned_urls() {
    let secret = secret();
    let none = HeaderMap::new();
    let expires = moment() + SignedDuration::from_secs(3600);
    // oss2 2.19.1 (Python).
    let own = query("response-content-type=text%2Fplain%3B%20charset%3Dutf-8&x-oss-process=image%2Fresize%2Cw_10");
    let long = presign(&view("GET", &own, &none), &OBJECT, &long_lived(&secret), expires);
    assert_eq!(
        long.to_string(),
        "response-content-type=text%2Fplain%3B%20charset%3Dutf-8&x-oss-process=image%2Fresize%2Cw_10\
         &OSSAccessKeyId=LTAI5tEmulatorTestKey001&Expires=1767326645&Signature=N2cffz84RIlLjSqg2RZsn23EHis%3D"
    );
    let short = presign(&view("GET", &own, &none), &OBJECT, &temporary(&secret), expires);
    assert_eq!(short.get("Signature"), Some("YD5tRDsXzQYRHoerl3aAucIs/PE="));
    let claim = Claim::from_query(&short).unwrap();
    assert_eq!((claim.security_token, claim.time()), (Some(TOKEN), Ok(expires)));
    assert!(is_presigned(&short) && !is_presigned(&own));
    // alibabacloud-oss-v2 1.4.1 (Python), and aliyun-oss-go-sdk 3.0.2.
    for raw in [
        "versionId=v1&empty&OSSAccessKeyId=LTAI5tEmulatorTestKey001&Expires=1767326645\
         &Signature=IDCUPbYzU43W3W55K40meGVCNOQ%3D",
        "versionId=v1&empty&OSSAccessKeyId=LTAI5tEmulatorTestKey001&Expires=1767326645\
         &security-token=CAISfake%2Btoken%2F%3D%3D&Signature=tJ9hs%2B6TExy6%2Bg5TNd%2Fbq%2FGlHsA%3D",
        "Expires=1795479361&OSSAccessKeyId=LTAI5tEmulatorTestKey001&Signature=bhjRgs1KcLTdl1eSRZxiikZLSWY%3D\
         &response-content-type=text%2Fplain%3B%20charset%3Dutf-8&security-token=CAISfake%2Btoken%2F%3D%3D",
    ] {
        assert_eq!(check_url(&view("GET", &query(raw), &none), &OBJECT), Ok(()), "{raw}");
    }
    for query in [long, short] {
        let good = view("GET", &query, &none);
        assert_eq!(check_url(&good, &OBJECT), Ok(()));
        assert!(check_url(&SignedView { method: "PUT", ..good }, &OBJECT).is_err());
        assert!(check_url(&good, &OssResource { key: "dir/a b+*~测试.txu", ..OBJECT }).is_err());
        assert!(check_url(&good, &OssResource { bucket: Some("examplebuckeu"), ..OBJECT }).is_err());
        let typed = headers(&[("content-type", "text/plain")]);
        assert!(check_url(&SignedView { headers: &typed, ..good }, &OBJECT).is_err());
        let extended = super::super::samples::query(&query.to_string().replace("1767326645", "1767326646"));
        assert!(check_url(&SignedView { query: &extended, ..good }, &OBJECT).is_err());
        for dropped in ["response-content-type", "x-oss-process"] {
            let less = query.iter().filter(|p| p.name != dropped).map(|p| (p.name, p.value));
            assert!(check_url(&SignedView { query: &less.collect(), ..good }, &OBJECT).is_err(), "{dropped}");
        }
        let mut more = query.clone();
        more.push_bare("acl");
        assert!(check_url(&SignedView { query: &more, ..good }, &OBJECT).is_err());
    }
}

#[test]
fn nothing_signed_can_change() {
    let secret = secret();
    let query = query("uploadId=U&partNumber=1&append=");
    let own = upload();
    let added = sign(&view("PUT", &query, &own), &OBJECT, &temporary(&secret), moment()).unwrap();
    let all = headers::merged(&own, &added);
    let good = view("PUT", &query, &all);
    assert_eq!(check(&good, &OBJECT), Ok(()));
    for other in tampered(&all, &["content-type", "content-md5", "x-oss-meta-name", "x-oss-security-token", "date"]) {
        if Claim::from_headers(&other).is_ok() {
            assert!(check(&SignedView { headers: &other, ..good }, &OBJECT).is_err(), "{other:?}");
        }
    }
    let mut more = all.clone();
    headers::set(&mut more, "x-oss-object-acl", "public-read").unwrap();
    assert!(check(&SignedView { headers: &more, ..good }, &OBJECT).is_err());
    for raw in ["uploadId=V&partNumber=1&append=", "uploadId=U&partNumber=1", "uploadId=U&partNumber=1&append=&acl"] {
        let other = crate::signature::samples::query(raw);
        assert!(check(&SignedView { query: &other, ..good }, &OBJECT).is_err());
    }
    let mismatch = check(&good, &BUCKET).unwrap_err();
    assert!(mismatch.string_to_sign.ends_with("/examplebucket/?append&partNumber=1&uploadId=U"));
}

#[test]
fn an_empty_sub_resource_may_be_signed_with_its_sign() {
    let secret = secret();
    let query = query("acl=");
    let mut map = headers(&[("date", "Fri, 02 Jan 2026 03:04:05 GMT")]);
    let text =
        string_to_sign(&view("GET", &query, &map), &BUCKET, "Fri, 02 Jan 2026 03:04:05 GMT", EmptyValue::WithEquals);
    assert!(text.ends_with("/examplebucket/?acl="));
    headers::set(&mut map, "authorization", &format!("OSS {KEY_ID}:{}", signature(&secret, &text))).unwrap();
    assert_eq!(check(&view("GET", &query, &map), &BUCKET), Ok(()));
}

#[test]
fn of_two_dates_either_may_be_the_signed_one() {
    let secret = secret();
    let query = OrderedQuery::default();
    let (iso, gmt) = ("20260102T030405Z", "Fri, 02 Jan 2026 03:04:05 GMT");
    for signed in [iso, gmt] {
        let mut map = headers(&[("date", gmt), ("x-oss-date", iso)]);
        let text = string_to_sign(&view("GET", &query, &map), &BUCKET, signed, EmptyValue::Bare);
        headers::set(&mut map, "authorization", &format!("OSS {KEY_ID}:{}", signature(&secret, &text))).unwrap();
        assert_eq!(check(&view("GET", &query, &map), &BUCKET), Ok(()));
        assert_eq!(Claim::from_headers(&map).unwrap().time(), Ok(moment()));
        headers::set(&mut map, "x-oss-date", "20260102T030406Z").unwrap();
        assert!(check(&view("GET", &query, &map), &BUCKET).is_err());
    }
}

#[test]
fn missing_is_not_malformed() {
    let date = ("date", "Fri, 02 Jan 2026 03:04:05 GMT");
    let parse = |lines: &[(&str, &str)]| Claim::from_headers(&headers(lines)).map(|_| ()).unwrap_err();
    assert_eq!(parse(&[date]), ClaimError::Missing("Authorization"));
    assert_eq!(parse(&[("authorization", "OSS a:b")]), ClaimError::Missing("Date"));
    for wrong in ["OSS", "OSS ab", "OSS :b", "OSS a:", "OSS2 a:b", "acs a:b"] {
        assert_eq!(parse(&[("authorization", wrong), date]), ClaimError::Malformed("Authorization"), "{wrong}");
    }
    let claim = Claim { access_key_id: "a", signature: "b", moment: Moment::Date("now"), security_token: None };
    assert_eq!(claim.time(), Err(ClaimError::Malformed("Date")));

    let url = "OSSAccessKeyId=a&Signature=b&Expires=1";
    for name in ["OSSAccessKeyId", "Signature", "Expires"] {
        let rest: Vec<_> = url.split('&').filter(|piece| !piece.starts_with(name)).collect();
        assert_eq!(Claim::from_query(&query(&rest.join("&"))), Err(ClaimError::Missing(name)));
    }
    let soon = query("OSSAccessKeyId=a&Signature=b&Expires=soon");
    assert_eq!(Claim::from_query(&soon), Err(ClaimError::Malformed("Expires")));
}

/// Of what is signed the key alone may have characters that stand for bytes; what is so written elsewhere is itself.
#[test]
fn only_a_key_has_characters_that_stand_for_bytes() {
    let (headers, query) = (headers(&[("x-oss-meta-a", "1")]), query("response-content-language=%F4%8F%BF%BF"));
    let view = view("GET", &query, &headers);
    let resource = OssResource { bucket: Some("b"), key: "\u{10FFFF}" };
    let text = string_to_sign(&view, &resource, "DATE", EmptyValue::Bare);
    let bytes =
        [&b"GET\n\n\nDATE\nx-oss-meta-a:1\n/b/\xFF?response-content-language="[..], "\u{10FFFF}".as_bytes()].concat();
    assert_eq!(&*key::bytes(&text), bytes);
    let secret = secret();
    assert_eq!(signature(&secret, &text), HmacMethod::Sha1.base64(secret.expose().as_bytes(), bytes));
}
