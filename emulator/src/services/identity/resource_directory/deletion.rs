//! Whether a member may be deleted, and what has become of a deletion. Both are known at once here.

use serde_json::json;

use super::accounts::{ACCOUNT, ACCOUNT_ID, not_deleted_by_the_owner};
use super::words::{iso8601_millis, own};
use crate::gateway::{ApiError, Call, Operation, Product, Reply};
use crate::services::identity::domain::resource_directory;

/// The operations on deletions.
pub(super) fn rows(of: &'static Product) -> Vec<Operation> {
    vec![
        of.action(
            "CheckAccountDelete",
            &[own!("CheckAccountDelete" on ACCOUNT).about("place/{AccountId}")],
            &[ACCOUNT_ID],
            check,
        ),
        of.action(
            "GetAccountDeletionCheckResult",
            &[own!("GetAccountDeletionCheckResult" on ACCOUNT).about("place/{AccountId}")],
            &[ACCOUNT_ID],
            result,
        ),
        of.action(
            "GetAccountDeletionStatus",
            &[own!("GetAccountDeletionStatus" on ACCOUNT).about("place/{AccountId}")],
            &[ACCOUNT_ID],
            status,
        ),
    ]
}

/// CheckAccountDelete
fn check(call: &Call<'_>) -> Result<Reply, ApiError> {
    not_deleted_by_the_owner(call)?;
    resource_directory::change(call, |directory| directory.ask_deletion(call.arguments.text("AccountId"), call.now))?;
    Ok(Reply::done())
}

/// GetAccountDeletionCheckResult: what speaks against it, in the words that the deletion would be refused with.
fn result(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.arguments.text("AccountId");
    let against = resource_directory::read(call, |directory| {
        directory.member(account)?;
        directory.deletion(account)?;
        Ok(directory.check_deletion(account).err())
    })?;
    let reasons: Vec<_> = against
        .map(ApiError::from)
        .iter()
        .map(|why| json!({ "CheckId": why.code(), "CheckName": why.code(), "Description": why.message() }))
        .collect();
    let shown = json!({
        "Status": "PreCheckComplete",
        "AllowDelete": if reasons.is_empty() { "true" } else { "false" },
        "NotAllowReason": reasons,
        "AbandonableChecks": [],
    });
    Ok(Reply::document(json!({ "AccountDeletionCheckResultInfo": shown })))
}

/// GetAccountDeletionStatus
fn status(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.arguments.text("AccountId");
    let deletion = resource_directory::read(call, |directory| directory.deletion(account))?;
    let mut shown = json!({
        "AccountId": account,
        "CreateTime": iso8601_millis(deletion.asked),
        "Status": if deletion.done.is_some() { "Success" } else { "Checking" },
        "DeletionType": "0",
        "FailReasonList": [],
    });
    if let Some(done) = deletion.done {
        shown["DeletionTime"] = json!(iso8601_millis(done));
    }
    Ok(Reply::document(json!({ "RdAccountDeletionStatus": shown })))
}
