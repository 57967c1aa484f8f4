//! Inventories, written: a compressed list of the objects of a bucket, and a manifest that says what is in it, as the role that the
//! inventory names.
//!
//! Source page: "Use bucket inventory" (folders, manifest, fields).

use std::io::Write;

use flate2::{Compression, GzBuilder};
use jiff::Timestamp;
use md5::{Digest, Md5};
use serde_json::json;

use super::tend::Worker;
use crate::cloud::{Bucket, Element, INVENTORY_PAGE, Listed, Object, ObjectKind, Version, VersionId, Versioning};
use crate::gateway::ApiError;
use crate::services::oss::draft::{ENCRYPTION, KEY_ID};
use crate::signature::{key, query};

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;
/// INFERRED: the published lists were begun at 16:00 in UTC, which is midnight in China; those of weeks, on a Sunday.
const RUN: i64 = 16 * HOUR;
/// The first Sunday of the calendar that seconds are counted by.
const SUNDAY: i64 = 3 * DAY;

/// When an inventory is written next, after this time; `None` for one that is off, and of a format that is kept and not written.
pub(in super::super) fn next_listing(inventory: &Element, after: Timestamp) -> Option<Timestamp> {
    let destination = inventory.at(&["Destination", "OSSBucketDestination"])?;
    if !inventory.is("IsEnabled") || destination.get("Format") != Some("CSV") {
        return None;
    }
    let (last, period) = last_listing(inventory, after);
    Timestamp::from_second(last + period).ok()
}

/// The last time at or before this one that an inventory is written at, in seconds, and how many pass between two.
fn last_listing(inventory: &Element, at: Timestamp) -> (i64, i64) {
    let (first, period) = match inventory.at(&["Schedule", "Frequency"]).map(|frequency| frequency.text.as_str()) {
        Some("Weekly") => (SUNDAY + RUN, 7 * DAY),
        _ => (RUN, DAY),
    };
    ((at.as_second() - first).div_euclid(period) * period + first, period)
}

/// Writes what is due, so many of them. Of several times that have passed unseen, the last.
pub(super) fn write(worker: &Worker<'_>, most: &mut usize) {
    let now = worker.cloud.clock.now();
    let due = worker.cloud.buckets.change(worker.bucket, |bucket| {
        let due = bucket.chores.listings_due(now).into_iter();
        let taken = due.filter_map(|(id, _)| {
            let inventory = bucket.settings.get(&super::super::inventory::place(&id)).cloned();
            let next = inventory.as_ref().and_then(|inventory| next_listing(inventory, now));
            bucket.chores.set_listing(&id, next);
            Some((id, inventory?))
        });
        taken.take(*most).collect::<Vec<_>>()
    });
    for (id, inventory) in due.unwrap_or_default() {
        *most = most.saturating_sub(1);
        // It is of the time that it was due at, whenever somebody comes who lets it be written.
        let at = Timestamp::from_second(last_listing(&inventory, now).0).unwrap_or(now);
        if let Err(error) = one(worker, &id, &inventory, at) {
            worker.tell("an inventory is not written", &error);
        }
    }
}

fn one(worker: &Worker<'_>, id: &str, inventory: &Element, now: Timestamp) -> Result<(), ApiError> {
    let Some(to) = inventory.at(&["Destination", "OSSBucketDestination"]) else { return Ok(()) };
    let target = to.get("Bucket").unwrap_or_default().rsplit(':').next().unwrap_or_default();
    let role = to.get("RoleArn").unwrap_or_default().rsplit(':').next().unwrap_or_default();
    let caller = worker.assume(role.to_owned())?;
    let schema = Schema::of(inventory);
    let wanted = Wanted::of(inventory);
    let packed = packed(worker, &schema, &wanted).map_err(|_| ApiError::internal())?;
    let prefix = to.get("Prefix").map(|prefix| prefix.trim_matches('/')).filter(|prefix| !prefix.is_empty());
    let prefix = prefix.map(|prefix| format!("{prefix}/")).unwrap_or_default();
    let folder = format!("{prefix}{}/{id}", worker.bucket);
    let headers = encryption(to);
    let data = format!("{folder}/data/{}.csv.gz", worker.cloud.ids.request_id().to_ascii_lowercase());
    let digest = |bytes: &[u8]| Md5::digest(bytes).iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    let manifest = json!({
        "creationTimestamp": now.as_second().to_string(),
        "destinationBucket": target,
        "fileFormat": "CSV",
        "fileSchema": schema.columns().join(", "),
        "files": [{ "MD5checksum": digest(&packed), "key": data, "size": packed.len() }],
        "sourceBucket": worker.bucket,
        "version": "2019-09-01",
    });
    let manifest = manifest.to_string().into_bytes();
    let checksum = digest(&manifest).into_bytes();
    let scanned = now.strftime("%Y-%m-%dT%H-%MZ");
    worker.put(&caller, (target, &data), packed, &headers)?;
    worker.put(&caller, (target, &format!("{folder}/{scanned}/manifest.json")), manifest, &headers)?;
    // It comes last: where it is, all is.
    worker.put(&caller, (target, &format!("{folder}/{scanned}/manifest.checksum")), checksum, &headers)
}

