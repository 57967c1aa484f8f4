//! OSS over HTTP: signatures, buckets, objects, lists, and who may do what.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../kit/mod.rs"]
mod kit;

mod authorization;
mod browser;
mod buckets;
mod lifecycle;
mod lists;
mod model;
mod multipart;
mod objects;
mod pieces;
mod resource_groups;
mod settings;
mod signatures;
mod tools;
mod versions;
