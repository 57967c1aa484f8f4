//! The state as types: what `POST /_acslab/state` answers, and what a snapshot shows.
//!
//! Every map is sorted by name. There is no secret in it, and no id that the seed gives.

use std::collections::BTreeMap;
use std::fmt;

use acslab_policy::Verdict;
use serde::{Deserialize, Serialize};

use super::preference::SecurityPreference;
use super::stores::{Bucket, LogProject};
use super::text::PolicyText;

/// The authorization state of a cloud, or of some of its accounts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AuthorizationState {
    /// The accounts, by name.
    pub accounts: BTreeMap<String, AccountState>,
}

impl AuthorizationState {
    /// The account with this id of 16 digits.
    pub fn account(&self, id: &str) -> Option<&AccountState> {
        self.accounts.values().find(|account| account.account_id == id)
    }
}

/// One account: who there is, what is attached to whom, what is open.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountState {
    /// Its id of 16 digits.
    pub account_id: String,
    /// The services that are open; those opened region by region as `pai/cn-hangzhou`.
    pub activated: Vec<String>,
    /// RAM users, by name.
    pub users: BTreeMap<String, User>,
    /// User groups, by name.
    pub groups: BTreeMap<String, Group>,
    /// RAM roles, by name.
    pub roles: BTreeMap<String, Role>,
    /// Custom policies, by name.
    pub policies: BTreeMap<String, CustomPolicy>,
    /// System policies that are attached here and do not say what the ones that come with the program do, by name.
    pub system_policies: BTreeMap<String, SystemPolicy>,
    /// From where access keys may be used.
    pub access_key_policies: AccessKeyPolicies,
    /// Resource groups but the default one, which holds what is in no other; by name.
    pub resource_groups: BTreeMap<String, ResourceGroup>,
    /// Who may come in from outside.
    pub identity_providers: IdentityProviders,
    /// The security preference, as far as it is not the one that an account starts with.
    pub security_preference: SecurityPreference,
    /// The resource directory that the account manages, if it does.
    pub resource_directory: Option<ResourceDirectory>,
    /// Is public access to all buckets blocked?
    #[serde(default)]
    pub public_access_blocked: bool,
    /// Buckets, by name.
    pub buckets: BTreeMap<String, Bucket>,
    /// Projects of Simple Log Service that have a policy or tags, by region and name: `cn-hangzhou/photos`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub log_projects: BTreeMap<String, LogProject>,
    /// The tags of records, for which policies may ask, by product, kind, region and name: `Vpc Vpc cn-hangzhou/office`. Those without
    /// a name are numbered, as their ids are the seed's.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub records: BTreeMap<String, BTreeMap<String, String>>,
    /// PAI's workspaces, by region and name: `cn-hangzhou/research`.
    pub workspaces: BTreeMap<String, Workspace>,
    /// Do roles in workspaces only count where RAM allows as well?
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub strict_workspace_roles: bool,
    /// What each RAM user and role may in effect do of what was asked for, in the order of the question.
    pub permissions: BTreeMap<Who, Vec<Permission>>,
}

/// A RAM user.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct User {
    /// Its id, by which bucket policies name it. A running cloud does not tell it here: its ids are the seed's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The names of its groups.
    pub groups: Vec<String>,
    /// What is attached to it.
    pub policies: Vec<Attachment>,
    /// How many access keys it has.
    pub access_keys: AccessKeys,
    /// The network policies of its access keys.
    pub access_key_policies: Vec<PolicyText>,
    /// May it log on to the console with a password?
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub console_password: bool,
    /// Must it bring a second factor along there?
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub console_mfa: bool,
    /// Its tags.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// How many access keys may sign, and how many may not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccessKeys {
    /// Those that may.
    pub active: usize,
    /// Those that may not.
    pub inactive: usize,
}

/// A user group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Group {
    /// The names of its users.
    pub members: Vec<String>,
    /// What is attached to it.
    pub policies: Vec<Attachment>,
}

/// A RAM role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Role {
    /// The trust policy: who may assume it.
    pub trust: PolicyText,
    /// What is attached to it.
    #[serde(default)]
    pub policies: Vec<Attachment>,
    /// The service that a service-linked role belongs to.
    #[serde(default)]
    pub service_linked: Option<String>,
    /// The longest session, in seconds.
    #[serde(default)]
    pub max_session_duration: u32,
    /// Its tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// A custom policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomPolicy {
    /// The version in force: `v1`.
    pub default_version: String,
    /// The text of every version, by its id; the one in force among them.
    pub versions: BTreeMap<String, PolicyText>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// A system policy that was published or replaced since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SystemPolicy {
    /// The version in force: `v1`.
    pub version: String,
    /// Its text.
    pub text: PolicyText,
}

/// A policy attached to a user, a group, a role or a node of a resource directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The policy's name.
    pub name: String,
    /// Whose policy it is: `System` or `Custom`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The version in force; control policies have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The name of the resource group that it is attached for; none for the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_group: Option<String>,
}

