//! Questions in SQL to objects of CSV and JSON.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::kit::signer::base64;
use crate::kit::{Answer, Client};
use crate::tools::{detail, done, header, start};

const CSV: &str = "name,age,city\nAnn,30,\"Hangzhou, West\"\nBob,9,Beijing\nEve,41,Beijing\n";
const LINES: &str = "{\"name\":\"Ann\",\"tags\":[\"a\",\"b\"],\"age\":30}\n{\"name\":\"Bob\",\"tags\":[],\"age\":9}\n";

fn ask(owner: &Client<'_>, key: &str, process: &str, input: &str, sql: &str, output: &str) -> Answer {
    let expression = base64(sql);
    let body = format!(
        "<SelectRequest><Expression>{expression}</Expression><InputSerialization>{input}</InputSerialization><OutputSerialization>{output}</OutputSerialization></SelectRequest>"
    );
    owner.oss("POST", Some("photos"), key, &[("x-oss-process", process)], &[], body.as_bytes())
}

const RAW: &str = "<OutputRawData>true</OutputRawData>";

#[test]
fn csv_is_asked() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "people.csv", CSV));
    let used = "<CSV><FileHeaderInfo>Use</FileHeaderInfo></CSV>";
    let ask = |sql: &str| ask(&owner, "people.csv", "csv/select", used, sql, RAW);
    for (sql, found) in [
        ("select name from ossobject where age > 10", "Ann\nEve\n"),
        ("select * from ossobject where city = 'Hangzhou, West'", "Ann,30,\"Hangzhou, West\"\n"),
        ("select _1, cast(age as double) from ossobject s where s.name like '%b' limit 1", "Bob,9.0\n"),
        (
            "SELECT count(*), sum(cast(age as int)), avg(age), max(age) FROM ossobject WHERE city = 'Beijing'",
            "2,50,25,9\n",
        ),
        ("select name from ossobject where age between 9 and 30 and not name in ('Bob')", "Ann\n"),
        ("select name from ossobject where nothing is null limit 2", "Ann\nBob\n"),
    ] {
        let answer = ask(sql);
        assert_eq!(
            (answer.status, header(&answer, "x-oss-select-output-raw")),
            (206, "true"),
            "{sql}: {}",
            answer.text()
        );
        assert_eq!(answer.text(), found, "{sql}");
    }
    for wrong in [
        "select",
        "select * from other",
        "select * from other as ossobject",
        "drop table ossobject",
        "select upper(name) from ossobject",
        "x",
        "select name || city from ossobject",
        "select age + 1 from ossobject",
        "select * from ossobject group by city",
        "select * from ossobject order by _1",
        "select distinct city from ossobject",
        "select * from ossobject where avg(cast(age as int)) > 2016",
        "select * from ossobject o join s3object s on o.city = s.city",
        "select cast(age as colour) from ossobject",
    ] {
        ask(wrong).refused(400, "SqlSyntaxError");
    }
    for (wrong, code) in [
        ("", "InvalidSqlParameter"),
        ("select name, count(*) from ossobject", "SqlInvalidMixOfAggregationAndColumn"),
        ("select *, name from ossobject", "SqlInvalidMixOfStarAndColumn"),
        ("select * from ossobject limit 0", "SqlInvalidLimitValue"),
    ] {
        ask(wrong).refused(400, code);
    }
    // Neither depth nor length wears it out.
    let deep = format!("select * from ossobject where {}1 = 1", "1 = 1 and ".repeat(1000));
    ask(&deep).refused(400, "InvalidSqlParameter");
    done(&ask(&format!("select * from ossobject where {}1 = 1", "1 = 1 and ".repeat(100))));
    let nothing = "<CSV><RecordDelimiter> </RecordDelimiter></CSV>";
    let answer = self::ask(&owner, "people.csv", "csv/select", nothing, "select * from ossobject", RAW);
    assert_eq!((answer.status, detail(&answer).as_str()), (400, "0016-00000829"));
    let user = owner.nobody("asker");
    let query = [("x-oss-process", "csv/select")];
    user.oss("POST", Some("photos"), "people.csv", &query, &[], b"").refused(403, "AccessDenied");
}

