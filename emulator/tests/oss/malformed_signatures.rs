//! Signatures that are none, with the code that the cloud has for each; and those that are too old.

use acslab_emulator::signature::{Credentials, OrderedQuery, OssResource, SignedView, oss_v1, oss_v4};
use acslab_emulator::{OssV1, Service};
use serde_json::Value;

use crate::kit::{self, Answer, Client, Raw, headers};
use crate::tools::{detail, done, start};

fn with_photo(client: &Client<'_>) {
    client.make("photos");
    done(&client.put("photos", "a.jpg", "picture"));
}

fn get(client: &Client<'_>, lines: &[(&str, &str)], query: &str) -> Answer {
    let host = client.emulator.address().to_string();
    let lines = [&[("host", host.as_str()), ("date", "Fri, 02 Jan 2026 03:04:05 GMT")], lines].concat();
    client.send(&Raw::new("GET", "/photos/a.jpg").query(query.to_owned()).headers(headers(&lines)))
}

#[test]
fn headers_that_cannot_be_read() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    with_photo(&owner);
    for (header, code) in [
        ("OSSxxx a:b", "0002-00000061"),
        ("OSS ab", "0002-00000062"),
        ("OSS :c2ln", "0002-00000063"),
        ("OSS  :c2ln", "0002-00000063"),
        ("OSS a\tb:c2ln", "0002-00000064"),
        ("OSS a b:c2ln", "0002-00000064"),
        ("OSS2 AccessKeyId:a,", "0002-00000102"),
        ("OSS2 AccessKeyId:a", "0002-00000102"),
        ("OSS2 AccessKeyId:a,Signature:b,UnknownKey:c", "0002-00000104"),
        ("OSS2 AccessKeyId:,AdditionalHeaders:host,Signature:b", "0002-00000106"),
        ("OSS2 AccessKeyId:a b,Signature:b", "0002-00000107"),
        ("OSS2 AccessKeyId:a,AdditionalHeaders:,Signature:b", "0002-00000076"),
    ] {
        let answer = get(&owner, &[("authorization", header)], "");
        answer.refused(400, "InvalidArgument");
        assert_eq!(detail(&answer), code, "{header}: {}", answer.text());
    }
    assert_eq!(get(&owner, &[("authorization", "OSS :c2ln")], "").message(), "Authorization header is invalid.");
    for (query, code) in [
        ("OSSAccessKeyId=a%09b&Expires=1767323046&Signature=x", "0002-00000073"),
        ("x-oss-signature-version=ABC&x-oss-expires=1&x-oss-signature=a&x-oss-access-key-id=b", "0002-00000066"),
        ("x-oss-signature-version=OSS2&x-oss-access-key-id=a&x-oss-signature=b", "0002-00000113"),
        ("x-oss-signature-version=OSS2&x-oss-expires=&x-oss-access-key-id=a&x-oss-signature=b", "0002-00000114"),
        ("x-oss-signature-version=OSS2&x-oss-expires=1&x-oss-access-key-id=a", "0002-00000117"),
        ("x-oss-signature-version=OSS2&x-oss-expires=1&x-oss-access-key-id=a&x-oss-signature=", "0002-00000118"),
    ] {
        let answer = get(&owner, &[], query);
        answer.refused(400, "InvalidArgument");
        assert_eq!(detail(&answer), code, "{query}: {}", answer.text());
    }
    for query in [
        "OSSAccessKeyId=a&Expires=soon&Signature=x",
        "x-oss-signature-version=OSS2&x-oss-expires=soon&x-oss-access-key-id=a&x-oss-signature=b",
    ] {
        let answer = get(&owner, &[], query);
        answer.refused(403, "AccessDenied");
        assert_eq!(detail(&answer), "0002-00000070", "{query}");
    }
    // Characters that no key has.
    let strange = get(&owner, &[("authorization", "OSS a_b-c:c2ln")], "");
    strange.refused(403, "InvalidAccessKeyId");
    assert_eq!(detail(&strange), "0002-00000901");
}

#[test]
fn headers_that_are_named_and_not_there() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    with_photo(&owner);
    let host = emulator.address().to_string();
    let own = headers(&[("host", &host), ("email", "a@b")]);
    let who = Credentials { access_key_id: &owner.key_id, secret: &owner.secret, security_token: None };
    let (resource, none) = (OssResource { bucket: Some("photos"), key: "a.jpg" }, OrderedQuery::default());
    let view = SignedView { method: "GET", path: "/photos/a.jpg", query: &none, headers: &own, body: b"" };
    let signing = oss_v4::Signing { region: "cn-hangzhou", at: owner.now(), additional_headers: &["email"] };
    let mut raw = Raw::new("GET", "/photos/a.jpg").headers(own.clone());
    raw.query = oss_v4::presign(&view, &resource, &who, &signing, 3600).to_string();
    assert_eq!(owner.send(&raw).text(), "picture");
    let mut other = raw.clone();
    other.headers.insert("email", "b@a".parse().expect("a header"));
    owner.send(&other).refused(403, "SignatureDoesNotMatch");
    raw.headers.remove("email");
    owner.send(&raw).refused(400, "InvalidArgument");
}

