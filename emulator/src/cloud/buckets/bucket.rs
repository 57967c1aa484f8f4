//! One bucket.

use std::collections::BTreeMap;
use std::sync::Arc;

use acslab_policy::PolicySet;
use jiff::Timestamp;

use super::{Acl, BucketAccess, Object, Redundancy, StorageClass, Upload};

/// One bucket.
#[derive(Debug)]
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
    /// Its objects, by key.
    pub objects: BTreeMap<String, Arc<Object>>,
    /// Multipart uploads under way, by the key that the object will have and the upload's id.
    pub uploads: BTreeMap<(String, String), Arc<Upload>>,
}

impl Bucket {
    /// What it grants and denies by itself about one of its objects, or about itself: by its policy, and by the ACL that counts. An
    /// object's own ACL stands in the place of the bucket's. `blocked`: whether public access is blocked in all of the account.
    pub fn grants(&self, object: Option<&Object>, blocked: bool) -> PolicySet {
        let acl = object.and_then(|object| object.acl).unwrap_or(self.acl);
        self.access.grants(&self.name, acl, blocked || self.access.blocked)
    }

    /// May it be deleted? Unfinished uploads keep it too.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty() && self.uploads.is_empty()
    }
}
