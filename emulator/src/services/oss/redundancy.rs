//! From one zone to several: tasks that the cloud's clock finishes.
//!
//! Source pages: "CreateBucketDataRedundancyTransition" and its siblings.

use http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};

use super::checks::on_bucket;
use super::describe;
use super::product::row;
use super::xml::Node;
use super::{bucket, error, view, xml};
use crate::cloud::{Bucket, Element, Redundancy, StorageClass};
use crate::gateway::{ApiError, Body, Call, Check, Form, Level, Operation, Parameter, Reply, Route, Selector};

const KIND: &str = "redundancyTransition";
const TASK: &str = "x-oss-redundancy-transition-taskid";
const TARGET: &str = "x-oss-target-redundancy-type";
/// CHOICE: an hour in the queue, and a day's work.
const QUEUED: SignedDuration = SignedDuration::from_hours(1);
const WORKED: SignedDuration = SignedDuration::from_hours(24);

/// The operations on transitions.
pub fn table() -> Vec<Operation> {
    let at = |method, level| Route::Oss(method, level, Selector::Query(KIND));
    let task = |method| Route::Oss(method, Level::Bucket, Selector::QueryAnd(KIND, TASK, None));
    vec![
        row(
            "CreateBucketDataRedundancyTransition",
            at(Method::POST, Level::Bucket),
            &[on_bucket(&["oss:CreateBucketDataRedundancyTransition"])],
            &[Parameter::optional(TARGET, Form::Any)],
            create,
        ),
        row(
            "GetBucketDataRedundancyTransition",
            task(Method::GET),
            &[on_bucket(&["oss:GetBucketDataRedundancyTransition"])],
            &[],
            get,
        ),
        row(
            "ListBucketDataRedundancyTransition",
            at(Method::GET, Level::Bucket),
            &[on_bucket(&["oss:ListBucketDataRedundancyTransition"])],
            &[],
            list,
        ),
        row(
            "DeleteBucketDataRedundancyTransition",
            at(Method::DELETE, Level::Bucket),
            &[on_bucket(&["oss:DeleteBucketDataRedundancyTransition"])],
            &[Parameter::optional(TASK, Form::Any)],
            delete,
        ),
        row(
            "ListUserDataRedundancyTransition",
            at(Method::GET, Level::Service),
            &[Check::new(&["oss:ListUserDataRedundancyTransition"], "acs:oss:*:{account}:*")
                .context(describe::service)
                .unless_said(describe::OF_SERVICE)],
            &[Parameter::optional("continuation-token", Form::Any), Parameter::optional("max-keys", Form::Any)],
            list_all,
        ),
    ]
}

fn place(id: &str) -> String {
    format!("{KIND}/{id}")
}

fn created(task: &Element) -> Timestamp {
    task.get("CreateTime").and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// When the work of a task begins, and when it ends.
fn worked(task: &Element) -> (Timestamp, Timestamp) {
    let later = |by| created(task).saturating_add(by).unwrap_or(Timestamp::MAX);
    (later(QUEUED), later(QUEUED + WORKED))
}

fn status(task: &Element, now: Timestamp) -> &'static str {
    let (start, end) = worked(task);
    if now < start {
        "Queueing"
    } else if now < end {
        "Processing"
    } else {
        "Finished"
    }
}

/// How often the objects of a bucket are stored: as it was made, or as a task has left it.
pub(super) fn in_force(bucket: &Bucket, now: Timestamp) -> Redundancy {
    let finished = |task: &Element| worked(task).1 <= now;
    if bucket.settings.several(KIND, "").any(|(_, task)| finished(task)) { Redundancy::Zrs } else { bucket.redundancy }
}

