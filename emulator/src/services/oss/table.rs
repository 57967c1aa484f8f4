//! The operations that are performed.

use http::Method;

use super::kms::{COPIES_WITH, NEW_KEY, NEW_KEY_AGAIN, READS_WITH};
use super::listing::{DELIMITER, ENCODING, MARKER, MAX_KEYS, PREFIX};
use super::multipart::SEQUENTIAL;
use super::uploads::{MAX_PARTS, MAX_UPLOADS, PART_MARKER};
use super::versions::{self, VERSION_ID};
use super::{
    acl, bucket, chores, copy, delete, describe, listing, locate, multipart, object, payer, read, refusal, service,
    tagging, uploads, website,
};
use crate::gateway::{Access, Check, Form, Level, Operation, Parameter, Product, Route, Selector, Source, Style};
use crate::operation::Handler;

/// OSS.
pub static OSS: Product =
    Product::new("Oss", "2019-05-17", &["oss-{region}.aliyuncs.com", "oss-{region}-internal.aliyuncs.com"])
        .style(Style::Oss)
        .refuses(refusal::refuse)
        .tells(refusal::tells)
        .locates(&["oss"], locate::locate)
        .finds(locate::find)
        .says(super::settings::besides)
        .tends(chores::tend)
        .notes(chores::note)
        .completes(payer::charged);

pub(super) const BUCKET: &str = "acs:oss:{owner_region}:{owner}:{bucket}";
const OBJECT: &str = "acs:oss:{owner_region}:{owner}:{bucket}/{object}";
/// An object that the call names by another way than its address.
const EACH: &str = "acs:oss:{owner_region}:{owner}:{bucket}/{each}";
/// The same, by the key that was located.
const OF_KEY: &str = "acs:oss:{owner_region}:{owner}:{bucket}/{name}";

/// An action on the bucket that the request addresses.
pub(super) const fn on_bucket(actions: &'static [&'static str]) -> Check {
    Check::new(actions, BUCKET).about("{bucket}").context(describe::bucket).words(&refusal::BUCKET)
}

/// An action on what the caller's account has.
pub(super) const fn on_service(actions: &'static [&'static str]) -> Check {
    Check::new(actions, "acs:oss:*:{account}:*").context(describe::service).words(&refusal::SERVICE)
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
const fn on_either(plain: &'static [&'static str], version: &'static [&'static str]) -> [Check; 2] {
    [on_version(plain).unless("versionId"), on_version(version).when("versionId")]
}

pub(super) const READ: Check = on_version(&["oss:GetObject"]).unless("versionId");
pub(super) const READ_VERSION: Check = on_version(&["oss:GetObjectVersion"]).when("versionId");
/// What a symlink stands for is read with it.
const READ_TARGET: Check = Check::new(&["oss:GetObject"], EACH)
    .about("{bucket}/{each}")
    .located(" for what a link stands for", |_, facts| facts.stands_for.clone())
    .context(describe::bucket)
    .words(&refusal::OBJECT);
/// What a request needs that reads an object. The key is that of what a link stands for, which was looked for just before.
const READS: [Check; 4] = [READ, READ_VERSION, READ_TARGET, READS_WITH];
/// What a request needs that writes an object.
pub(super) const WRITES: &[Check] = &[on_new_object(&["oss:PutObject"]), TAGS, NEW_KEY, NEW_KEY_AGAIN];

/// An action that writes the object that the request addresses.
pub(super) const fn on_new_object(actions: &'static [&'static str]) -> Check {
    Check::new(actions, OBJECT).about("{bucket}/{object}").context(describe::written).words(&refusal::OBJECT)
}

const CALLBACK: Parameter = Parameter::optional("callback", Form::Any);
const CALLBACK_VAR: Parameter = Parameter::optional("callback-var", Form::Any);
const PROCESS: Parameter = Parameter::optional("x-oss-process", Form::Any);
const REGION_LIST: Parameter = Parameter::optional("regionList", Form::Any);
const TAGGING: Parameter = Parameter::optional("tagging", Form::Any);
const SERVICE_MAX_KEYS: Parameter = Parameter::optional("max-keys", Form::Own(service::check_max_keys, "100"));
const SERVICE_PREFIX: Parameter = Parameter::optional("prefix", Form::Own(service::check_prefix, "sample"));
const START_AFTER: Parameter = Parameter::optional("start-after", Form::Own(listing::check_length, "sample"));
const FETCH_OWNER: Parameter = Parameter::optional("fetch-owner", Form::Any);
const CONTINUATION_TOKEN: Parameter = Parameter::optional("continuation-token", Form::Any);
const PART_NUMBER: Parameter = Parameter::optional("partNumber", Form::Own(multipart::check_part_number, "1"));
const LIST_OBJECTS: Check =
    Check::new(&["oss:ListObjects"], BUCKET).about("{bucket}").context(describe::listing).words(&refusal::LIST);
