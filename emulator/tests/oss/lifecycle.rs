//! The life cycle of objects, by the clock.

use crate::kit::{Answer, Client};
use crate::tools::{detail, done, element, elements, header, start};

fn put(owner: &Client<'_>, rules: &str) -> Answer {
    let body = format!("<LifecycleConfiguration>{rules}</LifecycleConfiguration>");
    owner.oss("PUT", Some("photos"), "", &[("lifecycle", "")], &[], body.as_bytes())
}

fn rule(prefix: &str, actions: &str) -> String {
    format!("<Rule><Prefix>{prefix}</Prefix><Status>Enabled</Status>{actions}</Rule>")
}

fn days(action: &str, days: u32) -> String {
    format!("<{action}><Days>{days}</Days></{action}>")
}

fn moves(days: u32, class: &str) -> String {
    format!("<Transition><Days>{days}</Days><StorageClass>{class}</StorageClass></Transition>")
}

#[test]
fn rules_that_may_not_be_put() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let date = "<Expiration><CreatedBeforeDate>2026-01-02T00:00:00.000Z</CreatedBeforeDate></Expiration>";
    let expire = days("Expiration", 3);
    for (rules, code) in [
        (String::new(), "MalformedXML"),
        (rule("a", ""), "MalformedXML"),
        (rule("a", &expire).replace("Enabled", "On"), "MalformedXML"),
        (rule("a", &days("Expiration", 0)), "InvalidArgument"),
        (rule("a", &(moves(3, "IA") + &expire)), "InvalidArgument"),
        (rule("a", &(moves(5, "IA") + &moves(4, "Archive"))), "InvalidArgument"),
        (rule("a", &moves(5, "Standard")), "InvalidArgument"),
        (rule("a", &moves(5, "Tepid")), "InvalidArgument"),
        (rule("a", &(moves(5, "IA") + date)), "InvalidRequest"),
        (rule("a", &date.replace("00:00:00", "00:00:01")), "InvalidArgument"),
        (rule("a", &expire) + &rule("a/b", &expire), "InvalidArgument"),
        (rule("a", &moves(5, "IA").replace("</Days>", "</Days><IsAccessTime>true</IsAccessTime>")), "MalformedXML"),
        (rule("a", &("<Filter><Not><Prefix>b</Prefix></Not></Filter>".to_owned() + &expire)), "InvalidArgument"),
        (
            rule(
                "a",
                "<Expiration><Days>1</Days><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>",
            ),
            "InvalidArgument",
        ),
    ] {
        put(&owner, &rules).refused(400, code);
    }
    assert_eq!(detail(&put(&owner, &rule("a", &(moves(5, "IA") + date)))), "0014-00000080");
    let overlapping = rule("a", &expire) + &rule("a/b", &expire);
    let body = format!("<LifecycleConfiguration>{overlapping}</LifecycleConfiguration>");
    let allowed = [("x-oss-allow-same-action-overlap", "true")];
    done(&owner.oss("PUT", Some("photos"), "", &[("lifecycle", "")], &allowed, body.as_bytes()));
    let read = owner.on_bucket("GET", "photos", &[("lifecycle", "")]);
    let ids = elements(&read, "ID");
    assert!(ids.len() == 2 && ids[0] != ids[1] && ids[0].len() == 32, "{ids:?}");
    assert_eq!(owner.on_bucket("DELETE", "photos", &[("lifecycle", "")]).status, 204);
    owner.on_bucket("GET", "photos", &[("lifecycle", "")]).refused(404, "NoSuchLifecycle");
}

