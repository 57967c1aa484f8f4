//! Replication: the rules by which what is written to a bucket is written to another.
//!
//! Source pages: "PutBucketReplication" and its siblings.

use http::Method;
use jiff::{SignedDuration, Timestamp};

use super::checks::{on_bucket, on_other};
use super::product::row;
use super::{bucket, error, xml};
use crate::cloud::{Bucket, Element, History};
use crate::gateway::{ApiError, Body, Call, Check, Form, Level, Operation, Parameter, Reply, Route, Selector};

const RULE_ID: Parameter = Parameter::optional("rule-id", Form::Any);
const COMP: Parameter = Parameter::optional("comp", Form::Any);
const KIND: &str = "replication";
const ROOT: &str = "ReplicationConfiguration";
/// The most rules of a bucket, and the most prefixes of a rule.
const MOST: usize = 100;
const PREFIXES: usize = 10;

/// Who has OSS replicate as a role, or to another account, must be able to read both buckets so.
const READS: Check = on_other(&["oss:ReplicateGet"], read_by);

/// The operations on replication.
pub fn table() -> Vec<Operation> {
    let at = |method, parameter| Route::Oss(method, Level::Bucket, Selector::Query(parameter));
    let comp = |word| Route::Oss(Method::POST, Level::Bucket, Selector::QueryAnd(KIND, "comp", Some(word)));
    vec![
        row("PutBucketReplication", comp("add"), &[on_bucket(&["oss:PutBucketReplication"]), READS], &[], put),
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

/// Rules that were deleted a moment ago, each with when. Nothing is replicated by them.
const CLOSING: &str = "replicationClosing";
/// How long a rule is still shown that was deleted. CHOICE: the figure, by the cloud's clock.
const CLOSES: SignedDuration = SignedDuration::from_mins(1);

fn closing(bucket: &Bucket, now: Timestamp) -> impl Iterator<Item = (&str, &Element)> {
    bucket.settings.several(CLOSING, "").filter_map(move |(id, closed)| {
        let at: Timestamp = closed.get("At")?.parse().ok()?;
        Some((id, closed.child("Rule")?)).filter(|_| now.duration_since(at) < CLOSES)
    })
}

/// Keeps a rule that was deleted for as long as it is shown, and lets go of those that are not any more.
fn close(bucket: &mut Bucket, rule: Element, now: Timestamp) {
    let shown: Vec<_> = closing(bucket, now).map(|(id, _)| id.to_owned()).collect();
    let kept: Vec<_> = bucket.settings.several(CLOSING, "").map(|(id, _)| id.to_owned()).collect();
    for id in kept.iter().filter(|id| !shown.contains(id) || kept.len() >= MOST) {
        bucket.settings.remove(&format!("{CLOSING}/{id}"));
    }
    let id = rule.get("ID").unwrap_or_default().to_owned();
    let closed = Element::of("Closed", [Element::text("At", now.to_string()), rule]);
    bucket.settings.put(&format!("{CLOSING}/{id}"), closed);
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

/// The buckets between which something is replicated as a role, or from account to account.
///
/// INFERRED: of another account's bucket nothing is asked of the caller. It lets the role in and nobody else (Required permissions for data
/// replication).
fn read_by(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    // A document that cannot be read is refused after who sent it.
    let Ok(document) = xml::tree(&call.http.body, ROOT) else { return Ok(Vec::new()) };
    let Some(rule) = document.child("Rule") else { return Ok(Vec::new()) };
    let (source, owner) = (bucket::name(call), bucket::read(call, |bucket| bucket.owner.clone())?);
    let target = rule.at(&["Destination", "Bucket"]).map_or("", |bucket| &bucket.text);
    let there = call.cloud().buckets.read(target, |bucket| bucket.owner.clone());
    call.was_there.get_or_init(|| there.is_some());
    let at_home = there.as_ref().is_some_and(|there| *there == owner);
    let asked = rule.filled("SyncRole").is_some() || (there.is_some() && !at_home);
    let named = [Some(source), Some(target).filter(|target| at_home && *target != source)];
    Ok(named.into_iter().flatten().filter(|_| asked).map(str::to_owned).collect())
}

/// PutBucketReplication
fn put(call: &Call<'_>) -> Result<Reply, ApiError> {
    let document = xml::tree(&call.http.body, ROOT)?;
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
    // One that came meanwhile was not asked about.
    let was_there = call.was_there.get().is_none_or(|was_there| *was_there);
    let found = call.cloud().buckets.read(&target, |bucket| (format!("oss-{}", bucket.region), bucket.versioning));
    let Some((region, versioning)) = found.filter(|_| was_there) else {
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
    drop_unused_keys(&mut rule);
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

/// What is encrypted by KMS goes along as a role, and with a key where that is asked for; what says so without effect is not kept. Tests
/// of Python's client have it so.
fn drop_unused_keys(rule: &mut Element) {
    let as_role = rule.filled("SyncRole").is_some();
    let wanted = rule.at(&["SourceSelectionCriteria", "SseKmsEncryptedObjects", "Status"]);
    let with_key = as_role && wanted.is_some_and(|status| status.text == "Enabled");
    rule.children.retain(|child| match &*child.name {
        "SourceSelectionCriteria" => as_role,
        "EncryptionConfiguration" => with_key,
        _ => true,
    });
}

/// GetBucketReplication
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let rules: Vec<_> = bucket::read(call, |bucket| {
        rules(bucket).cloned().chain(closing(bucket, call.now).map(|(_, rule)| rule.clone())).collect()
    })?;
    if rules.is_empty() {
        return Err(none());
    }
    Ok(xml::shown(&Element::of(ROOT, rules)))
}

/// DeleteBucketReplication
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let document = xml::tree(&call.http.body, "ReplicationRules")?;
    let id = document.get("ID").ok_or_else(error::malformed_xml)?;
    bucket::change(call, |bucket| {
        bucket.chores.set_history(id, None);
        let mut rule = bucket.settings.remove(&place(id)).ok_or_else(no_such_rule)?;
        rule.set("Status", "closing");
        close(bucket, rule, call.now);
        Ok::<_, ApiError>(())
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
        let all = rules(bucket).chain(closing(bucket, call.now).map(|(_, rule)| rule));
        let named = all.filter(|rule| id.is_none_or(|id| rule.get("ID") == Some(id)));
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
                    // Of what is new nothing is said before something was copied.
                    if rule.get("Status") != Some("starting") {
                        node.text("NewObject", &super::view::time(call.now));
                    }
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
