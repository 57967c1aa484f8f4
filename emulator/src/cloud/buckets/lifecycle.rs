//! The life cycle of objects: rules by which they are stored otherwise, and deleted, as days go by.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{Bucket, Changed, Element, Object, StorageClass, Version, VersionId, Versioning};
use crate::signature::key;

/// The rules of a bucket.
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    rules: Vec<Rule>,
}

#[derive(Debug, Clone)]
struct Rule {
    id: String,
    prefix: String,
    tags: Vec<(String, String)>,
    larger_than: Option<u64>,
    smaller_than: Option<u64>,
    not: Vec<(String, Option<(String, String)>)>,
    expiration: Option<When>,
    /// Does a marker go that is all that is left of a key?
    expired_marker: bool,
    transitions: Vec<Move>,
    abort: Option<When>,
    old_expiration: Option<When>,
    old_transitions: Vec<Move>,
}

/// That objects are stored otherwise.
#[derive(Debug, Clone, Copy)]
struct Move {
    when: When,
    to: StorageClass,
    /// Is it counted from when an object was last read?
    by_access: bool,
    /// From which size on: where it is counted so, small objects may be left out.
    from_size: u64,
    /// Is an object stored as before once it is read?
    returns: bool,
}

/// What is left out as small.
const SMALL: u64 = 64 << 10;

/// What a time is counted from: when a version was written, or became an old one; and when it was last read, where that is known.
#[derive(Debug, Clone, Copy)]
struct Since {
    written: Timestamp,
    accessed: Option<Timestamp>,
}

impl Move {
    fn read(element: &Element, days: &str) -> Option<Self> {
        let by_access = element.is("IsAccessTime");
        let left_out = by_access && element.child("AllowSmallFile").is_some() && !element.is("AllowSmallFile");
        Some(Self {
            when: When::of(element, days)?,
            to: StorageClass::parse(element.get("StorageClass")?)?,
            by_access,
            from_size: if left_out { SMALL } else { 0 },
            returns: element.is("ReturnToStdWhenVisit"),
        })
    }

    /// When it is to be done to an object; `None`: never.
    fn due(&self, since: Since, object: &Object) -> Option<Timestamp> {
        let since = if self.by_access { since.accessed? } else { since.written };
        self.when.due(since).filter(|_| object.size() >= self.from_size && self.to > object.storage_class)
    }
}

/// When something is to be done.
#[derive(Debug, Clone, Copy)]
enum When {
    /// So many days after.
    Days(i64),
    /// To what is older than this.
    Before(Timestamp),
}

const DAY: i64 = 24 * 60 * 60;

/// The next time that rules are applied at, not before this: the beginning of a day.
fn run_at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds.saturating_add(DAY - 1).div_euclid(DAY).saturating_mul(DAY))
        .unwrap_or(Timestamp::MAX)
}

impl When {
    /// When it is to be done to what is so old; `None`: never.
    fn due(self, since: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Days(days) => Some(run_at(since.as_second().saturating_add(days.saturating_mul(DAY)))),
            Self::Before(date) => (since < date).then(|| run_at(since.as_second())),
        }
    }

    fn of(element: &Element, days: &str) -> Option<Self> {
        let date = || element.filled("CreatedBeforeDate").or_else(|| element.filled("Date"));
        match element.get(days) {
            Some(days) => days.parse().ok().map(Self::Days),
            None => date()?.parse().ok().map(Self::Before),
        }
    }
}

fn tag(element: &Element) -> (String, String) {
    (element.get("Key").unwrap_or_default().to_owned(), element.get("Value").unwrap_or_default().to_owned())
}

impl Rule {
    fn read(element: &Element) -> Self {
        let transitions = |name, days| element.all(name).filter_map(|one| Move::read(one, days)).collect();
        let filter = element.child("Filter");
        let size = |name| filter.and_then(|filter| filter.get(name)?.parse().ok());
        let prefix = |of: &Element| key::of_text(of.get("Prefix").unwrap_or_default()).into_owned();
        let not = |not: &Element| (prefix(not), not.child("Tag").map(tag));
        let old = element.child("NoncurrentVersionExpiration");
        Self {
            id: element.get("ID").unwrap_or_default().to_owned(),
            prefix: prefix(element),
            tags: element.all("Tag").map(tag).collect(),
            larger_than: size("ObjectSizeGreaterThan"),
            smaller_than: size("ObjectSizeLessThan"),
            not: filter.into_iter().flat_map(|filter| filter.all("Not").map(not).collect::<Vec<_>>()).collect(),
            expiration: element.child("Expiration").and_then(|expiration| When::of(expiration, "Days")),
            expired_marker: element.child("Expiration").is_some_and(|one| one.is("ExpiredObjectDeleteMarker")),
            transitions: transitions("Transition", "Days"),
            abort: element.child("AbortMultipartUpload").and_then(|abort| When::of(abort, "Days")),
            old_expiration: old.and_then(|old| When::of(old, "NoncurrentDays")),
            old_transitions: transitions("NoncurrentVersionTransition", "NoncurrentDays"),
        }
    }