#[test]
fn objects_and_uploads_go_as_days_go_by() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let rules = rule("tmp/", &(days("Expiration", 3) + &days("AbortMultipartUpload", 1)))
        + &rule("old/", &(moves(2, "IA") + &moves(4, "Archive")));
    done(&put(&owner, &rules));
    for key in ["tmp/a", "old/a", "kept"] {
        done(&owner.put("photos", key, "x"));
    }
    done(&owner.oss("POST", Some("photos"), "tmp/up", &[("uploads", "")], &[], b""));
    let forward = |days: i64| emulator.gateway().cloud().clock.advance(days * 86_400_000).map(|_| ()).expect("a time");
    let expiring = owner.on_object("HEAD", "photos", "tmp/a");
    assert!(header(&expiring, "x-oss-expiration").contains("expiry-date=\""), "{:?}", expiring.headers);
    assert_eq!(header(&owner.on_object("HEAD", "photos", "kept"), "x-oss-expiration"), "");
    let keys = || elements(&owner.on_bucket("GET", "photos", &[]), "Key");
    let class = || element(&owner.on_bucket("GET", "photos", &[("prefix", "old/")]), "StorageClass");
    let uploads = || elements(&owner.on_bucket("GET", "photos", &[("uploads", "")]), "UploadId").len();
    assert_eq!((keys().len(), uploads()), (3, 1));
    forward(2);
    assert_eq!((keys().len(), uploads(), class().as_str()), (3, 0, "Standard"));
    forward(1);
    assert_eq!((keys().len(), class().as_str()), (3, "IA"));
    forward(1);
    assert_eq!(keys(), ["kept", "old/a"]);
    forward(1);
    assert_eq!(class(), "Archive");
    owner.on_object("GET", "photos", "old/a").refused(403, "InvalidObjectState");
    assert!(!header(&owner.on_object("HEAD", "photos", "old/a"), "x-oss-transition-time").is_empty());
}

#[test]
fn tags_sizes_and_exceptions_narrow_a_rule() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let tagged = "<Tag><Key>t</Key><Value>1</Value></Tag>".to_owned();
    let filter =
        "<Filter><ObjectSizeGreaterThan>2</ObjectSizeGreaterThan><Not><Prefix>b/not</Prefix></Not></Filter>".to_owned();
    done(&put(
        &owner,
        &(rule("a/", &(tagged + &days("Expiration", 1))) + &rule("b/", &(filter + &days("Expiration", 1)))),
    ));
    done(&owner.oss("PUT", Some("photos"), "a/tagged", &[], &[("x-oss-tagging", "t=1")], b"x"));
    for (key, content) in [("a/plain", "x"), ("b/big", "xxx"), ("b/small", "xx"), ("b/not", "xxx")] {
        done(&owner.put("photos", key, content));
    }
    emulator.gateway().cloud().clock.advance(3 * 86_400_000).map(|_| ()).expect("a time");
    assert_eq!(elements(&owner.on_bucket("GET", "photos", &[]), "Key"), ["a/plain", "b/not", "b/small"]);
}

#[test]
fn old_versions_and_lonely_markers_go_too() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let versioning = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    done(&owner.oss("PUT", Some("photos"), "", &[("versioning", "")], &[], versioning));
    let old = "<NoncurrentVersionExpiration><NoncurrentDays>2</NoncurrentDays></NoncurrentVersionExpiration>";
    let lonely = "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>";
    done(&put(&owner, &(rule("a", &(days("Expiration", 2) + old)) + &rule("b", &(old.to_owned() + lonely)))));
    done(&owner.put("photos", "a", "1"));
    done(&owner.put("photos", "b", "1"));
    done(&owner.put("photos", "b", "2"));
    let forward = |days: i64| emulator.gateway().cloud().clock.advance(days * 86_400_000).map(|_| ()).expect("a time");
    let versions = || {
        let listed = owner.on_bucket("GET", "photos", &[("versions", "")]);
        (elements(&listed, "Key").join(" "), listed.text().matches("<DeleteMarker>").count())
    };
    assert_eq!(versions(), ("a b b".to_owned(), 0));
    forward(3);
    // The object is marked, and its version goes two days later; of the other the old version is gone.
    assert_eq!(versions(), ("a a b".to_owned(), 1));
    assert_eq!(owner.on_object("DELETE", "photos", "b").status, 204);
    forward(2);
    assert_eq!(versions(), ("a b b".to_owned(), 2));
    // However long nobody looks, everything is done as of its day.
    forward(30);
    assert_eq!(versions(), ("a".to_owned(), 1));
}

