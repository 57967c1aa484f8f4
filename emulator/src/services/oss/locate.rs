//! What OSS knows of a bucket and of an object in it: whose it is, where, its tags, what its ACL grants.
//!
//! A bucket that is not there, or whose owner's OSS is not open, is reported before any policy is asked: OSS fails such a request
//! while it looks for the bucket.
//!
//! Source pages: "OSS authorization syntax and elements", "Set the ACL for a bucket".

use std::sync::{Arc, LazyLock};

use acslab_policy::{Attachment, Document, DocumentKind, PolicyRef, PolicySet, PolicyType};

use super::describe::{is_open, resource_key};
use super::error;
use crate::cloud::{Acl, Bucket, Found, VersionId};
use crate::gateway::{Absent, Facts, OwnPolicy, Sought};
use crate::operation::Text;

/// `bucket`, `bucket/key`, `version@bucket/key`.
pub(super) fn locate(sought: &Sought<'_>) -> Facts {
    let (name, key) = match sought.id.split_once('/') {
        Some((name, key)) => (name, Some(key)),
        None => (sought.id, None),
    };
    let (version, name) = match name.split_once('@') {
        Some((version, name)) => (VersionId::parse(version), name),
        None => (None, name),
    };
    let Some(mut facts) = sought.cloud.buckets.read(name, |bucket| of_bucket(bucket, key, version)) else {
        return Facts { absent: Some(Absent::BeforeDecision(error::no_such_bucket(name))), ..Facts::default() };
    };
    match facts.owner.as_deref().and_then(|owner| sought.cloud.account(owner)).filter(|owner| is_open(owner)) {
        Some(owner) => {
            facts.resource_group = owner.resource_groups.read().group_of(&resource_key(name)).map(str::to_owned);
        }
        None => facts.absent = Some(Absent::BeforeDecision(error::user_disable(Some(name)))),
    }
    facts
}

fn of_bucket(bucket: &Bucket, key: Option<&str>, version: Option<VersionId>) -> Facts {
    let object = match key.map(|key| bucket.objects.find(key, version)) {
        Some(Found::Object(object)) => Some(object),
        _ => None,
    };
    // An object's own ACL stands in the place of the bucket's.
    let acl = object.as_ref().and_then(|object| object.acl).unwrap_or(bucket.acl);
    let tag = |prefix: &str, (key, value): &(String, String)| (Text::Owned(format!("{prefix}{key}")), value.clone());
    let of_bucket = bucket.tags.iter().map(|one| tag("oss:BucketTag/", one));
    let of_object = object.iter().flat_map(|object| object.tags.iter()).map(|one| tag("oss:ExistingObjectTag/", one));
    Facts {
        owner: Some(bucket.owner.clone()),
        region: Some(bucket.region.clone()),
        keys: of_bucket.chain(of_object).collect(),
        // A bucket policy is to stand in the same set.
        own: OwnPolicy::Grants(PolicySet::compile(granted(acl, &bucket.name))),
        ..Facts::default()
    }
}

/// An ACL in the words of a bucket policy, so that the policy engine decides over it like over everything else.
///
/// A public ACL opens objects and no list of them.
fn granted(acl: Acl, bucket: &str) -> Option<(PolicyRef, Arc<Document>)> {
    static READ: LazyLock<Option<Arc<Document>>> = LazyLock::new(|| everybody_may(r#""oss:GetObject""#));
    static WRITE: LazyLock<Option<Arc<Document>>> = LazyLock::new(|| {
        everybody_may(
            r#""oss:GetObject", "oss:PutObject", "oss:DeleteObject", "oss:ListParts", "oss:AbortMultipartUpload""#,
        )
    });
    let document = match acl {
        Acl::Private => None,
        Acl::PublicRead => READ.clone(),
        Acl::PublicReadWrite => WRITE.clone(),
    }?;
    let reference = PolicyRef {
        name: format!("ACL {}", acl.as_str()).into(),
        kind: PolicyType::Inline,
        version: None,
        attached: Attachment::Bucket(bucket.into()),
    };
    Some((reference, document))
}

fn everybody_may(actions: &str) -> Option<Arc<Document>> {
    let text = format!(
        r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Principal":["*"],"Action":[{actions}],"Resource":["acs:oss:*:*:*/*"]}}]}}"#
    );
    // If it could not be read it would grant nothing; the test below reads it.
    Document::parse(DocumentKind::Bucket, &text).ok().map(Arc::new)
}

#[cfg(test)]
mod tests {
    use acslab_policy::{Dialect, Layers, Principal, Request, ResourceLayer};

    use super::*;

    fn anybody_may(acl: Acl, action: &str, resource: &str) -> bool {
        let (own, identity) = (PolicySet::compile(granted(acl, "b")), PolicySet::empty());
        let layers =
            Layers { resource: ResourceLayer::Grants(&own), dialect: &Dialect::STANDARD, ..Layers::new(&identity) };
        let request = Request::new(Principal::Anonymous, action, resource).unwrap();
        acslab_policy::decide(&layers, &request).is_allowed()
    }

    #[test]
    fn a_public_acl_opens_objects_and_nothing_else() {
        let (object, bucket) = ("acs:oss:cn-hangzhou:1:b/k", "acs:oss:cn-hangzhou:1:b");
        assert!(!anybody_may(Acl::Private, "oss:GetObject", object));
        assert!(anybody_may(Acl::PublicRead, "oss:GetObject", object));
        assert!(!anybody_may(Acl::PublicRead, "oss:PutObject", object));
        assert!(anybody_may(Acl::PublicReadWrite, "oss:PutObject", object));
        assert!(anybody_may(Acl::PublicReadWrite, "oss:DeleteObject", object));
        assert!(!anybody_may(Acl::PublicReadWrite, "oss:ListObjects", bucket));
        assert!(!anybody_may(Acl::PublicReadWrite, "oss:PutObjectAcl", object));
        assert!(!anybody_may(Acl::PublicReadWrite, "oss:DeleteBucket", bucket));
    }
}
