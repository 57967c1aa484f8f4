//! Access keys.

use serde_json::{Map, Value, json};

use super::members;
use crate::cloud::{AccessKey, iso8601};
use crate::gateway::Reply;

/// What a list shows of a key.
pub(crate) fn key(key: &AccessKey) -> Map<String, Value> {
    members([("AccessKeyId", &key.id), ("Status", key.status.as_str()), ("CreateDate", &iso8601(key.created))])
}

/// The only answer that shows the secret.
pub(crate) fn new_key(new: &AccessKey) -> Reply {
    let mut shown = key(new);
    shown.insert("AccessKeySecret".to_owned(), json!(new.secret.expose()));
    Reply::document(json!({ "AccessKey": shown }))
}
