//! A request that is mangled in any way never gets a success that its caller could not have had, and never an error of the server's but
//! the documented 501.
//!
//! Method, host, path, query, headers and body of requests in every wire style are changed by a seeded source, before they are signed
//! (so that the signature is right) or after. The caller is a user whom no policy allows anything: what succeeds must be open to whoever
//! signs, or to anybody. A sample runs always, `./test --only mangled` sends a million.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "../kit/mod.rs"]
mod kit;

use std::io::{BufReader, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use acslab_emulator::{Access, EmulatorHandle};
use acslab_policy::{DefaultRule, Verdict};
use http::{HeaderName, HeaderValue};
use kit::{Answer, Client, Raw};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

#[test]
fn a_mangled_request_gets_nothing_that_its_caller_could_not_have() {
    mangle(3_000, 2, 1);
}

#[test]
#[ignore = "some minutes: `./test --only mangled`"]
fn a_million_mangled_requests_get_nothing_that_their_caller_could_not_have() {
    mangle(1_000_000, 4, 2);
}

/// Sends so many mangled requests from so many threads, each with a seed of its own.
fn mangle(cases: usize, threads: usize, seed: u64) {
    let (sent, faults) = (AtomicUsize::new(0), Mutex::new(Vec::<String>::new()));
    let counts = Mutex::new(std::collections::BTreeMap::<u16, usize>::new());
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (sent, faults, counts) = (&sent, &faults, &counts);
            scope.spawn(move || {
                let emulator = kit::builder().open(acslab_emulator::Service::Oss).start().expect("an emulator");
                let mut sender = Sender::new(&emulator, seed * 1_000 + thread as u64);
                while sent.fetch_add(1, Ordering::Relaxed) < cases && faults.lock().is_ok_and(|found| found.len() < 20)
                {
                    match sender.case() {
                        Ok(status) => *counts.lock().expect("no panic").entry(status).or_default() += 1,
                        Err(fault) => faults.lock().expect("no panic").push(fault),
                    }
                }
            });
        }
    });
    let faults = faults.into_inner().expect("no panic");
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n\n"));
    let counts = counts.into_inner().expect("no panic");
    println!("{cases} mangled requests, answers by status: {counts:?}");
    // What is mangled a little is understood all the same: it is not all turned away at the door.
    assert!(counts.get(&403).copied().unwrap_or_default() > cases / 20, "{counts:?}");
}

/// A user without a policy, and what it sends.
struct Sender<'e> {
    emulator: &'e EmulatorHandle,
    user: Client<'e>,
    rng: ChaCha8Rng,
    stream: BufReader<TcpStream>,
}

/// The wire styles.
const STYLES: usize = 6;

/// Words that mean something somewhere.
const WORDS: &[&str] = &[
    "",
    "*",
    "/",
    "..",
    "%2e%2e",
    "%00",
    "%",
    "root",
    "admin",
    "Action",
    "Version",
    "Format",
    "XML",
    "JSON",
    "2015-05-01",
    "2014-05-26",
    "2024-07-10",
    "GetCallerIdentity",
    "ListUsers",
    "CreateUser",
    "RunInstances",
    "AttachPolicyToUser",
    "AssumeRole",
    "SecurityToken",
    "Signature",
    "AccessKeyId",
    "acl",
    "policy",
    "uploads",
    "x-oss-process",
    "security-token",
    "true",
    "-1",
    "99999999999999999999",
    "null",
    "[]",
    "{}",
    "[\"a\"]",
    "acs:ram::1234567890123456:role/r",
    "\u{fffd}",
    "日本",
    "?",
    "&",
    "=",
    "+",
    " ",
    "a b",
    "sample",
    "1",
];

