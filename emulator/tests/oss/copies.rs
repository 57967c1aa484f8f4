//! Copies and parts, as the official clients send them.

use crate::clients::put;
use crate::kit::Client;
use crate::tools::{done, element, header, start};

/// Node's client sends what a copy depends on by both its names.
#[test]
fn conditions_are_those_of_the_source() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let etag = header(done(&owner.put("photos", "s", "x")), "etag").to_owned();
    let copy = |lines: &[(&str, &str)]| {
        owner.with("PUT", "photos", "copy", &[&[("x-oss-copy-source", "/photos/s")][..], lines].concat())
    };
    done(&copy(&[("if-match", &etag), ("x-oss-copy-source-if-match", &etag)]));
    assert_eq!(copy(&[("if-none-match", &etag), ("x-oss-copy-source-if-none-match", &etag)]).status, 304);
    copy(&[("if-match", "x"), ("x-oss-copy-source-if-match", "x")]).refused(412, "PreconditionFailed");
    let since = [("if-modified-since", "Fri, 02 Jan 2026 03:04:05 GMT")];
    done(&owner.oss("POST", Some("photos"), "big", &[("uploads", "")], &since, b""));
    owner.with("PUT", "photos", "k", &since).refused(400, "NotImplemented");
}

/// What clients send besides what names the operation.
#[test]
fn a_version_and_an_order_that_are_not_looked_at() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&put(
        &owner,
        &[("versioning", "")],
        "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
    ));
    let one = header(done(&owner.put("photos", "s", "one")), "x-oss-version-id").to_owned();
    done(&owner.put("photos", "s", "two"));
    let source = format!("/photos/s?versionId={one}");
    let lines = [("x-oss-copy-source", source.as_str())];
    done(&owner.oss("PUT", Some("photos"), "copy", &[("versionId", &one)], &lines, b""));
    assert_eq!(owner.on_object("GET", "photos", "copy").text(), "one");
    // The source's version counts in the header alone.
    done(&owner.oss("PUT", Some("photos"), "copy", &[("versionId", &one)], &[("x-oss-copy-source", "/photos/s")], b""));
    assert_eq!(owner.on_object("GET", "photos", "copy").text(), "two");

    let begun = owner.oss("POST", Some("photos"), "big", &[("uploads", ""), ("sequential", "")], &[], b"");
    let id = element(done(&begun), "UploadId");
    let of =
        |more: &[(&'static str, &'static str)]| [&[("uploadId", id.as_str()), ("sequential", "")][..], more].concat();
    let part = owner.oss("PUT", Some("photos"), "big", &of(&[("partNumber", "1")]), &[], b"1");
    let second = [of(&[("partNumber", "2")]), vec![("versionId", one.as_str())]].concat();
    let copied = owner.oss("PUT", Some("photos"), "big", &second, &lines, b"");
    done(&part);
    let etag = header(done(&copied), "etag");
    let body = format!(
        "<CompleteMultipartUpload><Part><PartNumber>2</PartNumber><ETag>{etag}</ETag></Part></CompleteMultipartUpload>"
    );
    let sse = [("x-oss-server-side-encryption", "KMS")];
    owner.oss("POST", Some("photos"), "big", &of(&[]), &sse, body.as_bytes()).refused(400, "InvalidArgument");
    done(&owner.oss("POST", Some("photos"), "big", &of(&[]), &[], body.as_bytes()));
    assert_eq!(owner.on_object("GET", "photos", "big").text(), "one");

    // Python's client says of a version that it deletes that it is a symlink.
    let link = owner.oss("PUT", Some("photos"), "link", &[("symlink", "")], &[("x-oss-symlink-target", "s")], b"");
    let version = header(done(&link), "x-oss-version-id").to_owned();
    let gone = owner.oss("DELETE", Some("photos"), "link", &[("symlink", ""), ("versionId", &version)], &[], b"");
    assert_eq!((gone.status, header(&gone, "x-oss-version-id")), (204, version.as_str()));
    // Nowhere else may a version stand that nobody looks at.
    owner.oss("PUT", Some("photos"), "k", &[("versionId", &one)], &[], b"x").refused(405, "MethodNotAllowed");
}

