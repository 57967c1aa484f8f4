//! What answers say besides, and how they are packed.

use std::io::Read;

use flate2::read::GzDecoder;

use crate::kit::Client;
use crate::tools::{done, header, open, start};

#[test]
fn text_is_packed_for_whoever_takes_it_packed() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let text = "a line of text\n".repeat(1000);
    for (key, kind) in [("a.txt", "text/plain"), ("a.json", "application/json; charset=utf-8"), ("a.jpg", "image/jpg")]
    {
        done(&owner.oss("PUT", Some("photos"), key, &[], &[("content-type", kind)], text.as_bytes()));
    }
    done(&owner.oss("PUT", Some("photos"), "small", &[], &[("content-type", "text/plain")], &[b'x'; 1023]));
    let packing = [("content-type", "text/plain"), ("content-encoding", "br")];
    done(&owner.oss("PUT", Some("photos"), "packed", &[], &packing, text.as_bytes()));
    let gzip = ("accept-encoding", "gzip, deflate");
    for key in ["a.txt", "a.json"] {
        let read = owner.with("GET", "photos", key, &[gzip]);
        assert_eq!(
            (read.status, header(&read, "content-encoding"), header(&read, "transfer-encoding")),
            (200, "gzip", "chunked")
        );
        for name in ["content-length", "etag", "content-md5"] {
            assert_eq!(header(&read, name), "", "{name}");
        }
        let mut unpacked = String::new();
        GzDecoder::new(&read.body[..]).read_to_string(&mut unpacked).expect("what was packed");
        assert_eq!(unpacked, text);
    }
    for (key, lines) in [
        ("a.txt", vec![]),
        ("a.txt", vec![("accept-encoding", "identity")]),
        ("a.txt", vec![gzip, ("range", "bytes=0-2000")]),
        ("a.jpg", vec![gzip]),
        ("small", vec![gzip]),
        ("packed", vec![gzip]),
    ] {
        let read = owner.with("GET", "photos", key, &lines);
        assert_ne!(header(&read, "content-encoding"), "gzip", "{key}");
        assert!(!header(&read, "content-length").is_empty() && !header(&read, "etag").is_empty(), "{key}");
    }
    // Its length is that of what is kept.
    assert_eq!(header(&owner.with("HEAD", "photos", "a.txt", &[gzip]), "content-length"), text.len().to_string());
}

#[test]
fn who_pays_is_told() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let partner = Client::owner_of(&emulator, 1);
    open(&emulator, "6543210987654321");
    owner.make("photos");
    done(&owner.put("photos", "k", "x"));
    let lets = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:*"],"Principal":["6543210987654321"],"Resource":["acs:oss:*:*:photos","acs:oss:*:*:photos/*"]}]}"#;
    done(&owner.oss("PUT", Some("photos"), "", &[("policy", "")], &[], lets.as_bytes()));
    let pays = [("x-oss-request-payer", "requester")];
    let charged = |who: &Client<'_>, method: &str, key: &str| {
        let answer = who.with(method, "photos", key, &pays);
        (answer.status, header(&answer, "x-oss-request-charged").to_owned())
    };
    assert_eq!(charged(&partner, "GET", "k"), (200, String::new()));
    let payer = "<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>";
    done(&owner.oss("PUT", Some("photos"), "", &[("requestPayment", "")], &[], payer.as_bytes()));
    let requester = "requester".to_owned();
    for (method, key, status) in
        [("GET", "k", 200), ("HEAD", "k", 200), ("PUT", "new", 200), ("GET", "", 200), ("DELETE", "new", 204)]
    {
        assert_eq!(charged(&partner, method, key), (status, requester.clone()), "{method} {key}");
    }
    // What the owner asks for the owner pays, and for what was refused nobody.
    assert_eq!(charged(&owner, "GET", "k"), (200, String::new()));
    assert_eq!(charged(&partner, "GET", "none"), (404, String::new()));
}

#[test]
fn an_accelerated_endpoint_knows_no_list_of_buckets_and_makes_none() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let there = owner.at("oss-accelerate.aliyuncs.com");
    there.oss("GET", None, "", &[], &[], b"").refused(405, "MethodNotAllowed");
    let accelerated = "<TransferAccelerationConfiguration><Enabled>true</Enabled></TransferAccelerationConfiguration>";
    done(&owner.oss("PUT", Some("photos"), "", &[("transferAcceleration", "")], &[], accelerated.as_bytes()));
    for (bucket, method) in [("other", "PUT"), ("photos", "DELETE")] {
        let mut request = owner.oss_request(method, Some(bucket), "", &[], &[], b"");
        request.path = "/".to_owned();
        let host = format!("{bucket}.oss-accelerate-overseas.aliyuncs.com").parse().expect("a host");
        request.headers.insert("host", host);
        owner.send(&request).refused(405, "MethodNotAllowed");
    }
    done(&owner.on_bucket("GET", "photos", &[("bucketInfo", "")]));
}