/// How the files are to be encrypted.
fn encryption(to: &Element) -> Vec<(&'static str, String)> {
    let Some(encryption) = to.child("Encryption") else { return Vec::new() };
    if let Some(kms) = encryption.child("SSE-KMS") {
        let key = kms.filled("KeyId").map(|key| (KEY_ID, key.to_owned()));
        return [(ENCRYPTION, "KMS".to_owned())].into_iter().chain(key).collect();
    }
    encryption.child("SSE-OSS").map(|_| (ENCRYPTION, "AES256".to_owned())).into_iter().collect()
}

/// Which objects are listed.
struct Wanted {
    prefix: String,
    modified: (i64, i64),
    size: (u64, u64),
    classes: Option<Vec<String>>,
}

impl Wanted {
    fn of(inventory: &Element) -> Self {
        let filter = inventory.child("Filter");
        let text = |name: &str| filter.and_then(|filter| filter.filled(name));
        let classes = text("StorageClass").filter(|classes| *classes != "All");
        Self {
            prefix: key::of_text(text("Prefix").unwrap_or_default()).into_owned(),
            modified: (
                text("LastModifyBeginTimeStamp").and_then(|text| text.parse().ok()).unwrap_or(i64::MIN),
                text("LastModifyEndTimeStamp").and_then(|text| text.parse().ok()).unwrap_or(i64::MAX),
            ),
            size: (
                text("LowerSizeBound").and_then(|text| text.parse().ok()).unwrap_or(0),
                text("UpperSizeBound").and_then(|text| text.parse().ok()).unwrap_or(u64::MAX),
            ),
            classes: classes.map(|classes| classes.split(',').map(|class| class.trim().to_owned()).collect()),
        }
    }

    fn takes(&self, version: &Version) -> bool {
        let (first, last) = self.modified;
        if !(first..=last).contains(&version.modified().as_second()) {
            return false;
        }
        let Version::Object(object) = version else { return true };
        let (least, most) = self.size;
        let class = object.storage_class.as_str();
        (least..=most).contains(&object.size())
            && self.classes.as_ref().is_none_or(|classes| classes.iter().any(|one| one == class))
    }
}

/// The columns of a list.
struct Schema {
    /// Are old versions listed, and what is told of versions?
    all: bool,
    fields: Vec<String>,
}

impl Schema {
    fn of(inventory: &Element) -> Self {
        let fields = inventory.child("OptionalFields");
        Self {
            all: inventory.get("IncludedObjectVersions") == Some("All"),
            fields: fields.into_iter().flat_map(|fields| fields.all("Field")).map(|field| field.text.clone()).collect(),
        }
    }

    /// Their names, as the manifest has them.
    fn columns(&self) -> Vec<&str> {
        let of_versions: &[&str] = if self.all { &["VersionId", "IsLatest", "IsDeleteMarker"] } else { &[] };
        let own = self.fields.iter().map(|field| if field == "Crc64" { "CRC64" } else { field });
        ["Bucket", "Key"].into_iter().chain(of_versions.iter().copied()).chain(own).collect()
    }

