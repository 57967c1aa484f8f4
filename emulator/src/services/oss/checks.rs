//! What operations of OSS ask for: actions, on what, in which words they are refused.

use super::kms::{COPIES_WITH, NEW_KEY, NEW_KEY_AGAIN, READS_WITH};
use super::{acl, copy, delete, describe, refusal, versions, website};
use crate::gateway::Check;
use crate::operation::Items;

pub(super) const BUCKET: &str = "acs:oss:{owner_region}:{owner}:{bucket}";
pub(super) const OBJECT: &str = "acs:oss:{owner_region}:{owner}:{bucket}/{object}";
/// An object that the call names by another way than its address.
pub(super) const EACH: &str = "acs:oss:{owner_region}:{owner}:{bucket}/{each}";
/// The same, by the key that was located.
pub(super) const OF_KEY: &str = "acs:oss:{owner_region}:{owner}:{bucket}/{name}";

/// An action on the bucket that the request addresses.
pub(super) const fn on_bucket(actions: &'static [&'static str]) -> Check {
    Check::new(actions, BUCKET).about("{bucket}").context(describe::bucket).words(&refusal::BUCKET)
}

/// An action on what the caller's account has.
pub(super) const fn on_service(actions: &'static [&'static str]) -> Check {
    Check::new(actions, "acs:oss:*:{account}:*")
        .context(describe::service)
        .unless_said(describe::OF_SERVICE)
        .words(&refusal::SERVICE)
}

/// An action on the object that the request addresses.
pub(super) const fn on_object(actions: &'static [&'static str]) -> Check {
    Check::new(actions, OBJECT).about("{bucket}/{object}").context(describe::bucket).words(&refusal::OBJECT)
}

/// An action on the object that the request addresses, in the version that it names.
pub(super) const fn on_version(actions: &'static [&'static str]) -> Check {
    Check::new(actions, OBJECT).about_named(versions::about).context(describe::bucket).words(&refusal::OBJECT)
}

/// An action on the object that the request addresses, and another on a version of it, where one is named.
pub(super) const fn on_either(plain: &'static [&'static str], version: &'static [&'static str]) -> [Check; 2] {
    [on_version(plain).unless("versionId"), on_version(version).when("versionId")]
}

pub(super) const READ: Check = on_version(&["oss:GetObject"]).unless("versionId");
pub(super) const READ_VERSION: Check = on_version(&["oss:GetObjectVersion"]).when("versionId");
/// What a symlink stands for is read with it.
pub(super) const READ_TARGET: Check = Check::new(&["oss:GetObject"], EACH)
    .about("{bucket}/{each}")
    .located(" for what a link stands for", |_, facts| facts.stands_for.clone())
    .context(describe::bucket)
    .words(&refusal::OBJECT);
/// What a request needs that reads an object. The key is that of what a link stands for, which was looked for just before.
pub(super) const READS: [Check; 4] = [READ, READ_VERSION, READ_TARGET, READS_WITH];
/// What a request needs that writes an object.
pub(super) const WRITES: &[Check] = &[on_new_object(&["oss:PutObject"]), TAGS, NEW_KEY, NEW_KEY_AGAIN];

/// An action on buckets, or on objects in them, that a document names besides the one that the request addresses.
pub(super) const fn on_other(actions: &'static [&'static str], items: Items) -> Check {
    Check::new(actions, "acs:oss:{owner_region}:{owner}:{each}")
        .of(items)
        .about_named(|_, each| each.to_owned())
        .context(describe::other)
        .words(&refusal::BUCKET)
}

/// An action that writes the object that the request addresses.
pub(super) const fn on_new_object(actions: &'static [&'static str]) -> Check {
    Check::new(actions, OBJECT)
        .about("{bucket}/{object}")
        .context(describe::written)
        .unless_said(describe::OF_NEW_OBJECT)
        .words(&refusal::OBJECT)
}

pub(super) const LIST_OBJECTS: Check =
    Check::new(&["oss:ListObjects"], BUCKET).about("{bucket}").context(describe::listing).words(&refusal::LIST);
