//! OSS over HTTP: signatures, buckets, objects, lists, and who may do what.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../kit/mod.rs"]
mod kit;

mod authorization;
mod buckets;
mod lists;
mod multipart;
mod objects;
mod resource_groups;
mod signatures;
mod tools;
