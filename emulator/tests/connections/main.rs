//! Connections that misbehave, and many that do not.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../kit/mod.rs"]
mod kit;

mod broken;
mod ending;
mod many;
mod tools;
mod unread;
mod wires;
