//! What of the steps somebody's own statements name at all, so that nothing is asked that no statement allows.

use std::collections::{BTreeMap, BTreeSet};

use acslab_policy::{Action, Effect, PolicySet, Resources, Statement};

/// A way to more, by the action that is asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Power {
    /// To assume a role.
    Assume,
    /// To make a key for a user.
    CreateKey,
    /// To attach to a user.
    AttachToUser,
    /// To attach to a group.
    AttachToGroup,
    /// To attach to a role.
    AttachToRole,
    /// To give a policy a version.
    RewritePolicy,
    /// To change whom a role trusts.
    RewriteTrust,
    /// To attach by Resource Manager, to whatever there is.
    Attach,
    /// To make a user log on with a password.
    Login,
    /// To give a user who logs on with a password another one.
    ResetPassword,
    /// To put another version of a policy in force.
    SetVersion,
    /// To detach from a user.
    DetachFromUser,
    /// To detach from a group.
    DetachFromGroup,
    /// To detach from a role.
    DetachFromRole,
    /// To detach by Resource Manager, from whatever there is.
    Detach,
    /// To put a user into a group.
    JoinGroup,
    /// To take a user out of a group.
    LeaveGroup,
    /// To make a user.
    CreateUser,
    /// To make a role.
    CreateRole,
    /// To make a policy.
    CreatePolicy,
    /// To give an identity provider other metadata.
    UpdateProvider,
    /// To pass a role to a service.
    PassRole,
}

impl Power {
    /// All of them, each with its action, and with the other name of it by which IMS's operation may be allowed.
    const TABLE: &[(Self, &str, Option<&str>)] = &[
        (Self::Assume, "sts:AssumeRole", None),
        (Self::CreateKey, "ram:CreateAccessKey", Some("ims:CreateAccessKey")),
        (Self::Login, "ram:CreateLoginProfile", Some("ims:CreateLoginProfile")),
        (Self::ResetPassword, "ram:UpdateLoginProfile", Some("ims:UpdateLoginProfile")),
        (Self::AttachToUser, "ram:AttachPolicyToUser", None),
        (Self::AttachToGroup, "ram:AttachPolicyToGroup", None),
        (Self::AttachToRole, "ram:AttachPolicyToRole", None),
        (Self::Attach, "ram:AttachPolicy", None),
        (Self::RewritePolicy, "ram:CreatePolicyVersion", None),
        (Self::SetVersion, "ram:SetDefaultPolicyVersion", None),
        (Self::DetachFromUser, "ram:DetachPolicyFromUser", None),
        (Self::DetachFromGroup, "ram:DetachPolicyFromGroup", None),
        (Self::DetachFromRole, "ram:DetachPolicyFromRole", None),
        (Self::Detach, "ram:DetachPolicy", None),
        (Self::RewriteTrust, "ram:UpdateRole", None),
        (Self::JoinGroup, "ram:AddUserToGroup", Some("ims:AddUserToGroup")),
        (Self::LeaveGroup, "ram:RemoveUserFromGroup", Some("ims:RemoveUserFromGroup")),
        (Self::CreateUser, "ram:CreateUser", Some("ims:CreateUser")),
        (Self::CreateRole, "ram:CreateRole", None),
        (Self::CreatePolicy, "ram:CreatePolicy", None),
        (Self::UpdateProvider, "ram:UpdateSAMLProvider", Some("ims:UpdateSAMLProvider")),
        (Self::PassRole, "ram:PassRole", None),
    ];

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::TABLE.iter().map(|(power, ..)| *power)
    }

    /// The action.
    pub fn action(self) -> &'static str {
        self.names().next().unwrap_or_default()
    }

    /// The name of it that IMS's operation may be allowed by as well, where there is one.
    pub fn action_of_ims(self) -> Option<&'static str> {
        self.names().nth(1)
    }

    /// The action under all its names.
    pub(super) fn names(self) -> impl Iterator<Item = &'static str> {
        let row = Self::TABLE.iter().find(|(power, ..)| *power == self);
        row.into_iter().flat_map(|(_, action, of_ims)| std::iter::once(*action).chain(*of_ims))
    }

    /// Its name for RAM's operation, or for IMS's.
    pub(super) fn action_by(self, ims: bool) -> &'static str {
        if ims { self.action_of_ims().unwrap_or_default() } else { self.action() }
    }

    /// All actions, for people.
    pub fn actions_in_words() -> String {
        let names: Vec<&str> = Self::all().flat_map(Self::names).collect();
        names.join(", ")
    }

    /// That to attach to a user, a group or a role.
    pub(super) fn to_attach(kind: &str) -> Self {
        match kind {
            "user" => Self::AttachToUser,
            "group" => Self::AttachToGroup,
            _ => Self::AttachToRole,
        }
    }

    /// That to detach from one.
    pub(super) fn to_detach(kind: &str) -> Self {
        match kind {
            "user" => Self::DetachFromUser,
            "group" => Self::DetachFromGroup,
            _ => Self::DetachFromRole,
        }
    }
}

