//! A class: learners in one process who do not see each other, their teacher, and whoever should not get in.
#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};

use acslab::course::class::{Class, Listen, Room};
use acslab::course::shipped;
use serde_json::{Value, json};

fn class(most: usize) -> Class {
    let listen = Listen { address: (Ipv4Addr::LOCALHOST, 0).into(), hosts: vec!["class".to_owned()] };
    Class::start(Room::new(shipped().unwrap(), most), &listen).unwrap()
}

/// Sends bytes as they are; the status, the head and the body of the answer.
fn raw(class: &Class, bytes: &[u8]) -> (u16, String, String) {
    let mut stream = TcpStream::connect(class.address()).unwrap();
    stream.write_all(bytes).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), head.to_ascii_lowercase(), body.to_owned())
}

fn send(class: &Class, method: &str, path: &str, headers: &str, body: &str) -> (u16, String, String) {
    let (host, length) = (class.address(), body.len());
    let host = if headers.contains("host:") { String::new() } else { format!("host: {host}\r\n") };
    let head = format!(
        "{method} /_acslab/course/{path} HTTP/1.1\r\n{host}{headers}content-length: {length}\r\nconnection: close\r\n\r\n"
    );
    raw(class, format!("{head}{body}").as_bytes())
}

fn ask(class: &Class, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let (status, _, text) = send(class, method, path, "", &body);
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

fn join(class: &Class, name: &str, language: &str) -> String {
    let path = format!("join/{}", class.room().join_token());
    let (status, value) = ask(class, "POST", &path, &json!({"name": name, "language": language}));
    assert_eq!(status, 200, "{value}");
    value["learner"].as_str().unwrap().to_owned()
}

fn enter(class: &Class, learner: &str, line: &str) -> (String, Value) {
    let (status, value) = ask(class, "POST", &format!("learners/{learner}/enter"), &json!({"line": line}));
    assert_eq!(status, 200, "{value}");
    (value["said"].as_str().unwrap().to_owned(), value["learner"].clone())
}

fn standing(class: &Class) -> Vec<Value> {
    let (status, value) = ask(class, "GET", &format!("class/{}", class.room().teacher_token()), &Value::Null);
    assert_eq!(status, 200);
    value["learners"].as_array().unwrap().clone()
}

#[test]
fn two_learners_at_once_do_not_see_each_other() {
    let class = class(100);
    let (alice, bob) = (join(&class, "Alice", "en"), join(&class, "包博", "zh"));
    enter(&class, &alice, "next");
    let (said, shown) = enter(&class, &bob, "next");
    assert!(said.contains("owner 调用 Sts.GetCallerIdentity: 200"), "{said}");
    assert_eq!((shown["language"].as_str(), shown["name"].as_str()), (Some("zh"), Some("包博")));
    enter(&class, &alice, "call Ram.CreateUser UserName=alice");
    let (said, shown) = enter(&class, &alice, "call Ram.CreateAccessKey UserName=alice");
    assert!(said.contains("Done: all that the task asks for holds."), "{said}");
    assert_eq!(shown["progress"]["done"], json!(["make-alice"]));
    // What one made is not there for the other.
    let (said, shown) = enter(&class, &bob, "call Ram.GetUser UserName=alice");
    assert!(said.contains("404 EntityNotExist.User"), "{said}");
    assert_eq!(shown["progress"]["done"], json!([]));
    // Nor are the keys of one good for the other: their clouds have seeds that nobody knows.
    let key = |learner: &str| {
        let (said, _) = enter(&class, learner, "who");
        said.lines().find(|line| line.contains("ACCESS_KEY_ID=")).unwrap().to_owned()
    };
    assert_ne!(key(&alice), key(&bob));
    // Texts of one are not those of the other.
    let (status, _, _) = send(&class, "PUT", &format!("learners/{alice}/files/p.json"), "", "{}");
    assert_eq!(status, 200);
    let files = |learner: &str| ask(&class, "GET", &format!("learners/{learner}"), &Value::Null).1["files"].clone();
    assert_eq!((files(&alice), files(&bob)), (json!({"p.json": "{}"}), json!({})));
}

#[test]
fn the_teacher_sees_where_everybody_stands_and_resets_one_or_all() {
    let class = class(100);
    let (alice, bob) = (join(&class, "Alice", "en"), join(&class, "Bob", "en"));
    for learner in [&alice, &bob] {
        enter(&class, learner, "next");
        enter(&class, learner, "solve");
    }
    enter(&class, &alice, "call Ram.ListUsers");
    let all = standing(&class);
    let short = |one: &Value| (one["name"].clone(), one["at"].clone(), one["shown"].clone(), one["calls"].clone());
    assert_eq!(short(&all[0]), (json!("Alice"), json!(2), json!(1), json!(1)));
    assert_eq!(short(&all[1]), (json!("Bob"), json!(2), json!(1), json!(0)));
    let told = Value::from(all).to_string();
    assert!(!told.contains(&alice) && !told.contains(&bob), "a learner's link is the learner's");
    let reset = |body: &Value| ask(&class, "POST", &format!("class/{}/reset", class.room().teacher_token()), body).0;
    assert_eq!((reset(&json!({"learner": 2})), reset(&json!({"learner": 3}))), (200, 404));
    assert!(enter(&class, &alice, "call Ram.GetUser UserName=alice").0.contains(": 200"));
    assert!(enter(&class, &bob, "call Ram.GetUser UserName=alice").0.contains("404 EntityNotExist.User"));
    assert_eq!(reset(&json!({})), 200);
    assert!(enter(&class, &alice, "call Ram.GetUser UserName=alice").0.contains("404 EntityNotExist.User"));
}

#[test]
fn a_learner_turns_to_another_lesson_and_language() {
    let class = class(1);
    let learner = join(&class, "Alice", "en");
    let (status, shown) = ask(&class, "POST", &format!("learners/{learner}/lesson"), &json!({"number": 5}));
    assert_eq!((status, &shown["title"]), (200, &json!("Deny wins")));
    assert_eq!(enter(&class, &learner, "lesson 6").1["lesson"], 6);
    let (status, shown) = ask(&class, "POST", &format!("learners/{learner}/language"), &json!({"language": "zh"}));
    assert_eq!((status, &shown["title"]), (200, &json!("条件：来源 IP、时间、标签与 MFA")));
    for (path, body, status) in [
        ("lesson", json!({"number": 17}), 404),
        ("lesson", json!({"number": 0}), 404),
        ("lesson", json!({"number": "one"}), 400),
        ("language", json!({"language": "fr"}), 400),
        ("language", json!({}), 400),
    ] {
        assert_eq!(ask(&class, "POST", &format!("learners/{learner}/{path}"), &body).0, status, "{path} {body}");
    }
    for word in ["next", "check", "hint", "why", "reset", "solve"] {
        let (status, value) = ask(&class, "POST", &format!("learners/{learner}/{word}"), &Value::Null);
        assert!(status == 200 && value["said"].is_string(), "{word}: {value}");
    }
    let (_, value) = ask(&class, "GET", "lessons?language=zh", &Value::Null);
    assert_eq!(value["lessons"].as_array().unwrap().len(), 16);
    assert_eq!(value["lessons"][0]["title"], "阿里云账号与 RAM 用户");
}

#[test]
fn what_help_lists_is_done() {
    let class = class(2);
    let (alice, bob) = (join(&class, "Alice", "en"), join(&class, "包博", "zh"));
    for (learner, none, range) in
        [(&alice, "There is no command", "There are lessons 1 to 16."), (&bob, "没有命令", "课程编号为 1 到 16。")]
    {
        let (help, _) = enter(&class, learner, "help");
        assert!(help.contains("\nlessons ") && !help.contains("quit"), "{help}");
        for line in help.lines() {
            let command = line.split(' ').next().unwrap();
            let (said, _) = enter(&class, learner, command);
            assert!(!said.contains(none), "{command}: {said}");
        }
        let (said, _) = enter(&class, learner, "lessons");
        assert!(said.lines().count() == 16 && said.contains("  5  "), "{said}");
        for wrong in ["lesson 99", "lesson 0", "lesson", "lesson one"] {
            let (said, shown) = enter(&class, learner, wrong);
            assert_eq!((said.as_str(), &shown["lesson"]), (range, &json!(1)), "{wrong}");
        }
    }
}

#[test]
fn files_stay_from_lesson_to_lesson() {
    let class = class(1);
    let learner = join(&class, "Alice", "en");
    let at = format!("learners/{learner}");
    let text = r#"{"Version": "1", "Statement": []}"#;
    assert_eq!(send(&class, "PUT", &format!("{at}/files/p.json"), "", text).0, 200);
    let kept = |why: &str| {
        let (_, shown) = ask(&class, "GET", &at, &Value::Null);
        assert_eq!(shown["files"], json!({"p.json": text}), "{why}");
    };
    kept("as it was put");
    assert_eq!(ask(&class, "POST", &format!("{at}/lesson"), &json!({"number": 5})).0, 200);
    kept("in another lesson");
    // Turned away from before the desk was opened.
    for number in [6, 7, 8] {
        assert_eq!(enter(&class, &learner, &format!("lesson {number}")).1["lesson"], number);
    }
    kept("three lessons on");
    enter(&class, &learner, "reset");
    kept("after the learner's reset");
    let reset = format!("class/{}/reset", class.room().teacher_token());
    for _ in 0..2 {
        assert_eq!(ask(&class, "POST", &reset, &json!({})).0, 200);
    }
    kept("after the teacher's");
}

#[test]
fn a_head_has_its_limits() {
    let class = class(1);
    let many = |count: usize| send(&class, "GET", "lessons", &"a: b\r\n".repeat(count), "").0;
    assert_eq!((many(90), many(101)), (200, 431));
}

#[test]
fn a_hundred_learners_and_no_more() {
    let class = class(100);
    for number in 1..=100 {
        join(&class, &format!("Learner {number}"), "en");
    }
    let path = format!("join/{}", class.room().join_token());
    let (status, value) = ask(&class, "POST", &path, &json!({"name": "One more"}));
    assert_eq!((status, &value["error"]), (409, &json!("the class is full")));
    assert_eq!(standing(&class).len(), 100);
}

#[test]
fn a_link_that_is_not_whole_leads_nowhere() {
    let class = class(100);
    let learner = join(&class, "Alice", "en");
    let (join, teach) = (class.room().join_token().to_owned(), class.room().teacher_token().to_owned());
    for path in [
        String::new(),
        "join".to_owned(),
        "join/".to_owned(),
        format!("join/{teach}"),
        format!("teach/{join}"),
        format!("class/{join}"),
        format!("class/{learner}"),
        format!("learn/{}", &learner[1..]),
        format!("learners/{join}"),
        format!("learners/{learner}/nothing"),
        format!("learners/{learner}0"),
        "assets/../learn.html".to_owned(),
        "assets/none.js".to_owned(),
    ] {
        assert_eq!(ask(&class, "GET", &path, &Value::Null).0, 404, "{path}");
    }
    for (method, path) in [
        ("DELETE", format!("join/{join}")),
        ("GET", format!("learners/{learner}/enter")),
        ("GET", format!("learners/{learner}/check")),
        ("POST", format!("learners/{learner}")),
        ("POST", "lessons".to_owned()),
    ] {
        assert_eq!(ask(&class, method, &path, &Value::Null).0, 405, "{method} {path}");
    }
    for name in ["", "   ", &"x".repeat(41), "a\u{7}b"] {
        assert_eq!(ask(&class, "POST", &format!("join/{join}"), &json!({"name": name})).0, 400, "{name:?}");
    }
}

#[test]
fn foreign_pages_and_wrong_bodies_are_refused() {
    let class = class(100);
    let learner = join(&class, "Alice", "en");
    let path = format!("learners/{learner}/enter");
    let own = class.address();
    let line = r#"{"line": "help"}"#;
    assert_eq!(send(&class, "POST", &path, &format!("origin: http://{own}\r\n"), line).0, 200);
    for headers in [
        "origin: http://evil.example\r\n",
        "origin: null\r\n",
        "sec-fetch-site: cross-site\r\nsec-fetch-mode: cors\r\n",
        "host: evil.example\r\n",
    ] {
        assert_eq!(send(&class, "POST", &path, headers, line).0, 403, "{headers}");
    }
    assert_eq!(send(&class, "POST", &path, "host: class:8821\r\n", line).0, 200);
    for body in ["", "{", "[]", r#"{"line": 1}"#, r#"{"line": "help", "more": 1}"#, "null"] {
        assert_eq!(send(&class, "POST", &path, "", body).0, 400, "{body}");
    }
    let huge = json!({"line": "x".repeat(200_000)}).to_string();
    assert_eq!(send(&class, "POST", &path, "", &huge).0, 413);
    assert_eq!(send(&class, "PUT", &format!("learners/{learner}/files/a%2Fb"), "", "x").0, 404);
    assert_eq!(send(&class, "PUT", &format!("learners/{learner}/files/x"), "", &"x".repeat(70_000)).0, 400);
    // Half a body, and then nothing more.
    let head = format!("POST /_acslab/course/{path} HTTP/1.1\r\nhost: {own}\r\ncontent-length: 100\r\n\r\n{{\"line\"");
    let mut stream = TcpStream::connect(own).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    assert_eq!(enter(&class, &learner, "help").1["progress"]["at"], 1);
}

/// Nothing of a page comes from elsewhere, and nothing in it is a script of its own.
#[test]
fn pages_are_strict() {
    let class = class(100);
    let learner = join(&class, "Alice", "en");
    let (join, teach) = (class.room().join_token(), class.room().teacher_token());
    for path in [format!("join/{join}"), format!("teach/{teach}"), format!("learn/{learner}")] {
        let (status, head, body) = send(&class, "GET", &path, "", "");
        assert_eq!(status, 200);
        assert!(head.contains("content-type: text/html"), "{head}");
        assert!(head.contains("content-security-policy: default-src 'none'; script-src 'self'"), "{head}");
        assert!(head.contains("referrer-policy: no-referrer") && head.contains("cache-control: no-store"), "{head}");
        assert!(!body.contains("http://") && !body.contains("https://") && !body.contains("style="), "{body}");
        assert!(body.matches("<script").count() == body.matches("<script type=\"module\" src=\"../assets/").count());
        assert!(!body.contains(" onclick") && body.contains("<html lang=\"en\">"), "{body}");
        // What it loads is there.
        for loaded in body.split("../assets/").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert_eq!(send(&class, "GET", &format!("assets/{loaded}"), "", "").0, 200, "{loaded}");
        }
    }
    assert_eq!(send(&class, "GET", "assets/common.js", "", "").0, 200);
}
