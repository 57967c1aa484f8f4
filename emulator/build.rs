//! Packs the catalogue of operations into the program: a frame of zstd a product version, compressed with a dictionary that all of
//! them share, and an index of every operation by what a request can name.
//!
//! `catalogue/README.md` has the form of the files, `src/catalogue/packed.rs` reads what is written here.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a catalogue that cannot be packed ends the build"
)]

#[path = "src/catalogue/key.rs"]
mod key;

use std::collections::BTreeSet;
use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// How long the shared dictionary is.
const DICTIONARY: usize = 112 << 10;

/// A product version as it is read.
struct Product {
    name: String,
    version: String,
    style: String,
    /// The codes of the actions that its operations need.
    codes: BTreeSet<String>,
    text: String,
    /// Where each operation's line begins.
    lines: Vec<usize>,
    /// Has it operations that are named by a path?
    has_paths: bool,
}

fn main() {
    println!("cargo:rerun-if-changed=catalogue/products");
    println!("cargo:rerun-if-changed=src/catalogue/key.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap());
    let mut products: Vec<_> =
        fs::read_dir("catalogue/products").unwrap().map(|entry| read(&entry.unwrap().path())).collect();
    products.sort_by(|a, b| (&a.version, &a.name).cmp(&(&b.version, &b.name)));

    let samples: Vec<&[u8]> =
        products.iter().flat_map(|product| product.text.as_bytes().chunks(2048).step_by(4)).collect();
    let dictionary = zstd::dict::from_samples(&samples, DICTIONARY).unwrap();
    // What is shipped is pressed as far as it goes; a build that is only tried is not kept waiting for it.
    let level = if env::var("OPT_LEVEL").unwrap() == "0" { 3 } else { 19 };
    let mut compressor = zstd::bulk::Compressor::with_dictionary(level, &dictionary).unwrap();

    let mut frames = Vec::new();
    let mut table = String::from("[\n");
    let mut names = Vec::new();
    for (at, product) in products.iter().enumerate() {
        let frame = compressor.compress(product.text.as_bytes()).unwrap();
        let codes: Vec<_> = product.codes.iter().collect();
        writeln!(
            table,
            "    Packed {{ name: {:?}, version: {:?}, style: {:?}, codes: &{codes:?}, operations: {}, has_paths: {}, frame: {}..{}, length: {} }},",
            product.name,
            product.version,
            product.style,
            product.lines.len(),
            product.has_paths,
            frames.len(),
            frames.len() + frame.len(),
            product.text.len(),
        )
        .unwrap();
        frames.extend_from_slice(&frame);
        for line in &product.lines {
            let name = product.text[*line..].split('\t').next().unwrap();
            let more = usize::MAX - product.lines.len();
            names.push((
                key::of(&product.version, name),
                more,
                u16::try_from(at).unwrap(),
                u32::try_from(*line).unwrap(),
            ));
        }
    }
    table.push(']');
    // Of those of one name, that of the product with more operations comes first.
    names.sort_unstable();
    let mut index = Vec::with_capacity(names.len() * key::ENTRY);
    for (key, _, product, line) in names {
        index.extend_from_slice(&key.to_le_bytes());
        index.extend_from_slice(&product.to_le_bytes());
        index.extend_from_slice(&line.to_le_bytes());
    }
    fs::write(out.join("products.rs"), table).unwrap();
    fs::write(out.join("dictionary"), dictionary).unwrap();
    fs::write(out.join("frames"), frames).unwrap();
    fs::write(out.join("names"), index).unwrap();
}

fn read(path: &Path) -> Product {
    let text = fs::read_to_string(path).unwrap();
    let (head, _) = text.split_once("\n\n").expect("a head and an empty line");
    let mut first = head.lines().next().and_then(|line| line.strip_prefix("product ")).expect("`product`").split(' ');
    let [name, version, style] = std::array::from_fn(|_| first.next().expect("name, version and style").to_owned());
    let code =
        head.lines().find_map(|line| line.strip_prefix("ram ")).and_then(|line| line.split(' ').nth(1)).expect("`ram`");
    let mut codes = BTreeSet::from([code.to_owned()]);
    let (mut lines, mut has_paths) = (Vec::new(), false);
    let mut at = head.len() + 2;
    for line in text[at..].lines() {
        lines.push(at);
        at += line.len() + 1;
        has_paths |= line.contains("\tat ");
        let actions =
            line.split('\t').filter_map(|field| field.strip_prefix("ram ")?.split(' ').nth(1)?.split_once(':'));
        codes.extend(actions.map(|(code, _)| code.to_owned()));
    }
    Product { name, version, style, codes, text, lines, has_paths }
}
