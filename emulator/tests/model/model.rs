//! The model: an account's identities as plain lists, each call as the reference describes it.

use serde_json::{Value, json};

use crate::calls::{Call, Outcome, SYSTEM};

/// The codes that the sequences must reach.
pub(crate) const CODES: &[&str] = &[
    "EntityNotExist.User",
    "EntityNotExist.Group",
    "EntityNotExist.Role",
    "EntityNotExist.Policy",
    "EntityNotExist.Policy.Version",
    "EntityNotExist.User.AccessKey",
    "EntityNotExist.User.LoginProfile",
    "EntityNotExist.User.Group",
    "EntityNotExist.User.Policy",
    "EntityNotExist.Group.Policy",
    "EntityNotExist.Role.Policy",
    "EntityNotExist.VirtualMFADevice",
    "EntityAlreadyExists.User",
    "EntityAlreadyExists.Group",
    "EntityAlreadyExists.Role",
    "EntityAlreadyExists.Policy",
    "EntityAlreadyExists.User.LoginProfile",
    "EntityAlreadyExists.User.Group",
    "EntityAlreadyExists.User.Policy",
    "EntityAlreadyExists.Group.Policy",
    "EntityAlreadyExists.Role.Policy",
    "EntityAlreadyExists.VirtualMFADevice",
    "DeleteConflict.User.Group",
    "DeleteConflict.User.AccessKey",
    "DeleteConflict.User.LoginProfile",
    "DeleteConflict.User.Policy",
    "DeleteConflict.Group.User",
    "DeleteConflict.Group.Policy",
    "DeleteConflict.Role.Policy",
    "DeleteConflict.Policy.User",
    "DeleteConflict.Policy.Group",
    "DeleteConflict.Policy.Role",
    "DeleteConflict.Policy.Version",
    "DeleteConflict.Policy.Version.Default",
    "LimitExceeded.User.AccessKey",
    "LimitExceeded.Policy.Version",
    "InvalidAccessKeyId.NotFound",
    "InvalidAccessKeyId.Inactive",
];

/// A user, a group, a role or a policy: what all of them have, and what only some do.
#[derive(Debug, Default, Clone)]
struct Thing {
    /// Stays through a rename.
    number: usize,
    name: String,
    /// Of users, groups and roles: type and name of the policies, in the order of attaching.
    policies: Vec<(String, String)>,
    /// Of groups: the users' numbers.
    members: Vec<usize>,
    /// Of users.
    login: bool,
    /// Of policies, oldest first.
    versions: Vec<u32>,
    default: u32,
    newest: u32,
}

#[derive(Debug)]
struct Key {
    user: usize,
    active: bool,
    deleted: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Model {
    made: usize,
    users: Vec<Thing>,
    groups: Vec<Thing>,
    roles: Vec<Thing>,
    policies: Vec<Thing>,
    devices: Vec<String>,
    keys: Vec<Key>,
    /// How often a version made room for another, and the oldest stayed because it was the default one.
    pub(crate) passed_over: usize,
}

type Maybe<T> = Result<T, String>;

fn fail<T>(code: &str) -> Maybe<T> {
    Err(code.to_owned())
}

fn find(things: &[Thing], name: &str, kind: &str) -> Maybe<usize> {
    let at = things.iter().position(|thing| thing.name.eq_ignore_ascii_case(name));
    at.ok_or_else(|| format!("EntityNotExist.{kind}"))
}

/// The names, in the order of lists.
fn listed<'t>(things: impl IntoIterator<Item = &'t Thing>) -> Value {
    let mut names: Vec<_> = things.into_iter().map(|thing| thing.name.clone()).collect();
    names.sort_by_key(|name| name.to_lowercase());
    json!(names)
}

fn same(a: &(String, String), b: &(String, String)) -> bool {
    a.0 == b.0 && a.1.eq_ignore_ascii_case(&b.1)
}

