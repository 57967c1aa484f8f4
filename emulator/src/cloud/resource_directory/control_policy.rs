//! Control policies: what the members of a resource directory may do at most.

use std::sync::{Arc, LazyLock};

use acslab_policy::{Attachment, Document, DocumentKind, PolicyRef, PolicySet};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ResourceDirectory, ResourceDirectoryError, Result};
use crate::cloud::Quota;
use crate::cloud::directory::{PolicyType, Tags};

/// A control policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlPolicy {
    /// `cp-` and 16 alphanumerics.
    pub id: String,
    /// The name, unique in the directory.
    pub name: String,
    /// Free text.
    pub description: String,
    /// Whose it is.
    pub kind: PolicyType,
    /// Whom it binds: `All`, or `RAM` for RAM users and roles.
    pub effect_scope: String,
    /// The document, byte for byte as it was sent.
    pub document: Arc<Document>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    /// Its tags.
    #[serde(default)]
    pub tags: Tags,
}

#[derive(Deserialize)]
struct Shipped {
    id: String,
    name: String,
    description: String,
    effect_scope: String,
    created: Timestamp,
    updated: Timestamp,
    document: serde_json::Value,
}

static SYSTEM: LazyLock<Vec<ControlPolicy>> = LazyLock::new(|| {
    let text = include_str!("../../../data/control_policies.json");
    #[expect(clippy::expect_used, reason = "shipped with the program and read by a test")]
    let shipped: Vec<Shipped> = serde_json::from_str(text).expect("the shipped control policies can be read");
    shipped.into_iter().map(load).collect()
});

fn load(shipped: Shipped) -> ControlPolicy {
    // Shown to clients as the console shows it: indented.
    let text = format!("{:#}", shipped.document);
    #[expect(clippy::expect_used, reason = "shipped with the program and read by a test")]
    let document = Document::parse(DocumentKind::Control, &text).expect("the shipped control policies are policies");
    ControlPolicy {
        id: shipped.id,
        name: shipped.name,
        description: shipped.description,
        kind: PolicyType::System,
        effect_scope: shipped.effect_scope,
        document: Arc::new(document),
        created: shipped.created,
        updated: shipped.updated,
        tags: Tags::new(),
    }
}

impl ControlPolicy {
    /// The system control policies (`data/control_policies.json`): `FullAliyunAccess`, which allows everything.
    pub fn system() -> &'static [Self] {
        &SYSTEM
    }
}

/// The control policies attached to one node, and since when; compiled.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Controls {
    attached: Vec<(String, Timestamp)>,
    /// Made anew whenever what is attached changes, or what it says.
    #[serde(skip)]
    set: PolicySet,
}

impl Controls {
    /// The ids of what is attached.
    pub(super) fn ids(&self) -> impl Iterator<Item = &String> {
        self.attached.iter().map(|(id, _)| id)
    }
}

/// What a control policy can be attached to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    /// The root folder.
    Root,
    /// A folder.
    Folder,
    /// A member.
    Account,
}

impl TargetKind {
    /// The cloud's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Root => "Root",
            Self::Folder => "Folder",
            Self::Account => "Account",
        }
    }
}

/// A node that a control policy is attached to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target<'a> {
    /// The id of the folder or of the member's account.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// What it is.
    pub kind: TargetKind,
    /// Since when.
    pub at: Timestamp,
}

impl ResourceDirectory {
    /// Is the Control Policy feature on?
    pub fn control_enabled(&self) -> bool {
        self.control
    }

    /// Turns the Control Policy feature on: `FullAliyunAccess` is attached to every node.
    pub fn enable_control(&mut self, at: Timestamp) {
        if self.control {
            return;
        }
        self.control = true;
        let nodes: Vec<String> = self.folders.keys().chain(self.members.keys()).cloned().collect();
        for node in nodes {
            let controls = self.controls_of_new(&node, at);
            if let Ok(place) = self.controls_mut(&node) {
                *place = controls;
            }
        }
    }

    /// Turns the feature off: every control policy is detached, none is deleted (DisableControlPolicy).
    pub fn disable_control(&mut self) {
        self.control = false;
        for folder in self.folders.values_mut() {
            folder.controls = Controls::default();
        }
        for member in self.members.values_mut() {
            member.controls = Controls::default();
        }
    }