#[test]
fn json_is_asked() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "lines", LINES));
    done(&owner.put("photos", "document", &format!("{{\"people\":[{}]}}", LINES.trim().replace('\n', ","))));
    let lines = |sql: &str| ask(&owner, "lines", "json/select", "<JSON><Type>LINES</Type></JSON>", sql, RAW).text();
    assert_eq!(
        lines("select s.name, s.tags[1] t from ossobject s where s.age = 30"),
        "{\"name\":\"Ann\",\"t\":\"b\"}\n"
    );
    let document =
        |sql: &str| ask(&owner, "document", "json/select", "<JSON><Type>DOCUMENT</Type></JSON>", sql, RAW).text();
    assert_eq!(document("select name from ossobject.people[*] where age < 10"), "{\"name\":\"Bob\"}\n");
    assert_eq!(document("select count(*) from ossobject.people[*]"), "{\"_1\":2}\n");
    done(&owner.put("photos", "broken", "{"));
    let broken =
        ask(&owner, "broken", "json/select", "<JSON><Type>LINES</Type></JSON>", "select * from ossobject", RAW);
    assert_eq!((broken.status, detail(&broken).as_str()), (400, "0016-00000801"));
}

#[test]
fn answers_come_in_frames() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "people.csv", CSV));
    let answer = ask(
        &owner,
        "people.csv",
        "csv/select",
        "<CSV></CSV>",
        "select _1 from ossobject limit 1",
        "<EnablePayloadCrc>true</EnablePayloadCrc>",
    );
    let number = |at: usize| u32::from_be_bytes(answer.body[at..at + 4].try_into().expect("four bytes"));
    assert_eq!((number(0), number(4), number(8)), (0x0180_0001, 8 + 5, 0));
    assert_eq!(&answer.body[20..25], b"name\n");
    assert_eq!(number(29), 0x0180_0005);
    assert_eq!(number(29 + 12 + 16), 206);
    let body = "<CsvMetaRequest><InputSerialization><CSV></CSV></InputSerialization></CsvMetaRequest>";
    let meta = owner.oss("POST", Some("photos"), "people.csv", &[("x-oss-process", "csv/meta")], &[], body.as_bytes());
    let number = |at: usize| u32::from_be_bytes(meta.body[at..at + 4].try_into().expect("four bytes"));
    // The rows and the columns.
    assert_eq!((number(0), number(12 + 28), number(12 + 32)), (0x0180_0006, 4, 3));
}

const ALL: &str = "select * from ossobject";
const AS_LINES: &str = "<JSON><Type>LINES</Type></JSON>";
const PARTIAL: &str = "<SkipPartialDataRecord>true</SkipPartialDataRecord>";
const UNQUOTED: &str = "<CSV><AllowQuotedRecordDelimiter>False</AllowQuotedRecordDelimiter></CSV>";
const WITH_HEADER: &str = "<CSV><FileHeaderInfo>Use</FileHeaderInfo></CSV>";

/// What is in the frames of an answer: the data, and the status and the message at the end.
fn unframed(answer: &Answer) -> (String, u32, String) {
    assert_eq!(answer.status, 206, "{}", answer.text());
    let number = |at: usize| u32::from_be_bytes(answer.body[at..at + 4].try_into().expect("four bytes"));
    let (mut data, mut at) = (Vec::new(), 0);
    loop {
        let end = at + 12 + usize::try_from(number(at + 4)).expect("a length");
        let text = |from: usize| String::from_utf8(answer.body[from..end].to_vec()).expect("text");
        match number(at) {
            0x0180_0001 => data.extend_from_slice(&answer.body[at + 20..end]),
            0x0180_0005 => return (String::from_utf8(data).expect("text"), number(at + 28), text(at + 32)),
            other => panic!("a frame of type {other:#x}"),
        }
        at = end + 4;
    }
}

