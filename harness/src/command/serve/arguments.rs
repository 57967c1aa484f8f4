//! What the command line names: accounts, services, quotas, keys, roles, folders.

use std::io::ErrorKind;
use std::net::{IpAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};

use acslab_emulator::{FolderStore, InstanceRole, KeySet, Quota, Service};

use super::error::ServeError;
use crate::home::{home, path_in};
use crate::words::io_reason;

/// The region that `--open` opens what is opened region by region in.
const REGION: &str = "cn-hangzhou";

/// The services that the command line names.
pub(in crate::command) fn opened(names: &[String]) -> Result<Vec<Service>, ServeError> {
    let all = Service::all(REGION);
    let mut opened = Vec::new();
    for name in names {
        match all.iter().find(|service| service.name() == name) {
            Some(service) => opened.push(service.clone()),
            None if name == "all" => opened.extend(all.clone()),
            None => return Err(ServeError::NotAService(name.clone())),
        }
    }
    Ok(opened)
}

/// A quota, and how many there may be.
pub(super) fn quota(written: &str) -> Result<(Quota, usize), ServeError> {
    let (name, most) = written.split_once('=').unwrap_or((written, ""));
    let quota = Quota::parse(name).ok_or_else(|| ServeError::NotAQuota(name.to_owned()))?;
    let most = most.parse().map_err(|_| ServeError::NotAQuotasValue(written.to_owned()))?;
    Ok((quota, most))
}

/// A role of one of the accounts; of the first unless another is named.
pub(super) fn instance_role(written: &str, accounts: &[(String, String)]) -> Result<InstanceRole, ServeError> {
    let (account, role) = match written.split_once('/') {
        Some((name, role)) => (accounts.iter().find(|(known, id)| known == name || id == name), role),
        None => (accounts.first(), written),
    };
    let account = account.filter(|_| !role.is_empty() && !role.contains('/'));
    let (_, id) = account.ok_or_else(|| ServeError::NotARole(written.to_owned()))?;
    Ok(InstanceRole { account: id.clone(), role: role.to_owned() })
}

/// An issuer, and the keys in the file that is named for it.
pub(super) fn oidc_keys(written: &str) -> Result<(&str, KeySet), ServeError> {
    let named = written.split_once('=').filter(|(issuer, path)| !issuer.is_empty() && !path.is_empty());
    let (issuer, path) = named.ok_or_else(|| ServeError::NotOidcKeys(written.to_owned()))?;
    let trouble = |why| ServeError::OidcKeys { path: path.to_owned(), why };
    let text = std::fs::read(path).map_err(|error| trouble(io_reason(&error)))?;
    Ok((issuer, KeySet::parse(&text).map_err(|error| trouble(error.to_string()))?))
}

/// An account: its name, and its id, or the one that is next.
pub(in crate::command) fn account(written: &str, id: u64) -> Result<(String, String), ServeError> {
    let error = || ServeError::NotAnAccount(written.to_owned());
    let (name, id) = match written.split_once('=') {
        Some((name, id)) => (name, id.to_owned()),
        None => (written, id.to_string()),
    };
    let digits = id.len() == 16 && id.bytes().all(|b| b.is_ascii_digit());
    if name.is_empty() || !digits {
        return Err(error());
    }
    Ok((name.to_owned(), id))
}

/// Where an authority is kept unless told otherwise: `$XDG_DATA_HOME/acslab`, or `.local/share/acslab` at home.
pub(super) fn data_folder() -> Result<PathBuf, ServeError> {
    let data = path_in("XDG_DATA_HOME").or_else(|| Some(home()?.join(".local").join("share")));
    data.map(|data| data.join("acslab")).ok_or(ServeError::NoDataFolder)
}

/// The folder that what is in objects is kept in.
pub(super) fn payloads(folder: &Path) -> Result<FolderStore, ServeError> {
    FolderStore::open(folder).map_err(|error| {
        let why = match error.kind() {
            ErrorKind::AlreadyExists | ErrorKind::NotADirectory => "it is a file".to_owned(),
            _ => io_reason(&error),
        };
        ServeError::Payloads { folder: folder.display().to_string(), why }
    })
}

/// Where to listen: an address, or the first that a name such as `localhost` leads to, of IPv4 if it can be.
pub(super) fn address(written: &str) -> Result<IpAddr, ServeError> {
    if let Ok(address) = written.trim_matches(['[', ']']).parse() {
        return Ok(address);
    }
    let found = (written, 0)
        .to_socket_addrs()
        .map_err(|error| ServeError::NotAnAddress(written.to_owned(), error.to_string()))?;
    let found: Vec<_> = found.map(|one| one.ip()).collect();
    let first = found.iter().find(|one| one.is_ipv4()).or(found.first());
    first.copied().ok_or_else(|| ServeError::NotAnAddress(written.to_owned(), "it has no address".to_owned()))
}
