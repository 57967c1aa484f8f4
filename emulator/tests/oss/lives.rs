//! Random lives of objects, held to a model: rules of the life cycle as days go by, and many clients at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Barrier;

use acslab_emulator::EmulatorHandle;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::kit::Client;
use crate::tools::{done, element, elements, header, start};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const KEYS: [&str; 4] = ["a", "b/1", "b/2", "c"];

fn pick<T: Copy>(rng: &mut ChaCha8Rng, from: &[T]) -> T {
    from[rng.random_range(0..from.len())]
}

/// A rule: for a beginning of keys, after how many days what is done.
#[derive(Clone, Copy)]
struct Rule {
    prefix: &'static str,
    expires: Option<i64>,
    old_expires: Option<i64>,
    aborts: Option<i64>,
    lonely_markers: bool,
}

impl Rule {
    fn any(rng: &mut ChaCha8Rng, prefix: &'static str) -> Self {
        let mut days = || (rng.random_range(0..2_u32) == 0).then(|| rng.random_range(1..5_i64));
        let (expires, old_expires, aborts) = (days(), days(), Some(days().unwrap_or(2)));
        Self { prefix, expires, old_expires, aborts, lonely_markers: expires.is_none() }
    }

    fn text(&self) -> String {
        let days = |action: &str, name: &str, days: Option<i64>| {
            days.map(|days| format!("<{action}><{name}>{days}</{name}></{action}>")).unwrap_or_default()
        };
        let lonely = "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>";
        format!(
            "<Rule><Prefix>{}</Prefix><Status>Enabled</Status>{}{}{}{}</Rule>",
            self.prefix,
            days("Expiration", "Days", self.expires),
            if self.lonely_markers { lonely } else { "" },
            days("AbortMultipartUpload", "Days", self.aborts),
            days("NoncurrentVersionExpiration", "NoncurrentDays", self.old_expires),
        )
    }
}

/// A version: its id, unless a rule made it; the second at which it was written; and what is in it, nothing in a marker.
#[derive(Debug, Clone, PartialEq)]
struct Kept {
    id: Option<String>,
    at: i64,
    content: Option<String>,
}

#[derive(Default)]
struct Model {
    now: i64,
    versioning: Option<bool>,
    rules: Vec<Rule>,
    /// The versions of each key, the oldest first.
    keys: BTreeMap<&'static str, Vec<Kept>>,
    uploads: Vec<(String, &'static str, i64)>,
}

impl Model {
    fn write(&mut self, key: &'static str, id: Option<&str>, at: i64, content: Option<String>) {
        let versions = self.keys.entry(key).or_default();
        let id = if self.versioning == Some(true) { id } else { Some("null") };
        versions.retain(|one| one.id.as_deref() != Some("null") || id != Some("null"));
        if content.is_some() || self.versioning.is_some() {
            versions.push(Kept { id: id.map(str::to_owned), at, content });
        }
        self.keys.retain(|_, versions| !versions.is_empty());
    }

    /// Goes on to a time, from one midnight to the next.
    fn go_on(&mut self, to: i64) {
        let mut midnight = (self.now.div_euclid(DAY) + 1) * DAY;
        while midnight <= to {
            while self.apply(midnight) {}
            midnight += DAY;
        }
        self.now = to;
    }

    /// Does what is due at a midnight; was there anything?
    fn apply(&mut self, midnight: i64) -> bool {
        let due = |since: i64, days: i64| (since + days * DAY + DAY - 1).div_euclid(DAY) * DAY;
        let is_due = |since: i64, days: Option<i64>| days.is_some_and(|days| due(since, days) <= midnight);
        let rules = self.rules.clone();
        let of = |key: &str| rules.iter().filter(|rule| key.starts_with(rule.prefix)).copied().collect::<Vec<_>>();
        self.uploads.retain(|(_, key, at)| !of(key).iter().any(|rule| is_due(*at, rule.aborts)));
        for key in KEYS {
            for rule in of(key) {
                let Some(versions) = self.keys.get_mut(key) else { continue };
                let lonely = versions.len() == 1 && versions[0].content.is_none() && rule.lonely_markers;
                let old = versions.windows(2).position(|two| is_due(two[1].at, rule.old_expires));
                let last = versions.last().cloned();
                if let Some(old) = old.or_else(|| lonely.then_some(0)) {
                    versions.remove(old);
                    self.keys.retain(|_, versions| !versions.is_empty());
                    return true;
                }
                if let Some(last) = last.filter(|last| last.content.is_some() && is_due(last.at, rule.expires)) {
                    self.write(key, None, rule.expires.map_or(0, |days| due(last.at, days)), None);
                    return true;
                }
            }
        }
        false
    }

