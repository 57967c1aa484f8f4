//! What OSS does by itself, by the clock. Inventories, written by the day.

use std::io::Read;

use acslab_emulator::cloud::{Object, Versioning};
use flate2::read::GzDecoder;

use crate::chores::{forward, keys, put_setting, role};
use crate::kit::{Client, policy};
use crate::tools::{done, element, header, start};

fn inventory(frequency: &str, versions: &str, more: &str) -> String {
    let fields =
        ["Size", "LastModifiedDate", "ETag", "StorageClass", "IsMultipartUploaded", "EncryptionStatus", "Crc64"];
    let fields: String = fields.iter().map(|field| format!("<Field>{field}</Field>")).collect();
    format!(
        "<InventoryConfiguration><Id>all</Id><IsEnabled>true</IsEnabled>{more}<Destination><OSSBucketDestination>\
         <Format>CSV</Format><AccountId>1234567890123456</AccountId><RoleArn>acs:ram::1234567890123456:role/lister</RoleArn>\
         <Bucket>acs:oss:::lists</Bucket><Prefix>of</Prefix></OSSBucketDestination></Destination>\
         <Schedule><Frequency>{frequency}</Frequency></Schedule><IncludedObjectVersions>{versions}</IncludedObjectVersions>\
         <OptionalFields>{fields}</OptionalFields></InventoryConfiguration>"
    )
}

/// The manifest of the list that was scanned at a time, and the list.
fn listed(owner: &Client<'_>, scanned: &str) -> (serde_json::Value, String) {
    let folder = format!("of/photos/all/{scanned}");
    let manifest = owner.on_object("GET", "lists", &format!("{folder}/manifest.json"));
    let checksum = owner.on_object("GET", "lists", &format!("{folder}/manifest.checksum")).text();
    assert_eq!(header(&manifest, "etag").trim_matches('"'), checksum);
    let manifest: serde_json::Value = serde_json::from_str(&manifest.text()).expect("JSON");
    let file = &manifest["files"][0];
    let packed = owner.on_object("GET", "lists", file["key"].as_str().expect("a key"));
    assert_eq!(file["size"], packed.body.len());
    assert_eq!(header(&packed, "etag").trim_matches('"'), file["MD5checksum"].as_str().unwrap_or_default());
    let mut list = String::new();
    GzDecoder::new(&packed.body[..]).read_to_string(&mut list).expect("what was packed");
    (manifest, list)
}

