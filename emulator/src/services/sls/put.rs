//! Logs written: by those who may, and by anybody where web tracking is on.

use std::collections::BTreeMap;

use http::Method;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;

use super::product::{on_store, row};
use super::{body, describe, error, logstore, project, reply};
use crate::cloud::{HashKey, LogDraft, LogRoom, LogStore, WrongGroup};
use crate::gateway::{Access, ApiError, Call, Form, Operation, Parameter, Reply};

/// How old a log may be when it is written…
const OLDEST: SignedDuration = SignedDuration::from_hours(7 * 24);
/// …and how far ahead.
const AHEAD: SignedDuration = SignedDuration::from_mins(15);

/// The operations.
pub fn table() -> Vec<Operation> {
    let write = &[on_store(&["log:PostLogStoreLogs"])];
    vec![
        row("PutLogs", (Method::POST, "{project}/logstores/{logstore}/shards/lb"), write, &[], put),
        // The same, to the shard of a hash key.
        row(
            "PutLogs",
            (Method::POST, "{project}/logstores/{logstore}/shards/route"),
            write,
            &[Parameter::optional("key", Form::Any)],
            put,
        ),
        row(
            "PutWebtracking",
            (Method::POST, "{project}/logstores/{logstore}/track"),
            &[],
            &["__topic__", "__source__", "__logs__", "__tags__"].map(|name| Parameter::optional(name, Form::Any)),
            track,
        )
        .open_to(Access::Anyone("web tracking: the Logstore says whether anybody may write to it")),
    ]
}

fn wrong(group: WrongGroup) -> ApiError {
    match group {
        WrongGroup::Malformed => error::body("Protobuffer content cannot be parsed."),
        WrongGroup::Time => ApiError::bad_request("InvalidTimestamp", "Invalid timestamps are in logs."),
        WrongGroup::Encoding => ApiError::bad_request("InvalidEncoding", "Non-UTF8 characters are in logs."),
        WrongGroup::Key => ApiError::bad_request("InvalidKey", "Invalid keys are in logs."),
    }
}

/// PutLogs: one log group, all of it or nothing.
fn put(call: &Call<'_>) -> Result<Reply, ApiError> {
    let key = call.arguments.filled("key").or_else(|| call.http.header("x-log-hashkey"));
    let key = key.map(|key| HashKey::read(key).ok_or_else(|| error::invalid("key", key))).transpose()?;
    // That there is no such place is told before what is wrong with what was to go there.
    logstore::read(call, |_| Ok(()))?;
    let draft = LogDraft::read(&body::unpacked(call)?).map_err(wrong)?;
    let now = call.now.as_second();
    let in_time = |time: u32| (now - OLDEST.as_secs()..=now + AHEAD.as_secs()).contains(&i64::from(time));
    if draft.times.is_some_and(|(first, last)| !in_time(first) || !in_time(last)) {
        return Err(error::body("The post data time is out of range"));
    }
    keep(call, draft, key, |_| Ok(()))
}

/// Adds a log group to the Logstore of a call, if there is room and the Logstore still takes it.
fn keep(
    call: &Call<'_>,
    mut draft: LogDraft,
    key: Option<HashKey>,
    takes: impl Fn(&LogStore) -> Result<(), ApiError>,
) -> Result<Reply, ApiError> {
    // Of no logs nothing is kept.
    if draft.logs == 0 {
        return Ok(reply::done());
    }
    if logstore::read(call, |store| Ok(store.about.append_meta))? {
        draft.tag("__receive_time__", &call.now.as_second().to_string());
        if let Some(ip) = call.source_ip {
            draft.tag("__client_ip__", &ip.to_string());
        }
    }
    let room = call.cloud().log_projects.room(draft.room(), call.now);
    let room = room.ok_or_else(error::write_quota)?;
    logstore::change(call, |store| {
        takes(store)?;
        add(call, store, draft, key, room)
    })
}

/// Adds a log group to a Logstore.
fn add(
    call: &Call<'_>,
    store: &mut LogStore,
    draft: LogDraft,
    key: Option<HashKey>,
    room: LogRoom,
) -> Result<Reply, ApiError> {
    store.forget(call.now);
    let shard = store.shard_for(key);
    let shard = shard.ok_or_else(|| ApiError::bad_request("LogStoreWithoutShard", "logstore has no shard."))?;
    let cursor = shard.next_cursor(call.now);
    shard.add(draft.keep(cursor, call.now, room));
    Ok(reply::done())
}

#[derive(Debug, Deserialize)]
struct Tracked {
    #[serde(rename = "__topic__", default)]
    topic: String,
    #[serde(rename = "__source__", default)]
    source: String,
    #[serde(rename = "__logs__")]
    logs: Vec<BTreeMap<String, Value>>,
    #[serde(rename = "__tags__", default)]
    tags: BTreeMap<String, String>,
}

/// PutWebtracking: logs in JSON, all of the moment in which they come.
fn track(call: &Call<'_>) -> Result<Reply, ApiError> {
    if !describe::is_open(&*project::owner(call)?) {
        return Err(error::not_open());
    }
    // CHOICE: the code and the words.
    let closed = || crate::wire::sls::unauthorized(format!("logstore {} has no web tracking", logstore::name(call)));
    let takes = |store: &LogStore| if store.about.enable_tracking { Ok(()) } else { Err(closed()) };
    logstore::read(call, takes)?;
    let bytes = body::unpacked(call)?;
    let tracked: Tracked =
        serde_json::from_slice(&bytes).map_err(|_| error::body("The request body is not valid JSON object."))?;
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let logs: Vec<Vec<(String, String)>> =
        tracked.logs.into_iter().map(|log| log.into_iter().map(|(key, value)| (key, text(value))).collect()).collect();
    let time = u32::try_from(call.now.as_second()).map_err(|_| ApiError::internal())?;
    let tags = tracked.tags.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let logs = logs.iter().map(|log| log.iter().map(|(key, value)| (key.as_str(), value.as_str())));
    let draft = LogDraft::write(&tracked.topic, &tracked.source, tags, time, logs).map_err(wrong)?;
    keep(call, draft, None, takes)
}
