//! A local Alibaba Cloud for the part that decides who may do what.
//!
//! One process fakes the RAM, STS, OSS, service-activation and PAI endpoints, checks every signature, evaluates every RAM
//! policy, and can say why for every answer. Everything is in memory; a listener on loopback is all it needs.
//!
//! ```
//! use acslab_emulator::Emulator;
//!
//! let emulator = Emulator::builder().start()?;
//! let owner = &emulator.accounts()[0];
//! println!("http://{} {}", emulator.address(), owner.access_key_id);
//! # Ok::<(), std::io::Error>(())
//! ```

pub mod cloud;
mod control;
mod emulator;
mod federation;
pub mod gateway;
mod instance;
mod keep;
pub mod ledger;
pub mod operation;
pub mod registry;
mod server;
pub mod services;
mod setup;
pub mod signature;
pub mod wire;

pub use control::state;

pub use cloud::{
    AccountError, Clock, ClockError, InstanceRole, Quota, ReadyAccount, Service, Signers, SystemPolicies,
    SystemPolicyError,
};
pub use control::ControlPeers;
pub use emulator::{Builder, Emulator, EmulatorHandle, StartError};
pub use federation::{JwksError, KeySet};
pub use keep::KeepError;
pub use operation::{
    Access, Check, Form, Level, Need, Operation, Parameter, Perform, Product, Route, Selector, Source, Style,
};
pub use server::CertificateAuthority;
pub use services::operations;
