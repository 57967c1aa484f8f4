//! Keys: any bytes, wherever they stand.

use acslab_emulator::signature::{Credentials, OrderedQuery, OssResource, SignedView, oss_v1};

use crate::kit::{Client, Raw, headers};
use crate::tools::{detail, done, element, elements, start};

/// ossutil puts keys that are no text.
#[test]
fn a_key_is_any_bytes() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    // What stands for the byte FF, and what that character itself is.
    let (key, path) = ("\u{10FFFF}a", "/photos/%FFa");
    let other = "/photos/%F4%8F%BF%BFa";
    let ask = |method: &str, lines: &[(&str, &str)], body: &[u8]| {
        let mut raw = owner.oss_request(method, Some("photos"), key, &[], lines, body);
        path.clone_into(&mut raw.path);
        owner.send(&raw)
    };
    done(&ask("PUT", &[], b"bytes"));
    assert_eq!(ask("GET", &[], b"").text(), "bytes");
    let v1 = {
        let mut raw = Raw::new("GET", path).headers(headers(&[("host", &owner.host())]));
        let query = OrderedQuery::default();
        let view = SignedView { method: "GET", path, query: &query, headers: &raw.headers, body: b"" };
        let who = Credentials { access_key_id: &owner.key_id, secret: &owner.secret, security_token: None };
        let added =
            oss_v1::sign(&view, &OssResource { bucket: Some("photos"), key }, &who, owner.now()).expect("signed");
        raw.headers.extend(added);
        owner.send(&raw)
    };
    assert_eq!(v1.text(), "bytes");
    let listed = owner.on_bucket("GET", "photos", &[("encoding-type", "url")]);
    assert_eq!(elements(&listed, "Key"), ["%FFa"]);
    done(&owner.with("PUT", "photos", "copy", &[("x-oss-copy-source", path)]));
    assert_eq!(owner.on_object("GET", "photos", "copy").text(), "bytes");
    owner.with("PUT", "photos", "copy", &[("x-oss-copy-source", other)]).refused(404, "NoSuchKey");
    // Who may read everything in a folder may not read beside it, whatever the bytes.
    let user = owner.user("reader");
    owner.grant("reader", "Some", &crate::kit::policy("Allow", "oss:GetObject", "acs:oss:*:*:photos/a*"));
    let mut raw = user.oss_request("GET", Some("photos"), key, &[], &[], b"");
    path.clone_into(&mut raw.path);
    user.send(&raw).refused(403, "AccessDenied");
    assert_eq!(ask("DELETE", &[], b"").status, 204);
    ask("GET", &[], b"").refused(404, "NoSuchKey");
    owner.on_object("PUT", "photos", &"a".repeat(1024)).refused(400, "InvalidObjectName");
}

