//! How the logs of a Logstore are encrypted, and the role that Log Service reads a key of one's own with.
//!
//! Source pages: "UpdateLogStoreEncryption", "CreateLogStore", "Data encryption": who names a role hands it to Log Service, and needs
//! `ram:PassRole` on it.

use http::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::product::{on_store, row};
use super::{body, describe, error, logstore, reply};
use crate::cloud::StoreAbout;
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Reply, role_of_arn};

const CIPHERS: [&str; 7] = ["default", "m4", "sm4_ecb", "sm4_cbc", "sm4_gcm", "aes_ecb", "aes_cbc"];
const MORE_CIPHERS: [&str; 3] = ["aes_cfb", "aes_ofb", "aes_gcm"];

/// The operations. The metadata gives this one no resource; INFERRED: the Logstore, as of its neighbours.
pub fn table() -> Vec<Operation> {
    vec![row(
        "UpdateLogStoreEncryption",
        (Method::PUT, "{project}/logstores/{logstore}/encryption"),
        &[on_store(&["log:UpdateLogStoreEncryption"]).context(describe::with_body), pass_role()],
        &["enable", "encryptType", "userCmkInfo"].map(|name| Parameter::optional(name, Form::Any)),
        update,
    )]
}

/// The right to hand Log Service the role that a body names for a key of one's own.
pub(super) fn pass_role() -> Check {
    Check::new(&["ram:PassRole"], "{each}").of(roles).context(|_, _, needed| {
        needed.set("acs:Service", "log.aliyuncs.com");
        Ok(())
    })
}

/// The role in a body: of a setting of its own, or within those of a Logstore.
fn roles(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    let body: Value = body::json(call)?;
    let named = ["/userCmkInfo/roleArn", "/encrypt_conf/user_cmk_info/arn"];
    let named = named.iter().filter_map(|path| body.pointer(path)?.as_str());
    Ok(named.filter_map(role).collect())
}

/// `acs:ram:*:ACCOUNT:role/NAME`, of `acs:ram::ACCOUNT:role/NAME`. What is no role is refused when it is to be set.
fn role(arn: &str) -> Option<String> {
    let role = role_of_arn(arn).filter(|role| !role.starts_with(':') && !role.ends_with('/'))?;
    Some(format!("acs:ram:*:{role}"))
}

/// How logs are to be encrypted, as a Logstore's settings have it. Only what the API knows is kept.
pub(super) fn settings(asked: &Map<String, Value>) -> Result<Value, ApiError> {
    let cipher = asked.get("encrypt_type").map_or(Some("default"), Value::as_str);
    let cipher = cipher.filter(|cipher| CIPHERS.contains(cipher) || MORE_CIPHERS.contains(cipher));
    let cipher = cipher.ok_or_else(|| wrong("[encrypt_type] key is missing or not supported"))?;
    let enable = asked.get("enable").and_then(Value::as_bool).unwrap_or(true);
    let mut kept = json!({ "enable": enable, "encrypt_type": cipher });
    if let Some(key) = asked.get("user_cmk_info").and_then(Value::as_object) {
        let text = |name: &str| key.get(name).and_then(Value::as_str).unwrap_or_default();
        let texts = ["cmk_key_id", "arn", "region_id"].map(|name| (name.to_owned(), json!(text(name))));
        let arn = text("arn");
        if texts.iter().any(|(name, _)| text(name).len() > 256) || (!arn.is_empty() && role(arn).is_none()) {
            return Err(wrong("[user_cmk_info] is not supported"));
        }
        kept["user_cmk_info"] = Value::Object(Map::from_iter(texts));
    }
    Ok(kept)
}

fn wrong(what: &str) -> ApiError {
    error::store_info(format!("The encrypt_conf is invalid, {what}"))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    enable: bool,
    encrypt_type: Option<String>,
    user_cmk_info: Option<OwnKey>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OwnKey {
    #[serde(default)]
    key_id: String,
    #[serde(default)]
    role_arn: String,
    #[serde(default)]
    region_id: String,
}

/// UpdateLogStoreEncryption: the same setting as a Logstore's, under other names.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let asked: Asked = body::json(call)?;
    let mut as_settings = json!({ "enable": asked.enable });
    if let Some(cipher) = asked.encrypt_type {
        as_settings["encrypt_type"] = json!(cipher);
    }
    if let Some(key) = asked.user_cmk_info {
        as_settings["user_cmk_info"] =
            json!({ "cmk_key_id": key.key_id, "arn": key.role_arn, "region_id": key.region_id });
    }
    let kept = settings(as_settings.as_object().ok_or_else(ApiError::internal)?)?;
    logstore::change(call, |store| {
        let about = store.about.clone();
        store.about = StoreAbout { encrypt_conf: Some(kept), modified: call.now, ..about };
        Ok(reply::done())
    })
}
