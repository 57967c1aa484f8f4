//! What PAI keeps for an account: workspaces with their members and configurations, and what LangStudio keeps in them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::langstudio::{Deployment, Flow, KnowledgeBase, Made, Runtime, Snapshot};
use super::limits::LANGSTUDIO_ENTITIES;
use super::resource_groups::{ResourceGroups, ResourceKey};

/// A role in a workspace (PAI: Appendix: Roles and permissions). A member may have several; what they allow adds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum WorkspaceRole {
    /// The owner of the workspace.
    Owner,
    /// An administrator.
    Admin,
    /// An algorithm developer.
    AlgoDeveloper,
    /// An algorithm O&M engineer.
    AlgoOperator,
    /// A labeling administrator.
    LabelManager,
    /// A MaxCompute developer.
    MaxComputeDeveloper,
    /// A visitor.
    Guest,
}

impl WorkspaceRole {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Owner,
        Self::Admin,
        Self::AlgoDeveloper,
        Self::AlgoOperator,
        Self::LabelManager,
        Self::MaxComputeDeveloper,
        Self::Guest,
    ];

    /// The cloud's id: `PAI.AlgoDeveloper`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Owner => "PAI.WorkspaceOwner",
            Self::Admin => "PAI.WorkspaceAdmin",
            Self::AlgoDeveloper => "PAI.AlgoDeveloper",
            Self::AlgoOperator => "PAI.AlgoOperator",
            Self::LabelManager => "PAI.LabelManager",
            Self::MaxComputeDeveloper => "PAI.MaxComputeDeveloper",
            Self::Guest => "PAI.WorkspaceGuest",
        }
    }

    /// Reads the cloud's id; letter case counts.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.id() == id)
    }
}

/// Who sees something in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Accessibility {
    /// Its creator, and the workspace's administrators.
    Private,
    /// Every member.
    Public,
}

impl Accessibility {
    /// The cloud's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "PRIVATE",
            Self::Public => "PUBLIC",
        }
    }

    /// What a request says. INFERRED: private unless it says so.
    pub fn of(text: &str) -> Self {
        if text == Self::Public.as_str() { Self::Public } else { Self::Private }
    }
}

/// Why a change to PAI's records was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaiError {
    /// There is no workspace of that id in the region.
    NoWorkspace(String),
    /// Another workspace of the region has the name.
    NameTaken(String),
    /// There is no such member.
    NoMember(String),
    /// Whom is to be made a member is one.
    MemberExists(String),
    /// A workspace has an owner at any time.
    LastOwner,
    /// A workspace has as many of a kind as it may.
    TooMany(&'static str),
}

/// All of an account's workspaces, in whatever region.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PaiRecords(#[serde(with = "crate::cloud::save::with::by_key")] BTreeMap<String, Workspace>);

/// A workspace: it lives in one region.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workspace {
    /// Digits.
    pub id: String,
    /// The region that it lives in.
    pub region: String,
    /// Its name, unique in the region.
    pub name: String,
    /// The name that is shown.
    pub display_name: String,
    /// Free text.
    pub description: String,
    /// `prod`, or `dev` and `prod`.
    pub env_types: Vec<String>,
    /// Is it the region's default workspace?
    pub is_default: bool,
    /// The resource group that it was in, of documents that kept it here: account-wide is which resource is in which group.
    #[serde(default, skip_serializing)]
    resource_group: Option<String>,
    /// Who made it: the id of the account, the RAM user or the RAM role.
    pub creator: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
    /// The members, by the id of the account, the RAM user or the RAM role.
    pub members: BTreeMap<String, Member>,
    /// The configurations, by category and key.
    #[serde(with = "crate::cloud::save::with::pairs")]
    pub configs: BTreeMap<(String, String), Config>,
    /// LangStudio's flows, by id.
    #[serde(with = "crate::cloud::save::with::by_key")]
    pub flows: BTreeMap<String, Flow>,
    /// LangStudio's snapshots, by id.
    #[serde(with = "crate::cloud::save::with::by_key")]
    pub snapshots: BTreeMap<String, Snapshot>,
    /// LangStudio's runtimes, by id.
    #[serde(with = "crate::cloud::save::with::by_key", default)]
    pub runtimes: BTreeMap<String, Runtime>,
    /// LangStudio's deployments, by id.
    #[serde(with = "crate::cloud::save::with::by_key", default)]
    pub deployments: BTreeMap<String, Deployment>,
    /// LangStudio's knowledge bases, by id.
    #[serde(with = "crate::cloud::save::with::by_key", default)]
    pub knowledge_bases: BTreeMap<String, KnowledgeBase>,
}

