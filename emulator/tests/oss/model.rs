//! Random sequences of calls on the versions and uploads of a bucket, held to a model that keeps them in the simplest way.

use std::collections::BTreeMap;

use acslab_emulator::FolderStore;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::kit::Client;
use crate::kit::temporary::Temporary;
use crate::tools::{done, element, elements, header, start, start_with};

const KEYS: [&str; 4] = ["a", "b/1", "b/2", "c"];

/// A version: its id, and what is in it; nothing in a marker.
type Kept = (String, Option<String>);

#[derive(Default)]
struct Model {
    versioning: Option<bool>,
    /// The versions of each key, the oldest first.
    keys: BTreeMap<&'static str, Vec<Kept>>,
    uploads: Vec<(String, &'static str, String)>,
}

impl Model {
    /// Something is written over a key; gives the id that it has, where ids are known.
    fn write(&mut self, key: &'static str, id: &str, content: Option<String>) {
        let versions = self.keys.entry(key).or_default();
        let id = if self.versioning == Some(true) { id.to_owned() } else { "null".to_owned() };
        versions.retain(|(other, _)| *other != "null" || id != "null");
        if content.is_some() || self.versioning.is_some() {
            versions.push((id, content));
        }
        if versions.is_empty() {
            self.keys.remove(key);
        }
    }

    fn remove(&mut self, key: &'static str, id: &str) {
        if let Some(versions) = self.keys.get_mut(key) {
            versions.retain(|(other, _)| other != id);
            if versions.is_empty() {
                self.keys.remove(key);
            }
        }
    }

    fn shown(&self, key: &str) -> Option<&String> {
        self.keys.get(key)?.last()?.1.as_ref()
    }

