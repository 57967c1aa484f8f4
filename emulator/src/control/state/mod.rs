//! The authorization state: who there is, what is attached to whom, what is open, and what each principal may in effect do.
//!
//! `POST /_acslab/state` takes a [`StateQuery`] and answers an [`AuthorizationState`]. Both are the harness's, too: a snapshot is
//! the state as text.

mod account;
mod apply;
mod effective;
mod hangs;
mod model;
mod preference;
mod principals;
mod query;
mod resource_directory;
mod stores;
mod text;

pub(crate) use apply::apply;
pub use apply::{Left, Unused};
pub use model::{
    AccessKeyPolicies, AccessKeys, AccountState, Attachment, AuthorizationState, ControlPolicy, CustomPolicy,
    Effective, Entity, Folder, Group, IdentityProviders, Member, OidcProvider, Permission, ResourceDirectory,
    ResourceGroup, Role, SamlProvider, SystemPolicy, User, UserSso, Who, Workspace,
};
pub use preference::SecurityPreference;
pub(super) use principals::authorization_state;
pub use query::StateQuery;
pub use stores::{AccessPoint, Bucket, LogProject, Retention};
pub use text::PolicyText;

pub use crate::cloud::Element;
