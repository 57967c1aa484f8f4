//! In which resource group things are, as it is told.

use std::collections::BTreeSet;

use acslab_emulator::state::AccountState;

use super::collect::Collector;
use super::piece::Place;
use crate::authorization::Missing;
use crate::words::word;

impl Collector {
    /// A thing is in a resource group, and in no other: `oss bucket photos`.
    pub(super) fn is_in_group(&mut self, place: &Place, resource: &str, group: &str) {
        self.tell(place, None, &format!("the resource group of {resource}"), group);
        let groups = &mut self.account(None).resource_groups;
        groups.values_mut().for_each(|other| other.resources.retain(|known| known != resource));
        groups.entry(group.to_owned()).or_default().resources.push(resource.to_owned());
    }
}

/// The account and the bucket of which that was missing in a state.
pub(super) fn ungrouped(missing: &Missing) -> Option<(String, String)> {
    let (account, path) = missing.of.as_ref()?;
    let bucket = path.strip_prefix("buckets/")?.strip_suffix("/resource group")?;
    Some((account.clone(), bucket.to_owned()))
}

/// Of which of these buckets it is not told, where policies are attached for groups alone.
pub(super) fn missing_groups(account: &AccountState, buckets: &BTreeSet<(String, String)>) -> Vec<Missing> {
    let users = account.users.values().flat_map(|user| &user.policies);
    let groups = account.groups.values().flat_map(|group| &group.policies);
    let roles = account.roles.values().flat_map(|role| &role.policies);
    if !users.chain(groups).chain(roles).any(|attachment| attachment.resource_group.is_some()) {
        return Vec::new();
    }
    let is_told = |bucket: &str| {
        let key = format!("oss bucket {bucket}");
        account.resource_groups.values().any(|group| group.resources.contains(&key))
    };
    let of_account = buckets.iter().filter(|(of, _)| *of == account.account_id).map(|(_, bucket)| bucket);
    let one = |bucket: &String| Missing {
        what: format!("in which resource group bucket `{bucket}` is: policies are attached for groups alone"),
        get: format!("aliyun ossutil api get-bucket-info --bucket {}", word(bucket)),
        of: Some((account.account_id.clone(), format!("buckets/{bucket}/resource group"))),
    };
    of_account.filter(|bucket| !is_told(bucket)).map(one).collect()
}
