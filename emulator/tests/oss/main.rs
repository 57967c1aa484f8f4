//! OSS over HTTP: signatures, buckets, objects, lists, and who may do what.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../kit/mod.rs"]
mod kit;

mod access_points;
mod addressing;
mod answers;
mod appends;
mod async_fetch;
mod authorization;
mod browser;
mod buckets;
mod callbacks;
mod chores;
mod clients;
mod copies;
mod details;
mod inventories;
mod keys;
mod kms;
mod lifecycle;
mod lists;
mod lives;
mod logging;
mod malformed_signatures;
mod model;
mod multipart;
mod not_offered;
mod objects;
mod persistent;
mod pieces;
mod policies;
mod public_access;
mod replication;
mod resource_groups;
mod select;
mod settings;
mod signatures;
mod stored;
mod tools;
mod versions;
mod website;