    /// All control policies, by id, the system's included.
    pub fn control_policies(&self) -> impl Iterator<Item = &ControlPolicy> {
        self.control_policies.values()
    }

    /// A control policy, by its id.
    pub fn control_policy(&self, id: &str) -> Result<&ControlPolicy> {
        self.control_policies.get(id).ok_or(ResourceDirectoryError::NoControlPolicy)
    }

    /// A custom control policy's tags, to be changed.
    pub fn control_policy_tags_mut(&mut self, id: &str) -> Result<&mut Tags> {
        self.custom_control_policy(id)?;
        self.control_policies.get_mut(id).map(|policy| &mut policy.tags).ok_or(ResourceDirectoryError::NoControlPolicy)
    }

    /// Adds a control policy.
    pub fn add_control_policy(&mut self, policy: ControlPolicy) -> Result<&ControlPolicy> {
        self.check_control_policy_name(&policy.name)?;
        let custom = self.control_policies().filter(|policy| policy.kind == PolicyType::Custom).count();
        if custom >= self.quotas.get(Quota::ControlPolicies) {
            return Err(ResourceDirectoryError::TooManyControlPolicies);
        }
        Ok(self.control_policies.entry(policy.id.clone()).or_insert(policy))
    }

    /// Changes what is given of a custom control policy; it binds anew at once.
    pub fn update_control_policy(
        &mut self,
        id: &str,
        name: Option<&str>,
        description: Option<&str>,
        document: Option<Arc<Document>>,
        at: Timestamp,
    ) -> Result<&ControlPolicy> {
        let policy = self.custom_control_policy(id)?;
        if let Some(name) = name
            && name != policy.name
        {
            self.check_control_policy_name(name)?;
        }
        let policy = self.control_policies.get_mut(id).ok_or(ResourceDirectoryError::NoControlPolicy)?;
        if let Some(name) = name {
            name.clone_into(&mut policy.name);
        }
        if let Some(description) = description {
            description.clone_into(&mut policy.description);
        }
        if let Some(document) = document {
            policy.document = document;
        }
        policy.updated = at;
        let nodes: Vec<String> = self.targets_of(id).map(|target| target.id.to_owned()).collect();
        for node in nodes {
            self.recompile(&node);
        }
        self.control_policy(id)
    }

    /// Deletes a custom control policy that is attached to nothing.
    pub fn delete_control_policy(&mut self, id: &str) -> Result<()> {
        self.custom_control_policy(id)?;
        if self.targets_of(id).next().is_some() {
            return Err(ResourceDirectoryError::ControlPolicyAttached);
        }
        self.control_policies.remove(id);
        Ok(())
    }

    /// Attaches a control policy to the root, a folder or a member.
    pub fn attach_control_policy(&mut self, id: &str, target: &str, at: Timestamp) -> Result<()> {
        self.check_control()?;
        self.control_policy(id)?;
        let most = self.quotas.get(Quota::ControlPoliciesPerTarget);
        let attached = &mut self.controls_mut(target)?.attached;
        if attached.iter().any(|(old, _)| old == id) {
            return Err(ResourceDirectoryError::AlreadyAttached);
        }
        if attached.len() >= most {
            return Err(ResourceDirectoryError::TooManyAttached);
        }
        attached.push((id.to_owned(), at));
        self.recompile(target);
        Ok(())
    }

    /// Detaches a control policy; one stays on every target.
    pub fn detach_control_policy(&mut self, id: &str, target: &str) -> Result<()> {
        self.check_control()?;
        self.control_policy(id)?;
        let attached = &mut self.controls_mut(target)?.attached;
        let at = attached.iter().position(|(old, _)| old == id).ok_or(ResourceDirectoryError::NotAttached)?;
        if attached.len() == 1 {
            return Err(ResourceDirectoryError::LastAttached);
        }
        attached.remove(at);
        self.recompile(target);
        Ok(())
    }

