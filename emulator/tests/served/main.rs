//! How a cloud is served: as the proxy of a program, with denials reported, counted, and in words to who speaks https to http.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "../kit/mod.rs"]
mod kit;

mod denials;
mod metrics;
mod proxy;