/// Which key of KMS, and by what it is used, says nothing where KMS encrypts nothing.
#[test]
fn of_encryption_by_oss_s_own_keys_nothing_more_is_kept() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let told =
        ["x-oss-server-side-encryption", "x-oss-server-side-encryption-key-id", "x-oss-server-side-data-encryption"];
    for (algorithm, kept) in [("AES256", "AES256"), ("SM4", "SM4"), ("", "")] {
        let lines: Vec<_> = [(told[0], algorithm), (told[1], "9468da86"), (told[2], "SM4")]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let stored = owner.oss("PUT", Some("photos"), "k", &[], &lines, b"x");
        let read = owner.on_object("HEAD", "photos", "k");
        for answer in [done(&stored), done(&read)] {
            assert_eq!(told.map(|name| header(answer, name)), [kept, "", ""], "{algorithm}");
        }
    }
}

#[test]
fn what_a_client_says_of_its_own_encryption_is_listed() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let lines = [
        ("x-oss-meta-client-side-encryption-key", "k"),
        ("x-oss-meta-client-side-encryption-start", "s"),
        ("x-oss-meta-client-side-encryption-wrap-alg", "RSA/NONE/PKCS1Padding"),
        ("x-oss-meta-client-side-encryption-cek-alg", "AES/CTR/NoPadding"),
    ];
    let id = element(&owner.oss("POST", Some("photos"), "k", &[("uploads", "")], &lines, b""), "UploadId");
    let listed = owner.oss("GET", Some("photos"), "k", &[("uploadId", &id)], &[], b"");
    assert_eq!(
        [element(&listed, "ClientEncryptionWrapAlg"), element(&listed, "ClientEncryptionCekAlg")],
        ["RSA/NONE/PKCS1Padding", "AES/CTR/NoPadding"]
    );
}

/// An upload is held to what a client says of its own encryption where that is one of OSS's clients.
#[test]
fn parts_are_copied_into_what_another_client_encrypts() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "s", "x"));
    for (algorithm, status) in [("AES/CTR/NoPadding", 400), ("CTR", 200)] {
        let lines = [
            ("x-oss-meta-client-side-encryption-key", "k"),
            ("x-oss-meta-client-side-encryption-cek-alg", algorithm),
            ("x-oss-meta-client-side-encryption-data-size", "1"),
            ("x-oss-meta-client-side-encryption-part-size", "1"),
        ];
        let id = element(&owner.oss("POST", Some("photos"), "k", &[("uploads", "")], &lines, b""), "UploadId");
        let query = [("partNumber", "1"), ("uploadId", id.as_str())];
        let copied = owner.oss("PUT", Some("photos"), "k", &query, &[("x-oss-copy-source", "/photos/s")], b"");
        assert_eq!(copied.status, status, "{algorithm}");
    }
}

#[test]
fn a_copy_in_parts_says_the_version_of_its_source_all_along() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let upload = |method: &str, query: &[(&str, &str)], body: &[u8]| {
        let query: Vec<_> = query.iter().copied().chain([("versionId", "CAEQ")]).collect();
        owner.oss(method, Some("photos"), "k", &query, &[], body)
    };
    let id = element(&upload("POST", &[("uploads", "")], b""), "UploadId");
    done(&owner.oss("PUT", Some("photos"), "k", &[("partNumber", "1"), ("uploadId", &id)], &[], b"x"));
    done(&upload("GET", &[("uploadId", &id)], b""));
    let tag = element(&upload("GET", &[("uploadId", &id)], b""), "ETag");
    let all = format!(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{tag}</ETag></Part></CompleteMultipartUpload>"
    );
    done(&upload("POST", &[("uploadId", &id)], all.as_bytes()));
    let id = element(&upload("POST", &[("uploads", "")], b""), "UploadId");
    assert_eq!(upload("DELETE", &[("uploadId", &id)], b"").status, 204);
}
