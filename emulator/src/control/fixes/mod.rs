//! What would have to change for a denied call to be allowed, which calls would change it, and what comes of them in a fork of the cloud.
//!
//! The proposals are the policy engine's. Here they become calls that the account's owner can make; nothing is changed by this surface
//! itself.

mod answer;
mod attempt;
mod opening;
mod oss;
mod others;
mod plan;

pub(super) use answer::{attempt, known_actions, list};
pub(super) use attempt::asking;