/// Those that attach.
pub(super) const ATTACHING: &[Power] = &[Power::AttachToUser, Power::AttachToGroup, Power::AttachToRole, Power::Attach];
/// Those that give somebody more, without making them somebody else.
pub(super) const GIVING: &[Power] =
    &[Power::AttachToUser, Power::AttachToGroup, Power::AttachToRole, Power::Attach, Power::RewritePolicy];
/// Those that may take something from somebody, and free them of what denies.
pub(super) const TAKING: &[Power] = &[
    Power::DetachFromUser,
    Power::DetachFromGroup,
    Power::DetachFromRole,
    Power::Detach,
    Power::JoinGroup,
    Power::LeaveGroup,
];

/// On what.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reach {
    /// Things by name, in lower case: `user/alice`.
    These(BTreeSet<String>),
    /// Whatever a pattern may fit.
    Anything,
}

/// Which powers somebody may have, and on what. It names too much rather than too little: the engine decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Powers(BTreeMap<&'static str, Reach>);

impl Powers {
    /// All powers over everything: of somebody whose policies are not known.
    pub fn all() -> Self {
        Self(Power::all().flat_map(Power::names).map(|name| (name, Reach::Anything)).collect())
    }

    /// Those that these policies allow.
    pub(super) fn of<'p>(sets: impl IntoIterator<Item = &'p PolicySet>) -> Self {
        let mut powers = Self::default();
        let asked: Vec<(&'static str, Action)> =
            Power::all().flat_map(Power::names).filter_map(|name| Some((name, Action::parse(name)?))).collect();
        let documents = sets.into_iter().flat_map(PolicySet::policies);
        let statements = documents.flat_map(|policy| policy.document.statements());
        for statement in statements.filter(|statement| statement.effect() == Effect::Allow) {
            for (name, action) in &asked {
                if statement.actions().test(action).is_ok() {
                    powers.add(name, statement);
                }
            }
        }
        powers
    }

    fn add(&mut self, name: &'static str, statement: &Statement) {
        let named = match statement.resources() {
            Resources::Resource(all) => all.iter().map(|one| literal(one.value.as_str())).collect(),
            Resources::NotResource(_) | Resources::Unstated => None,
        };
        let reach = self.0.entry(name).or_insert_with(|| Reach::These(BTreeSet::new()));
        match (named, reach) {
            (Some::<Vec<String>>(named), Reach::These(these)) => these.extend(named),
            (None, reach) => *reach = Reach::Anything,
            (Some(_), Reach::Anything) => {}
        }
    }

    /// May it be that a power reaches something, `user/alice`?
    pub(super) fn may(&self, power: Power, what: &str) -> bool {
        power.names().any(|name| self.reaches(name, what))
    }

    /// The same by RAM's operation, or by IMS's.
    pub(super) fn may_by(&self, power: Power, ims: bool, what: &str) -> bool {
        self.reaches(power.action_by(ims), what)
    }

    fn reaches(&self, name: &str, what: &str) -> bool {
        match self.0.get(name) {
            None => false,
            Some(Reach::Anything) => true,
            Some(Reach::These(these)) => these.contains(&what.to_ascii_lowercase()),
        }
    }

    /// Are there any at all?
    pub(super) fn are_some(&self) -> bool {
        !self.0.is_empty()
    }

    /// Are there any of these?
    pub(super) fn any(&self, powers: &[Power]) -> bool {
        powers.iter().flat_map(|power| power.names()).any(|name| self.0.contains_key(name))
    }
}

/// `user/alice` of `acs:ram:*:1:user/alice`; none of a pattern over several.
fn literal(pattern: &str) -> Option<String> {
    let id = pattern.splitn(5, ':').nth(4)?;
    (!id.contains(['*', '?'])).then(|| id.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::Power;

    /// What IMS takes a second name for is in the table with it.
    #[test]
    fn the_other_names_are_those_that_the_operations_take() {
        for operation in acslab_emulator::operations().filter(|operation| operation.product.name == "Ims") {
            for check in operation.access.checks() {
                let names: Vec<&str> = check.names().map(|(action, _)| action).collect();
                let Some(power) = Power::all().find(|power| names.contains(&power.action())) else { continue };
                assert_eq!(power.names().collect::<Vec<_>>(), names, "{}", operation.name);
            }
        }
    }
}
