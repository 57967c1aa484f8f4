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
    /// To pass a role to a service.
    PassRole,
}

impl Power {
    /// All of them, each with its action.
    const TABLE: &[(Self, &str)] = &[
        (Self::Assume, "sts:AssumeRole"),
        (Self::CreateKey, "ram:CreateAccessKey"),
        (Self::Login, "ram:CreateLoginProfile"),
        (Self::AttachToUser, "ram:AttachPolicyToUser"),
        (Self::AttachToGroup, "ram:AttachPolicyToGroup"),
        (Self::AttachToRole, "ram:AttachPolicyToRole"),
        (Self::Attach, "ram:AttachPolicy"),
        (Self::RewritePolicy, "ram:CreatePolicyVersion"),
        (Self::SetVersion, "ram:SetDefaultPolicyVersion"),
        (Self::DetachFromUser, "ram:DetachPolicyFromUser"),
        (Self::DetachFromGroup, "ram:DetachPolicyFromGroup"),
        (Self::DetachFromRole, "ram:DetachPolicyFromRole"),
        (Self::Detach, "ram:DetachPolicy"),
        (Self::RewriteTrust, "ram:UpdateRole"),
        (Self::JoinGroup, "ram:AddUserToGroup"),
        (Self::LeaveGroup, "ram:RemoveUserFromGroup"),
        (Self::CreateUser, "ram:CreateUser"),
        (Self::CreateRole, "ram:CreateRole"),
        (Self::PassRole, "ram:PassRole"),
    ];

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::TABLE.iter().map(|(power, _)| *power)
    }

    /// The action.
    pub fn action(self) -> &'static str {
        Self::TABLE.iter().find(|(power, _)| *power == self).map_or("", |(_, action)| action)
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
pub struct Powers(BTreeMap<Power, Reach>);

impl Powers {
    /// All powers over everything: of somebody whose policies are not known.
    pub fn all() -> Self {
        Self(Power::all().map(|power| (power, Reach::Anything)).collect())
    }

    /// Those that these policies allow.
    pub(super) fn of<'p>(sets: impl IntoIterator<Item = &'p PolicySet>) -> Self {
        let mut powers = Self::default();
        let asked: Vec<(Power, Action)> =
            Power::all().filter_map(|power| Some((power, Action::parse(power.action())?))).collect();
        let documents = sets.into_iter().flat_map(PolicySet::policies);
        let statements = documents.flat_map(|policy| policy.document.statements());
        for statement in statements.filter(|statement| statement.effect() == Effect::Allow) {
            for (power, action) in &asked {
                if statement.actions().test(action).is_ok() {
                    powers.add(*power, statement);
                }
            }
        }
        powers
    }

    fn add(&mut self, power: Power, statement: &Statement) {
        let named = match statement.resources() {
            Resources::Resource(all) => all.iter().map(|one| literal(one.value.as_str())).collect(),
            Resources::NotResource(_) | Resources::Unstated => None,
        };
        let reach = self.0.entry(power).or_insert_with(|| Reach::These(BTreeSet::new()));
        match (named, reach) {
            (Some::<Vec<String>>(named), Reach::These(these)) => these.extend(named),
            (None, reach) => *reach = Reach::Anything,
            (Some(_), Reach::Anything) => {}
        }
    }

    /// May it be that a power reaches something, `user/alice`?
    pub(super) fn may(&self, power: Power, what: &str) -> bool {
        match self.0.get(&power) {
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
        powers.iter().any(|power| self.0.contains_key(power))
    }
}

/// `user/alice` of `acs:ram:*:1:user/alice`; none of a pattern over several.
fn literal(pattern: &str) -> Option<String> {
    let id = pattern.splitn(5, ':').nth(4)?;
    (!id.contains(['*', '?'])).then(|| id.to_ascii_lowercase())
}
