//! Logstores: made, shown, changed, deleted.

use http::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::names::is_store;
use super::product::{on, on_store, row};
use super::{body, describe, encryption, error, project, reply};
use crate::cloud::directory::Tags;
use crate::cloud::{LogProject, LogStore, Quota, StoreAbout};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};

const fn any(name: &'static str) -> Parameter {
    Parameter::optional(name, Form::Any)
}

const SETTINGS: [Parameter; 12] = [
    any("logstoreName"),
    any("shardCount"),
    any("ttl"),
    any("encrypt_conf"),
    any("autoSplit"),
    any("enable_tracking"),
    any("maxSplitShard"),
    any("appendMeta"),
    any("telemetryType"),
    any("hot_ttl"),
    any("mode"),
    any("infrequentAccessTTL"),
];

/// The operations.
pub fn table() -> Vec<Operation> {
    const NEW: &str = "acs:log:{owner_region}:{owner}:project/{project}/logstore/{logstoreName}";
    vec![
        row(
            "CreateLogStore",
            (Method::POST, "{project}/logstores"),
            &[on(&["log:CreateLogStore"], NEW).context(describe::with_body), encryption::pass_role()],
            &SETTINGS,
            create,
        ),
        row(
            "GetLogStore",
            (Method::GET, "{project}/logstores/{logstore}"),
            &[on_store(&["log:GetLogStore"])],
            &[],
            get,
        ),
        row(
            "ListLogStores",
            (Method::GET, "{project}/logstores"),
            &[project::on_stores(&["log:ListLogStores"])],
            &[any("offset"), any("size"), any("logstoreName"), any("telemetryType"), any("mode")],
            list,
        ),
        row(
            "UpdateLogStore",
            (Method::PUT, "{project}/logstores/{logstore}"),
            &[on_store(&["log:UpdateLogStore"]).context(describe::with_body), encryption::pass_role()],
            &SETTINGS,
            update,
        ),
        row(
            "DeleteLogStore",
            (Method::DELETE, "{project}/logstores/{logstore}"),
            &[on_store(&["log:DeleteLogStore"])],
            &[],
            delete,
        ),
        // The metadata gives these two no resource; INFERRED: the Logstore, or an owner could be asked about another's.
        row(
            "GetLogStoreMeteringMode",
            (Method::GET, "{project}/logstores/{logstore}/meteringmode"),
            &[on_store(&["log:GetLogStoreMeteringMode"])],
            &[],
            get_metering_mode,
        ),
        row(
            "UpdateLogStoreMeteringMode",
            (Method::PUT, "{project}/logstores/{logstore}/meteringmode"),
            &[on_store(&["log:UpdateLogStoreMeteringMode"]).context(describe::with_body)],
            &[any("meteringMode")],
            update_metering_mode,
        ),
    ]
}

/// The name of the Logstore in the path.
pub(super) fn name<'a>(call: &'a Call<'_>) -> &'a str {
    call.arguments.filled("logstore").or_else(|| call.arguments.filled("logStore")).unwrap_or_default()
}

/// The Logstore that the path names.
pub(super) fn of<'p>(call: &Call<'_>, project: &'p LogProject) -> Result<&'p LogStore, ApiError> {
    project.stores.get(name(call)).ok_or_else(|| error::no_such_store(name(call)))
}

/// Looks at the Logstore that the path names.
pub(super) fn read<T>(call: &Call<'_>, look: impl FnOnce(&LogStore) -> Result<T, ApiError>) -> Result<T, ApiError> {
    project::read(call, |project| of(call, project).and_then(look))?
}

/// Changes the Logstore that the path names.
pub(super) fn change<T>(
    call: &Call<'_>,
    change: impl FnOnce(&mut LogStore) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    project::change(call, |project| {
        let store = project.stores.get_mut(name(call)).ok_or_else(|| error::no_such_store(name(call)))?;
        change(store)
    })?
}

