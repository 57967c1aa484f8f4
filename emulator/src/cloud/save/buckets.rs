//! Buckets with their objects, as they are saved.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use acslab_policy::Document;
use crc_fast::CrcAlgorithm;
use http::{HeaderName, HeaderValue};
use jiff::Timestamp;
use serde::ser::SerializeSeq;
use serde::{Deserialize, Serialize, Serializer};

use super::error::LoadError;
use super::snapshot::PayloadNames;
use crate::cloud::payload::Payload;
use crate::cloud::{
    AccessPoint, Acl, Bucket, BucketAccess, Buckets, Chores, Draft, Element, EntityTag, KeptHeaders, Marker, Object,
    ObjectKind, Objects, Part, Rare, Redundancy, Settings, StorageClass, Upload, Version, VersionId, Versioning, Worm,
};

/// Gives payloads their numbers while they are written down, and collects them.
pub(super) struct Collected<'n> {
    names: &'n mut PayloadNames,
    payloads: BTreeMap<u64, Payload>,
}

impl<'n> Collected<'n> {
    pub(super) fn new(names: &'n mut PayloadNames) -> Self {
        Self { names, payloads: BTreeMap::new() }
    }

    pub(super) fn into_payloads(self) -> BTreeMap<u64, Payload> {
        self.payloads
    }

