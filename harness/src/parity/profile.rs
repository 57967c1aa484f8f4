//! A profile of the `aliyun` CLI.

use std::path::Path;

use acslab_emulator::signature::Secret;
use miette::Diagnostic;
use serde::Deserialize;

use crate::client::Key;
use crate::home::{home, path_in};
use crate::words::{io_reason, or_list};

/// Who a run calls as.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// Its key.
    pub key: Key,
}

/// Why a profile cannot be used. None of these holds a secret.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum ProfileError {
    /// The file is not there, or cannot be read.
    #[error("cannot read `{path}`: {why}")]
    #[diagnostic(help("`aliyun configure` writes it; ALIBABA_CLOUD_CONFIG_FILE names another one"))]
    Unreadable {
        /// The file.
        path: String,
        /// The reason.
        why: String,
    },
    /// Nobody knows where it would be.
    #[error("it is not known where the profiles are: neither HOME nor ALIBABA_CLOUD_CONFIG_FILE is set")]
    Nowhere,
    /// It is no such file.
    #[error("`{path}` is no configuration of the aliyun CLI: line {line}, column {column} is not as expected")]
    #[diagnostic(help("`aliyun configure` writes it"))]
    Malformed {
        /// The file.
        path: String,
        /// Where.
        line: usize,
        /// Where.
        column: usize,
    },
    /// It has no profile of that name.
    #[error("there is no profile `{name}` in `{path}`")]
    #[diagnostic(help("it has {known}"))]
    Unknown {
        /// The name.
        name: String,
        /// The file.
        path: String,
        /// The names that it has.
        known: String,
    },
    /// It gets its credentials in another way.
    #[error("the profile `{name}` is of mode `{mode}`, which `--real` does not take")]
    #[diagnostic(help(
        "a profile of mode AK or StsToken holds a key itself; `aliyun configure --mode StsToken --profile NAME` makes one"
    ))]
    Mode {
        /// The name.
        name: String,
        /// Its mode.
        mode: String,
    },
    /// A key is not complete.
    #[error("the profile `{name}` of mode {mode} has no `{field}`")]
    #[diagnostic(help("`aliyun configure` asks for it"))]
    Lacks {
        /// The name.
        name: String,
        /// Its mode.
        mode: String,
        /// What is missing.
        field: &'static str,
    },
}

#[derive(Deserialize)]
struct Configuration {
    #[serde(default)]
    profiles: Vec<Written>,
}

/// As the CLI writes it; other members are not needed.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Written {
    name: String,
    mode: String,
    access_key_id: String,
    access_key_secret: String,
    sts_token: String,
}

impl Profile {
    /// Reads a profile by its name, from the file that the CLI has.
    ///
    /// # Errors
    /// There is none, or it holds no key itself.
    pub fn read(name: &str) -> Result<Self, ProfileError> {
        let usual = || Some(home()?.join(".aliyun").join("config.json"));
        let path = path_in("ALIBABA_CLOUD_CONFIG_FILE").or_else(usual);
        Self::of_file(&path.ok_or(ProfileError::Nowhere)?, name)
    }

    /// Reads a profile of a file.
    ///
    /// # Errors
    /// There is none, or it holds no key itself.
    pub fn of_file(path: &Path, name: &str) -> Result<Self, ProfileError> {
        let shown = || path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| ProfileError::Unreadable { path: shown(), why: io_reason(&error) })?;
        // What a parser says of a value may show it; its place does not.
        let read: Configuration = serde_json::from_str(&text).map_err(|error| ProfileError::Malformed {
            path: shown(),
            line: error.line(),
            column: error.column(),
        })?;
        let known: Vec<_> = read.profiles.iter().map(|profile| profile.name.clone()).collect();
        let Some(found) = read.profiles.into_iter().find(|profile| profile.name == name) else {
            return Err(ProfileError::Unknown { name: name.to_owned(), path: shown(), known: or_list(&known) });
        };
        // The CLI takes a profile without a mode for one with a key.
        let mode = if found.mode.is_empty() { "AK" } else { &found.mode };
        let lacks = |field| ProfileError::Lacks { name: name.to_owned(), mode: mode.to_owned(), field };
        let has_token = match mode {
            "AK" => false,
            "StsToken" => true,
            other => return Err(ProfileError::Mode { name: name.to_owned(), mode: other.to_owned() }),
        };
        if found.access_key_id.is_empty() {
            return Err(lacks("access_key_id"));
        }
        if found.access_key_secret.is_empty() {
            return Err(lacks("access_key_secret"));
        }
        if has_token && found.sts_token.is_empty() {
            return Err(lacks("sts_token"));
        }
        let token = has_token.then_some(found.sts_token);
        let key = Key { id: found.access_key_id, secret: Secret::new(found.access_key_secret), token };
        Ok(Self { name: name.to_owned(), key })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Profile, ProfileError};

    fn read(name: &str) -> Result<Profile, ProfileError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.json");
        let configuration = json!({"current": "default", "meta_path": "", "profiles": [
            {"name": "default", "mode": "AK", "access_key_id": "LTAI1", "access_key_secret": "s3cr3t", "region_id": "cn-hangzhou"},
            {"name": "old", "access_key_id": "LTAI2", "access_key_secret": "s3cr3t"},
            {"name": "session", "mode": "StsToken", "access_key_id": "STS.1", "access_key_secret": "s3cr3t", "sts_token": "CAIS"},
            {"name": "role", "mode": "RamRoleArn", "access_key_id": "LTAI3", "access_key_secret": "s3cr3t"},
            {"name": "half", "mode": "StsToken", "access_key_id": "STS.2", "access_key_secret": "s3cr3t"},
        ]});
        std::fs::write(&file, configuration.to_string()).unwrap();
        Profile::of_file(&file, name)
    }

    #[test]
    fn a_profile_with_a_key_is_taken() {
        for (name, id, token) in
            [("default", "LTAI1", None), ("old", "LTAI2", None), ("session", "STS.1", Some("CAIS"))]
        {
            let key = read(name).unwrap().key;
            assert_eq!((key.id.as_str(), key.token.as_deref()), (id, token));
            assert_eq!(key.secret.expose(), "s3cr3t");
        }
    }

    #[test]
    fn others_are_refused_in_words_without_a_secret() {
        for (name, why) in
            [("role", "mode `RamRoleArn`"), ("half", "has no `sts_token`"), ("nobody", "no profile `nobody`")]
        {
            let error = read(name).unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
            assert!(!format!("{error:?}").contains("s3cr3t"), "{error:?}");
        }
    }

    #[test]
    fn a_broken_file_is_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.json");
        std::fs::write(&file, "{\"profiles\": [{\"name\": \"a\", \"access_key_secret\": 5}, s3cr3t").unwrap();
        let error = Profile::of_file(&file, "a").unwrap_err();
        assert!(error.to_string().contains("line 1, column"), "{error}");
        assert!(!format!("{error:?}").contains("s3cr3t"));
        let missing = Profile::of_file(&folder.path().join("none"), "a").unwrap_err();
        assert!(missing.to_string().contains("there is no such file"), "{missing}");
    }
}