    fn any_id(&self, rng: &mut ChaCha8Rng, key: &str) -> String {
        let ids: Vec<_> = self.keys.get(key).into_iter().flatten().map(|(id, _)| id.clone()).collect();
        if ids.is_empty() { "null".to_owned() } else { ids[rng.random_range(0..ids.len())].clone() }
    }
}

/// The bucket shows what the model has.
fn agrees(owner: &Client<'_>, model: &Model, page: &str) {
    let (mut seen, mut after) = (Vec::new(), (String::new(), String::new()));
    loop {
        let query =
            [("versions", ""), ("max-keys", page), ("key-marker", after.0.as_str()), ("version-id-marker", &after.1)];
        let answer = owner.on_bucket("GET", "photos", &query);
        let ids = elements(done(&answer), "VersionId");
        seen.extend(elements(&answer, "Key").into_iter().zip(ids).zip(elements(&answer, "IsLatest")));
        if element(&answer, "IsTruncated") == "false" {
            break;
        }
        after = (element(&answer, "NextKeyMarker"), element(&answer, "NextVersionIdMarker"));
    }
    let expected = model.keys.iter().flat_map(|(key, versions)| {
        let newest = versions.len() - 1;
        let one = move |(at, (id, _)): (usize, &Kept)| (((*key).to_owned(), id.clone()), (at == newest).to_string());
        versions.iter().enumerate().map(one).rev().collect::<Vec<_>>()
    });
    assert_eq!(seen, expected.collect::<Vec<_>>());
    let listed = elements(&owner.on_bucket("GET", "photos", &[("list-type", "2")]), "Key");
    let shown: Vec<_> =
        model.keys.keys().filter(|key| model.shown(key).is_some()).map(|key| (*key).to_owned()).collect();
    assert_eq!(listed, shown);
    let stat = owner.on_bucket("GET", "photos", &[("stat", "")]);
    let count =
        |marker: bool| model.keys.values().flatten().filter(|one| one.1.is_none() == marker).count().to_string();
    assert_eq!([element(&stat, "ObjectCount"), element(&stat, "DeleteMarkerCount")], [count(false), count(true)]);
    assert_eq!(element(&stat, "MultipartUploadCount"), model.uploads.len().to_string());
}

/// With `on_disk`, everything is so large that a store has it.
fn play(seed: u64, steps: usize, on_disk: Option<&Temporary>) {
    let store = on_disk.map(|folder| FolderStore::open(folder.path()).expect("a folder"));
    let emulator = start_with(|builder| match store {
        Some(store) => builder.payloads(store),
        None => builder,
    });
    let size = if on_disk.is_some() { 5000 } else { 1 };
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let mut model = Model::default();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    for step in 0..steps {
        let key = KEYS[rng.random_range(0..KEYS.len())];
        let content = format!("{step}").repeat(size);
        match rng.random_range(0..12_u32) {
            0..=3 => {
                let put = owner.put("photos", key, &content);
                model.write(key, header(done(&put), "x-oss-version-id"), Some(content));
            }
            4 => {
                let gone = owner.on_object("DELETE", "photos", key);
                assert_eq!(gone.status, 204);
                model.write(key, header(&gone, "x-oss-version-id"), None);
            }
            5 => {
                let id = model.any_id(&mut rng, key);
                let gone = owner.oss("DELETE", Some("photos"), key, &[("versionId", &id)], &[], b"");
                let marker =
                    model.keys.get(key).into_iter().flatten().any(|(own, content)| *own == id && content.is_none());
                assert_eq!(
                    (gone.status, header(&gone, "x-oss-delete-marker") == "true"),
                    (204, marker),
                    "{seed} {step}"
                );
                model.remove(key, &id);
            }
            6 => {
                let get = owner.on_object("GET", "photos", key);
                match model.shown(key) {
                    Some(content) => assert_eq!(get.text(), *content),
                    None => {
                        get.refused(404, "NoSuchKey");
                    }
                }
            }
            7 => {
                let id = model.any_id(&mut rng, key);
                let get = owner.oss("GET", Some("photos"), key, &[("versionId", &id)], &[], b"");
                match model.keys.get(key).into_iter().flatten().find(|(own, _)| *own == id) {
                    Some((_, Some(content))) => assert_eq!(get.text(), *content),
                    Some((_, None)) => {
                        get.refused(405, "MethodNotAllowed");
                    }
                    None => {
                        get.refused(404, "NoSuchVersion");
                    }
                }
            }
            8 => {
                let from = KEYS[rng.random_range(0..KEYS.len())];
                let copied = owner.with("PUT", "photos", key, &[("x-oss-copy-source", &format!("/photos/{from}"))]);
                match model.shown(from).cloned() {
                    Some(content) => model.write(key, header(done(&copied), "x-oss-version-id"), Some(content)),
                    None => {
                        copied.refused(404, "NoSuchKey");
                    }
                }
            }
            9 => {
                let begun = owner.oss("POST", Some("photos"), key, &[("uploads", "")], &[], b"");
                let id = element(done(&begun), "UploadId");
                let query = [("partNumber", "1"), ("uploadId", id.as_str())];
                done(&owner.oss("PUT", Some("photos"), key, &query, &[], content.as_bytes()));
                model.uploads.push((id, key, content));
            }
            10 if !model.uploads.is_empty() => {
                let (id, key, content) = model.uploads.swap_remove(rng.random_range(0..model.uploads.len()));
                let whole =
                    owner.oss("POST", Some("photos"), key, &[("uploadId", &id)], &[("x-oss-complete-all", "yes")], b"");
                model.write(key, header(done(&whole), "x-oss-version-id"), Some(content));
            }
            _ if rng.random_range(0..4_u32) == 0 => {
                let enabled = rng.random_range(0..2_u32) == 0;
                let status = if enabled { "Enabled" } else { "Suspended" };
                let body = format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>");
                done(&owner.oss("PUT", Some("photos"), "", &[("versioning", "")], &[], body.as_bytes()));
                model.versioning = Some(enabled);
            }
            _ => {}
        }
        if step % 5 == 0 {
            agrees(&owner, &model, &rng.random_range(1..9_u32).to_string());
        }
    }
    agrees(&owner, &model, "1000");
    if let Some(folder) = on_disk {
        let kept = model.keys.values().flatten().filter(|(_, content)| content.is_some()).count();
        // What was copied is there once.
        assert!((1..=kept + model.uploads.len()).contains(&folder.in_use().len()), "{seed}");
    }
}

#[test]
fn buckets_are_what_was_done_to_them() {
    for seed in 0..4 {
        play(seed, 250, None);
    }
}

#[test]
fn buckets_on_the_disk_are_what_was_done_to_them() {
    let folder = Temporary::new();
    for seed in 4..6 {
        play(seed, 250, Some(&folder));
    }
    assert!(folder.in_use().is_empty());
}

/// Many write at once; every version that was answered is there, each once.
#[test]
fn no_version_is_lost_however_many_write_at_once() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let body = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    done(&owner.oss("PUT", Some("photos"), "", &[("versioning", "")], &[], body));
    let mut ids: Vec<String> = std::thread::scope(|scope| {
        let writer = |number: usize| {
            let owner = &owner;
            move || -> Vec<String> {
                let write = |step: usize| {
                    let answer = if step % 4 == 3 {
                        owner.on_object("DELETE", "photos", KEYS[step % 2])
                    } else {
                        owner.put("photos", KEYS[step % 2], &format!("{number} {step}"))
                    };
                    header(done(&answer), "x-oss-version-id").to_owned()
                };
                (0..40).map(write).collect()
            }
        };
        let threads: Vec<_> = (0..4).map(|number| scope.spawn(writer(number))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a writer")).collect()
    });
    let listed = owner.on_bucket("GET", "photos", &[("versions", ""), ("max-keys", "1000")]);
    let mut seen = elements(&listed, "VersionId");
    ids.sort();
    seen.sort();
    assert_eq!(seen, ids);
}