    /// The number of a payload; 0 for one of no bytes, which is nowhere.
    pub(super) fn number(&mut self, payload: &Payload) -> u64 {
        if payload.is_empty() {
            return 0;
        }
        let number = self.names.number(payload);
        self.payloads.entry(number).or_insert_with(|| payload.clone());
        number
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedContent {
    payload: u64,
    etag: EntityTag,
    crc64: u64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedDraft {
    /// Values in Latin-1: they are bytes, not text.
    headers: Vec<(String, String)>,
    storage_class: StorageClass,
    acl: Option<Acl>,
    tags: Vec<(String, String)>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedObject {
    key: String,
    content: SavedContent,
    modified: Timestamp,
    about: SavedDraft,
    /// What an older document does not say is told by the entity tag.
    #[serde(default)]
    kind: Option<ObjectKind>,
    #[serde(default)]
    version: VersionId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rare: Option<Rare>,
}

/// A version that is not shown.
#[derive(Debug, Serialize, Deserialize)]
enum SavedVersion {
    Object(SavedObject),
    Marker { key: String, version: VersionId, at: Timestamp },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedPart {
    number: u16,
    content: SavedContent,
    modified: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedUpload {
    key: String,
    id: String,
    started: Timestamp,
    about: SavedDraft,
    #[serde(default)]
    sequential: bool,
    parts: Vec<SavedPart>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedBucket {
    name: String,
    owner: String,
    region: String,
    created: Timestamp,
    storage_class: StorageClass,
    redundancy: Redundancy,
    acl: Acl,
    /// What a document of before has not: then nothing was blocked.
    #[serde(default)]
    access: SavedAccess,
    tags: Vec<(String, String)>,
    #[serde(default)]
    versioning: Versioning,
    #[serde(default)]
    worm: Option<Worm>,
    #[serde(default)]
    settings: BTreeMap<String, Element>,
    #[serde(default)]
    chores: Chores,
    #[serde(default)]
    swept: Timestamp,
    /// How many versions were written.
    #[serde(default)]
    written: u64,
    #[serde(default)]
    seed: u64,
    objects: Vec<SavedObject>,
    #[serde(default)]
    versions: Vec<SavedVersion>,
    uploads: Vec<SavedUpload>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedAccess {
    blocked: bool,
    policy: Option<Arc<Document>>,
    points: Vec<AccessPoint>,
}

impl SavedAccess {
    fn of(access: &BucketAccess) -> Self {
        Self {
            blocked: access.blocked,
            policy: access.policy().cloned(),
            points: access.points.values().cloned().collect(),
        }
    }

    fn load(self) -> BucketAccess {
        let mut access = BucketAccess::new(self.blocked);
        access.set_policy(self.policy);
        access.points = self.points.into_iter().map(|point| (point.name.clone(), point)).collect();
        access
    }
}

fn save_headers(headers: &KeptHeaders) -> Vec<(String, String)> {
    let latin1 = |value: &HeaderValue| value.as_bytes().iter().copied().map(char::from).collect();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), latin1(&value))).collect()
}

fn load_headers(saved: &[(String, String)]) -> Result<KeptHeaders, LoadError> {
    let read = |(name, value): &(String, String)| {
        let bytes: Option<Vec<u8>> = value.chars().map(|c| u8::try_from(c).ok()).collect();
        Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_bytes(&bytes?).ok()?))
    };
    let headers: Option<Vec<_>> = saved.iter().map(read).collect();
    let headers = headers.ok_or_else(|| LoadError::broken("an object has a header that is none"))?;
    Ok(headers.iter().map(|(name, value)| (name, value)).collect())
}

impl SavedDraft {
    fn load(self) -> Result<Draft, LoadError> {
        let Self { headers, storage_class, acl, tags } = self;
        Ok(Draft { headers: load_headers(&headers)?, storage_class, acl, tags: tags.into() })
    }
}

fn save_object(key: &str, object: &Object, collected: &mut Collected<'_>) -> SavedObject {
    SavedObject {
        key: key.to_owned(),
        content: SavedContent { payload: collected.number(&object.content), etag: object.etag, crc64: object.crc64 },
        modified: object.modified,
        about: SavedDraft {
            headers: save_headers(&object.headers),
            storage_class: object.storage_class,
            acl: object.acl,
            tags: object.tags.to_vec(),
        },
        kind: Some(object.kind),
        version: object.version,
        rare: object.rare.as_deref().cloned(),
    }
}

fn save_version(key: &str, version: &Version, collected: &mut Collected<'_>) -> SavedVersion {
    match version {
        Version::Object(object) => SavedVersion::Object(save_object(key, object, collected)),
        Version::Marker(marker) => SavedVersion::Marker { key: key.to_owned(), version: marker.id, at: marker.at },
    }
}

fn save_upload(key: &str, id: &str, upload: &Upload, collected: &mut Collected<'_>) -> SavedUpload {
    let draft = &upload.draft;
    let parts = upload.read(|parts| {
        let save = |(number, part): (&u16, &Part)| SavedPart {
            number: *number,
            content: SavedContent { payload: collected.number(&part.content), etag: part.etag, crc64: part.crc64 },
            modified: part.modified,
        };
        parts.iter().map(save).collect()
    });
    SavedUpload {
        key: key.to_owned(),
        id: id.to_owned(),
        started: upload.started,
        about: SavedDraft {
            headers: save_headers(&draft.headers),
            storage_class: draft.storage_class,
            acl: draft.acl,
            tags: draft.tags.to_vec(),
        },
        sequential: upload.sequential,
        parts: parts.unwrap_or_default(),
    }
}

/// All buckets on their way into a document, one by one.
pub(super) struct View<'a, 'n> {
    pub(super) buckets: &'a Buckets,
    pub(super) collected: &'a RefCell<Collected<'n>>,
}

impl Serialize for View<'_, '_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut list = to.serialize_seq(None)?;
        for name in self.buckets.names() {
            let uploads = |bucket: &Bucket| -> Vec<_> {
                bucket.uploads.iter().map(|(id, upload)| (id.clone(), Arc::clone(upload))).collect()
            };
            // The lock of an upload's parts is taken before that of its bucket, so not under it.
            let uploads = self.buckets.read(&name, uploads).unwrap_or_default();
            let uploads: Vec<_> = uploads
                .iter()
                .map(|((key, id), upload)| save_upload(key, id, upload, &mut self.collected.borrow_mut()))
                .collect();
            let written = self.buckets.read(&name, |bucket| {
                list.serialize_element(&BucketView {
                    name: &bucket.name,
                    owner: &bucket.owner,
                    region: &bucket.region,
                    created: bucket.created,
                    storage_class: bucket.storage_class,
                    redundancy: bucket.redundancy,
                    acl: bucket.acl,
                    access: SavedAccess::of(&bucket.access),
                    tags: &bucket.tags,
                    versioning: bucket.versioning,
                    worm: &bucket.worm,
                    settings: bucket.settings.documents(),
                    chores: &bucket.chores,
                    swept: bucket.swept,
                    written: bucket.objects.written(),
                    seed: bucket.objects.seed(),
                    objects: Shown { objects: &bucket.objects, collected: self.collected },
                    versions: Old { objects: &bucket.objects, collected: self.collected },
                    uploads: &uploads,
                })
            });
            written.transpose()?;
        }
        list.end()
    }
}

/// One bucket on its way: what [`SavedBucket`] reads.
#[derive(Serialize)]
struct BucketView<'a, 'n> {
    name: &'a str,
    owner: &'a str,
    region: &'a str,
    created: Timestamp,
    storage_class: StorageClass,
    redundancy: Redundancy,
    acl: Acl,
    access: SavedAccess,
    tags: &'a [(String, String)],
    versioning: Versioning,
    worm: &'a Option<Worm>,
    settings: &'a BTreeMap<String, Element>,
    chores: &'a Chores,
    swept: Timestamp,
    written: u64,
    seed: u64,
    objects: Shown<'a, 'n>,
    versions: Old<'a, 'n>,
    uploads: &'a [SavedUpload],
}

/// What keys show.
struct Shown<'a, 'n> {
    objects: &'a Objects,
    collected: &'a RefCell<Collected<'n>>,
}

impl Serialize for Shown<'_, '_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let save = |(key, object): (&str, &Arc<Object>)| save_object(key, object, &mut self.collected.borrow_mut());
        to.collect_seq(self.objects.from("").map(save))
    }
}

