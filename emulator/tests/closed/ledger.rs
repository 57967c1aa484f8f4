//! What the walk has found, held to the ledger that comes with the program and to the page of the documentation.
//!
//! Both are written anew by `BLESS=1 cargo test --package acslab-emulator --test closed`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use acslab_emulator::ledger::{AllSeen, Exercised, add_seen, name};
use acslab_emulator::{Access, Operation, Source};

const BLESS: &str = "BLESS";
const COMMAND: &str = "BLESS=1 cargo test --package acslab-emulator --test closed";

/// The ledger and the page say what was found, or are made to.
pub(crate) fn holds(all: &[&'static Operation], mut found: Vec<Exercised>) {
    found.sort_by(|a, b| a.operation.cmp(&b.operation));
    // Of an operation that is asked for in two places, such as OSS's question of a browser, there is one entry.
    found.dedup_by(|b, a| a.operation == b.operation && a.deny == b.deny);
    let names: BTreeSet<_> = found.iter().map(|entry| &entry.operation).collect();
    let twice: Vec<_> =
        found.windows(2).filter(|two| two[0].operation == two[1].operation).map(|two| &two[0].operation).collect();
    assert_eq!(names.len(), found.len(), "two performed operations of one name: {twice:?}");
    hold("data/ledger.json", &entries(&found));
    let seen = kept();
    hold("data/seen.json", &format!("{}\n", serde_json::to_string_pretty(&seen).expect("JSON")));
    hold("../docs/operations.md", &page(all, &found, &seen));
}

/// What the reports say that are kept of runs against the real cloud.
fn kept() -> AllSeen {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../parity/seen");
    let paths = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|ending| ending == "json")).collect();
    paths.sort();
    let mut seen = AllSeen::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a report");
        let added = add_seen(&mut seen, &text);
        assert!(added.is_ok(), "{} is no report: {added:?}", path.display());
    }
    seen
}

/// A row of an operation that was seen says so.
#[test]
fn what_was_seen_is_told() {
    let mut seen = AllSeen::new();
    let report = r#"{"date":"2026-11-27","operations":{"Ram 2015-05-01 GetUser":{"calls":2,"differ":0}}}"#;
    add_seen(&mut seen, report).expect("a report");
    let all: Vec<_> = acslab_emulator::operations().filter(|operation| &*operation.product.name == "Ram").collect();
    let page = page(&all, &[], &seen);
    let row = page.lines().find(|line| line.starts_with("| GetUser |")).expect("a row");
    assert!(row.contains("| page GetUser; seen in the cloud on 2026-11-27 |"), "{row}");
    assert_eq!(page.matches("seen in the cloud on").count(), 2, "it and the head of the page");
}

fn hold(path: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os(BLESS).is_some() {
        std::fs::write(&path, text).expect("a file that can be written");
        return;
    }
    let old = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = old.lines().zip(text.lines()).find(|(old, new)| old != new);
    assert!(old == text, "{} is not what was found: run `{COMMAND}`\n{differs:#?}", path.display());
}

/// One entry a line, so that changes to several can be merged.
fn entries(found: &[Exercised]) -> String {
    let lines: Vec<_> = found.iter().map(|entry| serde_json::to_string(entry).expect("JSON")).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}

