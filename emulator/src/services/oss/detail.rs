//! The detail codes (`EC`) of errors that are told by the operation, the error's code and what else it says. Those that only the place knows
//! where an error is made are given there.
//!
//! Source pages: "EC error codes" and the page of each of them.

use serde_json::Value;

use crate::gateway::{ApiError, Call};

/// Errors that have a detail code.
struct Detail {
    /// Of these operations; of all where none is named.
    of: &'static [&'static str],
    code: &'static str,
    when: When,
    ec: &'static str,
}

/// What else an error must say.
enum When {
    Always,
    /// That this argument is wrong.
    Argument(&'static str),
    /// The same, with such a value.
    Value(&'static str, fn(&str) -> bool),
    /// Such a text in this element.
    Element(&'static str, fn(&str) -> bool),
    /// This message.
    Message(&'static str),
}

use When::{Always, Argument, Element, Message, Value as Valued};

const fn detail(of: &'static [&'static str], code: &'static str, when: When, ec: &'static str) -> Detail {
    Detail { of, code, when, ec }
}

const ANY: &[&str] = &[];
const ARGUMENT: &str = "InvalidArgument";
const LISTS: &[&str] = &["GetBucket", "GetBucketV2"];
const BUCKET_TAGS: &[&str] = &["PutBucketTags"];
/// What asks for a marker's own, which has none.
const OF_NO_MARKER: &[&str] =
    &["GetObjectACL", "PutObjectACL", "GetObjectTagging", "PutObjectTagging", "DeleteObjectTagging"];

/// The first that fits counts.
#[rustfmt::skip]
const DETAILS: &[Detail] = &[
    detail(ANY, ARGUMENT, Argument("x-oss-acl"), "0015-00000204"),
    detail(&["PutObjectACL"], ARGUMENT, Argument("x-oss-object-acl"), "0017-00000104"),
    detail(&["PutObjectACL"], "MissingArgument", Always, "0017-00000105"),
    detail(ANY, ARGUMENT, Valued("x-oss-storage-class", str::is_empty), "0017-00000131"),
    detail(ANY, ARGUMENT, Argument("x-oss-storage-class"), "0013-00000101"),
    detail(LISTS, ARGUMENT, Argument("marker"), "0015-00000405"),
    detail(LISTS, ARGUMENT, Argument("delimiter"), "0015-00000406"),
    detail(&["GetService"], ARGUMENT, Argument("max-keys"), "0017-00000289"),
    detail(&["GetService"], ARGUMENT, Argument("marker"), "0017-00000291"),
    detail(&["ListObjectVersions"], ARGUMENT, Argument("max-keys"), "0012-00000102"),
    detail(&["CopyObject"], ARGUMENT, Valued("versionId", str::is_empty), "0016-00000305"),
    detail(ANY, ARGUMENT, Valued("versionId", str::is_empty), "0012-00000201"),
    detail(ANY, ARGUMENT, Argument("versionId"), "0012-00000202"),
    detail(ANY, "NoSuchVersion", Always, "0012-00000203"),
    detail(OF_NO_MARKER, "MethodNotAllowed", Element("ResourceType", is_marker), "0017-00000002"),
    detail(&["CopyObject"], "MethodNotAllowed", Element("ResourceType", is_marker), "0016-00000307"),
    detail(ANY, "MethodNotAllowed", Element("ResourceType", is_marker), "0003-00000016"),
    detail(&["CopyObject"], ARGUMENT, Valued("x-oss-copy-source", asks), "0016-00000304"),
    detail(&["UploadPartCopy"], ARGUMENT, Valued("x-oss-copy-source", str::is_empty), "0042-00000302"),
    detail(&["UploadPartCopy"], ARGUMENT, Valued("x-oss-copy-source", is_relative), "0042-00000301"),
    detail(&["CompleteMultipartUpload"], "EntityTooSmall", Always, "0042-00000213"),
    detail(ANY, ARGUMENT, Argument("partNumber"), "0017-00000220"),
    detail(ANY, ARGUMENT, Valued("ResourceType", is_part_number), "0017-00000219"),
    detail(ANY, "PreconditionFailed", Always, "0017-00001001"),
    detail(ANY, "InvalidDigest", Element("Content-MD5", is_no_digest), "0017-00000502"),
    detail(BUCKET_TAGS, "InvalidTaggingKey", Element("TagKey", is_the_cloud_s), "0010-00000207"),
    detail(BUCKET_TAGS, "InvalidTaggingKey", Always, "0010-00000219"),
    detail(BUCKET_TAGS, "InvalidTaggingValue", Always, "0010-00000219"),
    detail(ANY, "RepeatedTags", Always, "0010-00000210"),
    detail(ANY, "InvalidTag", Element("TagKey", any), "0010-00000209"),
    detail(ANY, "InvalidTag", Element("TagValue", any), "0010-00000217"),
    detail(ANY, "TooManyTags", Message("The object tags num is beyond limit."), "0010-00000218"),
    detail(ANY, ARGUMENT, Valued("x-oss-tagging", has_two_values), "0010-00000219"),
    detail(ANY, "NotSymlink", Always, "0043-00000101"),
    detail(ANY, "SymlinkTargetNotExist", Always, "0026-00000012"),
    detail(ANY, "NoSuchCORSConfiguration", Always, "0034-00000001"),
    detail(&["PutBucketLifecycle"], ARGUMENT, Valued("ID", is_short), "0014-00000020"),
    detail(ANY, ARGUMENT, Message("Overlap for same action type Transition"), "0014-00000079"),
    detail(ANY, ARGUMENT, Message("Overlap for same action type NoncurrentVersionTransition"), "0014-00000079"),
    detail(ANY, ARGUMENT, Message("Overlap for same action type Expiration"), "0014-00000084"),
    detail(ANY, ARGUMENT, Message("Overlap for same action type NoncurrentVersionExpiration"), "0014-00000084"),
    detail(ANY, ARGUMENT, Message("Overlap for same action type AbortMultipartUpload"), "0014-00000084"),
    detail(&["PutBucketLifecycle"], "InvalidRequest", Always, "0014-00000080"),
    detail(&["RestoreObject"], ARGUMENT, Argument("Days"), "0016-00000708"),
    detail(&["PutBucketReplication"], "MalformedXML", Always, "0031-00000001"),
    detail(&["PutBucketInventory"], ARGUMENT, Argument("inventoryId"), "0020-00000043"),
    detail(&["PostObject"], "AccessDenied", Message("Invalid according to Policy: Policy expired."), "0006-00000213"),
];

fn any(_: &str) -> bool {
    true
}

fn is_marker(resource: &str) -> bool {
    resource == "DeleteMarker"
}

fn is_part_number(parameter: &str) -> bool {
    parameter == "partNumber"
}

fn asks(source: &str) -> bool {
    source.contains('?')
}

fn is_relative(source: &str) -> bool {
    !source.starts_with('/')
}

fn is_no_digest(text: &str) -> bool {
    super::draft::digest(text).is_none()
}

fn is_the_cloud_s(key: &str) -> bool {
    key.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("Aliyun"))
}

fn has_two_values(tags: &str) -> bool {
    tags.split('&').any(|tag| tag.matches('=').count() > 1)
}

/// An id that is not refused for its length is refused as another rule's.
fn is_short(id: &str) -> bool {
    id.len() <= super::settings::LONGEST_ID
}

impl Detail {
    fn fits(&self, operation: &str, error: &ApiError) -> bool {
        let said = |name: &str| error.extra().iter().find(|(own, _)| *own == name).and_then(|(_, text)| text.as_str());
        (self.of.is_empty() || self.of.contains(&operation))
            && self.code == error.code()
            && match self.when {
                Always => true,
                Argument(name) => said("ArgumentName") == Some(name),
                Valued(name, is) => said("ArgumentName") == Some(name) && said("ArgumentValue").is_some_and(is),
                Element(name, is) => said(name).is_some_and(is),
                Message(text) => error.message() == text,
            }
    }
}

/// An error with its detail code, where one is known and it has none yet.
pub(super) fn told(call: &Call<'_>, error: ApiError) -> ApiError {
    let has_one = |(name, text): &(&str, Value)| *name == "EC" && text.is_string();
    if error.extra().iter().any(has_one) {
        return error;
    }
    match DETAILS.iter().find(|one| one.fits(&call.operation.name, &error)) {
        Some(found) => error.with("EC", found.ec),
        None => error,
    }
}
