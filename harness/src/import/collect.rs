//! What was gathered, and what was said of it.

use std::collections::{BTreeMap, BTreeSet};

use acslab_emulator::SystemPolicies;
use acslab_emulator::state::{AccountState, Attachment, Bucket, CustomPolicy, Group, PolicyText, Role, User};
use serde_json::Value;

use super::how::word;
use super::merge::merge;
use super::piece::Place;
use crate::authorization::{Kept, Missing};

/// The account of what nobody says whose it is.
const DEFAULT_ACCOUNT: &str = "1234567890123456";

/// Something to know of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Where: `users.json:12`.
    pub place: String,
    /// What.
    pub what: String,
    /// Was something left out because of it?
    pub left_out: bool,
}

/// How to import.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The account of what does not say whose it is.
    pub account: Option<String>,
    /// To whom documents that nobody is named for are attached: `user/alice`, `group/dev`, `role/ops`.
    pub attach_to: Option<String>,
}

/// What came of the sources.
#[derive(Debug)]
pub struct Collected {
    /// The state.
    pub kept: Kept,
    /// What there is to know, in the order of the sources.
    pub notes: Vec<Note>,
    /// What was taken, in words: "2 users", "1 policy".
    pub taken: Vec<(usize, &'static str)>,
}

/// What is being gathered.
pub(super) struct Collector {
    accounts: BTreeMap<String, AccountState>,
    names: BTreeMap<String, String>,
    current: Option<String>,
    /// Did things go to the account that is assumed, because nobody had said whose they are?
    assumed: bool,
    pub(super) options: Options,
    notes: Vec<Note>,
    /// Where each thing was last told, for what contradicts it.
    told: BTreeMap<String, (Place, String)>,
    users_with_keys: BTreeSet<String>,
}

impl Collector {
    pub(super) fn new(options: Options, before: Option<Kept>) -> Self {
        let mut collector = Self {
            accounts: BTreeMap::new(),
            names: BTreeMap::new(),
            current: options.account.clone(),
            assumed: false,
            options,
            notes: Vec::new(),
            told: BTreeMap::new(),
            users_with_keys: BTreeSet::new(),
        };
        for (name, account) in before.into_iter().flat_map(|kept| kept.state.accounts) {
            collector.names.insert(account.account_id.clone(), name);
            collector.accounts.insert(account.account_id.clone(), account);
        }
        // What is added to a state of one account is of that one.
        if collector.current.is_none() && collector.accounts.len() == 1 {
            collector.current = collector.accounts.keys().next().cloned();
        }
        collector
    }

    pub(super) fn note(&mut self, place: &Place, what: impl Into<String>) {
        self.notes.push(Note { place: place.to_string(), what: what.into(), left_out: false });
    }

    pub(super) fn leave(&mut self, place: &Place, what: impl Into<String>) {
        self.notes.push(Note { place: place.to_string(), what: what.into(), left_out: true });
    }

    /// Takes over a whole state.
    pub(super) fn whole(&mut self, name: String, account: AccountState) {
        self.names.insert(account.account_id.clone(), name);
        self.accounts.insert(account.account_id.clone(), account);
    }

    /// From here on things are of this account, unless they say otherwise.
    pub(super) fn account_is(&mut self, id: &str) {
        if id.len() == 16 && self.options.account.is_none() {
            self.current = Some(id.to_owned());
            // What came before anybody said whose it is, is of this account as well.
            if std::mem::take(&mut self.assumed)
                && id != DEFAULT_ACCOUNT
                && let Some(told) = self.accounts.remove(DEFAULT_ACCOUNT)
            {
                let new = || AccountState { account_id: id.to_owned(), ..AccountState::default() };
                merge(self.accounts.entry(id.to_owned()).or_insert_with(new), told, |trust| {
                    *trust == PolicyText::new(NOT_TOLD)
                });
            }
        }
    }

