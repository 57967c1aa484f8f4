//! The operations that are performed.

use http::Method;

use super::checks::{
    COPIES, COPY_SOURCE, COPY_SOURCE_VERSION, DELETE_EACH, DELETE_EACH_VERSION, LIST_OBJECTS, LIST_OR_VISIT, NEW_ACL,
    READ, READ_TARGET, READ_VERSION, READS, TAGS, WRITES, on_bucket, on_either, on_new_object, on_object, on_service,
};
use super::kms::{COPIES_WITH, NEW_KEY, NEW_KEY_AGAIN};
use super::listing::{DELIMITER, ENCODING, MARKER, MAX_KEYS, PREFIX, short};
use super::multipart::SEQUENTIAL;
use super::product::row;
use super::uploads::{MAX_PARTS, MAX_UPLOADS, PART_MARKER};
use super::versions::VERSION_ID;
use super::{
    acl, bucket, copy, delete, describe, listing, multipart, object, read, refusal, service, tagging, uploads,
};
use crate::gateway::{Access, Check, Form, Level, Operation, Parameter, Route, Selector, Source};

const CALLBACK: Parameter = Parameter::optional("callback", Form::Any);
const CALLBACK_VAR: Parameter = Parameter::optional("callback-var", Form::Any);
const PROCESS: Parameter = Parameter::optional("x-oss-process", Form::Any);
const REGION_LIST: Parameter = Parameter::optional("regionList", Form::Any);
const TAGGING: Parameter = Parameter::optional("tagging", Form::Any);
const SERVICE_MAX_KEYS: Parameter = Parameter::optional("max-keys", Form::Own(service::check_max_keys, "100"));
const SERVICE_PREFIX: Parameter = Parameter::optional("prefix", Form::Own(service::check_prefix, "sample"));
const START_AFTER: Parameter = short!("start-after", "sample");
const FETCH_OWNER: Parameter = Parameter::optional("fetch-owner", Form::Any);
const CONTINUATION_TOKEN: Parameter = Parameter::optional("continuation-token", Form::Any);
const PART_NUMBER: Parameter = Parameter::optional("partNumber", Form::Own(multipart::check_part_number, "1"));
/// What some clients send along, and the operation does not look at: of a copy, in one piece or in parts, the version of the source, which
/// counts in the header alone; of a deletion that its object is a symlink; of an upload that begins in order, with what follows too.
const IDLE_VERSION: Parameter = Parameter::optional("versionId", Form::Any);
const IDLE_SYMLINK: Parameter = Parameter::optional("symlink", Form::Any);

fn preflight(level: Level) -> Operation {
    let route = Route::Oss(Method::OPTIONS, level, Selector::Plain);
    row("OptionObject", route, &[], &[], super::settings::preflight)
        .open_to(Access::Anyone("a browser asks before it signs (OptionObject)"))
}

/// A part that is written, told by this parameter.
fn upload_part(parameter: &'static str) -> Operation {
    let route = Route::Oss(Method::PUT, Level::Object, Selector::Query(parameter));
    let checks = [on_new_object(&["oss:PutObject"]).words(&refusal::UPLOAD)];
    row("UploadPart", route, &checks, &[PART_NUMBER, SEQUENTIAL], multipart::upload_part).streams()
}

/// A part that is copied, told by this parameter.
fn upload_part_copy(parameter: &'static str) -> Operation {
    let route = Route::Oss(Method::PUT, Level::Object, Selector::QueryAndHeader(parameter, "x-oss-copy-source"));
    let checks = [COPY_SOURCE, COPY_SOURCE_VERSION, COPIES_WITH, on_new_object(&["oss:PutObject"])];
    row("UploadPartCopy", route, &checks, &[PART_NUMBER, SEQUENTIAL, IDLE_VERSION], multipart::upload_part_copy)
}

/// The operations of OSS that are performed. Of several that fit a request the first one counts, a plain one last.
pub fn table() -> Vec<Operation> {
    vec![
        row(
            "GetService",
            Route::Oss(Method::GET, Level::Service, Selector::Plain),
            &[on_service(&["oss:ListBuckets"]).context(describe::buckets).unless_said(describe::OF_SERVICE)],
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
                .about_new()
                .context(describe::new_bucket)
                .unless_said(describe::OF_NEW_BUCKET)
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
        upload_part_copy("partNumber"),
        // One whose number was forgotten.
        upload_part_copy("uploadId"),
        row(
            "CopyObject",
            Route::Oss(Method::PUT, Level::Object, Selector::Header("x-oss-copy-source")),
            &COPIES,
            &[IDLE_VERSION],
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
            &[VERSION_ID, IDLE_SYMLINK],
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
            &[ENCODING, SEQUENTIAL, IDLE_VERSION],
            multipart::initiate,
        ),
        upload_part("partNumber"),
        upload_part("uploadId"),
        row(
            "CompleteMultipartUpload",
            Route::Oss(Method::POST, Level::Object, Selector::Query("uploadId")),
            &[on_new_object(&["oss:PutObject"])],
            &[ENCODING, CALLBACK, CALLBACK_VAR, SEQUENTIAL, IDLE_VERSION],
            multipart::complete,
        ),
        row(
            "AbortMultipartUpload",
            Route::Oss(Method::DELETE, Level::Object, Selector::Query("uploadId")),
            &[on_object(&["oss:AbortMultipartUpload"])],
            &[IDLE_VERSION],
            multipart::abort,
        ),
        row(
            "ListParts",
            Route::Oss(Method::GET, Level::Object, Selector::Query("uploadId")),
            &[on_object(&["oss:ListParts"])],
            &[ENCODING, MAX_PARTS, PART_MARKER, IDLE_VERSION],
            uploads::list_parts,
        ),
        row(
            "ListMultipartUploads",
            Route::Oss(Method::GET, Level::Bucket, Selector::Query("uploads")),
            &[on_bucket(&["oss:ListMultipartUploads"]).words(&refusal::LIST)],
            &[ENCODING, MAX_UPLOADS, PREFIX, DELIMITER, short!("key-marker", "sample")],
            uploads::list_uploads,
        ),
    ]
}
