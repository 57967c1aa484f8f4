//! Versions through every operation on objects.

use crate::kit::{Answer, Client};
use crate::tools::{done, element, elements, header, start};

fn versioning(owner: &Client<'_>, status: &str) -> Answer {
    let body = format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>");
    owner.oss("PUT", Some("photos"), "", &[("versioning", "")], &[], body.as_bytes())
}

fn id(answer: &Answer) -> String {
    header(done(answer), "x-oss-version-id").to_owned()
}

fn at(owner: &Client<'_>, method: &str, key: &str, version: &str) -> Answer {
    owner.oss(method, Some("photos"), key, &[("versionId", version)], &[], b"")
}

#[test]
fn versions_are_kept_from_the_day_they_are_asked_for() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let read = || owner.on_bucket("GET", "photos", &[("versioning", "")]);
    assert!(!read().text().contains("Status"));
    for wrong in ["Off", "", "enabled"] {
        versioning(&owner, wrong).refused(400, "MalformedXML");
    }
    assert_eq!(header(done(&owner.put("photos", "k", "old")), "x-oss-version-id"), "");
    done(&versioning(&owner, "Enabled"));
    assert_eq!(element(&read(), "Status"), "Enabled");
    let one = id(&owner.put("photos", "k", "one"));
    let two = id(&owner.put("photos", "k", "two"));
    assert_eq!((one.len(), one == two), (64, false));
    assert_eq!(owner.on_object("GET", "photos", "k").text(), "two");
    let got = at(&owner, "GET", "k", &one);
    assert_eq!((got.text(), header(&got, "x-oss-version-id")), ("one".to_owned(), one.as_str()));
    assert_eq!(at(&owner, "GET", "k", "null").text(), "old");
    assert_eq!(header(&at(&owner, "HEAD", "k", &one), "content-length"), "3");
    let info = owner.on_bucket("GET", "photos", &[("bucketInfo", "")]);
    assert_eq!(element(&info, "Versioning"), "Enabled");
}

#[test]
fn what_is_deleted_is_marked_and_can_be_had_back() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&versioning(&owner, "Enabled"));
    let one = id(&owner.put("photos", "k", "one"));
    let gone = owner.on_object("DELETE", "photos", "k");
    let marker = id(&gone);
    assert_eq!((gone.status, header(&gone, "x-oss-delete-marker")), (204, "true"));
    let missing = owner.on_object("GET", "photos", "k");
    missing.refused(404, "NoSuchKey");
    assert_eq!(header(&missing, "x-oss-delete-marker"), "true");
    let of_marker = at(&owner, "GET", "k", &marker);
    of_marker.refused(405, "MethodNotAllowed");
    assert_eq!((header(&of_marker, "allow"), element(&of_marker, "ResourceType").as_str()), ("DELETE", "DeleteMarker"));
    assert_eq!(at(&owner, "HEAD", "k", &marker).status, 405);
    owner
        .oss("GET", Some("photos"), "k", &[("acl", ""), ("versionId", &marker)], &[], b"")
        .refused(405, "MethodNotAllowed");
    at(&owner, "GET", "k", "IllegalVersion").refused(400, "InvalidArgument");
    at(&owner, "GET", "k", "").refused(400, "InvalidArgument");
    let unknown = crate::versions::id(&owner.put("photos", "other", "x"));
    at(&owner, "GET", "k", &unknown).refused(404, "NoSuchVersion");
    assert_eq!(owner.on_bucket("DELETE", "photos", &[]).status, 409);
    let gone = at(&owner, "DELETE", "k", &marker);
    assert_eq!((gone.status, header(&gone, "x-oss-delete-marker"), id(&gone)), (204, "true", marker));
    assert_eq!(owner.on_object("GET", "photos", "k").text(), "one");
    let gone = at(&owner, "DELETE", "k", &one);
    assert_eq!((gone.status, header(&gone, "x-oss-delete-marker")), (204, ""));
    owner.on_object("GET", "photos", "k").refused(404, "NoSuchKey");
}