/// The same, unless somebody without a signature looks at a website: that is to read a page.
pub(super) const LIST_OR_VISIT: [Check; 2] = [
    Check::new(&["oss:ListObjects"], BUCKET)
        .about("{bucket}")
        .of(website::list)
        .context(describe::listing)
        .words(&refusal::LIST),
    Check::new(&["oss:GetObject"], EACH)
        .about("{bucket}/{each}")
        .of(website::index)
        .context(describe::bucket)
        .words(&refusal::OBJECT),
];
/// The permission to tag is another than the one to write.
pub(super) const TAGS: Check = Check::new(&["oss:PutObjectTagging"], EACH)
    .about("{bucket}/{each}")
    .of(describe::tagged)
    .context(describe::written)
    .unless_said(describe::OF_NEW_OBJECT)
    .words(&refusal::NEW_TAGS);
pub(super) const DELETE_EACH: Check = Check::new(&["oss:DeleteObject"], EACH)
    .about("{bucket}/{each}")
    .of(delete::keys)
    .context(describe::bucket)
    .words(&refusal::BATCH);
pub(super) const DELETE_EACH_VERSION: Check = Check::new(&["oss:DeleteObjectVersion"], OF_KEY)
    .about_named(delete::about)
    .of(delete::keys_of_versions)
    .context(describe::bucket)
    .words(&refusal::BATCH);
pub(super) const COPY_SOURCE: Check = Check::new(&["oss:GetObject"], "acs:oss:{owner_region}:{owner}:{each}")
    .of(copy::source_resource)
    .about_named(copy::about)
    .context(describe::source)
    .words(&refusal::OBJECT);
pub(super) const COPY_SOURCE_VERSION: Check =
    Check::new(&["oss:GetObjectVersion"], "acs:oss:{owner_region}:{owner}:{each}")
        .of(copy::source_version_resource)
        .about_named(copy::about)
        .context(describe::source)
        .words(&refusal::OBJECT);

/// The tags of what is copied, which go along with it, are read and written by permissions of their own.
pub(super) const SOURCE_TAGS: Check = Check::new(&["oss:GetObjectTagging"], "acs:oss:{owner_region}:{owner}:{each}")
    .located(" for what is copied with its tags", copy::plain_tags)
    .about_named(copy::about)
    .context(describe::source)
    .words(&refusal::OBJECT);
pub(super) const SOURCE_VERSION_TAGS: Check =
    Check::new(&["oss:GetObjectVersionTagging"], "acs:oss:{owner_region}:{owner}:{each}")
        .located(" for the version that is copied with its tags", copy::tags_of_version)
        .about_named(copy::about)
        .context(describe::source)
        .words(&refusal::OBJECT);
pub(super) const COPIED_TAGS: Check = on_new_object(&["oss:PutObjectTagging"])
    .located(" where tags are copied", copy::tags_go_along)
    .words(&refusal::NEW_TAGS);
/// What is known of the source counts up to where the target is looked for.
pub(super) const COPIES: [Check; 10] = [
    COPY_SOURCE,
    COPY_SOURCE_VERSION,
    SOURCE_TAGS,
    SOURCE_VERSION_TAGS,
    COPIES_WITH,
    COPIED_TAGS,
    on_new_object(&["oss:PutObject"]),
    TAGS,
    NEW_KEY,
    NEW_KEY_AGAIN,
];

/// To set the ACL of a bucket that is not there is to make it.
pub(super) const NEW_ACL: [Check; 2] = [
    Check::new(&["oss:PutBucketAcl"], BUCKET)
        .about("{bucket}")
        .of(acl::existing)
        .context(describe::new_acl)
        .words(&refusal::BUCKET),
    Check::new(&["oss:PutBucketAcl"], "acs:oss:{region}:{account}:{bucket}")
        .about_new()
        .of(acl::missing_bucket)
        .context(describe::new_bucket)
        .unless_said(describe::OF_NEW_BUCKET)
        .words(&refusal::NEW_BUCKET),
];
