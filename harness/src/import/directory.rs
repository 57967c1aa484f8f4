//! A resource directory as it is gathered, in whatever order: who is its member, in which folder, and which control policies are
//! attached to what. It becomes one at the end, when all that was told is known.

use std::collections::{BTreeMap, BTreeSet};

use acslab_emulator::state::{AccountState, Attachment, ControlPolicy, Folder, Member, ResourceDirectory};

use crate::authorization::{Kept, Missing};
use crate::words::word;

/// What was told of a resource directory.
#[derive(Debug, Default)]
pub(super) struct Directory {
    management: Option<String>,
    /// Who told it: the management account, unless it is a member.
    teller: Option<String>,
    policies: BTreeMap<String, ControlPolicy>,
    /// The policies' names by their ids.
    names: BTreeMap<String, String>,
    /// What is attached, by the id of the folder or of the account.
    attached: BTreeMap<String, Vec<Attachment>>,
    /// The folder that a folder or an account is in, by ids.
    parents: BTreeMap<String, String>,
}

impl Directory {
    pub(super) fn is_managed_by(&mut self, account: &str) {
        self.management = Some(account.to_owned());
    }

    pub(super) fn is_told_by(&mut self, account: Option<&str>) {
        self.teller = self.teller.take().or_else(|| account.map(str::to_owned));
    }

    /// A control policy has this id.
    pub(super) fn names(&mut self, id: &str, name: &str) {
        self.names.insert(id.to_owned(), name.to_owned());
    }

    pub(super) fn defines(&mut self, name: &str, policy: ControlPolicy) {
        self.policies.insert(name.to_owned(), policy);
    }

    /// All that is attached to a folder or an account.
    pub(super) fn attaches(&mut self, target: &str, attachments: Vec<Attachment>) {
        self.attached.insert(target.to_owned(), attachments);
    }

    /// One thing more that is attached to a folder or an account, by its name or its id.
    pub(super) fn attaches_also(&mut self, target: &str, policy: &str) {
        let attached = self.attached.entry(target.to_owned()).or_default();
        if !attached.iter().any(|one| one.name == policy) {
            attached.push(attachment(policy, if policy == FULL_ACCESS_ID { "System" } else { "Custom" }));
        }
    }

    /// Where something is: `rd-a/r-b/fd-c/1234567890123456`.
    pub(super) fn leads_to(&mut self, path: &str) {
        let steps: Vec<&str> = path.split('/').skip(1).collect();
        for pair in steps.windows(2) {
            if let [parent, child] = pair {
                self.parents.insert((*child).to_owned(), (*parent).to_owned());
            }
        }
    }

    pub(super) fn is_in(&mut self, child: &str, folder: &str) {
        self.parents.insert(child.to_owned(), folder.to_owned());
    }

    /// How many control policies there are.
    pub(super) fn policies(&self) -> usize {
        self.policies.len()
    }