#[test]
fn suspended_there_is_one_version_called_null() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&versioning(&owner, "Enabled"));
    let one = id(&owner.put("photos", "k", "one"));
    done(&versioning(&owner, "Suspended"));
    assert_eq!(id(&owner.put("photos", "k", "two")), "null");
    assert_eq!(id(&owner.put("photos", "k", "three")), "null");
    assert_eq!(at(&owner, "GET", "k", &one).text(), "one");
    assert_eq!(id(&owner.on_object("DELETE", "photos", "k")), "null");
    let listed = owner.on_bucket("GET", "photos", &[("versions", "")]);
    assert_eq!(elements(&listed, "VersionId"), ["null", &one]);
    assert_eq!(elements(&listed, "IsLatest"), ["true", "false"]);
    done(&at(&owner, "DELETE", "k", "null"));
    assert_eq!(owner.on_object("GET", "photos", "k").text(), "one");
}

#[test]
fn tags_acls_copies_and_symlinks_of_versions() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&versioning(&owner, "Enabled"));
    let one = id(&owner.put("photos", "k", "one"));
    let two = id(&owner.put("photos", "k", "two"));
    let tagging = b"<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>";
    let query = [("tagging", ""), ("versionId", one.as_str())];
    assert_eq!(id(&owner.oss("PUT", Some("photos"), "k", &query, &[], tagging)), one);
    assert_eq!(element(&owner.oss("GET", Some("photos"), "k", &query, &[], b""), "Key"), "a");
    let current = owner.oss("GET", Some("photos"), "k", &[("tagging", "")], &[], b"");
    assert_eq!((elements(&current, "Key").len(), id(&current)), (0, two.clone()));
    assert_eq!(owner.oss("DELETE", Some("photos"), "k", &query, &[], b"").status, 204);
    let acl = [("acl", ""), ("versionId", one.as_str())];
    assert_eq!(id(&owner.oss("PUT", Some("photos"), "k", &acl, &[("x-oss-object-acl", "private")], b"")), one);
    assert_eq!(element(&owner.oss("GET", Some("photos"), "k", &acl, &[], b""), "Grant"), "private");
    let source = format!("/photos/k?versionId={one}");
    let copied = owner.with("PUT", "photos", "copy", &[("x-oss-copy-source", &source)]);
    assert_eq!(header(&copied, "x-oss-copy-source-version-id"), one);
    assert_eq!(owner.on_object("GET", "photos", "copy").text(), "one");
    let link = owner.oss("PUT", Some("photos"), "link", &[("symlink", "")], &[("x-oss-symlink-target", "k")], b"");
    let link = id(&link);
    let read = owner.oss("GET", Some("photos"), "link", &[("symlink", ""), ("versionId", &link)], &[], b"");
    assert_eq!(header(done(&read), "x-oss-symlink-target"), "k");
    let meta = owner.oss("HEAD", Some("photos"), "k", &[("objectMeta", ""), ("versionId", &one)], &[], b"");
    assert_eq!(id(&meta), one);
}

#[test]
fn many_are_deleted_key_by_key_and_version_by_version() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&versioning(&owner, "Enabled"));
    let one = id(&owner.put("photos", "a", "1"));
    done(&owner.put("photos", "b", "1"));
    let object = |key: &str, version: &str| {
        let version = if version.is_empty() { String::new() } else { format!("<VersionId>{version}</VersionId>") };
        format!("<Object><Key>{key}</Key>{version}</Object>")
    };
    let delete = |objects: &str| {
        let body = format!("<Delete>{objects}</Delete>");
        owner.oss("POST", Some("photos"), "", &[("delete", "")], &[], body.as_bytes())
    };
    delete(&object("a", "x")).refused(400, "InvalidArgument");
    let answer = delete(&(object("a", &one) + &object("b", "")));
    assert_eq!(elements(done(&answer), "VersionId"), [one]);
    let marker = element(&answer, "DeleteMarkerVersionId");
    assert_eq!(element(&answer, "DeleteMarker"), "true");
    let answer = delete(&object("b", &marker));
    assert_eq!((element(&answer, "VersionId"), element(&answer, "DeleteMarkerVersionId")), (marker.clone(), marker));
    assert_eq!(owner.on_object("GET", "photos", "b").text(), "1");
}

