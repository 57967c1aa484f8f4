//! Logs searched: what the search part of a query finds in a range of time.

use http::Method;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::product::{on_store, row};
use super::query::{Fields, Index, Query};
use super::{error, logstore, pull, reply};
use crate::cloud::{KeptGroup, LogGroup, LogStore};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};

/// Logs on a page.
const MOST: usize = 100;
/// Intervals of a histogram, at most (CHOICE: the figure).
const INTERVALS: i64 = 60;

/// The operations.
pub fn table() -> Vec<Operation> {
    let logs = &[on_store(&["log:GetLogStoreLogs"])];
    let any = |name| Parameter::optional(name, Form::Any);
    let asked = ["from", "to", "query", "topic", "line", "offset", "reverse", "powerSql"].map(any);
    let counted = [on_store(&["log:GetLogStoreHistogram"])];
    let in_range = ["from", "to", "query", "topic"].map(any);
    vec![
        row("GetLogs", (Method::GET, "{project}/logstores/{logstore}?type=log"), logs, &asked, get),
        row("GetLogsV2", (Method::POST, "{project}/logstores/{logstore}/logs"), logs, &asked, get_packed),
        row(
            "GetHistograms",
            (Method::GET, "{project}/logstores/{logstore}/index?type=histogram"),
            &counted,
            &in_range,
            histograms,
        ),
        // The same, as the service's own SDKs ask for it.
        row(
            "GetHistograms",
            (Method::GET, "{project}/logstores/{logstore}?type=histogram"),
            &counted,
            &in_range,
            histograms,
        ),
    ]
}

/// What is searched for.
struct Asked<'c> {
    from: i64,
    to: i64,
    topic: Option<&'c str>,
    query: Query,
}

fn second(call: &Call<'_>, name: &str) -> Result<i64, ApiError> {
    let number = call.arguments.integer(name).filter(|number| (0..=i64::from(u32::MAX)).contains(number));
    number.ok_or_else(|| error::parameter(format!("The parameter {name} must be a positive integer")))
}

fn asked<'c>(call: &'c Call<'_>) -> Result<Asked<'c>, ApiError> {
    let (from, to) = (second(call, "from")?, second(call, "to")?);
    if from >= to {
        return Err(ApiError::bad_request("InvalidTimeRange", "Request time range is invalid."));
    }
    let text = call.arguments.text("query");
    let query = Query::read(text).map_err(|wrong| error::parameter(wrong.to_string()))?;
    if query.is_analysis {
        return Err(pull::not_performed("the analysis of logs (what stands behind `|` in a query)"));
    }
    Ok(Asked { from, to, topic: call.arguments.filled("topic"), query })
}

/// A log that was found: its time, and where it is.
type Found<'s> = (u32, u32, &'s KeptGroup, usize);

/// Finds what is asked for, in the order of time.
fn find<'s>(asked: &Asked<'_>, store: &'s LogStore, now: Timestamp) -> Result<Vec<Found<'s>>, ApiError> {
    let index = store.about.index.as_ref();
    let index = index.ok_or_else(|| ApiError::bad_request("IndexConfigNotExist", "logstore without index config"))?;
    let since = index.created;
    let index = Index::of(&index.settings);
    asked.query.check(&index).map_err(|wrong| error::parameter(wrong.to_string()))?;
    let in_range = |time: u32| (asked.from..asked.to).contains(&i64::from(time));
    let kept = jiff::SignedDuration::from_hours(24 * i64::from(store.about.ttl));
    let mut found = Vec::new();
    for kept_group in store.shards.iter().flat_map(|shard| &shard.groups) {
        let overlaps =
            kept_group.times.is_some_and(|(first, last)| i64::from(first) < asked.to && i64::from(last) >= asked.from);
        let over = now.duration_since(kept_group.received) > kept && store.about.ttl < 3650;
        // An index covers what came since it was made.
        if !overlaps || over || kept_group.received < since {
            continue;
        }
        let group = LogGroup::read(kept_group.bytes()).map_err(|_| ApiError::internal())?;
        if asked.topic.is_some_and(|topic| topic != group.topic) {
            continue;
        }
        for (place, log) in group.logs().enumerate() {
            let log = log.map_err(|_| ApiError::internal())?;
            if in_range(log.time) && asked.query.finds(&index, &Fields { group: &group, log: &log }) {
                found.push((log.time, log.nanoseconds.unwrap_or_default(), kept_group, place));
            }
        }
    }
    found.sort_by_key(|(time, nanoseconds, group, place)| (*time, *nanoseconds, group.cursor, *place));
    Ok(found)
}

