//! The page, and who may change something.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use acslab_emulator::Service;
use serde_json::json;

use super::{TOKEN, ask, builder, json, start, trusted, with};
use crate::kit::{self, Client, Raw, headers};

#[test]
fn a_page_changes_nothing_without_the_token() {
    let cloud = start();
    let own = format!("http://{}", cloud.address());
    let page = [("origin", own.as_str()), ("sec-fetch-site", "same-origin")];
    let move_clock = |lines: &[(&str, &str)]| with(&cloud, "POST", "clock", r#"{"advance_seconds": 1}"#, lines).status;
    // What a bucket holds is shown under the same origin, and could ask as well.
    assert_eq!(move_clock(&page), 403);
    assert_eq!(move_clock(&[("sec-fetch-site", "same-origin")]), 403);
    assert_eq!(move_clock(&[&page[..], &[("x-acslab-token", "0123456789abcdef0123456789abcdee")]].concat()), 403);
    assert_eq!(move_clock(&[&page[..], &[("x-acslab-token", TOKEN)]].concat()), 200);
    // A program is no page; another origin has no use of the token.
    assert_eq!(move_clock(&[]), 200);
    assert_eq!(move_clock(&[("origin", "http://evil.example"), ("x-acslab-token", TOKEN)]), 403);
    assert_eq!(with(&cloud, "GET", "decisions", "", &page).status, 200);
    // What changes nothing is answered, whatever its method.
    let lint = r#"{"kind": "Identity", "text": "{}"}"#;
    for (path, body) in [("state", "{}"), ("policies/lint", lint)] {
        assert_eq!(with(&cloud, "POST", path, body, &page).status, 200, "{path}");
    }
    for (method, path) in [
        ("POST", "reset"),
        ("PUT", "checkpoints/a"),
        ("POST", "accounts"),
        ("GET", "credentials/app"),
        ("POST", "nothing"),
    ] {
        assert_eq!(with(&cloud, method, path, "", &page).status, 403, "{method} {path}");
    }
    let known =
        |token: &str| json(&with(&cloud, "GET", "console/token", "", &[("x-acslab-token", token)]))["known"].clone();
    assert_eq!([known(TOKEN), known("wrong")], [json!(true), json!(false)]);
    let without = kit::start();
    assert_eq!(
        with(&without, "POST", "clock", "{}", &[("origin", &format!("http://{}", without.address()))]).status,
        403
    );
}

#[test]
fn what_is_asked_by_another_method_or_of_nobody_is_told() {
    let cloud = start();
    for (method, path) in
        [("GET", "clock"), ("PATCH", "state"), ("HEAD", "health"), ("POST", "checkpoints"), ("DELETE", "accounts")]
    {
        assert_eq!(ask(&cloud, method, path, "").status, 405, "{method} {path}");
    }
    assert!(ask(&cloud, "GET", "clock", "").text().contains("is asked with POST"));
    for (path, status) in [
        ("decisions?verdict=Nope", 400),
        ("decisions?verdict=implicitdeny", 400),
        ("decisions?verdict=ImplicitDeny", 200),
        ("nothing", 404),
    ] {
        assert_eq!(ask(&cloud, "GET", path, "").status, status, "{path}");
    }
    assert!(ask(&cloud, "GET", "decisions?nothing=1", "").text().contains("request_id"));
    // A body that ends too early is told as all that is wrong.
    let mut stream = TcpStream::connect(cloud.address()).expect("a connection");
    let head = format!("POST /_acslab/clock HTTP/1.1\r\nHost: {}\r\nContent-Length: 100\r\n\r\nhalf", cloud.address());
    stream.write_all(head.as_bytes()).expect("sent");
    stream.shutdown(Shutdown::Write).expect("closed");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains(r#"{"error":"the body ends"#), "{answer}");
    let nobody = ask(&cloud, "POST", "state", r#"{"accounts": ["company", "nope"]}"#);
    assert_eq!((nobody.status, nobody.text().contains("there is no account `nope`")), (404, true));
}

#[test]
fn its_files_come_with_a_strict_policy() {
    let cloud = start();
    for path in ["console/", "console/index.html"] {
        assert_eq!(ask(&cloud, "GET", path, "").text(), "<!doctype html>");
    }
    let answer = with(&cloud, "GET", "console/", "", &[("accept-encoding", "gzip")]);
    assert_eq!(answer.headers["content-encoding"], "gzip");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    let policy = answer.headers["content-security-policy"].to_str().expect("text");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(ask(&cloud, "GET", "console/../health", "").status, 404);
    assert_eq!(ask(&cloud, "GET", "console/nothing.js", "").status, 404);
    assert_eq!(ask(&cloud, "DELETE", "console/index.html", "").status, 405);
    let foreign = with(&cloud, "GET", "console/", "", &[("sec-fetch-site", "cross-site")]);
    assert_eq!(foreign.status, 403);
    assert_eq!(ask(&kit::start(), "GET", "console/", "").status, 404);
}

#[test]
fn a_browser_at_the_clouds_address_is_sent_to_it() {
    let cloud = start();
    let get = |cloud: &acslab_emulator::EmulatorHandle, lines: &[(&str, &str)]| {
        let host = cloud.address().to_string();
        Raw::new("GET", "/").headers(headers(&[&[("host", host.as_str())], lines].concat())).send(cloud.address())
    };
    let browser = [("accept", "text/html,application/xhtml+xml,*/*;q=0.8"), ("sec-fetch-site", "none")];
    let answer = get(&cloud, &browser);
    assert_eq!((answer.status, answer.headers["location"].to_str().ok()), (302, Some("/_acslab/console/")));
    // Programs and signed calls get what the cloud says, and so does whoever comes under another name.
    assert_eq!(get(&cloud, &[("accept", "*/*")]).status, 403);
    assert_eq!(get(&cloud, &[browser[0], ("authorization", "OSS a:b")]).status, 403);
    let elsewhere =
        Raw::new("GET", "/").headers(headers(&[("host", "bucket.oss-cn-hangzhou.aliyuncs.com"), browser[0]]));
    assert_ne!(elsewhere.send(cloud.address()).status, 302);
    assert_eq!(get(&kit::start(), &browser).status, 403);
}

#[test]
fn a_page_that_a_bucket_holds_is_not_of_its_origin() {
    let page = |cloud: &acslab_emulator::EmulatorHandle, lines: &[(&str, &str)]| {
        let owner = Client::owner(cloud);
        owner.oss("PUT", Some("pages"), "", &[], &[], b"").ok_status();
        owner.oss("PUT", Some("pages"), "a.html", &[], &[], b"<!doctype html>").ok_status();
        let mut answer = owner.oss("GET", Some("pages"), "a.html", &[], lines, b"");
        assert_eq!((answer.status, answer.text()), (200, "<!doctype html>".to_owned()));
        answer.headers.remove("content-security-policy").map(|value| value.to_str().expect("text").to_owned())
    };
    let cloud = builder().open(Service::Oss).start().expect("an emulator");
    let apart = Some("sandbox allow-scripts".to_owned());
    for to in ["document", "iframe", "frame", "object", "embed", "empty", "image"] {
        assert_eq!(page(&cloud, &[("sec-fetch-dest", to)]), apart, "{to}");
    }
    // From an address that it does not trust a browser says only what it takes.
    assert_eq!(page(&cloud, &[("accept", "text/html,application/xhtml+xml,*/*;q=0.8")]), apart);
    // What is refused is a page as well.
    let host = cloud.address().to_string();
    let lines = [("host", host.as_str()), ("sec-fetch-dest", "iframe")];
    let refused = Raw::new("GET", "/pages/a.html").headers(headers(&lines)).send(cloud.address());
    assert_eq!(refused.status, 403);
    assert_eq!(refused.headers["content-security-policy"], "sandbox allow-scripts");
    // Programs are no browsers, and without a console there is nothing to read.
    assert_eq!(page(&cloud, &[]), None);
    assert_eq!(page(&cloud, &[("accept", "*/*")]), None);
    let bare = kit::builder().open(Service::Oss).start().expect("an emulator");
    assert_eq!(page(&bare, &[("sec-fetch-dest", "document")]), None);
}

#[test]
fn keys_of_owners_and_users_are_given_to_who_has_the_token() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    owner.ram("CreateUser", &[("UserName", "bob")]).ok();
    let body = r#"{"account": "company", "user": "bob"}"#;
    assert_eq!(ask(&cloud, "POST", "access-keys", body).status, 403);
    assert_eq!(with(&cloud, "POST", "access-keys", body, &[("x-acslab-token", "guessed")]).status, 403);
    let first = json(&trusted(&cloud, "POST", "access-keys", body));
    assert_eq!(
        (first["Arn"].as_str(), first["Made"].as_bool()),
        (Some("acs:ram::1234567890123456:user/bob"), Some(true))
    );
    let again = json(&trusted(&cloud, "POST", "access-keys", body));
    assert_eq!((&again["AccessKeyId"], again["Made"].as_bool()), (&first["AccessKeyId"], Some(false)));
    let text = |name: &str| first[name].as_str().expect("text").to_owned();
    let bob = owner.with_key(&text("AccessKeyId"), &text("AccessKeySecret"), None);
    assert_eq!(bob.sts("GetCallerIdentity", &[]).ok()["Arn"], "acs:ram::1234567890123456:user/bob");
    let owners = json(&trusted(&cloud, "POST", "access-keys", "{}"));
    assert_eq!(owners["AccessKeyId"], cloud.accounts()[0].access_key_id);
    for (body, status) in [
        (r#"{"user": "nobody"}"#, 404),
        (r#"{"account": "elsewhere"}"#, 404),
        (r#"{"user": "#, 400),
        (r#"{"secret": 1}"#, 400),
    ] {
        assert_eq!(trusted(&cloud, "POST", "access-keys", body).status, status, "{body}");
    }
    let taken = cloud.decisions(100).into_iter().filter(|entry| entry.operation.full_name() == "Acslab.TakeAccessKey");
    assert_eq!(taken.count(), 3);
    // A page with the token is given sessions of roles too, one without is not.
    owner
        .ram(
            "CreateRole",
            &[("RoleName", "ops"), ("AssumeRolePolicyDocument", &kit::trust("Service", "ecs.aliyuncs.com"))],
        )
        .ok();
    let origin = format!("http://{}", cloud.address());
    let page = [("origin", origin.as_str()), ("x-acslab-token", TOKEN)];
    let session = with(&cloud, "POST", "role-sessions", r#"{"role": "ops"}"#, &page);
    assert_eq!(session.status, 200, "{}", session.text());
    assert_eq!(with(&cloud, "POST", "role-sessions", r#"{"role": "ops"}"#, &page[..1]).status, 403);
    let sessions = json(&ask(&cloud, "GET", "sessions", ""));
    assert_eq!((&sessions["count"], &sessions["sessions"][0]["role"]), (&json!(1), &json!("ops")));
    assert!(!sessions.to_string().contains("ecret"), "{sessions}");
}

#[test]
fn the_state_of_a_checkpoint_is_seen_without_going_back() {
    let cloud = builder().start().expect("an emulator");
    let owner = Client::owner(&cloud);
    ask(&cloud, "PUT", "checkpoints/before", "").ok();
    owner.ram("CreateUser", &[("UserName", "bob")]).ok();
    let users = |body: &str| json(&ask(&cloud, "POST", "state", body))["accounts"]["company"]["users"].clone();
    assert_eq!(users(r#"{"checkpoint": "before"}"#), json!({}));
    assert!(users("{}").get("bob").is_some());
    assert_eq!(ask(&cloud, "POST", "state", r#"{"checkpoint": "none"}"#).status, 404);
}