fn write(node: &mut Node<'_>, bucket: &str, task: &Element, now: Timestamp) {
    let (start, end) = worked(task);
    node.text("Bucket", bucket);
    node.text("TaskId", task.get("TaskId").unwrap_or_default());
    node.text("Status", status(task, now));
    node.text("CreateTime", &view::time(created(task)));
    if now >= start {
        node.text("StartTime", &view::time(start));
        let done = now.duration_since(start).as_secs().saturating_mul(100) / WORKED.as_secs();
        node.text("ProcessPercentage", &done.min(100).to_string());
        let rest = end.duration_since(now).max(SignedDuration::ZERO);
        node.text("EstimatedRemainingTime", &rest.as_hours().to_string());
    }
    if now >= end {
        node.text("EndTime", &view::time(end));
    }
}

fn tasks(bucket: &Bucket) -> Vec<Element> {
    bucket.settings.several(KIND, "").map(|(_, task)| task.clone()).collect()
}

/// CreateBucketDataRedundancyTransition
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let target = call.arguments.text(TARGET);
    if target != "ZRS" {
        return Err(error::invalid_argument(TARGET, target, "Invalid Argument. Parameter is invalid."));
    }
    let id = call.cloud().ids.lower("", 32);
    bucket::change(call, |bucket| {
        let unfinished = tasks(bucket).iter().any(|task| status(task, call.now) != "Finished");
        let too_cold = matches!(bucket.storage_class, StorageClass::ColdArchive | StorageClass::DeepColdArchive);
        // CHOICE: the code.
        if in_force(bucket, call.now) == Redundancy::Zrs || unfinished || too_cold {
            let message = "The bucket can not be changed to the data redundancy type.";
            return Err(error::invalid_argument(TARGET, target, message));
        }
        let parts = [Element::text("TaskId", id.clone()), Element::text("CreateTime", view::time(call.now))];
        bucket.settings.put(&place(&id), Element::of("Task", parts));
        Ok(())
    })??;
    Ok(xml::reply("BucketDataRedundancyTransition", |node| node.text("TaskId", &id)))
}

fn no_such_task() -> ApiError {
    let message = "The specified redundancy transition task does not exist.";
    ApiError::not_found("BucketDataRedundancyTransitionTaskNotExist", message)
}

/// GetBucketDataRedundancyTransition
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let task = bucket::read(call, |bucket| bucket.settings.get(&place(call.arguments.text(TASK))).cloned())?;
    let task = task.ok_or_else(no_such_task)?;
    Ok(xml::reply("BucketDataRedundancyTransition", |node| write(node, bucket::name(call), &task, call.now)))
}

fn listed(all: &[(String, Element)], now: Timestamp) -> Reply {
    xml::reply("ListBucketDataRedundancyTransition", |node| {
        node.text("IsTruncated", "false");
        for (bucket, task) in all {
            node.element("BucketDataRedundancyTransition", |node| write(node, bucket, task, now));
        }
    })
}

/// ListBucketDataRedundancyTransition
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let tasks = bucket::read(call, tasks)?;
    let all: Vec<_> = tasks.into_iter().map(|task| (bucket::name(call).to_owned(), task)).collect();
    Ok(listed(&all, call.now))
}

/// ListUserDataRedundancyTransition
fn list_all(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let of = |bucket: &Bucket| tasks(bucket).into_iter().map(|task| (bucket.name.clone(), task)).collect::<Vec<_>>();
    let all: Vec<_> = call.cloud().buckets.of(&account.id, of).into_iter().flatten().collect();
    Ok(listed(&all, call.now))
}

/// DeleteBucketDataRedundancyTransition: unless it is being worked on. What it has done stays done.
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    bucket::change(call, |bucket| {
        let place = place(call.arguments.text(TASK));
        let task = bucket.settings.get(&place).ok_or_else(no_such_task)?;
        if status(task, call.now) == "Processing" {
            let message = "The redundancy transition task is being processed.";
            return Err(ApiError::conflict("BucketDataRedundancyTransitionTaskStatusConflict", message));
        }
        bucket.redundancy = in_force(bucket, call.now);
        bucket.settings.remove(&place);
        Ok(())
    })??;
    Ok(Reply::with_body(Body::Empty).status(StatusCode::NO_CONTENT))
}