    /// The account of an ARN `acs:ram::ID:…`, or the one that is asked.
    pub(super) fn account(&mut self, arn: Option<&str>) -> &mut AccountState {
        let of_arn = arn.and_then(|arn| arn.split(':').nth(3)).filter(|id| id.len() == 16);
        if let Some(id) = of_arn
            && self.current.is_none()
        {
            let id = id.to_owned();
            self.account_is(&id);
        }
        let told = of_arn.or(self.current.as_deref());
        // An account of that id that is there is nobody's guess.
        self.assumed |= told.is_none() && !self.accounts.contains_key(DEFAULT_ACCOUNT);
        let id = told.unwrap_or(DEFAULT_ACCOUNT).to_owned();
        let new = AccountState { account_id: id.clone(), ..AccountState::default() };
        self.accounts.entry(id).or_insert(new)
    }

    /// Says so if something was told otherwise before: the later one is taken.
    pub(super) fn tell(&mut self, place: &Place, what: &str, value: &str) {
        if let Some((before, old)) = self.told.get(what)
            && old != value
        {
            let text = format!("{what} is told otherwise than at {before}; this one is taken");
            self.note(place, text);
        }
        self.told.insert(what.to_owned(), (place.clone(), value.to_owned()));
    }

    pub(super) fn user(&mut self, arn: Option<&str>, name: &str) -> &mut User {
        self.account(arn).users.entry(name.to_owned()).or_default()
    }

    pub(super) fn group(&mut self, name: &str) -> &mut Group {
        self.account(None).groups.entry(name.to_owned()).or_default()
    }

    /// A role: until its trust policy is told, it trusts nobody.
    pub(super) fn role(&mut self, arn: Option<&str>, name: &str) -> &mut Role {
        self.account(arn).roles.entry(name.to_owned()).or_insert_with(|| Role {
            trust: PolicyText::new(NOT_TOLD),
            policies: Vec::new(),
            service_linked: None,
            max_session_duration: 3600,
        })
    }

    pub(super) fn bucket(&mut self, name: &str) -> &mut Bucket {
        let new = || Bucket { acl: "private".to_owned(), region: "cn-hangzhou".to_owned(), ..Bucket::default() };
        self.account(None).buckets.entry(name.to_owned()).or_insert_with(new)
    }

    /// A version of a policy.
    pub(super) fn version(&mut self, place: &Place, name: &str, version: &str, text: &str, default: bool) {
        if serde_json::from_str::<Value>(text).is_err() {
            self.note(place, format!("the document of policy `{name}` {version} is no JSON"));
        }
        self.tell(place, &format!("policy `{name}` {version}"), &PolicyText::new(text).to_string());
        let new = || CustomPolicy { default_version: version.to_owned(), versions: BTreeMap::new() };
        let policy = self.account(None).policies.entry(name.to_owned()).or_insert_with(new);
        policy.versions.insert(version.to_owned(), PolicyText::new(text));
        if default {
            version.clone_into(&mut policy.default_version);
        }
    }

    /// A system policy that says something else than the one that comes with acslab.
    pub(super) fn system_version(&mut self, name: &str, version: &str, text: &str) {
        let shipped = SystemPolicies::shipped();
        let known = shipped.get(name).filter(|policy| policy.default_version == version);
        let same = known.is_some_and(|policy| PolicyText::new(policy.document().text()) == PolicyText::new(text));
        if !same {
            let policy =
                acslab_emulator::state::SystemPolicy { version: version.to_owned(), text: PolicyText::new(text) };
            self.account(None).system_policies.insert(name.to_owned(), policy);
        }
    }

    /// Somebody who has a policy: `user/alice`, `group/dev`, `role/ops`.
    pub(super) fn attach(&mut self, place: &Place, whom: (&str, &str), attachment: Attachment) {
        let (kind, name) = whom;
        let attached = match kind {
            "user" => &mut self.user(None, name).policies,
            "group" => &mut self.group(name).policies,
            "role" => &mut self.role(None, name).policies,
            _ => {
                self.leave(place, format!("`{kind}/{name}` is no user, group or role"));
                return;
            }
        };
        let same = |old: &&mut Attachment| {
            (&old.name, &old.kind, &old.resource_group)
                == (&attachment.name, &attachment.kind, &attachment.resource_group)
        };
        match attached.iter_mut().find(same) {
            Some(old) => *old = attachment,
            None => attached.push(attachment),
        }
    }

