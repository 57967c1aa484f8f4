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

/// The variables that SDKs, command lines and Terraform read: a key, the region, and where the emulator is.
pub fn environment(access_key_id: &str, secret: &Secret, endpoint: &str) -> BTreeMap<&'static str, String> {
    let all = |names: &'static [&str], value: &str| {
        let value = value.to_owned();
        names.iter().map(move |name| (*name, value.clone()))
    };
    let mut environment: BTreeMap<_, _> = all(KEY_ID, access_key_id).collect();
    environment.extend(all(SECRET, secret.expose()));
    environment.extend(all(REGIONS, REGION));
    environment.extend(all(&["ACSLAB_ENDPOINT"], endpoint));
    environment
}
