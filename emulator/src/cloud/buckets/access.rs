//! Whom a bucket itself lets in, besides those whom the policies of the caller allow: its ACL, its policy, its access points, and
//! whether public access is blocked.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

use acslab_policy::{Attachment, Document, DocumentKind, PolicyRef, PolicySet, PolicyType};

use super::{AccessPoint, Acl};

/// Whom a bucket lets in by more than its ACL.
#[derive(Debug, Default)]
pub struct BucketAccess {
    /// Is public access blocked?
    pub blocked: bool,
    /// Its access points, by name.
    pub points: BTreeMap<String, AccessPoint>,
    /// Its policy.
    policy: Option<Arc<Document>>,
    /// What it comes to with each ACL that may count, the bucket's or an object's own, public access blocked or not. Compiled when it is first
    /// asked for.
    sets: [[[OnceLock<PolicySet>; 3]; 2]; 2],
}

impl BucketAccess {
    /// Of a bucket without a policy.
    pub fn new(blocked: bool) -> Self {
        Self { blocked, ..Self::default() }
    }

    /// The bucket policy.
    pub fn policy(&self) -> Option<&Arc<Document>> {
        self.policy.as_ref()
    }

    /// Puts a policy in the place of the one there is.
    pub fn set_policy(&mut self, policy: Option<Arc<Document>>) {
        self.policy = policy;
        self.sets = Default::default();
    }

    /// What the bucket of this owner grants and denies by itself: its policy first, then the ACL that counts for what is asked about, which
    /// may be an object's own. Blocked public access takes away from both.
    pub(super) fn grants(&self, (bucket, owner): (&str, &str), acl: Acl, own: bool, blocked: bool) -> PolicySet {
        let at = self.sets.get(usize::from(blocked)).and_then(|sets| sets.get(usize::from(own)));
        let compile = || {
            let policy =
                self.policy.iter().map(|policy| (reference("bucket policy".into(), bucket), Arc::clone(policy)));
            // A bucket's that is private says nothing; an object's own does, in the place of what its bucket's would.
            let document = if own && acl == Acl::Private { owner_may(owner) } else { granted(acl) };
            let acl = document.map(|document| {
                let name = format!("{}{}", if own { OF_OBJECT } else { OF_BUCKET }, acl.as_str());
                (PolicyRef { kind: PolicyType::Fixed, ..reference(name.into(), bucket) }, document)
            });
            PolicySet::compile(policy.chain(acl).map(|(reference, document)| {
                let document = if blocked { Arc::new(document.with_public_access_blocked()) } else { document };
                (reference, document)
            }))
        };
        at.and_then(|sets| sets.get(acl as usize)).map_or_else(compile, |set| set.get_or_init(compile).clone())
    }
}

/// What the policies that stand for an ACL are called before its value.
const OF_BUCKET: &str = "ACL ";
const OF_OBJECT: &str = "object ACL ";

/// The ACL that a policy stands for, if it stands for one, and whether that is an object's own.
pub fn acl_of(policy: &PolicyRef) -> Option<(Acl, bool)> {
    let of = |prefix: &str, own| Some((Acl::parse(policy.name.strip_prefix(prefix)?)?, own));
    (policy.kind == PolicyType::Fixed).then(|| of(OF_BUCKET, false).or_else(|| of(OF_OBJECT, true))).flatten()
}

/// A policy that is part of a bucket.
pub(super) fn reference(name: Arc<str>, bucket: &str) -> PolicyRef {
    PolicyRef { name, kind: PolicyType::Inline, version: None, attached: Attachment::Bucket(bucket.into()) }
}

/// What an ACL is about.
const READ: &str = r#""oss:GetObject","oss:GetObjectVersion""#;
const WRITE: &str =
    r#""oss:PutObject","oss:DeleteObject","oss:DeleteObjectVersion","oss:ListParts","oss:AbortMultipartUpload""#;

