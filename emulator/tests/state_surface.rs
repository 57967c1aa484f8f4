//! The control surface lets in whom it should, whatever is asked of it.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod kit;

use acslab_emulator::EmulatorHandle;
use kit::{Answer, Raw, headers};

/// All that there is, each with a body that it takes.
const ALL: &[(&str, &str, &str)] = &[
    ("GET", "health", ""),
    ("GET", "decisions", ""),
    ("POST", "state", "{}"),
    ("GET", "sessions", ""),
    ("GET", "policies/names?of=key", ""),
    ("POST", "policies/lint", r#"{"kind": "Identity", "text": "{}"}"#),
    ("POST", "clock", r#"{"advance_seconds": 1}"#),
    ("POST", "system-policies", r#"{"AliyunKMSCryptoUserAccess": "v1"}"#),
    ("GET", "oidc-keys", ""),
    ("GET", "instance-roles", ""),
    ("GET", "quotas", ""),
    ("PUT", "quotas", r#"{"Users": 7}"#),
];

fn ask(cloud: &EmulatorHandle, (method, path, body): (&str, &str, &str), lines: &[(&str, &str)]) -> Answer {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    Raw::new(method, &format!("/_acslab/{path}"))
        .query(query.to_owned())
        .headers(headers(lines))
        .body(body)
        .send(cloud.address())
}

#[test]
fn every_part_of_it_is_guarded() {
    let cloud = kit::start();
    let host = cloud.address().to_string();
    let own = format!("http://{host}");
    let before = (cloud.gateway().cloud().clock.now(), cloud.gateway().cloud().system_policies());
    for part in ALL {
        for lines in [
            &[("host", "evil.example")][..],
            &[("host", "evil.example"), ("origin", "http://evil.example")],
            &[("host", host.as_str()), ("origin", "http://evil.example")],
            &[("host", host.as_str()), ("origin", "null")],
            &[("host", host.as_str()), ("sec-fetch-site", "cross-site")],
            &[("host", host.as_str()), ("x-forwarded-for", "192.0.2.1")],
        ] {
            let answer = ask(&cloud, *part, lines);
            assert_eq!(answer.status, 403, "{part:?} {lines:?}: {}", answer.text());
        }
    }
    let after = (cloud.gateway().cloud().clock.now(), cloud.gateway().cloud().system_policies());
    assert_eq!(before.0, after.0);
    assert!(std::sync::Arc::ptr_eq(&before.1, &after.1));
    for part in ALL {
        for lines in [&[("host", host.as_str())][..], &[("host", "localhost")]] {
            ask(&cloud, *part, lines).ok();
        }
        // A page of this origin may look. What else it may do takes the console's token.
        let page = [("host", host.as_str()), ("origin", own.as_str()), ("sec-fetch-site", "same-origin")];
        assert_eq!(ask(&cloud, *part, &page).status, if part.0 == "GET" { 200 } else { 403 }, "{part:?}");
    }
}

#[test]
fn the_builder_names_further_hosts() {
    let cloud = kit::builder().control_host("acslab").start().expect("an emulator");
    ask(&cloud, ALL[0], &[("host", "acslab:8820")]).ok();
    assert_eq!(ask(&cloud, ALL[0], &[("host", "acslab.example:8820")]).status, 403);
}
