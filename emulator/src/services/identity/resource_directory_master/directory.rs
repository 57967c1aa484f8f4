//! What this version alone knows of the directory itself: whether members take over the name that it shows for them.

use serde_json::json;

use crate::gateway::{ApiError, Call, Reply};
use crate::services::identity::domain::resource_directory;
use crate::services::identity::resource_directory::directory::shown;
use crate::services::identity::resource_directory::words::switch;

/// GetResourceDirectory
pub(super) fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    shown(call, |directory, answer| {
        answer.insert("MemberAccountDisplayNameSyncStatus".to_owned(), json!(switch(directory.display_name_sync)));
    })
}

/// SetMemberDisplayNameSyncStatus
pub(super) fn sync(call: &Call<'_>) -> Result<Reply, ApiError> {
    let status = call.arguments.text("Status");
    resource_directory::change(call, |directory| {
        directory.display_name_sync = status == switch(true);
        Ok(())
    })?;
    Ok(Reply::document(json!({ "MemberAccountDisplayNameSyncStatus": status })))
}