/// One value after another, however they are divided; as Python's and Go's SDKs put them.
#[test]
fn lines_of_json_are_one_value_after_another() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let ask = |sql: &str, input: &str| ask(&owner, "values", "json/select", input, sql, RAW);
    for (content, sql, found) in [
        ("{\n \"a\": 1\n}\n{\n\"a\":2\n}\n", "select a from ossobject", "{\"a\":1}\n{\"a\":2}\n"),
        ("{\"key\":\"abc\"},{\"key2\":\"def\"}", "select key from ossobject", "{\"key\":\"abc\"}\n{}\n"),
        (" {\"a\":null},\n{\"a\":2} \n", "select a from ossobject", "{\"a\":null}\n{\"a\":2}\n"),
        ("{\"url\":\"https://a/b\"}", "select url as one as way from ossobject'", "{\"way\":\"https:\\/\\/a\\/b\"}\n"),
    ] {
        done(&owner.put("photos", "values", content));
        assert_eq!(ask(sql, AS_LINES).text(), found, "{content}");
    }
    done(&owner.put("photos", "values", "{\"a\":1},{\"a\":2}\n{\"a\":3}{\"a\":4}"));
    let ranged =
        |range: &str| ask(ALL, &format!("<JSON><Type>LINES</Type><Range>line-range={range}</Range></JSON>")).text();
    assert_eq!(ranged("0-1"), "{\"a\":1}\n{\"a\":2}\n");
    assert_eq!(ranged("-1"), "{\"a\":4}\n");
    let body = format!("<JsonMetaRequest><InputSerialization>{AS_LINES}</InputSerialization></JsonMetaRequest>");
    let meta = owner.oss("POST", Some("photos"), "values", &[("x-oss-process", "json/meta")], &[], body.as_bytes());
    assert_eq!(meta.body[12 + 24..12 + 32], 4_u64.to_be_bytes());
    // What is broken behind the first is said at the end.
    done(&owner.put("photos", "values", "{\"a\":1}\n{\"a\":"));
    let answer = self::ask(&owner, "values", "json/select", AS_LINES, ALL, "");
    let (data, status, message) = unframed(&answer);
    assert_eq!((data.as_str(), status), ("{\"a\":1}\n", 400));
    assert!(message.starts_with("InvalidJsonData."), "{message}");
    assert_eq!(unframed(&self::ask(&owner, "values", "json/select", AS_LINES, &format!("{ALL} limit 1"), "")).1, 206);
}

#[test]
fn packed_objects_are_asked() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let packed = |content: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(content).expect("it packs");
        encoder.finish().expect("it packs")
    };
    let put = |content: &[u8]| {
        done(&owner.oss("PUT", Some("photos"), "packed", &[], &[], content));
    };
    let ask = |process: &str, input: &str, kind: &str| {
        let input = format!("<CompressionType>{kind}</CompressionType>{input}");
        ask(&owner, "packed", process, &input, ALL, RAW)
    };
    // Two members are one object, as gzip has it.
    put(&[packed(b"a,b\n"), packed(b"c,d\n")].concat());
    assert_eq!(ask("csv/select", "<CSV></CSV>", "GZIP").text(), "a,b\nc,d\n");
    put(&packed(b"{\"a\":1}\n"));
    assert_eq!(ask("json/select", AS_LINES, "gzip").text(), "{\"a\":1}\n");
    put(b"a,b\n");
    ask("csv/select", "<CSV></CSV>", "GZIP").refused(400, "DecompressFailure");
    let refused = ask("csv/select", "<CSV></CSV>", "R1pJUA==");
    assert_eq!((refused.status, detail(&refused).as_str()), (400, "0016-00000826"));
    // A little that unpacks to more than is looked into.
    put(&packed(&vec![b'a'; (16 << 20) + 1]));
    ask("csv/select", "<CSV></CSV>", "GZIP").refused(400, "EntityTooLarge");
    let body = "<CsvMetaRequest><InputSerialization><CompressionType>GZIP</CompressionType></InputSerialization></CsvMetaRequest>";
    let query = [("x-oss-process", "csv/meta")];
    let meta = owner.oss("POST", Some("photos"), "packed", &query, &[], body.as_bytes());
    meta.refused(400, "UnsupportedCompressionFormat");
}

/// Go's first SDK sends both forms of an output, and fills in one.
#[test]
fn the_output_has_the_form_of_the_object() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "document", "{\"objects\":[{\"a\":1},{\"a\":2}]}"));
    done(&owner.put("photos", "table", "abc,def,ghi\n"));
    let comma = format!("<RecordDelimiter>{}</RecordDelimiter>", base64(","));
    let output = format!("<CSV></CSV><JSON>{comma}</JSON>{RAW}");
    let sql = "select a from ossobject.objects[*]";
    assert_eq!(ask(&owner, "document", "json/select", "<JSON></JSON>", sql, &output).text(), "{\"a\":1},{\"a\":2},");
    let output = format!("<JSON></JSON><CSV>{comma}</CSV>{RAW}");
    assert_eq!(ask(&owner, "table", "csv/select", "<CSV></CSV>", ALL, &output).text(), "abc,def,ghi,");
    let both = format!("{RAW}<EnablePayloadCrc>true</EnablePayloadCrc>");
    ask(&owner, "table", "csv/select", "<CSV></CSV>", ALL, &both).refused(400, "InvalidOSSSelectParameters");
    // Every column keeps its place, in whatever order they are asked for.
    let kept = format!("{RAW}<KeepAllColumns>true</KeepAllColumns>");
    let ask = |sql: &str| ask(&owner, "table", "csv/select", "<CSV></CSV>", sql, &kept);
    assert_eq!(ask("select _1 from ossobject").text(), "abc,,\n");
    assert_eq!(ask("select _3, _1 from ossobject").text(), "abc,,ghi\n");
    assert_eq!(ask(ALL).text(), "abc,def,ghi\n");
    ask("select count(*) from ossobject").refused(400, "SqlInvalidKeepAllColumnsWithAggregation");
}

