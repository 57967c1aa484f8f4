//! Route tables: whose routes a vSwitch goes by.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::vpc::place;
use crate::cloud::{Record, Records};
use crate::gateway::{ApiError, Call};
use crate::operation::{Draft, Looked};

/// The field of a vSwitch that names the custom table which it goes by; empty or none: it goes by the system one of its VPC.
const CUSTOM: &str = "CustomRouteTable";

/// The router of a custom route table is that of its VPC.
pub(super) fn router(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let vpc = draft.text("VpcId").to_owned();
    let records = call.account()?.records.read();
    if let Ok(vpc) = records.get(&place("Vpc", &call.region), &vpc, call.now) {
        for field in ["RouterId", "VRouterId"] {
            draft.fields.insert(field.to_owned(), json!(vpc.text("VRouterId")));
        }
    }
    Ok(())
}

/// AssociateRouteTable: a custom table of the vSwitch's VPC. CHOICE: the words.
pub(super) fn associate(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let vswitch = draft.record.ok_or_else(ApiError::internal)?;
    let table = named(call)?;
    let refused = |code: &'static str, message: &'static str| Err(ApiError::bad_request(code, message));
    if table.text("VpcId") != vswitch.text("VpcId") {
        return refused("Forbidden.NotInSameVpc", "The route table and the vSwitch are not in the same VPC.");
    }
    if table.text("RouteTableType") != Some("Custom") {
        return refused(
            "OperationDenied.SwitchToSystemRouteTable",
            "A vSwitch cannot be led to the system route table.",
        );
    }
    match table_of(call, vswitch)? {
        Some(own) if own == table.key => {
            refused("ResourceAlreadyAssociated.RouteTable", "The vSwitch is associated with the route table already.")
        }
        Some(_) => refused(
            "Forbidden.VSwitchAlreadyAssociatedRouteTable",
            "The vSwitch is associated with another custom route table already.",
        ),
        None => Ok(()),
    }
}

/// UnassociateRouteTable: the vSwitch goes by the system one again. CHOICE: the words.
pub(super) fn dissociate(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let vswitch = draft.record.ok_or_else(ApiError::internal)?;
    let table = named(call)?;
    if table.text("RouteTableType") != Some("Custom") {
        let message = "The system route table cannot be taken from a vSwitch.";
        return Err(ApiError::bad_request("OperationUnsupported.SystemRouteTable", message));
    }
    if table_of(call, vswitch)?.as_ref() != Some(&table.key) {
        let message = "The vSwitch is not associated with the route table.";
        return Err(ApiError::not_found("OperationFailed.VSwitchNotAssociate", message));
    }
    draft.fields.insert(CUSTOM.to_owned(), json!(""));
    Ok(())
}

/// The table that a call names.
fn named(call: &Call<'_>) -> Result<Record, ApiError> {
    let records = call.account()?.records.read();
    let found = records.get(&place("RouteTable", &call.region), call.arguments.text("RouteTableId"), call.now);
    let absent = || ApiError::not_found("InvalidRouteTableId.NotFound", "Specified route table does not exist.");
    found.cloned().map_err(|_| absent())
}

/// The custom table that a vSwitch goes by, as long as it is there.
fn custom<'r>(records: &'r Records, (region, now): (&str, Timestamp), vswitch: &Record) -> Option<&'r Record> {
    let id = vswitch.text(CUSTOM).filter(|id| !id.is_empty())?;
    records.get(&place("RouteTable", region), id, now).ok()
}

/// The same, by its id, for a call.
fn table_of(call: &Call<'_>, vswitch: &Record) -> Result<Option<String>, ApiError> {
    let records = call.account()?.records.read();
    Ok(custom(&records, (&call.region, call.now), vswitch).map(|table| table.key.clone()))
}

/// What lies in a table, and which vSwitches go by it.
pub(super) fn show_table(looked: Looked<'_>, view: &mut Map<String, Value>) {
    let Looked { records, record: table, region, now, .. } = looked;
    let is_system = table.text("RouteTableType") == Some("System");
    let goes_by = |vswitch: &Record| match custom(records, (region, now), vswitch) {
        Some(own) => own.key == table.key,
        None => is_system && vswitch.text("VpcId") == table.text("VpcId"),
    };
    let vswitches = records.within(&place("VSwitch", region), "", now).filter(|vswitch| goes_by(vswitch));
    let ids: Value = vswitches.map(|vswitch| json!(vswitch.key)).collect();
    view.insert("VSwitchIds".to_owned(), json!({"VSwitchId": ids}));
    let entries = records.within(&place("RouteEntry", region), "", now);
    let entries = entries.filter(|entry| entry.text("RouteTableId") == Some(&table.key));
    let entries: Value = entries
        .map(|entry| {
            let mut shown = entry.fields.clone();
            shown.insert("Status".to_owned(), json!("Available"));
            Value::Object(shown)
        })
        .collect();
    view.insert("RouteEntrys".to_owned(), json!({"RouteEntry": entries}));
}

/// The route table of a vSwitch: a custom one, or the system one of its VPC.
pub(super) fn show_vswitch(looked: Looked<'_>, view: &mut Map<String, Value>) {
    let Looked { records, record: vswitch, region, now, .. } = looked;
    let vpc = vswitch.text("VpcId").unwrap_or_default();
    let vpc = records.get(&place("Vpc", region), vpc, now).ok();
    let system = || vpc.map(|vpc| (vpc.text("RouteTableId"), "System"));
    let of = custom(records, (region, now), vswitch).map(|table| (Some(table.key.as_str()), "Custom")).or_else(system);
    if let Some((id, kind)) = of {
        view.insert("RouteTable".to_owned(), json!({"RouteTableId": id, "RouteTableType": kind}));
    }
}
