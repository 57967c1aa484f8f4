//! Replication, performed: what is written to a bucket, and deleted from it, is done to another, as the role that the rule names. A rule
//! without one copies within its owner's account, as the owner.
//!
//! What is copied is not copied on by the rules of where it arrives. Source pages: "Data replication", "Replication behavior in special
//! scenarios"; the actions of the role: "Data replication permissions".

use std::sync::{Arc, LazyLock};

use http::Method;

use super::tend::Worker;
use crate::cloud::{Bucket, Change, Changed, Element, Found, History, Object, Version, VersionId, Versioning};
use crate::gateway::{
    Act, ApiError, Body, Call, Caller, Check, Facts, Level, Needed, ObjectAddress, Operation, Reply, Route, Selector,
};
use crate::services::oss::checks::on_bucket;
use crate::services::oss::draft::{ENCRYPTION, KEY_ID};
use crate::services::oss::product::row;
use crate::services::oss::{describe, error, kms, object, refusal};
use crate::signature::key;

const SOURCE: &str = "acs:oss:{owner_region}:{owner}:{bucket}/{object}";
const TARGET: &str = "acs:oss:{owner_region}:{owner}:{target}/{object}";

/// No request can name these: their rows are in no table.
fn inside(name: &'static str, checks: &[Check], handler: fn(&Call<'_>) -> Result<Reply, ApiError>) -> Arc<Operation> {
    Arc::new(row(name, Route::Oss(Method::POST, Level::Object, Selector::Plain), checks, &[], handler))
}

fn on_target(actions: &'static [&'static str]) -> Check {
    Check::new(actions, TARGET).about("{target}/{object}").context(at_target).words(&refusal::OBJECT)
}

/// A version of an object is copied. INFERRED: what is encrypted with a key of one's own is read with `kms:Decrypt` and written with
/// `kms:GenerateDataKey`, as whoever reads and writes it otherwise needs.
static COPY: LazyLock<Arc<Operation>> = LazyLock::new(|| {
    let read = Check::new(&["oss:ReplicateGet"], SOURCE).about_named(of_version).context(at_source);
    // The key is that of the source, which was looked for just before.
    let decrypt = Check::new(&["kms:Decrypt"], kms::KEY).about_named(of_version).context(at_source);
    let decrypt = decrypt.located(kms::FOR_WHAT, kms::read_with).refused_by(kms::refused);
    let encrypt = Check::new(&["kms:GenerateDataKey"], kms::KEY).about("{target}/{object}").context(at_target);
    let encrypt = encrypt.of(own_key).refused_by(kms::refused);
    let checks = [read.words(&refusal::OBJECT), decrypt, on_target(&["oss:ReplicatePut"]), encrypt];
    inside("ReplicateObject", &checks, copy)
});
/// A deletion is done again.
static DELETE: LazyLock<Arc<Operation>> =
    LazyLock::new(|| inside("ReplicateDeletion", &[on_target(&["oss:ReplicateDelete"])], delete));
/// What was there before a rule is looked through.
static LIST: LazyLock<Arc<Operation>> = LazyLock::new(|| {
    inside("ReplicateList", &[on_bucket(&["oss:ReplicateList"]).context(at_source)], |_| {
        Ok(Reply::with_body(Body::Empty))
    })
});

fn of_version(call: &Call<'_>, _: &str) -> String {
    let address = &call.address;
    let (bucket, key) = (address.bucket.as_deref().unwrap_or_default(), object::key(call));
    format!("{}@{bucket}/{key}", call.arguments.text("version"))
}

/// The key that the copy is encrypted with, where the rule names one.
#[expect(clippy::unnecessary_wraps, reason = "has the type of those that can fail")]
fn own_key(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    Ok(call.arguments.filled("key").map(str::to_owned).into_iter().collect())
}

/// CHOICE: a rule copies for the owner of the bucket, whoever pays for reading it.
fn at_source(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    let facts = Facts { requester_pays: false, ..facts.clone() };
    describe::at(call, &facts, needed, call.address.bucket.as_deref().unwrap_or_default())
}

