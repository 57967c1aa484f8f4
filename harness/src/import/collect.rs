//! What was gathered, and what was said of it.

use std::collections::{BTreeMap, BTreeSet};

use acslab_emulator::SystemPolicies;
use acslab_emulator::state::{
    AccountState, Attachment, Bucket, ControlPolicy, CustomPolicy, Group, PolicyText, Role, User,
};
use acslab_policy::{Document, DocumentKind};
use serde_json::Value;

use super::collected::{Collected, Note, Options};
use super::directory::Directory;
use super::grouped::{missing_groups, ungrouped};
use super::ids::unknown_ids;
use super::lists::Lists;
use super::merge::merge;
use super::missing::{missing_list, missing_of, unread};
use super::piece::{Piece, Place};
use super::ram::add;
use super::speaker::Speaker;
use super::told::{told_of, which_is_in_force};
use crate::authorization::{Kept, holders};

/// The account of what nobody says whose it is.
const DEFAULT_ACCOUNT: &str = "1234567890123456";

/// A user: the id of its account, and its name.
type UserOf = (String, String);

/// What is being gathered.
pub(super) struct Collector {
    accounts: BTreeMap<String, AccountState>,
    names: BTreeMap<String, String>,
    current: Option<String>,
    /// Did things go to the account that is assumed, because nobody had said whose they are?
    assumed: bool,
    pub(super) options: Options,
    notes: Vec<Note>,
    /// Where each thing of an account was last told, for what contradicts it; no place for what was in the state before.
    told: BTreeMap<(String, String), (Option<Place>, String)>,
    /// The users that are there of whom nobody has told yet what is attached to them. CHOICE: not the roles, which are often gathered
    /// for their trust policies alone.
    unread: BTreeSet<UserOf>,
    /// The users of whom it was told.
    read: BTreeSet<UserOf>,
    users_with_keys: BTreeSet<UserOf>,
    /// The versions in force, by account and policy.
    in_force: BTreeMap<(String, String), String>,
    pub(super) directory: Directory,
    lists: Lists,
    /// The buckets of which something was told.
    buckets: BTreeSet<(String, String)>,
    speaker: Speaker,
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
            unread: BTreeSet::new(),
            read: BTreeSet::new(),
            users_with_keys: BTreeSet::new(),
            in_force: BTreeMap::new(),
            directory: Directory::default(),
            lists: Lists::default(),
            buckets: BTreeSet::new(),
            speaker: Speaker::default(),
        };
        let single = before.as_ref().and_then(Kept::single).map(|account| account.account_id.clone());
        for missing in before.iter().flat_map(|kept| &kept.missing) {
            collector.lists.know(single.as_deref().unwrap_or_default(), missing);
            collector.unread.extend(unread(missing));
            collector.buckets.extend(ungrouped(missing));
        }
        for (name, account) in before.into_iter().flat_map(|kept| kept.state.accounts) {
            collector.told.extend(told_of(&account));
            collector.names.insert(account.account_id.clone(), name);
            collector.accounts.insert(account.account_id.clone(), account);
        }
        // What is added to a state of one account is of that one.
        collector.current = collector.current.or(single);
        collector
    }

    pub(super) fn note(&mut self, place: &Place, what: impl Into<String>) {
        self.notes.push(Note::new(place, what.into(), false));
    }

    pub(super) fn leave(&mut self, place: &Place, what: impl Into<String>) {
        self.notes.push(Note::new(place, what.into(), true));
    }

    /// Says what of a document counts for nothing, which is at this place of an account.
    fn reads(&mut self, place: &Place, kind: DocumentKind, (what, of): (&str, (String, String)), text: &PolicyText) {
        let before = self.notes.len();
        match Document::stored(kind, &text.pretty()) {
            Ok(document) => {
                for unusable in document.unusable() {
                    self.leave(place, format!("{what}: {unusable}"));
                }
            }
            Err(malformed) => {
                self.leave(place, format!("{what} is no {}: {malformed}", kind.name()));
                if let Some(note) = self.notes.last_mut() {
                    note.of_document = true;
                }
            }
        }
        self.notes.iter_mut().skip(before).for_each(|note| note.of = Some(of.clone()));
    }

    /// Takes over a whole state.
    pub(super) fn whole(&mut self, name: String, account: AccountState) {
        self.names.insert(account.account_id.clone(), name);
        self.accounts.insert(account.account_id.clone(), account);
    }

    /// What comes is what this command printed.
    pub(super) fn hears(&mut self, piece: &Piece) {
        let Some(command) = &piece.command else { return };
        let known = self.speaker.asks_as(command.profile()).map(str::to_owned);
        if self.options.account.is_none() {
            self.current = known.or(self.current.take());
        }
    }

    /// It was read: says so where it is doubtful whose it is.
    pub(super) fn heard(&mut self, place: &Place) {
        if let Some(doubt) = self.speaker.doubt(self.current.as_deref()).filter(|_| self.options.account.is_none()) {
            self.note(place, doubt);
        }
    }

    /// From here on things are of this account, unless they say otherwise.
    pub(super) fn account_is(&mut self, id: &str) {
        if id.len() == 16 && self.options.account.is_none() {
            self.speaker.is_of(id, None);
            self.current = Some(id.to_owned());
            // What came before anybody said whose it is, is of this account as well.
            if std::mem::take(&mut self.assumed)
                && id != DEFAULT_ACCOUNT
                && let Some(told) = self.accounts.remove(DEFAULT_ACCOUNT)
            {
                let new = || AccountState { account_id: id.to_owned(), ..AccountState::default() };
                let moved =
                    |(account, user): UserOf| (if account == DEFAULT_ACCOUNT { id.to_owned() } else { account }, user);
                self.lists.move_account(DEFAULT_ACCOUNT, id);
                let of = self.notes.iter_mut().filter_map(|note| note.of.as_mut());
                of.filter(|(of, _)| of == DEFAULT_ACCOUNT).for_each(|(of, _)| id.clone_into(of));
                for users in [&mut self.unread, &mut self.read, &mut self.users_with_keys, &mut self.buckets] {
                    *users = std::mem::take(users).into_iter().map(moved).collect();
                }
                let in_force = std::mem::take(&mut self.in_force).into_iter();
                self.in_force = in_force.map(|(policy, version)| (moved(policy), version)).collect();
                merge(self.accounts.entry(id.to_owned()).or_insert_with(new), told, |trust| {
                    *trust == PolicyText::new(NOT_TOLD)
                });
            }
        }
    }

    /// The account of an ARN `acs:ram::ID:…`, or the one that is asked.
    pub(super) fn account(&mut self, arn: Option<&str>) -> &mut AccountState {
        let of_arn = arn.and_then(|arn| arn.split(':').nth(3)).filter(|id| id.len() == 16);
        // Whoever asks for users and roles is answered with those of its own account.
        if let Some(id) = of_arn
            && self.options.account.is_none()
            && self.current.as_deref() != Some(id)
        {
            let (id, taken) = (id.to_owned(), self.current.clone());
            self.account_is(&id);
            self.speaker.is_of(&id, taken.as_deref());
        }
        let told = of_arn.or(self.current.as_deref());
        // An account of that id that is there is nobody's guess.
        self.assumed |= told.is_none() && !self.accounts.contains_key(DEFAULT_ACCOUNT);
        let id = told.unwrap_or(DEFAULT_ACCOUNT).to_owned();
        let new = AccountState { account_id: id.clone(), ..AccountState::default() };
        self.accounts.entry(id).or_insert(new)
    }

    /// Says so if something of the account of an ARN, or of the one that is asked, was told otherwise before: the later one is taken.
    pub(super) fn tell(&mut self, place: &Place, arn: Option<&str>, what: &str, value: &str) {
        let key = (self.account(arn).account_id.clone(), what.to_owned());
        if let Some((before, old)) = self.told.get(&key)
            && old != value
        {
            let before =
                before.as_ref().map_or_else(|| "in the state that was there".to_owned(), |at| format!("at {at}"));
            let text = format!("{what} is told otherwise than {before}; this one is taken");
            self.note(place, text);
        }
        self.told.insert(key, (Some(place.clone()), value.to_owned()));
    }

    /// The name for a document that has none but its file's: one that is taken by another document, which others have, is not taken
    /// from them.
    pub(super) fn free_name(&mut self, place: &Place, name: &str, text: &str) -> String {
        let attach_to = self.options.attach_to.clone().unwrap_or_default();
        let account = self.account(None);
        let document = PolicyText::new(text);
        let of_others = |name: &str| {
            let others = holders(account, name).into_iter().filter(|who| *who != attach_to).collect::<Vec<_>>();
            let same =
                account.policies.get(name).is_none_or(|policy| policy.versions.values().all(|old| *old == document));
            if same { Vec::new() } else { others }
        };
        let others = of_others(name);
        if others.is_empty() {
            return name.to_owned();
        }
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let free = numbered.take(1000).find(|name| of_others(name).is_empty()).unwrap_or_else(|| name.to_owned());
        let others = others.join(", ");
        self.note(place, format!("`{name}` is another document, which {others} has: this one is taken as `{free}`"));
        free
    }

    /// What was answered may be a page of a list.
    pub(super) fn lists(&mut self, piece: &Piece, value: &Value) {
        let account = self.current.as_deref().unwrap_or(DEFAULT_ACCOUNT);
        self.lists.hear(account, piece, value);
    }

    /// A user is there of whom it has to be told what is attached to it.
    pub(super) fn is_there(&mut self, arn: Option<&str>, user: &str) {
        let account = self.account(arn).account_id.clone();
        self.unread.insert((account, user.to_owned()));
    }

    /// All that is attached to a user was told.
    pub(super) fn is_read(&mut self, user: &str) {
        let account = self.account(None).account_id.clone();
        self.read.insert((account, user.to_owned()));
    }

    /// Whom a role trusts.
    pub(super) fn trusts(&mut self, place: &Place, arn: Option<&str>, name: &str, text: &str) {
        let trust = PolicyText::new(text);
        let what = format!("the trust policy of role `{name}`");
        self.tell(place, arn, &what, &trust.to_string());
        let of = (self.account(arn).account_id.clone(), format!("roles/{name}/trust"));
        self.reads(place, DocumentKind::Trust, (&what, of), &trust);
        self.role(arn, name).trust = trust;
    }

    /// The policy of a bucket.
    pub(super) fn bucket_policy(&mut self, place: &Place, name: &str, text: &str) {
        let policy = PolicyText::new(text);
        let what = format!("the policy of bucket `{name}`");
        self.tell(place, None, &what, &policy.to_string());
        let of = (self.account(None).account_id.clone(), format!("buckets/{name}/policy"));
        self.reads(place, DocumentKind::Bucket, (&what, of), &policy);
        self.bucket(name).policy = Some(policy);
    }

    pub(super) fn user(&mut self, arn: Option<&str>, name: &str) -> &mut User {
        self.account(arn).users.entry(name.to_owned()).or_default()
    }

    pub(super) fn group(&mut self, name: &str) -> &mut Group {
        self.account(None).groups.entry(name.to_owned()).or_default()
    }

    /// A role: until its trust policy is told, it trusts nobody.
    pub(super) fn role(&mut self, arn: Option<&str>, name: &str) -> &mut Role {
        let roles = &mut self.account(arn).roles;
        let name = role_named(roles, name).unwrap_or_else(|| name.to_owned());
        roles.entry(name).or_insert_with(|| Role {
            trust: PolicyText::new(NOT_TOLD),
            policies: Vec::new(),
            service_linked: None,
            max_session_duration: 3600,
            tags: BTreeMap::new(),
        })
    }

    /// A role is written so: ARNs, and people, write it in other letters.
    pub(super) fn role_is_written(&mut self, arn: Option<&str>, name: &str) {
        let roles = &mut self.account(arn).roles;
        if let Some(role) = role_named(roles, name).filter(|old| old != name).and_then(|old| roles.remove(&old)) {
            roles.insert(name.to_owned(), role);
        }
    }

    pub(super) fn bucket(&mut self, name: &str) -> &mut Bucket {
        let new = || Bucket { acl: "private".to_owned(), region: "cn-hangzhou".to_owned(), ..Bucket::default() };
        let of = self.account(None).account_id.clone();
        self.buckets.insert((of, name.to_owned()));
        let account = self.account(None);
        // An account with a bucket has OSS open.
        add(&mut account.activated, "oss");
        account.buckets.entry(name.to_owned()).or_insert_with(new)
    }

    /// A version of a policy.
    pub(super) fn version(&mut self, place: &Place, name: &str, version: &str, text: &str, default: bool) {
        let (what, document) = (format!("policy `{name}` {version}"), PolicyText::new(text));
        self.tell(place, None, &what, &document.to_string());
        let of = (self.account(None).account_id.clone(), format!("policies/{name}/{version}"));
        self.reads(place, DocumentKind::Identity, (&what, of), &document);
        // Which version is in force is said of that one, or where it is attached.
        let new =
            || CustomPolicy { default_version: NOT_SAID.to_owned(), versions: BTreeMap::new(), tags: BTreeMap::new() };
        let policy = self.account(None).policies.entry(name.to_owned()).or_insert_with(new);
        policy.versions.insert(version.to_owned(), document);
        if default {
            self.in_force(place, name, version);
        }
    }

    /// This version of a custom policy is in force.
    pub(super) fn in_force(&mut self, place: &Place, name: &str, version: &str) {
        self.tell(place, None, &which_is_in_force(name), version);
        let account = self.account(None).account_id.clone();
        self.in_force.insert((account, name.to_owned()), version.to_owned());
    }

    /// What is told now is of a resource directory.
    pub(super) fn in_directory(&mut self) {
        self.directory.is_told_by(self.current.as_deref());
    }

    /// A control policy.
    pub(super) fn control_policy(&mut self, place: &Place, name: &str, scope: &str, text: &str) {
        let document = PolicyText::new(text);
        let what = format!("control policy `{name}`");
        self.tell(place, None, &what, &document.to_string());
        let of = (String::new(), format!("resource directory/control policies/{name}"));
        self.reads(place, DocumentKind::Control, (&what, of), &document);
        self.directory.defines(name, ControlPolicy { effect_scope: scope.to_owned(), document });
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
        let account = self.account(None).account_id.clone();
        if self.users_with_keys.insert((account, user.to_owned())) {
            self.user(None, user).access_keys.active = 1;
        }
    }

    /// All of it, with what is known to be missing.
    pub(super) fn finish(mut self) -> Collected {
        let mut missing = Vec::new();
        let shipped = SystemPolicies::shipped();
        for ((account, name), version) in std::mem::take(&mut self.in_force) {
            let account = self.accounts.get_mut(&account);
            if let Some(policy) = account.and_then(|account| account.policies.get_mut(&name)) {
                policy.default_version = version;
            }
        }
        for account in self.accounts.values_mut() {
            missing.append(&mut missing_of(account, &shipped));
            missing.append(&mut missing_groups(account, &self.buckets));
        }
        let several = self.accounts.len() > 1;
        for (account, user) in self.unread.difference(&self.read) {
            missing.extend(self.accounts.get(account).and_then(|account| missing_list(account, user, several)));
        }
        for (place, rest) in std::mem::take(&mut self.lists).missing() {
            if let Some(place) = &place {
                self.leave(place, format!("there is more of this list: `{}`", rest.get));
            }
            missing.push(rest);
        }
        let controls = self.directory.policies();
        missing.append(&mut self.directory.settle(&mut self.accounts, &self.names));
        missing.sort();
        missing.dedup();
        let mut taken = [
            (0, "user"),
            (0, "user group"),
            (0, "role"),
            (0, "custom policy"),
            (0, "bucket"),
            (controls, "control policy"),
        ];
        let mut kept = Kept { missing, ..Kept::default() };
        let single = self.accounts.keys().filter(|id| *id != Kept::UNNAMED_MANAGEMENT).count() == 1;
        for (id, account) in self.accounts {
            let counts = [
                account.users.len(),
                account.groups.len(),
                account.roles.len(),
                account.policies.len(),
                account.buckets.len(),
            ];
            taken.iter_mut().zip(counts).for_each(|((sum, _), count)| *sum += count);
            let name = match id.as_str() {
                Kept::UNNAMED_MANAGEMENT => "management".to_owned(),
                _ if single => "company".to_owned(),
                _ => format!("account-{id}"),
            };
            let name = self.names.remove(&id).unwrap_or(name);
            kept.state.accounts.insert(name, account);
        }
        kept.missing.extend(unknown_ids(&kept.state));
        kept.missing.sort();
        let taken = taken.into_iter().filter(|(count, _)| *count > 0).collect();
        Collected { kept, notes: self.notes, taken, assumed: self.assumed }
    }
}

/// The version in force of a policy of which that was not told.
pub(crate) const NOT_SAID: &str = "not told";

/// What a role trusts of which nothing was told.
pub(crate) const NOT_TOLD: &str = r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"sts:AssumeRole","Principal":{"Service":["not-told.aliyuncs.com"]}}]}"#;

/// The role of a name, by the letters that are known: names of roles do not differ by case.
fn role_named(roles: &BTreeMap<String, Role>, name: &str) -> Option<String> {
    if roles.contains_key(name) {
        return Some(name.to_owned());
    }
    roles.keys().find(|known| known.eq_ignore_ascii_case(name)).cloned()
}
