//! Objects.

use base64::Engine;

use crate::kit::{Client, Raw, headers};
use crate::tools::{detail, done, element, elements, header, order, start};

const LAST_MODIFIED: &str = "Fri, 02 Jan 2026 03:04:05 GMT";

#[test]
fn an_object_under_oss_s_own_keys_says_so() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let line = ("x-oss-server-side-encryption", "AES256");
    let put = owner.oss("PUT", Some("photos"), "a.jpg", &[], &[line], b"picture");
    assert_eq!(header(done(&put), line.0), line.1);
    let got = owner.on_object("GET", "photos", "a.jpg");
    assert_eq!((got.text().as_str(), header(&got, line.0)), ("picture", line.1));
    assert_eq!(header(&owner.on_object("HEAD", "photos", "a.jpg"), line.0), line.1);
    done(&owner.put("photos", "a.jpg", "plain"));
    assert!(!owner.on_object("GET", "photos", "a.jpg").headers.contains_key(line.0));
}

#[test]
fn an_object_from_its_making_to_its_end() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let lines = [
        ("content-type", "image/jpeg"),
        ("cache-control", "no-cache"),
        ("content-disposition", "attachment;filename=a.jpg"),
        ("content-encoding", "utf-8"),
        ("expires", "Fri, 28 Feb 2030 05:38:42 GMT"),
        ("x-oss-meta-author", "somebody"),
        ("x-other", "is not kept"),
    ];
    let put = owner.oss("PUT", Some("photos"), "dir/a b+%.jpg", &[], &lines, b"123456789");
    assert_eq!((put.status, put.body.len()), (200, 0));
    for (name, value) in [
        ("etag", "\"25F9E794323B453885F5181F1B624D0B\""),
        ("content-md5", "JfnnlDI7RTiF9RgfG2JNCw=="),
        ("x-oss-hash-crc64ecma", "11051210869376104954"),
        ("x-oss-server-time", "0"),
    ] {
        assert_eq!(header(&put, name), value, "{name}");
    }
    let get = owner.on_object("GET", "photos", "dir/a b+%.jpg");
    let head = owner.on_object("HEAD", "photos", "dir/a b+%.jpg");
    assert_eq!((get.status, get.text().as_str()), (200, "123456789"));
    assert_eq!((head.status, head.body.len()), (200, 0));
    for answer in [&get, &head] {
        for (name, value) in &lines[..6] {
            assert_eq!(header(answer, name), *value, "{name}");
        }
        for (name, value) in [
            ("etag", "\"25F9E794323B453885F5181F1B624D0B\""),
            ("content-length", "9"),
            ("last-modified", LAST_MODIFIED),
            ("accept-ranges", "bytes"),
            ("x-oss-object-type", "Normal"),
            ("x-oss-storage-class", "Standard"),
            ("x-oss-hash-crc64ecma", "11051210869376104954"),
            ("x-other", ""),
        ] {
            assert_eq!(header(answer, name), value, "{name}");
        }
    }
    let meta = owner.oss("HEAD", Some("photos"), "dir/a b+%.jpg", &[("objectMeta", "")], &[], b"");
    assert_eq!(
        ["content-length", "last-modified", "content-type"].map(|name| header(&meta, name)),
        ["9", LAST_MODIFIED, ""]
    );
    // As older SDKs ask: the same, by GET.
    let by_get = owner.oss("GET", Some("photos"), "dir/a b+%.jpg", &[("objectMeta", "")], &[], b"");
    for name in ["content-length", "last-modified", "etag"] {
        assert_eq!(header(&by_get, name), header(&meta, name), "{name}");
    }
    for _ in 0..2 {
        assert_eq!(owner.on_object("DELETE", "photos", "dir/a b+%.jpg").status, 204);
    }
    let gone = owner.on_object("GET", "photos", "dir/a b+%.jpg");
    gone.refused(404, "NoSuchKey");
    assert_eq!(order(&gone), ["Error", "Code", "Message", "RequestId", "HostId", "Key", "EC", "RecommendDoc"]);
    assert_eq!((element(&gone, "Key").as_str(), detail(&gone).as_str()), ("dir/a b+%.jpg", "0026-00000001"));
}

#[test]
fn the_error_of_a_head_is_in_a_header() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let answer = owner.on_object("HEAD", "photos", "none");
    assert_eq!((answer.status, answer.body.len()), (404, 0));
    assert_eq!(header(&answer, "x-oss-ec"), "0026-00000001");
    let error = base64::prelude::BASE64_STANDARD.decode(header(&answer, "x-oss-err")).expect("base64");
    assert!(String::from_utf8(error).expect("text").contains("<Code>NoSuchKey</Code>"));
}