    /// Somebody has a key that may sign.
    pub(super) fn has_key(&mut self, user: &str) {
        if self.users_with_keys.insert(user.to_owned()) {
            self.user(None, user).access_keys.active = 1;
        }
    }

    /// All of it, with what is known to be missing.
    pub(super) fn finish(mut self) -> Collected {
        let mut missing = Vec::new();
        let shipped = SystemPolicies::shipped();
        for account in self.accounts.values_mut() {
            missing.append(&mut missing_of(account, &shipped));
        }
        missing.sort();
        missing.dedup();
        let mut taken = [(0, "user"), (0, "user group"), (0, "role"), (0, "custom policy"), (0, "bucket")];
        let mut kept = Kept { missing, ..Kept::default() };
        let single = self.accounts.len() == 1;
        for (id, account) in self.accounts {
            let counts = [
                account.users.len(),
                account.groups.len(),
                account.roles.len(),
                account.policies.len(),
                account.buckets.len(),
            ];
            taken.iter_mut().zip(counts).for_each(|((sum, _), count)| *sum += count);
            let name = if single { "company".to_owned() } else { format!("account-{id}") };
            let name = self.names.remove(&id).unwrap_or(name);
            kept.state.accounts.insert(name, account);
        }
        let taken = taken.into_iter().filter(|(count, _)| *count > 0).collect();
        Collected { kept, notes: self.notes, taken }
    }
}

/// What a role trusts of which nothing was told.
pub(crate) const NOT_TOLD: &str = r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"sts:AssumeRole","Principal":{"Service":["not-told.aliyuncs.com"]}}]}"#;

/// What is attached and not known, and the commands that fetch it.
fn missing_of(account: &mut AccountState, shipped: &SystemPolicies) -> Vec<Missing> {
    let mut missing = Vec::new();
    let documents: BTreeSet<String> = account.policies.keys().map(|name| name.to_ascii_lowercase()).collect();
    let users = account.users.values().flat_map(|user| &user.policies);
    let groups = account.groups.values().flat_map(|group| &group.policies);
    let roles = account.roles.values().flat_map(|role| &role.policies);
    for attachment in users.chain(groups).chain(roles) {
        let name = &attachment.name;
        let known = match attachment.kind.as_str() {
            "Custom" => documents.contains(&name.to_ascii_lowercase()),
            _ => shipped.get(name).is_some() || account.system_policies.contains_key(name),
        };
        if !known {
            missing.push(Missing {
                what: format!("the document of {} policy `{name}`", attachment.kind.to_lowercase()),
                get: format!(
                    "aliyun ram GetPolicy --PolicyType {} --PolicyName {}",
                    word(&attachment.kind),
                    word(name)
                ),
            });
        }
    }
    for (name, policy) in &account.policies {
        if !policy.versions.contains_key(&policy.default_version) {
            let version = &policy.default_version;
            missing.push(Missing {
                what: format!("version {version} of policy `{name}`, which is in force"),
                get: format!(
                    "aliyun ram GetPolicyVersion --PolicyType Custom --PolicyName {} --VersionId {}",
                    word(name),
                    word(version)
                ),
            });
        }
    }
    for (name, role) in &account.roles {
        if role.trust == PolicyText::new(NOT_TOLD) {
            missing.push(Missing {
                what: format!("the trust policy of role `{name}`"),
                get: format!("aliyun ram GetRole --RoleName {}", word(name)),
            });
        }
    }
    let named: Vec<String> = account.users.values().flat_map(|user| user.groups.iter().cloned()).collect();
    for group in named {
        if !account.groups.contains_key(&group) {
            missing.push(Missing {
                what: format!("what is attached to group `{group}`"),
                get: format!("aliyun ram ListPoliciesForGroup --GroupName {}", word(&group)),
            });
            account.groups.entry(group).or_default();
        }
    }
    missing
}
