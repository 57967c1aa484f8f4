//! Attaching policies to users, groups and roles, and detaching them.

use crate::cloud::Directory;
use crate::cloud::directory::{Attached, DirectoryError, PolicyKey, PolicyType, Scope};
use crate::gateway::{ApiError, Call, Reply};

/// The policy that a call names, if there is one, in the case it was made with.
fn named(call: &Call<'_>, directory: &Directory) -> Result<PolicyKey, ApiError> {
    let name = call.arguments.text("PolicyName");
    let missing = ApiError::from(DirectoryError::NotExist("Policy"));
    match PolicyType::parse(call.arguments.text("PolicyType")).ok_or_else(ApiError::internal)? {
        PolicyType::System => {
            let system = call.cloud().system_policies();
            let policy = system.get(name).ok_or(missing)?;
            Ok(PolicyKey { kind: PolicyType::System, name: policy.name.clone() })
        }
        PolicyType::Custom => Ok(PolicyKey { kind: PolicyType::Custom, name: directory.policy(name)?.name.clone() }),
    }
}

fn attach(
    call: &Call<'_>,
    to: &str,
    attach: fn(&mut Directory, &str, Attached) -> Result<(), DirectoryError>,
) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let policy = named(call, &directory)?;
    let new = Attached { policy, scope: Scope::Account, at: call.now };
    attach(&mut directory, call.arguments.text(to), new)?;
    Ok(Reply::done())
}

fn detach(
    call: &Call<'_>,
    from: &str,
    detach: fn(&mut Directory, &str, &PolicyKey, &Scope) -> Result<(), DirectoryError>,
) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let policy = named(call, &directory)?;
    detach(&mut directory, call.arguments.text(from), &policy, &Scope::Account)?;
    Ok(Reply::done())
}

/// AttachPolicyToUser
pub(super) fn attach_to_user(call: &Call<'_>) -> Result<Reply, ApiError> {
    attach(call, "UserName", Directory::attach_to_user)
}

/// DetachPolicyFromUser
pub(super) fn detach_from_user(call: &Call<'_>) -> Result<Reply, ApiError> {
    detach(call, "UserName", Directory::detach_from_user)
}
