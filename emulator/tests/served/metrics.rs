//! What is counted.

use crate::kit::{self, Client, Raw, headers};

#[test]
fn calls_decisions_and_latencies_are_counted() {
    let emulator = kit::start();
    let owner = Client::owner(&emulator);
    let alice = owner.user("alice");
    for _ in 0..3 {
        owner.ram("ListUsers", &[]).ok();
    }
    alice.ram("ListUsers", &[]).refused(403, "NoPermission");
    let host = emulator.address().to_string();
    let ask = |method: &str| {
        Raw::new(method, "/_acslab/metrics").headers(headers(&[("host", &host)])).send(emulator.address())
    };
    let answer = ask("GET");
    assert_eq!(answer.headers["content-type"], "application/openmetrics-text; version=1.0.0; charset=utf-8");
    let text = answer.text();
    for line in [
        "# TYPE acslab_calls counter",
        r#"acslab_calls_total{product="Ram",operation="ListUsers",status="200"} 3"#,
        r#"acslab_calls_total{product="Ram",operation="ListUsers",status="403"} 1"#,
        r#"acslab_decisions_total{verdict="ImplicitDeny"} 1"#,
        r#"acslab_decisions_total{verdict="ExplicitDeny"} 0"#,
        "# UNIT acslab_answer_seconds seconds",
        "acslab_accounts 1",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}\n{text}");
    }
    // Every line is of the format, every family is announced once, and the end is told.
    let announced: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
    let names: std::collections::BTreeSet<_> = announced.iter().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(names.len(), announced.len());
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().expect("a name");
        let (_, value) = line.rsplit_once(' ').expect("a value");
        assert!(value.parse::<f64>().is_ok_and(|value| value >= 0.0), "{line}");
        let suffixes = ["", "_info", "_total", "_bucket", "_count", "_sum"];
        assert!(
            suffixes.iter().any(|suffix| name.strip_suffix(suffix).is_some_and(|name| names.contains(name))),
            "{line}"
        );
    }
    assert!(text.ends_with("# EOF\n"));
    // The classes of a histogram count up to all.
    let classes = text.lines().filter_map(|line| line.strip_prefix("acslab_answer_seconds_bucket")?.rsplit_once(' '));
    let classes: Vec<u64> = classes.map(|(_, count)| count.parse().expect("a count")).collect();
    assert!(classes.is_sorted() && classes.last().is_some_and(|all| *all >= 5), "{classes:?}");
    ask("POST").refused(405, "");
}
