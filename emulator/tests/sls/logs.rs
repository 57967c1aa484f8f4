//! Logs: written, pulled, searched, counted, forgotten.

use serde_json::{Value, json};

use crate::kit::{Answer, Client, logs, text};
use crate::tools::{start, told};

#[test]
fn what_is_written_is_found() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    owner.put_some("photos").ok_status();
    let answer = owner.search("photos", "");
    let found = answer.ok();
    assert_eq!(
        found[0],
        json!({
            "level": "error", "took": "12", "message": "it broke", "__topic__": "trace", "__source__": "10.0.0.1",
            "__tag__:host": "web-1", "__time__": (owner.now().as_second() - 2).to_string(),
        })
    );
    assert_eq!(answer.headers["x-log-progress"], "Complete");
    assert_eq!(answer.headers["x-log-count"], "2");
    for (query, messages) in [
        ("*", vec!["it broke", "it works"]),
        ("broke", vec!["it broke"]),
        ("level: info", vec!["it works"]),
        ("took > 5", vec!["it broke"]),
        ("level: error or took < 5", vec!["it broke", "it works"]),
        ("it not broke", vec!["it works"]),
        ("nothing", vec![]),
    ] {
        assert_eq!(owner.find("photos", query, "message"), messages, "{query}");
    }
    let now = owner.now().as_second();
    let asked = |from: i64, to: i64, more: &[(&str, &str)]| {
        let (from, to) = (from.to_string(), to.to_string());
        let asked = [&[("type", "log"), ("from", from.as_str()), ("to", to.as_str())], more].concat();
        owner.look("photos", "/logstores/app", &asked)
    };
    let levels = |answer: &Answer| {
        let found = answer.ok();
        found.as_array().expect("a list").iter().map(|log| text(log, "/level").to_owned()).collect::<Vec<_>>()
    };
    // From belongs to the range, to does not.
    assert_eq!(levels(&asked(now - 2, now - 1, &[])), ["error"]);
    assert_eq!(levels(&asked(now - 10, now, &[("reverse", "true")])), ["info", "error"]);
    assert_eq!(levels(&asked(now - 10, now, &[("offset", "1"), ("line", "1000")])), ["info"]);
    assert_eq!(levels(&asked(now - 10, now, &[("line", "1")])), ["error"]);
    assert_eq!(levels(&asked(now - 10, now, &[("topic", "other")])), [""; 0]);
    assert_eq!(levels(&asked(now - 10, now, &[("topic", "trace")])).len(), 2);
    let message = "The parameter from must be a positive integer";
    told(&asked(-1, now, &[]), 400, "ParameterInvalid", message);
    told(&asked(now, now, &[]), 400, "InvalidTimeRange", "Request time range is invalid.");
    told(&asked(0, now, &[("offset", "-1")]), 400, "ParameterInvalid", "limit expression is required");
    asked(0, now, &[("query", "and source: *")]).refused(400, "ParameterInvalid");
    asked(0, now, &[("query", "category: x")]).refused(400, "ParameterInvalid");
}

/// A body as a client unpacks it.
fn unpacked(answer: &Answer) -> Vec<u8> {
    let size = answer.headers["x-log-bodyrawsize"].to_str().expect("a text").parse().expect("a number");
    match answer.headers.get("x-log-compresstype").map(http::HeaderValue::as_bytes) {
        None => answer.body.clone(),
        Some(b"lz4") => lz4_flex::block::decompress(&answer.body, size).expect("LZ4"),
        Some(b"zstd") => zstd::bulk::decompress(&answer.body, size).expect("Zstandard"),
        Some(_) => {
            let mut bytes = Vec::new();
            let mut decoder = flate2::read::ZlibDecoder::new(&*answer.body);
            std::io::Read::read_to_end(&mut decoder, &mut bytes).expect("zlib");
            bytes
        }
    }
}

#[test]
fn the_second_version_says_more_and_packs_it() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    owner.put_some("photos").ok_status();
    let now = owner.now().as_second();
    let body =
        json!({"from": now - 10, "to": now, "query": "level: error", "line": 100, "offset": 0, "reverse": false});
    for encoding in ["lz4", "zstd", "deflate", "gzip", "", "gzip, deflate"] {
        let lines = [("content-type", "application/json"), ("accept-encoding", encoding)];
        let raw = owner.sls_unsigned("POST", "photos", "/logstores/app/logs", &[], &lines, body.to_string().as_bytes());
        let answer = owner.send(&owner.sls_v4(raw, "cn-hangzhou"));
        assert_eq!(answer.status, 200, "{}", answer.text());
        let packed = answer.headers.get("x-log-compresstype").map(|name| name.to_str().expect("a text").to_owned());
        assert_eq!(packed.as_deref(), Some(encoding).filter(|name| !name.is_empty() && !name.contains(',')));
        let found: Value = serde_json::from_slice(&unpacked(&answer)).expect("JSON");
        assert_eq!((&found["meta"]["count"], &found["meta"]["progress"]), (&json!(1), &json!("Complete")));
        assert_eq!(found["data"][0]["message"], "it broke");
    }
}