fn at_target(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    let facts = Facts { requester_pays: false, ..facts.clone() };
    describe::at(call, &facts, needed, call.arguments.text("target"))
}

fn version(call: &Call<'_>) -> Option<VersionId> {
    VersionId::parse(call.arguments.text("version"))
}

/// Copies a version of an object, if it is still there.
fn copy(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (bucket, target) = (call.address.bucket.as_deref().unwrap_or_default(), call.arguments.text("target"));
    let key = object::key(call);
    let found = call.cloud().buckets.read(bucket, |bucket| bucket.objects.find(key, version(call)));
    let Some(Found::Object(found)) = found else { return Ok(Reply::with_body(Body::Empty)) };
    let mut replica = Object::clone(&found);
    if let Some(rare) = &mut replica.rare {
        rare.restore = None;
        rare.retention = None;
        rare.held = false;
    }
    if let Some(id) = call.arguments.filled("key").and_then(|id| http::HeaderValue::from_str(id).ok()) {
        let own = [(http::HeaderName::from_static(KEY_ID), id)];
        let own = own.iter().map(|(name, value)| (name, value)).collect();
        replica.headers = replica.headers.but(&own, |name| name == KEY_ID);
    }
    place(call, target, Version::Object(Arc::new(replica)))
}

/// Puts a version into the target, unless what it would overwrite must be kept.
fn place(call: &Call<'_>, target: &str, version: Version) -> Result<Reply, ApiError> {
    let key = object::key(call);
    let placed = call.cloud().buckets.change(target, |bucket| {
        let overwritten = (bucket.versioning == Versioning::Never).then(|| bucket.objects.get(key)).flatten();
        if overwritten.is_some_and(|before| bucket.keeps(before, call.now)) {
            return Err(error::file_immutable());
        }
        // What it held may be gigabytes: it is let go behind the bucket's lock.
        Ok(bucket.objects.adopt(key, version, bucket.versioning))
    });
    let _gone = placed.ok_or_else(|| error::no_such_bucket(target))??;
    Ok(Reply::with_body(Body::Empty))
}

/// Does a deletion again: of a version, or of the key.
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (key, target) = (object::key(call), call.arguments.text("target"));
    let source = call.address.bucket.as_deref().unwrap_or_default();
    let named = version(call);
    if call.arguments.get("marker").is_some() {
        let found = call.cloud().buckets.read(source, |bucket| bucket.objects.find(key, named));
        return match found {
            Some(Found::Marker(marker)) => place(call, target, Version::Marker(marker)),
            _ => Ok(Reply::with_body(Body::Empty)),
        };
    }
    let gone = call.cloud().buckets.change(target, |bucket| {
        let version = named.unwrap_or_default();
        if let Found::Object(object) = bucket.objects.find(key, Some(version))
            && bucket.keeps(&object, call.now)
        {
            return Err(error::file_immutable());
        }
        Ok(bucket.objects.delete_version(key, version))
    });
    let _gone = gone.ok_or_else(|| error::no_such_bucket(target))??;
    Ok(Reply::with_body(Body::Empty))
}

/// A rule as it is followed.
struct Rule {
    id: String,
    target: String,
    role: Option<String>,
    prefixes: Vec<String>,
    /// Are versions, and keys for good, deleted too?
    deletes: bool,
    /// What becomes of objects that are encrypted with a key of KMS.
    encrypted: Encrypted,
}

/// What becomes of objects that are encrypted with a key of KMS.
enum Encrypted {
    /// They are not copied.
    LeftOut,
    /// They are copied as they are.
    AsTheyAre,
    /// They are copied, and encrypted with this key there.
    With(String),
}

