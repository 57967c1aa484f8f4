//! How ResourceManager's operations name resource groups.

use crate::services::identity::parameters::is_account_id;
use crate::services::identity::resource_directory::words::alphanumeric;

/// `rg-` and up to 15 alphanumerics.
pub(crate) fn is_group_id(text: &str) -> bool {
    text.strip_prefix("rg-").is_some_and(|id| id.len() <= 15 && alphanumeric(id))
}

/// A resource group, or the whole account by its id.
pub(crate) fn is_group_or_account_id(text: &str) -> bool {
    is_group_id(text) || is_account_id(text)
}
