//! Replication: the rules by which what is written to a bucket is written to another.
//!
//! Source pages: "PutBucketReplication" and its siblings.

use http::Method;

use super::table::{on_bucket, row};
use super::{bucket, error, xml};
use crate::cloud::{Bucket, Element, History};
use crate::gateway::{ApiError, Body, Call, Form, Level, Operation, Parameter, Reply, Route, Selector};

const RULE_ID: Parameter = Parameter::optional("rule-id", Form::Any);
const COMP: Parameter = Parameter::optional("comp", Form::Any);
const KIND: &str = "replication";
/// The most rules of a bucket, and the most prefixes of a rule.
const MOST: usize = 100;
const PREFIXES: usize = 10;

/// The operations on replication.
pub fn table() -> Vec<Operation> {
    let at = |method, parameter| Route::Oss(method, Level::Bucket, Selector::Query(parameter));
    let comp = |word| Route::Oss(Method::POST, Level::Bucket, Selector::QueryAnd(KIND, "comp", Some(word)));
    vec![
        row("PutBucketReplication", comp("add"), &[on_bucket(&["oss:PutBucketReplication"])], &[], put),
        row("DeleteBucketReplication", comp("delete"), &[on_bucket(&["oss:DeleteBucketReplication"])], &[], delete),
        row("GetBucketReplication", at(Method::GET, KIND), &[on_bucket(&["oss:GetBucketReplication"])], &[COMP], get),
        row(
            "GetBucketReplicationLocation",
            at(Method::GET, "replicationLocation"),
            &[on_bucket(&["oss:GetBucketReplicationLocation"])],
            &[],
            locations,
        ),
        row(
            "GetBucketReplicationProgress",
            at(Method::GET, "replicationProgress"),
            &[on_bucket(&["oss:GetBucketReplicationProgress"])],
            &[RULE_ID],
            progress,
        ),
        row("PutBucketRtc", at(Method::PUT, "rtc"), &[on_bucket(&["oss:PutBucketRTC"])], &[], put_rtc),
    ]
}

fn rules(bucket: &Bucket) -> impl Iterator<Item = &Element> {
    bucket.settings.several(KIND, "").map(|(_, rule)| rule)
}

/// Is something replicated to another region?
pub(super) fn crosses(bucket: &Bucket) -> bool {
    let here = format!("oss-{}", bucket.region);
    rules(bucket).any(|rule| rule.at(&["Destination", "Location"]).is_some_and(|there| there.text != here))
}

fn none() -> ApiError {
    let message = "The bucket you specified does not have replication configuration.";
    ApiError::not_found("NoSuchReplicationConfiguration", message)
}

fn no_such_rule() -> ApiError {
    ApiError::not_found("NoSuchReplicationRule", "The BucketReplicationRule you specified does not exist.")
}

fn refused(code: &'static str, message: &'static str) -> ApiError {
    ApiError::bad_request(code, message)
}

pub(super) fn place(id: &str) -> String {
    format!("{KIND}/{id}")
}

/// PutBucketReplication
fn put(call: &Call<'_>) -> Result<Reply, ApiError> {
    let document = xml::tree(&call.http.body, "ReplicationConfiguration")?;
    let sent = document.child("Rule").ok_or_else(|| refused("NoReplicationRule", "No replication rule specified."))?;
    if document.all("Rule").count() > 1 {
        return Err(refused("TooManyReplicationRules", "Only one replication rule can be specified."));
    }
    let target = sent.at(&["Destination", "Bucket"]).map(|bucket| bucket.text.clone()).unwrap_or_default();
    let location = sent.at(&["Destination", "Location"]).map(|location| location.text.clone()).unwrap_or_default();
    if location.is_empty() {
        let message = "The bucket does not have corresponding replication location.";
        return Err(refused("NoReplicationLocation", message));
    }
    if target.is_empty() || target == bucket::name(call) {
        return Err(refused("InvalidTargetBucket", "The target bucket is invalid for bucket replication."));
    }
    if sent.child("PrefixSet").is_some_and(|prefixes| prefixes.all("Prefix").count() > PREFIXES) {
        return Err(refused("TooManyPrefixes", "Too many prefixes are specified."));
    }
    let found = call.cloud().buckets.read(&target, |bucket| (format!("oss-{}", bucket.region), bucket.versioning));
    let Some((region, versioning)) = found else {
        return Err(refused("InvalidTargetBucket", "The target bucket is invalid for bucket replication."));
    };
    if region != location {
        let message = "The target bucket you specified does not locate in the target location.";
        return Err(refused("InvalidTargetLocation", message));
    }
    let id = sent.filled("ID").map_or_else(|| call.cloud().ids.lower("", 32), str::to_owned);
    let mut rule = sent.clone();
    rule.children.retain(|child| child.name != "ID");
    rule.children.insert(0, Element::text("ID", id.clone()));
    if rule.child("Action").is_none() {
        rule.set("Action", "ALL");
    }
    if rule.child("HistoricalObjectReplication").is_none() {
        rule.set("HistoricalObjectReplication", "enabled");
    }
    rule.set("Status", "starting");
    bucket::change(call, |bucket| {
        let same = |rule: &Element| rule.at(&["Destination", "Bucket"]).is_some_and(|bucket| bucket.text == target);
        if rules(bucket).any(same) {
            return Err(refused("BucketReplicationAlreadyExist", "Bucket replication already exists."));
        }
        if rules(bucket).count() >= MOST {
            return Err(refused(
                "TooManyOutgoingReplication",
                "The number of outgoing replication rules is beyond limit.",
            ));
        }
        if bucket.versioning != versioning {
            let message = "The versioning states of the source and the destination bucket must be the same.";
            return Err(refused("InvalidBucketStatus", message));
        }
        if rule.get("HistoricalObjectReplication") == Some("enabled") {
            bucket.chores.set_history(&id, Some(History::default()));
        }
        bucket.settings.put(&place(&id), rule);
        Ok(())
    })??;
    Ok(Reply::with_body(Body::Empty).header("x-oss-replication-rule-id", id))
}