/// What keys showed before.
struct Old<'a, 'n> {
    objects: &'a Objects,
    collected: &'a RefCell<Collected<'n>>,
}

impl Serialize for Old<'_, '_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let save = |(key, version): (&str, &Version)| save_version(key, version, &mut self.collected.borrow_mut());
        to.collect_seq(self.objects.old().map(save))
    }
}

/// Where payloads are had from, by their numbers.
pub(super) type Payloads<'p> = &'p mut dyn FnMut(u64) -> Result<Payload, LoadError>;

/// Payloads as they are read: each once, however many objects have it. From nowhere, nothing is in any of them.
pub(super) struct Loading<'p> {
    from: Option<Payloads<'p>>,
    known: BTreeMap<u64, (Payload, u64)>,
}

impl<'p> Loading<'p> {
    pub(super) fn new(from: Option<Payloads<'p>>) -> Self {
        Self { from, known: BTreeMap::new() }
    }

    /// Are the payloads left out?
    pub(super) fn leaves_out(&self) -> bool {
        self.from.is_none()
    }

    fn content(&mut self, saved: &SavedContent) -> Result<Payload, LoadError> {
        self.payload(saved.payload, saved.crc64)
    }

    /// The payload of a number, which must have this CRC-64.
    pub(super) fn payload(&mut self, number: u64, expected: u64) -> Result<Payload, LoadError> {
        let Some(from) = &mut self.from else { return Ok(Payload::default()) };
        let (payload, crc64) = if let Some(known) = self.known.get(&number) {
            known.clone()
        } else {
            let payload = if number == 0 { Payload::default() } else { from(number)? };
            let crc64 = crc64(&payload);
            self.known.insert(number, (payload.clone(), crc64));
            (payload, crc64)
        };
        if crc64 == expected {
            return Ok(payload);
        }
        Err(LoadError::Payload {
            number,
            why: "its bytes are not those that were saved: the CRC-64 is another".to_owned(),
        })
    }
}

