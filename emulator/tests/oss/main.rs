//! OSS over HTTP: signatures, buckets, objects, lists, and who may do what.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../kit/mod.rs"]
mod kit;

mod access_points;
mod addressing;
mod authorization;
mod buckets;
mod lists;
mod malformed_signatures;
mod multipart;
mod objects;
mod policies;
mod public_access;
mod resource_groups;
mod signatures;
mod tools;
