//! Signatures: whatever the query and the headers are, what a client signs is right, and what is read of it is no panic.
#![no_main]

use acslab_emulator::signature::{
    Credentials, OrderedQuery, OssResource, Plus, Secret, SignedView, acs3, oss_v1, oss_v4, roa, rpc,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

// The bucket and the key, a query, then a line a header.
fuzz_target!(|text: &str| {
    let mut lines = text.split('\n');
    let (Some(path), Some(raw)) = (lines.next(), lines.next()) else { return };
    let Ok(query) = OrderedQuery::parse(raw, Plus::Space) else { return };
    assert_eq!(OrderedQuery::parse(&query.to_string(), Plus::Space).as_ref(), Ok(&query), "written and read again");

    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            headers.append(name, value);
        }
    }
    // As they came.
    let _ = (oss_v1::Claim::from_query(&query), oss_v1::Claim::from_headers(&headers).map(|claim| claim.time()));
    let _ = (oss_v4::Claim::from_query(&query), oss_v4::Claim::from_headers(&headers));
    let _ = (acs3::Claim::parse(&headers), roa::Claim::parse(&headers).map(|claim| claim.time()));
    let _ = rpc::Claim::parse(&query).map(|claim| (claim.time(), claim.method()));

    // Presigned, whatever else is in it.
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    let resource = OssResource { bucket: Some(bucket), key };
    let secret = Secret::new("secret".to_owned());
    let who = Credentials { access_key_id: "key", secret: &secret, security_token: None };
    let at = Timestamp::from_second(1_767_323_045).expect("a time");
    let view = SignedView { method: "GET", path: "/", query: &query, headers: &headers, body: b"" };
    if !oss_v1::is_presigned(&query) {
        let signed = oss_v1::presign(&view, &resource, &who, at);
        let claim = oss_v1::Claim::from_query(&signed).expect("what was just signed");
        let view = SignedView { query: &signed, ..view };
        assert!(oss_v1::verify(&secret, &view, &resource, &claim).is_ok(), "V1");
    }
    if !query.iter().any(|parameter| parameter.name.starts_with("x-oss-")) {
        let signing = oss_v4::Signing { region: "cn-hangzhou", at, additional_headers: &[] };
        let signed = oss_v4::presign(&view, &resource, &who, &signing, 3600);
        let claim = oss_v4::Claim::from_query(&signed).expect("what was just signed");
        let view = SignedView { query: &signed, ..view };
        assert!(oss_v4::verify(&secret, &view, &resource, &claim).is_ok(), "V4");
    }
    if !headers.iter().any(|(name, _)| name.as_str().starts_with("x-oss-") || name == "authorization") {
        // In a header: the canonical request is made of whatever else is there.
        let signing = oss_v4::Signing { region: "cn-hangzhou", at, additional_headers: &[] };
        let mut signed = headers.clone();
        if let Ok(added) = oss_v4::sign(&view, &resource, &who, &signing) {
            signed.extend(added);
            let view = SignedView { headers: &signed, ..view };
            let claim = oss_v4::Claim::from_headers(&signed).expect("what was just signed");
            assert!(oss_v4::verify(&secret, &view, &resource, &claim).is_ok(), "V4 in a header");
        }
    }
});