impl Model {
    pub(crate) fn play(&mut self, call: &Call) -> Outcome {
        let (user, group, role) = (call.text("UserName"), call.text("GroupName"), call.text("RoleName"));
        match call.action {
            "CreateUser" => self.create(user, "User"),
            "CreateGroup" => self.create(group, "Group"),
            "CreateRole" => self.create(role, "Role"),
            "CreatePolicy" => self.create(call.text("PolicyName"), "Policy").map(|_| Value::Null),
            "UpdateUser" => self.rename(user, call.text("NewUserName"), "User"),
            "UpdateGroup" => self.rename(group, call.text("NewGroupName"), "Group"),
            "GetUser" => Ok(json!(self.users[find(&self.users, user, "User")?].name)),
            "ListUsers" => Ok(listed(&self.users)),
            "ListGroups" => Ok(listed(&self.groups)),
            "ListRoles" => Ok(listed(&self.roles)),
            "DeleteUser" => self.delete_user(user),
            "DeleteGroup" => self.delete_group(group),
            "DeleteRole" => self.delete_role(role),
            "CreateLoginProfile" => {
                let user = find(&self.users, user, "User")?;
                if std::mem::replace(&mut self.users[user].login, true) {
                    return fail("EntityAlreadyExists.User.LoginProfile");
                }
                Ok(Value::Null)
            }
            "DeleteLoginProfile" => {
                let user = find(&self.users, user, "User")?;
                if !std::mem::take(&mut self.users[user].login) {
                    return fail("EntityNotExist.User.LoginProfile");
                }
                Ok(Value::Null)
            }
            "CreateVirtualMFADevice" => {
                let name = call.text("VirtualMFADeviceName").to_lowercase();
                if self.devices.contains(&name) {
                    return fail("EntityAlreadyExists.VirtualMFADevice");
                }
                self.devices.push(name);
                Ok(Value::Null)
            }
            "DeleteVirtualMFADevice" => {
                let name = call.text("SerialNumber").to_lowercase();
                let at = self.devices.iter().position(|device| *device == name);
                self.devices.remove(at.ok_or("EntityNotExist.VirtualMFADevice")?);
                Ok(Value::Null)
            }
            "AddUserToGroup" | "RemoveUserFromGroup" => self.membership(call),
            "ListGroupsForUser" => {
                let number = self.users[find(&self.users, user, "User")?].number;
                Ok(listed(self.groups.iter().filter(|group| group.members.contains(&number))))
            }
            "ListUsersForGroup" => {
                let members = &self.groups[find(&self.groups, group, "Group")?].members;
                Ok(listed(self.users.iter().filter(|user| members.contains(&user.number))))
            }
            action if action.contains("AccessKey") || action == "GetCallerIdentity" => self.key(call),
            action if action.contains("PolicyVersion") || matches!(action, "GetPolicy" | "DeletePolicy") => {
                self.policy(call)
            }
            _ => self.attachment(call),
        }
    }

    fn things(&mut self, kind: &str) -> &mut Vec<Thing> {
        match kind {
            "User" => &mut self.users,
            "Group" => &mut self.groups,
            "Role" => &mut self.roles,
            _ => &mut self.policies,
        }
    }

    fn create(&mut self, name: &str, kind: &str) -> Outcome {
        self.made += 1;
        let number = self.made;
        let things = self.things(kind);
        if find(things, name, kind).is_ok() {
            return Err(format!("EntityAlreadyExists.{kind}"));
        }
        let thing =
            Thing { number, name: name.to_owned(), versions: vec![1], default: 1, newest: 1, ..Thing::default() };
        things.push(thing);
        Ok(json!(name))
    }

    fn rename(&mut self, name: &str, new: &str, kind: &str) -> Outcome {
        let things = self.things(kind);
        let at = find(things, name, kind);
        if find(things, new, kind).is_ok_and(|taken| Ok(taken) != at) {
            return Err(format!("EntityAlreadyExists.{kind}"));
        }
        new.clone_into(&mut things[at?].name);
        Ok(json!(new))
    }