/// Pages "Lifecycle rules based on the last access time" and "Operations that update the LastAccessTime".
#[test]
fn rules_go_by_who_read_an_object_last() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let monitor = |status: &str| {
        let body = format!("<AccessMonitorConfiguration><Status>{status}</Status></AccessMonitorConfiguration>");
        owner.oss("PUT", Some("photos"), "", &[("accessmonitor", "")], &[], body.as_bytes())
    };
    let forward = |days: i64| emulator.gateway().cloud().clock.advance(days * 86_400_000).map(|_| ()).expect("a time");
    let ask = |method: &str, key: &str, query: &[(&str, &str)]| owner.oss(method, Some("photos"), key, query, &[], b"");
    let class = |key: &str| header(&ask("HEAD", key, &[]), "x-oss-storage-class").to_owned();
    let read = |key: &str| done(&ask("GET", key, &[])).status;
    let accessed = |key: &str| {
        let meta = ask("HEAD", key, &[("objectMeta", "")]);
        let head = header(&ask("HEAD", key, &[]), "x-oss-last-access-time").to_owned();
        assert_eq!(header(&meta, "x-oss-last-access-time"), head);
        head
    };
    let by_access = |prefix: &str, days: u32, more: &str| {
        let more = format!("</Days><IsAccessTime>true</IsAccessTime>{more}");
        rule(prefix, &moves(days, "IA").replace("</Days>", &more))
    };
    let returns = "<ReturnToStdWhenVisit>true</ReturnToStdWhenVisit>";
    let no_small = "<AllowSmallFile>false</AllowSmallFile>";
    for key in ["a/read", "a/left", "a/acl", "b/small", "c/kept"] {
        done(&owner.put("photos", key, "x"));
    }
    done(&owner.put("photos", "b/large", &"x".repeat(64 << 10)));
    done(&owner.oss("PUT", Some("photos"), "link", &[("symlink", "")], &[("x-oss-symlink-target", "a/read")], b""));
    assert_eq!(accessed("a/read"), "");
    forward(1);
    done(&monitor("Enabled"));
    let since = accessed("a/read");
    assert!(!since.is_empty() && since != header(&ask("HEAD", "a/read", &[]), "last-modified"), "{since}");
    let rules = by_access("a/", 3, returns) + &by_access("b/", 3, no_small) + &by_access("c/", 3, "");
    done(&put(&owner, &rules));
    let base = elements(&owner.on_bucket("GET", "photos", &[("lifecycle", "")]), "AtimeBase");
    assert!(base.len() == 3 && base[0].parse::<u64>().is_ok(), "{base:?}");
    monitor("Disabled").refused(400, "AccessMonitorDisableNotAllowed");
    forward(2);
    assert_eq!(
        (accessed("a/read"), accessed("a/acl")),
        (since.clone(), since.clone()),
        "asking what is said of it reads nothing"
    );
    read("link");
    done(&owner.oss("PUT", Some("photos"), "a/acl", &[("acl", "")], &[("x-oss-object-acl", "private")], b""));
    assert!(accessed("a/read") != since && accessed("a/acl") == accessed("a/read"));
    forward(2);
    let classes = || ["a/read", "a/left", "a/acl", "b/small", "b/large", "c/kept"].map(class);
    assert_eq!(classes(), ["Standard", "IA", "Standard", "Standard", "IA", "IA"]);
    forward(2);
    assert_eq!(classes(), ["IA", "IA", "IA", "Standard", "IA", "IA"]);
    read("a/read");
    read("c/kept");
    assert_eq!(classes(), ["Standard", "IA", "IA", "Standard", "IA", "IA"]);
    forward(1);
    assert_eq!(class("a/read"), "Standard");
    // Whoever reads once more in the same second changes nothing, through a link too.
    read("link");
    let before = emulator.gateway().cloud().changes().so_far();
    for key in ["link", "a/read"] {
        read(key);
    }
    assert_eq!(emulator.gateway().cloud().changes().so_far(), before);
    // It is part of the state.
    let copy = emulator.fork().expect("a copy");
    let there = Client::owner(&copy).on_object("HEAD", "photos", "a/read");
    assert_eq!(header(&there, "x-oss-last-access-time"), accessed("a/read"));

    for (wrong, code) in [
        (moves(3, "IA").replace("</Days>", &("</Days>".to_owned() + no_small)), "0014-00000055"),
        ("<Transition><IsAccessTime>true</IsAccessTime><CreatedBeforeDate>2021-12-30T00:00:00.000Z</CreatedBeforeDate><StorageClass>IA</StorageClass></Transition>".to_owned(), "0014-00000047"),
        ("<Filter><ObjectSizeLessThan>9</ObjectSizeLessThan></Filter>".to_owned() + &by_access("", 3, no_small).split_off("<Rule><Prefix></Prefix><Status>Enabled</Status>".len()).replace("</Rule>", ""), "0014-00000054"),
    ] {
        let refused = put(&owner, &rule("d/", &wrong));
        refused.refused(400, "InvalidArgument");
        assert_eq!(detail(&refused), code);
    }
}