impl Rule {
    fn of(element: &Element) -> Self {
        let text = |way: &[&str]| element.at(way).map(|found| found.text.clone()).filter(|text| !text.is_empty());
        let actions = text(&["Action"]).unwrap_or_default();
        let selected = text(&["SourceSelectionCriteria", "SseKmsEncryptedObjects", "Status"]);
        let encrypted = match (selected.as_deref(), text(&["EncryptionConfiguration", "ReplicaKmsKeyID"])) {
            (Some("Enabled"), Some(key)) => Encrypted::With(key),
            (Some("Enabled"), None) => Encrypted::AsTheyAre,
            _ => Encrypted::LeftOut,
        };
        let prefixes = element.child("PrefixSet");
        let prefixes = prefixes
            .into_iter()
            .flat_map(|set| set.all("Prefix"))
            .map(|prefix| key::of_text(&prefix.text).into_owned());
        Self {
            id: text(&["ID"]).unwrap_or_default(),
            target: text(&["Destination", "Bucket"]).unwrap_or_default(),
            role: text(&["SyncRole"]),
            prefixes: prefixes.filter(|prefix| !prefix.is_empty()).collect(),
            deletes: actions.split(',').any(|action| matches!(action.trim(), "ALL" | "DELETE")),
            encrypted,
        }
    }

    fn takes(&self, key: &str) -> bool {
        self.prefixes.is_empty() || self.prefixes.iter().any(|prefix| key.starts_with(prefix.as_str()))
    }
}

/// Follows the rules of a bucket: what was changed lately, then some of what was there before: so many keys.
pub(super) fn run(worker: &Worker<'_>, keys: &mut usize) {
    let taken = worker.cloud.buckets.change(worker.bucket, |bucket| {
        let changes = bucket.chores.take_changes();
        let mut histories = bucket.chores.histories().clone();
        histories.retain(|_, history| !history.over);
        if changes.is_empty() && histories.is_empty() {
            return None;
        }
        let elements: Vec<_> =
            bucket.settings.several("replication", "").map(|(id, rule)| (id.to_owned(), rule.clone())).collect();
        let begins = !changes.is_empty() || !bucket.objects.is_empty();
        let starting = elements.iter().filter(|(_, rule)| begins && rule.get("Status") == Some("starting"));
        for (id, rule) in starting {
            let mut rule = rule.clone();
            rule.set("Status", "doing");
            bucket.settings.put(&super::super::replication::place(id), rule);
        }
        let rules: Vec<_> = elements.iter().map(|(_, rule)| Rule::of(rule)).collect();
        Some((changes, histories, rules))
    });
    let Some((changes, histories, rules)) = taken.flatten() else { return };
    for rule in &rules {
        let history = histories.get(&rule.id).filter(|_| *keys > 0);
        let mine = changes.iter().filter(|change| rule.takes(&change.key));
        let mine: Vec<_> = mine.filter(|change| rule.deletes || !matches!(change.what, Changed::Deleted(_))).collect();
        if mine.is_empty() && history.is_none() {
            continue;
        }
        let caller = match &rule.role {
            Some(role) => worker.assume(format!("role/{role}")),
            None => Ok(Caller::Owner(Arc::clone(&worker.owner))),
        };
        let set_history =
            |next| worker.cloud.buckets.change(worker.bucket, |bucket| bucket.chores.set_history(&rule.id, next));
        let follower = match caller {
            Ok(caller) => Follower { worker, rule, caller },
            Err(error) => {
                tell(worker, &error);
                // Who cannot be assumed copies nothing of it, today or tomorrow.
                history.map(|history| set_history(Some(History { over: true, ..history.clone() })));
                continue;
            }
        };
        // What is refused of one is no reason not to copy another.
        for change in mine {
            follower.follow(change).unwrap_or_else(|error| tell(worker, &error));
        }
        history.map(|history| set_history(follower.go_through(history, keys)));
    }
    // Of rules that are no more, nothing is left to do.
    let gone: Vec<_> = histories.keys().filter(|id| !rules.iter().any(|rule| rule.id == **id)).collect();
    worker.cloud.buckets.change(worker.bucket, |bucket| gone.iter().for_each(|id| bucket.chores.set_history(id, None)));
}

fn tell(worker: &Worker<'_>, error: &ApiError) {
    worker.tell("what a rule of replication says is not copied", error);
}

/// Whoever follows a rule.
struct Follower<'w, 'a> {
    worker: &'w Worker<'a>,
    rule: &'w Rule,
    caller: Caller,
}

