//! Every row of the catalogue is closed: unsigned it is refused, signed by a user without a policy it is refused, with the least policy
//! it is not, with a Deny beside that it is again. What the least policy is, is learned as a person would: by allowing what the last
//! refusal named.
//!
//! A sample by seed runs always, `./test --only rows` walks all.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../kit/mod.rs"]
mod kit;
mod tagged;

use std::borrow::Cow;
use std::io::{BufReader, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use acslab_emulator::gateway::{Decided, Entry, Form, Need, Parameter, Stage};
use acslab_emulator::{Access, EmulatorHandle, Operation, Route, Style, published_of, published_performed};
use acslab_policy::{DefaultRule, Verdict};
use kit::{Answer, Client, Raw};
use serde_json::{Value, json};

const REGION: &str = "cn-hangzhou";
/// Every so many-th row is in the sample, from this one on.
const SAMPLE: (usize, usize) = (17, 271);
/// How many rows are shadowed by others, of the same version and names at the same host or of the same path, at most.
const SHADOWED: usize = 400;

#[test]
fn a_sample_of_the_rows_is_closed() {
    let (from, step) = SAMPLE;
    let walked = walk_all(published_of(|_| true).skip(from).step_by(step), 2);
    assert!(walked > 100, "{walked}");
}

#[test]
fn every_performed_row_is_closed() {
    let walked = walk_all(published_performed(), 2);
    assert!(walked > 600, "{walked}");
}

#[test]
#[ignore = "a minute, and much longer without optimization: `./test --only rows`"]
fn every_row_is_closed() {
    let walked = walk_all(published_of(|_| true), 4);
    println!("{walked} rows are closed");
    assert!(walked > 39_000, "{walked}");
}

/// Walks rows on so many threads, and tells how many of them.
fn walk_all(rows: impl Iterator<Item = Operation> + Send, threads: usize) -> usize {
    let (next, faults, counted) = (Mutex::new(rows), Mutex::new(Vec::new()), Mutex::new((0, 0)));
    let take = || next.lock().ok().and_then(|mut rows| rows.next());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let emulator = kit::start();
                let mut walker = Walker::new(&emulator);
                while let Some(row) = take().filter(|_| faults.lock().is_ok_and(|faults| faults.len() < 50)) {
                    // OSS has rows of its own, and SLS names a project by its host alone.
                    let of_project =
                        matches!(&row.route, Route::Path(_, path) if path == "/" && row.product.name == "Sls");
                    if row.product.style == Style::Oss || of_project {
                        continue;
                    }
                    match walker.walk(&row) {
                        Ok(Walked::Closed) => counted.lock().expect("no walk panics").0 += 1,
                        Ok(Walked::Performed) => {}
                        Ok(Walked::Shadowed) => counted.lock().expect("no walk panics").1 += 1,
                        Err(fault) => {
                            let name = format!("{} {}", row.full_name(), row.product.version);
                            faults.lock().expect("no walk panics").push(format!("{name}: {fault}"));
                        }
                    }
                }
            });
        }
    });
    let faults = faults.into_inner().expect("no walk panics");
    let (closed, shadowed) = counted.into_inner().expect("no walk panics");
    assert!(faults.is_empty(), "{} rows\n{}", faults.len(), faults.join("\n"));
    assert!(shadowed <= SHADOWED, "{shadowed} rows are out of reach");
    closed
}

/// What became of a row.
enum Walked {
    /// It is closed.
    Closed,
    /// It is performed by a row of the emulator's own, which another walk walks.
    Performed,
    /// A request for it means another row: of a product with the same version, names and host, or of the same path.
    Shadowed,
}

/// A user who asks for one row after another, over one connection.
struct Walker<'e> {
    emulator: &'e EmulatorHandle,
    owner: Client<'e>,
    user: Client<'e>,
    stream: BufReader<TcpStream>,
}

impl<'e> Walker<'e> {
    fn new(emulator: &'e EmulatorHandle) -> Self {
        let owner = Client::owner(emulator);
        let user = owner.user("walker");
        for policy in ["Least", "Block"] {
            owner.grant("walker", policy, &nothing());
        }
        let stream = BufReader::new(TcpStream::connect(emulator.address()).expect("a connection"));
        Self { emulator, owner, user, stream }
    }

    fn send(&mut self, raw: &Raw) -> Answer {
        for _ in 0..2 {
            if self.stream.get_mut().write_all(&raw.bytes()).is_ok()
                && let Some(answer) = Answer::read(&mut self.stream)
            {
                return answer;
            }
            self.stream = BufReader::new(TcpStream::connect(self.emulator.address()).expect("a connection"));
        }
        panic!("no answer")
    }