fn page(all: &[&'static Operation], found: &[Exercised], seen: &AllSeen) -> String {
    let found: BTreeMap<_, _> = found.iter().map(|entry| (entry.operation.as_str(), entry)).collect();
    let mut products: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for operation in all {
        products.entry((&*operation.product.name, &*operation.product.version)).or_default().push(*operation);
    }
    let mut page = HEAD.replace("{COMMAND}", COMMAND);
    for ((product, version), mut operations) in products {
        operations.sort_by_key(|operation| &*operation.name);
        let performed = operations.iter().filter(|operation| operation.is_performed()).count();
        writeln!(page, "\n## {product} {version}\n\n{} operations, {performed} performed.\n", operations.len())
            .expect("text");
        page.push_str("| operation | asks for | known from | allow | deny |\n| --- | --- | --- | --- | --- |\n");
        for operation in operations {
            let exercised = found.get(name(operation).as_str()).copied();
            let [allow, deny] = cells(exercised);
            let (asks, mut source) = (asks(operation), source(operation));
            if let Some(seen) = seen.get(&name(operation)) {
                write!(source, "; {seen}").expect("text");
            }
            let shown =
                if operation.is_performed() { operation.name.to_string() } else { format!("*{}*", operation.name) };
            writeln!(page, "| {shown} | {asks} | {source} | {allow} | {deny} |").expect("text");
        }
    }
    page.push_str(&others(all));
    page
}

const HEAD: &str = "\
# Operations

What acslab knows of each operation that has a row of its own: the actions and resources that a caller needs, where the behaviour is known from, and
what the tests have exercised. This page is written by a test from the tables that the emulator decides by, and held to them:
`{COMMAND}` writes it anew. `acslab services` shows the same.

- **operation**: in italics where it is decided and not performed; to those who may, it answers 501 `AcslabNotPerformed`.
- **asks for**: the actions and resources; braces stand for the caller's account, the region, a parameter or what the state tells.
- **known from**: *page* is the public documentation, by its title; *SDK* an official SDK or the official metadata; *inferred*
  is deduced from others; *acslab* is no operation of the cloud. Behind it, *seen in the cloud on* a day, if a report in `parity/seen` says so.
- **allow**: by what a call came through to the operation, and what it answered to sample parameters: an error here is one of the
  operation's own.
- **deny**: which calls were refused: without a policy; with the least policy and a Deny of each question in turn; by an
  administrator who is not the owner; by the owner without the proof of an identity provider, and with the proof of one that the
  role's trust policy does not name or denies.

Each performed operation also refuses calls with a wrong secret and with an unknown key, and calls without a signature unless it
is open to anybody. No refused call changes the state.
";

/// The products of the catalogue, a line each.
fn others(all: &[&'static Operation]) -> String {
    let mut performed: BTreeMap<(String, String), usize> = BTreeMap::new();
    for operation in all.iter().filter(|operation| operation.is_performed()) {
        let key = (operation.product.name.to_ascii_lowercase(), operation.product.version.to_string());
        *performed.entry(key).or_default() += 1;
    }
    let mut products: Vec<_> = acslab_emulator::catalogue::summary().collect();
    products.sort_by_key(|(name, version, ..)| (name.to_ascii_lowercase(), *version));
    let operations: usize = products.iter().map(|(.., operations)| operations).sum();
    let mut page = OTHERS.replace("{OPERATIONS}", &operations.to_string());
    for (name, version, style, operations) in products {
        let performed = performed.get(&(name.to_ascii_lowercase(), version.to_owned())).copied().unwrap_or_default();
        writeln!(page, "| {name} | {version} | {style} | {operations} | {performed} |").expect("text");
    }
    page
}

const OTHERS: &str = "
## Every product

The catalogue's {OPERATIONS} operations, by product. What is not performed is decided: `acslab services PRODUCT` shows what each operation needs,
and how well that is known.

| product | version | style | published | performed |
| --- | --- | --- | --- | --- |
";

fn asks(operation: &Operation) -> String {
    let who = match &operation.access {
        Access::Anyone(why) => Some(format!("nothing: {why}")),
        Access::SignedOnly(why) => Some(format!("a signature: {why}")),
        Access::OwnerOnly(why) => Some(format!("the account owner: {why}")),
        Access::Federated(..) => Some("the proof of an identity provider".to_owned()),
        Access::Checks(_) => None,
    };
    let checks = operation.access.checks().iter().map(|check| format!("`{check}`"));
    who.into_iter().chain(checks).collect::<Vec<_>>().join("<br>")
}

fn source(operation: &Operation) -> String {
    match &operation.source {
        Source::Documented(page) => format!("page {page}"),
        Source::Sdk(what) => format!("SDK: {what}"),
        Source::Inferred(why) => format!("inferred: {why}"),
        Source::Acslab(why) => format!("acslab: {why}"),
        Source::File(name) => format!("file: {name}"),
        Source::Catalogue(how) => format!("catalogue: {how}"),
    }
}

fn cells(exercised: Option<&Exercised>) -> [String; 2] {
    let Some(exercised) = exercised else { return [String::new(), String::new()] };
    let deny: Vec<_> = exercised.deny.iter().map(ToString::to_string).collect();
    let allow = exercised.allow.as_ref().map(|allow| format!("{}: {}", allow.by, allow.answer));
    [allow.unwrap_or_default(), deny.join(", ")]
}
