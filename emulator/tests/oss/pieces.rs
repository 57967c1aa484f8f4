//! Objects written piece by piece, symlinks, and what is archived.
#![allow(clippy::large_stack_arrays, reason = "pieces have the least size that OSS takes")]

use crate::kit::{Answer, Client};
use crate::tools::{detail, done, element, header, start};

fn append(owner: &Client<'_>, key: &str, position: &str, lines: &[(&str, &str)], piece: &[u8]) -> Answer {
    owner.oss("POST", Some("photos"), key, &[("append", ""), ("position", position)], lines, piece)
}

#[test]
fn an_object_grows_at_its_end() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let wrong = append(&owner, "log", "5", &[], b"x");
    wrong.refused(409, "PositionNotEqualToLength");
    assert_eq!(header(&wrong, "x-oss-next-append-position"), "0");
    let first = append(&owner, "log", "0", &[("x-oss-meta-a", "1"), ("x-oss-tagging", "k=v")], b"12345");
    assert_eq!(header(done(&first), "x-oss-next-append-position"), "5");
    assert_eq!(
        header(done(&append(&owner, "log", "5", &[("x-oss-tagging", "%")], b"6789")), "x-oss-hash-crc64ecma"),
        "11051210869376104954"
    );
    let wrong = append(&owner, "log", "5", &[], b"x");
    wrong.refused(409, "PositionNotEqualToLength");
    assert_eq!((header(&wrong, "x-oss-next-append-position"), detail(&wrong).as_str()), ("9", "0026-00000016"));
    let head = owner.on_object("HEAD", "photos", "log");
    assert_eq!(
        ["x-oss-object-type", "x-oss-meta-a", "x-oss-next-append-position", "content-md5", "x-oss-tagging-count"]
            .map(|name| header(&head, name)),
        ["Appendable", "1", "9", "", "1"]
    );
    assert_eq!(owner.on_object("GET", "photos", "log").text(), "123456789");
    for position in ["", "x", "-1"] {
        append(&owner, "log", position, &[], b"x").refused(400, "MissingArgument");
    }
    owner.oss("POST", Some("photos"), "log", &[("append", "")], &[], b"x").refused(400, "MissingArgument");
    done(&owner.put("photos", "plain", "x"));
    append(&owner, "plain", "1", &[], b"x").refused(409, "ObjectNotAppendable");
    let seal =
        |position: &str| owner.oss("POST", Some("photos"), "log", &[("seal", ""), ("position", position)], &[], b"");
    seal("3").refused(409, "PositionNotEqualToLength");
    assert!(!header(done(&seal("9")), "x-oss-sealed-time").is_empty());
    append(&owner, "log", "9", &[], b"x").refused(400, "AppendSealedObjectNotAllowed");
    done(&owner.put("photos", "log", "new"));
    assert_eq!(header(&owner.on_object("HEAD", "photos", "log"), "x-oss-object-type"), "Normal");
}

#[test]
fn a_name_for_another_object() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let link = |key: &str, target: &str| {
        owner.oss(
            "PUT",
            Some("photos"),
            key,
            &[("symlink", "")],
            &[
                ("x-oss-symlink-target", target),
                ("x-oss-meta-l", "1"),
                ("content-type", "text/x"),
                ("cache-control", "no"),
            ],
            b"",
        )
    };
    link("link", "").refused(400, "MissingArgument");
    done(&link("link", "dir%2Ftar%20get"));
    owner.on_object("GET", "photos", "link").refused(404, "SymlinkTargetNotExist");
    done(&owner.put("photos", "dir/tar get", "content"));
    let get = owner.on_object("GET", "photos", "link");
    assert_eq!(
        (get.text(), header(&get, "x-oss-object-type"), header(&get, "x-oss-meta-l")),
        ("content".into(), "Symlink", "1")
    );
    assert_eq!(header(&owner.on_object("HEAD", "photos", "link"), "content-length"), "7");
    let read = |key: &str| owner.oss("GET", Some("photos"), key, &[("symlink", "")], &[], b"");
    let told = read("link");
    let names = ["x-oss-symlink-target", "x-oss-meta-l", "content-type", "cache-control"];
    assert_eq!(names.map(|name| header(done(&told), name)), ["dir/tar%20get", "1", "text/x", ""]);
    read("dir/tar get").refused(400, "NotSymlink");
    read("nothing").refused(404, "NoSuchKey");
    done(&link("second", "link"));
    let wrong = owner.on_object("GET", "photos", "second");
    wrong.refused(400, "InvalidTargetType");
    // Who may read the link and not what it stands for reads neither.
    let user = owner.nobody("reader");
    owner.grant("reader", "Read", &crate::kit::policy("Allow", "oss:GetObject", "acs:oss:*:*:photos/link"));
    user.on_object("GET", "photos", "link").refused(403, "AccessDenied");
    done(&read("link"));
    assert_eq!(owner.on_object("DELETE", "photos", "link").status, 204);
    assert_eq!(owner.on_object("GET", "photos", "dir/tar get").text(), "content");
}