    /// Puts a document in force.
    fn set(&mut self, name: &str, document: &str) {
        let rotate = ("RotateStrategy", "DeleteOldestNonDefaultVersionWhenLimitExceeded");
        let named = [("Action", "CreatePolicyVersion"), ("Version", kit::RAM), ("Format", "JSON")];
        let version = [("PolicyName", name), ("PolicyDocument", document), ("SetAsDefault", "true"), rotate];
        let raw = self.owner.rpc_request("POST", &[&named[..], &version].concat());
        self.send(&raw).ok_status();
    }

    /// Asks, and gives what the audit trail has of it.
    fn ask(&mut self, row: &Operation, signed: bool) -> Result<(Answer, Arc<Entry>), String> {
        self.ask_with(row, signed, &[])
    }

    /// The same with these parameters besides.
    fn ask_with(
        &mut self,
        row: &Operation,
        signed: bool,
        more: &[(String, String)],
    ) -> Result<(Answer, Arc<Entry>), String> {
        let raw = request(row, signed.then_some(&self.user), more);
        let answer = self.send(&raw);
        let id = answer.headers.get("x-acs-request-id").or(answer.headers.get("x-log-requestid"));
        let id = id.and_then(|id| id.to_str().ok()).unwrap_or_default();
        let entry = self.emulator.gateway().trail().find(id);
        let entry = entry.ok_or_else(|| format!("not recorded: {} {}", answer.status, answer.text()))?;
        Ok((answer, entry))
    }

    fn walk(&mut self, row: &Operation) -> Result<Walked, String> {
        let (answer, entry) = self.ask(row, false)?;
        if entry.operation.is_performed() && !row.is_performed() {
            return Ok(Walked::Performed);
        }
        let same_product = entry.operation.product.name == row.product.name;
        if same_product && entry.operation.name != row.name && same_path(&entry.operation.route, &row.route) {
            return Ok(Walked::Shadowed);
        }
        if entry.operation.name != row.name || entry.operation.product.version != row.product.version {
            return Err(format!("went to {}", entry.operation.full_name()));
        }
        if !same_product {
            return Ok(Walked::Shadowed);
        }
        if matches!(row.access, Access::Anyone(_)) {
            return not_performed(&answer).map(|()| Walked::Closed);
        }
        if entry.stage != Stage::Authenticate || !(400..500).contains(&answer.status) {
            return Err(format!("unsigned, and {:?}: {} {}", entry.stage, answer.status, answer.text()));
        }
        let mut granted: Vec<Decided> = Vec::new();
        self.set("Least", &nothing());
        let open = row.access.checks().iter().all(|check| check.default == DefaultRule::AllowUnlessDenied);
        let last = loop {
            let (answer, entry) = self.ask(row, true)?;
            match (entry.stage, entry.decided.last()) {
                (Stage::Perform, Some(_)) if row.is_performed() && (open || !granted.is_empty()) => break entry,
                (Stage::Perform, Some(_)) if !granted.is_empty() => {
                    not_performed(&answer)?;
                    break entry;
                }
                (Stage::Authorize, Some(refused)) if refused.decision.verdict == Verdict::ImplicitDeny => {
                    if !(400..500).contains(&answer.status) || granted.len() > 12 {
                        return Err(format!("refused so: {} {}", answer.status, answer.text()));
                    }
                    granted.push(refused.clone());
                    self.set("Least", &document("Allow", &granted));
                }
                (stage, _) => return Err(format!("answered by {stage:?}: {} {}", answer.status, answer.text())),
            }
        };
        for one in &last.decided {
            self.set("Block", &document("Deny", std::slice::from_ref(one)));
            let (answer, entry) = self.ask(row, true)?;
            let verdict = entry.decided.last().map(|last| last.decision.verdict);
            if verdict != Some(Verdict::ExplicitDeny) || !(400..500).contains(&answer.status) {
                return Err(format!("`{}` was denied, and: {} {}", one.action(), answer.status, answer.text()));
            }
        }
        self.set("Block", &nothing());
        Ok(Walked::Closed)
    }
}

/// Do two operations of a product have one path, whatever its parameters are called?
fn same_path(one: &Route, other: &Route) -> bool {
    let shape = |route: &Route| match route {
        Route::Path(method, path) => {
            let segments = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
            format!("{method} {}", segments.collect::<Vec<_>>().join("/"))
        }
        other => format!("{other:?}"),
    };
    shape(one) == shape(other)
}

fn not_performed(answer: &Answer) -> Result<(), String> {
    if (answer.status, answer.code().as_str()) == (501, "AcslabNotPerformed") {
        return Ok(());
    }
    Err(format!("allowed, and answers {} {}", answer.status, answer.text()))
}

