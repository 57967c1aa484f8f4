//! The access control lists of a gateway.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::cloud::{ACL_ENTRIES, RecordPlace};
use crate::gateway::{ApiError, Call};
use crate::operation::Draft;

fn entries(value: Option<&Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(entries)) => entries.clone(),
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn entry(value: &Value) -> Option<&str> {
    value.get("Entry").and_then(Value::as_str)
}

/// Leaves those whose addresses are not among these.
fn take_out(all: &mut Vec<Value>, these: &[Value]) {
    let these: HashSet<_> = these.iter().map(entry).collect();
    all.retain(|one| !these.contains(&entry(one)));
}

/// Adds entries to an access control list, which is that of the internet where no VPC is named.
pub(in super::super) fn acl_add(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let mut all = entries(draft.record.and_then(|record| record.fields.get("AclPolicyList")));
    let new = entries(draft.fields.get("AclPolicyList"));
    take_out(&mut all, &new);
    all.extend(new);
    if all.len() > ACL_ENTRIES {
        let message =
            format!("The specified parameter AclPolicyList is not valid: a list has at most {ACL_ENTRIES} entries.");
        return Err(ApiError::bad_request("InvalidParameter", message));
    }
    draft.fields.insert("AclPolicyList".to_owned(), Value::Array(all));
    Ok(())
}

/// Takes entries from it.
pub(in super::super) fn acl_remove(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let mut all = entries(draft.record.and_then(|record| record.fields.get("AclPolicyList")));
    let gone = entries(draft.fields.get("AclPolicyList"));
    take_out(&mut all, &gone);
    draft.fields.insert("AclPolicyList".to_owned(), Value::Array(all));
    Ok(())
}

/// The access control lists of a gateway.
pub(in super::super) fn acl(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let record = draft.record.ok_or_else(ApiError::internal)?;
    let place = RecordPlace::new("eas/AclPolicy", &call.region);
    let records = call.account()?.records.read();
    let wanted = call.arguments.filled("VpcId");
    let (mut internet, mut intranet) = (Vec::new(), Vec::new());
    for list in records.within(&place, &record.key, call.now) {
        let shown = json!({"AclPolicyList": entries(list.fields.get("AclPolicyList")), "VpcId": list.text("VpcId")});
        if wanted.is_some_and(|wanted| list.text("VpcId") != Some(wanted)) {
            continue;
        }
        if list.text("VpcId") == Some("internet") { internet.push(shown) } else { intranet.push(shown) }
    }
    draft.answer.insert("InternetAclPolicyList".to_owned(), Value::Array(internet));
    draft.answer.insert("IntranetVpcAclPolicyList".to_owned(), Value::Array(intranet));
    Ok(())
}
