//! ListObjects and ListObjectsV2.

use crate::kit::{Answer, Client};
use crate::tools::{done, element, elements, order, start};

const KEYS: [&str; 5] = ["fun/movie/001.avi", "fun/movie/007.avi", "fun/test.jpg", "oss.jpg", "x&y <z>.txt"];

fn furnished(owner: &Client<'_>) {
    owner.make("photos");
    for key in KEYS {
        done(&owner.put("photos", key, key));
    }
}

fn prefixes(answer: &Answer) -> Vec<String> {
    elements(answer, "CommonPrefixes")
        .iter()
        .map(|inner| inner.replace("<Prefix>", "").replace("</Prefix>", "").trim().to_owned())
        .collect()
}

#[test]
fn a_list() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    furnished(&owner);
    let list = |query: &[(&str, &str)]| owner.on_bucket("GET", "photos", query);
    let all = list(&[]);
    assert_eq!(
        elements(&all, "Key"),
        ["fun/movie/001.avi", "fun/movie/007.avi", "fun/test.jpg", "oss.jpg", "x&amp;y &lt;z&gt;.txt"]
    );
    let first = [
        "ListBucketResult",
        "Name",
        "Prefix",
        "Marker",
        "MaxKeys",
        "Delimiter",
        "IsTruncated",
        "Contents",
        "Key",
        "LastModified",
        "ETag",
        "Type",
        "Size",
        "StorageClass",
        "Owner",
        "ID",
        "DisplayName",
    ];
    assert_eq!(order(&all)[..17], first);
    assert_eq!(
        ["Name", "MaxKeys", "IsTruncated", "LastModified", "Size", "Type", "StorageClass"]
            .map(|name| element(&all, name)),
        ["photos", "100", "false", "2026-01-02T03:04:05.000Z", "17", "Normal", "Standard"]
    );
    let folder = list(&[("prefix", "fun/"), ("delimiter", "/")]);
    assert_eq!(
        (elements(&folder, "Key"), prefixes(&folder)),
        (vec!["fun/test.jpg".to_owned()], vec!["fun/movie/".to_owned()])
    );
    assert_eq!(elements(&list(&[("marker", "fun/test.jpg")]), "Key").len(), 2);
    let encoded = list(&[("encoding-type", "url"), ("prefix", "x&")]);
    assert_eq!(
        ["EncodingType", "Prefix", "Key"].map(|name| element(&encoded, name)),
        ["url", "x%26", "x%26y%20%3Cz%3E.txt"]
    );
}

#[test]
fn pages_of_both_versions() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    furnished(&owner);
    for (version, resume, next) in
        [(None, "marker", "NextMarker"), (Some("2"), "continuation-token", "NextContinuationToken")]
    {
        let mut seen = Vec::new();
        let mut after = String::new();
        loop {
            let mut query = vec![("max-keys", "2"), ("delimiter", "/"), (resume, after.as_str())];
            query.extend(version.map(|version| ("list-type", version)));
            query.retain(|(_, value)| !value.is_empty());
            let page = owner.on_bucket("GET", "photos", &query);
            seen.extend(prefixes(&page));
            seen.extend(elements(&page, "Key"));
            match element(&page, "IsTruncated").as_str() {
                "true" => after = element(&page, next),
                _ => break,
            }
        }
        assert_eq!(seen, ["fun/", "oss.jpg", "x&amp;y &lt;z&gt;.txt"], "{version:?}");
    }
}

#[test]
fn the_second_version() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    furnished(&owner);
    let list = |query: &[(&str, &str)]| owner.on_bucket("GET", "photos", &[&[("list-type", "2")], query].concat());
    let all = list(&[]);
    assert_eq!(element(&all, "KeyCount"), "5");
    assert!(elements(&all, "Owner").is_empty());
    assert_eq!(elements(&list(&[("fetch-owner", "true")]), "Owner").len(), 5);
    let later = list(&[("start-after", "fun/test.jpg")]);
    assert_eq!((element(&later, "StartAfter").as_str(), elements(&later, "Key").len()), ("fun/test.jpg", 2));
    let folders = list(&[("delimiter", "/")]);
    assert_eq!((element(&folders, "KeyCount").as_str(), prefixes(&folders)), ("3", vec!["fun/".to_owned()]));
    list(&[("continuation-token", "not a token")]).refused(400, "InvalidArgument");
}

#[test]
fn what_cannot_be_asked() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    furnished(&owner);
    let list = |query: &[(&str, &str)]| owner.on_bucket("GET", "photos", query);
    assert!(elements(&list(&[("max-keys", "0")]), "Key").is_empty());
    assert_eq!(elements(&list(&[("max-keys", "1000")]), "Key").len(), 5);
    for most in ["-1", "1001", "2.5", "x"] {
        let answer = list(&[("max-keys", most)]);
        answer.refused(400, "InvalidArgument");
        assert_eq!(
            (element(&answer, "ArgumentName"), element(&answer, "ArgumentValue")),
            ("max-keys".into(), most.into())
        );
    }
    let long = "x".repeat(1024);
    for name in ["prefix", "marker", "delimiter"] {
        list(&[(name, &long)]).refused(400, "InvalidArgument");
    }
    list(&[("encoding-type", "gzip")]).refused(400, "InvalidArgument");
    owner.on_bucket("GET", "none", &[]).refused(404, "NoSuchBucket");
}
