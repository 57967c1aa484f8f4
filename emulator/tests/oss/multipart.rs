//! Multipart uploads.

use crate::kit::{Answer, Client};
use crate::tools::{done, element, elements, header, start};

const BIG: usize = 100 << 10;

fn begin(owner: &Client<'_>, key: &str) -> String {
    let lines = [("content-type", "text/plain"), ("x-oss-meta-a", "1")];
    element(&owner.oss("POST", Some("photos"), key, &[("uploads", "")], &lines, b""), "UploadId")
}

fn part(owner: &Client<'_>, key: &str, id: &str, number: &str, content: &[u8]) -> Answer {
    owner.oss("PUT", Some("photos"), key, &[("partNumber", number), ("uploadId", id)], &[], content)
}

fn complete(owner: &Client<'_>, key: &str, id: &str, parts: &[(u16, &str)]) -> Answer {
    let part =
        |(number, etag): &(u16, &str)| format!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>");
    let parts = parts.iter().map(part).collect::<Vec<_>>().concat();
    let body = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
    owner.oss("POST", Some("photos"), key, &[("uploadId", id)], &[], body.as_bytes())
}

#[test]
fn an_upload() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let id = begin(&owner, "big");
    let (first, last) = (vec![b'a'; BIG], b"end".to_vec());
    let one = header(done(&part(&owner, "big", &id, "1", &first)), "etag").to_owned();
    let two = header(done(&part(&owner, "big", &id, "7", &last)), "etag").to_owned();
    let listed = owner.oss("GET", Some("photos"), "big", &[("uploadId", &id)], &[], b"");
    assert_eq!(
        (elements(&listed, "PartNumber"), elements(&listed, "Size")),
        (vec!["1".to_owned(), "7".to_owned()], vec![BIG.to_string(), "3".to_owned()])
    );
    assert_eq!(elements(&owner.on_bucket("GET", "photos", &[("uploads", "")]), "UploadId"), std::slice::from_ref(&id));
    // An upload under way keeps its bucket, and is no object yet.
    owner.on_object("GET", "photos", "big").refused(404, "NoSuchKey");
    let kept = owner.on_bucket("DELETE", "photos", &[]);
    assert!(kept.refused(409, "BucketNotEmpty").message().starts_with("The bucket has Multipart Uploads."));
    let whole = complete(&owner, "big", &id, &[(1, &one), (7, &two)]);
    assert!(element(&whole, "ETag").ends_with("-2\""), "{}", whole.text());
    let get = owner.on_object("GET", "photos", "big");
    assert_eq!(get.body, [first, last].concat());
    assert_eq!(
        ["content-type", "x-oss-meta-a", "x-oss-object-type", "content-md5"].map(|name| header(&get, name)),
        ["text/plain", "1", "Multipart", ""]
    );
    part(&owner, "big", &id, "8", b"late").refused(404, "NoSuchUpload");
}

#[test]
fn what_does_not_make_an_object() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let id = begin(&owner, "big");
    let one = header(done(&part(&owner, "big", &id, "1", b"small")), "etag").to_owned();
    let two = header(done(&part(&owner, "big", &id, "2", b"small too")), "etag").to_owned();
    for number in ["0", "10001", "x", ""] {
        part(&owner, "big", &id, number, b"x").refused(400, "InvalidArgument");
    }
    part(&owner, "other", &id, "1", b"x").refused(404, "NoSuchUpload");
    part(&owner, "big", "none", "1", b"x").refused(404, "NoSuchUpload");
    complete(&owner, "big", &id, &[]).refused(400, "MalformedXML");
    complete(&owner, "big", &id, &[(2, &two), (1, &one)]).refused(400, "InvalidPartOrder");
    complete(&owner, "big", &id, &[(1, "\"other\"")]).refused(400, "InvalidPart");
    complete(&owner, "big", &id, &[(3, &one)]).refused(400, "InvalidPart");
    complete(&owner, "big", &id, &[(1, &one), (2, &two)]).refused(400, "EntityTooSmall");
    done(&complete(&owner, "big", &id, &[(2, &two)]));
    assert_eq!(owner.on_object("GET", "photos", "big").text(), "small too");
}

#[test]
fn an_upload_that_is_given_up() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let id = begin(&owner, "big");
    let abort = || owner.oss("DELETE", Some("photos"), "big", &[("uploadId", &id)], &[], b"");
    assert_eq!(abort().status, 204);
    abort().refused(404, "NoSuchUpload");
    assert_eq!(owner.on_bucket("DELETE", "photos", &[]).status, 204);
}