const HOSTS: &[&str] = &[
    "ram.aliyuncs.com",
    "sts.aliyuncs.com",
    "ims.aliyuncs.com",
    "ecs.cn-hangzhou.aliyuncs.com",
    "ecs-vpc.cn-hangzhou.aliyuncs.com",
    "oss-cn-hangzhou.aliyuncs.com",
    "sample.oss-cn-hangzhou.aliyuncs.com",
    "sample.oss-cn-hangzhou-internal.aliyuncs.com",
    "pailangstudio.cn-hangzhou.aliyuncs.com",
    "fcv3.cn-hangzhou.aliyuncs.com",
    "aiworkspace.cn-hangzhou.aliyuncs.com",
    "localhost",
    "http://127.0.0.1:1",
    "x",
    "::1",
    "sample.cn-hangzhou.log.aliyuncs.com",
    "kms.cn-hangzhou.aliyuncs.com",
];

const METHODS: &[&str] = &["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "PROPFIND"];

const HEADERS: &[&str] = &[
    "x-acs-action",
    "x-acs-version",
    "x-acs-security-token",
    "x-acs-region-id",
    "x-acs-date",
    "x-acs-content-sha256",
    "x-acs-signature-nonce",
    "content-type",
    "content-md5",
    "x-oss-acl",
    "x-oss-security-token",
    "x-oss-copy-source",
    "range",
    "date",
    "accept",
    "origin",
    "x-oss-date",
    "if-match",
    "x-forwarded-for",
    "x-log-apiversion",
    "x-log-signaturemethod",
    "authorization",
];

impl<'e> Sender<'e> {
    fn new(emulator: &'e EmulatorHandle, seed: u64) -> Self {
        let owner = Client::owner(emulator);
        let user = owner.user("walker");
        assert_eq!(owner.oss("PUT", Some("sample"), "", &[], &[], b"").status, 200, "a bucket");
        assert_eq!(owner.oss("PUT", Some("sample"), "sample", &[], &[], b"content").status, 200, "an object");
        let stream = BufReader::new(TcpStream::connect(emulator.address()).expect("a connection"));
        Self { emulator, user, rng: ChaCha8Rng::seed_from_u64(seed), stream }
    }

    fn one<'w>(&mut self, of: &[&'w str]) -> &'w str {
        of[self.rng.random_range(0..of.len())]
    }

    /// Is it so, in so many of a hundred cases?
    fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    /// A text with a few of its characters changed.
    fn garbled(&mut self, text: &str) -> String {
        let mut letters: Vec<char> = text.chars().collect();
        for _ in 0..self.rng.random_range(1..4) {
            let at = self.rng.random_range(0..=letters.len());
            match self.rng.random_range(0..4) {
                0 if at < letters.len() => drop(letters.remove(at)),
                1 => letters.insert(at, char::from(self.rng.random_range(0x21_u8..0x7f))),
                2 if at < letters.len() => letters[at] = char::from(self.rng.random_range(0x21_u8..0x7f)),
                _ => letters.splice(at..at, self.one(WORDS).chars()).for_each(drop),
            }
        }
        letters.into_iter().collect()
    }

    fn mangled(&mut self, text: &str) -> String {
        match self.rng.random_range(0..3) {
            0 => self.one(WORDS).to_owned(),
            1 => self.garbled(text),
            _ => text.to_owned(),
        }
    }

    /// Parameters, some of them others than they were.
    fn mangled_pairs(&mut self, pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut all: Vec<(String, String)> =
            pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        for _ in 0..self.rng.random_range(0..3) {
            let at = self.rng.random_range(0..=all.len());
            match self.rng.random_range(0..5) {
                0 if at < all.len() => drop(all.remove(at)),
                1 if at < all.len() => all[at].0 = self.mangled(&all[at].0.clone()),
                2 | 3 if at < all.len() => all[at].1 = self.mangled(&all[at].1.clone()),
                _ => all.insert(at, (self.one(WORDS).to_owned(), self.one(WORDS).to_owned())),
            }
        }
        all
    }

    fn host(&mut self) -> String {
        if self.chance(70) { self.one(HOSTS).to_owned() } else { self.garbled("ecs.cn-hangzhou.aliyuncs.com") }
    }

    /// A request that is signed right, whatever it asks for.
    fn signed(&mut self) -> Raw {
        let rpc: [&[(&str, &str)]; 6] = [
            &[("Action", "ListUsers"), ("Version", "2015-05-01"), ("Format", "JSON")],
            &[("Action", "CreateUser"), ("Version", "2015-05-01"), ("UserName", "sample")],
            &[("Action", "RunInstances"), ("Version", "2014-05-26"), ("RegionId", "cn-hangzhou"), ("ImageId", "m-1")],
            &[("Action", "GetCallerIdentity"), ("Version", "2015-04-01")],
            &[
                ("Action", "AssumeRole"),
                ("Version", "2015-04-01"),
                ("RoleArn", "acs:ram::1:role/r"),
                ("RoleSessionName", "s"),
            ],
            &[("Action", "DescribeKey"), ("Version", "2016-01-20"), ("KeyId", "k")],
        ];
        let roa: [(&str, &str, &str); 6] = [
            ("GET", "2024-07-10", "/api/v1/langstudio/flows/f-1"),
            ("POST", "2024-07-10", "/api/v1/langstudio/flows"),
            ("GET", "2021-02-04", "/api/v1/workspaces"),
            ("POST", "2020-12-03", "/api/v1/jobs"),
            ("GET", "2023-03-30", "/2023-03-30/functions/f"),
            ("PUT", "2021-07-01", "/api/v2/services/cn-hangzhou/s"),
        ];
        let oss: [(&str, Option<&str>, &str); 5] = [
            ("GET", Some("sample"), "sample"),
            ("PUT", Some("sample"), "other"),
            ("GET", Some("sample"), ""),
            ("DELETE", Some("sample"), "sample"),
            ("GET", None, ""),
        ];
        let host = self.host();
        let user = if self.chance(60) { self.user.clone() } else { self.user.at(&sound(&host)) };
        let style = self.rng.random_range(0..STYLES);
        let pairs = rpc[self.rng.random_range(0..rpc.len())];
        let (method, version, path) = roa[self.rng.random_range(0..roa.len())];
        let method = if self.chance(80) { method } else { self.one(METHODS) };
        let path = if self.chance(60) { path.to_owned() } else { format!("/{}", self.garbled(&path[1..])) };
        let path: String = path.chars().filter(char::is_ascii_graphic).filter(|c| !"?# ".contains(*c)).collect();
        let version = if self.chance(90) { version.to_owned() } else { sound(&self.mangled(version)) };
        let query = self.mangled_pairs(&[("WorkspaceId", "1"), ("PageSize", "1")]);
        let query: Vec<_> = query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let body = if matches!(method, "GET" | "HEAD" | "DELETE") {
            String::new()
        } else {
            self.mangled(r#"{"WorkspaceId":"1","FlowName":"f"}"#)
        };
        match style {
            0 | 1 => {
                let all = self.mangled_pairs(pairs);
                let all: Vec<_> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                user.rpc_request(if style == 0 { "POST" } else { "GET" }, &all)
            }
            2 => {
                let all = self.mangled_pairs(&pairs[2..]);
                let all: Vec<_> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                let (action, version) = (sound(&self.mangled(pairs[0].1)), sound(&self.mangled(pairs[1].1)));
                user.acs3_request("POST", &version, &action, "/", &all, "")
            }
            3 => user.acs3_request(method, &version, "Whatever", &path, &query, &body),
            4 => {
                let query: Vec<_> = query.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
                user.old_roa_request(method, &version, &path, &kit::encode(&query), &body)
            }
            _ => {
                let (method, bucket, key) = oss[self.rng.random_range(0..oss.len())];
                let method = if self.chance(80) { method } else { self.one(METHODS) };
                let key = if self.chance(70) { key.to_owned() } else { self.garbled(key) };
                let (header, value) = (self.one(HEADERS), sound(self.one(WORDS)));
                let lines: &[(&str, &str)] =
                    if self.chance(30) && header != "date" { &[(header, &value)] } else { &[] };
                let query = if self.chance(50) { Vec::new() } else { query };
                self.user.oss_request(method, bucket, &key, &query, lines, body.as_bytes())
            }
        }
    }

    /// The same request with some of it changed behind its signature.
    fn touched(&mut self, mut raw: Raw) -> Raw {
        for _ in 0..self.rng.random_range(1..3) {
            match self.rng.random_range(0..7) {
                0 => raw.method = self.one(METHODS).to_owned(),
                1 => {
                    let path = self.garbled(&raw.path);
                    let path: String = path.chars().filter(|c| c.is_ascii_graphic() && !"?#".contains(*c)).collect();
                    raw.path = format!("/{}", path.trim_start_matches('/'));
                }
                2 => {
                    let query = self.garbled(&raw.query);
                    raw.query = query.chars().filter(|c| c.is_ascii_graphic() && *c != '#').collect();
                }
                3 => {
                    let name = self.one(HEADERS);
                    let value = sound(&self.mangled("sample"));
                    if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(&value)) {
                        raw.headers.insert(name, value);
                    }
                }
                4 => {
                    let host = sound(&self.host());
                    if let Ok(host) = HeaderValue::from_str(&host) {
                        raw.headers.insert("host", host);
                    }
                }
                5 => {
                    let names: Vec<_> = raw.headers.keys().filter(|name| *name != "host").cloned().collect();
                    if !names.is_empty() {
                        raw.headers.remove(&names[self.rng.random_range(0..names.len())]);
                    }
                }
                _ => {
                    let text = String::from_utf8_lossy(&raw.body).into_owned();
                    raw.body = self.garbled(&text).into_bytes();
                }
            }
        }
        raw
    }

    fn case(&mut self) -> Result<u16, String> {
        let signed = self.signed();
        let raw = if self.chance(50) { self.touched(signed) } else { signed };
        let Some(answer) = self.send(&raw) else { return Ok(0) };
        self.judge(&raw, &answer)?;
        Ok(answer.status)
    }

    /// Sends it; nothing where the connection was closed on it.
    fn send(&mut self, raw: &Raw) -> Option<Answer> {
        let sent = self.stream.get_mut().write_all(&raw.bytes()).is_ok();
        let answer = if raw.method == "HEAD" { None } else { Answer::read(&mut self.stream).filter(|_| sent) };
        let closes =
            answer.as_ref().is_none_or(|answer| answer.headers.get("connection").is_some_and(|word| word == "close"));
        if closes {
            self.stream = BufReader::new(TcpStream::connect(self.emulator.address()).expect("a connection"));
        }
        answer
    }

    fn judge(&self, raw: &Raw, answer: &Answer) -> Result<(), String> {
        let fault = |why: &str| {
            Err(format!("{why}\n{}\n{} {}", String::from_utf8_lossy(&raw.bytes()), answer.status, answer.text()))
        };
        if answer.status >= 500 {
            let code = answer.code();
            let documented = answer.status == 501 && matches!(code.as_str(), "AcslabNotPerformed" | "NotImplemented");
            if !documented {
                return fault("an error of the server's");
            }
            if code == "NotImplemented" {
                return Ok(());
            }
        } else if answer.status >= 300 {
            return Ok(());
        }
        let id =
            ["x-acs-request-id", "x-oss-request-id"].iter().find_map(|name| answer.headers.get(*name)?.to_str().ok());
        let Some(entry) = id.and_then(|id| self.emulator.gateway().trail().find(id)) else {
            return fault("a success that nothing is recorded of");
        };
        let open = matches!(entry.operation.access, Access::Anyone(_) | Access::SignedOnly(_));
        let by_default = !entry.decided.is_empty()
            && entry.decided.iter().all(|one| {
                one.decision.verdict == Verdict::Allow && one.question.layers.default == DefaultRule::AllowUnlessDenied
            });
        if open || by_default { Ok(()) } else { fault("a success for somebody whom nothing allows anything") }
    }
}

/// A text that can stand in a header.
fn sound(text: &str) -> String {
    text.chars().filter(char::is_ascii_graphic).collect()
}