#[test]
fn a_histogram_counts_them() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    owner.put_some("photos").ok_status();
    let now = owner.now().as_second();
    let counted = |from: i64, to: i64, query: &str| {
        let (from, to) = (from.to_string(), to.to_string());
        let asked = [("type", "histogram"), ("from", from.as_str()), ("to", &to), ("query", query)];
        owner.look("photos", "/logstores/app/index", &asked)
    };
    let answer = counted(now - 3600, now, "*");
    let parts = answer.ok();
    let parts = parts.as_array().expect("a list");
    assert_eq!((parts.len(), answer.headers["x-log-count"].to_str().expect("a text")), (60, "2"));
    assert_eq!(parts[0], json!({"from": now - 3600, "to": now - 3540, "count": 0, "progress": "Complete"}));
    assert_eq!(parts[59]["count"], 2);
    let (from, to) = ((now - 3600).to_string(), now.to_string());
    let asked = [("type", "histogram"), ("from", from.as_str()), ("to", &to), ("query", "*")];
    assert_eq!(owner.look("photos", "/logstores/app", &asked).ok().as_array().map(Vec::len), Some(60));
    let few = counted(now - 3, now, "level: info").ok();
    let counts: Vec<_> = few.as_array().expect("a list").iter().map(|part| part["count"].clone()).collect();
    assert_eq!(counts, [json!(0), json!(0), json!(1)]);
    counted(now, now, "*").refused(400, "InvalidTimeRange");
    assert_eq!(counted(0, i64::from(u32::MAX), "*").ok().as_array().map(Vec::len), Some(60));
}

#[test]
fn logs_are_pulled_from_a_cursor_on() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let shard = "/logstores/app/shards/0";
    let cursor = |from: &str| {
        text(&owner.look("photos", shard, &[("type", "cursor"), ("from", from)]).ok(), "/cursor").to_owned()
    };
    let pull = |cursor: &str, count: &str| {
        owner.look("photos", shard, &[("type", "log"), ("cursor", cursor), ("count", count)])
    };
    let header = |answer: &Answer, name: &str| answer.headers[name].to_str().expect("a text").to_owned();
    let begin = cursor("begin");
    assert_eq!(begin, cursor("end"));
    let none = pull(&begin, "10");
    assert_eq!(
        (none.status, none.body.len(), header(&none, "x-log-count"), header(&none, "x-log-cursor")),
        (200, 0, "0".to_owned(), begin.clone())
    );
    let now = owner.now().as_second();
    let group = |n: usize| logs::group("trace", &[logs::log(now, &[("n", &n.to_string())])]);
    // One after the other, so that every second one goes to the first shard.
    for n in 0..6 {
        owner.put("photos", "app", &group(n)).ok_status();
    }
    let two = pull(&begin, "2");
    assert_eq!(header(&two, "x-log-count"), "2");
    assert_eq!(two.body, [logs::field(1, group(0)), logs::field(1, group(2))].concat());
    assert_eq!(
        (header(&two, "content-type"), header(&two, "x-log-end-of-cursor")),
        ("application/x-protobuf".to_owned(), "0".to_owned())
    );
    let rest = pull(&header(&two, "x-log-cursor"), "1000");
    assert_eq!((rest.body.clone(), header(&rest, "x-log-end-of-cursor")), (logs::field(1, group(4)), "1".to_owned()));
    assert_eq!(header(&rest, "x-log-cursor"), cursor("end"));
    assert_eq!(cursor("begin"), begin);
    assert_eq!(cursor(&now.to_string()), begin);
    assert_eq!(cursor(&(now + 1).to_string()), cursor("end"));
    let time = owner.look("photos", shard, &[("type", "cursor_time"), ("cursor", &begin)]).ok();
    assert_eq!(time, json!({"cursor_time": now}));
    let lz4 = owner.sls_unsigned(
        "GET",
        "photos",
        shard,
        &[("type", "log"), ("cursor", &begin), ("count", "10")],
        &[("accept-encoding", "lz4")],
        b"",
    );
    assert_eq!(unpacked(&owner.send(&owner.sls_v1(lz4))).len(), two.body.len() + rest.body.len());
    for wrong in ["", "x", "MTIz!", "LTE="] {
        pull(wrong, "10").refused(400, "ParameterInvalid");
    }
    for wrong in ["", "x", "-1", "1001"] {
        told(&pull(&begin, wrong), 400, "ParameterInvalid", "ParameterCount should be in [0-1000].");
    }
    let other = owner.look("photos", "/logstores/app/shards/9", &[("type", "cursor"), ("from", "begin")]);
    told(&other, 400, "ShardNotExist", "shard 9 does not exist");
    owner.look("photos", shard, &[("type", "cursor"), ("from", "soon")]).refused(400, "ParameterInvalid");
    // By a hash key, to the shard that has it.
    let path = "/logstores/app/shards/route";
    let key = "f".repeat(32);
    let route = owner.sls_unsigned(
        "POST",
        "photos",
        path,
        &[("key", &key)],
        &[("content-type", "application/x-protobuf")],
        &group(9),
    );
    owner.send(&owner.sls_v1(route)).ok_status();
    assert_eq!(pull(&header(&rest, "x-log-cursor"), "10").body.len(), 0);
    let bad = owner.sls_unsigned(
        "POST",
        "photos",
        path,
        &[("key", "x")],
        &[("content-type", "application/x-protobuf")],
        &group(9),
    );
    owner.send(&owner.sls_v1(bad)).refused(400, "ParameterInvalid");
}

