//! Reading and writing the folder of a state.
//!
//! `acslab-state.yaml` names the accounts. Each has a folder with `account.yaml`, which says all but the policies, and a file for each of
//! those: `policies/NAME.v1.json`, `roles/NAME.json` (the trust policy), `buckets/NAME.json`, `system-policies/NAME.json`,
//! `control-policies/NAME.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use acslab_emulator::state::{AccountState, AuthorizationState};
use serde_json::{Map, Value, json};

use super::documents::{self, Place, is_folder_name};
use super::error::FolderError;
use super::kept::{Kept, Missing};
use super::values;
use super::yaml::to_yaml;
use crate::source::Source;
use crate::words::io_reason;
use crate::written::Written;

/// The file that makes a folder an authorization state.
pub const INDEX: &str = "acslab-state.yaml";
const ACCOUNT: &str = "account.yaml";
const HEAD: &str = "\
# An authorization state: who there is, what is attached to whom, and the documents. `acslab import` makes it of what
# people have; `serve --state`, `simulate --from`, `explain --from`, `who`, `may`, `prove` and `paths` take it.
";

/// What is wrong with an account's name that leads elsewhere.
const NO_FOLDER: &str = "is no account's name: expected the name of a folder beside this file";

/// Is this folder a state?
pub fn is_state(folder: &Path) -> bool {
    folder.join(INDEX).is_file()
}

/// Reads the state of a folder.
///
/// # Errors
/// There is none, or a file of it says what cannot be, with its line.
pub fn read(folder: &Path) -> Result<Kept, FolderError> {
    let index = folder.join(INDEX);
    if !index.is_file() {
        return Err(FolderError::NoState(folder.display().to_string()));
    }
    let written = written(&index)?;
    let wrong = |pointer: &str, why: String| FolderError::Wrong {
        path: index.display().to_string(),
        line: written.line(pointer),
        why,
    };
    if written.value.get("format") != Some(&json!(1)) {
        return Err(wrong("/format", "expected `format: 1`".to_owned()));
    }
    let accounts = written.value.get("accounts").and_then(Value::as_object);
    let accounts = accounts.ok_or_else(|| wrong("/accounts", "expected the accounts, each with its id".to_owned()))?;
    let mut kept = Kept::default();
    for (name, id) in accounts {
        let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        if id.len() != 16 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            let why = format!("`{id}` is no account id: expected 16 digits in quotes");
            return Err(wrong(&format!("/accounts/{name}"), why));
        }
        if !is_folder_name(name) {
            return Err(wrong(&format!("/accounts/{name}"), format!("`{name}` {NO_FOLDER}")));
        }
        let account = account(&folder.join(name))?;
        kept.state.accounts.insert(name.clone(), AccountState { account_id: id, ..account });
    }
    if let Some(missing) = written.value.get("missing") {
        let read = serde_json::from_value::<Vec<Missing>>(missing.clone());
        kept.missing = read.map_err(|error| wrong("/missing", error.to_string()))?;
    }
    Ok(kept)
}

fn written(path: &Path) -> Result<Written, FolderError> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path)
        .map_err(|error| FolderError::Unreadable { path: name.clone(), why: io_reason(&error) })?;
    let source = Source::new(path, text);
    Written::read(&source).map_err(|mistake| FolderError::Wrong {
        path: name,
        line: source.position(mistake.offset()).0,
        why: mistake.to_string(),
    })
}

fn account(folder: &Path) -> Result<AccountState, FolderError> {
    let path = folder.join(ACCOUNT);
    let written = written(&path)?;
    let wrong = |pointer: &str, why: String| FolderError::Wrong {
        path: path.display().to_string(),
        line: written.line(pointer),
        why,
    };
    let mut value = written.value.clone();
    documents::each(&mut value, |Place { pointer, value, .. }| {
        let Value::String(file) = &*value else { return Ok(()) };
        let inside = Path::new(file).components().all(|part| matches!(part, Component::Normal(_)));
        if !inside {
            return Err(wrong(&pointer, format!("`{file}` leads out of the folder")));
        }
        let file = folder.join(file);
        let text = fs::read_to_string(&file)
            .map_err(|error| FolderError::Unreadable { path: file.display().to_string(), why: io_reason(&error) })?;
        // What is no JSON stands for itself: whoever asks is told that it is no policy.
        *value = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(())
    })?;
    let state: AccountState = serde_json::from_value(value.clone()).map_err(|error| wrong("", error.to_string()))?;
    let known = json!(state);
    if let Some(pointer) = unknown(&value, &known, "") {
        let field = pointer.rsplit('/').next().unwrap_or_default();
        return Err(wrong(&pointer, format!("there is no field `{field}` here")));
    }
    if let Some((pointer, why)) = values::none(&value) {
        return Err(wrong(&pointer, why));
    }
    Ok(state)
}

