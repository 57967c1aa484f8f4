//! Requests signed by the official SDKs.

use super::tests::{BUCKET, OBJECT, SERVICE, check, check_url, signing, upload, view};
use super::*;
use crate::signature::samples::{KEY_ID, TOKEN, headers, long_lived, moment, query, secret, temporary};

/// Method, query, headers, resource, signer, additional headers and the signature they give.
type Case<'a> = (&'a str, &'a str, &'a HeaderMap, OssResource<'a>, &'a Credentials<'a>, &'a [&'a str], &'a str);

#[test]
fn header_signatures_of_the_python_sdks() {
    let secret = secret();
    let none = HeaderMap::new();
    let upload = upload();
    let (long, short) = (long_lived(&secret), temporary(&secret));
    let part = "uploadId=U%2B%2F%3D1&partNumber=1";
    let odd = format!("{part}&%7Cp=&%2Bp=v");
    let cases: [Case<'_>; 8] = [
        // oss2 2.19.1.
        (
            "PUT",
            &odd,
            &upload,
            OBJECT,
            &long,
            &["Host", "range"],
            "d157b0d07a8d853b1bce8a2899feaafc850977791026c67278330e45bb319abf",
        ),
        ("GET", "acl=", &none, BUCKET, &long, &[], "af76d9be8fcd70dd409f9bba89466ba77c3db9c7c151fb9622a2081bd49eb771"),
        ("GET", "acl", &none, BUCKET, &short, &[], "e53cf178c2fdb11515f023130c988a8f69a4ecd8425b35e698a2ead5f494a1ab"),
        (
            "GET",
            "prefix=a+b",
            &none,
            SERVICE,
            &long,
            &[],
            "d6801ba44a2a1a587a12618eca1635962bf343732e3811380440177f5038f1ab",
        ),
        (
            "GET",
            "prefix=a%20b",
            &none,
            SERVICE,
            &short,
            &[],
            "1b86d6a91ea81fb6c8bef406596caa0d6ad5fcd35d28f8d1239220cf703e2785",
        ),
        // alibabacloud-oss-v2 1.4.1.
        (
            "PUT",
            "uploadId=U%2B%2F%3D1&partNumber=1&prefix=unsigned",
            &upload,
            OBJECT,
            &long,
            &[],
            "2d58f5cba9c8bc5535c228151f8678fc4e9544e7aa16142dc133b1929415bb46",
        ),
        (
            "PUT",
            "uploadId=U%2B%2F%3D1&partNumber=1&prefix=unsigned",
            &upload,
            OBJECT,
            &short,
            &[],
            "9fda34d656749559242fd448746a8168788ffcdb8076796251cf33b67146500b",
        ),
        (
            "PUT",
            part,
            &upload,
            OBJECT,
            &long,
            &["Range", "host", "x-oss-meta-name", "absent"],
            "c3deac9ba18ae5651a2c13aebd1996eb70fa96c976aeb4a52699384a3d9aced2",
        ),
    ];
    for (method, raw, own, resource, who, additional, expected) in cases {
        let query = query(raw);
        let added = sign(&view(method, &query, own), &resource, who, &signing(additional)).unwrap();
        let all = headers::merged(own, &added);
        let claim = Claim::from_headers(&all).unwrap();
        assert_eq!(claim.signature, expected, "{raw}");
        assert_eq!((claim.access_key_id, claim.time, claim.security_token), (KEY_ID, moment(), who.security_token));
        assert_eq!((claim.scope.region, claim.expires), ("cn-hangzhou", None));
        assert_eq!(check(&view(method, &query, &all), &resource), Ok(()));
    }
}