/// The same, unless somebody without a signature looks at a website: that is to read a page.
const LIST_OR_VISIT: [Check; 2] = [
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
const TAGS: Check = Check::new(&["oss:PutObjectTagging"], EACH)
    .about("{bucket}/{each}")
    .of(describe::tagged)
    .context(describe::written)
    .words(&refusal::NEW_TAGS);
const DELETE_EACH: Check = Check::new(&["oss:DeleteObject"], EACH)
    .about("{bucket}/{each}")
    .of(delete::keys)
    .context(describe::bucket)
    .words(&refusal::BATCH);
const DELETE_EACH_VERSION: Check = Check::new(&["oss:DeleteObjectVersion"], OF_KEY)
    .about_named(delete::about)
    .of(delete::keys_of_versions)
    .context(describe::bucket)
    .words(&refusal::BATCH);
const COPY_SOURCE: Check = Check::new(&["oss:GetObject"], "acs:oss:{owner_region}:{owner}:{each}")
    .of(copy::source_resource)
    .about_named(copy::about)
    .context(describe::source)
    .words(&refusal::OBJECT);
const COPY_SOURCE_VERSION: Check = Check::new(&["oss:GetObjectVersion"], "acs:oss:{owner_region}:{owner}:{each}")
    .of(copy::source_version_resource)
    .about_named(copy::about)
    .context(describe::source)
    .words(&refusal::OBJECT);

/// The tags of what is copied, which go along with it, are read and written by permissions of their own.
const SOURCE_TAGS: Check = Check::new(&["oss:GetObjectTagging"], "acs:oss:{owner_region}:{owner}:{each}")
    .located(" for what is copied with its tags", copy::plain_tags)
    .about_named(copy::about)
    .context(describe::source)
    .words(&refusal::OBJECT);
const SOURCE_VERSION_TAGS: Check =
    Check::new(&["oss:GetObjectVersionTagging"], "acs:oss:{owner_region}:{owner}:{each}")
        .located(" for the version that is copied with its tags", copy::tags_of_version)
        .about_named(copy::about)
        .context(describe::source)
        .words(&refusal::OBJECT);
const COPIED_TAGS: Check = on_new_object(&["oss:PutObjectTagging"])
    .located(" where tags are copied", copy::tags_go_along)
    .words(&refusal::NEW_TAGS);
/// What is known of the source counts up to where the target is looked for.
const COPIES: [Check; 10] = [
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
const NEW_ACL: [Check; 2] = [
    Check::new(&["oss:PutBucketAcl"], BUCKET)
        .about("{bucket}")
        .of(acl::existing)
        .context(describe::new_acl)
        .words(&refusal::BUCKET),
    Check::new(&["oss:PutBucketAcl"], "acs:oss:{region}:{account}:{bucket}")
        .of(acl::missing_bucket)
        .context(describe::new_bucket)
        .words(&refusal::NEW_BUCKET),
];

pub(super) fn row(
    name: &'static str,
    route: Route,
    checks: &[Check],
    parameters: &[Parameter],
    handler: Handler,
) -> Operation {
    Operation::row(&OSS, name, route, checks, parameters, handler)
}

fn preflight(level: Level) -> Operation {
    let route = Route::Oss(Method::OPTIONS, level, Selector::Plain);
    row("OptionObject", route, &[], &[], super::settings::preflight)
        .open_to(Access::Anyone("a browser asks before it signs (OptionObject)"))
}

/// The operations of OSS that are performed. Of several that fit a request the first one counts, a plain one last.
pub fn table() -> Vec<Operation> {
    vec![
        row(
            "GetService",
            Route::Oss(Method::GET, Level::Service, Selector::Plain),
            &[on_service(&["oss:ListBuckets"]).context(describe::buckets)],
            &[SERVICE_PREFIX, MARKER, SERVICE_MAX_KEYS, REGION_LIST, TAGGING],
            service::list_buckets,
        ),
        row(
            "DescribeRegions",
            Route::Oss(Method::GET, Level::Service, Selector::Query("regions")),
            &[on_service(&["oss:DescribeRegions"])],
            &[],
            service::regions,
        ),
        row(
            "PutBucket",
            Route::Oss(Method::PUT, Level::Bucket, Selector::Plain),
            &[Check::new(&["oss:PutBucket"], "acs:oss:{region}:{account}:{bucket}")
                .context(describe::new_bucket)
                .words(&refusal::NEW_BUCKET)],
            &[],
            bucket::put,
        ),
        row(
            "GetBucketStat",
            Route::Oss(Method::GET, Level::Bucket, Selector::Query("stat")),
            &[on_bucket(&["oss:GetBucketStat"])],
            &[],
            bucket::stat,
        ),
        preflight(Level::Bucket),
        preflight(Level::Object),
        row(
            "GetBucketInfo",
            Route::Oss(Method::GET, Level::Bucket, Selector::Query("bucketInfo")),
            &[on_bucket(&["oss:GetBucketInfo"])],
            &[],
            bucket::info,
        ),
        row(
            "HeadBucket",
            Route::Oss(Method::HEAD, Level::Bucket, Selector::Plain),
            &[on_bucket(&["oss:GetBucketInfo"])],
            &[],
            bucket::head,
        )
        .known_from(Source::inferred("clients of S3 ask so, and are answered as by GetBucketInfo without a body")),
        row(
            "GetBucketLocation",
            Route::Oss(Method::GET, Level::Bucket, Selector::Query("location")),
            &[on_bucket(&["oss:GetBucketLocation"])],
            &[],
            bucket::location,
        ),
        row(
            "DeleteBucket",
            Route::Oss(Method::DELETE, Level::Bucket, Selector::Plain),
            &[on_bucket(&["oss:DeleteBucket"])],
            &[],
            bucket::delete,
        ),
        row(
            "GetBucketAcl",
            Route::Oss(Method::GET, Level::Bucket, Selector::Query("acl")),
            &[on_bucket(&["oss:GetBucketAcl"])],
            &[],
            acl::of_bucket,
        ),
        row(
            "PutBucketAcl",
            Route::Oss(Method::PUT, Level::Bucket, Selector::Query("acl")),
            &NEW_ACL,
            &[],
            acl::put_of_bucket,
        ),
        row(
            "PutBucketTags",
            Route::Oss(Method::PUT, Level::Bucket, Selector::Query("tagging")),
            &[on_bucket(&["oss:PutBucketTagging"])],
            &[],
            tagging::put_of_bucket,
        ),
        row(
            "GetBucketTags",
            Route::Oss(Method::GET, Level::Bucket, Selector::Query("tagging")),
            &[on_bucket(&["oss:GetBucketTagging"])],
            &[],
            tagging::of_bucket,
        ),
        row(
            "DeleteBucketTags",
            Route::Oss(Method::DELETE, Level::Bucket, Selector::Query("tagging")),
            &[on_bucket(&["oss:DeleteBucketTagging"])],
            &[],
            tagging::delete_of_bucket,
        ),
        row(
            "GetBucket",
            Route::Oss(Method::GET, Level::Bucket, Selector::Plain),
            &LIST_OR_VISIT,
            &[PREFIX, MARKER, DELIMITER, MAX_KEYS, ENCODING],
            listing::v1,
        ),
        row(
            "GetBucketV2",
            Route::Oss(Method::GET, Level::Bucket, Selector::QueryValue("list-type", "2")),
            &[LIST_OBJECTS],
            &[PREFIX, START_AFTER, CONTINUATION_TOKEN, DELIMITER, MAX_KEYS, ENCODING, FETCH_OWNER],
            listing::v2,
        ),
        row(
            "DeleteMultipleObjects",
            Route::Oss(Method::POST, Level::Bucket, Selector::Query("delete")),
            &[DELETE_EACH, DELETE_EACH_VERSION],
            &[ENCODING],
            delete::delete_multiple,
        ),
        row(
            "UploadPartCopy",
            Route::Oss(Method::PUT, Level::Object, Selector::QueryAndHeader("partNumber", "x-oss-copy-source")),
            &[COPY_SOURCE, COPY_SOURCE_VERSION, COPIES_WITH, on_new_object(&["oss:PutObject"])],
            &[PART_NUMBER],
            multipart::upload_part_copy,
        ),
        row(
            "CopyObject",
            Route::Oss(Method::PUT, Level::Object, Selector::Header("x-oss-copy-source")),
            &COPIES,
            &[],
            copy::copy,
        ),
        row(
            "PutObject",
            Route::Oss(Method::PUT, Level::Object, Selector::Plain),
            WRITES,
            &[CALLBACK, CALLBACK_VAR],
            read::put,
        )
        .streams(),
        row(
            "GetObject",
            Route::Oss(Method::GET, Level::Object, Selector::Plain),
            &READS,
            &[VERSION_ID, PROCESS],
            read::get,
        ),
        row(
            "HeadObject",
            Route::Oss(Method::HEAD, Level::Object, Selector::Plain),
            &[READ, READ_VERSION, READ_TARGET],
            &[VERSION_ID],
            read::head,
        ),
        row(
            "GetObjectMeta",
            Route::Oss(Method::HEAD, Level::Object, Selector::Query("objectMeta")),
            &[READ, READ_VERSION],
            &[VERSION_ID],
            read::meta,
        ),
        // As older SDKs ask, and Apache Iceberg by one.
        row(
            "GetObjectMeta",
            Route::Oss(Method::GET, Level::Object, Selector::Query("objectMeta")),
            &[READ, READ_VERSION],
            &[VERSION_ID],
            read::meta_and_content,
        ),
        row(
            "DeleteObject",
            Route::Oss(Method::DELETE, Level::Object, Selector::Plain),
            &on_either(&["oss:DeleteObject"], &["oss:DeleteObjectVersion"]),
            &[VERSION_ID],
            object::delete,
        ),
        row(
            "GetObjectACL",
            Route::Oss(Method::GET, Level::Object, Selector::Query("acl")),
            &on_either(&["oss:GetObjectAcl"], &["oss:GetObjectVersionAcl"])
                .map(|check| check.words(&refusal::READ_ACL)),
            &[VERSION_ID],
            acl::of_object,
        ),
        row(
            "PutObjectACL",
            Route::Oss(Method::PUT, Level::Object, Selector::Query("acl")),
            &on_either(&["oss:PutObjectAcl"], &["oss:PutObjectVersionAcl"])
                .map(|check| check.context(describe::new_object_acl).words(&refusal::WRITE_ACL)),
            &[VERSION_ID],
            acl::put_of_object,
        ),
        row(
            "PutObjectTagging",
            Route::Oss(Method::PUT, Level::Object, Selector::Query("tagging")),
            &on_either(&["oss:PutObjectTagging"], &["oss:PutObjectVersionTagging"])
                .map(|check| check.context(describe::new_tags)),
            &[VERSION_ID],
            tagging::put_of_object,
        ),
        row(
            "GetObjectTagging",
            Route::Oss(Method::GET, Level::Object, Selector::Query("tagging")),
            &on_either(&["oss:GetObjectTagging"], &["oss:GetObjectVersionTagging"]),
            &[VERSION_ID],
            tagging::of_object,
        ),
        row(
            "DeleteObjectTagging",
            Route::Oss(Method::DELETE, Level::Object, Selector::Query("tagging")),
            &on_either(&["oss:DeleteObjectTagging"], &["oss:DeleteObjectVersionTagging"]),
            &[VERSION_ID],
            tagging::delete_of_object,
        ),
        row(
            "InitiateMultipartUpload",
            Route::Oss(Method::POST, Level::Object, Selector::Query("uploads")),
            &[on_new_object(&["oss:PutObject"]).words(&refusal::UPLOAD), TAGS, NEW_KEY, NEW_KEY_AGAIN],
            &[ENCODING, SEQUENTIAL],
            multipart::initiate,
        ),
        row(
            "UploadPart",
            Route::Oss(Method::PUT, Level::Object, Selector::Query("partNumber")),
            &[on_new_object(&["oss:PutObject"]).words(&refusal::UPLOAD)],
            &[PART_NUMBER],
            multipart::upload_part,
        )
        .streams(),
        row(
            "CompleteMultipartUpload",
            Route::Oss(Method::POST, Level::Object, Selector::Query("uploadId")),
            &[on_new_object(&["oss:PutObject"])],
            &[ENCODING, CALLBACK, CALLBACK_VAR],
            multipart::complete,
        ),
        row(
            "AbortMultipartUpload",
            Route::Oss(Method::DELETE, Level::Object, Selector::Query("uploadId")),
            &[on_object(&["oss:AbortMultipartUpload"])],
            &[],
            multipart::abort,
        ),
        row(
            "ListParts",
            Route::Oss(Method::GET, Level::Object, Selector::Query("uploadId")),
            &[on_object(&["oss:ListParts"])],
            &[ENCODING, MAX_PARTS, PART_MARKER],
            uploads::list_parts,
        ),
        row(
            "ListMultipartUploads",
            Route::Oss(Method::GET, Level::Bucket, Selector::Query("uploads")),
            &[on_bucket(&["oss:ListMultipartUploads"]).words(&refusal::LIST)],
            &[
                ENCODING,
                MAX_UPLOADS,
                PREFIX,
                DELIMITER,
                Parameter::optional("key-marker", Form::Own(listing::check_length, "sample")),
            ],
            uploads::list_uploads,
        ),
    ]
}