/// The first part of a value that was not understood.
fn unknown(written: &Value, understood: &Value, pointer: &str) -> Option<String> {
    match (written, understood) {
        (Value::Object(written), Value::Object(understood)) => written.iter().find_map(|(key, value)| {
            let pointer = format!("{pointer}/{key}");
            match understood.get(key) {
                Some(other) => unknown(value, other, &pointer),
                None => (!value.is_null()).then_some(pointer),
            }
        }),
        (Value::Array(written), Value::Array(understood)) => {
            let pairs = written.iter().zip(understood).enumerate();
            pairs.map(|(index, (a, b))| (format!("{pointer}/{index}"), a, b)).find_map(|(at, a, b)| unknown(a, b, &at))
        }
        _ => None,
    }
}

/// Writes a state into a folder, in the place of one that is there: whole, or not at all.
///
/// # Errors
/// Something else is there, or it cannot be written; then nothing has changed.
pub fn write(folder: &Path, kept: &Kept) -> Result<(), FolderError> {
    let failed =
        |error: std::io::Error| FolderError::Unwritable { path: folder.display().to_string(), why: io_reason(&error) };
    let there = fs::symlink_metadata(folder).is_ok();
    let empty = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    if there && !empty && !is_state(folder) {
        return Err(FolderError::Taken(folder.display().to_string()));
    }
    let beside = beside(folder);
    let done = fill(&beside, kept).and_then(|()| put(&beside, folder, there));
    if done.is_err() {
        // What is wrong is said already.
        let _ = fs::remove_dir_all(&beside);
    }
    done.map_err(failed)
}

/// A name beside the folder that nobody else has.
fn beside(folder: &Path) -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    folder.with_file_name(format!(".{name}.{}-{number}.part", std::process::id()))
}

fn put(made: &Path, folder: &Path, there: bool) -> std::io::Result<()> {
    if !there {
        return fs::rename(made, folder);
    }
    let old = beside(folder);
    fs::rename(folder, &old)?;
    if let Err(error) = fs::rename(made, folder) {
        fs::rename(&old, folder)?;
        return Err(error);
    }
    fs::remove_dir_all(&old)
}

fn fill(folder: &Path, kept: &Kept) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let names: BTreeMap<&String, &String> =
        kept.state.accounts.iter().map(|(name, account)| (name, &account.account_id)).collect();
    let mut index = json!({"format": 1, "accounts": names});
    if !kept.missing.is_empty() {
        index["missing"] = json!(kept.missing);
    }
    fs::write(folder.join(INDEX), format!("{HEAD}\n{}", to_yaml(&index)))?;
    for (name, account) in &kept.state.accounts {
        if !is_folder_name(name) {
            return Err(std::io::Error::other(format!("`{name}` {NO_FOLDER}")));
        }
        let folder = folder.join(name);
        fs::create_dir_all(&folder)?;
        let mut value = json!(account);
        documents::each(&mut value, |Place { file, value, .. }| {
            let path = folder.join(&file);
            fs::create_dir_all(path.parent().unwrap_or(&folder))?;
            let text = match &*value {
                Value::String(text) => text.clone(),
                document => format!("{document:#}\n"),
            };
            fs::write(&path, text)?;
            *value = Value::String(file);
            Ok::<(), std::io::Error>(())
        })?;
        fs::write(folder.join(ACCOUNT), to_yaml(&said(&value)))?;
    }
    Ok(())
}

/// What an account says: its id stands in the index, and what is as in a new account is left out.
fn said(account: &Value) -> Value {
    let new = json!(AccountState::default());
    let mut said = Map::new();
    for (key, value) in account.as_object().into_iter().flatten() {
        if key != "account_id" && new.get(key) != Some(value) {
            said.insert(key.clone(), without_defaults(value));
        }
    }
    if said.is_empty() {
        said.insert("users".to_owned(), json!({}));
    }
    Value::Object(said)
}

