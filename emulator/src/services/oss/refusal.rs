//! The words of a refusal.
//!
//! The message is no guide to the cause, here as little as in the cloud: the detail code and `AccessDeniedDetail` are.
//!
//! Source pages: "0003-00000001" and its siblings, "OSS permission problems and troubleshooting", "OSS 403 errors".

use acslab_policy::{Decision, Layer, Request, Verdict};

use crate::gateway::{ApiError, Call, Caller, Level, Route};

/// What the refused operation was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    Service,
    Management,
    List,
    Object,
}

impl About {
    fn of(call: &Call<'_>) -> Self {
        match (&call.operation.route, &*call.operation.name) {
            (Route::Oss(_, Level::Service, _), _) => Self::Service,
            (Route::Oss(_, Level::Object, _), _) | (_, "DeleteMultipleObjects") => Self::Object,
            (_, "GetBucket" | "GetBucketV2") => Self::List,
            _ => Self::Management,
        }
    }
}

const NOT_YOURS: &str = "The bucket you access does not belong to you.";
const BUCKET_ACL: &str = "You have no right to access this object because of bucket acl.";

/// A refusal in OSS's own words.
pub(super) fn refuse(call: &Call<'_>, _: &Request, decision: &Decision) -> ApiError {
    let (message, detail) = match (decision.layer, decision.verdict) {
        (Layer::Session, _) => ("Access denied by authorizer's policy.", "0003-00000301"),
        (Layer::Resource, Verdict::ExplicitDeny) => ("Access denied by bucket policy.", "0003-00000101"),
        (Layer::Control, _) => ("Access denied by bucket policy.", "0003-00000201"),
        (_, Verdict::ExplicitDeny) if call.operation.name == "DeleteMultipleObjects" => {
            ("Access denied by bucket policy.", "0003-00000204")
        }
        // Published so for a Deny in a RAM policy.
        (_, Verdict::ExplicitDeny) => ("Access denied by bucket policy.", "0003-00000201"),
        _ if matches!(call.caller, Caller::Anonymous) => anonymous(call),
        _ => silence(call),
    };
    ApiError::forbidden("AccessDenied", message).with("EC", detail)
}

/// Nobody signed, and nothing is open to everybody.
fn anonymous(call: &Call<'_>) -> (&'static str, &'static str) {
    match About::of(call) {
        About::Service => ("Anonymous access is forbidden for this operation.", "0003-00001201"),
        About::Management => ("Anonymous user has no right to access this bucket.", "0003-00000002"),
        About::List => (NOT_YOURS, "0003-00000905"),
        About::Object => (BUCKET_ACL, "0003-00000905"),
    }
}

/// Nothing allows it. The code is the one that was seen for it; `0003-00000202`, whose page was not to be had, may be meant too.
fn silence(call: &Call<'_>) -> (&'static str, &'static str) {
    match (About::of(call), &*call.operation.name) {
        (_, "GetObjectACL") => ("You do not have read acl permission on this object.", "0003-00000007"),
        (_, "PutObjectACL") => ("You do not have write acl permission on this object.", "0003-00000001"),
        (About::Service, _) => ("You are forbidden to list buckets.", "0003-00000001"),
        (About::Management | About::List, _) => (NOT_YOURS, "0003-00000001"),
        (About::Object, _) => (BUCKET_ACL, "0003-00000001"),
    }
}
