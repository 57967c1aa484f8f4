//! Consumers of a consumer group: heartbeats, which share the shards out, and checkpoints.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::Method;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::product::{on, row};
use super::{body, error, logstore, project, reply};
use crate::cloud::{CONSUMERS_IN_GROUP, KeptInProject, LogCheckpoint};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};
use crate::operation::{Known, Mark};

/// The operations.
pub fn table() -> Vec<Operation> {
    const AT: &str = "{project}/logstores/{logstore}/consumergroups/{consumerGroup}";
    let any = |name| Parameter::optional(name, Form::Any);
    // INFERRED: the metadata names `*`, or nothing, for what is consumed; the page on who may use a consumer group names the group.
    let group = |actions| {
        const GROUP: &str =
            "acs:log:{owner_region}:{owner}:project/{project}/logstore/{logstore}/consumergroup/{consumerGroup}";
        let mut check = on(actions, GROUP);
        check.known = Known { action: Mark::Documented, resource: Mark::Inferred };
        check
    };
    vec![
        row(
            "ConsumerGroupHeartBeat",
            (Method::POST, format!("{AT}?type=heartbeat")),
            &[group(&["log:ConsumerGroupHeartBeat"])],
            &[any("consumer")],
            heartbeat,
        ),
        row(
            "ConsumerGroupUpdateCheckPoint",
            (Method::POST, format!("{AT}?type=checkpoint")),
            &[group(&["log:ConsumerGroupUpdateCheckPoint"])],
            &[any("consumer"), any("forceSuccess"), any("shard"), any("checkpoint")],
            update,
        ),
        // The action is called otherwise than the operation; a policy may have either.
        row(
            "GetCheckPoint",
            (Method::GET, AT.to_owned()),
            &[group(&["log:GetConsumerGroupCheckPoint", "log:GetCheckPoint"])],
            &[any("shard")],
            get,
        ),
    ]
}

/// What is done with the group that the path names, and with the shards of its Logstore.
fn with<T>(
    call: &Call<'_>,
    how: impl FnOnce(&mut KeptInProject, &[u32]) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    project::change(call, |project| {
        let shards: Vec<u32> = logstore::of(call, project)?.shards.iter().map(|shard| shard.about.id).collect();
        let found = project.about.kept.get_mut("ConsumerGroup").and_then(|groups| groups.get_mut(&key(call)));
        how(found.ok_or_else(absent)?, &shards)
    })?
}

fn key(call: &Call<'_>) -> String {
    format!("{}/{}", logstore::name(call), call.arguments.text("consumerGroup"))
}

fn absent() -> ApiError {
    ApiError::not_found("ConsumerGroupNotExist", "consumer group not exist")
}

/// ConsumerGroupHeartBeat. CHOICE: a group with `order` shares its shards out like any other: those that a shard was split into may come before its end.
fn heartbeat(call: &Call<'_>) -> Result<Reply, ApiError> {
    let holds: Vec<u32> = body::json(call)?;
    let consumer = call.arguments.text("consumer");
    if consumer.is_empty() || consumer.len() > 128 {
        return Err(error::invalid("consumer", consumer));
    }
    let gets = with(call, |group, shards| {
        // What it was made with; CHOICE: a minute where that says nothing.
        let seconds = group.document.get("timeout").and_then(Value::as_i64).filter(|seconds| *seconds > 0);
        let timeout = SignedDuration::from_secs(seconds.unwrap_or(60));
        let heard = group.consumers.hear(consumer, (shards, &holds), timeout, (call.now, CONSUMERS_IN_GROUP));
        let gets = heard.ok_or_else(error::project_quota)?;
        for shard in &gets {
            let begun = || LogCheckpoint { cursor: String::new(), consumer: consumer.to_owned(), at: call.now };
            group.consumers.checkpoints.entry(*shard).or_insert_with(begun);
        }
        Ok(gets)
    })?;
    Ok(reply::json(&json!(gets)))
}

#[derive(Deserialize)]
struct Given {
    shard: u32,
    checkpoint: String,
}

/// ConsumerGroupUpdateCheckPoint
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let given: Given = body::json(call)?;
    let consumer = call.arguments.text("consumer");
    let is_forced = call.arguments.text("forceSuccess").eq_ignore_ascii_case("true");
    if given.checkpoint.len() > 128 || BASE64_STANDARD.decode(&given.checkpoint).is_err() {
        return Err(ApiError::bad_request("InvalidShardCheckPoint", "shard checkpoint not encoded by base64"));
    }
    with(call, |group, shards| {
        if !shards.contains(&given.shard) {
            return Err(ApiError::not_found("ShardNotExist", "shard not exist"));
        }
        // The codes are those that the consumer libraries look for; CHOICE: status and words.
        if !is_forced && !group.consumers.knows(consumer) {
            return Err(ApiError::bad_request("ConsumerNotExsit", "consumer not exist"));
        }
        if !is_forced && group.consumers.of(given.shard) != Some(consumer) {
            return Err(ApiError::bad_request("ConsumerNotMatch", "consumer not match"));
        }
        let made =
            LogCheckpoint { cursor: given.checkpoint, consumer: consumer.chars().take(128).collect(), at: call.now };
        group.consumers.checkpoints.insert(given.shard, made);
        Ok(reply::done())
    })
}

/// GetCheckPoint: of all shards, or of one; of one that is not there, nothing.
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let wanted = call.arguments.filled("shard").filter(|shard| *shard != "-1");
    let shown = project::read(call, |project| {
        logstore::of(call, project)?;
        let group = project.about.kept.get("ConsumerGroup").and_then(|groups| groups.get(&key(call)));
        let group = group.ok_or_else(absent)?;
        let all = group.consumers.checkpoints.iter();
        let all = all.filter(|(shard, _)| wanted.is_none_or(|wanted| wanted == shard.to_string()));
        let view = |(shard, one): (&u32, &LogCheckpoint)| {
            // Microseconds, as the page's example has it; none before the first one.
            let at = if one.cursor.is_empty() { 0 } else { one.at.as_microsecond() };
            json!({"shard": shard, "checkpoint": one.cursor, "updateTime": at, "consumer": one.consumer})
        };
        Ok::<_, ApiError>(all.map(view).collect::<Value>())
    })??;
    Ok(reply::json(&shown))
}