#[test]
fn the_strings_between() {
    let query = query("uploadId=U%2B%2F%3D1&partNumber=1");
    let own = upload();
    let secret = secret();
    let added = sign(&view("PUT", &query, &own), &OBJECT, &long_lived(&secret), &signing(&["range", "host"])).unwrap();
    let all = headers::merged(&own, &added);
    let claim = Claim::from_headers(&all).unwrap();
    let request = canonical_request(&view("PUT", &query, &all), &OBJECT, &claim.additional_headers);
    assert_eq!(
        request,
        "PUT\n/examplebucket/dir/a%20b%2B%2A~%E6%B5%8B%E8%AF%95.txt\npartNumber=1&uploadId=U%2B%2F%3D1\n\
         content-md5:XrY7u+Ae7tCTyyK7j1rNww==\ncontent-type:text/plain\nhost:127.0.0.1:18080\nrange:bytes=0-1\n\
         x-oss-content-sha256:UNSIGNED-PAYLOAD\nx-oss-date:20260102T030405Z\nx-oss-meta-name:测试\n\nhost;range\n\
         UNSIGNED-PAYLOAD"
    );
    assert_eq!(
        string_to_sign(claim.date, &claim.scope, &request),
        "OSS4-HMAC-SHA256\n20260102T030405Z\n20260102/cn-hangzhou/oss/aliyun_v4_request\n\
         ddd6020697bc147951a5a1766cfcfdd72bb413700f445c0fb1e4a815b5a823bb"
    );
}

/// The test suite of alibabacloud-oss-go-sdk-v2 1.5.1: key `ak`, secret `sk`.
#[test]
fn vectors_of_the_go_sdk_v2() {
    let secret = Secret::new("sk".to_owned());
    let query = query("%2Bparam1=value3&%2Bparam2=&param1=value1&param2=&%7Cparam1=value4&%7Cparam2=");
    let resource = OssResource { bucket: Some("bucket"), key: "1234+-/123/1.txt" };
    let lines = |content_type| {
        headers(&[
            ("x-oss-head1", "value"),
            ("abc", "value"),
            ("zabc", "value"),
            ("xyz", "value"),
            ("content-type", content_type),
        ])
    };
    let at = |second| Timestamp::from_second(second).unwrap();
    let plain = Credentials { access_key_id: "ak", secret: &secret, security_token: None };
    let with_token = Credentials { security_token: Some("token"), ..plain };

    let own = lines("text/plain");
    for (who, second, additional, expected) in [
        (plain, 1_702_743_657, &[][..], "e21d18daa82167720f9b1047ae7e7f1ce7cb77a31e8203a7d5f4624fa0284afe"),
        (with_token, 1_702_784_856, &[][..], "b94a3f999cf85bcdc00d332fbd3734ba03e48382c36fa4d5af5df817395bd9ea"),
        (
            plain,
            1_702_747_512,
            &["x-oss-no-exist", "ZAbc", "x-oss-head1", "abc"][..],
            "4a4183c187c07c8947db7620deb0a6b38d9fbdd34187b6dbaccb316fa251212f",
        ),
    ] {
        let signing = Signing { region: "cn-hangzhou", at: at(second), additional_headers: additional };
        let added = sign(&view("PUT", &query, &own), &resource, &who, &signing).unwrap();
        let line = added["authorization"].to_str().unwrap();
        assert!(line.ends_with(expected), "{line}");
        assert_eq!(line.contains(",AdditionalHeaders=abc;zabc,"), !additional.is_empty());
    }

    let own = lines("application/octet-stream");
    for (who, second, additional, expected) in [
        (plain, 1_702_781_677, &[][..], "a39966c61718be0d5b14e668088b3fa07601033f6518ac7b523100014269c0fe"),
        (with_token, 1_702_785_388, &[][..], "3817ac9d206cd6dfc90f1c09c00be45005602e55898f26f5ddb06d7892e1f8b5"),
        (
            plain,
            1_702_783_809,
            &["ZAbc", "abc"][..],
            "6bd984bfe531afb6db1f7550983a741b103a8c58e5e14f83ea474c2322dfa2b7",
        ),
    ] {
        let signing = Signing { region: "cn-hangzhou", at: at(second), additional_headers: additional };
        let signed = presign(&view("PUT", &query, &own), &resource, &who, &signing, 599);
        assert_eq!(signed.get("x-oss-signature"), Some(expected));
        let claim = Claim::from_query(&signed).unwrap();
        assert_eq!(verify(&secret, &view("PUT", &signed, &own), &resource, &claim), Ok(()));
    }
}

