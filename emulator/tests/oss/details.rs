//! The detail codes (`EC`) of errors, each as its own page has it.

use crate::kit::{Answer, Client};
use crate::tools::{detail, done, element, header, order, start};

/// Sets a bucket `photos` with an object `k`.
fn photos(emulator: &acslab_emulator::EmulatorHandle) -> Client<'_> {
    let owner = Client::owner(emulator);
    owner.make("photos");
    done(&owner.put("photos", "k", "content"));
    owner
}

fn tags(tags: &[(&str, &str)]) -> String {
    let tag = |(key, value): &(&str, &str)| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>");
    format!("<Tagging><TagSet>{}</TagSet></Tagging>", tags.iter().map(tag).collect::<String>())
}

#[track_caller]
fn is(answer: &Answer, code: &str, expected: &str) {
    assert_eq!((element(answer, "Code").as_str(), detail(answer).as_str()), (code, expected), "{}", answer.text());
}

#[test]
fn what_is_wrong_with_a_header_or_a_key() {
    let emulator = start();
    let owner = photos(&emulator);
    let (invalid, name) = ("InvalidArgument", "InvalidObjectName");
    let put = |key: &str, line: (&str, &str)| owner.with("PUT", "photos", key, &[line]);
    for (line, code, expected) in [
        (("x-oss-storage-class", "test"), invalid, "0013-00000101"),
        (("x-oss-storage-class", ""), invalid, "0017-00000131"),
        (("x-oss-tagging", "aa=bb=cc"), invalid, "0010-00000219"),
        (("x-oss-tagging", "a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8&i=9&j=10&k=11"), "TooManyTags", "0010-00000218"),
        (("content-md5", "abcd"), "InvalidDigest", "0017-00000502"),
        (("x-oss-copy-source", "/photos/k?unknown=xxx"), invalid, "0016-00000304"),
        (("x-oss-copy-source", "/photos/k?versionId=null&x=1"), invalid, "0016-00000304"),
        (("x-oss-copy-source", "/photos/k?versionId="), invalid, "0016-00000305"),
        (("x-oss-copy-source", "/photos/k?versionId=%25"), invalid, "0012-00000202"),
    ] {
        is(&put("new", line), code, expected);
    }
    done(&put("new", ("x-oss-tagging", "a%3Db=c")));
    done(&put("new", ("x-oss-copy-source", "photos/k")));
    let long = put(&"k".repeat(1024), ("x-a", "b"));
    is(&long, name, "0016-00000003");
    assert_eq!(element(&long, "Message"), "The Length of Object name must be less than 1024.");
    is(&put("/k", ("x-a", "b")), name, "0016-00000005");
    let mismatch = put("new", ("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg=="));
    done(&mismatch);
    let digest = owner.oss("PUT", Some("photos"), "new", &[], &[("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==")], b"x");
    digest.refused(400, "InvalidDigest");
    assert!(!order(&digest).contains(&"EC".to_owned()));
    is(&owner.oss("PUT", Some("other"), "", &[], &[("x-oss-acl", "all")], b""), invalid, "0015-00000204");
    for (acl, code, expected) in [
        (Some("public"), invalid, "0017-00000104"),
        (Some(""), "MissingArgument", "0017-00000105"),
        (None, "MissingArgument", "0017-00000105"),
    ] {
        let lines: Vec<_> = acl.iter().map(|acl| ("x-oss-object-acl", *acl)).collect();
        is(&owner.oss("PUT", Some("photos"), "k", &[("acl", "")], &lines, b""), code, expected);
    }
    is(&owner.with("GET", "photos", "k", &[("if-match", "\"x\"")]), "PreconditionFailed", "0017-00001001");
    let restore = b"<RestoreRequest><Days>0</Days></RestoreRequest>";
    done(&put("cold", ("x-oss-storage-class", "Archive")));
    is(&owner.oss("POST", Some("photos"), "cold", &[("restore", "")], &[], restore), invalid, "0016-00000708");
}

