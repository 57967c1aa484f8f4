//! Decisions as they come.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use acslab_emulator::{EmulatorHandle, Service};
use serde_json::Value;

use super::{ask, builder, json, start};
use crate::kit::Client;

/// Somebody who listens.
struct Listener(BufReader<TcpStream>);

/// What is told: an event's name, its id and its data.
#[derive(Debug, Default)]
struct Event {
    name: String,
    id: String,
    data: Value,
}

impl Listener {
    fn to(cloud: &EmulatorHandle, query: &str, more: &str) -> Self {
        let mut stream = TcpStream::connect(cloud.address()).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        let head = format!("GET /_acslab/decisions/stream{query} HTTP/1.1\r\nHost: {}\r\n{more}\r\n", cloud.address());
        stream.write_all(head.as_bytes()).expect("sent");
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line).expect("a status");
        assert!(line.starts_with("HTTP/1.1 200"), "{line}");
        let mut listener = Self(reader);
        // It says something at once: whoever waits for that is following.
        while listener.line().is_some_and(|line| !line.starts_with("retry:")) {}
        listener
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        (self.0.read_line(&mut line).ok()? > 0).then(|| line.trim_end().to_owned())
    }

    fn event(&mut self) -> Option<Event> {
        let mut event = Event::default();
        loop {
            let line = self.line()?;
            match line.split_once(": ") {
                Some(("event", name)) => name.clone_into(&mut event.name),
                Some(("id", id)) => id.clone_into(&mut event.id),
                Some(("data", data)) => {
                    event.data = serde_json::from_str(data).expect("JSON");
                    return Some(event);
                }
                _ => {}
            }
        }
    }
}

#[test]
fn what_happens_is_told_with_what_caused_it() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    owner.sts("GetCallerIdentity", &[]).ok();
    let mut listener = Listener::to(&cloud, "?latest=1", "");
    let request = r#"{"Services":[{"Service":"PAI","Roles":[{"RoleName":"AliyunPAILangStudioDefaultRole","TemplateId":"AliyunPAILangStudioDefaultRole"}]}]}"#;
    owner.rpc("2015-05-01-console", "QuickAuthorization", &[("Request", request)]).ok();
    let events: Vec<_> = (0..5).map_while(|_| listener.event()).collect();
    let told: Vec<_> = events.iter().map(|event| event.data["operation"].as_str().unwrap_or_default()).collect();
    assert_eq!(
        told,
        [
            "Sts.GetCallerIdentity",
            "Ram.GetRole",
            "Ram.CreateRole",
            "Ram.AttachPolicyToRole",
            "RamConsole.QuickAuthorization"
        ]
    );
    let outer = &events[4].data["request_id"];
    assert!(events[1..4].iter().all(|event| event.data["cause"] == *outer), "{events:?}");
    assert!(events[0].data["cause"].is_null() && events[4].data["cause"].is_null());
    // Told as `GET decisions` shows it.
    let page: Value = serde_json::from_str(&ask(&cloud, "GET", "decisions?limit=1", "").text()).expect("JSON");
    assert_eq!(page["decisions"][0], events[4].data);
    // Whoever was cut off is told what came since.
    let mut later = Listener::to(&cloud, "", &format!("Last-Event-ID: {}\r\n", events[2].id));
    assert_eq!(later.event().expect("an event").data["operation"], "Ram.AttachPolicyToRole");
}

#[test]
fn what_was_forgotten_meanwhile_is_said() {
    let cloud = builder().decisions_bytes(16 << 10).start().expect("an emulator");
    let owner = Client::owner(&cloud);
    for _ in 0..200 {
        owner.sts("GetCallerIdentity", &[]).ok();
    }
    let page = json(&ask(&cloud, "GET", "decisions?limit=1", ""));
    let (before, last) =
        page["decisions"][0]["event"].as_str().and_then(|event| event.rsplit_once('.')).expect("an event");
    assert_eq!(last, "199");
    let mut listener = Listener::to(&cloud, "", &format!("Last-Event-ID: {before}.3\r\n"));
    let gap = listener.event().expect("an event");
    assert_eq!(gap.name, "gap");
    let forgotten = gap.data["forgotten"].as_u64().expect("a number");
    let next = listener.event().expect("an event");
    assert_eq!(next.id, format!("{before}.{}", 4 + forgotten));
}