/// A policy that allows what nobody asks for.
fn nothing() -> String {
    kit::policy("Allow", "nothing:Nothing", "*")
}

fn document(effect: &str, of: &[Decided]) -> String {
    let statement = |one: &Decided| json!({"Effect": effect, "Action": one.action(), "Resource": one.resource()});
    json!({"Version": "1", "Statement": of.iter().map(statement).collect::<Vec<_>>()}).to_string()
}

/// A request for an operation, made from its route and its parameters' samples, and of more that it says.
fn request(row: &Operation, by: Option<&Client<'_>>, more: &[(String, String)]) -> Raw {
    // Of a few products no host is published.
    let host = row.product.hosts.first().map_or("localhost".to_owned(), |host| host.replace("{region}", REGION));
    let required = row.parameters.iter().filter(|parameter| parameter.need == Need::Required);
    let in_header = |parameter: &&Parameter| matches!(parameter.form, Form::Header(_));
    let said = |name: &str| more.iter().any(|(more, _)| more.split('.').next() == Some(name));
    let required: Vec<&Parameter> = required.filter(|parameter| !said(&parameter.name)).collect();
    let headers = required.iter().filter(|parameter| in_header(parameter));
    let headers: Vec<_> = headers.map(|parameter| (&*parameter.name, Parameter::sample(parameter))).collect();
    let required = required.iter().filter(|parameter| !in_header(parameter));
    let samples = required.map(|parameter| (parameter.name.to_string(), Parameter::sample(parameter).into_owned()));
    let parameters: Vec<(String, String)> = samples.chain(more.iter().cloned()).collect();
    match &row.route {
        Route::Path(method, template) => roa(row, (method.as_str(), template), &host, (parameters, headers), by),
        _ => rpc(row, &host, &parameters, by),
    }
}

fn rpc(row: &Operation, host: &str, parameters: &[(String, String)], by: Option<&Client<'_>>) -> Raw {
    let mut all = vec![("Action", &*row.name), ("Version", &*row.product.version), ("Format", "JSON")];
    all.extend(parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    if let Some(client) = by {
        client.at(host).rpc_request("POST", &all)
    } else {
        let owned: Vec<_> = all.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let lines = [("host", host), ("content-type", "application/x-www-form-urlencoded")];
        Raw::new("POST", "/").headers(kit::headers(&lines)).body(kit::encode(&owned))
    }
}

fn roa(
    row: &Operation,
    (method, template): (&str, &str),
    host: &str,
    (parameters, headers): (Vec<(String, String)>, Vec<(&str, Cow<'_, str>)>),
    by: Option<&Client<'_>>,
) -> Raw {
    // SLS has a protocol of its own, which names no operation.
    let of_sls = row.product.name == "Sls";
    let (template, asked) = template.split_once('?').unwrap_or((template, ""));
    // What stands before the path is in the host: the project of SLS.
    let (template, host) = match template.strip_prefix("{project}") {
        Some(template) => (template, format!("project-one.{host}")),
        None => (template, host.to_owned()),
    };
    let host = host.as_str();
    let mut path = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        // Some are checked for their length.
        let checked = row.parameters.iter().find(|parameter| *parameter.name == *name).filter(|_| of_sls);
        path.push_str(before);
        path.push_str(&checked.map_or("1".into(), Parameter::sample));
        rest = after;
    }
    path.push_str(&rest.replace('*', "rest/of/it"));
    let named = [("host", host), ("x-acs-version", &*row.product.version), ("x-acs-action", &*row.name)];
    let lines = if of_sls { vec![("host", host), ("x-log-apiversion", "0.6.0")] } else { named.to_vec() };
    let mut raw = Raw::new(method, &path).headers(kit::headers(&lines));
    if matches!(method, "GET" | "DELETE" | "HEAD") {
        let query = [asked.to_owned(), kit::encode(&parameters)];
        raw = raw.query(query.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("&"));
    } else {
        raw = raw.query(asked.to_owned());
        let members: serde_json::Map<_, _> = parameters.into_iter().map(|(name, value)| (name, json!(value))).collect();
        raw = raw.body(Value::Object(members).to_string());
        raw.headers.extend(kit::headers(&[("content-type", "application/json; charset=utf-8")]));
    }
    for (name, value) in &headers {
        raw.headers.extend(kit::headers(&[(*name, &**value)]));
    }
    if of_sls {
        raw.headers.extend(kit::headers(&[("x-log-bodyrawsize", &raw.body.len().to_string())]));
    }
    match by {
        None => raw,
        Some(client) if of_sls => client.sls_v1(raw),
        Some(client) => client.acs3_sign(raw),
    }
}
