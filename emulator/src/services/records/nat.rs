//! NAT gateways with what hangs on them: entries of their tables, addresses, routes.

use serde_json::{Value, json};

use super::rule::is_ipv6_block;
use super::vpc::Block;
use crate::cloud::{Record, RecordPlace};
use crate::gateway::{ApiError, Call, Caller};
use crate::operation::Draft;
use crate::services::common::inside::VPC;

fn place(kind: &str, call: &Call<'_>) -> RecordPlace {
    RecordPlace::new(kind, &call.region)
}

/// A kind of table of a gateway: how it is named, where the gateway lists them, and what is answered.
struct Table {
    id: &'static str,
    list: &'static str,
    absent: &'static str,
}

const SNAT: Table = Table { id: "SnatTableId", list: "SnatTableIds", absent: "InvalidSnatTableId.NotFound" };
const FORWARD: Table =
    Table { id: "ForwardTableId", list: "ForwardTableIds", absent: "InvalidForwardTableId.NotFound" };

impl Table {
    fn is_of(&self, gateway: &Record, id: &str) -> bool {
        let ids = gateway.fields.get(self.list).and_then(|ids| ids.get(self.id)).and_then(Value::as_array);
        ids.is_some_and(|ids| ids.iter().any(|one| one.as_str() == Some(id)))
    }

    /// The gateway whose table a call names.
    fn gateway(&self, call: &Call<'_>) -> Result<Record, ApiError> {
        let id = call.arguments.text(self.id);
        let records = call.account()?.records.read();
        let found = records.within(&place("Vpc/NatGateway", call), "", call.now).find(|one| self.is_of(one, id));
        found.cloned().ok_or_else(|| ApiError::not_found(self.absent, format!("Specified table {id} does not exist.")))
    }
}

/// An address that is bound to a gateway: whether there is such a one at all, and such a one of this gateway.
fn address(call: &Call<'_>, gateway: &Record, ip: &str) -> Result<(bool, bool), ApiError> {
    let records = call.account()?.records.read();
    let mut found =
        records.within(&place("Vpc/Eip", call), "", call.now).filter(|one| one.text("IpAddress") == Some(ip));
    let found = found.next();
    Ok((found.is_some(), found.is_some_and(|one| one.text("InstanceId") == Some(&gateway.key))))
}

/// Gateways between VPCs translate to addresses of their own.
fn is_private(gateway: &Record) -> bool {
    gateway.text("NetworkType") == Some("intranet")
}

/// CreateSnatEntry, ModifySnatEntry: the table is a gateway's, its addresses are bound to that.
pub(super) fn snat(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let gateway = SNAT.gateway(call)?;
    for ip in draft.text("SnatIp").split(',').filter(|ip| !ip.is_empty() && !is_private(&gateway)) {
        match address(call, &gateway, ip)? {
            (_, true) => {}
            (true, false) => {
                let message = "The specified EIP is not associated with the gateway.";
                return Err(ApiError::bad_request("EIP_NOT_IN_GATEWAY", message));
            }
            (false, false) => {
                let message = format!("Specified SNAT address {ip} does not exist.");
                return Err(ApiError::not_found("InvalidSnatIp.NotFound", message));
            }
        }
    }
    draft.fields.insert("NatGatewayId".to_owned(), json!(gateway.key));
    Ok(())
}

/// CreateForwardEntry, ModifyForwardEntry: the same, of the address that is named.
pub(super) fn forward(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let gateway = FORWARD.gateway(call)?;
    let ip = draft.text("ExternalIp");
    if !ip.is_empty() && !is_private(&gateway) {
        match address(call, &gateway, ip)? {
            (_, true) => {}
            (true, false) => {
                let message = "The specified external address is not one of the gateway.";
                return Err(ApiError::bad_request("InvalidIp.NotInNatgw", message));
            }
            (false, false) => {
                let message = format!("Specified external address {ip} does not exist.");
                return Err(ApiError::not_found("InvalidExternalIp.NotFound", message));
            }
        }
    }
    draft.fields.insert("NatGatewayId".to_owned(), json!(gateway.key));
    Ok(())
}

/// A table whose entries are listed must be there, if one is named.
pub(super) fn snat_table(call: &Call<'_>, _: &mut Draft<'_>) -> Result<(), ApiError> {
    call.arguments.filled(SNAT.id).map_or(Ok(()), |_| SNAT.gateway(call).map(|_| ()))
}

/// The same.
pub(super) fn forward_table(call: &Call<'_>, _: &mut Draft<'_>) -> Result<(), ApiError> {
    call.arguments.filled(FORWARD.id).map_or(Ok(()), |_| FORWARD.gateway(call).map(|_| ()))
}