pub(super) fn crc64(payload: &Payload) -> u64 {
    let mut digest = crc_fast::Digest::new(CrcAlgorithm::Crc64Xz);
    payload.chunks().iter().for_each(|chunk| digest.update(chunk));
    digest.finalize()
}

impl SavedObject {
    fn load(self, loading: &mut Loading<'_>) -> Result<(String, Object), LoadError> {
        let content = loading.content(&self.content)?;
        let Draft { headers, storage_class, acl, tags } = self.about.load()?;
        let SavedContent { etag, crc64, .. } = self.content;
        let Self { modified, version, .. } = self;
        let kind = self.kind.unwrap_or(match etag {
            EntityTag::Parts { .. } => ObjectKind::Multipart,
            EntityTag::Content(_) | EntityTag::Opaque(_) => ObjectKind::Normal,
        });
        let rare = self.rare.map(Box::new);
        let object = Object { content, etag, crc64, headers, modified, version, tags, rare, storage_class, acl, kind };
        Ok((self.key, object))
    }
}

impl SavedVersion {
    fn load(self, loading: &mut Loading<'_>) -> Result<(String, Version), LoadError> {
        match self {
            Self::Object(object) => {
                let (key, object) = object.load(loading)?;
                Ok((key, Version::Object(Arc::new(object))))
            }
            Self::Marker { key, version, at } => Ok((key, Version::Marker(Marker { id: version, at }))),
        }
    }
}

impl SavedUpload {
    fn load(self, loading: &mut Loading<'_>) -> Result<((String, String), Arc<Upload>), LoadError> {
        let upload = Upload::new(self.about.load()?, self.started).in_order(self.sequential);
        for part in self.parts {
            let content = loading.content(&part.content)?;
            let SavedContent { etag, crc64, .. } = part.content;
            upload.add(part.number, Part { content, etag, crc64, modified: part.modified });
        }
        Ok(((self.key, self.id), Arc::new(upload)))
    }
}

/// Puts saved buckets in their places.
pub(super) fn load(
    saved: Vec<SavedBucket>,
    into: &Buckets,
    accounts: &HashSet<String>,
    loading: &mut Loading<'_>,
) -> Result<(), LoadError> {
    for saved in saved {
        let name = saved.name.clone();
        if !accounts.contains(&saved.owner) {
            return Err(LoadError::broken(format!(
                "bucket `{name}` is of account {}, which is not there",
                saved.owner
            )));
        }
        let shown = saved.objects.into_iter().map(|object| object.load(loading)).collect::<Result<Vec<_>, _>>()?;
        let old = saved.versions.into_iter().map(|version| version.load(loading)).collect::<Result<Vec<_>, _>>()?;
        let bucket = Bucket {
            versioning: saved.versioning,
            worm: saved.worm,
            settings: Settings::load(saved.settings),
            chores: saved.chores,
            swept: saved.swept,
            objects: Objects::load(shown, old, saved.written, saved.seed),
            uploads: saved.uploads.into_iter().map(|upload| upload.load(loading)).collect::<Result<_, _>>()?,
            name: saved.name,
            owner: saved.owner,
            region: saved.region,
            created: saved.created,
            storage_class: saved.storage_class,
            redundancy: saved.redundancy,
            acl: saved.acl,
            access: saved.access.load(),
            tags: saved.tags,
        };
        let domains = bucket.settings.several("cname", "").map(|(domain, _)| domain.to_owned());
        let aliases: Vec<_> = bucket.access.points.values().map(|point| point.alias.clone()).chain(domains).collect();
        into.create(bucket, usize::MAX).map_err(|_| LoadError::broken(format!("bucket `{name}` stands twice")))?;
        if let Some(alias) = aliases.iter().find(|alias| !into.call(alias, &name)) {
            return Err(LoadError::broken(format!("two buckets have the alias `{alias}`")));
        }
    }
    Ok(())
}