/// What rules say whose prefixes overlap: pages 0014-00000079 to -84 have these samples, and what to do instead.
#[test]
fn rules_for_the_same_objects_go_together_or_are_refused() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let put = |rules: &[(&str, &str)]| {
        put(&owner, &rules.iter().map(|(prefix, actions)| rule(prefix, actions)).collect::<String>())
    };
    let to = |class: &str, days: u32| moves(days, class);
    let end = |count: u32| days("Expiration", count);
    let before = "<Transition><CreatedBeforeDate>2021-12-30T00:00:00.000Z</CreatedBeforeDate><StorageClass>Archive</StorageClass></Transition>";
    let old = |class: &str, days: u32| {
        format!(
            "<NoncurrentVersionTransition><NoncurrentDays>{days}</NoncurrentDays><StorageClass>{class}</StorageClass></NoncurrentVersionTransition>"
        )
    };
    // Colder by a narrower prefix, and gone by a still narrower one.
    done(&put(&[("test", &to("IA", 30)), ("test/log", &to("Archive", 60)), ("test/log/cache", &end(120))]));
    done(&put(&[("test", &old("IA", 30)), ("test/log", &old("Archive", 60))]));
    done(&put(&[("test", &to("IA", 30)), ("other/", &to("IA", 60)), ("others/", &end(10))]));
    let overlap = "Overlap for same action type ";
    let wrong = "Invalid Argument. Parameter is invalid.";
    for (rules, code, message, detail_code) in [
        (vec![("test", to("IA", 30)), ("test/log", to("IA", 60))], "InvalidArgument", "Transition", "0014-00000079"),
        (vec![("test", end(200)), ("test/log", end(100))], "InvalidArgument", "Expiration", "0014-00000084"),
        (
            vec![("test", old("IA", 30)), ("", old("IA", 60))],
            "InvalidArgument",
            "NoncurrentVersionTransition",
            "0014-00000079",
        ),
        (vec![("test", end(200)), ("test", to("IA", 100))], "InvalidArgument", "", "0014-00000085"),
        (vec![("test", to("IA", 30)), ("test/log", before.to_owned())], "InvalidRequest", "", "0014-00000080"),
        (vec![("test", end(30)), ("test/log", before.to_owned())], "InvalidRequest", "", "0014-00000080"),
        (vec![("test", to("IA", 120)), ("test/log", to("Archive", 60))], "InvalidArgument", "", "0014-00000082"),
        (vec![("test", to("IA", 30)), ("test/log", end(10))], "InvalidArgument", "", "0014-00000082"),
        (vec![("test", old("Archive", 30)), ("", old("IA", 30))], "InvalidArgument", "", "0014-00000082"),
    ] {
        let rules: Vec<_> = rules.iter().map(|(prefix, actions)| (*prefix, actions.as_str())).collect();
        let refused = put(&rules);
        refused.refused(400, code);
        let expected = match (code, message) {
            ("InvalidRequest", _) => None,
            (_, "") => Some(wrong.to_owned()),
            (_, action) => Some(format!("{overlap}{action}")),
        };
        assert_eq!(Some(element(&refused, "Message")).filter(|_| expected.is_some()), expected, "{rules:?}");
        assert_eq!(detail(&refused), detail_code, "{rules:?}");
    }
}