/// Captured from aliyun-oss-go-sdk 3.0.2, as sent: `Date` only, and written into the string to sign as it is.
#[test]
fn header_signature_of_the_go_sdk() {
    let query = OrderedQuery::default();
    let map = headers(&[
        ("content-type", "text/plain"),
        ("date", "Mon, 23 Nov 2026 23:16:01 GMT"),
        ("x-oss-content-sha256", "UNSIGNED-PAYLOAD"),
        ("x-oss-meta-name", "v1"),
        ("x-oss-security-token", TOKEN),
        (
            "authorization",
            "OSS4-HMAC-SHA256 Credential=LTAI5tEmulatorTestKey001/20261123/cn-hangzhou/oss/aliyun_v4_request,\
             Signature=83f1006424a769f6df1bfc988f8dec05011045ceea3949ce9a9f8c34b58b9057",
        ),
    ]);
    assert_eq!(check(&view("PUT", &query, &map), &OBJECT), Ok(()));
    let mut later = map.clone();
    headers::set(&mut later, "date", "Mon, 23 Nov 2026 23:16:02 GMT").unwrap();
    assert!(check(&view("PUT", &query, &later), &OBJECT).is_err());
}

#[test]
fn presigned_urls_of_the_sdks() {
    let none = HeaderMap::new();
    let range = headers(&[("range", "bytes=0-1")]);
    let scope = "LTAI5tEmulatorTestKey001%2F20260102%2Fcn-hangzhou%2Foss%2Faliyun_v4_request";
    let token = "x-oss-security-token=CAISfake%2Btoken%2F%3D%3D";
    let day = "x-oss-date=20260102T030405Z&x-oss-expires=3600&x-oss-signature-version=OSS4-HMAC-SHA256";
    let typed = "response-content-type=text%2Fplain%3B%20charset%3Dutf-8";
    for (raw, map, has_token) in [
        // oss2 2.19.1 (Python).
        (
            format!(
                "{typed}&acl&{day}&x-oss-credential={scope}&x-oss-signature=40baee0f7b87a3de2f2129b9aa03d3636c33e42f2d80a58b45448415dd56cdb4"
            ),
            &none,
            false,
        ),
        (
            format!(
                "{typed}&acl&{token}&{day}&x-oss-credential={scope}&x-oss-signature=ba1f365d6195abcd5fdf9f113039437ab3366177ab1ca554888c74358237425c"
            ),
            &none,
            true,
        ),
        // alibabacloud-oss-v2 1.4.1 (Python).
        (
            format!(
                "versionId=v1&empty&{day}&x-oss-credential={scope}&x-oss-signature=bb93c285316932b910b3949b9f24043f9b1763695fde5846fcd0be363ec6a8f5"
            ),
            &none,
            false,
        ),
        (
            format!(
                "versionId=v1&empty&{day}&x-oss-credential={scope}&{token}&x-oss-signature=271a29c31301c514506045d0be001d4b1c8231eddb75624e8e8043d936cd2b28"
            ),
            &none,
            true,
        ),
        (
            format!(
                "list-type=2&prefix=a%20b&{day}&x-oss-credential={scope}&{token}&x-oss-additional-headers=range&x-oss-signature=07335d8c744526f9b7ec122902c9e18fc00e05b85fdef7e4b1358a6611f5dd50"
            ),
            &range,
            true,
        ),
    ] {
        let query = query(&raw);
        assert!(is_presigned(&query));
        assert_eq!(check_url(&view("GET", &query, map), &OBJECT), Ok(()), "{raw}");
        let claim = Claim::from_query(&query).unwrap();
        assert_eq!((claim.time, claim.expires, claim.security_token.is_some()), (moment(), Some(3600), has_token));
    }
    // aliyun-oss-go-sdk 3.0.2.
    let query = query(
        "response-content-type=text%2Fplain%3B%20charset%3Dutf-8&x-oss-credential=LTAI5tEmulatorTestKey001%2F20261123\
         %2Fcn-hangzhou%2Foss%2Faliyun_v4_request&x-oss-date=20261123T231601Z&x-oss-expires=3600\
         &x-oss-security-token=CAISfake%2Btoken%2F%3D%3D\
         &x-oss-signature=9089fee86f197706c880607624d99740975794cdda3d7fd4c2e7235b6a7534b5\
         &x-oss-signature-version=OSS4-HMAC-SHA256",
    );
    assert_eq!(check_url(&view("GET", &query, &none), &OBJECT), Ok(()));
}