#[test]
fn a_type_that_nobody_gave() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "a", ""));
    let get = owner.on_object("GET", "photos", "a");
    assert_eq!(
        (header(&get, "content-type"), header(&get, "content-length"), get.text().as_str()),
        ("application/octet-stream", "0", "")
    );
}

#[test]
fn ranges() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "a", "0123456789"));
    let get = |range: &str, behavior: &str| {
        owner.with("GET", "photos", "a", &[("range", range), ("x-oss-range-behavior", behavior)])
    };
    let part = get("bytes=2-4", "");
    assert_eq!((part.status, part.text().as_str(), header(&part, "content-range")), (206, "234", "bytes 2-4/10"));
    assert_eq!((header(&part, "content-length"), header(&part, "content-md5")), ("3", ""));
    assert_eq!(get("bytes=-3", "").text(), "789");
    assert_eq!(get("bytes=8-", "").text(), "89");
    let whole = get("bytes=5-20", "");
    assert_eq!((whole.status, whole.text().as_str(), header(&whole, "content-range")), (200, "0123456789", ""));
    assert_eq!(get("bytes=5-20", "standard").text(), "56789");
    assert_eq!(get("bytes=20-30", "").status, 200);
    let beyond = get("bytes=20-30", "standard");
    beyond.refused(416, "InvalidRange");
    assert_eq!(
        (element(&beyond, "ActualObjectSize"), element(&beyond, "RangeRequested")),
        ("10".into(), "bytes=20-30".into())
    );
}

#[test]
fn conditions() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let etag = header(&owner.put("photos", "a", "a"), "etag").to_owned();
    let status = |method: &str, name: &str, value: &str| owner.with(method, "photos", "a", &[(name, value)]).status;
    let (before, after) = ("Fri, 02 Jan 2026 03:04:04 GMT", "Fri, 02 Jan 2026 03:04:06 GMT");
    for method in ["GET", "HEAD"] {
        assert_eq!(status(method, "if-match", &etag), 200);
        assert_eq!(status(method, "if-match", "\"other\""), 412);
        assert_eq!(status(method, "if-none-match", &etag), 304);
        assert_eq!(status(method, "if-none-match", "\"other\""), 200);
        assert_eq!(status(method, "if-modified-since", before), 200);
        assert_eq!(status(method, "if-modified-since", LAST_MODIFIED), 304);
        assert_eq!(status(method, "if-modified-since", "soon"), 200);
        assert_eq!(status(method, "if-unmodified-since", before), 412);
        assert_eq!(status(method, "if-unmodified-since", after), 200);
    }
    let unchanged = owner.with("GET", "photos", "a", &[("if-none-match", &etag)]);
    assert_eq!((header(&unchanged, "etag"), unchanged.body.len()), (etag.as_str(), 0));
    let failed = owner.with("GET", "photos", "a", &[("if-match", "\"other\"")]);
    failed.refused(412, "PreconditionFailed");
    assert_eq!(element(&failed, "Condition"), "If-Match");
}

#[test]
fn headers_that_the_reader_wants() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.oss("PUT", Some("photos"), "", &[("acl", "")], &[("x-oss-acl", "public-read")], b""));
    done(&owner.put("photos", "a", "a"));
    let wanted = [
        ("response-content-type", "text/css"),
        ("response-content-disposition", "inline"),
        ("response-cache-control", "no-store"),
        ("response-content-language", "de"),
        ("response-content-encoding", "x-none"),
        ("response-expires", "Thu, 01 Feb 2012 17:00:00 GMT"),
    ];
    let get = owner.oss("GET", Some("photos"), "a", &wanted, &[], b"");
    for (name, value) in wanted {
        assert_eq!(header(&get, name.trim_start_matches("response-")), value);
    }
    let answer = crate::tools::unsigned(&owner, "GET", "/photos/a", "response-content-type=text/css");
    answer.refused(400, "InvalidRequest");
    assert_eq!(answer.message(), "Request specific response headers cannot be used for anonymous GET requests.");
}

