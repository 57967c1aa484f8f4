//! OSS's decisions, all of them: caller by bucket ACL by object ACL by bucket policy by block by operation, held to a second
//! evaluator that follows the documented order word for word.
#![allow(clippy::expect_used, clippy::panic, clippy::option_option, reason = "a test that cannot go on fails")]

#[path = "../kit/mod.rs"]
mod kit;

mod naive;
mod world;

use std::sync::atomic::{AtomicUsize, Ordering};

use naive::{Acl, Kind, Outcome, decide};
use world::{ACLS, BLOCKS, CALLERS, OBJECTS, OPERATIONS, POLICIES, World, cell, looks_at_agents};

/// What one worker has seen.
#[derive(Debug, Default)]
struct Seen {
    cells: usize,
    allowed: usize,
    faults: Vec<String>,
}

/// Every cell of one state of bucket and object.
fn walk(world: &World, bucket: Acl, object: Option<Option<Acl>>, seen: &mut Seen) {
    for policy in 0..POLICIES.len() {
        for block in BLOCKS {
            world.be(bucket, object, policy, block);
            for caller in 0..CALLERS.len() {
                // Who calls with what matters to some policies only.
                let agents: &[bool] = if looks_at_agents(caller, policy) { &[true, false] } else { &[true] };
                for &good_agent in agents {
                    for operation in OPERATIONS {
                        let cell = cell(caller, (bucket, object), policy, block, good_agent, operation);
                        let (due, is) = (decide(&cell), world.ask(caller, good_agent, &operation));
                        seen.cells += 1;
                        seen.allowed += usize::from(due == Outcome::Allowed);
                        if due != is {
                            seen.faults.push(format!("{cell:?}\n    is {is:?}, due is {due:?}"));
                        }
                        if is == Outcome::Allowed && operation.kind == Kind::Write {
                            world.furnish(object);
                        }
                    }
                }
            }
        }
    }
}

/// Every cell, decided in the process. None is left out.
#[test]
fn the_matrix_is_the_documented_order() {
    let states: Vec<_> = ACLS.into_iter().flat_map(|bucket| OBJECTS.map(|object| (bucket, object))).collect();
    let next = AtomicUsize::new(0);
    let worker = || {
        let (world, mut seen) = (World::new(), Seen::default());
        while let Some((bucket, object)) = states.get(next.fetch_add(1, Ordering::Relaxed)) {
            walk(&world, *bucket, *object, &mut seen);
        }
        seen
    };
    let seen = std::thread::scope(|scope| {
        [scope.spawn(worker), scope.spawn(worker)].map(|worker| worker.join().expect("no worker panics"))
    });
    let cells: usize = seen.iter().map(|seen| seen.cells).sum();
    let allowed: usize = seen.iter().map(|seen| seen.allowed).sum();
    let faults: Vec<_> = seen.iter().flat_map(|seen| &seen.faults).take(20).map(String::as_str).collect();
    assert!(faults.is_empty(), "of {cells} cells:\n{}", faults.join("\n"));
    assert!(cells >= 100_000, "{cells} cells");
    assert!((cells / 5..cells * 4 / 5).contains(&allowed), "{allowed} of {cells} are allowed: the matrix tells little");
}

/// A seeded sample of the same, over HTTP and signed.
#[test]
fn a_sample_of_the_matrix_over_http() {
    let world = World::new();
    let mut state = 20_261_127_u64;
    let mut any = |most: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % most
    };
    for _ in 0..500 {
        let (bucket, object) = (ACLS[any(ACLS.len())], OBJECTS[any(OBJECTS.len())]);
        let (policy, block) = (any(POLICIES.len()), BLOCKS[any(BLOCKS.len())]);
        let (caller, good_agent) = (any(CALLERS.len()), any(2) == 0);
        let operation = OPERATIONS[any(OPERATIONS.len())];
        world.be(bucket, object, policy, block);
        let cell = cell(caller, (bucket, object), policy, block, good_agent, operation);
        assert_eq!(world.send(caller, good_agent, &operation), decide(&cell), "{cell:?}");
    }
}
