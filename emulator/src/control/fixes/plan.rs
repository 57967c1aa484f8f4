//! From a proposal to the calls that the account's owner would make.

use std::collections::BTreeMap;

use acslab_policy::{Attachment, Change, KeyOf, Layer, PolicyType, Principal, Remedy, StatementRef};
use serde_json::{Value, json};

use super::oss::{self, OssCall};
use crate::cloud::Cloud;
use crate::gateway::Decided;
use crate::services::common::inside::RAM;

/// A call to be made by the owner of an account.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) account: String,
    pub(super) product: &'static str,
    pub(super) version: &'static str,
    pub(super) operation: &'static str,
    pub(super) parameters: Vec<(&'static str, String)>,
    pub(super) reaches: Reaches,
    /// How OSS is called so.
    pub(super) oss: Option<&'static OssCall>,
}

/// For whom a call does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reaches {
    /// Whoever asked, alone.
    Caller,
    /// Whoever has this custom policy.
    Holders(String),
    /// Whoever is in this group.
    Members(String),
    /// Whoever what a resource says itself speaks of.
    Everybody,
}

impl Planned {
    pub(super) fn shown(&self) -> Value {
        let parameters = self.parameters.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
        json!({
            "account": self.account,
            "product": self.product,
            "version": self.version,
            "operation": self.operation,
            "parameters": parameters.collect::<serde_json::Map<_, _>>(),
        })
    }

    fn ram(account: &str, operation: &'static str, parameters: Vec<(&'static str, String)>) -> Self {
        let reaches = Reaches::Caller;
        Self { account: account.to_owned(), product: "Ram", version: RAM, operation, parameters, reaches, oss: None }
    }
}

/// Why a proposal is nothing that a call does.
#[derive(Debug, Clone, Copy)]
pub(super) enum ByHand {
    SystemPolicy,
    ControlPolicy,
    SessionPolicy,
    ResourceGroup,
    Principal,
    Resource,
    /// The request itself is to be sent otherwise.
    Request,
    /// The resource is to be tagged otherwise.
    Tags,
}

/// What is to become of one document: statements that go or change, by their places, and statements that are added.
#[derive(Default)]
struct Edits<'r> {
    placed: BTreeMap<u32, Option<&'r Value>>,
    added: Vec<&'r Value>,
}

/// A document: its layer's place in the order, its node and its index. What is added to a layer stands behind all of it.
type Which = (u8, u32, u32);
const BEHIND: u32 = u32::MAX;

