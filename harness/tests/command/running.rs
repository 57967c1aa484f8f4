//! Which scenarios are run, how often, and what is told of it.

use std::fs;

use serde_json::Value;

use crate::lab::{CREATES, Lab};

fn titled(title: &str, more: &str) -> String {
    CREATES.replace("The owner creates a user", title) + more
}

fn lab() -> Lab {
    let (a, b, c) = (titled("A", "tags: [smoke]\n"), titled("B", "tags: [slow, smoke]\n"), titled("C", ""));
    Lab::with(&[("x/a.yaml", &a), ("x/b.yaml", &b), ("y/c.yaml", &c)])
}

/// The names of the scenarios that a run told of.
fn names(out: &str) -> Vec<&str> {
    out.lines().filter_map(|line| line.strip_prefix("pass ")?.split("  ").next()).collect()
}

#[test]
fn scenarios_are_chosen_by_name_tag_and_part() {
    let lab = lab();
    assert_eq!(names(&lab.acslab("run --tag smoke").out), ["x/a", "x/b"]);
    assert_eq!(names(&lab.acslab("run --tag slow --tag none").out), ["x/b"]);
    assert_eq!(names(&lab.acslab("run --filter ^[xy]/[ac]$").out), ["x/a", "y/c"]);
    let parts: Vec<_> = (1..=2).map(|part| lab.acslab(&format!("run --shard {part}/2")).out).collect();
    let mut all: Vec<_> = parts.iter().flat_map(|out| names(out)).collect();
    all.sort_unstable();
    assert_eq!(all, ["x/a", "x/b", "y/c"], "each is in one part");
    assert_eq!(lab.acslab("run --only nothing").code, 3);
    assert_eq!(lab.acslab("run --filter (").code, 2);
    assert_eq!(lab.acslab("run --shard 3/2").code, 2);
    for wrong in
        ["--jobs 0", "--coverage-min 101", "--mutate --mutate-min -1", "--system-policy-version AliyunOSSFulAccess=v1"]
    {
        assert_eq!(lab.acslab(&format!("run {wrong}")).code, 2, "{wrong}");
    }
    let run = lab.acslab("run --system-policy-version AliyunOSSFulAccess=v1");
    assert!(run.err.contains("did you mean `AliyunOSSFullAccess`?"), "{}", run.err);
    let most = usize::MAX;
    assert_eq!(names(&lab.acslab(&format!("run --shard 1/{most}")).out).len(), 1, "as many parts as one likes");
    assert_eq!(lab.acslab(&format!("run --shard {most}/{most}")).code, 3);
}

#[test]
fn parts_take_about_as_long_as_an_earlier_run_says() {
    let lab = lab();
    let took = |name: &str, ms: u64| format!("{{\"event\": \"scenario\", \"scenario\": \"{name}\", \"ms\": {ms}}}\n");
    lab.write("times.jsonl", &(took("x/a", 10) + &took("x/b", 100) + &took("y/c", 20)));
    assert_eq!(names(&lab.acslab("run --shard 1/2 --shard-times times.jsonl").out), ["x/b"]);
    assert_eq!(names(&lab.acslab("run --shard 2/2 --shard-times times.jsonl").out), ["x/a", "y/c"]);
    lab.write("times.jsonl", &(took("x/a", u64::MAX) + &took("x/b", u64::MAX) + &took("y/c", 1)));
    assert_eq!(names(&lab.acslab("run --shard 1/1 --shard-times times.jsonl").out).len(), 3);
}

#[test]
fn a_run_ends_with_the_first_failure_or_tells_all() {
    let wrong = CREATES.replace("User.UserName: alice}", "User.UserName: bob}").replace("409", "404");
    let lab = Lab::with(&[("a.yaml", &wrong), ("b.yaml", &titled("B", ""))]);
    let first = lab.acslab("run --fail-fast --jobs 1");
    assert_eq!(first.code, 1);
    assert!(first.out.ends_with("\n1 scenario not begun\n0 passed, 1 failed\n"), "{}", first.out);
    assert_eq!(first.out.matches("is not as expected").count(), 1);
    let all = lab.acslab("run --keep-going --only creates");
    assert_eq!(all.out.matches("is not as expected").count(), 2, "{}", all.out);
    let lab = Lab::with(&[("a.yaml", &(wrong + "keep_going: true\n"))]);
    assert_eq!(lab.acslab("run").out.matches("is not as expected").count(), 2);
}