    fn delete_user(&mut self, name: &str) -> Outcome {
        let at = find(&self.users, name, "User")?;
        let user = &self.users[at];
        if self.groups.iter().any(|group| group.members.contains(&user.number)) {
            return fail("DeleteConflict.User.Group");
        }
        if self.keys.iter().any(|key| key.user == user.number && !key.deleted) {
            return fail("DeleteConflict.User.AccessKey");
        }
        if user.login {
            return fail("DeleteConflict.User.LoginProfile");
        }
        if !user.policies.is_empty() {
            return fail("DeleteConflict.User.Policy");
        }
        self.users.remove(at);
        Ok(Value::Null)
    }

    fn delete_group(&mut self, name: &str) -> Outcome {
        let at = find(&self.groups, name, "Group")?;
        if !self.groups[at].members.is_empty() {
            return fail("DeleteConflict.Group.User");
        }
        if !self.groups[at].policies.is_empty() {
            return fail("DeleteConflict.Group.Policy");
        }
        self.groups.remove(at);
        Ok(Value::Null)
    }

    fn delete_role(&mut self, name: &str) -> Outcome {
        let at = find(&self.roles, name, "Role")?;
        if !self.roles[at].policies.is_empty() {
            return fail("DeleteConflict.Role.Policy");
        }
        self.roles.remove(at);
        Ok(Value::Null)
    }

    fn membership(&mut self, call: &Call) -> Outcome {
        let user = self.users[find(&self.users, call.text("UserName"), "User")?].number;
        let group = find(&self.groups, call.text("GroupName"), "Group")?;
        let members = &mut self.groups[group].members;
        let at = members.iter().position(|member| *member == user);
        match (call.action, at) {
            ("AddUserToGroup", Some(_)) => return fail("EntityAlreadyExists.User.Group"),
            ("AddUserToGroup", None) => members.push(user),
            (_, Some(at)) => drop(members.remove(at)),
            (_, None) => return fail("EntityNotExist.User.Group"),
        }
        Ok(Value::Null)
    }

    fn key(&mut self, call: &Call) -> Outcome {
        let number = call.text("UserAccessKeyId").parse().unwrap_or(usize::MAX);
        if call.action == "GetCallerIdentity" {
            let key = self.keys.get(number).filter(|key| !key.deleted).ok_or("InvalidAccessKeyId.NotFound")?;
            if !key.active {
                return fail("InvalidAccessKeyId.Inactive");
            }
            let user = self.users.iter().find(|user| user.number == key.user).unwrap();
            return Ok(json!(format!("acs:ram::1234567890123456:user/{}", user.name)));
        }
        let user = self.users[find(&self.users, call.text("UserName"), "User")?].number;
        let mut own = (0..).zip(&mut self.keys).filter(|(_, key)| key.user == user && !key.deleted);
        match call.action {
            "ListAccessKeys" => {
                let status = |active| if active { "Active" } else { "Inactive" };
                Ok(own.map(|(number, key): (usize, _)| json!([number, status(key.active)])).collect())
            }
            "CreateAccessKey" => {
                if own.count() == 2 {
                    return fail("LimitExceeded.User.AccessKey");
                }
                self.keys.push(Key { user, active: true, deleted: false });
                Ok(Value::Null)
            }
            action => {
                let (_, key) = own.find(|(own, _)| *own == number).ok_or("EntityNotExist.User.AccessKey")?;
                key.active = call.text("Status") == "Active";
                key.deleted = action == "DeleteAccessKey";
                Ok(Value::Null)
            }
        }
    }

    /// Who has a policy attached: users, groups, roles.
    fn attached(&self, policy: &(String, String)) -> [Vec<&Thing>; 3] {
        [&self.users, &self.groups, &self.roles].map(|things| {
            let has = |thing: &&Thing| thing.policies.iter().any(|attached| same(attached, policy));
            things.iter().filter(has).collect()
        })
    }

