//! Where a bucket's log goes, and what is in it besides.
//!
//! Source pages: "PutBucketLogging", "PutUserDefinedLogFieldsConfig".

use super::super::checks::on_other;
use super::super::{bucket, describe, refusal, xml};
use super::schema::{Is, MANY, maybe, one, several, wrong};
use super::setting::{Setting, fits_all, named, none};
use crate::cloud::Element;
use crate::gateway::{ApiError, Call, Check, Reply};

const ROOT: &str = "BucketLoggingStatus";

/// Whoever has a log written to another bucket must be able to write there: it is not by the log role that they could.
const WRITES_TO: Check =
    on_other(&["oss:PutObject"], written_to).unless_said(describe::OF_NEW_OBJECT).words(&refusal::OBJECT);

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        at: "logging",
        root: ROOT,
        fields: &[maybe(
            "LoggingEnabled",
            Is::Of(&[one("TargetBucket", Is::Text), maybe("TargetPrefix", Is::Text), maybe("LoggingRole", Is::Text)]),
        )],
        put: named!("PutBucketLogging"),
        get: named!("GetBucketLogging"),
        delete: named!("DeleteBucketLogging"),
        put_asks: &[WRITES_TO],
        rule: target,
        fits: fits_all,
        unset: off,
    },
    Setting {
        at: "userDefinedLogFieldsConfig",
        root: "UserDefinedLogFieldsConfiguration",
        fields: &[
            maybe("HeaderSet", Is::Of(&[several("header", 0, MANY, Is::Text)])),
            maybe("ParamSet", Is::Of(&[several("parameter", 0, MANY, Is::Text)])),
        ],
        put: named!("PutUserDefinedLogFieldsConfig"),
        get: named!("GetUserDefinedLogFieldsConfig"),
        delete: named!("DeleteUserDefinedLogFieldsConfig"),
        put_asks: &[],
        rule: fields,
        fits: fits_all,
        unset: || {
            let message = "The specified bucket does not have a user defined log fields configuration.";
            none("NoSuchUserDefinedLogFieldsConfig", message)
        },
    },
];

/// The most names of fields, and the most bytes of them.
const FIELDS: usize = 6;
const BYTES: usize = 1024;

#[expect(clippy::unnecessary_wraps, reason = "has the type of those that can fail")]
fn off() -> Result<Reply, ApiError> {
    // A live test of Java's client looks into it where nothing is set.
    Ok(xml::reply(ROOT, |node| node.element("LoggingEnabled", |_| {})))
}

/// What is written in another bucket, as far as it is known: `bucket/prefixsource`.
///
/// CHOICE: the page names the target bucket alone; a log's name begins so. Nothing is asked of a bucket that no log can go to.
fn written_to(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    // A document that cannot be read is refused after who sent it.
    let Ok(document) = xml::tree(&call.http.body, ROOT) else { return Ok(Vec::new()) };
    let Some(enabled) = document.child("LoggingEnabled") else { return Ok(Vec::new()) };
    let (source, target) = (bucket::name(call), enabled.get("TargetBucket").unwrap_or_default());
    if target == source || !can_go_to(call, target)? {
        return Ok(Vec::new());
    }
    Ok(vec![format!("{target}/{}{source}", enabled.get("TargetPrefix").unwrap_or_default())])
}

/// A log goes to a bucket of the same owner in the same region. By the first look of the call: to one that came meanwhile it does not go,
/// since nothing was asked of that.
fn can_go_to(call: &Call<'_>, target: &str) -> Result<bool, ApiError> {
    if let Some(can) = call.was_there.get() {
        return Ok(*can);
    }
    let here = bucket::read(call, |bucket| (bucket.owner.clone(), bucket.region.clone()))?;
    let there = call.cloud().buckets.read(target, |bucket| (bucket.owner.clone(), bucket.region.clone()));
    Ok(*call.was_there.get_or_init(|| there == Some(here)))
}

/// Where a log goes, and as whom.
fn target(call: &Call<'_>, document: &mut Element) -> Result<(), ApiError> {
    let Some(enabled) = document.children.iter_mut().find(|child| child.name == "LoggingEnabled") else {
        return Ok(());
    };
    if !can_go_to(call, enabled.get("TargetBucket").unwrap_or_default())? {
        return Err(ApiError::bad_request(
            "InvalidTargetBucketForLogging",
            "put bucket log requester is not target bucket owner.",
        ));
    }
    if enabled.child("TargetPrefix").is_none() {
        enabled.set("TargetPrefix", "");
    }
    if enabled.child("LoggingRole").is_none() {
        enabled.set("LoggingRole", "AliyunOSSLoggingDefaultRole");
    }
    Ok(())
}

fn fields(_: &Call<'_>, document: &mut Element) -> Result<(), ApiError> {
    let sets = [("HeaderSet", "header"), ("ParamSet", "parameter")];
    let names: Vec<_> = sets
        .iter()
        .filter_map(|(set, one)| Some(document.child(set)?.all(one).map(|name| name.text.as_str()).collect::<Vec<_>>()))
        .flatten()
        .collect();
    if let Some(empty) = names.iter().find(|name| name.is_empty()) {
        return Err(wrong("UserDefinedLogFieldsConfiguration", empty));
    }
    if names.len() > FIELDS || names.iter().map(|name| name.len()).sum::<usize>() > BYTES {
        return Err(wrong("UserDefinedLogFieldsConfiguration", &names.join(",")));
    }
    Ok(())
}