/// A member of a workspace.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The roles.
    pub roles: BTreeSet<WorkspaceRole>,
    /// Since when.
    pub since: Timestamp,
}

/// A configuration of a workspace.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The value.
    pub value: String,
    /// Labels, as JSON.
    pub labels: Option<String>,
}

impl PaiRecords {
    /// The workspaces of a region, oldest first.
    pub fn in_region<'a>(&'a self, region: &'a str) -> Vec<&'a Workspace> {
        let mut found: Vec<_> = self.0.values().filter(|workspace| workspace.region == region).collect();
        found.sort_by(|a, b| (a.created, &a.name).cmp(&(b.created, &b.name)));
        found
    }

    /// All workspaces, by region and name.
    pub fn workspaces(&self) -> Vec<&Workspace> {
        let mut all: Vec<_> = self.0.values().collect();
        all.sort_by(|a, b| (&a.region, &a.name).cmp(&(&b.region, &b.name)));
        all
    }

    /// The workspace with that id. One of another region is not there.
    pub fn workspace(&self, region: &str, id: &str) -> Result<&Workspace, PaiError> {
        let found = self.0.get(id).filter(|workspace| workspace.region == region);
        found.ok_or_else(|| PaiError::NoWorkspace(id.to_owned()))
    }

    /// The same, to be changed.
    pub fn workspace_mut(&mut self, region: &str, id: &str) -> Result<&mut Workspace, PaiError> {
        let found = self.0.get_mut(id).filter(|workspace| workspace.region == region);
        found.ok_or_else(|| PaiError::NoWorkspace(id.to_owned()))
    }

    /// The workspace of a region that a knowledge base is in: some operations name no workspace.
    pub fn of_knowledge_base(&self, region: &str, id: &str) -> Option<&Workspace> {
        self.0.values().find(|workspace| workspace.region == region && workspace.knowledge_bases.contains_key(id))
    }

    /// The region's default workspace.
    pub fn default_of(&self, region: &str) -> Option<&Workspace> {
        self.0.values().find(|workspace| workspace.region == region && workspace.is_default)
    }

    /// Adds a workspace. The first of a region becomes its default (CHOICE: the console makes one at activation).
    pub fn add(&mut self, mut workspace: Workspace) -> Result<(), PaiError> {
        if self.0.values().any(|old| old.region == workspace.region && old.name == workspace.name) {
            return Err(PaiError::NameTaken(workspace.name));
        }
        workspace.is_default = self.default_of(&workspace.region).is_none();
        self.0.insert(workspace.id.clone(), workspace);
        Ok(())
    }

    /// Makes a workspace its region's default.
    pub fn set_default(&mut self, region: &str, id: &str) -> Result<(), PaiError> {
        self.workspace(region, id)?;
        for workspace in self.0.values_mut().filter(|workspace| workspace.region == region) {
            workspace.is_default = workspace.id == id;
        }
        Ok(())
    }

    /// Puts what was read into the resource groups of its account, where it is in none: the group that it names, if that is still
    /// there.
    pub(super) fn enter(&mut self, groups: &mut ResourceGroups) {
        for workspace in self.0.values_mut() {
            let (key, group) = (workspace.key(), workspace.resource_group.take());
            if groups.group_of(&key).is_some() {
                continue;
            }
            let (region, at) = (&workspace.region, workspace.created);
            // The default group can be deleted by nobody.
            let _ = groups
                .enter(key.clone(), region, group.as_deref(), at)
                .or_else(|_| groups.enter(key, region, None, at));
        }
    }

    /// Deletes a workspace with all that is in it. What lies in OSS stays there.
    pub fn remove(&mut self, region: &str, id: &str) -> Result<(), PaiError> {
        self.workspace(region, id)?;
        self.0.remove(id);
        Ok(())
    }
}

/// Adds one to things of a kind, unless there are as many as may be.
pub fn add_entity<T>(all: &mut BTreeMap<String, T>, kind: &'static str, id: String, one: T) -> Result<(), PaiError> {
    if all.len() >= LANGSTUDIO_ENTITIES {
        return Err(PaiError::TooMany(kind));
    }
    all.insert(id, one);
    Ok(())
}

