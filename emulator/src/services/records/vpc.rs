//! What VPC looks at besides: address blocks, the default network, what a VPC holds.

use std::net::Ipv4Addr;

use serde_json::{Map, Value, json};

use crate::cloud::{Record, RecordPlace};
use crate::gateway::{ApiError, Call};
use crate::operation::{Draft, Looked};

/// A block of addresses: `172.16.0.0/12`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block {
    first: u32,
    length: u8,
}

impl Block {
    /// Reads one that begins where a block of its length may begin.
    pub(super) fn parse(text: &str) -> Option<Self> {
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

/// Blocks that are added to a VPC (VPC: Limits).
const MOST_BLOCKS: usize = 5;
/// User CIDR blocks of a VPC (VPC: CreateVpc).
const MOST_USER: usize = 3;

/// A description has up to 256 characters and is no address (VPC: CreateVpc, CreateVSwitch). The codes are spelt so.
fn description(draft: &Draft<'_>, code: &'static str) -> Result<(), ApiError> {
    let given = draft.text("Description");
    let address = ["http://", "https://"].iter().any(|start| given.starts_with(start));
    if given.chars().count() > 256 || address {
        return Err(ApiError::bad_request(code, "Specified description is not valid."));
    }
    Ok(())
}

/// What a VPC is described as, the blocks that its user has elsewhere, whether its machines have names.
pub(super) fn options(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    description(draft, "InvalidVpcDiscription.Malformed")?;
    if let Some(Value::String(given)) = draft.fields.remove("UserCidr").filter(|given| *given != json!("")) {
        let blocks: Vec<_> = given.split(',').map(str::trim).collect();
        if blocks.iter().any(|block| Block::parse(block).is_none()) {
            return Err(ApiError::bad_request("InvalidUserCidr.Malformed", "Specified user CIDR block is not valid."));
        }
        if blocks.len() > MOST_USER {
            return Err(ApiError::bad_request("InvalidUserCidr.Quota", "User CIDR block quota exceeded."));
        }
        draft.fields.insert("UserCidrs".to_owned(), json!({"UserCidr": blocks}));
    }
    if let Some(given) = draft.fields.remove("EnableDnsHostname") {
        let word = if given == json!(true) { "ENABLED" } else { "DISABLED" };
        draft.fields.insert("DnsHostnameStatus".to_owned(), json!(word));
    }
    Ok(())
}

/// All blocks of a VPC: its own, and those that were added.
fn blocks(vpc: &Record) -> impl Iterator<Item = &str> {
    let added = vpc.fields.get("SecondaryCidrBlocks").and_then(|blocks| blocks.get("SecondaryCidrBlock"));
    vpc.text("CidrBlock")
        .into_iter()
        .chain(added.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str))
}

/// The block that a call names besides that of the VPC. One of IPv6 is reserved before, which nobody can here.
fn named_block(call: &Call<'_>) -> Result<String, ApiError> {
    if call.arguments.filled("IPv6CidrBlock").is_some() {
        let message = "Specified IPv6 CIDR block is not reserved.";
        return Err(ApiError::bad_request("OperationFailed.IPv6CidrNotReserved", message));
    }
    let missing = || {
        let message = "SecondaryCidrBlock and Ipv6CidrBlock cannot both be empty.";
        ApiError::bad_request("MissingParam.SecondaryCidrOrIpv6Cidr", message)
    };
    call.arguments.filled("SecondaryCidrBlock").map(str::to_owned).ok_or_else(missing)
}

/// AssociateVpcCidrBlock: 16 to 28 bits, apart from those that the VPC has. CHOICE: the words.
pub(super) fn add_block(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let vpc = draft.record.ok_or_else(ApiError::internal)?;
    let named = named_block(call)?;
    let new = Block::parse(&named).filter(|block| (16..=28).contains(&block.length));
    let new =
        new.ok_or_else(|| ApiError::bad_request("InvalidCidrBlock.Malformed", "Specified CIDR block is not valid."))?;
    if blocks(vpc).any(|block| block == named) {
        let message = "Specified secondary CIDR block exists already.";
        return Err(ApiError::bad_request("Duplicated.SecondaryCidrBlock", message));
    }
    if blocks(vpc).filter_map(Block::parse).any(|block| block.holds(new) || new.holds(block)) {
        let message = "Specified CIDR block overlaps with another one of the VPC.";
        return Err(ApiError::bad_request("InvalidCidrBlock", message));
    }
    let added: Vec<_> = blocks(vpc).skip(1).chain([named.as_str()]).collect();
    if added.len() > MOST_BLOCKS {
        return Err(ApiError::bad_request("QuotaExceeded.VpcMultiCidr", "Secondary CIDR block quota exceeded."));
    }
    draft.answer.insert("CidrBlock".to_owned(), json!(named));
    draft.answer.insert("IpVersion".to_owned(), json!("IPV4"));
    draft.fields = Map::from_iter([("SecondaryCidrBlocks".to_owned(), json!({"SecondaryCidrBlock": added}))]);
    Ok(())
}

/// UnassociateVpcCidrBlock: of a block in which no vSwitch lies. CHOICE: the words.
pub(super) fn remove_block(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let vpc = draft.record.ok_or_else(ApiError::internal)?;
    let named = named_block(call)?;
    if !blocks(vpc).skip(1).any(|block| block == named) {
        let message = "Specified secondary CIDR block does not exist.";
        return Err(ApiError::bad_request("InvalidSecondaryCidrBlock.NotFound", message));
    }
    let records = call.account()?.records.read();
    let mut vswitches = records.within(&place("VSwitch", &call.region), "", call.now);
    let gone = Block::parse(&named);
    let lies = |vswitch: &Record| {
        let own = vswitch.text("CidrBlock").and_then(Block::parse);
        vswitch.text("VpcId") == Some(&vpc.key) && gone.zip(own).is_some_and(|(gone, own)| gone.holds(own))
    };
    if vswitches.any(lies) {
        return Err(ApiError::bad_request("OperationFailed.CidrInUse", "Specified CIDR block is in use."));
    }
    let left: Vec<_> = blocks(vpc).skip(1).filter(|block| *block != named).collect();
    draft.fields = Map::from_iter([("SecondaryCidrBlocks".to_owned(), json!({"SecondaryCidrBlock": left}))]);
    Ok(())
}

/// Where the records of a kind are in a region.
pub(super) fn place(kind: &str, region: &str) -> RecordPlace {
    RecordPlace::new(&format!("Vpc/{kind}"), region)
}

/// A VPC's block is one of the private ones, from 8 to 28 bits (VPC: CreateVpc).
pub(super) fn cidr(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let wrong = || ApiError::bad_request("InvalidCidrBlock.Malformed", "Specified CIDR block is not valid.");
    let given = draft.text("CidrBlock");
    let fits = given.is_empty() || Block::parse(given).is_some_and(|block| (8..=28).contains(&block.length));
    if fits { Ok(()) } else { Err(wrong()) }
}

/// A name has 1 to 128 characters and is no address (VPC: CreateVpc, CreateVSwitch). CHOICE: the words.
fn name(draft: &Draft<'_>, field: &str) -> Result<(), ApiError> {
    let given = draft.text(field);
    if given.chars().count() > 128 || ["http://", "https://"].iter().any(|start| given.starts_with(start)) {
        return Err(ApiError::bad_request(
            format!("Invalid{field}.Malformed"),
            format!("Specified {field} is not valid."),
        ));
    }
    Ok(())
}

/// The name of a VPC.
pub(super) fn vpc_name(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    name(draft, "VpcName")
}

/// The name of a vSwitch, and its zone, whose name begins with that of its region.
pub(super) fn vswitch_name(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    name(draft, "VSwitchName")?;
    description(draft, "InvalidVSwitchDiscription.Malformed")?;
    let zone = draft.text("ZoneId");
    if draft.record.is_none() && !zone.is_empty() && !zone.starts_with(call.region.as_str()) {
        return Err(ApiError::bad_request("InvalidZoneId.NotFound", "Specified value of ZoneId is not exists."));
    }
    Ok(())
}

/// There is one default VPC in a region.
pub(super) fn default_vpc(call: &Call<'_>, _: &mut Draft<'_>) -> Result<(), ApiError> {
    let records = call.account()?.records.read();
    let mut all = records.within(&place("Vpc", &call.region), "", call.now);
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
        Block::parse(draft.text("CidrBlock")).filter(|block| (16..=29).contains(&block.length)).ok_or_else(wrong)?;
    let vpc = draft.text("VpcId").to_owned();
    let account = call.account()?;
    let records = account.records.read();
    // One that is not there is refused after this.
    if let Ok(vpc) = records.get(&place("Vpc", &call.region), &vpc, call.now)
        && !blocks(vpc).filter_map(Block::parse).any(|outer| outer.holds(own))
    {
        return Err(ApiError::bad_request("InvalidCidrBlock.OutOfRange", "Specified CIDR block is out of the VPC's."));
    }
    let others = records.within(&place("VSwitch", &call.region), "", call.now);
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
        let mut vpcs = records.within(&place("Vpc", &call.region), "", call.now);
        let vpc = vpcs.find(|vpc| is_default(vpc)).map(|vpc| vpc.key.clone());
        let taken = records
            .within(&place("VSwitch", &call.region), "", call.now)
            .filter(|one| one.text("VpcId") == vpc.as_deref())
            .count();
        (vpc, taken)
    };
    let vpc = vpc.ok_or_else(|| ApiError::not_found("InvalidVpcId.NotFound", "Specified VPC does not exist."))?;
    draft.fields.insert("VpcId".to_owned(), json!(vpc));
    draft.fields.insert("CidrBlock".to_owned(), json!(format!("172.16.{}.0/20", (taken % 16) * 16)));
    vswitch_cidr(call, draft)
}

/// The ids of what a VPC holds of a kind.
fn inside(looked: Looked<'_>, kind: &str) -> Value {
    let place = place(kind, looked.region);
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
