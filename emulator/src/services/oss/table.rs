//! The operations that are performed.

use http::Method;

use super::{
    acl, bucket, copy, delete, describe, listing, locate, multipart, object, refusal, service, tagging, uploads,
};
use crate::gateway::{Check, Form, Level, Operation, Parameter, Product, Route, Selector, Style};
use crate::operation::Handler;

/// OSS.
pub static OSS: Product =
    Product::new("Oss", "2019-05-17", &["oss-{region}.aliyuncs.com", "oss-{region}-internal.aliyuncs.com"])
        .style(Style::Oss)
        .refuses(refusal::refuse)
        .tells(refusal::tells)
        .locates(&["oss"], locate::locate)
        .finds(locate::find);

const BUCKET: &str = "acs:oss:{owner_region}:{owner}:{bucket}";
const OBJECT: &str = "acs:oss:{owner_region}:{owner}:{bucket}/{object}";
/// An object that the call names by another way than its address.
const EACH: &str = "acs:oss:{owner_region}:{owner}:{bucket}/{each}";

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

/// An action on the object that the request addresses, or another on the version of it that the request names.
pub(super) fn on_version(current: &'static [&'static str], version: &'static [&'static str]) -> [Check; 2] {
    let each =
        |actions| Check::new(actions, EACH).about("{bucket}/{each}").context(describe::bucket).words(&refusal::OBJECT);
    [each(current).of(describe::current), each(version).of(describe::version)]
}

/// An action that writes the object that the request addresses.
const fn on_new_object(actions: &'static [&'static str]) -> Check {
    Check::new(actions, OBJECT).about("{bucket}/{object}").context(describe::written).words(&refusal::OBJECT)
}

pub(super) const MAX_KEYS: Parameter = Parameter::optional("max-keys", Form::Own(listing::check_max_keys, "100"));
const PREFIX: Parameter = Parameter::optional("prefix", Form::Own(listing::check_length, "sample"));
const MARKER: Parameter = Parameter::optional("marker", Form::Own(listing::check_length, "sample"));
const DELIMITER: Parameter = Parameter::optional("delimiter", Form::Own(listing::check_length, "/"));
const ENCODING: Parameter = Parameter::optional("encoding-type", Form::Own(listing::check_encoding, "url"));
const START_AFTER: Parameter = Parameter::optional("start-after", Form::Own(listing::check_length, "sample"));
const FETCH_OWNER: Parameter = Parameter::optional("fetch-owner", Form::Any);
const CONTINUATION_TOKEN: Parameter = Parameter::optional("continuation-token", Form::Any);
const PART_NUMBER: Parameter = Parameter::optional("partNumber", Form::Own(multipart::check_part_number, "1"));
const LIST_OBJECTS: Check =
    Check::new(&["oss:ListObjects"], BUCKET).about("{bucket}").context(describe::listing).words(&refusal::LIST);
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
const COPY_SOURCE: Check = Check::new(&["oss:GetObject"], "acs:oss:{owner_region}:{owner}:{each}")
    .of(copy::source_resource)
    .about("{each}")
    .context(describe::source)
    .words(&refusal::OBJECT);
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

