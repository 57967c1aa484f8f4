//! A directory as it comes out of a saved state.

use acslab_policy::DocumentKind;

use super::{Attachments, Directory, NameKey, PolicyType};
use crate::cloud::Quotas;

impl Directory {
    /// Makes what was read the directory of an account: what is not saved is worked out anew.
    ///
    /// # Errors
    /// What does not fit together, in words.
    pub(in crate::cloud) fn restored(mut self, account: &str, quotas: Quotas) -> Result<Self, String> {
        account.clone_into(&mut self.account);
        self.quotas = quotas;
        self.user_names = self.users.values().map(|user| (user.id.clone(), NameKey::of(&user.name))).collect();
        self.role_names = self.roles.values().map(|role| (role.id.clone(), NameKey::of(&role.name))).collect();
        self.check()?;
        for role in self.roles.values_mut() {
            let trust = role.trust.clone();
            role.set_trust(trust);
        }
        Ok(self)
    }

    fn check(&self) -> Result<(), String> {
        if self.user_names.len() < self.users.len() || self.role_names.len() < self.roles.len() {
            return Err("two users or two roles have one id".to_owned());
        }
        if let Some(role) = self.roles.values().find(|role| role.trust.kind() != DocumentKind::Trust) {
            return Err(format!("the trust policy of role `{}` is a {}", role.name, role.trust.kind().name()));
        }
        for policy in self.policies.values() {
            policy.check()?;
        }
        for group in self.groups.values() {
            if let Some(id) = group.members.keys().find(|id| !self.user_names.contains_key(*id)) {
                return Err(format!("group `{}` has a member {id}, which is no user", group.name));
            }
        }
        for device in self.mfa_devices.values() {
            if let Some(bound) = device.bound.as_ref().filter(|bound| !self.user_names.contains_key(&bound.user)) {
                return Err(format!("MFA device `{}` is bound to {}, which is no user", device.name, bound.user));
            }
        }
        let of_users = self.users.values().map(|user| &user.attached);
        let of_groups = self.groups.values().map(|group| &group.attached);
        let of_roles = self.roles.values().map(|role| &role.attached);
        of_users.chain(of_groups).chain(of_roles).try_for_each(|attached| self.check_attached(attached))
    }

    fn check_attached(&self, attached: &Attachments) -> Result<(), String> {
        let custom = attached.iter().map(|attached| &attached.policy).filter(|key| key.kind == PolicyType::Custom);
        match custom.into_iter().find(|key| self.policy(&key.name).is_err()) {
            Some(key) => Err(format!("custom policy `{}` is attached and is not there", key.name)),
            None => Ok(()),
        }
    }

    /// The ids of all keys in this account: of its owner and of its users.
    pub(in crate::cloud) fn all_keys(&self) -> impl Iterator<Item = &String> {
        self.owner_keys.iter().chain(self.users.values().flat_map(|user| &user.keys))
    }
}