    /// The bucket shows what the model has. Of versions that rules made the ids are learnt.
    fn agrees(&mut self, owner: &Client<'_>, said: &str) {
        let answer = owner.on_bucket("GET", "photos", &[("versions", ""), ("max-keys", "1000")]);
        let seen: Vec<_> = elements(done(&answer), "Key").into_iter().zip(elements(&answer, "VersionId")).collect();
        let mut ids = seen.iter();
        for (key, versions) in &mut self.keys {
            for one in versions.iter_mut().rev() {
                let (other, id) = ids.next().unwrap_or_else(|| panic!("{said}: no {key} {one:?}"));
                assert_eq!((other.as_str(), id), (*key, &*one.id.get_or_insert_with(|| id.clone())), "{said}");
            }
        }
        assert_eq!(ids.next(), None, "{said}");
        let markers = self.keys.values().flatten().filter(|one| one.content.is_none()).count();
        assert_eq!(answer.text().matches("<DeleteMarker>").count(), markers, "{said}");
        let uploads: BTreeSet<_> =
            elements(&owner.on_bucket("GET", "photos", &[("uploads", "")]), "UploadId").into_iter().collect();
        assert_eq!(uploads, self.uploads.iter().map(|(id, ..)| id.clone()).collect(), "{said}");
        for (key, versions) in &self.keys {
            let read = owner.on_object("GET", "photos", key);
            match versions.last().and_then(|last| last.content.as_ref()) {
                Some(content) => assert_eq!(read.text(), *content, "{said}"),
                None => assert_eq!(read.status, 404, "{said}"),
            }
        }
    }
}

fn forward(emulator: &EmulatorHandle, seconds: i64) {
    emulator.gateway().cloud().clock.advance(seconds * 1000).map(|_| ()).expect("a time");
}

#[test]
fn rules_do_to_objects_what_the_model_does() {
    for seed in 0..3 {
        let emulator = start();
        let owner = Client::owner(&emulator);
        owner.make("photos");
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut model = Model { now: owner.now().as_second(), ..Model::default() };
        for step in 0..200 {
            let (key, content) = (pick(&mut rng, &KEYS), format!("{step}"));
            let now = model.now;
            match rng.random_range(0..12_u32) {
                0..=3 => {
                    let put = owner.put("photos", key, &content);
                    model.write(key, Some(header(done(&put), "x-oss-version-id")), now, Some(content));
                }
                4 | 5 => {
                    let gone = owner.on_object("DELETE", "photos", key);
                    model.write(key, Some(header(&gone, "x-oss-version-id")), now, None);
                }
                6 => {
                    let begun = owner.oss("POST", Some("photos"), key, &[("uploads", "")], &[], b"");
                    model.uploads.push((element(done(&begun), "UploadId"), key, now));
                }
                7 => {
                    model.rules = ["a", "b/"].map(|prefix| Rule::any(&mut rng, prefix)).to_vec();
                    let rules: String = model.rules.iter().map(Rule::text).collect();
                    let body = format!("<LifecycleConfiguration>{rules}</LifecycleConfiguration>");
                    done(&owner.oss("PUT", Some("photos"), "", &[("lifecycle", "")], &[], body.as_bytes()));
                }
                8 if rng.random_range(0..3_u32) == 0 => {
                    let enabled = rng.random_range(0..3_u32) > 0;
                    let status = if enabled { "Enabled" } else { "Suspended" };
                    let body = format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>");
                    done(&owner.oss("PUT", Some("photos"), "", &[("versioning", "")], &[], body.as_bytes()));
                    model.versioning = Some(enabled);
                }
                9 if rng.random_range(0..6_u32) == 0 => {
                    assert_eq!(owner.on_bucket("DELETE", "photos", &[("lifecycle", "")]).status, 204);
                    model.rules.clear();
                }
                _ => {
                    let hours = rng.random_range(1..80_i64);
                    forward(&emulator, hours * HOUR);
                    model.go_on(now + hours * HOUR);
                }
            }
            if step % 3 == 0 {
                model.agrees(&owner, &format!("seed {seed}, step {step}"));
            }
        }
    }
}

const CLIENTS: usize = 4;
const DAYS: usize = 5;

/// One of several clients: it alone writes below its own beginning of keys, of which it knows what is there; what all write is any of what
/// somebody wrote.
fn client(owner: &Client<'_>, number: usize, between: &dyn Fn(usize)) -> BTreeSet<(String, String)> {
    let mut rng = ChaCha8Rng::seed_from_u64(number as u64);
    let mut own: BTreeMap<String, String> = BTreeMap::new();
    let mut shared = BTreeSet::new();
    for day in 0..DAYS {
        for step in 0..30 {
            let content = format!("{number} {day} {step} ").repeat(rng.random_range(1..200));
            let folder = pick(&mut rng, &["kept", "gone"]);
            let key = format!("{number}/{folder}/{}", rng.random_range(0..3_u32));
            match rng.random_range(0..8_u32) {
                0 | 1 => {
                    done(&owner.put("photos", &key, &content));
                    own.insert(key, content);
                }
                2 => {
                    assert_eq!(owner.on_object("DELETE", "photos", &key).status, 204);
                    own.remove(&key);
                }
                3 => {
                    let read = owner.on_object("GET", "photos", &key);
                    assert_eq!((read.status == 200).then(|| read.text()).as_ref(), own.get(&key), "{key}");
                }
                4 => {
                    let begun = owner.oss("POST", Some("photos"), &key, &[("uploads", "")], &[], b"");
                    let id = element(done(&begun), "UploadId");
                    let query = [("partNumber", "1"), ("uploadId", id.as_str())];
                    done(&owner.oss("PUT", Some("photos"), &key, &query, &[], content.as_bytes()));
                    let all = [("x-oss-complete-all", "yes")];
                    done(&owner.oss("POST", Some("photos"), &key, &[("uploadId", &id)], &all, b""));
                    own.insert(key, content);
                }
                5 => {
                    let log = format!("{number}/kept/log");
                    let at = own.get(&log).map_or(0, String::len).to_string();
                    let query = [("append", ""), ("position", at.as_str())];
                    done(&owner.oss("POST", Some("photos"), &log, &query, &[], content.as_bytes()));
                    own.entry(log).or_default().push_str(&content);
                }
                6 => {
                    let bucket = format!("of-client-{number}");
                    owner.make(&bucket);
                    done(&owner.put(&bucket, "k", "x"));
                    owner.on_bucket("DELETE", &bucket, &[]).refused(409, "BucketNotEmpty");
                    assert_eq!(owner.on_object("DELETE", &bucket, "k").status, 204);
                    assert_eq!(owner.on_bucket("DELETE", &bucket, &[]).status, 204);
                }
                _ => {
                    let key = format!("shared/{}", rng.random_range(0..2_u32));
                    done(&owner.put("photos", &key, &content));
                    shared.insert((key, content));
                }
            }
        }
        between(day);
        // A day has gone by: what the rule is about is gone, whoever looked first, and what is written meanwhile is not.
        own.retain(|key, _| !key.contains("/gone/"));
        let listed = owner.on_bucket("GET", "photos", &[("prefix", &format!("{number}/")), ("max-keys", "1000")]);
        assert_eq!(elements(&listed, "Key"), own.keys().cloned().collect::<Vec<_>>(), "client {number}, day {day}");
        let sizes = own.values().map(|content| content.len().to_string()).collect::<Vec<_>>();
        assert_eq!(elements(&listed, "Size"), sizes);
    }
    for (key, content) in &own {
        assert_eq!(owner.on_object("GET", "photos", key).text(), *content, "{key}");
    }
    shared
}

#[test]
fn what_was_answered_is_there_however_many_ask_at_once() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let rule = |number: usize| {
        format!(
            "<Rule><Prefix>{number}/gone/</Prefix><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>"
        )
    };
    let rules: String = (0..CLIENTS).map(rule).collect();
    let body = format!("<LifecycleConfiguration>{rules}</LifecycleConfiguration>");
    done(&owner.oss("PUT", Some("photos"), "", &[("lifecycle", "")], &[], body.as_bytes()));
    let barrier = Barrier::new(CLIENTS);
    let between = |_: usize| {
        // Nobody's request is under way while the clock moves: it would be too old. Who comes first then meets the rules.
        if barrier.wait().is_leader() {
            forward(&emulator, 2 * DAY);
        }
        barrier.wait();
    };
    let written: BTreeSet<(String, String)> = std::thread::scope(|scope| {
        let clients = (0..CLIENTS).map(|number| {
            let (owner, between) = (&owner, &between);
            scope.spawn(move || client(owner, number, between))
        });
        let clients: Vec<_> = clients.collect();
        clients.into_iter().flat_map(|client| client.join().expect("a client")).collect()
    });
    for key in ["shared/0", "shared/1"] {
        let read = owner.on_object("GET", "photos", key);
        assert!(written.contains(&(key.to_owned(), read.text())), "{key} is what somebody wrote");
        assert_eq!(header(&read, "content-length"), read.body.len().to_string());
    }
    assert_eq!(elements(&owner.on_bucket("GET", "photos", &[("uploads", "")]), "UploadId"), Vec::<String>::new());
}
