//! What VPC looks at besides: address blocks, the default network, what a VPC holds.

use std::net::Ipv4Addr;

use serde_json::{Map, Value, json};

use crate::cloud::{Record, RecordPlace};
use crate::gateway::{ApiError, Call};
use crate::operation::{Draft, Looked};

/// A block of addresses: `172.16.0.0/12`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Block {
    first: u32,
    length: u8,
}

impl Block {
    /// Reads one that begins where a block of its length may begin.
    fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let (first, length) = (u32::from(address.parse::<Ipv4Addr>().ok()?), length.parse::<u8>().ok()?);
        let block = Self { first, length };
        (length <= 32 && first & !block.mask() == 0).then_some(block)
    }

    fn mask(self) -> u32 {
        u32::MAX.checked_shl(32 - u32::from(self.length)).unwrap_or(0)
    }

    fn holds(self, other: Self) -> bool {
        self.length <= other.length && other.first & self.mask() == self.first
    }

    /// How many of its addresses may be given out: four of each vSwitch are the cloud's (VPC: vSwitches).
    fn free(self) -> u64 {
        (1_u64 << (32 - u32::from(self.length))).saturating_sub(4)
    }
}

fn text<'d>(draft: &'d Draft<'_>, field: &str) -> &'d str {
    draft.fields.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn place(kind: &str, call: &Call<'_>) -> RecordPlace {
    RecordPlace::new(&format!("Vpc/{kind}"), &call.region)
}

/// A VPC's block is one of the private ones, from 8 to 28 bits (VPC: CreateVpc).
pub(super) fn cidr(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let wrong = || ApiError::bad_request("InvalidCidrBlock.Malformed", "Specified CIDR block is not valid.");
    let given = text(draft, "CidrBlock");
    let fits = given.is_empty() || Block::parse(given).is_some_and(|block| (8..=28).contains(&block.length));
    if fits { Ok(()) } else { Err(wrong()) }
}

/// There is one default VPC in a region.
pub(super) fn default_vpc(call: &Call<'_>, _: &mut Draft<'_>) -> Result<(), ApiError> {
    let records = call.account()?.records.read();
    let mut all = records.within(&place("Vpc", call), "", call.now);
    if all.any(is_default) {
        // CHOICE: the code.
        return Err(ApiError::bad_request("OperationFailed.DefaultVpcExist", "The default VPC already exists."));
    }
    Ok(())
}

fn is_default(record: &Record) -> bool {
    record.fields.get("IsDefault") == Some(&json!(true))
}

/// A vSwitch's block lies in that of its VPC, and meets no other's (VPC: CreateVSwitch).
pub(super) fn vswitch_cidr(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let wrong = || ApiError::bad_request("InvalidCidrBlock.Malformed", "Specified CIDR block is not valid.");
    let own =
        Block::parse(text(draft, "CidrBlock")).filter(|block| (16..=29).contains(&block.length)).ok_or_else(wrong)?;
    let vpc = text(draft, "VpcId").to_owned();
    let account = call.account()?;
    let records = account.records.read();
    // One that is not there is refused after this.
    if let Ok(vpc) = records.get(&place("Vpc", call), &vpc, call.now) {
        let outer = vpc.text("CidrBlock").and_then(Block::parse);
        if outer.is_none_or(|outer| !outer.holds(own)) {
            return Err(ApiError::bad_request(
                "InvalidCidrBlock.OutOfRange",
                "Specified CIDR block is out of the VPC's.",
            ));
        }
    }
    let others = records.within(&place("VSwitch", call), "", call.now);
    let mut others = others
        .filter(|other| other.text("VpcId") == Some(&vpc))
        .filter_map(|other| Block::parse(other.text("CidrBlock")?));
    if others.any(|other| other.holds(own) || own.holds(other)) {
        let message = "Specified CIDR block overlapped with other subnets.";
        return Err(ApiError::bad_request("InvalidCidrBlock.Overlapped", message));
    }
    draft.fields.insert("AvailableIpAddressCount".to_owned(), json!(own.free()));
    Ok(())
}

/// A default vSwitch lies in the default VPC, in a block of its own.
pub(super) fn default_vswitch(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let (vpc, taken) = {
        let records = call.account()?.records.read();
        let mut vpcs = records.within(&place("Vpc", call), "", call.now);
        let vpc = vpcs.find(|vpc| is_default(vpc)).map(|vpc| vpc.key.clone());
        let taken = records
            .within(&place("VSwitch", call), "", call.now)
            .filter(|one| one.text("VpcId") == vpc.as_deref())
            .count();
        (vpc, taken)
    };
    let vpc = vpc.ok_or_else(|| ApiError::not_found("InvalidVpcId.NotFound", "Specified VPC does not exist."))?;
    draft.fields.insert("VpcId".to_owned(), json!(vpc));
    draft.fields.insert("CidrBlock".to_owned(), json!(format!("172.16.{}.0/20", (taken % 16) * 16)));
    vswitch_cidr(call, draft)
}

/// The router of a custom route table is that of its VPC.
pub(super) fn router(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let vpc = text(draft, "VpcId").to_owned();
    let records = call.account()?.records.read();
    if let Ok(vpc) = records.get(&place("Vpc", call), &vpc, call.now) {
        for field in ["RouterId", "VRouterId"] {
            draft.fields.insert(field.to_owned(), json!(vpc.text("VRouterId")));
        }
    }
    Ok(())
}

/// An address that is bound to nothing.
pub(super) fn free_eip(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    for field in ["InstanceId", "InstanceType", "PrivateIpAddress"] {
        draft.fields.insert(field.to_owned(), json!(""));
    }
    Ok(())
}

/// The ids of what a VPC holds of a kind.
fn inside(looked: Looked<'_>, kind: &str) -> Value {
    let place = RecordPlace::new(&format!("Vpc/{kind}"), looked.region);
    let all = looked.records.within(&place, "", looked.now);
    all.filter(|one| one.text("VpcId") == Some(&looked.record.key)).map(|one| json!(one.key)).collect()
}

/// What a VPC holds.
pub(super) fn show_vpc(looked: Looked<'_>, view: &mut Map<String, Value>) {
    view.insert("VSwitchIds".to_owned(), json!({"VSwitchId": inside(looked, "VSwitch")}));
    view.insert("NatGatewayIds".to_owned(), json!({"NatGatewayIds": inside(looked, "NatGateway")}));
    view.insert("RouterTableIds".to_owned(), json!({"RouterTableIds": inside(looked, "RouteTable")}));
    let others = [
        ("SecondaryCidrBlocks", "SecondaryCidrBlock"),
        ("UserCidrs", "UserCidr"),
        ("Ipv6CidrBlocks", "Ipv6CidrBlock"),
        ("AssociatedCens", "AssociatedCen"),
    ];
    for (list, item) in others {
        view.entry(list).or_insert_with(|| json!({item: []}));
    }
}

/// The route table of a vSwitch is the system one of its VPC.
pub(super) fn show_vswitch(looked: Looked<'_>, view: &mut Map<String, Value>) {
    let place = RecordPlace::new("Vpc/Vpc", looked.region);
    let vpc = looked.record.text("VpcId").unwrap_or_default();
    if let Ok(vpc) = looked.records.get(&place, vpc, looked.now) {
        let table = json!({"RouteTableId": vpc.text("RouteTableId"), "RouteTableType": "System"});
        view.insert("RouteTable".to_owned(), table);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_addresses() {
        let block = |text| Block::parse(text);
        assert_eq!(block("172.16.0.0/12").map(|block| block.first), Some(0xAC10_0000));
        // One that begins within another is none.
        assert_eq!([block("172.16.0.1/12"), block("10.0.0.0"), block("10.0.0.0/33"), block("x/8")], [None; 4]);
        let (outer, inner) = (block("10.0.0.0/8").unwrap(), block("10.1.0.0/16").unwrap());
        assert!(outer.holds(inner) && !inner.holds(outer) && outer.holds(outer));
        assert_eq!(block("192.168.1.0/24").unwrap().free(), 252);
    }
}
