//! User groups and their members.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::cloud::directory::{Attachments, Directory, DirectoryError, Group, User};
use crate::gateway::Call;

/// Makes a group; `fill` says what it has beside its name.
pub(crate) fn create(
    call: &Call<'_>,
    directory: &mut Directory,
    name: &str,
    fill: impl FnOnce(&mut Group),
) -> Result<Group, DirectoryError> {
    let mut group = Group {
        id: call.cloud().ids.group_id(),
        name: name.to_owned(),
        display_name: String::new(),
        comments: String::new(),
        created: call.now,
        updated: call.now,
        members: BTreeMap::new(),
        attached: Attachments::default(),
    };
    fill(&mut group);
    directory.add_group(group.clone())?;
    Ok(group)
}

/// Changes a group, its name as well where there is a new one.
pub(crate) fn change(
    directory: &mut Directory,
    name: &str,
    new_name: Option<&str>,
    now: Timestamp,
    change: impl FnOnce(&mut Group),
) -> Result<Group, DirectoryError> {
    if let Some(new) = new_name {
        directory.rename_group(name, new)?;
    }
    let group = directory.group_mut(new_name.unwrap_or(name))?;
    change(group);
    group.updated = now;
    Ok(group.clone())
}

/// The members of a group by name, and since when they are.
pub(crate) fn members<'d>(directory: &'d Directory, name: &str) -> Result<Vec<(&'d User, Timestamp)>, DirectoryError> {
    let members = directory.group(name)?.members.iter();
    let mut members: Vec<_> = members.filter_map(|(id, at)| Some((directory.user_by_id(id)?, *at))).collect();
    members.sort_by_key(|(user, _)| user.name.to_ascii_lowercase());
    Ok(members)
}