    /// The control policies attached to a target, and since when.
    pub fn controls_at(&self, target: &str) -> Result<Vec<(&ControlPolicy, Timestamp)>> {
        let attached = &self.controls(target)?.attached;
        Ok(attached.iter().filter_map(|(id, at)| Some((self.control_policies.get(id)?, *at))).collect())
    }

    /// What a control policy is attached to: folders, then members.
    pub fn targets_of<'a>(&'a self, id: &'a str) -> impl Iterator<Item = Target<'a>> {
        let since = move |controls: &Controls| controls.attached.iter().find(|(old, _)| old == id).map(|(_, at)| *at);
        let folders = self.folders.values().filter_map(move |folder| {
            let kind = if folder.parent.is_none() { TargetKind::Root } else { TargetKind::Folder };
            Some(Target { id: &folder.id, name: &folder.name, kind, at: since(&folder.controls)? })
        });
        let members = self.members.values().filter_map(move |member| {
            let at = since(&member.controls)?;
            Some(Target { id: &member.account, name: &member.display_name, kind: TargetKind::Account, at })
        });
        folders.chain(members)
    }

    /// The compiled sets over a member, from its own up to the root's.
    pub(super) fn sets_over(&self, account: &str) -> Vec<PolicySet> {
        let Some(member) = self.members.get(account) else { return Vec::new() };
        let folders = self.ancestors(&member.folder).unwrap_or_default();
        let folders = folders.iter().map(|folder| folder.controls.set.clone());
        std::iter::once(member.controls.set.clone()).chain(folders).collect()
    }

    /// What a new node starts with while the feature is on: `FullAliyunAccess`.
    pub(super) fn controls_of_new(&self, node: &str, at: Timestamp) -> Controls {
        if !self.control {
            return Controls::default();
        }
        let attached: Vec<_> = ControlPolicy::system().iter().map(|policy| (policy.id.clone(), at)).collect();
        Controls { set: self.compile(node, &attached), attached }
    }

    fn compile(&self, node: &str, attached: &[(String, Timestamp)]) -> PolicySet {
        PolicySet::compile(attached.iter().filter_map(|(id, _)| {
            let policy = self.control_policies.get(id)?;
            let reference = PolicyRef {
                name: policy.name.as_str().into(),
                kind: policy.kind.into(),
                version: None,
                attached: Attachment::Target(node.into()),
            };
            Some((reference, Arc::clone(&policy.document)))
        }))
    }

    pub(super) fn recompile(&mut self, node: &str) {
        let set = self.controls(node).map(|controls| self.compile(node, &controls.attached));
        if let (Ok(set), Ok(controls)) = (set, self.controls_mut(node)) {
            controls.set = set;
        }
    }

    fn controls(&self, target: &str) -> Result<&Controls> {
        let folder = self.folders.get(target).map(|folder| &folder.controls);
        let member = || self.members.get(target).map(|member| &member.controls);
        folder.or_else(member).ok_or(ResourceDirectoryError::NoTarget)
    }

    fn controls_mut(&mut self, target: &str) -> Result<&mut Controls> {
        let folder = self.folders.get_mut(target).map(|folder| &mut folder.controls);
        let member = self.members.get_mut(target).map(|member| &mut member.controls);
        folder.or(member).ok_or(ResourceDirectoryError::NoTarget)
    }

    fn custom_control_policy(&self, id: &str) -> Result<&ControlPolicy> {
        let policy = self.control_policy(id)?;
        match policy.kind {
            PolicyType::Custom => Ok(policy),
            PolicyType::System => Err(ResourceDirectoryError::ControlPolicyIsSystem),
        }
    }

    fn check_control_policy_name(&self, name: &str) -> Result<()> {
        if self.control_policies().any(|policy| policy.name == name) {
            return Err(ResourceDirectoryError::ControlPolicyExists);
        }
        Ok(())
    }

    fn check_control(&self) -> Result<()> {
        if self.control { Ok(()) } else { Err(ResourceDirectoryError::ControlOff) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_ones_can_be_read() {
        let names: Vec<_> = ControlPolicy::system().iter().map(|policy| policy.name.as_str()).collect();
        assert_eq!(names, ["FullAliyunAccess"]);
    }
}
