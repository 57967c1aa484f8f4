//! What the console stands on: its files and its token, the decisions as they come, fixes that are tried, policies that nobody has.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../kit/mod.rs"]
mod kit;

mod extension;
mod fixes;
mod judge;
mod openapi;
mod opening;
mod page;
mod policies;
mod stream;

use acslab_emulator::{Builder, ConsoleFile, EmulatorHandle, Secret};
use kit::{Answer, Raw, headers};
use serde_json::Value;

/// `<!doctype html>`, compressed.
const PAGE: &[u8] = &[
    31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 179, 81, 76, 201, 79, 46, 169, 44, 72, 85, 200, 40, 201, 205, 177, 3, 0, 72,
    236, 185, 135, 15, 0, 0, 0,
];
const FILES: &[ConsoleFile] =
    &[ConsoleFile { name: "index.html", content_type: "text/html; charset=utf-8", gzip: PAGE }];
const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn builder() -> Builder {
    kit::builder().console(FILES, Secret::new(TOKEN.to_owned()))
}

fn start() -> EmulatorHandle {
    builder().start().expect("an emulator")
}

/// Asks as a program on this machine.
fn ask(cloud: &EmulatorHandle, method: &str, path: &str, body: &str) -> Answer {
    with(cloud, method, path, body, &[])
}

/// Asks with further header lines.
fn with(cloud: &EmulatorHandle, method: &str, path: &str, body: &str, lines: &[(&str, &str)]) -> Answer {
    let host = cloud.address().to_string();
    let lines = [&[("host", host.as_str())], lines].concat();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let path = format!("/_acslab/{path}");
    Raw::new(method, &path).query(query.to_owned()).headers(headers(&lines)).body(body).send(cloud.address())
}

/// Asks with the token.
fn trusted(cloud: &EmulatorHandle, method: &str, path: &str, body: &str) -> Answer {
    with(cloud, method, path, body, &[("x-acslab-token", TOKEN)])
}

fn json(answer: &Answer) -> Value {
    answer.json()
}
