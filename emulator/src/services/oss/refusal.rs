//! The words of a refusal.
//!
//! The message is no guide to the cause, here as little as in the cloud: the detail code and `AccessDeniedDetail` are.
//!
//! Source pages: "0003-00000001" and its siblings, "OSS permission problems and troubleshooting", "OSS 403 errors".

use acslab_policy::{Layer, OwnedLayers, OwnedResourceLayer, Verdict};
use http::Method;

use super::public_access;
use crate::cloud::{Acl, Bucket};
use crate::gateway::{ApiError, Call, Caller, Decided, Refused, Words};

const NOT_YOURS: &str = "The bucket you access does not belong to you.";
const BUCKET_ACL: &str = "You have no right to access this object because of bucket acl.";
const BUCKET_POLICY: &str = "Access denied by bucket policy.";
const NOBODY: &str = "Anonymous access is forbidden for this operation.";

const fn words(silence: (&'static str, &'static str), anonymous: (&'static str, &'static str)) -> Words {
    Words { silence, anonymous, denied: None }
}

const SILENT_OBJECT: (&str, &str) = (BUCKET_ACL, "0003-00000001");
const UNKNOWN_READER: (&str, &str) = (BUCKET_ACL, "0003-00000905");
const SILENT_BUCKET: (&str, &str) = (NOT_YOURS, "0003-00000001");
const NOBODYS_SERVICE: (&str, &str) = (NOBODY, "0003-00001201");

/// What the account has.
pub(super) static SERVICE: Words = words(("You are forbidden to list buckets.", "0003-00000001"), NOBODYS_SERVICE);
/// A bucket and its settings.
pub(super) static BUCKET: Words =
    words(SILENT_BUCKET, ("Anonymous user has no right to access this bucket.", "0003-00000002"));
/// A bucket that is to be made. CHOICE: the message; the code is published without one.
pub(super) static NEW_BUCKET: Words = words((NOT_YOURS, "0003-00000202"), NOBODYS_SERVICE);
/// A list of what is in a bucket.
pub(super) static LIST: Words = words(SILENT_BUCKET, (NOT_YOURS, "0003-00000905"));
/// An object.
pub(super) static OBJECT: Words = words(SILENT_OBJECT, UNKNOWN_READER);
/// A part of an object.
pub(super) static UPLOAD: Words = words(
    ("You have no right to access this object.", "0003-00000001"),
    ("You have no right to access this object.", "0003-00000905"),
);
/// The tags of an object that is to be written.
pub(super) static NEW_TAGS: Words = words((BUCKET_ACL, "0003-00000905"), UNKNOWN_READER);
/// One of several objects.
pub(super) static BATCH: Words =
    Words { silence: SILENT_OBJECT, anonymous: UNKNOWN_READER, denied: Some("0003-00000204") };
/// The ACL of an object, to be read.
pub(super) static READ_ACL: Words =
    words(("You do not have read acl permission on this object.", "0003-00000007"), UNKNOWN_READER);
/// The ACL of an object, to be set.
pub(super) static WRITE_ACL: Words =
    words(("You do not have write acl permission on this object.", "0003-00000001"), UNKNOWN_READER);

/// A refusal in OSS's own words.
pub(super) fn refuse(call: &Call<'_>, refused: &Refused<'_>) -> ApiError {
    let words = refused.words.unwrap_or(&BUCKET);
    let decision = &refused.decided.decision;
    let (message, detail) = match (decision.layer, decision.verdict) {
        (Layer::Session, _) => ("Access denied by authorizer's policy.", "0003-00000301"),
        // INFERRED: of what a control policy does not allow OSS tells as of what RAM denies.
        (Layer::Control, _) => (BUCKET_POLICY, "0003-00000201"),
        (_, Verdict::ExplicitDeny) if words.denied.is_some() => (BUCKET_POLICY, words.denied.unwrap_or_default()),
        (Layer::Resource, Verdict::ExplicitDeny) => (BUCKET_POLICY, "0003-00000101"),
        (_, Verdict::ExplicitDeny) if bucket_denies_too(refused.decided) => (BUCKET_POLICY, "0003-00000203"),
        // Published so for a Deny in a RAM policy.
        (_, Verdict::ExplicitDeny) => (BUCKET_POLICY, "0003-00000201"),
        _ => match private_in_public(call, refused) {
            Some(message) => (message, "0003-00000005"),
            None if matches!(call.caller, Caller::Anonymous) => words.anonymous,
            None => words.silence,
        },
    };
    ApiError::forbidden("AccessDenied", message).with("EC", detail)
}

/// RAM says what lacked where it was asked: for users and sessions of the account that the bucket belongs to. INFERRED: of a Deny in a
/// bucket policy no published sample says more than the code.
pub(super) fn tells(call: &Call<'_>, decided: &Decided) -> bool {
    let (owner, caller) = (decided.question.request.resource().owner(), call.caller.account());
    let asked = matches!(call.caller, Caller::User { .. } | Caller::Session { .. });
    let at_home = owner.is_none_or(|owner| caller.is_some_and(|account| account.id == owner));
    let by_bucket = decided.decision.layer == Layer::Resource;
    asked && !by_bucket && (at_home || matches!(decided.decision.layer, Layer::Session | Layer::Control))
}

/// Of two Denies the one of RAM is reported, with a code of its own.
fn bucket_denies_too(decided: &Decided) -> bool {
    let explained = decided.question.explain();
    explained.units().any(|unit| unit.layer == Layer::Resource && unit.verdict == Verdict::ExplicitDeny)
}

/// What is told where an object's own ACL closes it, which its bucket's would not.
fn private_in_public(call: &Call<'_>, refused: &Refused<'_>) -> Option<&'static str> {
    let resource = refused.request.resource().as_str();
    let (bucket, key) = resource.splitn(5, ':').nth(4).and_then(|id| id.split_once('/'))?;
    let private = |bucket: &Bucket| {
        let object = bucket.objects.get(key)?;
        (object.acl == Some(Acl::Private))
            .then(|| bucket.grants(None, public_access::of_account(call.cloud(), &bucket.owner)))
    };
    let open = call.cloud().buckets.read(bucket, private).flatten()?;
    let layers = OwnedLayers { resource: OwnedResourceLayer::Grants(open), ..refused.decided.question.layers.clone() };
    if !acslab_policy::decide(&layers.as_layers(), refused.request).is_allowed() {
        return None;
    }
    Some(match call.http.method {
        Method::GET | Method::HEAD => "You do not have read permission on this object.",
        _ => "You do not have write permission on this object.",
    })
}