/// Network policies for access keys.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccessKeyPolicies {
    /// The one for all keys of the account, if it has one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub account: Vec<PolicyText>,
    /// Those of the owner's own keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owner: Vec<PolicyText>,
}

/// A resource group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResourceGroup {
    /// Its name for people.
    pub display_name: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// What is in it: `oss bucket photos`.
    pub resources: Vec<String>,
}

/// By whom roles can be assumed from outside, and whether users log on by single sign-on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct IdentityProviders {
    /// OIDC providers, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub oidc: BTreeMap<String, OidcProvider>,
    /// SAML providers, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub saml: BTreeMap<String, SamlProvider>,
    /// Single sign-on of RAM users, where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_sso: Option<UserSso>,
}

/// An OIDC provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OidcProvider {
    /// Who signs its tokens.
    pub issuer_url: String,
    /// For whom tokens are.
    pub client_ids: Vec<String>,
    /// The fingerprints of the issuer's certificates.
    pub fingerprints: Vec<String>,
    /// How old a token may be, in hours.
    pub issuance_limit_hours: u32,
}

/// A SAML provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamlProvider {
    /// SHA-256 of its metadata, in hex.
    pub metadata_sha256: String,
}

/// Single sign-on of RAM users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSso {
    /// Must an assertion name users with their domain?
    pub with_domain: bool,
    /// SHA-256 of the provider's metadata, in hex.
    pub metadata_sha256: String,
}

/// A resource directory. Its ids depend on the seed: folders and members go by their names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResourceDirectory {
    /// Whether control policies count: `enabled` or `disabled`.
    pub control: String,
    /// Custom control policies, by name.
    pub control_policies: BTreeMap<String, ControlPolicy>,
    /// Folders, by their paths: `root/dev`.
    pub folders: BTreeMap<String, Folder>,
    /// Members, by their display names.
    pub members: BTreeMap<String, Member>,
}

/// A custom control policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ControlPolicy {
    /// Whom it binds.
    #[serde(default)]
    pub effect_scope: String,
    /// Its text.
    pub document: PolicyText,
}

/// A folder of a resource directory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Folder {
    /// What is attached to it.
    pub control_policies: Vec<Attachment>,
}

/// A member account of a resource directory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Member {
    /// The id of its account, by which that is found; told where members, or ids, are asked for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub account_id: String,
    /// The path of its folder.
    pub folder: String,
    /// `ResourceAccount` or `CloudAccount`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What is attached to it.
    pub control_policies: Vec<Attachment>,
    /// The services that it administers for the directory.
    pub administers: Vec<String>,
}

/// A workspace of PAI.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    /// Its members with the ids of their workspace roles.
    pub members: BTreeMap<Who, Vec<String>>,
    /// What is in it, by kind and name: `flow chat`, `AIWorkSpace Dataset pictures`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub entities: BTreeMap<String, Entity>,
}

/// Something in a workspace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entity {
    /// Who sees it: `PRIVATE`, `PUBLIC`.
    pub accessibility: String,
    /// Who made it.
    pub creator: Who,
}

/// Somebody in an account, in JSON one text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Who {
    /// Deleted since; the id that is left of it.
    Gone(String),
    /// `owner`: the account owner.
    Owner,
    /// `role/builder`
    Role(String),
    /// `user/alice`
    User(String),
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone(id) => f.write_str(id),
            Self::Owner => f.write_str("owner"),
            Self::Role(name) => write!(f, "role/{name}"),
            Self::User(name) => write!(f, "user/{name}"),
        }
    }
}

impl From<Who> for String {
    fn from(who: Who) -> Self {
        who.to_string()
    }
}

impl From<String> for Who {
    fn from(text: String) -> Self {
        match text.split_once('/') {
            Some(("user", name)) => Self::User(name.to_owned()),
            Some(("role", name)) => Self::Role(name.to_owned()),
            _ if text == "owner" => Self::Owner,
            _ => Self::Gone(text),
        }
    }
}

/// What somebody may in effect do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// The answer.
    pub verdict: Effective,
    /// The policy that settled it: `System AliyunOSSFullAccess`, `Custom Photos v2`; none where no statement did.
    pub policy: Option<String>,
    /// What an allow takes besides: `if acs:MFAPresent`; none where it hangs on nothing, or nothing would allow it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<String>,
}

/// The answer to a question about a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effective {
    /// It is allowed.
    Allow,
    /// A statement denies it.
    ExplicitDeny,
    /// No statement allows it.
    ImplicitDeny,
    /// Action and resource do not make a request.
    Malformed,
}

impl From<Verdict> for Effective {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Allow => Self::Allow,
            Verdict::ExplicitDeny => Self::ExplicitDeny,
            Verdict::ImplicitDeny => Self::ImplicitDeny,
        }
    }
}

impl fmt::Display for Effective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allow => "Allow",
            Self::ExplicitDeny => "ExplicitDeny",
            Self::ImplicitDeny => "ImplicitDeny",
            Self::Malformed => "Malformed",
        })
    }
}