#[test]
fn what_always_holds_is_not_told() {
    let lab = Lab::with(&[("a.yaml", CREATES)]);
    let run = lab.acslab("run --repeat 3");
    assert_eq!((run.code, run.out.lines().last()), (0, Some("3 passed, 0 failed")));
    // Ids depend on the seed: it holds at most once.
    let id = "204567890123450001";
    let flaky = CREATES.replace("User.UserName: alice}", &format!("User.UserId: {{not: \"{id}\"}}}}"));
    let lab = Lab::with(&[("a.yaml", &flaky)]);
    assert_eq!(lab.acslab("run --repeat 2").code, 0);
}

#[test]
fn a_run_that_is_repeated_ends_with_the_first_failure_too() {
    let wrong = CREATES.replace("409", "404");
    let lab = Lab::with(&[("a.yaml", &wrong)]);
    let run = lab.acslab("run --repeat 1000 --fail-fast");
    assert_eq!((run.code, run.out.lines().last()), (1, Some("0 passed, 1 failed")), "{}", run.out);
    assert!(run.out.contains("\n999 scenarios not begun\n"), "{}", run.out);
}

#[test]
#[cfg(unix)]
fn a_run_that_is_repeated_ends_with_an_interrupt() {
    // It ends itself: the program that it runs is its child.
    let slow = "title: Slow\nstory: It is interrupted.\nsteps:\n  - {run: \"echo >> ../times; kill -INT $PPID; sleep 60\", expect: success}\n";
    let lab = Lab::with(&[("a.yaml", slow)]);
    assert_eq!(lab.acslab("run --repeat 5").code, 4);
    assert_eq!(fs::read_to_string(lab.path("times")).unwrap(), "\n");
}

#[test]
fn only_states_that_wait_are_taken() {
    let lab = lab();
    assert_eq!(lab.acslab("run").code, 0);
    assert_eq!(lab.acslab("run --update-only-failed").code, 3, "nothing waits");
    lab.write("scenarios/x/a.yaml", &titled("A", "").replace("alice", "carol"));
    assert_eq!(lab.acslab("run").code, 1);
    let run = lab.acslab("run --update-only-failed");
    assert_eq!((run.code, names(&run.out)), (0, vec!["x/a"]), "{}", run.out);
    assert_eq!(lab.acslab("run --check").code, 0);
}