#[test]
fn what_another_process_told_is_followed_by_all_that_this_one_knows() {
    let [first, second] = [start(), start()];
    for cloud in [&first, &second] {
        Client::owner(cloud).sts("GetCallerIdentity", &[]).ok();
    }
    let mut listener = Listener::to(&first, "?latest=1", "");
    let told = listener.event().expect("an event");
    // The same seed: the ids of the requests tell nothing.
    for (query, more) in
        [(format!("?after={}", told.id), String::new()), (String::new(), format!("Last-Event-ID: {}\r\n", told.id))]
    {
        let mut other = Listener::to(&second, &query, &more);
        let event = other.event().expect("an event");
        assert_eq!(event.data["request_id"], told.data["request_id"]);
        assert_ne!(event.id, told.id);
        assert_eq!(event.data["event"], event.id);
    }
    let id = told.data["request_id"].as_str().expect("an id");
    assert_eq!(ask(&first, "GET", &format!("decisions/{id}?event={}", told.id), "").status, 200);
    let foreign = ask(&second, "GET", &format!("decisions/{id}?event={}", told.id), "");
    assert_eq!((foreign.status, foreign.text().contains("has ended")), (404, true), "{}", foreign.text());
}

#[test]
fn ids_that_come_again_after_a_reset_are_told_apart() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    let latest = || json(&ask(&cloud, "GET", "decisions?limit=1", ""))["decisions"][0].clone();
    let text = |value: &Value, name: &str| value[name].as_str().expect("text").to_owned();
    owner.ram("ListUsers", &[]).ok();
    let before = latest();
    let mut listener = Listener::to(&cloud, "?latest=1", "");
    assert_eq!(listener.event().expect("an event").data, before);
    ask(&cloud, "POST", "reset", "").ok();
    owner.ram("ListGroups", &[]).ok();
    let after = latest();
    assert_eq!(listener.event().expect("an event").data, after);
    assert_eq!(before["request_id"], after["request_id"], "ids begin anew");
    let [old, new] = [&before, &after].map(|one| text(one, "event"));
    let cloud_of = |event: &str| event.split('.').nth(1).map(str::to_owned);
    assert_eq!([&old, &new].map(|event| cloud_of(event)), [Some("0".to_owned()), Some("1".to_owned())]);
    let id = text(&before, "request_id");
    for (query, operation) in [
        (format!("?event={old}"), "Ram.ListUsers"),
        (format!("?event={new}"), "Ram.ListGroups"),
        (String::new(), "Ram.ListGroups"),
    ] {
        assert_eq!(json(&ask(&cloud, "GET", &format!("decisions/{id}{query}"), ""))["operation"], operation, "{query}");
    }
    let other = new.replace(".1.", ".0.");
    assert_eq!(ask(&cloud, "GET", &format!("decisions/{id}?event={other}"), "").status, 404);
    assert_eq!(ask(&cloud, "GET", &format!("decisions/{id}?event=1"), "").status, 400);
}

#[test]
fn what_is_told_comes_in_pieces() {
    let cloud = builder().open(Service::Oss).start().expect("an emulator");
    let owner = Client::owner(&cloud);
    owner.oss("PUT", Some("photos"), "", &[], &[], b"").ok_status();
    let keys: String = (0..1000).map(|number| format!("<Object><Key>{number:0>900}</Key></Object>")).collect();
    let body = format!("<Delete><Quiet>true</Quiet>{keys}</Delete>");
    for _ in 0..4 {
        owner.oss("POST", Some("photos"), "", &[("delete", "")], &[], body.as_bytes()).ok_status();
    }
    // A piece is a chunk: a line of its own says how long it is.
    let mut listener = Listener::to(&cloud, "?latest=4", "");
    let (mut told, mut largest) = (0, 0);
    while told < 4 {
        let line = listener.line().expect("more");
        told += usize::from(line.starts_with("data: "));
        largest = largest.max(usize::from_str_radix(&line, 16).unwrap_or_default());
    }
    let one = ask(&cloud, "GET", "decisions?limit=1", "").body.len();
    assert!(one > 900_000, "an entry of {one} bytes");
    assert!(largest < (1 << 20) + 2 * one, "a piece of {largest} bytes");
}

#[test]
fn it_ends_with_the_server_and_has_bounds() {
    let cloud = start();
    for (query, more) in [("?latest=many", ""), ("?after=41", ""), ("", "Last-Event-ID: x\r\n")] {
        let mut stream = TcpStream::connect(cloud.address()).expect("a connection");
        let head = format!("GET /_acslab/decisions/stream{query} HTTP/1.1\r\nHost: {}\r\n{more}\r\n", cloud.address());
        stream.write_all(head.as_bytes()).expect("sent");
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).expect("a status");
        assert!(line.starts_with("HTTP/1.1 400"), "{line}");
    }
    assert_eq!(ask(&cloud, "POST", "decisions/stream", "").status, 405);
    let mut listeners: Vec<_> = (0..32).map(|_| Listener::to(&cloud, "", "")).collect();
    assert_eq!(ask(&cloud, "GET", "decisions/stream", "").status, 503);
    cloud.shutdown().expect("an end");
    assert!(listeners.iter_mut().all(|listener| listener.event().is_none()));
}
