//! What an account has besides principals and policies: resource groups, identity providers, key policies, buckets, workspaces.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::model::{
    AccessKeyPolicies, Entity, IdentityProviders, OidcProvider, ResourceGroup, SamlProvider, UserSso, Who, Workspace,
};
use super::stores::{AccessPoint, Bucket, LogProject, REFUSING, Retention};
use super::text::PolicyText;
use crate::cloud::pai::Accessibility;
use crate::cloud::{self, Account, Cloud, Directory, ImsRecords, KeyHolder, KeyPolicy, NetworkOrigin, WormState};
use crate::services::records::KnownRecord;
use crate::signature::hex_sha256;

/// The resource groups in use, by id: what attachments name them by.
pub(super) fn group_names(account: &Account, now: Timestamp) -> BTreeMap<String, String> {
    let groups = account.resource_groups.read();
    let alive = groups.iter(now).filter(|group| group.deleted.is_none());
    alive.map(|group| (group.id.clone(), group.name.clone())).collect()
}

/// The resource groups with what is in them. The default one holds what is in no other, and is not shown.
pub(super) fn resource_groups(account: &Account, now: Timestamp) -> BTreeMap<String, ResourceGroup> {
    let pai = account.pai.read();
    let groups = account.resource_groups.read();
    // The id of a workspace is another one in every cloud.
    let named = |key: &cloud::ResourceKey| {
        let workspace = pai.workspaces().into_iter().find(|workspace| workspace.key() == *key);
        workspace.map_or_else(|| key.id.clone(), |workspace| format!("{}/{}", workspace.region, workspace.name))
    };
    let read = |group: &cloud::ResourceGroup| {
        let inside = groups.resources().filter(|(_, resource)| resource.group == group.id);
        let resources = inside.map(|(key, _)| format!("{} {} {}", key.service, key.kind, named(key))).collect();
        ResourceGroup { display_name: group.display_name.clone(), tags: group.tags.clone(), resources }
    };
    let own = groups.iter(now).filter(|group| group.deleted.is_none() && group.id != groups.default_id());
    own.map(|group| (group.name.clone(), read(group))).collect()
}

/// By whom the account's roles can be assumed from outside, and whether its users log on by single sign-on. Metadata is
/// named by its SHA-256.
pub(super) fn identity_providers(account: &Account) -> IdentityProviders {
    let providers = account.identity_providers.read();
    let oidc = providers.oidc_providers().map(|provider| {
        let read = OidcProvider {
            issuer_url: provider.issuer_url.clone(),
            client_ids: provider.client_ids.clone(),
            fingerprints: provider.fingerprints.clone(),
            issuance_limit_hours: provider.issuance_limit_hours,
        };
        (provider.name.clone(), read)
    });
    let saml = providers.saml_providers().map(|provider| {
        let metadata_sha256 = hex_sha256(provider.metadata.text().as_bytes());
        (provider.name.clone(), SamlProvider { metadata_sha256 })
    });
    let sso = &providers.user_sso;
    IdentityProviders {
        oidc: oidc.collect(),
        saml: saml.collect(),
        user_sso: sso
            .enabled
            .then(|| UserSso { with_domain: sso.with_domain, metadata_sha256: hex_sha256(sso.metadata.as_bytes()) }),
    }
}

/// The network policies of some access keys, whose ids are not shown, in an order that does not depend on them.
pub(super) fn key_policies(records: &ImsRecords, keys: &[String]) -> Vec<PolicyText> {
    let mut all: Vec<_> = keys.iter().filter_map(|id| records.key_policies.get(id)).map(key_policy).collect();
    all.sort_by_key(PolicyText::to_string);
    all
}

fn key_policy(policy: &KeyPolicy) -> PolicyText {
    PolicyText::new(policy.text())
}

/// The network policy for all access keys, and those of the owner's own.
pub(super) fn own_key_policies(records: &ImsRecords, directory: &Directory) -> AccessKeyPolicies {
    AccessKeyPolicies {
        account: records.account_key_policy.iter().map(key_policy).collect(),
        owner: key_policies(records, directory.keys_of(&KeyHolder::Owner).unwrap_or_default()),
    }
}

/// Things by names of their own: what has none, or that of another, is numbered behind it, by what it is.
fn by_name<T: Ord>(mut things: Vec<(String, Option<String>, T)>) -> BTreeMap<String, T> {
    things.sort();
    let mut all = BTreeMap::new();
    for (before, name, thing) in things {
        let unnumbered = name.as_ref().map(|name| format!("{before}{name}")).filter(|name| !all.contains_key(name));
        let mut numbered = (1..).map(|number| match &name {
            Some(name) => format!("{before}{name} #{}", number + 1),
            None => format!("{before}#{number}"),
        });
        let free = unnumbered.or_else(|| numbered.find(|name| !all.contains_key(name)));
        all.extend(free.map(|name| (name, thing)));
    }
    all
}

