//! Where a bucket's log goes, and what is in it besides.
//!
//! Source pages: "PutBucketLogging", "PutUserDefinedLogFieldsConfig".

use super::super::bucket;
use super::schema::{Is, MANY, maybe, one, several, wrong};
use super::setting::{Setting, fits_all, named, none};
use crate::cloud::Element;
use crate::gateway::{ApiError, Call, Reply};

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        at: "logging",
        root: "BucketLoggingStatus",
        fields: &[maybe(
            "LoggingEnabled",
            Is::Of(&[one("TargetBucket", Is::Text), maybe("TargetPrefix", Is::Text), maybe("LoggingRole", Is::Text)]),
        )],
        put: named!("PutBucketLogging"),
        get: named!("GetBucketLogging"),
        delete: named!("DeleteBucketLogging"),
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
    Ok(super::super::xml::reply("BucketLoggingStatus", |_| {}))
}

/// The log goes to a bucket of the same owner in the same region.
fn target(call: &Call<'_>, document: &mut Element) -> Result<(), ApiError> {
    let Some(enabled) = document.children.iter_mut().find(|child| child.name == "LoggingEnabled") else {
        return Ok(());
    };
    let here = bucket::read(call, |bucket| (bucket.owner.clone(), bucket.region.clone()))?;
    let target = enabled.get("TargetBucket").unwrap_or_default();
    let there = call.cloud().buckets.read(target, |bucket| (bucket.owner.clone(), bucket.region.clone()));
    if there != Some(here) {
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