#[test]
fn versions_are_listed_page_by_page() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "a", "0"));
    let list = |query: &[(&str, &str)]| owner.on_bucket("GET", "photos", &[&[("versions", "")][..], query].concat());
    let never = list(&[]);
    assert_eq!(
        (elements(&never, "VersionId"), elements(&never, "IsLatest")),
        (vec!["null".to_owned()], vec!["true".to_owned()])
    );
    done(&versioning(&owner, "Enabled"));
    let mut ids = vec![];
    for (key, content) in [("a", "1"), ("a", "2"), ("d/1", "x"), ("d/2", "x"), ("e", "x")] {
        ids.push(id(&owner.put("photos", key, content)));
    }
    let marker = id(&owner.on_object("DELETE", "photos", "e"));
    let all = list(&[]);
    let expected = [&ids[1], &ids[0], "null", &ids[2], &ids[3], &marker, &ids[4]];
    assert_eq!(elements(&all, "VersionId"), expected);
    assert!(all.text().find("<DeleteMarker>") > all.text().find("<Key>d/2</Key>"));
    let (mut seen, mut after) = (vec![], (String::new(), String::new()));
    loop {
        let markers = [("key-marker", after.0.as_str()), ("version-id-marker", after.1.as_str())];
        let page = list(&[&[("max-keys", "2")][..], &markers].concat());
        seen.extend(elements(&page, "VersionId"));
        if element(&page, "IsTruncated") == "false" {
            break;
        }
        after = (element(&page, "NextKeyMarker"), element(&page, "NextVersionIdMarker"));
    }
    assert_eq!(seen, expected);
    let gathered = list(&[("delimiter", "/")]);
    assert_eq!(elements(&gathered, "Key"), ["a", "a", "a", "e", "e"]);
    assert_eq!(element(&gathered, "CommonPrefixes").trim(), "<Prefix>d/</Prefix>");
    list(&[("version-id-marker", "null")]).refused(400, "InvalidArgument");
    list(&[("max-keys", "1001")]).refused(400, "InvalidArgument");
    list(&[("prefix", &"x".repeat(1025))]).refused(400, "InvalidArgument");
}

#[test]
fn objects_that_must_be_kept() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let worm = b"<ObjectWormConfiguration><ObjectWormEnabled>Enabled</ObjectWormEnabled></ObjectWormConfiguration>";
    let enable = || owner.oss("PUT", Some("photos"), "", &[("objectWorm", "")], &[], worm);
    enable().refused(400, "InvalidArgument");
    done(&versioning(&owner, "Enabled"));
    let one = id(&owner.put("photos", "k", "one"));
    let until = "2099-01-01T00:00:00.000Z";
    let retention = |mode: &str, until: &str, lines: &[(&str, &str)]| {
        let body = format!("<Retention><Mode>{mode}</Mode><RetainUntilDate>{until}</RetainUntilDate></Retention>");
        owner.oss("PUT", Some("photos"), "k", &[("retention", "")], lines, body.as_bytes())
    };
    retention("GOVERNANCE", until, &[]).refused(400, "InvalidRequest");
    done(&enable());
    done(&retention("GOVERNANCE", until, &[]));
    let read = owner.oss("GET", Some("photos"), "k", &[("retention", "")], &[], b"");
    assert_eq!([element(&read, "Mode"), element(&read, "RetainUntilDate")], ["GOVERNANCE", until]);
    at(&owner, "DELETE", "k", &one).refused(409, "FileImmutable");
    // A marker covers it and takes nothing away.
    let marker = id(&owner.on_object("DELETE", "photos", "k"));
    done(&at(&owner, "DELETE", "k", &marker));
    retention("GOVERNANCE", "2098-01-01T00:00:00.000Z", &[]).refused(409, "FileImmutable");
    let bypass = [("x-oss-bypass-governance-retention", "true")];
    done(&retention("COMPLIANCE", "2099-02-01T00:00:00.000Z", &bypass));
    retention("GOVERNANCE", "2099-03-01T00:00:00.000Z", &bypass).refused(409, "FileImmutable");
    owner.oss("DELETE", Some("photos"), "k", &[("versionId", &one)], &bypass, b"").refused(409, "FileImmutable");
    let two = id(&owner.put("photos", "held", "x"));
    let hold = |status: &str| {
        let body = format!("<LegalHold><Status>{status}</Status></LegalHold>");
        owner.oss("PUT", Some("photos"), "held", &[("legalHold", "")], &[], body.as_bytes())
    };
    done(&hold("ON"));
    at(&owner, "DELETE", "held", &two).refused(409, "FileImmutable");
    done(&hold("OFF"));
    assert_eq!(at(&owner, "DELETE", "held", &two).status, 204);
    hold("MAYBE").refused(400, "MalformedXML");
}
