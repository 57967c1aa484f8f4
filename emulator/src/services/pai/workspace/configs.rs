//! Configurations of a workspace. `tempStoragePath` is the one that matters here: the folder in OSS that work goes to.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::{errors::invalid, page};
use crate::cloud::pai::{Config, Workspace};
use crate::gateway::{ApiError, Call, Reply};

/// The categories, each with its keys (official SDKs).
const KEYS: &[(&str, &[&str])] = &[
    ("CommonResourceConfig", &["tempStoragePath"]),
    ("DLCAutoRecycle", &["isAutoRecycle"]),
    ("DLCPriorityConfig", &["priorityConfig"]),
    ("DSWPriorityConfig", &["priorityConfig"]),
    ("QuotaMaximumDuration", &["quotaMaximumDuration"]),
    ("CommonTagConfig", &["predefinedTags"]),
];

/// The default folder of a workspace.
pub(super) const SAMPLE: &str =
    r#"[{"CategoryName":"CommonResourceConfig","ConfigKey":"tempStoragePath","ConfigValue":"oss://sample/work/"}]"#;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NewConfig {
    category_name: String,
    config_key: String,
    config_value: String,
    #[serde(default)]
    labels: Option<Value>,
}

fn configs(text: &str) -> Result<Vec<NewConfig>, ApiError> {
    let new: Vec<NewConfig> =
        serde_json::from_str(text).map_err(|_| invalid("Configs", "it is not a list of configurations"))?;
    let known = |config: &&NewConfig| {
        KEYS.iter()
            .any(|(category, keys)| *category == config.category_name && keys.contains(&config.config_key.as_str()))
    };
    match new.iter().find(|config| !known(config)) {
        Some(other) => {
            let why = format!("`{}` has no key `{}`", other.category_name, other.config_key);
            Err(invalid("Configs", &why))
        }
        None => Ok(new),
    }
}

pub(super) fn check(text: &str) -> Result<(), ApiError> {
    configs(text).map(|_| ())
}

/// The folder in OSS that work goes to when a call names none.
pub(in super::super) fn storage_path(workspace: &Workspace) -> Option<&str> {
    let key = ("CommonResourceConfig".to_owned(), "tempStoragePath".to_owned());
    workspace.configs.get(&key).map(|config| config.value.as_str())
}

/// ListConfigs
pub(super) fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let records = call.account()?.pai.read();
    let workspace = records.workspace(&call.region, arguments.text("WorkspaceId"))?;
    let fits = |category: &str, key: &str| {
        arguments.filled("CategoryName").is_none_or(|wanted| wanted == category)
            && page::listed(arguments, "ConfigKeys", key)
    };
    let view = |((category, key), config): (&(String, String), &Config)| {
        let labels = config.labels.as_deref().and_then(|labels| serde_json::from_str::<Value>(labels).ok());
        json!({ "CategoryName": category, "ConfigKey": key, "ConfigValue": config.value, "Labels": labels })
    };
    let shown: Vec<_> = workspace.configs.iter().filter(|((category, key), _)| fits(category, key)).map(view).collect();
    Ok(Reply::document(json!({ "TotalCount": shown.len(), "Configs": shown })))
}

/// UpdateConfigs
pub(super) fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let new = configs(call.arguments.text("Configs"))?;
    let mut records = call.account()?.pai.write();
    let workspace = records.workspace_mut(&call.region, call.arguments.text("WorkspaceId"))?;
    for config in new {
        let labels = config.labels.map(|labels| labels.to_string());
        let key = (config.category_name, config.config_key);
        workspace.configs.insert(key, Config { value: config.config_value, labels });
    }
    Ok(Reply::done())
}

/// DeleteConfig
pub(super) fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (category, key) = (call.arguments.filled("CategoryName"), call.arguments.text("ConfigKey"));
    let mut records = call.account()?.pai.write();
    let workspace = records.workspace_mut(&call.region, call.arguments.text("WorkspaceId"))?;
    workspace.configs.retain(|(of, name), _| name != key || category.is_some_and(|category| category != of));
    Ok(Reply::done())
}

/// GetConfig: the one of this key, in this category where that is named.
pub(super) fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (category, key) = (call.arguments.filled("CategoryName"), call.arguments.filled("ConfigKey"));
    let records = call.account()?.pai.read();
    let workspace = records.workspace(&call.region, call.arguments.text("WorkspaceId"))?;
    let fits =
        |of: &str, name: &str| category.is_none_or(|wanted| wanted == of) && key.is_none_or(|wanted| wanted == name);
    let found = workspace.configs.iter().find(|((of, name), _)| fits(of, name));
    // CHOICE: the code.
    let absent = || ApiError::not_found("100800002", format!("Config not exists {}", key.unwrap_or_default()));
    let ((of, name), config) = found.ok_or_else(absent)?;
    let labels = config.labels.as_deref().and_then(|labels| serde_json::from_str::<Value>(labels).ok());
    Ok(Reply::document(json!({
        "WorkspaceId": workspace.id, "CategoryName": of, "ConfigKey": name, "ConfigValue": config.value, "Labels": labels,
    })))
}

/// UpdateConfig: one configuration.
pub(super) fn set(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let key = arguments.text("ConfigKey");
    let of_key = |(_, keys): &&(&str, &[&str])| keys.contains(&key);
    let category = arguments.filled("CategoryName").or_else(|| KEYS.iter().find(of_key).map(|(category, _)| *category));
    let known = KEYS.iter().any(|(of, keys)| Some(*of) == category && keys.contains(&key));
    let category =
        category.filter(|_| known).ok_or_else(|| invalid("ConfigKey", &format!("there is no key `{key}`")))?;
    let config = Config {
        value: arguments.text("ConfigValue").to_owned(),
        labels: arguments.filled("Labels").map(str::to_owned),
    };
    let mut records = call.account()?.pai.write();
    let workspace = records.workspace_mut(&call.region, arguments.text("WorkspaceId"))?;
    workspace.configs.insert((category.to_owned(), key.to_owned()), config);
    Ok(Reply::done())
}
