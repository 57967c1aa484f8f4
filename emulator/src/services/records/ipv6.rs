//! The addresses of IPv6 that a VPC and its vSwitches have.

use std::net::Ipv6Addr;

use serde_json::{Value, json};

use super::vpc::place;
use crate::gateway::{ApiError, Call};
use crate::operation::Draft;

/// A VPC with IPv6 has a block of 56 bits, which the cloud gives (VPC: CreateVpc). CHOICE: of which.
pub(super) fn vpc(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let record = draft.record;
    // CreateVpc and ModifyVpcAttribute spell it in two ways.
    let asked = ["EnableIpv6", "EnableIPv6"].iter().find_map(|name| draft.fields.remove(*name));
    let named = draft.fields.remove("Ipv6CidrBlock").filter(|named| *named != json!(""));
    let isp = draft.fields.remove("Ipv6Isp").unwrap_or_else(|| json!("BGP"));
    if named.is_some() {
        let message = "Specified IPv6 CIDR block is not reserved.";
        return Err(ApiError::bad_request("OperationFailed.IPv6CidrNotReserved", message));
    }
    let has = record.and_then(|record| record.text("Ipv6CidrBlock")).is_some_and(|block| !block.is_empty());
    match asked {
        Some(Value::Bool(true)) if !has => {
            let random = call.cloud().ids.hex(4);
            let (high, low) = random.split_at_checked(2).unwrap_or(("00", "00"));
            let block = format!("2408:4005:3{high}:{low}00::/56");
            draft.fields.insert("EnabledIpv6".to_owned(), json!(true));
            draft.fields.insert("Ipv6CidrBlock".to_owned(), json!(block));
            let all = json!({"Ipv6CidrBlock": [{"Ipv6CidrBlock": block, "Ipv6Isp": isp}]});
            draft.fields.insert("Ipv6CidrBlocks".to_owned(), all);
        }
        Some(Value::Bool(false)) => {
            if let Some(record) = record {
                let records = call.account()?.records.read();
                let mut vswitches = records.within(&place("VSwitch", &call.region), "", call.now);
                let has = |block: &str| !block.is_empty();
                if vswitches
                    .any(|one| one.text("VpcId") == Some(&record.key) && one.text("Ipv6CidrBlock").is_some_and(has))
                {
                    let message = "A vSwitch of the VPC uses IPv6.";
                    return Err(ApiError::bad_request("OperationFailed.IpV6VSwitchInuse", message));
                }
            }
            draft.fields.insert("EnabledIpv6".to_owned(), json!(false));
            for field in ["Ipv6CidrBlock", "Ipv6CidrBlocks"] {
                draft.fields.insert(field.to_owned(), Value::Null);
            }
        }
        _ => {}
    }
    Ok(())
}

/// The block of 64 bits in one of 56: the call tells its last eight (VPC: CreateVSwitch).
fn within(outer: &str, last: u8) -> Option<String> {
    let address: Ipv6Addr = outer.strip_suffix("/56")?.parse().ok()?;
    let [a, b, c, d, ..] = address.segments();
    Some(format!("{}/64", Ipv6Addr::new(a, b, c, d & 0xFF00 | u16::from(last), 0, 0, 0, 0)))
}

/// A vSwitch may have a block of that of its VPC. CHOICE: the words.
pub(super) fn vswitch(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let own = draft.record.map(|record| record.key.clone());
    let text = |name: &str| draft.fields.get(name).or_else(|| draft.record?.fields.get(name))?.as_str();
    let vpc = text("VpcId").unwrap_or_default().to_owned();
    let asked = draft.fields.remove("EnableIPv6");
    let last = draft.fields.remove("Ipv6CidrBlock").filter(|last| *last != json!(""));
    draft.fields.remove("VpcIpv6CidrBlock");
    if asked == Some(json!(false)) {
        draft.fields.insert("EnabledIpv6".to_owned(), json!(false));
        draft.fields.insert("Ipv6CidrBlock".to_owned(), Value::Null);
        return Ok(());
    }
    let Some(last) = last else { return Ok(()) };
    let wrong = |code: &'static str, message: &'static str| ApiError::bad_request(code, message);
    let last = last.as_u64().and_then(|last| u8::try_from(last).ok());
    let last = last.ok_or_else(|| wrong("IllegalParam.Ipv6CidrBlock", "Specified Ipv6CidrBlock is not valid."))?;
    let records = call.account()?.records.read();
    // One that is not there is refused after this.
    let Ok(outer) = records.get(&place("Vpc", &call.region), &vpc, call.now) else { return Ok(()) };
    let block = outer.text("Ipv6CidrBlock").and_then(|outer| within(outer, last));
    let block = block.ok_or_else(|| wrong("OperationFailed.VpcIpv6Disabled", "The VPC has no IPv6."))?;
    let mut others = records.within(&place("VSwitch", &call.region), "", call.now);
    if others.any(|other| Some(&other.key) != own.as_ref() && other.text("Ipv6CidrBlock") == Some(&block)) {
        return Err(wrong("OperationFailed.Ipv6CidrBlockExisted", "Specified IPv6 CIDR block exists already."));
    }
    draft.fields.insert("EnabledIpv6".to_owned(), json!(true));
    draft.fields.insert("Ipv6CidrBlock".to_owned(), json!(block));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_within_another() {
        assert_eq!(within("2408:4005:3ab:cd00::/56", 5).as_deref(), Some("2408:4005:3ab:cd05::/64"));
        assert_eq!(within("2408:4005:3ab:cd00::/56", 255).as_deref(), Some("2408:4005:3ab:cdff::/64"));
        assert_eq!((within("2408::/64", 1), within("x/56", 1)), (None, None));
    }
}