#[test]
fn parts_that_are_copied() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "source", "0123456789"));
    let id = begin(&owner, "big");
    let lines = [("x-oss-copy-source", "/photos/source"), ("x-oss-copy-source-range", "bytes=2-4")];
    let query = [("partNumber", "1"), ("uploadId", id.as_str())];
    let copied = owner.oss("PUT", Some("photos"), "big", &query, &lines, b"");
    let etag = element(&copied, "ETag");
    done(&complete(&owner, "big", &id, &[(1, &etag)]));
    assert_eq!(owner.on_object("GET", "photos", "big").text(), "234");
    // It says how it is encrypted, as any part does.
    let kms = [("x-oss-server-side-encryption", "KMS"), ("x-oss-server-side-data-encryption", "SM4")];
    let begun = owner.oss("POST", Some("photos"), "sealed", &[("uploads", "")], &kms, b"");
    let query = [("partNumber", "1"), ("uploadId", &element(&begun, "UploadId"))];
    let copied = owner.oss("PUT", Some("photos"), "sealed", &query, &lines, b"");
    for (name, value) in kms {
        assert_eq!(header(done(&copied), name), value);
    }
    assert!(!header(&copied, "x-oss-server-side-encryption-key-id").is_empty());
}

#[test]
fn uploads_are_listed_page_by_page_and_by_their_beginnings() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let keys = ["a", "b/1", "b/1", "b/2", "c"];
    let begun: Vec<_> = keys.iter().map(|key| (*key, begin(&owner, key))).collect();
    let list = |query: &[(&str, &str)]| owner.on_bucket("GET", "photos", &[&[("uploads", "")], query].concat());
    let all = list(&[]);
    assert_eq!(elements(&all, "Key"), keys);
    assert_eq!(element(&all, "IsTruncated"), "false");
    // Clients look for them on the last page as well.
    assert_eq!([element(&all, "NextKeyMarker"), element(&all, "NextUploadIdMarker")], ["c", &begun[4].1]);
    let (mut seen, mut after) = (Vec::new(), (String::new(), String::new()));
    loop {
        let markers = [("key-marker", after.0.as_str()), ("upload-id-marker", after.1.as_str())];
        let page = list(&[&[("max-uploads", "2")][..], &markers].concat());
        seen.extend(elements(&page, "UploadId"));
        after = (element(&page, "NextKeyMarker"), element(&page, "NextUploadIdMarker"));
        if element(&page, "IsTruncated") == "false" {
            break;
        }
    }
    let mut ids = begun.clone();
    ids.sort();
    assert_eq!(seen, ids.into_iter().map(|(_, id)| id).collect::<Vec<_>>());
    let gathered = list(&[("delimiter", "/")]);
    assert_eq!(elements(&gathered, "Key"), ["a", "c"]);
    assert_eq!(element(&gathered, "CommonPrefixes").trim(), "<Prefix>b/</Prefix>");
    let behind = list(&[("prefix", "b/"), ("key-marker", "b/1")]);
    assert_eq!(elements(&behind, "Key"), ["b/2"]);
    assert_eq!(["KeyMarker", "UploadIdMarker"].map(|name| element(&behind, name)), ["", ""]);
    let page = list(&[("delimiter", "/"), ("max-uploads", "2")]);
    assert_eq!([element(&page, "NextKeyMarker"), element(&page, "NextUploadIdMarker")], ["b/", ""]);
    assert_eq!(elements(&list(&[("delimiter", "/"), ("key-marker", "b/")]), "Key"), ["c"]);
}

#[test]
fn parts_are_listed_page_by_page() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let id = begin(&owner, "big");
    for number in ["1", "3", "7"] {
        done(&part(&owner, "big", &id, number, b"x"));
    }
    let list = |query: &[(&str, &str)]| {
        let answer = owner.oss("GET", Some("photos"), "big", &[&[("uploadId", id.as_str())], query].concat(), &[], b"");
        (elements(&answer, "PartNumber"), element(&answer, "IsTruncated"), element(&answer, "NextPartNumberMarker"))
    };
    let page = |numbers: &[&str], truncated: &str, next: &str| {
        (numbers.iter().map(|number| (*number).to_owned()).collect::<Vec<_>>(), truncated.to_owned(), next.to_owned())
    };
    let none = begin(&owner, "none");
    let none = owner.oss("GET", Some("photos"), "none", &[("uploadId", none.as_str())], &[], b"");
    assert_eq!([element(&none, "PartNumberMarker"), element(&none, "NextPartNumberMarker")], ["0", ""]);
    assert_eq!(list(&[("max-parts", "2")]), page(&["1", "3"], "true", "3"));
    assert_eq!(list(&[("max-parts", "2"), ("part-number-marker", "3")]), page(&["7"], "false", "7"));
    assert_eq!(list(&[("part-number-marker", "9")]), page(&[], "false", "9"));
}
