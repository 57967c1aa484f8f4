//! Logs analysed: the part of a query behind `|`.

use acslab_emulator::EmulatorHandle;
use serde_json::{Value, json};

use crate::kit::{Answer, Client, logs, text};
use crate::tools::{start, told};

/// A Logstore with an index for analysis, and seven logs: level, took, rate and a message in JSON.
fn furnish(emulator: &EmulatorHandle) -> Client<'_> {
    let owner = Client::owner(emulator);
    owner.furnish("photos");
    let analysed = |kind: &str| json!({"type": kind, "doc_value": true});
    let text = json!({"type": "text", "token": [" "], "caseSensitive": false, "doc_value": true});
    let mut request = text.clone();
    request["type"] = json!("json");
    request["json_keys"] = json!({"method": text, "size": analysed("long")});
    let secret = json!({"type": "text", "token": [" "], "caseSensitive": false});
    let index = json!({"line": {"token": [" "]}, "keys": {
        "level": text, "took": analysed("long"), "rate": analysed("double"), "request": request, "secret": secret,
    }});
    owner.log("PUT", "photos", "/logstores/app/index", &index).ok_status();
    let now = owner.now().as_second();
    let logs: Vec<_> = [
        ("error", "12", "0.5", r#"{"method":"GET","size":10}"#),
        ("info", "3", "1.5", r#"{"method":"GET","size":20}"#),
        ("info", "5", "2", r#"{"method":"PUT","size":30}"#),
        ("error", "8", "", r#"{"method":"PUT"}"#),
        ("warn", "none", "1", "no json"),
        ("info", "4", "0.25", r#"{"method":"GET","size":5}"#),
    ]
    .iter()
    .enumerate()
    .map(|(at, (level, took, rate, request))| {
        let time = now - 60 + i64::try_from(at).expect("few");
        logs::log(time, &[("level", *level), ("took", *took), ("rate", *rate), ("request", *request), ("secret", "x")])
    })
    .chain([logs::log(now - 10, &[("level", "debug")])])
    .collect();
    owner.put("photos", "app", &logs::group("trace", &logs)).ok_status();
    owner
}

fn ask(owner: &Client<'_>, query: &str, more: &[(&str, &str)]) -> Answer {
    let now = owner.now().as_second();
    let (from, to) = ((now - 100).to_string(), now.to_string());
    let asked = [&[("type", "log"), ("from", from.as_str()), ("to", &to), ("query", query)], more].concat();
    owner.look("photos", "/logstores/app", &asked)
}

/// The rows, each as `name=value …` in the order of the names, without what every row has.
fn rows(answer: &Answer) -> Vec<String> {
    let answer = answer.ok();
    let row = |row: &Value| {
        let own = row.as_object().expect("a row").iter().filter(|(name, _)| !name.starts_with("__"));
        let mut own: Vec<_> = own.map(|(name, value)| format!("{name}={}", value.as_str().expect("a text"))).collect();
        own.sort();
        own.join(" ")
    };
    answer.as_array().expect("a list").iter().map(row).collect()
}

#[test]
fn a_statement_is_answered() {
    let emulator = start();
    let owner = furnish(&emulator);
    for (query, expected) in [
        ("* | select count(*) as c", &["c=7"][..]),
        ("level: error | SELECT COUNT(1)", &["_col0=2"]),
        ("nothing | select count(*) as c, sum(took) as s, max(level) as m", &["c=0 m=null s=null"]),
        // Grouped, by a name of the table, a name of the answer, a number.
        (
            "* | select level, count(*) as c group by level order by c desc, level",
            &["c=3 level=info", "c=2 level=error", "c=1 level=debug", "c=1 level=warn"],
        ),
        (
            "not level: debug | select level as Key1, COUNT(*) as Key2 group by Key1 order by Key2 desc limit 2",
            &["Key1=info Key2=3", "Key1=error Key2=2"],
        ),
        ("* | select upper(level) as l, avg(took) as a group by 1 having a > 4.5 order by 2", &["a=10.0 l=ERROR"]),
        ("* | select count(*) as c group by level having c = 1 and level <> 'debug'", &["c=1"]),
        ("* | select max(took) - min(took) as spread, round(avg(rate), 2) as r from log", &["r=1.05 spread=9"]),
        ("* | select sum(took) / count(took) as whole, sum(took) * 1.0 / count(took) as a", &["a=6.4 whole=6"]),
        ("* | select count(distinct level) as d, approx_distinct(level) as e", &["d=4 e=4"]),
        (
            "* | select count_if(took > 4) as c, count(*) filter (where level = 'info') as i, arbitrary(level) as a",
            &["a=error c=3 i=3"],
        ),
        // Rows of their own, in the order of time.
        ("level: info | select took, rate", &["rate=1.5 took=3", "rate=2.0 took=5", "rate=0.25 took=4"]),
        ("* | select took as t where level = 'info' order by t desc limit 1, 1", &["t=4"]),
        ("* | select distinct level from app order by level limit 2", &["level=debug", "level=error"]),
        // What is no number, and what is not there, is null; null is at the end.
        ("* | select took where level in ('warn', 'error') order by took desc", &["took=12", "took=8", "took=null"]),
        ("* | select level where rate is null", &["level=error", "level=debug"]),
        ("* | select level where not took > 4", &["level=info", "level=info"]),
        ("* | select level where took not in (3, 5, 4) and took is not null", &["level=error", "level=error"]),
        // What is inside of JSON has columns of its own.
        (
            "* | select \"request.method\" as m, sum(\"request.size\") as s group by m order by m",
            &["m=GET s=35", "m=PUT s=30", "m=null s=null"],
        ),
        ("* | select request.size where request.method = 'PUT' and request.size > 1", &["size=30"]),
        ("* | select LEVEL where level like 'wa%'", &["LEVEL=warn"]),
        (
            "level: warn | select concat(level, '-', substr(level, 2, 2)) as c, length(level) as l, \
             coalesce(took, -1) as t, if(took is null, 'none', 'some') as i, cast('7' as bigint) + 1 as n, \
             case when rate >= 1 then 'high' else 'low' end as h, floor(rate + 0.5) as f",
            &["c=warn-ar f=1.0 h=high i=none l=4 n=8 t=-1"],
        ),
        ("* | select __topic__ as t, max(__time__) - min(__time__) as s group by __topic__", &["s=50 t=trace"]),
        ("* | select 1 + 2 as three limit 1", &["three=3"]),
    ] {
        assert_eq!(rows(&ask(&owner, query, &[])), expected, "{query}");
    }
}

#[test]
fn what_is_said_of_an_answer() {
    let emulator = start();
    let owner = furnish(&emulator);
    let query = "level: error | select level, count(*) as c group by level";
    let answer = ask(&owner, query, &[("line", "0"), ("offset", "0")]);
    let from = (owner.now().as_second() - 100).to_string();
    assert_eq!(answer.ok(), json!([{"__source__": "", "__time__": from, "level": "error", "c": "2"}]));
    let header = |name: &str| answer.headers[name].to_str().expect("a text").to_owned();
    assert_eq!(
        ["x-log-has-sql", "x-log-count", "x-log-processed-rows", "x-log-where-query", "x-log-agg-query"].map(header),
        ["true", "1", "2", "level: error", "select level, count(*) as c group by level"]
    );
    let now = owner.now().as_second();
    let body = json!({"from": now - 100, "to": now, "query": query});
    let lines = [("content-type", "application/json")];
    let raw = owner.sls_unsigned("POST", "photos", "/logstores/app/logs", &[], &lines, body.to_string().as_bytes());
    let found = owner.send(&owner.sls_v4(raw, "cn-hangzhou")).ok();
    let meta = &found["meta"];
    assert_eq!(
        (&meta["hasSQL"], &meta["whereQuery"], &meta["count"], &meta["processedRows"], &meta["keys"]),
        (&json!(true), &json!("level: error"), &json!(1), &json!(2), &json!(["level", "c"]))
    );
    assert_eq!(
        (text(meta, "/aggQuery"), &found["data"][0]["c"]),
        ("select level, count(*) as c group by level", &json!("2"))
    );
    // A histogram counts what the search finds.
    let (from, to) = ((now - 100).to_string(), now.to_string());
    let asked = [("type", "histogram"), ("from", from.as_str()), ("to", &to), ("query", query)];
    assert_eq!(owner.look("photos", "/logstores/app", &asked).headers["x-log-count"], "2");
    // All columns that there are; those for which analysis is off are none.
    let all = ask(&owner, "level: warn | select *", &[]).ok();
    let mut names: Vec<_> = all[0].as_object().expect("a row").keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = ["__source__", "__time__", "__topic__", "level", "rate"];
    assert_eq!(names, [&expected[..], &["request", "request.method", "request.size", "took"]].concat());
    // A hundred rows unless it says otherwise.
    let many: Vec<_> = (0..150).map(|n| logs::log(now - 5, &[("took", &n.to_string())])).collect();
    owner.put("photos", "app", &logs::group("many", &many)).ok_status();
    let count = |query: &str| ask(&owner, query, &[]).ok().as_array().map(Vec::len);
    assert_eq!(count("* | select took where __topic__ = 'many'"), Some(100));
    assert_eq!(count("* | select took where __topic__ = 'many' limit 1000"), Some(150));
}

#[test]
fn what_cannot_be_answered_is_told_in_the_cloud_s_words() {
    let emulator = start();
    let owner = furnish(&emulator);
    let syntax = |column: usize, message: &str| {
        format!("ErrorType:SyntaxError.ErrorPosition,line:1,column:{column}.ErrorMessage:line 1:{column}: {message}")
    };
    let at_start = |message: &str| syntax(1, message);
    for (query, message) in [
        ("*|select color", "line 1:8: Column 'color' cannot be resolved;please add the column in the index attribute".to_owned()),
        // Analysis is switched off for this one.
        (
            "*| select count(*) where secret = 'x'",
            "line 1:24: Column 'secret' cannot be resolved;please add the column in the index attribute".to_owned(),
        ),
        (
            "*|select level where level = \"error\"",
            "ErrorType:ColumnNotExists.ErrorPosition,line:0,column:1.ErrorMessage:line 1:28: Column 'error' cannot be resolved; it seems error is wrapper by \";if error is a string ,not a key field, please use 'error'".to_owned(),
        ),
        (
            "*|select level, took, count(*) as pv group by level",
            "Column 'took' not in GROUP BY clause;please add the column in the index attribute".to_owned(),
        ),
        ("*|select level, count(*)", "Column 'level' not in GROUP BY clause;please add the column in the index attribute".to_owned()),
        ("*|select histo(took)", syntax(8, "Function 'histo' not registered (acslab does not perform it)")),
        ("*|select lower(took) where took > 11", syntax(8, "Unexpected parameters (bigint) for function lower")),
        ("*|select sum(level)", syntax(8, "Unexpected parameters (varchar) for function sum")),
        ("*|select took where level = 200", at_start("'=' cannot be applied to varchar, bigint")),
        ("*|select took where count(*) > 1", syntax(19, "WHERE clause cannot contain aggregations, window functions or grouping operations")),
        ("*|select level from other", "LogStore (other) is not found".to_owned()),
        ("*|select a.level from log a join log b on a.level = b.level", at_start("acslab does not perform JOIN")),
        ("*|select level from (select level from log)", at_start("acslab does not perform a query within a query")),
        ("*|select took limit 2000000", "reading data with pagination only allow reading max 1000000".to_owned()),
        ("*|select took / 0 from log where took = 3", "/ by zero".to_owned()),
    ] {
        told(&ask(&owner, query, &[]), 400, "ParameterInvalid", &message);
    }
    for query in [
        "*|",
        "*|select",
        "*|select count(*",
        "*|drop table log",
        "*|select took limit 10 offset 5",
        "*|select 1; select 2",
    ] {
        let answer = ask(&owner, query, &[]);
        answer.refused(400, "ParameterInvalid");
        assert!(
            answer.message().starts_with("ErrorType:SyntaxError.ErrorPosition,line:1,column:"),
            "{query}: {}",
            answer.text()
        );
    }
    let deep = format!("* | select 1 where {}1 = 1", "1 = 1 and ".repeat(1000));
    ask(&owner, &deep, &[]).refused(400, "ParameterInvalid");
    let nested = format!("* | select {}1{}", "(".repeat(290), ")".repeat(290));
    assert!(ask(&owner, &nested, &[]).status < 500);
    told(
        &ask(&owner, "* | select took", &[("offset", "5")]),
        400,
        "ParameterInvalid",
        "ErrorType:OLSQueryParseError.ErrorMessage:offset is not available for pagination in sql query, please use limit x,y syntax for pagination.",
    );
    // Who may not search may not analyse.
    let bob = owner.user("bob");
    assert_eq!(ask(&bob, "* | select count(*)", &[]).status, 401);
}