    /// Puts the directory into the account that manages it, and gives what is known to be missing of it.
    /// `names`: the accounts' names by their ids.
    pub(super) fn settle(
        mut self,
        accounts: &mut BTreeMap<String, AccountState>,
        names: &BTreeMap<String, String>,
    ) -> Vec<Missing> {
        let is_account = |id: &str| id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_digit());
        let with_policies = self.attached.keys().filter(|target| is_account(target));
        let placed = self.parents.keys().filter(|id| accounts.contains_key(*id));
        let members: BTreeSet<String> = with_policies.chain(placed).cloned().collect();
        if members.is_empty() && self.attached.is_empty() && self.policies.is_empty() {
            return Vec::new();
        }
        let known = accounts.iter().find(|(_, account)| account.resource_directory.is_some());
        let known = known.map(|(id, _)| id.clone());
        let told = self.management.take().or_else(|| known.clone()).or_else(|| self.teller.take());
        // Control policies bind members alone, never the account that manages the directory: who is bound does not manage it.
        let manager = told.filter(|id| !members.contains(id)).unwrap_or_else(|| Kept::UNNAMED_MANAGEMENT.to_owned());
        let before = known.and_then(|id| accounts.get_mut(&id)?.resource_directory.take());
        let mut directory = before.unwrap_or_default();
        "enabled".clone_into(&mut directory.control);
        directory.control_policies.append(&mut self.policies);
        directory.folders.entry("root".to_owned()).or_default();
        let mut missing = self.unnamed(&directory);
        for target in self.attached.keys().filter(|target| !is_account(target)) {
            let path = self.path(target, &directory).unwrap_or_else(|| format!("root/{target}"));
            Self::make(&path, &mut directory).control_policies = self.attachments(target);
        }
        let bound =
            directory.folders.iter().any(|(path, folder)| path != "root" && !folder.control_policies.is_empty());
        for id in members {
            let folder = self.parents.get(&id).and_then(|folder| self.path(folder, &directory));
            if let Some(path) = &folder {
                Self::make(path, &mut directory);
            }
            // A state that somebody saved names its members as its accounts are called.
            let name = names.get(&id).filter(|name| directory.members.contains_key(*name)).unwrap_or(&id);
            let member: &mut Member = directory.members.entry(name.clone()).or_default();
            if let Some(folder) = folder {
                member.folder = folder;
            } else if member.folder.is_empty() {
                "root".clone_into(&mut member.folder);
                if bound {
                    missing.push(Missing {
                        what: format!(
                            "in which folder account {id} is: until then control policies of folders do not bind it"
                        ),
                        get: format!("aliyun resourcemanager GetAccount --AccountId {id}"),
                        of: None,
                    });
                }
            }
            if self.attached.contains_key(&id) {
                member.control_policies = self.attachments(&id);
            }
            account(accounts, &id);
        }
        account(accounts, &manager).resource_directory = Some(directory);
        missing
    }

    /// What is attached and has no document.
    fn unnamed(&self, directory: &ResourceDirectory) -> Vec<Missing> {
        let attached: BTreeSet<String> = self
            .attached
            .keys()
            .flat_map(|target| self.attachments(target))
            .filter(|one| one.kind != "System")
            .map(|one| one.name)
            .collect();
        let without = attached.into_iter().filter(|name| !directory.control_policies.contains_key(name));
        without
            .map(|name| {
                let id = self.names.iter().find(|(_, known)| **known == name).map_or("cp-…", |(id, _)| id);
                Missing {
                    what: format!("the document of control policy `{name}`"),
                    get: format!("aliyun resourcemanager GetControlPolicy --PolicyId {}", word(id)),
                    of: None,
                }
            })
            .collect()
    }

    /// What is attached to a folder or an account, by name.
    fn attachments(&self, target: &str) -> Vec<Attachment> {
        let named = |one: &Attachment| match self.names.get(&one.name) {
            Some(name) => Attachment { name: name.clone(), ..one.clone() },
            None if one.name == FULL_ACCESS_ID => attachment("FullAliyunAccess", "System"),
            None => one.clone(),
        };
        self.attached.get(target).into_iter().flatten().map(named).collect()
    }

    /// The path of a folder, as far as it is known: `root/fd-a/fd-b`.
    fn path(&self, folder: &str, directory: &ResourceDirectory) -> Option<String> {
        let (mut at, mut steps) = (folder, Vec::new());
        // A directory has five levels below its root; a circle ends as well.
        while !at.starts_with("r-") {
            steps.push(at);
            match self.parents.get(at) {
                Some(parent) if steps.len() < 8 => at = parent,
                _ => {
                    let known = directory.folders.keys().find(|path| path.rsplit('/').next() == Some(at));
                    let rest = steps.iter().rev().skip(1).fold(known?.clone(), |path, step| path + "/" + step);
                    return Some(rest);
                }
            }
        }
        Some(steps.iter().rev().fold("root".to_owned(), |path, step| path + "/" + step))
    }

    /// A folder, and those that it is in.
    fn make<'d>(path: &str, directory: &'d mut ResourceDirectory) -> &'d mut Folder {
        for (end, _) in path.match_indices('/') {
            directory.folders.entry(path.get(..end).unwrap_or_default().to_owned()).or_default();
        }
        directory.folders.entry(path.to_owned()).or_default()
    }
}

/// The id of the control policy that is attached to every node until somebody takes it away.
const FULL_ACCESS_ID: &str = "cp-FullAliyunAccess";

fn attachment(name: &str, kind: &str) -> Attachment {
    Attachment { name: name.to_owned(), kind: kind.to_owned(), version: None, resource_group: None }
}

fn account<'a>(accounts: &'a mut BTreeMap<String, AccountState>, id: &str) -> &'a mut AccountState {
    let new = || AccountState { account_id: id.to_owned(), ..AccountState::default() };
    accounts.entry(id.to_owned()).or_insert_with(new)
}