/// They stand in the answer as often as there are cells: a long one would make much of little.
#[test]
fn delimiters_have_a_character_or_two() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "table", "a,b\n"));
    let ask = |input: &str, output: &str| {
        let input = format!("<CSV>{input}</CSV>");
        ask(&owner, "table", "csv/select", &input, ALL, &format!("<CSV>{output}</CSV>{RAW}"))
    };
    for (name, input, output) in [
        ("Record", ("InvalidInputRecordDelimiter", "0016-00000829"), ("InvalidOutputRecordDelimiter", "")),
        ("Field", ("InvalidInputFieldDelimiter", ""), ("InvalidOutputFieldDelimiter", "0016-00000828")),
    ] {
        let named = |text: &str| format!("<{name}Delimiter>{text}</{name}Delimiter>");
        for wrong in [" ".to_owned(), base64("abc"), base64("x".repeat(100_000))] {
            let wrong = named(&wrong);
            for (answer, (code, number)) in [(ask(&wrong, ""), input), (ask("", &wrong), output)] {
                answer.refused(400, code);
                assert!(number.is_empty() || detail(&answer) == number, "{name}: {}", answer.text());
            }
        }
        done(&ask(&named(&base64("||")), ""));
        done(&ask("", &named(&base64("||"))));
    }
    done(&owner.put("photos", "document", "{}"));
    let long = format!("<JSON><RecordDelimiter>{}</RecordDelimiter></JSON>{RAW}", base64("abc"));
    let answer = self::ask(&owner, "document", "json/select", "<JSON></JSON>", ALL, &long);
    answer.refused(400, "InvalidOutputRecordDelimiter");
}

#[test]
fn records_that_do_not_fit_are_skipped() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let ask = |process: &str, input: &str, sql: &str, output: &str, options: &str| {
        let expression = base64(sql);
        let body = format!(
            "<SelectRequest><Expression>{expression}</Expression><InputSerialization>{input}</InputSerialization><OutputSerialization>{output}</OutputSerialization><Options>{options}</Options></SelectRequest>"
        );
        owner.oss("POST", Some("photos"), "table", &[("x-oss-process", process)], &[], body.as_bytes())
    };
    let csv = |sql: &str, options: &str| ask("csv/select", "<CSV></CSV>", sql, "", options);
    let most = |number: &str| format!("{PARTIAL}<MaxSkippedRecordsAllowed>{number}</MaxSkippedRecordsAllowed>");
    done(&owner.put("photos", "table", "abc,def\nefg\nhij,klm\n"));
    let sql = "select _1, _2 from ossobject";
    assert_eq!(unframed(&csv(sql, "")).0, "abc,def\nefg,\nhij,klm\n");
    // It goes no further, and says so at the end.
    let (data, status, message) = unframed(&csv(sql, PARTIAL));
    assert_eq!((data.as_str(), status), ("abc,def\n", 400));
    assert!(message.starts_with("InvalidCsvLine."), "{message}");
    assert_eq!(unframed(&csv(sql, &most("1"))), ("abc,def\nhij,klm\n".to_owned(), 206, String::new()));
    assert_eq!(unframed(&csv("select _1 from ossobject", PARTIAL)).0, "abc\nefg\nhij\n");
    let refused = csv(sql, &most("abc"));
    refused.refused(400, "InvalidMaxSkippedRecordsAllowed");
    assert_eq!(detail(&refused), "0016-00000834");
    // What is not framed can but be refused whole; so is what begins so.
    ask("csv/select", "<CSV></CSV>", sql, RAW, PARTIAL).refused(400, "InvalidCsvLine");
    csv("select _3 from ossobject", PARTIAL).refused(400, "InvalidCsvLine");
    // A value of another type; an empty one is none.
    done(&owner.put("photos", "table", "a,b\n1,2.5\n2,\n3,x\n"));
    let typed = |sql: &str, options: &str| ask("csv/select", WITH_HEADER, sql, "", options);
    let average = "select avg(cast(b as double)) from ossobject where cast(a as int) < 3";
    assert_eq!(unframed(&typed(average, "")).0, "2.5\n");
    assert_eq!(unframed(&typed("select cast(b as double) from ossobject", "")).0, "2.5\n\n");
    typed("select avg(cast(b as double)) from ossobject", "").refused(400, "InvalidCsvLine");
    let one = "<MaxSkippedRecordsAllowed>1</MaxSkippedRecordsAllowed>";
    assert_eq!(unframed(&typed("select avg(cast(b as double)) from ossobject", one)).0, "2.5\n");
    assert_eq!(unframed(&typed("select a from ossobject where b > 1", one)).0, "1\n");
    // A member that is not there.
    done(&owner.put("photos", "table", "{\"a\":1,\"b\":2}{\"a\":3}"));
    let json = |options: &str| ask("json/select", AS_LINES, "select a, b from ossobject", "", options);
    assert_eq!(unframed(&json("")).0, "{\"a\":1,\"b\":2}\n{\"a\":3}\n");
    assert_eq!(unframed(&json(&most("1"))).0, "{\"a\":1,\"b\":2}\n");
    assert_eq!(unframed(&json(PARTIAL)).1, 400);
    // A row that is none ends it, whatever may be skipped.
    done(&owner.put("photos", "table", "a,b\n\"x\"y,z\n1,2\n"));
    let (data, status, message) = unframed(&csv(ALL, &most("9")));
    assert_eq!((data.as_str(), status), ("a,b\n", 400));
    assert!(message.starts_with("InvalidCsvLine."), "{message}");
}