/// What hangs on a gateway: the field that names it, what is answered when the gateway is to be deleted, and what frees it of that.
const HANGING: &[(&str, &str, &str, &str, &[&str])] = &[
    (
        "Vpc/SnatEntry",
        "NatGatewayId",
        "DependencyViolation.SnatEntry",
        "DeleteSnatEntry",
        &["SnatTableId", "SnatEntryId"],
    ),
    (
        "Vpc/ForwardEntry",
        "NatGatewayId",
        "DependencyViolation.ForwardEntry",
        "DeleteForwardEntry",
        &["ForwardTableId", "ForwardEntryId"],
    ),
    ("Vpc/Eip", "InstanceId", "DependencyViolation.EIPS", "UnassociateEipAddress", &["AllocationId"]),
    ("Vpc/RouteEntry", "NextHopId", "DependencyViolation.RouterEntry", "DeleteRouteEntry", &["RouteEntryId"]),
];

/// DeleteNatGateway: what hangs on it keeps it, unless that is to go with it.
pub(super) fn free(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let gateway = draft.record.ok_or_else(ApiError::internal)?;
    let owner = Caller::Owner(call.caller.account().cloned().ok_or_else(ApiError::internal)?);
    for (kind, field, code, action, ids) in HANGING {
        let hanging: Vec<Record> = {
            let records = call.account()?.records.read();
            let all = records.within(&place(kind, call), "", call.now);
            all.filter(|one| one.text(field) == Some(&gateway.key)).cloned().collect()
        };
        if !hanging.is_empty() && !call.arguments.flag("Force") {
            return Err(ApiError::bad_request(*code, "Specified object has dependent resources."));
        }
        for one in hanging {
            let named = ids.iter().map(|id| (*id, one.text(id).unwrap_or_default()));
            let arguments: Vec<_> = named.chain([("RegionId", call.region.as_str())]).collect();
            call.call_action(owner.clone(), VPC, action, &arguments)?;
        }
    }
    Ok(())
}

/// The fields that say what an address is bound to.
const BINDING: &[&str] = &["InstanceId", "InstanceType", "PrivateIpAddress"];

/// AssociateEipAddress: what it is bound to must be there, where its kind is kept.
pub(super) fn bind(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let id = call.arguments.text("InstanceId");
    let (kind, absent) = match draft.text("InstanceType") {
        "" | "EcsInstance" => {
            let message = "Specified instance does not exist.";
            ("Ecs/Instance", ApiError::not_found("InvalidInstanId.NotFound", message))
        }
        "Nat" => {
            let message = "The specified instance does not exist.";
            ("Vpc/NatGateway", ApiError::bad_request("InvalidInstance.NotExist", message))
        }
        _ => return Ok(()),
    };
    let records = call.account()?.records.read();
    records.get(&place(kind, call), id, call.now).map(|_| ()).map_err(|_| absent)
}

/// UnassociateEipAddress: not of one that entries of a gateway use.
pub(super) fn unbind(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let ip = draft.record.and_then(|record| record.text("IpAddress")).unwrap_or_default().to_owned();
    let uses = |one: &Record, field: &str| one.text(field).is_some_and(|ips| ips.split(',').any(|one| one == ip));
    let records = call.account()?.records.read();
    for (kind, field, code) in [
        ("Vpc/SnatEntry", "SnatIp", "InvalidIpStatus.HasBeenUsedBySnatTable"),
        ("Vpc/ForwardEntry", "ExternalIp", "InvalidIpStatus.HasBeenUsedByForwardEntry"),
    ] {
        if records.within(&place(kind, call), "", call.now).any(|one| uses(one, field)) {
            return Err(ApiError::bad_request(code, "The specified IP address is used by an entry of a NAT gateway."));
        }
    }
    for field in BINDING {
        draft.fields.insert((*field).to_owned(), json!(""));
    }
    Ok(())
}

/// CreateRouteEntry: it leads from a block of addresses to something that is there, where its kind is kept.
pub(super) fn next_hop(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let destination = draft.text("DestinationCidrBlock");
    if Block::parse(destination).is_none() && !(destination.contains('/') && is_ipv6_block(destination)) {
        let message = "Specified CIDR block is not valid.";
        return Err(ApiError::bad_request("InvalidCidrBlock.Malformed", message));
    }
    let (kind, code) = match draft.text("NextHopType") {
        "" | "Instance" => ("Ecs/Instance", "InvalidNextHopId.NotFound"),
        "NatGateway" => ("Vpc/NatGateway", "InvalidNatGatewayId.NotFound"),
        _ => return Ok(()),
    };
    let id = draft.text("NextHopId");
    let records = call.account()?.records.read();
    if id.is_empty() || records.get(&place(kind, call), id, call.now).is_ok() {
        return Ok(());
    }
    Err(ApiError::not_found(code, "Specified next hop does not exist."))
}