    fn is_about(&self, key: &str, object: &Object) -> bool {
        let has = |tag: &(String, String)| object.tags.contains(tag);
        let excluded = |(prefix, tag): &(String, Option<(String, String)>)| {
            key.starts_with(prefix.as_str()) && tag.as_ref().is_none_or(has)
        };
        key.starts_with(&self.prefix)
            && self.tags.iter().all(has)
            && self.larger_than.is_none_or(|size| object.size() > size)
            && self.smaller_than.is_none_or(|size| object.size() < size)
            && !self.not.iter().any(excluded)
    }
}

/// What is to be done to a version.
#[derive(Debug, Clone, Copy)]
enum Act {
    /// It is deleted, as of a time.
    Expire(Timestamp),
    /// It is stored otherwise, since a time.
    Move(Timestamp, StorageClass),
}

impl Act {
    /// Which of two is done: to be deleted comes first, the earlier the better; then to be stored colder.
    fn before(self, other: Self) -> Self {
        match (self, other) {
            (Self::Expire(one), Self::Expire(another)) => Self::Expire(one.min(another)),
            (Self::Expire(_), _) => self,
            (_, Self::Expire(_)) => other,
            (Self::Move(_, one), Self::Move(_, another)) => {
                if another > one {
                    other
                } else {
                    self
                }
            }
        }
    }
}

/// The act of some rules that is due to an object: to be deleted comes before to be stored otherwise, and of that the coldest.
fn due(object: &Object, since: Since, now: Timestamp, expiration: Option<When>, moves: &[Move]) -> Option<Act> {
    if let Some(at) = expiration.and_then(|when| when.due(since.written)).filter(|due| *due <= now) {
        return Some(Act::Expire(at));
    }
    let moves = moves.iter().filter_map(|one| Some((one.due(since, object).filter(|due| *due <= now)?, one.to)));
    moves.max_by_key(|(_, to)| *to).map(|(at, to)| Act::Move(at, to))
}

impl Lifecycle {
    /// Reads the rules that are in force; they were checked when they were put.
    pub fn read(document: &Element) -> Self {
        let enabled = document.all("Rule").filter(|rule| rule.get("Status") == Some("Enabled"));
        Self { rules: enabled.map(Rule::read).collect() }
    }

    /// When an object will be deleted by a rule, and by which: what a client is told that reads it.
    pub fn expiry(&self, key: &str, object: &Object) -> Option<(Timestamp, &str)> {
        let rules = self.rules.iter().filter(|rule| rule.is_about(key, object));
        let expiry = |rule: &'_ Rule| rule.expiration?.due(object.modified);
        rules.filter_map(|rule| Some((expiry(rule)?, rule.id.as_str()))).min_by_key(|(at, _)| *at)
    }

    /// Is an object that a rule has stored otherwise to be stored as before, now that it is read? Of what is archived nothing is
    /// said.
    pub fn returns(&self, key: &str, object: &Object) -> bool {
        let moved = object.rare.as_ref().is_some_and(|rare| rare.transition.is_some());
        let moves = |rule: &Rule| rule.transitions.iter().chain(&rule.old_transitions).any(|one| one.returns);
        moved
            && object.storage_class == StorageClass::InfrequentAccess
            && self.rules.iter().any(|rule| moves(rule) && rule.is_about(key, object))
    }
}

/// Rules that go by who read an object say since when that is known.
pub(super) fn say_since(document: &mut Element, since: Timestamp) {
    for rule in &mut document.children {
        rule.children.retain(|child| child.name != "AtimeBase");
        if rule.children.iter().any(|action| action.is("IsAccessTime")) {
            rule.children.push(Element::text("AtimeBase", since.as_second().to_string()));
        }
    }
}

/// Applies the rules of a bucket as of a time. What was to be done on earlier days is done as of those.
///
/// Objects are walked over once, however many rules there are; only keys at which something was done are looked at again.
pub(super) fn apply(bucket: &mut Bucket, now: Timestamp) {
    let Some(lifecycle) = bucket.settings.lifecycle().cloned() else { return };
    let rules = &lifecycle.rules[..];
    let aborted = |rule: &Rule, key: &str, started: Timestamp| {
        key.starts_with(&rule.prefix)
            && rule.abort.is_some_and(|abort| abort.due(started).is_some_and(|due| due <= now))
    };
    bucket.uploads.retain(|(key, _), upload| !rules.iter().any(|rule| aborted(rule, key, upload.started)));
    let mut keys = BTreeSet::new();
    for prefix in disjoint(rules) {
        let shown = bucket.objects.from(prefix).take_while(|(key, _)| key.starts_with(prefix));
        let due = shown.filter(|(key, object)| of_shown(bucket, rules, key, object, now).is_some());
        keys.extend(due.map(|(key, _)| key.to_owned()));
        let old = bucket.objects.with_history(prefix).take_while(|(key, _)| key.starts_with(prefix));
        let due = old.filter(|(key, _)| !of_old(bucket, rules, key, now).is_empty());
        keys.extend(due.map(|(key, _)| key.to_owned()));
    }
    // What a rule does can be what another one waits for: an object that is deleted is an old version from then on.
    for _ in 0..4 {
        keys.retain(|key| at_key(bucket, rules, key, now));
    }
}