#[test]
fn what_is_not_written() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "kept", "kept"));
    let put = |key: &str, lines: &[(&str, &str)]| owner.oss("PUT", Some("photos"), key, &[], lines, b"new");
    let digest = put("kept", &[("content-md5", "JfnnlDI7RTiF9RgfG2JNCw==")]);
    digest.refused(400, "InvalidDigest");
    put("kept", &[("content-md5", "short")]).refused(400, "InvalidDigest");
    let exists = put("kept", &[("x-oss-forbid-overwrite", "true")]);
    exists.refused(409, "FileAlreadyExists");
    assert_eq!(detail(&exists), "0026-00000002");
    put("kept", &[("x-oss-storage-class", "Cheap")]).refused(400, "InvalidArgument");
    let acl = put("kept", &[("x-oss-object-acl", "public")]);
    acl.refused(400, "InvalidArgument");
    assert_eq!(acl.message(), "no such object access control exists");
    put("kept", &[("x-oss-server-side-encryption", "RC4")]).refused(400, "InvalidEncryptionAlgorithmError");
    put("\\kept", &[]).refused(400, "InvalidObjectName");
    put(&"k".repeat(1024), &[]).refused(400, "InvalidObjectName");
    owner.put("none", "kept", "new").refused(404, "NoSuchBucket");
    assert_eq!(owner.on_object("GET", "photos", "kept").text(), "kept");
    done(&put("kept", &[("x-oss-forbid-overwrite", "false"), ("content-md5", "Iq9kXRhZy1ym2gxITx836g==")]).clone());
}

#[test]
fn a_body_says_how_long_it_is() {
    use std::io::{Read, Write};
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    // The kit always says it; this goes over the wire by hand.
    let raw: Raw = owner.oss_request("PUT", Some("photos"), "a", &[], &[], b"");
    let mut text = format!("PUT {} HTTP/1.1\r\nconnection: close\r\n", raw.path);
    for (name, value) in &raw.headers {
        text = format!("{text}{name}: {}\r\n", value.to_str().expect("text"));
    }
    let ask = |more: &str| {
        let mut stream = std::net::TcpStream::connect(emulator.address()).expect("a connection");
        stream.write_all(format!("{text}{more}").as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    };
    let without = ask("\r\n");
    assert!(without.starts_with("HTTP/1.1 411 ") && without.contains("<Code>MissingContentLength</Code>"), "{without}");
    let chunked = ask("transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    assert!(chunked.starts_with("HTTP/1.1 200 "), "{chunked}");
    assert_eq!(owner.on_object("GET", "photos", "a").text(), "abc");
}

#[test]
fn copies() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    owner.make("prints");
    let lines = [("x-oss-meta-a", "1"), ("content-type", "image/jpeg"), ("x-oss-tagging", "k=v")];
    done(&owner.with("PUT", "photos", "dir/测试 a", &lines));
    let etag = header(&owner.on_object("HEAD", "photos", "dir/测试 a"), "etag").to_owned();
    let source = ("x-oss-copy-source", "/photos/dir/%E6%B5%8B%E8%AF%95%20a");
    let copied = owner.with("PUT", "prints", "copy", &[source]);
    assert_eq!(
        (element(&copied, "ETag"), element(&copied, "LastModified")),
        (etag.clone(), "2026-01-02T03:04:05.000Z".into())
    );
    let head = owner.on_object("HEAD", "prints", "copy");
    assert_eq!(
        ["x-oss-meta-a", "content-type", "x-oss-tagging-count"].map(|name| header(&head, name)),
        ["1", "image/jpeg", "1"]
    );
    let replaced = [
        source,
        ("x-oss-metadata-directive", "REPLACE"),
        ("x-oss-meta-b", "2"),
        ("x-oss-tagging-directive", "Replace"),
    ];
    done(&owner.with("PUT", "prints", "copy", &replaced));
    let head = owner.on_object("HEAD", "prints", "copy");
    assert_eq!(["x-oss-meta-a", "x-oss-meta-b", "x-oss-tagging-count"].map(|name| header(&head, name)), ["", "2", ""]);
    let put = |lines: &[(&str, &str)]| owner.with("PUT", "prints", "copy", lines);
    put(&[("x-oss-copy-source", "photos")]).refused(400, "InvalidArgument");
    put(&[("x-oss-copy-source", "/photos/none")]).refused(404, "NoSuchKey");
    put(&[("x-oss-copy-source", "/none/none")]).refused(404, "NoSuchBucket");
    put(&[("x-oss-copy-source", "/photos/dir/a?versionId=1")]).refused(400, "InvalidArgument");
    put(&[source, ("x-oss-metadata-directive", "MOVE")]).refused(400, "InvalidArgument");
    put(&[source, ("x-oss-forbid-overwrite", "true")]).refused(409, "FileAlreadyExists");
    put(&[source, ("x-oss-copy-source-if-match", "other")]).refused(412, "PreconditionFailed");
    assert_eq!(put(&[source, ("x-oss-copy-source-if-none-match", &etag)]).status, 304);
}

#[test]
fn acls_and_tags_of_objects() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "a", "a"));
    let on = |method: &str, name: &str, lines: &[(&str, &str)], body: &str| {
        owner.oss(method, Some("photos"), "a", &[(name, "")], lines, body.as_bytes())
    };
    assert_eq!(element(&on("GET", "acl", &[], ""), "Grant"), "default");
    done(&on("PUT", "acl", &[("x-oss-object-acl", "public-read")], ""));
    assert_eq!(element(&on("GET", "acl", &[], ""), "Grant"), "public-read");
    done(&on("PUT", "acl", &[("x-oss-object-acl", "default")], ""));
    assert_eq!(element(&on("GET", "acl", &[], ""), "Grant"), "default");
    on("PUT", "acl", &[], "").refused(400, "MissingArgument");
    on("PUT", "acl", &[("x-oss-object-acl", "x")], "").refused(400, "InvalidArgument");
    let tags = "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>";
    done(&on("PUT", "tagging", &[], tags));
    assert_eq!(
        (
            element(&on("GET", "tagging", &[], ""), "Key"),
            header(&owner.on_object("HEAD", "photos", "a"), "x-oss-tagging-count")
        ),
        ("k".into(), "1")
    );
    assert_eq!(on("DELETE", "tagging", &[], "").status, 204);
    assert!(elements(&on("GET", "tagging", &[], ""), "Key").is_empty());
    owner.oss("GET", Some("photos"), "none", &[("acl", "")], &[], b"").refused(404, "NoSuchKey");
    owner.oss("PUT", Some("photos"), "none", &[("tagging", "")], &[], tags.as_bytes()).refused(404, "NoSuchKey");
}

