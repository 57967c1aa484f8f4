//! The variables that SDKs, command lines and Terraform read.

use std::collections::BTreeMap;

use crate::signature::Secret;

/// The region that calls go to unless told otherwise.
pub(crate) const REGION: &str = "cn-hangzhou";

/// The variables of each family of clients.
const KEY_ID: &[&str] = &[
    // The SDKs, the credentials libraries, the aliyun CLI, Terraform.
    "ALIBABA_CLOUD_ACCESS_KEY_ID",
    // Older aliyun CLIs.
    "ALIBABACLOUD_ACCESS_KEY_ID",
    "ALICLOUD_ACCESS_KEY_ID",
    // Older Terraform providers, and Packer.
    "ALICLOUD_ACCESS_KEY",
    // The OSS SDKs, and ossutil.
    "OSS_ACCESS_KEY_ID",
    // The command line of Simple Log Service.
    "ALIYUN_LOG_CLI_ACCESSID",
];
const SECRET: &[&str] = &[
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALIBABACLOUD_ACCESS_KEY_SECRET",
    "ALICLOUD_ACCESS_KEY_SECRET",
    "ALICLOUD_SECRET_KEY",
    "OSS_ACCESS_KEY_SECRET",
    "ALIYUN_LOG_CLI_ACCESSKEY",
];
const REGIONS: &[&str] = &[
    "ALIBABA_CLOUD_REGION_ID",
    "ALIBABA_CLOUD_REGION",
    "ALIBABACLOUD_REGION_ID",
    "ALICLOUD_REGION_ID",
    "ALICLOUD_REGION",
    "OSS_REGION",
];

const TOKEN: &[&str] = &[
    "ALIBABA_CLOUD_SECURITY_TOKEN",
    "ALIBABACLOUD_SECURITY_TOKEN",
    "ALICLOUD_SECURITY_TOKEN",
    // Older Terraform providers.
    "SECURITY_TOKEN",
    // The OSS SDKs, and ossutil.
    "OSS_SESSION_TOKEN",
    "OSS_SECURITY_TOKEN",
    "ALIYUN_LOG_CLI_STS_TOKEN",
];

/// A key that a program calls with, with its security token if it is a session's.
#[derive(Debug, Clone, Copy)]
pub struct ProgramKey<'a> {
    /// The access key id.
    pub id: &'a str,
    /// The secret.
    pub secret: &'a Secret,
    /// The security token of a session.
    pub token: Option<&'a str>,
}

/// The variables that SDKs, command lines and Terraform read: a key, the region, and where the emulator is.
pub fn environment(access_key_id: &str, secret: &Secret, endpoint: &str) -> BTreeMap<&'static str, String> {
    environment_for(Some(ProgramKey { id: access_key_id, secret, token: None }), REGION, endpoint)
}

/// The same for any key, or none, and any region.
pub fn environment_for(key: Option<ProgramKey<'_>>, region: &str, endpoint: &str) -> BTreeMap<&'static str, String> {
    let mut environment = BTreeMap::new();
    let mut tell = |names: &[&'static str], value: &str| {
        environment.extend(names.iter().map(|name| (*name, value.to_owned())));
    };
    if let Some(key) = key {
        tell(KEY_ID, key.id);
        tell(SECRET, key.secret.expose());
        if let Some(token) = key.token {
            tell(TOKEN, token);
        }
    }
    tell(REGIONS, region);
    tell(&["ACSLAB_ENDPOINT"], endpoint);
    environment
}
