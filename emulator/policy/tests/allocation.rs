//! What is allocated: nothing while deciding, and little for a compiled set.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail by panicking")]

#[path = "../benches/workload/mod.rs"]
mod workload;

use std::sync::LazyLock;

use acslab_policy::{Action, Key, Layers, Principal, Request, ResourceTemplate, decide};
use allocation_counter::measure;
use workload::{Asked, Workload};

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

/// Of a caller that is known and texts that are short, a request is built in one place.
#[test]
fn building_a_request_allocates_nothing() {
    let caller = workload::caller();
    for workload in &*WORKLOADS {
        let read: Vec<_> = workload.asked.iter().map(Asked::read).collect();
        let count = measure(|| {
            for (asked, read) in workload.asked.iter().zip(&read) {
                let (from_texts, of_parts) = (asked.by(caller.clone()), read.by(caller.clone()));
                assert_eq!(from_texts.action(), of_parts.action());
            }
        });
        assert_eq!(count.count_total, 0, "{}", workload.name);
    }
    let template = ResourceTemplate::parse("acs:oss:*:{account}:{bucket}/{object}");
    let (action, keys) = (Action::parse("oss:GetObject").unwrap(), ["a", "b", "c", "d", "e", "f"].map(Key::from));
    let address = std::net::IpAddr::from([10, 0, 0, 1]);
    let mut asked = None;
    let count = measure(|| {
        let resource = template.fill(|_| "name").unwrap();
        let mut request = Request::of(caller.clone(), action.clone(), resource);
        request.reserve(keys.len());
        for key in &keys {
            request.set(key, address);
        }
        asked = Some(request);
    });
    // Room for its keys, made at once.
    assert_eq!((count.count_total, asked.unwrap().context().iter().count()), (1, 6));
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

/// What a set and a request say of their size is what they take: an audit trail is bounded by it.
#[test]
fn sizes_are_told_as_they_are() {
    let near = |told: usize, taken: u64, what: &str| {
        let taken = usize::try_from(taken).unwrap();
        assert!(told * 10 >= taken * 9 && told <= taken * 2, "{what}: told {told}, taken {taken}");
    };
    for workload in &*WORKLOADS {
        let mut kept = None;
        let count = measure(|| kept = Some(Workload::compile(&workload.parse())));
        near(kept.unwrap().bytes(), count.bytes_current.try_into().unwrap(), workload.name);
    }
    let long = "x".repeat(300);
    for (keys, value) in [(0, "v"), (1, "v"), (3, "v"), (9, "v"), (9, &*long)] {
        let mut kept = None;
        let count = measure(|| {
            let caller = Principal::ram_user("1234567890123456", "204567890123450001", &*long);
            let resource = format!("acs:oss:*:1234567890123456:bucket/{value}");
            let mut request = Request::new(caller, "oss:GetObject", &resource).unwrap();
            for key in 0..keys {
                request.set(&format!("oss:Key{key}"), value);
            }
            request = request.with_many("oss:Many", vec![value; keys]);
            kept = Some(Box::new(request));
        });
        near(kept.unwrap().bytes(), count.bytes_current.try_into().unwrap(), &format!("{keys} keys"));
    }
}
