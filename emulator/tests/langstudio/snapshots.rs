//! Snapshots: of a folder that is no flow's, and what can be downloaded of one.

use serde_json::json;

use crate::kit::{Raw, headers, text};
use crate::{OkText, Place};

#[test]
fn a_snapshot_of_a_folder_can_be_downloaded() {
    let place = Place::authorized();
    let owner = place.owner();
    for (key, content) in [("code/main.py", "print(1)"), ("code/lib/a & b.py", "pass")] {
        owner.oss("PUT", Some("flows"), key, &[], &[], content.as_bytes()).ok_text();
    }
    let wanted = json!({"SnapshotName": "code", "SnapshotResourceType": "Flow", "SourceStoragePath": "oss://flows/code", "WorkDir": "oss://flows/work/"});
    let made = place.call(&owner, "POST", "/snapshots", &wanted).ok();
    let path = format!("/snapshots/{}", text(&made, "/SnapshotId"));
    let shown = place.call(&owner, "GET", &path, &json!({})).ok();
    assert_eq!((text(&shown, "/SnapshotStatus"), text(&shown, "/SnapshotResourceId")), ("Succeed", ""));

    let url = text(&shown, "/SnapshotUrl").strip_prefix("https://").unwrap();
    let (host, rest) = url.split_once('/').unwrap();
    let (path_in_bucket, query) = rest.split_once('?').unwrap();
    let ask = |query: &str| {
        let raw = Raw::new("GET", &format!("/{path_in_bucket}")).query(query.to_owned());
        owner.send(&raw.headers(headers(&[("host", host)])))
    };
    let archive = ask(query);
    assert_eq!(archive.status, 200, "{}", archive.text());
    for part in ["main.py", "lib/a & b.py", "print(1)"] {
        assert!(archive.text().contains(part), "{part}");
    }
    // The address is of that file, for a while, with the role's permissions.
    ask(&query.replace("Expires=", "Expires=1")).refused(403, "SignatureDoesNotMatch");
    place.detach_from_role("System", crate::DEFAULT);
    ask(query).refused(403, "AccessDenied");
    place.attach_to_role("System", crate::DEFAULT);
    place.emulator.gateway().cloud().clock.advance(3_700_000).unwrap();
    assert_eq!(ask(query).status, 403);
}

#[test]
fn a_snapshot_is_of_a_folder_or_of_a_flow() {
    let place = Place::authorized();
    let owner = place.owner();
    let neither = json!({"SnapshotName": "code", "SnapshotResourceType": "Flow", "WorkDir": "oss://flows/work/"});
    place.call(&owner, "POST", "/snapshots", &neither).refused(400, "InvalidParameter");
    let bad = json!({"SnapshotName": "9", "SnapshotResourceType": "Flow", "SourceStoragePath": "oss://flows/code"});
    place.call(&owner, "POST", "/snapshots", &bad).refused(400, "InvalidParameter");
}

#[test]
fn lists_are_narrowed_down_sorted_and_paged() {
    let place = Place::authorized();
    let owner = place.owner();
    for name in ["b", "a", "c"] {
        let wanted = json!({"SnapshotName": name, "SnapshotResourceType": "Flow", "SourceStoragePath": "oss://flows/code/",
            "WorkDir": "oss://flows/work/", "Accessibility": if name == "c" { "PUBLIC" } else { "PRIVATE" }});
        place.call(&owner, "POST", "/snapshots", &wanted).ok();
    }
    let names = |query: serde_json::Value| {
        let listed = place.call(&owner, "GET", "/snapshots", &query).ok();
        crate::kit::names(&listed, "/Snapshots", "SnapshotName").join(" ")
    };
    assert_eq!(names(json!({})), "a b c");
    assert_eq!(names(json!({"Order": "DESC"})), "c b a");
    assert_eq!(names(json!({"Accessibility": "PUBLIC"})), "c");
    assert_eq!(names(json!({"PageSize": "2", "PageNumber": "2"})), "c");
    let first = place.call(&owner, "GET", "/snapshots", &json!({"MaxResults": "2"})).ok();
    assert_eq!((&first["TotalCount"], &first["MaxResults"], &first["NextToken"]), (&json!(3), &json!(2), &json!("2")));
    assert_eq!(names(json!({"MaxResults": "2", "NextToken": "2"})), "c");
    place.call(&owner, "GET", "/snapshots", &json!({"NextToken": "x"})).refused(400, "InvalidParameter");
}
