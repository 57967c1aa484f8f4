//! Network ACLs: what they let through, and the vSwitches that they are bound to.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::rule::{is_ipv6_block, is_range_of};
use super::vpc::{Block, place};
use crate::cloud::{Record, region_mark};
use crate::gateway::{ApiError, Call};
use crate::operation::Draft;

/// A direction: the list of its entries and what one is called there, the parameter that says whether they are put, and who is on the other
/// side.
struct Direction {
    list: &'static str,
    item: &'static str,
    puts: &'static str,
    side: &'static str,
}

const DIRECTIONS: [Direction; 2] = [
    Direction {
        list: "IngressAclEntries",
        item: "IngressAclEntry",
        puts: "UpdateIngressAclEntries",
        side: "SourceCidrIp",
    },
    Direction {
        list: "EgressAclEntries",
        item: "EgressAclEntry",
        puts: "UpdateEgressAclEntries",
        side: "DestinationCidrIp",
    },
];

/// What an entry says besides whom it is about.
const SAYS: [&str; 6] = ["NetworkAclEntryName", "Description", "Policy", "Protocol", "Port", "IpVersion"];
/// What of it is a text, by the name in its codes, with the most characters; neither is an address (VPC: UpdateNetworkAclEntries).
const TEXTS: [(&str, &str, usize); 2] = [("NetworkAclEntryName", "Name", 128), ("Description", "Description", 256)];
const PROTOCOLS: [&str; 5] = ["icmp", "gre", "tcp", "udp", "all"];

/// CHOICE: the words; the codes are published.
fn illegal(name: &str) -> ApiError {
    ApiError::bad_request(format!("ParameterIllegal.{name}"), format!("The specified parameter {name} is not valid."))
}

/// UpdateNetworkAclEntries: the entries of a direction are put in the place of those that were, where the call says so.
pub(super) fn put(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    draft.fields.clear();
    for direction in DIRECTIONS.iter().filter(|direction| call.arguments.flag(direction.puts)) {
        let given = call.arguments.objects(direction.list);
        let entries = given.iter().map(|entry| direction.entry(call, entry)).collect::<Result<Value, _>>()?;
        draft.fields.insert(direction.list.to_owned(), json!({direction.item: entries}));
    }
    Ok(())
}

impl Direction {
    fn entry(&self, call: &Call<'_>, given: &BTreeMap<&str, &str>) -> Result<Value, ApiError> {
        let text = |name: &str| given.get(name).copied().unwrap_or_default();
        for (name, called, most) in TEXTS {
            if text(name).chars().count() > most {
                let message = format!("The length of the specified parameter {called} is not valid.");
                return Err(ApiError::bad_request(format!("ParameterLengthIllegal.{called}"), message));
            }
            if ["http://", "https://"].iter().any(|start| text(name).starts_with(start)) {
                return Err(illegal(called));
            }
        }
        if !["accept", "drop"].contains(&text("Policy")) {
            return Err(illegal("Policy"));
        }
        let protocol = text("Protocol").to_ascii_lowercase();
        if !PROTOCOLS.contains(&protocol.as_str()) {
            return Err(illegal("Protocol"));
        }
        if !is_range_of(&protocol, text("Port")) {
            return Err(illegal("Port"));
        }
        if Block::parse(text(self.side)).is_none() && !is_ipv6_block(text(self.side)) {
            return Err(illegal(self.side));
        }
        if !["", "ipv4", "ipv6"].contains(&text("IpVersion").to_ascii_lowercase().as_str()) {
            let message = "The specified parameter IpVersion is not valid.";
            return Err(ApiError::bad_request("IllegalParam.IpVersion", message));
        }
        let said = SAYS.iter().chain([&self.side]).map(|name| ((*name).to_owned(), json!(text(name))));
        let mut entry: Map<String, Value> = said.collect();
        let id = call.cloud().ids.lower(&format!("nae-{}", region_mark(&call.region)), 18);
        entry.insert("NetworkAclEntryId".to_owned(), json!(id));
        entry.insert("EntryType".to_owned(), json!("custom"));
        if text("IpVersion").is_empty() {
            entry.insert("IpVersion".to_owned(), json!("IPV4"));
        }
        Ok(Value::Object(entry))
    }
}

/// The vSwitches that an ACL is bound to.
fn bound(acl: &Record) -> impl Iterator<Item = &str> {
    let resources = acl.fields.get("Resources").and_then(|resources| resources.get("Resource"));
    let resources = resources.and_then(Value::as_array).into_iter().flatten();
    resources.filter_map(|resource| resource.get("ResourceId").and_then(Value::as_str))
}

/// The vSwitches that a call names, in the VPC of the ACL.
fn named(call: &Call<'_>, acl: &Record) -> Result<Vec<String>, ApiError> {
    let records = call.account()?.records.read();
    let mut all = Vec::new();
    for resource in call.arguments.objects("Resource") {
        let text = |name: &str| resource.get(name).copied().unwrap_or_default();
        if text("ResourceType") != "VSwitch" {
            return Err(illegal("ResourceType"));
        }
        let absent = |_| ApiError::bad_request("InvalidResource.NotFound", "The specified resource does not exist.");
        let vswitch = records.get(&place("VSwitch", &call.region), text("ResourceId"), call.now).map_err(absent)?;
        if vswitch.text("VpcId") != acl.text("VpcId") {
            let message = "The specified resource is in another VPC than the network ACL.";
            return Err(ApiError::bad_request("InvalidResource.VpcError", message));
        }
        all.push(vswitch.key.clone());
    }
    if all.is_empty() {
        return Err(ApiError::bad_request("MissingParam.Resource", "The parameter Resource is missing."));
    }
    Ok(all)
}

fn bind_to<'a>(draft: &mut Draft<'_>, ids: impl Iterator<Item = &'a str>) {
    let all: Value = ids.map(|id| json!({"ResourceId": id, "ResourceType": "VSwitch", "Status": "BINDED"})).collect();
    draft.fields = Map::from_iter([("Resources".to_owned(), json!({"Resource": all}))]);
}

/// AssociateNetworkAcl: a vSwitch is bound to one at most. CHOICE: at once, where the cloud takes a moment.
pub(super) fn associate(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let acl = draft.record.ok_or_else(ApiError::internal)?;
    let new = named(call, acl)?;
    let records = call.account()?.records.read();
    let mut others = records.within(&place("NetworkAcl", &call.region), "", call.now);
    if others.any(|other| bound(other).any(|id| new.iter().any(|new| new == id))) {
        let message = "The specified resource is bound to a network ACL already.";
        return Err(ApiError::bad_request("InvalidResource.BindingExist", message));
    }
    bind_to(draft, bound(acl).chain(new.iter().map(String::as_str)));
    Ok(())
}

/// UnassociateNetworkAcl
pub(super) fn dissociate(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let acl = draft.record.ok_or_else(ApiError::internal)?;
    let gone = named(call, acl)?;
    if gone.iter().any(|gone| bound(acl).all(|id| id != gone)) {
        let message = "The specified resource is not bound to the network ACL.";
        return Err(ApiError::bad_request("InvalidResource.NotBinding", message));
    }
    bind_to(draft, bound(acl).filter(|id| gone.iter().all(|gone| gone != id)));
    Ok(())
}
