//! The variables that lead a program's clients to the cloud: whose key, which region, which proxy, whom to trust.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::net::SocketAddr;

use acslab_emulator::{Key, environment};

use super::trust::Trust;
use crate::command::serve::greeting::AUTHORITY_VARIABLES;

/// Variables that would lead a client to somebody else: other credentials, profiles, endpoints. A program is started without them.
const LED_ELSEWHERE: &[&str] = &[
    "ALIBABA_CLOUD_SECURITY_TOKEN",
    "ALIBABA_CLOUD_PROFILE",
    "ALIBABA_CLOUD_CREDENTIALS_FILE",
    "ALIBABA_CLOUD_CREDENTIALS_URI",
    "ALIBABA_CLOUD_ECS_METADATA",
    "ALIBABA_CLOUD_ROLE_ARN",
    "ALIBABA_CLOUD_ROLE_SESSION_NAME",
    "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
    "ALIBABACLOUD_SECURITY_TOKEN",
    "ALIBABACLOUD_PROFILE",
    "ALICLOUD_SECURITY_TOKEN",
    "ALICLOUD_PROFILE",
    "ALICLOUD_SHARED_CREDENTIALS_FILE",
    "ALICLOUD_ASSUME_ROLE_ARN",
    "ALICLOUD_ECS_ROLE_NAME",
    "SECURITY_TOKEN",
    "OSS_SESSION_TOKEN",
    "OSS_SECURITY_TOKEN",
    "OSS_ENDPOINT",
    "ALIYUN_LOG_CLI_STS_TOKEN",
    "all_proxy",
    "ALL_PROXY",
];

/// The proxy, of each family of clients.
const PROXIES: [&str; 4] = ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"];
/// What a program reaches on this machine it reaches without one.
const NO_PROXY: &str = "localhost,127.0.0.1,::1";

/// What a program is started with, besides what it inherits; `None` takes a variable away.
pub(super) fn variables(key: &Key, address: SocketAddr, trust: &Trust) -> BTreeMap<&'static str, Option<OsString>> {
    let proxy = format!("http://{address}");
    let mut all: BTreeMap<&'static str, Option<OsString>> = LED_ELSEWHERE.iter().map(|name| (*name, None)).collect();
    let mut set = |name, value: OsString| {
        all.insert(name, Some(value));
    };
    for (name, value) in environment(&key.access_key_id, &key.access_key_secret, &proxy) {
        set(name, value.into());
    }
    // The aliyun CLI prefers its own file to these variables unless told otherwise.
    set("ALIBABA_CLOUD_IGNORE_PROFILE", "TRUE".into());
    set("ALIYUN_LOG_CLI_ENDPOINT", "cn-hangzhou.log.aliyuncs.com".into());
    for name in PROXIES {
        set(name, proxy.clone().into());
    }
    for name in ["no_proxy", "NO_PROXY"] {
        set(name, NO_PROXY.into());
    }
    for name in AUTHORITY_VARIABLES {
        set(name, trust.bundle().as_os_str().to_owned());
    }
    let mut python = trust.python_folder().into_os_string();
    if let Some(path) = env::var_os("PYTHONPATH").filter(|path| !path.is_empty()) {
        python.push(if cfg!(windows) { ";" } else { ":" });
        python.push(path);
    }
    set("PYTHONPATH", python);
    // Node: from 24 on it takes the proxy by itself, before that a module makes it.
    set("NODE_USE_ENV_PROXY", "1".into());
    set(
        "NODE_OPTIONS",
        joined("NODE_OPTIONS", &format!("--require {}", in_quotes(&trust.node_module().display().to_string()))),
    );
    let (host, port) = (address.ip(), address.port());
    let store = trust.java_store();
    let store = store.display();
    let java = format!(
        "-Dhttp.proxyHost={host} -Dhttp.proxyPort={port} -Dhttps.proxyHost={host} -Dhttps.proxyPort={port} \
         -Dhttp.nonProxyHosts=localhost|127.* -Djavax.net.ssl.trustStore={store} -Djavax.net.ssl.trustStoreType=JKS \
         -Djavax.net.ssl.trustStorePassword={}",
        Trust::JAVA_PASSWORD,
    );
    set("JAVA_TOOL_OPTIONS", joined("JAVA_TOOL_OPTIONS", &java));
    all
}

/// Options behind those that a variable has already.
fn joined(name: &str, more: &str) -> OsString {
    let mut options = env::var_os(name).filter(|options| !options.is_empty()).map(|mut options| {
        options.push(" ");
        options
    });
    let options = options.get_or_insert_default();
    options.push(more);
    std::mem::take(options)
}

/// A path as NODE_OPTIONS takes it.
fn in_quotes(path: &str) -> String {
    if path.contains([' ', '"', '\\']) {
        format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        path.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::in_quotes;

    #[test]
    fn paths_are_quoted_as_node_reads_them() {
        assert_eq!(in_quotes("/tmp/a.cjs"), "/tmp/a.cjs");
        assert_eq!(in_quotes("/tmp/a b.cjs"), "\"/tmp/a b.cjs\"");
    }
}