/// The beginnings of keys that the rules are about, none of which lies within another.
fn disjoint(rules: &[Rule]) -> Vec<&str> {
    let mut prefixes: Vec<_> = rules.iter().map(|rule| rule.prefix.as_str()).collect();
    prefixes.sort_unstable();
    prefixes.dedup_by(|next, before| next.starts_with(*before));
    prefixes
}

/// Does what is due at a key; was there anything?
fn at_key(bucket: &mut Bucket, rules: &[Rule], key: &str, now: Timestamp) -> bool {
    let shown = bucket.objects.get(key).and_then(|object| of_shown(bucket, rules, key, object, now));
    let old = of_old(bucket, rules, key, now);
    let changed = shown.is_some() || !old.is_empty();
    match shown {
        Some(Act::Expire(at)) => {
            let deleted = bucket.objects.delete(key, bucket.versioning, at);
            bucket.note(key, deleted.marker.map_or(Changed::Deleted(VersionId::default()), Changed::Marked));
        }
        Some(Act::Move(at, to)) => store_otherwise(bucket, key, None, at, to),
        None => {}
    }
    for (version, act) in old {
        match act {
            Act::Expire(_) => {
                bucket.objects.delete_version(key, version);
                bucket.note(key, Changed::Deleted(version));
            }
            Act::Move(at, to) => store_otherwise(bucket, key, Some(version), at, to),
        }
    }
    changed
}

/// What is due to what a key shows: of several rules the first to delete it, else the one that stores it coldest.
fn of_shown(bucket: &Bucket, rules: &[Rule], key: &str, object: &Object, now: Timestamp) -> Option<Act> {
    let since = Since { written: object.modified, accessed: bucket.accessed(object) };
    let acts = rules.iter().filter(|rule| rule.is_about(key, object));
    let acts = acts.filter_map(|rule| due(object, since, now, rule.expiration, &rule.transitions));
    acts.reduce(Act::before).filter(|_| !bucket.keeps(object, now))
}

/// What is due to what a key showed before, and to a marker that is all that is left of it.
fn of_old(bucket: &Bucket, rules: &[Rule], key: &str, now: Timestamp) -> Vec<(VersionId, Act)> {
    let mut acts = Vec::new();
    let Some(versions) = bucket.objects.history_of(key).filter(|_| bucket.versioning != Versioning::Never) else {
        return acts;
    };
    let shown = bucket.objects.get(key);
    let mut versions = versions.peekable();
    let mut alone = shown.is_none();
    while let Some(version) = versions.next() {
        // It is old since the next one was written.
        let next = versions.peek().map(|next| next.modified());
        let act = |rule: &Rule| {
            let since = next.or_else(|| shown.map(|object| object.modified));
            match version {
                Version::Object(object) if rule.is_about(key, object) && !bucket.keeps(object, now) => {
                    // INFERRED: an old version that was read before it became one counts from then.
                    let (written, accessed) = (since?, bucket.accessed(object));
                    let since = Since { written, accessed: accessed.map(|accessed| accessed.max(written)) };
                    due(object, since, now, rule.old_expiration, &rule.old_transitions)
                }
                Version::Marker(_) if !key.starts_with(&rule.prefix) => None,
                Version::Marker(_) if alone && next.is_none() && rule.expired_marker => Some(Act::Expire(now)),
                Version::Marker(_) => rule.old_expiration?.due(since?).filter(|due| *due <= now).map(Act::Expire),
                Version::Object(_) => None,
            }
        };
        let act = rules.iter().filter_map(act).reduce(Act::before);
        acts.extend(act.map(|act| (version.id(), act)));
        alone = false;
    }
    acts
}

fn store_otherwise(bucket: &mut Bucket, key: &str, version: Option<VersionId>, at: Timestamp, to: StorageClass) {
    let change = |object: &Object| {
        let mut object = Object { storage_class: to, ..object.clone() };
        object.rare_mut().transition = Some(at);
        object.rare_mut().restore = None;
        Ok::<_, std::convert::Infallible>(object)
    };
    let _done = bucket.objects.replace(key, version, change);
}

/// When rules are applied next that were applied then: at the beginning of the next day.
pub(super) fn next_run(applied: Timestamp) -> Timestamp {
    applied.saturating_add(SignedDuration::from_secs(1)).map_or(Timestamp::MAX, |later| run_at(later.as_second()))
}
