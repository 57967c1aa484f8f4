//! RAM roles: normal service roles, roles for users and providers, and service-linked roles.

use std::sync::Arc;

use acslab_policy::{Attachment, Document, PolicyRef, PolicySet, PolicyType};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Attached, Attachments, Directory, DirectoryError, NameKey, PolicyKey, PrincipalKind, Scope, Tags};
use crate::cloud::Quota;
use crate::cloud::limits::DELETION_TASKS;

/// A RAM role.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// 18 digits.
    pub id: String,
    /// The name, in the case it was made with; ARNs carry it in lower case.
    pub name: String,
    /// Free text.
    pub description: String,
    /// The trust policy: who may assume the role.
    pub trust: Arc<Document>,
    /// Its compiled form; replaced together with `trust`.
    #[serde(skip)]
    pub trust_set: PolicySet,
    /// The longest session, in seconds: 3600 to 43200.
    pub max_session_duration: u32,
    /// May a user switch to the role in the console?
    pub console_login: bool,
    /// Its tags.
    pub tags: Tags,
    /// The service that a service-linked role belongs to.
    pub linked_to: Option<String>,
    /// The last attempt to delete a service-linked role.
    pub deletion: Option<DeletionTask>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    /// The policies attached to the role.
    pub attached: Attachments,
}

/// An attempt to delete a service-linked role. It is over at once: the role is gone, or what still uses it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeletionTask {
    /// `task/acs-service-role/<service>/<role>/<uuid>`
    pub id: String,
    /// When it was asked for.
    pub created: Timestamp,
    /// What still uses the role; nothing when it was deleted.
    pub usages: Vec<RoleUsage>,
}

/// What uses a service-linked role in a region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleUsage {
    /// The region.
    pub region: String,
    /// The resources' ARNs.
    pub resources: Vec<String>,
}

impl Role {
    /// A normal role that trusts whom `trust` names: without policies, with sessions of an hour.
    pub fn new(id: String, name: &str, trust: Arc<Document>, at: Timestamp) -> Self {
        Self {
            id,
            name: name.to_owned(),
            description: String::new(),
            trust_set: compile_trust(name, &trust),
            trust,
            max_session_duration: 3600,
            console_login: false,
            tags: Tags::new(),
            linked_to: None,
            deletion: None,
            created: at,
            updated: at,
            attached: Attachments::default(),
        }
    }

    /// The role's ARN: `acs:ram::<account>:role/<name in lower case>`.
    pub fn arn(&self, account: &str) -> String {
        format!("acs:ram::{account}:role/{}", self.name.to_ascii_lowercase())
    }

    /// Replaces the trust policy.
    pub fn set_trust(&mut self, trust: Arc<Document>) {
        self.trust_set = compile_trust(&self.name, &trust);
        self.trust = trust;
    }
}

/// The compiled form of a role's trust policy.
fn compile_trust(role: &str, trust: &Arc<Document>) -> PolicySet {
    let reference = PolicyRef {
        name: role.into(),
        kind: PolicyType::Inline,
        version: None,
        attached: Attachment::Trust(role.into()),
    };
    PolicySet::compile([(reference, Arc::clone(trust))])
}

impl Directory {
    /// All roles, by name.
    pub fn roles(&self) -> impl Iterator<Item = &Role> {
        self.roles.values()
    }

    /// The role of that name.
    pub fn role(&self, name: &str) -> Result<&Role, DirectoryError> {
        self.roles.get(&NameKey::of(name)).ok_or(DirectoryError::NotExist("Role"))
    }

    /// The role with that id, if it still exists.
    pub fn role_by_id(&self, id: &str) -> Option<&Role> {
        self.role_names.get(id).and_then(|name| self.roles.get(name))
    }

    /// The role of that name, to be changed in what no decision of a policy rests on.
    pub fn role_mut(&mut self, name: &str) -> Result<&mut Role, DirectoryError> {
        self.roles.get_mut(&NameKey::of(name)).ok_or(DirectoryError::NotExist("Role"))
    }

    /// The same for a role that somebody may edit: no service-linked role.
    pub fn editable_role_mut(&mut self, name: &str) -> Result<&mut Role, DirectoryError> {
        let role = self.role_mut(name)?;
        if role.linked_to.is_some() { Err(DirectoryError::NotSupport("ServiceLinkedRole")) } else { Ok(role) }
    }

