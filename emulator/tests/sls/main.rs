//! Simple Log Service over HTTP: its protocol and what is wrong with requests, projects, Logstores, logs, and who may do what.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "protocol buffers by hand")]

#[path = "../kit/mod.rs"]
mod kit;

mod analysis;
mod authorization;
mod bodies;
mod consume;
mod kept;
mod limits;
mod logs;
mod protocol;
mod resources;
mod tools;