/// The calls that make the changes of a proposal.
pub(super) fn plan(
    cloud: &Cloud,
    request_id: &str,
    decided: &Decided,
    remedy: &Remedy,
) -> Result<Vec<Planned>, ByHand> {
    let mut all: BTreeMap<Which, (Layer, Edits<'_>)> = BTreeMap::new();
    for change in &remedy.changes {
        let (layer, node, index) = match change {
            Change::RemoveStatement(target) | Change::ReplaceStatement { target, .. } => {
                (target.layer, target.node, target.index)
            }
            // What is added to a bucket's or a role's own policy goes into the document that is there.
            Change::AddStatement { layer: layer @ (Layer::Resource | Layer::Trust), node, .. } => (*layer, *node, 0),
            Change::AddStatement { layer, node, .. } => (*layer, *node, BEHIND),
            Change::SetKey { of: KeyOf::Request, .. } => return Err(ByHand::Request),
            Change::SetKey { of: KeyOf::Resource, .. } => return Err(ByHand::Tags),
            // Whoever proposes one has the call.
            Change::Setting(_) => return Err(ByHand::Resource),
        };
        let edits = &mut all.entry((order(layer), node, index)).or_insert_with(|| (layer, Edits::default())).1;
        match change {
            Change::RemoveStatement(target) => drop(edits.placed.insert(target.statement, None)),
            Change::ReplaceStatement { target, statement } => {
                edits.placed.insert(target.statement, Some(statement));
            }
            Change::AddStatement { statement, .. } => edits.added.push(statement),
            Change::SetKey { .. } | Change::Setting(_) => {}
        }
    }
    let name = format!("acslab-fix-{}", request_id.get(..8).unwrap_or(request_id).to_ascii_lowercase());
    let mut calls = Vec::new();
    for ((_, node, index), (layer, edits)) in &all {
        let at = StatementRef { layer: *layer, node: *node, policy: *index, statement: 0 };
        match layer {
            Layer::Identity if *index == BEHIND => calls.extend(grant(decided, &name, &edits.added)?),
            Layer::Identity | Layer::IdentityResourceGroup if *index != BEHIND => {
                calls.extend(edit(decided, at, edits)?);
            }
            Layer::IdentityResourceGroup => return Err(ByHand::ResourceGroup),
            Layer::Trust => calls.push(trust(cloud, decided, edits)?),
            Layer::Resource => calls.push(bucket(cloud, decided, edits)?),
            Layer::Control => return Err(ByHand::ControlPolicy),
            Layer::Session => return Err(ByHand::SessionPolicy),
            _ => return Err(ByHand::Resource),
        }
    }
    Ok(calls)
}

/// Deny statements go before anything is granted: the order of the walk.
fn order(layer: Layer) -> u8 {
    match layer {
        Layer::Control => 0,
        Layer::Session => 1,
        Layer::Identity => 2,
        Layer::IdentityResourceGroup => 3,
        Layer::Resource | Layer::Trust => 4,
        Layer::Owner | Layer::Default | Layer::None => 5,
    }
}

/// A custom policy with these statements, attached to the caller.
fn grant(decided: &Decided, name: &str, statements: &[&Value]) -> Result<[Planned; 2], ByHand> {
    let (account, attach, (kind, who)) = match decided.question.request.principal() {
        Principal::RamUser { account, name, .. } => (account, "AttachPolicyToUser", ("UserName", name)),
        Principal::RoleSession { account, role, service_linked: false, .. } => {
            (account, "AttachPolicyToRole", ("RoleName", role))
        }
        _ => return Err(ByHand::Principal),
    };
    let document = json!({"Version": "1", "Statement": statements}).to_string();
    let name = name.to_owned();
    Ok([
        Planned::ram(account, "CreatePolicy", vec![("PolicyName", name.clone()), ("PolicyDocument", document)]),
        Planned::ram(
            account,
            attach,
            vec![("PolicyType", "Custom".to_owned()), ("PolicyName", name), (kind, who.to_string())],
        ),
    ])
}

/// A new version of a custom policy; a policy that says nothing any more is detached.
fn edit(decided: &Decided, at: StatementRef, edits: &Edits<'_>) -> Result<Vec<Planned>, ByHand> {
    let layers = decided.question.layers.as_layers();
    let policy = layers.policy(at).ok_or(ByHand::Resource)?;
    let account = decided.question.request.principal().account().ok_or(ByHand::Principal)?;
    if policy.reference.kind != PolicyType::Custom {
        return Err(ByHand::SystemPolicy);
    }
    let holders = Reaches::Holders(policy.reference.name.to_string());
    let name = ("PolicyName", policy.reference.name.to_string());
    if let Some(document) = edited(policy.document.text(), edits) {
        let parameters = vec![
            name,
            ("PolicyDocument", document.to_string()),
            ("SetAsDefault", "true".to_owned()),
            ("RotateStrategy", "DeleteOldestNonDefaultVersionWhenLimitExceeded".to_owned()),
        ];
        return Ok(vec![Planned { reaches: holders, ..Planned::ram(account, "CreatePolicyVersion", parameters) }]);
    }
    let reaches = match &policy.reference.attached {
        Attachment::Group(group) => Reaches::Members(group.to_string()),
        _ => Reaches::Caller,
    };
    let (detach, who) = match &policy.reference.attached {
        Attachment::User(user) => ("DetachPolicyFromUser", ("UserName", user.to_string())),
        Attachment::Group(group) => ("DetachPolicyFromGroup", ("GroupName", group.to_string())),
        Attachment::Role(role) => ("DetachPolicyFromRole", ("RoleName", role.to_string())),
        _ => return Err(ByHand::Resource),
    };
    let parameters = vec![("PolicyType", "Custom".to_owned()), name, who];
    Ok(vec![Planned { reaches, ..Planned::ram(account, detach, parameters) }])
}

/// The role's trust policy, changed.
fn trust(cloud: &Cloud, decided: &Decided, edits: &Edits<'_>) -> Result<Planned, ByHand> {
    let resource = decided.question.request.resource();
    let account = resource.owner().ok_or(ByHand::Resource)?;
    let name = decided.resource().rsplit_once("role/").map(|(_, name)| name).ok_or(ByHand::Resource)?;
    let known = cloud.account(account).ok_or(ByHand::Resource)?;
    let (name, text) = {
        let directory = known.directory.read();
        let role = directory.role(name).map_err(|_| ByHand::Resource)?;
        (role.name.clone(), role.trust.text().to_owned())
    };
    let document = edited(&text, edits).ok_or(ByHand::Resource)?.to_string();
    let parameters = vec![("RoleName", name), ("NewAssumeRolePolicyDocument", document)];
    Ok(Planned { reaches: Reaches::Everybody, ..Planned::ram(account, "UpdateRole", parameters) })
}

/// The bucket's policy, changed.
fn bucket(cloud: &Cloud, decided: &Decided, edits: &Edits<'_>) -> Result<Planned, ByHand> {
    let resource = decided.question.request.resource();
    let account = resource.owner().ok_or(ByHand::Resource)?.to_owned();
    let mut parts = decided.resource().splitn(6, ':');
    let (service, id) = (parts.nth(1), parts.nth(2));
    let bucket = id.filter(|_| service == Some("oss")).and_then(|id| id.split('/').next()).ok_or(ByHand::Resource)?;
    // What an ACL gives is no document that could be edited.
    let at = StatementRef { layer: Layer::Resource, node: 0, policy: 0, statement: 0 };
    let own = decided.question.layers.as_layers().policy(at).map(|policy| policy.reference.attached.clone());
    if !edits.placed.is_empty() && !matches!(own, Some(Attachment::Bucket(_))) {
        return Err(ByHand::Resource);
    }
    let text = cloud.buckets.read(bucket, |bucket| bucket.access.policy().map(|policy| policy.text().to_owned()));
    let text = text.ok_or(ByHand::Resource)?.unwrap_or_else(|| json!({"Version": "1", "Statement": []}).to_string());
    let name = ("Bucket", bucket.to_owned());
    Ok(match edited(&text, edits) {
        Some(document) => oss::PUT_POLICY.planned(&account, vec![name, ("Body", document.to_string())]),
        None => oss::DELETE_POLICY.planned(&account, vec![name]),
    })
}

/// A document with its statements changed; `None` for one that has none left.
fn edited(text: &str, edits: &Edits<'_>) -> Option<Value> {
    let mut document: Value = serde_json::from_str(text).ok()?;
    let statements = document.get_mut("Statement")?;
    let before = match statements.take() {
        Value::Array(all) => all,
        single => vec![single],
    };
    let mut after = Vec::with_capacity(before.len());
    for (number, statement) in (0..).zip(before) {
        match edits.placed.get(&number) {
            None => after.push(statement),
            Some(Some(Value::Array(several))) => after.extend(several.iter().cloned()),
            Some(Some(other)) => after.push((*other).clone()),
            Some(None) => {}
        }
    }
    after.extend(edits.added.iter().map(|added| (*added).clone()));
    let is_something = !after.is_empty();
    *statements = Value::Array(after);
    is_something.then_some(document)
}
