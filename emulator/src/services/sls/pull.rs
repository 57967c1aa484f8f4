//! Logs read as they were written, shard by shard, from a cursor on.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::Method;
use serde_json::json;

use super::body::LARGEST;
use super::product::{on_store, row};
use super::{error, logstore, reply};
use crate::cloud::{LogStore, Shard, log_group_list};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};

/// The operations.
pub fn table() -> Vec<Operation> {
    let check = &[on_store(&["log:GetCursorOrData"])];
    let any = |name| Parameter::optional(name, Form::Any);
    vec![
        row(
            "GetCursor",
            (Method::GET, "{project}/logstores/{logstore}/shards/{shardId}?type=cursor"),
            check,
            &[any("from")],
            cursor,
        ),
        row(
            "GetCursorTime",
            (Method::GET, "{project}/logstores/{logstore}/shards/{shardId}?type=cursor_time"),
            check,
            &[any("cursor")],
            cursor_time,
        ),
        // INFERRED: clients of the older generation ask for `logs`.
        row(
            "PullLogs",
            (Method::GET, "{project}/logstores/{logstore}/shards/{shardId}?type=log"),
            check,
            &[any("cursor"), any("count"), any("end_cursor"), any("query")],
            pull,
        ),
        row(
            "PullLogs",
            (Method::GET, "{project}/logstores/{logstore}/shards/{shardId}?type=logs"),
            check,
            &[any("cursor"), any("count"), any("end_cursor"), any("query")],
            pull,
        ),
    ]
}

/// The shard in the path.
fn of<'s>(call: &Call<'_>, store: &'s LogStore) -> Result<&'s Shard, ApiError> {
    let id = call.arguments.text("shardId");
    id.parse().ok().and_then(|id| store.shard(id)).ok_or_else(|| error::no_such_shard(id))
}

/// A cursor as clients see it.
fn shown(cursor: u64) -> String {
    BASE64_STANDARD.encode(cursor.to_string())
}

/// The cursor in a parameter.
fn read(call: &Call<'_>, name: &str) -> Result<u64, ApiError> {
    let text = call.arguments.text(name);
    let number = BASE64_STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let number = number.and_then(|number| number.parse().ok());
    number.ok_or_else(|| error::parameter(format!("Invalid cursor {text}.")))
}

/// GetCursor: that of the first log group, of the place behind the last one, or of the first one since a second.
fn cursor(call: &Call<'_>) -> Result<Reply, ApiError> {
    logstore::read(call, |store| {
        let shard = of(call, store)?;
        let cursor = match call.arguments.text("from") {
            "begin" => shard.first(),
            "end" => shard.about.next,
            second => {
                let second = second.parse().map_err(|_| error::parameter("Parameter From is not valid."))?;
                shard.at(second)
            }
        };
        Ok(reply::json(&json!({ "cursor": shown(cursor) })))
    })
}

/// GetCursorTime: when the log group of a cursor came.
fn cursor_time(call: &Call<'_>) -> Result<Reply, ApiError> {
    let cursor = read(call, "cursor")?;
    logstore::read(call, |store| {
        let found = of(call, store)?.from(cursor).next().filter(|group| group.cursor == cursor);
        let second = found.and_then(|group| u64::try_from(group.received.as_second()).ok());
        let second = second.unwrap_or_else(|| Shard::second_of(cursor));
        Ok(reply::json(&json!({ "cursor_time": second })))
    })
}

/// PullLogs: so many log groups as protocol buffers, and where to go on.
fn pull(call: &Call<'_>) -> Result<Reply, ApiError> {
    const KIND: &str = "application/x-protobuf";
    let start = read(call, "cursor")?;
    let end = call.arguments.filled("end_cursor").map(|_| read(call, "end_cursor")).transpose()?;
    let count = call.arguments.text("count");
    let most: usize = count
        .parse()
        .ok()
        .filter(|count| *count <= 1000)
        .ok_or_else(|| error::parameter("ParameterCount should be in [0-1000]."))?;
    if call.arguments.filled("query").is_some() {
        return Err(not_performed("a query of PullLogs"));
    }
    let (list, pulled, next, at_end) = logstore::read(call, |store| {
        let shard = of(call, store)?;
        let (mut list, mut pulled, mut next) = (Vec::new(), 0_usize, start);
        for group in shard.from(start).take(most) {
            let full = list.len().saturating_add(group.content.len()) > LARGEST;
            if end.is_some_and(|end| group.cursor >= end) || (full && pulled > 0) {
                break;
            }
            log_group_list(&mut list, &group.content);
            (pulled, next) = (pulled + 1, group.cursor.saturating_add(1));
        }
        Ok((list, pulled, next, next >= shard.about.next))
    })?;
    let reply = reply::packed(call, KIND, list)?
        .header("x-log-count", pulled.to_string())
        .header("x-log-cursor", shown(next))
        .header("x-log-cursor-time", Shard::second_of(next).to_string())
        .header("x-log-end-of-cursor", if at_end { "1" } else { "0" }.to_owned());
    Ok(reply)
}

/// What the cloud does and acslab does not. CHOICE: the code is the cloud's for what a thing does not support; the words are ours.
pub(super) fn not_performed(what: &str) -> ApiError {
    ApiError::bad_request("NotSupported", format!("acslab does not perform {what}."))
}