/// Without what is empty, nothing or zero: all of it may be left out.
fn without_defaults(value: &Value) -> Value {
    let nothing = |value: &Value| match value {
        Value::Null => true,
        Value::Bool(set) => !set,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Number(number) => number.as_u64() == Some(0),
        Value::String(_) => false,
    };
    match value {
        Value::Object(map) => {
            let kept = map.iter().map(|(key, value)| (key, without_defaults(value)));
            // Somebody of whom nothing is known but the name is there all the same.
            let kept = kept.filter(|(key, value)| !nothing(value) || !FIELDS.contains(&key.as_str()));
            Value::Object(kept.map(|(key, value)| (key.clone(), value)).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(without_defaults).collect()),
        other => other.clone(),
    }
}

/// The fields, as against names of people and things.
const FIELDS: &[&str] = &[
    "access_key_policies",
    "access_keys",
    "access_points",
    "active",
    "administers",
    "control_policies",
    "display_name",
    "groups",
    "inactive",
    "members",
    "object_acls",
    "object_tags",
    "policies",
    "policy",
    "public_access_blocked",
    "resources",
    "service_linked",
    "tags",
    "resource_group",
    "version",
];

/// A state that was read out of a cloud, with nothing known to be missing.
impl From<AuthorizationState> for Kept {
    fn from(state: AuthorizationState) -> Self {
        Self { state, missing: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> Kept {
        let value = json!({"accounts": {"company": {
            "account_id": "1234567890123456",
            "users": {"alice": {"user_id": "204567890123450001", "groups": ["dev"],
                "policies": [{"name": "Photos", "type": "Custom", "version": "v2"}]}, "bob": {}},
            "groups": {"dev": {"members": ["alice"], "policies": [{"name": "AliyunOSSReadOnlyAccess", "type": "System"}]}},
            "policies": {"Photos": {"default_version": "v2", "versions": {
                "v1": {"Version": "1", "Statement": []},
                "v2": {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "oss:*", "Resource": "*"}]}}}},
            "roles": {"ops": {"trust": {"Version": "1", "Statement": []}, "max_session_duration": 3600}},
            "buckets": {"photos": {"region": "cn-hangzhou", "acl": "private", "tags": {"a": "b"}, "policy": {"Version": "1", "Statement": []}}},
        }}});
        let missing = vec![Missing {
            what: "the document of `Other`".into(),
            get: "aliyun ram GetPolicy".into(),
            of: Some(("1234567890123456".into(), "policies/Other".into())),
        }];
        Kept { state: serde_json::from_value(value).unwrap(), missing }
    }

    #[test]
    fn what_is_written_is_read_again_and_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        write(&path, &state()).unwrap();
        assert_eq!(read(&path).unwrap(), state());
        write(&path, &Kept::default()).unwrap();
        assert_eq!(read(&path).unwrap(), Kept::default());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_folder_of_something_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("mine"), "x").unwrap();
        assert!(matches!(write(folder.path(), &state()), Err(FolderError::Taken(_))));
        assert!(matches!(read(folder.path()), Err(FolderError::NoState(_))));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        write(&path, &state()).unwrap();
        let file = path.join("company/account.yaml");
        let text = fs::read_to_string(&file).unwrap();
        let told = |from: &str, to: &str| {
            fs::write(&file, text.replace(from, to)).unwrap();
            read(&path).unwrap_err().to_string().replace(&file.display().to_string(), "F")
        };
        let line = |part: &str| text.lines().position(|line| line.contains(part)).unwrap() + 1;
        let at = line("user_id");
        assert_eq!(told("user_id", "userid"), format!("F:{at}: there is no field `userid` here"));
        assert!(told("roles/ops.json", "../../x").contains("leads out of the folder"));
        let at = line("type: Custom");
        assert_eq!(told("type: Custom", "type: custom"), format!("F:{at}: `custom` is none of `System` or `Custom`"));
        let directory =
            "resource_directory:\n  control: Enabled\n  folders: {}\n  members: {}\n  control_policies: {}\n";
        let wrong = told(&text, &format!("{text}{directory}"));
        assert!(wrong.ends_with("`Enabled` is none of `enabled` or `disabled`"), "{wrong}");
    }

    #[test]
    fn an_account_s_name_leads_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/state");
        let mut kept = state();
        let account = kept.state.accounts.remove("company").unwrap();
        kept.state.accounts.insert("../../x".into(), account);
        fs::create_dir(folder.path().join("a")).unwrap();
        assert!(matches!(write(&path, &kept), Err(FolderError::Unwritable { why, .. }) if why.contains("`../../x`")));
        assert!(!folder.path().join("x").exists() && !path.exists());
        write(&path, &state()).unwrap();
        fs::rename(path.join("company"), folder.path().join("x")).unwrap();
        let index = path.join(INDEX);
        fs::write(&index, fs::read_to_string(&index).unwrap().replace("company", "../../x")).unwrap();
        let wrong = read(&path).unwrap_err().to_string();
        assert!(wrong.contains("`../../x` is no account's name"), "{wrong}");
    }

    #[test]
    fn names_that_a_file_cannot_tell_apart_have_files_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let mut kept = state();
        let account = kept.state.accounts.get_mut("company").unwrap();
        let policy = |action: &str| {
            let text = json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]});
            serde_json::from_value(json!({"default_version": "v1", "versions": {"v1": text}})).unwrap()
        };
        for (name, action) in [("a/b", "oss:GetObject"), ("a_b", "oss:PutObject"), ("A_b", "ecs:*"), ("a:b", "ram:*")] {
            account.policies.insert(name.to_owned(), policy(action));
        }
        write(&path, &kept).unwrap();
        assert_eq!(read(&path).unwrap(), kept);
    }
}
