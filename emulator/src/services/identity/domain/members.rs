//! Accounts as members of a resource directory: opened with a role by which the management account reaches into them.

use std::sync::Arc;

use acslab_policy::{Document, DocumentKind};
use serde_json::json;

use super::resource_directory;
use crate::cloud::directory::{Attached, PolicyKey, PolicyType, Role, Scope, Tags};
use crate::cloud::{Account, Member, ResourceDirectory, ResourceDirectoryError};
use crate::gateway::{ApiError, Call};

/// The role by which the management account reaches into a member that was made in its directory.
const ACCESS_ROLE: &str = "ResourceDirectoryAccountAccessRole";

/// An account to be opened.
#[derive(Debug)]
pub(crate) struct New<'a> {
    pub(crate) display_name: &'a str,
    /// What its logon name begins with; made up where nothing is said.
    pub(crate) name_prefix: Option<&'a str>,
    /// The folder that it comes into; the root where nothing is said.
    pub(crate) parent: Option<&'a str>,
    /// Who pays for it.
    pub(crate) payer: Option<&'a str>,
    pub(crate) tags: Tags,
}

/// Opens an account that nobody can log on to, with a role that the management account may assume, and shows it.
pub(crate) fn create<T>(
    call: &Call<'_>,
    new: New<'_>,
    show: impl FnOnce(&ResourceDirectory, &Member) -> T,
) -> Result<T, ApiError> {
    let ids = &call.cloud().ids;
    let account = ids.account_id();
    let role = access_role(call)?;
    // Opened before the directory is locked, whose lock is the last of all, and closed again where it may not join.
    open(call, &account, new.display_name, role)?;
    resource_directory::change(call, |directory| {
        let prefix = new.name_prefix.map_or_else(|| ids.lower("aliyun-", 8), str::to_owned);
        let logon = format!("{prefix}@{}.aliyunid.com", directory.id.to_ascii_lowercase());
        let parent = folder_or_root(directory, new.parent)?.to_owned();
        let mut member = Member::new(&account, logon, new.display_name, &parent, new.tags, call.now);
        member.payer = new.payer.map(str::to_owned);
        let member = directory.add_member(member)?.clone();
        Ok(show(directory, &member))
    })
    .inspect_err(|_| call.cloud().close_account(&account))
}

/// The folder of that id; the root where none is named.
pub(crate) fn folder_or_root<'a>(
    directory: &'a ResourceDirectory,
    id: Option<&'a str>,
) -> Result<&'a str, ResourceDirectoryError> {
    let id = id.unwrap_or(&directory.root);
    directory.folder(id).map(|_| id)
}

/// The role, trusting the management account.
fn access_role(call: &Call<'_>) -> Result<Role, ApiError> {
    let principal = format!("acs:ram::{}:root", call.account()?.id);
    let trust = json!({
        "Version": "1",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": [principal]}}],
    });
    let trust = Document::parse(DocumentKind::Trust, &trust.to_string()).map_err(|_| ApiError::internal())?;
    Ok(Role::new(call.cloud().ids.role_id(), ACCESS_ROLE, Arc::new(trust), call.now))
}

fn open(call: &Call<'_>, id: &str, name: &str, role: Role) -> Result<(), ApiError> {
    // An id that is made is as good as never taken.
    let opened = call.cloud().open_resource_account(name, id);
    let account: Arc<Account> = opened.map_err(|_| ApiError::internal())?;
    let policy = PolicyKey { kind: PolicyType::System, name: "AdministratorAccess".to_owned() };
    let mut directory = account.directory.write();
    // An account that is new has room for a role, and the role for a policy.
    let _ = directory.add_role(role);
    let _ = directory.attach_to_role(ACCESS_ROLE, Attached { policy, scope: Scope::Account, at: call.now });
    Ok(())
}

/// Deletes a resource account, and all that it has with it.
pub(crate) fn delete(call: &Call<'_>, account: &str) -> Result<(), ApiError> {
    resource_directory::change(call, |directory| directory.delete_member(account, call.now))?;
    // With the directory let go, whose lock is the last of all. Nobody can put the account back into one meanwhile.
    call.cloud().close_account(account);
    Ok(())
}
