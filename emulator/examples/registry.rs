//! What it costs to find the operation that a request names: with the operations that come with acslab, and with 40,000 more.
//!
//! `cargo run --release --package acslab-emulator --example registry`
#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use std::hint::black_box;
use std::time::Instant;

use acslab_emulator::services;
use http::Method;

const MORE: usize = 40_000;
const LOOKUPS: u32 = 200_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let native = services::registry();
    let mut large = native.clone();
    large.load("generated", &product())?;
    for (name, registry) in [("native", &native), ("with 40,000 more", &large)] {
        println!("{name}: {} operations", registry.iter().count());
        time("  by version and name", || registry.finds_action("2015-05-01", "GetUser"));
        time("  by method and path", || {
            registry.finds_path("2024-07-10", &Method::GET, "/api/v1/langstudio/flows/flow-1")
        });
    }
    Ok(())
}

/// A product with as many operations as all of the cloud's have together, in the version of one that comes with acslab.
fn product() -> String {
    let operation = |one: usize| {
        format!(
            r#"{{"name": "Operation{one}", "path": "GET /api/v1/things{one}/{{Id}}", "needs": [{{"action": "large:Operation{one}", "resource": "*"}}]}}"#
        )
    };
    let operations: Vec<_> = (0..MORE).map(operation).collect();
    format!(
        r#"{{"product": "Large", "version": "2024-07-10", "style": "ROA", "operations": [{}]}}"#,
        operations.join(",")
    )
}

fn time(what: &str, mut lookup: impl FnMut() -> bool) {
    let start = Instant::now();
    for _ in 0..LOOKUPS {
        assert!(black_box(lookup()));
    }
    println!("{what}: {} ns", start.elapsed().as_nanos() / u128::from(LOOKUPS));
}
