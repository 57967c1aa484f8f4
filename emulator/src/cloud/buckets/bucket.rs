//! One bucket.

use std::collections::BTreeMap;
use std::sync::Arc;

use acslab_policy::PolicySet;
use jiff::Timestamp;

use super::{
    Acl, BucketAccess, Change, Changed, Chores, KeptBy, Object, Objects, Redundancy, Settings, StorageClass, Upload,
    Versioning, Worm, lifecycle,
};

/// One bucket.
#[derive(Debug, Default)]
pub struct Bucket {
    /// Its name, which no other bucket of any account has.
    pub name: String,
    /// The account that owns it.
    pub owner: String,
    /// Where it is: `cn-hangzhou`.
    pub region: String,
    /// When it was made.
    pub created: Timestamp,
    /// What its objects are stored as unless told otherwise.
    pub storage_class: StorageClass,
    /// How often its objects are stored.
    pub redundancy: Redundancy,
    /// Who may read and write its objects besides those whom a policy allows.
    pub acl: Acl,
    /// Whom it lets in besides.
    pub access: BucketAccess,
    /// Its tags, keys without repetition.
    pub tags: Vec<(String, String)>,
    /// Does it keep versions?
    pub versioning: Versioning,
    /// That nothing in it may be deleted for a while.
    pub worm: Option<Worm>,
    /// What else was set.
    pub settings: Settings,
    /// What is to be done for it by the service itself.
    pub chores: Chores,
    /// When the rules of the life cycle were last applied.
    pub swept: Timestamp,
    /// Its objects, by key.
    pub objects: Objects,
    /// Multipart uploads under way, by the key that the object will have and the upload's id.
    pub uploads: BTreeMap<(String, String), Arc<Upload>>,
}

impl Bucket {
    /// What it grants and denies by itself about one of its objects, or about itself: by its policy, and by the ACL that counts. An
    /// object's own ACL stands in the place of the bucket's. `blocked`: whether public access is blocked in all of the account.
    pub fn grants(&self, object: Option<&Object>, blocked: bool) -> PolicySet {
        self.grants_as(object.and_then(|object| object.acl), blocked || self.access.blocked)
    }

    /// The same of something with this ACL of its own, if it has one, as if public access were blocked nowhere.
    pub fn grants_unblocked(&self, own: Option<Acl>) -> PolicySet {
        self.grants_as(own, false)
    }

    fn grants_as(&self, own: Option<Acl>, blocked: bool) -> PolicySet {
        self.access.grants((&self.name, &self.owner), own.unwrap_or(self.acl), own.is_some(), blocked)
    }

    /// When an object was last read or written, where that is known: of what was not touched since it is, since then.
    pub fn accessed(&self, object: &Object) -> Option<Timestamp> {
        let read = Timestamp::from_second(object.accessed.into()).unwrap_or_default();
        self.settings.monitored().map(|since| since.max(object.modified).max(read))
    }

    /// Must an object be kept at this time?
    pub fn keeps(&self, object: &Object, now: Timestamp) -> bool {
        object.is_locked(now) || self.worm.as_ref().is_some_and(|worm| worm.keeps(object.modified, now))
    }

    /// Notes what became of a key, for those who copy it.
    pub fn note(&mut self, key: &str, what: Changed) {
        if self.settings.replicates() {
            self.chores.changed(Change { key: key.to_owned(), what });
        }
    }

    /// When something is to be done in it next by itself.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.settings.lifecycle().map(|_| lifecycle::next_run(self.swept))
    }

    /// Does what is due by now.
    pub(super) fn sweep(&mut self, now: Timestamp) {
        lifecycle::apply(self, now);
        self.swept = now;
    }

    /// What keeps it from being deleted.
    pub fn kept_by(&self) -> Option<KeptBy> {
        if !self.objects.is_empty() {
            Some(KeptBy::Objects)
        } else if !self.uploads.is_empty() {
            Some(KeptBy::Uploads)
        } else {
            self.settings.live_channels().next().map(|_| KeptBy::LiveChannels)
        }
    }
}
