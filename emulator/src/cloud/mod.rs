//! The state: accounts and what they hold, access keys, sessions, the clock and the source of ids.
//!
//! What is looked up on each request lies in maps that lock a part of themselves for the moment of a look; what changes together lies
//! behind one lock. All locks are taken in the one order that [`lock`] writes down and, in debug builds, checks.

mod account;
mod activations;
mod buckets;
mod clock;
pub mod directory;
pub mod identity_providers;
mod ids;
mod ims;
mod instance;
mod issuers;
mod key_policy;
mod keys;
pub mod langstudio;
mod limits;
mod lock;
mod logs;
mod map;
mod nonces;
mod oss;
pub mod pai;
pub mod payload;
mod quotas;
mod records;
mod region_mark;
pub mod resource_directory;
mod resource_groups;
mod role_usage;
mod save;
mod service_roles;
mod sessions;
mod stand_ins;
mod state;
mod system_policies;

pub use account::{Account, AccountError, ReadyAccount};
pub use activations::{Activations, Service};
pub use buckets::{
    AccessPoint, Acl, Bucket, BucketAccess, Buckets, Change, Changed, Chores, Deleted, Draft, Element, EntityTag,
    Found, History, KeptBy, KeptHeaders, Lifecycle, Listed, Longer, Marker, NetworkOrigin, NotCreated, Object,
    ObjectKind, Objects, OutOfOrder, Part, Parts, Rare, Redundancy, Removal, Restore, Restored, Retention,
    RetentionMode, Settings, Statistics, StorageClass, Taken, Tier, Upload, Version, VersionId, Versioning, Worm,
    WormState, acl_of, granted,
};
pub use clock::{Clock, ClockError, Signers, iso8601, iso8601_millis};
pub use directory::{Directory, DirectoryError, NameKey};
pub use identity_providers::{IdentityProviders, OidcProvider, ProviderError, SamlMetadata, SamlProvider, UserSso};
pub use ids::IdSource;
pub use ims::{CredentialReport, ImsRecords};
pub use instance::{Instance, InstanceRole};
pub use issuers::Issuers;
pub use key_policy::KeyPolicy;
pub use keys::{AccessKey, AccessKeys, KeyHolder, KeyStatus};
pub use limits::{
    ACCOUNTS, ACL_ENTRIES, CALLBACK_BODY, CHECKPOINT_BYTES, CHECKPOINTS, CONSUMERS_IN_GROUP, DECISION_STREAMS,
    EXTENSION_CALLS, FETCH_TASK, FETCH_TASKS, HISTORY_KEYS, INVENTORIES, INVENTORY_PAGE, KEPT_BYTES, KEPT_IN_PROJECT,
    POLICY_QUESTION, REQUEST_TAGS, SERVICE_CONFIGURATION, SERVICE_VERSION_BYTES,
};
pub use lock::{Changes, RwLock, Work};
pub use logs::{
    Checkpoint as LogCheckpoint, Consumers, Draft as LogDraft, HashKey, KeptGroup, KeptInProject, Log, LogGroup,
    LogIndex, LogProject, LogProjects, LogStore, NotMade, ProjectAbout, ProjectPolicy, Room as LogRoom, Shard,
    StoreAbout, WrongGroup, list_of as log_group_list,
};
pub use nonces::{Nonces, WINDOW};
pub use oss::{OssSettings, OssV1};
pub use pai::PaiRecords;
#[cfg(feature = "opendal")]
pub use payload::OpendalStore;
pub(crate) use payload::blocking;
pub use payload::{Blob, FolderStore, Outgoing, Payload, PayloadWriter, Sink, Store, Written};
pub use quotas::{Quota, Quotas};
pub use records::{Again, Course, Record, RecordError, RecordPlace, Records, Step};
pub use region_mark::region_mark;
pub use resource_directory::{
    ControlPolicy, Delegation, Deletion, Folder, Handshake, HandshakeStatus, Invited, JoinMethod, Member, MemberStatus,
    MemberType, ResourceDirectories, ResourceDirectory, ResourceDirectoryError,
};
pub use resource_groups::{GroupedResource, ResourceGroup, ResourceGroupError, ResourceGroups, ResourceKey};
pub use save::{LoadError, PayloadNames, Snapshot, VERSION as SAVE_VERSION, Wanted};
pub use service_roles::{RoleTemplate, ServiceRole, ServiceRoleKind};
pub use sessions::{Session, Sessions};
pub use stand_ins::StandIns;
pub use state::Cloud;
pub use system_policies::{SystemPolicies, SystemPolicy, SystemPolicyError, SystemVersion};