#[test]
fn objects_are_listed_by_the_day_as_the_role_of_the_inventory() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    for bucket in ["photos", "lists"] {
        owner.make(bucket);
    }
    role(&owner, "lister", &policy("Allow", "oss:PutObject", "acs:oss:*:*:lists/*"));
    done(&owner.put("photos", "dir/a b", "12345"));
    done(&owner.oss("PUT", Some("photos"), "b", &[], &[("x-oss-server-side-encryption", "AES256")], b"1"));
    let put = |body: &str| put_setting(&owner, "photos", &[("inventory", ""), ("inventoryId", "all")], body);
    put(&inventory("Daily", "Current", ""));
    assert_eq!(keys(&owner, "lists"), [""; 0]);
    forward(&emulator, 13 * 3600);
    assert_eq!(keys(&owner, "lists").len(), 3);
    let (manifest, list) = listed(&owner, "2026-01-02T16-00Z");
    assert_eq!(manifest["creationTimestamp"], "1767369600");
    assert_eq!(
        (manifest["sourceBucket"].as_str(), manifest["destinationBucket"].as_str(), manifest["version"].as_str()),
        (Some("photos"), Some("lists"), Some("2019-09-01"))
    );
    assert_eq!(
        manifest["fileSchema"],
        "Bucket, Key, Size, LastModifiedDate, ETag, StorageClass, IsMultipartUploaded, EncryptionStatus, CRC64"
    );
    let lines: Vec<_> = list.lines().collect();
    assert!(
        lines[0].starts_with("photos,\"b\",\"1\",\"2026-01-02T03-04-05Z\",\"C4CA4238A0B923820DCC509A6F75849B\""),
        "{list}"
    );
    assert!(lines[0].contains("\"Standard\",\"false\",\"true\","), "{list}");
    assert!(lines[1].starts_with("photos,\"dir%2Fa%20b\",\"5\",") && lines.len() == 2, "{list}");
    // However many days nobody looked: the list of the last.
    forward(&emulator, 3 * 86_400);
    assert_eq!(keys(&owner, "lists").len(), 6);
    let none = owner.on_bucket("DELETE", "photos", &[("inventory", ""), ("inventoryId", "all")]);
    assert_eq!(none.status, 204);
    forward(&emulator, 86_400);
    assert_eq!(keys(&owner, "lists").len(), 6);
    // Classes are told in the order of letters, however they came.
    put(&inventory("Daily", "All", "<Filter><StorageClass>Standard,IA</StorageClass></Filter>"));
    let inventory_now = || owner.on_bucket("GET", "photos", &[("inventory", ""), ("inventoryId", "all")]);
    assert_eq!(element(&inventory_now(), "StorageClass"), "IA,Standard");
    done(&owner.on_bucket("DELETE", "photos", &[("inventory", ""), ("inventoryId", "all")]));
    // By the week, all versions, of some objects.
    let versioning = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    put_setting(&owner, "photos", &[("versioning", "")], versioning);
    done(&owner.put("photos", "b", "22"));
    assert_eq!(owner.on_object("DELETE", "photos", "b").status, 204);
    put(&inventory("Weekly", "All", "<Filter><Prefix>b</Prefix></Filter>"));
    forward(&emulator, 3 * 86_400);
    assert_eq!(keys(&owner, "lists").len(), 6);
    forward(&emulator, 3 * 86_400);
    let newest = keys(&owner, "lists").into_iter().rfind(|key| key.ends_with("manifest.json"));
    let newest = newest.and_then(|key| key.split('/').nth(3).map(str::to_owned)).expect("a folder");
    // The last of the midnights in China that have passed.
    assert_eq!(newest, "2026-01-11T16-00Z");
    let (manifest, list) = listed(&owner, &newest);
    assert!(
        manifest["fileSchema"]
            .as_str()
            .is_some_and(|schema| schema.starts_with("Bucket, Key, VersionId, IsLatest, IsDeleteMarker, "))
    );
    let told = |line: &str| line.split(',').skip(3).take(3).collect::<Vec<_>>().join(",");
    let lines: Vec<_> = list.lines().map(told).collect();
    assert_eq!(lines, ["\"true\",\"true\",\"\"", "\"false\",\"false\",\"2\"", "\"false\",\"false\",\"1\""]);
    assert!(list.lines().nth(2).is_some_and(|line| line.contains("\"null\"")), "{list}");
}

/// Page by page, one inventory before each request.
#[test]
fn long_lists_are_written_one_by_one() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    for bucket in ["photos", "lists"] {
        owner.make(bucket);
    }
    role(&owner, "lister", &policy("Allow", "oss:PutObject", "acs:oss:*:*:lists/*"));
    let body = inventory("Daily", "All", "");
    put_setting(&owner, "photos", &[("inventory", ""), ("inventoryId", "all")], &body);
    let some = inventory("Daily", "Current", "<Filter><Prefix>b</Prefix></Filter>").replace("<Id>all", "<Id>some");
    put_setting(&owner, "photos", &[("inventory", ""), ("inventoryId", "some")], &some);
    let cloud = emulator.gateway().cloud();
    let filled = cloud.buckets.change("photos", |bucket| {
        bucket.versioning = Versioning::Enabled;
        let mut put = |key: String| drop(bucket.objects.put(&key, Object::default(), Versioning::Enabled));
        (0..1500).for_each(|_| put("a".to_owned()));
        (0..2500).for_each(|number| put(format!("b{number:04}")));
    });
    assert_eq!(filled, Some(()));
    forward(&emulator, 13 * 3600);
    assert_eq!([3, 6, 6].map(|_| keys(&owner, "lists").len()), [3, 6, 6]);
    let (_, list) = listed(&owner, "2026-01-02T16-00Z");
    let keys: Vec<_> = list.lines().map(|line| line.split(',').nth(1).unwrap_or_default()).collect();
    let wanted = (0..1500).map(|_| "\"a\"".to_owned()).chain((0..2500).map(|number| format!("\"b{number:04}\"")));
    assert!(keys.iter().copied().eq(wanted), "{} lines", keys.len());
    let ids: std::collections::BTreeSet<_> = list.lines().map(|line| line.split(',').nth(2)).collect();
    assert_eq!(ids.len(), 4000);
}