#[test]
fn logs_go_when_their_time_is_over_and_an_index_covers_what_comes_after_it() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    owner.put_some("photos").ok_status();
    let index = json!({"line": {"token": [" "]}});
    owner.log("DELETE", "photos", "/logstores/app/index", &Value::Null).ok_status();
    emulator.gateway().cloud().clock.advance(10_000).expect("a later time");
    owner.log("POST", "photos", "/logstores/app/index", &index).ok_status();
    assert_eq!(owner.find("photos", "*", "message"), [""; 0]);
    owner.put_some("photos").ok_status();
    assert_eq!(owner.find("photos", "*", "message").len(), 2);
    let before = emulator.gateway().cloud().log_projects.space.taken();
    emulator.gateway().cloud().clock.advance(169 * 3_600_000).expect("a later time");
    let now = owner.now().as_second();
    let (from, to) = ((now - 1_000_000).to_string(), now.to_string());
    let all = [("type", "log"), ("from", from.as_str()), ("to", to.as_str())];
    assert_eq!(owner.look("photos", "/logstores/app", &all).ok(), json!([]));
    owner.put_some("photos").ok_status();
    assert!(emulator.gateway().cloud().log_projects.space.taken() < before);
    owner.log("DELETE", "photos", "/", &Value::Null).ok_status();
    assert_eq!(emulator.gateway().cloud().log_projects.space.taken(), 0);
}

#[test]
fn anybody_writes_where_web_tracking_is_on() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let track = |project: &str, body: &Value| {
        let lines = [("content-type", "application/json")];
        let raw = owner.sls_unsigned("POST", project, "/logstores/app/track", &[], &lines, body.to_string().as_bytes());
        owner.send(&raw)
    };
    let logs = json!({"__topic__": "page", "__source__": "web", "__logs__": [{"level": "error", "n": 1}], "__tags__": {"a": "b"}});
    track("photos", &logs).refused(401, "Unauthorized");
    track("none", &logs).refused(404, "ProjectNotExist");
    let on = json!({"logstoreName": "app", "ttl": 7, "enable_tracking": true, "appendMeta": true});
    owner.log("PUT", "photos", "/logstores/app", &on).ok_status();
    track("photos", &logs).ok_status();
    track("photos", &json!({"__logs__": "x"})).refused(400, "PostBodyInvalid");
    track("photos", &json!({"__logs__": [{"": "x"}]})).refused(400, "InvalidKey");
    let found = owner.search("photos", "level: error").ok();
    assert_eq!(found.as_array().map(Vec::len), Some(1));
    let log = &found[0];
    assert_eq!((&log["__topic__"], &log["n"], &log["__tag__:a"]), (&json!("page"), &json!("1"), &json!("b")));
    assert_eq!(log["__tag__:__client_ip__"], "127.0.0.1");
}

#[test]
fn a_cloud_that_was_saved_and_loaded_has_the_same_logs() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    owner.put_some("photos").ok_status();
    owner
        .log(
            "POST",
            "photos",
            "/policy",
            &json!({"Version": "1", "Statement": [{"Effect": "Deny", "Action": "log:Delete*", "Resource": "*"}]}),
        )
        .ok_status();
    let gateway = emulator.gateway();
    let before = (owner.search("photos", "*").ok(), owner.look("photos", "/", &[]).ok());
    let taken = gateway.cloud().log_projects.space.taken();
    let fork = gateway.cloud().fork().expect("a fork");
    owner.put_some("photos").ok_status();
    gateway.replace(fork.into());
    assert_eq!((owner.search("photos", "*").ok(), owner.look("photos", "/", &[]).ok()), before);
    assert_eq!(gateway.cloud().log_projects.space.taken(), taken);
    assert_eq!(owner.look("photos", "/policy", &[]).ok()["Version"], "1");
}