/// GetBucketReplication
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let rules: Vec<_> = bucket::read(call, |bucket| rules(bucket).cloned().collect())?;
    if rules.is_empty() {
        return Err(none());
    }
    Ok(xml::shown(&Element::of("ReplicationConfiguration", rules)))
}

/// DeleteBucketReplication
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let document = xml::tree(&call.http.body, "ReplicationRules")?;
    let id = document.get("ID").ok_or_else(error::malformed_xml)?;
    bucket::change(call, |bucket| {
        bucket.chores.set_history(id, None);
        bucket.settings.remove(&place(id)).ok_or_else(no_such_rule)
    })??;
    Ok(Reply::with_body(Body::Empty))
}

/// GetBucketReplicationLocation: anywhere else where the cloud is known to be.
fn locations(call: &Call<'_>) -> Result<Reply, ApiError> {
    let here = bucket::read(call, |bucket| format!("oss-{}", bucket.region))?;
    let elsewhere: Vec<_> = super::service::locations().into_iter().filter(|location| *location != here).collect();
    Ok(xml::reply("ReplicationLocation", |node| {
        elsewhere.iter().for_each(|location| node.text("Location", location));
        node.element("LocationTransferTypeConstraint", |node| {
            for location in &elsewhere {
                node.element("LocationTransferType", |node| {
                    node.text("Location", location);
                    node.element("TransferTypes", |node| node.text("Type", "oss_acc"));
                });
            }
        });
        node.element("LocationRTCConstraint", |node| {
            elsewhere.iter().for_each(|location| node.text("Location", location));
        });
    }))
}

/// How much of what was there before a rule is copied: from 0 to 1.
fn progress_of(bucket: &Bucket, rule: &Element) -> String {
    let history = rule.get("ID").and_then(|id| bucket.chores.histories().get(id));
    let Some(history) = history else { return "1".to_owned() };
    let all = bucket.objects.statistics().count().max(1);
    let hundredths = history.done.saturating_mul(100) / all;
    format!("0.{:02}", hundredths.min(99))
}

/// GetBucketReplicationProgress
fn progress(call: &Call<'_>) -> Result<Reply, ApiError> {
    let id = call.arguments.filled("rule-id");
    let rules: Vec<_> = bucket::read(call, |bucket| {
        let named = rules(bucket).filter(|rule| id.is_none_or(|id| rule.get("ID") == Some(id)));
        named.map(|rule| (rule.clone(), progress_of(bucket, rule))).collect()
    })?;
    if rules.is_empty() {
        return Err(no_such_rule());
    }
    let shown = ["ID", "PrefixSet", "Action", "Destination", "Status", "HistoricalObjectReplication"];
    Ok(xml::reply("ReplicationProgress", |node| {
        for (rule, done) in &rules {
            node.element("Rule", |node| {
                shown.iter().filter_map(|name| rule.child(name)).for_each(|part| node.put(part));
                node.element("Progress", |node| {
                    if rule.get("HistoricalObjectReplication") == Some("enabled") {
                        node.text("HistoricalObject", done);
                    }
                    node.text("NewObject", &super::view::time(call.now));
                });
            });
        }
    }))
}

/// PutBucketRtc
fn put_rtc(call: &Call<'_>) -> Result<Reply, ApiError> {
    let document = xml::tree(&call.http.body, "ReplicationRule")?;
    let id = document.get("ID").ok_or_else(error::malformed_xml)?.to_owned();
    let status = document.at(&["RTC", "Status"]).map(|status| status.text.clone()).unwrap_or_default();
    if !matches!(&*status, "enabled" | "disabled") {
        return Err(error::malformed_xml());
    }
    bucket::change(call, |bucket| {
        let mut rule = bucket.settings.get(&place(&id)).cloned().ok_or_else(no_such_rule)?;
        rule.children.retain(|child| child.name != "RTC");
        rule.children.push(Element::of("RTC", [Element::text("Status", status)]));
        bucket.settings.put(&place(&id), rule);
        Ok::<_, ApiError>(())
    })??;
    Ok(Reply::with_body(Body::Empty))
}
