//! Scenarios against a cloud that runs already.

use acslab_emulator::Emulator;

use crate::lab::{Lab, Ran};

fn there(lab: &Lab, arguments: &str) -> Ran {
    let emulator = Emulator::builder().account("company", "1234567890123456").start().unwrap();
    let owner = &emulator.accounts()[0];
    let key = format!("{}:{}", owner.access_key_id, owner.access_key_secret.expose());
    lab.acslab(&format!("run {arguments} --endpoint http://{} --owner {key}", emulator.address()))
}

#[test]
fn its_clock_shows_the_time_that_a_scenario_says() {
    let scenario = "\
title: In 2030
story: A user is made then, and a policy that counts until 2031 counts.
given:
  time: \"2030-03-01T00:00:00Z\"
  users:
    alice: {name: until, document: {Version: \"1\", Statement: [{Effect: Allow, Action: \"ram:*\", Resource: \"*\", Condition: {DateLessThan: {\"acs:CurrentTime\": \"2031-01-01T00:00:00Z\"}}}]}}
steps:
  - {as: owner, call: Ram.CreateUser, with: {UserName: u}, expect: {success: {User.CreateDate: {matches: \"^2030-03-01\"}}}}
  - {as: alice, call: Ram.GetUser, with: {UserName: u}, expect: success}
  - {clock: \"2031-02-01T00:00:00Z\"}
  - {as: alice, call: Ram.GetUser, with: {UserName: u}, expect: denied}
";
    let lab = Lab::with(&[("future.yaml", scenario)]);
    let own = lab.acslab("run --accept");
    assert_eq!(own.code, 0, "{}{}", own.out, own.err);
    let there = there(&lab, "--check");
    assert_eq!(there.code, 0, "the same state: {}{}", there.out, there.err);
}

#[test]
fn what_an_endpoint_cannot_be_told_is_refused() {
    for (given, why) in [
        ("seed: 7", "the scenario says a seed"),
        ("accounts: {company: {age: 400d}}", "the scenario says how old an account is"),
    ] {
        let scenario = format!(
            "title: T\nstory: S.\ngiven: {{{given}}}\nsteps:\n  - {{as: owner, call: Ram.ListUsers, expect: success}}\n"
        );
        let run = there(&Lab::with(&[("one.yaml", &scenario)]), "");
        assert_ne!(run.code, 0, "{given}");
        assert!(format!("{}{}", run.out, run.err).contains(why), "{}{}", run.out, run.err);
    }
}