/// What a request may say of a Logstore.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Settings {
    #[serde(rename = "shardCount")]
    shard_count: Option<i64>,
    ttl: Option<i64>,
    encrypt_conf: Option<Map<String, Value>>,
    #[serde(rename = "autoSplit")]
    auto_split: Option<bool>,
    enable_tracking: Option<bool>,
    #[serde(rename = "maxSplitShard")]
    max_split_shard: Option<i64>,
    #[serde(rename = "appendMeta")]
    append_meta: Option<bool>,
    #[serde(rename = "enableModify")]
    enable_modify: Option<bool>,
    #[serde(rename = "telemetryType")]
    telemetry_type: Option<String>,
    hot_ttl: Option<i64>,
    mode: Option<String>,
    #[serde(rename = "infrequentAccessTTL")]
    infrequent_access_ttl: Option<i64>,
}

/// A number in a range; the words are published for `maxSplitShard`.
fn within(name: &str, number: i64, least: u32, most: u32) -> Result<u32, ApiError> {
    let number = u32::try_from(number).ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| error::store_info(format!("{name} must be within range [{least}, {most}]")))
}

fn word(name: &str, value: String, words: &[&str]) -> Result<String, ApiError> {
    if words.iter().any(|word| word.eq_ignore_ascii_case(&value)) {
        Ok(value)
    } else {
        Err(error::store_info(format!("{name} {value} is invalid")))
    }
}

impl Settings {
    /// Puts what is said in the place of what was.
    fn apply(self, about: &mut StoreAbout) -> Result<(), ApiError> {
        if let Some(ttl) = self.ttl {
            about.ttl = within("ttl", ttl, 1, 3650)?;
        }
        if let Some(telemetry) = self.telemetry_type {
            about.telemetry_type = word("telemetryType", telemetry, &["", "None", "Metrics"])?;
        }
        if let Some(mode) = self.mode {
            about.mode = word("mode", mode, &["standard", "query", "lite"])?;
        }
        if let Some(asked) = &self.encrypt_conf {
            about.encrypt_conf = Some(encryption::settings(asked)?);
        }
        about.auto_split = self.auto_split.unwrap_or(about.auto_split);
        if about.auto_split
            && let Some(most) = self.max_split_shard
        {
            about.max_split_shard = within("maxSplitShard", most, 1, 256)?;
        }
        about.enable_tracking = self.enable_tracking.unwrap_or(about.enable_tracking);
        about.append_meta = self.append_meta.unwrap_or(about.append_meta);
        about.enable_modify = self.enable_modify.unwrap_or(about.enable_modify);
        about.hot_ttl = self.hot_ttl.or(about.hot_ttl);
        about.infrequent_access_ttl = self.infrequent_access_ttl.or(about.infrequent_access_ttl);
        Ok(())
    }
}

/// CreateLogStore
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let asked: Settings = body::json(call)?;
    let name = call.arguments.text("logstoreName");
    if !is_store(name) {
        return Err(error::store_info(format!("logstore name {name} is invalid")));
    }
    let shards = within("shardCount", asked.shard_count.unwrap_or_default(), 1, 100)?;
    let mut about = StoreAbout {
        name: name.to_owned(),
        ttl: 0,
        hot_ttl: None,
        infrequent_access_ttl: None,
        enable_tracking: false,
        auto_split: false,
        max_split_shard: 64,
        append_meta: false,
        enable_modify: false,
        telemetry_type: String::new(),
        mode: "standard".to_owned(),
        metering_mode: FUNCTION.to_owned(),
        encrypt_conf: None,
        created: call.now,
        modified: call.now,
        tags: Tags::new(),
        index: None,
        written: 0,
    };
    // What must be said is checked as if it were said wrongly.
    Settings { ttl: asked.ttl.or(Some(0)), ..asked }.apply(&mut about)?;
    let owner = project::owner(call)?;
    let most = |quota| owner.quotas.get(quota);
    let (most_stores, most_shards) = (most(Quota::LogStoresPerProject), most(Quota::LogShardsPerProject));
    project::change(call, |project| {
        if project.stores.contains_key(name) {
            let message = format!("logstore {name} already exists");
            return Err(ApiError::bad_request("LogStoreAlreadyExist", message));
        }
        let more = usize::try_from(shards).unwrap_or(usize::MAX);
        if project.stores.len() >= most_stores || project.shards().saturating_add(more) > most_shards {
            return Err(error::project_quota());
        }
        project.stores.insert(name.to_owned(), LogStore::new(about, shards));
        Ok(reply::done())
    })?
}

