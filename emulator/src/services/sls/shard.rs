//! Shards: shown, split, merged.

use http::Method;
use serde_json::{Value, json};

use super::product::{on_store, row};
use super::{error, logstore, project, reply};
use crate::cloud::{HashKey, LogStore, Quota, Shard};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};

/// The operations.
pub fn table() -> Vec<Operation> {
    let any = |name| Parameter::optional(name, Form::Any);
    vec![
        row(
            "ListShards",
            (Method::GET, "{project}/logstores/{logstore}/shards"),
            &[on_store(&["log:ListShards"])],
            &[],
            list,
        ),
        row(
            "SplitShard",
            (Method::POST, "{project}/logstores/{logstore}/shards/{shard}?action=split"),
            &[on_store(&["log:SplitShard"])],
            &[any("key"), any("shardCount")],
            split,
        ),
        row(
            "MergeShard",
            (Method::POST, "{project}/logstores/{logstore}/shards/{shard}?action=merge"),
            &[on_store(&["log:MergeShard"])],
            &[],
            merge,
        ),
    ]
}

fn view(shard: &Shard) -> Value {
    let about = &shard.about;
    json!({
        "shardID": about.id,
        "status": if about.writable { "readwrite" } else { "readonly" },
        "inclusiveBeginKey": about.begin.to_string(),
        "exclusiveEndKey": about.end.to_string(),
        "createTime": about.created.as_second(),
    })
}

fn views(store: &LogStore, ids: &[u32]) -> Reply {
    let shards = ids.iter().filter_map(|id| store.shard(*id));
    reply::json(&shards.map(view).collect())
}

/// ListShards
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    logstore::read(call, |store| Ok(reply::json(&store.shards.iter().map(view).collect())))
}

/// The shard in the path, which must still be written to.
fn named(call: &Call<'_>, store: &LogStore) -> Result<(u32, HashKey, HashKey), ApiError> {
    let id = call.arguments.text("shard").parse().ok();
    let shard = id.and_then(|id| store.shard(id)).filter(|shard| shard.about.writable);
    let shard = shard.ok_or_else(|| error::parameter("invalid shard id."))?;
    Ok((shard.about.id, shard.about.begin, shard.about.end))
}

/// The numbers of the shards from this one on.
fn from(store: &LogStore, first: usize) -> impl Iterator<Item = u32> {
    store.shards.iter().skip(first).map(|shard| shard.about.id)
}

/// SplitShard: at a key, or into so many even parts, or in the middle.
fn split(call: &Call<'_>) -> Result<Reply, ApiError> {
    let most = project::owner(call)?.quotas.get(Quota::LogShardsPerProject);
    project::change(call, |project| {
        let before = project.shards();
        let name = logstore::name(call);
        let store = project.stores.get_mut(name).ok_or_else(|| error::no_such_store(name))?;
        let (id, begin, end) = named(call, store)?;
        let bad_key = || error::parameter("invalid mid hash.");
        let parts = match call.arguments.filled("shardCount") {
            None => 2,
            Some(text) => {
                let count = text.parse::<u128>().ok().filter(|count| (2..=100).contains(count));
                count.ok_or_else(|| error::invalid("shardCount", text))?
            }
        };
        let cuts: Vec<HashKey> = if let Some(key) = call.arguments.filled("key") {
            vec![HashKey::read(key).filter(|key| begin < *key && *key < end).ok_or_else(bad_key)?]
        } else {
            let part = end.0.saturating_sub(begin.0) / parts + 1;
            (1..parts).map(|number| HashKey(begin.0.saturating_add(part.saturating_mul(number)))).collect()
        };
        if cuts.last().is_none_or(|last| *last >= end) {
            return Err(bad_key());
        }
        if before.saturating_add(cuts.len() + 1) > most {
            return Err(error::project_quota());
        }
        let begins = std::iter::once(begin).chain(cuts.iter().copied());
        let ends = cuts.iter().copied().chain([end]);
        let ranges: Vec<_> = begins.zip(ends).collect();
        let old = store.shards.len();
        store.replace_shards(&[id], &ranges, call.now);
        let ids: Vec<_> = std::iter::once(id).chain(from(store, old)).collect();
        Ok(views(store, &ids))
    })?
}

/// MergeShard: with the one whose range follows.
fn merge(call: &Call<'_>) -> Result<Reply, ApiError> {
    logstore::change(call, |store| {
        let (id, begin, end) = named(call, store)?;
        let next = store.writable().find(|shard| shard.about.begin == end && end != HashKey::END);
        let next = next.ok_or_else(|| error::parameter("can not merge the last shard."))?;
        let (next, last) = (next.about.id, next.about.end);
        let old = store.shards.len();
        store.replace_shards(&[id, next], &[(begin, last)], call.now);
        let ids: Vec<_> = from(store, old).chain([id, next]).collect();
        Ok(views(store, &ids))
    })
}
