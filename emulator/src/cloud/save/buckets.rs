//! Buckets with their objects, as they are saved.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::num::NonZeroU32;
use std::sync::Arc;

use acslab_policy::Document;
use http::{HeaderName, HeaderValue};
use jiff::Timestamp;
use serde::ser::SerializeSeq;
use serde::{Deserialize, Serialize, Serializer};

use super::error::LoadError;
use super::payloads::{Collected, Loading, SavedBytes};
use crate::cloud::payload::Payload;
use crate::cloud::{
    AccessPoint, Acl, Bucket, BucketAccess, Buckets, Chores, Draft, Element, EntityTag, KeptHeaders, Marker, Object,
    ObjectKind, Objects, Part, Rare, Redundancy, Settings, StorageClass, Upload, Version, VersionId, Versioning, Worm,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedContent {
    payload: SavedBytes,
    /// What an older document does not say.
    #[serde(default)]
    size: Option<u64>,
    etag: EntityTag,
    crc64: u64,
}

impl SavedContent {
    fn of(content: &Payload, etag: EntityTag, crc64: u64, collected: &mut Collected<'_>) -> Self {
        Self { payload: collected.bytes(content), size: Some(content.size()), etag, crc64 }
    }

    fn load(&self, loading: &mut Loading<'_>) -> Result<Payload, LoadError> {
        loading.bytes(&self.payload, self.size, self.crc64)
    }
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    accessed: Option<NonZeroU32>,
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
    // What was written with others would frame an answer, or answer for OSS.
    let own = headers.iter().filter(|(name, _)| KeptHeaders::may_have(name.as_str()));
    Ok(own.map(|(name, value)| (name, value)).collect())
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
        content: SavedContent::of(&object.content, object.etag, object.crc64, collected),
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
        accessed: NonZeroU32::new(object.accessed),
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
            content: SavedContent::of(&part.content, part.etag, part.crc64, collected),
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

impl SavedObject {
    fn load(self, loading: &mut Loading<'_>) -> Result<(String, Object), LoadError> {
        let content = self.content.load(loading)?;
        let Draft { headers, storage_class, acl, tags } = self.about.load()?;
        let SavedContent { etag, crc64, .. } = self.content;
        let Self { modified, version, .. } = self;
        let kind = self.kind.unwrap_or(match etag {
            EntityTag::Parts { .. } => ObjectKind::Multipart,
            EntityTag::Content(_) | EntityTag::Opaque(_) => ObjectKind::Normal,
        });
        let rare = self.rare.map(Box::new);
        let accessed = self.accessed.map_or(0, NonZeroU32::get);
        let object =
            Object { content, etag, crc64, headers, modified, version, tags, rare, storage_class, acl, kind, accessed };
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
            let content = part.content.load(loading)?;
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