impl Follower<'_, '_> {
    fn act(&self, operation: &Arc<Operation>, key: Option<&str>, parameters: &[(&str, &str)]) -> Result<(), ApiError> {
        let address = ObjectAddress {
            bucket: Some(self.worker.bucket.to_owned()),
            object: key.map(str::to_owned),
            ..ObjectAddress::default()
        };
        let parameters: Vec<_> = [("target", self.rule.target.as_str())].iter().chain(parameters).copied().collect();
        let act = Act { operation, address: &address, parameters: &parameters, region: &self.worker.region };
        self.worker.inside.act(self.worker.cloud, act, self.caller.clone()).map(|_| ())
    }

    fn follow(&self, change: &Change) -> Result<(), ApiError> {
        let (key, Changed::Put(id) | Changed::Marked(id) | Changed::Deleted(id)) = (&*change.key, change.what);
        let id = id.to_string();
        match change.what {
            Changed::Put(_) => self.copy(key, &id),
            Changed::Marked(_) => self.act(&DELETE, Some(key), &[("version", &id), ("marker", "")]),
            Changed::Deleted(_) => self.act(&DELETE, Some(key), &[("version", &id)]),
        }
    }

    fn copy(&self, key: &str, version: &str) -> Result<(), ApiError> {
        let find = |bucket: &Bucket| match bucket.objects.find(key, VersionId::parse(version)) {
            Found::Object(object) => {
                Some(object.headers.iter().any(|(name, value)| name == ENCRYPTION && value == "KMS"))
            }
            Found::Marker(_) | Found::Nothing => None,
        };
        let encrypted = self.worker.cloud.buckets.read(self.worker.bucket, find).flatten();
        match (encrypted, &self.rule.encrypted) {
            (None, _) | (Some(true), Encrypted::LeftOut) => Ok(()),
            (Some(true), Encrypted::With(key_id)) => {
                self.act(&COPY, Some(key), &[("version", version), ("key", key_id)])
            }
            (Some(_), _) => self.act(&COPY, Some(key), &[("version", version)]),
        }
    }

    /// Copies some of what was there before the rule: so many keys. Gives how far it has come, unless all is copied.
    fn go_through(&self, history: &History, keys: &mut usize) -> Option<History> {
        if history.after.is_none()
            && let Err(error) = self.act(&LIST, None, &[])
        {
            tell(self.worker, &error);
            return Some(History { over: true, ..history.clone() });
        }
        let after = history.after.as_deref();
        let read = |bucket: &Bucket| some_of(bucket, after, *keys);
        let (some, more) = self.worker.cloud.buckets.read(self.worker.bucket, read).unwrap_or_default();
        *keys = keys.saturating_sub(some.iter().map(|(_, whats)| whats.len()).sum());
        let mut next = history.clone();
        for (key, whats) in some {
            let mut copied = true;
            if self.rule.takes(&key) {
                // The oldest first, as they were written.
                for what in whats.into_iter().rev() {
                    if let Err(error) = self.follow(&Change { key: key.clone(), what }) {
                        tell(self.worker, &error);
                        copied = false;
                    }
                }
            }
            next.done += u64::from(copied);
            next.refused |= !copied;
            next.after = Some(key);
        }
        next.over = !more;
        (more || next.refused).then_some(next)
    }
}

/// The keys behind one, with what there is of each, the newest first, until there are so many versions or more; and whether there are more
/// keys.
fn some_of(bucket: &Bucket, after: Option<&str>, most: usize) -> (Vec<(String, Vec<Changed>)>, bool) {
    let mut keys: Vec<(String, Vec<Changed>)> = Vec::new();
    let all = bucket.objects.versions(after.unwrap_or_default(), None);
    for (versions, (key, listed)) in all.filter(|(key, _)| Some(*key) != after).enumerate() {
        if keys.last().is_none_or(|(last, _)| last != key) {
            if versions >= most {
                return (keys, true);
            }
            keys.push((key.to_owned(), Vec::new()));
        }
        let what = match listed.version {
            Version::Object(object) => Changed::Put(object.version),
            Version::Marker(marker) => Changed::Marked(marker.id),
        };
        if let Some((_, whats)) = keys.last_mut() {
            whats.push(what);
        }
    }
    (keys, false)
}
