//! Handing a role to a service.

use crate::gateway::Check;
use crate::operation::Context;

/// The right to hand a role to a service, for the row of an operation that takes one in `parameter`: `ram:PassRole` on the
/// role, asked of the caller alone, and only when a role is given. `service` sets `acs:Service` (RAM: PassRole).
///
/// ```
/// use acslab_emulator::services::identity::ram::pass_role;
///
/// let check = pass_role("acs:ram:*:{account}:role/{RoleName}", "RoleName", |_, _, needed| {
///     needed.set("acs:Service", "fc.aliyuncs.com");
///     Ok(())
/// });
/// ```
pub const fn pass_role(role: &'static str, parameter: &'static str, service: Context) -> Check {
    Check::new(&["ram:PassRole"], role).when(parameter).context(service)
}
