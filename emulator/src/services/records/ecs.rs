//! What ECS does besides: the network and the role of an instance, its groups.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{roles, rule};
use crate::cloud::RecordPlace;
use crate::gateway::{ApiError, Call, Caller};
use crate::operation::{Draft, Looked};
use crate::services::common::inside::VPC;

fn place(kind: &str, call: &Call<'_>) -> RecordPlace {
    RecordPlace::new(&format!("Ecs/{kind}"), &call.region)
}

/// VPC's answer about a network, which ECS asks for in the account's name: the caller needs no permission there.
fn ask_vpc(call: &Call<'_>, action: &str, name: &str, id: &str) -> Result<Map<String, Value>, ApiError> {
    let owner = Caller::Owner(call.caller.account().cloned().ok_or_else(ApiError::internal)?);
    let reply = call.call_action(owner, VPC, action, &[("RegionId", &call.region), (name, id)])?;
    reply.members().cloned().ok_or_else(ApiError::internal)
}

/// The VPC of a new security group must be there.
pub(super) fn vpc(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let id = draft.text("VpcId");
    if id.is_empty() {
        return Ok(());
    }
    let found = ask_vpc(call, "DescribeVpcAttribute", "VpcId", id)?;
    if found.get("Status") == Some(&json!("Available")) {
        return Ok(());
    }
    let message = "Current VPC status does not support this operation.";
    Err(ApiError::bad_request("IncorrectVpcStatus", message))
}

/// The name of a security group: 2 to 128 letters, digits, `:`, `_`, `.` and `-`, a letter first; its description, of 2 to 256 characters;
/// its type (ECS: CreateSecurityGroup). CHOICE: the words.
pub(super) fn group_name(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let name = draft.text("SecurityGroupName");
    let fits = (2..=128).contains(&name.chars().count())
        && name.starts_with(char::is_alphabetic)
        && !["http://", "https://"].iter().any(|start| name.starts_with(start))
        && name.chars().all(|letter| letter.is_alphanumeric() || ":_.-".contains(letter));
    let about = draft.text("Description");
    let described = (2..=256).contains(&about.chars().count())
        && !["http://", "https://"].iter().any(|start| about.starts_with(start));
    let wrong = |code: &'static str, name: &str| {
        Err(ApiError::bad_request(code, format!("The specified parameter \"{name}\" is not valid.")))
    };
    if !name.is_empty() && !fits {
        return wrong("InvalidSecurityGroupName.Malformed", "SecurityGroupName");
    }
    if !about.is_empty() && !described {
        return wrong("InvalidSecurityGroupDiscription.Malformed", "Description");
    }
    if !["", "normal", "enterprise"].contains(&draft.text("SecurityGroupType")) {
        return wrong("InvalidParams.GroupType", "SecurityGroupType");
    }
    Ok(())
}

/// Whether those of a group reach each other: `Accept` or `Drop`, in whatever letters.
pub(super) fn group_policy(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let word = rule::policy(draft.text("InnerAccessPolicy"))?;
    draft.fields.insert("InnerAccessPolicy".to_owned(), json!(word));
    Ok(())
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
    if all.contains(&json!(group)) {
        let message = "The specified instance already exists in the specified security group.";
        return Err(ApiError::forbidden("InvalidInstanceId.AlreadyExists", message));
    }
    all.push(json!(group));
    draft.fields.insert("SecurityGroupIdList".to_owned(), Value::Array(all));
    Ok(())
}

/// ModifyInstanceAttribute puts an instance into other groups than before.
pub(super) fn set_groups(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let Some(all) = draft.fields.remove("SecurityGroupIds") else { return Ok(()) };
    for group in all.as_array().into_iter().flatten().filter_map(Value::as_str) {
        is_there(call, group)?;
    }
    draft.fields.insert("SecurityGroupIdList".to_owned(), all);
    Ok(())
}

/// The states of instances that a list may ask for.
const STATES: &[&str] = &["Pending", "Running", "Starting", "Stopping", "Stopped"];

/// DescribeInstances: a state that is none.
pub(super) fn status(call: &Call<'_>, _: &mut Draft<'_>) -> Result<(), ApiError> {
    let wanted = call.arguments.text("Status");
    if wanted.is_empty() || STATES.contains(&wanted) {
        return Ok(());
    }
    Err(ApiError::not_found("InvalidStatus.NotFound", "The specified Status does not exist."))
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

/// Has it the form of an instance type, `ecs.g6.large`?
fn is_type(kind: &str) -> bool {
    kind.strip_prefix("ecs.")
        .and_then(|rest| rest.split_once('.'))
        .is_some_and(|(family, size)| !family.is_empty() && !size.is_empty() && !size.contains('.'))
}

/// The network, the groups and the role of a new instance.
pub(super) fn run(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let mut all: Vec<String> = call.arguments.list("SecurityGroupIds").into_iter().map(str::to_owned).collect();
    all.extend(call.arguments.filled("SecurityGroupId").map(str::to_owned));
    for group in &all {
        is_there(call, group)?;
    }
    let role = draft.text("RamRoleName").to_owned();
    if !role.is_empty() {
        roles::of_instance(call, &role, StatusCode::UNAUTHORIZED)?;
    }
    // What types there are stands nowhere as a whole: one is known by its form. CHOICE: the status, of several that are published.
    let kind = draft.text("InstanceType");
    if !kind.is_empty() && !is_type(kind) {
        let message = "The specified InstanceType does not exist or beyond the permitted range.";
        return Err(ApiError::bad_request("InvalidInstanceType.ValueNotSupported", message));
    }
    let vswitch = draft.text("VSwitchId").to_owned();
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

/// An instance has one role at a time.
pub(super) fn attach_role(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let role = call.arguments.text("RamRoleName");
    roles::of_instance(call, role, StatusCode::NOT_FOUND)?;
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
    let own = draft.record.and_then(|record| record.text("RamRoleName")).unwrap_or_default();
    let named = call.arguments.text("RamRoleName");
    // CHOICE: the code, of which none is published: as for a role that is not there.
    if !own.is_empty() && !named.is_empty() && own != named {
        let message = "The specified RamRoleName is not attached to the instance.";
        return Err(ApiError::not_found("InvalidRamRole.NotFound", message));
    }
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