#[test]
fn many_are_deleted_at_once() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    for key in ["a", "b", "c", "d&e"] {
        done(&owner.put("photos", key, ""));
    }
    let delete = |query: &[(&str, &str)], lines: &[(&str, &str)], body: &str| {
        let query = [&[("delete", "")], query].concat();
        owner.oss("POST", Some("photos"), "", &query, lines, body.as_bytes())
    };
    let loud = delete(
        &[],
        &[],
        "<Delete><Quiet>false</Quiet><Object><Key>a</Key></Object><Object><Key>none</Key></Object></Delete>",
    );
    assert_eq!(order(&loud), ["DeleteResult", "Deleted", "Key", "Deleted", "Key"]);
    assert_eq!(elements(&loud, "Key"), ["a", "none"]);
    let quiet = delete(&[], &[], "<Delete><Quiet>true</Quiet><Object><Key>b</Key></Object></Delete>");
    assert_eq!((quiet.status, quiet.body.len()), (200, 0));
    let encoded = delete(&[("encoding-type", "url")], &[], "<Delete><Object><Key>d&amp;e</Key></Object></Delete>");
    assert_eq!((element(&encoded, "EncodingType"), element(&encoded, "Key")), ("url".into(), "d%26e".into()));
    let left = |owner: &Client<'_>| elements(&owner.on_bucket("GET", "photos", &[]), "Key");
    assert_eq!(left(&owner), ["c"]);
    let one = "<Delete><Object><Key>c</Key></Object></Delete>";
    delete(&[], &[("content-md5", "JfnnlDI7RTiF9RgfG2JNCw==")], one).refused(400, "InvalidDigest");
    let many = format!("<Delete>{}</Delete>", "<Object><Key>c</Key></Object>".repeat(1001));
    for body in [
        "",
        "<Delete>",
        "<Delete></Delete>",
        "<Delete><Object><Key></Key></Object></Delete>",
        &many,
        &format!("{one}{}", " ".repeat(2 << 20)),
    ] {
        delete(&[], &[], body).refused(400, "MalformedXML");
    }
    assert_eq!(left(&owner), ["c"]);
}

#[test]
fn headers_of_an_answer_come_once() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "a", "a"));
    let get = owner.on_object("GET", "photos", "a");
    for name in ["content-type", "etag", "content-length", "date", "server"] {
        assert_eq!(get.headers.get_all(name).iter().count(), 1, "{name}");
    }
    let raw = Raw::new("GET", "/photos/a").headers(headers(&[("host", "x")]));
    owner.send(&raw).refused(403, "AccessDenied");
}
