//! Random calls, and playing them over HTTP.

use acslab_emulator::EmulatorHandle;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::kit::{Client, policy, text, trust};

/// What a call comes to: what is seen of a result, or an error's code.
pub(crate) type Outcome = Result<Value, String>;

/// Where the value of a parameter comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    User,
    Group,
    Role,
    Policy,
    /// `Custom` or `System`.
    PolicyType,
    Version,
    /// One of the keys made so far, by number.
    Key,
    Status,
    Flag,
    /// `true` now and then.
    Rarely,
    Rotation,
    Device,
}

use Kind::{Device, Flag, Group, Key, Policy, PolicyType, Rarely, Role, Rotation, Status, User, Version};

/// An action, how often it is called in comparison, and its parameters.
type Row = (&'static str, u32, &'static [(&'static str, Kind)]);

/// What may be called.
#[rustfmt::skip]
pub(crate) const ACTIONS: &[Row] = &[
    ("CreateUser", 6, &[("UserName", User)]),
    ("UpdateUser", 2, &[("UserName", User), ("NewUserName", User)]),
    ("GetUser", 1, &[("UserName", User)]),
    ("DeleteUser", 4, &[("UserName", User)]),
    ("ListUsers", 1, &[]),
    ("CreateLoginProfile", 2, &[("UserName", User)]),
    ("DeleteLoginProfile", 2, &[("UserName", User)]),
    ("CreateAccessKey", 4, &[("UserName", User)]),
    ("UpdateAccessKey", 6, &[("UserName", User), ("UserAccessKeyId", Key), ("Status", Status)]),
    ("DeleteAccessKey", 3, &[("UserName", User), ("UserAccessKeyId", Key)]),
    ("ListAccessKeys", 1, &[("UserName", User)]),
    ("GetCallerIdentity", 5, &[("UserAccessKeyId", Key)]),
    ("CreateVirtualMFADevice", 1, &[("VirtualMFADeviceName", Device)]),
    ("DeleteVirtualMFADevice", 1, &[("SerialNumber", Device)]),
    ("CreateGroup", 4, &[("GroupName", Group)]),
    ("UpdateGroup", 1, &[("GroupName", Group), ("NewGroupName", Group)]),
    ("DeleteGroup", 5, &[("GroupName", Group)]),
    ("ListGroups", 1, &[]),
    ("AddUserToGroup", 6, &[("UserName", User), ("GroupName", Group)]),
    ("RemoveUserFromGroup", 3, &[("UserName", User), ("GroupName", Group)]),
    ("ListGroupsForUser", 1, &[("UserName", User)]),
    ("ListUsersForGroup", 1, &[("GroupName", Group)]),
    ("CreateRole", 4, &[("RoleName", Role)]),
    ("DeleteRole", 2, &[("RoleName", Role)]),
    ("ListRoles", 1, &[]),
    ("CreatePolicy", 5, &[("PolicyName", Policy)]),
    ("CreatePolicyVersion", 16, &[("PolicyName", Policy), ("SetAsDefault", Rarely), ("RotateStrategy", Rotation)]),
    ("SetDefaultPolicyVersion", 3, &[("PolicyName", Policy), ("VersionId", Version)]),
    ("DeletePolicyVersion", 3, &[("PolicyName", Policy), ("VersionId", Version)]),
    ("ListPolicyVersions", 1, &[("PolicyName", Policy), ("PolicyType", PolicyType)]),
    ("GetPolicy", 2, &[("PolicyName", Policy), ("PolicyType", PolicyType)]),
    ("DeletePolicy", 3, &[("PolicyName", Policy), ("CascadingDelete", Flag)]),
    ("AttachPolicyToUser", 5, &[("UserName", User), ("PolicyName", Policy), ("PolicyType", PolicyType)]),
    ("DetachPolicyFromUser", 3, &[("UserName", User), ("PolicyName", Policy), ("PolicyType", PolicyType)]),
    ("AttachPolicyToGroup", 5, &[("GroupName", Group), ("PolicyName", Policy), ("PolicyType", PolicyType)]),
    ("DetachPolicyFromGroup", 3, &[("GroupName", Group), ("PolicyName", Policy), ("PolicyType", PolicyType)]),
    ("AttachPolicyToRole", 5, &[("RoleName", Role), ("PolicyName", Policy), ("PolicyType", PolicyType)]),
    ("DetachPolicyFromRole", 3, &[("RoleName", Role), ("PolicyName", Policy), ("PolicyType", PolicyType)]),
    ("ListPoliciesForUser", 1, &[("UserName", User)]),
    ("ListPoliciesForGroup", 1, &[("GroupName", Group)]),
    ("ListPoliciesForRole", 1, &[("RoleName", Role)]),
    ("ListEntitiesForPolicy", 1, &[("PolicyName", Policy), ("PolicyType", PolicyType)]),
];

/// Those that an account owner is never refused.
pub(crate) const NEVER_FAIL: &[&str] = &["ListUsers", "ListGroups", "ListRoles"];

/// The one system policy that the sequences name.
pub(crate) const SYSTEM: &str = "AliyunOSSReadOnlyAccess";

/// One call: its action, and its parameters as `Name=value`.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) action: &'static str,
    pub(crate) parameters: Vec<(&'static str, String)>,
}

impl Call {
    pub(crate) fn random(rng: &mut ChaCha8Rng) -> Self {
        let total: u32 = ACTIONS.iter().map(|(_, weight, _)| weight).sum();
        let mut at = rng.random_range(0..total);
        let (action, _, parameters) = ACTIONS
            .iter()
            .find(|(_, weight, _)| {
                let here = at < *weight;
                at = at.saturating_sub(*weight);
                here
            })
            .unwrap();
        Self { action, parameters: parameters.iter().map(|(name, kind)| (*name, random_value(*kind, rng))).collect() }
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.parameters.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }
}

/// Few names, in one case or the other, so that calls meet.
fn random_value(kind: Kind, rng: &mut ChaCha8Rng) -> String {
    let mut one_of = |words: &[&str]| words[rng.random_range(0..words.len())].to_owned();
    match kind {
        User => one_of(&["alice", "ALICE", "bob", "carol"]),
        Group => one_of(&["sales", "Sales", "pai"]),
        Role => one_of(&["reader", "READER", "writer"]),
        Policy => one_of(&["p", "p", "P", "q", SYSTEM]),
        PolicyType => one_of(&["Custom", "Custom", "Custom", "System"]),
        Version => one_of(&["v1", "v2", "v3", "v4", "v5", "v6", "v7"]),
        Status => one_of(&["Active", "Inactive"]),
        Flag => one_of(&["true", "false"]),
        Rarely => one_of(&["true", "false", "false", "false", "false"]),
        Rotation => one_of(&["None", "DeleteOldestNonDefaultVersionWhenLimitExceeded"]),
        Device => one_of(&["phone", "Phone", "tablet"]),
        Key => rng.random_range(0..4_u32).to_string(),
    }
}

/// Who plays calls in a cloud, as the account's owner.
pub(crate) struct Player<'e> {
    owner: Client<'e>,
    /// The keys made so far, with their secrets.
    keys: Vec<(String, String)>,
}

impl<'e> Player<'e> {
    pub(crate) fn new(cloud: &'e EmulatorHandle) -> Self {
        Self::with(Client::owner(cloud), Vec::new())
    }

    /// The same as that owner, with keys that were made before.
    pub(crate) fn with(owner: Client<'e>, keys: Vec<(String, String)>) -> Self {
        Self { owner, keys }
    }

    pub(crate) fn keys(&self) -> &[(String, String)] {
        &self.keys
    }

    pub(crate) fn play(&mut self, call: &Call) -> Outcome {
        let nobody = ("LTAI5tNobodysKey0000000001".to_owned(), "nothing".to_owned());
        let key = call.text("UserAccessKeyId").parse::<usize>().ok();
        let key = key.and_then(|key| self.keys.get(key)).unwrap_or(&nobody).clone();
        let answer = if call.action == "GetCallerIdentity" {
            self.owner.with_key(&key.0, &key.1, None).sts("GetCallerIdentity", &[])
        } else {
            let mut parameters: Vec<(&str, String)> = call.parameters.clone();
            for (name, value) in &mut parameters {
                match *name {
                    "UserAccessKeyId" => key.0.clone_into(value),
                    "SerialNumber" => *value = format!("acs:ram::1234567890123456:mfa/{value}"),
                    _ => {}
                }
            }
            match call.action {
                "CreateRole" => parameters.push(("AssumeRolePolicyDocument", trust("Service", "ecs.aliyuncs.com"))),
                "CreatePolicy" | "CreatePolicyVersion" => {
                    parameters.push(("PolicyDocument", policy("Allow", "oss:GetObject", "*")));
                }
                "CreateLoginProfile" => parameters.push(("Password", "Secret-1".to_owned())),
                _ => {}
            }
            let parameters: Vec<_> = parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
            self.owner.ram(call.action, &parameters)
        };
        if answer.status >= 400 {
            return Err(answer.code());
        }
        let answer = answer.json();
        if call.action == "CreateAccessKey" {
            let part = |name: &str| text(&answer, &format!("/AccessKey/{name}")).to_owned();
            self.keys.push((part("AccessKeyId"), part("AccessKeySecret")));
        }
        Ok(self.seen(call.action, &answer))
    }

    /// What an answer says that the model knows as well.
    fn seen(&self, action: &str, answer: &Value) -> Value {
        let list = |pointer: &str, show: &dyn Fn(&Value) -> Value| -> Value {
            answer.pointer(pointer).and_then(Value::as_array).unwrap().iter().map(show).collect()
        };
        let names = |pointer: &str, member: &'static str| list(pointer, &|item| item[member].clone());
        match action {
            "CreateUser" | "UpdateUser" | "GetUser" => answer["User"]["UserName"].clone(),
            "ListUsers" | "ListUsersForGroup" => names("/Users/User", "UserName"),
            "CreateGroup" | "UpdateGroup" => answer["Group"]["GroupName"].clone(),
            "ListGroups" | "ListGroupsForUser" => names("/Groups/Group", "GroupName"),
            "CreateRole" => answer["Role"]["RoleName"].clone(),
            "ListRoles" => names("/Roles/Role", "RoleName"),
            "ListAccessKeys" => list("/AccessKeys/AccessKey", &|key| {
                let number = self.keys.iter().position(|(id, _)| *id == key["AccessKeyId"]);
                json!([number, key["Status"]])
            }),
            "GetCallerIdentity" => answer["Arn"].clone(),
            "GetPolicy" => json!([answer["Policy"]["DefaultVersion"], answer["Policy"]["AttachmentCount"]]),
            "CreatePolicyVersion" => {
                json!([answer["PolicyVersion"]["VersionId"], answer["PolicyVersion"]["IsDefaultVersion"]])
            }
            "ListPolicyVersions" => list("/PolicyVersions/PolicyVersion", &|version| {
                json!([version["VersionId"], version["IsDefaultVersion"]])
            }),
            "ListPoliciesForUser" | "ListPoliciesForGroup" | "ListPoliciesForRole" => {
                list("/Policies/Policy", &|policy| {
                    json!([policy["PolicyType"], policy["PolicyName"], policy["DefaultVersion"]])
                })
            }
            "ListEntitiesForPolicy" => json!([
                names("/Users/User", "UserName"),
                names("/Groups/Group", "GroupName"),
                names("/Roles/Role", "RoleName"),
            ]),
            _ => Value::Null,
        }
    }
}
