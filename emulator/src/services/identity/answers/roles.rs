//! What all say alike of roles that are a service's.

use serde_json::{Map, Value, json};

use crate::cloud::directory::Role;
use crate::cloud::iso8601;
use crate::gateway::Reply;

/// Says that it is a service's role, which was just made.
pub(crate) fn linked(mut shown: Map<String, Value>) -> Reply {
    shown.insert("IsServiceLinkedRole".to_owned(), json!(true));
    Reply::document(json!({ "Role": shown }))
}

/// Adds whether the role is a service's, and the last attempt to delete it.
pub(crate) fn latest_deletion(role: &Role, shown: &mut Map<String, Value>) {
    shown.insert("IsServiceLinkedRole".to_owned(), json!(role.linked_to.is_some()));
    if let Some(task) = &role.deletion {
        let task = json!({"DeletionTaskId": task.id, "CreateDate": iso8601(task.created)});
        shown.insert("LatestDeletionTask".to_owned(), task);
    }
}

/// By what the deletion of a service's role can be asked about.
pub(crate) fn deletion_task(id: &str) -> Reply {
    Reply::document(json!({ "DeletionTaskId": id }))
}
