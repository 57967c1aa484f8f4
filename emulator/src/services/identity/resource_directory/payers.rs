//! Who pays for a member.

use serde_json::json;

use super::accounts::{ACCOUNT, ACCOUNT_ID};
use super::words::{is_account_id, own, ruled};
use crate::gateway::{ApiError, Call, Operation, Product, Reply};
use crate::services::identity::domain::resource_directory;

/// The operations on who pays.
pub(super) fn rows(of: &'static Product) -> Vec<Operation> {
    vec![of.action(
        "GetPayerForAccount",
        &[own!("GetPayerForAccount" on ACCOUNT).about("place/{AccountId}")],
        &[ACCOUNT_ID],
        get,
    )]
}

/// UpdatePayerForAccount, which the later version alone has.
pub(crate) fn update_row(of: &'static Product) -> Operation {
    of.action(
        "UpdatePayerForAccount",
        &[own!("UpdatePayerForAccount" on ACCOUNT).about("place/{AccountId}")],
        &[ACCOUNT_ID, ruled!(required "PayerAccountId", is_account_id, "1234567890123456")],
        update,
    )
}

/// GetPayerForAccount: nothing, where it pays itself.
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let payer = resource_directory::read(call, |directory| {
        Ok(directory.member(call.arguments.text("AccountId"))?.payer.clone().unwrap_or_default())
    })?;
    let name = call.cloud().account(&payer).map(|account| account.name.clone());
    Ok(Reply::document(json!({ "PayerAccountId": payer, "PayerAccountName": name.unwrap_or_default() })))
}

/// UpdatePayerForAccount
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (account, payer) = (call.arguments.text("AccountId"), call.arguments.text("PayerAccountId"));
    resource_directory::change(call, |directory| directory.pay_for_member(account, payer, call.now))?;
    Ok(Reply::done())
}
