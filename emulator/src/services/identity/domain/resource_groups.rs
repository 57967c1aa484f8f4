//! Resource groups.

use crate::cloud::ResourceGroup;
use crate::cloud::directory::Scope;
use crate::gateway::{ApiError, Call};

/// Begins to delete a group. What was attached for its resources is detached (CHOICE: no grant outlives its group).
pub(crate) fn delete(call: &Call<'_>, id: &str) -> Result<ResourceGroup, ApiError> {
    let account = call.account()?;
    let mut groups = account.resource_groups.write();
    let group = groups.delete(id, call.now)?.clone();
    account.directory.write().detach_all_at(&Scope::ResourceGroup(id.to_owned()));
    Ok(group)
}