fn view(store: &LogStore) -> Value {
    let about = &store.about;
    let mut shown = json!({
        "logstoreName": about.name,
        "ttl": about.ttl,
        "shardCount": store.writable().count(),
        "enable_tracking": about.enable_tracking,
        "autoSplit": about.auto_split,
        "maxSplitShard": about.max_split_shard,
        "appendMeta": about.append_meta,
        "enableModify": about.enable_modify,
        "telemetryType": about.telemetry_type,
        "createTime": about.created.as_second(),
        "lastModifyTime": about.modified.as_second(),
        "mode": about.mode,
        "productType": "",
        "resourceQuota": { "storage": { "preserved": -1, "used": 0 } },
    });
    let more = [
        ("hot_ttl", about.hot_ttl.map(Value::from)),
        ("infrequentAccessTTL", about.infrequent_access_ttl.map(Value::from)),
        ("encrypt_conf", about.encrypt_conf.clone()),
    ];
    for (name, value) in more {
        if let Some(value) = value {
            shown[name] = value;
        }
    }
    shown
}

/// GetLogStore
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    read(call, |store| Ok(reply::json(&view(store))))
}

/// ListLogStores: their names.
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (offset, size) = (project::page(call, "offset", 0, usize::MAX)?, project::page(call, "size", 500, 500)?);
    let part = call.arguments.text("logstoreName");
    let is =
        |name: &str, value: &str| call.arguments.filled(name).is_none_or(|asked| asked.eq_ignore_ascii_case(value));
    let telemetry = |about: &StoreAbout| if about.telemetry_type.is_empty() { "None" } else { "Metrics" };
    let names = project::read(call, |project| {
        let wanted = project.stores.values().map(|store| &store.about).filter(|about| {
            about.name.contains(part) && is("mode", &about.mode) && is("telemetryType", telemetry(about))
        });
        wanted.map(|about| about.name.clone()).collect::<Vec<_>>()
    })?;
    let total = names.len();
    let page: Vec<_> = names.into_iter().skip(offset).take(size).collect();
    Ok(reply::json(&json!({ "count": page.len(), "total": total, "logstores": page })))
}

/// UpdateLogStore
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let asked: Settings = body::json(call)?;
    let named = call.arguments.text("logstoreName");
    change(call, |store| {
        if !named.is_empty() && named != store.about.name {
            return Err(error::store_info(format!("logstore name {named} is invalid")));
        }
        let shards = i64::try_from(store.writable().count()).unwrap_or(i64::MAX);
        if asked.shard_count.is_some_and(|count| count != shards) {
            return Err(error::parameter("invalid shard count,you can only modify shardCount by split& merge shard."));
        }
        // All of it, or nothing.
        let mut about = store.about.clone();
        asked.apply(&mut about)?;
        store.about = StoreAbout { modified: call.now, ..about };
        store.forget(call.now);
        Ok(reply::done())
    })
}

/// DeleteLogStore: with its logs, its index and its consumer groups.
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let of = format!("{}/", name(call));
    let gone = project::change(call, |project| {
        project.about.kept.values_mut().for_each(|things| things.retain(|key, _| !key.starts_with(&of)));
        project.stores.remove(name(call)).is_some()
    })?;
    if gone { Ok(reply::done()) } else { Err(error::no_such_store(name(call))) }
}

const FUNCTION: &str = "ChargeByFunction";
const INGEST: &str = "ChargeByDataIngest";

/// GetLogStoreMeteringMode
fn get_metering_mode(call: &Call<'_>) -> Result<Reply, ApiError> {
    read(call, |store| Ok(reply::json(&json!({ "meteringMode": store.about.metering_mode }))))
}

/// UpdateLogStoreMeteringMode
fn update_metering_mode(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mode = call.arguments.text("meteringMode");
    if ![FUNCTION, INGEST].contains(&mode) {
        return Err(error::invalid("meteringMode", mode));
    }
    change(call, |store| {
        mode.clone_into(&mut store.about.metering_mode);
        Ok(reply::done())
    })
}
