//! RAM as a state machine: random sequences of calls, answered by the emulator and by a model of a few hundred lines that
//! shares no code with it, must agree on every result and every error code. Sequences that disagree are cut down to the
//! calls that matter before they are shown. And however many callers there are at once, no reference is left broken.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../kit/mod.rs"]
mod kit;

mod calls;
mod model;
mod references;

use std::panic::{AssertUnwindSafe, catch_unwind};

use calls::{Call, Player};
use model::Model;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// How many sequences are tried, of how many calls each. `ACSLAB_MODEL_SEQUENCES` asks for more.
const SEQUENCES: u64 = 40;
const LENGTH: usize = 200;

/// Plays a sequence in a new cloud and in a new model; what they do not agree on.
fn disagreement(calls: &[Call]) -> Option<String> {
    let cloud = kit::start();
    let (mut player, mut model) = (Player::new(&cloud), Model::default());
    for (number, call) in calls.iter().enumerate() {
        let (answered, expected) = (player.play(call), model.play(call));
        if answered != expected {
            return Some(format!("call {number}, {call:?}\n  answered {answered:?}\n  expected {expected:?}"));
        }
    }
    // An answer that cannot be read at all is a broken reference as well.
    let broken = catch_unwind(AssertUnwindSafe(|| references::broken(&cloud, player.keys())));
    broken.unwrap_or_else(|_| Some("an error".to_owned())).map(|fault| format!("left behind: {fault}"))
}

/// The sequence without the calls that its disagreement does not need.
fn reduced(mut calls: Vec<Call>) -> Vec<Call> {
    let mut at = calls.len();
    while at > 0 {
        at -= 1;
        let mut fewer = calls.clone();
        fewer.remove(at);
        if disagreement(&fewer).is_some() {
            calls = fewer;
        }
    }
    calls
}

#[test]
fn the_emulator_and_a_model_agree() {
    let asked = std::env::var("ACSLAB_MODEL_SEQUENCES").ok().and_then(|count| count.parse().ok());
    for seed in 0..asked.unwrap_or(SEQUENCES) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let calls: Vec<_> = (0..LENGTH).map(|_| Call::random(&mut rng)).collect();
        if disagreement(&calls).is_some() {
            let calls = reduced(calls);
            let steps: Vec<_> = calls.iter().map(|call| format!("  {call:?}")).collect();
            panic!("seed {seed}:\n{}\n{}", steps.join("\n"), disagreement(&calls).unwrap_or_default());
        }
    }
}

/// Random calls reach what they should: each action both succeeds and fails, and each family of codes is seen.
#[test]
fn the_sequences_are_worth_playing() {
    let (mut seen, mut passed_over) = (std::collections::BTreeSet::new(), 0);
    for seed in 0..SEQUENCES {
        let (mut rng, mut model) = (ChaCha8Rng::seed_from_u64(seed), Model::default());
        for _ in 0..LENGTH {
            let call = Call::random(&mut rng);
            let outcome = model.play(&call);
            seen.insert((call.action.to_owned(), outcome.is_ok()));
            seen.extend(outcome.err().map(|code| (code, false)));
        }
        passed_over += model.passed_over;
    }
    let missing: Vec<_> = calls::ACTIONS
        .iter()
        .flat_map(|(action, ..)| [(*action, true), (*action, false)])
        .chain(model::CODES.iter().map(|code| (*code, false)))
        .filter(|(name, fine)| !seen.contains(&((*name).to_owned(), *fine)) && !calls::NEVER_FAIL.contains(name))
        .collect();
    assert!(missing.is_empty(), "never seen: {missing:?}");
    assert!(passed_over > 0, "no default version was ever the oldest when one had to go");
}

#[test]
fn many_callers_at_once_leave_no_broken_reference() {
    for round in 0..3 {
        let cloud = kit::builder().workers(4).start().unwrap();
        let keys: Vec<_> = std::thread::scope(|scope| {
            let callers: Vec<_> = (0..4)
                .map(|caller| {
                    let cloud = &cloud;
                    scope.spawn(move || {
                        let mut rng = ChaCha8Rng::seed_from_u64(round * 100 + caller);
                        let mut player = Player::new(cloud);
                        for _ in 0..300 {
                            let call = Call::random(&mut rng);
                            if let Err(code) = player.play(&call) {
                                assert_ne!(code, "InternalError", "{call:?}");
                            }
                        }
                        player.keys().to_vec()
                    })
                })
                .collect();
            callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
        });
        assert_eq!(references::broken(&cloud, &keys), None, "round {round}");
    }
}
