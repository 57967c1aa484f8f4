//! What ECS does besides: rules of security groups, the network and the role of an instance.

use serde_json::{Map, Value, json};

use crate::cloud::{Record, RecordPlace};
use crate::gateway::{ApiError, Call, Caller, Reply};
use crate::operation::{Draft, Looked, person};

/// The most rules of one group (ECS: Limits).
const MOST: usize = 200;

/// The version of VPC's API.
const VPC: &str = "2016-04-28";

fn place(kind: &str, call: &Call<'_>) -> RecordPlace {
    RecordPlace::new(&format!("Ecs/{kind}"), &call.region)
}

/// VPC's answer about a network, which ECS asks for in the account's name: the caller needs no permission there.
fn ask_vpc(call: &Call<'_>, action: &str, name: &str, id: &str) -> Result<Map<String, Value>, ApiError> {
    let owner = Caller::Owner(call.caller.account().cloned().ok_or_else(ApiError::internal)?);
    let reply = call.call_action(owner, VPC, action, &[("RegionId", &call.region), (name, id)])?;
    reply.members().cloned().ok_or_else(ApiError::internal)
}

fn text<'d>(draft: &'d Draft<'_>, field: &str) -> &'d str {
    draft.fields.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// The VPC of a new security group must be there.
pub(super) fn vpc(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let id = text(draft, "VpcId");
    if id.is_empty() { Ok(()) } else { ask_vpc(call, "DescribeVpcAttribute", "VpcId", id).map(|_| ()) }
}

/// What tells rules apart.
const RULE: &[&str] = &[
    "IpProtocol",
    "PortRange",
    "Policy",
    "NicType",
    "SourceCidrIp",
    "Ipv6SourceCidrIp",
    "SourceGroupId",
    "SourcePrefixListId",
    "DestCidrIp",
    "Ipv6DestCidrIp",
    "DestGroupId",
    "DestPrefixListId",
    "SourcePortRange",
];

/// The rules that a call gives: a list of them, or one.
fn given(call: &Call<'_>, direction: &str) -> Vec<Map<String, Value>> {
    let listed = call.arguments.objects("Permissions");
    let fields = || RULE.iter().copied().chain(["Priority", "Description"]);
    let mut all: Vec<Map<String, Value>> = listed
        .iter()
        .map(|members| fields().filter_map(|name| Some((name.to_owned(), json!(members.get(name)?)))).collect())
        .collect();
    if all.is_empty() {
        let one = fields().filter_map(|name| Some((name.to_owned(), json!(call.arguments.filled(name)?))));
        all.push(one.collect());
    }
    for rule in &mut all {
        rule.insert("Direction".to_owned(), json!(direction));
        for (name, value) in [("Policy", "Accept"), ("Priority", "1"), ("NicType", "intranet"), ("Description", "")] {
            rule.entry(name.to_owned()).or_insert_with(|| json!(value));
        }
        // `accept` and `drop` are written small as well.
        let accepts =
            rule.get("Policy").and_then(Value::as_str).is_some_and(|policy| policy.eq_ignore_ascii_case("accept"));
        rule.insert("Policy".to_owned(), json!(if accepts { "Accept" } else { "Drop" }));
        if let Some(Value::String(protocol)) = rule.get_mut("IpProtocol") {
            *protocol = protocol.to_ascii_uppercase();
        }
    }
    all
}

fn same(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    let of =
        |rule: &Map<String, Value>, name: &str| rule.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    of(one, "Direction") == of(other, "Direction") && RULE.iter().all(|name| of(one, name) == of(other, name))
}

fn authorized(call: &Call<'_>, draft: &mut Draft<'_>, direction: &str) -> Result<(), ApiError> {
    let group = draft.record.ok_or_else(ApiError::internal)?.key.clone();
    draft.fields.clear();
    let account = call.account()?;
    let rules = given(call, direction);
    let side = if direction == "ingress" { "Source" } else { "Dest" };
    for rule in &rules {
        for name in ["IpProtocol", "PortRange"] {
            if !rule.contains_key(name) {
                return Err(ApiError::missing(name));
            }
        }
        let ends = [
            format!("{side}CidrIp"),
            format!("Ipv6{side}CidrIp"),
            format!("{side}GroupId"),
            format!("{side}PrefixListId"),
        ];
        if !ends.iter().any(|name| rule.contains_key(name)) {
            let message = format!("{side}CidrIp, {side}GroupId and {side}PrefixListId cannot all be empty.");
            return Err(ApiError::bad_request("InvalidGroupAuthParameter.OperationDenied", message));
        }
        let named = rule.get(&format!("{side}GroupId")).and_then(Value::as_str).unwrap_or_default();
        if !named.is_empty() && account.records.read().get(&place("SecurityGroup", call), named, call.now).is_err() {
            let message = "The specified SecurityGroupId does not exist.";
            return Err(ApiError::not_found(format!("Invalid{side}GroupId.NotFound"), message));
        }
    }
    let mut records = account.records.write();
    for rule in rules {
        // One that is there already is no error, and stays as it is.
        if records.within(&place("Rule", call), &group, call.now).any(|old| same(&old.fields, &rule)) {
            continue;
        }
        let id = call.cloud().ids.lower("sgr-bp1", 18);
        let mut record = Record::new(format!("{group}/{id}"), person(&call.caller), call.now);
        record.fields = rule;
        record.fields.insert("SecurityGroupRuleId".to_owned(), json!(id));
        record.fields.insert("SecurityGroupId".to_owned(), json!(group));
        let full = || {
            ApiError::forbidden(
                "AuthorizationLimitExceed",
                "The number of rules of the security group exceeds the limit.",
            )
        };
        if records.within(&place("Rule", call), &group, call.now).count() >= MOST {
            return Err(full());
        }
        records.create(&place("Rule", call), record, usize::MAX, call.now).map_err(|_| full())?;
    }
    Ok(())
}

fn revoked(call: &Call<'_>, draft: &mut Draft<'_>, direction: &str) -> Result<(), ApiError> {
    let group = draft.record.ok_or_else(ApiError::internal)?.key.clone();
    draft.fields.clear();
    let ids = call.arguments.list("SecurityGroupRuleId");
    let rules = if ids.is_empty() { given(call, direction) } else { Vec::new() };
    let mut records = call.account()?.records.write();
    let of_group = records.within(&place("Rule", call), &group, call.now);
    let gone: Vec<_> = of_group
        .filter(|old| {
            let id = old.text("SecurityGroupRuleId").unwrap_or_default();
            ids.contains(&id) || rules.iter().any(|rule| same(&old.fields, rule))
        })
        .map(|old| old.key.clone())
        .collect();
    for key in gone {
        // One that is not there is no error (ECS: RevokeSecurityGroup).
        let _ = records.delete(&place("Rule", call), &key);
    }
    Ok(())
}

/// AuthorizeSecurityGroup
pub(super) fn authorize(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    authorized(call, draft, "ingress")
}

/// AuthorizeSecurityGroupEgress
pub(super) fn authorize_egress(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    authorized(call, draft, "egress")
}

/// RevokeSecurityGroup
pub(super) fn revoke(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    revoked(call, draft, "ingress")
}

/// RevokeSecurityGroupEgress
pub(super) fn revoke_egress(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    revoked(call, draft, "egress")
}

/// The rules of a security group.
pub(super) fn rules(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let group = draft.record.ok_or_else(ApiError::internal)?;
    let direction = call.arguments.filled("Direction").filter(|direction| *direction != "all");
    let records = call.account()?.records.read();
    let all = records.within(&place("Rule", call), &group.key, call.now);
    let wanted = all.filter(|rule| direction.is_none_or(|wanted| rule.text("Direction") == Some(wanted)));
    let shown: Vec<_> = wanted
        .map(|rule| {
            let mut shown = rule.fields.clone();
            shown.insert("CreateTime".to_owned(), json!(crate::cloud::iso8601(rule.created)));
            Value::Object(shown)
        })
        .collect();
    draft.answer.insert("Permissions".to_owned(), json!({"Permission": shown}));
    Ok(())
}

/// DescribeSecurityGroupReferences: which groups' rules name these.
pub(super) fn references(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let records = account.records.read();
    let found: Vec<_> = call
        .arguments
        .list("SecurityGroupId")
        .into_iter()
        .filter_map(|id| {
            let rules = records.within(&place("Rule", call), "", call.now);
            let names =
                |rule: &&Record| ["SourceGroupId", "DestGroupId"].iter().any(|field| rule.text(field) == Some(id));
            let mut groups: Vec<_> = rules.filter(names).filter_map(|rule| rule.text("SecurityGroupId")).collect();
            groups.dedup();
            let groups: Vec<_> =
                groups.iter().map(|group| json!({"SecurityGroupId": group, "AliUid": account.id})).collect();
            (!groups.is_empty()).then(
                || json!({"SecurityGroupId": id, "ReferencingSecurityGroups": {"ReferencingSecurityGroup": groups}}),
            )
        })
        .collect();
    Ok(Reply::document(json!({"SecurityGroupReferences": {"SecurityGroupReference": found}})))
}

/// The groups of an instance.
fn groups(draft: &Draft<'_>) -> Vec<Value> {
    draft.record.and_then(|record| record.fields.get("SecurityGroupIdList")?.as_array().cloned()).unwrap_or_default()
}

fn is_there(call: &Call<'_>, group: &str) -> Result<(), ApiError> {
    let records = call.account()?.records.read();
    let absent =
        |_| ApiError::not_found("InvalidSecurityGroupId.NotFound", "The specified SecurityGroupId does not exist.");
    records.get(&place("SecurityGroup", call), group, call.now).map(|_| ()).map_err(absent)
}

/// An instance joins a group.
pub(super) fn join(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let group = call.arguments.text("SecurityGroupId");
    is_there(call, group)?;
    let mut all = groups(draft);
    if !all.contains(&json!(group)) {
        all.push(json!(group));
    }
    draft.fields.insert("SecurityGroupIdList".to_owned(), Value::Array(all));
    Ok(())
}

/// An instance leaves a group, but never its last one.
pub(super) fn leave(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let group = json!(call.arguments.text("SecurityGroupId"));
    let mut all = groups(draft);
    if !all.contains(&group) {
        return Err(ApiError::forbidden("InstanceNotInSecurityGroup", "The instance not in the group."));
    }
    if all.len() == 1 {
        return Err(ApiError::forbidden("InstanceLastSecurityGroup", "The instance is in its last security group."));
    }
    all.retain(|one| *one != group);
    draft.fields.insert("SecurityGroupIdList".to_owned(), Value::Array(all));
    Ok(())
}

/// The network, the groups and the role of a new instance.
pub(super) fn run(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let mut all: Vec<String> = call.arguments.list("SecurityGroupIds").into_iter().map(str::to_owned).collect();
    all.extend(call.arguments.filled("SecurityGroupId").map(str::to_owned));
    for group in &all {
        is_there(call, group)?;
    }
    let role = text(draft, "RamRoleName").to_owned();
    if !role.is_empty() {
        role_is_there(call, &role)?;
    }
    let vswitch = text(draft, "VSwitchId").to_owned();
    for name in ["SecurityGroupId", "SecurityGroupIds", "Amount", "MinAmount"] {
        draft.fields.remove(name);
    }
    draft.fields.insert("SecurityGroupIdList".to_owned(), json!(all));
    if !vswitch.is_empty() {
        let found = ask_vpc(call, "DescribeVSwitchAttributes", "VSwitchId", &vswitch)?;
        for field in ["VpcId", "ZoneId"] {
            draft.fields.insert(field.to_owned(), found.get(field).cloned().unwrap_or_default());
        }
    }
    Ok(())
}

/// The role of an instance must be there; that whoever gives it may pass it on was decided before.
fn role_is_there(call: &Call<'_>, role: &str) -> Result<(), ApiError> {
    let absent = |_| ApiError::not_found("InvalidRamRole.NotFound", "The specified RamRoleName does not exist.");
    call.account()?.directory.read().role(role).map(|_| ()).map_err(absent)
}

/// An instance has one role at a time.
pub(super) fn attach_role(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let role = call.arguments.text("RamRoleName");
    role_is_there(call, role)?;
    let record = draft.record.ok_or_else(ApiError::internal)?;
    if record.text("RamRoleName").is_some_and(|own| !own.is_empty()) {
        return Err(ApiError::forbidden("InvalidInstance.RoleAttached", "The instance has a role already."));
    }
    draft.fields.insert("RamRoleName".to_owned(), json!(role));
    results(call, draft, "AttachInstanceRamRoleResults", "AttachInstanceRamRoleResult");
    Ok(())
}

/// Takes the role from an instance.
pub(super) fn detach_role(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    results(call, draft, "DetachInstanceRamRoleResults", "DetachInstanceRamRoleResult");
    Ok(())
}

fn results(call: &Call<'_>, draft: &mut Draft<'_>, list: &str, item: &str) {
    let ids = call.arguments.items("InstanceIds");
    let all: Vec<_> =
        ids.iter().map(|id| json!({"InstanceId": id, "Success": true, "Code": "200", "Message": "success"})).collect();
    draft.answer.insert("TotalCount".to_owned(), json!(all.len()));
    draft.answer.insert("FailCount".to_owned(), json!(0));
    draft.answer.insert("RamRoleName".to_owned(), json!(call.arguments.text("RamRoleName")));
    draft.answer.insert(list.to_owned(), json!({item: all}));
}

/// What is protected is not deleted, nor what still runs unless that is forced.
pub(super) fn unprotected(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let record = draft.record.ok_or_else(ApiError::internal)?;
    if matches!(record.fields.get("DeletionProtection"), Some(Value::Bool(true))) {
        let message = "The operation is not permitted due to deletion protection.";
        return Err(ApiError::forbidden("InvalidOperation.DeletionProtection", message));
    }
    if record.state(call.now) != Some("Stopped") && !call.arguments.flag("Force") {
        let message = "The current status of the resource does not support this operation.";
        return Err(ApiError::forbidden("IncorrectInstanceStatus.Initializing", message));
    }
    Ok(())
}

/// The groups and the network of an instance, as answers write them.
pub(super) fn show_instance(looked: Looked<'_>, view: &mut Map<String, Value>) {
    let record = looked.record;
    view.insert("SecurityGroupIds".to_owned(), json!({"SecurityGroupId": record.fields.get("SecurityGroupIdList")}));
    view.insert(
        "VpcAttributes".to_owned(),
        json!({
            "VpcId": record.text("VpcId").unwrap_or_default(), "VSwitchId": record.text("VSwitchId").unwrap_or_default(), "NatIpAddress": "",
            "PrivateIpAddress": {"IpAddress": record.text("PrivateIpAddress").into_iter().collect::<Vec<_>>()},
        }),
    );
}
