//! How long deciding and compiling take, on four sizes of policy sets (see `workload`). Verdicts are checked first.
//!
//! `cargo bench -p acslab-policy`

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a bench may fail by panicking")]

mod workload;

use std::hint::black_box;

use acslab_policy::{Layers, decide};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use workload::{Asked, Workload, caller};

fn decisions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decide");
    for workload in Workload::all() {
        let set = Workload::compile(&workload.parse());
        let layers = Layers::new(&set);
        for (request, expected) in workload.requests.iter().zip(&workload.expected) {
            let verdict = decide(&layers, request).verdict;
            assert_eq!(
                verdict,
                *expected,
                "{}: {} on {}",
                workload.name,
                request.action().as_str(),
                request.resource().as_str()
            );
        }
        let mut next = workload.requests.iter().cycle();
        group.throughput(Throughput::Elements(1));
        group.bench_function(workload.name, |bencher| {
            bencher.iter(|| decide(black_box(&layers), next.next().unwrap()));
        });
    }
}

/// How long it takes to build a request: from texts alone, for a caller that is known already, and from parts that have all
/// been read.
fn requests(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("request");
    group.throughput(Throughput::Elements(1));
    for workload in Workload::all() {
        let mut next = workload.asked.iter().cycle();
        group.bench_function(format!("{} from texts", workload.name), |bencher| {
            bencher.iter(|| black_box(next.next().unwrap()).by(caller()));
        });
        let known = caller();
        group.bench_function(format!("{} of a known caller", workload.name), |bencher| {
            bencher.iter(|| black_box(next.next().unwrap()).by(known.clone()));
        });
        let read: Vec<_> = workload.asked.iter().map(Asked::read).collect();
        let mut next = read.iter().cycle();
        group.bench_function(format!("{} of parts", workload.name), |bencher| {
            bencher.iter(|| black_box(next.next().unwrap()).by(known.clone()));
        });
    }
}

/// The same number of decisions on each of one and of two threads: sets are shared without locks or counters, so on two
/// free processors both take the same time.
fn threads(criterion: &mut Criterion) {
    const EACH: u64 = 10_000;
    let mut group = criterion.benchmark_group("threads");
    group.sample_size(20);
    for workload in Workload::all().iter().filter(|workload| workload.name == "w2") {
        let set = Workload::compile(&workload.parse());
        for threads in [1, 2] {
            group.throughput(Throughput::Elements(threads * EACH));
            group.bench_function(format!("{} on {threads}", workload.name), |bencher| {
                bencher.iter(|| {
                    std::thread::scope(|scope| {
                        for _ in 0..threads {
                            scope.spawn(|| {
                                let layers = Layers::new(&set);
                                for request in workload.requests.iter().cycle().take(usize::try_from(EACH).unwrap()) {
                                    black_box(decide(black_box(&layers), request));
                                }
                            });
                        }
                    });
                });
            });
        }
    }
}

fn compilation(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compile");
    group.sample_size(20);
    for workload in Workload::all() {
        let documents = workload.parse();
        let statements = documents.iter().map(|document| document.statements().len()).sum::<usize>();
        group.throughput(Throughput::Elements(statements as u64));
        group.bench_function(workload.name, |bencher| bencher.iter(|| Workload::compile(black_box(&documents))));
        group.bench_function(format!("{} with parsing", workload.name), |bencher| {
            bencher.iter(|| Workload::compile(&black_box(&workload).parse()));
        });
    }
}

criterion_group!(benches, decisions, requests, threads, compilation);
criterion_main!(benches);
