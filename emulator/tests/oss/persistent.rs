//! Headers of a client's own that are kept with an object.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use acslab_emulator::cloud::KeptHeaders;

use crate::browser::post;
use crate::kit::Client;
use crate::tools::{done, element, header, start};

const NAME: &str = "x-oss-persistent-headers";

fn line(name: &str, value: &[u8]) -> String {
    format!("{name}:{}", BASE64_STANDARD.encode(value))
}

#[test]
fn headers_of_a_client_s_own_are_kept_by_whatever_makes_an_object() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let lines = format!("{},{}", line("X-One", b"1"), line("x-two", "測".as_bytes()));
    let kept = [(NAME, lines.as_str())];
    let text = |answer: &crate::kit::Answer| answer.headers.get("x-two").map(|value| value.as_bytes().to_vec());
    done(&owner.with("PUT", "photos", "put", &kept));
    done(&owner.oss("POST", Some("photos"), "append", &[("append", ""), ("position", "0")], &kept, b"x"));
    let copy = [("x-oss-copy-source", "/photos/append"), ("x-oss-metadata-directive", "REPLACE"), kept[0]];
    done(&owner.with("PUT", "photos", "copy", &copy));
    let upload = element(&owner.oss("POST", Some("photos"), "parts", &[("uploads", "")], &[], b""), "UploadId");
    let part = [("partNumber", "1"), ("uploadId", upload.as_str())];
    done(&owner.oss("PUT", Some("photos"), "parts", &part, &[], b"x"));
    let all = [kept[0], ("x-oss-complete-all", "yes")];
    done(&owner.oss("POST", Some("photos"), "parts", &[("uploadId", &upload)], &all, b""));
    // A form that nobody signed.
    done(&owner.oss("PUT", Some("photos"), "", &[("acl", "")], &[("x-oss-acl", "public-read-write")], b""));
    done(&post(&owner, &[("key", "form"), kept[0]], "x"));
    for key in ["put", "append", "copy", "parts", "form"] {
        let got = owner.on_object("GET", "photos", key);
        assert_eq!((header(&got, "x-one"), text(&got)), ("1", Some("測".into())), "{key}");
    }
}

#[test]
fn what_oss_or_http_says_is_nobody_else_s() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let refused = |text: &str, more: &[(&str, &str)]| {
        let answer = owner.with("PUT", "photos", "a", &[&[(NAME, text)], more].concat());
        answer.refused(400, "InvalidArgument");
        element(&answer, "Message")
    };
    for name in [
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "Upgrade",
        "Trailer",
        "Keep-Alive",
        "TE",
        "ETag",
        "Last-Modified",
        "Content-MD5",
        "Content-Range",
        "Accept-Ranges",
        "Location",
        "Server",
        "Date",
        "Vary",
        "Host",
        "Origin",
        "Range",
        "Set-Cookie",
        "Access-Control-Allow-Origin",
        "x-oss-request-id",
        "x-oss-meta-a",
        "Expires",
        "Content-Type",
    ] {
        let message = refused(&line(name, b"9"), &[]);
        assert_eq!(message, "The header specified by persistent header is reserved.", "{name}");
    }
    for (text, more, end) in [
        ("a", &[][..], "is invalid, should be \"name:Base64Encode(value),name:Base64Encode(value)...\""),
        ("a b:OQ==", &[], "is not valid HTTP token."),
        ("x-a:9", &[], "is not base64 encoded."),
        ("x-a:/w==", &[], "is not utf-8 encoded."),
        ("x-a:YQpi", &[], "contains CR or LF."),
        ("x-a:OQ==", &[("x-a", "8")], "is not equal to request header value."),
    ] {
        assert!(refused(text, more).ends_with(end), "{text}");
    }
    done(&owner.with("PUT", "photos", "a", &[(NAME, "x-a:OQ=="), ("x-a", "9")]));
}

/// Whoever writes a state may write such headers into it: an object that is read from there has none.
#[test]
fn what_a_state_holds_neither_frames_an_answer_nor_answers_for_oss() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "a", "xyz"));
    let pairs = [
        ("content-length", "9"),
        ("transfer-encoding", "chunked"),
        ("connection", "close"),
        ("etag", "\"zzz\""),
        ("content-range", "bytes 0-0/1"),
        ("x-one", "1"),
        ("content-type", "text/x"),
    ];
    let pairs = pairs.map(|(name, value)| (http::HeaderName::from_static(name), http::HeaderValue::from_static(value)));
    let kept: KeptHeaders = pairs.iter().map(|(name, value)| (name, value)).collect();
    let changed = emulator.gateway().cloud().buckets.change("photos", |bucket| {
        let mut object = acslab_emulator::cloud::Object::clone(bucket.objects.get("a").expect("an object"));
        object.headers = kept;
        bucket.objects.put("a", object, bucket.versioning);
    });
    changed.expect("a bucket");
    let emulator = emulator.fork().expect("a copy");
    let owner = Client::owner(&emulator);
    for method in ["GET", "HEAD"] {
        let got = owner.on_object(method, "photos", "a");
        assert_eq!((got.status, header(&got, "content-length"), header(&got, "x-one")), (200, "3", "1"));
        assert_eq!(header(&got, "content-type"), "text/x");
        for name in ["transfer-encoding", "content-range"] {
            assert!(!got.headers.contains_key(name), "{name}");
        }
        assert_eq!(got.headers.get_all("etag").iter().count(), 1);
    }
    assert_eq!(owner.on_object("GET", "photos", "a").text(), "xyz");
}