impl Workspace {
    /// One with nobody and nothing in it.
    pub fn new(id: String, region: &str, name: &str, creator: &str, at: Timestamp) -> Self {
        Self {
            id,
            region: region.to_owned(),
            name: name.to_owned(),
            display_name: name.to_owned(),
            description: String::new(),
            env_types: vec!["prod".to_owned()],
            is_default: false,
            resource_group: None,
            creator: creator.to_owned(),
            created: at,
            modified: at,
            members: BTreeMap::new(),
            configs: BTreeMap::new(),
            flows: BTreeMap::new(),
            snapshots: BTreeMap::new(),
            runtimes: BTreeMap::new(),
            deployments: BTreeMap::new(),
            knowledge_bases: BTreeMap::new(),
        }
    }

    /// What resource groups call it. CHOICE: the code and the type; no list of those that a workspace has is published.
    pub fn key(&self) -> ResourceKey {
        Self::key_of(&self.id)
    }

    /// The same, by its id.
    pub fn key_of(id: &str) -> ResourceKey {
        ResourceKey::new("pai", "workspace", id)
    }

    /// Who made something of LangStudio's, by its kind and id, and who sees it.
    pub fn made(&self, kind: &str, id: &str) -> Option<&Made> {
        match kind {
            "flow" => self.flows.get(id).map(|flow| &flow.made),
            "snapshot" => self.snapshots.get(id).map(|snapshot| &snapshot.made),
            "runtime" => self.runtimes.get(id).map(|runtime| &runtime.made),
            "deployment" => self.deployments.get(id).map(|deployment| &deployment.made),
            "knowledge-base" => self.knowledge_bases.get(id).map(|base| &base.made),
            _ => None,
        }
    }

    /// All that LangStudio keeps here that has a maker: its kind, its name, and who made it for whom.
    pub fn all_made(&self) -> Vec<(&'static str, &str, &Made)> {
        let flows = self.flows.values().map(|one| ("flow", one.name.as_str(), &one.made));
        let snapshots = self.snapshots.values().map(|one| ("snapshot", one.name.as_str(), &one.made));
        let runtimes = self.runtimes.values().map(|one| ("runtime", one.name.as_str(), &one.made));
        let deployments = self.deployments.values().map(|one| ("deployment", one.service.as_str(), &one.made));
        let bases = self.knowledge_bases.values().map(|one| ("knowledge-base", one.name.as_str(), &one.made));
        flows.chain(snapshots).chain(runtimes).chain(deployments).chain(bases).collect()
    }

    /// The roles of a member; none of somebody who is no member.
    pub fn roles_of(&self, id: &str) -> BTreeSet<WorkspaceRole> {
        self.members.get(id).map(|member| member.roles.clone()).unwrap_or_default()
    }

    /// A member's id, as the cloud writes it.
    pub fn member_id(&self, user: &str) -> String {
        format!("{}-{user}", self.id)
    }

    /// The id of the person behind a member's id.
    pub fn person<'m>(&self, member_id: &'m str) -> Option<&'m str> {
        member_id.strip_prefix(&self.id)?.strip_prefix('-').filter(|id| self.members.contains_key(*id))
    }

    /// Makes people members; all of them or none.
    pub fn add_members(
        &mut self,
        new: Vec<(String, BTreeSet<WorkspaceRole>)>,
        since: Timestamp,
    ) -> Result<(), PaiError> {
        if let Some((id, _)) = new.iter().find(|(id, _)| self.members.contains_key(id)) {
            return Err(PaiError::MemberExists(self.member_id(id)));
        }
        self.members.extend(new.into_iter().map(|(id, roles)| (id, Member { roles, since })));
        Ok(())
    }

    /// Replaces all members by what a change makes of them, unless no owner would be left.
    pub fn change_members(
        &mut self,
        change: impl FnOnce(&mut BTreeMap<String, Member>) -> Result<(), PaiError>,
    ) -> Result<(), PaiError> {
        let mut changed = self.members.clone();
        change(&mut changed)?;
        if !changed.values().any(|member| member.roles.contains(&WorkspaceRole::Owner)) {
            return Err(PaiError::LastOwner);
        }
        self.members = changed;
        Ok(())
    }
}