    /// Adds a role. Service-linked roles are made whatever the quota, and count (RAM: Service-linked roles).
    pub fn add_role(&mut self, role: Role) -> Result<(), DirectoryError> {
        let key = NameKey::of(&role.name);
        if self.roles.contains_key(&key) {
            return Err(DirectoryError::AlreadyExists("Role"));
        }
        if role.linked_to.is_none() {
            self.has_room(Quota::Roles, self.roles.len(), "Role")?;
        }
        self.role_names.insert(role.id.clone(), key.clone());
        self.roles.insert(key, role);
        self.touch();
        Ok(())
    }

    /// Adds the service-linked role of a service, with the policy that goes with it.
    pub fn add_linked_role(&mut self, mut role: Role, service: &str, policy: Attached) -> Result<(), DirectoryError> {
        role.linked_to = Some(service.to_owned());
        // The first policy of a role that is new is within every quota.
        role.attached.attach(policy, 1, "Role.Policy")?;
        self.add_role(role)
    }

    /// Deletes a role without attachments. Its sessions die with it.
    pub fn delete_role(&mut self, name: &str) -> Result<(), DirectoryError> {
        if !self.editable_role_mut(name)?.attached.is_empty() {
            return Err(DirectoryError::DeleteConflict("Role.Policy"));
        }
        self.remove_role(name);
        Ok(())
    }

    /// Deletes a service-linked role, unless the task says that something uses it.
    pub fn delete_linked_role(&mut self, name: &str, task: DeletionTask) -> Result<(), DirectoryError> {
        let role = self.role_mut(name)?;
        if role.linked_to.is_none() {
            return Err(DirectoryError::NotExist("ServiceLinkedRole"));
        }
        role.deletion = Some(task.clone());
        if task.usages.is_empty() {
            self.remove_role(name);
        }
        if self.deletion_tasks.len() >= DELETION_TASKS
            && let Some(first) = self.deletion_tasks.values().min_by_key(|task| task.created)
        {
            let id = first.id.clone();
            self.deletion_tasks.remove(&id);
        }
        self.deletion_tasks.insert(task.id.clone(), task);
        Ok(())
    }

    /// The attempt to delete a service-linked role with that id.
    pub fn deletion_task(&self, id: &str) -> Option<&DeletionTask> {
        self.deletion_tasks.get(id)
    }

    fn remove_role(&mut self, name: &str) {
        if let Some(gone) = self.roles.remove(&NameKey::of(name)) {
            self.role_names.remove(&gone.id);
        }
        self.touch();
    }

    /// Attaches a policy to a role.
    pub fn attach_to_role(&mut self, name: &str, new: Attached) -> Result<(), DirectoryError> {
        let most = self.most_attached(PrincipalKind::Role, &new.policy);
        self.editable_role_mut(name)?.attached.attach(new, most, "Role.Policy")?;
        self.touch();
        Ok(())
    }

    /// Detaches a policy from a role.
    pub fn detach_from_role(&mut self, name: &str, policy: &PolicyKey, scope: &Scope) -> Result<(), DirectoryError> {
        self.editable_role_mut(name)?.attached.detach(policy, scope, "Role.Policy")?;
        self.touch();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use acslab_policy::DocumentKind;

    use super::*;
    use crate::cloud::{Quotas, ServiceRole};

    #[test]
    fn only_so_many_attempts_are_remembered() {
        let mut directory = Directory::new("1", Quotas::default());
        let known = ServiceRole::linked_to("xtrace.aliyuncs.com").unwrap();
        let trust = Arc::new(Document::parse(DocumentKind::Trust, &known.trust_policy()).unwrap());
        let mut role = Role::new("3".to_owned(), &known.name, trust, Timestamp::UNIX_EPOCH);
        role.linked_to = Some(known.service.clone());
        directory.add_role(role).unwrap();
        for number in 0..=DELETION_TASKS {
            let created = Timestamp::from_second(i64::try_from(number).unwrap()).unwrap();
            let used = RoleUsage { region: "cn-hangzhou".to_owned(), resources: Vec::new() };
            let task = DeletionTask { id: number.to_string(), created, usages: vec![used] };
            directory.delete_linked_role(&known.name, task).unwrap();
            assert!(directory.deletion_tasks.len() <= DELETION_TASKS);
        }
        assert!(directory.deletion_task("0").is_none() && directory.deletion_task("1").is_some());
    }
}
