//! What is not in a state, or counts for nothing in it, and bears on what somebody asks for.

use acslab_emulator::state::{AccountState, Attachment};
use acslab_policy::catalogue::{fits, patterns_meet};
use acslab_policy::{Actions, Document, DocumentKind};

use super::Standing;
use crate::authorization::Missing;

/// Whose requests for what are looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Concern<'a> {
    /// By ARN; empty for everybody's.
    pub whom: &'a [String],
    /// As patterns; empty for all.
    pub actions: &'a [String],
}

impl Standing {
    /// What of the sources and of the state was left out, a line each, as far as it is of concern.
    pub fn left_out(&self, concern: Concern<'_>) -> Vec<String> {
        let accounts = &self.kept.state.accounts;
        let noted = self.notes.iter().filter(|note| note.left_out && self.is_of(concern, note.of.as_ref()));
        let unused = self.unused.iter().filter(|one| {
            let (account, path) = one.place.split_once('/').unwrap_or((&one.place, ""));
            concern.meets(accounts.get(account), path)
        });
        let noted = noted.map(|note| format!("{}: {}", note.place, note.what));
        noted.chain(unused.map(|one| format!("{}: left out: {}", one.place, one.why))).collect()
    }

    /// Does a place of an account bear on it? What has none may.
    fn is_of(&self, concern: Concern<'_>, of: Option<&(String, String)>) -> bool {
        of.is_none_or(|(account, path)| concern.meets(self.kept.state.account(account), path))
    }

    /// What is missing in the state, as far as it is of concern.
    pub fn missing(&self, concern: Concern<'_>) -> Vec<&Missing> {
        self.kept.missing.iter().filter(|missing| self.is_of(concern, missing.of.as_ref())).collect()
    }
}

impl Concern<'_> {
    fn is_of(self, account: &AccountState, kind: &str, name: &str) -> bool {
        let arn = format!("acs:ram::{}:{kind}/{name}", account.account_id);
        let session = format!("acs:ram::{}:assumed-{kind}/{name}/", account.account_id);
        let is = |who: &String| {
            who.eq_ignore_ascii_case(&arn)
                || who.get(..session.len()).is_some_and(|of| of.eq_ignore_ascii_case(&session))
        };
        self.whom.is_empty() || self.whom.iter().any(is)
    }

    fn is_of_group(self, account: &AccountState, name: &str) -> bool {
        let told = account.groups.get(name).into_iter().flat_map(|group| &group.members);
        let of_users = account.users.iter().filter(|(_, user)| user.groups.iter().any(|group| group == name));
        self.whom.is_empty() || told.chain(of_users.map(|(user, _)| user)).any(|user| self.is_of(account, "user", user))
    }

    /// Has one of them this policy?
    fn holds(self, account: &AccountState, kind: &str, name: &str) -> bool {
        let has = |all: &[Attachment]| all.iter().any(|one| one.kind == kind && one.name.eq_ignore_ascii_case(name));
        account.users.iter().any(|(user, of)| has(&of.policies) && self.is_of(account, "user", user))
            || account.groups.iter().any(|(group, of)| has(&of.policies) && self.is_of_group(account, group))
            || account.roles.iter().any(|(role, of)| has(&of.policies) && self.is_of(account, "role", role))
    }

    /// May one of the actions be of a service?
    fn is_of_service(self, service: &str) -> bool {
        let is = |action: &String| fits(action.split(':').next().unwrap_or(action), service);
        self.actions.is_empty() || self.actions.iter().any(is)
    }

    fn is_of_roles(self) -> bool {
        self.actions.is_empty() || self.actions.iter().any(|action| patterns_meet(action, "sts:AssumeRole*"))
    }

    /// Does a place of an account, such as `policies/Photos/v1`, bear on it?
    fn meets(self, account: Option<&AccountState>, path: &str) -> bool {
        let mut parts = path.splitn(3, '/');
        let (part, name, rest) =
            (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let Some(account) = account else { return true };
        match part {
            "policies" => self.holds(account, "Custom", name) && self.may_speak(account, name, rest),
            "system policies" => self.holds(account, "System", name),
            // Which addresses a key may be used from is no policy's word.
            "users" if rest == "access key policies" => self.actions.is_empty(),
            // Policies of buckets and projects name a user by the id.
            "users" if rest == "id" => self.is_of_service("oss") || self.is_of_service("log"),
            "users" => self.is_of(account, "user", name),
            "groups" => self.is_of_group(account, name),
            "roles" if rest == "trust" => self.is_of_roles(),
            "roles" => self.is_of(account, "role", name),
            "buckets" => self.is_of_service("oss"),
            "log projects" => self.is_of_service("log"),
            "resource groups" | "resource directory" => true,
            _ => self.actions.is_empty(),
        }
    }

    /// May what cannot be used of a version of a policy speak of one of the actions?
    fn may_speak(self, account: &AccountState, name: &str, version: &str) -> bool {
        let Some(policy) = account.policies.get(name) else { return true };
        if !version.is_empty() && policy.default_version != version {
            return false;
        }
        let Some(text) = policy.versions.get(&policy.default_version) else { return true };
        let Ok(document) = Document::stored(DocumentKind::Identity, &text.pretty()) else { return true };
        let mut unusable = document.statements().iter().filter(|statement| statement.fault().is_some());
        unusable.any(|statement| match statement.actions() {
            Actions::Action(patterns) if !patterns.is_empty() => {
                let meets = |pattern: &str| self.actions.iter().any(|action| patterns_meet(pattern, action));
                self.actions.is_empty() || patterns.iter().any(|pattern| meets(pattern.value.as_str()))
            }
            _ => true,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Concern, Standing};
    use crate::authorization::{Kept, Missing};

    /// What is not known of one account's policy and user is no matter of those who are called the same in another.
    #[test]
    fn what_is_missing_concerns_whom_it_is_missing_of() {
        let own = json!([{"name": "Own", "type": "Custom"}]);
        let account = |id: &str| json!({"account_id": id, "users": {"alice": {"policies": own}, "bob": {}}});
        let state = json!({"accounts": {"one": account("1234567890123456"), "two": account("2234567890123456")}});
        let mut kept = Kept::from(serde_json::from_value::<acslab_emulator::state::AuthorizationState>(state).unwrap());
        let of = |place: &str| Some(("1234567890123456".to_owned(), place.to_owned()));
        for (what, of) in [
            ("the document", of("policies/Own")),
            ("what is attached to bob", of("users/bob")),
            ("the id of bob", of("users/bob/id")),
            ("the rest", None),
        ] {
            kept.missing.push(Missing { what: what.to_owned(), get: String::new(), of });
        }
        let standing = Standing::of(kept, Vec::new());
        let missing = |who: &str, action: &str| -> Vec<String> {
            let (whom, actions) = ([who.to_owned()], [action.to_owned()]);
            let all = standing.missing(Concern { whom: &whom, actions: &actions });
            all.into_iter().map(|one| one.what.clone()).collect()
        };
        assert_eq!(missing("acs:ram::1234567890123456:user/alice", "ecs:*"), ["the document", "the rest"]);
        assert_eq!(missing("acs:ram::2234567890123456:user/alice", "ecs:*"), ["the rest"]);
        assert_eq!(missing("acs:ram::1234567890123456:user/bob", "ecs:*"), ["what is attached to bob", "the rest"]);
        assert_eq!(missing("acs:ram::2234567890123456:user/bob", "oss:Get*"), ["the id of bob", "the rest"]);
    }
}
