//! The state as text: an indented outline, sorted, one fact a line.

use std::fmt;

use acslab_emulator::state::{
    AccessKeyPolicies, AccountState, Attachment, AuthorizationState, Bucket, CustomPolicy, Element, Entity,
    IdentityProviders, PolicyText, ResourceDirectory, ResourceGroup, Role, SecurityPreference, User,
};

use super::outline::Outline;
use super::permissions::Asked;
use crate::scenario::{Pattern, Variables};

/// A rendered state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document(String);

impl Document {
    /// The state of these accounts (alias and id), with the permissions that were asked for.
    pub(super) fn new(accounts: &[(String, String)], state: &AuthorizationState, asked: &Asked<'_>) -> Self {
        let mut outline = Outline::default();
        for (alias, id) in accounts {
            outline.under(format_args!("account {alias}"), |outline| {
                if let Some(state) = state.account(id) {
                    account(outline, state);
                }
            });
        }
        permissions(&mut outline, asked);
        Self(redacted(outline.into_text(), accounts))
    }
}

impl Document {
    /// The state with the names of what is given in the place of its ids, which depend on the seed: `<eve.id>`.
    pub(super) fn with_names(self, variables: &Variables) -> Self {
        const IDS: [&str; 4] = ["group.", "workspace.", "member.", "control_policy."];
        // What is shorter may stand there for something else.
        const SHORTEST: usize = 10;
        let is_id = |name: &str| name.ends_with(".id") || IDS.iter().any(|kind| name.starts_with(kind));
        let ids = variables.iter().filter(|(name, id)| is_id(name) && id.len() >= SHORTEST);
        Self(ids.fold(self.0, |text, (name, id)| text.replace(id.as_str(), &format!("<{name}>"))))
    }

    /// The state with something else in the place of whatever a pattern finds.
    pub(super) fn redacted(self, rules: &[(Pattern, String)]) -> Self {
        Self(rules.iter().fold(self.0, |text, (pattern, by)| pattern.replace(&text, by)))
    }
}

