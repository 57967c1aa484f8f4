//! The resource directory as this version has it, and tags.

use super::product::RESOURCE_MANAGER;
use crate::gateway::Operation;
use crate::services::identity::resource_directory::words::own;
use crate::services::identity::resource_directory::{accounts, directory, rows, tags};

/// The operations on the resource directory, and on tags.
pub fn table() -> Vec<Operation> {
    let mut table = rows(&RESOURCE_MANAGER);
    table.extend(tags::rows(&RESOURCE_MANAGER, &[tags::GROUP, tags::ACCOUNT]));
    table.extend([
        RESOURCE_MANAGER.action(
            "InitResourceDirectory",
            &[own!("InitResourceDirectory" on "*")],
            &[],
            directory::enable,
        ),
        directory::get_row(&RESOURCE_MANAGER, directory::get),
        accounts::promote_row(&RESOURCE_MANAGER),
    ]);
    table
}