fn v1(client: &Client<'_>) -> Answer {
    let host = client.emulator.address().to_string();
    let own = headers(&[("host", &host)]);
    let who = Credentials { access_key_id: &client.key_id, secret: &client.secret, security_token: None };
    let (resource, none) = (OssResource { bucket: Some("photos"), key: "a.jpg" }, OrderedQuery::default());
    let view = SignedView { method: "GET", path: "/photos/a.jpg", query: &none, headers: &own, body: b"" };
    let mut raw = Raw::new("GET", "/photos/a.jpg").headers(own.clone());
    raw.headers.extend(oss_v1::sign(&view, &resource, &who, client.now()).expect("signed"));
    client.send(&raw)
}

#[test]
fn v1_as_old_and_as_new_accounts_have_it() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    with_photo(&owner);
    let cloud = emulator.gateway().cloud();
    let warning = |answer: &Answer| {
        let id = answer.headers["x-oss-request-id"].to_str().expect("text").to_owned();
        let entry = kit::Raw::new("GET", &format!("/_acslab/decisions/{id}")).send(emulator.address()).ok();
        entry.get("warning").and_then(Value::as_str).map(str::to_owned)
    };
    assert_eq!(cloud.oss.v1(), OssV1::Warn, "unless told otherwise");
    let answer = v1(&owner);
    assert_eq!(answer.text(), "picture");
    assert!(warning(&answer).is_some_and(|warning| warning.contains("V1")));
    assert_eq!(warning(&owner.on_object("GET", "photos", "a.jpg")), None);
    cloud.oss.set_v1(OssV1::Allow);
    assert_eq!(warning(&v1(&owner)), None);
    cloud.oss.set_v1(OssV1::Refuse);
    let refused = v1(&owner);
    refused.refused(403, "AccessDenied");
    assert_eq!(
        (refused.message().as_str(), detail(&refused).as_str()),
        ("V1 signature is forbidden.", "0002-00000080")
    );
    let url = get(&owner, &[], "OSSAccessKeyId=a&Expires=1767323046&Signature=x");
    assert_eq!(detail(url.refused(403, "AccessDenied")), "0002-00000080");
    assert_eq!(owner.on_object("GET", "photos", "a.jpg").status, 200, "V4 is what is wanted");
    // It is part of the state.
    assert_eq!(cloud.fork().expect("another cloud").oss.v1(), OssV1::Refuse);
}

/// New since March 2025 in China.
#[test]
fn the_first_signature_is_refused_from_new_accounts_alone() {
    let accounts = [
        ("old", Some("2025-02-28T15:59:59Z"), false),
        ("new", Some("2025-02-28T16:00:00Z"), true),
        ("newer", Some("2025-12-01T00:00:00Z"), true),
        ("unsaid", None, false),
    ];
    let mut builder = kit::builder().open(Service::Oss);
    for (number, (name, opened, _)) in accounts.iter().enumerate() {
        let id = format!("{:016}", 1_000_000_000_000_000 + number);
        builder = builder.account(name, &id);
        if let Some(opened) = opened {
            builder = builder.account_opened(&id, opened.parse().expect("a time"));
        }
    }
    let emulator = builder.start().expect("started");
    with_photo(&Client::owner(&emulator));
    // When it was opened is part of the state.
    let fork = emulator.fork().expect("another");
    for emulator in [&emulator, &fork] {
        for (number, (name, _, refused)) in accounts.iter().enumerate() {
            let owner = Client::owner_of(emulator, number);
            let answer = v1(&owner);
            // The bucket is the first one's: others may not read in it.
            assert_eq!(answer.status, if number == 0 { 200 } else { 403 }, "{name}: {}", answer.text());
            let too_new = number != 0 && detail(&answer) == "0002-00000080";
            assert_eq!(too_new, *refused, "{name}: {}", answer.text());
            let v4 = owner.on_object("GET", "photos", "a.jpg");
            assert!(number == 0 || detail(&v4) != "0002-00000080", "{name}: V4 is taken");
        }
    }
}

/// What is refused from all is refused from old accounts too, be it in a form, which says late whose it is.
#[test]
fn what_is_refused_from_all_is_refused_from_old_accounts() {
    let id = "1000000000000000";
    let opened = "2020-01-01T00:00:00Z".parse().expect("a time");
    let builder = kit::builder().open(Service::Oss).account("old", id).account_opened(id, opened);
    let emulator = builder.oss_v1(OssV1::Refuse).start().expect("started");
    let cloud = emulator.gateway().cloud();
    let account = cloud.account(id).expect("it is there");
    assert_eq!(cloud.oss.v1_of(Some(&account)), OssV1::Refuse);
    with_photo(&Client::owner(&emulator));
    assert_eq!(detail(&v1(&Client::owner(&emulator))), "0002-00000080");
}
