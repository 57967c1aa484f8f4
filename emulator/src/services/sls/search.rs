//! Logs searched and analysed: what a query finds in a range of time.

use http::Method;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::analysis::{self, Columns, Statement};
use super::product::{on_store, row};
use super::query::{Fields, Index, Query};
use super::{error, logstore, reply};
use crate::cloud::{KeptGroup, LogGroup, LogStore};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};
use crate::services::common::sql::Wrong;
use crate::services::common::sql::value::size;

/// Logs on a page.
const MOST: usize = 100;
/// Values that an analysis looks at. CHOICE: the figure; the cloud has memory for more.
const MOST_VALUES: usize = 2_000_000;
/// The bytes that those take in memory, about. CHOICE: the figure; as many as all logs together may have.
const MOST_BYTES: usize = 256 << 20;
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
    Ok(Asked { from, to, topic: call.arguments.filled("topic"), query })
}

/// A log that was found: its time, and where it is.
type Found<'s> = (u32, u32, &'s KeptGroup, usize);

/// The settings of an index, and since when there is one.
fn index(store: &LogStore) -> Result<(&Value, Timestamp), ApiError> {
    let index = store.about.index.as_ref();
    let index = index.ok_or_else(|| ApiError::bad_request("IndexConfigNotExist", "logstore without index config"))?;
    Ok((&index.settings, index.created))
}

/// Finds what is asked for, in the order of time.
fn find<'s>(asked: &Asked<'_>, store: &'s LogStore, now: Timestamp) -> Result<Vec<Found<'s>>, ApiError> {
    let mut found = Vec::new();
    each(asked, store, now, |log, _| {
        found.push(log);
        Ok(())
    })?;
    found.sort_by_key(order);
    Ok(found)
}

/// The order of time.
fn order((time, nanoseconds, group, place): &Found<'_>) -> (u32, u32, u64, usize) {
    (*time, *nanoseconds, group.cursor, *place)
}

/// Looks at each log that is asked for.
fn each<'s>(
    asked: &Asked<'_>,
    store: &'s LogStore,
    now: Timestamp,
    mut look: impl FnMut(Found<'s>, &Fields<'_>) -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    let (settings, since) = index(store)?;
    let index = Index::of(settings);
    asked.query.check(&index).map_err(|wrong| error::parameter(wrong.to_string()))?;
    let in_range = |time: u32| (asked.from..asked.to).contains(&i64::from(time));
    let kept = jiff::SignedDuration::from_hours(24 * i64::from(store.about.ttl));
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
            let fields = Fields::of(&group, &log);
            if in_range(log.time) && asked.query.finds(&index, &fields) {
                look((log.time, log.nanoseconds.unwrap_or_default(), kept_group, place), &fields)?;
            }
        }
    }
    Ok(())
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

/// What is answered.
struct Page {
    logs: Vec<Value>,
    /// How many logs were looked at for it.
    processed: usize,
    /// The names of its columns: in the order of an analysis, else in that of their letters.
    keys: Vec<String>,
    /// The two parts of the query.
    search: String,
    analysis: Option<String>,
}

fn page(call: &Call<'_>) -> Result<Page, ApiError> {
    let asked = asked(call)?;
    let search = call.arguments.text("query").get(..asked.query.length).unwrap_or_default().trim().to_owned();
    if let Some(analysis) = asked.query.analysis.clone() {
        let (logs, processed, keys) = analysed(call, &asked, &analysis)?;
        return Ok(Page { logs, processed, keys, search, analysis: Some(analysis.trim().to_owned()) });
    }
    let logs = searched(call, &asked)?;
    let keys: std::collections::BTreeSet<_> =
        logs.iter().filter_map(Value::as_object).flat_map(|log| log.keys()).collect();
    let keys = keys.into_iter().cloned().collect();
    Ok(Page { processed: logs.len(), logs, keys, search, analysis: None })
}

fn given(call: &Call<'_>, name: &str, default: i64) -> Result<i64, ApiError> {
    match call.arguments.filled(name) {
        None => Ok(default),
        Some(text) => text.parse::<i64>().map_err(|_| error::invalid(name, text)),
    }
}

