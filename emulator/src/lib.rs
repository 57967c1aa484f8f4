//! A local Alibaba Cloud for the part that decides who may do what.
//!
//! One process fakes the RAM, STS, OSS, service-activation and PAI endpoints, checks every signature, evaluates every RAM
//! policy, and can say why for every answer. Everything is in memory; a listener on loopback is all it needs.
//!
//! ```
//! use acslab_emulator::{Emulator, Service};
//!
//! let emulator = Emulator::builder().account("company", "1234567890123456").open(Service::Oss).start()?;
//! let alice = emulator.create_user("company", "alice", &["AliyunOSSReadOnlyAccess"])?;
//! println!("{} as {}: {:?}", emulator.endpoint(), alice.access_key_id, emulator.env("company")?);
//!
//! emulator.save_checkpoint("before")?;
//! emulator.advance_clock(3600)?;
//! emulator.restore_checkpoint("before")?;
//! for entry in emulator.decisions(10) {
//!     println!("{} by {:?}: {}", entry.operation.full_name(), entry.caller, entry.status);
//! }
//! emulator.shutdown()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What is named here is the interface. The modules are open for the tests and the tools of this repository; they change without
//! notice.

/// What the page on tests shows in Rust is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../docs/helpers.md")]
struct HelpersPage;

#[doc(hidden)]
#[allow(dead_code, reason = "what of it is asked for grows with the rows that use it")]
pub mod catalogue;
#[doc(hidden)]
pub mod cloud;
mod control;
mod emulator;
mod federation;
#[doc(hidden)]
pub mod fuzz;
#[doc(hidden)]
pub mod gateway;
mod instance;
mod keep;
#[doc(hidden)]
pub mod ledger;
#[doc(hidden)]
pub mod operation;
#[doc(hidden)]
pub mod registry;
mod server;
#[doc(hidden)]
pub mod services;
mod setup;
#[doc(hidden)]
pub mod signature;
#[doc(hidden)]
pub mod wire;

pub use control::state;

#[cfg(feature = "opendal")]
pub use cloud::OpendalStore;
pub use cloud::{
    AccountError, Acl, Blob, Clock, ClockError, FolderStore, InstanceRole, OssV1, Quota, ReadyAccount, Service,
    Signers, Sink, StandIns, Store, SystemPolicies, SystemPolicyError, granted as granted_by_acl,
};
pub use control::{ConsoleFile, ControlPeers, Extension, ProgramKey, environment, environment_for};
pub use emulator::{Authority, Builder, Emulator, EmulatorHandle, HandleError, Key, Keys, NotAsked, StartError};
pub use federation::{JwksError, KeySet};
pub use gateway::{Denials, NotPerformed};
pub use keep::KeepError;
pub use operation::{
    Access, Check, Decided, Entry, Form, Known, Level, Mark, Need, Operation, Parameter, Perform, Product, Route,
    Selector, Source, Stage, Style, read_diagnostic_message,
};
pub use registry::FileError;
#[doc(hidden)]
pub use server::patient;
pub use server::{Arrivals, CertificateAuthority, Proxy, Stranger};
pub use services::oss::key_alias;
pub use services::{operations, published, published_asking, published_of, published_performed};
pub use signature::Secret;
