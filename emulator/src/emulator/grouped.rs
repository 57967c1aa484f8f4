//! Which resource group a resource is in, by what the groups of a state list: of products that keep no records of it, too.

use std::collections::HashMap;

use crate::cloud::Cloud;

/// The ids of the groups by account, service and the resource's id.
#[derive(Debug, Default)]
pub(super) struct Grouped(HashMap<(String, String, String), Option<String>>);

impl Grouped {
    pub(super) fn of(cloud: &Cloud) -> Self {
        let mut all = HashMap::new();
        for account in cloud.accounts() {
            for (key, inside) in account.resource_groups.read().resources() {
                let known = all.entry((account.id.clone(), key.service.to_ascii_lowercase(), key.id.clone()));
                // Of two types that share an id nobody can tell which is meant.
                let group = known.or_insert_with(|| Some(inside.group.clone()));
                group.take_if(|group| *group != inside.group);
            }
        }
        Self(all)
    }

    /// The group of what an ARN names; of an ARN without an account, of this one's.
    /// CHOICE: the type is not compared, as Resource Management spells some otherwise than ARNs do (`instance` of `slb` is
    /// `loadbalancer/…`), and ids tell resources of one service apart.
    pub(super) fn of_resource(&self, arn: &str, account: Option<&str>) -> Option<&str> {
        let mut fields = arn.strip_prefix("acs:")?.splitn(4, ':');
        let service = fields.next()?.to_ascii_lowercase();
        let of = fields.nth(1)?;
        let of = if matches!(of, "" | "*") { account? } else { of };
        let mut path = fields.next()?.split('/');
        // A bucket's name has no type before it.
        let id = if service == "oss" { path.next()? } else { path.nth(1)? };
        self.0.get(&(of.to_owned(), service, id.to_owned()))?.as_deref()
    }
}
