//! `acslab serve --state`: a process that is killed at any moment leaves the last saved state whole.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use acslab_emulator::signature::{
    Credentials, HmacMethod, OrderedQuery, OssResource, Secret, SignedView, oss_v4, pe, rpc,
};
use http::HeaderMap;

/// How often the process is killed. `ACSLAB_STATE_KILLS` asks for more.
const KILLS: usize = 12;

/// A served cloud whose state is kept.
struct Served {
    process: Child,
    host: String,
    key_id: String,
    secret: Secret,
}

impl Served {
    fn start(folder: &Path) -> Self {
        Self::start_with(folder, "memory".as_ref())
    }

    fn start_with(folder: &Path, payloads: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_acslab"))
            .args(["serve", "--port", "0", "--open", "oss", "--state"])
            .arg(folder)
            .arg("--payloads")
            .arg(payloads)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut greeting: Vec<String> = Vec::new();
        for line in lines.by_ref() {
            let last = line.starts_with("Ctrl-C ends it");
            greeting.push(line);
            if last {
                break;
            }
        }
        let mut after = |mark: &str| {
            let found = greeting.iter().find_map(|line| line.split_once(mark).map(|(_, rest)| rest.to_owned()));
            found.unwrap_or_else(|| {
                let mut why = String::new();
                let _ = process.stderr.as_mut().map(|stderr| stderr.read_to_string(&mut why));
                panic!("no {mark} in {greeting:?}: {why}")
            })
        };
        let (host, key_id) = (after("serves http://"), after("KEY_ID="));
        let secret = Secret::new(after("KEY_SECRET="));
        Self { process, host, key_id, secret }
    }