/// The logs on a page of what a search finds.
fn searched(call: &Call<'_>, asked: &Asked<'_>) -> Result<Vec<Value>, ApiError> {
    // What is too much is cut off, as the tests of the SDK for Java say; so do they what is less than nothing.
    let line = usize::try_from(given(call, "line", 100)?).unwrap_or_default().min(MOST);
    let offset = usize::try_from(given(call, "offset", 0)?);
    let offset = offset.map_err(|_| error::parameter("limit expression is required"))?;
    let reverse = call.arguments.flag("reverse");
    logstore::read(call, |store| {
        let mut found = find(asked, store, call.now)?;
        if reverse {
            found.reverse();
        }
        found.iter().skip(offset).take(line).map(view).collect()
    })
}

/// The rows that an analysis of what a search finds comes to, how many logs that was, and the names of its columns.
fn analysed(call: &Call<'_>, asked: &Asked<'_>, analysis: &str) -> Result<(Vec<Value>, usize, Vec<String>), ApiError> {
    if given(call, "offset", 0)? != 0 {
        return Err(error::parameter(
            "ErrorType:OLSQueryParseError.ErrorMessage:offset is not available for pagination in sql query, please use limit x,y syntax for pagination.",
        ));
    }
    let refused = |why: Wrong| error::parameter(why.0);
    let statement = Statement::read(analysis, logstore::name(call)).map_err(refused)?;
    let table = logstore::read(call, |store| {
        let mut table = statement.table(Columns::of(index(store)?.0));
        let (mut rows, mut values, mut bytes) = (Vec::new(), 0_usize, 0_usize);
        each(asked, store, call.now, |found, fields| {
            let row = table.row(fields);
            values = values.saturating_add(row.len().max(1));
            bytes = row.iter().map(size).fold(bytes, usize::saturating_add);
            if values > MOST_VALUES || bytes > MOST_BYTES {
                return Err(error::parameter("Query exceeded max memory size of 3GB"));
            }
            rows.push((order(&found), row));
            Ok(())
        })?;
        rows.sort_by_key(|(order, _)| *order);
        table.rows = rows.into_iter().map(|(_, row)| row).collect();
        Ok(table)
    })?;
    let shown = analysis::answer(&statement, &table).map_err(refused)?;
    let keys = shown.first().map(|row| row.iter().map(|(name, _)| name.clone()).collect());
    // Clients read a time and a source of every row. INFERRED: those are the beginning of the range, and none.
    let row = |shown: Vec<(String, String)>| {
        let common = [("__source__", String::new()), ("__time__", asked.from.to_string())];
        let common = common.into_iter().map(|(name, value)| (name.to_owned(), json!(value)));
        Value::Object(common.chain(shown.into_iter().map(|(name, value)| (name, json!(value)))).collect())
    };
    Ok((shown.into_iter().map(row).collect(), table.rows.len(), keys.unwrap_or_default()))
}

/// GetLogs
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let page = page(call)?;
    let mut reply = reply::json(&Value::Array(page.logs.clone()))
        .header("x-log-progress", "Complete".to_owned())
        .header("x-log-count", page.logs.len().to_string())
        .header("x-log-processed-rows", page.processed.to_string())
        .header("x-log-elapsed-millisecond", "0".to_owned())
        .header("x-log-has-sql", page.analysis.is_some().to_string());
    let queries = [("x-log-where-query", Some(&page.search)), ("x-log-agg-query", page.analysis.as_ref())];
    for (name, query) in queries {
        // A query in other letters fits into no header.
        if let Some(Ok(query)) = query.map(|query| http::HeaderValue::from_str(query)) {
            reply.headers.insert(name, query);
        }
    }
    Ok(reply)
}

/// GetLogsV2: the same, with what is said of it in the body, compressed.
fn get_packed(call: &Call<'_>) -> Result<Reply, ApiError> {
    let page = page(call)?;
    let answer = json!({
        "meta": {
            "progress": "Complete",
            "aggQuery": page.analysis.as_deref().unwrap_or_default(),
            "whereQuery": page.search,
            "hasSQL": page.analysis.is_some(),
            "processedRows": page.processed,
            "elapsedMillisecond": 0,
            "cpuSec": 0,
            "cpuCores": 0,
            "keys": page.keys,
            "terms": [],
            "limited": 0,
            "mode": 0,
            "scanBytes": 0,
            "count": page.logs.len(),
            "processedBytes": 0,
            "isAccurate": true,
            "columnTypes": [],
            "telementryType": "logs",
        },
        "data": page.logs,
    });
    reply::packed_json(call, &answer)
}

/// GetHistograms: how many there are, in even parts of the range. INFERRED: an analysis behind the search changes nothing.
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
