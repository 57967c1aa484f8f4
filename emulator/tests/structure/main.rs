//! How the house stands, read from its sources: no folder imports one above it, a `mod.rs` is a table of contents, and no
//! module has grown too long to be read at one go.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "sources that cannot be read fail the test")]

mod source;

use std::collections::BTreeSet;
use std::fs;

use source::{Source, read};

/// A part of the house with the order of what stands in it: each imports only what stands below it. A total order leaves no
/// room for a circle.
struct Part {
    /// The sources, from this crate's folder.
    root: &'static str,
    /// The module whose children are ordered; empty for the crate itself.
    within: &'static [&'static str],
    /// From the top to the bottom.
    order: &'static [&'static str],
}

const PARTS: &[Part] = &[
    Part {
        root: "src",
        within: &[],
        order: &[
            "fuzz",
            "emulator",
            "handle",
            "server",
            "control",
            "setup",
            "keep",
            "instance",
            "services",
            "ledger",
            "gateway",
            "registry",
            "catalogue",
            "operation",
            "wire",
            "cloud",
            "federation",
            "signature",
        ],
    },
    Part {
        root: "src",
        within: &["services"],
        order: &["tables", "records", "pai", "activation", "console", "sts", "sls", "oss", "identity", "common"],
    },
    Part {
        root: "src",
        within: &["services", "identity"],
        order: &[
            "resource_directory_master",
            "resource_manager",
            "ims",
            "ram",
            "resource_directory",
            "twins",
            "answers",
            "locate",
            "conditions",
            "domain",
            "parameters",
            "arns",
        ],
    },
    Part {
        root: "policy/src",
        within: &[],
        order: &[
            "lint",
            "remedy",
            "near",
            "diff",
            "question",
            "explain",
            "decide",
            "sequence",
            "layers",
            "set",
            "document",
            "request",
            "principal",
            "action",
            "resource",
            "catalogue",
            "condition",
            "json",
            "fault",
            "shown",
            "text",
            "printable",
            "kind",
            "reason",
            "dialect",
            "glob",
            "hash",
            "inline",
        ],
    },
    Part {
        root: "../harness/src",
        within: &[],
        order: &[
            "command",
            "console",
            "mutation",
            "coverage",
            "course",
            "parity",
            "suggest",
            "paths",
            "record",
            "explain",
            "report",
            "runner",
            "prove",
            "ask",
            "import",
            "state",
            "scenario",
            "authorization",
            "simulate",
            "written",
            "client",
            "forms",
            "catalogue",
            "snapshot",
            "files",
            "source",
            "page",
            "exit",
            "home",
            "words",
        ],
    },
];

/// Modules side by side of which none imports another, with the module that they stand in: what several need lies elsewhere, and
/// what one wants of another goes through the gateway.
const APART: &[(&[&str], &[&str])] = &[
    (&["services"], &["activation", "console", "identity", "oss", "pai", "sls", "sts"]),
    (&["services", "identity"], &["ims", "ram", "resource_directory_master", "resource_manager"]),
];

/// Every crate's sources, from this crate's folder.
const ROOTS: &[&str] = &["src", "policy/src", "../harness/src"];

/// The most lines of a module.
const LONGEST: usize = 500;

#[test]
fn no_folder_imports_one_above_it() {
    for part in PARTS {
        let place = |name: &str| part.order.iter().position(|one| *one == name);
        let mut faults = BTreeSet::new();
        for source in read(part.root) {
            let Some(own) = child(&source.module, part.within) else { continue };
            let Some(from) = place(own) else {
                faults.insert(format!("`{own}` stands nowhere in the order: say where, in this test"));
                continue;
            };
            if source.is_test() {
                continue;
            }
            for import in source.imports() {
                let Some(to) = child(&import, part.within).and_then(place) else { continue };
                if to >= from {
                    continue;
                }
                let (path, import) = (source.path.display(), import.join("::"));
                let (from, to) = (part.order[from], part.order[to]);
                faults.insert(format!("{path} imports {import}, and `{to}` is above `{from}`"));
            }
        }
        assert!(faults.is_empty(), "{}:\n{}", part.root, listed(&faults));
    }
}