    fn policy(&mut self, call: &Call) -> Outcome {
        let name = call.text("PolicyName");
        let kind = if call.text("PolicyType") == "System" { "System" } else { "Custom" };
        let attached = self.attached(&(kind.to_owned(), name.to_owned())).map(|things| things.len());
        if kind == "System" {
            if !name.eq_ignore_ascii_case(SYSTEM) {
                return fail("EntityNotExist.Policy");
            }
            let count: usize = attached.iter().sum();
            let single = json!([["v1", true]]);
            return Ok(if call.action == "GetPolicy" { json!(["v1", count]) } else { single });
        }
        let at = find(&self.policies, name, "Policy")?;
        let policy = &mut self.policies[at];
        let version = call.text("VersionId").trim_start_matches('v').parse().unwrap_or(0);
        let id = |version: u32| format!("v{version}");
        match call.action {
            "GetPolicy" => return Ok(json!([id(policy.default), attached.iter().sum::<usize>()])),
            "ListPolicyVersions" => {
                let versions = policy.versions.iter().map(|version| json!([id(*version), *version == policy.default]));
                return Ok(versions.collect());
            }
            "CreatePolicyVersion" => {
                if policy.versions.len() == 5 {
                    if call.text("RotateStrategy") == "None" {
                        return fail("LimitExceeded.Policy.Version");
                    }
                    let oldest = policy.versions.iter().position(|version| *version != policy.default).unwrap();
                    policy.versions.remove(oldest);
                    self.passed_over += oldest;
                }
                policy.newest += 1;
                policy.versions.push(policy.newest);
                if call.text("SetAsDefault") == "true" {
                    policy.default = policy.newest;
                }
                return Ok(json!([id(policy.newest), policy.default == policy.newest]));
            }
            "DeletePolicy" => {
                for (kind, count) in ["User", "Group", "Role"].iter().zip(attached) {
                    if count > 0 {
                        return Err(format!("DeleteConflict.Policy.{kind}"));
                    }
                }
                if policy.versions.len() > 1 && call.text("CascadingDelete") == "false" {
                    return fail("DeleteConflict.Policy.Version");
                }
                self.policies.remove(at);
            }
            _ if !policy.versions.contains(&version) => return fail("EntityNotExist.Policy.Version"),
            "SetDefaultPolicyVersion" => policy.default = version,
            _ if policy.default == version => return fail("DeleteConflict.Policy.Version.Default"),
            _ => policy.versions.retain(|old| *old != version),
        }
        Ok(Value::Null)
    }

    /// The policy that a call names, by type and in the case it was made with, and its default version.
    fn named(&self, call: &Call) -> Maybe<(String, String)> {
        let (kind, name) = (call.text("PolicyType"), call.text("PolicyName"));
        let name = match kind {
            "System" if name.eq_ignore_ascii_case(SYSTEM) => SYSTEM.to_owned(),
            "System" => return fail("EntityNotExist.Policy"),
            _ => self.policies[find(&self.policies, name, "Policy")?].name.clone(),
        };
        Ok((kind.to_owned(), name))
    }

    fn attachment(&mut self, call: &Call) -> Outcome {
        if call.action == "ListEntitiesForPolicy" {
            return Ok(json!(self.attached(&self.named(call)?).map(listed)));
        }
        let kind = ["User", "Group", "Role"].into_iter().find(|kind| call.action.ends_with(kind)).unwrap();
        let policy = if call.action.starts_with("List") { None } else { Some(self.named(call)?) };
        let name = call.text(&format!("{kind}Name")).to_owned();
        let things = self.things(kind);
        let at = find(things, &name, kind)?;
        let Some(policy) = policy else {
            let attached = things[at].policies.clone();
            let default = |(kind, name): &(String, String)| match kind.as_str() {
                "System" => "v1".to_owned(),
                _ => format!("v{}", self.policies.iter().find(|policy| policy.name == *name).unwrap().default),
            };
            return Ok(attached.iter().map(|policy| json!([policy.0, policy.1, default(policy)])).collect());
        };
        let held = things[at].policies.iter().position(|attached| same(attached, &policy));
        match (call.action.starts_with("Attach"), held) {
            (true, Some(_)) => return Err(format!("EntityAlreadyExists.{kind}.Policy")),
            (true, None) => things[at].policies.push(policy),
            (false, Some(held)) => drop(things[at].policies.remove(held)),
            (false, None) => return Err(format!("EntityNotExist.{kind}.Policy")),
        }
        Ok(Value::Null)
    }
}
