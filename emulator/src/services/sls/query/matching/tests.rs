use serde_json::json;

use super::*;
use crate::cloud::LogDraft;

fn index() -> Index {
    let text = json!({"type": "text", "token": [" ", "/", ","], "caseSensitive": false});
    let exact = json!({"type": "text", "token": [], "caseSensitive": true});
    Index::of(&json!({
        "line": {"token": [" ", ",", "/", ":"], "exclude_keys": ["secret"]},
        "keys": {
            "level": text, "path": text, "exact": exact, "status": {"type": "long"},
            "attributes": {"type": "json", "token": [" "], "json_keys": {"took": {"type": "double"}}},
        },
    }))
}

/// Is the one log of the tests found?
fn found(query: &str) -> Result<bool, String> {
    let attributes = r#"{"name":"chat gpt","took":1.5,"gen_ai":{"model":"qwen-max"}}"#;
    let log = [
        ("level", "Error"),
        ("path", "/api/v1/users,list"),
        ("status", "404"),
        ("exact", "A b"),
        ("attributes", attributes),
        ("secret", "hidden"),
        ("message", "connection refused cn-shanghai"),
    ];
    let draft = LogDraft::write("topic one", "10.0.0.1", [("host", "web-1")], 7, [log]).unwrap();
    let cloud = crate::cloud::Cloud::new(crate::cloud::Clock::real(), 0, None);
    let room = cloud.log_projects.space.take(1).unwrap();
    let kept = draft.keep(0, jiff::Timestamp::UNIX_EPOCH, room);
    let group = LogGroup::read(kept.bytes()).unwrap();
    let log = group.logs().next().unwrap().unwrap();
    let query = Query::read(query).map_err(|wrong| wrong.to_string())?;
    query.check(&index()).map_err(|wrong| wrong.to_string())?;
    Ok(query.finds(&index(), &Fields::of(&group, &log)))
}

#[test]
fn what_queries_find() {
    for query in [
        "",
        "*",
        "error",
        "ERROR and refused",
        "error refused",
        "cn-shanghai",
        "conn*",
        "?rror",
        "users",
        "nothing or error",
        "level: error",
        "level:ERR*",
        "level : error and status:404",
        "status=404",
        "status > 400",
        "status>=404",
        "status < 500",
        "status <= 404",
        "status in [400 404]",
        "status in (400 500)",
        "path: v1",
        "path: \"users list\"",
        "path:/api/v1",
        "exact: A",
        "not exact: a",
        "not warn",
        "error not warn",
        "error and not warn and refused",
        "(warn or error) and (refused or denied)",
        "\"error\"",
        "__topic__: topic",
        "topic: one",
        "source: 10.0.0.*",
        "__source__: 10.0.0.1",
        "__tag__:host: web-1",
        "__tag__:host:web-*",
        "__tag__:host:\"web-1\"",
        "attributes.name: gpt",
        "attributes.took > 1",
        "attributes.gen_ai.model: qwen-max",
        "level: *",
        "not status in [500 599]",
        "\"level\": error",
        "not warn or nothing",
    ] {
        assert_eq!(found(query), Ok(true), "{query}");
    }
    for query in [
        "warn",
        "error and warn",
        "level: warn",
        "status: 40",
        "status > 404",
        "status in (404 500]",
        "hidden",
        "exact: a",
        "not error",
        "error not refused",
        "err",
        "\"err*\"",
        "connection?",
        "path: users*list",
        "__topic__: two",
        "__tag__:host: other",
        "attributes.took > 2",
        "attributes.name: claude",
        "(error or warn) not refused",
        "\"\"",
        "not error and warn or nothing",
        "__tag__:other: *",
    ] {
        // `not error and warn` is `not (error and warn)`: so says the order in which operators bind.
        let expected = query == "not error and warn or nothing";
        assert_eq!(found(query), Ok(expected), "{query}");
    }
}

#[test]
fn what_is_no_query() {
    for query in [
        "and error",
        "error and",
        "error or",
        "not",
        "(error",
        "error)",
        "()",
        "level:",
        ": error",
        "status >",
        "status > x",
        "status in [1",
        "status in [1 2",
        "status in [x 2]",
        "\"open",
        "level: (a)",
        "[",
        "status in [1 2 3]",
        "a or or b",
    ] {
        let wrong = found(query).unwrap_err();
        assert!(wrong.starts_with("ErrorType:OLSQueryParseError.ErrorMessage:syntax error"), "{query}: {wrong}");
    }
    assert_eq!(
        found("category: x").unwrap_err(),
        "key (category) is not config as key value config,if symbol : is in your log,please wrap : with quotation mark \""
    );
    let many = vec!["a"; 31].join(" ");
    assert!(found(&many).unwrap_err().contains("too many keywords"));
    assert!(found(&vec!["a"; 30_000].join(" ")).unwrap_err().contains("too many keywords"));
    assert!(found(&"a".repeat(100_000)).unwrap_err().contains("too long"));
    let deep = format!("{}a{}", "(".repeat(10_000), ")".repeat(10_000));
    assert!(found(&deep).unwrap_err().contains("too many parentheses"));
    let nots = format!("{}a", "not ".repeat(10_000));
    assert!(found(&nots).is_err());
}

#[test]
fn what_stands_behind_a_pipe_is_an_analysis() {
    let query = Query::read("error | select count(*) as c").unwrap();
    assert_eq!((query.analysis.as_deref(), query.length), (Some(" select count(*) as c"), 6));
    // What is behind it is none of the search's: quotes are others there.
    assert!(Query::read("* | select '\"'").is_ok());
    assert!(Query::read("error \"|\"").unwrap().analysis.is_none());
}

#[test]
fn patterns_take_no_time() {
    let fits = |pattern: &str, word: &str| {
        super::fits(&pattern.chars().collect::<Vec<_>>(), &word.chars().collect::<Vec<_>>())
    };
    assert!(fits("*", "") && fits("a*b?d", "axxbcd") && fits("**a", "ba") && fits("a*", "a"));
    assert!(!fits("?", "") && !fits("a?", "a") && !fits("*a*b", "ab c"));
    assert!(!fits(&"*a".repeat(200), &"a".repeat(199)));
    assert!(!fits(&format!("{}b", "a*".repeat(1_000)), &"a".repeat(10_000)));
}

/// However many of its members are asked for.
#[test]
fn a_text_of_json_is_parsed_once() {
    let log = [("a", r#"{"x":1,"y":{"z":"two"}}"#), ("b", "no json")];
    let draft = LogDraft::write("", "", [("host", "web-1")], 7, [log]).unwrap();
    let cloud = crate::cloud::Cloud::new(crate::cloud::Clock::real(), 0, None);
    let kept = draft.keep(0, jiff::Timestamp::UNIX_EPOCH, cloud.log_projects.space.take(1).unwrap());
    let group = LogGroup::read(kept.bytes()).unwrap();
    let log = group.logs().next().unwrap().unwrap();
    let fields = Fields::of(&group, &log);
    let inside = |field: &str, path: &str| fields.inside(fields.values(field).next().unwrap(), path);
    let found = [("a", "x"), ("a", "y.z"), ("a", "y"), ("a", "w"), ("b", "x"), ("b", "y")];
    let expected = [Some("1"), Some("two"), Some(r#"{"z":"two"}"#), None, None, None];
    assert_eq!(found.map(|(field, path)| inside(field, path)), expected.map(|text| text.map(str::to_owned)));
    assert_eq!(fields.parsed.borrow().len(), 2);
}