    /// The line of a version, if it has one.
    fn line(&self, bucket: &str, versioning: Versioning, key: &str, listed: &Listed) -> Option<String> {
        let marker = matches!(listed.version, Version::Marker(_));
        if !self.all && (marker || !listed.latest) {
            return None;
        }
        let mut row = vec![bucket.to_owned(), format!("\"{}\"", query::pe_key(key))];
        if self.all {
            let known = versioning != Versioning::Never;
            let id = if known { listed.version.id().to_string() } else { String::new() };
            row.extend([id, listed.latest.to_string(), marker.to_string()].map(|text| format!("\"{text}\"")));
        }
        row.extend(self.fields.iter().map(|field| format!("\"{}\"", value(field, &listed.version))));
        Some(row.join(",") + "\n")
    }
}

/// The list, packed: a line for each object, or version. The bucket may be written into between its pages, as in the cloud.
fn packed(worker: &Worker<'_>, schema: &Schema, wanted: &Wanted) -> std::io::Result<Vec<u8>> {
    let mut packed = GzBuilder::new().write(Vec::new(), Compression::default());
    let mut last: Option<(String, VersionId)> = None;
    loop {
        let read = |bucket: &Bucket| {
            let (key, older) = last.as_ref().map_or((&*wanted.prefix, None), |(key, id)| (key, Some(*id)));
            let all = bucket.objects.versions(key, older).take_while(|(key, _)| key.starts_with(&wanted.prefix));
            let page = all.take(INVENTORY_PAGE).map(|(key, listed)| (key.to_owned(), listed));
            (bucket.versioning, page.collect::<Vec<_>>())
        };
        let Some((versioning, page)) = worker.cloud.buckets.read(worker.bucket, read) else { break };
        for (key, listed) in page.iter().filter(|(_, listed)| wanted.takes(&listed.version)) {
            if let Some(line) = schema.line(worker.bucket, versioning, key, listed) {
                packed.write_all(line.as_bytes())?;
            }
        }
        if page.len() < INVENTORY_PAGE {
            break;
        }
        last = page.into_iter().next_back().map(|(key, listed)| (key, listed.version.id()));
    }
    packed.finish()
}

/// What a column says of a version. Of a marker there is no more than its time.
fn value(field: &str, version: &Version) -> String {
    let time = |at: Timestamp| at.strftime("%Y-%m-%dT%H-%M-%SZ").to_string();
    if field == "LastModifiedDate" {
        return time(version.modified());
    }
    let Version::Object(object) = version else { return String::new() };
    of_object(field, object, time)
}

fn of_object(field: &str, object: &Object, time: impl Fn(Timestamp) -> String) -> String {
    match field {
        "Size" => object.size().to_string(),
        "StorageClass" => object.storage_class.as_str().to_owned(),
        "TransitionTime" => object.rare.as_ref().and_then(|rare| rare.transition).map(time).unwrap_or_default(),
        "ETag" => object.etag.to_string(),
        "IsMultipartUploaded" => (object.kind == ObjectKind::Multipart).to_string(),
        "EncryptionStatus" => object.headers.iter().any(|(name, _)| name == ENCRYPTION).to_string(),
        "ObjectAcl" => object.acl.map_or("default", |acl| acl.as_str()).to_owned(),
        "TaggingCount" => object.tags.len().to_string(),
        "ObjectType" => object.kind.as_str().to_owned(),
        "Crc64" => object.crc64.to_string(),
        // CHOICE: what is not told, the time of the last read among it.
        _ => "null".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_weeks_begin_at_midnight_in_china() {
        let inventory = |frequency: &str, format: &str| {
            Element::of(
                "InventoryConfiguration",
                [
                    Element::text("IsEnabled", "true"),
                    Element::of("Schedule", [Element::text("Frequency", frequency)]),
                    Element::of(
                        "Destination",
                        [Element::of("OSSBucketDestination", [Element::text("Format", format)])],
                    ),
                ],
            )
        };
        let next = |frequency: &str, after: &str| {
            let after = after.parse().unwrap();
            next_listing(&inventory(frequency, "CSV"), after).map(|at| at.to_string()).unwrap_or_default()
        };
        assert_eq!(next("Daily", "2026-01-02T15:59:59Z"), "2026-01-02T16:00:00Z");
        assert_eq!(next("Daily", "2026-01-02T16:00:00Z"), "2026-01-03T16:00:00Z");
        assert_eq!(next("Weekly", "2026-01-02T03:04:05Z"), "2026-01-04T16:00:00Z");
        assert_eq!(next_listing(&inventory("Daily", "Parquet"), Timestamp::UNIX_EPOCH), None);
    }
}