    fn credentials(&self) -> Credentials<'_> {
        Credentials { access_key_id: &self.key_id, secret: &self.secret, security_token: None }
    }

    /// The body of a success; `None` when the process is gone.
    fn send(&self, head: &str, headers: &HeaderMap, body: &[u8]) -> Option<String> {
        let mut stream = TcpStream::connect(&self.host).ok()?;
        let mut bytes = format!("{head} HTTP/1.1\r\n").into_bytes();
        for (name, value) in headers {
            bytes.extend_from_slice(format!("{name}: {}\r\n", value.to_str().unwrap()).as_bytes());
        }
        bytes.extend_from_slice(format!("content-length: {}\r\nconnection: close\r\n\r\n", body.len()).as_bytes());
        bytes.extend_from_slice(body);
        stream.write_all(&bytes).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n")?;
        assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
        Some(body.to_owned())
    }

    fn ram(&self, action: &str, parameters: &[(&str, &str)]) -> Option<String> {
        static NONCE: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let nonce = format!("{}-{}", std::process::id(), NONCE.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        let named = [("Action", action), ("Version", "2015-05-01"), ("Format", "JSON")];
        let all = named.iter().chain(parameters).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut all: Vec<_> = all.collect();
        let now = jiff::Timestamp::now();
        all.extend(rpc::sign("GET", &all, &self.credentials(), HmacMethod::Sha1, now, &nonce));
        let query: Vec<_> = all.iter().map(|(name, value)| format!("{}={}", pe(name), pe(value))).collect();
        let headers = HeaderMap::from_iter([(http::header::HOST, self.host.parse().unwrap())]);
        self.send(&format!("GET /?{}", query.join("&")), &headers, b"")
    }

    /// Every page of the list of users.
    fn all_users(&self) -> String {
        let mut pages = self.ram("ListUsers", &[("MaxItems", "1000")]).unwrap();
        let mut last: serde_json::Value = serde_json::from_str(&pages).unwrap();
        while let Some(marker) = last["Marker"].as_str() {
            let page = self.ram("ListUsers", &[("MaxItems", "1000"), ("Marker", marker)]).unwrap();
            last = serde_json::from_str(&page).unwrap();
            pages.push_str(&page);
        }
        pages
    }

    fn oss(&self, method: &str, key: &str, body: &[u8]) -> Option<String> {
        let path = format!("/photos/{key}");
        let resource = OssResource { bucket: Some("photos"), key };
        let query = OrderedQuery::default();
        let mut headers = HeaderMap::from_iter([(http::header::HOST, self.host.parse().unwrap())]);
        let signing = oss_v4::Signing { region: "cn-hangzhou", at: jiff::Timestamp::now(), additional_headers: &[] };
        let view = SignedView { method, path: &path, query: &query, headers: &headers, body };
        let added = oss_v4::sign(&view, &resource, &self.credentials(), &signing).unwrap();
        headers.extend(added);
        self.send(&format!("{method} {path}"), &headers, body)
    }

    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What is in an object, so that half a payload would be seen.
fn content(number: usize) -> Vec<u8> {
    format!("{number};").repeat(5_000).into_bytes()
}

/// Someone makes a user, then an object, then the next user. Whatever is there after a kill is a beginning of that; what is in objects
/// is on the disk, in the state's folder or in another, and in memory by turns.
#[test]
fn killed_at_any_moment() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let asked = std::env::var("ACSLAB_STATE_KILLS").ok().and_then(|count| count.parse().ok());
    let (mut made, mut key) = (0, None);
    // On a slow machine the first ones may all come before anything is saved.
    let rounds = asked.unwrap_or(KILLS);
    for round in 0..rounds * 5 {
        if round >= rounds && made > 0 {
            break;
        }
        let payloads = [folder.path(), other.path(), Path::new("memory")][round % 3];
        let served = Served::start_with(folder.path(), payloads);
        if round % 3 < 2 {
            // What was in use when the process was killed is gone: a file each for what the state names, and none besides.
            let files = |folder: PathBuf| std::fs::read_dir(folder).unwrap().count();
            assert_eq!(files(payloads.join("in-use")), files(folder.path().join("payloads")) + 1, "round {round}");
        }
        assert_eq!(*key.get_or_insert_with(|| served.key_id.clone()), served.key_id);
        // Again, where the process ended before anything was saved.
        served.oss("PUT", "", b"").unwrap();
        let listed = served.all_users();
        let users: BTreeSet<_> = (0..made + 1000).filter(|number| listed.contains(&format!("\"u{number}\""))).collect();
        let there = users.len();
        assert_eq!(users, (0..there).collect(), "round {round}");
        // The last user's object may be missing, and no other.
        for number in there.saturating_sub(30)..there {
            let path = folder.path().join("state.json");
            let saved = std::fs::read_to_string(path).unwrap().contains(&format!("\"o{number}\""));
            assert!(saved || number + 1 == there, "round {round}: object {number} of {there}");
            if saved {
                let found = served.oss("GET", &format!("o{number}"), b"").unwrap();
                assert_eq!(found.as_bytes(), content(number), "round {round}: object {number}");
            }
        }
        made = there;
        if there > 0 {
            served.oss("PUT", &format!("o{}", there - 1), &content(there - 1)).unwrap();
        }
        // Now early, now late: while nothing, the first or the third state is being saved.
        let time = Duration::from_millis(u64::try_from(60 + round * 61 % 700).unwrap());
        let begun = Instant::now();
        std::thread::scope(|scope| {
            let client = scope.spawn(|| {
                let mut number = there;
                while served.ram("CreateUser", &[("UserName", &format!("u{number}"))]).is_some()
                    && served.oss("PUT", &format!("o{number}"), &content(number)).is_some()
                {
                    number += 1;
                    if begun.elapsed() > time + Duration::from_secs(5) {
                        break;
                    }
                }
            });
            std::thread::sleep(time);
            // SIGKILL, to a process that is busy.
            let killed = Command::new("kill").args(["-9", &served.process.id().to_string()]).status().unwrap();
            assert!(killed.success());
            client.join().unwrap();
        });
        served.kill();
    }
    assert!(made > 0, "no state was ever saved");
}

#[test]
fn a_state_is_there_again_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path());
    served.ram("CreateUser", &[("UserName", "alice")]).unwrap();
    let pid = served.process.id().to_string();
    // A second one is refused, with the reason.
    let second = Command::new(env!("CARGO_BIN_EXE_acslab"))
        .args(["serve", "--port", "0", "--state"])
        .arg(folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(2));
    assert!(text.contains("another acslab keeps its state here"), "{text}");
    // Ended well, whatever was changed last is saved.
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let mut served = served;
    assert!(served.process.wait().unwrap().success());
    let again = Served::start(folder.path());
    assert!(again.ram("GetUser", &[("UserName", "alice")]).is_some());
    again.kill();
    // And what cannot be loaded is refused with its place.
    std::fs::write(folder.path().join("state.json"), "{\n \"acslab\": \"state\",\n").unwrap();
    let refused = Command::new(env!("CARGO_BIN_EXE_acslab"))
        .args(["serve", "--port", "0", "--state"])
        .arg(folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(text.contains("state.json: EOF while parsing a value at line 3 column 0"), "{text}");
}