/// The tags of records.
pub(super) fn tagged(known: Vec<KnownRecord>) -> BTreeMap<String, BTreeMap<String, String>> {
    let tagged = known.into_iter().filter(|one| !one.tags.is_empty());
    by_name(tagged.map(|one| (format!("{} {}/", one.kind, one.region), one.name, one.tags)).collect())
}

/// PAI's workspaces with their members' roles, and what is in them.
pub(super) fn workspaces(account: &Account, known: &[KnownRecord]) -> BTreeMap<String, Workspace> {
    let records = account.pai.read();
    let directory = account.directory.read();
    let who = |id: &String| match (directory.user_by_id(id), directory.role_by_id(id)) {
        (Some(user), _) => Who::User(user.name.clone()),
        (None, Some(role)) => Who::Role(role.name.clone()),
        (None, None) if *id == account.id => Who::Owner,
        (None, None) => Who::Gone(id.clone()),
    };
    let mut all = BTreeMap::new();
    for workspace in records.workspaces() {
        let roles = workspace.members.iter().map(|(id, of)| {
            let roles = of.roles.iter().map(|role| role.id().to_owned()).collect();
            (who(id), roles)
        });
        let entity = |accessibility: Accessibility, creator: &String| Entity {
            accessibility: accessibility.as_str().to_owned(),
            creator: who(creator),
        };
        let made = workspace.all_made().into_iter().map(|(kind, name, made)| {
            (format!("{kind} "), Some(name.to_owned()), entity(made.accessibility, &made.creator))
        });
        let records = known.iter().filter_map(|one| {
            let (id, accessibility, creator) = one.entity.as_ref()?;
            let here = *id == workspace.id && one.region == workspace.region;
            here.then(|| (format!("{} ", one.kind), one.name.clone(), entity(*accessibility, creator)))
        });
        let read = Workspace { members: roles.collect(), entities: by_name(made.chain(records).collect()) };
        all.insert(format!("{}/{}", workspace.region, workspace.name), read);
    }
    all
}

fn access_point(point: &cloud::AccessPoint) -> (String, AccessPoint) {
    let origin = match &point.origin {
        NetworkOrigin::Internet => point.origin.as_str().to_owned(),
        NetworkOrigin::Vpc(id) => id.clone(),
    };
    let policy = point.policy().map(|policy| PolicyText::new(policy.text()));
    (point.name.clone(), AccessPoint { origin, policy, public_access_blocked: point.blocked })
}

/// The account's buckets with their tags and ACLs, and the objects that have an ACL of their own, or tags.
pub(super) fn buckets(cloud: &Cloud, account: &Account) -> BTreeMap<String, Bucket> {
    let all = cloud.buckets.of(&account.id, |bucket| {
        let (mut object_acls, mut object_tags) = (BTreeMap::new(), BTreeMap::new());
        for (key, object) in bucket.objects.from("") {
            if let Some(acl) = object.acl {
                object_acls.insert(key.to_owned(), acl.as_str().to_owned());
            }
            if !object.tags.is_empty() {
                object_tags.insert(key.to_owned(), object.tags.iter().cloned().collect());
            }
        }
        let worm = bucket.worm.as_ref().filter(|worm| worm.state(cloud.clock.now()) != WormState::Expired);
        let setting = |name: &&str| Some(((*name).to_owned(), bucket.settings.get(name)?.clone()));
        let settings = REFUSING.iter().filter_map(setting);
        let read = Bucket {
            region: bucket.region.clone(),
            acl: bucket.acl.as_str().to_owned(),
            policy: bucket.access.policy().map(|policy| PolicyText::new(policy.text())),
            public_access_blocked: bucket.access.blocked,
            access_points: bucket.access.points.values().map(access_point).collect(),
            tags: bucket.tags.iter().cloned().collect(),
            object_acls,
            object_tags,
            retention: worm.map(|worm| Retention { days: worm.days, locked: worm.locked }),
            settings: settings.collect(),
        };
        (bucket.name.clone(), read)
    });
    all.into_iter().collect()
}

/// The account's log projects that count in a decision otherwise than by their names: by a policy, or by tags.
pub(super) fn log_projects(cloud: &Cloud, account: &Account) -> BTreeMap<String, LogProject> {
    let read = |project: &cloud::LogProject| {
        let about = &project.about;
        let policy = about.policy.as_ref().map(|policy| PolicyText::new(policy.text()));
        let says = about.owner == account.id && (policy.is_some() || !about.tags.is_empty());
        says.then(|| (format!("{}/{}", about.region, about.name), LogProject { policy, tags: about.tags.clone() }))
    };
    cloud.log_projects.each(read).into_iter().flatten().collect()
}

/// The open services; those opened region by region with their regions.
pub(super) fn activated(account: &Account) -> Vec<String> {
    account.activations.read().iter().map(|(service, _)| service.to_string()).collect()
}