#[test]
fn what_is_archived_is_restored_by_the_clock() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let put = |key: &str, class: &str| {
        done(&owner.oss("PUT", Some("photos"), key, &[], &[("x-oss-storage-class", class)], b"cold"));
    };
    for (key, class) in [("warm", "IA"), ("a", "Archive"), ("c", "ColdArchive")] {
        put(key, class);
    }
    let restore =
        |key: &str, body: &str| owner.oss("POST", Some("photos"), key, &[("restore", "")], &[], body.as_bytes());
    let clean = |key: &str| owner.oss("POST", Some("photos"), key, &[("cleanRestoredObject", "")], &[], b"");
    let state = |key: &str| header(&owner.on_object("HEAD", "photos", key), "x-oss-restore").to_owned();
    let forward =
        |minutes: i64| emulator.gateway().cloud().clock.advance(minutes * 60_000).map(|_| ()).expect("a time");
    assert_eq!(detail(&restore("warm", "")), "0016-00000702");
    owner.on_object("GET", "photos", "a").refused(403, "InvalidObjectState");
    owner.with("PUT", "photos", "copy", &[("x-oss-copy-source", "/photos/a")]).refused(403, "InvalidObjectState");
    clean("a").refused(409, "ArchiveRestoreFileStale");
    let tiered = "<RestoreRequest><Days>2</Days><JobParameters><Tier>Expedited</Tier></JobParameters></RestoreRequest>";
    restore("a", tiered).refused(400, "MalformedXML");
    restore("c", &tiered.replace("Expedited", "Now")).refused(400, "InvalidArgument");
    assert_eq!(restore("a", "").status, 202);
    assert_eq!(state("a"), "ongoing-request=\"true\"");
    restore("a", "").refused(409, "RestoreAlreadyInProgress");
    assert_eq!(detail(&clean("a")), "0016-00000719");
    let cold = restore("c", tiered);
    assert_eq!((cold.status, header(&cold, "x-oss-object-restore-priority")), (202, "Expedited"));
    forward(2);
    assert!(state("a").starts_with("ongoing-request=\"false\", expiry-date=\""), "{}", state("a"));
    assert_eq!(owner.on_object("GET", "photos", "a").text(), "cold");
    assert_eq!(restore("a", "<RestoreRequest><Days>3</Days></RestoreRequest>").status, 200);
    owner.on_object("GET", "photos", "c").refused(403, "InvalidObjectState");
    forward(60);
    assert_eq!(owner.on_object("GET", "photos", "c").text(), "cold");
    let listed = owner.on_bucket("GET", "photos", &[("prefix", "c")]);
    assert!(element(&listed, "RestoreInfo").starts_with("ongoing-request=\"false\""));
    done(&clean("c"));
    owner.on_object("GET", "photos", "c").refused(403, "InvalidObjectState");
    forward(4 * 24 * 60);
    owner.on_object("GET", "photos", "a").refused(403, "InvalidObjectState");
    let direct = b"<ArchiveDirectReadConfiguration><Enabled>true</Enabled></ArchiveDirectReadConfiguration>";
    done(&owner.oss("PUT", Some("photos"), "", &[("bucketArchiveDirectRead", "")], &[], direct));
    assert_eq!(owner.on_object("GET", "photos", "a").text(), "cold");
}

