//! An account's directory: RAM users, user groups, RAM roles, custom policies and their attachments.
//!
//! Everything that an operation must see or change as one step lies behind the account's one lock, so that a key never
//! outlives its user and an attachment never outlives its policy. Names are unique without regard to letter case and
//! keep the case they were given.

mod any_policy;
mod attachment;
mod error;
mod group;
mod login;
mod mfa;
mod names;
mod policy;
mod principal_name;
mod recycle_bin;
mod role;
mod saved;
mod settings;
mod store;
mod user;

pub use any_policy::{AnyPolicy, AnyVersion};
pub use attachment::{Attached, Attachments, PolicyKey, PolicyType, Scope};
pub use error::DirectoryError;
pub use group::Group;
pub use login::{LoginProfile, PasswordPolicy};
pub use mfa::{MfaBinding, MfaDevice};
pub use names::{NameKey, Tags, add_tags};
pub(crate) use policy::number_of as version_number;
pub use policy::{CustomPolicy, Version};
pub use principal_name::PrincipalKind;
pub use recycle_bin::RecycledUser;
pub use role::{DeletionTask, Role, RoleUsage};
pub use settings::{MorePreferences, SecurityPreference};
pub use store::Directory;
pub use user::User;
