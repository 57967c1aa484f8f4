//! The greeting for programs: as JSON, as variables, in a file, on a file descriptor.

use std::io::{self, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use acslab_emulator::{EmulatorHandle, environment};
use clap::ValueEnum;
use serde_json::{Value, json};

use super::greeting::AUTHORITY_VARIABLES;
use crate::command::out::stdout;
use crate::files;

/// How the greeting is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// One line of JSON
    Json,
    /// NAME=VALUE, a line each, for the owner of the first account
    Env,
}

/// Prints the greeting for programs.
pub(super) fn print(
    format: Format,
    emulator: &EmulatorHandle,
    console: Option<&str>,
    trusted: Option<&Path>,
) -> io::Result<()> {
    let mut out = stdout();
    match format {
        Format::Text => {}
        Format::Json => writeln!(out, "{}", shown(emulator, console, trusted))?,
        Format::Env => out.write_all(variables(emulator, trusted).as_bytes())?,
    }
    out.flush()
}

/// Writes the variables to a file that only its owner may read: they hold a secret.
pub(super) fn write_variables(file: &Path, emulator: &EmulatorHandle, trusted: Option<&Path>) -> io::Result<()> {
    files::write_secret(file, variables(emulator, trusted).as_bytes())
}

/// Tells whoever holds the other end of a file descriptor that requests are taken: the greeting, as a line of JSON.
pub(super) fn tell(
    descriptor: u32,
    emulator: &EmulatorHandle,
    console: Option<&str>,
    trusted: Option<&Path>,
) -> io::Result<()> {
    let path = PathBuf::from(format!("/dev/fd/{descriptor}"));
    let mut end = std::fs::OpenOptions::new().write(true).open(path)?;
    writeln!(end, "{}", shown(emulator, console, trusted))
}

/// What listening there opens, where that is more than to this machine.
pub(super) fn opened_to(address: IpAddr, control_from_anywhere: bool) -> Option<String> {
    if address.to_canonical().is_loopback() {
        return None;
    }
    let control = if control_from_anywhere {
        "So do they reach its own surface under `/_acslab/`: they can read every decision, move its clock and replace its state."
    } else {
        "Its own surface under `/_acslab/` answers this machine alone."
    };
    Some(format!(
        "warning: it listens at {address}: whoever reaches this machine can call the cloud, with a key of it for whatever is not\n\
         public. {control} Keys travel signed, what is in calls travels in the clear unless `--tls` is used."
    ))
}

fn shown(emulator: &EmulatorHandle, console: Option<&str>, trusted: Option<&Path>) -> Value {
    let endpoint = emulator.endpoint();
    let accounts = emulator.accounts().iter().map(|account| {
        let secret = &account.access_key_secret;
        json!({
            "account_id": account.account_id,
            "name": account.name,
            "access_key_id": account.access_key_id,
            "access_key_secret": secret.expose(),
            "environment": environment(&account.access_key_id, secret, &endpoint),
        })
    });
    let mut shown = json!({
        "endpoint": endpoint,
        "pid": std::process::id(),
        "version": env!("CARGO_PKG_VERSION"),
        "accounts": accounts.collect::<Vec<_>>(),
    });
    if let Some(console) = console {
        shown["console"] = json!(console);
    }
    if let Some(authority) = trusted {
        shown["https_endpoint"] = json!(format!("https://localhost:{}", emulator.address().port()));
        shown["certificate_authority"] = json!(authority.display().to_string());
    }
    shown
}

fn variables(emulator: &EmulatorHandle, trusted: Option<&Path>) -> String {
    let first = emulator.accounts().first();
    let mut variables: Vec<(&str, String)> = first.map_or_else(Vec::new, |account| {
        environment(&account.access_key_id, &account.access_key_secret, &emulator.endpoint()).into_iter().collect()
    });
    if let Some(authority) = trusted {
        variables.extend(AUTHORITY_VARIABLES.iter().map(|name| (*name, authority.display().to_string())));
    }
    variables.iter().map(|(name, value)| format!("{name}={}\n", quoted(value))).collect()
}

/// As shells and readers of such files take it.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:+=@".contains(c);
    if value.chars().all(plain) { value.to_owned() } else { format!("'{}'", value.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::{opened_to, quoted};

    #[test]
    fn values_survive_a_shell() {
        assert_eq!(quoted("/a/b-1.pem"), "/a/b-1.pem");
        assert_eq!(quoted("/a b/it's"), r"'/a b/it'\''s'");
    }

    #[test]
    fn what_is_open_to_others_is_said() {
        let said = |address: &str, control| opened_to(address.parse().unwrap(), control);
        assert_eq!((said("127.0.0.1", true), said("::1", false), said("::ffff:127.0.0.1", false)), (None, None, None));
        assert!(said("0.0.0.0", false).unwrap().contains("this machine alone"));
        assert!(said("192.0.2.1", true).unwrap().contains("replace its state"));
    }
}
