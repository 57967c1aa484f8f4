//! The resources of RAM as the checks of several faces name them.

pub(crate) const ROLE: &str = "acs:ram:*:{account}:role/{RoleName}";
pub(crate) const ROLES: &str = "acs:ram:*:{account}:role/*";
pub(crate) const POLICY: &str = "acs:ram:*:{policy_owner}:policy/{PolicyName}";
pub(crate) const POLICIES: &str = "acs:ram:*:{account}:policy/*";

/// A role, as it is located.
pub(crate) const ROLE_ID: &str = "role/{RoleName}";
