//! What the cloud knows of users, roles, policies, folders and members, whichever of the faces asks.
//!
//! What does not exist has no tags; that it does not is said after the decision.

use super::parameters::is_account_id;
use crate::cloud::directory::{Directory, Tags, User};
use crate::cloud::{Account, KeyHolder};
use crate::gateway::{Facts, Sought};

/// Finds it in the caller's account:
/// - `user/NAME`, `id/USER_ID`, `key/ACCESS_KEY_ID`: a user. An id of nobody stands for its name, for the refusal to show;
/// - `role/NAME`, `policy/NAME`: a role, a custom policy;
/// - `place/ID`: a folder or a member of the directory that the account manages, by the way to it from the root
///   (`ResourceDirectoryPath` in the pages' ARNs); the root where there is no id, the id alone where there is no such thing;
///   `target/ID`: the same with its kind;
/// - `group/ID`: a resource group, which is in itself;
/// - `called/NAME`: what is known by its name alone.
pub(super) fn locate(sought: &Sought<'_>) -> Facts {
    let (Some(account), Some((kind, id))) = (sought.caller.account(), sought.id.split_once('/')) else {
        return Facts::default();
    };
    match kind {
        "user" | "id" | "key" => user(sought, account, kind, id),
        "role" => {
            let directory = account.directory.read();
            directory.role(id).map_or_else(
                |_| Facts::default(),
                |role| Facts { linked_to: role.linked_to.clone(), ..tagged(Facts::default(), &role.tags) },
            )
        }
        "policy" => {
            let directory = account.directory.read();
            directory.policy(id).map_or_else(|_| Facts::default(), |policy| tagged(Facts::default(), &policy.tags))
        }
        "place" => Facts::named(path(sought, account, id)),
        "target" => {
            let kind = if is_account_id(id) { "account" } else { "folder" };
            Facts::named(format!("{kind}/{}", path(sought, account, id)))
        }
        // INFERRED: who administers a group by a grant that is scoped to it sees and changes it.
        "group" => Facts { resource_group: Some(id.to_owned()).filter(|id| !id.is_empty()), ..Facts::default() },
        "called" => Facts::named(id),
        _ => Facts::default(),
    }
}

/// `acs:ResourceTag/KEY`
fn tagged(facts: Facts, tags: &Tags) -> Facts {
    facts.tagged("acs:ResourceTag/", tags)
}

fn user(sought: &Sought<'_>, account: &Account, way: &str, value: &str) -> Facts {
    let key = (way == "key").then(|| sought.cloud.keys.get(value)).flatten();
    let directory = account.directory.read();
    match (way, key.map(|key| key.holder)) {
        ("id", _) => named(directory.user_by_id(value), value),
        ("key", Some(KeyHolder::User(id))) => named(directory.user_by_id(&id), "*"),
        ("key", _) => Facts::named("*"),
        _ => by_name(&directory, value),
    }
}

fn by_name(directory: &Directory, name: &str) -> Facts {
    let facts = Facts::named(name);
    directory.user(name).map_or_else(|_| facts.clone(), |user| tagged(facts.clone(), &user.tags))
}

fn named(user: Option<&User>, otherwise: &str) -> Facts {
    user.map_or_else(|| Facts::named(otherwise), |user| tagged(Facts::named(user.name.as_str()), &user.tags))
}

fn path(sought: &Sought<'_>, account: &Account, id: &str) -> String {
    let directories = &sought.cloud.resource_directories;
    let path =
        directories.read(&account.id, |directory| directory.path(if id.is_empty() { &directory.root } else { id }));
    path.unwrap_or_else(|_| id.to_owned())
}
