//! The rules of security groups.

use serde_json::{Map, Value, json};

use super::rule;
use crate::cloud::{Record, RecordPlace, region_mark};
use crate::gateway::{ApiError, Call, Reply};
use crate::operation::Draft;

/// The most rules of one group (ECS: Limits).
const MOST: usize = 200;

fn place(kind: &str, call: &Call<'_>) -> RecordPlace {
    RecordPlace::new(&format!("Ecs/{kind}"), &call.region)
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
        spell(rule);
    }
    all
}

/// `accept`, `drop` and protocols are written small as well.
fn spell(rule: &mut Map<String, Value>) {
    if let Some(Ok(policy)) = rule.get("Policy").and_then(Value::as_str).map(super::rule::policy) {
        rule.insert("Policy".to_owned(), json!(policy));
    }
    if let Some(Value::String(protocol)) = rule.get_mut("IpProtocol") {
        *protocol = protocol.to_ascii_uppercase();
    }
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
        rule::check(rule, side)?;
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
        let id = call.cloud().ids.lower(&format!("sgr-{}", region_mark(&call.region)), 18);
        let mut record = Record::new(format!("{group}/{id}"), call.person(), call.now);
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

fn is(rule: &Record, direction: &str) -> bool {
    rule.text("Direction") == Some(direction)
}

fn no_such_rule() -> ApiError {
    ApiError::not_found("InvalidSecurityGroupRuleId.NotFound", "The specified SecurityGroupRuleId does not exist.")
}

fn revoked(call: &Call<'_>, draft: &mut Draft<'_>, direction: &str) -> Result<(), ApiError> {
    let group = draft.record.ok_or_else(ApiError::internal)?.key.clone();
    draft.fields.clear();
    let ids = call.arguments.list("SecurityGroupRuleId");
    let rules = if ids.is_empty() { given(call, direction) } else { Vec::new() };
    let mut records = call.account()?.records.write();
    let known = records.within(&place("Rule", call), &group, call.now).filter(|old| is(old, direction));
    let known: Vec<_> = known.filter_map(|old| old.text("SecurityGroupRuleId")).collect();
    if ids.iter().any(|id| !known.contains(id)) {
        return Err(no_such_rule());
    }
    let of_group = records.within(&place("Rule", call), &group, call.now);
    let gone: Vec<_> = of_group
        .filter(|old| {
            let id = old.text("SecurityGroupRuleId").unwrap_or_default();
            ids.contains(&id) || rules.iter().any(|rule| same(&old.fields, rule))
        })
        .map(|old| old.key.clone())
        .collect();
    for key in gone {
        // One that is described and not there is no error (ECS: RevokeSecurityGroup).
        let _ = records.delete(&place("Rule", call), &key);
    }
    Ok(())
}

/// Changes a rule of a group: by its id all of it, or what it is for, of one that is described.
fn changed(call: &Call<'_>, draft: &mut Draft<'_>, direction: &str) -> Result<(), ApiError> {
    let group = draft.record.ok_or_else(ApiError::internal)?.key.clone();
    draft.fields.clear();
    let id = call.arguments.filled("SecurityGroupRuleId");
    let described = given(call, direction).into_iter().next().unwrap_or_default();
    let mut records = call.account()?.records.write();
    let (old, others): (Vec<_>, Vec<_>) = {
        let all = records.within(&place("Rule", call), &group, call.now).filter(|old| is(old, direction));
        all.cloned().partition(|old| match id {
            Some(id) => old.text("SecurityGroupRuleId") == Some(id),
            None => same(&old.fields, &described),
        })
    };
    let Some(old) = old.into_iter().next() else {
        return Err(match id {
            Some(_) => no_such_rule(),
            None => ApiError::not_found("SecurityGroupRule.NotFound", "The specified rule does not exist."),
        });
    };
    let mut fields = old.fields.clone();
    let may = |name: &&str| id.is_some() || *name == "Description";
    for name in RULE.iter().copied().chain(["Priority", "Description"]).filter(may) {
        if let Some(value) = call.arguments.filled(name) {
            fields.insert(name.to_owned(), json!(value));
        }
    }
    spell(&mut fields);
    rule::check(&fields, if direction == "ingress" { "Source" } else { "Dest" })?;
    if others.iter().any(|other| same(&other.fields, &fields)) {
        let message = "The specified rule already exists.";
        return Err(ApiError::bad_request("InvalidOperation.RuleDuplicate", message));
    }
    let record = records.get_mut(&place("Rule", call), &old.key, call.now).map_err(|_| no_such_rule())?;
    record.fields = fields;
    Ok(())
}

/// ModifySecurityGroupRule
pub(super) fn modify(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    changed(call, draft, "ingress")
}

/// ModifySecurityGroupEgressRule
pub(super) fn modify_egress(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    changed(call, draft, "egress")
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
pub(super) fn shown(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
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