/// An ACL in the words of a bucket policy, so that the policy engine decides over it like over everything else.
///
/// A public ACL opens objects, and no list of them.
pub fn granted(acl: Acl) -> Option<Arc<Document>> {
    static READING: LazyLock<Option<Arc<Document>>> = LazyLock::new(|| may("*", READ));
    static WRITING: LazyLock<Option<Arc<Document>>> = LazyLock::new(|| may("*", &format!("{READ},{WRITE}")));
    match acl {
        Acl::Private => None,
        Acl::PublicRead => READING.clone(),
        Acl::PublicReadWrite => WRITING.clone(),
    }
}

/// The same for an object that is private: whoever owns it may all that an ACL is about, which nobody denies them.
fn owner_may(owner: &str) -> Option<Arc<Document>> {
    may(owner, &format!("{READ},{WRITE}"))
}

fn may(principal: &str, actions: &str) -> Option<Arc<Document>> {
    let text = format!(
        r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Principal":["{principal}"],"Action":[{actions}],"Resource":["acs:oss:*:*:*/*"]}}]}}"#
    );
    // If it could not be read it would grant nothing; the test below reads it.
    Document::parse(DocumentKind::Bucket, &text).ok().map(Arc::new)
}

#[cfg(test)]
mod tests {
    use acslab_policy::{Dialect, Layers, Principal, Request, ResourceLayer};

    use super::*;

    fn anybody_may(access: &BucketAccess, acl: Acl, blocked: bool, action: &str, resource: &str) -> bool {
        let (own, identity) = (access.grants(("b", "1"), acl, false, blocked), PolicySet::empty());
        let layers =
            Layers { resource: ResourceLayer::Grants(&own), dialect: &Dialect::STANDARD, ..Layers::new(&identity) };
        let request = Request::new(Principal::Anonymous, action, resource).unwrap();
        acslab_policy::decide(&layers, &request).is_allowed()
    }

    #[test]
    fn a_public_acl_opens_objects_and_nothing_else() {
        let (object, bucket) = ("acs:oss:cn-hangzhou:1:b/k", "acs:oss:cn-hangzhou:1:b");
        let access = BucketAccess::default();
        let may = |acl, action, resource| anybody_may(&access, acl, false, action, resource);
        assert!(!may(Acl::Private, "oss:GetObject", object));
        assert!(may(Acl::PublicRead, "oss:GetObject", object));
        assert!(!may(Acl::PublicRead, "oss:PutObject", object));
        assert!(may(Acl::PublicReadWrite, "oss:PutObject", object));
        assert!(may(Acl::PublicReadWrite, "oss:DeleteObject", object));
        assert!(!may(Acl::PublicReadWrite, "oss:ListObjects", bucket));
        assert!(!may(Acl::PublicReadWrite, "oss:PutObjectAcl", object));
        assert!(!may(Acl::PublicReadWrite, "oss:DeleteBucket", bucket));
        assert!(!anybody_may(&access, Acl::PublicReadWrite, true, "oss:GetObject", object));
    }

    #[test]
    fn sets_are_compiled_once_and_anew_with_another_policy() {
        let mut access = BucketAccess::default();
        let address = |access: &BucketAccess, acl| access.grants(("b", "1"), acl, false, false).address();
        let (read, write) = (address(&access, Acl::PublicRead), address(&access, Acl::PublicReadWrite));
        assert!(read != 0 && read != write);
        assert_eq!((address(&access, Acl::PublicRead), address(&access, Acl::Private)), (read, 0));
        access.set_policy(may("*", r#""oss:ListObjects""#));
        assert_eq!(access.grants(("b", "1"), Acl::PublicRead, false, false).policies().len(), 2);
        assert!(anybody_may(&access, Acl::PublicRead, false, "oss:ListObjects", "acs:oss:*:1:b/k"));
        assert!(!anybody_may(&access, Acl::PublicRead, true, "oss:ListObjects", "acs:oss:*:1:b/k"));
    }
}