/// A character that stands for a byte within the emulator is itself wherever a client writes it.
#[test]
fn what_stands_for_bytes_within_stands_for_none_outside() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let (of_bytes, of_text) = ("/photos/%FFa", "/photos/%F4%8F%BF%BFa");
    let ask = |method: &str, path: &str, body: &[u8]| {
        let key = if path == of_bytes { "\u{10FFFF}a" } else { "\u{10FFF4}\u{10FF8F}\u{10FFBF}\u{10FFBF}a" };
        let mut raw = owner.oss_request(method, Some("photos"), key, &[], &[], body);
        path.clone_into(&mut raw.path);
        owner.send(&raw)
    };
    done(&ask("PUT", of_bytes, b"bytes"));
    done(&ask("PUT", of_text, b"text"));
    // Where it is not encoded, a list shows the bytes that a key has, though no document may have them.
    let listed = owner.on_bucket("GET", "photos", &[]);
    let has = |part: &[u8]| listed.body.windows(part.len()).filter(|bytes| *bytes == part).count();
    assert_eq!([has(b"<Key>\xFFa</Key>"), has("<Key>\u{10FFFF}a</Key>".as_bytes())], [1, 1]);
    // What a list begins with, and goes on from.
    let list = |query: &[(&str, &str)]| {
        let query = [&[("encoding-type", "url")], query].concat();
        let answer = owner.on_bucket("GET", "photos", &query);
        (elements(&answer, "Key"), elements(&answer, "Prefix"))
    };
    let one = || vec!["%F4%8F%BF%BFa".to_owned()];
    assert_eq!(list(&[("prefix", "\u{10FFFF}")]), (one(), vec!["%F4%8F%BF%BF".to_owned()]));
    assert_eq!(list(&[("list-type", "2"), ("prefix", "\u{10FFFF}")]).0, one());
    assert_eq!(list(&[("versions", ""), ("prefix", "\u{10FFFF}")]).0, one());
    assert_eq!(list(&[("marker", "\u{10FFFF}a")]).0, ["%FFa"]);
    // The bytes of one cannot be written there.
    let mut raw = owner.oss_request("GET", Some("photos"), "", &[("prefix", "a")], &[], b"");
    raw.query = "prefix=%FF".to_owned();
    owner.send(&raw).refused(400, "InvalidURI");
    // Of a document too.
    let delete = |key: &str| {
        let body = format!("<Delete><Object><Key>{key}</Key></Object></Delete>");
        owner.oss("POST", Some("photos"), "", &[("delete", "")], &[], body.as_bytes())
    };
    assert_eq!(element(done(&delete("\u{10FFFF}a")), "Key"), "\u{10FFFF}a");
    assert_eq!((ask("GET", of_text, b"").status, ask("GET", of_bytes, b"").text().as_str()), (404, "bytes"));
}

/// Java's client says so in a header.
#[test]
fn the_keys_of_deleted_objects_are_encoded_by_a_parameter_or_a_header() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let delete = |query: &[(&str, &str)], lines: &[(&str, &str)]| {
        let body = b"<Delete><Object><Key>&#1;x</Key></Object></Delete>";
        owner.oss("POST", Some("photos"), "", &[&[("delete", "")], query].concat(), lines, body)
    };
    let url = [("encoding-type", "url")];
    for answer in [delete(&url, &[]), delete(&[], &url), delete(&[], &[("Encoding-type", "URL")])] {
        assert_eq!([element(done(&answer), "EncodingType"), element(&answer, "Key")], ["url", "%01x"]);
    }
    assert_eq!(element(&delete(&[], &[]), "Key"), "\u{1}x");
    delete(&[], &[("encoding-type", "base64")]).refused(400, "InvalidArgument");
    // What cannot be read says why.
    let wrong = |body: &str| owner.oss("POST", Some("photos"), "", &[("delete", "")], &[], body.as_bytes());
    let other = wrong("<Foo></Foo>");
    assert_eq!(element(&other, "ErrorDetail"), "the root node is not named Delete.");
    let many = wrong(&format!("<Delete>{}</Delete>", "<Object><Key>a</Key></Object>".repeat(1001)));
    for refused in [other, many, wrong("<Delete><Object></Delete>")] {
        assert_eq!((refused.refused(400, "MalformedXML").status, detail(&refused).as_str()), (400, "0016-00000608"));
    }
}

/// Java's client sends what it does not escape.
#[test]
fn an_ampersand_that_begins_no_reference_is_one() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let body = "<RefererConfiguration><AllowEmptyReferer>true</AllowEmptyReferer><RefererList><Referer>http://a&&b</Referer></RefererList></RefererConfiguration>";
    done(&owner.oss("PUT", Some("photos"), "", &[("referer", "")], &[], body.as_bytes()));
    assert_eq!(element(&owner.on_bucket("GET", "photos", &[("referer", "")]), "Referer"), "http://a&amp;&amp;b");
    done(&owner.put("photos", "a&b", "x"));
    let delete = b"<Delete><Object><Key>a&b</Key></Object></Delete>";
    done(&owner.oss("POST", Some("photos"), "", &[("delete", "")], &[], delete));
    owner.on_object("GET", "photos", "a&b").refused(404, "NoSuchKey");
}
