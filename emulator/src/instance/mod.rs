//! Credentials for programs that believe to run on an instance of the cloud: the sessions that ECS takes out for the roles
//! attached to an instance, and the metadata service that hands them over.
//!
//! These are the only answers that give credentials to somebody who shows none. So there is nothing to be had until whoever runs
//! the cloud attaches a role, the role itself must trust ECS, and only this machine is answered: see [`is_from_here`].

mod metadata;
mod session;

pub(crate) use metadata::{answer as answer_metadata, is_for as is_for_metadata};
use session::{INSTANCE_ID, METADATA_ADDRESS, REGION};
pub(crate) use session::{credentials, is_from_here, is_passed_on, no_credentials};