#[test]
fn every_report_tells_what_does_not_hold() {
    let wrong = titled("Wrong <b>", "").replace("409", "404");
    let lab = Lab::with(&[("ram/a.yaml", CREATES), ("b.yaml", &wrong)]);
    lab.acslab("run");
    lab.write("scenarios/ram/a.yaml", &CREATES.replace("alice", "carol"));
    let run = lab.acslab("run --check --html r.html --markdown r.md --sarif r.sarif --events r.jsonl --junit r.xml");
    assert_eq!(run.code, 1);
    let read = |name: &str| fs::read_to_string(lab.path(name)).unwrap();
    let page = read("r.html");
    assert!(page.contains("Wrong &lt;b&gt;") && !page.contains("Wrong <b>"), "a text is no tag");
    for part in ["<h3>Request</h3>", "EntityAlreadyExists.User", "expected <b", "<h3>Decisions</h3>"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("http://127.0.0.1") && !page.contains("src="), "it loads nothing");
    let markdown = read("r.md");
    assert!(markdown.contains("0 scenarios held, 2 did not."), "{markdown}");
    assert!(markdown.contains("+      carol") || markdown.contains("+    carol"), "{markdown}");
    let log: Value = serde_json::from_str(&read("r.sarif")).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let rules: Vec<_> = results.iter().map(|one| one["ruleId"].as_str().unwrap()).collect();
    assert_eq!(rules, ["step", "snapshot"]);
    assert_eq!(results[0]["locations"][0]["physicalLocation"]["region"]["startLine"], 8);
    let events: Vec<Value> = read("r.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |kind: &str| events.iter().filter(|event| event["event"] == kind).count();
    assert_eq!((of("run"), of("scenario"), of("end")), (1, 2, 1));
    assert!(of("step") >= 4);
    let outcomes: Vec<_> = events.iter().filter_map(|event| event["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["failed", "different"]);
}

#[test]
fn annotations_are_written_where_github_reads_them() {
    let lab = Lab::with(&[("a.yaml", &CREATES.replace("409", "404"))]);
    let run = lab.with_variable("run --check", "GITHUB_ACTIONS", "true");
    let line = run.out.lines().find(|line| line.starts_with("::error ")).unwrap();
    assert!(
        line.starts_with("::error file=scenarios/a.yaml,line=8,col=5,title=a::owner calls Ram.CreateUser: "),
        "{line}"
    );
}

#[test]
#[cfg(unix)]
fn an_interrupt_ends_the_run_and_leaves_every_file_whole() {
    let slow = "title: Slow\nstory: It waits.\nsteps:\n  - {run: sleep 30, expect: success}\n  - {as: owner, call: Ram.ListUsers, expect: success}\n";
    let lab = Lab::with(&[("a.yaml", slow)]);
    let started = std::time::Instant::now();
    assert_eq!(lab.interrupted("run"), Some(4));
    assert!(started.elapsed().as_secs() < 20);
    assert!(!lab.path("snapshots").exists());
}

const POLICY: &str = "\
title: Alice reads flows
story: From inside of the company alone.
given:
  policies:
    reader:
      Version: \"1\"
      Statement:
        - {Effect: Allow, Action: [oss:GetObject, oss:ListObjects], Resource: \"acs:oss:*:*:flows*\"}
        - {Effect: Deny, Action: \"oss:*\", Resource: \"*\", Condition: {NotIpAddress: {\"acs:SourceIp\": 10.0.0.0/8}}}
  users: {alice: reader}
  buckets: {flows: {objects: {a.txt: hello}}}
steps:
  - {as: alice, from: 10.1.2.3, call: Oss.GetObject, with: {Bucket: flows, Key: a.txt}, expect: success}
";

#[test]
fn what_of_a_policy_is_never_reached_is_said() {
    let lab = Lab::with(&[("a.yaml", POLICY)]);
    let run = lab.acslab("run --coverage --coverage-lcov out/lcov.info --coverage-html out/c.html");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("\nreader: 6 of 9 reached\n"), "{}", run.out);
    for never in ["action oss:ListObjects", "statement 2, denies something", "condition on acs:SourceIp met"] {
        assert!(run.out.contains(never), "{never}: {}", run.out);
    }
    assert_eq!(lab.acslab("run --coverage-min 90").code, 1);
    let lcov = fs::read_to_string(lab.path("out/lcov.info")).unwrap();
    assert!(lcov.contains("SF:out/lcov.info.policies/reader-0.json\n") && lcov.contains(",0\n"), "{lcov}");
    assert!(lab.path("out/lcov.info.policies/reader-0.json").exists());
    assert!(
        run.out.contains("policies that stand in no file of their own are in out/lcov.info.policies\n"),
        "{}",
        run.out
    );
    // Again, and without the earlier report; but what is somebody's stays.
    assert_eq!(lab.acslab("run --coverage-lcov out/lcov.info").code, 0);
    fs::remove_file(lab.path("out/lcov.info")).unwrap();
    assert_eq!(lab.acslab("run --coverage-lcov out/lcov.info").code, 0);
    lab.write("other.info.policies/reader-0.json", "{\"my\": \"own\"}");
    let run = lab.acslab("run --coverage-lcov other.info");
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(
        run.err.contains("cannot write `other.info.policies/reader-0.json`: its folder is there, and"),
        "{}",
        run.err
    );
    assert_eq!(fs::read_to_string(lab.path("other.info.policies/reader-0.json")).unwrap(), "{\"my\": \"own\"}");
    let page = fs::read_to_string(lab.path("out/c.html")).unwrap();
    assert!(page.contains("<mark class=\"no\" title=\"never: action oss:ListObjects\">"), "{page}");
    // A call from outside reaches the rest but for the listing.
    let more =
        "  - {as: alice, from: 192.0.2.1, call: Oss.GetObject, with: {Bucket: flows, Key: a.txt}, expect: denied}\n";
    lab.write("scenarios/a.yaml", &(POLICY.to_owned() + more));
    let run = lab.acslab("run --accept --coverage");
    assert!(run.out.contains("\nreader: 8 of 9 reached\n"), "{}", run.out);
}

#[test]
fn a_change_that_nothing_notices_is_said_with_what_would() {
    let lab = Lab::with(&[("a.yaml", POLICY)]);
    let run = lab.acslab("run --mutate");
    assert_eq!(run.code, 0, "the state holds each policy's text: {}", run.out);
    let run = lab.acslab("run --mutate --by-behaviour --mutate-cache cache.json");
    assert_eq!(run.code, 1, "{}", run.out);
    assert!(run.out.contains("statement 1: without `oss:ListObjects` in Action"), "{}", run.out);
    assert!(run.out.contains("compare: {permissions: [{actions: [\"oss:ListObjects\"]"), "{}", run.out);
    let again = lab.acslab("run --mutate --by-behaviour --mutate-cache cache.json");
    assert_eq!(again.out, run.out, "the same from what is known");
    assert_eq!(lab.acslab("run --mutate --by-behaviour --mutate-min 10").code, 0);
    assert_eq!(lab.acslab("run --mutate --in nobody").code, 3);
    // What it asks for helps.
    let asked =
        "compare: {permissions: [{of: alice, actions: [oss:ListObjects, oss:GetObject], on: \"acs:oss:*:*:flows\"}]}\n";
    lab.write("scenarios/a.yaml", &(POLICY.to_owned() + asked));
    lab.acslab("run --accept");
    let run = lab.acslab("run --mutate --by-behaviour");
    assert!(!run.out.contains("statement 1: taken out"), "{}", run.out);
}

/// Policies that are sent at the same time are told from one another, and from those after them.
#[test]
fn changes_of_what_is_sent_at_the_same_time_are_the_same_in_every_run() {
    let policy = |action: &str| {
        format!(
            "{{Version: \"1\", Statement: [{{Effect: Allow, Action: [{action}, \"ecs:{action}\"], Resource: \"*\"}}]}}"
        )
        .replace("ecs:ram:", "ecs:")
    };
    let create = |name: &str, action: &str| {
        let with = format!("{{PolicyName: {name}, PolicyDocument: {}}}", policy(action));
        format!("{{as: owner, call: Ram.CreatePolicy, with: {with}, expect: success}}")
    };
    let scenario = format!(
        "\
title: Two at a time
story: And one after them.
given: {{users: [alice]}}
steps:
  - parallel:
      - [{}, {}]
      - {}
  - {}
  - {{as: owner, call: Ram.AttachPolicyToUser, with: {{PolicyType: Custom, PolicyName: A, UserName: alice}}, expect: success}}
  - {{as: owner, call: Ram.AttachPolicyToUser, with: {{PolicyType: Custom, PolicyName: B, UserName: alice}}, expect: success}}
  - {{as: alice, call: Ram.ListUsers, expect: success}}
  - {{as: alice, call: Ram.ListRoles, expect: success}}
",
        create("A", "ram:ListUsers"),
        create("C", "ram:ListGroups"),
        create("B", "ram:ListRoles"),
        create("D", "ram:ListPolicies"),
    );
    let lab = Lab::with(&[("a.yaml", &scenario)]);
    assert_eq!(lab.acslab("run --accept").code, 0);
    let first = lab.acslab("run --mutate --by-behaviour");
    assert_eq!(first.code, 1, "{}{}", first.out, first.err);
    // No step needs what C and D say: no change of them is noticed, and none of them changes another policy.
    let survivors = |policy: &str| {
        let of = first.out.lines().skip_while(|line| *line != policy).skip(1);
        of.take_while(|line| line.starts_with("  ")).filter(|line| line.contains("statement 1: ")).count()
    };
    assert_eq!((survivors("C"), survivors("D")), (5, 5), "{}", first.out);
    assert!(
        !first.out.contains("without `ram:ListUsers`") && !first.out.contains("without `ram:ListRoles`"),
        "{}",
        first.out
    );
    for _ in 0..3 {
        assert_eq!(lab.acslab("run --mutate --by-behaviour").out, first.out);
    }
}

#[test]
fn what_is_known_of_changes_counts_for_the_same_seed_and_system_policies_alone() {
    let lab = Lab::with(&[("a.yaml", POLICY)]);
    lab.acslab("run --accept");
    let keys = |more: &str| {
        let run = lab.acslab(&format!("run --mutate --by-behaviour --mutate-cache cache.json{more}"));
        assert!(run.out.contains("11 changes: "), "{more}: {}{}", run.out, run.err);
        let text = fs::read_to_string(lab.path("cache.json")).unwrap();
        let known: std::collections::BTreeMap<String, Value> = serde_json::from_str(&text).unwrap();
        known.into_keys().collect::<Vec<_>>()
    };
    let (plain, again) = (keys(""), keys(""));
    assert_eq!(plain, again);
    for other in [" --seed 2", " --system-policy-version AliyunTracingAnalysisReadOnlyAccess=v5", " --keep-going"] {
        assert!(!keys(other).iter().any(|key| plain.contains(key)), "{other}");
    }
}
