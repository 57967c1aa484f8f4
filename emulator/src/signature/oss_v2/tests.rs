use super::*;
use crate::signature::samples::{KEY_ID, TOKEN, headers, long_lived, moment, query, secret, tampered, temporary};

const KEY: &str = "dir/a b+*~测试.txt";
const OBJECT: OssResource<'static> = OssResource { bucket: Some("examplebucket"), key: KEY };
const BUCKET: OssResource<'static> = OssResource { bucket: Some("examplebucket"), key: "" };
const SERVICE: OssResource<'static> = OssResource { bucket: None, key: "" };
const DATE: &str = "Fri, 27 Nov 2026 03:16:34 GMT";

fn view<'a>(method: &'a str, query: &'a OrderedQuery, headers: &'a HeaderMap) -> SignedView<'a> {
    SignedView { method, path: "/", query, headers, body: b"" }
}

fn check(view: &SignedView<'_>, resource: &OssResource<'_>) -> Result<(), Mismatch> {
    verify(&secret(), view, resource, &Claim::from_headers(view.headers).unwrap())
}

/// oss2 2.19.1 (Python), `AuthV2`.
#[test]
fn signed_by_the_python_sdk() {
    let signed = |rest: &str| format!("OSS2 AccessKeyId:{KEY_ID},{rest}");
    let cases: [(&str, &str, &[(&str, &str)], OssResource<'_>, &str); 3] = [
        (
            "PUT",
            "acl=&b%20k=v%2F1",
            &[("content-type", "text/plain"), ("content-md5", "XrY7u+Ae7tCTyyK7j1rNww=="), ("x-oss-meta-name", "v")],
            OBJECT,
            "Signature:behQgr+H802gqUWlFbl/TwakYXy7z37YgDWbvNVi+6Y=",
        ),
        (
            "GET",
            "prefix=a",
            &[("range", "bytes=0-1"), ("x-oss-meta-z", "1")],
            BUCKET,
            "AdditionalHeaders:range,Signature:894EPbDFfkna4yYN6La5LKd19u0d7uu6okHA6O28YsU=",
        ),
        ("GET", "", &[], SERVICE, "Signature:9dSL1A6G50gQCUdwV1LHfW8+1ew5XpI2tXztW+zwkuE="),
    ];
    for (method, raw, lines, resource, rest) in cases {
        let query = query(raw);
        let mut map = headers(lines);
        map.extend(headers(&[("date", DATE), ("authorization", &signed(rest))]));
        assert_eq!(check(&view(method, &query, &map), &resource), Ok(()), "{method} {raw}");
        assert!(check(&view("POST", &query, &map), &resource).is_err());
    }
}

#[test]
fn presigned_by_the_python_sdk() {
    let raw = format!(
        "versionId=x%20y&x-oss-signature-version=OSS2&x-oss-expires=1767323105&x-oss-access-key-id={KEY_ID}\
         &x-oss-additional-headers=range&x-oss-signature=sr98DvL0hO0iehNGYMLXQiaNCIpFaQHR1wxC9sbtqRU%3D"
    );
    let (query_of_it, map) = (query(&raw), headers(&[("range", "bytes=0-1")]));
    let verify = |query: &OrderedQuery, map: &HeaderMap| {
        verify(&secret(), &view("GET", query, map), &OBJECT, &Claim::from_query(query).unwrap())
    };
    assert_eq!(verify(&query_of_it, &map), Ok(()));
    assert!(verify(&query(&format!("{raw}&more=1")), &map).is_err(), "every parameter is signed");
    assert!(verify(&query_of_it, &headers(&[("range", "bytes=0-2")])).is_err());
    assert!(verify(&query_of_it, &HeaderMap::new()).is_err());
}

#[test]
fn what_is_signed_here_is_right_and_nothing_of_it_can_be_changed() {
    let key = secret();
    let params = query("uploads&partNumber=1");
    let own = headers(&[("content-type", "text/plain"), ("x-oss-meta-a", "1"), ("range", "bytes=0-1")]);
    for who in [long_lived(&key), temporary(&key)] {
        let mut all = own.clone();
        all.extend(sign(&view("PUT", &params, &own), &OBJECT, &who, moment(), &["Range", "absent"]).unwrap());
        assert_eq!(check(&view("PUT", &params, &all), &OBJECT), Ok(()));
        let claim = Claim::from_headers(&all).unwrap();
        assert_eq!((claim.access_key_id, claim.security_token), (KEY_ID, who.security_token));
        assert_eq!((claim.time(), claim.additional_headers), (Ok(moment()), vec!["range".to_owned()]));
        for changed in tampered(&all, &["content-type", "x-oss-meta-a", "range", "date"]) {
            let claim = Claim::from_headers(&changed);
            let view = view("PUT", &params, &changed);
            assert!(claim.is_err() || verify(&key, &view, &OBJECT, &claim.unwrap()).is_err());
        }
        let url = presign(&view("GET", &params, &own), &OBJECT, &who, moment(), &["range"]);
        let claim = Claim::from_query(&url).unwrap();
        assert_eq!(verify(&key, &view("GET", &url, &own), &OBJECT, &claim), Ok(()));
        assert_eq!(claim.security_token, who.security_token.map(|_| TOKEN));
        assert!(verify(&key, &view("GET", &url, &own), &BUCKET, &claim).is_err());
    }
}

#[test]
fn what_is_none() {
    use ClaimError::{Empty, Malformed, Missing};
    let of = |text: &str| {
        let map = headers(&[("date", DATE), ("authorization", text)]);
        Claim::from_headers(&map).map(|_| ()).unwrap_err()
    };
    assert_eq!(of("OSS2 AccessKeyId:a,"), Malformed("Authorization"));
    assert_eq!(of("OSS2 AccessKeyId:a"), Missing("Signature"));
    assert_eq!(of("OSS2 AccessKeyId:,Signature:b"), Missing("AccessKeyId"));
    assert_eq!(of("OSS2 AccessKeyId:a,Signature:b,Other:c"), Malformed("Authorization"));
    assert_eq!(of("OSS2 AccessKeyId:a,AccessKeyId:a,Signature:b"), Malformed("Authorization"));
    assert_eq!(of("OSS2 AccessKeyId:a,AdditionalHeaders:,Signature:b"), Empty("AdditionalHeaders"));
    let url = |raw: &str| Claim::from_query(&query(raw)).map(|_| ()).unwrap_err();
    assert_eq!(url("x-oss-access-key-id=a&x-oss-signature=b"), Missing("x-oss-expires"));
    assert_eq!(url("x-oss-expires=&x-oss-signature=b"), Empty("x-oss-expires"));
    assert_eq!(url("x-oss-expires=1&x-oss-access-key-id=&x-oss-signature=b"), Empty("x-oss-access-key-id"));
    assert_eq!(url("x-oss-expires=soon&x-oss-access-key-id=a&x-oss-signature=b"), Malformed("x-oss-expires"));
}
