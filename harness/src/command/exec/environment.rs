//! The variables that lead a program's clients to the cloud: whose key, which region, which proxy, whom to trust.

use std::env;
use std::ffi::OsString;
use std::net::SocketAddr;

use super::trust::Trust;
use crate::client::{Environment, Key};
use crate::command::serve::greeting::AUTHORITY_VARIABLES;
use crate::scenario::DEFAULT_REGION;

/// The proxy, of each family of clients.
const PROXIES: [&str; 4] = ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"];
/// What a program reaches on this machine it reaches without one.
const NO_PROXY: &str = "localhost,127.0.0.1,::1";

/// What a program is started with, besides what it inherits.
pub(super) fn variables(key: &Key, address: SocketAddr, trust: &Trust) -> Environment {
    let proxy = format!("http://{address}");
    let mut all = Environment::of(Some(key), DEFAULT_REGION, &proxy);
    all.set("ALIYUN_LOG_CLI_ENDPOINT", format!("{DEFAULT_REGION}.log.aliyuncs.com"));
    let mut set = |name: &str, value: OsString| all.set(name, value);
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
