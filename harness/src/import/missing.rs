//! What is known to be there and was not told, with the command that fetches it.

use std::collections::BTreeSet;

use acslab_emulator::SystemPolicies;
use acslab_emulator::state::{AccountState, PolicyText};

use super::collect::{NOT_SAID, NOT_TOLD};
use crate::authorization::Missing;
use crate::words::word;

/// What is attached to a user, if nothing is and nobody has told so. Of one of `several` accounts the account is said.
pub(super) fn missing_list(account: &AccountState, user: &str, several: bool) -> Option<Missing> {
    let of = if several { format!(" of account {}", account.account_id) } else { String::new() };
    account.users.get(user)?.policies.is_empty().then(|| Missing {
        what: format!("what is attached to user `{user}`{of}"),
        get: format!("aliyun ram ListPoliciesForUser --UserName {}", word(user)),
        of: Some((account.account_id.clone(), format!("users/{user}"))),
    })
}

/// The account and the user of whom that was missing in a state.
pub(super) fn unread(missing: &Missing) -> Option<(String, String)> {
    let (account, path) = missing.of.as_ref()?;
    let user = path.strip_prefix("users/").filter(|user| !user.contains('/'))?;
    Some((account.clone(), user.to_owned()))
}

/// The place in an account where the document of a policy is.
pub(crate) fn document_of(kind: &str, name: &str) -> String {
    if kind == "Custom" { format!("policies/{name}") } else { format!("system policies/{name}") }
}

/// What is attached and not known, and the commands that fetch it.
pub(super) fn missing_of(account: &mut AccountState, shipped: &SystemPolicies) -> Vec<Missing> {
    let mut missing = Vec::new();
    let id = account.account_id.clone();
    let of = |path: String| Some((id.clone(), path));
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
                of: of(document_of(&attachment.kind, name)),
            });
        }
    }
    for (name, policy) in &account.policies {
        if !policy.versions.contains_key(&policy.default_version) {
            let version = &policy.default_version;
            let policy = word(name);
            let of = of(format!("policies/{name}"));
            missing.push(if version == NOT_SAID {
                Missing {
                    what: format!("which version of policy `{name}` is in force, and its document"),
                    get: format!("aliyun ram GetPolicy --PolicyType Custom --PolicyName {policy}"),
                    of,
                }
            } else {
                let named = format!("--PolicyType Custom --PolicyName {policy} --VersionId {}", word(version));
                Missing {
                    what: format!("version {version} of policy `{name}`, which is in force"),
                    get: format!("aliyun ram GetPolicyVersion {named}"),
                    of,
                }
            });
        }
    }
    for (name, role) in &account.roles {
        if role.trust == PolicyText::new(NOT_TOLD) {
            missing.push(Missing {
                what: format!("the trust policy of role `{name}`"),
                get: format!("aliyun ram GetRole --RoleName {}", word(name)),
                of: of(format!("roles/{name}/trust")),
            });
        }
    }
    let named: Vec<String> = account.users.values().flat_map(|user| user.groups.iter().cloned()).collect();
    for group in named {
        if !account.groups.contains_key(&group) {
            missing.push(Missing {
                what: format!("what is attached to group `{group}`"),
                get: format!("aliyun ram ListPoliciesForGroup --GroupName {}", word(&group)),
                of: of(format!("groups/{group}")),
            });
            account.groups.entry(group).or_default();
        }
    }
    missing
}
