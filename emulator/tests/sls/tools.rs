//! What these tests have in common.

use acslab_emulator::EmulatorHandle;
use acslab_emulator::cloud::Service;
use serde_json::{Value, json};

use crate::kit::{self, Answer, Client, Raw, logs};

/// An emulator of two accounts whose Log Service is open.
pub(crate) fn start() -> EmulatorHandle {
    let emulator = closed();
    let cloud = emulator.gateway().cloud();
    for account in cloud.accounts() {
        account.activations.write().open(Service::Sls, cloud.clock.now());
    }
    emulator
}

/// The same, with Log Service still closed.
pub(crate) fn closed() -> EmulatorHandle {
    let builder = kit::builder().account("company", "1234567890123456").account("partner", "6543210987654321");
    builder.start().expect("an emulator")
}

impl Client<'_> {
    /// A call with a JSON body.
    pub(crate) fn log(&self, method: &str, project: &str, path: &str, body: &Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.sls(method, project, path, &[], body.as_bytes())
    }

    /// A read.
    pub(crate) fn look(&self, project: &str, path: &str, query: &[(&str, &str)]) -> Answer {
        self.sls("GET", project, path, query, b"")
    }

    /// A project with a Logstore `app` that has an index.
    pub(crate) fn furnish(&self, project: &str) {
        self.log("POST", "", "/", &json!({"projectName": project, "description": "of a test"})).ok_status();
        self.log("POST", project, "/logstores", &json!({"logstoreName": "app", "shardCount": 2, "ttl": 7})).ok_status();
        let text = json!({"type": "text", "token": [" ", ","], "caseSensitive": false});
        let index = json!({"line": {"token": [" ", ","]}, "keys": {"level": text, "took": {"type": "long"}}});
        self.log("POST", project, "/logstores/app/index", &index).ok_status();
    }

    /// The request that writes a log group, as LZ4.
    pub(crate) fn put_request(&self, project: &str, store: &str, group: &[u8]) -> Raw {
        let size = group.len().to_string();
        let lines =
            [("content-type", "application/x-protobuf"), ("x-log-compresstype", "lz4"), ("x-log-bodyrawsize", &size)];
        let path = format!("/logstores/{store}/shards/lb");
        self.sls_unsigned("POST", project, &path, &[], &lines, &lz4_flex::block::compress(group))
    }

    /// Writes a log group.
    pub(crate) fn put(&self, project: &str, store: &str, group: &[u8]) -> Answer {
        self.send(&self.sls_v1(self.put_request(project, store, group)))
    }

    /// Writes two logs of now.
    pub(crate) fn put_some(&self, project: &str) -> Answer {
        let now = self.now().as_second();
        let logs = [
            logs::log(now - 2, &[("level", "error"), ("took", "12"), ("message", "it broke")]),
            logs::log(now - 1, &[("level", "info"), ("took", "3"), ("message", "it works")]),
        ];
        self.put(project, "app", &logs::group("trace", &logs))
    }

    /// What a query finds of the last hour, as the texts of a field.
    pub(crate) fn find(&self, project: &str, query: &str, field: &str) -> Vec<String> {
        let found = self.search(project, query).ok();
        let logs = found.as_array().expect("a list");
        logs.iter().map(|log| log[field].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The answer to a query of the last hour.
    pub(crate) fn search(&self, project: &str, query: &str) -> Answer {
        let now = self.now().as_second();
        let (from, to) = ((now - 3600).to_string(), (now + 1).to_string());
        let asked = [("type", "log"), ("from", from.as_str()), ("to", &to), ("query", query)];
        self.look(project, "/logstores/app", &asked)
    }
}

/// The code and the message of a refusal.
#[track_caller]
pub(crate) fn told(answer: &Answer, status: u16, code: &str, message: &str) {
    answer.refused(status, code);
    assert_eq!(answer.message(), message);
}
