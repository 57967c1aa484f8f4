//! The service-linked role of EAS, and the network that it asks VPC for.

use crate::cloud::ServiceRole;
use crate::gateway::{ApiError, Call};
use crate::operation::Draft;
use crate::services::common::inside::{RAM, VPC, assume_role};

/// The name that EAS goes by.
const SERVICE: &str = "eas.pai.aliyuncs.com";

/// The first service makes EAS's service-linked role, in the name of who creates it: without `ram:CreateServiceLinkedRole` it is refused
/// (documented in the policies that name `eas.pai.aliyuncs.com`).
pub(in super::super) fn linked_role(call: &Call<'_>, _: &mut Draft<'_>) -> Result<(), ApiError> {
    let role = ServiceRole::linked_to(SERVICE).ok_or_else(ApiError::internal)?;
    if call.account()?.directory.read().role(&role.name).is_ok() {
        return Ok(());
    }
    let made = call.call_action(call.caller.clone(), RAM, "CreateServiceLinkedRole", &[("ServiceName", SERVICE)]);
    match made {
        Err(error) if error.code() != "EntityAlreadyExists.Role" => Err(error),
        _ => Ok(()),
    }
}

/// The network that a service comes to have must be there. EAS asks VPC as its service-linked role; before there is one, the service is
/// the first and its network is asked for by who makes it.
pub(in super::super) fn network(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let new = |name: &str| {
        let id = draft.fields.get(name)?.as_str()?;
        (draft.record.and_then(|record| record.text(name)) != Some(id)).then(|| id.to_owned())
    };
    let asked = [("DescribeVpcAttribute", "VpcId"), ("DescribeVSwitchAttributes", "VSwitchId")];
    let asked: Vec<_> = asked.into_iter().filter_map(|(action, name)| Some((action, name, new(name)?))).collect();
    if asked.is_empty() {
        return Ok(());
    }
    linked_role(call, draft)?;
    let role = ServiceRole::linked_to(SERVICE).ok_or_else(ApiError::internal)?;
    let caller = assume_role(call, SERVICE, &role.name, "EAS")?;
    for (action, name, id) in &asked {
        call.call_action(caller.clone(), VPC, action, &[("RegionId", &call.region), (name, id)])?;
    }
    Ok(())
}
