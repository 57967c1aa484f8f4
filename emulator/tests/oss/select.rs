//! Questions in SQL to objects of CSV and JSON.

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
        ("select _1, age + 1 from ossobject s where s.name like '%b' limit 1", "Bob,10\n"),
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
    for wrong in ["select", "select * from other", "drop table ossobject", "select upper(name) from ossobject", "x"] {
        ask(wrong).refused(400, "InvalidSqlParameter");
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