/// A log as it is shown.
fn view((_, _, kept, place): &Found<'_>) -> Result<Value, ApiError> {
    let group = LogGroup::read(kept.bytes()).map_err(|_| ApiError::internal())?;
    let log = group.logs().nth(*place).ok_or_else(ApiError::internal)?.map_err(|_| ApiError::internal())?;
    let mut shown = Map::new();
    for (key, value) in &log.contents {
        shown.insert((*key).to_owned(), json!(value));
    }
    for (key, value) in &group.tags {
        shown.insert(format!("__tag__:{key}"), json!(value));
    }
    shown.insert("__topic__".to_owned(), json!(group.topic));
    shown.insert("__source__".to_owned(), json!(group.source));
    shown.insert("__time__".to_owned(), json!(log.time.to_string()));
    if let Some(nanoseconds) = log.nanoseconds {
        shown.insert("__time_ns_part__".to_owned(), json!(nanoseconds.to_string()));
    }
    Ok(Value::Object(shown))
}

/// A page of what is asked for, and how many logs were looked at.
fn page(call: &Call<'_>) -> Result<Vec<Value>, ApiError> {
    let asked = asked(call)?;
    let number = |name: &str, default: i64| match call.arguments.filled(name) {
        None => Ok(default),
        Some(text) => text.parse::<i64>().map_err(|_| error::invalid(name, text)),
    };
    // What is too much is cut off, as the tests of the SDK for Java say; so do they what is less than nothing.
    let line = usize::try_from(number("line", 100)?).unwrap_or_default().min(MOST);
    let offset = usize::try_from(number("offset", 0)?);
    let offset = offset.map_err(|_| error::parameter("limit expression is required"))?;
    let reverse = call.arguments.flag("reverse");
    logstore::read(call, |store| {
        let mut found = find(&asked, store, call.now)?;
        if reverse {
            found.reverse();
        }
        found.iter().skip(offset).take(line).map(view).collect()
    })
}

/// GetLogs
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let logs = page(call)?;
    let count = logs.len().to_string();
    let mut reply = reply::json(&Value::Array(logs))
        .header("x-log-progress", "Complete".to_owned())
        .header("x-log-count", count.clone())
        .header("x-log-processed-rows", count)
        .header("x-log-elapsed-millisecond", "0".to_owned())
        .header("x-log-has-sql", "false".to_owned());
    // A query in other letters fits into no header.
    if let Ok(query) = http::HeaderValue::from_str(call.arguments.text("query")) {
        reply.headers.insert("x-log-where-query", query);
    }
    Ok(reply)
}

/// GetLogsV2: the same, with what is said of it in the body, compressed.
fn get_packed(call: &Call<'_>) -> Result<Reply, ApiError> {
    let logs = page(call)?;
    let keys: std::collections::BTreeSet<_> =
        logs.iter().filter_map(Value::as_object).flat_map(|log| log.keys()).collect();
    let answer = json!({
        "meta": {
            "progress": "Complete",
            "aggQuery": "",
            "whereQuery": call.arguments.text("query"),
            "hasSQL": false,
            "processedRows": logs.len(),
            "elapsedMillisecond": 0,
            "cpuSec": 0,
            "cpuCores": 0,
            "keys": keys,
            "terms": [],
            "limited": 0,
            "mode": 0,
            "scanBytes": 0,
            "count": logs.len(),
            "processedBytes": 0,
            "isAccurate": true,
            "columnTypes": [],
            "telementryType": "logs",
        },
        "data": logs,
    });
    reply::packed_json(call, &answer)
}

/// GetHistograms: how many there are, in even parts of the range.
fn histograms(call: &Call<'_>) -> Result<Reply, ApiError> {
    let asked = asked(call)?;
    let step = (asked.to - asked.from + INTERVALS - 1) / INTERVALS;
    let (intervals, total) = logstore::read(call, |store| {
        let found = find(&asked, store, call.now)?;
        let mut counts = std::collections::BTreeMap::<i64, u64>::new();
        for (time, ..) in &found {
            *counts.entry((i64::from(*time) - asked.from) / step).or_default() += 1;
        }
        let intervals: Vec<_> = (0..INTERVALS)
            .map(|number| (number, asked.from + number * step))
            .take_while(|(_, from)| *from < asked.to)
            .map(|(number, from)| {
                let count = counts.get(&number).copied().unwrap_or_default();
                json!({ "from": from, "to": (from + step).min(asked.to), "count": count, "progress": "Complete" })
            })
            .collect();
        Ok((intervals, found.len()))
    })?;
    Ok(reply::json(&Value::Array(intervals))
        .header("x-log-progress", "Complete".to_owned())
        .header("x-log-count", total.to_string()))
}