#[test]
fn parts_in_order_and_all_of_them() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let begun = owner.oss("POST", Some("photos"), "big", &[("uploads", ""), ("sequential", "")], &[], b"");
    let id = element(done(&begun), "UploadId");
    let part = |number: &str, content: &[u8]| {
        owner.oss("PUT", Some("photos"), "big", &[("partNumber", number), ("uploadId", &id)], &[], content)
    };
    done(&part("1", &[b'a'; 100 << 10]));
    part("3", b"x").refused(400, "PartNotSequential");
    done(&part("2", b"end"));
    let both =
        owner.oss("POST", Some("photos"), "big", &[("uploadId", &id)], &[("x-oss-complete-all", "yes")], b"<x/>");
    assert_eq!(detail(&both), "0042-00000216");
    let all = owner.oss(
        "POST",
        Some("photos"),
        "big",
        &[("uploadId", &id)],
        &[("x-oss-complete-all", "yes"), ("x-oss-object-acl", "public-read")],
        b"",
    );
    done(&all);
    let head = owner.on_object("HEAD", "photos", "big");
    assert_eq!((header(&head, "content-length"), header(&head, "content-md5").is_empty()), ("102403", false));
    let acl = owner.oss("GET", Some("photos"), "big", &[("acl", "")], &[], b"");
    assert_eq!(element(&acl, "Grant"), "public-read");
    assert_eq!(detail(&part("1", b"x")), "0042-00000104");
    let abort = owner.oss("DELETE", Some("photos"), "big", &[("uploadId", &id)], &[], b"");
    assert_eq!(detail(&abort), "0042-00000002");
}

#[test]
fn content_that_is_not_what_was_said_of_it() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let put = |lines: &[(&str, &str)]| owner.oss("PUT", Some("photos"), "k", &[], lines, b"123456789");
    put(&[("content-md5", "JfnnlDI7RTiF9RgfG2JNCA==")]).refused(400, "InvalidDigest");
    put(&[("content-md5", "x")]).refused(400, "InvalidDigest");
    put(&[("x-oss-hash-crc64ecma", "1")]).refused(400, "InvalidCRC64");
    put(&[("if-modified-since", "Fri, 02 Jan 2026 03:04:05 GMT")]).refused(400, "NotImplemented");
    put(&[("x-oss-traffic-limit", "1")]).refused(400, "InvalidArgument");
    put(&[("x-oss-server-side-encryption", "RC4")]).refused(400, "InvalidEncryptionAlgorithmError");
    put(&[("x-oss-meta-big", &"x".repeat(9000))]).refused(400, "InvalidArgument");
    owner.on_object("GET", "photos", "k").refused(404, "NoSuchKey");
    let kms = [("x-oss-server-side-encryption", "KMS"), ("x-oss-hash-crc64ecma", "11051210869376104954")];
    let stored = put(&kms);
    assert_eq!(header(done(&stored), "x-oss-server-side-encryption"), "KMS");
    assert!(!header(&owner.on_object("HEAD", "photos", "k"), "x-oss-server-side-encryption-key-id").is_empty());
}

#[test]
fn callbacks_fail_and_what_was_written_stays() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let put = |callback: &str| owner.oss("PUT", Some("photos"), "k", &[], &[("x-oss-callback", callback)], b"x");
    // {"callbackUrl":"http://a.b","callbackBody":"b"}
    let failed = put("eyJjYWxsYmFja1VybCI6Imh0dHA6Ly9hLmIiLCJjYWxsYmFja0JvZHkiOiJiIn0=");
    assert_eq!(
        (failed.status, element(&failed, "Code").as_str(), detail(&failed).as_str()),
        (203, "CallbackFailed", "0007-00000203")
    );
    assert_eq!(owner.on_object("GET", "photos", "k").text(), "x");
    put("!").refused(400, "InvalidArgument");
}