/// The operations of OSS that are performed. Of several that fit a request the first one counts, a plain one last.
pub fn table() -> Vec<Operation> {
    vec![
        row(
            "GetService",
            Route::Oss(Method::GET, Level::Service, Selector::Plain),
            &[on_service(&["oss:ListBuckets"]).context(describe::buckets)],
            &[PREFIX, MARKER, MAX_KEYS],
            service::list_buckets,
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
            "GetBucketInfo",
            Route::Oss(Method::GET, Level::Bucket, Selector::Query("bucketInfo")),
            &[on_bucket(&["oss:GetBucketInfo"])],
            &[],
            bucket::info,
        ),
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
            &[LIST_OBJECTS],
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
            &[DELETE_EACH],
            &[ENCODING],
            delete::delete_multiple,
        ),
        row(
            "UploadPartCopy",
            Route::Oss(Method::PUT, Level::Object, Selector::QueryAndHeader("partNumber", "x-oss-copy-source")),
            &[COPY_SOURCE, on_new_object(&["oss:PutObject"])],
            &[PART_NUMBER],
            multipart::upload_part_copy,
        ),
        row(
            "CopyObject",
            Route::Oss(Method::PUT, Level::Object, Selector::Header("x-oss-copy-source")),
            &[COPY_SOURCE, on_new_object(&["oss:PutObject"]), TAGS],
            &[],
            copy::copy,
        ),
        row(
            "PutObject",
            Route::Oss(Method::PUT, Level::Object, Selector::Plain),
            &[on_new_object(&["oss:PutObject"]), TAGS],
            &[],
            object::put,
        )
        .streams(),
        row(
            "GetObject",
            Route::Oss(Method::GET, Level::Object, Selector::Plain),
            &on_version(&["oss:GetObject"], &["oss:GetObjectVersion"]),
            &[],
            object::get,
        ),
        row(
            "HeadObject",
            Route::Oss(Method::HEAD, Level::Object, Selector::Plain),
            &on_version(&["oss:GetObject"], &["oss:GetObjectVersion"]),
            &[],
            object::head,
        ),
        row(
            "GetObjectMeta",
            Route::Oss(Method::HEAD, Level::Object, Selector::Query("objectMeta")),
            &on_version(&["oss:GetObject"], &["oss:GetObjectVersion"]),
            &[],
            object::meta,
        ),
        row(
            "DeleteObject",
            Route::Oss(Method::DELETE, Level::Object, Selector::Plain),
            &on_version(&["oss:DeleteObject"], &["oss:DeleteObjectVersion"]),
            &[],
            object::delete,
        ),
        row(
            "GetObjectACL",
            Route::Oss(Method::GET, Level::Object, Selector::Query("acl")),
            &on_version(&["oss:GetObjectAcl"], &["oss:GetObjectVersionAcl"])
                .map(|check| check.words(&refusal::READ_ACL)),
            &[],
            acl::of_object,
        ),
        row(
            "PutObjectACL",
            Route::Oss(Method::PUT, Level::Object, Selector::Query("acl")),
            &on_version(&["oss:PutObjectAcl"], &["oss:PutObjectVersionAcl"])
                .map(|check| check.context(describe::new_object_acl).words(&refusal::WRITE_ACL)),
            &[],
            acl::put_of_object,
        ),
        row(
            "PutObjectTagging",
            Route::Oss(Method::PUT, Level::Object, Selector::Query("tagging")),
            &on_version(&["oss:PutObjectTagging"], &["oss:PutObjectVersionTagging"])
                .map(|check| check.context(describe::new_tags)),
            &[],
            tagging::put_of_object,
        ),
        row(
            "GetObjectTagging",
            Route::Oss(Method::GET, Level::Object, Selector::Query("tagging")),
            &on_version(&["oss:GetObjectTagging"], &["oss:GetObjectVersionTagging"]),
            &[],
            tagging::of_object,
        ),
        row(
            "DeleteObjectTagging",
            Route::Oss(Method::DELETE, Level::Object, Selector::Query("tagging")),
            &on_version(&["oss:DeleteObjectTagging"], &["oss:DeleteObjectVersionTagging"]),
            &[],
            tagging::delete_of_object,
        ),
        row(
            "InitiateMultipartUpload",
            Route::Oss(Method::POST, Level::Object, Selector::Query("uploads")),
            &[on_new_object(&["oss:PutObject"]).words(&refusal::UPLOAD), TAGS],
            &[ENCODING],
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
            &[ENCODING],
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
            &[ENCODING],
            uploads::list_parts,
        ),
        row(
            "ListMultipartUploads",
            Route::Oss(Method::GET, Level::Bucket, Selector::Query("uploads")),
            &[on_bucket(&["oss:ListMultipartUploads"]).words(&refusal::LIST)],
            &[ENCODING],
            uploads::list_uploads,
        ),
    ]
}
