//! What is printed once the cloud answers: addresses, keys to export, how clients reach it.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use acslab_emulator::{EmulatorHandle, InstanceRole, Secret};

use crate::command::out::stdout;

/// The variables that name an authority to trust, of each family of clients.
pub(in crate::command) const AUTHORITY_VARIABLES: [&str; 5] =
    ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "ALIBABA_CLOUD_CA_BUNDLE"];
/// Where the console is, with the token that lets it change something. A browser asks for this machine, whatever is listened on.
pub(super) fn console_address(address: SocketAddr, token: &Secret) -> String {
    let host = match address.ip() {
        ip if ip.is_unspecified() => SocketAddr::new(Ipv4Addr::LOCALHOST.into(), address.port()),
        ip => SocketAddr::new(ip, address.port()),
    };
    format!("http://{host}/_acslab/console/#token={}", token.expose())
}

/// Prints the greeting; its last line says that it is complete.
pub(super) fn greet(
    emulator: &EmulatorHandle,
    console: Option<&str>,
    trusted: Option<&Path>,
    attached: &[InstanceRole],
    state: Option<&Path>,
) -> std::io::Result<()> {
    let host = emulator.address();
    let mut out = stdout();
    writeln!(out, "acslab serves http://{host}")?;
    if let Some(console) = console {
        writeln!(out, "its console is {console}")?;
    }
    if let Some(authority) = trusted {
        let (port, authority) = (host.port(), authority.display());
        writeln!(out, "acslab serves https://localhost:{port}")?;
        writeln!(out, "\n# the authority that https clients must trust")?;
        for variable in AUTHORITY_VARIABLES {
            writeln!(out, "export {variable}={authority}")?;
        }
    }
    for account in emulator.accounts() {
        writeln!(out)?;
        writeln!(out, "# owner of {}, account {}", account.name, account.account_id)?;
        writeln!(out, "export ALIBABA_CLOUD_ACCESS_KEY_ID={}", account.access_key_id)?;
        let secret = account.access_key_secret.expose();
        writeln!(out, "export ALIBABA_CLOUD_ACCESS_KEY_SECRET={secret}")?;
    }
    for (number, InstanceRole { account, role }) in attached.iter().enumerate() {
        let port = host.port();
        writeln!(out, "\n# credentials of the role {role}, once it is there and trusts ecs.aliyuncs.com")?;
        let first = emulator.accounts().first().is_some_and(|first| first.account_id == *account);
        let account = if first { String::new() } else { format!("?account={account}") };
        writeln!(
            out,
            "export ALIBABA_CLOUD_CREDENTIALS_URI=http://127.0.0.1:{port}/_acslab/credentials/{role}{account}"
        )?;
        if number == 0 {
            writeln!(
                out,
                "# or by ECS metadata: export ALIBABA_CLOUD_ECS_METADATA={role} http_proxy=http://127.0.0.1:{port}"
            )?;
        }
    }
    writeln!(
        out,
        r#"
# aliyun CLI
aliyun ram ListUsers --endpoint {host} --insecure --region cn-hangzhou
# Python SDKs
Config(endpoint='{host}', protocol='HTTP')
oss2.Bucket(auth, 'http://{host}', 'BUCKET', is_path_style=True)
# Terraform
provider "alicloud" {{
  region       = "cn-hangzhou"
  protocol     = "HTTP"
  account_type = "Domestic"
  endpoints {{
    ram             = "{host}"
    sts             = "{host}"
    ims             = "{host}"
    resourcemanager = "{host}"
    oss             = "http://{host}"
    vpc             = "{host}"
    ecs             = "{host}"
    kms             = "{host}"
    aiworkspace     = "{host}"
  }}
}}
"#
    )?;
    match state {
        Some(folder) => writeln!(out, "Ctrl-C ends it; the state is kept in {}.", folder.display())?,
        None => writeln!(out, "Ctrl-C ends it; nothing is kept.")?,
    }
    out.flush()
}