#[test]
fn no_service_knows_another_and_no_face_of_identity_another() {
    let mut faults = BTreeSet::new();
    for (within, apart) in APART {
        for source in read("src") {
            let Some(own) = child(&source.module, within).filter(|own| apart.contains(own)) else { continue };
            for import in source.imports() {
                if child(&import, within).is_some_and(|other| other != own && apart.contains(&other)) {
                    faults.insert(format!("{} imports {}", source.path.display(), import.join("::")));
                }
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", listed(&faults));
}

#[test]
fn a_mod_rs_is_a_table_of_contents() {
    let mut faults = BTreeSet::new();
    for source in ROOTS.iter().flat_map(|root| read(root)) {
        if !source.path.ends_with("mod.rs") {
            continue;
        }
        let path = source.path.display().to_string();
        if let Some(item) = source.first_item_of_its_own() {
            faults.insert(format!("{path} holds `{item}`: a mod.rs declares and re-exports, nothing else"));
        }
    }
    assert!(faults.is_empty(), "\n{}", listed(&faults));
}

#[test]
fn no_module_is_longer_than_can_be_read_at_one_go() {
    let long: BTreeSet<_> = ROOTS
        .iter()
        .flat_map(|root| read(root))
        .filter(|source| source.lines > LONGEST)
        .map(|source| format!("{} has {} lines, more than {LONGEST}", source.path.display(), source.lines))
        .collect();
    assert!(long.is_empty(), "\n{}", listed(&long));
}

/// The child of a module that a path goes through.
fn child<'a>(path: &'a [String], within: &[&str]) -> Option<&'a str> {
    let below = path.len() > within.len() && path.iter().zip(within).all(|(one, other)| one == other);
    below.then(|| path[within.len()].as_str())
}

fn listed(faults: &BTreeSet<String>) -> String {
    faults.iter().map(|fault| ["  ", fault, "\n"].concat()).collect()
}

#[test]
fn imports_are_read_wherever_they_stand() {
    let source = Source::of(
        "src/services/oss/put.rs",
        "//! crate::no\nuse crate::gateway::{Call, reply::{Body, Reply as R}};\nuse crate::{cloud, signature::rpc::*};\n\
         use super::error;\nfn f<'a>(x: &'a str) -> char { let _ = \"crate::no\"; let _ = r#\"\"crate::no\"#; '\"' }\n\
         /* crate::no /* crate::no */ */ fn g() { crate::server::run(); super::super::sts::call() }\n\
         use self::inner::thing;\n#[cfg(test)]\nmod tests { use crate::no; fn f() { crate::no() } }\nuse crate::last;",
    );
    let imports: Vec<_> = source.imports().into_iter().map(|path| path.join("::")).collect();
    assert_eq!(
        imports,
        [
            "gateway::Call",
            "gateway::reply::Body",
            "gateway::reply::Reply",
            "cloud",
            "signature::rpc",
            "services::oss::error",
            "server::run",
            "services::sts::call",
            "services::oss::put::inner::thing",
            "last",
        ]
    );
}

#[test]
fn what_is_no_declaration_is_found() {
    let item = |text| Source::of("src/a/mod.rs", text).first_item_of_its_own();
    assert_eq!(
        item("//! A.\n#[cfg(test)]\nmod b;\npub(crate) use c::{d, e};\n/// F.\npub mod f;\nextern crate g;"),
        None
    );
    assert_eq!(item("mod b;\n/// C.\n#[derive(Debug)]\npub struct C { a: [u8; 2] }").as_deref(), Some("pub struct C"));
    assert_eq!(item("use a::b;\nconst N: usize = 1;").as_deref(), Some("const N: usize = 1"));
    assert_eq!(item("mod b { fn c() {} }").as_deref(), Some("mod b"));
    assert_eq!(item("macro_rules! m { () => {} }").as_deref(), Some("macro_rules! m"));
}

#[test]
fn the_oldest_rust_is_told_as_it_is_promised() {
    let manifest = fs::read_to_string("../Cargo.toml").unwrap();
    let promised = manifest.lines().find_map(|line| line.strip_prefix("rust-version = ")).unwrap();
    let told = format!("Rust {}", promised.trim_matches('"'));
    for page in ["../README.md", "../CONTRIBUTING.md"] {
        assert!(fs::read_to_string(page).unwrap().contains(&told), "{page} does not say `{told}`");
    }
}