#[test]
fn a_range_is_of_lines_or_of_bytes() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "table", "h\na\nb\nc\n"));
    let lines = |header: &str, range: &str| {
        let input = format!("<CSV><FileHeaderInfo>{header}</FileHeaderInfo><Range>line-range={range}</Range></CSV>");
        ask(&owner, "table", "csv/select", &input, ALL, RAW).text()
    };
    // The header is a line.
    assert_eq!(lines("Use", "0-2"), "a\nb\n");
    assert_eq!(lines("Ignore", "2-"), "b\nc\n");
    assert_eq!(lines("None", "0-1"), "h\na\n");
    let ranged = |process: &str, input: &str, range: &str| {
        let expression = base64(ALL);
        let body = format!(
            "<SelectRequest><Expression>{expression}</Expression><InputSerialization>{input}</InputSerialization><OutputSerialization>{RAW}</OutputSerialization></SelectRequest>"
        );
        let headers = [("Range", range)];
        owner.oss("POST", Some("photos"), "table", &[("x-oss-process", process)], &headers, body.as_bytes())
    };
    done(&owner.put("photos", "table", "test\nabc\n"));
    for (range, found) in [("bytes=0-1", "test\n"), ("bytes=1-5", "abc\n"), ("bytes=0-8", "test\nabc\n")] {
        assert_eq!(ranged("csv/select", UNQUOTED, range).text(), found, "{range}");
    }
    let both = "<CSV><AllowQuotedRecordDelimiter>false</AllowQuotedRecordDelimiter><Range>line-range=0-1</Range></CSV>";
    for (process, input, range, expected) in [
        ("csv/select", UNQUOTED, "bytes=1-3", "0016-00000837"),
        ("csv/select", "<CSV></CSV>", "bytes=0-1", "0016-00000815"),
        ("json/select", AS_LINES, "bytes=0-1", "0016-00000815"),
        ("csv/select", both, "bytes=0-1", "0016-00000816"),
    ] {
        let refused = ranged(process, input, range);
        assert_eq!((refused.status, detail(&refused).as_str()), (400, expected), "{input} {range}");
    }
}

/// As Python's and Go's SDKs put it: no digit is lost, and a text of digits stays a text.
#[test]
fn numbers_stay_as_they_are_written() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let content = "{\"a\":123456789.123456789,\"b\":[1.50,{\"c\":\"7\"}]}";
    done(&owner.put("photos", "numbers", content));
    for kind in ["DOCUMENT", "LINES"] {
        let input = format!("<JSON><Type>{kind}</Type><ParseJsonNumberAsString>True</ParseJsonNumberAsString></JSON>");
        let ask = |sql: &str| ask(&owner, "numbers", "json/select", &input, sql, RAW).text();
        let found = ask("select a from ossobject where cast(a as decimal) = 123456789.1234567890");
        assert_eq!(found, "{\"a\":123456789.123456789}\n");
        assert_eq!(ask(ALL), format!("{content}\n"));
        assert_eq!(ask("select s.b[0] x from ossobject s where s.a like '123456789.1%'"), "{\"x\":1.50}\n");
        assert_eq!(ask("select cast(a as string) x from ossobject"), "{\"x\":\"123456789.123456789\"}\n");
        assert_eq!(ask("select sum(cast(a as int)) from ossobject"), "{\"_1\":123456789}\n");
    }
}