/// The state of all accounts, by name, without permissions. Users stand by their names, as in a snapshot.
pub fn document_of(state: &AuthorizationState) -> Document {
    let accounts: Vec<_> =
        state.accounts.iter().map(|(name, account)| (name.clone(), account.account_id.clone())).collect();
    let users = state.accounts.values().flat_map(|account| &account.users);
    let ids = users.filter_map(|(name, user)| Some((format!("{name}.id"), user.user_id.clone()?)));
    Document::new(&accounts, state, &Asked::new(&accounts)).with_names(&ids.collect())
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Account ids differ from one cloud to another: the alias says the same.
fn redacted(text: String, accounts: &[(String, String)]) -> String {
    accounts.iter().fold(text, |text, (alias, id)| text.replace(id.as_str(), &format!("<{alias}>")))
}

/// Part by part, by name.
fn account(outline: &mut Outline, state: &AccountState) {
    access_key_policies(outline, &state.access_key_policies);
    outline.sorted("activated", &state.activated);
    outline.value("block public access", Some(true).filter(|_| state.public_access_blocked));
    outline.entries("buckets", &state.buckets, bucket);
    outline.entries("groups", &state.groups, |outline, group| {
        outline.sorted("members", &group.members);
        attachments(outline, "policies", &group.policies);
    });
    identity_providers(outline, &state.identity_providers);
    outline.entries("log projects", &state.log_projects, |outline, project| {
        outline.list("policy", project.policy.iter().flat_map(PolicyText::lines));
        outline.values("tags", &project.tags);
    });
    outline.entries("policies", &state.policies, custom_policy);
    if let Some(directory) = &state.resource_directory {
        outline.under("resource directory", |outline| resource_directory(outline, directory));
    }
    outline.entries("records", &state.records, |outline, tags| outline.values("tags", tags));
    outline.entries("resource groups", &state.resource_groups, resource_group);
    outline.entries("roles", &state.roles, role);
    security_preference(outline, &state.security_preference);
    outline.entries("system policies", &state.system_policies, |outline, policy| {
        outline.list(&policy.version, policy.text.lines());
    });
    outline.entries("users", &state.users, user);
    outline.value("workspace roles", Some("strict").filter(|_| state.strict_workspace_roles));
    outline.entries("workspaces", &state.workspaces, |outline, workspace| {
        let entity = |(name, one): (&String, &Entity)| format!("{name}: {} of {}", one.accessibility, one.creator);
        outline.list("entities", workspace.entities.iter().map(entity));
        outline.entries("members", &workspace.members, |outline, roles| {
            let mut roles: Vec<_> = roles.iter().collect();
            roles.sort();
            outline.rows(roles);
        });
    });
}

fn access_key_policies(outline: &mut Outline, policies: &AccessKeyPolicies) {
    if *policies != AccessKeyPolicies::default() {
        outline.under("access key policies", |outline| {
            outline.sorted("account", &policies.account);
            outline.sorted("owner", &policies.owner);
        });
    }
}

/// Public access is blocked unless somebody lets it in: only that is said.
fn unblocked(outline: &mut Outline, blocked: bool) {
    outline.value("block public access", Some(false).filter(|_| !blocked));
}

fn bucket(outline: &mut Outline, bucket: &Bucket) {
    outline.entries("access points", &bucket.access_points, |outline, point| {
        unblocked(outline, point.public_access_blocked);
        outline.value("origin", Some(&point.origin));
        outline.list("policy", point.policy.iter().flat_map(PolicyText::lines));
    });
    outline.value("acl", Some(&bucket.acl));
    unblocked(outline, bucket.public_access_blocked);
    outline.values("object acls", &bucket.object_acls);
    outline.entries("object tags", &bucket.object_tags, |outline, tags| {
        outline.rows(tags.iter().map(|(key, value)| format!("{key}: {value}")));
    });
    outline.list("policy", bucket.policy.iter().flat_map(PolicyText::lines));
    outline.value("region", Some(&bucket.region));
    if let Some(retention) = &bucket.retention {
        let locked = if retention.locked { "locked" } else { "not locked" };
        outline.value("retention", Some(format!("{} days, {locked}", retention.days)));
    }
    outline.entries("settings", &bucket.settings, |outline, setting| {
        for child in &setting.children {
            element(outline, child);
        }
    });
    outline.values("tags", &bucket.tags);
}

/// `AllowEmptyReferer: false`, what is in it below it.
fn element(outline: &mut Outline, of: &Element) {
    if of.children.is_empty() {
        outline.line(format_args!("{}: {}", of.name, of.text));
    } else {
        outline.under(&of.name, |outline| of.children.iter().for_each(|child| element(outline, child)));
    }
}

fn identity_providers(outline: &mut Outline, providers: &IdentityProviders) {
    if *providers == IdentityProviders::default() {
        return;
    }
    outline.under("identity providers", |outline| {
        outline.entries("oidc", &providers.oidc, |outline, provider| {
            outline.sorted("client ids", &provider.client_ids);
            outline.sorted("fingerprints", &provider.fingerprints);
            outline.value("issuance limit hours", Some(provider.issuance_limit_hours));
            outline.value("issuer url", Some(&provider.issuer_url));
        });
        outline.entries("saml", &providers.saml, |outline, provider| {
            outline.value("metadata sha256", Some(&provider.metadata_sha256));
        });
        if let Some(sso) = &providers.user_sso {
            outline.under("user sso", |outline| {
                outline.value("metadata sha256", Some(&sso.metadata_sha256));
                outline.value("with domain", Some(sso.with_domain));
            });
        }
    });
}

/// The text of every version: a policy that says something else is another policy.
fn custom_policy(outline: &mut Outline, policy: &CustomPolicy) {
    outline.value("default version", Some(&policy.default_version));
    outline.values("tags", &policy.tags);
    outline.entries("versions", &policy.versions, |outline, text| {
        outline.rows(text.lines());
    });
}

fn resource_directory(outline: &mut Outline, directory: &ResourceDirectory) {
    outline.value("control", Some(&directory.control));
    outline.entries("control policies", &directory.control_policies, |outline, policy| {
        outline.list("document", policy.document.lines());
        outline.value("effect scope", Some(&policy.effect_scope));
    });
    outline.entries("folders", &directory.folders, |outline, folder| {
        attachments(outline, "control policies", &folder.control_policies);
    });
    outline.entries("members", &directory.members, |outline, member| {
        outline.sorted("administers", &member.administers);
        attachments(outline, "control policies", &member.control_policies);
        outline.value("folder", Some(&member.folder));
        outline.value("type", Some(&member.kind));
    });
}

fn resource_group(outline: &mut Outline, group: &ResourceGroup) {
    outline.value("display name", Some(&group.display_name));
    outline.sorted("resources", &group.resources);
    outline.values("tags", &group.tags);
}

fn role(outline: &mut Outline, role: &Role) {
    outline.value("max session duration", Some(role.max_session_duration));
    attachments(outline, "policies", &role.policies);
    outline.value("service linked", role.service_linked.as_ref());
    outline.values("tags", &role.tags);
    outline.list("trust", role.trust.lines());
}

fn security_preference(outline: &mut Outline, preference: &SecurityPreference) {
    if *preference == SecurityPreference::default() {
        return;
    }
    outline.under("security preference", |outline| {
        outline.value("change password", preference.change_password);
        outline.value("idle days of access keys", preference.idle_days_of_access_keys);
        outline.value("idle days of users", preference.idle_days_of_users);
        outline.value("login network masks", preference.login_network_masks.as_ref());
        outline.value("login session hours", preference.login_session_hours);
        outline.value("login with passkey", preference.login_with_passkey);
        outline.value("manage access keys", preference.manage_access_keys);
        outline.value("manage mfa devices", preference.manage_mfa_devices);
        outline.value("manage personal ding talk", preference.manage_personal_ding_talk);
        outline.value("manage public keys", preference.manage_public_keys);
        outline.value("manage service credentials", preference.manage_service_credentials);
        outline.value("mfa for login", preference.mfa_for_login.as_ref());
        outline.value("risk login", preference.risk_login.as_ref());
        outline.value("save mfa ticket", preference.save_mfa_ticket);
        outline.sorted("verification types", preference.verification_types.iter().flatten());
    });
}

fn user(outline: &mut Outline, user: &User) {
    outline.sorted("access key policies", &user.access_key_policies);
    let keys = user.access_keys;
    outline.line(format_args!("access keys: {} active, {} inactive", keys.active, keys.inactive));
    outline.value("console mfa", Some("needed").filter(|_| user.console_mfa));
    outline.value("console password", Some("set").filter(|_| user.console_password));
    outline.sorted("groups", &user.groups);
    attachments(outline, "policies", &user.policies);
    outline.values("tags", &user.tags);
}

/// One a line: "System AliyunOSSFullAccess v1 in resource group photos".
fn attachments(outline: &mut Outline, name: &str, attached: &[Attachment]) {
    outline.sorted(
        name,
        attached.iter().map(|one| {
            let mut line = format!("{} {}", one.kind, one.name);
            if let Some(version) = &one.version {
                line.extend([" ", version]);
            }
            if let Some(group) = &one.resource_group {
                line.extend([" in resource group ", group]);
            }
            line
        }),
    );
}

fn permissions(outline: &mut Outline, asked: &Asked<'_>) {
    if asked.is_empty() {
        return;
    }
    outline.under("permissions", |outline| {
        for (principal, lines) in asked.lines() {
            outline.under(principal, |outline| outline.rows(lines));
        }
    });
}

#[cfg(test)]
mod tests {
    use acslab_emulator::state::AuthorizationState;
    use serde_json::json;

    use super::{Asked, Document};

    #[test]
    fn the_outline_is_sorted_and_names_accounts_by_alias() {
        let mut account = json!(acslab_emulator::state::AccountState::default());
        let parts = json!({
            "account_id": "1234567890123456",
            "users": {"bob": {"access_keys": {"active": 0, "inactive": 0}, "groups": [], "policies": [], "access_key_policies": []},
                      "alice": {"access_keys": {"inactive": 0, "active": 1}, "groups": ["dev"], "access_key_policies": [], "policies": [
                          {"name": "B", "type": "System", "version": "v1"},
                          {"name": "A", "type": "Custom", "version": "v2"},
                          {"name": "B", "type": "System", "version": "v1", "resource_group": "photos"}]}},
            "roles": {"r": {"trust": {"Version": "1", "Statement": [
                {"Principal": {"RAM": ["acs:ram::1234567890123456:root"]}, "Effect": "Allow", "Action": "sts:AssumeRole"}]},
                "policies": [], "max_session_duration": 3600, "service_linked": null}},
            "policies": {"A": {"default_version": "v2", "versions": {
                "v1": {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "oss:Get*", "Resource": "*"}]},
                "v2": {"Version": "1", "Statement": [{"Resource": "*", "Effect": "Allow", "Action": "oss:*"}]}}}},
            "resource_groups": {"photos": {"display_name": "Photos", "resources": ["oss bucket photos"], "tags": {}}},
            "security_preference": {"login_session_hours": 12},
            "resource_directory": {"control": "enabled", "control_policies": {"KeepRoles": {"effect_scope": "RAM",
                "document": {"Version": "1", "Statement": {"Effect": "Deny", "Action": "ram:DeleteRole", "Resource": "*"}}}},
                "folders": {},
                "members": {"Dev": {"folder": "root", "type": "ResourceAccount", "administers": [],
                    "control_policies": [{"name": "FullAliyunAccess", "type": "System"}]}}},
        });
        for (part, value) in parts.as_object().unwrap() {
            account[part] = value.clone();
        }
        let state: AuthorizationState = serde_json::from_value(json!({"accounts": {"company": account}})).unwrap();
        let accounts = [("company".to_owned(), "1234567890123456".to_owned())];
        let document = Document::new(&accounts, &state, &Asked::new(&accounts));
        let expected = r#"account company
  policies
    A
      default version: v2
      versions
        v1
          {"Action": "oss:Get*", "Effect": "Allow", "Resource": "*"}
        v2
          {"Action": "oss:*", "Effect": "Allow", "Resource": "*"}
  resource directory
    control: enabled
    control policies
      KeepRoles
        document
          {"Action": "ram:DeleteRole", "Effect": "Deny", "Resource": "*"}
        effect scope: RAM
    members
      Dev
        control policies
          System FullAliyunAccess
        folder: root
        type: ResourceAccount
  resource groups
    photos
      display name: Photos
      resources
        oss bucket photos
  roles
    r
      max session duration: 3600
      trust
        {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"RAM": ["acs:ram::<company>:root"]}}
  security preference
    login session hours: 12
  users
    alice
      access keys: 1 active, 0 inactive
      groups
        dev
      policies
        Custom A v2
        System B v1
        System B v1 in resource group photos
    bob
      access keys: 0 active, 0 inactive
"#;
        assert_eq!(document.to_string(), expected);
    }
}
