//! The variables of a program that is run against a cloud: those that lead its clients there, and none that would lead them elsewhere.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::process::Command;

use acslab_emulator::{ProgramKey, environment_for};

use super::Key;

/// Names that are read by clients of the cloud and by nobody else: a program is started without any that begins so.
const FAMILIES: &[&str] = &["ALIBABA_CLOUD_", "ALIBABACLOUD_", "ALICLOUD_", "ALIYUN_LOG_CLI_", "OSSUTIL_"];

/// Names of which a program may have others for itself, such as `OSS_BUCKET`: taken away where they have one of [`WORDS`] in them, or one
/// of [`PARTS`] between their underscores, too.
const SHARED: &[&str] = &["ALIYUN_", "OSS_", "SLS_", "LOG_", "ODPS_", "MAXCOMPUTE_", "PAI_", "DATAWORKS_"];
const WORDS: &[&str] = &[
    "ACCESS_KEY",
    "ACCESSKEY",
    "ACCESS_ID",
    "ACCESSID",
    "API_KEY",
    "APIKEY",
    "KEY_ID",
    "SECRET",
    "CREDENTIAL",
    "PASSWORD",
    "PROFILE",
    "ROLE_ARN",
    "ENDPOINT",
    "CONFIG_FILE",
];
/// What is too short to be sought inside of a word: `LOG_TASK` names no key.
const PARTS: &[&str] = &["AK", "SK", "TOKEN", "ROLE", "PASSWD"];

/// Names without a family: of Terraform's provider, and the proxies of whatever speaks HTTP.
const ALONE: &[&str] = &[
    "SECURITY_TOKEN",
    "RAM_ENDPOINT",
    "STS_ENDPOINT",
    "IMS_ENDPOINT",
    "RESOURCEMANAGER_ENDPOINT",
    "ECS_ENDPOINT",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
];

/// Closes what clients look at where they find no key, or before they look at one: the files of this machine's user, and the metadata
/// of an ECS instance.
const CLOSED: &[(&str, &str)] = &[
    // The aliyun CLI prefers its own file to a key in variables unless told otherwise.
    ("ALIBABA_CLOUD_IGNORE_PROFILE", "TRUE"),
    ("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true"),
    ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true"),
    ("ALIBABA_CLOUD_CREDENTIALS_FILE", if cfg!(windows) { "NUL" } else { "/dev/null" }),
];

/// What a program is started with besides what it inherits; `None` takes a variable away.
#[derive(Debug, Default)]
pub struct Environment(BTreeMap<OsString, Option<OsString>>);

impl Environment {
    /// For clients that call as somebody, or as nobody, at an address, in a region.
    pub fn of(key: Option<&Key>, region: &str, endpoint: &str) -> Self {
        let inherited = env::vars_os().map(|(name, _)| name);
        let mut all = Self(inherited.filter(leads_elsewhere).map(|name| (name, None)).collect());
        for (name, value) in CLOSED {
            all.set(*name, *value);
        }
        let key = key.map(|key| ProgramKey { id: &key.id, secret: &key.secret, token: key.token.as_deref() });
        for (name, value) in environment_for(key, region, endpoint) {
            all.set(name, value);
        }
        all
    }

    /// Sets one more.
    pub fn set(&mut self, name: impl Into<OsString>, value: impl Into<OsString>) {
        self.0.insert(name.into(), Some(value.into()));
    }

    /// Gives it to a program.
    pub fn give(&self, command: &mut Command) {
        for (name, value) in &self.0 {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
    }
}

/// Would a variable lead a client to somebody else: by other credentials, a profile, an endpoint, a proxy?
///
/// CHOICE: variables of a program's own, `TF_VAR_…` among them, are the program's, whatever is in them.
fn leads_elsewhere(name: &OsString) -> bool {
    // Where letter case counts for nothing, and for proxies everywhere, a name may be written either way.
    let Some(name) = name.to_str().map(str::to_ascii_uppercase) else { return false };
    let name = name.as_str();
    let begins = |prefix: &&str| name.starts_with(*prefix);
    FAMILIES.iter().any(begins)
        || ALONE.contains(&name)
        || (SHARED.iter().any(begins)
            && (WORDS.iter().any(|word| name.contains(word)) || name.split('_').any(|part| PARTS.contains(&part))))
}

#[cfg(test)]
mod tests {
    use acslab_emulator::signature::Secret;

    use super::*;

    #[test]
    fn whatever_leads_a_client_elsewhere_is_taken_away() {
        for name in [
            "ALIBABA_CLOUD_CREDENTIALS_URI",
            "ALIBABA_CLOUD_ECS_METADATA",
            "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
            "ALIBABA_CLOUD_CONFIG_FILE",
            "ALIBABA_CLOUD_SSO_SIGN_IN_URL",
            "ALIBABACLOUD_ACCESS_KEY_ID",
            "ALICLOUD_SHARED_CREDENTIALS_FILE",
            "ALICLOUD_ASSUME_ROLE_WITH_OIDC_ROLE_ARN",
            "ALICLOUD_SECRET_KEY",
            "ALIYUN_ACCESS_KEY_SECRET",
            "ALIYUN_LOG_CLI_ENDPOINT",
            "OSS_ACCESS_KEY_ID",
            "OSS_SESSION_TOKEN",
            "OSS_TEST_ACCESS_KEY_SECRET",
            "OSS_ENDPOINT",
            "OSSUTIL_CONFIG_FILE",
            "LOG_ENDPOINT",
            "LOG_TOKEN",
            "ODPS_ACCESS_ID",
            "ODPS_TOKEN",
            "PAI_ACCESS_TOKEN",
            "PAI_API_KEY",
            "ALIYUN_AK",
            "ALIYUN_SK_OLD",
            "OSS_ROLE",
            "OSS_ROLE_NAME",
            "OSS_PASSWORD",
            "OSS_KEY_ID",
            "DATAWORKS_TOKEN",
            "SECURITY_TOKEN",
            "https_proxy",
            "ALL_PROXY",
        ] {
            assert!(leads_elsewhere(&name.into()), "{name}");
        }
        for name in [
            "PATH",
            "HOME",
            "OSS_BUCKET",
            "OSS_OBJECT_KEY",
            "LOG_LEVEL",
            "LOG_TASK",
            "ALIYUN_BUCKET",
            "TF_VAR_name",
            "AWS_PROFILE",
            "no_proxy",
        ] {
            assert!(!leads_elsewhere(&name.into()), "{name}");
        }
    }

    #[test]
    fn a_session_has_its_token_and_nobody_has_no_key() {
        let key = Key { id: "STS.a".to_owned(), secret: Secret::new("s".to_owned()), token: Some("t".to_owned()) };
        let of = |key: Option<&Key>, name: &str| {
            let Environment(all) = Environment::of(key, "cn-beijing", "http://127.0.0.1:1");
            all.get(OsString::from(name).as_os_str()).cloned().flatten()
        };
        for (name, value) in [
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", "STS.a"),
            ("ALIBABA_CLOUD_SECURITY_TOKEN", "t"),
            ("ALICLOUD_SECURITY_TOKEN", "t"),
            ("OSS_SESSION_TOKEN", "t"),
            ("ALICLOUD_REGION", "cn-beijing"),
        ] {
            assert_eq!(of(Some(&key), name), Some(value.into()), "{name}");
        }
        for name in ["ALIBABA_CLOUD_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET", "OSS_SESSION_TOKEN"] {
            assert_eq!(of(None, name), None, "{name}");
        }
        assert_eq!(of(None, "ALIBABA_CLOUD_ECS_METADATA_DISABLED"), Some("true".into()));
    }
}
