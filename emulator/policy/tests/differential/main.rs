//! Two engines, one truth: the engine and a plain second evaluator answer the same generated questions.
//!
//! The second evaluator (`oracle`) shares no code with the engine. `decide` and `explain` must give what it gives: the
//! verdict, the layer, the very statement, and what is reported. The test command asks some 200,000 questions;
//!
//! `ACSLAB_DIFFERENTIAL_CASES=10000000 cargo test --release -p acslab-policy --test differential -- --nocapture`
//!
//! asks ten million. `ACSLAB_DIFFERENTIAL_SEED` asks others.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    unreachable_pub,
    reason = "a test may fail by panicking, and the second evaluator is to be plain"
)]

mod dice;
mod engine;
mod generate;
mod oracle;
mod world;

use std::collections::BTreeMap;
use std::sync::Mutex;

use dice::Dice;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |value| value.parse().unwrap())
}

#[test]
fn engine_and_oracle_agree() {
    let cases = setting("ACSLAB_DIFFERENTIAL_CASES", 200_000);
    let seed = setting("ACSLAB_DIFFERENTIAL_SEED", 1);
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let tally = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let tally = &tally;
            let share = cases.div_ceil(threads);
            scope.spawn(move || {
                let mine = run(share, Dice::new(seed.wrapping_mul(1_000_003).wrapping_add(thread)));
                let mut all = tally.lock().unwrap();
                for (outcome, count) in mine {
                    *all.entry(outcome).or_insert(0) += count;
                }
            });
        }
    });
    let tally = tally.into_inner().unwrap();
    let total: u64 = tally.values().sum();
    println!("{total} questions, the same answer to each:");
    for ((verdict, layer), count) in &tally {
        println!("  {count:>9} {verdict} by {layer}");
    }
    assert!(total >= cases);
    // The questions are worth something only if they have all kinds of answers.
    let seen = |verdict: &str, layer: &str| tally.keys().any(|key| *key == (verdict, layer));
    for (verdict, layers) in [
        ("Allow", &["Identity", "IdentityResourceGroup", "Resource", "Trust", "Owner", "Default"][..]),
        ("ExplicitDeny", &["Control", "Session", "Identity", "IdentityResourceGroup", "Resource", "Trust"]),
        ("ImplicitDeny", &["Control", "Session", "Identity", "Trust", "Owner", "None"]),
    ] {
        for layer in layers {
            assert!(seen(verdict, layer), "no question ended in {verdict} by {layer}");
        }
    }
}

fn run(cases: u64, mut dice: Dice) -> BTreeMap<(&'static str, &'static str), u64> {
    let mut tally = BTreeMap::new();
    let mut asked_so_far = 0;
    while asked_so_far < cases {
        let (policies, questions) = generate::world(&mut dice);
        let compiled = engine::Compiled::of(&policies);
        for asked in &questions {
            let expected = oracle::evaluate(&policies, asked);
            let request = engine::request(asked);
            let decided = compiled.decide(&request);
            assert!(
                decided == expected,
                "decide says {decided:?}\noracle says {expected:?}\n{}",
                world::describe(&policies, asked)
            );
            let explained = compiled.explain(&request);
            assert!(
                explained == expected,
                "explain says {explained:?}\noracle says {expected:?}\n{}",
                world::describe(&policies, asked)
            );
            *tally.entry((expected.verdict, expected.layer)).or_insert(0) += 1;
            asked_so_far += 1;
        }
    }
    tally
}
