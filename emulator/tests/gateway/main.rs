//! The OpenAPI gateway over HTTP: signatures, replay, time, keys, tokens, formats, and the errors of each.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "../kit/mod.rs"]
mod kit;

mod answers;
mod function_compute;
mod keys;
mod parameters;
mod products;
mod roa;
mod rpc;
mod tools;
mod v3;
