//! Bounds on what clients can make grow, beside the quotas that the cloud itself has: in one table, each with a test.

use jiff::SignedDuration;

/// Accounts that there may be at a time; then none is opened for whoever asks for a fresh one (CHOICE).
pub const ACCOUNTS: usize = 16_384;

/// Nonces that are remembered; then the oldest go, however young they are (CHOICE: 25 signed calls a second for half an hour, in
/// less than 20 MiB).
pub(super) const NONCES: usize = 8 * NONCES_TOGETHER;
/// Nonces that are forgotten together. So many fill a table of 65,536 places as full as it gets.
pub(super) const NONCES_TOGETHER: usize = 57_344;
/// How long a nonce is remembered: a request signed up to 15 minutes ahead stays acceptable for twice that.
pub(super) const NONCES_REMEMBERED: SignedDuration = SignedDuration::from_mins(30);
/// Sessions that are remembered; then those that end first go, ended or not (CHOICE: some 100 MiB; the cloud limits calls instead).
pub(super) const SESSIONS: usize = 65_536;
/// Deleted users in an account's recycle bin; then the one that was deleted first goes (CHOICE: as many as there may be users).
pub(super) const RECYCLED: usize = 5_000;
/// Attempts to delete a service-linked role that an account can be asked about; then the oldest is forgotten (CHOICE).
pub(super) const DELETION_TASKS: usize = 1_000;
/// Deleted resource groups that an account still shows; then the one that was deleted first vanishes (CHOICE).
pub(super) const DELETED_GROUPS: usize = 1_000;
/// Invitations that a resource directory shows; then the oldest that is over vanishes (CHOICE).
pub(super) const HANDSHAKES: usize = 1_000;
/// Deletions of members that a resource directory can be asked about; then the one that was done first is forgotten (CHOICE).
pub(super) const DELETIONS: usize = 1_000;
/// Things of one kind that LangStudio keeps in a workspace, and jobs of a knowledge base; then none is added (CHOICE).
pub(super) const LANGSTUDIO_ENTITIES: usize = 1_000;
/// What the configurations of a service's versions take together, in bytes; then the oldest go (CHOICE: the figure).
pub const SERVICE_VERSION_BYTES: usize = 1 << 20;
/// The configuration of one service, in bytes; then it is refused (CHOICE: the figure).
pub const SERVICE_CONFIGURATION: usize = 1 << 20;
/// Entries of an access control list of a gateway of EAS; then none is added (CHOICE: the figure).
pub const ACL_ENTRIES: usize = 1_000;
/// Calls with a token of their own whose answers an account remembers; then the oldest is forgotten (CHOICE).
pub(super) const TOKENS_ANSWERED: usize = 1_000;
/// How long such an answer is remembered (CHOICE: neither VPC nor ECS publishes it).
pub(super) const TOKENS_REMEMBERED: SignedDuration = SignedDuration::from_hours(24);
/// Compiled sets of policies that a directory keeps beside those of its principals.
pub(super) const COMPILED_SPARE: usize = 1_024;

/// Things of one kind that a project of Simple Log Service keeps; then none is added (CHOICE: the figure).
pub const KEPT_IN_PROJECT: usize = 200;
/// One of them, in bytes; then it is refused, and so is a change that would make it larger (CHOICE: the figure).
pub const KEPT_BYTES: usize = 256 << 10;
/// Consumers of a consumer group that are heard of; then a further one is refused (CHOICE: the figure).
pub const CONSUMERS_IN_GROUP: usize = 1_000;
/// What the logs of Simple Log Service and what its projects keep may take together, in bytes; then whoever writes is told that the quota is exceeded (CHOICE: the
/// figure; the cloud counts what is written in a minute).
pub(super) const LOG_BYTES: u64 = 256 << 20;

/// What the access log of a bucket may take until it is written, in bytes; then lines are left out (CHOICE: the figure; the cloud promises
/// no complete log either).
pub(super) const ACCESS_LOG_BYTES: usize = 8 << 20;
/// Keys of what was there before that rules of replication copy, of all buckets, before one request is answered (CHOICE: the figure).
pub const HISTORY_KEYS: usize = 100;
/// Inventories that are written, of all buckets, before one request is answered (CHOICE: the figure).
pub const INVENTORIES: usize = 1;
/// Versions that an inventory looks at while nobody may write into the bucket (CHOICE: the figure).
pub const INVENTORY_PAGE: usize = 1_000;
/// Tasks of a bucket that fetch something; then the oldest is forgotten (CHOICE).
pub const FETCH_TASKS: usize = 1_000;
/// What such a task may say of where its object is, in bytes; then it is refused (CHOICE: the figure; URLs of 8 KiB are taken elsewhere).
pub const FETCH_TASK: usize = 8 << 10;
/// What a callback may tell, in bytes, with its places filled in (CHOICE: the figure; as much as its answer may have).
pub const CALLBACK_BODY: usize = 1 << 20;
/// Clients that may follow the decisions as they come, at a time (CHOICE: some pages and programs; each takes a connection and a task).
pub const DECISION_STREAMS: usize = 32;
/// Requests of the control surface's extensions that are answered at a time: each may play a whole scenario (CHOICE).
pub const EXTENSION_CALLS: usize = 4;

/// Tags that a request may pass before it is decided (CHOICE: five times as many as anything may have).
pub const REQUEST_TAGS: usize = 100;

/// A question about policies that nobody has, in bytes (CHOICE: documents of hundreds of times the length that the cloud takes).
pub const POLICY_QUESTION: usize = 4 << 20;

/// Checkpoints that are kept at a time.
pub const CHECKPOINTS: usize = 64;
/// What they may take together, in bytes: documents, and payloads of objects once each, though the cloud may share them.
pub const CHECKPOINT_BYTES: u64 = 1 << 30;