#[test]
fn what_is_wrong_with_a_list() {
    let emulator = start();
    let owner = photos(&emulator);
    let long = "a".repeat(1024);
    let list = |query: &[(&str, &str)]| owner.on_bucket("GET", "photos", query);
    for (query, argument, expected) in [
        (vec![("marker", long.as_str())], "marker", "0015-00000405"),
        (vec![("delimiter", long.as_str())], "delimiter", "0015-00000406"),
        (vec![("versions", ""), ("max-keys", "2000")], "max-keys", "0012-00000102"),
    ] {
        let refused = list(&query);
        is(&refused, "InvalidArgument", expected);
        assert_eq!(element(&refused, "ArgumentName"), argument);
    }
    let prefix = list(&[("prefix", &long)]);
    assert_eq!(
        (element(&prefix, "ArgumentName").as_str(), element(&prefix, "ArgumentValue")),
        ("prefix", long.clone())
    );
    for (name, value, expected) in [
        ("max-keys", "0", "0017-00000289"),
        ("max-keys", "1001", "0017-00000289"),
        ("max-keys", "x", "0017-00000289"),
        ("marker", long.as_str(), "0017-00000291"),
    ] {
        let refused = owner.oss("GET", None, "", &[(name, value)], &[], b"");
        is(&refused, "InvalidArgument", expected);
        if name == "max-keys" {
            assert!(element(&refused, "Message").ends_with("between 1 and 1000."));
        }
    }
    is(&list(&[("cors", "")]), "NoSuchCORSConfiguration", "0034-00000001");
}

#[test]
fn what_is_wrong_with_a_version_or_a_link() {
    let emulator = start();
    let owner = photos(&emulator);
    let versioning = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    done(&owner.oss("PUT", Some("photos"), "", &[("versioning", "")], &[], versioning.as_bytes()));
    let marker = owner.on_object("DELETE", "photos", "k");
    let id = header(&marker, "x-oss-version-id");
    let on = |method: &str, query: &[(&str, &str)], lines: &[(&str, &str)]| {
        owner.oss(method, Some("photos"), "k", query, lines, b"")
    };
    is(&on("GET", &[("versionId", "")], &[]), "InvalidArgument", "0012-00000201");
    is(&on("GET", &[("versionId", "%")], &[]), "InvalidArgument", "0012-00000202");
    let put = owner.put("photos", "k", "again");
    let gone = header(&put, "x-oss-version-id");
    assert_eq!(on("DELETE", &[("versionId", gone)], &[]).status, 204);
    is(&on("GET", &[("versionId", gone)], &[]), "NoSuchVersion", "0012-00000203");
    is(&on("GET", &[("versionId", id)], &[]), "MethodNotAllowed", "0003-00000016");
    for what in ["acl", "tagging"] {
        is(&on("GET", &[(what, ""), ("versionId", id)], &[]), "MethodNotAllowed", "0017-00000002");
    }
    let source = format!("/photos/k?versionId={id}");
    let copied = owner.with("PUT", "photos", "c", &[("x-oss-copy-source", &source)]);
    assert_eq!(detail(&copied), "0016-00000307");
    done(&owner.put("photos", "plain", "x"));
    let symlink = |method: &str, key: &str| {
        owner.oss(method, Some("photos"), key, &[("symlink", "")], &[("x-oss-symlink-target", "nowhere")], b"")
    };
    is(&symlink("GET", "plain"), "NotSymlink", "0043-00000101");
    done(&symlink("PUT", "link"));
    is(&owner.on_object("GET", "photos", "link"), "SymlinkTargetNotExist", "0026-00000012");
}

#[test]
fn what_is_wrong_with_a_part() {
    let emulator = start();
    let owner = photos(&emulator);
    let id = element(&owner.oss("POST", Some("photos"), "m", &[("uploads", "")], &[], b""), "UploadId");
    let put = |number: Option<&str>, lines: &[(&str, &str)]| {
        let number = number.map(|number| ("partNumber", number));
        let query: Vec<_> = number.into_iter().chain([("uploadId", id.as_str())]).collect();
        owner.oss("PUT", Some("photos"), "m", &query, lines, b"x")
    };
    let source = |text: &'static str| [("x-oss-copy-source", text)];
    for (number, lines, expected) in [
        (None, &[][..], "0017-00000219"),
        (Some(""), &[], "0017-00000219"),
        (None, &source("/photos/k"), "0017-00000219"),
        (Some("0"), &[], "0017-00000220"),
        (Some("10001"), &[], "0017-00000220"),
        (Some("1"), &source(""), "0042-00000302"),
        (Some("1"), &source("photos/k"), "0042-00000301"),
    ] {
        let refused = put(number, lines);
        is(&refused, "InvalidArgument", expected);
        if expected == "0017-00000219" {
            let said = ["Message", "ArgumentName", "ArgumentValue"].map(|name| element(&refused, name));
            assert_eq!(said, ["Unexpected query string parameter", "ResourceType", "partNumber"]);
        }
    }
    put(Some("1"), &source("/photos/k?x=1")).refused(400, "InvalidArgument");
    // Who may not write is told that, and nothing of the number.
    let query = [("uploadId", id.as_str())];
    owner.nobody("alice").oss("PUT", Some("photos"), "m", &query, &[], b"x").refused(403, "AccessDenied");
    let tag = |number| header(done(&put(Some(number), &[])), "etag").to_owned();
    let (one, two) = (tag("1"), tag("2"));
    let complete = |parts: &[(u16, &str)]| {
        let part =
            |(number, tag): &(u16, &str)| format!("<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>");
        let parts = parts.iter().map(part).collect::<String>();
        let body = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
        owner.oss("POST", Some("photos"), "m", &query, &[], body.as_bytes())
    };
    is(&complete(&[(1, &one), (2, &two)]), "EntityTooSmall", "0042-00000213");
    let missing = complete(&[(7, &one)]);
    missing.refused(400, "InvalidPart");
    assert_eq!((element(&missing, "PartNumber").as_str(), element(&missing, "UploadId")), ("7", id.clone()));
}

