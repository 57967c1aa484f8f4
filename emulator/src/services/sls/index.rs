//! Indexes: what of the logs can be searched.

use http::Method;
use serde_json::{Map, Value, json};

use super::product::{on_store, row};
use super::{body, describe, error, logstore, reply};
use crate::cloud::LogIndex;
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};

/// The longest settings of an index, in bytes (CHOICE: the figure).
const LONGEST: usize = 256 << 10;

/// The most keys of an index, those within JSON among them (CHOICE: the figure): each is a column that an analysis may look at.
const MOST_KEYS: usize = 1000;

/// The operations.
pub fn table() -> Vec<Operation> {
    let settings = ["keys", "line", "max_text_len"].map(|name| Parameter::optional(name, Form::Any));
    let path = "{project}/logstores/{logstore}/index";
    vec![
        row(
            "CreateIndex",
            (Method::POST, path),
            &[on_store(&["log:CreateIndex"]).context(describe::with_body)],
            &settings,
            create,
        ),
        row("GetIndex", (Method::GET, path), &[on_store(&["log:GetIndex"])], &[], get),
        row(
            "UpdateIndex",
            (Method::PUT, path),
            &[on_store(&["log:UpdateIndex"]).context(describe::with_body)],
            &settings,
            update,
        ),
        row("DeleteIndex", (Method::DELETE, path), &[on_store(&["log:DeleteIndex"])], &[], delete),
    ]
}

/// The settings in the body, checked as far as a search goes by them.
fn settings(call: &Call<'_>) -> Result<Value, ApiError> {
    const TOKEN: &str = "required field token is lacking or of error format.";
    let asked: Map<String, Value> = body::json(call)?;
    if call.http.body.len() > LONGEST {
        return Err(error::index_info("the index is too long."));
    }
    let is_tokens = |value: Option<&Value>| {
        value.and_then(Value::as_array).is_some_and(|tokens| tokens.iter().all(Value::is_string))
    };
    let (line, keys) = (asked.get("line"), asked.get("keys"));
    if line.is_none_or(Value::is_null) && keys.is_none_or(Value::is_null) {
        return Err(error::index_info("required fields line/keys are lacking or of error format."));
    }
    if let Some(line) = line.filter(|line| !line.is_null())
        && !is_tokens(line.get("token"))
    {
        return Err(error::index_info(TOKEN));
    }
    if let Some(keys) = keys.filter(|keys| !keys.is_null()) {
        let keys = keys.as_object();
        let keys =
            keys.ok_or_else(|| error::index_info("required fields line/keys are lacking or of error format."))?;
        let within = |key: &Value| key.get("json_keys").and_then(Value::as_object).map_or(0, Map::len);
        if keys.values().map(|key| 1 + within(key)).sum::<usize>() > MOST_KEYS {
            return Err(error::index_info("the index has too many keys."));
        }
        for key in keys.values() {
            match key.get("type").and_then(Value::as_str) {
                Some("text" | "json") if !is_tokens(key.get("token")) => return Err(error::index_info(TOKEN)),
                Some("text" | "json" | "long" | "double") => {}
                _ => return Err(error::parameter("key config must has type.")),
            }
        }
    }
    Ok(Value::Object(asked))
}

/// CreateIndex
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let settings = settings(call)?;
    logstore::change(call, |store| {
        if store.about.index.is_some() {
            return Err(ApiError::bad_request("IndexAlreadyExist", "Logstore index is already created."));
        }
        store.about.index = Some(LogIndex { settings, created: call.now, modified: call.now });
        Ok(reply::done())
    })
}

/// GetIndex
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    logstore::read(call, |store| {
        let index = store.about.index.as_ref();
        let index = index.ok_or_else(|| ApiError::bad_request("IndexConfigNotExist", "index config doesn't exist."))?;
        let own = json!({
            "ttl": store.about.ttl,
            "index_mode": "v2",
            "storage": "pg",
            "lastModifyTime": index.modified.as_second(),
        });
        let mut shown = index.settings.clone();
        if let (Some(shown), Value::Object(own)) = (shown.as_object_mut(), own) {
            shown.extend(own);
        }
        Ok(reply::json(&shown))
    })
}

/// UpdateIndex
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let settings = settings(call)?;
    logstore::change(call, |store| {
        let index = store.about.index.as_mut();
        let index = index.ok_or_else(|| error::parameter("log store index is not created."))?;
        (index.settings, index.modified) = (settings, call.now);
        Ok(reply::done())
    })
}

/// DeleteIndex
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    logstore::change(call, |store| match store.about.index.take() {
        Some(_) => Ok(reply::done()),
        None => Err(error::parameter("Log store index not created.")),
    })
}
