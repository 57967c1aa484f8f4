//! What an account has besides principals and policies: resource groups, identity providers, what its owner has set.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::cloud::directory::SecurityPreference;
use crate::cloud::{Account, Directory, ImsRecords, KeyHolder, KeyPolicy, ResourceGroup};
use crate::signature::hex_sha256;

/// The resource groups in use, by id: what attachments name them by.
pub(super) fn group_names(account: &Account, now: Timestamp) -> BTreeMap<String, String> {
    let groups = account.resource_groups.read();
    let alive = groups.iter(now).filter(|group| group.deleted.is_none());
    alive.map(|group| (group.id.clone(), group.name.clone())).collect()
}

/// The resource groups with what is in them. The default one holds what is in no other, and is not shown.
pub(super) fn resource_groups(account: &Account, now: Timestamp) -> Value {
    let groups = account.resource_groups.read();
    let shown = |group: &ResourceGroup| {
        let inside = groups.resources().filter(|(_, resource)| resource.group == group.id);
        let inside: Vec<_> = inside.map(|(key, _)| format!("{} {} {}", key.service, key.kind, key.id)).collect();
        json!({"display_name": group.display_name, "tags": group.tags, "resources": inside})
    };
    let own = groups.iter(now).filter(|group| group.deleted.is_none() && group.id != groups.default_id());
    Value::Object(own.map(|group| (group.name.clone(), shown(group))).collect())
}

/// By whom the account's roles can be assumed from outside, and whether its users log on by single sign-on. Metadata is
/// named by its SHA-256.
pub(super) fn identity_providers(account: &Account) -> Value {
    let providers = account.identity_providers.read();
    let mut all = Map::new();
    let oidc = providers.oidc_providers().map(|provider| {
        let shown = json!({
            "issuer_url": provider.issuer_url,
            "client_ids": provider.client_ids,
            "fingerprints": provider.fingerprints,
            "issuance_limit_hours": provider.issuance_limit_hours,
        });
        (provider.name.clone(), shown)
    });
    all.insert("oidc".to_owned(), Value::Object(oidc.collect()));
    let saml = providers.saml_providers().map(|provider| {
        let metadata = hex_sha256(provider.metadata.text().as_bytes());
        (provider.name.clone(), json!({"metadata_sha256": metadata}))
    });
    all.insert("saml".to_owned(), Value::Object(saml.collect()));
    let sso = &providers.user_sso;
    if sso.enabled {
        let metadata = hex_sha256(sso.metadata.as_bytes());
        all.insert("user_sso".to_owned(), json!({"with_domain": sso.with_domain, "metadata_sha256": metadata}));
    }
    all.retain(|_, part| part.as_object().is_none_or(|part| !part.is_empty()));
    Value::Object(all)
}

/// The network policies of some access keys, whose ids are not shown, in an order that does not depend on them.
pub(super) fn key_policies(records: &ImsRecords, keys: &[String]) -> Vec<Value> {
    let mut all: Vec<_> = keys.iter().filter_map(|id| records.key_policies.get(id)).map(key_policy).collect();
    all.sort_by_key(Value::to_string);
    all
}

fn key_policy(policy: &KeyPolicy) -> Value {
    serde_json::from_str(policy.text()).unwrap_or_default()
}

/// The network policy for all access keys, and those of the owner's own.
pub(super) fn own_key_policies(records: &ImsRecords, directory: &Directory) -> Value {
    let of_account: Vec<_> = records.account_key_policy.iter().map(key_policy).collect();
    let of_owner = key_policies(records, directory.keys_of(&KeyHolder::Owner).unwrap_or_default());
    let all = [("account", of_account), ("owner", of_owner)];
    let there = all.into_iter().filter(|(_, policies)| !policies.is_empty());
    Value::Object(there.map(|(whose, policies)| (whose.to_owned(), json!(policies))).collect())
}

/// The security preference, as far as it is not the one that an account starts with.
pub(super) fn security_preference(preference: &SecurityPreference) -> Value {
    let mut all = flags(preference);
    let start = flags(&SecurityPreference::default());
    all.retain(|name, value| start.get(name) != Some(value));
    Value::Object(all)
}

fn flags(preference: &SecurityPreference) -> Map<String, Value> {
    let SecurityPreference { more, .. } = preference;
    let all = json!({
        "change_password": preference.change_password,
        "manage_access_keys": preference.manage_access_keys,
        "manage_mfa_devices": preference.manage_mfa_devices,
        "manage_public_keys": preference.manage_public_keys,
        "manage_personal_ding_talk": more.manage_personal_ding_talk,
        "manage_service_credentials": more.manage_service_credentials,
        "save_mfa_ticket": preference.save_mfa_ticket,
        "mfa_for_login": more.mfa_for_login,
        "risk_login": more.risk_login,
        "login_with_passkey": more.login_with_passkey,
        "login_network_masks": preference.login_network_masks,
        "login_session_hours": preference.login_session_duration,
        "idle_days_of_users": more.idle_days_of_users,
        "idle_days_of_access_keys": more.idle_days_of_access_keys,
        "verification_types": more.verification_types,
    });
    match all {
        Value::Object(all) => all,
        _ => Map::new(),
    }
}