#[test]
fn what_is_wrong_with_tags() {
    let emulator = start();
    let owner = photos(&emulator);
    let long = "A".repeat(129);
    let (repeated, invalid) = ("RepeatedTags", "InvalidTag");
    for (key, body, code, expected) in [
        ("k", tags(&[("A", "1"), ("A", "2")]), repeated, "0010-00000210"),
        ("k", tags(&[(&long, "1")]), invalid, "0010-00000209"),
        ("k", tags(&[("A", "%")]), invalid, "0010-00000217"),
        ("", tags(&[("a", "1"), ("a", "2")]), repeated, "0010-00000210"),
        ("", tags(&[("Aliyun-abc", "1")]), "InvalidTaggingKey", "0010-00000207"),
        ("", tags(&[(&long, "1")]), "InvalidTaggingKey", "0010-00000219"),
    ] {
        is(&owner.oss("PUT", Some("photos"), key, &[("tagging", "")], &[], body.as_bytes()), code, expected);
    }
}

#[test]
fn what_is_wrong_with_a_setting() {
    let emulator = start();
    let owner = photos(&emulator);
    Client::owner_of(&emulator, 1).make("theirs");
    let rule =
        "<Rule><ID>a</ID><Prefix>PREFIX</Prefix><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>";
    let rules = [rule.replace("PREFIX", "one/"), rule.replace("PREFIX", "two/")].concat();
    let body = format!("<LifecycleConfiguration>{rules}</LifecycleConfiguration>");
    let refused = owner.oss("PUT", Some("photos"), "", &[("lifecycle", "")], &[], body.as_bytes());
    is(&refused, "InvalidArgument", "0014-00000020");
    let query = [("replication", ""), ("comp", "add")];
    let refused = owner.oss("POST", Some("photos"), "", &query, &[], b"<Replication");
    is(&refused, "MalformedXML", "0031-00000001");
    let written = |format: &str, id: &str, account: &str, bucket: &str| {
        let body = format!(
            "<InventoryConfiguration>{id}<IsEnabled>true</IsEnabled><Destination><OSSBucketDestination><Format>{format}</Format>\
             <AccountId>{account}</AccountId><RoleArn>acs:ram::1234567890123456:role/r</RoleArn><Bucket>{bucket}</Bucket>\
             </OSSBucketDestination></Destination><Schedule><Frequency>Daily</Frequency></Schedule>\
             <IncludedObjectVersions>All</IncludedObjectVersions></InventoryConfiguration>"
        );
        owner.oss("PUT", Some("photos"), "", &[("inventory", ""), ("inventoryId", "i")], &[], body.as_bytes())
    };
    let inventory = |id: &str, account: &str, bucket: &str| written("CSV", id, account, bucket);
    let (id, own) = ("<Id>i</Id>", "1234567890123456");
    for format in ["ORC", "csv", ""] {
        is(&written(format, id, own, "acs:oss:::photos"), "InvalidArgument", "0020-00000027");
    }
    for (id, account, bucket, code, expected) in [
        ("<Id>other</Id>", own, "acs:oss:::photos", "InvalidArgument", "0020-00000043"),
        ("", own, "acs:oss:::photos", "MalformedXML", "0020-00000005"),
        (id, own, "acs:oss::photos:oss", "InvalidArgument", "0020-00000030"),
        (id, own, "acs:oss:::bk", "InvalidArgument", "0020-00000032"),
        (id, own, "acs:oss:::", "InvalidArgument", "0020-00000032"),
        (id, own, "acs:oss:::none", "InvalidArgument", "0020-00000033"),
        (id, own, "acs:oss:::theirs", "InvalidArgument", "0020-00000033"),
        (id, "123456789", "acs:oss:::photos", "InvalidArgument", "0020-00000028"),
        (id, "", "acs:oss:::photos", "InvalidArgument", "0020-00000028"),
    ] {
        is(&inventory(id, account, bucket), code, expected);
    }
    assert_eq!(owner.on_bucket("GET", "photos", &[("inventory", "")]).status, 404);
    done(&inventory(id, own, "acs:oss:::photos"));
}
