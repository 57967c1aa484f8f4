//! The product's table: the directory's operations, and those that this version alone has.

use super::RESOURCE_DIRECTORY_MASTER;
use super::directory::{get, sync};
use crate::gateway::Operation;
use crate::services::identity::resource_directory::words::{is_switch, own, ruled};
use crate::services::identity::resource_directory::{directory, payers, rows, tags};

/// The operations that are performed.
pub fn table() -> Vec<Operation> {
    let mut table = rows(&RESOURCE_DIRECTORY_MASTER);
    table.extend(tags::rows(&RESOURCE_DIRECTORY_MASTER, &[tags::ACCOUNT, tags::FOLDER, tags::CONTROL_POLICY]));
    table.extend([
        directory::get_row(&RESOURCE_DIRECTORY_MASTER, get),
        payers::update_row(&RESOURCE_DIRECTORY_MASTER),
        RESOURCE_DIRECTORY_MASTER.action(
            "SetMemberDisplayNameSyncStatus",
            &[own!("SetMemberDisplayNameSyncStatus" on "*")],
            &[ruled!(required "Status", is_switch, "Enabled")],
            sync,
        ),
    ]);
    table
}
