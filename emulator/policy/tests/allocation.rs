//! What is allocated: nothing while deciding, and little for a compiled set.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail by panicking")]

#[path = "../benches/workload/mod.rs"]
mod workload;

use std::sync::LazyLock;

use acslab_policy::{Layers, decide};
use allocation_counter::measure;
use workload::Workload;

static WORKLOADS: LazyLock<Vec<Workload>> = LazyLock::new(Workload::all);

#[test]
fn deciding_allocates_nothing() {
    for workload in &*WORKLOADS {
        let set = Workload::compile(&workload.parse());
        let layers = Layers { control: std::slice::from_ref(&set), session: Some(&set), ..Layers::new(&set) };
        let (mut asked, mut allowed) = (0, 0);
        let count = measure(|| {
            for request in &workload.requests {
                asked += 1;
                allowed += usize::from(decide(&layers, request).is_allowed());
            }
        });
        assert_eq!(count.count_total, 0, "{} allocations in {asked} decisions of {}", count.count_total, workload.name);
        assert!(0 < allowed && allowed < asked, "{allowed} of {asked} allowed");
    }
}

#[test]
fn verdicts_of_the_workloads() {
    for workload in &*WORKLOADS {
        let set = Workload::compile(&workload.parse());
        for (request, expected) in workload.requests.iter().zip(&workload.expected) {
            let verdict = decide(&Layers::new(&set), request).verdict;
            assert_eq!(
                verdict,
                *expected,
                "{}: {} on {}",
                workload.name,
                request.action().as_str(),
                request.resource().as_str()
            );
        }
    }
}

#[test]
fn a_statement_takes_less_than_a_kibibyte() {
    for workload in &*WORKLOADS {
        let mut kept = None;
        let mut statements = 0;
        let count = measure(|| {
            let documents = workload.parse();
            statements = documents.iter().map(|document| document.statements().len()).sum::<usize>();
            kept = Some(Workload::compile(&documents));
        });
        let each = usize::try_from(count.bytes_current).unwrap() / statements;
        println!("{}: {each} bytes a statement, its text and typed form included", workload.name);
        // A tiny set pays for tables that a large one shares out.
        assert!(statements < 100 || each < 1024, "{}: {each} bytes a statement", workload.name);
    }
}
